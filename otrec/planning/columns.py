"""What a plan can be made of: each activity in each phase it serves, in full or in its shorter form."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine, Recommendation
from otrec.features import FeatureSpace
from otrec.models import Activity
from otrec.models.terms import Arousal, Phase
from otrec.planning.asked import PHASES, Asked

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

#: The axis of a written step down that shortens an activity; those that have one may run in less time.
SHORTENS: Final = "sequence and duration"
#: The share of its written minutes that a shortened activity takes (authors' choice, rounded up).
SHORT_SHARE: Final = 0.6
#: How a session starts and ends for a client who comes in like that: phase -> effects on arousal that are let in.
EFFECTS: Final[dict[str, dict[Phase, tuple[Arousal, ...]]]] = {
    "over": {"warm_up": ("calming",), "reflection": ("calming", "organising")},
    "under": {"warm_up": ("alerting",)},
    "steady": {},
}


@dataclass(frozen=True)
class Columns:
    """Every way to put an allowed activity into a session; arrays of shape `(n_columns,)`.

    `value` is the fit of the activity, 0-100; `level` its demand, 1-5; `row` its place in the library.
    """

    engine: Engine = field(repr=False)
    row: Ints
    phase: Ints
    minutes: Ints
    value: Floats
    level: Ints
    short: Bools

    def __len__(self) -> int:
        return len(self.row)

    def activity(self, column: int) -> Activity:
        return self.engine.space.activities[int(self.row[column])]

    def in_phase(self, phase: Phase) -> Bools:
        return np.asarray(self.phase == PHASES.index(phase))

    def of(self, rows: Bools) -> Bools:
        """The columns of the activities marked in an array over the library."""
        return np.asarray(rows[self.row])


class Facts:
    """What planning asks of every activity of a library, compiled once."""

    def __init__(self, space: FeatureSpace) -> None:
        activities, library = space.activities, space.library
        self.tool = {name: place for place, name in enumerate(library.tools)}
        self.technique = {name: place for place, name in enumerate(library.techniques)}
        self.tools = _holds(activities, "tools", self.tool)
        self.techniques = _holds(activities, "techniques", self.technique)
        self.occupations = _holds(activities, "occupations", space.occupation)
        self.minutes = np.array([item.minutes for item in activities])
        shorter = np.array([any(step.axis == SHORTENS for step in item.grade_down) for item in activities])
        self.shorter = np.where(shorter, [math.ceil(SHORT_SHARE * item.minutes) for item in activities], 0)
        self.arousal = np.array([item.arousal for item in activities])
        self.level = np.array([item.difficulty for item in activities])
        self.phases = np.array([[phase in item.phases for phase in PHASES] for item in activities])
        named = sorted(range(len(activities)), key=lambda row: (activities[row].name, activities[row].purpose))
        self.order = np.array(named, dtype=np.intp)
        self.stands_in = np.zeros((len(self.tool), len(self.tool)), dtype=bool)
        for edge in library.substitutes:
            self.stands_in[self.tool[edge.instead_of], self.tool[edge.tool]] = True
        self.household = np.array([name in library.household_tools for name in library.tools])

    def at_hand(self, wanted: Asked, barred: Bools) -> Bools:
        """Which tools are there or have a stand-in there, `(n_tools,)`; a tool that a rule bars stands in for none."""
        if wanted.tools is None:
            return np.ones(len(self.tool), dtype=bool)
        bag = np.array([name in wanted.tools for name in self.tool])
        stood_in = (self.stands_in & (bag & ~barred)).any(axis=1)
        return bag | stood_in | (self.household & wanted.household)


@lru_cache(maxsize=4)
def facts(space: FeatureSpace) -> Facts:
    """The facts of a library, compiled once; engines that learned from one another share them."""
    return Facts(space)


def _holds(activities: tuple[Activity, ...], name: str, places: dict[str, int]) -> Bools:
    table = np.zeros((len(activities), len(places)), dtype=bool)
    for row, item in enumerate(activities):
        table[row, [places[word] for word in getattr(item, name)]] = True
    return table


def columns_of(result: Recommendation, wanted: Asked) -> Columns:
    """Every way to use what the screen allows within the minutes that were asked for."""
    engine, known = result.engine, facts(result.engine.space)
    rows = known.order[result.scored.allowed[known.order]]
    parts = []
    for place, phase in enumerate(PHASES):
        if phase not in wanted.phases:
            continue
        serving = rows[known.phases[rows, place]]
        for short, taken in ((False, known.minutes[serving]), (True, known.shorter[serving])):
            fits = (taken > 0) & (taken <= wanted.minutes)
            count = int(fits.sum())
            parts.append((serving[fits], np.full(count, place), taken[fits], np.full(count, short, dtype=bool)))
    row, phase_of, minutes, shortened = (np.concatenate(part) for part in zip(*parts, strict=True))
    scores = 100 * result.scored.scores
    return Columns(engine, row, phase_of, minutes, scores[row], known.level[row], shortened)
