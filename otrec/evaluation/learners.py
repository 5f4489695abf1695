"""Challengers that learn from the development cases, each scored only on cases that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.evaluation.bench import Bench, Training
from otrec.evaluation.cases import Case
from otrec.features import PRIOR
from otrec.ranking.estimator import ActivityRanker
from otrec.ranking.pairs import preferred

Floats = NDArray[np.float64]
#: Takes judged rows, gives a function from features `(n, n_features)` to scores `(n,)`.
Learner = Callable[[Training], Callable[[Floats], Floats]]

FOLDS: Final = 5
#: Trees stay small: 60 cases are few. Fixed before any result was seen.
TREES: Final[dict[str, Any]] = {"max_iter": 100, "learning_rate": 0.05, "min_samples_leaf": 40}


def ranker(data: Training, **settings: Any) -> Callable[[Floats], Floats]:
    """The model's own way to learn: from the prior, weights of 0 or more."""
    return ActivityRanker(**{"prior": PRIOR, **settings}).fit(data.X, data.y, data.groups, data.weight).predict


def logistic(data: Training) -> Callable[[Floats], Floats]:
    """Pairwise logistic regression without any prior, weights of either sign."""
    from sklearn.linear_model import LogisticRegression

    rows, counts = preferred(data.X, data.y, data.groups, data.weight)
    if not len(rows):
        return lambda X: np.zeros(len(X))
    both, sides = np.concatenate([rows, -rows]), np.repeat([1, 0], len(rows))
    fitted = LogisticRegression(fit_intercept=False, C=1e4, max_iter=1000)
    fitted.fit(both, sides, sample_weight=np.tile(counts, 2))
    weights = fitted.coef_[0]
    return lambda X: np.asarray(X @ weights)


def boosted(data: Training) -> Callable[[Floats], Floats]:
    """Histogram gradient boosting on the grades; more of a feature is never worse."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(monotonic_cst=[1] * data.X.shape[1], random_state=0, **TREES)
    return model.fit(data.X, data.y).predict  # type: ignore[no-any-return]


def lambdamart(data: Training) -> Callable[[Floats], Floats]:
    """LightGBM's LambdaMART; half grades are rounded up, since it takes whole ones."""
    import lightgbm

    _, sizes = np.unique(data.groups, return_counts=True)
    model = lightgbm.LGBMRanker(
        n_estimators=TREES["max_iter"],
        learning_rate=TREES["learning_rate"],
        num_leaves=15,
        min_child_samples=min(TREES["min_samples_leaf"], max(1, len(data.y) // 10)),
        monotone_constraints=[1] * data.X.shape[1],
        random_state=0,
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbose=-1,
    )
    order = np.argsort(data.groups, kind="stable")
    model.fit(data.X[order], np.ceil(data.y[order]).astype(int), group=sizes)
    return lambda X: np.asarray(model.booster_.predict(X))


def learners() -> dict[str, Learner]:
    """Every challenger that is installed; LambdaMART comes with the extra `research`."""
    found: dict[str, Learner] = {"learned": ranker, "logistic": logistic, "hist_gradient_boosting": boosted}
    if find_spec("lightgbm"):
        found["lambdamart"] = lambdamart
    return found


def folds(cases: Sequence[Case], count: int = FOLDS) -> list[tuple[list[Case], list[Case]]]:
    """Grouped cross-validation by client: (learned from, held out), every case held out once."""
    from sklearn.model_selection import GroupKFold

    names = np.array([case.id for case in cases])
    split = GroupKFold(min(count, len(cases)), shuffle=True, random_state=0).split(names, groups=names)
    return [([cases[row] for row in kept], [cases[row] for row in held]) for kept, held in split]


class CrossFitted:
    """A learner as a system: a development case is scored by the fold that left it out, a test case by all of them."""

    def __init__(self, bench: Bench, learner: Learner) -> None:
        development = [case for case in bench.cases.of("development") if bench.grades[case.id]]
        self.bench = bench
        self.of_case: dict[str, Callable[[Floats], Floats]] = {}
        for kept, held in folds(development):
            fitted = learner(bench.training(kept))
            self.of_case |= {case.id: fitted for case in held}
        self.whole = learner(bench.training(development))

    def __call__(self, case: Case) -> Floats:
        return np.asarray(self.of_case.get(case.id, self.whole)(self.bench.tables[case.id]), dtype=float)
