"""Preferences as rows of differences: what a pairwise model learns from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def group_labels(groups: ArrayLike | None, size: int) -> NDArray[np.intp]:
    """Groups as whole numbers from 0; one group for all if none are given.

    Raises
    ------
    ValueError
        If there is not one group a row.
    """
    labels = np.zeros(size, dtype=np.intp) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    if len(labels) != size:
        raise ValueError(f"groups has {len(labels)} entries, X has {size} rows; give one group a row")
    return np.asarray(labels)


def preferred(
    X: Floats, y: NDArray[Any], groups: ArrayLike | None = None, weights: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Rows `x_better - x_worse` of every two rows of a group with different relevance, and how much each pair counts.

    A pair counts the product of the weights of its rows, so that a weight of two is the same as the row given twice.

    Returns
    -------
    differences : ndarray of shape (n_pairs, n_features)
    counts : ndarray of shape (n_pairs,)
        Above 0.

    >>> differences, counts = preferred(np.array([[1.0], [0.0]]), np.array([0, 1]), weights=[1, 0.5])
    >>> differences.tolist(), counts.tolist()
    ([[-1.0]], [0.5])
    """
    labels, grade = group_labels(groups, len(X)), np.unique(y, return_inverse=True)[1]
    each = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    found, counts = [np.zeros((0, X.shape[1]))], [np.zeros(0)]
    for label in np.unique(labels):
        rows = np.flatnonzero((labels == label) & (each > 0))
        better, worse = np.nonzero(grade[rows][:, None] > grade[rows][None, :])
        found.append(X[rows[better]] - X[rows[worse]])
        counts.append(each[rows[better]] * each[rows[worse]])
    return np.concatenate(found), np.concatenate(counts)
