"""Caseload: clients are kept, opened, changed, taken up again, shared and erased; nothing typed is lost or runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, Library, example
from otrec.app import desk as door
from otrec.app import signin, state
from otrec.app.caseload import client as record_page
from otrec.app.caseload import listing, words
from otrec.exchange import read_caseload, write_caseload
from otrec.planning import plan_session
from otrec.progress import ProgressFile
from otrec.store import Desk, KeptClient, MissingError

from .keeping import database, opened, press
from .stores import Clinic, child, clinic

MAIN = Path(state.__file__).with_name("main.py")
TODAY = dt.date.today()
#: Words that would do something if a page took them for more than words.
HOSTILE = (
    "<script>window.ran=1</script>",
    '<img src=x onerror="window.ran=1">',
    "![a](http://127.0.0.2:9/a.png)",
    "[b](javascript:window.ran=1)",
    "$x^2$ :red[stop] **c** `d` _e_",
    "=cmd|' /C calc'!A1",
    ":material/delete: # f | g ~h~",
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with database(tmp_path, monkeypatch) as found:
        yield found


def visit() -> AppTest:
    """The whole app in a new session."""
    return again(AppTest.from_file(str(MAIN), default_timeout=60))


def again(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def go(app: AppTest, page: str) -> AppTest:
    """Another page of the same session."""
    found = {info.get("url_pathname"): name for name, info in app._registered_pages.items()}
    app._page_hash = found[page]
    again(app)
    app._page_hash = ""
    return app


def shown(app: AppTest, *parts: str) -> str:
    names = parts or (
        "title", "header", "subheader", "markdown", "caption", "text", "warning", "error", "success", "info",
    )  # fmt: skip
    return "\n".join(str(found.value) for name in names for found in app.get(name))


def state_of(app: AppTest) -> dict[str, Any]:
    """All that a session keeps."""
    found: dict[str, Any] = app.session_state._state.filtered_state
    return found


def keys(app: AppTest, start: str) -> list[str]:
    return [str(found.key) for found in app.button if str(found.key).startswith(start)]


def look(client: KeptClient, part: str = "goals", app: AppTest | None = None) -> AppTest:
    """A client's record in a new session, or in one that is open."""
    found = go(app or visit(), "caseload")
    if f"s_open_{client.id}" not in keys(found, "s_open_"):
        press(found, "s_all")
    press(found, f"s_open_{client.id}")
    if found.session_state["v_record"] != part:
        found.button_group(key="v_record").set_value(part)
        again(found)
    return found


def typed(app: AppTest, key: str, value: Any) -> AppTest:
    kinds = ("text_input", "text_area", "number_input", "selectbox", "multiselect", "toggle")
    found = next(one for kind in kinds for one in getattr(app, kind) if one.key == key)
    found.set_value(value)
    return again(app)


def kept_child(desk: Desk, code: str = "c001") -> KeptClient:
    profile = Client.load(example("pencil_grip")).model_copy(update={"id": code})
    return desk.clients.save(profile)


def with_record(desk: Desk, code: str = "c001") -> KeptClient:
    found = kept_child(desk, code)
    desk.records.keep(found.id, ProgressFile.load(example("progress_pencil_grip")))
    return found


# Keeping


def test_the_client_in_explore_is_kept_and_listed(desk: Desk, child: Client, library: Library) -> None:
    app = press(visit(), "s_keep_new")
    assert "**c001** · kept as version 1" in shown(app)
    (found,) = desk.clients.page()
    assert (found.code, found.client) == ("c001", child)
    go(app, "caseload")
    assert app.button(key=f"s_open_{found.id}").label == "c001"
    worst = max(child.barriers, key=lambda name: child.barriers[name])
    assert f"Age 6.5 · School or preschool · {library.barriers[worst].name.lower()}" in shown(app)
    assert not keys(app, "s_keep_form")
    press(app, f"s_open_{found.id}")
    assert app.title[0].value == "c001"
    assert f"{library.barriers[worst].name.lower()} (severe)" in shown(app)
    assert not [value for values in app.query_params.values() for value in values if value != "goals"]


def test_a_pseudonym_that_is_taken_or_none_keeps_nothing(desk: Desk) -> None:
    there = kept_child(desk)
    desk.clients.archive(there.id)
    app = press(visit(), "s_keep_new")
    assert "A client with this pseudonym is on your caseload already." in shown(app, "error")
    typed(app, "s_code_new_c001", "Anna Maria!")
    press(app, "s_keep_new")
    assert "is not an id" in shown(app, "error")
    assert desk.clients.page() == ()
    typed(app, "s_code_new_c001", " c014 ")
    press(app, "s_keep_new")
    assert [one.code for one in desk.clients.page()] == ["c014"]
    assert desk.clients.open(there.id).version == 1
    assert "**c014** · kept as version 1" in shown(app)


def test_a_new_client_needs_an_age_and_opens_at_once(desk: Desk) -> None:
    app = go(visit(), "caseload")
    assert "Welcome. Your caseload begins with one client" in shown(app)
    typed(app, "s_blank_code", "x9")
    press(app, "s_keep_blank")
    assert "How old is the client?" in shown(app, "error")
    typed(app, "s_blank_age", 41.5)
    press(app, "s_keep_blank")
    (found,) = desk.clients.page()
    assert (found.code, found.client.age_years) == ("x9", 41.5)
    assert app.title[0].value == "x9"


def test_the_client_in_the_form_is_added_from_the_list(desk: Desk) -> None:
    app = go(visit(), "caseload")
    typed(app, "s_code_form_c001", "c77")
    press(app, "s_keep_form")
    assert [one.code for one in desk.clients.page()] == ["c77"]
    assert "c77" in [one.label for one in app.button]


