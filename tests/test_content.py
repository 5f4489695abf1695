"""What the library has to hold, counted."""

from __future__ import annotations

import re
from collections import Counter

from otrec import Library
from otrec.library.coverage import ADULT_AGE


def test_the_library_has_its_size(library: Library) -> None:
    """Coverage corner by corner is in `test_lint.py`; this is what the issue counts in one number each."""
    assert len(library.activities) >= 1000
    assert sum(activity.age_min >= ADULT_AGE for activity in library.activities.values()) >= 450
    assert len(library.rules) >= 160
    assert len(library.evidence) >= 400
    assert len({finding.id for finding in library.evidence.values()}) >= 200


def test_the_graph_has_its_size(library: Library) -> None:
    assert len(library.addressed_by) >= 900
    assert len(library.requires) >= 70
    assert all(edge.rationale.endswith(".") for edge in library.addressed_by)
    rationales = Counter(edge.rationale for edge in library.addressed_by)
    assert max(rationales.values()) == 1


def test_every_activity_has_a_path_to_a_primary_barrier(library: Library) -> None:
    linked = {(edge.barrier, edge.technique) for edge in library.addressed_by}
    for item in library.activities.values():
        assert {(b, t) for b in item.primary for t in item.techniques} & linked, item.id


def test_each_activity_is_its_own(library: Library) -> None:
    activities = list(library.activities.values())
    for field in ("name", "purpose", "steps", "family"):
        counts = Counter(getattr(item, field) for item in activities)
        assert max(counts.values()) == 1, field
    steps = Counter(step for item in activities for step in item.steps)
    assert [step for step, count in steps.items() if count > 1 and len(step) > 60] == []


def test_grades_change_different_things(library: Library) -> None:
    for item in library.activities.values():
        for grades in (item.grade_down, item.grade_up):
            assert len({step.axis for step in grades}) >= 2, item.id
            assert len({step.change for step in grades}) == 3, item.id


def test_no_filler_words(library: Library) -> None:
    filler = re.compile(r"\b(encourage the|various materials|improve skills|work on their|as needed)\b", re.I)
    for item in library.activities.values():
        assert not filler.search(" ".join((item.purpose, *item.steps))), item.id


def test_sexuality_is_for_adults_and_gated(library: Library) -> None:
    for item in library.activities.values():
        if {"sexual_activity", "intimate_partner_relationships"} & set(item.occupations):
            assert item.age_min >= 16, item.id
    gate = [rule for rule in library.rules if "sexual_health" in rule.what.hazards and rule.effect == "require"]
    assert gate


def test_evidence_is_cited_with_authors_and_year(library: Library) -> None:
    for finding in library.evidence.values():
        assert re.match(r".+ \d{4}, .+", finding.citation), finding.finding_id
