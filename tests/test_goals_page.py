"""The page Goals & progress: it shows what the packages say, loses nothing typed, and leaks nothing."""

from __future__ import annotations

import datetime as dt
import json
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from otrec import Library
from otrec.app import state
from otrec.app.goals import builder, chart, gas, kept, record
from otrec.goals import MEASURES, THRESHOLDS, CopmScores, GoalDraft, build_goal, copm_change, gas_change, lint
from otrec.goals.gas_scale import GasScale
from otrec.library import example
from otrec.models import ClientError, OptionError
from otrec.progress import ProgressFile, daily_note, days, decision, progress_report, soap, trend
from otrec.progress.view import HEADINGS

MAIN = Path(state.__file__).with_name("main.py")
PAGE = "from otrec.app.views import goals\ngoals.page()"
FILE = ProgressFile.load(example("progress_pencil_grip"))
LAST = dt.date(2026, 11, 30)
#: The editors of the example record, which is the first of a session.
POINTS = "s_edit_points_1_g1_trials"


def opened(view: str = "goal", **given: Any) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["v_goals"] = view
    for key, value in given.items():
        app.session_state[key] = value
    return again(app)


def again(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return again(app)


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.error, *app.header, *app.subheader, *app.caption, *app.title, *app.text]
    return "\n".join(str(part.value) for part in parts)


def html(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in app.html)


def texts(app: AppTest) -> list[str]:
    return [str(part.value) for part in app.code]


def edit(app: AppTest, key: str, rows: dict[int, dict[str, Any]], added: list[dict[str, Any]] | None = None) -> AppTest:
    app.session_state[key] = {"edited_rows": rows, "added_rows": added or [], "deleted_rows": []}
    return again(app)


def table(app: AppTest, place: int) -> list[list[Any]]:
    shown = [part for part in app.dataframe if part.editing_mode == "read_only"]
    rows: list[list[Any]] = shown[place].value.to_numpy().tolist()
    return rows


def drafted(library: Library) -> GoalDraft:
    fields = {name: value for name, value in builder.EXAMPLE.items() if name not in ("when", "weeks")}
    return build_goal(**{**fields, "barrier": library.barriers["grasp_pattern"].name, "by": 14})


def problems(error: Exception) -> list[str]:
    return [line.removeprefix("  - ") for line in str(error).splitlines()[1:]]


# --- The goal


def test_what_is_open_is_said_in_the_words_of_the_package() -> None:
    app = opened()
    with pytest.raises(OptionError) as refused:
        build_goal("handwriting", wording="school", measure="percent")
    told = problems(refused.value)
    assert len(told) == 7
    assert all(f"- {line}" in words(app) for line in told)
    assert "**Still open (7)**" in words(app)
    assert texts(app) == []
    assert not [button for button in app.button if button.key == "s_goal_keep"]


def test_both_wordings_are_those_of_the_package(library: Library) -> None:
    app = click(opened(), "s_goal_example")
    draft = drafted(library)
    assert texts(app) == [draft.text("smart"), draft.text("coast")]
    assert draft.reason() in words(app)
    app.segmented_control(key="s_goal_wording").set_value("medical")
    again(app)
    assert app.session_state["s_goal_assist"] is None  # a prompt of a school is no level of help of a clinic
    medical = build_goal(**{**_fields(library), "wording": "medical", "assist": None})
    assert texts(app) == [medical.text("coast"), medical.text("smart")]
    app.selectbox(key="s_goal_subject").set_value("I")
    again(app)
    own = build_goal(**{**_fields(library), "wording": "medical", "assist": None, "subject": None}, first_person=True)
    assert texts(app)[0] == own.text("coast")


def _fields(library: Library) -> dict[str, Any]:
    fields = {name: value for name, value in builder.EXAMPLE.items() if name not in ("when", "weeks")}
    return {**fields, "barrier": library.barriers["grasp_pattern"].name, "by": 14}


def test_without_its_baseline_there_is_no_goal(library: Library) -> None:
    app = click(opened(), "s_goal_example")
    app.number_input(key="s_goal_baseline").set_value(None)
    again(app)
    with pytest.raises(OptionError) as refused:
        build_goal(**{**_fields(library), "baseline": None})
    assert f"- {problems(refused.value)[0]}" in words(app)
    assert texts(app) == []
    app.number_input(key="s_goal_baseline").set_value(85.0)
    again(app)
    assert "is not above baseline 85" in words(app)


