"""Graded gain of a ranked list: what rankings are scored and tuned by."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

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
