"""Boards: picture schedule, first-then, checklist, step cards, narrative; from a routine, lines or activities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from otrec.handout.art import art_for, art_for_line, art_of
from otrec.handout.blocks import (
    Art,
    Block,
    Box,
    Checklist,
    Line,
    Lines,
    Panel,
    Panels,
    Paragraph,
    Schedule,
    ScheduleRow,
    Span,
    Step,
    Steps,
    ours,
    theirs,
)
from otrec.handout.care import safety_box
from otrec.handout.language import mark
from otrec.handout.sheet import title_of
from otrec.handout.sheets import Desk
from otrec.models import Activity, Frozen, UnknownIdError
from otrec.models.wording import nearest
from otrec.models.yaml_text import parse_yaml

N_ = mark
KINDS: Final = ("schedule", "first_then", "checklist", "narrative", "step_cards")
#: Most lines of a board, and most characters of a line: what can be read from a wall.
MOST_LINES, LONGEST_LINE = 20, 120


class RoutineLine(Frozen):
    """A line of a routine in both languages, and the id of its picture."""

    en: str
    es: str
    picture: str = ""


class Routine(Frozen):
    """An everyday routine, in the first person; `place` and `ending` frame a narrative."""

    id: str
    name: dict[str, str]
    place: dict[str, str]
    ending: dict[str, str]
    lines: tuple[RoutineLine, ...]


@dataclass(frozen=True)
class Told:
    """What a board shows: a title, lines with their pictures, and the activities it comes from."""

    title: Span
    items: tuple[tuple[Span, Art | None], ...]
    activities: tuple[Activity, ...] = ()
    routine: Routine | None = None


@cache
def _routines() -> dict[str, Routine]:
    rows: list[Any] = parse_yaml((files("otrec.handout") / "routines.yaml").read_text(encoding="utf-8"))
    return {row["id"]: Routine.model_validate(row) for row in rows}


def routines() -> dict[str, Routine]:
    """The bundled routines by id.

    >>> [line.es for line in routines()["handwashing"].lines][:2]
    ['Abro el agua.', 'Me mojo las manos.']
    """
    return dict(_routines())


def told_routine(name: str, language: str) -> Told:
    """A bundled routine in a language."""
    if name not in _routines():
        raise UnknownIdError(f"routine {name!r} is not bundled{nearest(name, _routines())}. There are {_names()}")
    found = _routines()[name]
    items = tuple(
        (ours(line.es if language == "es" else line.en), art_of(line.picture, language) if line.picture else None)
        for line in found.lines
    )
    return Told(ours(found.name[language]), items, routine=found)


def _names() -> str:
    return ", ".join(_routines())


def told_lines(lines: Sequence[str | tuple[str, str]], language: str, title: str) -> Told:
    """Lines as somebody typed them; a pair names its picture."""
    items = []
    for line in lines:
        text, picture = (line, "") if isinstance(line, str) else line
        items.append((ours(text.strip()), art_of(picture, language) if picture else art_for_line(text, language)))
    return Told(ours(title), tuple(items))


def told_activities(activities: Sequence[Activity], language: str, title: str) -> Told:
    """Activities by their names; the picture is that of the name, or of the first step that has one."""
    items = []
    for activity in activities:
        drawn = (art_for(text, language) for text in (activity.name, *activity.steps))
        items.append((theirs(activity.name), next((art for art in drawn if art), None)))
    return Told(ours(title), tuple(items), tuple(activities))


def told_steps(activity: Activity, language: str) -> Told:
    """The steps of one activity, as written."""
    items = tuple((theirs(text), art_for(text, language)) for text in activity.steps)
    return Told(theirs(activity.name), items, (activity,))


def board_blocks(kind: str, desk: Desk, told: Told) -> list[Block]:
    """The blocks of a board of one kind; cautions are added where activities stand behind it."""
    blocks: list[Block] = [title_of(told.title), *MAKERS[kind](desk, told)]
    if told.activities:
        blocks.append(safety_box(desk.library, told.activities, desk.say, desk.look.language))
    return blocks


def _schedule(desk: Desk, told: Told) -> list[Block]:
    return [Schedule(rows=tuple(ScheduleRow(line=(span,), art=art) for span, art in told.items))]


def _first_then(desk: Desk, told: Told) -> list[Block]:
    labels = (N_("First"), N_("Then"))
    panels = tuple(
        Panel(label=(ours(desk.say(label)),), lines=((span,),), art=art)
        for label, (span, art) in zip(labels, told.items, strict=True)
    )
    return [Panels(items=panels, columns=2, size="big")]


def _checklist(desk: Desk, told: Told) -> list[Block]:
    return [Checklist(items=tuple(Step(line=(span,), art=art) for span, art in told.items))]


def _cards(desk: Desk, told: Told) -> list[Block]:
    panels = tuple(
        Panel(label=(ours(str(number)),), lines=((span,),), art=art) for number, (span, art) in enumerate(told.items, 1)
    )
    return [
        Paragraph(line=(ours(desk.say("Cut the cards apart, or cover those that are done."), small=True),)),
        Panels(items=panels),
    ]


#: The calm frame of a narrative: what a person can do. Descriptive, in the first person, no commands.
CAN: Final = (
    N_("I can take my time."),
    N_("I can ask for help."),
    N_("I can ask for a break."),
    N_("If something changes, people can tell me."),
)


def _narrative(desk: Desk, told: Told) -> list[Block]:
    say, language = desk.say, desk.look.language
    routine = told.routine
    place: Line = (ours(say("Sometimes I do this:") + " "), told.title, ours("."))
    ending = say("Then it is finished. I can rest or do something else.")
    if routine:
        place, ending = (ours(routine.place[language]),), routine.ending[language]
    blocks: list[Block] = [
        desk.heading(N_("Where I am")),
        Paragraph(line=place, style="lead"),
        desk.heading(N_("What happens")),
        Steps(items=tuple(Step(line=(span,), art=art) for span, art in told.items)),
        Box(title=(ours(say("What I can do")),), items=tuple((ours(say(text)),) for text in CAN)),
        desk.heading(N_("How it ends")),
        Paragraph(line=(ours(ending),), style="lead"),
    ]
    if told.activities:
        hint = say("For the adult: these steps are as written for a therapist. Read them in your own calm words.")
    else:
        hint = say("For the adult: change each line until it is true for this person and this place.")
    return [*blocks, Paragraph(line=(ours(hint),), style="small"), Lines(label=(ours(say("My own words:")),), count=2)]


MAKERS: Final[dict[str, Callable[[Desk, Told], list[Block]]]] = {
    "schedule": _schedule,
    "first_then": _first_then,
    "checklist": _checklist,
    "narrative": _narrative,
    "step_cards": _cards,
}
