"""Session notes hold what was recorded and nothing else."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otrec.models import OptionError
from otrec.progress import Line, Note, ProgressFile, aimline, daily_note, days, notes, soap, wording
from otrec.progress.wording import MONTHS, PROMPT_WORDS, PROMPTS

EXAMPLE = Path(__file__).parents[1] / "examples" / "progress_pencil_grip.yaml"
NAMES = {"pencil_circus_warm_up": "Four pencil tricks", "pencil_grip_trial_own_words": "Try four pencils"}
DAY = dt.date(2026, 10, 19)
WORD = re.compile(r"[^\W\d_]+")

#: One session in which everything is recorded, in words that stand nowhere else.
FULL: dict[str, Any] = {
    "date": DAY, "minutes": 37,
    "activities": [{"activity": "pencil_circus_warm_up", "minutes": 11, "prompt": "gestural", "response": "disliked",
                    "grade": "Thicker crayons"}],
    "said": [{"words": "Dragons everywhere", "by": "client"}, {"words": "Tired since breakfast", "by": "family"}],
    "observations": ["Yawned thrice"], "home_programme": "no", "next_step": "Borrow sandpaper",
}  # fmt: skip
GOALS: list[dict[str, Any]] = [
    {"id": "g1", "text": "Spells nickname", "measure": "trials", "unit": "glyphs", "direction": "up",
     "baseline": {"date": "2026-09-07", "value": 2, "out_of": 10},
     "target": {"date": "2026-12-14", "value": 8, "out_of": 10},
     "points": [{"date": "2026-10-05", "value": 3, "out_of": 10},
                {"date": DAY, "value": 4, "out_of": 10, "prompt": "model", "setting": "aquarium", "by": "assistant",
                 "note": "Hiccups"}]},
    {"id": "g2", "text": "Opens lunchbox", "measure": "duration", "unit": "heartbeats", "direction": "down",
     "baseline": {"date": "2026-09-07", "value": 80}, "target": {"date": "2026-12-14", "value": 24},
     "points": [{"date": DAY, "value": 66}]},
]  # fmt: skip


def record(session: dict[str, Any] = FULL, goals: list[dict[str, Any]] = GOALS) -> ProgressFile:
    return ProgressFile.parse({"client": "c077", "goals": goals, "sessions": [session]})


def both(file: ProgressFile, date: dt.date = DAY) -> list[Note]:
    return [soap(file, date, NAMES), daily_note(file, date, NAMES)]


def lines(note: Note) -> list[Line]:
    return [line for held in note.sections.values() for line in held]


def template_words() -> set[str]:
    """All words in the texts of the modules that word a note (docstrings left out), with prompts and months."""
    words = {word.lower() for text in (*PROMPT_WORDS, *MONTHS) for word in WORD.findall(text)}
    for part in (notes, wording.change, wording.recorded, wording.on_scale, wording.difference):
        tree = ast.parse(inspect.getsource(part))
        about = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
                 if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)}  # fmt: skip
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        words |= {word.lower() for text in texts - about for word in WORD.findall(text)}
    return words | {"points", "levels"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif value is not None:
        yield str(value)


def at(session: dict[str, Any], origin: str) -> Any:
    """What stands in a session under an origin such as `said.1.words`."""
    found: Any = session
    for part in origin.split("."):
        found = found[int(part) - 1] if part.isdigit() else found[part]
    return found


def test_soap_has_its_four_parts_and_what_belongs_there() -> None:
    note = soap(record(), DAY, NAMES)
    parts = {name[0]: [line.text for line in held] for name, held in note.sections.items()}
    assert parts["S"] == ["Client said: “Dragons everywhere”", "Family said: “Tired since breakfast”"]
    assert parts["O"] == [
        "Minutes: 37.",
        "Four pencil tricks; minutes: 11; prompt: gestural; response: disliked; grade: Thicker crayons.",
        "Observed: Yawned thrice.",
        "Measured, Spells nickname: 4 of 10 glyphs (40 %); setting: aquarium; prompt: model; by: assistant; "
        "note: Hiccups (g1.p02).",
        "Measured, Opens lunchbox: 66 heartbeats (g2.p01).",
        "Home programme since the last session: not done.",
    ]
    assert parts["A"] == [
        "g1 on this day: 40 %. Against the baseline of 7 September 2026, 20 %: 20 percentage points more (g1.p02, g1).",
        "g1 on this day: 40 %. Against the aim for 19 October 2026, 45.7 %: 5.7 percentage points less (g1.p02, g1).",
        "g1 on this day: 40 %. Against the measured day before, 5 October 2026, 30 %: 10 percentage points more "
        "(g1.p02, g1.p01, g1).",
        "g2 on this day: 66 heartbeats. Against the baseline of 7 September 2026, 80 heartbeats: 14 heartbeats less "
        "(g2.p01, g2).",
        "g2 on this day: 66 heartbeats. Against the aim for 19 October 2026, 56 heartbeats: 10 heartbeats more "
        "(g2.p01, g2).",
    ]
    assert parts["P"] == ["Next step: Borrow sandpaper."]


def test_the_daily_note_is_shorter_and_compares_nothing() -> None:
    note = daily_note(record(), DAY, NAMES)
    text = note.text()
    assert text.startswith("Daily note, 19 October 2026, client c077\n\n- Minutes: 37.")
    assert "Against" not in text
    assert "Dragons" not in text
    assert set(lines(note)) < set(lines(soap(record(), DAY, NAMES)))


def test_a_bare_session_says_not_recorded_and_invents_nothing() -> None:
    bare = record({"date": DAY}, [{**item, "points": []} for item in GOALS])
    note = soap(bare, DAY, NAMES)
    assert [line.text for line in lines(note)] == [
        "Words of the client or others: not recorded.", "Minutes: not recorded.", "Activities: not recorded.",
        "Observations: not recorded.", "Measured: not recorded.",
        "Home programme since the last session: not recorded.",
        "Comparisons: not possible, nothing was measured on this day.", "Next step: not recorded.",
    ]  # fmt: skip
    assert all(not line.rests_on for line in lines(note))
    half = record({"date": DAY, "activities": [{"activity": "unknown_game"}]})
    assert (
        "unknown_game; minutes: not recorded; prompt: not recorded; response: not recorded; grade: not recorded."
        in [line.text for line in lines(soap(half, DAY, NAMES))]
    )


REMOVABLE: list[tuple[str, str]] = [
    ("minutes", "37"), ("said.1", "Dragons"), ("said.2", "Tired"), ("observations.1", "Yawned"),
    ("home_programme", "not done"), ("next_step", "sandpaper"), ("activities.1", "Four pencil tricks"),
    ("activities.1.minutes", "11"), ("activities.1.prompt", "gestural"), ("activities.1.response", "disliked"),
    ("activities.1.grade", "crayons"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "word"), REMOVABLE)
def test_a_fact_taken_out_of_the_record_is_out_of_the_note(place: str, word: str) -> None:
    *way, last = place.split(".")
    session = json.loads(json.dumps(FULL, default=str))
    held = at(session, ".".join(way)) if way else session
    held.pop(int(last) - 1 if last.isdigit() else last)
    before, after = (soap(record(item), DAY, NAMES).text() for item in (FULL, session))
    assert word in before
    assert word not in after
    assert after.count("not recorded") >= before.count("not recorded")
    lost = {line for line in before.splitlines() if line not in after.splitlines()}
    assert len(lost) == 1, "only the line of that fact changes"


@pytest.mark.parametrize("field", ["setting", "prompt", "by", "note"])
def test_a_fact_taken_out_of_a_point_is_out_of_the_note(field: str) -> None:
    goals = json.loads(json.dumps(GOALS, default=str))
    word = goals[0]["points"][1].pop(field)
    assert f"{field}: {word}" in soap(record(), DAY, NAMES).text()
    assert f"{field}: {word}" not in soap(record(goals=goals), DAY, NAMES).text()


def test_a_point_taken_out_takes_its_lines_along() -> None:
    goals = json.loads(json.dumps(GOALS, default=str))
    goals[1]["points"] = []
    for note in both(record(goals=goals)):
        assert "g2" not in note.text()
        assert "heartbeats" not in note.text()
    goals[0]["points"].pop(0)
    assert "the measured day before" not in soap(record(goals=goals), DAY, NAMES).text()


def check_origins(file: ProgressFile, date: dt.date) -> None:
    """Every word and figure is the template's, or stands under its origin in the record."""
    session = next(item for item in file.model_dump(mode="json")["sessions"] if item["date"] == date.isoformat())
    known = {item.id: item for goal in file.goals for item in goal.points} | {goal.id: goal for goal in file.goals}
    for note in both(file, date):
        for line in lines(note):
            assert {word.lower() for word in WORD.findall(line.template)} <= template_words()
            assert not re.search(r"\d", line.template)
            assert line.template.count("{}") == len(line.given)
            assert line.text == line.template.format(*(item.text for item in line.given))
            for item in line.given:
                assert item.origin
                if all(name in known for name in item.origin):
                    source = " ".join(strings([known[name].model_dump(mode="json") for name in item.origin]))
                else:
                    (place,) = item.origin
                    value = at(session, place)
                    source = str(value if not place.endswith("prompt") else PROMPTS[value])
                    source += " " + NAMES.get(str(value), "") if place.endswith("activity") else ""
                    assert set(re.findall(r"\d+", item.text)) <= set(re.findall(r"\d+", source))
                allowed = template_words() | {word.lower() for word in WORD.findall(source.replace("_", " "))}
                assert {word.lower() for word in WORD.findall(item.text)} <= allowed, item


