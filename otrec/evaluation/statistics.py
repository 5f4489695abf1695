"""Chance and agreement: paired tests, intervals, and how far raters agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DRAWS: Final = 10_000


def sign_flip(differences: ArrayLike, draws: int = DRAWS, seed: int = 0) -> float:
    """Two-sided p of a paired sign-flip test of a mean difference of 0.

    p = (b + 1) / (B + 1), b of B random flips of signs giving a mean at least as far from 0 (Phipson & Smyth 2010,
    doi 10.2202/1544-6115.1585), so that p is never 0.

    >>> sign_flip([0.0, 0.0]), sign_flip([1.0] * 20) < 0.001
    (1.0, True)
    """
    found = np.asarray(differences, dtype=float)
    found = found[~np.isnan(found)]
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, len(found)))
    reached = np.abs(signs @ found) >= abs(found.sum()) - 1e-12
    return float((reached.sum() + 1) / (draws + 1))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down adjustment (Holm 1979, Scandinavian Journal of Statistics 6:65-70).

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    order = sorted(p_values, key=lambda name: p_values[name])
    adjusted, highest = {}, 0.0
    for place, name in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - place) * p_values[name]))
        adjusted[name] = highest
    return adjusted


def interval(values: ArrayLike, level: float = 0.95, draws: int = 2_000, seed: int = 0) -> tuple[float, float, float]:
    """Mean with a bias-corrected and accelerated bootstrap interval over cases, NaN left out.

    Efron 1987, doi 10.1080/01621459.1987.10478410, as scipy.stats.bootstrap does it.

    Returns
    -------
    mean, low, high
        All three are the mean where every value is the same.
    """
    from scipy.stats import bootstrap

    found = np.asarray(values, dtype=float)
    found = found[~np.isnan(found)]
    mean = float(found.mean()) if len(found) else float("nan")
    if len(found) < 2 or np.ptp(found) == 0:
        return mean, mean, mean
    result = bootstrap(
        (found,), np.mean, confidence_level=level, n_resamples=draws, method="BCa", rng=np.random.default_rng(seed)
    )
    return mean, float(result.confidence_interval.low), float(result.confidence_interval.high)


def told(values: ArrayLike) -> dict[str, float]:
    """Mean with its interval and number, NaN left out, as reports give it: `mean`, `low`, `high`, `n`.

    >>> told([0.5, 0.5, float("nan")])
    {'mean': 0.5, 'low': 0.5, 'high': 0.5, 'n': 2}
    """
    found = np.asarray(values, dtype=float)
    mean, low, high = interval(found)
    return {"mean": mean, "low": low, "high": high, "n": int((~np.isnan(found)).sum())}


def krippendorff(units: Sequence[Sequence[float]], categories: Sequence[float] = (0, 1, 2, 3)) -> float:
    """Ordinal Krippendorff alpha of ratings, one sequence a unit; units with one rating do not count.

    Krippendorff 2019, Content Analysis, 4th ed., chapter 12: 1 - observed / expected disagreement, the distance of two
    grades being the squared number of ratings between them. 1 is full agreement, 0 what chance gives.

    >>> krippendorff([[0, 0], [3, 3], [1, 1]])
    1.0
    """
    place = {grade: row for row, grade in enumerate(categories)}
    pairs = np.zeros((len(categories), len(categories)))
    for unit in units:
        if len(unit) > 1:
            count = np.bincount([place[grade] for grade in unit], minlength=len(categories)).astype(float)
            pairs += (np.outer(count, count) - np.diag(count)) / (len(unit) - 1)
    return _alpha(pairs)


def _alpha(pairs: Floats) -> float:
    held = pairs.sum(axis=1)
    total = held.sum()
    middle = np.cumsum(held) - held / 2
    distance = (middle[:, None] - middle[None, :]) ** 2
    expected = (np.outer(held, held) * distance).sum() / max(total - 1, 1)
    return float(1 - (pairs * distance).sum() / expected) if expected > 0 else 1.0


def resampled(groups: Sequence[Sequence[Sequence[float]]], of: Callable[[list[Sequence[float]]], float],
              draws: int = 1_000, seed: int = 0) -> tuple[float, float]:  # fmt: skip
    """95% percentile interval of a statistic when whole groups (cases) are drawn again with replacement."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = chance.integers(len(groups), size=len(groups))
        found.append(of([unit for row in rows for unit in groups[row]]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
