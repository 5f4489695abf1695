"""How one field of a record is kept in a copy without identifiers; what is not known to be harmless is left out."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from otrec.privacy.dates import OLDEST

#: What a keeper returns for a value that may not stand in the copy.
LEFT_OUT: Final = object()
#: Without vowels, so that no code reads as a word; long enough that two never meet by chance.
_LETTERS: Final = "bcdfghjkmnpqrstvwxyz23456789"
CODE_LENGTH: Final = 12


class Codes:
    """Random codes in place of ids, the same for the same id within one export.

    A code is drawn, not computed: it cannot be turned back without this object, which is never written anywhere.

    >>> codes = Codes()
    >>> codes.of("client", "c014") == codes.of("client", "c014"), codes.of("goal", "c014") == codes.of("client", "c014")
    (True, False)
    """

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}

    def of(self, kind: str, old: str) -> str:
        """The code of an id of a kind (client, goal, plan); small letters and digits, beginning with `x`."""
        return self._given.setdefault((kind, old), "x" + "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)))


class Stripping:
    """What one stripping knows: the codes, the words it may keep, and how often each field was left out."""

    def __init__(self, codes: Codes, vocabulary: Collection[str]) -> None:
        self.codes = codes
        self.vocabulary = vocabulary
        self.left_out: Counter[str] = Counter()


Keeper = Callable[[Any, Stripping], Any]
#: Field -> the name that it has in the copy, and how it is kept.
Fields = dict[str, tuple[str, Keeper]]


def year(value: Any, _: Stripping) -> Any:
    """The year of a date, a time or an ISO text; anything else is left out."""
    if isinstance(value, dt.date):
        return value.year
    try:
        return dt.datetime.fromisoformat(value).year if isinstance(value, str) else LEFT_OUT
    except ValueError:
        return LEFT_OUT


def age(value: Any, _: Stripping) -> Any:
    """Whole years; over 89 is 90."""
    if not _number(value) or not 0 <= value <= 130:
        return LEFT_OUT
    return OLDEST + 1 if value > OLDEST else math.floor(value)


def number(low: float, high: float) -> Keeper:
    """A keeper of numbers within bounds, so that no record number passes for a measurement."""
    return lambda value, _: value if _number(value) and low <= value <= high else LEFT_OUT


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def one_of(*allowed: Any) -> Keeper:
    """A keeper of a closed list of words."""
    return lambda value, _: value if isinstance(value, str) and value in allowed else LEFT_OUT


def either(*keepers: Keeper) -> Keeper:
    """A keeper of what the first of several keepers keeps."""

    def keep(value: Any, work: Stripping) -> Any:
        kept = (keeper(value, work) for keeper in keepers)
        return next((item for item in kept if item is not LEFT_OUT), LEFT_OUT)

    return keep


def known(value: Any, work: Stripping) -> Any:
    """An id of the library."""
    return value if isinstance(value, str) and value in work.vocabulary else LEFT_OUT


def placeholder(words: str, allowed: Collection[str]) -> Keeper:
    """A keeper that puts `[words]` in place of all but a closed list of harmless words."""

    def keep(value: Any, _: Stripping) -> Any:
        if not isinstance(value, str) or not value.strip():
            return LEFT_OUT
        plain = value.strip().lower().replace("_", " ")
        return plain if plain in allowed else f"[{words}]"

    return keep


def code(kind: str) -> Keeper:
    """A keeper that puts a random code in place of an id."""
    return lambda value, work: work.codes.of(kind, str(value)) if isinstance(value, str | int) else LEFT_OUT


def scores(value: Any, work: Stripping) -> Any:
    """Severities 0-4 by the ids of the library."""
    if not isinstance(value, Mapping):
        return LEFT_OUT
    fit = {key: item for key, item in value.items() if known(key, work) is not LEFT_OUT and item in range(5)}
    work.left_out["barriers"] += len(value) - len(fit)
    return {key: int(item) for key, item in fit.items()}


def each(keeper: Keeper, name: str) -> Keeper:
    """A keeper of a list whose items are kept one by one; `name` counts what is left out."""

    def keep(value: Any, work: Stripping) -> Any:
        if not isinstance(value, list | tuple):
            return LEFT_OUT
        kept = [keeper(item, work) for item in value]
        work.left_out[name] += sum(item is LEFT_OUT for item in kept)
        return [item for item in kept if item is not LEFT_OUT]

    return keep


def part(fields: Fields) -> Keeper:
    """A keeper of a mapping, field by field; a field that is not named in `fields` is left out."""

    def keep(value: Any, work: Stripping) -> Any:
        if not isinstance(value, Mapping):
            return LEFT_OUT
        copy = {}
        for key, item in value.items():
            if not isinstance(key, str) or key not in fields:
                work.left_out["other fields"] += 1
                continue
            name, keeper = fields[key]
            kept = None if item is None else keeper(item, work)
            if kept is LEFT_OUT:
                work.left_out[key] += 1
            else:
                copy[name] = kept
        return copy

    return keep
