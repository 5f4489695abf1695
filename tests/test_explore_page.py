"""Explore for clients whom the examples do not reach: red evidence, an empty bag, cautions, what a card holds."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine

from .planted import VEST

BARE: dict[str, Any] = {"age_years": 6, "setting": "school", "barriers": {"dressing": 3}, "tools": []}


def opened(fields: dict[str, Any], **given: Any) -> AppTest:
    """The page with a profile in the form and some settings chosen."""
    page = AppTest.from_string(
        "import streamlit as st\n"
        "from otrec.app import state\n"
        "from otrec.app.views import explore\n"
        "from otrec.models import Client\n"
        "if 'p_id' not in st.session_state:\n"
        f"    state.put(Client.parse({fields!r}))\n"
        "explore.page()\n",
        default_timeout=60,
    )
    for name, value in given.items():
        page.session_state[name] = value
    page.run()
    assert not page.exception
    return page


def names(page: AppTest) -> list[str]:
    return [head.value.split(". ", 1)[1] for head in page.header if head.value[:1].isdigit()]


def text(page: AppTest) -> str:
    return " ".join(found.value for found in page.markdown)


def test_what_evidence_advises_against_comes_only_when_asked_for(engine: Engine) -> None:
    vest = engine.library.activities["weighted_vest_trial"].name
    page = opened(VEST, v_k=100, v_page=4)
    shown = [name for place in (1, 2, 3, 4) for name in _page(page, place)]
    assert vest not in shown
    page.toggle(key="v_red").set_value(True).run()
    shown = [name for place in (1, 2, 3, 4) for name in _page(page, place)]
    assert vest in shown


def _page(page: AppTest, place: int) -> list[str]:
    page.session_state["v_page"] = place
    page.run()
    return names(page)


def test_an_empty_bag_hides_what_needs_a_tool_until_that_is_switched_off(engine: Engine) -> None:
    client = Client.parse(BARE)
    hidden = [item.activity.name for item in engine.recommend(client, bag_only=True).items]
    every = [item.activity.name for item in engine.recommend(client).items]
    assert hidden != every
    page = opened(BARE)
    assert names(page) == hidden
    page.toggle(key="v_bag_only").set_value(False).run()
    assert names(page) == every
    lacking = next(item for item in engine.recommend(client).items if item.missing_tools)
    page.session_state[f"s_run_{lacking.activity.id}"] = True
    page.run()
    assert f"{engine.library.tools[lacking.missing_tools[0]].name}" in text(page)
    assert "*not at hand*" in text(page)


@pytest.mark.parametrize("reading", ["card", "full"])
def test_every_caution_stands_on_its_card(engine: Engine, reading: str) -> None:
    fields = {**VEST, "precautions": None, "clearances": [], "assessments": []}
    cautions = [caution for item in engine.recommend(Client.parse(fields)).items for caution in item.cautions]
    assert cautions
    assert [warning.value for warning in opened(fields, v_read=reading).warning] == cautions


def test_a_third_activity_to_compare_takes_the_place_of_the_first(engine: Engine) -> None:
    chosen = [item.activity.id for item in engine.recommend(Client.parse(VEST)).items[:3]]
    page = opened(VEST, s_compare=chosen[:2])
    page.button(key=f"s_cmp_{chosen[2]}").click().run()
    assert [head.value for head in page.header] == [engine.library.activities[name].name for name in chosen[1:]]


def test_a_card_opens_on_easier_harder_and_the_evidence(engine: Engine) -> None:
    item = next(found for found in engine.recommend(Client.parse(VEST)).items if found.citations)
    activity = item.activity
    assert activity.teacher
    page = opened(VEST)
    assert activity.steps[0] not in text(page)
    page.session_state[f"s_run_{activity.id}"] = True
    page.session_state[f"s_why_{activity.id}"] = True
    page.run()
    shown = text(page)
    for part in (activity.steps[0], activity.teacher, activity.family, activity.measure):
        assert part in shown
    for step in (*activity.grade_down, *activity.grade_up):
        assert step.change in shown
    assert shown.index(activity.grade_down[0].change) < shown.index(activity.grade_up[0].change)
    chart = page.get("vega_lite_chart")[0].proto.alt  # type: ignore[attr-defined]
    least = min(item.contributions, key=lambda name: item.contributions[name])
    assert item.contributions[least] < -0.05
    assert f"{item.contributions[least]:+.1f}" in chart
    aimed = next(path for path in item.paths if path.aimed and path.citations)
    assert aimed.citations[0].finding.finding in shown


def test_rules_and_misfits_are_told_apart(engine: Engine) -> None:
    page = opened(VEST, v_view="held_back")
    found = engine.recommend(Client.parse(VEST)).excluded
    by_rule = {item.activity_id for item in found if item.effect != "fit"}
    misfits = {item.activity_id for item in found if item.effect == "fit"}
    heads = " ".join(head.value for head in page.subheader) + " ".join(head.value for head in page.header)
    assert f"Held back by a rule ({len(by_rule)})" in heads
    assert f"Does not fit as the profile stands ({len(misfits)})" in heads
