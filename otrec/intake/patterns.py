"""Patterns of words: a row of words, with alternatives, open endings and gaps; found in time linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from otrec.intake.words import Token, stem, token

Label = TypeVar("Label")
#: So many words may stand in a gap.
GAP: Final = 4
_PREFIX: Final = 3
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*\*?|\?|#")


class Word(NamedTuple):
    """What may stand at one place: words without plural ending, beginnings of words, words in capitals."""

    stems: frozenset[str]
    beginnings: tuple[str, ...]
    capitals: frozenset[str]

    def fits(self, given: Token) -> bool:
        return (
            given.stem in self.stems
            or given.text in self.stems
            or given.raw in self.capitals
            or any(given.text.startswith(beginning) for beginning in self.beginnings)
        )


class Match(NamedTuple, Generic[Label]):
    """A pattern that was found: tokens `start` to `end`, the end left out."""

    label: Label
    start: int
    end: int


class Pattern:
    """A row of words; None stands for a gap.

    >>> from otrec.intake.words import token
    >>> told = [token(word) for word in "allergic to most kinds of nuts".split()]
    >>> Pattern("allerg* to ~ nut|egg").end(told, 0)
    6
    """

    def __init__(self, text: str) -> None:
        self.words: list[Word | None] = []
        for part in text.split():
            self.words.extend([None] if part == "~" else _words(part))
        while self.words and self.words[-1] is None:
            self.words.pop()
        self.needs = [word.stems for word in self.words[1:] if word and not (word.beginnings or word.capitals)]

    def possible(self, there: frozenset[str]) -> bool:
        """Whether each of its words stands somewhere among the words of a sentence."""
        return not any(words.isdisjoint(there) for words in self.needs)

    def end(self, tokens: Sequence[Token], start: int, place: int = 0) -> int | None:
        """Where the pattern ends if it begins at a token; None if it does not."""
        if place == len(self.words):
            return start
        wanted = self.words[place]
        if wanted is None:
            for skipped in range(min(GAP, len(tokens) - start) + 1):
                found = self.end(tokens, start + skipped, place + 1)
                if found is not None:
                    return found
            return None
        if start < len(tokens) and wanted.fits(tokens[start]):
            return self.end(tokens, start + 1, place + 1)
        return None


def _words(part: str) -> list[Word]:
    alternatives = part.split("|")
    if len(alternatives) > 1:
        return [_word(alternatives)]
    return [_word([found]) for found in _WORD.findall(part)]


def _word(alternatives: Iterable[str]) -> Word:
    stems, beginnings, capitals = set(), [], set()
    for given in alternatives:
        if given.endswith("*"):
            beginnings.append(token(given[:-1]).text)
        elif sum(letter.isupper() for letter in given) > 1:
            capitals.add(given)
        else:
            stems.add(stem(token(given).text))
    return Word(frozenset(stems), tuple(beginnings), frozenset(capitals))


class Matcher(Generic[Label]):
    """Many patterns at once; only those are tried whose first word could begin at a token."""

    def __init__(self, patterns: Iterable[tuple[Label, str]]) -> None:
        self._by_stem: dict[str, list[tuple[Label, Pattern]]] = {}
        self._by_beginning: dict[str, list[tuple[Label, Pattern]]] = {}
        self.vocabulary: set[str] = set()
        for label, text in patterns:
            pattern = Pattern(text)
            if pattern.words and pattern.words[0] is not None:
                self._add(label, pattern)

    def _add(self, label: Label, pattern: Pattern) -> None:
        first = pattern.words[0]
        assert first is not None
        for name in (*first.stems, *(name.lower() for name in first.capitals)):
            self._by_stem.setdefault(stem(name), []).append((label, pattern))
        for beginning in first.beginnings:
            self._by_beginning.setdefault(beginning[:_PREFIX], []).append((label, pattern))
        for word in pattern.words:
            if word is not None:
                self.vocabulary |= word.stems

    def find(self, tokens: Sequence[Token]) -> list[Match[Label]]:
        """Every pattern wherever it stands; for each label and place the longest."""
        best: dict[tuple[Label, int], int] = {}
        there = frozenset(word for given in tokens for word in (given.stem, given.text))
        possible: dict[str, list[tuple[Label, Pattern]]] = {}
        for place, given in enumerate(tokens):
            if given.text not in possible:
                tried = (self._by_stem.get(given.stem, ()), self._by_beginning.get(given.text[:_PREFIX], ()))
                possible[given.text] = [pair for pairs in tried for pair in pairs if pair[1].possible(there)]
            for label, pattern in possible[given.text]:
                end = pattern.end(tokens, place)
                if end is not None and end > best.get((label, place), 0):
                    best[label, place] = end
        return [Match(label, start, end) for (label, start), end in best.items()]