def test_no_word_of_a_note_is_without_origin() -> None:
    check_origins(record(), DAY)
    file = ProgressFile.load(EXAMPLE)
    for session in file.sessions:
        check_origins(file, session.date)
    secret = {"dragons", "yawned", "sandpaper", "hiccups", "aquarium", "glyphs", "heartbeats", "crayons"}
    assert not secret & template_words(), "the check could not fail"


def test_recorded_words_come_back_as_they_stand() -> None:
    session = FULL | {"said": [{"words": "{0} % and {braces} “quoted”"}], "next_step": "Is {this} done?"}
    for note in both(record(session)):
        assert note.text().endswith("Next step: Is {this} done?\n")
    assert "Client said: “{0} % and {braces} “quoted””" in soap(record(session), DAY, NAMES).text()


Texts = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(Texts, max_size=3), st.lists(Texts, max_size=3), st.none() | Texts, st.none() | st.integers(1, 90),
    st.sampled_from([None, "yes", "no", "unknown", True, False]),
)  # fmt: skip
def test_whatever_is_recorded_stands_in_the_note_once(
    said: list[str], observed: list[str], step: str | None, minutes: int | None, home: Any
) -> None:
    session = {"date": DAY, "said": [{"words": text} for text in said], "observations": observed,
               "next_step": step, "minutes": minutes, "home_programme": home}  # fmt: skip
    note = soap(record(session), DAY, NAMES)
    s, o, _, p = note.sections.values()
    assert [line.given[1].text for line in s if line.given] == [text.strip() for text in said]
    seen = [line for line in o if line.template.startswith("Observed")]
    assert [line.given[0].text.rstrip(".") for line in seen] == [text.strip().rstrip(".") for text in observed]
    assert ("not recorded" in p[0].template) == (step is None)
    assert (o[0].text == "Minutes: not recorded.") == (minutes is None)
    told: dict[Any, str] = {None: "not recorded", "yes": "done", "no": "not done", "unknown": "asked, not known"}
    key = {True: "yes", False: "no"}.get(home, home) if isinstance(home, bool) else home
    assert o[-1].text == f"Home programme since the last session: {told[key]}."