FULL: dict[str, Any] = {
    "id": "full_1", "age_years": 41.5, "setting": "home", "conditions": ["stroke"], "barriers": {"grasp_pattern": 0},
    "goals": [{"occupation": "handwriting", "importance": 1}], "interests": list(HOSTILE),
    "routines": [{"occupation": "handwriting", "when": HOSTILE[1], "with": HOSTILE[0]}],
    "assessments": [{"name": HOSTILE[2], "date": "2026-01-31"}, {"name": HOSTILE[5]}], "tools": [], "precautions": [],
    "dominant_hand": "left", "affected_side": "right", "group_size": 3, "minutes": 55, "delivery": "home",
}  # fmt: skip


@pytest.mark.parametrize("name", [*state.EXAMPLES, "full"])
def test_a_client_that_is_opened_counts_as_unchanged(desk: Desk, name: str) -> None:
    there = desk.clients.save(Client.parse(FULL) if name == "full" else Client.load(example(name)))
    app = press(look(there), "s_explore")
    for part in ("safety", "person", "place", "history"):
        app.session_state[f"v_open_{part}"] = True
        again(app)
        assert "kept as version 1" in shown(app), part
    assert app.button(key="s_keep").disabled
    assert app.selectbox(key="s_example").value is None


def test_a_change_is_kept_as_the_next_version(desk: Desk) -> None:
    there = kept_child(desk)
    app = press(look(there), "s_explore")
    typed(app, "p_minutes", 50)
    assert "**c001** · changes are not kept yet" in shown(app)
    press(app, "s_keep")
    assert "**c001** · kept as version 2" in shown(app)
    assert [one.client.minutes for one in desk.clients.versions(there.id)] == [50, 30]
    press(app, "s_record_of")
    assert "Version 2 of the profile." in shown(app)


def test_the_client_goes_along_to_plan_as_they_are(desk: Desk) -> None:
    there = kept_child(desk)
    app = press(look(there), "s_explore")
    go(app, "plan")
    assert "**c001** · kept as version 1" in shown(app)
    assert app.session_state["p_age_years"] == there.client.age_years
    go(app, "")
    typed(app, "p_minutes", 50)
    go(app, "plan")
    assert app.session_state["p_minutes"] == 50
    assert app.session_state["s_plan"].wanted.minutes == 50
    assert "**c001** · changes are not kept yet" in shown(app)
    press(app, "s_keep")
    assert minutes(desk, there) == [50, 30]


# Two windows


def conflict(desk: Desk) -> tuple[KeptClient, AppTest]:
    """A client whom this session changed while another one saved 20 minutes."""
    there = kept_child(desk)
    app = press(look(there), "s_explore")
    desk.clients.save(there.client.model_copy(update={"minutes": 20}), id=there.id, version=1)
    typed(app, "p_minutes", 50)
    press(app, "s_keep")
    return there, app


def minutes(desk: Desk, client: KeptClient) -> list[int]:
    return [one.client.minutes for one in desk.clients.versions(client.id)]


def test_who_saves_second_is_told_and_nothing_is_overwritten(desk: Desk) -> None:
    there, app = conflict(desk)
    assert "The profile was changed since you opened it" in shown(app, "error")
    assert minutes(desk, there) == [20, 30]
    assert app.session_state["p_minutes"] == 50
    assert app.button(key="s_keep").disabled
    again(app)
    assert "The profile was changed since you opened it" in shown(app, "error")


def test_the_second_writer_may_keep_theirs_as_the_newest(desk: Desk) -> None:
    there, app = conflict(desk)
    press(app, "s_keep_mine")
    assert minutes(desk, there) == [50, 20, 30]
    assert "kept as version 3" in shown(app)
    assert shown(app, "error") == ""


def test_the_second_writer_may_open_what_is_kept_and_undo_that(desk: Desk) -> None:
    there, app = conflict(desk)
    press(app, "s_keep_theirs")
    assert app.session_state["p_minutes"] == 20
    assert "kept as version 2" in shown(app)
    press(app, "s_undo_button")
    assert app.session_state["p_minutes"] == 50
    press(app, "s_keep")
    assert minutes(desk, there) == [50, 20, 30]


def test_a_warning_in_the_middle_of_a_conflict_leads_out_of_it(desk: Desk) -> None:
    there = kept_child(desk)
    app = press(look(there), "s_explore")
    desk.clients.save(there.client.model_copy(update={"minutes": 20}), id=there.id, version=1)
    app.session_state["p_interests"] = ["call mum on 212-555-0142"]
    again(app)
    press(app, "s_keep")
    press(app, "s_all_the_same_kept")
    assert "was changed since you opened it" in shown(app, "error")
    press(app, "s_keep_mine")
    assert minutes(desk, there) == [30, 20, 30]
    assert "kept as version 3" in shown(app)


def test_a_confirmed_warning_keeps_the_choice_that_was_made_before_it(desk: Desk) -> None:
    there, app = conflict(desk)
    app.session_state["p_interests"] = ["call mum on 212-555-0142"]
    again(app)
    press(app, "s_keep_mine")
    assert minutes(desk, there) == [20, 30]
    press(app, "s_all_the_same_kept")
    assert minutes(desk, there) == [50, 20, 30]


def test_two_windows_cannot_both_add_a_pseudonym(desk: Desk) -> None:
    one, two = visit(), visit()
    press(one, "s_keep_new")
    press(two, "s_keep_new")
    assert "on your caseload already" in shown(two, "error")
    assert desk.clients.count() == 1


# Likely identifiers


def test_likely_identifiers_are_pointed_out_before_anything_is_kept(desk: Desk) -> None:
    app = visit()
    app.session_state["p_interests"] = ["swims with Mrs. Garcia"]
    again(app)
    press(app, "s_keep_new")
    assert "This text may hold a person's name" in shown(app, "warning")
    assert "Garcia" not in shown(app, "warning", "error")
    assert desk.clients.page() == ()
    press(app, "s_all_the_same_new")
    assert desk.clients.page()[0].client.interests == ("swims with Mrs. Garcia",)
    typed(app, "p_minutes", 50)
    press(app, "s_keep")
    assert "kept as version 2" in shown(app)


