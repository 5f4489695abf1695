"""The ranking model: an additive score with non-negative weights, learned from preferences.

With no feedback the weights *are* the prior. `ActivityRanker` is a scikit-learn estimator and knows
nothing of activities: rows are candidates, columns are features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight, check_array, check_is_fitted, validate_data

from otrec.ranking.gain import ndcg
from otrec.ranking.pairs import group_labels, preferred
from otrec.ranking.weights import PRIOR_WIDTHS, Posterior, prior_spread, score

Floats = NDArray[np.float64]

#: Slope of a preference: with 20, a score difference of 0.1 is preferred in 88 of 100 cases.
SLOPE: Final = 20.0
#: How far the slope may be from its start: standard deviation of its logarithm (author's choice).
SLOPE_SPREAD: Final = 0.5
#: How deep `score` looks into a ranking.
DEPTH: Final = 10


class ActivityRanker(BaseEstimator):  # type: ignore[misc]
    """Rank candidates by `X @ w` with w >= 0 and sum(w) = 1.

    The weights are those of a Bayesian Bradley-Terry model of pairwise preferences within groups,
    P(a over b) = sigmoid(slope * (x_a - x_b) @ w), with a Gaussian prior centred on expert weights. A fixed prior
    width makes a good prior worse while there is little to learn from, or a poor one last; so each width is fitted
    (L-BFGS-B) and counts by its evidence (Laplace's approximation; MacKay 1992, Bayesian Interpolation, Neural
    Computation 4:415-447).

    Parameters
    ----------
    prior : array-like of shape (n_features,), default=None
        Expert weights, non-negative. None means equal weights.
    prior_width : float or sequence of float, default=PRIOR_WIDTHS
        Standard deviation of each weight as a share of its prior, and at least a tenth of the mean weight's; above 0.
        Several widths are averaged.
    slope : float, default=20.0
        How steeply a score difference is expected to turn into a preference; above 0. It is fitted to the preferences
        first, under the prior weights, so that noisy answers do not bend the weights.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,)
        The weights; non-negative, summing to 1.
    covariance_ : ndarray of shape (n_features, n_features)
        Laplace approximation, mixed over the widths; with no preferences, the prior's.
    slope_ : float
        The fitted slope.
    width_evidence_ : ndarray of shape (n_widths,)
        How much each width counts; sums to 1.
    n_pairs_ : int
        Preferences used.

    Examples
    --------
    >>> ranker = ActivityRanker(prior=[0.7, 0.3]).fit([[1.0, 0.0], [0.0, 1.0]])
    >>> ranker.coef_.round(2).tolist(), ranker.n_pairs_
    ([0.7, 0.3], 0)
    >>> ranker = ActivityRanker(prior=[0.7, 0.3]).fit([[1.0, 0.0], [0.0, 1.0]] * 9, [0, 1] * 9, groups=sorted([*range(9)] * 2))
    >>> bool(ranker.coef_[1] > 0.4), ranker.n_pairs_
    (True, 9)
    """  # noqa: E501

    def __init__(
        self,
        prior: ArrayLike | None = None,
        prior_width: float | Sequence[float] = PRIOR_WIDTHS,
        slope: float = SLOPE,
    ) -> None:
        self.prior = prior
        self.prior_width = prior_width
        self.slope = slope

    def fit(
        self, X: Any, y: Any = None, groups: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> ActivityRanker:
        """Learn weights from graded relevance.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), default=None
            Relevance; within a group, a higher one is preferred. None means no feedback.
        groups : array-like of shape (n_samples,), default=None
            Only rows of one group, usually one client, are compared.
        sample_weight : array-like of shape (n_samples,), default=None
            A pair counts the product of the weights of its two rows.

        Raises
        ------
        ValueError
            If prior, widths or slope are out of range, or there is not one group a row.
        """
        if y is None:
            X = validate_data(self, X, dtype=np.float64)
            differences, counts = np.zeros((0, X.shape[1])), np.zeros(0)
        else:
            X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=False)
            weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
            differences, counts = preferred(X, np.asarray(y), groups, weights)
        return self.fit_pairs(differences, counts, X.shape[1])

    def fit_pairs(self, differences: Floats, counts: Floats, n_features: int | None = None) -> ActivityRanker:
        """Learn from rows `x_better - x_worse` that somebody kept, each counting a number above 0."""
        n_features = differences.shape[1] if n_features is None else n_features
        centre, widths = self._centre(n_features), self._widths()
        self.slope_ = _slope(differences @ centre, counts, self.slope)
        fits: list[_Fit] = []
        for width in widths:  # each starts where the last one ended, which saves most of the steps
            start = fits[-1].mode if fits else centre
            fits.append(_fit(differences, counts, centre, prior_spread(centre, width), self.slope_, start))
        evidence = np.array([fit.log_evidence for fit in fits])
        share = np.exp(evidence - evidence.max())
        share /= share.sum()
        self.coef_ = np.sum([part * fit.weights for part, fit in zip(share, fits, strict=True)], axis=0)
        away = [fit.weights - self.coef_ for fit in fits]
        self.covariance_ = np.sum(
            [part * (fit.covariance + np.outer(off, off)) for part, fit, off in zip(share, fits, away, strict=True)],
            axis=0,
        )
        self.width_evidence_ = share
        self.n_pairs_ = len(differences)
        self.n_features_in_ = n_features
        return self

    def _centre(self, n_features: int) -> Floats:
        if self.prior is None:
            return np.full(n_features, 1 / n_features)
        prior = check_array(np.asarray(self.prior, dtype=np.float64).reshape(1, -1))[0]
        if len(prior) != n_features:
            raise ValueError(f"prior has {len(prior)} weights, X has {n_features} features; give one weight a feature")
        if (prior < 0).any() or prior.sum() <= 0:
            raise ValueError("prior weights have to be zero or more, and not all zero")
        return np.asarray(prior / prior.sum())

    def _widths(self) -> Floats:
        widths = np.atleast_1d(np.asarray(self.prior_width, dtype=np.float64))
        if not len(widths) or not (widths > 0).all() or not self.slope > 0:
            raise ValueError(f"prior_width is {self.prior_width}, slope {self.slope}; give numbers above 0")
        return widths

    def predict(self, X: Any) -> Floats:
        """Scores of shape (n_samples,); in [0, 1] when the features are."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return score(X, self.coef_)

    def score(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> float:
        """Mean nDCG@10 over the groups; 1 where a group has nothing of worth to find.

        Relevance has to be 0 or more, so that a gain never takes away.
        """
        scores, gains = self.predict(X), np.asarray(y, dtype=float)
        labels = group_labels(groups, len(scores))
        found = [ndcg(scores[labels == label], gains[labels == label], DEPTH) for label in np.unique(labels)]
        return float(np.mean(np.nan_to_num(found, nan=1.0)))

    @property
    def posterior_(self) -> Posterior:
        """The weights with their uncertainty."""
        check_is_fitted(self)
        return Posterior(self.coef_, self.covariance_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags


def _slope(margins: Floats, counts: Floats, start: float) -> float:
    """The slope of highest posterior density for some score differences, with a log-normal prior around the start."""
    if not len(margins):
        return float(start)
    from scipy.optimize import minimize_scalar

    def loss(log_slope: float) -> float:
        away = (log_slope - np.log(start)) / SLOPE_SPREAD
        return float(counts @ np.logaddexp(0, -np.exp(log_slope) * margins) + 0.5 * away**2)

    bounds = (np.log(start) - 6 * SLOPE_SPREAD, np.log(start) + 6 * SLOPE_SPREAD)
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


class _Fit(NamedTuple):
    """The mode under one prior width, also scaled to sum 1, with its covariance and the log evidence of the width."""

    mode: Floats
    weights: Floats
    covariance: Floats
    log_evidence: float


def _fit(differences: Floats, counts: Floats, centre: Floats, spread: Floats, slope: float, start: Floats) -> _Fit:
    if not len(differences):
        return _Fit(centre, centre, np.diag(spread**2), 0.0)
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = slope * (differences @ weights)
        away = (weights - centre) / spread
        value = counts @ np.logaddexp(0, -margin) + 0.5 * away @ away
        slope_of = -slope * (differences.T @ (counts * expit(-margin))) + away / spread
        return float(value), slope_of

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(centre))
    chance = expit(slope * (differences @ found.x))
    curve = slope**2 * counts * chance * (1 - chance)
    precision = np.diag(1 / spread**2) + (differences * curve[:, None]).T @ differences
    evidence = -found.fun - np.log(spread).sum() - 0.5 * np.linalg.slogdet(precision)[1]
    total = found.x.sum()
    if not total > 0:
        return _Fit(found.x, centre, np.linalg.inv(precision), float(evidence))
    return _Fit(found.x, found.x / total, np.linalg.inv(precision) / total**2, float(evidence))
