"""How hard a text is to read, without any further package: it decides whether steps go on a sheet for families."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: US school grade that a text for families may reach; the same limit as for the family wording of the library.
FAMILY_GRADE: Final = 6.0
_WORD: Final = re.compile(r"[A-Za-z']+")
_SENTENCE: Final = re.compile(r"[.!?:;]+")
_VOWELS: Final = re.compile(r"[aeiouy]+")
#: Endings that are written with a vowel but not spoken as a syllable of their own: rope, taped, takes.
_SILENT: Final = re.compile(r"(?<=[^aeioulr])(?:e|es|ed)$|(?<=[aeiou][lr])(?:e|es|ed)$")
_SPOKEN: Final = re.compile(r"(?:[td]ed|[sxz]es|[cs]hes|[cg]es)$")


def syllables(word: str) -> int:
    """Groups of vowels of an English word, silent endings left out; at least 1.

    >>> [syllables(word) for word in ("rope", "table", "folded", "taped", "boxes", "occupation")]
    [1, 2, 2, 1, 2, 4]
    """
    low = word.lower()
    spoken = low if _SPOKEN.search(low) else _SILENT.sub("", low)
    return max(1, len(_VOWELS.findall(spoken)))


def grade(text: str) -> float:
    """Flesch-Kincaid grade with syllables counted by groups of vowels; 0 for an empty text.

    Kincaid et al. 1975, Research Branch Report 8-75, as in `otrec.library.lint`, which counts syllables by hyphenation
    and finds fewer; so this one is stricter. It needs no package at run time. Meant for passages, not for one sentence.

    >>> grade("Peg up the towel. Let him do it.") < 2 < grade("Facilitate independent participation.")
    True
    """
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


def easy(lines: Iterable[str], limit: float = FAMILY_GRADE) -> bool:
    """Whether a passage of some lines reads at a grade that suits a sheet for families."""
    return grade(" ".join(lines)) <= limit