def test_a_day_in_place_of_weeks_and_a_day_that_is_none(library: Library) -> None:
    app = click(opened(), "s_goal_example")
    app.segmented_control(key="s_goal_when").set_value("day")
    again(app)
    app.text_input(key="s_goal_day").set_value("2027-06-18")
    again(app)
    draft = build_goal(**{**_fields(library), "by": dt.date(2027, 6, 18)})
    assert texts(app)[0] == draft.text("smart")
    app.text_input(key="s_goal_day").set_value("next June")
    assert "'next June' is no day" in words(again(app))


def test_empty_takes_out_what_was_written_and_keeps_the_rest() -> None:
    app = click(click(opened(), "s_goal_example"), "s_goal_empty")
    assert "**Still open (7)**" in words(app)
    assert app.selectbox(key="s_goal_occupation").value == "handwriting"
    assert app.text_input(key="s_goal_condition").value == ""


def test_the_client_of_explore_comes_first() -> None:
    client = state.bundled("stroke_neglect")
    profile: dict[str, Any] = {
        "p_id": client.id, "p_goals": [goal.occupation for goal in client.goals], "p_barriers": list(client.barriers),
        "p_setting": client.setting,
    }  # fmt: skip
    page = opened(**profile)
    assert page.selectbox(key="s_goal_occupation").value == client.goals[0].occupation
    assert page.selectbox(key="s_goal_barrier").value == next(iter(client.barriers))
    assert page.segmented_control(key="s_goal_wording").value == "medical"
    ahead = page.selectbox(key="s_goal_barrier").options[: len(client.barriers)]
    names = state.engine().library.barriers
    assert all(shown.startswith(names[name].name) for shown, name in zip(ahead, client.barriers, strict=True))
    page.selectbox(key="s_goal_occupation").set_value("handwriting")
    assert again(page).selectbox(key="s_goal_occupation").value == "handwriting"  # one's own choice stays


# --- Reading a goal


BAD = "Anna will improve <b>handwriting</b> with 80% accuracy."


def test_each_part_is_shown_with_its_words_or_how_to_mend_it() -> None:
    app = opened()
    app.text_area(key="s_goal_text").set_value(BAD)
    shown = html(again(app))
    review = lint(BAD)
    assert not review.passes
    assert f"Not ready: {len(review.missing)} needed parts are missing." in shown
    assert all(f"<q>{escape(found)}</q>" in shown for found in review.parts.values() if found)
    for item in review.findings:
        assert escape(item.sentence) in shown
        assert escape(item.example) in shown
    assert shown.count("✕</span>") == len(review.missing)
    assert shown.count(">missing</span>") == len(review.missing)  # words beside the sign
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown
    marks = [item for item in review.findings if item.span]
    assert marks
    assert all(f">{escape(BAD[item.span[0] : item.span[1]])}<sup>" in shown for item in marks if item.span)


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (
            "Within 14 weeks, given a near model, the student will write the date with 80% of letters correct, in 4 of "
            "5 samples, as measured by weekly work samples.",
            "✓ All needed parts are there.",
        ),
        (
            "Within 2 weeks, the client will put on a shirt with min A, seated on the bed.",
            "✓ All needed parts are there; 1 could be stronger.",
        ),
    ],
)
def test_a_goal_with_all_its_parts_passes(goal: str, told: str) -> None:
    app = opened()
    app.text_area(key="s_goal_text").set_value(goal)
    shown = html(again(app))
    assert f">{told}</p>" in shown
    assert ">missing</span>" not in shown


def test_the_field_follows_the_goal_until_somebody_writes_in_it(library: Library) -> None:
    app = click(opened(), "s_goal_example")
    assert app.text_area(key="s_goal_text").value == drafted(library).text()
    app.number_input(key="s_goal_target").set_value(90.0)
    changed = build_goal(**{**_fields(library), "target": 90.0})
    assert again(app).text_area(key="s_goal_text").value == changed.text()
    app.text_area(key="s_goal_text").set_value(BAD)
    again(app)
    app.number_input(key="s_goal_target").set_value(70.0)
    assert again(app).text_area(key="s_goal_text").value == BAD
    app = click(app, "s_read_coast")
    assert app.text_area(key="s_goal_text").value == texts(app)[1]


# --- From a goal to its record


