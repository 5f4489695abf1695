"""Reasons: why, why not, compare, what would change; all from the numbers of the score."""

from __future__ import annotations

import pytest

from otrec import Client, ClientError, Engine
from otrec.features import NAMES
from otrec.models import OptionError, UnknownIdError


@pytest.fixture(scope="module")
def result(engine: Engine, child: Client):  # type: ignore[no-untyped-def]
    return engine.recommend(child, k=8)


def test_why_works_for_listed_lower_and_excluded(engine: Engine, result) -> None:  # type: ignore[no-untyped-def]
    listed = result.items[0].activity.id
    held = {item.activity_id for item in result.excluded}
    lower = next(
        name
        for name in engine.library.activities
        if name not in held and name not in {item.activity.id for item in result.items}
    )
    excluded = next(item for item in result.excluded if item.effect != "fit").activity_id
    first, second, third = (result.why(name) for name in (listed, lower, excluded))
    assert (first.status, second.status, third.status) == ("listed", "ranked lower", "excluded")
    assert first.rank == 1
    assert "points behind number 8" in str(second) or "prefers activities" in str(second)
    rule = third.exclusions[0]
    assert rule.rule in str(third)
    assert rule.source in str(third)
    assert abs(first.base + sum(first.contributions.values()) - (first.score or 0)) < 1e-9


def test_why_not_is_the_same_answer(result) -> None:  # type: ignore[no-untyped-def]
    name = result.excluded[0].activity_id
    assert result.why_not(name) == result.why(name)


def test_unknown_activity_is_named_with_the_nearest(result) -> None:  # type: ignore[no-untyped-def]
    near = result.items[0].activity.id
    with pytest.raises(UnknownIdError, match=f"Did you mean '{near}'"):
        result.why(near[:-1])


def test_paths_share_out_the_feature_they_explain(engine: Engine, result) -> None:  # type: ignore[no-untyped-def]
    column = [name for name in result.items[0].contributions].index("technique_path")
    for item in result.items:
        row = engine.space.place[item.activity.id]
        feature = result.scored.table.values[row, column] * result.scored.weights[column]
        assert sum(path.share for path in item.paths) == pytest.approx(feature)


def test_compare_adds_up_and_is_antisymmetric(result) -> None:  # type: ignore[no-untyped-def]
    one, two = result.items[0].activity.id, result.items[4].activity.id
    there, back = result.compare(one, two), result.compare(two, one)
    assert sum(there.differences.values()) == pytest.approx(there.first.score - there.second.score)
    assert {name: pytest.approx(-value) for name, value in back.differences.items()} == there.differences
    words = ["ahead of", "behind"]
    ahead, behind = words if there.first.score > there.second.score else reversed(words)
    assert ahead in str(there)
    assert behind in str(back)
    excluded = result.excluded[0].activity_id
    assert "held back" in str(result.compare(one, excluded))


def test_what_would_change_is_true(engine: Engine, result) -> None:  # type: ignore[no-untyped-def]
    changes = result.what_would_change()
    assert changes
    assert [change.changed for change in changes] == sorted((change.changed for change in changes), reverse=True)
    without = next(change for change in result.what_would_change(99) if change.fact == "goal left out: Handwriting")
    goals = tuple(goal for goal in result.client.goals if goal.occupation != "handwriting")
    moved = engine.recommend(result.client.model_copy(update={"goals": goals}), k=8)
    after = {item.activity.name for item in moved.items}
    assert set(without.enters) <= after
    assert not set(without.leaves) & after


def test_nothing_to_rank_by_is_one_clear_message(engine: Engine) -> None:
    with pytest.raises(ClientError, match="neither a barrier nor a goal"):
        engine.recommend(Client(age_years=5, setting="home"))


def test_goals_alone_rank_and_say_so(engine: Engine) -> None:
    result = engine.recommend(
        Client.parse(
            {
                "age_years": 70,
                "setting": "home",
                "precautions": [],
                "goals": [{"occupation": "bathing", "importance": 9}],
            }
        ),
        k=5,
    )
    assert "No barrier is given" in result.warnings[0]
    assert "bathing" in result.items[0].activity.occupations


def test_everything_held_back_gives_the_reasons(engine: Engine) -> None:
    client = Client.parse(
        {
            "age_years": 7,
            "setting": "school",
            "barriers": {"attention": 2},
            "not_again": list(engine.library.activities),
        }
    )
    result = engine.recommend(client)
    assert result.items == ()
    assert "0 of 8" in result.shortfall
    assert {item.activity_id for item in result.excluded} == set(engine.library.activities)
    assert result.table.empty
    assert result.what_would_change() == ()


def test_ties_and_tiers_are_stated(result) -> None:  # type: ignore[no-untyped-def]
    assert {item.tier for item in result.items} <= {"strong", "reasonable", "speculative"}
    assert result.items[0].tier == "strong"
    assert all(item.p_top5 >= 0.5 for item in result.items if item.tier == "strong")


def test_weights_move_the_list_but_not_the_screen(engine: Engine, child: Client, result) -> None:  # type: ignore[no-untyped-def]
    other = engine.recommend(child, k=8, weights={"interest": 5.0})
    assert [item.activity.id for item in other.items] != [item.activity.id for item in result.items]
    assert other.excluded == result.excluded
    assert "weights of this call" in other.model_version


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 0}, "from 1 to 1000"),
        ({"diversity": 2}, "from 0"),
        ({"weights": {"intrest": 1}}, "Did you mean 'interest'"),
        ({"weights": {"ease": -1}}, "from 0 upwards"),
        ({"weights": {"ease": float("nan")}}, "from 0 upwards"),
        ({"phases": ["warmup"]}, "Did you mean 'warm_up'"),
    ],
)
def test_wrong_options_are_refused(engine: Engine, child: Client, change: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        engine.recommend(child, **change)  # type: ignore[arg-type]


def test_phases_bag_and_history(engine: Engine, child: Client) -> None:
    warm = engine.recommend(child, k=5, phases=["warm_up"])
    assert warm.items
    assert all("warm_up" in item.activity.phases for item in warm.items)
    empty_bag = child.model_copy(update={"tools": ()})
    swaps = {swap.tool for swap in engine.library.household_swaps}
    for item in engine.recommend(empty_bag, k=40, bag_only=True).items:
        assert set(item.activity.tools) <= swaps
    first = warm.items[0].activity.id
    import datetime as dt

    done = child.model_copy(
        update={
            "history": Client.parse(
                {
                    "age_years": 6,
                    "setting": "school",
                    "history": [{"activity": first, "date": "2026-01-01", "response": "disliked"}],
                }
            ).history
        }
    )
    row = engine.space.place[first]
    soon, later = (
        engine.space(done, dt.date(2026, 1, 1) + dt.timedelta(days=days)).values[row, NAMES.index("freshness")]
        for days in (1, 200)
    )
    assert soon < 0.05 < 0.8 < later
