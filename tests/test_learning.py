"""Learning from preferences: what moves, what never moves, levels, undo, and the question that teaches most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import set_config
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate

from otrec import ActivityRanker, Client, Engine, Preference
from otrec.engine import inferred
from otrec.features import NAMES, PRIOR
from otrec.models import Feedback, OptionError
from otrec.ranking.weights import PRIOR_WIDTH, PRIOR_WIDTHS, Posterior


def liked(engine: Engine, client: Client, feature: str, pairs: int = 12) -> list[Preference]:
    """Preferences of somebody who goes by one feature alone."""
    result = engine.recommend(client, k=40)
    column = NAMES.index(feature)
    value = {item.activity.id: result.scored.table.values[engine.space.place[item.activity.id], column]
             for item in result.items}  # fmt: skip
    order = sorted(value, key=lambda name: -value[name])
    return [Preference(client=client, better=order[at], worse=order[-1 - at]) for at in range(pairs)]


def test_preferences_move_weights_and_list_their_way(engine: Engine, child: Client) -> None:
    before = engine.recommend(child, k=10)
    better = engine.update(liked(engine, child, "goal_match"))
    column = NAMES.index("goal_match")
    assert better.posterior.mode[column] > 1.05 * engine.posterior.mode[column]
    assert np.trace(better.posterior.covariance) < np.trace(engine.posterior.covariance)
    moves = better.moves(before)
    after = better.recommend(child, k=10)
    assert {move.activity_id: move.after for move in moves.moves if move.after} == {
        item.activity.id: item.rank
        for item in after.items
        if item.rank != {old.activity.id: old.rank for old in before.items}.get(item.activity.id)
    }
    assert moves.moves
    assert "practises the goals counts more" in moves.sentence.lower()
    assert all(move.why.startswith("Its score moves by") for move in moves.moves)


def test_an_update_is_new_named_and_undone(engine: Engine, child: Client) -> None:
    untouched = engine.posterior.mode.copy()
    once = engine.update(liked(engine, child, "interest", 3))
    twice = once.update(liked(engine, child, "ease", 2))
    assert np.array_equal(engine.posterior.mode, untouched)
    assert len({engine.version, once.version, twice.version}) == 3
    assert "expert prior + 5 preferences" in twice.version
    assert twice.undo() is once
    assert once.undo() is engine
    with pytest.raises(OptionError, match="nothing to undo"):
        engine.undo()
    assert twice.recommend(child, k=2).to_dict()["model_version"] == twice.version


def test_the_order_of_updates_does_not_matter(engine: Engine, child: Client) -> None:
    some, more = liked(engine, child, "interest", 3), liked(engine, child, "ease", 3)
    one, other = engine.update(some).update(more), engine.update(more).update(some)
    assert np.allclose(one.posterior.mode, other.posterior.mode, atol=1e-6)
    assert one.version == other.version


def test_with_nothing_to_learn_from_it_is_the_prior(engine: Engine, child: Client) -> None:
    same = engine.update([])
    assert np.array_equal(same.posterior.mode, engine.posterior.mode)
    assert same.recommend(child).to_dict() == engine.recommend(child).to_dict()
    rms = np.sqrt(np.mean(np.square(PRIOR_WIDTHS)))
    assert rms == pytest.approx(PRIOR_WIDTH)
    unlearned = ActivityRanker(prior=PRIOR).fit(np.zeros((1, len(PRIOR)))).posterior_
    assert np.allclose(unlearned.covariance, Posterior.of_prior(PRIOR).covariance)


def test_a_half_counts_half(engine: Engine, child: Client) -> None:
    said = liked(engine, child, "interest", 6)
    half = [item.model_copy(update={"strength": 0.5}) for item in said]
    twice = engine.update([*half, *half])
    assert np.allclose(twice.posterior.mode, engine.update(said).posterior.mode, atol=1e-4)


def test_no_preference_brings_back_what_a_rule_excludes(engine: Engine, child: Client) -> None:
    result = engine.recommend(child)
    held, shown = result.excluded[0].activity_id, result.items[0].activity.id
    with pytest.raises(OptionError, match="held back for this client") as caught:
        engine.update([
            Preference(client=child, better=held, worse=shown),
            Preference(client=child, better=shown, worse="nothing_like_it"),
            Preference(client=child, better=shown, worse=shown),
        ])  # fmt: skip
    for number in (1, 2, 3):
        assert f"preference {number}: " in str(caught.value)
    assert child.id not in str(caught.value)
    learned = engine.update(liked(engine, child, "interest"))
    assert {item.activity_id for item in learned.recommend(child).excluded} == {
        item.activity_id for item in result.excluded
    }


def test_a_team_starts_from_its_site_and_stays_near_it_with_few_preferences(engine: Engine, child: Client) -> None:
    site = engine.within("site").update(liked(engine, child, "interest"))
    team = site.within("hand team")
    assert np.array_equal(team.posterior.mode, site.posterior.mode)
    few = team.update(liked(engine, child, "ease", 1))
    many = team.update(liked(engine, child, "ease", 15))
    column = NAMES.index("ease")
    moved = [abs(now.posterior.mode[column] - site.posterior.mode[column]) for now in (few, many)]
    assert moved[0] < moved[1]
    assert "expert prior > site + 12 preferences" in few.version
    assert "> hand team + 1 preferences" in few.version
    assert few.undo().undo() is site


def test_what_is_inferred_from_verdicts(engine: Engine, child: Client) -> None:
    result = engine.recommend(child, k=5)
    names = [item.activity.id for item in result.items]
    found = inferred(result, [Feedback(activity=names[2], verdict="helpful")])
    assert [(item.better, item.worse) for item in found] == [(names[2], names[0]), (names[2], names[1])]
    assert {item.strength for item in found} == {0.5}
    found = inferred(result, [Feedback(activity=names[0], verdict="not_helpful")])
    assert [(item.better, item.worse) for item in found] == [(names[1], names[0])]
    for verdict in ("unsafe", "wrong_age", "wrong_data", "not_again"):
        assert inferred(result, [Feedback(activity=names[3], verdict=verdict)]) == ()
    helpful = [Feedback(activity=names[0], verdict="unsafe"), Feedback(activity=names[1], verdict="helpful")]
    assert inferred(result, helpful) == ()


def test_the_question_is_the_one_the_draws_disagree_on(engine: Engine, child: Client) -> None:
    result = engine.recommend(child, k=12)
    question = result.question()
    assert question is not None
    again = result.question(asked=[frozenset((question.first, question.second))])
    assert again is not None
    assert {again.first, again.second} != {question.first, question.second}
    assert again.bits <= question.bits
    rows = [engine.space.place[name] for name in (question.first, question.second)]
    drawn = result.scored.table.values[rows] @ result.scored.draws.T
    chances = 1 / (1 + np.exp(-20 * (drawn[0] - drawn[1])))

    def bits(chance: Any) -> Any:
        return -(chance * np.log2(chance) + (1 - chance) * np.log2(1 - chance))

    assert question.chance == pytest.approx(chances.mean())
    assert question.bits == pytest.approx(bits(chances.mean()) - bits(chances).mean())
    answered = engine.update([Preference(client=child, better=question.second, worse=question.first)] * 8)
    told = answered.recommend(child, k=40).question(among=40)
    assert told is not None
    assert {told.first, told.second} != {question.first, question.second}
    assert engine.recommend(child, k=1).question() is None


def test_grid_search_and_cross_validation_take_groups() -> None:
    rng = np.random.default_rng(5)
    X, groups = rng.random((120, 3)), np.repeat(np.arange(12), 10)
    y = np.digitize(X @ [0.7, 0.3, 0.0], [0.4, 0.5, 0.6])
    set_config(enable_metadata_routing=True)
    try:
        ranker = ActivityRanker(prior=[0.1, 0.2, 0.7]).set_fit_request(groups=True).set_score_request(groups=True)
        search = GridSearchCV(ranker, {"slope": [1.0, 30.0], "prior_width": [0.01, 1.0]}, cv=GroupKFold(4))
        search.fit(X, y, groups=groups)
        scores = cross_validate(ranker, X, y, cv=GroupKFold(4), params={"groups": groups})["test_score"]
    finally:
        set_config(enable_metadata_routing=False)
    assert search.best_params_["prior_width"] == 1.0
    assert search.best_estimator_.n_pairs_ < 12 * 45 + 1
    assert (scores > 0.9).all()
    assert ActivityRanker(prior=[0, 0, 1]).fit(X).score(X, y, groups) < scores.mean()


@pytest.mark.parametrize("settings", [{"prior_width": 0}, {"prior_width": ()}, {"slope": -1}])
def test_widths_and_slope_have_to_be_above_zero(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        ActivityRanker(**settings).fit([[1.0, 2.0]])  # type: ignore[arg-type]


def answers(X: Any, groups: Any, truth: Any, seed: int) -> Any:
    """Relevance 1 or 0 of each two rows of a group, drawn as the model says that people answer."""
    chance = 1 / (1 + np.exp(-20 * (X[::2] - X[1::2]) @ truth))
    first = np.random.default_rng(seed).random(len(chance)) < chance
    return np.column_stack([first, ~first]).ravel().astype(int)


def test_evidence_prefers_the_width_that_the_data_need() -> None:
    X, groups = np.random.default_rng(1).random((800, 4)), np.repeat(np.arange(400), 2)
    prior = [0.4, 0.3, 0.2, 0.1]
    far, near = (answers(X, groups, truth, 3) for truth in ([0.05, 0.05, 0.1, 0.8], prior))
    learned = [ActivityRanker(prior=prior).fit(X, y, groups) for y in (far, near)]
    assert learned[0].width_evidence_[-1] > 0.9
    assert learned[1].width_evidence_[0] > learned[1].width_evidence_[-1]
    assert np.abs(learned[1].coef_ - prior).max() < 0.05
