"""Whom to group with whom: who is free together first, then whom one session serves well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from otrec.engine import Engine, Recommendation
from otrec.models import Client, OptionError
from otrec.models.client import read_mapping
from otrec.planning.columns import Bools, Floats
from otrec.planning.group import SIZES
from otrec.planning.solver import Programme, best

#: How many of the best groups the choice is made from; beyond it a caseload would take too long.
MOST_GROUPS: Final = 3000
#: A group is worth suggesting when each member keeps at least this share of what their own best activity is worth.
LEAST_SHARE: Final = 0.6
#: Children are grouped with those at most so many years apart, and never with adults (authors' choice).
NEAR_YEARS, ADULT_FROM = 3, 18


@dataclass(frozen=True)
class Suggestion:
    """Clients who could be seen together: when, on which activity, and what each keeps of their own best (0-1)."""

    clients: tuple[str, ...]
    free: tuple[str, ...]
    activity_id: str
    name: str
    shares: tuple[float, ...]

    @property
    def worst(self) -> float:
        return min(self.shares)

    def to_dict(self) -> dict[str, Any]:
        shares = [round(share, 4) for share in self.shares]
        return {
            "clients": list(self.clients),
            "free": list(self.free),
            "activity_id": self.activity_id,
            "name": self.name,
            "shares": shares,
            "worst": min(shares),
        }


def suggest_groups(
    engine: Engine,
    clients: Sequence[Client],
    free: Mapping[str, Sequence[str]] | None = None,
    *,
    most: int = 3,
) -> tuple[Suggestion, ...]:
    """A set of groups from a caseload, each client in one at most, that together serve the worst-off members best.

    For each possible group the best shared activity is the one of which the worst-off member keeps most, compared with
    that member's own best activity. The set is chosen by an exact integer programme over the 3,000 best groups.

    Parameters
    ----------
    free
        Client id -> times at which they are free, in any words that are used alike; None means always.
    most
        The largest group, 2-8.

    Returns
    -------
    tuple of Suggestion
        The best first; clients who fit with nobody are in none.

    Raises
    ------
    OptionError
        If `most` is out of range, or `free` names nobody of the caseload.
    """
    if not SIZES[0] <= most <= SIZES[1]:
        raise OptionError(f"most is {most}; a group has {SIZES[0]} to {SIZES[1]} members")
    unknown = sorted(set(free or {}) - {client.id for client in clients})
    if unknown:
        raise OptionError(f"free times are given for {len(unknown)} ids that are not among the clients; check them")
    found = [*_possible(engine, clients, free, most)]
    found.sort(key=lambda one: -one.worst * len(one.clients))
    return _chosen(found[:MOST_GROUPS], [client.id for client in clients])


def free_times(path: Path) -> dict[str, list[str]]:
    """Free times from a small YAML or JSON file: client id -> list of times.

    Raises
    ------
    OptionError
        If the file holds anything else.
    """
    given = read_mapping(path)
    if not isinstance(given, dict) or not all(isinstance(times, list) for times in given.values()):
        raise OptionError(f"{path.name}: write client ids, each with a list of times, for example c001: [Mon 9:00]")
    return {str(name): [str(time) for time in times] for name, times in given.items()}


def _possible(
    engine: Engine, clients: Sequence[Client], free: Mapping[str, Sequence[str]] | None, most: int
) -> list[Suggestion]:
    results = [engine.recommend(client.model_copy(update={"group_size": most}), k=1) for client in clients]
    shares = np.array([_shares(result) for result in results])
    sizes = engine.space.group_min, engine.space.group_max
    found = []
    for count in range(2, most + 1):
        fits = (sizes[0] <= count) & (sizes[1] >= count)
        for members in combinations(range(len(clients)), count):
            times = _together(clients, members, free)
            if times is None or not _alike([clients[place] for place in members]):
                continue
            suggestion = _suggestion(engine, clients, members, times, shares, fits)
            if suggestion is not None:
                found.append(suggestion)
    return found


def _alike(members: Sequence[Client]) -> bool:
    """One place; all grown up, or children near in age."""
    ages = [client.age_years for client in members]
    near = min(ages) >= ADULT_FROM or (max(ages) < ADULT_FROM and max(ages) - min(ages) <= NEAR_YEARS)
    return near and len({client.setting for client in members}) == 1


def _shares(result: Recommendation) -> Floats:
    """Each activity's fit as a share of the client's own best; 0 for what is held back."""
    scores = np.where(result.scored.allowed, result.scored.scores, 0.0)
    return np.asarray(scores / max(scores.max(), 1e-12))


def _together(
    clients: Sequence[Client], members: tuple[int, ...], free: Mapping[str, Sequence[str]] | None
) -> tuple[str, ...] | None:
    """When all of them are free; None if never."""
    if free is None:
        return ()
    times = [set(free.get(clients[place].id, ())) for place in members]
    both = set.intersection(*times)
    return tuple(time for time in free.get(clients[members[0]].id, ()) if time in both) or None


def _suggestion(
    engine: Engine,
    clients: Sequence[Client],
    members: tuple[int, ...],
    times: tuple[str, ...],
    shares: Floats,
    fits: Bools,
) -> Suggestion | None:
    worst = shares[list(members)].min(axis=0) * fits
    best_row = int(np.argmax(worst))
    if worst[best_row] < LEAST_SHARE:
        return None
    activity = engine.space.activities[best_row]
    kept = tuple(float(shares[place, best_row]) for place in members)
    return Suggestion(tuple(clients[place].id for place in members), times, activity.id, activity.name, kept)


def _chosen(found: list[Suggestion], names: list[str]) -> tuple[Suggestion, ...]:
    """The groups that serve most members best, nobody twice."""
    if not found:
        return ()
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(names), len(found)))
    for column, one in enumerate(found):
        table[[place[name] for name in one.clients], column] = 1
    gain = np.array([one.worst * len(one.clients) for one in found])
    problem = Programme(gain, csr_array(table), np.zeros(len(names)), np.ones(len(names)))
    chosen = best(problem) or ()
    return tuple(sorted((found[column] for column in chosen), key=lambda one: -one.worst))
