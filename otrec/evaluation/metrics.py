"""What is measured of a ranked list. Gains are grades 0-3; what nobody judged counts 0 and is counted by `judged`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from otrec.ranking.gain import NDCG_FORMULA, dcg, discounts, ndcg

__all__ = [
    "GOOD", "NDCG_FORMULA", "brier", "calibration", "dcg", "discounts", "diversity", "gini", "judged", "ndcg",
    "novelty", "rbo", "recall", "reciprocal_rank",
]  # fmt: skip

#: A grade from which an activity counts as good where a metric knows only good and not good.
GOOD: Final = 2


def reciprocal_rank(grades: Sequence[float], good: float = GOOD) -> float:
    """1 / place of the first good activity of a list, 0 if there is none.

    >>> reciprocal_rank([0, 1, 2, 3])
    0.3333333333333333
    """
    return next((1 / place for place, grade in enumerate(grades, 1) if grade >= good), 0.0)


def recall(grades: Sequence[float], all_good: int, good: float = GOOD) -> float:
    """Share of all good activities that a list holds; NaN where there is none.

    >>> recall([2, 0, 3], all_good=4)
    0.5
    """
    return sum(grade >= good for grade in grades) / all_good if all_good else float("nan")


def judged(names: Sequence[str], grades: Mapping[str, float]) -> float:
    """Share of a list that somebody judged.

    >>> judged(["a", "b"], {"a": 2})
    0.5
    """
    return sum(name in grades for name in names) / max(1, len(names))


def diversity(tags: Sequence[frozenset[str]]) -> float:
    """Mean Jaccard distance between the tags of every two activities of a list, in [0, 1]; 0 for a list of one.

    >>> diversity([frozenset("ab"), frozenset("bc")])
    0.6666666666666667
    """
    pairs = [(one, two) for place, one in enumerate(tags) for two in tags[:place]]
    return float(np.mean([1 - len(one & two) / max(1, len(one | two)) for one, two in pairs])) if pairs else 0.0


def calibration(wanted: Mapping[str, float], found: Mapping[str, float], smooth: float = 0.01) -> float:
    """Kullback-Leibler divergence of what a list practises from what the goals weigh; 0 is best.

    Steck 2018, doi 10.1145/3240323.3240372, with its smoothing of 0.01. Both are weights by goal and are scaled to 1.

    >>> calibration({"a": 1.0}, {"a": 2.0})
    0.0
    """
    total, had = sum(wanted.values()), sum(found.values())
    if not total or not had:
        return float("nan")
    shares = {name: value / total for name, value in wanted.items() if value}
    return float(
        sum(
            share * np.log(share / ((1 - smooth) * found.get(name, 0.0) / had + smooth * share))
            for name, share in shares.items()
        )
    )


def novelty(names: Sequence[str], known: Mapping[str, float]) -> float:
    """Mean self-information of a list in bits: -log2 of how often each activity is found good, one added to each count.

    As in Castells et al., Novelty and diversity metrics for recommender systems, ECIR 2011. `known` holds counts,
    with the number of cases under the empty name.

    >>> novelty(["a", "b"], {"a": 1, "": 2})
    1.5
    """
    cases = known.get("", 0.0) + 2
    return float(np.mean([-np.log2((known.get(name, 0.0) + 1) / cases) for name in names])) if names else 0.0


def gini(counts: ArrayLike) -> float:
    """How unevenly activities are shown, 0 (all alike) to nearly 1 (always the same ones).

    >>> gini([1, 1, 1]), round(gini([0, 0, 3]), 2)
    (0.0, 0.67)
    """
    shown = np.sort(np.asarray(counts, dtype=float))
    if not shown.sum():
        return 0.0
    places = np.arange(1, len(shown) + 1)
    return float(max(0.0, (2 * places - len(shown) - 1) @ shown / (len(shown) * shown.sum())))


def brier(chances: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance between stated chances and what happened; 0 is best.

    >>> brier([1.0, 0.5], [1, 0])
    0.125
    """
    return float(np.mean((np.asarray(chances, dtype=float) - np.asarray(happened, dtype=float)) ** 2))


def rbo(first: Sequence[str], second: Sequence[str], p: float = 0.9) -> float:
    """Rank-biased overlap of two lists of one length, extrapolated; 1 for the same list.

    Webber, Moffat & Zobel 2010, doi 10.1145/1852102.1852106, equation 32 for even lists.

    >>> round(rbo(["a", "b"], ["a", "b"]), 6), rbo(["a"], ["b"])
    (1.0, 0.0)
    """
    depth = min(len(first), len(second))
    if not depth:
        return 1.0
    overlap = [len(set(first[:place]) & set(second[:place])) for place in range(1, depth + 1)]
    weighted = sum(found / place * p**place for place, found in enumerate(overlap, 1))
    return float(overlap[-1] / depth * p**depth + (1 - p) / p * weighted)
