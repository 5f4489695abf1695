"""The score and the uncertainty of its weights, with numpy alone, so that a list needs no further library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Relative standard deviation of each prior weight: "about a third either way" (authors' judgment).
PRIOR_WIDTH: Final = 0.35
#: The widths that learning averages over, from "hardly moves" to "moves freely". Their mean square is that of
#: `PRIOR_WIDTH`, so that the average over them is the prior's spread while nothing has been learned.
PRIOR_WIDTHS: Final = tuple(PRIOR_WIDTH * share for share in (0.1, 0.5, 0.8, 1.1, 1.7))
N_DRAWS: Final = 256


def score(features: Floats, weights: Floats) -> Floats:
    """The one scoring function: `features @ weights`, in [0, 1] when both are shares.

    Parameters
    ----------
    features : ndarray of shape (n_candidates, n_features)
    weights : ndarray of shape (n_features,)
        Non-negative, summing to 1.

    >>> score(np.array([[1.0, 0.5]]), np.array([0.8, 0.2])).round(2).tolist()
    [0.9]
    """
    return np.asarray(features @ weights)


def prior_spread(centre: Floats, width: float = PRIOR_WIDTH) -> Floats:
    """Standard deviation of each weight: a share of it, and at least a tenth of the mean weight's."""
    return np.asarray(np.maximum(width * centre, 0.1 * width * centre.mean()))


@dataclass(frozen=True)
class Posterior:
    """Weights with their uncertainty; without feedback this is the prior.

    `mode` is `(n_features,)`, non-negative, summing to 1; `covariance` is `(n_features, n_features)`.
    """

    mode: Floats
    covariance: Floats

    @classmethod
    def of_prior(cls, weights: Floats, width: float = PRIOR_WIDTH) -> Posterior:
        """The expert prior as it stands."""
        centre = weights / weights.sum()
        return cls(centre, np.diag(prior_spread(centre, width) ** 2))

    def draw(self, n_draws: int = N_DRAWS, seed: int = 0) -> Floats:
        """Weights drawn from the posterior, clipped at 0 and scaled to sum 1; `(n_draws, n_features)`."""
        rng = np.random.default_rng(seed)
        drawn = rng.multivariate_normal(self.mode, self.covariance, size=n_draws, method="cholesky")
        drawn = np.clip(drawn, 0, None)
        total = drawn.sum(axis=1, keepdims=True)
        return np.where(total > 0, drawn / np.where(total > 0, total, 1), self.mode)
