"""What the library has to hold, counted."""

from __future__ import annotations

import re
from collections import Counter

from otrec import Library
from otrec.library.card import BANDS, in_band
from otrec.models.terms import SETTING_NAMES

PHASES = ("warm_up", "targeted", "practice", "reflection")
#: Age bands in which a setting occurs for certain.
BANDS_OF = {
    "hospital": BANDS,
    "school": ("preschool 3-5", "school age 5-12", "teenager 12-18"),
    "clinic": BANDS,
    "home": BANDS,
    "rehab": ("adult 18-65", "older adult 65+"),
    "nursing_home": ("older adult 65+",),
    "teletherapy": BANDS,
    "nicu": ("infant 0-1",),
    "community": ("school age 5-12", "teenager 12-18", "adult 18-65", "older adult 65+"),
    "workplace": ("adult 18-65",),
}


def test_enough_activities_for_all_ages(library: Library) -> None:
    assert len(library.activities) >= 150
    assert sum(activity.age_min >= 16 for activity in library.activities.values()) >= 65


def test_every_barrier_setting_phase_and_age_is_covered(library: Library) -> None:
    activities = library.activities.values()
    assert {name for item in activities for name in item.primary} == set(library.barriers)
    assert {name for item in activities for name in item.occupations} == set(library.occupations)
    assert {name for item in activities for name in item.phases} == set(PHASES)
    for setting in SETTING_NAMES:
        for band in BANDS_OF[setting]:
            assert any(setting in item.settings and in_band(item, band) for item in activities), (setting, band)


def test_the_graph_has_its_size(library: Library) -> None:
    assert len(library.addressed_by) >= 450
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


def test_obvious_hazards_are_tagged(library: Library) -> None:
    """A word in name, steps or materials that names a hazard goes with one of its tags."""
    words = {
        r"\bballoons?\b": {"balloon"},
        r"\b(therapy )?swings? (seat|set)\b|\bplatform swing\b": {"swinging"},
        r"\bweighted (vest|blanket|lap)\b": {"weighted_item"},
        r"\bpotting soil\b|\bcompost\b": {"soil_plants"},
        r"\b(sharp|kitchen|chef's|paring) knife\b": {"blade"},
        r"\b(hot|preheated|baking|kitchen) oven\b|\boven (gloves|tray|door)\b": {"heat"},
        r"\bmagnets\b": {"magnets"},
        r"\btrampoline\b": {"jumping"},
        r"\bpeanut butter\b": {"allergen_nut"},
    }
    for item in library.activities.values():
        told = " ".join((item.name, *item.steps, *item.materials)).lower()
        for pattern, tags in words.items():
            if re.search(pattern, told):
                assert tags & set(item.hazards), f"{item.id}: {pattern}"


def test_sexuality_is_for_adults_and_gated(library: Library) -> None:
    for item in library.activities.values():
        if {"sexual_activity", "intimate_partner_relationships"} & set(item.occupations):
            assert item.age_min >= 16, item.id
    gate = [rule for rule in library.rules if "sexual_health" in rule.what.hazards and rule.effect == "require"]
    assert gate


def test_evidence_is_cited_with_authors_and_year(library: Library) -> None:
    for finding in library.evidence.values():
        assert re.match(r".+ \d{4}, .+", finding.citation), finding.finding_id
