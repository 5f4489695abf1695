"""Each lint finds a planted defect, and nothing in our own library."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from otrec import Library
from otrec.library.coverage import LEAST, Corner, corners, needs_no_purchase, serves
from otrec.library.lint import LINTS, idle_hazards, lint, reading_grade, untagged_hazards
from otrec.library.strengths import rule_strength
from otrec.models import Activity, AddressedBy

#: Words of which each has to be caught without its tag.
HAZARD_WORDS = (
    "balloon", "bean", "bead", "magnet", "latex", "nut", "oven", "knife", "swing", "spin", "inversion", "weighted",
    "soil", "hot", "ice", "kettle", "trampoline",
)  # fmt: skip


def changed(library: Library, activity_id: str, **fields: Any) -> Library:
    """The library with one activity changed."""
    activity = library.activities[activity_id].model_copy(update=fields)
    return replace(library, activities={**library.activities, activity_id: activity})


def without(library: Library, unwanted: str) -> Library:
    """The library without the activities that reach a barrier as primary target."""
    kept = {name: item for name, item in library.activities.items() if unwanted not in item.primary}
    return replace(library, activities=kept)


@pytest.fixture(scope="module")
def first(library: Library) -> Activity:
    return next(item for item in library.activities.values() if "school" in item.settings)


@pytest.mark.parametrize("name", LINTS)
def test_our_library_has_nothing_to_mend(library: Library, name: str) -> None:
    assert [str(problem) for problem in LINTS[name](library)] == []


def test_a_thin_corner_is_found(library: Library) -> None:
    problems = LINTS["coverage"](without(library, "scissor_use"))
    assert any("Scissor" in str(problem) and "has 0, the aim is 15" in str(problem) for problem in problems)


def test_every_kind_of_corner_has_an_aim_and_can_be_thin(library: Library) -> None:
    empty = corners(replace(library, activities={}))
    assert all(corner.thin for corner in empty)
    assert {corner.kind for corner in empty} == {*LEAST, "library", "phase"}
    assert not Corner("tool", "x", 3, 3).thin


def test_coverage_counts_by_hand(library: Library, first: Activity) -> None:
    barrier = next(item for item in library.barriers.values() if "school_age" in item.common_in)
    narrow = first.model_copy(update={"age_min": 6.0, "age_max": 8.0, "tools": (), "primary": (barrier.id,)})
    assert serves(narrow, "school_age")
    assert not serves(narrow, "preschool")
    bought = narrow.model_copy(update={"tools": (next(iter(library.tools)),)})
    assert (needs_no_purchase(narrow), needs_no_purchase(bought)) == (True, False)
    name = f"{barrier.name}, school age 5-12"
    for item, count in ((narrow, 1), (bought, 0)):
        one = replace(library, activities={item.id: item})
        found = [c for c in corners(one) if c.kind.startswith("barrier and age") and c.name == name]
        assert [c.count for c in found] == [count]


def test_a_near_twin_is_found(library: Library) -> None:
    one, two = list(library.activities.values())[:2]
    twin = two.model_copy(
        update={"id": "planted_twin", "name": "Planted twin", "steps": (*one.steps[:3], two.steps[0])}
    )
    planted = replace(library, activities={**library.activities, twin.id: twin})
    assert any("planted_twin" in str(problem) for problem in LINTS["duplicates"](planted))


@pytest.mark.parametrize("column", ["family", "teacher"])
def test_a_hard_wording_is_found(library: Library, first: Activity, column: str) -> None:
    text = "Facilitate independent participation in occupation-centred intervention opportunities."
    problems = LINTS["reading grade"](changed(library, first.id, **{column: text}))
    assert [problem.column for problem in problems] == [column]


def test_a_missing_teacher_wording_is_found(library: Library, first: Activity) -> None:
    problems = LINTS["reading grade"](changed(library, first.id, teacher=""))
    assert [problem.column for problem in problems] == ["teacher"]


@pytest.mark.parametrize("word", HAZARD_WORDS)
def test_a_hazard_word_without_its_tag_is_found(library: Library, first: Activity, word: str) -> None:
    planted = first.model_copy(update={"hazards": (), "steps": (*first.steps[:3], f"Take the {word} now.")})
    found = untagged_hazards(replace(library, activities={first.id: planted}))
    assert any(f"says '{word}'" in str(problem) for problem in found)


def test_harmless_phrases_and_cleared_activities_are_left_alone(library: Library, first: Activity) -> None:
    steps = ("Both arms swing as you walk.", "Throw the bean bag.", "Pick a wing nut.", "Look at the board.")
    plain = first.model_copy(update={"steps": steps, "hazards": (), "tools": (), "materials": (), "name": "Plain"})
    assert untagged_hazards(replace(library, activities={plain.id: plain})) == []
    risky = plain.model_copy(update={"steps": ("Fill the balloon.", *steps)})
    one = replace(library, activities={risky.id: risky})
    assert len(untagged_hazards(one)) == 2, "balloon and latex"
    balloon = library.hazards["balloon"].model_copy(update={"cleared": {risky.id: "A test."}})
    latex = library.hazards["latex"].model_copy(update={"cleared": {risky.id: "A test."}})
    assert untagged_hazards(replace(one, hazards={**library.hazards, "balloon": balloon, "latex": latex})) == []


def test_idle_hazards_and_wrong_clearings_are_found(library: Library, first: Activity) -> None:
    unruled = replace(library, rules=tuple(rule for rule in library.rules if "latex" not in rule.what.hazards))
    assert any("hazard latex: no rule" in str(problem) for problem in idle_hazards(unruled))
    uncarried = replace(library, activities={first.id: first})
    assert any("no activity carries it" in str(problem) for problem in idle_hazards(uncarried))
    cleared = library.hazards["latex"].model_copy(update={"cleared": {"no_such_activity": "A test."}})
    wrong = replace(library, hazards={**library.hazards, "latex": cleared})
    assert any("'no_such_activity' is no activity" in str(problem) for problem in idle_hazards(wrong))


def test_a_barrier_out_of_reach_and_a_felt_strength_are_found(library: Library, first: Activity) -> None:
    lost = changed(
        library, first.id, techniques=("sensory_integration_intervention",), primary=("medication_management",)
    )
    assert any("reached by none" in str(problem) for problem in LINTS["evidence"](lost))
    edge = library.addressed_by[0].model_copy(update={"strength": 0.55})
    felt = replace(library, addressed_by=(edge, *library.addressed_by[1:]))
    assert any("0.55 is given" in str(problem) for problem in LINTS["evidence"](felt))


def test_a_link_cites_or_says_none_found() -> None:
    link = {
        "barrier": "balance",
        "technique": "balance_training",
        "strength": 0.5,
        "rationale": "A test.",
        "target": "organ function",
    }
    with pytest.raises(ValidationError, match="evidence"):
        AddressedBy.model_validate(link)
    assert AddressedBy.model_validate({**link, "evidence": "none found"}).evidence == ()
    with pytest.raises(ValidationError, match="evidence"):
        AddressedBy.model_validate({**link, "evidence": "somewhere"})


def test_the_strength_rule_by_hand(library: Library) -> None:
    finding = next(iter(library.evidence.values()))

    def one(direction: str, strength: str = "") -> Any:
        return finding.model_copy(update={"direction": direction, "strength": strength})

    assert rule_strength("main", [one("supports", "strong")]) == 0.9
    assert rule_strength("usual", [one("supports"), one("mixed")]) == 0.4
    assert rule_strength("usual", [one("supports"), one("supports"), one("no-effect")]) == 0.6
    assert rule_strength("supporting", [one("against")]) == 0.1


def test_reading_grade_against_the_formula_by_hand() -> None:
    assert reading_grade("Help him peg.") == pytest.approx(0.39 * 3 + 11.8 - 15.59)
    assert reading_grade("") == 0


def test_all_lints_run_together(library: Library) -> None:
    thin = lint(without(library, "scissor_use"))
    assert {problem.column for problem in thin} >= {
        "barrier as primary target",
        "barrier and age, without bought equipment",
    }
