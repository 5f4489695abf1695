"""Goal attainment scaling (GAS): one T-score from the attainment of a person's own goals.

Kiresuk & Sherman 1968, doi 10.1007/BF01530764. Turner-Stokes 2009, doi 10.1177/0269215508101742, whose printed formulas
(pages 364 and 367) were wrong: its published erratum gives the formula that is used here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from otrec.models import OptionError

#: Expected correlation between the goals of one person; the value of Kiresuk & Sherman 1968.
RHO: Final = 0.3
LOWEST, HIGHEST = -2, 2
MAX_GOALS: Final = 50


def gas_t(scores: Sequence[float], weights: Sequence[float] | None = None, rho: float = RHO) -> float:
    """The T-score of several goals: 50 if all are met as expected, 10 for a standard deviation.

    T = 50 + 10 sum(w x) / sqrt((1 - rho) sum(w^2) + rho (sum w)^2), with x the attainment (-2 to +2) and w the weight
    of each goal. Scores are ordered categories, so T carries the assumption that their steps are equal.

    Parameters
    ----------
    scores
        Attainment of each goal, -2 to +2; 0 is the expected outcome. Halves (-0.5 for part of the way, Turner-Stokes &
        Williams 2010) are accepted; those authors report them as -1.
    weights
        One number from 0 up for each goal, such as importance times difficulty; left out, all count the same.
    rho
        Expected correlation between goals, 0 to 1.

    Raises
    ------
    OptionError
        With every problem of the scores, weights and rho.

    Examples
    --------
    >>> gas_t([0, 0, 0])
    50.0
    >>> round(gas_t([0, 1, -1], weights=[2, 1, 1]), 1), round(gas_t([2, 1, 0, -2, 1]), 2)
    (50.0, 56.03)
    """
    problems = [*_problems_of_scores(scores), *_problems_of_weights(weights, len(scores))]
    if not 0 <= rho <= 1:
        problems.append(f"rho is {rho:g}; give a correlation from 0 to 1 (0.3 is usual)")
    if problems:
        raise OptionError("GAS: " + "; ".join(problems))
    used = [1.0] * len(scores) if weights is None else [float(weight) for weight in weights]
    # Only the ratios of weights matter; scaling keeps very large and very small ones from overflowing.
    largest = max(used)
    used = [weight / largest for weight in used]
    gained = math.fsum(weight * score for weight, score in zip(used, scores, strict=True))
    spread = math.sqrt((1 - rho) * math.fsum(weight * weight for weight in used) + rho * math.fsum(used) ** 2)
    return 50 + 10 * gained / spread


@dataclass(frozen=True)
class GasChange:
    """T-scores before and after, and their difference."""

    baseline: float
    achieved: float

    @property
    def change(self) -> float:
        return self.achieved - self.baseline

    def to_dict(self) -> dict[str, Any]:
        return {"baseline": self.baseline, "achieved": self.achieved, "change": self.change}

    def __str__(self) -> str:
        return f"GAS T-score {self.baseline:.1f} at baseline, {self.achieved:.1f} achieved, change {self.change:+.1f}"


def gas_change(
    baseline_scores: Sequence[float],
    achieved_scores: Sequence[float],
    weights: Sequence[float] | None = None,
    rho: float = RHO,
) -> GasChange:
    """The T-scores of the same goals before and after.

    Raises
    ------
    OptionError
        If the lists differ in length, or as `gas_t`.

    >>> print(gas_change([-1, -1, -2], [0, 0, 1]))
    GAS T-score 31.7 at baseline, 54.6 achieved, change +22.8
    """
    if len(baseline_scores) != len(achieved_scores):
        raise OptionError(
            f"GAS: {len(baseline_scores)} baseline scores and {len(achieved_scores)} achieved scores; "
            "give one of each for every goal, in the same order"
        )
    return GasChange(gas_t(baseline_scores, weights, rho), gas_t(achieved_scores, weights, rho))


def gas_table(goals: int, rho: float = RHO) -> tuple[tuple[int, float], ...]:
    """Sum of scores and T-score for a number of goals of equal weight, lowest sum first.

    >>> gas_table(1)
    ((-2, 30.0), (-1, 40.0), (0, 50.0), (1, 60.0), (2, 70.0))
    """
    if isinstance(goals, bool) or not 1 <= goals <= MAX_GOALS:
        raise OptionError(f"GAS: {goals} goals; give a number from 1 to {MAX_GOALS}")
    return tuple(
        (total, gas_t([total / goals] * goals, rho=rho)) for total in range(LOWEST * goals, HIGHEST * goals + 1)
    )


def _problems_of_scores(scores: Sequence[float]) -> list[str]:
    if not scores:
        return ["there are no scores; give one from -2 to 2 for each goal"]
    return [
        f"score {place} is {score:g}; a score is from -2 (much less than expected) to 2 (much more), 0 as expected"
        for place, score in enumerate(scores, 1)
        if not LOWEST <= score <= HIGHEST
    ]


def _problems_of_weights(weights: Sequence[float] | None, goals: int) -> list[str]:
    if weights is None:
        return []
    problems = []
    if len(weights) != goals:
        problems.append(f"{len(weights)} weights for {goals} scores; give one weight for each score, in the same order")
    problems += [
        f"weight {place} is {weight:g}; a weight is a number from 0 up"
        for place, weight in enumerate(weights, 1)
        if not 0 <= weight < math.inf
    ]
    if not problems and not any(weights):
        problems.append("all weights are 0, so no goal counts; give at least one weight above 0")
    return problems
