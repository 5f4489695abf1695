"""How old somebody is, from a date of birth that is not kept, or from an age that was recorded."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any, Final

#: Years in one unit of an age, by UCUM code and by the words people use.
YEARS: Final[dict[str, float]] = {
    **dict.fromkeys(("a", "y", "yr", "yrs", "year", "years"), 1.0),
    **dict.fromkeys(("mo", "month", "months"), 1 / 12),
    **dict.fromkeys(("wk", "week", "weeks"), 7 / 365.25),
    **dict.fromkeys(("d", "day", "days"), 1 / 365.25),
}
#: Under this age months matter; from ADULT on whole years are enough. Authors' choice, for work and for privacy.
BY_MONTHS, ADULT = 3.0, 18.0
OLDEST: Final = 120
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?", re.ASCII)


def day_of(value: Any) -> dt.date | None:
    """The day of a FHIR date or dateTime; the middle of a month or year of which no more is said.

    >>> day_of("2019-03"), day_of("2019-03-02T10:00:00Z"), day_of("soon")
    (datetime.date(2019, 3, 15), datetime.date(2019, 3, 2), None)
    """
    hit = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not hit:
        return None
    year, month, day = hit.groups()
    try:
        return dt.date(int(year), int(month or 7), int(day or (15 if month else 1)))
    except ValueError:
        return None


def is_whole(value: Any) -> bool:
    """Whether a date names its day."""
    return isinstance(value, str) and len(value) >= len("2019-03-02")


def age_on(born: dt.date, day: dt.date) -> float:
    """Completed months between two days, in years.

    >>> age_on(dt.date(2019, 3, 2), dt.date(2026, 3, 1))
    6.916666666666667
    """
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return months / 12


def coarse(years: float) -> float:
    """An age no finer than it is needed: months for the youngest, tenths of a year for children, years for adults.

    >>> coarse(1.7066), coarse(6.9166), coarse(82.4)
    (1.71, 6.9, 82.0)
    """
    if years < BY_MONTHS:
        return round(years, 2)
    return math.floor(years * 10 + 1e-9) / 10 if years < ADULT else float(math.floor(years + 1e-9))


def years_of(value: Any) -> float | None:
    """An age that was recorded as a quantity, in years; None where its unit is none of time.

    >>> years_of({"value": 18, "unit": "mo"}), years_of({"value": 3, "unit": "kg"})
    (1.5, None)
    """
    amount = value.get("value") if isinstance(value, dict) else None
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    units = (str(value.get(name, "")).strip().lower() for name in ("code", "unit"))
    factor = next((YEARS[unit] for unit in units if unit in YEARS), None)
    return None if factor is None or not 0 <= amount < 100_000 else amount * factor
