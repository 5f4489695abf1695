"""How far a result holds: shuffled graphs, scrambled profiles, other weights, cases and raters left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import Case
from otrec.evaluation.learners import ranker
from otrec.evaluation.metrics import rbo
from otrec.evaluation.statistics import told
from otrec.features import NAMES, PRIOR, FeatureSpace
from otrec.library import Library
from otrec.models import Activity, AddressedBy, Client

Floats = NDArray[np.float64]

SHUFFLES: Final = 200
#: Swaps for each link; ten are usual for a graph to forget its old links (Milo et al. 2003, arXiv cond-mat/0312028).
SWAPS_PER_LINK: Final = 10
SCRAMBLES, SHARES = 10, (0.25, 0.5)
JITTERS, JITTER = 200, 0.3
#: A barrier is left out in turn if at least this many development cases have it.
FEWEST_CASES: Final = 3

Pair = tuple[Any, str]


def swapped(pairs: Sequence[Pair], chance: np.random.Generator) -> list[Pair]:
    """The same links with ends exchanged: every node keeps its number of links, and none is doubled.

    >>> sorted(swapped([(1, "a"), (2, "b")], np.random.default_rng(1)))
    [(1, 'b'), (2, 'a')]
    """
    found, there = list(pairs), set(pairs)
    draws = chance.integers(len(found), size=(SWAPS_PER_LINK * len(found) + 1, 2)).tolist()
    for one, two in draws:
        (left, right), (other_left, other_right) = found[one], found[two]
        new, other = (left, other_right), (other_left, right)
        if right != other_right and left != other_left and new not in there and other not in there:
            there -= {found[one], found[two]}
            there |= {new, other}
            found[one], found[two] = new, other
    return found


def shuffled(library: Library, chance: np.random.Generator) -> Library:
    """A library whose links are exchanged within each kind, every degree kept: who is linked to whom is chance."""
    links = swapped([(link.barrier, link.technique) for link in library.addressed_by], chance)
    addressed: list[AddressedBy] = [
        link.model_copy(update={"technique": end}) for link, (_, end) in zip(library.addressed_by, links, strict=True)
    ]
    activities = tuple(library.activities.values())
    ends: dict[int, dict[str, list[str]]] = {row: {} for row in range(len(activities))}
    for names in (("primary", "secondary"), ("techniques",), ("occupations",)):
        fields = [(row, name) for row, item in enumerate(activities) for name in names for _ in getattr(item, name)]
        pairs = [(row, end) for row, item in enumerate(activities) for name in names for end in getattr(item, name)]
        for (row, name), (_, end) in zip(fields, swapped(pairs, chance), strict=True):
            ends[row].setdefault(name, []).append(end)
    changed: dict[str, Activity] = {
        item.id: item.model_copy(update={name: tuple(found) for name, found in ends[row].items()})
        for row, item in enumerate(activities)
    }
    return replace(library, activities=changed, addressed_by=tuple(addressed))


def shuffles(bench: Bench, cases: Sequence[Case], runs: int = SHUFFLES, seed: int = 0) -> dict[str, Any]:
    """nDCG@10 of the prior weights on graphs whose links are chance, against the real graph.

    p is the share of shuffled graphs that reach the real one, (b + 1) / (B + 1).
    """
    real = float(np.nanmean(bench.of_weights(PRIOR, cases)))
    found = []
    for run in range(runs):
        space = FeatureSpace(shuffled(bench.engine.library, np.random.default_rng([seed, run])))
        scores = [bench.ndcg(case, space(case.client, case.as_of).values @ PRIOR) for case in cases]
        found.append(float(np.nanmean(scores)))
    low, high = np.quantile(found, [0.025, 0.975])
    reached = sum(value >= real for value in found)
    return {
        "real": real, "mean": float(np.mean(found)), "low": float(low), "high": float(high), "runs": runs,
        "p": (reached + 1) / (runs + 1),
    }  # fmt: skip


def scrambled(client: Client, library: Library, share: float, chance: np.random.Generator) -> Client:
    """A profile in which a share of barriers and goals, at least one of each, is replaced by others at random."""
    barriers = _replaced(dict(client.barriers), list(library.barriers), share, chance)
    goals = _replaced({goal.occupation: goal for goal in client.goals}, list(library.occupations), share, chance)
    return client.model_copy(
        update={
            "barriers": barriers,
            "goals": tuple(goal.model_copy(update={"occupation": name}) for name, goal in goals.items()),
        }
    )


def _replaced(given: dict[str, Any], known: list[str], share: float, chance: np.random.Generator) -> dict[str, Any]:
    others = [name for name in known if name not in given]
    out = set(chance.permutation(list(given))[: int(np.ceil(share * len(given)))].tolist()) if given else set()
    new = iter(chance.permutation(others)[: len(out)].tolist())
    return {next(new) if name in out else name: value for name, value in given.items()}


def scrambles(bench: Bench, cases: Sequence[Case], runs: int = SCRAMBLES, seed: int = 0) -> dict[str, Any]:
    """RBO@10 with the list of the true profile, and nDCG@10, when a share of the profile is wrong."""
    before = {case.id: bench.first(case, bench.tables[case.id] @ PRIOR) for case in cases}
    found: dict[str, Any] = {}
    for share in SHARES:
        overlap, gain = [], []
        for place, case in enumerate(cases):
            chance = np.random.default_rng([seed, place, int(100 * share)])
            parts = []
            for _ in range(runs):
                other = scrambled(case.client, bench.engine.library, share, chance)
                scores = bench.engine.space(other, case.as_of).values @ PRIOR
                parts.append((rbo(before[case.id], bench.first(case, scores)), bench.ndcg(case, scores)))
            overlap.append(np.mean([part[0] for part in parts]))
            gain.append(np.mean([part[1] for part in parts]))
        found[f"{share:.0%}"] = {"rbo@10": told(overlap), "ndcg@10": told(gain)}
    return found


def jitters(bench: Bench, cases: Sequence[Case], runs: int = JITTERS, seed: int = 0) -> dict[str, Any]:
    """What weights that are each up to 30% off, at random, do to the list and to nDCG@10."""
    chance = np.random.default_rng(seed)
    before = {case.id: bench.first(case, bench.tables[case.id] @ PRIOR) for case in cases}
    gains, overlaps = [], []
    for _ in range(runs):
        weights = PRIOR * chance.uniform(1 - JITTER, 1 + JITTER, len(PRIOR))
        gains.append(float(np.nanmean(bench.of_weights(weights, cases))))
        lists = (rbo(before[case.id], bench.first(case, bench.tables[case.id] @ weights)) for case in cases)
        overlaps.append(float(np.mean(list(lists))))
    return {
        "runs": runs,
        "real": float(np.nanmean(bench.of_weights(PRIOR, cases))),
        "ndcg@10": {"mean": float(np.mean(gains)), "low": min(gains), "high": max(gains)},
        "rbo@10": {"mean": float(np.mean(overlaps)), "low": min(overlaps), "high": max(overlaps)},
    }


def left_out_barriers(bench: Bench, cases: Sequence[Case]) -> dict[str, Any]:
    """Weights learned without any case that has a barrier, on the cases that have it, against the prior weights."""
    count = Counter(name for case in cases for name in case.client.barriers)
    found = {}
    for barrier in sorted(name for name, number in count.items() if number >= FEWEST_CASES):
        held = [case for case in cases if barrier in case.client.barriers]
        predict = ranker(bench.training(case for case in cases if barrier not in case.client.barriers))
        learned = [bench.ndcg(case, predict(bench.tables[case.id])) for case in held]
        found[barrier] = float(np.nanmean(learned) - np.nanmean(bench.of_weights(PRIOR, held)))
    return {"barriers": len(found), "delta": told(list(found.values())), "each": found}


def left_out_raters(
    bench: Bench, cases: Sequence[Case], scores: dict[str, dict[str, Floats]], pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Differences of systems at nDCG@10 when each rater in turn is left out: does one rater carry the result?"""
    found: dict[str, Any] = {}
    for rater in bench.cases.raters:
        other = bench.regraded(bench.cases.without_rater(rater).grades)
        kept = [case for case in cases if other.grades[case.id]]
        found[rater] = {
            f"{one} - {two}": float(np.nanmean([_ahead(other, case, scores, one, two) for case in kept]))
            for one, two in pairs
        }
    return found


def _ahead(bench: Bench, case: Case, scores: dict[str, dict[str, Floats]], one: str, two: str) -> float:
    return bench.ndcg(case, scores[one][case.id]) - bench.ndcg(case, scores[two][case.id])


def without_each_feature() -> Iterator[tuple[str, Floats]]:
    """The prior weights with one feature left out in turn."""
    for place, name in enumerate(NAMES):
        weights = PRIOR.copy()
        weights[place] = 0
        yield f"without_{name}", weights
