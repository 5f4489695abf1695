"""The lists of words that names are told apart by; each is a text file beside this one, in sections."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
FILES: Final = ("given_names.txt", "family_names.txt", "capitals.txt", "cues.txt")


def fold(word: str) -> str:
    """A word in small letters without accents, as the lists hold it.

    >>> fold("José"), fold("O’Brien")
    ('jose', "o'brien")
    """
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFKD", word.replace("’", "'").lower())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in FILES:
        section = ""
        for line in (HERE / name).read_text(encoding="utf-8").splitlines():
            line = line.strip()
            if line.startswith("["):
                section = line.strip("[]")
                found.setdefault(section, [])
            elif line and not line.startswith("#"):
                found[section].append(line)
    return {section: tuple(lines) for section, lines in found.items()}


@cache
def words_of(section: str) -> frozenset[str]:
    """The words of a section, folded; words are separated by spaces.

    >>> "liam" in words_of("given"), "grace" in words_of("given"), "grace" in words_of("given_ambiguous")
    (True, False, True)
    """
    return frozenset(fold(word) for line in _sections()[section] for word in line.split())


@cache
def phrases_of(section: str) -> tuple[str, ...]:
    """The phrases of a section, as written and separated by semicolons, longest first."""
    phrases = {part.strip() for part in " ".join(_sections()[section]).split(";")}
    return tuple(sorted(phrases - {""}, key=lambda phrase: (-len(phrase), phrase)))
