"""The systems that rank for many clients beside otrec: what else one might take, each as it is meant to be used.

None of them screens, and none gives reasons; each finds the `k` best activities of its own score. Facts are those that
otrec's own score sums over, words those with which a therapist would search.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otrec import Client, Engine
from otrec.compiled.library import Rows
from otrec.engine.many import BLOCK
from otrec.evaluation.systems import DAMPING, PageRank, text_of
from otrec.graph import build_graph, key

Single = NDArray[np.float32]


def dense(rows: Rows, width: int) -> Single:
    """Sparse rows as a full matrix in single precision."""
    found = np.zeros((len(rows.start) - 1, width), dtype=np.float32)
    found[np.repeat(np.arange(len(found)), np.diff(rows.start)), rows.column] = rows.value
    return found


def blocks(items: Any) -> list[Any]:
    """Clients, their facts or their words in blocks as otrec takes them."""
    return [items[start : start + BLOCK] for start in range(0, len(items), BLOCK)]


def words_of(engine: Engine, client: Client) -> str:
    """The names of a client's barriers, goals and interests."""
    library = engine.library
    names = [library.barriers[name].name for name in client.barriers]
    names += [library.occupations[goal.occupation].name for goal in client.goals]
    return " ".join([*names, *(word.replace("_", " ") for word in client.interests)])


def product(facts: Single, worth: Single, k: int) -> None:
    """The floor: the bare product of facts and their worth, and the places of the best."""
    for block in blocks(facts):
        np.argpartition(-(block @ worth), k, axis=1)[:, :k]


class Implicit:
    """`implicit`'s product and top k on the CPU, https://github.com/benfred/implicit.

    It has threads of its own, so BLAS is held to one, as it advises; otherwise the two get into each other's way.
    """

    def __init__(self, worth: Single, k: int, threads: int) -> None:
        from implicit.cpu.topk import topk

        self.worth, self.k, self.threads, self.topk = np.ascontiguousarray(worth.T), k, threads, topk

    def __call__(self, facts: Single) -> None:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, "blas"):
            for block in blocks(facts):
                self.topk(self.worth, block, self.k, num_threads=self.threads)

    @staticmethod
    def there() -> bool:
        return find_spec("implicit") is not None


class Neighbours:
    """scikit-learn's nearest neighbours by cosine, brute force."""

    def __init__(self, worth: Single, k: int, threads: int) -> None:
        from sklearn.neighbors import NearestNeighbors

        self.model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric="cosine", n_jobs=threads)
        self.model.fit(worth.T)

    def __call__(self, facts: Single) -> None:
        for block in blocks(facts):
            self.model.kneighbors(block, return_distance=False)


class Words:
    """Cosine of TF-IDF vectors between a client's words and those of the activities, with scikit-learn."""

    def __init__(self, engine: Engine, k: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.k = k
        self.vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, dtype=np.float32)
        self.texts = self.vectorizer.fit_transform(text_of(item) for item in engine.space.activities).T.tocsr()

    def __call__(self, words: Sequence[str]) -> None:
        for block in blocks(words):
            scores = (self.vectorizer.transform(block) @ self.texts).toarray()
            np.argpartition(-scores, self.k, axis=1)[:, : self.k]


class Bm25s:
    """`bm25s` on the same words, https://github.com/xhluca/bm25s."""

    def __init__(self, engine: Engine, k: int, threads: int) -> None:
        import bm25s

        self.k, self.threads, self.library = k, threads, bm25s
        texts = [text_of(item) for item in engine.space.activities]
        self.index = bm25s.BM25()
        self.index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def __call__(self, words: Sequence[str]) -> None:
        for block in blocks(words):
            asked = self.library.tokenize(block, stopwords="en", show_progress=False)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.index.retrieve(asked, k=self.k, show_progress=False, n_threads=self.threads)

    @staticmethod
    def there() -> bool:
        return find_spec("bm25s") is not None


class Walks:
    """Personalised PageRank from a client's barriers and goals, by networkx and by plain power iteration."""

    def __init__(self, engine: Engine, k: int) -> None:
        import networkx as nx

        self.k = k
        self.graph = nx.Graph(build_graph(engine.library))
        ready = PageRank(engine)
        self.place, self.steps, self.rows = ready.place, ready.steps, np.array(ready.rows)
        self.names = np.array(list(self.place), dtype=object)[self.rows]

    def seeds(self, client: Client) -> dict[str, float]:
        found = {key("barriers", name): degree / 4 for name, degree in client.barriers.items() if degree}
        return found | {key("occupations", goal.occupation): goal.importance / 10 for goal in client.goals}

    def by_networkx(self, clients: Sequence[Client]) -> None:
        import networkx as nx

        for client in clients:
            shares = nx.pagerank(self.graph, alpha=DAMPING, personalization=self.seeds(client), weight=None)
            self._best(np.array([shares[name] for name in self.names]))

    def by_matrix(self, clients: Sequence[Client]) -> None:
        """The same steps and the same stop as networkx, on arrays that were made before."""
        for client in clients:
            start = np.zeros(len(self.place))
            for name, share in self.seeds(client).items():
                start[self.place[name]] = share
            start /= start.sum()
            shares, moved = start, np.inf
            while moved >= len(start) * 1e-6:
                after = DAMPING * (self.steps @ shares)
                after += (1 - after.sum()) * start
                shares, moved = after, np.abs(after - shares).sum()
            self._best(shares[self.rows])

    def _best(self, scores: NDArray[np.float64]) -> None:
        np.argpartition(-scores, self.k)[: self.k]
