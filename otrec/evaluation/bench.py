"""Cases ready to be ranked many times: feature tables, pools and grades, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.evaluation.cases import Case, CaseSet
from otrec.evaluation.systems import ranked
from otrec.ranking.gain import ndcg

Floats = NDArray[np.float64]

#: How deep a list is looked at.
K: Final = 10


@dataclass(frozen=True)
class Training:
    """Judged rows of some cases, as scikit-learn takes them; sorted by case.

    `X` is `(n_rows, n_features)`, `y` the grades, `groups` the cases, and `weight` makes the pairs of each case
    count as much as the case has rows, since pairs that share rows do not tell independent things.
    """

    X: Floats
    y: Floats
    groups: NDArray[np.str_]
    weight: Floats


@dataclass(frozen=True)
class Bench:
    """An engine's features of every case, with pools and grades. Grades may be replaced (`regraded`)."""

    engine: Engine
    cases: CaseSet
    grades: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, engine: Engine, cases: CaseSet) -> Bench:
        return cls(engine, cases, cases.grades)

    @cached_property
    def tables(self) -> dict[str, Floats]:
        """Features of every activity for each case, `(n_activities, n_features)`."""
        return {case.id: self.engine.space(case.client, case.as_of).values for case in self.cases.of()}

    @cached_property
    def allowed(self) -> dict[str, NDArray[np.bool_]]:
        """The pool of each case: what the safety screen lets through."""
        return {case.id: self.engine.screen(case.client).allowed for case in self.cases.of()}

    @cached_property
    def gains(self) -> dict[str, Floats]:
        """Grade of every activity for each case, 0 where nobody judged."""
        return {
            name: np.array([given.get(item.id, 0.0) for item in self.engine.space.activities])
            for name, given in self.grades.items()
        }

    def ndcg(self, case: Case, scores: Floats, k: int = K) -> float:
        """nDCG@k of scores `(n_activities,)` within the pool of a case."""
        pool = self.allowed[case.id]
        return ndcg(np.round(scores[pool], 9), self.gains[case.id][pool], k)

    def of_weights(self, weights: Floats, cases: Iterable[Case], k: int = K) -> Floats:
        """nDCG@k of the features under some weights for each case, `(n_cases,)`."""
        return np.array([self.ndcg(case, self.tables[case.id] @ weights, k) for case in cases])

    def training(self, cases: Iterable[Case]) -> Training:
        """The judged rows of some cases."""
        parts = []
        for case in cases:
            names = list(self.grades[case.id])
            if names:
                rows = [self.engine.space.place[name] for name in names]
                y = self.gains[case.id][rows]
                pairs = (y[:, None] > y[None, :]).sum()
                weight = np.full(len(rows), np.sqrt(len(rows) / max(1, pairs)))
                parts.append((self.tables[case.id][rows], y, np.full(len(rows), case.id), weight))
        return Training(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def first(self, case: Case, scores: Floats, k: int = K) -> list[str]:
        """Ids of the first k of the pool; ties go by name, as in the engine."""
        return [self.engine.space.activities[row].id for row in ranked(scores, self.allowed[case.id], self.engine, k)]

    def regraded(self, grades: Mapping[str, Mapping[str, float]]) -> Bench:
        """The same cases and features under other grades."""
        other = Bench(self.engine, self.cases, grades)
        for name in ("tables", "allowed"):
            other.__dict__[name] = getattr(self, name)
        return other
