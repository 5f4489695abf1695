"""Two rankings side by side on the development cases, at once: what the Research page and notebooks ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.engine.weighing import prior_weights
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import FEWEST, RESTS_ON, Case, CaseSet, sliced
from otrec.evaluation.statistics import sign_flip, told
from otrec.evaluation.systems import Bm25, PageRank, System, TagOverlap, TfIdf, Weighted
from otrec.features import NAMES, PRIOR

Floats = NDArray[np.float64]

#: Models that can be set side by side; "own" takes the weights that are given.
MODELS: Final = {
    "prior": "Prior weights",
    "own": "Own weights",
    "uniform": "Equal weights",
    "learned": "Weights learned from the other cases",
    "tag_overlap": "Tag overlap",
    "tfidf": "TF-IDF text search",
    "bm25": "BM25 text search",
    "pagerank": "Personalised PageRank",
}
#: Places of a ranking that are compared in detail.
SHOWN: Final = 10


@dataclass(frozen=True)
class Outcome:
    """Two models on the development cases: each with interval, their difference, its p, and slices.

    `first`, `second`, `delta` and every slice hold `mean`, `low`, `high`, `n`; a slice also `claim`, which is false
    below ten cases.
    """

    models: tuple[str, str]
    first: dict[str, float]
    second: dict[str, float]
    delta: dict[str, float]
    p: float
    slices: dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Moved:
    """One activity in the first ten of either model for one case; a place is None outside of them."""

    activity_id: str
    name: str
    first: int | None
    second: int | None
    grade: float | None


class Workbench:
    """Judged development cases of a library, ready for one comparison after another; holds no client of anybody."""

    def __init__(self, engine: Engine, cases: CaseSet) -> None:
        self.engine, self.bench = engine, Bench.of(engine, cases)
        self.cases: tuple[Case, ...] = tuple(case for case in cases.of("development") if cases.grades[case.id])

    @cached_property
    def _systems(self) -> dict[str, System]:
        from otrec.evaluation.learners import CrossFitted, ranker  # brings scikit-learn, which the app starts without

        engine = self.engine
        return {
            "prior": Weighted(engine, PRIOR),
            "uniform": Weighted(engine, np.ones(len(NAMES))),
            "learned": CrossFitted(self.bench, ranker),
            "tag_overlap": TagOverlap(engine),
            "tfidf": TfIdf(engine),
            "bm25": Bm25(engine),
            "pagerank": PageRank(engine),
        }

    @cached_property
    def _scores(self) -> dict[str, dict[str, Floats]]:
        return {name: {case.id: system(case) for case in self.cases} for name, system in self._systems.items()}

    def scores(self, model: str, case: Case, weights: Mapping[str, float] | None = None) -> Floats:
        """Scores of a model for a case, `(n_activities,)`; `weights` are those of the model "own"."""
        if model == "own":
            return np.asarray(self.bench.tables[case.id] @ prior_weights(weights))
        return self._scores[model][case.id]

    def compare(self, first: str, second: str, weights: Mapping[str, float] | None = None) -> Outcome:
        """nDCG@10 of two models, paired by case.

        Parameters
        ----------
        first, second
            Names of `MODELS`.
        weights
            Feature -> weight of the model "own"; features left out keep their prior.

        Raises
        ------
        OptionError
            If a weight is of no feature, or below 0.
        """
        gains = [
            np.array([self.bench.ndcg(case, self.scores(name, case, weights)) for case in self.cases])
            for name in (first, second)
        ]
        difference = gains[1] - gains[0]
        return Outcome(
            (first, second), told(gains[0]), told(gains[1]), told(difference), sign_flip(difference),
            self._slices(difference),
        )  # fmt: skip

    def _slices(self, difference: Floats) -> dict[str, dict[str, dict[str, Any]]]:
        of_case = {case.id: value for case, value in zip(self.cases, difference.tolist(), strict=True)}
        slices = sliced(self.cases)
        return {
            kind: {
                name: {**told([of_case[case.id] for case in found]), "claim": len(found) >= FEWEST}
                for name, found in slices[kind].items()
            }
            for kind in ("age", "setting")
        }

    def moved(
        self, case: Case, first: str, second: str, weights: Mapping[str, float] | None = None
    ) -> tuple[Moved, ...]:
        """What stands where in the first ten of both models, in the order of the second."""
        lists = [self.bench.first(case, self.scores(name, case, weights), SHOWN) for name in (first, second)]
        names = dict.fromkeys((*lists[1], *lists[0]))
        grades = self.bench.grades[case.id]
        places = [{name: place for place, name in enumerate(found, 1)} for found in lists]
        known = self.engine.library.activities
        return tuple(
            Moved(name, known[name].name, places[0].get(name), places[1].get(name), grades.get(name)) for name in names
        )

    def run(self, outcome: Outcome, weights: Mapping[str, float] | None = None) -> dict[str, Any]:
        """A comparison as a file, with what it rests on and a hash of all of it."""
        found: dict[str, Any] = {
            **vars(outcome),
            "weights": dict(zip(NAMES, prior_weights(weights).tolist(), strict=True)),
            "metric": "ndcg@10",
            "split": "development",
            "library_version": self.engine.library.version,
            "cases_version": self.bench.cases.version,
            "rests_on": RESTS_ON,
        }
        text = json.dumps(found, sort_keys=True)
        return {**found, "hash": hashlib.sha256(text.encode()).hexdigest()[:12]}
