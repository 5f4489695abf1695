"""Records without the 18 identifiers, and rows for research in which nobody stands alone."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_args

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from otrec import Client, Library
from otrec.models import OptionError
from otrec.privacy import (
    LADDER,
    Codes,
    Step,
    date_shift,
    generalise,
    k_anonymity,
    random_shift,
    research_export,
    strip,
)
from otrec.privacy.safe_harbor import MEASURES, PROFILE, PROMPT_WORDS, ROLES
from otrec.progress import PROMPTS, GoalRecord
from otrec.progress.wording import Measure, Role

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
WORDS: Final = frozenset({"autism", "grasp_pattern", "handwriting", "bake_bread", "dinosaurs", "latex_allergy"})


@pytest.fixture
def record() -> dict[str, Any]:
    """The bundled client with their progress, a plan and feedback."""
    profile = yaml.safe_load((EXAMPLES / "pencil_grip.yaml").read_text(encoding="utf-8"))
    progress = yaml.safe_load((EXAMPLES / "progress_pencil_grip.yaml").read_text(encoding="utf-8"))
    return {
        "profile": profile,
        "progress": progress,
        "plans": [{"id": "p1", "client_id": profile["id"], "kind": "session", "for_date": "2026-09-14",
                   "activities": ["pencil_circus_warm_up", {"activity": "pencil_circus_warm_up", "minutes": 5}]}],
        "feedback": [{"activity": "pencil_circus_warm_up", "verdict": "helpful", "said_at": dt.datetime(2026, 9, 15)}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary(library: Library) -> frozenset[str]:
    kinds = ("activities", "barriers", "techniques", "tools", "occupations", "conditions", "precautions", "interests",
             "clearances", "competencies", "assessments", "environments")  # fmt: skip
    return frozenset(name for kind in kinds for name in getattr(library, kind))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


# Safe Harbor


def test_the_closed_lists_are_those_of_the_records() -> None:
    assert set(get_args(Role)) <= ROLES
    assert get_args(Measure) == MEASURES
    assert PROMPTS == PROMPT_WORDS
    assert set(PROFILE) >= set(Client.model_fields) - {"with_whom"}
    assert {"baseline", "target", "points", "measure"} <= set(GoalRecord.model_fields)


def test_a_record_keeps_what_is_harmless(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    before = copy.deepcopy(record)
    made = strip(record, vocabulary=vocabulary)
    assert record == before, "the record itself stays as it is"
    profile, goal = made["profile"], made["progress"]["goals"][0]
    assert profile["barriers"] == record["profile"]["barriers"]
    assert [item["occupation"] for item in profile["goals"]] == [
        item["occupation"] for item in record["profile"]["goals"]
    ]
    assert (record["profile"]["age_years"], profile["age_years"]) == (6.5, 6)
    assert len(goal["points"]) == 12
    assert goal["points"][0] == {"year": 2026, "value": 2, "out_of": 10, "prompt": "verbal", "by": "therapist"}
    assert goal["baseline"] == {"year": 2026, "value": 2, "out_of": 10}
    assert made["progress"]["sessions"][0]["activities"][0]["activity"] == "pencil_circus_warm_up"
    assert made["plans"][0]["activities"][1] == {"activity": "pencil_circus_warm_up", "minutes": 5}
    assert made["feedback"] == [{"activity": "pencil_circus_warm_up", "verdict": "helpful", "said_year": 2026}]
    assert "value" not in made["left_out"]
    assert made["left_out"]["unit"] == 1, "letters and figures is no unit of the closed list"
    assert made["left_out"]["other fields"] > 0


def test_free_text_dates_and_ids_are_gone(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    made = strip(record, vocabulary=vocabulary)
    told = json.dumps(made)
    for words in ("fat one", "Fire drill", "worksheet", "slanted", "Ask the teacher", "letters and figures"):
        assert words not in told
    assert not re.search(r"\d{4}-\d\d|c001|\"g1\"|\"p1\"", told)


def test_codes_are_random_and_the_same_within_one_export(record: dict[str, Any]) -> None:
    codes = Codes()
    first, second = strip(record, codes=codes), strip(record, codes=codes)
    other = strip(record)
    assert (
        first["profile"]["id"] == second["profile"]["id"] == first["progress"]["client"] == first["plans"][0]["client"]
    )
    assert other["profile"]["id"] != first["profile"]["id"]
    goals = [item["id"] for item in first["progress"]["goals"]]
    assert len({*goals, first["profile"]["id"], first["plans"][0]["id"]}) == 4
    assert re.fullmatch(r"x[a-z0-9]{12}", goals[0])


@pytest.mark.parametrize(("years", "told"), [(7.9, 7), (0.4, 0), (89, 89), (89.5, 90), (90, 90), (104, 90)])
def test_ages(years: float, told: int) -> None:
    assert strip({"profile": {"age_years": years}})["profile"]["age_years"] == told


@pytest.mark.parametrize("value", ["seven", True, float("nan"), -1, 5551234567, [7]])
def test_what_is_no_age_is_left_out(value: Any) -> None:
    made = strip({"profile": {"age_years": value}})
    assert made == {"profile": {}, "left_out": {"age_years": 1}}


def test_without_a_vocabulary_no_typed_id_survives() -> None:
    profile = {"conditions": ["oliver_smith", "autism"], "barriers": {"oliver": 2, "grasp_pattern": 3}}
    bare, known = strip({"profile": profile}), strip({"profile": profile}, vocabulary=WORDS)
    assert bare["profile"] == {"conditions": [], "barriers": {}}
    assert known["profile"] == {"conditions": ["autism"], "barriers": {"grasp_pattern": 3}}
    assert bare["left_out"] == {"barriers": 2, "words outside the library": 2}


def test_routines_keep_roles_and_parts_of_the_day_alone() -> None:
    routines = [
        {"occupation": "handwriting", "when": "Before school", "with": "grandparent"},
        {"occupation": "handwriting", "when": "3 March at 8", "with": "Maria Lopez", "where": "12 Oak Street"},
        {"occupation": "handwriting", "with_whom": "teaching_assistant"},
    ]
    made = strip({"profile": {"routines": routines}}, vocabulary=WORDS)
    assert [(item.get("when"), item["with"]) for item in made["profile"]["routines"]] == [
        ("before school", "grandparent"), ("[time]", "[person]"), (None, "teaching assistant")]  # fmt: skip
    assert "where" not in made["profile"]["routines"][1]


def test_large_numbers_in_place_of_measurements_are_left_out() -> None:
    goals = [{"measure": "count", "points": [{"date": "2026-09-14", "value": 5551234567, "out_of": 48291377}]}]
    assert strip({"goals": goals})["goals"] == [{"measure": "count", "points": [{"year": 2026}]}]


@pytest.mark.parametrize("bad", [None, 3, "x", [1], {"profile": "c001"}, {"profile": {}, "goals": "g1"}])
def test_what_is_no_record_is_refused_without_repeating_it(bad: Any) -> None:
    with pytest.raises(OptionError) as caught:
        strip(bad)
    assert "c001" not in str(caught.value)
    assert caught.value.exit_code == 2


#: Strings that stand for identifiers; each test plants them wherever a text can stand.
PLANTED: Final = st.sampled_from(
    [
        "Oliver Planted",
        "planted_oliver",
        "zzplanted77",
        "2026-09-14 planted",
        "planted@example.org",
        "Planted Street 12",
    ]
)
DAYS: Final = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
DATE: Final = st.one_of(DAYS, DAYS.map(dt.date.isoformat), DAYS.map(lambda day: f"{day.isoformat()}T10:30:00"))
POINT: Final = st.fixed_dictionaries(
    {"id": PLANTED, "date": DATE, "value": st.one_of(st.integers(0, 10), PLANTED), "setting": PLANTED, "by": PLANTED,
     "note": PLANTED, "prompt": st.one_of(st.integers(0, 5), PLANTED), "out_of": st.one_of(st.just(10), PLANTED)}
)  # fmt: skip
MARK: Final = st.fixed_dictionaries({"date": DATE, "value": st.integers(0, 9), "note": PLANTED})
GOAL: Final = st.fixed_dictionaries(
    {"id": PLANTED, "text": PLANTED, "occupation": PLANTED, "measure": PLANTED, "unit": PLANTED, "direction": PLANTED,
     "baseline": MARK, "target": MARK, "points": st.lists(POINT, max_size=2),
     "phases": st.lists(st.fixed_dictionaries({"date": DATE, "label": PLANTED}), max_size=1)}
)  # fmt: skip


def texts(*names: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings with a planted text under each name, beside fields of another kind."""
    return st.fixed_dictionaries({name: PLANTED for name in names} | fields)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=2)


