"""The Explore page: what it shows is what Python and the command line give."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, example
from otrec.app import launch, state
from otrec.features import FEATURES

ROOT = Path(__file__).parents[1]
MAIN = Path(state.__file__).with_name("main.py")


@pytest.fixture
def app() -> AppTest:
    started = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not started.exception
    return started


def opened(app: AppTest, *parts: str) -> AppTest:
    """The form with some of its parts open."""
    for part in parts:
        app.session_state[f"v_open_{part}"] = True
    return app.run()


def button(app: AppTest, label: str) -> Any:
    return next(found for found in app.button if found.label == label)


def cards(app: AppTest) -> list[str]:
    """Names of the activities on the page, in order."""
    return [head.value.split(". ", 1)[1] for head in app.header if head.value[:1].isdigit()]


def expected(engine: Engine, client: Client, **options: object) -> list[str]:
    return [item.activity.name for item in engine.recommend(client, **options).items]  # type: ignore[arg-type]


@pytest.mark.parametrize("story", state.EXAMPLES)
def test_app_command_line_and_python_agree(app: AppTest, engine: Engine, story: str) -> None:
    app.selectbox(key="s_example").set_value(story).run()
    client = Client.load(example(story))
    assert cards(app) == expected(engine, client)
    from .commands import otrec

    printed = json.loads(otrec("recommend", story, "--json").stdout)
    assert [row["name"] for row in printed["recommendations"]] == cards(app)
    result = engine.recommend(client)
    assert printed["recommendations"] == json.loads(json.dumps(result.to_dict()["recommendations"], default=str))


def test_it_opens_on_an_example_with_results(app: AppTest) -> None:
    assert len(cards(app)) == 8
    shown = " ".join(text.value for text in app.markdown)
    assert "Barriers: immature or inefficient grasp (severe)" in shown
    assert "No clinician has reviewed" in " ".join(caption.value for caption in app.caption)


def test_changing_the_profile_changes_the_list(app: AppTest, engine: Engine, child: Client) -> None:
    app.multiselect(key="p_barriers").set_value(["attention"]).run()
    app.select_slider(key="p_severity_attention").set_value(3).run()
    changed = child.model_copy(update={"barriers": {"attention": 3}})
    assert cards(app) == expected(engine, changed)


def test_weights_rank_again_and_can_be_reset(app: AppTest, engine: Engine, child: Client) -> None:
    before = cards(app)
    opened(app, "weights").slider(key="v_w_interest").set_value(0.5).run()
    assert cards(app) == expected(engine, child, weights={"interest": 0.5})
    assert cards(app) != before
    button(app, "Back to the expert prior").click().run()
    assert cards(app) == before


def test_weights_hold_while_their_part_is_closed(app: AppTest, engine: Engine, child: Client) -> None:
    opened(app, "weights").slider(key="v_w_interest").set_value(0.5).run()
    app.session_state["v_open_weights"] = False
    app.run()
    assert cards(app) == expected(engine, child, weights={"interest": 0.5})


def test_not_again_takes_an_activity_out_and_can_be_undone(app: AppTest) -> None:
    first = cards(app)[0]
    button(app, "Not again").click().run()
    assert not app.exception
    assert first not in cards(app)
    assert f"**{first}** will not be suggested again." in [text.value for text in app.markdown]
    app.button(key="s_undo_taken").click().run()
    assert cards(app)[0] == first
    assert app.button(key="s_undo_button").disabled


def test_every_change_can_be_taken_back_one_by_one(app: AppTest) -> None:
    steps = [cards(app)]
    app.multiselect(key="p_barriers").set_value(["attention"]).run()
    steps.append(cards(app))
    app.button_group(key="v_phases").set_value(["warm_up"]).run()
    steps.append(cards(app))
    opened(app, "weights").slider(key="v_w_interest").set_value(0.5).run()
    steps.append(cards(app))
    app.selectbox(key="s_example").set_value("fall_at_home").run()
    steps.append(cards(app))
    assert len({tuple(step) for step in steps}) == 5
    for before in reversed(steps[:-1]):
        app.button(key="s_undo_button").click().run()
        assert not app.exception
        assert cards(app) == before
    assert app.button(key="s_undo_button").disabled


def test_phase_number_arousal_and_no_purchase(app: AppTest, engine: Engine, child: Client) -> None:
    app.slider(key="v_k").set_value(5).run()
    app.button_group(key="v_phases").set_value(["warm_up"]).run()
    assert cards(app) == expected(engine, child, k=5, phases=["warm_up"])
    app.button_group(key="v_arousal").set_value(["calming"]).run()
    app.toggle(key="v_no_purchase").set_value(True).run()
    options = {"phases": ["warm_up"], "arousal": ["calming"], "no_purchase": True}
    assert cards(app) == expected(engine, child, k=5, **options)
    items = engine.recommend(child, k=5, **options).items
    assert items
    assert all(item.activity.arousal == "calming" and not item.activity.tools for item in items)


def test_only_what_is_in_the_bag(app: AppTest, engine: Engine, child: Client) -> None:
    app.toggle(key="p_tools_limited").set_value(True).run()
    app.multiselect(key="p_tools").set_value(["therapy_putty", "clothespins"]).run()
    bag = child.model_copy(update={"tools": ("therapy_putty", "clothespins")})
    assert cards(app) == expected(engine, bag, bag_only=True)
    app.toggle(key="v_bag_only").set_value(False).run()
    assert cards(app) == expected(engine, bag)


def test_three_depths_say_the_same(app: AppTest, engine: Engine, child: Client) -> None:
    first = engine.recommend(child).items[0].activity
    assert first.steps[0] not in " ".join(text.value for text in app.markdown)
    app.button_group(key="v_read").set_value("full").run()
    assert first.steps[0] in " ".join(text.value for text in app.markdown)
    app.button_group(key="v_read").set_value("glance").run()
    lines = [line.label for line in app.expander if line.label.startswith("**")]
    assert [line.split(". ", 1)[1].split("**")[0] for line in lines] == expected(engine, child)
    app.session_state[f"s_glance_{first.id}"] = True
    app.run()
    assert first.steps[0] in " ".join(text.value for text in app.markdown)


def test_cards_come_in_pages_of_25(app: AppTest) -> None:
    app.slider(key="v_k").set_value(60).run()
    assert len(cards(app)) == 25
    app.session_state["v_page"] = 3
    app.run()
    assert len(cards(app)) == 10


def test_compare_on_two_cards_shows_both_side_by_side(app: AppTest, engine: Engine, child: Client) -> None:
    one, two = (item.activity for item in engine.recommend(child).items[:2])
    app.button(key=f"s_cmp_{one.id}").click().run()
    assert app.button(key=f"s_cmp_{one.id}").label == "Chosen to compare"
    app.button(key=f"s_cmp_{two.id}").click().run()
    assert not app.exception
    assert [head.value for head in app.header] == [one.name, two.name]
    shown = " ".join(text.value for text in app.markdown)
    assert one.steps[0] in shown
    assert two.steps[0] in shown


def test_the_meter_says_which_open_fact_matters(app: AppTest, engine: Engine, child: Client) -> None:
    opened(app, "safety").toggle(key="p_precautions_asked").set_value(False).run()
    told = engine.recommend(child.model_copy(update={"precautions": None})).sufficiency()
    first = told.missing[0]
    assert first.most > 0
    said = app.get("progress")[0].proto.text  # type: ignore[attr-defined]
    assert f"Knowing the **{first.label}** could change up to {first.most} of the first 10" in said


def test_no_barrier_and_no_goal_is_a_clear_message(app: AppTest) -> None:
    app.multiselect(key="p_barriers").set_value([]).run()
    app.multiselect(key="p_goals").set_value([]).run()
    assert not app.exception
    assert "Nothing to rank yet" in [head.value for head in app.header]
    assert "Add a barrier or a goal in the form, or start from an example." in [text.value for text in app.markdown]


def test_everything_held_back_shows_the_reasons(app: AppTest, engine: Engine) -> None:
    opened(app, "history").multiselect(key="p_not_again").set_value(list(engine.library.activities)).run()
    assert not app.exception
    assert "Nothing fits as the profile stands" in [head.value for head in app.header]
    app.session_state["v_open_held"] = True
    app.run()
    assert len(app.dataframe[0].value) >= len(engine.library.activities)


def test_why_not_compare_and_changes(app: AppTest, engine: Engine, child: Client) -> None:
    result = engine.recommend(child)
    held = result.excluded[0]
    app.button_group(key="v_view").set_value("why").run()
    app.selectbox(key="v_pick_why").set_value(held.activity_id).run()
    assert any(held.rule in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("compare").run()
    one, two = result.items[0].activity, result.items[3].activity
    app.selectbox(key="v_pick_first").set_value(one.id).run()
    app.selectbox(key="v_pick_second").set_value(two.id).run()
    assert any(result.compare(one.id, two.id).sentences[0] in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("changes").run()
    fact = result.what_would_change()[0].fact
    assert any(fact[1:] in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("held_back").run()
    for rule in {item.rule for item in result.excluded if item.effect != "fit"}:
        count = sum(item.rule == rule for item in result.excluded)
        reason = next(item.reason for item in result.excluded if item.rule == rule)
        shown = [text.value for text in app.markdown]
        assert shown[shown.index(reason) - 1] == f"**{count}**"
    app.session_state["v_open_held"] = True
    app.run()
    assert len(app.dataframe[0].value) == len(result.excluded)
    assert not app.exception


def test_profiles_go_through_the_form_unchanged() -> None:
    """Every bundled example comes out of the form as it went in."""

    def script() -> None:
        import streamlit as st

        from otrec.app import state
        from otrec.models import Client

        for name in state.EXAMPLES:
            client = state.bundled(name)
            state.put(client)
            back = Client.parse(state.profile())
            st.write(name if back == client else f"differs: {back} {client}")

    done = AppTest.from_function(script).run()
    assert [text.value for text in done.markdown] == list(state.EXAMPLES)


def test_nothing_of_a_client_stands_in_the_address() -> None:
    source = "\n".join(path.read_text() for path in MAIN.parent.rglob("*.py"))
    import re

    bound = re.findall(r'key=(f?"[^"]+"|key)[^)]*?bind="query-params"', source, flags=re.S)
    assert len(bound) >= 5
    assert not [name for name in bound if name.strip('f"').startswith("p_")]
    assert 'key=f"v_w_{feature.name}"' in source


def test_about_says_what_it_is_not() -> None:
    page = AppTest.from_string("from otrec.app.views import about\nabout.page()", default_timeout=60).run()
    said = " ".join(text.value for text in page.markdown)
    assert "No clinician has reviewed the library yet" in said
    assert "**not** a medical device" in said
    assert said.count("*Why*") == len(FEATURES) == 13


def test_settings_bind_to_this_machine_and_are_the_same_in_both_places() -> None:
    packaged = MAIN.with_name("config.toml").read_text()
    assert (ROOT / ".streamlit" / "config.toml").read_text() == packaged
    settings = tomllib.loads(packaged)
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["browser"]["gatherUsageStats"] is False
    arguments = launch.arguments(8123, browser=False)
    assert "--server.port=8123" in arguments
    assert "--server.headless=true" in arguments
    assert "--server.allowedHosts=localhost" in arguments


def test_a_port_in_use_is_one_clear_message() -> None:
    import socket

    from otrec.models import OptionError

    with socket.socket() as taken:
        taken.bind((launch.HOST, 0))
        taken.listen()
        with pytest.raises(OptionError, match="is in use; choose another"):
            launch.launch(taken.getsockname()[1], browser=False)
