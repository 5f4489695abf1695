"""Readers and writers of the cells of a caseload sheet: text <-> the value of a `Client` field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar, get_args

from otrec.exchange.grammar import (
    CellProblem,
    clock_kept,
    day_in,
    day_of,
    entries,
    joined,
    kept,
    plain,
    shown,
    split,
    whole,
)
from otrec.exchange.words import Words, folded
from otrec.models import AssessmentDone, Goal, Past, Routine
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS, Delivery, Hand, Response, Setting, Side
from otrec.models.wording import nearest

Read = Callable[[str, Any], Any]
T = TypeVar("T")

#: Other words for the closed lists.
SETTING_WORDS: Final = {folded(name): word for word, name in SETTING_NAMES.items()}
HAND_WORDS: Final = {
    "r": "right", "right handed": "right", "l": "left", "left handed": "left", "ambidextrous": "either",
    "not yet": "undecided",
}  # fmt: skip
SIDE_WORDS: Final = {"r": "right", "l": "left", "bilateral": "both"}
CHOICES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "setting": (get_args(Setting), SETTING_WORDS),
    "hand": (get_args(Hand), HAND_WORDS),
    "side": (get_args(Side), SIDE_WORDS),
    "delivery": (get_args(Delivery), {}),
    "response": (get_args(Response), {}),
}
#: "Nobody asked yet", "no limit": the same as a blank cell, in columns where a blank differs from none.
BLANK_WORDS: Final = ("not asked", "not asked yet", "unknown", "any", "any tool")
_LIKE_A_DAY: Final = re.compile(r"\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b.*", re.DOTALL)


def each(pieces: Iterable[str], read: Callable[[str], T]) -> list[T]:
    """Every entry read, or one `CellProblem` with what is wrong with any of them."""
    found, problems = [], []
    for piece in pieces:
        try:
            found.append(read(piece))
        except CellProblem as problem:
            problems += problem.problems
    if problems:
        raise CellProblem(*problems)
    return found


def one_of(kind: str) -> Read:
    """A reader of one word of a closed list."""
    allowed, others = CHOICES[kind]
    words = {folded(word): word for word in allowed} | others

    def read(text: str, _: Words) -> str:
        word = folded(plain(text))
        if word in words:
            return words[word]
        raise CellProblem(f"{shown(text)} is not allowed; choose from {', '.join(allowed)}{nearest(word, allowed)}")

    return read


def ids(kind: str, what: str, blank: Iterable[str] = ()) -> Read:
    """A reader of a list of terms; the words in `blank` stand for a cell that was left empty."""

    def read(text: str, words: Words) -> tuple[str, ...] | None:
        if folded(text) in blank:
            return None
        return tuple(each(entries(text), lambda piece: words.find(kind, piece, what)))

    return read


def barriers(text: str, words: Words) -> dict[str, int]:
    """`grasp_pattern: 3; tactile_sensitivity: mild` -> id -> severity 0-4."""
    severities = {word: str(level) for level, word in SEVERITY_WORDS.items()}

    def pair(piece: str) -> tuple[str, int]:
        name, level = _name_and_last(piece)
        if level is None:
            raise CellProblem(
                f"{shown(piece)} has no severity; write it behind a colon, from 0 to 4, such as grasp_pattern: 3"
            )
        return _both(
            lambda: words.find("barriers", name, "barrier"),
            lambda: whole(severities.get(folded(level), level), 0, 4, "severity"),
        )

    pairs = each(entries(text), pair)
    found = dict(pairs)
    twice = sorted({name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1})
    if twice:
        raise CellProblem(*(f"{name!r} is given more than once; keep one" for name in twice))
    return found


def goals(text: str, words: Words) -> tuple[Goal, ...]:
    """`handwriting: 9; dressing` -> goals; an importance that is left out is 5, as in a client file."""

    def goal(piece: str) -> Goal:
        name, level = _name_and_last(piece)
        occupation, importance = _both(
            lambda: words.find("occupations", name, "occupation"),
            lambda: 5 if level is None else whole(level, 1, 10, "importance"),
        )
        return Goal(occupation=occupation, importance=importance)

    return tuple(each(entries(text), goal))


def free_words(text: str, _: Words) -> tuple[str, ...]:
    """`dinosaurs; drawing` -> words as they are written; the ranking knows the library's words among them."""
    return tuple(map(plain, entries(text)))


