"""Session notes made of recorded facts only: what was not recorded is printed as not recorded, never filled in.

A line is a template and the facts that fill it; each fact names the place in the record, or the data points, it comes
from. There are no billing codes, and the assessment holds comparisons only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from otrec.models import OptionError
from otrec.progress.file import ProgressFile
from otrec.progress.records import ActivityDone, DataPoint, GoalRecord, SessionRecord, on_day
from otrec.progress.series import Day, aimline, days
from otrec.progress.wording import PROMPTS, change, day, on_scale, recorded

NOT_RECORDED: Final = "not recorded"
HOME_WORDS: Final = {"yes": "done", "no": "not done", "unknown": "asked, not known"}


@dataclass(frozen=True)
class Given:
    """Words that fill a line, and where they come from: a place in the session (`said.1.words`), points and goals."""

    text: str
    origin: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of a note: template words and, in the order of its gaps, what was recorded."""

    template: str
    given: tuple[Given, ...] = ()

    @property
    def text(self) -> str:
        return self.template.format(*(item.text for item in self.given))

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Every origin of the line, once."""
        return tuple(dict.fromkeys(name for item in self.given for name in item.origin))


@dataclass(frozen=True)
class Note:
    """A note on one session: its lines under their headings."""

    kind: str
    client: str
    date: dt.date
    sections: dict[str, tuple[Line, ...]]

    def text(self) -> str:
        """The note as plain text, to be read and signed by the therapist."""
        lines = [f"{self.kind}, {day(self.date)}, client {self.client}"]
        for heading, held in self.sections.items():
            lines += ["", heading] if heading else [""]
            lines += [f"- {line.text}" for line in held]
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: each line with its template, what was given and where it comes from."""
        sections = {
            heading: [
                {
                    "text": line.text,
                    "template": line.template,
                    "given": [{"text": item.text, "origin": list(item.origin)} for item in line.given],
                }
                for line in held
            ]
            for heading, held in self.sections.items()
        }
        return {"kind": self.kind, "client": self.client, "date": self.date.isoformat(), "sections": sections}


def soap(file: ProgressFile, date: dt.date, names: Mapping[str, str]) -> Note:
    """A SOAP note on the session of a day.

    S holds recorded words only. O holds activities, minutes, prompts, points and observations. A compares the points of
    the day with baseline, aim and the measured day before; it judges nothing. P is the recorded next step.

    Parameters
    ----------
    file : ProgressFile
        The client's record.
    date : datetime.date
        The day of the session.
    names : Mapping[str, str]
        What activities are called, by id; an id without a name is printed as it is.

    Raises
    ------
    OptionError
        If no session was recorded on that day.

    Examples
    --------
    >>> note = soap(ProgressFile.parse({"client": "c001", "sessions": [{"date": "2026-09-14", "minutes": 30}],
    ...     "goals": [{"id": "g1", "text": "Write own name", "measure": "trials", "direction": "up",
    ...     "baseline": {"date": "2026-09-07", "value": 1, "out_of": 5},
    ...     "target": {"date": "2026-12-14", "value": 4, "out_of": 5}}]}), dt.date(2026, 9, 14), {})
    >>> [line.text for line in note.sections["P (plan)"]]
    ['Next step: not recorded.']
    """
    session = _session(file, date)
    sections = {
        "S (subjective)": _said(session),
        "O (objective)": (
            _minutes(session), *_activities(session, names), *_observed(session), *_points(file, date), _home(session),
        ),
        "A (assessment: comparisons only)": _compared(file, date),
        "P (plan)": (_next(session),),
    }  # fmt: skip
    return Note("SOAP note", file.client, date, sections)


def daily_note(file: ProgressFile, date: dt.date, names: Mapping[str, str]) -> Note:
    """A short note on the session of a day: what was done, what was measured, what comes next.

    Parameters and errors are those of `soap`.

    Examples
    --------
    >>> record = {"client": "c001", "sessions": [{"date": "2026-09-14", "next_step": "Try a slanted board."}],
    ...     "goals": [{"id": "g1", "text": "Write own name", "measure": "trials", "direction": "up",
    ...     "baseline": {"date": "2026-09-07", "value": 1, "out_of": 5},
    ...     "target": {"date": "2026-12-14", "value": 4, "out_of": 5}}]}
    >>> print(daily_note(ProgressFile.parse(record), dt.date(2026, 9, 14), {}).text())
    Daily note, 14 September 2026, client c001
    <BLANKLINE>
    - Minutes: not recorded.
    - Activities: not recorded.
    - Measured: not recorded.
    - Home programme since the last session: not recorded.
    - Next step: Try a slanted board.
    <BLANKLINE>
    """
    session = _session(file, date)
    lines = (
        _minutes(session), *_activities(session, names), *_points(file, date), _home(session), _next(session),
    )  # fmt: skip
    return Note("Daily note", file.client, date, {"": lines})


