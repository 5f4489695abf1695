"""Lints of the activities' texts: near twins, and the reading grade of the family wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from otrec.library.problems import Problem
from otrec.models import Activity

if TYPE_CHECKING:
    from otrec.library import Library

#: Cosine of TF-IDF vectors (words and word pairs, sublinear, English stop words) above which two activities count as
#: near twins. The most alike pair that a second reader kept as different has 0.19; half a shared text gives about 0.5.
TWIN_COSINE: Final = 0.35
#: US reading grade that family wording may not pass (features: handouts at grade 9-10 are not read).
FAMILY_GRADE: Final = 6.0
_SENTENCE = re.compile(r"[.!?:;]+")
_WORD = re.compile(r"[A-Za-z']+")
TEXTS: Final[dict[str, Callable[[Activity], str]]] = {
    "name, purpose and steps": lambda item: " ".join((item.name, item.purpose, *item.steps)),
    "steps": lambda item: " ".join(item.steps),
}


def near_twins(library: Library, limit: float = TWIN_COSINE) -> list[Problem]:
    """Pairs of activities whose texts are too much alike, by whole text and by steps alone."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    activities = list(library.activities.values())
    found = []
    for part, text in TEXTS.items():
        vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True, ngram_range=(1, 2))
        rows = vectors.fit_transform([text(item) for item in activities])
        likeness = (rows @ rows.T).toarray()
        for one, two in np.argwhere(np.triu(likeness, k=1) > limit):
            message = (
                f"is a near twin of {activities[two].id}: cosine {likeness[one, two]:.2f} in {part}, limit {limit:g}"
            )
            found.append(Problem("activities.csv", f"({activities[one].id})", "steps", message))
    return found


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59.

    Kincaid et al. 1975, Research Branch Report 8-75. Syllables are counted by the hyphenation patterns of pyphen, which
    find fewer than a speaker does in some words; colons and semicolons end a sentence here.

    >>> reading_grade("Peg up the towel. Let him do it.") < 2 < reading_grade("Facilitate independent participation.")
    True
    """
    import pyphen

    patterns = pyphen.Pyphen(lang="en_US")
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    syllables = sum(len(patterns.inserted(word).split("-")) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def hard_family_wording(library: Library, limit: float = FAMILY_GRADE) -> list[Problem]:
    """Family wordings above the reading grade."""
    found = []
    for row, item in enumerate(library.activities.values(), start=2):
        grade = reading_grade(item.family)
        if grade > limit:
            message = f"reads at US grade {grade:.1f}, limit {limit:g}; use shorter words and sentences"
            found.append(Problem("activities.csv", f"row {row} ({item.id})", "family", message))
    return found
