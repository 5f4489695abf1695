"""Every metric of every system on every case: the table from which a report is made."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.evaluation import metrics
from otrec.evaluation.bench import Bench, K
from otrec.evaluation.cases import Case
from otrec.evaluation.systems import System, ranked

#: Metrics that are taken per case, with what they are and whether more is better.
PER_CASE: Final[dict[str, tuple[str, bool]]] = {
    "ndcg@5": ("graded gain of the first five", True),
    "ndcg@10": ("graded gain of the first ten", True),
    "rr": ("1 / place of the first good one", True),
    "recall@10": ("share of all good ones in the first ten", True),
    "judged@10": ("share of the first ten that was judged", True),
    "diversity@10": ("mean distance of barriers and occupations within the first ten", True),
    "novelty@10": ("mean self-information in bits: how seldom an activity is good for the other cases", True),
    "calibration@10": ("divergence from the weights of the goals", False),
    "violation": ("share of the first ten, unscreened, that a safety rule excludes", False),
    "milliseconds": ("time for the scores", False),
}
#: Metrics of a whole system on a split.
PER_SYSTEM: Final[dict[str, tuple[str, bool]]] = {
    "coverage@10": ("share of the library shown to anybody", True),
    "gini@10": ("how unevenly activities are shown", False),
    "generic@10": ("share of places taken by activities shown to more than a fifth of the cases", False),
}
GENERIC_SHARE: Final = 0.2


@dataclass(frozen=True)
class Measured:
    """What one system did: per case, and what it showed."""

    values: dict[str, dict[str, float]]
    shown: dict[str, tuple[str, ...]]
    scores: dict[str, NDArray[np.float64]]

    def column(self, metric: str, cases: Iterable[Case]) -> NDArray[np.float64]:
        """One metric over some cases, `(n_cases,)`."""
        return np.array([self.values[case.id][metric] for case in cases])


@dataclass(frozen=True)
class _Known:
    """What every system of a case is measured against: taken together once, not once a system."""

    case: Case
    grades: Mapping[str, float]
    allowed: NDArray[np.bool_]
    gains: NDArray[np.float64]
    held: frozenset[str]
    good_elsewhere: dict[str, float]


def measure(
    bench: Bench, systems: Mapping[str, System], progress: Callable[[str], None] = lambda name: None
) -> dict[str, Measured]:
    """Run every system on every case.

    Parameters
    ----------
    progress
        Called with the name of each system before it runs.
    """
    cases = [_known(bench, case) for case in bench.cases.of()]
    found = {}
    for name, system in systems.items():
        progress(name)
        values, shown, scores = {}, {}, {}
        for known in cases:
            case = known.case
            start = time.perf_counter()
            scores[case.id] = system(case)
            spent = 1000 * (time.perf_counter() - start)
            figures, shown[case.id] = _case(bench.engine, known, scores[case.id])
            values[case.id] = {**figures, "milliseconds": spent}
        found[name] = Measured(values, shown, scores)
    return found


def _known(bench: Bench, case: Case) -> _Known:
    exclusions = bench.engine.screen(case.client).exclusions
    held = frozenset(item.activity_id for item in exclusions if item.effect in ("exclude", "require"))
    allowed = bench.allowed[case.id]
    gains = bench.gains[case.id][allowed]
    return _Known(case, bench.grades[case.id], allowed, gains, held, _good_elsewhere(bench, case))


def _good_elsewhere(bench: Bench, case: Case) -> dict[str, float]:
    """For how many other cases each activity is good; how many there are, under the empty name."""
    others = [given for name, given in bench.grades.items() if name != case.id and given]
    count = Counter(name for given in others for name, grade in given.items() if grade >= metrics.GOOD)
    return {"": float(len(others)), **{name: float(number) for name, number in count.items()}}


def _case(engine: Engine, known: _Known, scores: NDArray[np.float64]) -> tuple[dict[str, float], tuple[str, ...]]:
    first = tuple(engine.space.activities[row].id for row in ranked(scores, known.allowed, engine, K))
    rounded = np.round(scores[known.allowed], 9)
    listed = [known.grades.get(name, 0.0) for name in first]
    values = {
        "ndcg@5": metrics.ndcg(rounded, known.gains, 5),
        "ndcg@10": metrics.ndcg(rounded, known.gains, 10),
        "rr": metrics.reciprocal_rank(listed),
        "recall@10": metrics.recall(listed, int((known.gains >= metrics.GOOD).sum())),
        "judged@10": metrics.judged(first, known.grades),
        "diversity@10": metrics.diversity([_tags(engine, name) for name in first]),
        "novelty@10": metrics.novelty(first, known.good_elsewhere),
        "calibration@10": _calibration(engine, known.case, first),
        "violation": _violation(engine, known.held, scores),
    }
    return values, first


def _tags(engine: Engine, name: str) -> frozenset[str]:
    activity = engine.library.activities[name]
    return frozenset((*activity.primary, *activity.secondary, *activity.occupations))


def _calibration(engine: Engine, case: Case, first: tuple[str, ...]) -> float:
    """How far the goals that the list practises follow the goals' importance; NaN without goals."""
    wanted = {goal.occupation: float(goal.importance) for goal in case.client.goals}
    count = Counter(name for item in first for name in engine.library.activities[item].occupations if name in wanted)
    return metrics.calibration(wanted, {name: float(number) for name, number in count.items()} or {"": 1.0})


def _violation(engine: Engine, held: frozenset[str], scores: NDArray[np.float64]) -> float:
    """Share of the first ten of the whole library that a rule, not a mere misfit, keeps from this client."""
    first = ranked(scores, np.isfinite(scores), engine, K)
    return sum(engine.space.activities[row].id in held for row in first) / max(1, len(first))


def of_system(measured: Measured, cases: Iterable[Case], engine: Engine) -> dict[str, float]:
    """Coverage, evenness and generic share of what a system showed on some cases."""
    given = [case.id for case in cases]
    count = Counter(name for case in given for name in measured.shown[case])
    places = sum(count.values())
    often = sum(number for number in count.values() if number > GENERIC_SHARE * len(given))
    total = len(engine.library.activities)
    return {
        "coverage@10": len(count) / total,
        "gini@10": metrics.gini([count[name] for name in engine.library.activities]),
        "generic@10": often / max(1, places),
    }
