"""What an engine learned: written down, taken up again, refused where it does not fit, and kept by the app."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, Preference
from otrec.features import NAMES
from otrec.models import OptionError
from otrec.store import Desk

from .keeping import database, opened, press, text


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with database(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture(scope="module")
def taught(engine: Engine, child: Client) -> Engine:
    """Two updates, a level further down, and one update on it."""
    names = [item.activity.id for item in engine.recommend(child).items]

    def over(better: int, worse: int) -> list[Preference]:
        return [Preference(client=child, better=names[better], worse=names[worse])]

    return engine.update(over(1, 0)).update(over(3, 0) + over(4, 2)).within("north").update(over(5, 1))


def again(engine: Engine) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(engine.learned()))
    return found


def same(one: Engine, other: Engine) -> bool:
    return (
        one.version == other.version
        and np.array_equal(one.posterior.mode, other.posterior.mode)
        and np.array_equal(one.draws, other.draws)
        and one.learned() == other.learned()
    )


def test_a_round_trip_gives_the_same_weights_version_and_list(engine: Engine, taught: Engine, child: Client) -> None:
    back = engine.with_learned(again(taught))
    assert same(back, taught)
    lists = [[item.activity.id for item in found.recommend(child).items] for found in (back, taught, engine)]
    assert lists[0] == lists[1] != lists[2]


def test_each_step_can_be_undone_to_the_prior(engine: Engine, taught: Engine) -> None:
    back, first = engine.with_learned(again(taught)), taught
    for _ in range(4):
        back, first = back.undo(), first.undo()
        assert same(back, first)
    assert back.version == engine.version
    with pytest.raises(OptionError, match="nothing to undo"):
        back.undo()


def test_a_level_that_learned_nothing_is_as_unsure_as_the_one_above(engine: Engine, taught: Engine) -> None:
    deep = taught.within("team").within("one of them")
    back = engine.with_learned(again(deep))
    assert same(back, deep)
    assert same(back.undo(), deep.undo())


def test_it_learns_on_from_where_it_was(engine: Engine, taught: Engine, child: Client) -> None:
    names = [item.activity.id for item in engine.recommend(child).items]
    more = [Preference(client=child, better=names[6], worse=names[0])]
    back = engine.with_learned(again(taught))
    assert same(back.update(more), taught.update(more))
    assert same(back.update(more).undo(), taught)
    assert same(engine.with_learned(again(back.update(more))).undo(), taught)


def test_an_engine_that_learned_nothing_is_the_prior(engine: Engine) -> None:
    back = engine.with_learned(again(engine))
    assert same(back, engine)
    assert back.before is None


def test_no_word_of_a_profile_is_written_down(taught: Engine, child: Client) -> None:
    said = json.dumps(taught.learned())
    given = json.loads(child.model_dump_json())
    words = [given["id"], *given["barriers"], *given["interests"], *(goal["occupation"] for goal in given["goals"])]
    assert words
    assert [word for word in words if word in said.replace('"interest"', "")] == []


def test_features_in_another_order_stay_where_they_belong(engine: Engine, taught: Engine) -> None:
    content = again(taught)
    content["features"].reverse()
    for level in content["levels"]:
        level["centre"].reverse()
        for row in level["differences"]:
            row.reverse()
    assert same(engine.with_learned(content), taught)


def change(**more: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda content: content.update(more)


def level(**more: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda content: content["levels"][0].update(more)


WRONG = {
    "a new feature": (change(features=[*NAMES[:-1], "mood"]), f"other features.*{NAMES[-1]}.*gone"),
    "one less": (change(features=list(NAMES[:-1])), f"{NAMES[-1]} came since"),
    "a feature twice": (change(features=[*NAMES, NAMES[0]]), "stands twice"),
    "no features": (change(features=None), "features is missing"),
    "no level": (change(levels=[]), "no level"),
    "no name": (level(name=3), "level 1 has no name"),
    "a short row": (level(differences=[[0.1]], counts=[1.0]), "differences of level 1"),
    "a ragged table": (level(differences=[[0.1], [0.1, 0.2]], counts=[1.0, 1.0]), "differences of level 1"),
    "a count more": (level(counts=[1.0, 1.0, 1.0, 1.0]), "differences of level 1"),
    "a count of nothing": (level(counts=[1.0, 0.0, 1.0]), "0 times or less"),
    "words": (level(counts=["one"]), "counts of level 1"),
    "endless": (level(centre=[float("nan")] * len(NAMES)), "centre of level 1"),
    "no shares": (level(centre=[1.0] * len(NAMES)), "sum to 1"),
    "below zero": (level(centre=[-1.0, 2.0] + [0.0] * (len(NAMES) - 2)), "sum to 1"),
    "steps to nowhere": (change(steps=[[1, 0], [2, 5]]), "steps do not lead"),
    "steps backwards": (change(steps=[[1, 3], [1, 0], [2, 1]]), "steps do not lead"),
    "steps of words": (change(steps=[["a", "b"]]), "steps do not lead"),
    "a level too deep": (change(steps=[[1, 0], [3, 0], [2, 1]]), "steps do not lead"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_refused_in_a_sentence(engine: Engine, taught: Engine, what: str) -> None:
    spoil, told = WRONG[what]
    content = again(taught)
    spoil(content)
    with pytest.raises(OptionError, match=told) as error:
        engine.with_learned(content)
    assert str(error.value).endswith(".")


# What the app does with it


def helpful(page: AppTest, activity: str) -> AppTest:
    return verdict(page, activity, "helpful")


def verdict(page: AppTest, activity: str, said: str) -> AppTest:
    page.session_state[f"s_feedback_{activity}"] = True
    page.run()
    return press(page, f"s_verdict_{said}_{activity}")


def listed(page: AppTest) -> list[str]:
    return [head.value for head in page.header if head.value[:1].isdigit()]


@pytest.fixture
def third(engine: Engine, child: Client) -> str:
    return engine.recommend(child).items[2].activity.id


def test_a_lesson_is_kept_for_the_next_session_until_it_is_undone(desk: Desk, engine: Engine, third: str) -> None:
    page = opened("explore")
    before = listed(page)
    helpful(page, third)
    learned = page.session_state["s_engine"]
    assert desk.own.engine() == again(learned)
    assert [(said.activity, said.verdict) for said in desk.said.mine()] == [(third, "helpful")]
    assert engine.levels[-1].counts.size == 0
    after = listed(page)
    assert after != before
    later = opened("explore")
    assert listed(later) == after
    assert later.session_state["s_engine"].version == learned.version
    press(later, "s_undo_feedback")
    assert desk.own.engine() is None
    assert "s_engine" not in later.session_state
    assert listed(later) == before == listed(opened("explore"))


def test_a_lesson_in_another_window_is_not_lost(desk: Desk, engine: Engine, child: Client, third: str) -> None:
    first, second = opened("explore"), opened("explore")
    helpful(first, third)
    other = engine.recommend(child).items[1].activity.id
    helpful(second, other)
    kept = engine.with_learned(desk.own.engine() or {})
    assert len(kept.levels[-1].counts) == len(first.session_state["s_engine"].levels[-1].counts) + 1
    assert desk.own.engines() == 2
    press(first, "s_undo_feedback")
    assert same(first.session_state["s_engine"], kept.undo())


def test_what_is_unsafe_goes_to_curation_and_teaches_nothing(desk: Desk, third: str) -> None:
    page = verdict(opened("explore"), third, "unsafe")
    assert desk.own.engine() is None
    assert [(note.activity, note.verdict) for note in desk.said.curation()] == [(third, "unsafe")]
    assert "1 noted for curation; no weight learns from it." in text(page)
    shown = opened("settings", v_settings="curation")
    assert "Unsafe for this client" in text(shown)
    assert not [found for found in shown.button if str(found.key).startswith("s_settle")]


def test_feedback_stands_with_the_client_of_the_caseload(desk: Desk, child: Client, third: str) -> None:
    kept = desk.clients.save(child)
    page = opened("explore")
    page.session_state["s_kept_id"] = kept.id
    helpful(page, third)
    asked = next(found.key for found in page.button if str(found.key).startswith("s_rather_"))
    press(page, str(asked))
    assert [said.verdict for said in desk.said.mine(kept.id)] == ["rather", "helpful"]
    verdict(opened("explore"), third, "helpful")
    assert len(desk.said.mine()) == 3
    assert len(desk.said.mine(kept.id)) == 2


def test_what_was_learned_with_other_features_is_told_and_left_as_it_is(desk: Desk, taught: Engine) -> None:
    content = {**again(taught), "features": ["mood"]}
    desk.own.learn(content)
    page = opened("explore")
    assert "learned with other features" in text(page)
    assert "s_engine" not in page.session_state
    assert desk.own.engine() == content
    page.run()
    assert "learned with other features" not in text(page)


def test_without_a_database_a_session_learns_for_itself(third: str) -> None:
    page = helpful(opened("explore"), third)
    assert page.session_state["s_engine"].before is not None
    assert "s_engine" not in opened("explore").session_state
    assert not page.warning or "database" not in page.warning[0].value
    press(page, "s_undo_feedback")
    assert "s_engine" not in page.session_state