def test_other_words_are_asked_about_again(desk: Desk) -> None:
    app = visit()
    app.session_state["p_interests"] = ["swims with Mrs. Garcia"]
    again(app)
    press(app, "s_keep_new")
    app.session_state["p_interests"] = ["swims with Mr. Smith"]
    again(app)
    press(app, "s_all_the_same_new")
    assert "This text may hold a person's name" in shown(app, "warning")
    assert desk.clients.page() == ()


def test_every_free_text_is_looked_at() -> None:
    texts = [f"t{number}" for number in range(9)]
    file = ProgressFile.parse(hostile_record(texts))
    assert words.of_record(file) >= set(texts)
    profile = Client.parse({**FULL, "id": "c1"})
    assert words.of_profile(profile) == {*HOSTILE, HOSTILE[1], HOSTILE[0], HOSTILE[2], HOSTILE[5]}


# The record


def test_the_history_shows_what_changed_and_takes_back_a_version(desk: Desk, library: Library) -> None:
    there = kept_child(desk)
    changed = {"minutes": 45, "tools": ("therapy_putty",), "interests": ("trains",), "setting": "home"}
    desk.clients.save(Client.parse({**there.client.model_dump(by_alias=True), **changed}), id=there.id, version=1)
    app = press(look(there), "s_explore")
    press(app, "s_record_of")
    app.button_group(key="v_record").set_value("history")
    again(app)
    said = shown(app, "text")
    for line in ("Minutes: 30 → 45", "In the bag: − not said, + Therapy putty", "Setting: School or preschool → Home"):
        assert line in said
    assert "+ Trains" in said
    assert "The first one." in said
    assert keys(app, "s_restore_") == ["s_restore_1"]
    press(app, "s_restore_1")
    assert desk.clients.open(there.id).client == there.client
    assert "Version 3 of the profile." in shown(app)
    assert keys(app, "s_restore_") == ["s_restore_2", "s_restore_1"]
    press(app, "s_explore")
    assert "kept as version 3" in shown(app)


def test_a_version_is_not_taken_back_over_what_somebody_saved(desk: Desk) -> None:
    there = kept_child(desk)
    two = desk.clients.save(there.client.model_copy(update={"minutes": 45}), id=there.id)
    app = press(look(there), "s_explore")
    press(app, "s_record_of")
    app.button_group(key="v_record").set_value("history")
    again(app)
    desk.clients.save(there.client.model_copy(update={"minutes": 60}), id=there.id, version=two.version)
    press(app, "s_restore_1")
    go(app, "")
    assert shown(app, "error") == ""
    go(app, "caseload")
    assert "was changed since you opened it" in shown(app, "error")
    assert minutes(desk, there) == [60, 45, 30]
    press(app, "s_history_again")
    assert "Minutes: 45 → 60" in shown(app, "text")
    press(app, "s_restore_1")
    assert minutes(desk, there) == [30, 60, 45, 30]
    press(app, "s_explore")
    assert not keys(app, "s_keep_theirs")


def test_goals_are_kept_and_there_in_another_session(desk: Desk) -> None:
    there = kept_child(desk)
    app = look(there)
    assert "No goal yet" in shown(app)
    press(app, "s_work_on")
    assert app.title[0].value == "Goals & progress"
    key = "s_rec_{}_" + f"{app.session_state['s_record_revision']}_g1"
    typed(app, key.format("text"), "Writes own name on the line")
    typed(app, key.format("unit"), "letters")
    for part, value in (("baseline", 1), ("target", 4)):
        typed(app, f"s_rec_{part}_{app.session_state['s_record_revision']}_g1_day", f"2026-0{value}-07")
        typed(app, f"s_rec_{part}_{app.session_state['s_record_revision']}_g1_trials", value)
        typed(app, f"s_rec_{part}_{app.session_state['s_record_revision']}_g1_of", 5)
    assert "Changes are not kept yet." in shown(app, "caption")
    press(app, "s_record_keep")
    assert "Record of c001, kept on your caseload." in shown(app, "caption")
    file = desk.records.progress(there.id).file
    assert file is not None
    assert (file.goals[0].text, file.goals[0].target.value) == ("Writes own name on the line", 4)
    later = look(there)
    assert "Writes own name on the line" in shown(later, "text")
    press(later, "s_work_on")
    assert later.session_state["s_record"]["goals"][0]["unit"] == "letters"
    assert later.button(key="s_record_keep").disabled


def test_a_record_that_somebody_changed_is_not_overwritten(desk: Desk) -> None:
    there = with_record(desk)
    app = press(look(there), "s_work_on")
    desk.records.keep(there.id, ProgressFile.parse(hostile_record(["theirs"])))
    typed(app, "s_rec_new_date", "2026-12-07")
    typed(app, "s_rec_new_value_trials", 9)
    press(app, "s_point_add")
    assert "Changes are not kept yet." in shown(app, "caption")
    press(app, "s_record_keep")
    assert "The record was changed since you opened it" in shown(app, "error")
    held = desk.records.progress(there.id).file
    assert held is not None
    assert held.goals[0].text == "theirs"
    assert app.session_state["s_record"]["goals"][0]["points"][-1]["value"] == 9
    press(app, "s_record_theirs")
    assert app.session_state["s_record"]["goals"][0]["text"] == "theirs"
    assert shown(app, "error") == ""


def test_identifiers_in_a_goal_wait_for_a_word(desk: Desk) -> None:
    there = with_record(desk)
    app = press(look(there), "s_work_on")
    app.session_state["s_open_goal"] = True
    again(app)
    typed(app, f"s_rec_text_{app.session_state['s_record_revision']}_g1", "Phones 212-555-0142 by herself")
    press(app, "s_record_keep")
    assert "This text may hold a phone number" in shown(app, "warning")
    assert desk.records.progress(there.id).version == 1
    press(app, "s_all_the_same_record")
    assert desk.records.progress(there.id).version == 2


