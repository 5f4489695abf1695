"""The engine and the systems it has to beat: each gives every activity of the library a score for one case.

All of them are ranked over the same pool, what the safety screen allows, so that a comparison is about the order alone.
Higher is better; ties are broken by name, as in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.evaluation.cases import Case
from otrec.features import NAMES, PRIOR
from otrec.graph import build_graph, key
from otrec.models import Activity

Floats = NDArray[np.float64]

#: Robertson & Zaragoza 2009, doi 10.1561/1500000019: usual values of BM25's saturation and length weight.
BM25_K1, BM25_B = 1.2, 0.75
#: Page et al. 1999 (personalised PageRank): share of steps that follow a link.
DAMPING: Final = 0.85
PAGERANK_TOLERANCE: Final = 1e-10


class System(Protocol):
    """Anything that scores every activity for a case."""

    def __call__(self, case: Case) -> Floats:
        """Scores in library order, `(n_activities,)`."""


def words_of(case: Case, engine: Engine) -> str:
    """What a therapist would type into a search box: the story, with the names of barriers, goals and interests."""
    library, client = engine.library, case.client
    names = [library.barriers[name].name for name in client.barriers]
    names += [library.occupations[goal.occupation].name for goal in client.goals]
    names += [word.replace("_", " ") for word in client.interests]
    return " ".join([case.story, *names])


def text_of(activity: Activity) -> str:
    """The words of an activity."""
    return " ".join([activity.name, activity.purpose, *activity.steps, activity.family, *activity.materials])


class Weighted:
    """The engine's own features under some weights; the prior's are the engine as it is."""

    def __init__(self, engine: Engine, weights: Floats) -> None:
        self.engine, self.weights = engine, weights / weights.sum()

    def __call__(self, case: Case) -> Floats:
        return np.asarray(self.engine.space(case.client, case.as_of).values @ self.weights)


class Arranged:
    """The list as the engine shows it: the prior's scores, rearranged so that barriers and goals are covered.

    What is held back has the score -inf, since the engine never shows it.
    """

    def __init__(self, engine: Engine, depth: int = 50) -> None:
        self.engine, self.depth = engine, depth

    def __call__(self, case: Case) -> Floats:
        result = self.engine.recommend(case.client, k=self.depth, as_of=case.as_of)
        scores = np.where(result.scored.allowed, result.scored.scores - 1.0, -np.inf)
        for item in result.items:
            scores[self.engine.space.place[item.activity.id]] = 1.0 + (self.depth - item.rank) / self.depth
        return scores


class Random:
    """A fixed random order for each case."""

    def __init__(self, engine: Engine, seed: int = 0) -> None:
        self.size, self.seed = len(engine.space.activities), seed

    def __call__(self, case: Case) -> Floats:
        return np.random.default_rng([self.seed, *case.id.encode()]).random(self.size)


class Popularity:
    """How often an activity was found good for other cases; the case itself is left out."""

    def __init__(self, engine: Engine, good: Mapping[str, set[str]]) -> None:
        self.place, self.good = engine.space.place, good

    def __call__(self, case: Case) -> Floats:
        count = np.zeros(len(self.place))
        for other, names in self.good.items():
            if other != case.id:
                count[[self.place[name] for name in names]] += 1
        return count


class TagOverlap:
    """Share of the case's barriers, goals and interests that an activity is tagged with."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tags = [
            {*item.primary, *item.secondary, *item.occupations, *item.interests} for item in engine.space.activities
        ]

    def __call__(self, case: Case) -> Floats:
        client = case.client
        known = self.engine.space.known_interests(client).values()
        wanted = {*client.barriers, *(goal.occupation for goal in client.goals), *(name for name in known if name)}
        return np.array([len(wanted & tags) / max(1, len(wanted)) for tags in self.tags])


