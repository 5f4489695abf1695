"""The verb for boards: what may be asked of it, and the board that comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from otrec.handout.boards import (
    KINDS,
    LONGEST_LINE,
    MOST_LINES,
    Told,
    board_blocks,
    told_activities,
    told_lines,
    told_routine,
    told_steps,
)
from otrec.handout.language import mark
from otrec.handout.make import count_problems, known
from otrec.handout.sheet import Handout, Look, choice, finish, refuse
from otrec.handout.sheets import Desk
from otrec.library import Library
from otrec.models import OptionError

N_ = mark


def board(
    kind: str,
    library: Library,
    *,
    lines: Sequence[str | tuple[str, str]] = (),
    routine: str = "",
    activities: Sequence[str] = (),
    title: str = "",
    language: str = "en",
    paper: str = "a4",
    large: bool = False,
    qr: str = "",
    as_of: dt.date | None = None,
) -> Handout:
    """A board to look at: schedule, first_then, checklist, narrative or step_cards.

    It comes from exactly one of: `lines` as typed (a pair is a line and the id of its picture), a bundled `routine`, or
    `activities` of the library. A first-then board has two lines or activities; step cards and a narrative take one
    activity and show its steps.

    Raises
    ------
    OptionError
        With every option that is not allowed.
    UnknownIdError
        If a routine, activity or picture is not known.

    >>> from otrec.library import load_library
    >>> board("first_then", load_library(), lines=["Brush teeth", "Read a book"]).text().splitlines()[2]
    'First: Brush teeth [Brush teeth]'
    """
    look = Look(language, paper, large, qr, as_of)
    problems = [*choice("kind", kind, KINDS), *look.problems(), *_line_problems(lines)]
    problems += _source_problems(kind, lines, routine, activities)
    refuse(problems)
    told = _told(library, kind, lines, routine, activities, language, title or look.say(BOARD_TITLES[kind]))
    if kind == "first_then" and len(told.items) != 2:
        raise OptionError(f"first_then: needs two lines, first and then; {len(told.items)} were given")
    blocks = [*board_blocks(kind, Desk(library, look), told)]
    return finish(title or told.title.text, blocks, look, library.version)


BOARD_TITLES: Final = {
    "schedule": N_("My plan"),
    "first_then": N_("First, then"),
    "checklist": N_("My checklist"),
    "narrative": N_("What I do"),
    "step_cards": N_("Step by step"),
}


def _line_problems(lines: Sequence[str | tuple[str, str]]) -> list[str]:
    if isinstance(lines, str):
        return ["lines: give a list of lines, not one text"]
    found = []
    if len(lines) > MOST_LINES:
        found.append(f"lines: {len(lines)} were given; at most {MOST_LINES} fit a board")
    for number, line in enumerate(lines, 1):
        text = line if isinstance(line, str) else line[0]
        if not text.strip():
            found.append(f"line {number}: is empty; write what happens, or take it out")
        elif len(text) > LONGEST_LINE:
            found.append(f"line {number}: has {len(text)} characters; at most {LONGEST_LINE}, so that it can be read")
    return found


def _source_problems(kind: str, lines: Sequence[object], routine: str, activities: Sequence[str]) -> list[str]:
    given = [name for name, value in (("lines", lines), ("routine", routine), ("activities", activities)) if value]
    if len(given) != 1:
        named = " and ".join(given) or "none"
        return [f"board: give exactly one of lines, routine and activities; given: {named}"]
    if kind in ("narrative", "step_cards") and len(activities) > 1:
        return [f"{kind}: takes one activity, whose steps it shows; {len(activities)} were given"]
    return count_problems(list(activities)) if activities else []


def _told(
    library: Library,
    kind: str,
    lines: Sequence[str | tuple[str, str]],
    routine: str,
    activities: Sequence[str],
    language: str,
    title: str,
) -> Told:
    if routine:
        return told_routine(routine, language)
    if lines:
        return told_lines(lines, language, title)
    found = known(library, activities)
    if len(found) == 1 and kind != "schedule":
        return told_steps(found[0], language)
    return told_activities(found, language, title)
