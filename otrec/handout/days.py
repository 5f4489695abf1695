"""The sheet of one session and the sheet of a day: what happens when, what to get out, what to take care of."""

from __future__ import annotations

from collections import Counter
from typing import Final

from otrec.handout.blocks import (
    Block,
    Box,
    Bullets,
    Checklist,
    Heading,
    Line,
    Lines,
    Paragraph,
    Step,
    Table,
    ours,
    theirs,
)
from otrec.handout.care import safety_box
from otrec.handout.given import DayGiven, MaterialGiven, PlanGiven
from otrec.handout.language import mark
from otrec.handout.sheet import dated, title_of
from otrec.handout.sheets import Desk
from otrec.models.terms import SETTING_NAMES

N_ = mark
PHASES: Final = {
    "warm_up": N_("Warm-up"),
    "targeted": N_("Main work"),
    "practice": N_("Practice in daily life"),
    "reflection": N_("Looking back"),
}
#: Most tools that a day sheet names as worth having.
MOST_UNLOCKS: Final = 5
#: Who reads what of a session besides its table, its things and its cautions.
STAFF: Final = ("teacher", "therapist")


def session_blocks(desk: Desk, plan: PlanGiven, audience: str) -> list[Block]:
    """A session sheet for one reader."""
    say = desk.say
    about = say("{used} of {minutes} minutes are planned.").format(used=plan.total_minutes, minutes=plan.minutes)
    first = [ours(about + " "), *dated(desk.look)]
    if audience == "therapist":
        first.insert(0, ours(say("Client {name}").format(name=plan.client_id) + ". "))
    title = N_("Session plan") if audience in STAFF else N_("What we do in this session")
    blocks: list[Block] = [title_of(ours(say(title))), Paragraph(line=tuple(first))]
    blocks += [_phases(desk, plan, audience in STAFF), *_care(desk, plan), *_things(desk, plan.materials)]
    if audience in STAFF:
        blocks += _staff(desk, plan)
    if plan.reflection_question:
        blocks.append(Box(title=(ours(say("To talk about at the end")),), items=((theirs(plan.reflection_question),),)))
    return [*blocks, Lines(label=(ours(say("Notes:")),), count=3)]


def _phases(desk: Desk, plan: PlanGiven, backups: bool) -> Table:
    say, known = desk.say, desk.library.activities
    header = [N_("Minute"), N_("Part"), N_("Activity"), *([N_("If it does not work")] if backups else [])]
    rows = []
    for item in plan.phases:
        span = f"{item.start_minute}–{item.start_minute + item.minutes}"
        row: list[Line] = [(ours(span),), (ours(say(PHASES[item.phase])),), (theirs(item.name),)]
        rows.append((*row, (theirs(known[item.backup].name),) if item.backup else ()) if backups else tuple(row))
    widths = (2, 4, 7, 6) if backups else (2, 4, 9)
    return Table(header=tuple((ours(say(text)),) for text in header), rows=tuple(rows), widths=widths)


def _care(desk: Desk, plan: PlanGiven) -> list[Block]:
    """Supervision and cautions of all its activities, and those that rules gave for this client."""
    activities = [desk.library.activities[item.activity_id] for item in plan.phases]
    box = safety_box(desk.library, activities, desk.say, desk.look.language)
    given = dict.fromkeys(text for item in plan.phases for text in item.cautions)
    return [box.model_copy(update={"items": (*box.items, *((theirs(text),) for text in given))})]


def _things(desk: Desk, materials: tuple[MaterialGiven, ...]) -> list[Block]:
    if not materials:
        return []
    items = []
    for item in materials:
        count = (ours(f"{item.count} × "),) if item.count > 1 else ()
        note = (theirs(f" ({item.note})"),) if item.note else ()
        if item.optional:
            note = (*note, ours(" (" + desk.say("if you have it") + ")"))
        items.append(Step(line=(*count, theirs(item.name[:1].upper() + item.name[1:]), *note)))
    return [desk.heading(N_("Things to get out")), Checklist(items=tuple(items))]