def test_the_record_of_the_client_in_the_form_opens_by_itself(desk: Desk) -> None:
    there = with_record(desk, "c008")
    app = press(look(there), "s_explore")
    go(app, "goals")
    app.button_group(key="v_goals").set_value("progress")
    again(app)
    assert "Record of c008, kept on your caseload." in shown(app, "caption")


def test_a_session_is_kept_and_faults_are_told(desk: Desk, library: Library) -> None:
    there = with_record(desk)
    app = look(there, "sessions")
    app.session_state["s_held_open"] = True
    again(app)
    key = f"{there.id}_0"
    typed(app, f"s_held_day_{key}", "2027-13-01")
    press(app, "s_held_keep")
    assert "This session" in shown(app, "error")
    typed(app, f"s_held_day_{key}", "2026-09-14")
    press(app, "s_held_keep")
    assert "A session on 2026-09-14 is recorded already." in shown(app, "error")
    typed(app, f"s_held_day_{key}", "2026-12-07")
    first = next(iter(library.activities))
    typed(app, f"s_held_activities_{key}", [first])
    typed(app, f"s_held_said_{key}", "Ring 212-555-0142\n\nagain")
    typed(app, f"s_held_step_{key}", "Longer words")
    press(app, "s_held_keep")
    assert "may hold a phone number" in shown(app, "warning")
    press(app, "s_all_the_same_held")
    file = desk.records.progress(there.id).file
    assert file is not None
    last = file.sessions[-1]
    assert (str(last.date), last.next_step, [done.activity for done in last.activities]) == (
        "2026-12-07", "Longer words", [first],
    )  # fmt: skip
    assert [said.words for said in last.said] == ["Ring 212-555-0142", "again"]
    assert "**2026-12-07**" in shown(app)
    assert "Longer words" in shown(app, "text")
    assert app.text_input(key=f"s_held_step_{there.id}_1").value == ""


def test_sessions_wait_for_a_goal(desk: Desk) -> None:
    app = look(kept_child(desk), "sessions")
    assert "Sessions stand beside a goal" in shown(app)
    press(app, "s_work_on")
    assert app.title[0].value == "Goals & progress"


@pytest.mark.parametrize("kind", ["session", "weeks"])
def test_a_plan_is_kept_shown_and_deleted(desk: Desk, kind: str) -> None:
    there = kept_child(desk)
    app = press(look(there), "s_start")
    app.session_state["s_weeks"] = 2
    app.button_group(key="v_plan").set_value(kind)
    press(again(app), f"s_keep_plan_{kind}")
    assert f"Kept with c001, for {TODAY}." in shown(app, "success")
    (plan,) = desk.records.plans(there.id)
    assert (plan.kind, plan.content["client_id"]) == (kind, "c001")
    app = look(there, "plans")
    app.session_state[f"s_kept_plan_{plan.id}"] = True
    again(app)
    slots = plan.content["phases"] if kind == "session" else plan.content["sessions"][-1]["plan"]["phases"]
    assert len(slots) > 2
    assert all(slot["name"] in shown(app, "text") for slot in slots)
    press(app, f"s_drop_plan_{plan.id}")
    assert desk.records.plans(there.id) == ()
    assert "No plan is kept yet" in shown(app)


def test_what_is_typed_on_plan_stands_on_explore(desk: Desk) -> None:
    app = press(look(kept_child(desk)), "s_explore")
    go(app, "plan")
    typed(app, "p_minutes", 50)
    go(app, "")
    assert app.session_state["p_minutes"] == 50
    assert "changes are not kept" in shown(app)
    go(go(app, "caseload"), "")
    assert app.session_state["p_minutes"] == 50


def test_an_interest_in_a_warning_is_words_and_nothing_more(desk: Desk) -> None:
    app = press(look(desk.clients.save(Client.parse(FULL))), "s_explore")
    assert len([one for one in app.info if "carries" in one.value]) == len(HOSTILE)
    assert live(app) == []


def test_no_plan_is_kept_of_a_client_who_is_not(desk: Desk) -> None:
    app = opened("plan")
    assert "Keep the client on your caseload" in shown(app, "caption")
    assert not keys(app, "s_keep_plan")


# Start from last time


def test_start_from_last_time_carries_plan_activities_and_next_step(
    desk: Desk, engine: Engine, library: Library
) -> None:
    there = with_record(desk)
    file = ProgressFile.load(example("progress_pencil_grip"))
    dates = {"date": TODAY - dt.timedelta(days=1)}
    last = file.sessions[-2].model_copy(update={**dates, "next_step": "Try <b>longer</b> words"})
    desk.records.keep(there.id, file.model_copy(update={"sessions": (*file.sessions[:2], last)}), version=1)
    plan = plan_session(engine, there.client, minutes=25)
    desk.records.keep_plan(there.id, "session", plan.to_dict(brief=True), TODAY)
    desk.records.keep_plan(there.id, "weeks", {"kind": "block"}, TODAY)
    app = press(look(there), "s_start")
    assert app.title[0].value == "Plan"
    assert "Try <b>longer</b> words" in shown(app, "text")
    main = next(slot.activity for slot in plan.slots if slot.phase == "practice")
    assert app.session_state["s_include"] == [main.id]
    assert app.session_state["s_plan_minutes"] == 25
    said = shown(app).replace("\\", "")
    assert all(slot.activity.name in said for slot in plan.slots)
    assert f"Goes on with: {main.name}" in said
    assert f"Last session: {dates['date']}." in said
    assert f"Last plan, of {TODAY}:" in said
    assert main.id in [slot.activity.id for slot in app.session_state["s_plan"].slots]
    history = {(past["activity"], str(past["date"])) for past in app.session_state["p_history"]}
    assert {(done.activity, str(dates["date"])) for done in last.activities} <= history
    assert len(history) == len(app.session_state["p_history"])
    assert "changes are not kept yet" in shown(app)
    press(app, "s_keep_plan_session")
    assert desk.records.plans(there.id)[0].content["from_last"]["next_step"] == "Try <b>longer</b> words"