def test_a_goal_is_kept_once_and_followed_with_data(library: Library) -> None:
    app = click(click(opened(), "s_goal_example"), "s_goal_keep")
    draft = drafted(library)
    assert "My goals (1)" in words(app)
    assert draft.text() in words(app)
    assert "My goals (1)" in words(click(app, "s_goal_keep"))
    app = click(app, "s_follow_0")
    assert app.segmented_control(key="v_goals").value == "progress"
    goal = ProgressFile.parse(app.session_state["s_record"]).goals[0]
    assert (goal.text, goal.measure, goal.direction, goal.occupation) == (draft.text(), "trials", "up", "handwriting")
    assert (goal.baseline.share, goal.target.share) == (0.2, 0.8)
    assert goal.target.date - goal.baseline.date == dt.timedelta(weeks=14)
    assert "There is no point up to this day." in words(app)
    app.segmented_control(key="v_goals").set_value("goal")
    assert "My goals" not in words(click(again(app), "s_unkeep_0"))


def test_a_followed_goal_joins_a_record_of_ones_own() -> None:
    app = click(click(opened(), "s_goal_example"), "s_goal_keep")
    app = click(app, "s_follow_0")
    app.segmented_control(key="v_goals").set_value("goal")
    app = click(again(app), "s_follow_0")
    assert [goal["id"] for goal in app.session_state["s_record"]["goals"]] == ["g1", "g2"]


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_of_a_goal_can_be_followed(name: str) -> None:
    kind = MEASURES[name]
    low, high = (1, 4) if kind.better == "more" else (4, 1)
    draft = build_goal(
        "handwriting", baseline=low, target=high, by=10, condition="a near model", measured_by="a data sheet",
        consistency="in 4 of 5 sessions", measure=name, total=5 if kind.needs_total else None,
        counted="letters" if kind.needs_counted else None,
    )  # fmt: skip
    goal = kept.as_record(draft, dt.date(2026, 9, 7))
    file = ProgressFile.parse({"client": "c001", "goals": [{"id": "g1", **goal}]})
    assert file.goals[0].target.date == dt.date(2026, 11, 16)
    assert (file.goals[0].baseline.value, file.goals[0].target.value) == (low, high)


# --- GAS and COPM


def test_t_is_what_the_package_reckons() -> None:
    app = click(opened("gas"), "s_gas_example")
    scales = gas.EXAMPLE
    weights = [scale["importance"] * scale["difficulty"] for scale in scales]
    found = gas_change([scale["baseline"] for scale in scales], [scale["score"] for scale in scales], weights)
    assert [metric.value for metric in app.metric] == [
        f"{found.achieved:.1f}", f"{found.baseline:.1f}", f"{found.change:+.1f}",
    ]  # fmt: skip
    assert "Kiresuk & Sherman 1968" in words(app)
    assert app.latex[0].value.count("rho") == 2
    name = app.session_state["s_gas_goals"][1]
    app.segmented_control(key=f"s_gas_{name}_score").set_value(None)
    alone = gas_change([scales[0]["baseline"]], [scales[0]["score"]], weights[:1])
    assert again(app).metric[0].value == f"{alone.achieved:.1f}"
    assert "1 of 2 goals are scored" in words(app)
    assert len(click(app, f"s_gas_drop_{name}").subheader) == 1


def test_a_scale_without_weight_has_no_t() -> None:
    app = opened("gas", s_gas_1_score=1, s_gas_1_importance=0)
    with pytest.raises(OptionError) as refused:
        gas_change([-1], [1], [0])
    assert str(refused.value) in words(app)
    assert not app.metric


def test_levels_are_looked_through_when_all_are_written() -> None:
    levels = ["0 buttons", "1 button", "1 button", "3 buttons"]
    keys = {f"s_gas_1_level{level}": text for level, text in zip((-2, -1, 0, 1), levels, strict=True)}
    app = opened("gas", **keys)
    assert "Write all five levels" in words(app)
    app.text_input(key="s_gas_1_level2").set_value("4 buttons")
    shown = html(again(app))
    scale = GasScale(levels=(*levels, "4 buttons"), importance=1, difficulty=1)
    assert {item.level for item in scale.lint()} >= {"missing"}
    assert all(escape(item.sentence) in shown for item in scale.lint())
    assert 'aria-label="missing">✕' in shown


