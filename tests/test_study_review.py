"""Spaced review: answers, what is due, progress by area, and the file it is kept in."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from pydantic import ValidationError

from otrec.models import OptionError, OtrecError
from otrec.study import Option, Progress, ProgressError, Question

NOW = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def question(name: str = "one", area: str = "play") -> Question:
    options = (Option("a", "A", True, "Because."), Option("b", "B", False, "Mixed up."))
    return Question(f"card:x:{name}", "card", "x", area, "What?", (), options, 1, "So.", ())  # type: ignore[arg-type]


def answered(*answers: bool, start: Progress | None = None, gap: dt.timedelta = DAY) -> Progress:
    progress = start or Progress()
    for place, right in enumerate(answers):
        progress = progress.answer(question(), right, NOW + place * gap, fuzz=False)
    return progress


def test_a_wrong_answer_comes_back_sooner_than_a_right_one() -> None:
    wrong, right = answered(False), answered(True)
    assert wrong.records["card:x:one"].due < right.records["card:x:one"].due
    assert wrong.due(NOW) == right.due(NOW) == ()
    assert wrong.due(NOW + dt.timedelta(minutes=2)) == ("card:x:one",)
    assert right.due(NOW + dt.timedelta(minutes=2)) == ()
    assert right.due(NOW + DAY) == ("card:x:one",)


def test_gaps_grow_with_right_answers_and_shrink_with_a_wrong_one() -> None:
    gaps = []
    progress, moment = Progress(), NOW
    for right in (True, True, True, True, False):
        progress = progress.answer(question(), right, moment, fuzz=False)
        due = progress.records["card:x:one"].due
        gaps.append(due - moment)
        moment = due
    assert gaps[0] < gaps[1] < gaps[2] < gaps[3]
    assert gaps[4] < gaps[3]


def test_the_own_rating_moves_the_next_date() -> None:
    dues = [
        Progress().answer(question(), True, NOW, word, fuzz=False).records["card:x:one"].due  # type: ignore[arg-type]
        for word in ("hard", "good", "easy")
    ]
    assert dues == sorted(set(dues))


@pytest.mark.parametrize(("right", "rating"), [(True, "again"), (False, "good"), (True, "eazy")])
def test_a_rating_that_does_not_fit_is_refused(right: bool, rating: Any) -> None:
    with pytest.raises(OptionError, match="or leave it out"):
        Progress().answer(question(), right, NOW, rating)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(OptionError, match="no time zone"):
        Progress().answer(question(), True, dt.datetime(2026, 3, 1))


def test_other_time_zones_mean_the_same_moment() -> None:
    east = NOW.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert Progress().answer(question(), True, east, fuzz=False) == answered(True)


def test_an_answer_gives_a_new_progress() -> None:
    before = answered(True)
    after = answered(False, start=before)
    assert before == answered(True)
    assert (after.records["card:x:one"].answers, after.records["card:x:one"].right) == (2, 1)
    with pytest.raises(ValidationError):
        before.records = {}  # type: ignore[misc]


def test_due_is_ordered_and_kept_to_kind_and_area() -> None:
    progress = Progress()
    for place, (name, area) in enumerate((("late", "play"), ("early", "work"))):
        progress = progress.answer(question(name, area), False, NOW - place * DAY, fuzz=False)
    assert progress.due(NOW + DAY) == ("card:x:early", "card:x:late")
    assert progress.due(NOW + DAY, area="play") == ("card:x:late",)
    assert progress.due(NOW + DAY, kinds=["case"]) == ()
    assert progress.next_due() == progress.records["card:x:early"].due
    assert Progress().next_due() is None


def test_progress_by_area_counts_questions_answers_and_due() -> None:
    progress = answered(True, False, True).answer(question("two"), True, NOW, fuzz=False)
    areas = progress.by_area(NOW + 30 * DAY)
    assert len(areas) == 9
    play = areas["play"]
    assert (play.name, play.seen, play.answers, play.right_share, play.due) == ("Play", 2, 4, 0.75, 2)
    assert (areas["work"].seen, areas["work"].right_share, areas["work"].due) == (0, None, 0)


def test_a_file_gives_back_what_was_saved() -> None:
    progress = answered(True, False, True)
    assert Progress.from_json(progress.to_json(), frozenset({"card:x:one"})) == progress
    again = Progress.from_json(progress.to_json().encode(), frozenset({"card:x:one"}))
    assert answered(True, start=again) == answered(True, start=progress)


def test_questions_of_an_older_library_are_kept_aside_and_told() -> None:
    progress = answered(True).answer(question("gone"), False, NOW, fuzz=False)
    loaded = Progress.from_json(progress.to_json(), frozenset({"card:x:one"}))
    assert (set(loaded.records), set(loaded.aside)) == ({"card:x:one"}, {"card:x:gone"})
    assert "1 question is not in this library" in loaded.notes[0]
    assert not answered(True).notes
    back = Progress.from_json(loaded.to_json(), frozenset({"card:x:one", "card:x:gone"}))
    assert back == progress


def broken(**changes: Any) -> str:
    data = json.loads(answered(True).to_json())
    data["records"]["card:x:one"].update(changes)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not readable JSON"),
        ("{", "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
        ("[]", "no progress file"),
        ('{"records": {}}', "no progress file"),
        ('{"version": 9}', "version 9; version 1 is read"),
        ('{"version": 1, "records": {"card:x:one": {}}}', "records.card:x:one"),
        ('{"version": 1, "name": "Ann"}', "damaged at name"),
        (broken(right=7), "7 right of 1 answers"),
        (broken(stability=float("nan")), "stability"),
        (broken(stability=0), "incomplete"),
        (broken(due="soon"), "due"),
        (broken(due="2026-03-01T09:00:00"), "due"),
        (broken(state=4), "state"),
        (broken(area="joy"), "area"),
        ('{"version": 1}' + " " * 6_000_000, "at most 5,000,000"),
    ],
)
def test_a_broken_file_is_told_in_one_message(text: str, said: str) -> None:
    with pytest.raises(ProgressError, match=said) as told:
        Progress.from_json(text, frozenset())
    assert isinstance(told.value, OtrecError)
    assert str(told.value).endswith("Choose a file that was saved here, or start anew.")
    assert "\n" not in str(told.value)
