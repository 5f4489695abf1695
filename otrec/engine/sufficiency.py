"""How complete a profile is: which fact that is still open could change the list most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from otrec.engine.profile import likely_barriers, likely_goals
from otrec.library import Library
from otrec.models import Activity, Client, Goal, Term
from otrec.safety import Screen

#: Values that are tried for one open fact: those that most activities carry.
MOST_VALUES: Final = 12
#: The degree and the importance that a tried barrier or goal gets.
TRIED_DEGREE, TRIED_IMPORTANCE = 2, 8


@dataclass(frozen=True)
class OpenFact:
    """A fact that the profile leaves open, and profiles in which it is known, by the words for each value."""

    name: str
    label: str
    values: Mapping[str, Client]


@dataclass(frozen=True)
class Missing:
    """What knowing an open fact could do to the first places of a list.

    `most` is the largest number of places that one of the tried values changes, with `instance` that value;
    `mean` is the average over the tried values. Both lie in 0-`of`. How likely each value is, is not known.
    """

    name: str
    label: str
    most: int
    mean: float
    of: int
    instance: str
    tried: int

    def __str__(self) -> str:
        return f"Knowing the {self.label} could change up to {self.most} of the first {self.of}"

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "mean": round(self.mean, 2)}


@dataclass(frozen=True)
class Sufficiency:
    """How far a profile suffices: facts that are known, and those still open, the weightiest first."""

    known: tuple[str, ...]
    missing: tuple[Missing, ...]

    @property
    def share(self) -> float:
        """Share of the facts that are known, in [0, 1]; it counts facts and says nothing of their weight."""
        return len(self.known) / (len(self.known) + len(self.missing))

    def to_dict(self) -> dict[str, Any]:
        return {"known": list(self.known), "missing": [item.to_dict() for item in self.missing]}


LABELS: Final = {
    "precautions": "precautions",
    "barriers": "barriers",
    "goals": "goals",
    "conditions": "conditions",
    "tools": "tools at hand",
    "interests": "interests",
    "strengths": "strengths",
    "environment": "surroundings",
    "routines": "routines",
}


def known_facts(client: Client) -> tuple[str, ...]:
    """Facts of `LABELS` that a profile gives; an empty list of precautions or tools is an answer, too."""
    return tuple(
        name
        for name in LABELS
        if getattr(client, name) or (name in ("precautions", "tools") and getattr(client, name) is not None)
    )


def open_facts(library: Library, screen: Screen, client: Client, listed: Sequence[Activity]) -> Iterator[OpenFact]:
    """Each fact that a profile leaves open, with values worth trying.

    Precautions are tried where a rule about one of the listed activities asks for them; interests, strengths and
    conditions by how many activities carry them.
    """
    known = known_facts(client)
    tries: dict[str, dict[str, Client]] = {
        "precautions": _each(client, "precautions", library.precautions, _asked_for(screen, listed)),
        "barriers": {
            library.barriers[name].name: client.model_copy(update={"barriers": {name: TRIED_DEGREE}})
            for name in likely_barriers(library, client)
        },
        "goals": {
            library.occupations[name].name: client.model_copy(
                update={"goals": (Goal(occupation=name, importance=TRIED_IMPORTANCE),)}
            )
            for name in likely_goals(library, client)
        },
        "conditions": _each(client, "conditions", library.conditions, _carried(library, "only_for")),
        "tools": {"nothing but what a home has": client.model_copy(update={"tools": ()})},
        "interests": _each(client, "interests", library.interests, _carried(library, "interests", "any_theme")),
        "strengths": _each(client, "strengths", library.barriers, _carried(library, "leans_on", *client.barriers)),
        "environment": _each(client, "environment", library.environments, list(library.environments)),
        "routines": {},
    }
    for name, values in tries.items():
        if name not in known and values:
            yield OpenFact(name, LABELS[name], values)


def _each(client: Client, field: str, terms: Mapping[str, Term], names: Iterable[str]) -> dict[str, Client]:
    return {terms[name].name: client.model_copy(update={field: (name,)}) for name in list(names)[:MOST_VALUES]}


def _asked_for(screen: Screen, listed: Sequence[Activity]) -> list[str]:
    """Precautions that would set off a rule about one of the listed activities, the most far-reaching first."""
    rows = [screen.position[activity.id] for activity in listed]
    reach = np.asarray(screen.hits[:, rows].sum(axis=1))
    count: Counter[str] = Counter()
    for rule, hit in zip(screen.library.rules, reach.tolist(), strict=True):
        if hit and rule.effect != "caution":
            count.update(dict.fromkeys(rule.when.precautions, hit))
    return [name for name, _ in count.most_common()]


def _carried(library: Library, field: str, *left_out: str) -> list[str]:
    count = Counter(name for item in library.activities.values() for name in getattr(item, field))
    return [name for name, _ in count.most_common() if name not in left_out]
