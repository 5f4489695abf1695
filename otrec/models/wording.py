"""Small helpers for messages: nearest matches and lists in words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: str, allowed: Iterable[str], cutoff: float = 0.6) -> str:
    """`". Did you mean 'medium'?"` or nothing.

    >>> nearest("medum", ["low", "medium", "high"])
    ". Did you mean 'medium'?"
    >>> nearest("xyz", ["low"])
    ''
    """
    matches = get_close_matches(given, list(allowed), n=1, cutoff=cutoff)
    return f". Did you mean {matches[0]!r}?" if matches else ""


def in_words(items: Iterable[str], last: str = "and") -> str:
    """Items as a list in a sentence.

    >>> in_words(["a", "b", "c"])
    'a, b and c'
    """
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def in_sentence(name: str) -> str:
    """A name inside a sentence; abbreviations and proper names keep their capitals.

    >>> in_sentence("Hand strengthening"), in_sentence("CO-OP"), in_sentence("Parkinson's disease")
    ('hand strengthening', 'CO-OP', "Parkinson's disease")
    """
    return name if name[1:2].isupper() or "'s " in name else name[:1].lower() + name[1:]