def test_what_came_from_one_client_is_not_wished_for_another(desk: Desk, engine: Engine) -> None:
    one, two = kept_child(desk, "c001"), kept_child(desk, "c002")
    desk.records.keep_plan(one.id, "session", plan_session(engine, one.client, minutes=25).to_dict(brief=True), TODAY)
    app = press(look(one), "s_start")
    assert app.session_state["s_include"]
    app = press(look(two, app=app), "s_explore")
    go(app, "plan")
    assert app.session_state["s_include"] == []
    assert app.session_state["s_plan_minutes"] is None
    assert "From last time" not in shown(app)


def test_start_with_nothing_kept_says_so(desk: Desk) -> None:
    app = press(look(kept_child(desk)), "s_start")
    assert "No session and no plan is kept yet" in shown(app)
    assert "kept as version 1" in shown(app)


# The next session, away, and gone


def test_the_next_session_is_set_moved_and_cleared(desk: Desk) -> None:
    there = kept_child(desk)
    app = look(there)
    typed(app, f"s_next_{there.id}_None", "![x](//a)")
    press(app, "s_next_set")
    assert "is no day; write it as YYYY-MM-DD" in shown(app, "error").replace("\\", "")
    assert "![x](" not in shown(app, "error")
    assert desk.clients.open(there.id).next_session is None
    day = TODAY + dt.timedelta(days=1)
    typed(app, f"s_next_{there.id}_None", str(day))
    press(app, "s_next_set")
    assert desk.clients.open(there.id).next_session == day
    press(app, "s_all")
    assert "Coming up: c001 (tomorrow)." in shown(app)
    press(app, f"s_open_{there.id}")
    press(app, "s_next_week")
    assert desk.clients.open(there.id).next_session == day + dt.timedelta(days=7)
    typed(app, f"s_next_{there.id}_{day + dt.timedelta(days=7)}", "")
    press(app, "s_next_set")
    assert desk.clients.open(there.id).next_session is None


def test_a_day_that_has_gone_by_is_not_coming_up(desk: Desk) -> None:
    for number in range(listing.SHOWN + 2):
        desk.clients.schedule(kept_child(desk, f"c{number}").id, TODAY + dt.timedelta(days=number - 1))
    said = shown(go(visit(), "caseload"))
    assert "c0 (" not in said
    assert "Coming up: c1 (today), c2 (tomorrow), c3" in said
    assert "c6" in said
    assert "and 1 more." in said
    assert f"c7 ({TODAY})" not in said


def test_a_client_is_put_away_and_taken_back(desk: Desk) -> None:
    there = kept_child(desk)
    app = look(there, "ending")
    press(app, "s_archive")
    assert desk.clients.page() == ()
    press(app, "s_all")
    assert not keys(app, "s_open_")
    typed(app, "s_caseload_archived", True)
    assert keys(app, "s_open_") == [f"s_open_{there.id}"]
    press(app, f"s_open_{there.id}")
    press(app, "s_archive")
    assert [one.code for one in desk.clients.page()] == ["c001"]


def test_erasing_needs_the_pseudonym_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    there = with_record(desk)
    desk.records.keep_plan(there.id, "session", {"phases": []}, TODAY)
    app = look(there, "ending")
    for wrong in ("", "C001", "c00"):
        typed(app, f"s_erase_{there.id}", wrong)
        press(app, "s_erase")
        assert "Nothing was erased" in shown(app, "error")
    assert desk.clients.count() == 1
    typed(app, f"s_erase_{there.id}", " c001 ")
    press(app, "s_erase")
    assert "Welcome." in shown(app)
    with pytest.raises(MissingError):
        desk.clients.open(there.id)
    with desk.clients.database.begin(write=False) as session:
        for table in ("client", "profile", "goal", "trial", "session", "plan", "share"):
            assert session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table


def test_a_client_erased_in_another_window_is_gone_from_this_one(desk: Desk) -> None:
    there = kept_child(desk)
    app = press(look(there), "s_explore")
    desk.clients.erase(there.id)
    typed(app, "p_minutes", 50)
    assert "c001 is no longer on your caseload." in shown(app, "error")
    assert app.session_state["p_minutes"] == 50
    assert keys(app, "s_keep_new")
    other = kept_child(desk)
    app = look(other)
    desk.clients.erase(other.id)
    again(app)
    assert "c001 is no longer on your caseload." in shown(app, "error")
    assert app.title[0].value == "Caseload"


# Sheets


def sheet(desk: Desk, content: bytes, name: str) -> AppTest:
    app = opened("caseload", s_caseload_files_open=True)
    kind = "text/csv" if name.endswith("csv") else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    app.file_uploader(key="s_sheet_0").set_value((name, content, kind))
    return again(app)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_is_looked_at_before_anything_is_kept(desk: Desk, kind: str) -> None:
    there, away = kept_child(desk), kept_child(desk, "away")
    desk.clients.archive(away.id)
    good = [there.client.model_copy(update={"minutes": 45}), child("n1"), child("n2", interests=[HOSTILE[0]])]
    app = sheet(desk, write_caseload([*good, away.client], kind), f"caseload.{kind}")
    assert "New: 2. On your caseload already: 2. Left out for a problem: 0." in shown(app)
    assert desk.clients.count() == 1
    press(app, "s_sheet_keep")
    assert "Kept: 4." in shown(app, "success")
    assert {one.code: one.client for one in desk.clients.page()} == {one.id: one for one in good}
    assert minutes(desk, there) == [45, 30]


