"""Invented clients and libraries of any size, to measure speed with; none of it is content, and none is shipped."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from otrec import Client, Library
from otrec.compiled.library import Arrays, Lists, Rows, citing
from otrec.models.terms import SETTING_NAMES

if TYPE_CHECKING:
    from otrec.compiled.profiles import Profiles
    from otrec.compiled.ranking import CompiledLibrary

DAY: Final = dt.date(2026, 11, 1)
#: Ages at which most referrals of occupational therapy lie, with how many of ten.
AGES: Final = ((0.1, 2.9, 1), (3.0, 11.9, 4), (12.0, 21.9, 1), (22.0, 64.9, 2), (65.0, 95.0, 2))


def clients(library: Library, count: int, seed: int = 0) -> Iterator[Client]:
    """Invented clients with one to six barriers and up to three goals, some with diagnosis, bag and history."""
    chance = random.Random(seed)  # noqa: S311
    words = {
        name: tuple(getattr(library, name))
        for name in ("barriers", "occupations", "conditions", "interests", "tools", "precautions", "environments",
                     "clearances", "competencies", "activities")
    }  # fmt: skip
    for number in range(count):
        yield Client.parse(_profile(chance, words, number))


def _some(chance: random.Random, words: tuple[str, ...], most: int) -> list[str]:
    return chance.sample(words, min(len(words), chance.randint(0, most)))


def _profile(chance: random.Random, words: dict[str, tuple[str, ...]], number: int) -> dict[str, Any]:
    low, high, _ = chance.choices(AGES, [share for *_, share in AGES])[0]
    barriers = chance.sample(words["barriers"], chance.randint(1, 6))
    profile: dict[str, Any] = {
        "id": f"s{number:07d}",
        "age_years": round(chance.uniform(low, high), 1),
        "setting": chance.choice(tuple(SETTING_NAMES)),
        "barriers": {name: chance.randint(1, 4) for name in barriers},
        "goals": [
            {"occupation": name, "importance": chance.randint(1, 10)} for name in _some(chance, words["occupations"], 3)
        ],
        "conditions": _some(chance, words["conditions"], 2),
        "interests": _some(chance, words["interests"], 2),
        "strengths": [name for name in _some(chance, words["barriers"], 2) if name not in barriers],
        "environment": _some(chance, words["environments"], 1),
        "minutes": chance.choice((15, 20, 30, 45, 60)),
        "group_size": chance.choice((1, 1, 1, 1, 3)),
        "delivery": chance.choice(("direct", "direct", "direct", "home", "consult", "telehealth")),
        "clearances": _some(chance, words["clearances"], 1),
        "competencies": _some(chance, words["competencies"], 1),
        "routines": [{"occupation": name} for name in _some(chance, words["occupations"], 1)],
    }
    if chance.random() < 0.7:
        profile["precautions"] = _some(chance, words["precautions"], 2)
    if chance.random() < 0.5:
        profile["tools"] = chance.sample(words["tools"], chance.randint(3, 30))
    if chance.random() < 0.3:
        profile["history"] = [
            {"activity": name, "date": DAY.replace(day=1 + place), "response": chance.choice(("liked", "disliked"))}
            for place, name in enumerate(chance.sample(words["activities"], 5))
        ]
    return profile


#: How far an invented activity may be from the one that it was made of, as a share of each value.
JITTER: Final = 0.1
#: Of how many links between copies of the library one leads across to the next copy.
ACROSS: Final = 20
OF_EACH: Final = ("steady", "age", "form", "site", "difficulty", "of_activity")
Picked = NDArray[np.int64]


def tiled(arrays: Arrays, n_activities: int, seed: int = 0) -> tuple[Arrays, Picked]:
    """A compiled library of so many invented activities, and which real activity each is made of.

    Activities are drawn with replacement and the worth of facts and goals is moved by up to a tenth; findings and
    rules stay. Memory grows with what is kept and no faster.
    """
    chance = np.random.default_rng(seed)
    n = len(arrays.steady)
    picked = chance.integers(0, n, n_activities)
    facts, _ = _spread(arrays.facts, picked, n, chance)
    practises, _ = _spread(arrays.practises, picked, n, chance)
    pairs, pair = _spread(arrays.pairs, picked, n)
    hits = arrays.rules.hits
    hit, _ = _spread(Rows(hits.start, hits.item, np.ones(len(hits.item))), picked, n)
    meant = np.full(n, -1)
    meant[arrays.meant_for] = np.arange(len(arrays.meant_for))
    asked = np.flatnonzero(meant[picked] >= 0)
    return arrays._replace(
        **{name: getattr(arrays, name)[picked] for name in OF_EACH},
        citing=citing(arrays.of_activity[picked], len(arrays.citing.start) - 1),
        order=chance.permutation(n_activities),
        facts=facts,
        pairs=pairs,
        links=_again(arrays.links, pair),
        practises=practises,
        meant_for=asked.astype(np.int32),
        meant=_again(arrays.meant, meant[picked[asked]]),
        rules=arrays.rules._replace(hits=Lists(hit.start, hit.column)),
    ), picked


def _spread(
    rows: Rows, picked: Picked, width: int, chance: np.random.Generator | None = None
) -> tuple[Rows, NDArray[np.int32]]:
    """Rows over the activities that were picked, and of which entry each new entry is made."""
    places = np.arange(len(rows.column), dtype=np.int32)
    old = sparse.csr_array((places, rows.column, rows.start), shape=(len(rows.start) - 1, width))
    new = old.T.tocsr()[picked].tocsc()
    value = rows.value[new.data]
    if chance is not None:
        value *= 1 - JITTER * chance.random(len(value), dtype=np.float32)
    return Rows(new.indptr.astype(np.int64), new.indices.astype(np.int32, copy=False), value), new.data


def _again(lists: Lists, rows: NDArray[Any]) -> Lists:
    """Some rows of lists, in this order and as often as they are named."""
    sizes = np.diff(lists.start)[rows]
    start = np.concatenate([[0], np.cumsum(sizes)])
    step = np.arange(start[-1]) - np.repeat(start[:-1], sizes)
    return Lists(start, lists.item[np.repeat(lists.start[rows], sizes) + step])


def grown(compiled: CompiledLibrary, n_activities: int) -> tuple[CompiledLibrary, Callable[[Profiles], Profiles]]:
    """A compiled library of so many invented activities, and what makes profiles of the real one fit it."""
    larger = copy(compiled)
    larger.arrays, picked = tiled(compiled.arrays, n_activities)
    larger.every = np.ones(n_activities, dtype=bool)

    def fitted(profiles: Profiles) -> Profiles:
        """The same, and what was done before or is closed are activities that this library has."""
        past, closed = profiles.past, profiles.closed
        return profiles._replace(
            lives=profiles.lives[:, picked],
            past=past._replace(column=past.column % n_activities),
            closed=closed._replace(item=closed.item % n_activities),
        )

    return larger, fitted


def wide(library: Library, times: int, seed: int = 0) -> Library:
    """The library several times over, ids of the copies marked by a number; one link in twenty leads to the next copy.

    Profiles, findings and rules are those of the real library.
    """
    chance = random.Random(seed)  # noqa: S311
    made: dict[str, Any] = {name: dict(getattr(library, name)) for name in RECORDS}
    edges: dict[str, Any] = {name: list(getattr(library, name)) for name in EDGES}
    for number in range(1, times):
        for kind, fields in RECORDS.items():
            for item in getattr(library, kind).values():
                changed = {"id": _copy_of(item.id, number), **_marked(item, fields, number)}
                made[kind][changed["id"]] = item.model_copy(update=changed)
        for kind, ends in EDGES.items():
            for edge in getattr(library, kind):
                changed = _marked(edge, ends, number)
                if len(ends) > 1 and chance.randrange(ACROSS) == 0:
                    changed[ends[-1]] = _copy_of(getattr(edge, ends[-1]), (number + 1) % times)
                edges[kind].append(edge.model_copy(update=changed))
    return replace(library, version=f"wide{times}", **made, **{name: tuple(found) for name, found in edges.items()})


#: Kinds of records that are copied, with their fields that name other copied ones; and the ends of each kind of link.
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "barriers": (), "techniques": (), "tools": (), "occupations": (),
    "activities": ("primary", "secondary", "techniques", "tools", "tools_optional", "occupations", "leans_on"),
}  # fmt: skip
EDGES: Final[Mapping[str, tuple[str, ...]]] = {
    "addressed_by": ("barrier", "technique"), "uses": ("technique", "tool"), "limits": ("barrier", "occupation"),
    "part_of": ("barrier", "whole"), "requires": ("barrier", "prerequisite"), "substitutes": ("tool", "instead_of"),
    "household_swaps": ("tool",),
}  # fmt: skip


def _copy_of(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


def _marked(record: Any, fields: tuple[str, ...], number: int) -> dict[str, Any]:
    """Fields of a record with the ids of a copy in them."""
    given = {name: getattr(record, name) for name in fields}
    return {
        name: _copy_of(held, number) if isinstance(held, str) else tuple(_copy_of(one, number) for one in held)
        for name, held in given.items()
    }
