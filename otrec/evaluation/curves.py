"""Learning curves: what 0-200 preferences do to a ranking, against learners without a prior.

The preferences are simulated from the graded judgments of the development cases: a case and two of its judged
activities with different grades are drawn, and the higher grade is preferred. Gains are measured on other cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.evaluation.bench import Bench, Training
from otrec.evaluation.cases import Case
from otrec.evaluation.learners import learners
from otrec.evaluation.statistics import told
from otrec.features import PRIOR

Floats = NDArray[np.float64]

SIZES: Final = (0, 10, 25, 50, 100, 200)
SEEDS: Final = 30
#: Learners that can take a preference as it is.
PAIRWISE: Final = ("learned", "logistic", "lambdamart")


def preferences(bench: Bench, cases: Sequence[Case], count: int, chance: np.random.Generator) -> Training:
    """So many drawn preferences, each a group of two rows with relevance 1 and 0."""
    rows: list[Floats] = []
    y: list[float] = []
    while len(y) < 2 * count:
        case = cases[int(chance.integers(len(cases)))]
        names = list(bench.grades[case.id])
        if len(names) < 2:
            continue
        one, two = (bench.engine.space.place[names[at]] for at in chance.choice(len(names), 2, replace=False).tolist())
        gains = bench.gains[case.id]
        if gains[one] != gains[two]:
            rows += [bench.tables[case.id][one], bench.tables[case.id][two]]
            y += [float(gains[one] > gains[two]), float(gains[two] > gains[one])]
    groups = np.repeat([f"{number:04d}" for number in range(count)], 2)
    return Training(np.array(rows), np.array(y), groups, np.ones(len(y)))


def curves(
    bench: Bench,
    learned_from: Sequence[Case],
    measured_on: Sequence[Case],
    sizes: Sequence[int] = SIZES,
    seeds: int = SEEDS,
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, Any]:
    """nDCG@10 after each number of preferences: learner -> number -> mean and interval over seeds, and `minus_prior`.

    `minus_prior` is the difference to the prior weights, averaged over seeds, with its interval over the cases.
    """
    named = {name: learner for name, learner in learners().items() if name in PAIRWISE}
    prior = bench.of_weights(PRIOR, measured_on)
    # With nothing to learn from, the model is its prior, and a learner without one knows no order.
    unordered = _gains(bench, measured_on, lambda X: np.zeros(len(X)))
    found: dict[str, Any] = {
        "prior": float(np.nanmean(prior)), "seeds": seeds, "learners": {name: {} for name in named},
    }  # fmt: skip
    for size in sizes:
        progress(f"{size} preferences")
        gains: dict[str, list[Floats]] = {name: [] for name in named}
        for seed in range(seeds):
            data = preferences(bench, learned_from, size, np.random.default_rng([seed, 99])) if size else None
            for name, learner in named.items():
                if data is None:
                    gains[name].append(prior if name == "learned" else unordered)
                else:
                    gains[name].append(_gains(bench, measured_on, learner(data)))
        for name, rows in gains.items():
            values = np.array(rows)
            found["learners"][name][str(size)] = {
                **told(np.nanmean(values, axis=1)),
                "minus_prior": told(values.mean(axis=0) - prior),
            }
    return found


def _gains(bench: Bench, cases: Sequence[Case], predict: Callable[[Floats], Floats]) -> Floats:
    """nDCG@10 for each case, `(n_cases,)`."""
    return np.array([bench.ndcg(case, predict(bench.tables[case.id])) for case in cases])