def test_rows_with_a_problem_are_told_in_full_and_left_out(desk: Desk) -> None:
    rows = b"id,age,setting,barriers,moon\nx1,7,school,Pencil grip: 3\n=cmd|x,abc,moon,nothing: 9\nx3,900,school,\n"
    app = sheet(desk, rows, "bad.csv")
    said = shown(app, "text")
    assert "New: 1. On your caseload already: 0. Left out for a problem: 2." in shown(app)
    for line in ("Row 3\n– ", "setting: 'moon' is not allowed", "barriers: 'nothing' is no barrier", "Row 4\n– age:"):
        assert line in said
    assert "column E 'moon': there is no such column and it is not read" in said
    table = app.dataframe[0].value
    assert [*table["what happens"]] == ["new", "left out", "left out"]
    press(app, "s_sheet_keep")
    assert [one.code for one in desk.clients.page()] == ["x1"]


def test_a_sheet_that_cannot_be_read_is_refused(desk: Desk) -> None:
    app = sheet(desk, b"PK\x03\x04nothing", "bad.xlsx")
    assert len(app.error) == 1
    assert not keys(app, "s_sheet_keep")
    assert desk.clients.count() == 0


def test_identifiers_in_a_sheet_wait_for_a_word(desk: Desk) -> None:
    app = sheet(desk, write_caseload([child("n1", interests=["ring 212-555-0142"])], "csv"), "a.csv")
    press(app, "s_sheet_keep")
    assert "may hold a phone number" in shown(app, "warning")
    assert desk.clients.count() == 0
    press(app, "s_all_the_same_sheet")
    assert desk.clients.count() == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_along_reads_back_equal(desk: Desk, library: Library, kind: str) -> None:
    for name in state.EXAMPLES:
        desk.clients.save(Client.load(example(name)))
    desk.clients.save(Client.parse(FULL))
    away = kept_child(desk, "away")
    desk.clients.archive(away.id)
    app = opened("caseload", s_caseload_files_open=True)
    typed(app, "s_export_kind", kind)
    press(app, "s_export_make")
    made_as, content = app.session_state["s_caseload_file"]
    preview = read_caseload(content, f"a.{made_as}", library)
    assert made_as == kind
    assert preview.faulty == ()
    assert {one.id: one for one in preview.clients} == {one.code: one.client for one in desk.clients.page()}
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


# A database that cannot be opened


def test_without_a_database_the_page_says_so_and_others_go_on() -> None:
    app = go(visit(), "caseload")
    assert "The caseload cannot be opened now" in shown(app)
    assert "/dev/null/otrec.db" in shown(app)
    assert "All other pages work as before" in shown(app)
    for page in ("plan", "goals", "library", "settings"):
        go(app, page)
        assert app.title, page
    go(app, "")
    press(app, "s_keep_new")
    assert "/dev/null/otrec.db" in shown(app, "error")
    typed(app, "p_minutes", 50)
    assert app.session_state["p_minutes"] == 50


def test_it_is_opened_as_soon_as_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = go(visit(), "caseload")
    with database(tmp_path, monkeypatch) as found:
        kept_child(found)
        again(app)
        assert "cannot be opened now" in shown(app)
        press(app, "s_desk_retry")
        assert "c001" in [one.label for one in app.button]


# The list


def test_the_list_is_turned_page_by_page_and_searched(desk: Desk) -> None:
    desk.clients.save_all([(child(f"c{number:03}"), None, None) for number in range(60)])
    app = go(visit(), "caseload")
    seen = []
    for _ in range(3):
        seen += [one.label for one in app.button if str(one.key).startswith("s_open_")]
        if not app.button(key="s_page_next").disabled:
            press(app, "s_page_next")
    assert seen == [f"c{number:03}" for number in range(60)]
    assert app.button(key="s_page_next").disabled
    press(app, "s_page_back")
    assert app.button(key=keys(app, "s_open_")[0]).label == "c025"
    typed(app, "s_caseload_search", "c05")
    assert len(keys(app, "s_open_")) == 10
    typed(app, "s_caseload_search", "C05")
    assert "Nobody begins like that" in shown(app)


def test_kept_clients_are_chosen_for_a_group_plan(desk: Desk) -> None:
    one, _ = kept_child(desk, "a1"), kept_child(desk, "b2")
    app = visit()
    app.session_state["v_plan"], app.session_state["s_from_kept"] = "group", True
    go(app, "plan")
    chosen = app.multiselect(key="s_from_chosen")
    assert [option.split(" ")[0] for option in chosen.options] == ["a1", "b2"]
    typed(app, "s_from_chosen", [str(one.id)])
    typed(app, "s_from_search", "b")
    typed(app, "s_from_search", "a")
    typed(app, "s_from_chosen", [str(one.id)])
    press(app, "s_from_add")
    assert app.session_state["s_caseload"] == {"a1": one.client}


