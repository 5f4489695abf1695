"""Metrics and statistics against independent implementations, and by hand."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, ndcg_score

from otrec.evaluation import metrics, statistics

grades = st.lists(st.integers(0, 3), min_size=2, max_size=30)


@given(grades, st.integers(1, 12), st.integers(0, 10_000))
def test_ndcg_is_that_of_scikit_learn_ties_included(gains: list[int], k: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, size=len(gains)).astype(float)
    ours = metrics.ndcg(scores, gains, k)
    if not any(gains):
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(ndcg_score([gains], [scores], k=k))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_brier_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    chances, happened = zip(*pairs, strict=True)
    if len(set(happened)) == 2:
        assert metrics.brier(chances, happened) == pytest.approx(brier_score_loss(happened, chances))


def test_calibration_prefers_the_list_that_follows_the_goals() -> None:
    wanted = {"dressing": 8.0, "cooking": 2.0}
    close = metrics.calibration(wanted, {"dressing": 7.0, "cooking": 2.0})
    far = metrics.calibration(wanted, {"cooking": 9.0})
    assert 0 <= close < far
    assert np.isnan(metrics.calibration(wanted, {}))


def test_rbo_weighs_the_top_more() -> None:
    full = list("abcdefghij")
    top = metrics.rbo(full, ["x", *full[1:]])
    end = metrics.rbo(full, [*full[:-1], "x"])
    assert top < end < 1


def test_a_sign_flip_test_holds_its_level_and_finds_a_difference() -> None:
    chance = np.random.default_rng(5)
    nothing = [statistics.sign_flip(chance.normal(0, 1, 30), draws=500, seed=turn) for turn in range(200)]
    assert 0.01 < np.mean(np.array(nothing) < 0.05) < 0.1
    assert statistics.sign_flip(chance.normal(1, 1, 30)) < 0.001
    assert statistics.sign_flip([np.nan, 1.0, -1.0]) == 1.0


def test_intervals_cover_the_mean_and_shrink() -> None:
    chance = np.random.default_rng(3)
    few, many = chance.normal(0.5, 0.2, 20), chance.normal(0.5, 0.2, 500)
    mean, low, high = statistics.interval(few)
    assert mean == pytest.approx(few.mean())
    assert low < mean < high
    _, close, far = statistics.interval(many)
    assert far - close < high - low
    assert statistics.interval([0.3, 0.3]) == (0.3, 0.3, 0.3)


def test_holm_by_hand() -> None:
    assert statistics.holm({"a": 0.02, "b": 0.01, "c": 0.5}) == {"b": 0.03, "a": 0.04, "c": 0.5}


def test_krippendorff_of_the_textbook_kind() -> None:
    """Ordinal alpha of Krippendorff's own example of four observers (grades 1-5), published as 0.815."""
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[grade for grade in column if grade is not None] for column in zip(*table, strict=True)]
    assert statistics.krippendorff(units, (1, 2, 3, 4, 5)) == pytest.approx(0.815, abs=0.0005)
    opposite = statistics.krippendorff([[0, 3], [3, 0], [0, 3]])
    assert opposite < 0


def test_whole_cases_are_drawn_again() -> None:
    groups = [[[0, 0], [3, 3]], [[1, 1], [2, 2]]] * 5
    assert statistics.resampled(groups, statistics.krippendorff, draws=50) == (1.0, 1.0)


def test_gains_recall_and_first_good_place_are_those_of_ir_measures() -> None:
    chance = np.random.default_rng(11)
    for _ in range(20):
        scores, grades = chance.permutation(40).astype(float), chance.integers(0, 4, size=40)
        names = [f"d{place}" for place in range(40)]
        run = [ir_measures.ScoredDoc("q", name, score) for name, score in zip(names, scores.tolist(), strict=True)]
        qrels = [ir_measures.Qrel("q", name, grade) for name, grade in zip(names, grades.tolist(), strict=True)]
        wanted = [ir_measures.nDCG @ 5, ir_measures.nDCG @ 10, ir_measures.RR(rel=2), ir_measures.R(rel=2) @ 10]
        theirs = ir_measures.calc_aggregate(wanted, qrels, run)
        listed = grades[np.argsort(-scores)]
        ours = [
            metrics.ndcg(scores, grades, 5),
            metrics.ndcg(scores, grades, 10),
            metrics.reciprocal_rank(listed.tolist()),
            metrics.recall(listed[:10].tolist(), int((grades >= 2).sum())),
        ]
        assert [theirs[measure] for measure in wanted] == pytest.approx(ours)
