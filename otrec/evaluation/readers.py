"""Ways to tell which barrier words mean, beside the one that is used: fuzzy matching, TF-IDF, and embeddings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.evaluation.referrals import Ranker, Snippet, top
from otrec.intake.phrases import NONE, read_phrases

if TYPE_CHECKING:
    from otrec.intake import Intake

Floats = NDArray[np.float64]
#: From clauses `(n_clauses,)` to scores `(n_clauses, n_barriers)`.
Scorer = Callable[[Sequence[str]], Floats]
DEFAULT: Final = "otrec intake"


class Phrases:
    """Our everyday phrases by barrier, as every method is given them."""

    def __init__(self, barriers: Sequence[str]) -> None:
        self.barriers = list(barriers)
        place = {name: number for number, name in enumerate(self.barriers)}
        told = [(text, place[name]) for text, name in read_phrases() if name != NONE and name in place]
        self.texts = [text for text, _ in told]
        self.of = np.array([number for _, number in told])

    def best(self, scores: Any) -> Floats:
        """The best phrase of each barrier: `(n_clauses, n_phrases)` to `(n_clauses, n_barriers)`."""
        found = np.asarray(scores)
        return np.stack([found[:, self.of == number].max(axis=1) for number in range(len(self.barriers))], axis=1)

    def centres(self, vectors: Any) -> Any:
        """Mean vector of each barrier's phrases, of length 1."""
        from sklearn.preprocessing import normalize

        rows = [np.asarray(vectors[self.of == number].mean(axis=0)).ravel() for number in range(len(self.barriers))]
        return normalize(np.stack(rows))


def fuzzy(phrases: Phrases) -> Scorer:
    """The likest phrase by the ratio of shared words (rapidfuzz)."""
    from rapidfuzz import fuzz, process

    return lambda clauses: phrases.best(process.cdist(clauses, phrases.texts, scorer=fuzz.token_set_ratio))


def tfidf(phrases: Phrases) -> Scorer:
    """The nearest centre by the cosine of TF-IDF vectors of words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True)
    centres = phrases.centres(words.fit_transform(phrases.texts))
    return lambda clauses: np.asarray(words.transform(clauses) @ centres.T)


def embedded(phrases: Phrases) -> Scorer:
    """The nearest centre by the cosine of MiniLM embeddings; `OptionError` where its packages are missing."""
    from otrec.intake.minilm import MiniLM

    vectors = MiniLM()
    centres = phrases.centres(vectors(phrases.texts))
    return lambda clauses: np.asarray(vectors(clauses) @ centres.T, dtype=np.float64)


METHODS: Final[dict[str, Callable[[Phrases], Scorer]]] = {
    "rapidfuzz, likest phrase": fuzzy, "TF-IDF, nearest centre": tfidf, "MiniLM, nearest centre": embedded,
}  # fmt: skip


def ranker(intake: Intake, snippets: Sequence[Snippet], phrases: Phrases, score: Scorer) -> Ranker:
    """Barriers of a snippet by the best of its clauses; the clauses are those of the intake, the same for all."""
    clauses = {one.id: intake.clauses(one.text) or [one.text] for one in snippets}
    flat = [(name, clause) for name, told in clauses.items() for clause in told]
    scores = score([clause for _, clause in flat])
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for number, (name, _) in enumerate(flat):
        rows[name].append(number)
    return lambda one: [
        phrases.barriers[place] for place in np.argsort(-scores[rows[one.id]].max(axis=0), kind="stable")
    ]


def ours(intake: Intake) -> Ranker:
    """Barriers by how much of the text speaks for them."""

    def rank(one: Snippet) -> list[str]:
        weights = intake.weights(one.text)
        return sorted(weights, key=lambda name: (-weights[name], name))

    return rank


def compared(intake: Intake, snippets: Sequence[Snippet]) -> Iterator[dict[str, Any]]:
    """How often the first barrier of a snippet is among the best one, three and five, for each method."""
    from otrec.models.errors import OptionError

    told = [one for one in snippets if one.barriers]
    yield _row(DEFAULT, told, ours(intake))
    phrases = Phrases(list(intake.library.barriers))
    for name, make in METHODS.items():
        try:
            score = make(phrases)
        except OptionError:
            continue
        yield _row(name, told, ranker(intake, told, phrases, score))


def _row(name: str, told: Sequence[Snippet], rank: Ranker) -> dict[str, Any]:
    known = {one.id: list(rank(one)) for one in told}
    hits = {f"top_{k}": round(top(told, lambda one: known[one.id], k)[0], 4) for k in (1, 3, 5)}
    return {"method": name, "snippets": len(told), **hits}
