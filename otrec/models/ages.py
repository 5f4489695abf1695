"""Ages: how well one lies in an activity's range, and the bands that coverage is counted in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from otrec.models.terms import AgeBand

#: Width of the shoulder outside an age range, as a share of its bound (an author's choice: a child
#: ten months short of an activity for five-year-olds may well manage it, one three years short not).
SHOULDER_SHARE = 0.15
SHOULDER_MIN_YEARS = 0.25

#: Age bands in years, for coverage: band -> (from, to).
BANDS: Final[dict[AgeBand, tuple[float, float]]] = {
    "infant": (0, 1),
    "toddler": (1, 3),
    "preschool": (3, 5),
    "school_age": (5, 12),
    "teenager": (12, 18),
    "adult": (18, 65),
    "older_adult": (65, 105),
}
BAND_NAMES: Final[dict[AgeBand, str]] = {
    "infant": "infant 0-1",
    "toddler": "toddler 1-3",
    "preschool": "preschool 3-5",
    "school_age": "school age 5-12",
    "teenager": "teenager 12-18",
    "adult": "adult 18-65",
    "older_adult": "older adult 65+",
}
#: An age range serves a band when it covers this share of it, or of itself.
BAND_SHARE: Final = 1 / 3


def serves_band(age_min: float, age_max: float, band: AgeBand) -> bool:
    """Whether an age range serves an age band: it shares a third of the band, or of itself where that is less.

    >>> serves_band(3, 6, "preschool"), serves_band(4.5, 12, "preschool")
    (True, False)
    """
    low, high = BANDS[band]
    return min(age_max, high) - max(age_min, low) >= BAND_SHARE * min(high - low, age_max - age_min)


def band_of(age_years: float) -> AgeBand:
    """The band of an age in years; a birthday begins the next one.

    >>> band_of(4.9), band_of(5)
    ('preschool', 'school_age')
    """
    return next(band for band, (low, high) in BANDS.items() if low <= age_years < high)


def shoulder(bound: Any) -> Any:
    """How far an age may lie outside a bound of an age range before it fits no more, in years."""
    return np.maximum(SHOULDER_MIN_YEARS, SHOULDER_SHARE * bound)


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
    below, above = shoulder(low), shoulder(high)
    rising = (age_years - (low - below)) / below
    falling = ((high + above) - age_years) / above
    return np.clip(np.minimum(rising, falling), 0.0, 1.0)
