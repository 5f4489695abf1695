"""The ranking model: an additive score with non-negative weights, learned from preferences.

With no feedback the weights *are* the prior. `ActivityRanker` is a scikit-learn estimator and knows
nothing of activities: rows are candidates, columns are features.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from otrec.ranking.weights import PRIOR_WIDTH, Posterior, prior_spread, score

Floats = NDArray[np.float64]

#: Slope of a preference: with 20, a score difference of 0.1 is preferred in 88 of 100 cases.
SLOPE: Final = 20.0


class ActivityRanker(BaseEstimator):  # type: ignore[misc]
    """Rank candidates by `X @ w` with w >= 0 and sum(w) = 1.

    The weights are the mode of a Bayesian Bradley-Terry model of pairwise preferences within groups,
    P(a over b) = sigmoid(slope * (x_a - x_b) @ w), with a Gaussian prior centred on expert weights.

    Parameters
    ----------
    prior : array-like of shape (n_features,), default=None
        Expert weights, non-negative. None means equal weights.
    prior_width : float, default=0.35
        Standard deviation of each weight as a share of its prior, and at least a tenth of the mean weight's.
    slope : float, default=20.0
        How steeply a score difference turns into a preference.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,)
        The weights; non-negative, summing to 1.
    covariance_ : ndarray of shape (n_features, n_features)
        Laplace approximation at the mode; with no preferences, the prior's.
    n_pairs_ : int
        Preferences used.

    Examples
    --------
    >>> ranker = ActivityRanker(prior=[0.7, 0.3]).fit([[1.0, 0.0], [0.0, 1.0]])
    >>> ranker.coef_.round(2).tolist(), ranker.n_pairs_
    ([0.7, 0.3], 0)
    """

    def __init__(self, prior: ArrayLike | None = None, prior_width: float = PRIOR_WIDTH, slope: float = SLOPE) -> None:
        self.prior = prior
        self.prior_width = prior_width
        self.slope = slope

    def fit(self, X: Any, y: Any = None, groups: ArrayLike | None = None) -> ActivityRanker:
        """Learn weights from graded relevance.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), default=None
            Relevance; within a group, a higher one is preferred. None means no feedback.
        groups : array-like of shape (n_samples,), default=None
            Only rows of one group, usually one client, are compared.
        """
        if y is None:
            X = validate_data(self, X, dtype=np.float64)
            differences = np.zeros((0, X.shape[1]))
        else:
            X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=False)
            differences = _preferred_differences(X, np.asarray(y), groups)
        centre = self._centre(X.shape[1])
        spread = prior_spread(centre, self.prior_width)
        weights = _mode(differences, centre, spread, self.slope)
        total = weights.sum()
        self.coef_ = weights / total if total > 0 else centre
        self.covariance_ = _laplace(differences, self.coef_, spread, self.slope)
        self.n_pairs_ = len(differences)
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

    def predict(self, X: Any) -> Floats:
        """Scores of shape (n_samples,); in [0, 1] when the features are."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return score(X, self.coef_)

    @property
    def posterior_(self) -> Posterior:
        """The weights with their uncertainty."""
        check_is_fitted(self)
        return Posterior(self.coef_, self.covariance_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags


def _preferred_differences(X: Floats, y: NDArray[Any], groups: ArrayLike | None) -> Floats:
    """Rows `x_better - x_worse` of every ordered pair within a group."""
    labels = np.zeros(len(X), dtype=int) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    if len(labels) != len(X):
        raise ValueError(f"groups has {len(labels)} entries, X has {len(X)} rows; give one group a row")
    grade = np.unique(y, return_inverse=True)[1]
    found = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        better, worse = np.nonzero(grade[rows][:, None] > grade[rows][None, :])
        found.append(X[rows[better]] - X[rows[worse]])
    return np.concatenate(found) if found else np.zeros((0, X.shape[1]))


def _mode(differences: Floats, centre: Floats, spread: Floats, slope: float) -> Floats:
    """Weights w >= 0 of highest posterior density (L-BFGS-B)."""
    if not len(differences):
        return centre
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = slope * (differences @ weights)
        away = (weights - centre) / spread
        value = np.logaddexp(0, -margin).sum() + 0.5 * away @ away
        slope_of = -slope * (differences.T @ expit(-margin)) + away / spread
        return float(value), slope_of

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(centre))
    return np.asarray(found.x)


def _laplace(differences: Floats, weights: Floats, spread: Floats, slope: float) -> Floats:
    precision = np.diag(1 / spread**2)
    if len(differences):
        from scipy.special import expit

        chance = expit(slope * (differences @ weights))
        curve = slope**2 * chance * (1 - chance)
        precision = precision + (differences * curve[:, None]).T @ differences
    return np.asarray(np.linalg.inv(precision), dtype=np.float64)
