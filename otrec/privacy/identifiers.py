"""Likely identifiers in text that people typed: where they stand, a warning about their kinds, a redacted copy.

What is found is likely, not certain, and what is not found may still identify somebody. A person has to read the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from otrec.models.wording import in_words
from otrec.privacy.dates import dates
from otrec.privacy.kinds import KINDS, Likely, Span
from otrec.privacy.numbers import numbers
from otrec.privacy.people import people
from otrec.privacy.phones import phones
from otrec.privacy.places import places

#: Of two kinds that claim the same letters the earlier one names the piece.
_STRONGEST: Final = (
    "email", "url", "ssn", "record_number", "plan_number", "account_number", "licence_number", "vehicle_number",
    "device_number", "ip", "fax", "date", "age", "address", "organisation", "phone", "postcode", "other_number", "name",
    "place",
)  # fmt: skip


def find_identifiers(text: str) -> tuple[Likely, ...]:
    """Likely identifiers in a text, in the order in which they stand; no two of them overlap.

    English and Spanish are looked at. The time is in proportion to the length of the text.

    >>> [item.kind for item in find_identifiers("My son Oliver was seen by Dr Smith on 2026-09-14.")]
    ['name', 'name', 'date']
    >>> find_identifiers("Copied 3 of 5 letters in March with a Handwriting Without Tears sheet.")
    ()
    """
    found = chain(numbers(text), phones(text), dates(text), places(text), people(text))
    return tuple(
        Likely(kind=kind, start=start, end=end, words=text[start:end])
        for start, end, kind in _apart(found)
        if end > start
    )


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of likely identifiers in a text, each once, in the order of `KINDS`."""
    found = {item.kind for item in find_identifiers(text)}
    return tuple(kind for kind in KINDS if kind in found)


def warning_for(text: str) -> str | None:
    """One sentence for the person who typed a text, or None if nothing was found. It names kinds, never the words.

    >>> print(warning_for("Call his mum on 212-555-0142."))
    This text may hold a phone number: before you save it, leave numbers and contact details out.
    >>> warning_for("Needs a verbal prompt to start.") is None
    True
    """
    kinds = [KINDS[kind] for kind in kinds_in(text)]
    if not kinds:
        return None
    instead = list(dict.fromkeys(kind.instead for kind in kinds))
    return f"This text may hold {in_words(kind.called for kind in kinds)}: before you save it, {in_words(instead)}."


def redact(text: str) -> str:
    """The text with `[kind]` in place of each likely identifier.

    >>> redact("Mrs. Garcia (mrs.garcia@example.org) wrote on 3 March.")
    'Mrs. [name] ([email]) wrote on [date].'
    """
    parts, at = [], 0
    for item in find_identifiers(text):
        parts += [text[at : item.start], f"[{item.kind.replace('_', ' ')}]"]
        at = item.end
    return "".join([*parts, text[at:]])


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that do not overlap: what overlaps is one piece, so that no end of it is left standing."""
    low, high, kind = 0, 0, ""
    for start, end, other in sorted(spans):
        if start < high:
            high, kind = max(high, end), min(kind, other, key=_STRONGEST.index)
            continue
        if kind:
            yield low, high, kind
        low, high, kind = start, end, other
    if kind:
        yield low, high, kind