def _session(file: ProgressFile, date: dt.date) -> SessionRecord:
    session = on_day(file.sessions, date)
    if session is None:
        count = len(file.sessions)
        raise OptionError(
            f"no session is recorded on {date.isoformat()}; the file has {count}: choose the day of one, or record it"
        )
    return session


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _said(session: SessionRecord) -> tuple[Line, ...]:
    if not session.said:
        return (Line(f"Words of the client or others: {NOT_RECORDED}."),)
    return tuple(
        Line(
            "{} said: “{}”",
            (
                Given(item.by.replace("_", " ").capitalize(), (f"said.{place}.by",)),
                Given(item.words, (f"said.{place}.words",)),
            ),
        )
        for place, item in enumerate(session.said, 1)
    )


def _minutes(session: SessionRecord) -> Line:
    if session.minutes is None:
        return Line(f"Minutes: {NOT_RECORDED}.")
    return Line("Minutes: {}.", (Given(str(session.minutes), ("minutes",)),))


def _activities(session: SessionRecord, names: Mapping[str, str]) -> tuple[Line, ...]:
    if not session.activities:
        return (Line(f"Activities: {NOT_RECORDED}."),)
    return tuple(_activity(item, place, names) for place, item in enumerate(session.activities, 1))


def _activity(item: ActivityDone, place: int, names: Mapping[str, str]) -> Line:
    facts = {
        "minutes": None if item.minutes is None else str(item.minutes),
        "prompt": None if item.prompt is None else PROMPTS[item.prompt].replace("_", " "),
        "response": item.response,
        "grade": item.grade and item.grade.rstrip("."),
    }
    template, given = "{}", [Given(names.get(item.activity, item.activity), (f"activities.{place}.activity",))]
    for name, told in facts.items():
        template += f"; {name}: {'{}' if told is not None else NOT_RECORDED}"
        given += [Given(told, (f"activities.{place}.{name}",))] if told is not None else []
    return Line(f"{template}.", tuple(given))


def _observed(session: SessionRecord) -> tuple[Line, ...]:
    if not session.observations:
        return (Line(f"Observations: {NOT_RECORDED}."),)
    told = enumerate(session.observations, 1)
    return tuple(Line("Observed: {}", (Given(_stopped(text), (f"observations.{place}",)),)) for place, text in told)


def _home(session: SessionRecord) -> Line:
    start = "Home programme since the last session"
    if session.home_programme is None:
        return Line(f"{start}: {NOT_RECORDED}.")
    return Line(f"{start}: {{}}.", (Given(HOME_WORDS[session.home_programme], ("home_programme",)),))


def _next(session: SessionRecord) -> Line:
    if session.next_step is None:
        return Line(f"Next step: {NOT_RECORDED}.")
    return Line("Next step: {}", (Given(_stopped(session.next_step), ("next_step",)),))


def _points(file: ProgressFile, date: dt.date) -> tuple[Line, ...]:
    held = [(goal, item) for goal in file.goals for item in goal.points if item.date == date]
    return tuple(_point(goal, item) for goal, item in held) or (Line(f"Measured: {NOT_RECORDED}."),)


def _point(goal: GoalRecord, item: DataPoint) -> Line:
    template = "Measured, {}: {}"
    given = [
        Given(goal.text.rstrip("."), (goal.id,)),
        Given(recorded(goal.measure, goal.unit, item.value, item.out_of), (item.id, goal.id)),
    ]
    extra = {
        "setting": item.setting,
        "prompt": None if item.prompt is None else PROMPTS[item.prompt].replace("_", " "),
        "by": None if item.by is None else item.by.replace("_", " "),
        "note": item.note and item.note.rstrip("."),
    }
    for name, told in extra.items():
        if told:
            template += f"; {name}: {{}}"
            given.append(Given(told, (item.id,)))
    return Line(f"{template} ({{}}).", (*given, Given(item.id, (item.id,))))


def _compared(file: ProgressFile, date: dt.date) -> tuple[Line, ...]:
    told = []
    for goal in file.goals:
        found = days(goal.until(date))
        if found and found[-1].date == date:
            told += _comparisons(goal, found)
    return tuple(told) or (Line("Comparisons: not possible, nothing was measured on this day."),)


def _comparisons(goal: GoalRecord, found: tuple[Day, ...]) -> list[Line]:
    now, start = found[-1], goal.baseline
    aim = aimline(goal, [now.date])[0]
    value = Given(on_scale(goal.measure, goal.unit, now.value), (*now.ids, goal.id))
    against: list[tuple[str, dt.date, float, tuple[str, ...]]] = [
        ("the baseline of", start.date, start.share, (goal.id,)),
        ("the aim for", now.date, aim, (goal.id,)),
    ]
    if len(found) > 1:
        against.append(("the measured day before,", found[-2].date, found[-2].value, (*found[-2].ids, goal.id)))
    return [
        Line(
            f"{{}} on this day: {{}}. Against {what} {{}}, {{}}: {{}} ({{}}).",
            (
                Given(goal.id, (goal.id,)),
                value,
                Given(day(date), origin),
                Given(on_scale(goal.measure, goal.unit, other), origin),
                Given(change(goal.measure, goal.unit, now.value - other), (*now.ids, *origin)),
                Given(", ".join(dict.fromkeys((*now.ids, *origin))), (*now.ids, *origin)),
            ),
        )
        for what, date, other, origin in against
    ]
