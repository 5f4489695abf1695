"""How well an age lies in an activity's age range."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Width of the shoulder outside an age range, as a share of its bound (an author's choice: a child
#: ten months short of an activity for five-year-olds may well manage it, one three years short not).
SHOULDER_SHARE = 0.15
SHOULDER_MIN_YEARS = 0.25


def age_fit(age_years: float, age_min: Any, age_max: Any) -> Any:
    """Trapezoid over an age range: 1 inside, falling to 0 at the end of the shoulder.

    Parameters
    ----------
    age_years
        Age in years.
    age_min, age_max
        Bounds in years; numbers or arrays of one shape.

    Returns
    -------
    float or ndarray
        Values in [0, 1].

    >>> float(age_fit(6, 5, 10)), float(age_fit(80, 5, 10))
    (1.0, 0.0)
    >>> round(float(age_fit(4.5, 5, 10)), 2)
    0.33
    """
    low, high = np.asarray(age_min, dtype=float), np.asarray(age_max, dtype=float)
    below = np.maximum(SHOULDER_MIN_YEARS, SHOULDER_SHARE * low)
    above = np.maximum(SHOULDER_MIN_YEARS, SHOULDER_SHARE * high)
    rising = (age_years - (low - below)) / below
    falling = ((high + above) - age_years) / above
    return np.clip(np.minimum(rising, falling), 0.0, 1.0)
