"""Which barrier everyday words mean: a text classifier over our own phrases, which always offers three to confirm."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library, default_data
from otrec.models.errors import LibraryError

FILE: Final = "phrases.csv"
COLUMNS: Final = ("barrier", "voice", "phrase")
#: What phrases are called that name no barrier.
NONE: Final = "none"
#: How much a text of the library counts beside a phrase: its purposes and reasons name barriers, in clinic words.
LIBRARY_WEIGHT: Final = 0.5
#: How sharply the distances of the classifier become shares.
SHARPNESS: Final = 6.0


def read_phrases() -> list[tuple[str, str]]:
    """The everyday phrases as (phrase, barrier).

    Raises
    ------
    LibraryError
        If the file is missing or has other columns.
    """
    path = default_data() / FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise LibraryError(FILE, [f"row 1: the columns have to be {', '.join(COLUMNS)}"])
            return [(row["phrase"], row["barrier"]) for row in rows]
    except OSError as error:
        raise LibraryError(FILE, [f"cannot be read ({error.strerror}); install otrec again"]) from None


def taught_by(library: Library) -> list[tuple[str, str]]:
    """Texts of a library that stand for a barrier: purposes of activities, reasons of links and of prerequisites."""
    texts = [(item.purpose, barrier) for item in library.activities.values() for barrier in item.primary]
    texts += [(edge.rationale, edge.barrier) for edge in library.addressed_by]
    return texts + [(edge.reason, edge.prerequisite) for edge in library.requires]


class PhraseClassifier:
    """Shares of the barriers for some words.

    Words and pairs of words, and parts of words against misspelling, are weighed by TF-IDF; a linear support vector
    machine tells the barriers apart. It is trained when first asked, in a few seconds, always with the same result.

    Parameters
    ----------
    library
        Its barriers are told apart; names, definitions and other words teach too.
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    def examples(self) -> tuple[list[str], list[str], list[float]]:
        """Texts, their barriers, and how much each counts."""
        known = self.library.barriers
        own = [pair for pair in read_phrases() if pair[1] in known or pair[1] == NONE]
        own += [(text, item.id) for item in known.values() for text in (item.name, item.definition, *item.aliases)]
        lent = taught_by(self.library)
        texts, barriers = zip(*own, *lent, strict=True)
        return list(texts), list(barriers), [1.0] * len(own) + [LIBRARY_WEIGHT] * len(lent)

    @cached_property
    def _fitted(self) -> tuple[Any, Any]:
        from sklearn.svm import LinearSVC

        texts, barriers, weights = self.examples()
        vectors = vectoriser()
        told = LinearSVC(C=0.2, random_state=0)
        told.fit(vectors.fit_transform(texts), barriers, sample_weight=weights)
        return vectors, told

    @property
    def barriers(self) -> list[str]:
        """The classes in the order of the columns of `shares`."""
        return [str(name) for name in self._fitted[1].classes_]

    def shares(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Shares of each class, `(n_texts, n_classes)`, rows sum to 1."""
        from scipy.special import softmax

        vectors, told = self._fitted
        return np.asarray(softmax(SHARPNESS * told.decision_function(vectors.transform(texts)), axis=1))


def vectoriser() -> Any:
    """Words, pairs of words and parts of words, each weighed by TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"[\w']+")  # noqa: S106
    parts = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 4), min_df=2)
    return make_union(words, parts)