# Several people


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A clinic whose people each have sessions of their own."""

    def whose() -> Desk:
        found: Desk = st.session_state["t_desk"]
        return found

    monkeypatch.setattr(door, "desk", whose)
    monkeypatch.setattr(signin, "person", lambda: whose().who)
    with clinic("sqlite", tmp_path) as found:
        yield found


def as_person(desk: Desk, page: str = "caseload") -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.session_state["t_desk"] = desk
    return go(again(app), page)


def test_a_client_is_shared_and_withdrawn(people: Clinic) -> None:
    ada, bo = people.desk("ada"), people.desk("bo")
    there = with_record(ada, "secret1")
    mine, theirs = as_person(ada), as_person(bo)
    assert not keys(theirs, "s_open_")
    press(mine, f"s_open_{there.id}")
    mine.button_group(key="v_record").set_value("sharing")
    again(mine)
    typed(mine, "s_share_login", "nobody")
    press(mine, "s_share")
    assert "No active colleague of your organisation has this login." in shown(mine, "error")
    typed(mine, "s_share_login", "bo")
    press(mine, "s_share")
    again(theirs)
    assert keys(theirs, "s_open_") == [f"s_open_{there.id}"]
    press(theirs, f"s_open_{there.id}")
    assert "Goals" in theirs.button_group(key="v_record").options
    assert not {"Sharing", "Put away or erase"} & set(theirs.button_group(key="v_record").options)
    assert not keys(theirs, "s_start")
    assert not keys(theirs, "s_next_set")
    press(theirs, "s_work_on")
    assert "shown to you to read" in shown(theirs, "caption")
    assert not keys(theirs, "s_record_keep")
    go(theirs, "caseload")
    press(theirs, "s_explore")
    assert "This client is shown to you to read" in shown(theirs)
    assert keys(theirs, "s_keep") == []
    press(mine, "s_withdraw_0")
    assert "You share this client with nobody." in shown(mine)
    again(theirs)
    for page in ("", "caseload", "goals", "plan"):
        go(theirs, page)
        assert "secret1" not in shown(theirs).replace("secret1 is no longer on your caseload.", ""), page
        assert theirs.session_state["p_id"] == "c001"
    assert not [value for value in state_of(theirs).values() if "secret1" in str(value)]


@pytest.mark.parametrize("where", ["caseload", "goals"])
def test_what_was_withdrawn_is_taken_from_the_page_that_shows_it(people: Clinic, where: str) -> None:
    ada, bo = people.desk("ada"), people.desk("bo")
    there = kept_child(ada, "secret1")
    ada.records.keep(there.id, ProgressFile.parse(hostile_record(["quiet corner"])))
    ada.sharing.share(there.id, "bo", may_write=True)
    app = press(as_person(bo), f"s_open_{there.id}")
    press(app, "s_explore")
    press(app, "s_record_of")
    if where == "goals":
        press(app, "s_work_on")
    assert "quiet corner" in shown(app, "html", "text")
    ada.sharing.withdraw(there.id, "bo")
    again(app)
    assert "quiet corner" not in shown(app, "html", "text")
    assert "secret1" not in shown(app, "title", "markdown", "caption", "text")
    assert "secret1" not in json.dumps(state_of(app).get("s_record", {}))


def test_who_may_change_keeps_versions_and_records_too(people: Clinic) -> None:
    ada, bo = people.desk("ada"), people.desk("bo")
    there = with_record(ada)
    ada.sharing.share(there.id, "bo", may_write=True)
    app = press(as_person(bo), f"s_open_{there.id}")
    press(app, "s_explore")
    typed(app, "p_minutes", 50)
    press(app, "s_keep")
    assert [one.saved_by for one in ada.clients.versions(there.id)] == [bo.who.person_id, ada.who.person_id]
    app = press(as_person(ada), f"s_open_{there.id}")
    for part, told in (("history", "`bo`"), ("trail", "")):
        app.button_group(key="v_record").set_value(part)
        again(app)
        assert told in shown(app)
    table = app.dataframe[0].value
    assert {"bo", "you"} == set(table["who"])
    assert "shared the client" in set(table["what"])


def test_who_may_only_read_is_asked_for_nothing(people: Clinic) -> None:
    there = kept_child(people.desk("ada"))
    bo = people.desk("bo")
    people.desk("ada").sharing.share(there.id, "bo")
    app = press(as_person(bo), f"s_open_{there.id}")
    for part, told in (("goals", "No goal yet"), ("sessions", "No session is recorded yet."),
                       ("plans", "No plan is kept yet."), ("history", "The first one.")):  # fmt: skip
        app.button_group(key="v_record").set_value(part)
        again(app)
        assert told in shown(app)
        assert not keys(app, "s_work_on") + keys(app, "s_restore") + keys(app, "s_held")
        assert app.text_input(key=f"s_next_{there.id}_None").disabled


def test_what_a_role_does_not_allow_is_not_offered(people: Clinic) -> None:
    there = kept_child(people.desk("ada"))
    student = as_person(people.desk("stu", "student"))
    assert "Nobody is shown to you yet" in shown(student)
    assert not keys(student, "s_keep_blank")
    boss = as_person(people.desk("sue", "supervisor"))
    assert not keys(boss, "s_open_")
    typed(boss, "s_caseload_whole", True)
    press(boss, f"s_open_{there.id}")
    assert not {"Sharing", "Put away or erase"} & set(boss.button_group(key="v_record").options)
    assert not keys(boss, "s_start")


def test_an_export_holds_ones_own_clients_alone(people: Clinic, library: Library) -> None:
    ada, bo = people.desk("ada"), people.desk("bo")
    ada.sharing.share(kept_child(ada, "secret1").id, "bo")
    kept_child(bo, "own1")
    app = as_person(bo)
    app.session_state["s_caseload_files_open"] = True
    again(app)
    press(app, "s_export_make")
    preview = read_caseload(app.session_state["s_caseload_file"][1], "a.xlsx", library)
    assert [one.id for one in preview.clients] == ["own1"]


# Hostile words


def hostile_record(texts: list[str]) -> dict[str, Any]:
    """A record with the given words in every free field, in turn."""
    said = [texts[number % len(texts)] for number in range(9)]
    mark = {"value": 1, "out_of": 5}
    points = [
        {"date": f"2026-0{number + 2}-01", **mark, "setting": said[2][:60], "note": said[3]} for number in range(4)
    ]
    goal = {
        "id": "g1", "text": said[0], "measure": "trials", "unit": said[1][:40], "direction": "up",
        "baseline": {"date": "2026-01-01", **mark}, "target": {"date": "2026-12-01", "value": 5, "out_of": 5},
        "points": points, "phases": [{"date": "2026-03-01", "label": said[4][:60]}],
    }  # fmt: skip
    session = {
        "date": "2026-02-01", "observations": [said[5]], "next_step": said[6], "said": [{"words": said[7]}],
        "activities": [{"activity": "gone_activity", "grade": said[8]}],
    }  # fmt: skip
    return {"client": "c001", "goals": [goal], "sessions": [session]}


def live(app: AppTest) -> list[str]:
    """Places where hostile words stand without being made harmless."""
    parts = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "success", "info", "badge")
    names = [str(found.value) for part in parts for found in app.get(part)]
    names += [str(found.label) for found in app.expander]
    names += [str(getattr(found, "label", "")) for found in app.button]
    tags = [str(part.value) for part in app.html for bad in HOSTILE[:2] if bad in str(part.value)]
    bare = [re.sub(r"\\.", "", name) for name in names]
    return [*tags, *(name for name in bare for bad in HOSTILE if bad in name)]


@pytest.mark.parametrize("turn", range(len(HOSTILE)))
def test_hostile_words_stand_as_they_were_typed(desk: Desk, engine: Engine, turn: int) -> None:
    texts = [*HOSTILE[turn:], *HOSTILE[:turn]]
    there = desk.clients.save(child(interests=["x"]))
    profile = {**FULL, "id": "c001", "interests": texts, "barriers": {"grasp_pattern": 3}}
    desk.clients.save(Client.parse(profile), id=there.id, version=1)
    file = ProgressFile.parse(hostile_record(texts))
    desk.records.keep(there.id, file)
    content = plan_session(engine, Client.parse(profile)).to_dict(brief=True)
    for slot in content["phases"]:
        slot["name"], slot["backup_name"] = texts[0], texts[1]
    content["from_last"] = {"next_step": texts[2]}
    number = desk.records.keep_plan(there.id, "session", content, TODAY)
    app = look(there)
    for part, wanted in (
        ("goals", [file.goals[0].text]),
        ("sessions", [texts[5], texts[6], texts[0], texts[1]]),
        ("plans", texts[:3]),
        ("history", texts),
    ):
        app.session_state[f"s_kept_plan_{number}"] = True
        app.button_group(key="v_record").set_value(part)
        again(app)
        assert live(app) == [], part
        assert [one for one in wanted if one not in shown(app, "text")] == [], part
    press(app, "s_start")
    assert live(app) == []
    assert texts[6] in shown(app, "text")
    app.session_state["v_open_person"] = app.session_state["v_open_place"] = True
    go(app, "")
    assert live(app) == []
    assert set(texts) <= set(app.session_state["p_interests"])
    press(app, "s_record_of")
    app.button_group(key="v_record").set_value("goals")
    press(again(app), "s_work_on")
    assert live(app) == []
    assert file.goals[0].text in shown(app, "text")
    for record in app.session_state["s_record"]["goals"]:
        assert record["text"] == file.goals[0].text


@pytest.mark.parametrize("turn", range(len(HOSTILE)))
def test_hostile_words_of_a_profile_stay_words_in_plans(desk: Desk, turn: int) -> None:
    bad = HOSTILE[turn]
    routines = [{"occupation": "bathing", "when": bad, "with": HOSTILE[turn - 1]}]
    profile = {**FULL, "routines": routines, "goals": [{"occupation": "bathing", "importance": 9}]}
    there = desk.clients.save(Client.parse(profile))
    app = press(look(there), "s_start")
    assert app.session_state["s_plan"].slots
    told = [one.value for one in app.info if "No activity carries the interest" in one.value]
    assert len(told) == len(HOSTILE)
    assert live(app) == []
    assert not re.findall(r"(?<!\\)(?:[<\[$]|:(?=\w))", "".join(told))
    app.session_state["s_weeks"] = 2
    app.button_group(key="v_plan").set_value("weeks")
    again(app)
    assert app.info
    assert door.plain(f"{bad} · {HOSTILE[turn - 1]}") in shown(app, "markdown")
    assert live(app) == []


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_words_in_what_is_still_open_stay_words(desk: Desk, bad: str) -> None:
    app = press(look(with_record(desk)), "s_work_on")
    held = app.session_state["s_record"]
    app.session_state["s_record"] = {**held, "goals": [{**held["goals"][0], "direction": bad}]}
    again(app)
    assert "Still open (1)" in shown(app)
    assert "is not allowed; choose from up, down" in shown(app)
    assert live(app) == []
    fields = json.dumps({"client": "c1", "goals": [], bad: 1}).encode()
    app.file_uploader[0].set_value(("bad.json", fields, "application/json"))
    again(app)
    assert "no such field" in shown(app, "error")
    assert live(app) == []


def test_hostile_words_in_a_name_or_a_carried_plan_stay_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from otrec.app.caseload import start

    there = kept_child(desk)
    given = {"client": there.id, "session": "", "plan": "2026-01-01", "activities": list(HOSTILE), "kept": [HOSTILE[2]],
             "next_step": HOSTILE[1]}  # fmt: skip
    app = press(look(there), "s_explore")
    monkeypatch.setattr(start, "last", lambda: given)
    go(app, "plan")
    assert live(app) == []
    go(app, "caseload")
    press(app, "s_all")
    for bad in HOSTILE:
        typed(app, "s_blank_code", bad[:40])
        typed(app, "s_blank_age", 7)
        press(app, "s_keep_blank")
        assert "is not an id" in shown(app, "error")
        assert live(app) == []
        assert not re.findall(r"(?<!\\)[<\[$]", shown(app, "error"))
    assert desk.clients.count() == 1


# Words


def test_every_part_speaks_spanish_and_misses_no_word(people: Clinic, missing: set[str]) -> None:
    ada = people.desk("ada")
    people.desk("bo")
    there = with_record(ada)
    ada.clients.save(there.client.model_copy(update={"minutes": 45}), id=there.id)
    ada.sharing.share(there.id, "bo")
    number = ada.records.keep_plan(there.id, "session", {"phases": []}, TODAY)
    given = {"t_desk": ada, "v_lang": "es", "s_caseload_files_open": True, "s_held_open": True}
    assert opened("caseload", **given).title[0].value == "Mis clientes"
    held = {"s_kept_id": there.id, "s_known": {there.id: there}}
    for part in record_page.PARTS:
        opened("caseload", **given, **held, s_client=there.id, v_record=part, **{f"s_kept_plan_{number}": True})
    last = {"client": there.id, "session": "x", "plan": "x", "activities": ["x"], "kept": ["x"], "next_step": "x"}
    for page in ("plan", "explore", "goals"):
        opened(page, **{**given, **held, "s_from_last": last, "v_goals": "progress", "s_from_kept": True})
    assert missing == set()