def test_copm_scores_stand_beside_the_thresholds() -> None:
    app = opened("gas")
    first = {0: {"performance_before": 3, "satisfaction_before": 2}, 1: {"performance_before": 4}}
    app = edit(app, "s_edit_copm", first)
    assert "satisfaction of problem 2 is 'None'" in words(app)
    first[1]["satisfaction_before"] = 2
    app = edit(app, "s_edit_copm", first)
    assert [metric.value for metric in app.metric] == ["3.5", "2.0"]
    after = {0: {"performance_after": 6, "satisfaction_after": 5}, 1: {"performance_after": 5, "satisfaction_after": 4}}
    app = edit(app, "s_edit_copm", {place: {**first[place], **after[place]} for place in first})
    change = copm_change(CopmScores.of([3, 4], [2, 2]), CopmScores.of([6, 5], [5, 4]))
    assert [metric.value for metric in app.metric] == [f"{change.performance:+.1f}", f"{change.satisfaction:+.1f}"]
    assert [row[3] for row in table(app, 0)] == [item.source for item in THRESHOLDS]
    assert {row[0] for row in table(app, 0)} >= {"2", "0.9–1.9"}


# --- Progress


def test_every_sentence_of_the_report_names_what_it_rests_on() -> None:
    app = opened("progress")
    report = progress_report(FILE, "g1", LAST)
    for reader in ("therapist", "teacher", "family"):
        app.segmented_control(key="v_report").set_value(reader)
        shown = html(again(app))
        for name, held in report.sections(reader).items():
            assert f"<h3>{escape(HEADINGS[name][reader])}</h3>" in shown
            for sentence in held:
                assert sentence.rests_on
                assert f'<li>{escape(sentence.text)} <span class="ot-ids">[' in shown
    assert "[g1.p12, g1]" in shown
    assert "[g1.p01–p12, g1]" in shown


