"""The plan of one session as an exact integer programme: named constraints, solved with HiGHS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from otrec.engine import Recommendation
from otrec.models.terms import Phase
from otrec.planning.asked import HOLDS, PHASES, Asked
from otrec.planning.columns import EFFECTS, Bools, Columns, Floats, Ints, columns_of, facts
from otrec.planning.solver import Programme, best

#: Columns whose demand is compared, so that energy rises and then eases: an edge phase and the phase it leads into.
EASES: Final[tuple[tuple[Phase, Phase], ...]] = (("warm_up", "targeted"), ("reflection", "practice"))
LEVELS: Final = range(2, 6)


class Row(NamedTuple):
    """One linear constraint: which columns, with which coefficients, between which bounds."""

    columns: Ints
    weights: Floats
    least: float
    most: float


@dataclass(frozen=True)
class Solved:
    """The best choice of columns, in no order; `value` is the fit of the session's minutes, 0-100."""

    columns: tuple[int, ...]
    value: float


class Model:
    """All ways to fill one session, and the constraints by name.

    A constraint is either a *ban* on columns (`bag`, `recent`, `state`, `edges`) or *rows* (`minutes`, `phase:…`,
    `goal:…`, `include:…`, `techniques`, `energy`). That an activity is used once at most always holds.
    """

    def __init__(self, result: Recommendation, wanted: Asked) -> None:
        self.result, self.wanted = result, wanted
        self.facts = facts(result.engine.space)
        self.columns: Columns = columns_of(result, wanted)
        self.gain = self.columns.value * self.columns.minutes / wanted.minutes

    @cached_property
    def barred(self) -> Bools:
        """The tools that a rule keeps from this client, `(n_tools,)`: they stand in for nothing."""
        found = np.zeros(len(self.facts.tool), dtype=bool)
        for rule in self.result.screening.strict_rules:
            found[[self.facts.tool[name] for name in rule.what.tools]] = True
        return found

    @cached_property
    def at_hand(self) -> Bools:
        return self.facts.at_hand(self.wanted, self.barred)

    @cached_property
    def missing(self) -> Bools:
        """Columns that need a tool which is not at hand."""
        lacking: Bools = np.asarray((self.facts.tools & ~self.at_hand).any(axis=1))
        return self.columns.of(lacking)

    @cached_property
    def bans(self) -> dict[str, Bools]:
        """Constraint -> the columns that it takes out."""
        columns, wanted = self.columns, self.wanted
        edges = np.array([wanted.edge(phase) for phase in PHASES])[columns.phase]
        found = {
            "bag": self.missing,
            "recent": self._among(wanted.recent - wanted.include),
            "state": self._off_state(),
            "edges": columns.minutes > edges,
        }
        return {name: mask for name, mask in found.items() if mask.any()}

    def _among(self, names: Collection[str]) -> Bools:
        rows = np.zeros(len(self.result.engine.space.activities), dtype=bool)
        rows[[self.result.engine.space.place[name] for name in names]] = True
        return self.columns.of(rows)

    def _off_state(self) -> Bools:
        off = np.zeros(len(self.columns), dtype=bool)
        effect = self.facts.arousal[self.columns.row]
        for phase, allowed in EFFECTS[self.wanted.state].items():
            off |= self.columns.in_phase(phase) & ~np.isin(effect, allowed)
        return off

    @cached_property
    def rows(self) -> dict[str, tuple[Row, ...]]:
        """Constraint -> its rows."""
        columns, wanted = self.columns, self.wanted
        found: dict[str, tuple[Row, ...]] = {"minutes": (_row(columns.minutes, 0, wanted.minutes - wanted.closing),)}
        for phase in wanted.phases:
            found[f"phase:{phase}"] = (_row(columns.in_phase(phase), *wanted.holds(phase)),)
        for name in wanted.goals:
            practised = self.facts.occupations[:, self.result.engine.space.occupation[name]]
            found[f"goal:{name}"] = (_row(columns.of(practised), 1, np.inf),)
        for name in sorted(wanted.include):
            found[f"include:{name}"] = (_row(self._among([name]), 1, 1),)
        found["techniques"] = tuple(self._techniques())
        found["energy"] = tuple(self._energy())
        return found

    def _techniques(self) -> Iterator[Row]:
        used = self.facts.techniques[self.columns.row]
        for place in np.flatnonzero(used.sum(axis=0) > self.wanted.per_technique):
            yield _row(used[:, place], 0, self.wanted.per_technique)

    def _energy(self) -> Iterator[Row]:
        """No step down from the warm-up into the targeted part, and none up from practice into reflection."""
        for edge, inner in EASES:
            most = HOLDS[inner][1]
            for level in LEVELS:
                high = self.columns.in_phase(edge) & (self.columns.level >= level)
                low = self.columns.in_phase(inner) & (self.columns.level < level)
                if high.any() and low.any():
                    yield _row(most * high.astype(float) + low, 0, most)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every constraint that is in force."""
        return tuple(name for name in (*self.bans, *self.rows) if name not in self.wanted.without)

    def solve(self, without: Iterable[str] = (), more: Iterable[Row] = (), above: float = -np.inf) -> Solved | None:
        """The best session, with some constraints dropped and further ones added; None if there is none.

        With `above`, only a session worth more than that counts. Exact to 1e-6 points of 100.
        """
        found = self.programme(without, more)
        chosen = None if found is None else best(found[1], above)
        if found is None or chosen is None:
            return None
        columns = found[0][list(chosen)]
        return Solved(tuple(columns.tolist()), float(self.gain[columns].sum()))

    def programme(self, without: Iterable[str] = (), more: Iterable[Row] = ()) -> tuple[Ints, Programme] | None:
        """The columns that may be used and the programme over them; None if some row cannot be met at all."""
        dropped = {*without, *self.wanted.without}
        free = np.ones(len(self.columns), dtype=bool)
        for name, mask in self.bans.items():
            if name not in dropped:
                free &= ~mask
        kept = np.flatnonzero(free)
        rows = [row for name, some in self.rows.items() if name not in dropped for row in some]
        problem = _programme(self.gain, self.columns.row, kept, [*rows, *more])
        return None if problem is None else (kept, problem)


def _row(weights: Bools | Ints | Floats, least: float, most: float) -> Row:
    columns = np.flatnonzero(weights)
    return Row(columns, np.asarray(weights, dtype=float)[columns], least, most)


def _programme(gain: Floats, activity: Ints, kept: Ints, rows: list[Row]) -> Programme | None:
    """The columns kept, under the rows and with each activity once at most; None if a row cannot be met at all."""
    from scipy.sparse import csr_array

    place = np.full(len(gain), -1)
    place[kept] = np.arange(len(kept))
    inside = [place[row.columns] >= 0 for row in rows]
    if any(row.least > 0 and not there.any() for row, there in zip(rows, inside, strict=True)):
        return None
    own, same = np.unique(activity[kept], return_inverse=True)
    line = [np.full(there.sum(), number) for number, there in enumerate(inside)]
    where = [place[row.columns[there]] for row, there in zip(rows, inside, strict=True)]
    weights = [row.weights[there] for row, there in zip(rows, inside, strict=True)]
    cells = np.concatenate([*weights, np.ones(len(kept))])
    spots = np.concatenate([*line, len(rows) + same]), np.concatenate([*where, np.arange(len(kept))])
    table = csr_array((cells, spots), shape=(len(rows) + len(own), len(kept)))
    least = np.concatenate([[row.least for row in rows], np.zeros(len(own))])
    most = np.concatenate([[row.most for row in rows], np.ones(len(own))])
    return Programme(gain[kept], table, least, most)