DONE: Final = texts("activity", "grade", "response", "prompt", "minutes")
SESSION: Final = texts(
    "home_programme", "next_step", date=DATE, minutes=st.one_of(st.just(30), PLANTED), activities=some(DONE),
    said=some(texts("words", "by")), observations=some(PLANTED),
)  # fmt: skip
PROFILES: Final = st.fixed_dictionaries(
    {name: st.one_of(PLANTED, some(PLANTED)) for name in PROFILE}
    | {"id": PLANTED, "barriers": st.dictionaries(PLANTED, st.integers(0, 4), max_size=2), "goals": some(GOAL),
       "age_years": st.one_of(st.floats(0, 120), PLANTED), "routines": some(texts("occupation", "when", "with")),
       "assessments": some(texts("name", date=DATE)), "history": some(texts("activity", "response", date=DATE))}
)  # fmt: skip
RECORDS: Final = st.fixed_dictionaries(
    {"profile": PROFILES, "planted field": PLANTED,
     "progress": texts("client", "note", goals=some(GOAL), sessions=some(SESSION)),
     "plans": some(texts("id", "client", "kind", "note", date=DATE, activities=some(PLANTED))),
     "feedback": some(texts("activity", "verdict", "client", "person_id", said_at=DATE))},
    optional={"goals": some(GOAL), "sessions": some(SESSION)},
)  # fmt: skip


