"""The links of the skill graph as matrices, for ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library

#: Damping of high-degree nodes in degree-weighted path counts; 0.4 is the value chosen by
#: Himmelstein & Baranzini 2015, doi 10.1371/journal.pcbi.1004259.
DAMPING: Final = 0.4
#: How much a target on a narrower or broader barrier counts for the other one (an author's choice).
PART_SHARE: Final = 0.5
SECONDARY_SHARE: Final = 0.5


@dataclass(frozen=True)
class PathTable:
    """Every barrier -> technique -> activity path, one row each, with its degree-weighted count.

    `barrier`, `edge` (row of `library.addressed_by`) and `activity` are positions, `weight` is the
    path's share of the strongest activity for that barrier, in (0, 1]; all are `(n_paths,)`.
    """

    barrier: NDArray[np.intp]
    edge: NDArray[np.intp]
    activity: NDArray[np.intp]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Associations:
    """The graph as matrices with values in [0, 1].

    `targets` is `(n_activities, n_barriers)`, with narrower and broader barriers; `aims` holds the activity's own
    targets alone, `by_technique` what its techniques address; `practises` is `(n_activities, n_occupations)`. Columns
    follow the order of the library.
    """

    aims: NDArray[np.float64]
    targets: NDArray[np.float64]
    by_technique: NDArray[np.float64]
    practises: NDArray[np.float64]
    paths: PathTable


def _positions(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def associate(library: Library) -> Associations:
    """Matrices of a library: direct targets, degree-weighted technique paths, occupations."""
    aims = _aims(library)
    targets = _spread(library, aims)
    paths = _paths(library)
    by_technique = np.zeros_like(targets)
    np.add.at(by_technique, (paths.activity, paths.barrier), paths.weight)
    return Associations(aims, targets, by_technique, _practises(library, targets), paths)


def _aims(library: Library) -> NDArray[np.float64]:
    """1 for a primary target, half for a secondary one."""
    column = _positions(library.barriers)
    matrix = np.zeros((len(library.activities), len(column)))
    for row, activity in enumerate(library.activities.values()):
        matrix[row, [column[name] for name in activity.secondary]] = SECONDARY_SHARE
        matrix[row, [column[name] for name in activity.primary]] = 1.0
    return matrix


def _spread(library: Library, aims: NDArray[np.float64]) -> NDArray[np.float64]:
    """Targets that also count, at half, for the narrower and broader barriers."""
    column = _positions(library.barriers)
    spread = aims.copy()
    for part in library.part_of:
        narrow, broad = column[part.barrier], column[part.whole]
        spread[:, broad] = np.maximum(spread[:, broad], PART_SHARE * aims[:, narrow])
        spread[:, narrow] = np.maximum(spread[:, narrow], PART_SHARE * aims[:, broad])
    return spread


def _paths(library: Library) -> PathTable:
    """Degree-weighted path counts (DWPC), Himmelstein & Baranzini 2015, doi 10.1371/journal.pcbi.1004259.

    A path counts `strength x (product of the degrees along it) ** -0.4`. Departure: the link strength
    multiplies the count, and per barrier counts are divided by the highest activity total.
    """
    barriers, activities = _positions(library.barriers), tuple(library.activities.values())
    users: dict[str, list[int]] = {}
    for row, activity in enumerate(activities):
        for technique in activity.techniques:
            users.setdefault(technique, []).append(row)
    out_degree: dict[str, int] = {}
    in_degree: dict[str, int] = {}
    for link in library.addressed_by:
        out_degree[link.barrier] = out_degree.get(link.barrier, 0) + 1
        in_degree[link.technique] = in_degree.get(link.technique, 0) + 1
    rows: list[tuple[int, int, int, float]] = []
    for place, link in enumerate(library.addressed_by):
        reached = users.get(link.technique, [])
        shared = out_degree[link.barrier] * in_degree[link.technique] * len(reached)
        for row in reached:
            degrees = shared * len(activities[row].techniques)
            rows.append((barriers[link.barrier], place, row, link.strength * degrees**-DAMPING))
    if not rows:
        empty = np.zeros(0, dtype=np.intp)
        return PathTable(empty, empty, empty, np.zeros(0))
    barrier, edge, activity_row, weight = (np.array(column) for column in zip(*rows, strict=True))
    totals = np.zeros((len(activities), len(barriers)))
    np.add.at(totals, (activity_row, barrier), weight)
    return PathTable(barrier, edge, activity_row, weight / totals.max(axis=0)[barrier])


def _practises(library: Library, targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for an occupation that is practised; 0.4 for one of the same OTPF-4 area; up to 0.6 through
    barriers that limit it, so that preparing work on a goal counts less than doing it."""
    column = _positions(library.occupations)
    area = np.array([occupation.area for occupation in library.occupations.values()])
    done = np.zeros((len(library.activities), len(column)))
    for row, activity in enumerate(library.activities.values()):
        for name in activity.occupations:
            near = np.where(area == area[column[name]], 0.4, 0.0)
            done[row] = np.maximum(done[row], near)
        done[row, [column[name] for name in activity.occupations]] = 1.0
    limits = np.zeros((targets.shape[1], len(column)))
    place = _positions(library.barriers)
    for limit in library.limits:
        limits[place[limit.barrier], column[limit.occupation]] = limit.strength
    through = np.zeros_like(done)
    for barrier in range(targets.shape[1]):
        through = np.maximum(through, np.outer(targets[:, barrier], limits[barrier]))
    return np.maximum(done, 0.6 * through)
