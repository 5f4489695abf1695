"""The worst-off first: leximin over 0-1 choices, as a row of linear programmes."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from otrec.planning.columns import Floats
from otrec.planning.solver import NODES, PlanningFailed, Programme

#: Earlier sums are held to within so many points of 100 while the next one is raised.
SLACK: Final = 1e-6


def leximin(problem: Programme, worth: Floats) -> tuple[int, ...] | None:
    """The columns whose worths to the members, sorted from the worst-off up, are the largest in turn.

    Parameters
    ----------
    problem
        What a choice has to obey; its `gain` is not used.
    worth : ndarray of shape (n_members, n_columns)
        What each column is worth to each member; a member's worth is the sum over the chosen columns.

    Returns
    -------
    tuple of int or None
        None if no choice obeys the problem.

    Notes
    -----
    For k = 1, 2, … the sum of the k smallest worths is maximised while the earlier sums are held. That sum is the
    largest value of k·t - Σ max(t - worth, 0), which is linear in the choice (ordered outcomes in W. Ogryczak and
    T. Śliwiński, On Direct Methods for Lexicographic Min-Max Optimization).
    """
    held: list[float] = []
    chosen: tuple[int, ...] | None = None
    for _ in range(len(worth)):
        chosen = _raised(problem, worth, held)
        if chosen is None:
            return None
        sums = np.cumsum(np.sort(worth[:, list(chosen)].sum(axis=1)))
        held.append(float(sums[len(held)]))
    return chosen


def _raised(problem: Programme, worth: Floats, held: list[float]) -> tuple[int, ...] | None:
    """A choice with the largest sum of the smallest worths, one more of them than the sums that are held."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    members, columns = worth.shape
    levels = len(held) + 1
    width = 1 + members
    more = levels * width
    table, least, most = _rows(problem, worth, held)
    goal = np.zeros(columns + more)
    goal[columns + (levels - 1) * width] = -levels
    goal[columns + (levels - 1) * width + 1 :] = 1
    upper = np.concatenate([np.ones(columns), np.full(more, np.inf)])
    found = milp(
        goal,
        constraints=LinearConstraint(table, least, most),
        integrality=np.concatenate([np.ones(columns), np.zeros(more)]),
        bounds=Bounds(0, upper),
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )
    if found.status not in (0, 2):
        raise PlanningFailed(f"the solver stopped without an answer ({found.message}); please report this")
    return None if found.x is None else tuple(np.flatnonzero(found.x[:columns] > 0.5).tolist())


def _rows(problem: Programme, worth: Floats, held: list[float]) -> tuple[csr_array, Floats, Floats]:
    """The problem's rows; for each level `t - d_i - worth_i <= 0`; for each held sum `k·t - Σ d >= sum`."""
    members, columns = worth.shape
    levels, width = len(held) + 1, 1 + members
    parts = [hstack([problem.table, csr_array((problem.table.shape[0], levels * width))])]
    for level in range(levels):
        tail = np.zeros((members, levels * width))
        tail[:, level * width] = 1
        tail[:, level * width + 1 : (level + 1) * width] = -np.eye(members)
        parts.append(hstack([csr_array(-worth), csr_array(tail)]))
    for level in range(len(held)):
        line = np.zeros((1, levels * width))
        line[0, level * width] = level + 1
        line[0, level * width + 1 : (level + 1) * width] = -1
        parts.append(hstack([coo_array((1, columns)), csr_array(line)]))
    least = [problem.least, np.full(levels * members, -np.inf), np.array(held) - SLACK]
    most = [problem.most, np.zeros(levels * members), np.full(len(held), np.inf)]
    return csr_array(vstack(parts, format="csr")), np.concatenate(least), np.concatenate(most)