def days_of(value: Any) -> set[str]:
    """The dates of a record, as ISO texts."""
    found = set()
    for leaf in leaves(value):
        if isinstance(leaf, dt.date):
            found.add(leaf.isoformat()[:10])
        elif isinstance(leaf, str) and re.match(r"\d{4}-\d\d-\d\d", leaf):
            found.add(leaf[:10])
    return found


@settings(max_examples=150)
@given(RECORDS)
def test_no_planted_words_ids_or_dates_survive(made: dict[str, Any]) -> None:
    copied = strip(made, vocabulary=WORDS)
    told = json.dumps(copied).lower()
    assert "planted" not in told
    assert not days_of(copied)
    assert not any(day in told for day in days_of(made))
    assert all(isinstance(leaf, str | int | float | None) for leaf in leaves(copied))


@settings(max_examples=60)
@given(st.lists(RECORDS, max_size=5), st.integers(2, 3))
def test_no_planted_words_ids_or_dates_come_into_an_export(records: list[dict[str, Any]], k: int) -> None:
    made = research_export(records, k, vocabulary=WORDS)
    told = json.dumps([made.rows, made.points, made.report.model_dump()], default=str).lower()
    assert "planted" not in told
    assert made.report.suppressed == len(records) - len(made.rows)
    assert not made.rows or made.report.k.smallest >= k


# Shifted dates


@given(DAYS, st.lists(st.integers(0, 400), min_size=2, max_size=6), st.integers(-26, 26))
def test_intervals_and_weekdays_stay(start: dt.date, gaps: list[int], weeks: int) -> None:
    days = [start + dt.timedelta(days=gap) for gap in gaps]
    record = {"date": days[0].isoformat(), "points": [{"date": day, "value": 1} for day in days], "note": "2026"}
    moved = date_shift(record, 7 * weeks)
    after = [point["date"] for point in moved["points"]]
    assert [late - early for early, late in pairwise(after)] == [late - early for early, late in pairwise(days)]
    assert [day.weekday() for day in after] == [day.weekday() for day in days]
    assert moved["date"] == after[0].isoformat() == (days[0] + dt.timedelta(weeks=weeks)).isoformat()
    assert moved["note"] == "2026"
    assert record["points"][0]["date"] == days[0]


def test_times_and_their_zones_move_too() -> None:
    moved = date_shift({"at": "2026-09-14T10:30:00+02:00", "on": dt.datetime(2026, 9, 14, 8), "id": "2026-09-14x"}, 7)
    assert moved == {"at": "2026-09-21T10:30:00+02:00", "on": dt.datetime(2026, 9, 21, 8), "id": "2026-09-14x"}


@pytest.mark.parametrize("days", [1, 8, 189, -189, 7.0, True, "7", None])
def test_a_shift_is_whole_weeks_and_at_most_half_a_year(days: Any) -> None:
    with pytest.raises(OptionError, match="whole weeks"):
        date_shift({}, days)


@pytest.mark.parametrize(("day", "days"), [(dt.date.max, 7), ("0001-01-02", -7), (dt.datetime.min, -7)])
def test_a_date_does_not_leave_the_calendar(day: Any, days: int) -> None:
    with pytest.raises(OptionError, match="calendar"):
        date_shift({"date": day}, days)


def test_a_random_shift_uses_every_week_but_none() -> None:
    rng = random.Random(3)
    drawn = Counter(random_shift(rng) for _ in range(5000))
    assert set(drawn) == {7 * weeks for weeks in range(-26, 27) if weeks}


