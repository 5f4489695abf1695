"""The library's words as people write them: ids, names and aliases, each to one id."""

from __future__ import annotations

import re
from typing import Any, Final

from otrec.exchange.grammar import NONE_WORDS, CellProblem, plain, shown
from otrec.library import Library, vocabulary
from otrec.models.wording import in_words, nearest

#: Hints for misspelled words cost time; a file with more of them needs another look, not more hints.
MAX_HINTS: Final = 300


def folded(word: str) -> str:
    """A word as it is compared: small letters, single blanks, straight apostrophes.

    >>> folded("  Pencil_Grip "), folded("Parkinson’s  disease")
    ('pencil grip', "parkinson's disease")
    """
    return re.sub(r"[\s_]+", " ", word.replace("’", "'")).strip().casefold()


class Words:
    """What the words in the cells of one file mean.

    >>> from otrec import load_library
    >>> Words(load_library()).find("barriers", "Pencil grip", "barrier")
    'grasp_pattern'
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._known: dict[str, dict[str, tuple[str, ...]]] = {}
        self._hints: dict[tuple[str, str], str] = {}

    def known(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Folded word -> the ids that it may mean; an id wins over a name, a name over an alias."""
        if kind not in self._known:
            found: dict[str, tuple[str, ...]] = {}
            terms = vocabulary(self.library, kind)
            for rank in (self._ids, self._names, self._aliases):
                layer: dict[str, tuple[str, ...]] = {}
                for name, term in terms.items():
                    for word in map(folded, rank(name, term)):
                        layer[word] = tuple(dict.fromkeys((*layer.get(word, ()), name)))
                found = layer | found
            self._known[kind] = found
        return self._known[kind]

    @staticmethod
    def _ids(name: str, term: Any) -> tuple[str, ...]:
        return (name,)

    @staticmethod
    def _names(name: str, term: Any) -> tuple[str, ...]:
        return (term.name,)

    @staticmethod
    def _aliases(name: str, term: Any) -> tuple[str, ...]:
        return tuple(getattr(term, "aliases", ()))

    def find(self, kind: str, text: str, what: str) -> str:
        """The id that a word stands for, or a `CellProblem` with the nearest one."""
        word = folded(plain(text))
        meant = self.known(kind).get(word, ())
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise CellProblem(f"{shown(text)} may mean {in_words(meant, 'or')}; write one of them")
        if word in NONE_WORDS:
            raise CellProblem("'none' stands beside other entries; keep one of the two")
        raise CellProblem(f"{shown(text)} is no {what}{self._hint(kind, word)}")

    def _hint(self, kind: str, word: str) -> str:
        key = (kind, word)
        if key not in self._hints:
            if len(self._hints) >= MAX_HINTS or len(word) > 60:
                return ""
            known = self.known(kind)
            close = nearest(word, known)
            match = next((name for name in known if close == f". Did you mean {name!r}?"), "")
            ids = in_words(known.get(match, ()), "or")
            same = ids.replace("_", " ") == match
            self._hints[key] = f". Did you mean {ids!r}{'' if same else f' ({match})'}?" if match else ""
        return self._hints[key]
