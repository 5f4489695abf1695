"""Which activities are judged for a case, and the sheet from which a rater works: blind to system, rank and graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from otrec.engine import Engine
from otrec.evaluation.cases import Case
from otrec.evaluation.systems import System, ranked
from otrec.models import Activity

#: Depth of the pool for each system, and how many activities are drawn at random beside it.
POOL_DEPTH: Final = 20
RANDOM_DRAWN: Final = 10


def pool(case: Case, systems: Mapping[str, System], engine: Engine, depth: int = POOL_DEPTH,
         drawn: int = RANDOM_DRAWN) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Activities to be judged for a case -> the systems that brought them, in an order drawn for the case.

    Everything comes from what the safety screen allows. `drawn` activities come from chance alone ("draw").
    """
    allowed = engine.screen(case.client).allowed
    found: dict[str, list[str]] = {}
    for name, system in systems.items():
        for row in ranked(system(case), allowed, engine, depth):
            found.setdefault(engine.space.activities[row].id, []).append(name)
    chance = np.random.default_rng([17, *case.id.encode()])
    rest = [row for row in np.flatnonzero(allowed).tolist() if engine.space.activities[row].id not in found]
    for row in chance.permutation(rest)[:drawn].tolist():
        found[engine.space.activities[row].id] = ["draw"]
    order = chance.permutation(len(found))
    names = list(found)
    return {names[place]: tuple(found[names[place]]) for place in order}


def sheet_item(activity: Activity) -> dict[str, Any]:
    """What a rater reads of an activity: its text and plain facts, no links and no evidence."""
    return {
        "activity": activity.id,
        "name": activity.name,
        "purpose": activity.purpose,
        "steps": list(activity.steps),
        "ages": f"{activity.age_min:g}-{activity.age_max:g}",
        "minutes": activity.minutes,
        "people": f"{activity.group_min}-{activity.group_max}",
        "settings": list(activity.settings),
        "difficulty": activity.difficulty,
        "materials": list(activity.materials),
    }
