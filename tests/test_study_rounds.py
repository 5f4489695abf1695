"""Rounds of questions: the same by id, due ones first, new ones varied; and `Study` holds nothing about a student."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import subprocess
import sys

import pytest

from otrec import Engine
from otrec.models import OptionError, UnknownIdError
from otrec.study import KINDS, Progress, Study

NOW = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)
DIGEST = """
import datetime as dt, hashlib
from otrec import Engine
from otrec.study import KINDS, Progress, Study
study = Study(Engine())
now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
shown = [repr(study.round_of(Progress(), now, [kind], n=9, seed=4)) for kind in KINDS]
print(hashlib.sha256("".join(shown).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def study(engine: Engine) -> Study:
    return Study(engine)


def test_questions_are_the_same_in_every_process() -> None:
    digests = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True, env=env)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_a_question_comes_back_by_its_id(study: Study, engine: Engine) -> None:
    other = Study(engine)
    for kind in KINDS:
        for question in study.round_of(Progress(), NOW, [kind], n=3):
            assert other.question(question.id) == question


def test_an_unknown_question_is_named(study: Study) -> None:
    with pytest.raises(UnknownIdError, match="card:barrier_named:no_such_thing"):
        study.question("card:barrier_named:no_such_thing")


@pytest.mark.parametrize("seed", range(6))
def test_five_cards_in_a_row_are_of_five_patterns(study: Study, seed: int) -> None:
    cards = study.round_of(Progress(), NOW, ["card"], seed=seed)
    assert len({card.topic for card in cards}) == 5
    assert len({card.id.split(":")[2] for card in cards}) == 5


def test_a_mixed_round_has_every_kind(study: Study) -> None:
    assert {question.kind for question in study.round_of(Progress(), NOW)} == set(KINDS)


def test_another_seed_gives_other_questions(study: Study) -> None:
    rounds = [frozenset(q.id for q in study.round_of(Progress(), NOW, ["grading"], seed=seed)) for seed in range(5)]
    assert len(frozenset.union(*rounds)) >= 20


def test_rounds_keep_to_area_and_kind(study: Study) -> None:
    for kind, area in itertools.product(("card", "path"), ("work", "rest_sleep")):
        found = study.round_of(Progress(), NOW, [kind], area, n=8)  # type: ignore[list-item, arg-type]
        assert len(found) == 8
        assert {(question.kind, question.area) for question in found} == {(kind, area)}


def test_due_questions_come_first_and_answered_ones_do_not_come_as_new(study: Study) -> None:
    first = study.round_of(Progress(), NOW, ["card"], n=4)
    progress = Progress()
    for place, question in enumerate(first):
        progress = progress.answer(question, place != 2, NOW + dt.timedelta(seconds=place), fuzz=False)
    soon = study.round_of(progress, NOW + dt.timedelta(seconds=30), ["card"], n=4)
    assert not {question.id for question in first} & {question.id for question in soon}
    in_two_minutes = study.round_of(progress, NOW + dt.timedelta(minutes=2), ["card"], n=4)
    assert in_two_minutes[0].id == first[2].id
    next_year = study.round_of(progress, NOW + dt.timedelta(days=365), ["card"], n=6)
    assert {question.id for question in next_year[:4]} == {question.id for question in first}
    assert not study.round_of(progress, NOW + dt.timedelta(days=365), ["path"], n=1)[0].id.startswith("card")


def test_when_all_is_seen_the_next_due_is_practised_ahead(study: Study) -> None:
    everything = list(study.questions(["contraindication"], "rest_sleep"))
    progress = Progress()
    for question in everything:
        progress = progress.answer(question, True, NOW, fuzz=False)
    again = study.round_of(progress, NOW + dt.timedelta(seconds=1), ["contraindication"], "rest_sleep", n=3)
    assert len(again) == 3


def test_a_due_question_of_another_library_is_passed_over(study: Study) -> None:
    (question,) = study.round_of(Progress(), NOW, ["card"], n=1)
    record = Progress().answer(question, False, NOW).records[question.id]
    progress = Progress(records={"card:barrier_named:gone": record})
    later = study.round_of(progress, NOW + dt.timedelta(days=9), ["card"], n=2)
    assert len(later) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"n": 0}, "from 1 to 50"), ({"kinds": ["cart"]}, "Did you mean 'card'"), ({"area": "plays"}, "mean 'play'")],
)
def test_wrong_options_are_told(study: Study, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        study.round_of(Progress(), NOW, **wrong)  # type: ignore[arg-type]


def test_a_right_answer_is_all_of_the_right_options(study: Study) -> None:
    (case,) = study.round_of(Progress(), NOW, ["case"], n=1)
    assert case.is_right(case.right)
    assert not case.is_right(list(case.right)[:2])
    assert not case.is_right([option.id for option in case.options])


def test_a_round_leaves_no_trace_in_the_study(study: Study) -> None:
    study.round_of(Progress(), NOW)
    before = {name: id(value) for name, value in vars(study).items()}
    progress = Progress().answer(study.round_of(Progress(), NOW, n=1)[0], True, NOW)
    study.round_of(progress, NOW, seed=3)
    assert {name: id(value) for name, value in vars(study).items()} == before
