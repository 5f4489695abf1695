"""Whole records as sheets of a workbook: goals, points and sessions of progress files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from otrec.exchange.errors import SheetError
from otrec.exchange.grammar import MAX_CELL, joined, kept
from otrec.exchange.table import UNPRINTABLE
from otrec.progress import PROMPTS

if TYPE_CHECKING:
    from otrec.exchange.workbook import Value
    from otrec.progress import ActivityDone, DataPoint, GoalRecord, ProgressFile, SessionRecord

GOALS: Final = (
    "client", "goal", "text", "occupation", "measure", "unit", "direction", "weight", "baseline date",
    "baseline value", "baseline out of", "target date", "target value", "target out of", "phases",
)  # fmt: skip
POINTS: Final = ("client", "goal", "date", "value", "out of", "prompt", "setting", "by", "note")
SESSIONS: Final = (
    "client", "date", "minutes", "activities", "said", "observations", "home programme", "next step",
)  # fmt: skip
#: Rows of a sheet of Excel.
MAX_SHEET: Final = 1_048_575


def record_sheets(files: Iterable[ProgressFile]) -> dict[str, list[Sequence[Value]]]:
    """Sheet name -> its rows, headings first. What was not recorded is a blank cell."""
    files = tuple(files)
    sheets: dict[str, list[Sequence[Value]]] = {
        "goals": [GOALS, *(_goal(file.client, goal) for file in files for goal in file.goals)],
        "points": [POINTS, *(row for file in files for goal in file.goals for row in _points(file.client, goal))],
        "sessions": [SESSIONS, *(_session(file.client, item) for file in files for item in file.sessions)],
    }
    for name, rows in sheets.items():
        _check(name, rows)
    return sheets


def _check(name: str, rows: Sequence[Sequence[Value]]) -> None:
    if len(rows) > MAX_SHEET:
        raise SheetError(f"{name}: has {len(rows):,} rows, more than a sheet can hold", source="records")
    for row in rows:
        texts = [cell for cell in row if isinstance(cell, str)]
        if any(UNPRINTABLE.search(text) or len(text) + 6 * text.count("\r") > MAX_CELL for text in texts):
            told = f"{name}, client {row[0]}: a text is too long for a cell, or holds a sign that no sheet can hold"
            raise SheetError(told, source="records")


def _goal(client: str, goal: GoalRecord) -> tuple[Value, ...]:
    start, end = goal.baseline, goal.target
    phases = joined(f"{line.date.isoformat()}: {kept(line.label)}" for line in goal.phases)
    return (
        client, goal.id, goal.text, goal.occupation, goal.measure, goal.unit, goal.direction, goal.weight,
        start.date, start.value, start.out_of, end.date, end.value, end.out_of, phases,
    )  # fmt: skip


def _points(client: str, goal: GoalRecord) -> Iterator[tuple[Value, ...]]:
    for point in goal.points:
        yield (client, goal.id, *_point(point))


def _point(point: DataPoint) -> tuple[Value, ...]:
    prompt = None if point.prompt is None else PROMPTS[point.prompt]
    value: float | str = point.value
    if float(f"{point.value:.15g}") != point.value:
        value = repr(point.value)
    return (point.date, value, point.out_of, prompt, point.setting, point.by, point.note)


def _session(client: str, item: SessionRecord) -> tuple[Value, ...]:
    day: dt.date = item.date
    return (
        client, day, item.minutes, joined(map(_activity, item.activities)),
        joined(f"{said.by}: {kept(said.words)}" for said in item.said), joined(map(kept, item.observations)),
        item.home_programme, item.next_step,
    )  # fmt: skip


def _activity(done: ActivityDone) -> str:
    """`activity: minutes: prompt: response: grade`; parts not recorded stay blank, at the end they fall away."""
    parts = [
        done.activity,
        "" if done.minutes is None else str(done.minutes),
        "" if done.prompt is None else PROMPTS[done.prompt],
        done.response or "",
        kept(done.grade or ""),
    ]
    while not parts[-1]:
        parts.pop()
    return ": ".join(parts)
