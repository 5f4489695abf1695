"""What is measured of a ranked list. Gains are grades 0-3; what nobody judged counts 0 and is counted by `judged`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: A grade from which an activity counts as good where a metric knows only good and not good.
GOOD: Final = 2
NDCG_FORMULA: Final = "nDCG@k = DCG@k / ideal DCG@k, DCG@k = sum over places i <= k of grade / log2(i + 1)"


def discounts(size: int, k: int) -> Floats:
    """1 / log2(place + 1) for each place, 0 after the k-th; `(size,)`."""
    places = np.arange(1, size + 1)
    return np.where(places <= k, 1 / np.log2(places + 1), 0.0)


def dcg(scores: ArrayLike, gains: ArrayLike, k: int) -> float:
    """Discounted cumulative gain, averaged over all orders of tied scores.

    McSherry & Najork 2008, doi 10.1007/978-3-540-78646-7_38, without their exponential gain: grades count linearly,
    as in trec_eval.

    >>> round(dcg([3, 2, 1], [3, 0, 1], k=10), 3)
    3.5
    >>> dcg([1, 1], [2, 0], k=1)
    1.0
    """
    scores, gains = np.asarray(scores, dtype=float), np.asarray(gains, dtype=float)
    _, group, count = np.unique(-scores, return_inverse=True, return_counts=True)
    mean_gain = np.bincount(group, weights=gains, minlength=len(count)) / count
    summed = np.concatenate([[0.0], np.cumsum(discounts(len(scores), k))])
    ends = np.cumsum(count)
    return float(mean_gain @ (summed[ends] - summed[ends - count]))


def ndcg(scores: ArrayLike, gains: ArrayLike, k: int) -> float:
    """DCG@k as a share of the best possible one; NaN where nothing is worth anything.

    >>> ndcg([3, 2, 1], [1, 0, 0], k=10)
    1.0
    """
    best = dcg(gains, gains, k)
    return dcg(scores, gains, k) / best if best > 0 else float("nan")


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
