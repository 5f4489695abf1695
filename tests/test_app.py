"""The Explore page: what it shows is what Python and the command line give."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, example
from otrec.app import launch, state

ROOT = Path(__file__).parents[1]
MAIN = Path(state.__file__).with_name("main.py")


@pytest.fixture
def app() -> AppTest:
    started = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not started.exception
    return started


def cards(app: AppTest) -> list[str]:
    """Names of the activities on the page, in order."""
    return [head.value.split(". ", 1)[1] for head in app.subheader if head.value[:1].isdigit()]


def expected(engine: Engine, client: Client, **options: object) -> list[str]:
    return [item.activity.name for item in engine.recommend(client, **options).items]  # type: ignore[arg-type]


@pytest.mark.parametrize("story", state.EXAMPLES)
def test_app_command_line_and_python_agree(app: AppTest, engine: Engine, story: str) -> None:
    app.selectbox(key="s_example").set_value(story).run()
    client = Client.load(example(story))
    assert cards(app) == expected(engine, client)
    from .test_cli import otrec

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
    app.slider(key="v_w_interest").set_value(0.5).run()
    assert cards(app) == expected(engine, child, weights={"interest": 0.5})
    assert cards(app) != before
    next(button for button in app.button if button.label == "Back to the expert prior").click().run()
    assert cards(app) == before


def test_not_again_takes_an_activity_out_and_can_be_undone(app: AppTest) -> None:
    first = cards(app)[0]
    next(button for button in app.button if button.label == "Not again").click().run()
    assert not app.exception
    assert first not in cards(app)
    app.multiselect(key="p_not_again").set_value([]).run()
    assert cards(app)[0] == first


def test_phase_and_number(app: AppTest, engine: Engine, child: Client) -> None:
    app.slider(key="v_k").set_value(5).run()
    app.button_group(key="v_phases").set_value(["warm_up"]).run()
    assert cards(app) == expected(engine, child, k=5, phases=["warm_up"])


def test_no_barrier_and_no_goal_is_a_clear_message(app: AppTest) -> None:
    app.multiselect(key="p_barriers").set_value([]).run()
    app.multiselect(key="p_goals").set_value([]).run()
    assert not app.exception
    assert "Nothing to rank yet" in app.info[0].value
    assert any("neither a barrier nor a goal" in text.value for text in app.markdown)


def test_everything_held_back_shows_the_reasons(app: AppTest, engine: Engine) -> None:
    app.multiselect(key="p_not_again").set_value(list(engine.library.activities)).run()
    assert not app.exception
    assert any(head.value == "Every activity was held back" for head in app.subheader)
    assert len(app.dataframe[0].value) >= len(engine.library.activities)


def test_why_not_compare_and_changes(app: AppTest, engine: Engine, child: Client) -> None:
    result = engine.recommend(child)
    held = result.excluded[0]
    app.button_group(key="v_view").set_value("Why or why not").run()
    app.selectbox(key="v_pick_why").set_value(held.activity_id).run()
    assert any(held.rule in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("Compare").run()
    one, two = result.items[0].activity, result.items[3].activity
    app.selectbox(key="v_pick_first").set_value(one.id).run()
    app.selectbox(key="v_pick_second").set_value(two.id).run()
    assert any(result.compare(one.id, two.id).sentences[0] in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("What would change it").run()
    assert any(result.what_would_change()[0].fact in text.value for text in app.markdown)
    app.button_group(key="v_view").set_value("Held back").run()
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
    assert 'key = f"v_w_{feature.name}"' in source


def test_about_says_what_it_is_not() -> None:
    page = AppTest.from_string("from otrec.app.views import about\nabout.page()", default_timeout=60).run()
    said = " ".join(text.value for text in page.markdown)
    assert "No clinician has\nreviewed the library yet" in said
    assert "not** a medical device" in said
    assert len(page.dataframe[0].value) == 12


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
