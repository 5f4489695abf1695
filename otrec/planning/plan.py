"""The plan of one session: what is done when, with what, and what could be done instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from otrec.engine import Recommendation
from otrec.models import Activity, Client, OptionError
from otrec.models.terms import Phase
from otrec.models.wording import in_sentence
from otrec.planning.asked import PHASES, Asked
from otrec.planning.backups import backups
from otrec.planning.columns import SHORTENS, Columns
from otrec.planning.limits import Binding, bindings
from otrec.planning.model import Model, Row
from otrec.planning.questions import reflection_question
from otrec.planning.sheet import Material, clean_up, materials, measures, set_up


@dataclass(frozen=True)
class Slot:
    """One place in a session; `level` is the demand of its activity, 1-5; `backup` what to do if it fails."""

    phase: Phase
    activity: Activity
    start_minute: int
    minutes: int
    level: int
    score: float
    shortened: str
    goals: tuple[str, ...]
    why: str
    cautions: tuple[str, ...]
    backup: Activity | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "phase": self.phase,
            "activity_id": self.activity.id,
            "name": self.activity.name,
            "start_minute": self.start_minute,
            "minutes": self.minutes,
            "written_minutes": self.activity.minutes,
            "shortened": self.shortened,
            "backup": None if self.backup is None else self.backup.id,
            "backup_name": None if self.backup is None else self.backup.name,
            "score": round(self.score, 4),
            "level": self.level,
            "arousal": self.activity.arousal,
            "goals": list(self.goals),
            "why": self.why,
            "cautions": list(self.cautions),
            "measure": self.activity.measure,
        }


@dataclass(frozen=True)
class Plan:
    """A timed session; what costs time to work out is worked out when it is asked for.

    `objective` is the fit that fills the session, 0-100: each minute is worth the fit of its activity, an empty one
    nothing. `notes` say what was given up because it does not fit.
    """

    model: Model = field(repr=False)
    columns: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def result(self) -> Recommendation:
        """The recommendation that the plan was made from."""
        return self.model.result

    @property
    def client(self) -> Client:
        return self.model.result.client

    @property
    def wanted(self) -> Asked:
        """The session as it was asked for."""
        return self.model.wanted

    @cached_property
    def objective(self) -> float:
        return float(self.model.gain[list(self.columns)].sum())

    @property
    def activities(self) -> tuple[Activity, ...]:
        return tuple(self.model.columns.activity(column) for column in self.columns)

    @cached_property
    def total_minutes(self) -> int:
        return int(self.model.columns.minutes[list(self.columns)].sum())

    @cached_property
    def backups(self) -> tuple[int | None, ...]:
        """For each place the column to fall back on; None if nothing else fits there."""
        return backups(self.model, self.columns)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The session in order, with the minute at which each part starts."""
        starts = np.concatenate([[0], np.cumsum(self.model.columns.minutes[list(self.columns)])])
        pairs = zip(self.columns, self.backups, starts, strict=False)
        return tuple(self._slot(column, backup, int(start)) for column, backup, start in pairs)

    def _slot(self, column: int, backup: int | None, start: int) -> Slot:
        engine, columns = self.result.engine, self.model.columns
        row, activity = int(columns.row[column]), columns.activity(column)
        scored = self.result.scored
        paths = engine.explainer.paths(row, scored.table, scored.path_weight)
        return Slot(
            phase=PHASES[columns.phase[column]],
            activity=activity,
            start_minute=start,
            minutes=int(columns.minutes[column]),
            level=int(columns.level[column]),
            score=float(columns.value[column]),
            shortened=_shorter(activity) if columns.short[column] else "",
            goals=tuple(goal.occupation for goal in self.client.goals if goal.occupation in activity.occupations),
            why=engine.explainer.sentence(self.client, activity, paths),
            cautions=self.result.screening.cautions(activity.id),
            backup=None if backup is None else columns.activity(backup),
        )

    @cached_property
    def materials(self) -> tuple[Material, ...]:
        """What to get out."""
        return self._out(self.activities)

    @cached_property
    def backup_materials(self) -> tuple[Material, ...]:
        """What the back-ups need besides."""
        there = {item.name for item in self.materials}
        spare = self._out([slot.backup for slot in self.slots if slot.backup is not None])
        return tuple(item for item in spare if item.name not in there)

    def _out(self, activities: Iterable[Activity]) -> tuple[Material, ...]:
        names = [name for name, shut in zip(self.model.facts.tool, self.model.barred, strict=True) if shut]
        return materials(self.result.engine.library, activities, self.wanted.tools, names)

    @property
    def set_up(self) -> tuple[str, ...]:
        return set_up(self.activities)

    @property
    def clean_up(self) -> tuple[str, ...]:
        return clean_up(self.activities)

    @property
    def measure(self) -> tuple[str, ...]:
        """What to note down, activity by activity."""
        return measures(self.activities)

    @property
    def reflection_question(self) -> str:
        """The question that closes the session, about the most important goal that it practised."""
        occupations, goals = (
            self.result.engine.library.occupations,
            sorted(self.client.goals, key=lambda goal: -goal.importance),
        )
        practised = [
            goal.occupation for goal in goals if any(goal.occupation in item.occupations for item in self.activities)
        ]
        name = practised[0] if practised else self.activities[-1].occupations[0]
        turn = len({past.date for past in self.client.history})
        return reflection_question(self.client, in_sentence(occupations[name].name), turn)

    @cached_property
    def binding(self) -> tuple[Binding, ...]:
        """What holds the plan back, the costliest constraint first."""
        return bindings(self.model, self.objective)

    @cached_property
    def runner_up(self) -> Plan | None:
        """The best session of which at least half of the activities are others; None if there is none."""
        kept = np.isin(self.model.columns.row, self.model.columns.row[list(self.columns)])
        same = np.flatnonzero(kept)
        row = Row(same, np.ones(len(same)), 0, len(self.columns) // 2)
        other = self.model.solve(more=[row])
        return None if other is None else Plan(self.model, ordered(self.model.columns, other.columns), self.notes)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What the plan gives up, what an arrangement by hand breaks, and what the profile leaves open."""
        missing = (
            f"No other activity fits in place of {in_sentence(slot.activity.name)!r}; fall back on its easier form: "
            f"{in_sentence(slot.activity.grade_down[0].change)}"
            for slot in self.slots
            if slot.backup is None
        )
        return (*self.notes, *missing, *self._broken, *self.result.warnings)

    @property
    def _broken(self) -> tuple[str, ...]:
        levels = [int(self.model.columns.level[column]) for column in self.columns]
        turned = "Demand rises again after it has eased." if not _rises_then_eases(levels) else ""
        over = self.total_minutes - self.wanted.minutes
        late = f"The session takes {over} minutes more than there are." if over > 0 else ""
        return tuple(text for text in (turned, late) if text)

    def swapped(self, place: int) -> Plan:
        """The plan with the back-up in place of an activity, which becomes a back-up again."""
        backup = self.backups[self._checked(place)]
        if backup is None:
            raise OptionError(f"place {place + 1} has no back-up: nothing else fits there")
        return replace(self, columns=(*self.columns[:place], backup, *self.columns[place + 1 :]))

    def moved(self, place: int, to: int) -> Plan:
        """The plan with one activity moved to another place; timings follow, and `warnings` say what it breaks."""
        rest = [column for number, column in enumerate(self.columns) if number != self._checked(place)]
        rest.insert(self._checked(to), self.columns[place])
        return replace(self, columns=tuple(rest))

    def _checked(self, place: int) -> int:
        if not 0 <= place < len(self.columns):
            raise OptionError(f"place {place + 1} is not in the plan; it has places 1 to {len(self.columns)}")
        return place

    def to_dict(self, *, brief: bool = False) -> dict[str, Any]:
        """What `otrec plan --json` prints; `brief` leaves out runner-up and binding constraints."""
        told = {
            "kind": "session",
            "model_version": self.result.model_version,
            "library_version": self.result.engine.library.version,
            "client_id": self.client.id,
            "place": self.client.setting,
            "minutes": self.wanted.minutes,
            "total_minutes": self.total_minutes,
            "objective": round(self.objective, 4),
            "phases": [slot.to_dict() for slot in self.slots],
            "materials": [item.to_dict() for item in self.materials],
            "backup_materials": [item.to_dict() for item in self.backup_materials],
            "set_up": list(self.set_up),
            "clean_up": list(self.clean_up),
            "measure": list(self.measure),
            "reflection_question": self.reflection_question,
            "warnings": list(self.warnings),
        }
        if brief:
            return told
        other = self.runner_up
        shown = None if other is None else {"objective": round(other.objective, 4), "phases": _phases(other)}
        return {**told, "binding": [item.to_dict() for item in self.binding], "runner_up": shown}


def _phases(plan: Plan) -> list[dict[str, Any]]:
    return [slot.to_dict() for slot in plan.slots]


def ordered(columns: Columns, chosen: Iterable[int]) -> tuple[int, ...]:
    """A session in order: phase by phase, demand rising through the targeted part and easing through practice."""

    def place(column: int) -> tuple[int, int, int]:
        phase, level = int(columns.phase[column]), int(columns.level[column])
        return phase, -level if PHASES[phase] == "practice" else level, column

    return tuple(sorted(chosen, key=place))


def _rises_then_eases(levels: Sequence[int]) -> bool:
    turns = [after > before for before, after in pairwise(levels) if after != before]
    return not any(later and not earlier for earlier, later in pairwise(turns))


def _shorter(activity: Activity) -> str:
    return next(step.change for step in activity.grade_down if step.axis == SHORTENS)
