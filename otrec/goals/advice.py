"""Why each part of a goal matters and how to mend it: one row a rule, school and medical examples side by side."""

from __future__ import annotations

from typing import Final, NamedTuple

from otrec.goals.review import Finding, Level, Wording


class Advice(NamedTuple):
    """What is said about one finding."""

    part: str
    level: Level
    sentence: str
    school: str
    medical: str


#: Rule -> what is said. The parts of an annual goal are those of IEP practice (34 CFR 300.320(a)(2)-(3)); client,
#: occupation, assist level, specific condition and timeline are those of the COAST method (Gateley & Borcherding 2012).
ADVICE: Final[dict[str, Advice]] = {
    "no_who": Advice(
        "who", "missing", "The goal does not say who will do it.",
        "Begin: 'the student will …'.", "Begin: 'the client will …'.",
    ),
    "staff_subject": Advice(
        "who", "missing", "A member of staff is the one who acts; a goal is what the client will do.",
        "Say what the student will do once that support is there: 'given a visual schedule, the student will …'.",
        "Say what the client will do after that help: 'after instruction, the client will …'.",
    ),
    "caregiver_subject": Advice(
        "who", "advice", "A family member acts here; that fits carer training only.",
        "If the student's own doing is the aim, begin with 'the student will …'.",
        "If the client's own doing is the aim, begin with 'the client will …'.",
    ),
    "pronoun": Advice(
        "who", "advice", "'He', 'she' or 'they' is clear only next to another sentence.",
        "Write 'the student'.", "Write 'the client', or 'I' in the client's own words.",
    ),
    "no_what": Advice(
        "what", "missing", "No action is named, so nobody can see the goal happen.",
        "Name it with a verb you can see: write, put on, ask, pack.",
        "Name it with a verb you can see: put on, prepare, transfer, pay.",
    ),
    "vague_verb": Advice(
        "what", "missing", "This cannot be seen, so two people could not agree that it happened.",
        "Say what you will see instead of the change: 'write', 'cut out', 'join in a game by taking a turn'.",
        "Say what you will see instead of the change: 'put on a shirt', 'prepare a cold meal'.",
    ),
    "vague_start": Advice(
        "what", "weak", "The first verb cannot be seen; what follows it can.",
        "Strike the first verb out: 'will learn to tie' becomes 'will tie'.",
        "Strike the first verb out: 'will improve dressing by putting on' becomes 'will put on'.",
    ),
    "soft_verb": Advice(
        "what", "weak", "People see different things in this verb.",
        "Say what it looks like: 'take part by taking two turns'.",
        "Say what it looks like: 'attend by finishing one task'.",
    ),
    "body_only": Advice(
        "what", "missing", "This names a body function or an exercise and no occupation that it is for.",
        "Name the school task that needs it: 'cut along a line', 'copy five words'.",
        "Name the daily task that needs it: 'reach a plate from the shelf', 'fasten four buttons'.",
    ),
    "body_linked": Advice(
        "what", "weak", "The goal measures a body function and names the occupation only as its purpose.",
        "Let the school task be what is measured.", "Let the daily task be what is measured.",
    ),
    "service": Advice(
        "what", "missing", "This is a service that is given, not what the person will do.",
        "Keep minutes and visits for the service page; say what the student will do.",
        "Keep frequency for the plan of care; say what the client will do.",
    ),
    "two_behaviours": Advice(
        "what", "weak", "Two actions share one criterion; if one is met and one is not, the goal cannot be scored.",
        "Write two goals, or name one routine and count its steps.",
        "Write two goals, or name one routine and count its steps.",
    ),
    "no_condition": Advice(
        "condition", "missing", "The goal does not say where, with what or after what help it is done.",
        "Add 'given a model on the desk' or 'during class writing'.", "Add 'seated at the sink' or 'using a reacher'.",
    ),
    "no_criterion": Advice(
        "criterion", "missing", "The goal does not say how well, how long or how often is enough.",
        "Add 'in 4 of 5 opportunities over 3 sessions'.", "Add 'with minimal assistance' or 'in 3 of 3 trials'.",
    ),
    "help_for_criterion": Advice(
        "criterion", "weak", "A level of help alone does not say how often.",
        "Add 'in 4 of 5 opportunities'.", "Add 'in 3 of 3 trials'.",
    ),
    "bare_percent": Advice(
        "criterion", "weak", "A percentage needs to say of what: a share of an unnamed whole cannot be counted.",
        "Write '9 of 10 letters on the line' or '80% of trials'.", "Write '4 of 5 steps' or '80% of meals'.",
    ),
    "partly_safe": Advice(
        "criterion", "weak", "Done right most of the time is not safe: the other times may hurt somebody.",
        "Ask for every time in a named number of tries with an adult near: '5 of 5 crossings'.",
        "Ask for every time in a named number of tries, or count the cues: '7 of 7 days with no cues'.",
    ),
    "no_measure": Advice(
        "measure", "missing", "The goal does not say what is counted or who writes it down.",
        "Add 'as measured by weekly work samples' or name a unit: trials, letters, minutes.",
        "Name a unit (trials, steps, cues, minutes) or a level of help.",
    ),
    "no_method": Advice(
        "measure", "advice", "The unit is clear; who records it, and when, is not said.",
        "Add 'as measured by a weekly teacher data sheet'.",
        "Add 'recorded by staff each day' if several people score it.",
    ),
    "no_time": Advice(
        "time", "missing", "The goal has no end, so nobody knows when to look.",
        "Begin with 'By 12 June 2026' or 'Within 36 weeks'.", "Add 'within 4 weeks'.",
    ),
    "open_time": Advice(
        "time", "weak", "The day of this event is not known yet.",
        "Add a date or a number of weeks.", "Add a date or a number of weeks: 'within 2 weeks'.",
    ),
    "no_baseline": Advice(
        "baseline", "advice", "Without a starting point nobody can see the change.",
        "Note it next to the goal: 'now 1 of 5 opportunities'.", "Note it next to the goal: 'now moderate assistance'.",
    ),
    "no_assist": Advice(
        "assist", "advice", "The amount of help is not said.",
        "Add 'independently' or 'with one verbal prompt'.", "Add 'with supervision' or 'with minimal assistance'.",
    ),
    "name": Advice(
        "privacy", "weak", "This looks like a name; use a pseudonym.",
        "Write 'the student'.", "Write 'the client'.",
    ),
    "birth_date": Advice(
        "privacy", "weak", "This looks like a birth date or a record number; leave it out.",
        "Give an age in years where it matters.", "Give an age in years where it matters.",
    ),
    "eligibility": Advice(
        "wording", "weak", "A goal does not decide a diagnosis or who may have a service.",
        "Say only what the student will do.", "Say only what the client will do.",
    ),
    "diagnosis": Advice(
        "wording", "weak", "A diagnosis is not part of a goal.",
        "Leave it out; say what stands in the way of the task elsewhere.",
        "Leave it out; it has its own place in the record.",
    ),
    "negative": Advice(
        "wording", "weak", "The goal says what will not happen; it gives no skill to practise.",
        "Say what the student will do instead: 'ask for a break with a card'.",
        "Say what the client will do instead: 'call for help before standing up'.",
    ),
}  # fmt: skip


def finding(rule: str, wording: Wording, span: tuple[int, int] | None = None) -> Finding:
    """What is said about one rule in one wording.

    >>> finding("no_time", "medical").example
    "Add 'within 4 weeks'."
    """
    row = ADVICE[rule]
    example = row.school if wording == "school" else row.medical
    return Finding(part=row.part, level=row.level, rule=rule, sentence=row.sentence, example=example, span=span)
