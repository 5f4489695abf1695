"""Goal attainment scaling and COPM scores: published numbers, invariants, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from otrec.goals import THRESHOLDS, CopmScores, GasScale, copm_change, gas_change, gas_t, gas_table
from otrec.models import OptionError

SCORES = st.lists(st.integers(-2, 2), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("scores", "published"),
    [
        ([2, 1, 0, -2, 1], 56.03023),
        ([2, 2, 2], 77.38613),
        ([1, 0, 2], 63.69306),
        ([-1, 0, 1, 1, -1, 0], 50.0),
    ],
)
def test_published_t_scores(scores: list[int], published: float) -> None:
    """Scores and T-scores printed in the README of the R package gasr (github.com/taylordunn/gasr, README.md)."""
    assert gas_t(scores) == pytest.approx(published, abs=5e-6)


def test_the_formula_of_the_erratum() -> None:
    """Turner-Stokes 2009, erratum to pages 364 and 367: 50 + 10 sum(wx) / sqrt(0.7 sum w^2 + 0.3 (sum w)^2)."""
    # Weights 6, 2, 9 (importance x difficulty) and scores 0, 1, -1: sum wx = -7, sum w^2 = 121, (sum w)^2 = 289.
    assert gas_t([0, 1, -1], [6, 2, 9]) == pytest.approx(50 - 70 / math.sqrt(0.7 * 121 + 0.3 * 289))
    assert gas_t([1, -2], [3, 1], rho=0.5) == pytest.approx(50 + 10 / math.sqrt(0.5 * 10 + 0.5 * 16))


def test_the_usual_baseline_lies_where_the_literature_has_it() -> None:
    """Turner-Stokes & Williams 2010 (pubmed 20026573): baselines of 1-6 goals, mostly at -1, had a median of 34.9."""
    assert gas_t([-1] * 5) == pytest.approx(34.9, abs=0.6)


@given(SCORES, st.data())
def test_t_scores_keep_their_rules(scores: list[int], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(scores), max_size=len(scores)))
    told = gas_t(scores, weights)
    assert gas_t([-score for score in scores], weights) == pytest.approx(100 - told)
    assert gas_t(scores, [7 * weight for weight in weights]) == pytest.approx(told)
    assert gas_t(scores[::-1], weights[::-1]) == pytest.approx(told)
    assert gas_t([*scores, 2], [*weights, 0]) == pytest.approx(told)
    assert gas_t(scores, [3] * len(scores)) == pytest.approx(gas_t(scores))
    for place, score in enumerate(scores):
        if score < 2:
            assert gas_t([*scores[:place], score + 1, *scores[place + 1 :]], weights) > told


@given(st.floats(1e-300, 1e300))
def test_the_size_of_all_weights_does_not_matter(size: float) -> None:
    assert gas_t([1, 1], [size, size]) == pytest.approx(gas_t([1, 1]))


@given(st.integers(1, 12))
def test_the_table_is_the_formula(goals: int) -> None:
    table = dict(gas_table(goals))
    assert list(table) == list(range(-2 * goals, 2 * goals + 1))
    assert table[0] == 50
    assert table[goals] == pytest.approx(gas_t([1] * goals))
    assert table[1] == pytest.approx(gas_t([1] + [0] * (goals - 1)))


def test_change_is_the_difference_of_the_two() -> None:
    change = gas_change([-1, -2], [0, 1], [2, 3])
    assert change.baseline == gas_t([-1, -2], [2, 3])
    assert change.achieved == gas_t([0, 1], [2, 3])
    assert change.change == pytest.approx(change.to_dict()["achieved"] - change.to_dict()["baseline"])
    assert f"{change.change:+.1f}" in str(change)
    with pytest.raises(OptionError, match="2 baseline scores and 1 achieved"):
        gas_change([-1, -1], [0])


@pytest.mark.parametrize(
    ("scores", "weights", "rho", "said"),
    [
        ([], None, 0.3, "there are no scores"),
        ([3], None, 0.3, "score 1 is 3"),
        ([0, -2.5], None, 0.3, "score 2 is -2.5"),
        ([math.nan], None, 0.3, "score 1 is nan"),
        ([0, 1], [1], 0.3, "1 weights for 2 scores"),
        ([0, 1], [0, 0], 0.3, "all weights are 0"),
        ([0, 1], [1, -1], 0.3, "weight 2 is -1"),
        ([0, 1], [1, math.inf], 0.3, "weight 2 is inf"),
        ([0], None, 1.5, "rho is 1.5"),
        ([0], None, math.nan, "rho is nan"),
    ],
)
def test_bad_input_is_refused(scores: list[float], weights: list[float] | None, rho: float, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        gas_t(scores, weights, rho)


def test_all_problems_come_together() -> None:
    with pytest.raises(OptionError) as caught:
        gas_t([5, 0, -9], [1, -2], rho=-1)
    for said in ("score 1", "score 3", "2 weights for 3", "weight 2", "rho"):
        assert said in str(caught.value)


@pytest.mark.parametrize("goals", [0, 51, True])
def test_a_table_needs_a_number_of_goals(goals: int) -> None:
    with pytest.raises(OptionError, match="1 to 50"):
        gas_table(goals)


# --- scales ---------------------------------------------------------------------------------------------------------


def scale(*levels: str, **more: Any) -> GasScale:
    return GasScale.model_validate({"levels": levels, **more})


def rules(*levels: str, **more: Any) -> set[str]:
    return {finding.rule for finding in scale(*levels, **more).lint()}


EVEN = ("fastens 0 buttons", "fastens 1 button", "fastens 2 buttons", "fastens 3 buttons", "fastens 4 buttons")


def test_an_even_scale_is_left_with_one_question() -> None:
    found = scale(*EVEN).lint()
    assert [(finding.rule, finding.level) for finding in found] == [("equal_steps", "advice")]
    assert found[0].example.endswith("?")
    assert rules("10 cues", "8 cues", "6 cues", "4 cues", "2 cues") == {"equal_steps"}
    assert rules("0-2 words", "3-5 words", "6-8 words", "9-11 words", "12-14 words") == {"equal_steps"}


@pytest.mark.parametrize(
    ("levels", "rule"),
    [
        (("0 buttons", "1 button", "3 buttons", "2 buttons", "4 buttons"), "order"),
        (("0-2 words", "2-5 words", "6-8 words", "9-11 words", "12-14 words"), "overlap"),
        (("0-2 words", "3-5 words", "8-10 words", "11-13 words", "14-16 words"), "gap"),
        (("12-14 cues", "9-11 cues", "6-8 cues", "3-6 cues", "0-2 cues"), "overlap"),
        (
            (
                "0 buttons in 5 minutes",
                "1 button in 4 minutes",
                "2 buttons in 3 minutes",
                "3 buttons in 2 minutes",
                "4 buttons in 1 minute",
            ),
            "one_variable",
        ),
        (("0 buttons", "1 button", "2 cues", "3 buttons", "4 buttons"), "one_variable"),
        (("fastens none", "fastens none", "fastens two", "fastens three", "fastens four"), "same"),
        (
            (
                "much less than expected",
                "less than expected",
                "as expected",
                "more than expected",
                "much more than expected",
            ),
            "relative",
        ),
        (("0 buttons", "1 button", "2 buttons, better than expected", "3 buttons", "4 buttons"), "expected"),
    ],
)
def test_flaws_of_a_scale(levels: tuple[str, ...], rule: str) -> None:
    assert rule in rules(*levels)
    assert rule not in rules(*EVEN)


def test_uneven_steps_are_shown() -> None:
    found = scale("0 words", "1 word", "2 words", "3 words", "20 words").lint()
    assert "1, 1, 1, 17" in found[0].sentence
    assert found[0].level == "weak"


def test_weight_is_importance_times_difficulty() -> None:
    made = scale(*EVEN, importance=3, difficulty=2, baseline=-2)
    assert made.weight == 6
    assert [made.level(score) for score in (-2, 0, 2)] == [EVEN[0], EVEN[2], EVEN[4]]
    assert "no_weight" in rules(*EVEN, importance=0)
    for wrong in ({"importance": 4}, {"difficulty": -1}, {"baseline": 0}, {"levels": EVEN[:4]}, {"importance": True}):
        with pytest.raises(ValidationError):
            GasScale.model_validate({"levels": EVEN, **wrong})


# --- COPM -----------------------------------------------------------------------------------------------------------


def test_copm_means_and_change_without_a_verdict() -> None:
    change = copm_change(CopmScores.of([2, 4, 3], [1, 3, 2]), CopmScores.of([5, 6, 4], [4, 4, 4]))
    assert change.before == (3.0, 2.0)
    assert change.performance == pytest.approx(2.0)
    assert change.satisfaction == pytest.approx(2.0)
    said = str(change)
    for threshold in THRESHOLDS:
        assert threshold.source in said
    assert len(change.to_dict()["thresholds"]) == len(THRESHOLDS) >= 4
    assert not any(word in said.lower() for word in ("significant", "success", "clinically"))


@pytest.mark.parametrize(
    ("performance", "satisfaction", "said"),
    [
        ([11], [1], "performance of problem 1 is '11'"),
        ([1], [0], "satisfaction of problem 1 is '0'"),
        ([1, 2.5], [1, 2], "performance of problem 2 is '2.5'"),
        ([], [], "performance has 0 scores"),
        ([1] * 6, [1] * 6, "performance has 6 scores"),
        ([1, 2], [1], "2 performance and 1 satisfaction"),
    ],
)
def test_copm_scores_that_cannot_be_used(performance: list[Any], satisfaction: list[Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        CopmScores.of(performance, satisfaction)


def test_copm_change_needs_the_same_problems() -> None:
    with pytest.raises(OptionError, match="2 problems before and 1 after"):
        copm_change(CopmScores.of([1, 2], [1, 2]), CopmScores.of([1], [1]))
