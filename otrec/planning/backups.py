"""A back-up for each place of a session: the best other activity that still obeys every constraint there."""

from __future__ import annotations

from typing import Final

import numpy as np

from otrec.planning.asked import PHASES
from otrec.planning.columns import Bools, Floats, Ints
from otrec.planning.model import Model

#: Constraints that a back-up may break when nothing obeys them all: better something at hand than nothing. The minutes,
#: the bag, the start and the last sessions are always kept to; at last the back-up may be written for another phase.
MAY_BREAK: Final = ("techniques", "energy", "goal", "include")
#: Places that may stand in for each other: a targeted activity for practice in real life, and the reverse.
KIN: Final = (PHASES.index("targeted"), PHASES.index("practice"))
#: A back-up of the same phase is taken when its fit is at least this share of what it replaces (authors' choice).
FIT_SHARE: Final = 0.75


def backups(model: Model, columns: tuple[int, ...]) -> tuple[int | None, ...]:
    """For each column of a plan another one for its place, each used once; None if nothing fits there."""
    dense = _Rows(model)
    taken = set(model.columns.row[list(columns)].tolist())
    found: list[int | None] = []
    for place, column in enumerate(columns):
        rest = np.array([other for number, other in enumerate(columns) if number != place], dtype=np.intp)
        best = dense.best(rest, column, taken)
        found.append(best)
        if best is not None:
            taken.add(int(model.columns.row[best]))
    return tuple(found)


class _Rows:
    """The rows of a model as one dense table, to try single columns against."""

    def __init__(self, model: Model) -> None:
        self.model = model
        named = [(name, row) for name in model.names for row in model.rows.get(name, ())]
        self.table: Floats = np.zeros((len(named), len(model.columns)))
        for number, (_, row) in enumerate(named):
            self.table[number, row.columns] = row.weights
        self.least = np.array([row.least for _, row in named])
        self.most = np.array([row.most for _, row in named])
        self.firm: Bools = np.array([name.split(":")[0] not in (*MAY_BREAK, "phase") for name, _ in named], dtype=bool)
        self.all: Bools = np.array([not name.startswith("phase:") for name, _ in named], dtype=bool)
        self.minutes: Bools = np.array([name == "minutes" for name, _ in named], dtype=bool)
        self.free = np.ones(len(model.columns), dtype=bool)
        for name, mask in model.bans.items():
            if name in model.names:
                self.free &= ~mask

    def best(self, rest: Ints, column: int, taken: set[int]) -> int | None:
        """The column with most gain beside the rest of a plan: of that phase and obeying all; less only if need be."""
        columns = self.model.columns
        phase, value = int(columns.phase[column]), columns.value[column]
        able = self.free & ~np.isin(columns.row, list(taken))
        own = able & (columns.phase == phase)
        kin = able & np.isin(columns.phase, KIN) if phase in KIN else own
        total = self.table[:, rest].sum(axis=1, keepdims=True) + self.table
        obeyed = (total >= self.least[:, None] - 1e-9) & (total <= self.most[:, None] + 1e-9)
        for some, rows in ((own, self.all), (kin, self.all), (kin, self.firm), (able, self.minutes)):
            good = np.flatnonzero(some & obeyed[rows].all(axis=0))
            if not len(good):
                continue
            best = int(good[np.argmax(self.model.gain[good])])
            if columns.value[best] >= FIT_SHARE * value or rows is self.minutes:
                return best
        return None
