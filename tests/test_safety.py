"""Safety rules: every one is seen to catch and to spare, and the gates open only with what they ask for."""

from __future__ import annotations

import pytest

from otrec import Client, Engine, Library, load_library
from otrec.library.checks import probe_client
from otrec.models import Rule, Unless, What, When
from otrec.safety import AssessmentDomains, Screen, applies, is_open, matches, probe_rules, screen

from .planted import VEST

LIBRARY = load_library()
RULES = {rule.id: rule for rule in LIBRARY.rules}


def catches(rule: Rule, client: Client) -> bool:
    opened = rule.effect == "require" and is_open(rule, client, AssessmentDomains(LIBRARY).documented(client))
    return applies(rule.when, client) is True and not opened


@pytest.mark.parametrize("name", RULES)
def test_rule_catches_and_spares(name: str) -> None:
    rule = RULES[name]
    assert catches(rule, probe_client(rule.catches))
    assert not catches(rule, probe_client(rule.spares))
    assert rule.reason.endswith((".", "!", "?"))
    assert rule.source


def test_the_compiled_screen_equals_the_readable_one() -> None:
    compiled = Screen(LIBRARY).hits
    for rule, row in zip(LIBRARY.rules, compiled, strict=True):
        assert row.tolist() == [matches(rule, activity) for activity in LIBRARY.activities.values()], rule.id


def test_there_are_at_least_a_hundred_rules() -> None:
    assert len(RULES) >= 100


def test_every_hazard_is_used_by_a_rule_and_every_precaution_too() -> None:
    used = {name for rule in RULES.values() for name in (*rule.what.hazards, *rule.what.and_hazards)}
    assert set(LIBRARY.hazards) == used
    assert set(LIBRARY.precautions) == {name for rule in RULES.values() for name in rule.when.precautions}


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.effect != "caution"])
def test_no_activity_passes_a_rule_that_catches_its_client(name: str) -> None:
    rule = RULES[name]
    client = probe_client(rule.catches)
    allowed = screen(LIBRARY, client).allowed
    hit = [matches(rule, activity) for activity in LIBRARY.activities.values()]
    assert not any(is_allowed and is_hit for is_allowed, is_hit in zip(allowed, hit, strict=True))


def test_a_sources_finding_ids_exist() -> None:
    for rule in RULES.values():
        for word in rule.source.replace(",", " ").replace(";", " ").split():
            if word.startswith(("aota-", "aap-")):
                assert word.rstrip(".)") in LIBRARY.evidence or any(
                    name.startswith(word.rstrip(".)")) for name in LIBRARY.evidence
                ), f"{rule.id}: {word}"


def test_a_wrong_worked_case_is_reported(library: Library) -> None:
    rule = Rule(
        id="upside_down",
        when=When(age_below=3),
        what=What(hazards=("small_parts",)),
        effect="exclude",
        unless=Unless(),
        reason="A test.",
        source="A test.",
        catches={"age_years": 30},
        spares={"age_years": 2},
    )
    from dataclasses import replace

    found = probe_rules(replace(library, rules=(rule,)))
    assert [problem.column for problem in found] == ["catches", "spares"]


def test_sources_cite_findings_in_words(engine: Engine) -> None:
    held = engine.recommend(Client(age_years=7, setting="clinic", barriers={"attention": 2}, precautions=())).excluded
    sources = " ".join(item.source for item in held)
    assert "American Occupational Therapy Association 2018" in sources
    assert "aota-choosing-wisely-2018-b" not in sources


def test_unknown_precautions_warn_and_ask_and_never_pass_silently(engine: Engine) -> None:
    facts = {"age_years": 7, "setting": "school", "barriers": {"grip_pinch_strength": 2}}
    unknown = engine.recommend(Client.parse(facts), k=10)
    asked = engine.recommend(Client.parse({**facts, "precautions": []}), k=10)
    assert any("Precautions were not recorded" in warning for warning in unknown.warnings)
    assert any("Ask first about" in caution for item in unknown.items for caution in item.cautions)
    assert not any("not recorded" in text for item in asked.items for text in (*item.cautions, *asked.warnings))


def test_sensory_work_opens_only_with_a_documented_sensory_assessment(engine: Engine) -> None:
    sensory = [item for item in engine.library.activities.values() if "sensory_intervention" in item.hazards]
    assert sensory
    facts = {"age_years": 6, "setting": "clinic", "barriers": {"sensory_seeking": 3}, "precautions": []}
    closed = {item.activity_id for item in engine.recommend(Client.parse(facts)).excluded}
    assert {activity.id for activity in sensory} <= closed
    done = {**facts, "assessments": [{"name": "Sensory Profile 2"}]}
    opened = {item.activity_id for item in engine.recommend(Client.parse(done)).excluded if item.rule != "age_range"}
    assert {activity.id for activity in sensory} - opened
    misspelt = engine.recommend(Client.parse({**facts, "assessments": [{"name": "Sensory Profil"}]}))
    assert any("opens no gate" in warning for warning in misspelt.warnings)


def test_red_evidence_is_held_back_shown_on_request_and_then_marked(engine: Engine) -> None:
    client = Client.parse(VEST)
    result = engine.recommend(client, k=200)
    held = [item for item in result.excluded if item.activity_id == "weighted_vest_trial"]
    assert any(item.rule == "red_evidence" for item in held)
    assert "Stephenson" in held[-1].source or any("Stephenson" in item.source for item in held)
    shown = engine.recommend(client, k=200, include_red=True)
    vest = [item for item in shown.items if item.activity.id == "weighted_vest_trial"]
    assert vest
    assert vest[0].light == "red"
    assert "red" in vest[0].cautions[0]


def test_activities_for_some_are_kept_from_others(engine: Engine) -> None:
    special = next(item for item in engine.library.activities.values() if "hip_fracture" in item.only_for)
    facts = {"age_years": 70, "setting": special.settings[0], "barriers": {special.primary[0]: 2}, "precautions": []}
    plain = engine.recommend(Client.parse(facts)).why(special.id)
    assert "only_for" in {item.rule for item in plain.exclusions}
    assert "hip fracture or replacement" in str(plain)
    meant = engine.recommend(Client.parse({**facts, "conditions": ["hip_fracture"]})).why(special.id)
    assert "only_for" not in {item.rule for item in meant.exclusions}