# k-anonymity

ROWS: Final = st.lists(
    st.fixed_dictionaries(
        {"age": st.one_of(st.none(), st.floats(0, 120)), "setting": st.sampled_from(["school", "home", "clinic", None]),
         "conditions": st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple)}
    ),
    max_size=40,
)  # fmt: skip
COLUMNS: Final = ("age", "setting", "conditions")


@given(ROWS, st.integers(2, 7))
def test_every_class_has_k_rows_or_there_are_none(rows: list[dict[str, Any]], k: int) -> None:
    made = generalise(rows, k, LADDER)
    sizes = Counter(tuple(repr(row[name]) for name in COLUMNS) for row in made.rows)
    assert all(size >= k for size in sizes.values())
    assert made.report == k_anonymity(made.rows, COLUMNS, k)
    assert made.report.holds
    assert len(made.rows) + made.suppressed == len(rows)
    assert made == generalise(rows, k, LADDER)
    assert made.rows or len(rows) < k or made.suppressed == len(rows)


@given(ROWS)
def test_a_class_counts_rows_that_read_the_same(rows: list[dict[str, Any]]) -> None:
    report = k_anonymity(rows, ["setting"], 3)
    sizes = Counter(str(row["setting"]) for row in rows)
    small = [size for size in sizes.values() if size < 3]
    assert (report.rows, report.classes, report.smallest) == (len(rows), len(sizes), min(sizes.values(), default=0))
    assert (report.below, report.to_suppress, report.holds) == (len(small), sum(small), not small)


def test_values_that_read_differently_are_different_and_missing_ones_are_one() -> None:
    rows = [{"x": 1}, {"x": True}, {"x": "1"}]
    assert k_anonymity(rows, ["x"], 2).classes == 3
    assert k_anonymity([{"x": None}, {"x": float("nan")}], ["x"], 2).classes == 1
    assert k_anonymity([{"x": ("b", "a")}, {"x": ["a", "b"]}], ["x"], 2).classes == 1


def test_a_frame_is_as_good_as_a_list() -> None:
    frame = pd.DataFrame({"age": [7, 7, 8], "setting": ["school", "school", "home"]})
    assert k_anonymity(frame, ["age", "setting"], 2) == k_anonymity(frame.to_dict("records"), ["age", "setting"], 2)
    assert k_anonymity(frame, ["age"], 2).to_suppress == 1


def test_no_more_is_generalised_than_is_needed() -> None:
    rows = [{"age": 7, "setting": "school", "conditions": ("a",)}] * 5
    made = generalise(rows, 5, LADDER)
    assert (made.rows, made.steps) == (tuple(rows), ())
    few = [*rows * 4, {"age": 40, "setting": "home", "conditions": ()}]
    kept = generalise(few, 5, LADDER)
    assert (len(kept.rows), kept.suppressed, kept.steps) == (20, 1, ())
    assert len(generalise(few, 5, LADDER, share=0.0).rows) == 21, "without rows to leave out all steps are taken"


def test_the_ladder_ends_with_all_alike_and_keeps_what_is_not_recorded() -> None:
    ages, kinds = (0.5, 2, 4, 8, 15, 40, 90, 119), ("school", "home", "clinic", "nicu")
    rows = [{"age": age, "setting": kind, "conditions": ("a", "b")} for age in ages for kind in kinds]
    made = generalise(rows, len(rows), LADDER)
    assert len(made.rows) == len(rows)
    assert made.report.classes == 1
    assert made.steps == tuple(step.says for step in LADDER)
    first = {step.column: step.coarser for step in reversed(LADDER[:3])}
    assert first["age"](None) is None
    assert first["setting"](None) is None


@pytest.mark.parametrize("k", [1, 0, -3, 2.5, True, "5", None])
def test_a_k_below_two_is_refused(k: Any) -> None:
    for call in (
        lambda: k_anonymity([], ["age"], k),
        lambda: generalise([], k, LADDER),
        lambda: research_export([], k),
    ):
        with pytest.raises(OptionError, match="at least 2"):
            call()


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(OptionError) as caught:
        k_anonymity([{"age": 7}, {"age": 7, "place": 1}], ["age", "place", "hair"], 1)
    assert "hair and place" in str(caught.value)
    assert "at least 2" in str(caught.value)
    with pytest.raises(OptionError, match="no column"):
        generalise([{"age": 7}], 2, [])


# The export


def many(record: dict[str, Any], count: int, **changes: Any) -> list[dict[str, Any]]:
    return [copy.deepcopy(record) | {"profile": record["profile"] | changes} for _ in range(count)]