def test_a_bare_yes_or_no_of_yaml_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    goal = json.dumps(GOALS[1], default=str)
    path.write_text(f"client: c077\ngoals: [{goal}]\nsessions: [{{date: 2026-10-19, home_programme: yes}}]\n")
    assert ProgressFile.load(path).sessions[0].home_programme == "yes"


def test_comparisons_are_those_of_the_series() -> None:
    file = ProgressFile.load(EXAMPLE)
    date = dt.date(2026, 11, 16)
    found = soap(file, date, NAMES).sections["A (assessment: comparisons only)"]
    goal = file.goal("g1")
    now = days(goal.until(date))[-1]
    aim = 100 * aimline(goal, [date])[0]
    assert now.value == pytest.approx(0.65)
    assert found[1].text == (
        f"g1 on this day: 65 %. Against the aim for 16 November 2026, {aim:.1f} %: {65 - aim:.1f} percentage points "
        "more (g1.p09, g1.p10, g1)."
    )
    assert found[2].rests_on == ("g1", "g1.p09", "g1.p10", "g1.p08")
    assert found[4].given[4].text == "0.9 levels higher"


def test_nothing_is_compared_on_a_day_without_a_point() -> None:
    goals = json.loads(json.dumps(GOALS, default=str))
    goals[1]["points"][0]["date"] = "2026-10-12"
    goals[0]["points"].append({"date": "2026-10-26", "value": 9, "out_of": 10})
    note = soap(record(goals=goals), DAY, NAMES)
    assert "g2" not in note.text()
    found = note.sections["A (assessment: comparisons only)"]
    assert {line.given[1].text for line in found} == {"40 %"}, "later points are not looked at"


def test_a_day_without_a_session_is_a_clear_message() -> None:
    with pytest.raises(OptionError, match="no session is recorded on 2026-10-20; the file has 1") as caught:
        soap(record(), dt.date(2026, 10, 20), NAMES)
    assert "c077" not in str(caught.value)


def test_a_note_is_plain_data_without_codes() -> None:
    for note in both(record()):
        data = json.loads(json.dumps(note.to_dict()))
        assert data["date"] == "2026-10-19"
        told = [line for held in data["sections"].values() for line in held]
        assert [line["text"] for line in told] == [line.text for line in lines(note)]
        assert all(item["origin"] for line in told for item in line["given"])
        assert not re.search(r"\b9[27]\d{3}\b|CPT|ICD|units? billed", note.text())
