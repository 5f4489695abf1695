"""The Plan page: what is shown is what planning reckons; arranging by hand, groups, days, weeks and sheets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, example, plan_session
from otrec.app import state
from otrec.planning import Plan, pack_day, plan_group, plan_programme

MAIN = Path(state.__file__).with_name("main.py")
PAGE = "from otrec.app.views import plan\nplan.page()"


def opened(view: str = "session", **given: Any) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["v_plan"] = view
    for key, value in given.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.warning, *app.header, *app.caption, *app.title]
    return "\n".join(str(part.value) for part in parts)


def kept(app: AppTest) -> Plan:
    plan: Plan = app.session_state["s_plan"]
    return plan


def test_the_session_is_what_the_library_plans(engine: Engine, child: Client) -> None:
    app = opened()
    plan = plan_session(engine, child)
    assert [item.id for item in kept(app).activities] == [item.id for item in plan.activities]
    text = words(app)
    assert plan.reflection_question in text
    for line in (*plan.set_up, *plan.measure, *plan.clean_up):
        assert line in text
    for item in plan.materials:
        assert item.name in text or item.name.lower() in text


def test_wishes_reach_the_plan(engine: Engine, child: Client) -> None:
    app = opened(s_plan_minutes=45, s_plan_state="over")
    plan = plan_session(engine, child, minutes=45, state="over")
    assert [item.id for item in kept(app).activities] == [item.id for item in plan.activities]
    assert kept(app).slots[0].activity.arousal == "calming"


def test_moving_and_swapping_arrange_the_plan_until_the_profile_changes() -> None:
    """What the timeline calls when somebody drags, presses a button or an arrow key (walked in a browser elsewhere)."""
    hand = "import streamlit as st\nfrom otrec.app.plans import session\n"
    hand += "for act, given in st.session_state.pop('s_hand', []):\n    getattr(session, act)(*given)\n"
    app = AppTest.from_string(hand + PAGE, default_timeout=60)
    app.run()
    before = [item.id for item in kept(app).activities]
    backup = kept(app).slots[1].backup
    assert backup is not None
    app.session_state["s_hand"] = [("_move", (0, 1))]
    app.run()
    assert [item.id for item in kept(app).activities] == [before[1], before[0], *before[2:]]
    assert app.session_state["s_plan_said"].endswith("is now number 2.")
    other = kept(app).slots[0].backup
    assert other is not None
    app.session_state["s_hand"] = [("_swap", (0,))]
    app.run()
    assert [item.id for item in kept(app).activities] == [other.id, before[0], *before[2:]]
    app.number_input(key="p_minutes").set_value(45).run()
    assert kept(app).wanted.minutes == 45


def test_no_session_says_why_and_what_would_help() -> None:
    app = opened()
    app.session_state["p_goals"] = ["handwriting", "dressing", "feeding"]
    for name in ("handwriting", "dressing", "feeding"):
        app.session_state[f"p_importance_{name}"] = 10
    app.number_input(key="p_minutes").set_value(5).run()
    text = words(app)
    assert "No session fits yet" in text
    assert "Smallest change" in text


def test_what_holds_it_back_is_shown_when_asked() -> None:
    app = opened(s_plan_held=True)
    plan = kept(app)
    text = words(app)
    assert plan.binding
    assert all(item.sentence in text for item in plan.binding)
    runner = plan.runner_up
    assert runner is not None
    assert runner.activities[0].name in text
    app.button(key="s_plan_runner").click().run()
    assert [item.id for item in kept(app).activities] == [item.id for item in runner.activities]


def test_the_curve_has_a_table_twin() -> None:
    app = opened(s_curve_table=True)
    plan = kept(app)
    frame = app.dataframe[0].value
    assert frame.iloc[:, 2].tolist() == [slot.level for slot in plan.slots]
    assert frame.iloc[:, 0].tolist() == [slot.start_minute for slot in plan.slots]


def members() -> dict[str, Client]:
    one = Client(id="m1", age_years=7, setting="school", barriers={"grasp_pattern": 1}, precautions=(), minutes=40)
    two = Client(id="m2", age_years=7, setting="school", barriers={"grasp_pattern": 4}, precautions=(), minutes=40)
    return {"m1": one, "m2": two}


def test_a_group_shows_each_member_with_step_goal_and_role(engine: Engine) -> None:
    app = opened("group", s_caseload=members(), s_members=["m1", "m2"])
    text = words(app)
    plan = plan_group(engine, list(members().values()))
    for member in plan.members:
        assert f"{member.value:.0f} of 100" in text
        assert f"{member.role.name}: {member.role.task}" in text
        assert all(member.grades[item.id].text in text for item in plan.activities)
    assert "m1" in text
    assert "m2" in text
    assert "Easier:" in text or "Harder:" in text
    empty = opened("group")
    assert "A group needs two to eight clients" in words(empty)


def test_a_group_that_cannot_be_says_why() -> None:
    grown = Client.load(example("fall_at_home"))
    app = opened("group", s_caseload={**members(), "c003": grown}, s_members=["m1", "c003"])
    assert "nothing is left that all 2 may do" in words(app)


def test_groups_are_suggested_and_taken() -> None:
    app = opened("group", s_caseload=members(), s_suggest=True)
    app.button(key="s_take_group_0").click().run()
    assert sorted(app.session_state["s_members"]) == ["m1", "m2"]


def test_a_day_shows_its_bag_and_its_round(engine: Engine) -> None:
    there = {**members(), "c003": Client.load(example("fall_at_home"))}
    app = opened("day", s_caseload=there, s_round_c003=True)
    day = pack_day(engine, list(there.values()), starts=dt.time(8, 30))
    shown = [box.label for box in app.checkbox]
    assert len(shown) == len(day.bag)
    for item in day.packing:
        assert any(item["name"] in label for label in shown)
    assert any("c003" in part.label and "10:00" in part.label for part in app.expander)
    last = day.plans[-1]
    assert any(
        frame.value.iloc[:, 3].tolist() == [slot.activity.name for slot in last.slots] for frame in app.dataframe
    )
    assert "Nobody to see yet" in words(opened("day"))


def test_clients_come_from_the_form_and_from_invented_ones() -> None:
    app = opened("day")
    app.button(key="s_add_form").click().run()
    assert list(app.session_state["s_caseload"]) == ["c001"]
    app.selectbox(key="s_invented").set_value("workplace").run()
    app.button(key="s_add_invented").click().run()
    places = {client.setting for client in app.session_state["s_caseload"].values()}
    assert places == {"school", "workplace"}
    app.button(key="s_empty_caseload").click().run()
    assert app.session_state["s_caseload"] == {}


def test_a_block_shows_sessions_reviews_and_home(engine: Engine, child: Client) -> None:
    app = opened("weeks", s_weeks=4, s_first_day="2026-09-07", s_session_2=True)
    block = plan_programme(engine, child, 4, starts=dt.date(2026, 9, 7))
    text = words(app)
    for thing in block.home:
        assert thing.activity.name in text
        assert thing.when in text
    for item in block.sessions[1].plan.activities:
        assert block.sessions[1].steps[item.id].text in text
    assert "2026-10-04" in text
    wrong = opened("weeks", s_first_day="next week")
    assert "write it as YYYY-MM-DD" in words(wrong)


@pytest.mark.parametrize("kind", ["handout", "schedule", "checklist", "narrative", "step_cards"])
def test_sheets_are_made_of_activities(kind: str) -> None:
    app = opened("sheets", v_sheet=kind, s_sheet_activities=["name_labels_that_stay"], s_preview_sheet=True)
    assert "Not ready yet" not in words(app)
    assert app.get("image"), "the preview shows pages"


def test_a_board_of_own_lines_and_of_a_routine() -> None:
    lines = opened("sheets", v_sheet="first_then", v_sheet_from="lines", s_sheet_lines="Wash hands\nEat")
    assert "Not ready yet" not in words(lines)
    three = opened("sheets", v_sheet="first_then", v_sheet_from="lines", s_sheet_lines="One\nTwo\nThree")
    assert "needs two lines" in words(three)
    routine = opened("sheets", v_sheet="schedule", v_sheet_from="routine")
    assert "Not ready yet" not in words(routine)
    assert "Nothing chosen yet" in words(opened("sheets", v_sheet="handout", s_sheet_activities=[]))


def test_nothing_about_a_client_stands_in_the_address() -> None:
    app = opened("group", s_caseload=members(), s_members=["m1", "m2"])
    assert set(app.query_params) <= {"v_plan", "v_lang"}
