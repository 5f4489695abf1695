"""The Research page, and feedback on Explore: what is shown is what the library reckons; all of it can be undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, Library
from otrec.app import state
from otrec.engine import inferred
from otrec.evaluation.cases import load_cases
from otrec.evaluation.workbench import Workbench
from otrec.features import NAMES, PRIOR
from otrec.models import Feedback, OptionError

MAIN = Path(state.__file__).with_name("main.py")
PAGE = "from otrec.app.views import research\nresearch.page()"


@pytest.fixture(scope="module")
def bench(engine: Engine, library: Library) -> Workbench:
    return Workbench(engine, load_cases(library))


def table(app: AppTest, place: int = 0) -> list[list[Any]]:
    rows: list[list[Any]] = app.dataframe[place].value.to_numpy().tolist()
    return rows


def test_two_models_are_compared_on_development_cases_alone(bench: Workbench) -> None:
    assert {case.split for case in bench.cases} == {"development"}
    own = {"interest": 0.5}
    outcome = bench.compare("prior", "own", own)
    wanted = np.array([0.5 if name == "interest" else weight for name, weight in zip(NAMES, PRIOR, strict=True)])
    gains = bench.bench.of_weights(wanted / wanted.sum(), bench.cases)
    assert outcome.second["mean"] == pytest.approx(np.nanmean(gains))
    assert outcome.delta["mean"] == pytest.approx(outcome.second["mean"] - outcome.first["mean"])
    same = bench.compare("prior", "own")
    assert same.delta["mean"] == pytest.approx(0, abs=1e-9)
    assert same.p == 1
    for slices in outcome.slices.values():
        assert sum(told["n"] for told in slices.values()) == len(bench.cases)
        assert all(told["claim"] == (told["n"] >= 10) for told in slices.values())
    with pytest.raises(OptionError, match="is no feature"):
        bench.compare("own", "prior", {"interst": 1})


def test_moves_and_run_of_a_comparison(bench: Workbench) -> None:
    case = bench.cases[0]
    moved = bench.moved(case, "prior", "tfidf")
    assert [item.second for item in moved if item.second] == list(range(1, 11))
    assert sorted(item.first for item in moved if item.first) == list(range(1, 11))
    assert {item.grade for item in moved} <= {None, 0, 0.5, 1, 1.5, 2, 2.5, 3}
    outcome = bench.compare("prior", "own", {"ease": 0.3})
    run, again = bench.run(outcome, {"ease": 0.3}), bench.run(outcome, {"ease": 0.2})
    assert run["hash"] != again["hash"]
    assert run["hash"] == bench.run(bench.compare("prior", "own", {"ease": 0.3}), {"ease": 0.3})["hash"]
    assert "no clinician" in run["rests_on"]


def test_the_page_moves_with_the_weights_and_goes_back(bench: Workbench) -> None:
    app = AppTest.from_string(PAGE, default_timeout=90).run()
    assert not app.exception
    before = table(app)
    assert before[2][1].startswith(("+0.000", "-0.000"))
    app.slider(key="v_r_interest").set_value(0.5).run()
    outcome = bench.compare("prior", "own", {"interest": 0.5})
    assert table(app)[1][1].startswith(f"{outcome.second['mean']:.3f}")
    assert table(app)[2][1].startswith(f"{outcome.delta['mean']:+.3f}")
    moved = bench.moved(bench.cases[0], "prior", "own", {"interest": 0.5})
    assert [row[0] for row in table(app, 1)] == [item.name for item in moved]
    app.button(key="s_research_reset").click().run()
    assert table(app) == before
    app.selectbox(key="v_model_second").set_value("pagerank").run()
    assert table(app)[1][0] == "Personalised PageRank"
    assert "No clinician has judged" in " ".join(info.value for info in app.info)


@pytest.fixture
def explore() -> AppTest:
    started = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not started.exception
    return started


def names(app: AppTest) -> list[str]:
    return [head.value.split(". ", 1)[1] for head in app.header if head.value[:1].isdigit()]


def say(app: AppTest, activity: str, verdict: str) -> None:
    app.session_state[f"s_feedback_{activity}"] = True
    app.run()
    app.button(key=f"s_verdict_{verdict}_{activity}").click().run()
    assert not app.exception


def test_helpful_moves_the_list_says_what_changed_and_can_be_undone(
    explore: AppTest, engine: Engine, child: Client
) -> None:
    before = names(explore)
    result = engine.recommend(child)
    liked = result.items[7].activity
    say(explore, liked.id, "helpful")
    learned = engine.update(inferred(result, [Feedback(activity=liked.id, verdict="helpful")]))
    assert names(explore) == [item.activity.name for item in learned.recommend(child).items]
    told = " ".join(text.value for text in explore.markdown)
    assert learned.moves(result).sentence in told
    assert learned.version in " ".join(caption.value for caption in explore.caption)
    explore.button(key="s_undo_feedback").click().run()
    assert names(explore) == before
    assert "expert prior +" not in " ".join(caption.value for caption in explore.caption)


def test_unsafe_goes_to_curation_leaves_the_list_and_teaches_nothing(
    explore: AppTest, engine: Engine, child: Client
) -> None:
    first = engine.recommend(child).items[0].activity
    say(explore, first.id, "unsafe")
    assert first.name not in names(explore)
    assert "s_engine" not in explore.session_state
    assert "1 noted for curation" in " ".join(text.value for text in explore.markdown)
    assert explore.session_state["s_curation"] == [{"activity": first.id, "verdict": "unsafe"}]


def test_a_over_b_and_the_question_that_teaches_most(explore: AppTest, engine: Engine, child: Client) -> None:
    one, two = (item.activity for item in engine.recommend(child).items[:2])
    explore.session_state["s_compare"] = [one.id]
    explore.run()
    explore.button(key=f"s_cmp_{two.id}").click().run()
    explore.button(key=f"s_prefer_{two.id}").click().run()
    assert not explore.exception
    learned = explore.session_state["s_engine"]
    assert len(learned.levels[-1].counts) == 1
    assert learned.levels[-1].counts[0] == 1
    rather = [button for button in explore.button if str(button.key).startswith("s_rather_")]
    assert len(rather) == 2
    asked = frozenset(str(button.key).removeprefix("s_rather_") for button in rather)
    rather[0].click().run()
    assert asked in explore.session_state["s_asked"]
    assert len(explore.session_state["s_engine"].levels[-1].counts) == 2


def test_nobody_learns_from_somebody_else(explore: AppTest, engine: Engine, child: Client) -> None:
    say(explore, engine.recommend(child).items[5].activity.id, "helpful")
    other = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert "s_engine" not in other.session_state
    assert names(other) == [item.activity.name for item in engine.recommend(child).items]
