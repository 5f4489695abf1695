"""The text lints find a planted twin and a planted hard wording, and nothing in our own library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrec import Library
from otrec.library.lint import hard_family_wording, near_twins, reading_grade


def test_our_library_has_no_near_twins_and_reads_easily(library: Library) -> None:
    assert near_twins(library) == []
    assert hard_family_wording(library) == []


def test_planted_twin_and_hard_wording_are_found(library: Library) -> None:
    first, second = list(library.activities.values())[:2]
    steps = (*first.steps[:3], *second.steps[:1])
    twin = second.model_copy(update={"id": "planted_twin", "name": "Planted twin", "steps": steps})
    hard = second.model_copy(
        update={
            "id": "planted_wording",
            "family": "Facilitate independent participation in occupation-centred intervention opportunities.",
        }
    )
    activities = {first.id: first, twin.id: twin, hard.id: hard}
    planted = replace(library, activities=activities)
    assert any("planted_twin" in str(problem) for problem in near_twins(planted))
    assert [problem.column for problem in hard_family_wording(planted)] == ["family"]


def test_reading_grade_against_the_formula_by_hand() -> None:
    assert reading_grade("Help him peg.") == pytest.approx(0.39 * 3 + 11.8 - 15.59)
    assert reading_grade("") == 0