def routines(text: str, words: Words) -> tuple[dict[str, str], ...]:
    """`dressing: before school: grandparent` -> occupation, when, with whom."""

    def routine(piece: str) -> dict[str, str]:
        parts = split(clock_kept(piece), ":")
        if len(parts) > 3:
            raise CellProblem(
                f"an entry has {len(parts)} parts; write occupation: when: with whom, and \\: for a colon in a part"
            )
        name, when, with_whom = [*parts, "", ""][:3]
        occupation = words.find("occupations", name, "occupation")
        return {"occupation": occupation, "when": plain(when), "with": plain(with_whom)}

    return tuple(each(entries(text), routine))


def assessments(text: str, _: Words) -> tuple[dict[str, Any], ...]:
    """`Sensory Profile 2: 2026-09-01; COPM` -> instruments with their day, if it is known."""

    def done(piece: str) -> dict[str, Any]:
        name, last = _name_and_last(piece)
        if last is not None and _LIKE_A_DAY.fullmatch(last):
            return {"name": plain(name), "date": day_in(last)}
        return {"name": plain(piece)}

    return tuple(each(entries(text), done))


def history(text: str, words: Words) -> tuple[Past, ...]:
    """`pencil_circus_warm_up: 2026-09-14: liked` -> what was done, when, and how it was received."""

    def past(piece: str) -> Past:
        name, last = _name_and_last(piece)
        response = "neutral"
        if last is not None and day_of(last) is None and not _LIKE_A_DAY.fullmatch(last):
            earlier, date = _name_and_last(name)
            if date is not None:
                response, name, last = one_of("response")(last, words), earlier, date
        if last is None:
            raise CellProblem(f"{shown(piece)} has no date; write activity: 2026-09-14: liked, neutral or disliked")
        given = last
        activity, date_ = _both(lambda: words.find("activities", name, "activity"), lambda: day_in(given))
        return Past(activity=activity, date=date_, response=response)

    return tuple(each(entries(text), past))


def _name_and_last(piece: str) -> tuple[str, str | None]:
    """What stands before the last colon, and what stands behind it: names may hold colons."""
    parts = split(piece, ":")
    return (piece, None) if len(parts) == 1 else (":".join(parts[:-1]), parts[-1])


A = TypeVar("A")
B = TypeVar("B")


def _both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Two parts of an entry; if both are wrong, both are told."""
    problems: list[str] = []
    try:
        one = first()
    except CellProblem as problem:
        problems += problem.problems
    try:
        two = second()
    except CellProblem as problem:
        problems += problem.problems
    if problems:
        raise CellProblem(*problems)
    return one, two


# Writers


def written_list(value: Iterable[str] | None, blank_differs: bool = False) -> str:
    """A list as a cell. Where a blank has a meaning of its own, an empty list is written as none."""
    if value is None:
        return ""
    words = [kept(word) for word in value]
    return joined(words) if words or not blank_differs else "none"


def written_known(value: Iterable[str] | None) -> str:
    return written_list(value, blank_differs=True)


def written_barriers(value: dict[str, int]) -> str:
    return joined(f"{name}: {level}" for name, level in value.items())


def written_goals(value: Iterable[Goal]) -> str:
    return joined(f"{goal.occupation}: {goal.importance}" for goal in value)


def written_routines(value: Iterable[Routine]) -> str:
    return joined(_parts(item.occupation, item.when, item.with_whom) for item in value)


def written_assessments(value: Iterable[AssessmentDone]) -> str:
    return joined(_parts(item.name, _day(item.date)) for item in value)


def written_history(value: Iterable[Past]) -> str:
    return joined(_parts(item.activity, _day(item.date), item.response) for item in value)


def _day(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


def _parts(*parts: str) -> str:
    texts = [kept(part) for part in parts]
    while texts and not texts[-1]:
        texts.pop()
    return ": ".join(texts)
