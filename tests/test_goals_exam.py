"""An exam for the goal lint: 130 goals that its author had not seen, labelled by another reader under definitions.

`goals_labelled.csv` was written without a look at the lint. In the first run, blind, the lint refused 19 of the 55 good
goals and let 3 of the 75 faulty ones through. The two had read *condition* differently (the labels count a level of
help as one); with the same reading it refuses 12 and lets 4 through. No rule was made for a single goal of the exam.
Labels are one reader's, no clinician's; 17 are called doubtful in their notes.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from otrec.goals import GoalReview, lint

PARTS: Final = {
    "who": "who",
    "what": "behaviour",
    **{name: name for name in ("condition", "criterion", "measure", "time")},
}
#: At most so many false alarms and misses a part, of 130 goals (120 to 117 do not lack the part, 5 to 18 do).
FALSE_ALARMS: Final = {"who": 9, "behaviour": 7, "condition": 11, "criterion": 7, "measure": 4, "time": 6}
MISSES: Final = {"who": 0, "behaviour": 3, "condition": 2, "criterion": 3, "measure": 4, "time": 0}


@pytest.fixture(scope="module")
def exam() -> list[tuple[dict[str, str], GoalReview]]:
    path = Path(__file__).with_name("goals_labelled.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [(row, lint(row["text"])) for row in csv.DictReader(file)]


def split(text: str) -> set[str]:
    return {word for word in text.split("; ") if word}


def troubled(review: GoalReview) -> bool:
    """Whether the lint says that something has to be mended."""
    return any(item.level in ("missing", "weak") for item in review.findings)


def test_there_are_enough_good_and_bad_goals(exam: list[tuple[dict[str, str], GoalReview]]) -> None:
    good = [row for row, _ in exam if not row["missing"] and not row["other_faults"]]
    assert len(good) >= 50
    assert len(exam) - len(good) >= 60
    assert {row["wording"] for row, _ in exam} == {"school", "medical"}


def test_few_good_goals_are_refused_and_few_bad_ones_let_through(exam: list[tuple[dict[str, str], GoalReview]]) -> None:
    good = [(row, review) for row, review in exam if not row["missing"] and not row["other_faults"]]
    bad = [(row, review) for row, review in exam if row["missing"] or row["other_faults"]]
    refused = [row["id"] for row, review in good if not review.passes]
    through = [row["id"] for row, review in bad if not troubled(review)]
    assert len(refused) <= 12, refused
    assert len(through) <= 4, through


def test_parts_are_found_as_labelled(exam: list[tuple[dict[str, str], GoalReview]]) -> None:
    alarms: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for row, review in exam:
        lost, labelled = {PARTS[part] for part in review.missing}, split(row["missing"])
        alarms.update(lost - labelled)
        missed.update(labelled - lost)
    assert {part: count for part, count in alarms.items() if count > FALSE_ALARMS[part]} == {}
    assert {part: count for part, count in missed.items() if count > MISSES[part]} == {}


@pytest.mark.parametrize(
    ("fault", "rule", "least"),
    [
        ("therapist_as_subject", "staff_subject", 6),
        ("eligibility", "eligibility", 4),
        ("identifying", ("name", "birth_date"), 6),
        ("unobservable_verb", "vague_verb", 10),
        ("no_occupation", "body_only", 4),
        ("percent_of_nothing", "bare_percent", 6),
        ("two_behaviours", "two_behaviours", 3),
    ],
)
def test_other_faults_are_called_by_their_name(
    exam: list[tuple[dict[str, str], GoalReview]], fault: str, rule: str | tuple[str, ...], least: int
) -> None:
    named = (rule,) if isinstance(rule, str) else rule
    found = [
        row["id"]
        for row, review in exam
        if fault in split(row["other_faults"]) and {item.rule for item in review.findings} & set(named)
    ]
    assert len(found) >= least, found
