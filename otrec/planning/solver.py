"""An exact 0-1 programme in two steps: a linear bound first, then HiGHS over the columns that can still matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from otrec.models import OtrecError

Floats = NDArray[np.float64]

#: How far below the linear bound the best choice is first looked for, as a share of it; only speed depends on it.
FIRST_GAP: Final = 0.04
NODES: Final = 200_000
#: How many nodes the search for the smallest bag of a day may take.
BAG_NODES: Final = 2000


class PlanningFailed(OtrecError, RuntimeError):
    """The solver gave up: neither a plan nor the proof that there is none."""


@dataclass(frozen=True)
class Programme:
    """Maximise `gain @ x` with x in {0, 1} and `least <= table @ x <= most`."""

    gain: Floats
    table: csr_array
    least: Floats
    most: Floats


def best(problem: Programme, above: float = -np.inf) -> tuple[int, ...] | None:
    """The columns of the best choice; None if there is none, or none better than `above`.

    A column whose reduced cost in the linear relaxation is larger than the distance from the bound to the best choice
    found cannot be part of a better one (reduced-cost fixing), so that leaving it out loses nothing: the answer is
    optimal to within 1e-6.

    Raises
    ------
    PlanningFailed
        If the solver stops without an answer or a proof.
    """
    if not len(problem.gain):
        return None
    relaxed = _relaxed(problem)
    if relaxed.status == 2:
        return None
    bound, cost = -relaxed.fun, np.maximum(relaxed.lower.marginals, 0)
    if bound <= above:
        return None
    gap = min(FIRST_GAP * abs(bound), bound - above)
    while True:
        kept = np.flatnonzero(cost <= gap + 1e-7)
        chosen = _searched(problem, kept)
        value = -np.inf if chosen is None else problem.gain[list(chosen)].sum()
        if value >= bound - gap or len(kept) == len(cost):
            return chosen if value > above else None
        if chosen is None and gap >= bound - above:
            return None
        gap = min(4 * gap, bound - above) if chosen is None else bound - value


def _relaxed(problem: Programme) -> Any:
    """The linear relaxation, solved: its bound and reduced costs, or the proof that there is no choice."""
    from scipy.optimize import linprog

    found = linprog(-problem.gain, **_one_sided(problem), bounds=(0, 1), method="highs-ds")
    if found.status not in (0, 2):
        raise PlanningFailed(f"the linear bound was not found ({found.message}); please report this")
    return found


def _one_sided(problem: Programme) -> dict[str, Any]:
    """The same rows as `table @ x <= bound`."""
    from scipy.sparse import vstack

    upper, lower = np.isfinite(problem.most), np.isfinite(problem.least) & (problem.least > 0)
    table = vstack([problem.table[upper], -problem.table[lower]], format="csr")
    return {"A_ub": table, "b_ub": np.concatenate([problem.most[upper], -problem.least[lower]])}


def _searched(problem: Programme, kept: NDArray[np.intp]) -> tuple[int, ...] | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(kept):
        return None
    found = milp(
        -problem.gain[kept],
        constraints=LinearConstraint(problem.table[:, kept], problem.least, problem.most),
        integrality=np.ones(len(kept)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )
    if found.status not in (0, 2):
        raise PlanningFailed(f"the solver stopped without an answer ({found.message}); please report this")
    return None if found.x is None else tuple(int(kept[place]) for place in np.flatnonzero(found.x > 0.5))


def reach(problem: Programme, least: float) -> NDArray[np.intp]:
    """The columns that can be part of a choice worth at least this much, by their reduced costs; none is lost."""
    relaxed = _relaxed(problem)
    return np.flatnonzero(np.maximum(relaxed.lower.marginals, 0) <= -relaxed.fun - least + 1e-6)


def fewest(problem: Programme, first: int) -> tuple[tuple[int, ...], bool]:
    """The least costly choice; returns the chosen columns from `first` on, and whether it is proved to be the least.

    The columns before `first` only have to be possible. The search stops after a fixed number of nodes, not seconds,
    so that every machine gives the same answer.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        -problem.gain,
        constraints=LinearConstraint(problem.table, problem.least, problem.most),
        integrality=np.ones(len(problem.gain)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": BAG_NODES},
    )
    if found.x is None:
        raise PlanningFailed(f"the solver found no bag ({found.message}); please report this")
    chosen = tuple(int(place) - first for place in np.flatnonzero(found.x > 0.5) if place >= first)
    return chosen, found.status == 0
