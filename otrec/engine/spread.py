"""How far scores and places move when the weights vary: spans and changes of place over posterior draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def span(values: NDArray[Any]) -> NDArray[Any]:
    """Bounds of the middle 90% of each row of draws, `(n_rows, 2)`."""
    last = values.shape[1] - 1
    return np.sort(values, axis=1)[:, [round(0.05 * last), round(0.95 * last)]]


def swapped(drawn: Floats) -> Floats:
    """For each row, the share of draws in which the next row is ahead, level counting half; 0 for the last."""
    if not len(drawn):
        return np.zeros(0)
    lead = drawn[:-1] - drawn[1:]
    behind = (lead < -1e-12).mean(axis=1) + 0.5 * (np.abs(lead) <= 1e-12).mean(axis=1)
    return np.append(behind, 0.0)
