"""How a cell is written: lists with `;`, the parts of an entry with `:`, a backslash to keep such a sign as it is."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Final

#: A longer cell is neither read nor written: well below what Excel (32,767) and the CSV reader (20,000) can hold.
MAX_CELL: Final = 12_000
#: More entries in one cell are neither read nor written.
MAX_ENTRIES: Final = 500
#: What says "asked, and there is none" in a list.
NONE_WORDS: Final = ("none", "none known", "nil")
_SIGN: Final = re.compile(r"\\[\\;:\s]|.", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,20})?(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_YEARS: Final = re.compile(r"(?:(\d{1,3})\s*(?:y|yr|yrs|years?))?\s*(?:(\d{1,3})\s*(?:m|mo|months?))?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?<=\d):(?=\d\d(?!\d))")


class CellProblem(ValueError):
    """What is wrong with one cell, every problem of it."""

    def __init__(self, *problems: str) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(problems))


def split(text: str, at: str) -> list[str]:
    """The pieces of a text between the signs in `at`; a sign after a backslash does not split.

    >>> split(r"a; b\\; c; d", ";")
    ['a', ' b\\\\; c', ' d']
    """
    if "\\" not in text:
        return re.split(f"[{re.escape(at)}]", text)
    pieces = [""]
    for sign in _SIGN.findall(text):
        if sign in at:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces


def plain(text: str) -> str:
    """A piece without outer blanks and without the backslashes that kept its signs.

    >>> plain(r"  salt\\; pepper ")
    'salt; pepper'
    """
    if "\\" not in text:
        return text.strip()
    signs = _SIGN.findall(text)
    inked = [place for place, sign in enumerate(signs) if not sign.isspace()]
    return "".join(sign[-1] for sign in signs[inked[0] : inked[-1] + 1]) if inked else ""


def kept(text: str) -> str:
    """A text so written that `split` and `plain` give it back as it is.

    >>> print(kept("salt; pepper"))
    salt\\; pepper
    """
    inner = text.strip()
    start = text.index(inner) if inner else len(text)
    before, after = text[:start], text[start + len(inner) :]
    outer = ["".join(f"\\{sign}" for sign in blanks) for blanks in (before, after)]
    return outer[0] + re.sub(r"[\\;:\n\r]", r"\\\g<0>", inner) + outer[1]


def entries(text: str) -> list[str]:
    """The entries of a list cell, one after `;` or on a line of its own; `none` alone is an empty list.

    >>> entries("grasp_pattern: 3; tactile_sensitivity: 2;"), entries("None")
    (['grasp_pattern: 3', ' tactile_sensitivity: 2'], [])
    """
    if text.strip().casefold() in NONE_WORDS:
        return []
    found = [piece for piece in split(text, ";\n\r") if plain(piece)]
    if len(found) > MAX_ENTRIES:
        raise CellProblem(f"has {len(found)} entries; at most {MAX_ENTRIES} are read")
    return found


def joined(pieces: Iterable[str]) -> str:
    """Entries as one cell. A single word `none` gets a `;` behind it, so that it stays a word.

    >>> joined(["a", "b"]), joined(["none"])
    ('a; b', 'none;')
    """
    cell = "; ".join(pieces)
    return f"{cell};" if cell.strip().casefold() in NONE_WORDS else cell


def clock_kept(text: str) -> str:
    """A text in which the `:` of a time of day does not split: for places where people write times.

    >>> split(clock_kept("dressing: 7:30: grandparent"), ":")
    ['dressing', ' 7\\\\:30', ' grandparent']
    """
    return _CLOCK.sub(r"\\:", text)


def number_of(text: str) -> float | None:
    """A number with a point or a comma, or None.

    >>> number_of("7.5"), number_of("7,5"), number_of("seven"), number_of("nan")
    (7.5, 7.5, None, None)
    """
    given = text.strip()
    if not _NUMBER.fullmatch(given):
        return None
    value = float(given.replace(",", "."))
    return value if math.isfinite(value) else None


def number_text(value: float) -> str:
    """A number as it is written into a cell; reading it gives the same number.

    >>> number_text(7.0), number_text(6.5)
    ('7', '6.5')
    """
    return repr(value).removesuffix(".0")


def whole(text: str, low: int, high: int, what: str = "number") -> int:
    """A whole number of a range.

    >>> whole("3", 0, 4), whole("3.0", 0, 4)
    (3, 3)
    """
    value = number_of(text)
    if value is None or value != int(value) or not low <= value <= high:
        raise CellProblem(f"{shown(text)} is no {what}; give a whole number from {low} to {high}")
    return int(value)


def years(text: str) -> float:
    """An age in years, from a number or from years and months.

    >>> years("7.5"), years("7 years"), years("6y 6m"), years("18 months")
    (7.5, 7.0, 6.5, 1.5)
    """
    if day_of(text):
        raise CellProblem("is a date; give the age in years, such as 7.5, never a date of birth")
    value = number_of(text)
    found = _YEARS.fullmatch(text.strip())
    if value is None and found and any(found.groups()):
        value = int(found[1] or 0) + int(found[2] or 0) / 12
    if value is None or not 0 <= value <= 120:
        raise CellProblem("is no age; give years from 0 to 120, such as 7.5 or 6y 6m")
    return value


def day_of(text: str) -> dt.date | None:
    """A day from 2026-09-14, 14.9.2026 or 14/09/2026; None for anything else, and where day and month may be swapped.

    >>> day_of("2026-09-14") == day_of("14.09.2026") == day_of("9/14/2026"), day_of("9/7/2026")
    (True, None)
    """
    found = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]00:00(?::00)?)?|(\d\d?)([./])(\d\d?)\5(\d{4})", text.strip())
    if not found:
        return None
    if found[1]:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        day, month, year = int(found[4]), int(found[6]), int(found[7])
        if found[5] == "/":
            if day <= 12 and month <= 12 and day != month:
                return None
            day, month = (month, day) if month > 12 else (day, month)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def day_in(text: str) -> dt.date:
    """The day in a cell or a part of it, or a `CellProblem` that says how to write one."""
    found = day_of(text)
    if found is None:
        raise CellProblem(f"{shown(text)} is no clear date; write year-month-day, such as 2026-09-14")
    return found


def shown(text: str) -> str:
    """What was given, short enough for a message.

    >>> shown("  grasp ")
    "'grasp'"
    """
    given = plain(text)
    return repr(given if len(given) <= 40 else f"{given[:37]}...")