def test_an_export_has_a_row_a_client_and_its_points(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    records = many(record, 5)
    made = research_export(records, vocabulary=vocabulary)
    assert len(made.rows) == len({row["client"] for row in made.rows}) == 5
    row = made.rows[0]
    assert (row["age"], row["setting"]) == ("school_age", "school")
    barrier, severity = next(iter(record["profile"]["barriers"].items()))
    assert row[f"severity_{barrier}"] == severity
    assert row["measures"] == ("trials", "prompt_level")
    assert row["changes"] == (0.6, 2.0), "8 of 10 after 2 of 10; prompt level 2 after 4, where down is better"
    assert Counter(point["client"] for point in made.points) == {row["client"]: 21 for row in made.rows}
    first = next(point for point in made.points if point["client"] == row["client"])
    assert (first["goal"], first["value"], first["out_of"], first["prompt"]) == (1, 2, 10, 2)
    assert set(first) == {"client", "goal", "measure", "date", "value", "out_of", "prompt"}


def test_each_client_has_one_shift_of_their_own(record: dict[str, Any]) -> None:
    made = research_export(many(record, 30), k=2, rng=random.Random(1))
    given_ = [dt.date.fromisoformat(str(point["date"])) for point in record["progress"]["goals"][0]["points"]]
    shifts = set()
    for row in made.rows:
        own = [point["date"] for point in made.points if point["client"] == row["client"] and point["goal"] == 1]
        (shift,) = {(late - early).days for early, late in zip(sorted(given_), own, strict=True)}
        assert shift % 7 == 0
        assert 0 < abs(shift) <= 182
        shifts.add(shift)
    assert len(shifts) > 10
    told = json.dumps([made.rows, made.report.model_dump()], default=str)
    assert "shift" not in told


def test_whoever_stands_alone_is_left_out_with_their_points(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    alone = copy.deepcopy(record)
    alone["profile"] |= {"age_years": 97, "setting": "nursing_home", "conditions": ["stroke"]}
    alone["progress"]["goals"][0]["points"][0]["value"] = 9.75
    made = research_export([*many(record, 25), alone], vocabulary=vocabulary)
    assert (len(made.rows), made.report.suppressed, made.report.clients) == (25, 1, 26)
    assert all(point["value"] != 9.75 for point in made.points)
    assert made.report.k.smallest == 25


def test_a_condition_outside_the_library_is_other(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    made = research_export(many(record, 5, conditions=["autism", "smiths_disease"]), vocabulary=vocabulary)
    assert {row["conditions"] for row in made.rows} == {("autism", "other")}


def test_rows_have_the_same_columns(record: dict[str, Any], vocabulary: frozenset[str]) -> None:
    bare = many(record, 5, barriers={})
    made = research_export([*many(record, 5), *bare], vocabulary=vocabulary)
    assert len({tuple(sorted(row)) for row in made.rows}) == 1
    assert len(pd.DataFrame(made.rows)) == 10


def test_the_order_of_the_clients_is_not_that_of_the_records(record: dict[str, Any]) -> None:
    records = [rec for age in range(1, 41) for rec in many(record, 1, barriers={"grasp_pattern": age % 5})]
    made = research_export(records, vocabulary={"grasp_pattern"})
    assert [row["client"] for row in made.rows] == sorted(row["client"] for row in made.rows)
    assert [row["severity_grasp_pattern"] for row in made.rows] != [age % 5 for age in range(1, 41)]


@pytest.mark.parametrize(
    "goal",
    [
        {"points": 3},
        {"points": [1, {"date": "soon", "value": 2}, {"date": "2026-09-14", "value": "x"}]},
        {"baseline": 4},
    ],
)
def test_goals_that_are_laid_out_wrongly_give_no_change(goal: dict[str, Any]) -> None:
    made = research_export([{"profile": {"setting": "home"}, "goals": [goal]}] * 2, k=2)
    assert [row["changes"] for row in made.rows] == [(None,), (None,)]
    assert made.points == ()


def test_no_record_gives_no_row() -> None:
    made = research_export([])
    assert (made.rows, made.points, made.report.clients) == ((), (), 0)


def test_a_step_of_ones_own(record: dict[str, Any]) -> None:
    by_ten = Step("age", lambda years: years // 10 * 10, "decades")
    rows = [{"age": age} for age in range(20)]
    made = generalise(rows, 10, [by_ten])
    assert Counter(row["age"] for row in made.rows) == {0: 10, 10: 10}
    assert made.steps == ("decades",)
