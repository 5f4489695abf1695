"""What is written: nothing is lost on the way there and back, and a second library reads it."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otrec import Client, Engine, Library
from otrec.exchange.fhir import (
    FhirError,
    activity_definition,
    activity_of,
    care_plan,
    care_plan_activity,
    client_bundle,
    goal_resources,
    library_bundle,
    observations,
    plan_definition,
    questionnaire,
    read_bundle,
)
from otrec.exchange.fhir.systems import KINDS
from otrec.goals import GasScale
from otrec.library import example
from otrec.models import ClientError, OptionError
from otrec.planning import plan_programme, plan_session
from otrec.progress import ProgressFile, gas_scores

from .fhir_samples import Json
from .test_compiled import invented

DAY = dt.date(2026, 11, 29)
RECORD = {
    "client": "c7",
    "goals": [
        {"id": "g1", "text": "Dress alone", "occupation": "dressing", "measure": "gas", "direction": "up", "weight": 2,
         "baseline": {"date": "2026-09-01", "value": -1}, "target": {"date": "2026-12-01", "value": 0},
         "points": [{"date": "2026-10-01", "value": 0, "by": "teaching_assistant", "setting": "class",
                     "note": "tired"}]},
        {"id": "g2", "text": "Write own name", "measure": "trials", "unit": "letters", "direction": "up",
         "baseline": {"date": "2026-09-01", "value": 1, "out_of": 5},
         "target": {"date": "2026-12-01", "value": 4, "out_of": 5},
         "points": [{"date": "2026-10-02", "value": 2, "out_of": 5, "prompt": "verbal"}]},
        {"id": "g3", "text": "Start alone", "measure": "prompt_level", "direction": "down",
         "baseline": {"date": "2026-09-01", "value": "model"}, "target": {"date": "2026-12-01", "value": "independent"},
         "points": [{"date": "2026-10-03", "value": "verbal"}]},
        {"id": "g4", "text": "Sit", "measure": "duration", "unit": "minutes", "direction": "up",
         "baseline": {"date": "2026-09-01", "value": 1}, "target": {"date": "2026-12-01", "value": 9.5}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def record() -> ProgressFile:
    return ProgressFile.parse(RECORD)


def without_answers(made: Json) -> Json:
    held = [one for one in made["entry"] if one["resource"]["resourceType"] != "QuestionnaireResponse"]
    return {**made, "entry": held}


def of_type(made: Json, kind: str) -> list[Json]:
    return [one["resource"] for one in made["entry"] if one["resource"]["resourceType"] == kind]


#: Words as people type them, with what a FHIR string cannot hold among them.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), words=st.lists(WORDS, min_size=3, max_size=3), age=st.floats(0, 120))
def test_any_client_comes_back(library: Library, seed: int, words: list[str], age: float) -> None:
    base = invented(library, random.Random(seed))
    facts = base.model_dump(by_alias=True) | {"age_years": age, "id": f"c{seed}"}
    if all(word.strip() for word in words):
        facts["interests"] = [*facts["interests"], words[0]]
        facts["routines"] = [{"occupation": "dressing", "when": words[1], "with": words[2]}]
        facts["assessments"] = [{"name": words[0], "date": "2026-01-31"}]
    client = Client.parse(facts)
    made = json.loads(json.dumps(client_bundle(client, library)))
    found = read_bundle(made, library)
    assert found.client == client
    assert not found.ask
    assert not found.problems


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_without_the_answers_what_other_systems_read_still_comes_back(library: Library, seed: int) -> None:
    client = invented(library, random.Random(seed))
    found = read_bundle(without_answers(client_bundle(client, library)), library).client
    assert found is not None
    assert (found.id, found.age_years) == (client.id, client.age_years)
    assert set(found.conditions) == set(client.conditions)
    assert found.barriers == client.barriers
    best = {name: max(one.importance for one in client.goals if one.occupation == name)
            for name in {one.occupation for one in client.goals}}  # fmt: skip
    assert {one.occupation: one.importance for one in found.goals} == best
    assert (found.precautions is None) == (client.precautions is None)
    assert set(found.precautions or ()) == set(client.precautions or ())
    assert found.history == client.history
    assert found.not_again == client.not_again
    assert (found.dominant_hand, found.affected_side) == (client.dominant_hand, client.affected_side)


def test_hand_and_side_come_back_without_the_answers(library: Library, child: Client) -> None:
    for hand, side in (("left", "both"), ("either", "right"), ("undecided", "none")):
        client = child.model_copy(update={"dominant_hand": hand, "affected_side": side})
        found = read_bundle(without_answers(client_bundle(client, library)), library).client
        assert found is not None
        assert (found.dominant_hand, found.affected_side) == (hand, side)


def test_a_client_is_written_by_pseudonym_alone(library: Library, child: Client) -> None:
    (patient,) = of_type(client_bundle(child, library), "Patient")
    assert patient == {"resourceType": "Patient", "identifier": [{"system": "urn:x-otrec:client", "value": "c001"}]}


def test_barriers_are_observations_with_icf_and_qualifier(library: Library, child: Client) -> None:
    made = of_type(client_bundle(child, library), "Observation")
    by_code = {one["code"]["coding"][0]["code"]: one for one in made}
    grasp = by_code["grasp_pattern"]
    systems = {one["system"]: one["code"] for one in grasp["code"]["coding"][1:]}
    assert set(systems) == {"http://hl7.org/fhir/sid/icf"}
    assert grasp["valueInteger"] == 3
    assert by_code["30525-0"]["valueQuantity"]["value"] == 6.5


def test_what_others_add_to_a_profile_is_asked_about(library: Library, child: Client) -> None:
    made = client_bundle(child, library)
    latex = {"resourceType": "AllergyIntolerance", "patient": {"reference": made["entry"][0]["fullUrl"]},
             "code": {"text": "Latex"}}  # fmt: skip
    found = read_bundle({**made, "entry": [*made["entry"], {"resource": latex}]}, library)
    assert found.client == child
    assert [one.choices for one in found.ask] == [("latex_allergy",)]


def broken(made: Json) -> Iterator[tuple[Json, str]]:
    """Answers that the profile cannot hold, each with a word of what is told."""
    changes: list[tuple[str, Json, str]] = [
        ("age_years", {"valueDecimal": 500}, "age_years"),
        ("age_years", {"valueString": "seven"}, "age_years"),
        ("setting", {"valueString": "school"}, "setting"),
        ("setting", {"valueCoding": {"system": "urn:x-otrec:hand", "code": "left"}}, "setting"),
        ("minutes", {"valueInteger": 5000}, "minutes"),
        ("interests", {"valueBoolean": True}, "interests"),
    ]
    for link, answer, told in changes:
        changed = copy.deepcopy(made)
        (answers,) = of_type(changed, "QuestionnaireResponse")
        (item,) = [one for one in answers["item"] if one["linkId"] == link]
        item["answer"] = [answer]
        yield changed, told


def test_a_profile_that_was_spoilt_is_told_and_the_rest_is_used(library: Library, child: Client) -> None:
    for changed, told in broken(client_bundle(child, library)):
        found = read_bundle(changed, library)
        assert found.client is not None
        assert found.client.barriers == child.barriers
        (line,) = [one.reason for one in found.left if "cannot be used" in one.reason]
        assert told in line


def test_a_profile_of_another_library_loses_only_what_is_not_here(library: Library, child: Client) -> None:
    client = child.model_copy(update={"conditions": ("autism", "dcd")})
    made = client_bundle(client, library)
    less = replace(library, conditions={name: one for name, one in library.conditions.items() if name != "dcd"})
    found = read_bundle(made, less)
    assert found.client == client.model_copy(update={"conditions": ("autism",)})
    assert any("not in this library" in one.reason for one in found.left)


def test_a_client_with_unknown_ids_is_refused(library: Library, child: Client) -> None:
    with pytest.raises(ClientError, match="is no condition"):
        client_bundle(child.model_copy(update={"conditions": ("gout",)}), library)


def test_every_answer_has_its_question(library: Library) -> None:
    form = questionnaire(library)
    asked: dict[str, Json] = {}
    waiting = list(form["item"])
    while waiting:
        item = waiting.pop()
        asked[item["linkId"]] = item
        waiting += item.get("item", [])
    options = {one["code"] for one in form["contained"][0]["compose"]["include"][0]["concept"]}
    assert options == set(library.activities)
    client = Client.parse(invented(library, random.Random(11)).model_dump(by_alias=True) | {"precautions": ["pica"]})
    (answers,) = of_type(client_bundle(client, library), "QuestionnaireResponse")
    waiting = list(answers["item"])
    while waiting:
        item = waiting.pop()
        question = asked[item["linkId"]]
        waiting += item.get("item", [])
        for answer in item.get("answer", []):
            kind = "Coding" if question["type"] == "choice" else question["type"].capitalize()
            assert f"value{kind}" in answer
            if "answerOption" in question:
                assert answer["valueCoding"] in [one["valueCoding"] for one in question["answerOption"]]
    fields = {link.partition(".")[0] for link in asked}
    assert fields - {"tools_known", "precautions_known"} == set(Client.model_fields)
    assert (form["status"], form["experimental"]) == ("draft", True)


@pytest.fixture(scope="module")
def definitions(library: Library) -> dict[str, Json]:
    made = json.loads(json.dumps(library_bundle(library)))
    return {one["resource"]["name"]: one["resource"] for one in made["entry"]}


def test_every_activity_comes_back(library: Library, definitions: dict[str, Json]) -> None:
    assert set(definitions) == set(library.activities)
    for name, activity in library.activities.items():
        assert activity_of(definitions[name]) == activity
    assert {(one["status"], one["experimental"]) for one in definitions.values()} == {("draft", True)}
    assert len({one["id"] for one in definitions.values()}) == len(definitions)


def test_every_code_of_an_activity_is_in_the_list_of_its_system(library: Library, definitions: dict[str, Json]) -> None:
    kinds = set()
    for made in definitions.values():
        for one in (part["valueCoding"] for part in made["extension"] if "valueCoding" in part):
            kind = one["system"].removeprefix("urn:x-otrec:")
            if kind in KINDS:
                assert one["code"] in getattr(library, KINDS[kind]), one
                kinds.add(kind)
    assert kinds == {"barrier", "technique", "tool", "occupation", "interest", "hazard", "condition", "finding"}


def test_an_activity_says_for_whom_and_on_what_ground(library: Library, definitions: dict[str, Json]) -> None:
    name = next(name for name, one in library.activities.items() if one.evidence and one.only_for)
    made, activity = definitions[name], library.activities[name]
    ages = made["useContext"][0]["valueRange"]
    assert (ages["low"]["value"], ages["high"]["value"]) == (activity.age_min, activity.age_max)
    assert [one["label"] for one in made["relatedArtifact"]] == list(activity.evidence)
    codes = {one["code"] for topic in made["topic"] for one in topic["coding"] if one["system"].endswith("sid/icf")}
    assert set(library.barriers[activity.primary[0]].icf) <= codes


def test_an_activity_with_words_that_fhir_cannot_hold_comes_back(library: Library) -> None:
    activity = next(iter(library.activities.values()))
    odd = activity.model_copy(update={"name": "A\u00a0name", "measure": "counts\u2003\x0bof", "teacher": "x\x85y"})
    made = activity_definition(odd, library)
    assert activity_of(json.loads(json.dumps(made))) == odd
    assert made["title"] == "A name"


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({}, "no ActivityDefinition"),
        ({"resourceType": "Patient"}, "no ActivityDefinition"),
        ({"resourceType": "ActivityDefinition"}, "purpose: missing"),
        ({"resourceType": "ActivityDefinition", "extension": [{"url": "urn:x-otrec:extension:minutes"}]}, "minutes"),
        ({"resourceType": "ActivityDefinition", "extension": [5, {"url": "urn:x-otrec:extension:demands"}]}, "demands"),
    ],
)
def test_what_is_no_activity_is_refused(resource: Json, said: str) -> None:
    with pytest.raises(FhirError, match=said):
        activity_of(resource)


def test_a_session_plan_says_when_what_and_why(engine: Engine, child: Client) -> None:
    plan = plan_session(engine, child, minutes=30, as_of=DAY)
    made = care_plan(child, plan, engine.library, created=DAY)
    assert made["created"] == "2026-11-29"
    assert made["subject"]["identifier"]["value"] == child.id
    assert (made["status"], made["intent"]) == ("draft", "plan")
    for slot, one in zip(plan.slots, made["activity"], strict=True):
        detail = one["detail"]
        more = {part["url"].rpartition(":")[2]: part for part in detail["extension"]}
        assert detail["instantiatesCanonical"] == [f"urn:x-otrec:activity:{slot.activity.id}"]
        assert detail["reasonCode"][0]["text"] == slot.why
        assert more["start"]["valueDuration"]["value"] == slot.start_minute
        assert more["length"]["valueDuration"]["value"] == slot.minutes
        assert more["phase"]["valueCode"] == slot.phase
        assert [goal["identifier"]["value"] for goal in detail.get("goal", [])] == [f"c001:{x}" for x in slot.goals]
    read = read_bundle(made, engine.library)
    assert any("planned, not done" in one.reason for one in read.left), "a plan is no history"


def test_suggested_activities_carry_why_and_light(engine: Engine, child: Client) -> None:
    items = engine.recommend(child, k=4, as_of=DAY).items
    made = care_plan(child, items, engine.library, created=dt.datetime(2026, 11, 29, 8))
    lights = [one["detail"]["extension"][0]["valueString"] for one in made["activity"]]
    assert lights == [item.light for item in items]
    assert made["intent"] == "proposal"
    alone = care_plan_activity(items[0].activity, items[0].why, items[0].light)
    assert alone["detail"]["reasonCode"][0]["text"] == items[0].why
    cautions = [sum(part["url"].endswith("caution") for part in one["detail"]["extension"]) for one in made["activity"]]
    assert cautions == [len(item.cautions) for item in items]


def test_a_programme_holds_every_session_review_and_home_item(engine: Engine, child: Client) -> None:
    block = plan_programme(engine, child, 2, starts=DAY)
    made = plan_definition(block, engine.library)
    ids = [one["id"] for one in made["action"]]
    assert ids == ["session-1", "session-2", "review-2", "home"]
    for session, action in zip(block.sessions, made["action"], strict=False):
        assert action["timingDateTime"] == session.date.isoformat()
        told = [one["definitionCanonical"].rpartition(":")[2] for one in action["action"]]
        assert told == [slot.activity.id for slot in session.plan.slots]
        for one in action["action"]:
            assert set(one.get("goalId", [])) <= {goal["id"] for goal in made["goal"]}
    assert len(made["action"][-1]["action"]) == len(block.home)
    assert child.id not in json.dumps(made)


def test_gas_goals_have_five_targets_and_others_their_aim(record: ProgressFile) -> None:
    levels = ("0 garments", "1 garment", "2 garments", "3 garments", "4 garments")
    scale = GasScale(levels=levels, importance=3, difficulty=2)
    gas, trials, prompts, minutes = goal_resources(record, {"g1": scale})
    assert [one["detailCodeableConcept"]["text"] for one in gas["target"]] == list(levels)
    scores = [one["extension"][0]["valueInteger"] for one in gas["target"]]
    assert scores == [-2, -1, 0, 1, 2]
    assert {one["dueDate"] for one in gas["target"]} == {"2026-12-01"}
    assert gas["priority"]["coding"][0]["code"] == "high-priority"
    assert trials["target"][0]["detailRatio"]["numerator"]["value"] == 4
    assert prompts["target"][0]["detailCodeableConcept"]["coding"][0]["code"] == "independent"
    assert minutes["target"][0]["detailQuantity"] == {"value": 9.5, "unit": "minutes"}
    plain = goal_resources(record)[0]["target"]
    assert plain[2]["detailCodeableConcept"]["text"] == "As expected"
    with pytest.raises(OptionError, match="'g9' is no goal"):
        goal_resources(record, {"g9": scale})


def test_every_point_is_an_observation_and_the_t_score_with_them(record: ProgressFile) -> None:
    made = observations(record)
    points = [one for goal in record.goals for one in goal.points]
    assert [one["effectiveDateTime"] for one in made[:3]] == [point.date.isoformat() for point in points]
    first = made[0]
    assert first["valueQuantity"]["value"] == 0
    assert first["performer"] == [{"display": "teaching assistant"}]
    assert first["note"][0]["text"] == "tired"
    assert first["focus"][0]["identifier"]["value"] == "c7:g1"
    assert made[1]["valueRatio"]["denominator"]["value"] == 5
    assert made[2]["valueCodeableConcept"]["coding"][0]["code"] == "verbal"
    (score,) = gas_scores(record, DAY)
    assert made[3]["valueQuantity"]["value"] == round(score.t, 2) == 50.0
    assert observations(ProgressFile.parse({**RECORD, "goals": [RECORD["goals"][3]]})) == []


def again(resource: Json) -> Any:
    module = importlib.import_module(f"fhirclient.models.{resource['resourceType'].lower()}")
    return getattr(module, resource["resourceType"])(resource, strict=True).as_json()


def test_a_second_library_reads_it_strictly_and_gives_the_same(
    engine: Engine, child: Client, record: ProgressFile, definitions: dict[str, Json]
) -> None:
    library, chance = engine.library, random.Random(2)
    bundles = [client_bundle(invented(library, chance), library) for _ in range(4)]
    made = [
        *bundles,
        questionnaire(library),
        *list(definitions.values())[:25],
        care_plan(child, plan_session(engine, child, as_of=DAY), library, created=DAY),
        plan_definition(plan_programme(engine, child, 1, starts=DAY), library),
        *goal_resources(record),
        *observations(record),
        *goal_resources(ProgressFile.load(example("progress_pencil_grip"))),
    ]
    for resource in made:
        assert again(resource) == resource
