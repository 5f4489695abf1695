"""From scores to a list: greedy coverage of the client's aims."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def arrange(scores: Floats, covers: Floats, k: int, spread: float) -> list[int]:
    """Greedy list of at most k rows: each next one adds the most score plus newly covered aims.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates,)
    covers : ndarray of shape (n_candidates, n_aims)
        How far each candidate serves each of the client's barriers and goals, weighted; rows sum to at most 1.
    k : int
    spread : float
        Weight of coverage; 0 gives plain score order.

    Returns
    -------
    list of int
        Row numbers. Equal gains go to the higher score, then to the earlier row.

    >>> arrange(np.array([0.9, 0.8, 0.7]), np.array([[1.0, 0], [1, 0], [0, 1]]), 2, 0.5)
    [0, 2]
    """
    left = np.ones(len(scores), dtype=bool)
    reached = np.zeros(covers.shape[1])
    order: list[int] = []
    while len(order) < k and left.any():
        gain = scores + spread * np.maximum(covers - reached, 0).sum(axis=1)
        ranked = np.lexsort((np.arange(len(scores)), -scores, -np.round(gain, 12), ~left))
        best = int(ranked[0])
        order.append(best)
        left[best] = False
        reached = np.maximum(reached, covers[best])
    return order