class TfIdf:
    """Cosine of TF-IDF vectors between the case's words and the activity's."""

    def __init__(self, engine: Engine) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.engine = engine
        self.vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        self.texts = self.vectorizer.fit_transform(text_of(item) for item in engine.space.activities)

    def __call__(self, case: Case) -> Floats:
        query = self.vectorizer.transform([words_of(case, self.engine)])
        return np.asarray((self.texts @ query.T).toarray().ravel())


class Bm25:
    """BM25 text search, Robertson & Zaragoza 2009, doi 10.1561/1500000019."""

    def __init__(self, engine: Engine) -> None:
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        self.engine = engine
        self.vectorizer = CountVectorizer(stop_words="english")
        counts = self.vectorizer.fit_transform(text_of(item) for item in engine.space.activities).tocoo()
        size, terms = counts.shape
        held = np.bincount(counts.col, minlength=terms)
        rarity = np.log1p((size - held + 0.5) / (held + 0.5))
        length = np.bincount(counts.row, weights=counts.data, minlength=size)
        norm = BM25_K1 * (1 - BM25_B + BM25_B * length / length.mean())
        values = rarity[counts.col] * counts.data * (BM25_K1 + 1) / (counts.data + norm[counts.row])
        self.weights = csr_matrix((values, (counts.row, counts.col)), shape=counts.shape)

    def __call__(self, case: Case) -> Floats:
        query = self.vectorizer.transform([words_of(case, self.engine)])
        return np.asarray((self.weights @ query.T).toarray().ravel())


class PageRank:
    """Personalised PageRank over the skill graph, from the case's barriers and goals, undirected and unweighted."""

    def __init__(self, engine: Engine) -> None:
        import networkx as nx
        from scipy.sparse import diags

        self.engine = engine
        graph = nx.Graph(build_graph(engine.library))
        nodes = list(graph)
        self.place = {node: row for row, node in enumerate(nodes)}
        links = nx.to_scipy_sparse_array(graph, nodes, weight=None, dtype=float, format="csr")
        degree = np.asarray(links.sum(axis=1)).ravel()
        self.steps = (diags(1 / np.maximum(degree, 1)) @ links).T.tocsr()
        self.rows = [self.place[key("activities", item.id)] for item in engine.space.activities]

    def __call__(self, case: Case) -> Floats:
        seeds = np.zeros(len(self.place))
        for name, degree in case.client.barriers.items():
            seeds[self.place[key("barriers", name)]] += degree / 4
        for goal in case.client.goals:
            seeds[self.place[key("occupations", goal.occupation)]] += goal.importance / 10
        return np.asarray(self.walk(seeds)[self.rows])

    def walk(self, seeds: Floats) -> Floats:
        """Converged visiting shares from seeds with a positive sum; they sum to 1."""
        start = seeds / seeds.sum()
        shares = start
        while True:
            after = DAMPING * (self.steps @ shares)
            after += (1 - after.sum()) * start
            if np.abs(after - shares).sum() < PAGERANK_TOLERANCE:
                return np.asarray(after)
            shares = after


@dataclass(frozen=True)
class Systems:
    """The systems that every report compares, built once."""

    engine: Engine
    good: Mapping[str, set[str]]

    @cached_property
    def all(self) -> dict[str, System]:
        """Name -> system, the engine first."""
        engine = self.engine
        found: dict[str, Any] = {
            "engine": Arranged(engine),
            "prior": Weighted(engine, PRIOR),
            "uniform": Weighted(engine, np.ones(len(NAMES))),
            "tag_overlap": TagOverlap(engine),
            "tfidf": TfIdf(engine),
            "bm25": Bm25(engine),
            "pagerank": PageRank(engine),
            "popularity": Popularity(engine, self.good),
            "random": Random(engine),
        }
        return found


def ranked(scores: Floats, allowed: NDArray[np.bool_], engine: Engine, k: int) -> list[int]:
    """The first k rows of a pool by score; ties go by name and purpose."""
    rows = sorted(
        np.flatnonzero(allowed).tolist(),
        key=lambda row: (-float(np.round(scores[row], 9)), engine.space.activities[row].name),
    )
    return rows[:k]
