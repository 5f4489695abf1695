"""The words by which the parts of a goal are found: plain lists, one meaning a list, British and American spelling.

A word ends in `*` where any ending will do; a space stands for a space or a hyphen.
"""

from __future__ import annotations

from typing import Final


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split(",") if part.strip())


#: Whose goal it may be.
CLIENT: Final = _list("""
student, students, pupil, learner, child, children, client, clients, patient, pt, resident, individual, participant,
person, consumer, veteran, adult, adolescent, teen, teenager, youth, young person, infant, toddler, baby, preschooler,
kindergartner, kindergartener, survivor, service user, member, worker, employee, young adult, tenant, inpatient,
outpatient, stu
""")
#: Family members who may be the client of a goal for carers.
CAREGIVER: Final = _list("""
caregiver, caregivers, carer, carers, care partner, parent, parents, mother, father, mom, mum, dad, spouse, wife,
husband, daughter, son, family, grandparent, guardian, family member, foster parent
""")
#: Whose actions are services, not outcomes.
STAFF: Final = _list("""
ot, occupational therapist, occupational therapy, occupational therapy practitioner, therapist, therapists, otr,
otr/l, cota, ota, ot assistant, therapy, teacher, teachers, staff, aide, para, paraprofessional, teaching assistant,
ta, nurse, nursing, nursing staff, clinician, practitioner, provider, team, iep team, school, school staff, slp,
pt/ot, physical therapist, assistant, psychologist, case manager, treating therapist, educator, district, we, staff
member, team member, support worker, care worker, key worker, social worker, job coach, physiotherapist, speech
therapist, classroom assistant, school team
""")
PRONOUN: Final = _list("he, she, they, i, s/he, he/she, she/he")

#: Verbs that nobody can see; the goal has to name what is seen instead.
VAGUE: Final = _list("""
improve, increase, enhance, understand, know, learn, appreciate, feel, think, believe, realise, realize, enjoy,
develop, gain, become, strengthen, value, grasp the concept*, work on, focus on, comprehend, internalise, internalize,
progress, grow, benefit, experience, acquire, boost, better, master, maximise, maximize, optimise, optimize, regain,
strive, attempt, be exposed, expand, restore, promote, normalise, normalize, make progress, get better, get stronger,
do better, become familiar, be familiar, see, want, care, trust, recover, cope, be more, be better, be aware, be
motivated, be successful, be comfortable, be confident, be happy, be happier, be calm, be calmer, be stronger, be
ready, be functional, be less, be able, behave, like, respect, reach potential, maintain current*, maintain present*,
maintain function*, be safe, maintain status, maintain his*, maintain her*, maintain skills, be organised, be
organized, be good, be compliant, be cooperative, be focused, be attentive, be more *, be healthier, keep improving,
be improved, be increased, be enhanced, be strengthened, reach max*, reach full, reach highest, begin to, try,
facilitate, build strength*, build up, build skill*, build confidence, build endurance, build self*, build hand*
""")
#: Vague verbs that leave something seen behind when they are struck out ("learn to tie" is "tie").
STRIKE_OUT: Final = _list("learn, try, attempt, begin to, develop, become able, strive, work on, want, be able")
#: What makes "demonstrate", "show", "have" vague.
VAGUE_OBJECT: Final = _list("""
improved, improvement*, increased, better, enhanced, understanding, an understanding, awareness, knowledge, greater,
more, progress, growth, appropriate behavior*, appropriate behaviour*, good, adequate, stronger, appreciation,
interest, motivation, decreased, reduced, insight, increase, a decrease, a better, an improved, an increased, an
improvement, an increase, appropriate social skills, age appropriate skills, age appropriate, confidence, gains,
functional skills, self esteem, self confidence, respect, positive, a positive attitude, the concept*, maturity
""")
SHOW: Final = _list("demonstrate, show, display, exhibit, have, present with, achieve, gain, possess, get")
#: Verbs that are seen only if the goal says what doing it looks like.
SOFT: Final = _list("""
participate, engage, tolerate, cooperate, interact, behave, respond, process, regulate, self regulate, manage, handle,
focus, attend, explore, practise, practice, socialise, socialize, access
""")
#: Getting a service.
SERVICE_VERB: Final = _list("""
receive, be seen, be provided, be offered, be given, undergo, be enrolled, be referred, be evaluated, be assessed, be
treated, continue to receive, have access, get, have, attend, participate in, work with, be placed, be scheduled,
complete, engage in, continue, continue with, be supported by, be monitored by, be pulled
""")
SERVICE: Final = _list("""
ot, occupational therapy, therapy, therapies, ot services, services, treatment, intervention, interventions, sessions,
ot sessions, therapy sessions, sensory diet, sensory integration, consultation, skilled ot, direct ot, evaluation,
assessment, home visits, treatment sessions, group therapy, hand therapy, sensory breaks, instruction, support
services
""")
NEGATIVE: Final = _list("""
not, never, no longer, stop, refrain, cease, avoid, quit, decrease, reduce, eliminate, minimise, minimize, lessen,
lower, have fewer, have no, have less, be free of, limit, discontinue, show no, demonstrate no, display no, exhibit no
""")

