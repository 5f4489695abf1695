"""Days and times as people write them."""

from __future__ import annotations

import datetime as dt

from otrec.models import OptionError


def day_of(text: str) -> dt.date:
    """A day given as YYYY-MM-DD.

    >>> day_of("2026-09-07")
    datetime.date(2026, 9, 7)
    """
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise OptionError(f"{text.strip()!r} is no day; write it as YYYY-MM-DD, for example 2026-09-07") from None


def time_of(text: str) -> dt.time:
    """A time of day given as HH:MM.

    >>> time_of("8:30")
    datetime.time(8, 30)
    """
    try:
        return dt.datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError:
        raise OptionError(f"{text.strip()!r} is no time of day; write it as HH:MM, for example 08:30") from None
