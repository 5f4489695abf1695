"""Reading a goal as a reviewer would: which parts are there, which are missing or weak, and how to mend them.

Regular expressions and word lists only: the same text always gets the same answer, and each answer says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from otrec.goals.advice import finding
from otrec.goals.flaws import Flaw, flaws_of_action, flaws_of_criterion, flaws_of_wording, is_open_time
from otrec.goals.parts import Reading, read, told_wording
from otrec.goals.review import PARTS, REQUIRED, Finding, GoalReview, Wording
from otrec.models import OptionError
from otrec.models.wording import nearest

#: A goal is a sentence or two; longer texts are whole plans.
MAX_CHARACTERS: Final = 2000
_ORDER: Final = ("missing", "weak", "advice")


def lint(text: str, wording: str = "auto") -> GoalReview:
    """Read one goal and say what it has, what it lacks and how to mend it.

    A goal passes when it says who, what (so that it can be seen), under what condition, how well or often, how it is
    measured, and by when. A level of help or cues ("with one verbal cue", "independently") is a condition. A criterion
    that names what is counted (trials, letters, cues) is a measure; in medical wording a level of help is a criterion
    and a measure, as in the COAST method. The baseline is asked for as advice. What is found is words: whether the goal
    is the right one for a person is for the therapist to say.

    Parameters
    ----------
    text
        The goal, at most 2,000 characters, without names.
    wording
        "school", "medical", or "auto" to tell by the words of the goal.

    Raises
    ------
    OptionError
        If there is no text, too much of it, or the wording is unknown.

    Examples
    --------
    >>> review = lint("The student will improve handwriting.")
    >>> review.passes, review.missing
    (False, ('what', 'condition', 'criterion', 'measure', 'time'))
    >>> lint("Within 2 weeks, the client will put on a shirt with min A, seated on the bed.").passes
    True
    """
    reading = read(_plain(text), _chosen(text, wording))
    flaws = [*_flaws(reading)]
    findings = [finding(rule, reading.wording, span) for rule, span in flaws]
    findings.sort(key=lambda item: (_ORDER.index(item.level), _place(item)))
    return GoalReview(wording=reading.wording, parts=_parts(reading, findings), findings=tuple(findings))


def _plain(text: str) -> str:
    # One character for one, so that spans point into the text as it was given.
    return text.translate(
        {0x2019: "'", 0x2018: "'", 0xA0: " ", 0x2010: "-", 0x2011: "-", 0x0A: " ", 0x09: " ", 0x0D: " "}
    )


def _chosen(text: str, wording: str) -> Wording:
    problems = []
    if not text.strip():
        problems.append("there is no text; give one goal, such as 'Within 4 weeks, the client will …'")
    if len(text) > MAX_CHARACTERS:
        problems.append(f"the text has {len(text):,} characters; give one goal of at most {MAX_CHARACTERS:,}")
    if wording != "auto" and wording not in get_args(Wording):
        problems.append(f"wording is {wording!r}; choose auto, school or medical{nearest(wording, get_args(Wording))}")
    if problems:
        raise OptionError("goal: " + "; ".join(problems))
    return next((known for known in get_args(Wording) if known == wording), told_wording(_plain(text)))


def _place(item: Finding) -> int:
    return PARTS.index(item.part) if item.part in PARTS else len(PARTS)


def _flaws(reading: Reading) -> Iterator[Flaw]:
    yield from _flaws_of_who(reading)
    yield from flaws_of_action(reading)
    if not reading.condition and not reading.assist:
        yield "no_condition", None
    yield from _flaws_of_amount(reading)
    yield from flaws_of_criterion(reading)
    if not reading.time:
        yield "no_time", None
    elif is_open_time(reading):
        yield "open_time", reading.time[0]
    if not reading.baseline:
        yield "no_baseline", None
    if not reading.assist:
        yield "no_assist", None
    yield from flaws_of_wording(reading)


def _flaws_of_who(reading: Reading) -> Iterator[Flaw]:
    if reading.who is None:
        yield "no_who", None
        return
    kind, span = reading.who
    rule = {"staff": "staff_subject", "caregiver": "caregiver_subject", "pronoun": "pronoun"}.get(kind)
    if rule and reading.said(span).lower() not in {"i", "i'll"}:
        yield rule, span


def _flaws_of_amount(reading: Reading) -> Iterator[Flaw]:
    """Criterion and measure: a count with its unit is both; a level of help is both in medical wording."""
    if not reading.criterion:
        helped = reading.assist if reading.wording == "medical" else reading.graded
        yield ("help_for_criterion", helped[0]) if helped else ("no_criterion", None)
    if not _measures(reading):
        yield "no_measure", None
    elif not reading.measure and reading.wording == "school":
        yield "no_method", None


def _measures(reading: Reading) -> tuple[tuple[int, int], ...]:
    helped = reading.assist if reading.wording == "medical" else ()
    return reading.measure or reading.counted or helped


def _parts(reading: Reading, findings: list[Finding]) -> dict[str, str | None]:
    """What was found of each part; None where it is missing."""
    lost = {item.part for item in findings if item.level == "missing"}
    helped = reading.assist if reading.wording == "medical" else reading.graded
    found: dict[str, tuple[tuple[int, int], ...]] = {
        "who": (reading.who[1],) if reading.who else (),
        "condition": reading.condition or reading.assist,
        "criterion": reading.criterion or helped,
        "measure": _measures(reading),
        "time": reading.time,
        "baseline": reading.baseline,
        "assist": reading.assist,
    }
    said: dict[str, str | None] = {
        name: "; ".join(reading.said(span) for span in places) or None for name, places in found.items()
    }
    said["what"] = " ".join(reading.act.phrase.split()[:12]) if reading.act else None
    return {part: None if part in lost and part in REQUIRED else said[part] for part in PARTS}
