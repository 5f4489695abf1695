"""Words that are spelt wrong, read as the nearest word that is looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from otrec.intake.words import Token, stem

#: Shorter words are left alone: too much else is near them.
SHORTEST: Final = 5
#: How alike two words have to be, 0-1: one wrong letter in five, two in ten.
ALIKE: Final = 0.79
#: So many different words of a text are looked up; a text of nothing but unknown words is no referral.
MOST: Final = 200


class Speller:
    """Mends words by the optimal string alignment distance (rapidfuzz).

    Parameters
    ----------
    known
        Words that are right as they stand, without plural endings.
    wanted
        Words that are looked for.
    """

    def __init__(self, known: Collection[str], wanted: Iterable[str]) -> None:
        self.known = known
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(set(wanted)):
            if len(word) >= SHORTEST and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def mended(self, tokens: Sequence[Token], seen: dict[str, str]) -> tuple[Token, ...]:
        """The tokens, with wrong spellings read as the word they are nearest to; `seen` remembers within a text."""
        return tuple(self._mend(item, seen) for item in tokens)

    def _mend(self, item: Token, seen: dict[str, str]) -> Token:
        word = item.stem
        if len(word) < SHORTEST or not word.isalpha() or word in self.known or item.text in self.known:
            return item
        if word not in seen and len(seen) < MOST:
            seen[word] = self._nearest(word)
        better = seen.get(word, "")
        return item._replace(text=better, stem=stem(better), read_as=better) if better else item

    def _nearest(self, word: str) -> str:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = [one for length in range(len(word) - 2, len(word) + 3) for one in self._by_length.get(length, ())]
        same = [one for one in near if one[0] == word[0]]
        found = process.extractOne(word, same, scorer=OSA.normalized_similarity, score_cutoff=ALIKE)
        return str(found[0]) if found else ""
