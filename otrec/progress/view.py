"""One goal as its data stood on a day, and what a fact about it is: words for three readers, and what it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from otrec.progress.records import DataPoint, GoalRecord
from otrec.progress.series import Day, days
from otrec.progress.wording import change, on_scale, recorded


@dataclass(frozen=True)
class Fact:
    """One fact in the words of each reader, and the ids of the points and goals it rests on.

    A fact that is of no use to a reader has no words for them and is left out.
    """

    rests_on: tuple[str, ...]
    therapist: str
    teacher: str = ""
    family: str = ""


@dataclass(frozen=True)
class View:
    """One goal as its data stood on a day: the points up to that day, and the days they were measured on."""

    goal: GoalRecord
    as_of: dt.date
    points: tuple[DataPoint, ...]
    days: tuple[Day, ...]

    @classmethod
    def of(cls, goal: GoalRecord, as_of: dt.date) -> View:
        points = goal.until(as_of)
        return cls(goal, as_of, points, days(points))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.points)

    @property
    def latest(self) -> tuple[DataPoint, ...]:
        """The points of the last measured day."""
        return tuple(item for item in self.points if item.date == self.days[-1].date)

    def shown(self, value: float, out_of: int | None, home: bool = False) -> str:
        return recorded(self.goal.measure, self.goal.unit, value, out_of, home)

    def scaled(self, value: float) -> str:
        return on_scale(self.goal.measure, self.goal.unit, value)

    def changed(self, value: float) -> str:
        return change(self.goal.measure, self.goal.unit, value)


#: The sections of a report, in order, with their headings for therapist, teacher and family.
HEADINGS: Final[dict[str, dict[str, str]]] = {
    "goal": {"therapist": "Goal", "teacher": "Goal", "family": "The goal"},
    "now": {"therapist": "Baseline to now", "teacher": "Start and now", "family": "Then and now"},
    "aim": {"therapist": "Against the aim line", "teacher": "Against the aim line", "family": "On the way to the goal"},
    "trend": {"therapist": "Trend", "teacher": "Trend", "family": "Up or down"},
    "phases": {"therapist": "Phases", "teacher": "Phases", "family": "When we changed something"},
    "decision": {"therapist": "Four-point rule", "teacher": "What to think about", "family": "What to think about"},
    "notes": {"therapist": "Settings, prompts and notes", "teacher": "Settings and prompts", "family": "Where and how"},
    "limits": {
        "therapist": "What the data cannot say",
        "teacher": "What the data cannot say",
        "family": "What this cannot tell us",
    },
}