def test_the_rule_the_table_and_the_chart_are_those_of_the_package() -> None:
    app = opened("progress", s_chart_table=True)
    goal = FILE.goal("g1")
    found = decision(goal.points, goal)
    assert found.verdict == "raise"
    assert ":material/trending_up: Consider raising the aim" in words(app)
    assert f'{escape(found.text)} <span class="ot-ids">[g1.p08–p12]</span>' in html(app)
    report = progress_report(FILE, "g1", LAST)
    assert [row[:4] for row in table(app, 0)] == [
        [row.id, row.date.isoformat(), row.value, row.aim_shown] for row in report.rows
    ]
    [drawn] = [part for part in app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")]
    spec = json.loads(drawn.proto.spec)
    marks = [layer["mark"] for layer in spec["layer"]]
    assert {mark["type"] for mark in marks} == {"area", "line", "rule", "text", "point"}
    dashes = {json.dumps(mark.get("strokeDash")) for mark in marks if mark["type"] in ("line", "rule")}
    assert len(dashes) == 3  # trend, aim and phase line differ without colour
    shapes = next(layer["encoding"]["shape"]["scale"] for layer in spec["layer"] if layer["mark"]["type"] == "point")
    assert shapes == {"domain": ["therapy room", "classroom"], "range": ["circle", "square"]}
    assert "<b>●</b>therapy room" in html(app)
    assert "<b>■</b>classroom" in html(app)


@pytest.mark.parametrize("name", ["g1", "g2"])
def test_the_line_of_the_trend_is_as_steep_as_the_package_says(name: str) -> None:
    goal = FILE.goal(name)
    found = trend(goal.points)
    band, _ = chart._trend(goal, found, "#000000")
    first, middle, last = band.data.to_dict("records")
    weeks = (last["date"] - first["date"]).days / 7
    assert found.low is not None
    assert found.high is not None
    assert (last["value"] - first["value"]) / weeks == pytest.approx(found.slope)
    assert (last["low"] - first["high"]) / weeks == pytest.approx(found.low)
    assert (last["high"] - first["low"]) / weeks == pytest.approx(found.high)
    measured = days(goal.points)
    assert middle["value"] == middle["low"] == middle["high"] == median(item.value for item in measured)
    assert len(chart._trend(goal, trend(goal.points[:4]), "#000000")) == 1  # too few days for an interval
    assert chart._trend(goal, trend(goal.points[:2]), "#000000") == []


def test_an_earlier_day_sees_only_what_was_there() -> None:
    app = opened("progress")
    app.text_input(key="s_as_of").set_value("2026-10-05")
    again(app)
    report = progress_report(FILE, "g1", dt.date(2026, 10, 5))
    assert all(escape(one.text) in html(app) for held in report.sections().values() for one in held)
    assert "Too early to say" in words(app)
    assert "g1.p05" not in html(app)
    app.text_input(key="s_as_of").set_value("2026-09-01")
    assert "lies before the baseline" in words(again(app))
    app.text_input(key="s_as_of").set_value("yesterday")
    assert "'yesterday' is no day" in words(again(app))


def test_a_point_that_is_typed_is_in_the_report_and_a_wrong_one_is_told() -> None:
    app = opened("progress")
    added = {"date": "2026-12-07", "value": 9, "out_of": 10, "setting": "classroom"}
    app = edit(app, POINTS, {0: {"value": 1}}, [added])
    rows = app.session_state["s_record"]["goals"][0]["points"]
    assert rows[0]["value"] == 1
    assert rows[-1] == added
    file = ProgressFile.parse(app.session_state["s_record"])
    report = progress_report(file, "g1", dt.date(2026, 12, 7))
    assert all(escape(one.text) in html(app) for held in report.sections().values() for one in held)
    assert "9 of 10 letters and figures (90 %)" in html(app)
    app = edit(app, POINTS, {0: {"value": 11}}, [added])
    with pytest.raises(ClientError) as refused:
        ProgressFile.parse(app.session_state["s_record"])
    assert all(f"- {line}" in words(app) for line in refused.value.problems)
    assert "more than there were" in words(app)
    assert app.session_state["s_record"]["goals"][0]["points"][-1] == added
    assert "9 of 10" in html(edit(app, POINTS, {0: {"value": 1}}, [added]))


def test_one_more_point_joins_what_was_typed_into_the_table() -> None:
    app = edit(opened("progress"), POINTS, {0: {"value": 1}})
    app.text_input(key="s_rec_new_date").set_value("7 December")
    app.number_input(key="s_rec_new_value_trials").set_value(9)
    app.text_input(key="s_rec_new_where").set_value("classroom")
    app = click(app, "s_point_add")
    assert "'7 December' is no day" in app.error[0].value
    assert app.number_input(key="s_rec_new_value_trials").value == 9
    app.text_input(key="s_rec_new_date").set_value("2026-12-07")
    app = click(app, "s_point_add")
    points = app.session_state["s_record"]["goals"][0]["points"]
    assert (len(points), points[0]["value"]) == (13, 1)
    assert points[-1] == {"date": "2026-12-07", "value": 9, "out_of": 10, "setting": "classroom"}
    assert "Latest on 7 December 2026: 9 of 10 letters and figures (90 %)." in html(app)
    assert not app.error
    assert app.number_input(key="s_rec_new_value_trials").value is None
    app = click(app, "s_point_add")  # without a value
    assert "point 14, value: missing" in words(app)
    assert len(app.session_state["s_record"]["goals"][0]["points"]) == 14


def test_the_other_goal_with_levels_of_help() -> None:
    app = opened("progress")
    app.selectbox(key="s_record_goal").set_value(1)
    again(app)
    report = progress_report(FILE, "g2", LAST)
    assert all(escape(one.text) in html(app) for held in report.sections().values() for one in held)
    assert "An invented record" in words(app)  # looking at it has not changed it


def test_a_new_record_says_what_is_open_until_it_is_complete() -> None:
    app = click(opened("progress"), "s_record_new")
    with pytest.raises(ClientError) as refused:
        ProgressFile.parse(app.session_state["s_record"])
    assert all(f"- {line}" in words(app) for line in refused.value.problems)
    key = "2_g1"
    app.text_area(key=f"s_rec_text_{key}").set_value("Writes own name")
    app.number_input(key=f"s_rec_baseline_{key}_trials").set_value(1)
    app.number_input(key=f"s_rec_baseline_{key}_of").set_value(5)
    app.text_input(key=f"s_rec_baseline_{key}_day").set_value("2026-09-07")
    app.text_input(key=f"s_rec_target_{key}_day").set_value("2026-12-14")
    app.number_input(key=f"s_rec_target_{key}_trials").set_value(4)
    app.number_input(key=f"s_rec_target_{key}_of").set_value(5)
    again(app)
    assert "There is no point up to this day." in words(app)
    edit(app, "s_edit_points_2_g1_trials", {}, [{"date": "2026-09-14", "value": 2, "out_of": 5}])
    assert "Latest on 14 September 2026: 2 of 5 (40 %)." in html(app)
    app.selectbox(key=f"s_rec_measure_{key}").set_value("duration")
    assert "say what is counted" in words(again(app))


def test_a_file_is_opened_or_refused_and_the_record_stays() -> None:
    app = opened("progress")
    before = app.session_state["s_record"]
    app.file_uploader[0].set_value(("bad.yaml", b"client: Anna Maria\ngoals: []\n", "application/yaml"))
    again(app)
    with pytest.raises(ClientError) as refused:
        ProgressFile.parse({"client": "Anna Maria", "goals": []}, "bad.yaml")
    assert [error.value for error in app.error] == [str(refused.value)]
    assert app.session_state["s_record"] == before
    app.file_uploader[0].set_value(("broken.json", b"{", "application/json"))
    assert "not valid JSON" in again(app).error[0].value
    other = {**record.as_fields(FILE), "client": "c777"}
    app.file_uploader[0].set_value(("good.json", json.dumps(other).encode(), "application/json"))
    again(app)
    assert not app.error
    assert app.session_state["s_record"]["client"] == "c777"
    assert "Record of c777," in words(app)


def test_what_is_saved_opens_as_the_same_record(tmp_path: Path) -> None:
    path = tmp_path / "saved.yaml"
    path.write_text(yaml.safe_dump(record.as_fields(FILE), sort_keys=False, allow_unicode=True), encoding="utf-8")
    assert ProgressFile.load(path) == FILE
    assert "value: verbal\n" in path.read_text(encoding="utf-8")


# --- Notes


def test_notes_are_those_of_the_package() -> None:
    app = opened("progress")
    names = {name: item.name for name, item in state.engine().library.activities.items()}
    assert texts(app) == [soap(FILE, LAST, names).text().strip()]
    date = dt.date(2026, 10, 19)
    app.selectbox(key="s_note_date").set_value(date)
    app.segmented_control(key="s_note_kind").set_value("daily")
    assert texts(again(app)) == [daily_note(FILE, date, names).text().strip()]
    assert names["pencil_grip_trial_own_words"] in texts(app)[0]


def test_a_session_is_recorded_and_its_note_holds_it() -> None:
    app = opened("progress", s_open_session=True)
    app.text_input(key="s_session_day_0").set_value("some day")
    app.text_area(key="s_session_said_0").set_value("Look at my name.\n\nAgain!")
    again(app)
    app = click(app, "s_session_add")
    assert "session 7, date" in app.error[0].value
    assert app.text_area(key="s_session_said_0").value == "Look at my name.\n\nAgain!"
    assert len(app.session_state["s_record"]["sessions"]) == 6
    app.text_input(key="s_session_day_0").set_value("2026-12-07")
    again(app)
    edit(app, "s_edit_session_0", {}, [{"activity": "pencil_circus_warm_up", "minutes": 5}])
    app = click(app, "s_session_add")
    assert not app.error
    file = ProgressFile.parse(app.session_state["s_record"])
    assert file.sessions[-1].date == dt.date(2026, 12, 7)
    names = {name: item.name for name, item in state.engine().library.activities.items()}
    assert texts(app) == [soap(file, dt.date(2026, 12, 7), names).text().strip()]
    assert "“Again!”" in texts(app)[0]
    assert "minutes: 5; prompt: not recorded" in texts(app)[0]


# --- Privacy and language


def test_nothing_about_a_client_stands_in_the_address_or_in_another_session() -> None:
    app = click(opened(), "s_goal_example")
    app = click(app, "s_goal_keep")
    app = click(app, "s_follow_0")
    assert set(app.query_params) <= {"v_goals", "v_report"}
    assert "s_record" in app.session_state
    other = opened("progress")
    assert "s_my_goals" not in other.session_state
    assert "An invented record" in words(other)
    assert "stays in this session until you keep it" in words(other)


FILLED: dict[str, dict[str, Any]] = {
    "goal": {**{f"s_goal_{name}": value for name, value in builder.EXAMPLE.items()},
             kept.GOALS: [{"text": "A goal", "reason": "", "goal": {}}]},
    "gas": {f"s_gas_1_level{level}": f"{level} buttons" for level in gas.LEVELS} | {"s_gas_1_score": 1},
    "progress": {"s_open_goal": True, "s_open_session": True, "s_chart_table": True},
}  # fmt: skip


@pytest.mark.parametrize("view", ["goal", "gas", "progress"])
@pytest.mark.parametrize("filled", [False, True])
def test_all_views_speak_spanish_and_miss_no_word(view: str, filled: bool, missing: set[str]) -> None:
    unfinished = {} if filled else {record.RECORD: {"client": "c001", "goals": [{"id": "g1"}]}}
    app = opened(view, v_lang="es", **(FILLED[view] if filled else unfinished))
    assert missing == set()
    assert app.title[0].value == "Objetivos y progreso"
    assert app.segmented_control(key="v_goals").label == "Vista"
    assert "Falta todavía" in words(app) or filled or view == "gas"
