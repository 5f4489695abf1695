"""Settings: bags, favourites, activities of one's own, notes, people, and one's data to take along or to delete."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Client, Engine, Library, example, load_library
from otrec.app import keeper, signin, state
from otrec.app.keeping import activity_form, data, stripped
from otrec.exchange import read_caseload
from otrec.library.own import activities_csv, check_activity, id_of, with_activities
from otrec.library.rows import ACTIVITY_COLUMNS, activity_row
from otrec.models import Feedback
from otrec.progress import ProgressFile
from otrec.store import Desk, NotAllowedError
from otrec.study import Progress, Study

from .keeping import database, opened, own_row, press, text
from .stores import KINDS, clinic


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with database(tmp_path, monkeypatch) as found:
        yield found


def settings(view: str, **given: Any) -> AppTest:
    return opened("settings", v_settings=view, **given)


def names(page: AppTest) -> list[str]:
    return [head.value.split(". ", 1)[1] for head in page.header if head.value[:1].isdigit()]


def keys(page: AppTest, start: str) -> list[str]:
    return [str(found.key) for found in page.button if str(found.key).startswith(start)]


# The page


def test_settings_stands_last_but_about() -> None:
    from otrec.app import routes

    assert routes.NAMES[-2:] == ("settings", "about")


def test_without_a_database_it_says_why_and_what_works() -> None:
    page = settings("bags")
    said = text(page)
    assert "Nothing can be kept at present" in said
    assert "/dev/null/otrec.db" in said
    assert "Every other page works." in said
    assert not keys(page, "s_bag")


def test_people_are_for_administrators(desk: Desk) -> None:
    page = settings("bags")
    shown = ["Bags", "Favourites", "Own activities", "Curation", "Your data"]
    assert page.button_group(key="v_settings").options == shown


@pytest.mark.parametrize("view", ["bags", "favourites", "activities", "curation", "people", "data"])
def test_every_view_speaks_spanish_and_misses_no_word(
    view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library, missing: set[str]
) -> None:
    with clinic("sqlite", tmp_path) as place:
        root = place.desk("root", "administrator")
        root.own.keep_bag("School", list(library.tools)[:2])
        root.said.say(Feedback(activity=next(iter(library.activities)), verdict="unsafe"), library.version)
        page = as_person(root, view, monkeypatch, v_lang="es", s_bag_0=True)
        assert page.title[0].value == "Ajustes"
        assert missing == set()


# Bags


def test_a_bag_is_made_changed_and_deleted(desk: Desk, library: Library) -> None:
    one, two = list(library.tools)[:2]
    page = settings("bags")
    page.text_input(key="s_bag_name_0").set_value(" School ").run()
    page.multiselect(key="s_bag_tools_0").set_value([one]).run()
    press(page, "s_bag_keep")
    assert [(bag.name, bag.tools) for bag in desk.own.bags()] == [("School", (one,))]
    assert page.text_input(key="s_bag_name_1").value == ""
    page.session_state["s_bag_0"] = True
    page.run()
    page.multiselect(key="s_bag_held_School_1").set_value([one, two]).run()
    press(page, "s_bag_save_School")
    assert desk.own.bags()[0].tools == (one, two)
    press(page, "s_bag_drop_School")
    assert desk.own.bags() == ()


def test_a_bag_without_a_name_or_with_one_that_is_taken_changes_nothing(desk: Desk, library: Library) -> None:
    desk.own.keep_bag("School", list(library.tools)[:2])
    page = settings("bags")
    press(page, "s_bag_keep")
    assert "give the bag a name of 1-60 letters" in page.warning[0].value
    page.text_input(key="s_bag_name_0").set_value("School").run()
    press(page, "s_bag_keep")
    assert "There is a bag of this name already." in page.warning[0].value
    assert page.text_input(key="s_bag_name_0").value == "School"
    assert len(desk.own.bags()[0].tools) == 2


def test_a_change_that_another_window_made_is_not_overwritten(desk: Desk, library: Library) -> None:
    one, two, three = list(library.tools)[:3]
    desk.own.keep_bag("School", [one])
    page = settings("bags", s_bag_0=True)
    desk.own.keep_bag("School", [two])
    page.multiselect(key="s_bag_held_School_1").set_value([three]).run()
    press(page, "s_bag_save_School")
    assert "was changed since you opened it" in page.warning[0].value
    assert desk.own.bags()[0].tools == (two,)


@pytest.mark.parametrize("where", ["explore", "plan"])
def test_a_bag_fills_the_form(desk: Desk, library: Library, where: str) -> None:
    tools = list(library.tools)[:3]
    desk.own.keep_bag("School", [*tools, "gone_tool"])
    page = opened(where, s_bag_open=True)
    assert not page.session_state["p_tools_limited"]
    press(page, "s_use_bag_0")
    assert page.session_state["p_tools_limited"]
    assert page.session_state["p_tools"] == tools
    assert page.multiselect(key="p_tools").value == tools


# Favourites


def test_a_star_on_a_card_and_in_the_library_is_listed(desk: Desk, engine: Engine, child: Client) -> None:
    first = engine.recommend(child).items[0].activity
    press(opened("explore"), f"s_star_card_{first.id}")
    page = opened("library")
    other = keys(page, "s_star_row_")[0].removeprefix("s_star_row_")
    press(page, f"s_star_row_{other}")
    assert desk.own.favourites() == {first.id, other}
    shown = settings("favourites")
    assert sorted(keys(shown, "s_star_list_")) == sorted(f"s_star_list_{name}" for name in (first.id, other))
    press(shown, f"s_star_list_{other}")
    assert desk.own.favourites() == {first.id}
    assert keys(shown, "s_star_list_") == [f"s_star_list_{first.id}"]


def test_no_star_without_a_database(engine: Engine) -> None:
    assert keys(opened("library"), "s_star") == []
    assert keys(opened("explore"), "s_star") == []


# Activities of one's own


def test_an_id_follows_from_a_name() -> None:
    assert [id_of(name) for name in ("Tea for two", "3 cups", "¡Ñandú!", "…", "x" * 80)] == [
        "tea_for_two", "own_3_cups", "nandu", "", "x" * 60,
    ]  # fmt: skip


def test_checks_are_those_of_validate(library: Library, tmp_path: Path) -> None:
    from otrec.library import inspect_data

    like = next(iter(library.activities))
    for row in (
        own_row(library, like, "mine_1"),
        own_row(library, like, "mine_1", cost="cheap", steps="one", purpose="=1+1", family="", minutes="many"),
        own_row(library, like, "mine_1", primary="grasp", tools="hammer; hammer", techniques="none_such"),
        own_row(library, like, like),
        own_row(library, like, "Mine"),
    ):
        path = tmp_path / "own.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ACTIVITY_COLUMNS)
            writer.writeheader()
            writer.writerow(row)
        _, problems = inspect_data(extra=[path])
        wanted = sorted((problem.column, problem.message) for problem in problems if problem.file == "own.csv")
        found = [(problem.column, problem.message) for problem in check_activity(library, row)]
        if row["id"] == like:
            assert [column for column, _ in found] == [column for column, _ in wanted] == ["id"]
        else:
            assert sorted(pair for pair in found if "without the hazard" not in pair[1]) == wanted


def test_a_hazard_that_the_text_betrays_is_told(library: Library) -> None:
    like = next(item for item in library.activities.values() if "choking_food" in item.hazards).id
    (told,) = check_activity(library, own_row(library, like, "mine_1", hazards=""))[:1]
    assert (told.level, told.column) == ("warning", "hazards")


def test_the_file_is_taken_by_the_command_line_and_runs_no_formula(library: Library, tmp_path: Path) -> None:
    like = next(iter(library.activities))
    row = own_row(library, like, "mine_1", name='Ñandú, "3" cups')
    path = tmp_path / "own.csv"
    path.write_bytes(activities_csv([row]))
    read = load_library(extra=[path]).activities["mine_1"]
    assert activity_row(read) == row
    assert with_activities(library, [row])[0].activities["mine_1"] == read
    bad = {**row, "name": "=cmd()", "purpose": "@sum", "steps": "-1+2", "minutes": "-5"}
    (cells,) = csv.DictReader(io.StringIO(activities_csv([bad]).decode("utf-8-sig")))
    assert (cells["name"], cells["purpose"], cells["steps"]) == ("'=cmd()", "'@sum", "'-1+2")
    assert cells["minutes"] == "-5"


def test_what_cannot_be_used_is_left_out_and_told(library: Library) -> None:
    like = next(iter(library.activities))
    good = own_row(library, like, "mine_1")
    more, problems = with_activities(library, [good, {**good, "id": "mine_2", "cost": "cheap"}, good])
    assert set(more.activities) - set(library.activities) == {"mine_1"}
    assert [problem.place.split(" (")[0] for problem in problems] == ["row 2", "row 3"]
    assert more.version.startswith(f"{library.version}+")
    assert with_activities(library, [{}])[0] is library


def test_the_form_gives_back_the_row_it_was_filled_with(library: Library) -> None:
    for activity in list(library.activities.values())[::97]:
        row = activity_row(activity)
        page = AppTest.from_string(
            "import streamlit as st\nfrom otrec.app.keeping import activity_form\n"
            f"activity_form.fill({row!r})\nst.session_state['row'] = activity_form.row()",
            default_timeout=60,
        ).run()
        assert page.session_state["row"] == {**row, "materials": row["materials"], "swaps": row["swaps"]}


def filled(page: AppTest, library: Library, like: str, name: str) -> AppTest:
    press(page, "s_act_new")
    page.selectbox(key="s_act_from").set_value(like).run()
    page.text_input(key=activity_form.key("name")).set_value(name).run()
    assert not page.exception
    return page


def test_an_activity_is_written_down_checked_kept_and_ranked(
    desk: Desk, library: Library, engine: Engine, child: Client
) -> None:
    like = engine.recommend(child).items[0].activity.id
    page = filled(settings("activities"), library, like, "Tea for two")
    page.text_area(key=activity_form.key("steps")).set_value("Only one").run()
    page.text_input(key=activity_form.key("measure")).set_value("=1+1").run()
    press(page, "s_act_keep")
    assert desk.own.activities() == ()
    said = text(page)
    assert "Still open (2)" in said
    assert "Steps, one a line (3-10): at least 3 are needed, and there are 1." in said
    assert "starts like a spreadsheet formula" in said
    assert page.text_input(key=activity_form.key("name")).value == "Tea for two"
    page.text_area(key=activity_form.key("steps")).set_value("Boil\n\nPour | stir\nDrink").run()
    assert "Still open (1)" in text(page)
    page.text_input(key=activity_form.key("measure")).set_value("Cups drunk").run()
    press(page, "s_act_keep")
    (kept,) = desk.own.activities()
    assert (kept.code, kept.row["steps"], kept.shared) == ("tea_for_two", "Boil | Pour / stir | Drink", False)
    assert "Tea for two" in text(page)
    explore = opened("explore")
    assert "Tea for two" in names(explore)
    assert "tea_for_two" not in state.engine().library.activities
    assert explore.session_state["s_own_engine"][1].library.version != library.version
    assert "Own activity" in [badge.value for badge in explore.get("badge")] or "Own activity" in text(explore)


def test_an_own_activity_can_be_changed_renamed_and_deleted(desk: Desk, library: Library) -> None:
    like = next(iter(library.activities))
    desk.own.keep_activity(own_row(library, like, "mine_1"))
    page = settings("activities")
    press(page, "s_act_edit_mine_1")
    page.text_input(key=activity_form.key("name")).set_value("Changed").run()
    press(page, "s_act_keep")
    assert [(one.code, one.row["name"], one.version) for one in desk.own.activities()] == [("mine_1", "Changed", 2)]
    press(page, "s_act_edit_mine_1")
    page.text_input(key=activity_form.key("id")).set_value("mine_2").run()
    press(page, "s_act_keep")
    assert [one.code for one in desk.own.activities()] == ["mine_2"]
    press(page, "s_act_drop_mine_2")
    assert desk.own.activities() == ()


def test_an_id_that_is_taken_overwrites_nothing(desk: Desk, library: Library) -> None:
    like = next(iter(library.activities))
    desk.own.keep_activity(own_row(library, like, "mine_1"))
    page = filled(settings("activities"), library, like, "Mine 1")
    press(page, "s_act_keep")
    assert "There is an own activity under this id already." in page.warning[0].value
    assert desk.own.activities()[0].row["name"] == "Mine: mine_1"


def test_what_was_learned_counts_over_own_activities_too(desk: Desk, library: Library, engine: Engine) -> None:
    child = Client.load(example("pencil_grip"))
    first = engine.recommend(child).items[0].activity.id
    desk.own.keep_activity(own_row(library, first, "mine_1"))
    page = opened("explore", **{"s_feedback_mine_1": True})
    press(page, "s_verdict_not_helpful_mine_1")
    assert desk.own.engines() == 1
    later = opened("explore")
    assert "mine_1" in later.session_state["s_engine"].library.activities
    assert later.session_state["s_engine"].version == page.session_state["s_engine"].version
    plan = opened("plan", s_include=["mine_1"])
    assert "Mine: mine_1" in text(plan)


def test_an_activity_that_is_changed_counts_at_once_in_the_same_session(
    desk: Desk, library: Library, engine: Engine
) -> None:
    first = engine.recommend(Client.load(example("pencil_grip"))).items[0].activity.id
    page = AppTest.from_string(
        "import streamlit as st\nfrom otrec.app.views import explore, settings\n"
        "(settings if st.session_state.get('there') else explore).page()",
        default_timeout=60,
    ).run()
    page.session_state[f"s_feedback_{first}"] = True
    page.run()
    press(page, f"s_verdict_not_helpful_{first}")
    learned = page.session_state["s_engine"].version
    page.session_state["there"], page.session_state["v_settings"] = True, "activities"
    page.run()
    press(filled(page, library, first, "Tea for two"), "s_act_keep")
    page.session_state["there"] = False
    page.run()
    assert not page.exception
    assert "Tea for two" in names(page)
    assert page.session_state["s_engine"].version == learned


# Curation, people


def test_a_supervisor_closes_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    with clinic("sqlite", tmp_path) as place:
        first = next(iter(library.activities))
        place.desk("ada").said.say(Feedback(activity=first, verdict="wrong_data"), library.version)
        page = as_person(place.desk("bo", "supervisor"), "curation", monkeypatch)
        assert library.activities[first].name in text(page)
        press(page, keys(page, "s_settle_")[0])
        assert place.desk("ada").said.curation() == ()


def as_person(desk: Desk, view: str, monkeypatch: pytest.MonkeyPatch, **given: Any) -> AppTest:
    """Settings as somebody who signed in sees them."""
    from otrec.app import desk as door

    monkeypatch.setattr(door, "desk", lambda: desk)
    monkeypatch.setattr(signin, "person", lambda: desk.who)
    return settings(view, **given)


def test_an_administrator_invites_and_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with clinic("sqlite", tmp_path) as place:
        ada, root = place.desk("ada"), place.desk("root", "administrator")
        page = as_person(root, "people", monkeypatch)
        assert "this is you" in text(page)
        page.text_input(key="s_invite_0").set_value("new@clinic.example").run()
        page.selectbox(key="s_invite_role_0").set_value("student").run()
        press(page, "s_invite")
        people = {one.login: one for one in root.office.colleagues()}
        assert (people["new@clinic.example"].role, people["new@clinic.example"].has_signed_in) == ("student", False)
        page.text_input(key="s_invite_1").set_value("ada").run()
        press(page, "s_invite")
        assert "somebody has it already" in page.warning[0].value
        ids = people["ada"].id
        page.session_state[f"s_person_{ids}"] = True
        page.run()
        page.selectbox(key=f"s_role_{ids}_therapist").set_value("supervisor").run()
        press(page, f"s_role_save_{ids}")
        page.session_state[f"s_person_{ids}"] = True
        page.run()
        press(page, f"s_active_{ids}")
        changed = {one.login: one for one in root.office.colleagues()}["ada"]
        assert (changed.role, changed.active) == ("supervisor", False)
        assert ada.who.role == "therapist"


# One's data


def record(name: str = "progress_pencil_grip") -> ProgressFile:
    return ProgressFile.load(example(name))


def full(desk: Desk, library: Library, child: Client) -> Any:
    """One of everything."""
    kept = desk.clients.save(child)
    desk.records.keep(kept.id, record())
    desk.own.keep_bag("School", list(library.tools)[:2])
    desk.own.favour(next(iter(library.activities)))
    desk.own.keep_activity(own_row(library, next(iter(library.activities)), "mine_1"))
    desk.own.learn({"features": []})
    desk.own.keep("study", {"version": 1})
    desk.said.say(Feedback(activity="some_thing", verdict="unsafe"), library.version, kept.id)
    return kept


def test_everything_is_in_the_file_and_the_audit_tells(desk: Desk, library: Library, child: Client) -> None:
    full(desk, library, child)
    found = json.loads(data.everything(desk))
    assert found["clients"][0]["profile"]["id"] == child.id
    assert len(found["clients"][0]["record"]["goals"]) == len(record().goals)
    assert [len(found["clients"][0][name]) for name in ("versions", "plans")] == [1, 0]
    rest = ("bags", "favourites", "own_activities", "feedback", "kept", "engines")
    assert [len(found[name]) for name in rest] == [1] * len(rest)
    assert desk.office.audit()[0].action == "took out own data"


def test_the_workbook_is_read_back_as_the_same_caseload(desk: Desk, library: Library, child: Client) -> None:
    full(desk, library, child)
    other = desk.clients.save(child.model_copy(update={"id": "c-2", "interests": ("=1+1",)}))
    desk.clients.archive(other.id)
    back = read_caseload(data.caseload(desk), "c.xlsx", library)
    assert {one.id: one for one in back.clients} == {
        child.id: child, "c-2": child.model_copy(update={"id": "c-2", "interests": ("=1+1",)}),
    }  # fmt: skip


def test_a_client_of_a_colleague_is_in_no_workbook(tmp_path: Path, library: Library, child: Client) -> None:
    with clinic("sqlite", tmp_path) as place:
        ada, bo = place.desk("ada"), place.desk("bo")
        ada.clients.save(child)
        shown = bo.clients.save(child.model_copy(update={"id": "c-2"}))
        bo.sharing.share(shown.id, "ada")
        back = read_caseload(data.caseload(ada), "c.xlsx", library)
        assert [one.id for one in back.clients] == [child.id]


def test_nothing_that_names_a_client_is_in_the_stripped_file(desk: Desk, library: Library, child: Client) -> None:
    full(desk, library, child.model_copy(update={"id": "zz-secret-1", "interests": ("Aunt Odile",)}))
    found = stripped.own(desk).decode()
    assert "zz-secret-1" not in found
    assert "Odile" not in found
    assert next(iter(child.barriers)) in found


def test_files_are_put_together_when_asked_and_forgotten(desk: Desk, library: Library, child: Client) -> None:
    full(desk, library, child)
    page = settings("data")
    assert str(desk.own.database.place) in text(page)
    assert "Rows for research" not in text(page)
    press(page, "s_make_everything")
    name, content = page.session_state["s_export"]
    assert name == "everything"
    assert json.loads(content)["clients"]
    press(page, "s_make_caseload")
    assert page.session_state["s_export"][0] == "caseload"
    page.button_group(key="v_settings").set_value("bags").run()
    assert "s_export" not in page.session_state


def test_how_long_records_are_kept_can_be_set(desk: Desk) -> None:
    page = settings("data")
    assert "kept until somebody erases them" in text(page)
    page.number_input(key="s_retain_days").set_value(365).run()
    press(page, "s_retain")
    assert desk.office.retention() == 365
    assert "365 days" in text(page)


def test_everything_is_deleted_after_the_words_alone(desk: Desk, library: Library, child: Client) -> None:
    full(desk, library, child)
    page = settings("data", s_kept_id="x")
    assert page.button(key="s_delete").disabled
    page.text_input(key="s_delete_word").set_value("delete").run()
    assert page.button(key="s_delete").disabled
    page.text_input(key="s_delete_word").set_value("Delete everything ").run()
    press(page, "s_delete")
    assert [found.value for found in page.success] == ["All of it was deleted."]
    assert desk.clients.count() == 0
    left = desk.whole.content()
    assert not any(left.values())
    assert "s_kept_id" not in page.session_state
    assert {entry.action for entry in desk.office.audit()} >= {"erased client", "erased everything of theirs"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_a_colleagues_stays(kind: str, tmp_path: Path, library: Library, child: Client) -> None:
    with clinic(kind, tmp_path) as place:
        ada, bo = place.desk("ada"), place.desk("bo")
        full(ada, library, child)
        kept = bo.clients.save(child)
        bo.own.keep_bag("Mine", [])
        bo.sharing.share(kept.id, "ada")
        ada.said.say(Feedback(activity="some_thing", verdict="helpful"), library.version, kept.id)
        whole = ada.whole
        assert len(whole.content()["clients"]) == 1
        assert whole.size() > 10_000
        gone = whole.erase()
        assert (gone["clients"], gone["feedback"], gone["bags"]) == (1, 1, 1)
        assert not any(whole.content().values())
        assert [bag.name for bag in bo.own.bags()] == ["Mine"]
        assert bo.clients.count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_research_reads_every_client_of_the_organisation_and_no_other(kind: str, tmp_path: Path, child: Client) -> None:
    with clinic(kind, tmp_path) as place:
        kept = place.desk("ada").clients.save(child)
        place.desk("ada").records.keep(kept.id, record())
        place.desk("bo").clients.save(child)
        place.desk("far", organisation="South clinic").clients.save(child)
        rita = place.desk("rita", "researcher")
        found = rita.research.records_for_research()
        assert len(found) == 2
        assert sorted(len(one.file.goals) if one.file else 0 for one in found) == [0, len(record().goals)]
        assert rita.office.audit()[0].action == "read records for research"
        assert rita.clients.page() == ()
        ada = place.desk("ada")
        with pytest.raises(NotAllowedError, match="researcher"):
            ada.research.records_for_research()


def test_a_researcher_takes_out_rows_in_which_nobody_stands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: Client
) -> None:
    import openpyxl

    with clinic("sqlite", tmp_path) as place:
        for number in range(4):
            place.desk("ada").clients.save(child.model_copy(update={"id": f"secret-{number}"}))
        page = as_person(place.desk("rita", "researcher"), "data", monkeypatch)
        assert keys(page, "s_make_") == ["s_make_everything", "s_make_research"]
        page.number_input(key="s_research_k").set_value(3).run()
        press(page, "s_make_research")
        book = openpyxl.load_workbook(io.BytesIO(page.session_state["s_export"][1]))
        rows = [tuple(cell.value for cell in row) for row in book["clients"]]
        assert book.sheetnames == ["clients", "points", "report"]
        assert len(rows) == 5
        assert "secret" not in str(rows)
        page.number_input(key="s_research_k").set_value(5).run()
        press(page, "s_make_everything")
        press(page, "s_make_research")
        book = openpyxl.load_workbook(io.BytesIO(page.session_state["s_export"][1]))
        assert len(list(book["clients"])) <= 1


# Study progress


NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def questions(engine: Engine) -> Any:
    study = Study(engine)
    return study.round_of(Progress(), NOW, ["card"], None, 3, 1)


def answered(question: Any, right: bool = True, at: dt.datetime = NOW) -> Progress:
    return Progress().answer(question, right, at, fuzz=False)


def synced(progress: Progress, **given: Any) -> AppTest:
    page = AppTest.from_string(
        "import streamlit as st\nfrom otrec.app import keeper\nst.session_state['told'] = keeper.sync()",
        default_timeout=60,
    )
    page.session_state["s_progress"] = progress
    for name, value in given.items():
        page.session_state[name] = value
    return page.run()


def test_progress_is_kept_at_the_desk_and_read_in_the_next_session(desk: Desk, questions: Any) -> None:
    page = synced(answered(questions[0]))
    assert page.session_state["told"] == ""
    assert list(desk.own.kept("study")[0]["records"]) == [questions[0].id]
    page.run()
    assert desk.own.kept("study")[1] == 1
    later = synced(Progress())
    assert list(later.session_state["s_progress"].records) == [questions[0].id]
    assert "Progress is kept with your data." in text(opened("study", v_study="progress"))


def test_two_windows_lose_no_answer(desk: Desk, questions: Any) -> None:
    first, second = synced(Progress()), synced(Progress())
    first.session_state["s_progress"] = answered(questions[0])
    first.run()
    later = answered(questions[0], right=False, at=NOW + dt.timedelta(days=2))
    second.session_state["s_progress"] = later.model_copy(
        update={"records": {**later.records, **answered(questions[1]).records}}
    )
    second.run()
    assert second.session_state["told"] == ""
    kept, version = desk.own.kept("study")
    assert version == 2
    assert set(kept["records"]) == {questions[0].id, questions[1].id}
    assert kept["records"][questions[0].id]["last_right"] is False
    first.session_state["s_progress"] = first.session_state["s_progress"].answer(questions[2], True, NOW, fuzz=False)
    first.run()
    kept, _ = desk.own.kept("study")
    assert len(kept["records"]) == 3
    assert kept["records"][questions[0].id]["last_right"] is False


def test_of_each_question_the_last_review_counts(questions: Any) -> None:
    old, new = answered(questions[0]), answered(questions[0], right=False, at=NOW + dt.timedelta(days=1))
    for one, other in ((old, new), (new, old)):
        assert keeper.merged(one, other).records == new.records


def test_what_the_browser_kept_moves_to_the_desk_once(
    desk: Desk, questions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    seen: list[dict[str, Any]] = []

    def browser(data: dict[str, Any], **_: Any) -> Any:
        seen.append(data)
        return SimpleNamespace(kept=answered(questions[0]).to_json() if len(seen) == 1 else None)

    monkeypatch.setattr(keeper, "_KEEPER", browser)
    page = synced(Progress())
    assert list(desk.own.kept("study")[0]["records"]) == [questions[0].id]
    page.run()
    assert [sent["clear"] for sent in seen] == [False, True]
    assert [sent["save"] for sent in seen] == [None, None]


def test_a_broken_progress_of_the_browser_is_not_cleared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    seen: list[dict[str, Any]] = []

    def browser(data: dict[str, Any], **_: Any) -> Any:
        seen.append(data)
        return SimpleNamespace(kept="{" if len(seen) == 1 else None)

    monkeypatch.setattr(keeper, "_KEEPER", browser)
    page = synced(Progress())
    assert page.session_state["told"]
    page.run()
    assert [sent["clear"] for sent in seen] == [False, False]


def test_with_sign_in_the_browser_is_neither_read_nor_written(
    desk: Desk, questions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def browser(**_: Any) -> Any:
        raise AssertionError("whoever sat here before may have left something there")

    monkeypatch.setattr(keeper, "_KEEPER", browser)
    monkeypatch.setattr(signin, "person", lambda: desk.who)
    page = synced(answered(questions[0]))
    assert not page.exception
    assert page.session_state["told"] == ""
    assert list(desk.own.kept("study")[0]["records"]) == [questions[0].id]


def test_each_visitor_of_a_shared_store_has_their_own(tmp_path: Path, library: Library) -> None:
    with clinic("sqlite", tmp_path) as place:
        ada, bo = place.desk("ada"), place.desk("bo")
        ada.own.keep_activity(own_row(library, next(iter(library.activities)), "mine_1"))
        assert bo.own.activities() == ()
        ada.own.keep_activity(own_row(library, next(iter(library.activities)), "mine_1"), shared=True)
        assert [one.mine for one in bo.own.activities()] == [False]
