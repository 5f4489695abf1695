"""The skill graph page: three ways to use it, its address, its trail; it shows what the library says."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from importlib.resources import files
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Library
from otrec.explain import lit_map
from otrec.graph import CORE, SkillMap, routes, sentences, view

PAGE = "from otrec.app.views import graph\ngraph.page()"


@pytest.fixture(scope="module")
def skills(library: Library) -> SkillMap:
    return lit_map(library)


def opened(**query: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.header, *app.markdown, *app.caption])


def picture(app: AppTest) -> dict[str, Any]:
    """What the component is given to draw."""
    found = [block for block in walk(app._tree) if getattr(block, "type", "") == "bidi_component"]
    assert len(found) == 1
    return dict(
        json.loads(found[0].proto.mixed.json if found[0].proto.WhichOneof("data") == "mixed" else found[0].proto.json)
    )


def walk(block: Any) -> Any:
    for child in getattr(block, "children", {}).values():
        yield child
        yield from walk(child)


def address(app: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def test_it_opens_on_a_picture_with_words_and_sources(skills: SkillMap) -> None:
    app = opened()
    shown = view(skills, "technique:hand_strengthening")
    drawn = picture(app)
    assert {box["key"] for box in drawn["columns"]["boxes"]} == {node.key for node in shown.nodes}
    for said in sentences(shown):
        assert said.text in text(app)
    assert "doi.org" in text(app)
    assert len(app.dataframe[0].value) == len(shown.links)
    assert address(app) == {"v_mode": "walk", "v_node": "technique:hand_strengthening", "v_hops": "1"}


def test_plain_words_are_in_the_list_of_every_node(library: Library) -> None:
    from streamlit.testing.v1.element_tree import Selectbox

    box = opened().selectbox(key="v_node")
    assert isinstance(box, Selectbox)
    told = "\n".join(box.options)
    assert len(box.options) == sum(len(getattr(library, f"{kind}s")) for kind in CORE) + len(library.activities)
    for word in ("buttoning", "putty", "pencil grip", "· occupation"):
        assert word in told


def test_walking_leaves_a_trail_and_back_returns() -> None:
    app = opened(v_node="tool:therapy_putty")
    app.selectbox(key="v_node").set_value("technique:hand_strengthening").run()
    app.selectbox(key="v_node").set_value("barrier:fastenings").run()
    assert app.header[0].value == "Fastenings and shoe tying"
    assert [button.label for button in app.button] == ["Back", "Therapy putty", "Hand strengthening"]
    app.button(key="graph_back").click().run()
    assert app.header[0].value == "Hand strengthening"
    app.button(key="graph_trail_0").click().run()
    assert app.header[0].value == "Therapy putty"
    assert not app.button
    assert address(app)["v_node"] == "tool:therapy_putty"


def test_putty_and_buttoning_are_one_choice_away(skills: SkillMap) -> None:
    app = opened()
    app.segmented_control(key="v_mode").set_value("path").run()
    assert not app.exception
    for route in routes(skills, "tool:therapy_putty", "barrier:fastenings"):
        assert route.sentence in text(app)
        for link in route.links:
            assert link.why.rstrip(".") in text(app)
    assert "does not show that the whole way works" in text(app)
    assert address(app) == {"v_mode": "path", "v_start": "tool:therapy_putty", "v_goal": "barrier:fastenings"}


def test_what_comes_first() -> None:
    app = opened(v_mode="before", v_barrier="barrier:fastenings", v_steps="1")
    keys = {box["key"] for box in picture(app)["columns"]["boxes"]}
    assert keys == {"barrier:fastenings", "barrier:bilateral_coordination", "barrier:fine_motor_dexterity",
                    "barrier:grip_pinch_strength"}  # fmt: skip
    assert "Poppers, stiff zips and new jeans need a firm pinch." in text(app)


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ({"v_mode": "path", "v_start": "tool:therapy_putty", "v_goal": "tool:therapy_putty"}, "Both ends are the same"),
        ({"v_mode": "before", "v_barrier": "barrier:attitudes_expectations"}, "Nothing comes before this one"),
    ],
)
def test_empty_places_say_what_to_do(query: dict[str, str], headline: str) -> None:
    assert headline in text(opened(**query))


def test_no_kind_chosen_is_no_error() -> None:
    app = opened()
    app.pills(key="v_kinds").set_value([]).run()
    assert not app.exception
    assert "Nothing of these kinds is linked to it" in text(app)


@pytest.mark.parametrize("bad", ["barrier:<script>", "nothing", "", "activity:grasp_pattern"])
def test_an_address_that_names_nothing_opens_the_usual_page(bad: str) -> None:
    app = opened(v_node=bad, v_hops="7", v_mode=bad, v_barrier="tool:therapy_putty")
    assert app.header[0].value == "Hand strengthening"
    assert address(app)["v_hops"] == "1"


def test_the_address_holds_ids_of_the_library_only(skills: SkillMap) -> None:
    for mode in ("walk", "path", "before"):
        for key, value in address(opened(v_mode=mode)).items():
            assert key.startswith("v_")
            assert value in skills.nodes or value in ("walk", "path", "before", "1", "2")


def test_the_files_to_save_are_whole() -> None:
    drawn = picture(opened(v_node="barrier:fastenings", v_hops="2"))
    assert ET.fromstring(drawn["svg"]).tag.endswith("svg")
    assert ET.fromstring(drawn["graphml"]).tag.endswith("graphml")
    assert drawn["file"] == "otrec-fastenings"


def test_the_component_brings_all_its_files_and_no_others_code() -> None:
    home = files("otrec.app.skillgraph")
    js = (home / "skillgraph.js").read_text()
    css = (home / "skillgraph.css").read_text()
    assert "innerHTML" not in js
    assert "import " not in js
    assert "http" not in js.replace("http://www.w3.org/2000/svg", "")
    assert "prefers-reduced-motion" in css
    assert "http" not in css


@pytest.mark.parametrize("mode", ["walk", "path", "before"])
def test_it_works_in_spanish_too(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from otrec.app import language

    monkeypatch.setattr(language, "catalogue", lambda name: {"Techniques": "Técnicas", "Skill graph": "Mapa"})
    app = opened(v_mode=mode, v_node="barrier:fastenings")
    assert app.title[0].value == "Mapa"
    if mode == "walk":
        assert "Técnicas" in {caption["text"] for caption in picture(app)["columns"]["captions"]}