def _staff(desk: Desk, plan: PlanGiven) -> list[Block]:
    """What those who run a session read: set-up, clearing away, what to note, warnings."""
    say = desk.say
    found: list[Block] = []
    for title, lines in (
        (N_("Before"), plan.set_up),
        (N_("Afterwards"), plan.clean_up),
        (N_("What to note"), plan.measure),
    ):
        if lines:
            found += [desk.heading(title), Bullets(items=tuple((theirs(text),) for text in lines))]
    if plan.warnings:
        items = tuple((theirs(text),) for text in plan.warnings)
        found.append(Box(title=(ours(say("Warnings")),), items=items, weight="heavy"))
    return found


def day_blocks(desk: Desk, day: DayGiven) -> list[Block]:
    """A day sheet for the therapist: the bag first, then the round, then each session in short."""
    say = desk.say
    blocks: list[Block] = [title_of(ours(say("The day")))]
    if when := dated(desk.look):
        blocks.append(Paragraph(line=when))
    blocks += [desk.heading(N_("Bag")), _bag(desk, day), desk.heading(N_("Round")), _round(desk, day)]
    if day.failed:
        told = say("Client {place} of the list: ")
        failed = tuple((ours(told.format(place=item.client)), theirs(item.reason)) for item in day.failed)
        blocks.append(Box(title=(ours(say("No session for")),), items=failed, weight="heavy"))
    blocks += _extra(desk, day)
    if day.unlocks:
        lines = tuple(_unlock(desk, item.name, item.activities, item.clients) for item in day.unlocks[:MOST_UNLOCKS])
        blocks += [desk.heading(N_("What one more tool would open")), Bullets(items=lines)]
    for plan in day.plans:
        blocks += _short(desk, plan)
    return blocks


def _bag(desk: Desk, day: DayGiven) -> Block:
    say = desk.say
    if not day.packing:
        return Paragraph(line=(ours(say("No tool is needed; see the materials of each session.")),))
    items = []
    for item in day.packing:
        count = (ours(f"{item.count} × "),) if item.count > 1 else ()
        who = (ours(f" ({', '.join(item.for_clients)})", small=True),) if item.for_clients else ()
        items.append(Step(line=(*count, theirs(item.name), *who)))
    return Checklist(items=tuple(items))


def _round(desk: Desk, day: DayGiven) -> Table:
    say = desk.say
    header = (N_("Time"), N_("Client"), N_("Place"), N_("Minutes"), N_("Activities"))
    rows = tuple(
        (
            (ours(plan.starts_at or "–"),),
            (ours(plan.client_id),),
            _place(plan),
            (ours(str(plan.total_minutes)),),
            (theirs("; ".join(item.name for item in plan.phases)),),
        )
        for plan in day.plans
    )
    return Table(header=tuple((ours(say(text)),) for text in header), rows=rows, widths=(3, 3, 5, 3, 11))


def _place(plan: PlanGiven) -> Line:
    return (theirs(SETTING_NAMES.get(plan.place, plan.place)),) if plan.place else ()


def _extra(desk: Desk, day: DayGiven) -> list[Block]:
    """Materials of the day that are no tools of the bag, each once, with how many sessions need it."""
    counts = Counter(item.name for plan in day.plans for item in plan.materials if item.tool is None)
    if not counts:
        return []
    lines = tuple(
        Step(line=(theirs(name[:1].upper() + name[1:]), *((ours(f" × {count}"),) if count > 1 else ())))
        for name, count in counts.items()
    )
    return [desk.heading(N_("Other materials")), Checklist(items=lines)]


def _unlock(desk: Desk, name: str, activities: int, clients: int) -> Line:
    told = desk.say("{activities} more activities (clients: {clients})").format(activities=activities, clients=clients)
    return (theirs(name), ours(f": {told}"))


def _short(desk: Desk, plan: PlanGiven) -> list[Block]:
    """One session of the day: heading, table, cautions, what to note."""
    say = desk.say
    when = f"{plan.starts_at} · " if plan.starts_at else ""
    heading = Heading(level=desk.level, line=(ours(f"{when}{say('Client {name}').format(name=plan.client_id)}"),))
    inner = Desk(desk.library, desk.look, desk.level + 1)
    blocks: list[Block] = [heading, _phases(desk, plan, True), *_care(desk, plan)]
    if plan.measure:
        notes = tuple((theirs(text),) for text in plan.measure)
        blocks += [inner.heading(N_("What to note")), Bullets(items=notes)]
    if plan.warnings:
        items = tuple((theirs(text),) for text in plan.warnings)
        blocks.append(Box(title=(ours(say("Warnings")),), items=items, weight="heavy"))
    return blocks
