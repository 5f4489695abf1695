"""What the planning tests share: an independent reading of a session's rules, and pools small enough to try all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from otrec import Client, Engine
from otrec.engine import Recommendation
from otrec.models import Activity

ORDER = ("warm_up", "targeted", "practice", "reflection")


class Choice(NamedTuple):
    """One activity in one phase for so many minutes."""

    phase: str
    activity: Activity
    minutes: int


def small(engine: Engine, client: Client, seed: int, per_phase: int) -> Recommendation:
    """A recommendation in which only a few random activities of each phase are allowed."""
    result = engine.recommend(client, k=1)
    draw = np.random.default_rng(seed)
    allowed = np.zeros_like(result.scored.allowed)
    for phase in ORDER:
        rows = [
            row
            for row in np.flatnonzero(result.scored.allowed)
            if phase in engine.space.activities[row].phases and engine.space.activities[row].minutes <= 25
        ]
        allowed[draw.permutation(rows)[:per_phase]] = True
    return replace(result, scored=replace(result.scored, allowed=allowed))


def choices(result: Recommendation) -> list[Choice]:
    """Every way to use what is allowed, in full and in the shorter form."""
    found = []
    for activity, allowed in zip(result.engine.space.activities, result.scored.allowed, strict=True):
        shorter = any(step.axis == "sequence and duration" for step in activity.grade_down)
        lengths = [activity.minutes, *([math.ceil(0.6 * activity.minutes)] if shorter else [])]
        found += [Choice(phase, activity, length) for phase in activity.phases if allowed for length in lengths]
    return found


def sessions(given: list[Choice]) -> Iterator[tuple[Choice, ...]]:
    """Every session with one warm-up, up to three targeted, up to two practised activities and one reflection."""
    by = {phase: [one for one in given if one.phase == phase] for phase in ORDER}
    targeted = [some for count in (1, 2, 3) for some in combinations(by["targeted"], count)]
    practised = [some for count in (1, 2) for some in combinations(by["practice"], count)]
    for first in by["warm_up"]:
        for middle in targeted:
            for later in practised:
                for last in by["reflection"]:
                    yield (first, *middle, *later, last)


def faults(
    session: Sequence[Choice],
    minutes: int,
    goals: Sequence[str] = (),
    recent: Sequence[str] = (),
    per_technique: int = 2,
    calm_start: bool = False,
) -> list[str]:
    """What a session breaks, read from the activities alone."""
    found = []
    names = [one.activity.id for one in session]
    if len(set(names)) < len(names):
        found.append("an activity twice")
    if sum(one.minutes for one in session) > minutes:
        found.append("too long")
    edge = max(5, int(0.25 * minutes))
    if any(one.minutes > edge for one in session if one.phase in ("warm_up", "reflection")):
        found.append("a long edge")
    found += [f"no {goal}" for goal in goals if not any(goal in one.activity.occupations for one in session)]
    used = Counter(name for one in session for name in one.activity.techniques)
    found += [f"too much {name}" for name, times in used.items() if times > per_technique]
    if set(names) & set(recent):
        found.append("done lately")
    level = {phase: [one.activity.difficulty for one in session if one.phase == phase] for phase in ORDER}
    if level["targeted"] and any(first > min(level["targeted"]) for first in level["warm_up"]):
        found.append("eases before it rises")
    if level["practice"] and any(last > min(level["practice"]) for last in level["reflection"]):
        found.append("rises at the end")
    if calm_start and any(one.activity.arousal != "calming" for one in session if one.phase == "warm_up"):
        found.append("no calm start")
    return found


def worth(result: Recommendation, session: Sequence[Choice], minutes: int) -> float:
    """The fit that fills the session, 0-100."""
    place, scores = result.engine.space.place, result.scored.scores
    return float(sum(100 * scores[place[one.activity.id]] * one.minutes for one in session)) / minutes