#: Functions and structures of the body, and skills taken out of any occupation.
BODY: Final = _list("""
strength, strengthen*, rom, arom, aarom, prom, range of motion, grip, pinch, grasp strength, endurance, activity
tolerance, muscle*, tone, balance, coordination, co ordination, dexterity, flexion, extension, abduction, adduction,
rotation, supination, pronation, degrees, mmt, edema, oedema, swelling, spasticity, sensation, pain, posture,
postural, core stability, core strength, visual perception, visual perceptual, visual motor, visual motor integration,
fine motor, gross motor, motor skills, sensory processing, sensory integration, proprioception, proprioceptive,
vestibular, motor planning, praxis, eye hand, hand eye, bilateral integration, crossing midline, cross midline,
attention span, memory, cognition, cognitive skills, executive function*, executive functioning, scapular, shoulder,
wrist, elbow, ue, rue, lue, bue, finger, fingers, thumb, hand strength, hypersensitivity, scar, contracture*, visual
tracking, visual scanning, convergence, upper extremity, upper limb, trunk control, head control, reflex*, hand
skills, in hand manipulation, tripod grasp, pincer grasp, frustration tolerance, arousal, self esteem, mood, anxiety,
depression, standing tolerance, sitting balance, standing balance, sitting tolerance, bilateral hand*
""")
#: Things of the treatment room; an exercise is no occupation.
EXERCISE: Final = _list("""
reps, repetitions, exercise, exercises, peg, pegs, pegboard, peg board, putty, theraputty, theraband, thera band,
cones, dowel, weights, dumbbell*, ube, arm bike, clothespin*, clothes pin*, clothes peg*, sit ups, plank, jumping
jacks, animal walks, wheelbarrow walk*, prone extension, supine flexion, therapy ball, bosu, hand gripper, nine hole
peg*
""")
#: Words that tie a goal to something people do in their day.
OCCUPATION: Final = _list("""
bath, bathe, bathing, bathtub, shower*, wash*, toilet*, commode, dress*, undress*, don, dons, donning, doff, doffing,
shirt*, pants, trouser*, sock*, shoe*, shoelace*, coat*, jacket*, button*, unbutton*, zip*, bra, clothes, clothing,
garment*, eat, eats, eating, feed*, self feed*, drink*, meal*, utensil*, spoon*, fork*, cutlery, cup, food*, snack*,
lunch*, breakfast*, dinner*, supper*, groom*, teeth, tooth, toothbrush*, hair*, shav*, comb, make up, makeup, nail
care, nails, deodorant, hygiene, transfer*, bed mobility, functional mobility, cook*, sandwich*, recipe*, bake*,
baking, kitchen*, laundry, clean*, sweep*, dish, dishes, dishwasher, vacuum*, garden*, plant, plants, shop*, grocer*,
bill, bills, bank*, budget*, money, coin, coins, pay, paying, medication*, medicine*, pill, pills, pillbox, insulin,
phone*, telephone*, email*, e mail*, text message*, computer*, type, types, typing, keyboard*, write*, writing,
handwrit*, print, prints, printing, copy, copies, copying, letter*, sentence*, word, words, paragraph*, name, draw*,
color*, colour*, cut, cuts, cutting, scissor*, snip*, glue, glu*, paste, paint*, craft*, art, knit*, sew, sewing,
crochet*, read*, book*, study, studies, studying, homework, backpack*, book bag*, box, boxes, shelf, shelves, shelv*,
locker*, assignment*, classwork, class, classroom*, lesson*, school*, recess, play*, game*, toy*, puzzle*, peer*,
friend*, conversation*, circle time, bus, drive, driving, road*, street*, travel*, community, church, pray*, worship*,
work, works, working, workday, job*, employ*, interview*, volunteer*, leisure, hobb*, sport*, swim*, bike, bicycle,
cycle, ball, sleep*, bedtime, asleep, nap, pet, pets, dog, cat, baby, child care, childcare, diaper*, nappy,
wheelchair*, w/c, routine*, adl, adls, badl*, iadl*, self care, chore*, bed, beds, calendar*, appointment*, coping,
calm*, relax*, breathing, splint*, brace, hep, home exercise program*, home program*, line up, cafeteria, canteen,
instrument, music, sing*, song*, dance*, photo*, movie*, television, tv, cards, card game*, knit, crossword*, jewel*,
necklace*, earring*, belt*, glasses, hearing aid*, prosthe*, menu*, table setting, set the table, trash, rubbish,
iron*, fold*, towel*, packing, pack*, bottle*, tea, coffee, cereal, toast, pour*, fasten*, lace*, laces, tie, ties,
tying, greet*, museum, library, gym class, pe class, caregiver tasks, family, grandchild*, parenting, date night,
intimacy, sexual, worksheet*, notebook*, planner, scheduling, emergency, fire drill, cross the, wallet, purse, atm,
restaurant*, order food, ride, riding, fishing, golf, tax*, letter writing, checkbook, cheque*, lunchbox, tray, water
fountain, jar*, container*, faucet*, door*, key, keys
""")
#: Things and methods which, with "with", are the condition of a goal.
TOOL: Final = _list("""
pencil grip*, grip, slant board, slantboard, reacher, sock aid, button hook, buttonhook, walker, rw, fww, cane,
crutches, wheelchair*, w/c, grab bar*, bench, ttb, chair, commode, bsc, dressing stick, long handled *, built up *,
weighted *, adapted *, adaptive *, modified *, scissors, visual*, timer*, schedule, checklist*, model, template, graph
paper, paper, keyboard, tablet, ipad, app, headphones, fidget*, aac, device*, equipment, ae, dme, splint*, orthosis,
orthotic*, brace, plate guard, utensils, cutlery, spoon, fork, cup, pill box, pillbox, organizer, organiser, alarm*,
calendar, smartphone, phone, cushion, footrest, stool, rail, rails, board, strategies, strategy, technique*, method,
energy conservation, handle*, script, social story, social stories, picture*, photo*, card, cards, task analysis,
dycem, non slip *, magnifier, gloves, worksheet*, extra time, extended time, increased time, distraction*,
modification*, accommodation*, support plan, supports, noise, eyes closed, vision occluded, precautions, prosthesis,
list, planner, pen, pencil, marker, crayon, crayons, rubric, word bank, highlighted *, raised line*, sliding board,
transfer board, lift, gait belt, hearing aid*, glasses, watch, reminder app, toothbrush, mirror, step by step,
handout, shoe horn, shoehorn, elastic laces, sensory tool*, break card, seat*, toilet seat, spell check*, speech to
text, software, lapboard, tray
""")
#: Where a goal may happen.
PLACE: Final = _list("""
classroom*, class, classes, home, school, kitchen, bathroom, cafeteria, lunchroom, canteen, hallway*, corridor*,
playground, playroom, bedroom, community, clinic, gym, library, circle time, desk, table, sink, chair, wheelchair,
w/c, recliner, store, shop, supermarket, workplace, work, office, car, facility, unit, ward, dining room, setting*,
environment*, group, counter, park, garden, apartment, house, flat, nursing home, lunch, recess, snack, snack time,
mealtime*, meals, bedtime, breakfast, dinner, arrival, dismissal, bedside, bed, eob, edge of bed, therapy room,
lounge, dorm, nursery, day centre, day center, church, morning, evening, afternoon, worksite, countertop, tabletop,
locker, cubby, group home, pharmacy, restaurant, cafe, bus stop
""")
#: What can be counted one by one: a criterion in these units can be measured by anybody.
UNIT: Final = _list("""
trial*, opportunit*, attempt*, session*, visit*, times, x, occasion*, day, days, week, weeks, wk, wks, morning*,
evening*, night*, meal*, class, classes, period*, lesson*, observation*, probe*, data point*, assignment*, task*,
activit*, item*, step, steps, letter*, word, words, sentence*, line, lines, character*, number*, numeral*, error*,
mistake*, reversal*, cue, cues, prompt*, reminder*, redirection*, redirect*, spill*, fall, falls, drops, loss of
balance, losses of balance, lob, repetition*, minute*, min, mins, second*, sec, secs, hour*, hr, hrs, foot, feet, ft,
metre*, meter*, yard*, inch*, cm, mm, degree*, lb, lbs, pound*, kg, point*, page*, problem*, transition*, recess*,
button*, bite*, sip*, piece*, shape*, turn, turns, exchange*, interaction*, strateg*, choice*, question*, request*,
sample*, transfer*, routine*, event*, shower*, outing*, shift*, block*, wpm, snack*, lunch*, project*, worksheet*,
direction*, instruction*, dose*, garment*, sock*, shoe*, breaks, journal*, entr*, purchase*, trip*, episode*,
outburst*, incident*, instance*, bath*, dressing*, game*, peer*, response*, doses, pill*, bill*, situation*, weekday*,
school day*, cut*, stair*, rest break*, initiation*, invitation*, object*, space*, word space*, tries, playtime*,
mealtime*, bedtime*, ingredient*, picture*, appointment*, crossing*, journey*, ride*, tablet*, material*, catch*,
throw*, weekend*
""")
#: How somebody writes the measure down.
INSTRUMENT: Final = _list("""
work sample*, writing sample*, handwriting sample*, data collection, data sheet*, data log*, data chart*, data
tracking, data point*, teacher data, therapist data, ot data, staff data, teacher observation*, therapist
observation*, ot observation*, staff observation*, clinical observation*, clinician observation*, parent observation*,
caregiver observation*, direct observation*, structured observation*, classroom observation*, observation log*,
teacher report*, parent report*, caregiver report*, carer report*, self report*, client report*, staff report*,
patient report*, nursing report*, teacher checklist*, therapist checklist*, observation checklist*, skills checklist*,
teacher log*, daily log*, weekly log*, activity log*, food log*, home log*, parent log*, caregiver log*, sleep log*,
sleep diary, portfolio*, rubric*, rating scale*, running record*, frequency count*, tally, tallies, event recording,
duration recording, stopwatch, timed test*, timed trial*, timed sample*, timed probe*, timed writing*, weekly probe*,
probe data, nursing note*, chart review, charting, therapy note*, daily note*, session note*, progress note*,
attendance record*, anecdotal record*, anecdotal note*, video recording*, pill count*, copm, fim, weefim, amps,
barthel, beery, vmi, dash, quickdash, moca, efpt, section gg, pedi, school function assessment, sensory profile, mmt,
goniomet*, dynamomet*, goal attainment scal*, standardised test*, standardized test*, standardised assessment*,
standardized assessment*, teacher documentation, documentation, return demonstration, point sheet*, behavior chart*,
behaviour chart*
""")
#: What is done safely or is not done: a share of right answers is no safe criterion.
SAFETY: Final = _list("""
road*, street*, traffic, crosswalk, medication*, medicine*, insulin, pills, safe, safely, safety, stove, hob, oven,
swallow*, brakes, knife, knives, hot, fire, emergenc*, fall, falls, seat belt*, seatbelt*, parking lot, car park,
driv*, choking, allerg*, epipen, blood sugar, sharp, transfer*, aspirat*, elope*, stranger*
""")
#: Conditions that a goal does not have to name.
DIAGNOSIS: Final = _list("""
autism, asd, autistic, adhd, add, dyspraxia, dyslexia, dysgraphia, down syndrome, cerebral palsy, cp, cva, stroke,
tbi, dementia, alzheimer*, parkinson*, multiple sclerosis, depression, anxiety disorder, schizophrenia, bipolar, ptsd,
odd, sensory processing disorder, spd, developmental delay, intellectual disability, epilepsy, arthritis, diabetes,
ocd
""")
SCHOOL_CLUE: Final = _list("""
student, students, pupil, learner, iep, ehcp, teacher, classroom, class, school, recess, classmate*, worksheet*,
homework, backpack, grade level, school year, annual review, semester, quarter, 504, playground, cafeteria, peers,
work samples, term, paraprofessional, stu, key stage, special education, circle time, marking period, grading period
""")
MEDICAL_CLUE: Final = _list("""
client, patient, pt, resident, veteran, min a, mod a, max a, sba, cga, mod i, discharge, d/c, ltg, stg, adl, adls,
iadl, iadls, inpatient, outpatient, w/c, caregiver, hospital, ward, eob, rue, lue, bue, ue, ae, dme, service user,
home health
""")
#: Two verbs that make one behaviour.
PAIRS: Final = frozenset({
    ("put", "take"), ("don", "doff"), ("wash", "dry"), ("open", "close"), ("zip", "unzip"), ("button", "unbutton"),
    ("cut", "paste"), ("lock", "unlock"), ("fasten", "unfasten"), ("tie", "untie"), ("get", "out"), ("pick", "place"),
    ("sit", "stand"), ("plan", "prepare"), ("plan", "cook"), ("dress", "undress"), ("turn", "turn"), ("brush", "rinse"),
    ("bring", "take"), ("pull", "push"), ("pull", "pull"), ("catch", "throw"), ("throw", "catch"), ("apply", "remove"),
    ("take", "put"), ("doff", "don"), ("remove", "replace"), ("wash", "rinse"), ("scoop", "bring"), ("pack", "unpack"),
})  # fmt: skip
#: Verbs that are seen, for the start of a goal and for a second behaviour.
ACTION: Final = _list("""
write, copy, cut, draw, colour, color, trace, print, type, put, take, don, doff, dress, undress, button, unbutton,
zip, unzip, tie, fasten, wash, dry, brush, comb, shave, bathe, shower, eat, feed, drink, scoop, spread, pour, prepare,
cook, make, bake, clean, sweep, wipe, fold, iron, load, unload, pack, unpack, carry, hang, open, close, turn, pick,
place, sort, count, pay, buy, shop, order, plan, organise, organize, read, answer, ask, tell, say, name, list, point,
choose, select, match, identify, describe, explain, follow, complete, perform, finish, start, initiate, walk,
transfer, push, propel, sit, stand, climb, cross, ride, drive, catch, throw, kick, jump, play, share, greet, join,
invite, call, text, email, log, record, set, check, use, hold, wear, remove, apply, insert, string, glue, paste,
paint, knit, sew, plant, water, sleep, lie, get, go, come, return, arrive, line, raise, respond, attend, participate,
engage, request, transition, demonstrate, clear, rinse, floss, flush, pull, manage, store, submit, turn in, hand in,
keep, stay, remain, navigate
""")
