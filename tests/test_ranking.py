"""The estimator: scikit-learn's own checks, the prior, learning, uncertainty, arranging."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from otrec import Client, Engine
from otrec.features import FEATURES, NAMES, PRIOR
from otrec.ranking.estimator import ActivityRanker
from otrec.ranking.lists import arrange
from otrec.ranking.weights import Posterior


@parametrize_with_checks([ActivityRanker()])
def test_scikit_learn_checks(estimator: ActivityRanker, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def test_without_feedback_it_is_the_prior() -> None:
    ranker = ActivityRanker(prior=PRIOR).fit(np.random.default_rng(0).random((5, len(PRIOR))))
    assert np.allclose(ranker.coef_, PRIOR / PRIOR.sum())
    assert ranker.n_pairs_ == 0


def test_prior_weights_sum_to_one_and_say_why() -> None:
    assert PRIOR.sum() == pytest.approx(1)
    assert all(feature.why and feature.meaning and 0 < feature.prior <= 1 for feature in FEATURES)


def test_it_learns_the_weights_that_made_the_preferences() -> None:
    rng = np.random.default_rng(3)
    truth = np.array([0.6, 0.3, 0.1])
    X = rng.random((120, 3))
    groups = np.repeat(np.arange(12), 10)
    y = np.round(X @ truth, 1)
    before = ActivityRanker().fit(X)
    after = ActivityRanker().fit(X, y, groups)
    assert np.abs(after.coef_ - truth).sum() < 0.5 * np.abs(before.coef_ - truth).sum()
    assert after.covariance_.trace() < before.covariance_.trace()


def test_the_slope_follows_how_sure_the_answers_are() -> None:
    rng = np.random.default_rng(2)
    X, groups = rng.random((600, 3)), np.repeat(np.arange(300), 2)
    margin = (X[::2] - X[1::2]) @ [0.5, 0.3, 0.2]
    found = []
    for slope in (3.0, 60.0):
        first = rng.random(300) < 1 / (1 + np.exp(-slope * margin))
        y = np.column_stack([first, ~first]).ravel().astype(int)
        found.append(ActivityRanker(prior=[0.5, 0.3, 0.2]).fit(X, y, groups).slope_)
    assert found[0] < 8
    assert found[1] > 35
    assert ActivityRanker().fit(X).slope_ == ActivityRanker().slope


def test_groups_keep_clients_apart() -> None:
    X = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    y = [1, 0, 3, 2]
    assert ActivityRanker().fit(X, y, groups=[0, 0, 1, 1]).n_pairs_ == 2
    assert ActivityRanker().fit(X, y).n_pairs_ == 6


def test_weights_are_never_negative() -> None:
    X = np.array([[1.0, 0.0], [0.0, 1.0]] * 30)
    ranker = ActivityRanker(prior=[0.9, 0.1]).fit(X, [0, 1] * 30)
    assert (ranker.coef_ >= 0).all()
    assert ranker.coef_[1] > ranker.coef_[0]


@pytest.mark.parametrize("prior", [[0.5], [-1, 2], [0, 0]])
def test_wrong_priors_are_refused(prior: list[float]) -> None:
    with pytest.raises(ValueError, match="prior"):
        ActivityRanker(prior=prior).fit([[1.0, 2.0]])


def test_draws_are_repeatable_non_negative_and_centred() -> None:
    ranker = ActivityRanker(prior=PRIOR).fit(np.zeros((1, len(PRIOR))))
    draws = ranker.posterior_.draw(400)
    assert np.array_equal(draws, clone(ranker).fit(np.zeros((1, len(PRIOR)))).posterior_.draw(400))
    assert np.allclose(draws, Posterior.of_prior(PRIOR).draw(400))
    assert (draws >= 0).all()
    assert np.allclose(draws.sum(axis=1), 1)
    assert np.abs(draws.mean(axis=0) - ranker.coef_).max() < 0.02


def test_arranging_by_score_alone_and_with_coverage() -> None:
    scores = np.array([0.9, 0.89, 0.5])
    covers = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert arrange(scores, covers, 3, 0.0) == [0, 1, 2]
    assert arrange(scores, covers, 2, 1.0) == [0, 2]
    assert arrange(scores, covers, 9, 0.5) == [0, 2, 1]
    assert arrange(np.zeros(0), np.zeros((0, 2)), 3, 0.1) == []


def test_what_needs_no_tool_is_never_short_of_one(engine: Engine) -> None:
    client = Client(age_years=30, setting="home", barriers={"balance": 2}, tools=())
    fit = engine.space(client).values[:, NAMES.index("equipment_fit")]
    free = np.array([not activity.tools for activity in engine.space.activities])
    assert set(fit[free]) == {1.0}
    assert fit[~free].max() < 1
