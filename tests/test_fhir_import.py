"""What a bundle of another record system becomes: found, asked, left; and that nobody can be known by it."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

from otrec import Library
from otrec.exchange.fhir import FhirError, Imported, read_bundle
from otrec.exchange.fhir.observations import band_of
from otrec.exchange.fhir.parsing import MAX_BYTES, MAX_ENTRIES

from .fhir_samples import (
    ICD10,
    ICF,
    SNOMED,
    SUBJECT,
    Json,
    allergy,
    bundle,
    concept,
    condition,
    encounter,
    goal,
    observation,
    patient,
    request,
    status,
)

DAY = dt.date(2026, 11, 29)


@pytest.fixture
def read(library: Library) -> Any:
    def reading(*resources: Json, who: Json | None = None) -> Imported:
        return read_bundle(bundle(who or patient(), *resources), library, DAY)

    return reading


def reasons(found: Imported) -> str:
    return "\n".join(f"{one.source}: {one.reason}" for one in found.left)


def questions(found: Imported) -> str:
    return "\n".join(f"{one.source}: {one.question} {' '.join(one.choices)}" for one in found.ask)


def test_age_is_worked_out_for_the_day_and_the_date_of_birth_is_left_behind(library: Library) -> None:
    for born, expected in (("2019-03-02", 7.6), ("2025-11-28", 1.0), ("2026-09-01", 0.17), ("1944-11-30", 81.0)):
        found = read_bundle(patient(birthDate=born), library, DAY)
        assert found.client is not None
        assert found.client.age_years == expected, born
        assert born not in json.dumps(found.to_dict())
    assert "only the year or month" in questions(read_bundle(patient(birthDate="2019"), library, DAY))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"birthDate": "2030-01-01"}, "after the day of reading"),
        ({"birthDate": "1850-01-01"}, "above 120"),
        ({"deceasedBoolean": True}, "has died"),
        ({"deceasedDateTime": "2026-01-01"}, "has died"),
    ],
)
def test_no_profile_is_made_where_there_can_be_none(library: Library, who: Json, said: str) -> None:
    found = read_bundle(patient(**who), library, DAY)
    assert found.client is None
    assert said in " ".join(found.problems)


def test_without_an_age_there_is_no_client_and_with_a_recorded_one_there_is(read: Any) -> None:
    nobody = {"resourceType": "Patient", "id": "p1"}
    assert "age is not known" in " ".join(read(who=nobody).problems)
    code = concept("http://loinc.org", "30525-0")
    for amount, unit, expected in ((18, "mo", 1.5), (6.5, "a", 6.5), (26, "wk", pytest.approx(0.498, abs=0.001))):
        found = read(observation(code, valueQuantity={"value": amount, "unit": unit}), who=nobody)
        assert found.client is not None
        assert found.client.age_years == expected
    late = observation(code, valueQuantity={"value": 6, "code": "a"}, effectiveDateTime="2024-11-28")
    assert read(late, who=nobody).client.age_years == 8.0
    assert "no value in years" in reasons(read(observation(code, valueQuantity={"value": 3, "unit": "kg"}), who=nobody))


def test_two_patients_are_a_problem_and_nothing_is_mixed(library: Library) -> None:
    stroke = condition("Stroke")
    found = read_bundle(bundle(patient(), patient(id="p2"), stroke), library, DAY)
    assert found.client is None
    assert not found.found
    assert "2 patients" in found.problems[0]
    apart = read_bundle(bundle(stroke, {**condition("Dementia"), "subject": {"reference": "Patient/p2"}}), library, DAY)
    assert "several people" in apart.problems[0]


def test_what_is_about_somebody_else_is_left(read: Any) -> None:
    other = {**condition("Stroke"), "subject": {"reference": "Patient/other"}}
    unnamed = {**condition("Dementia"), "subject": {"display": "Somebody"}}
    group = {**condition("Frailty"), "subject": {"reference": "Group/p1"}}
    found = read(other, unnamed, group, condition("Epilepsy"))
    assert found.client.conditions == ("epilepsy",)
    assert reasons(found).count("is not about this patient") == 3


@pytest.mark.parametrize(
    ("full_url", "reference", "same"),
    [
        ("urn:uuid:1", "urn:uuid:1", True),
        ("urn:uuid:1", "urn:uuid:2", False),
        ("http://a.org/fhir/Patient/p1", "Patient/p1", True),
        ("http://a.org/fhir/Patient/p1", "http://a.org/fhir/Patient/p1/_history/3", True),
        ("http://a.org/fhir/Patient/p1", "http://b.org/fhir/Patient/p1", False),
        ("", "http://b.org/fhir/Patient/p1", True),
    ],
)
def test_references_to_the_patient(library: Library, full_url: str, reference: str, same: bool) -> None:
    entries = [
        {"fullUrl": full_url, "resource": patient()},
        {"resource": {**condition("Stroke"), "subject": {"reference": reference}}},
    ]
    found = read_bundle({"resourceType": "Bundle", "type": "searchset", "entry": entries}, library, DAY)
    assert found.client is not None
    assert (found.client.conditions == ("stroke",)) is same


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (concept(ICD10, "G80.1"), "cerebral_palsy"),
        (concept("http://hl7.org/fhir/sid/icd-10-cm", "I63.512"), "stroke"),
        (concept(ICD10, "S06.0"), "concussion"),
        (concept(ICD10, "S06.5"), "tbi"),
        (concept(ICD10, "C50"), "cancer"),
        (concept(SNOMED, "24700007"), "multiple_sclerosis"),
        (concept("urn:x-otrec:condition", "dcd"), "dcd"),
        ("Autism spectrum disorder, level 2", "autism"),
        ("MS", "multiple_sclerosis"),
        ("Guillain-Barré syndrome", "guillain_barre"),
        ({"coding": [{"system": "urn:oid:9.9", "code": "x", "display": "Parkinson's disease"}]}, "parkinsons"),
    ],
)
def test_conditions_by_code_and_by_words(read: Any, code: Json | str, expected: str) -> None:
    found = read(condition(code))
    assert found.client.conditions == (expected,)
    (seen,) = [one for one in found.found if one.kind == "condition"]
    assert seen.source == "Condition 1"


@pytest.mark.parametrize("words", ["ms ideal weight", "Trauma to the foot", "Gout", "Programs on id cards"])
def test_words_that_only_look_like_a_condition(read: Any, words: str) -> None:
    assert read(condition(words)).client.conditions == ()


@pytest.mark.parametrize(
    ("words", "more", "asked"),
    [
        ("Family history of epilepsy", {}, "family"),
        ("No stroke", {}, "no"),
        ("Suspected dementia", {}, "suspected"),
        ("Dementia", {"verificationStatus": status("provisional")}, "provisional"),
        ("Stroke", {"clinicalStatus": status("remission")}, "in remission"),
        ("Stroke", {"clinicalStatus": status("resolved")}, "at a time not told"),
        ("Stroke", {"clinicalStatus": status("resolved"), "abatementDateTime": "2026-06-01"}, "less than a year ago"),
    ],
)
def test_what_is_in_doubt_is_asked_and_not_taken(read: Any, words: str, more: Json, asked: str) -> None:
    found = read(condition(words, **more))
    assert found.client.conditions == ()
    assert asked in questions(found)


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"verificationStatus": status("refuted")}, "is refuted"),
        ({"verificationStatus": status("entered-in-error")}, "is entered in error"),
        ({"clinicalStatus": status("resolved"), "abatementDateTime": "2001"}, "resolved long ago"),
        ({"modifierExtension": [{"url": "x", "valueBoolean": True}]}, "may change its meaning"),
        ({"clinicalStatus": status("Okoro")}, "none that FHIR R4 has"),
        ({"onsetDateTime": "yesterday"}, "not valid R4: onsetDateTime"),
        ({"colour": "red"}, "an element that R4 does not know"),
        ({"note": None}, "null in place of a value"),
    ],
)
def test_what_does_not_hold_is_left_with_the_reason(read: Any, more: Json, left: str) -> None:
    found = read(condition("Stroke", **more), condition("Dementia"))
    assert found.client.conditions == ("dementia",)
    assert left in reasons(found)
    assert "Okoro" not in reasons(found) + questions(found)


def test_a_barrier_recorded_as_a_condition_needs_its_severity(read: Any) -> None:
    code = concept(ICF, "d145")
    assert "several barriers" in questions(read(condition(code)))
    weak = condition(concept(ICF, "b755", "Balance"))
    assert "how severe is balance" in questions(read(weak))
    severe = read(condition(concept(ICF, "b755"), severity=concept(SNOMED, "24484000")))
    assert severe.client.barriers == {"balance": 3}
    assert read(condition(concept(ICF, "b755.2"))).client.barriers == {"balance": 2}


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ({"valueInteger": 0}, 0),
        ({"valueInteger": 4}, 4),
        ({"valueQuantity": {"value": 2}}, 2),
        ({"valueQuantity": {"value": 96, "unit": "%"}}, 4),
        ({"valueQuantity": {"value": 4.9, "unit": "%"}}, 0),
        ({"valueQuantity": {"value": 50, "code": "%"}}, 3),
        ({"valueQuantity": {"value": 2.5}}, None),
        ({"valueCodeableConcept": {"text": "Severe problem"}}, 3),
        ({"valueCodeableConcept": concept(SNOMED, "255604002")}, 1),
        ({"valueCodeableConcept": concept(ICF, "b755.3")}, 3),
        ({"valueCodeableConcept": {"text": "No difficulty"}}, 0),
        ({"valueString": "3"}, 3),
        ({"valueInteger": 8}, None),
        ({"valueInteger": 9}, None),
        ({"valueInteger": 7}, None),
        ({"component": [{"code": {"text": "Performance"}, "valueInteger": 2}]}, 2),
        ({}, None),
    ],
)
def test_the_qualifier_in_each_form(read: Any, value: Json, band: int | None) -> None:
    found = read(observation(concept(ICF, "b755"), **value))
    assert found.client.barriers == ({} if band is None else {"balance": band})
    if band is None:
        assert "how severe" in questions(found) or "not applicable" in reasons(found)


def test_a_qualifier_is_a_number_and_not_a_truth() -> None:
    assert band_of({"valueInteger": True}) is None


def test_components_each_name_a_barrier(read: Any) -> None:
    parts = [{"code": concept(ICF, "b755"), "valueInteger": 2}, {"code": concept(ICF, "b164"), "valueInteger": 1}]
    found = read(observation("ICF core set", component=parts))
    assert found.client.barriers == {"balance": 2}
    assert "b164" in questions(found), "several barriers have this code"


def test_codes_without_a_barrier_and_facilitators_are_told(read: Any) -> None:
    found = read(observation(concept(ICF, "s750"), valueInteger=2), observation(concept(ICF, "e250+2"), valueInteger=2))
    assert found.client.barriers == {}
    assert "s750 is that of no barrier" in reasons(found)
    assert "something that helps" in reasons(found)


def test_a_finer_code_counts_as_its_category(read: Any) -> None:
    found = read(observation(concept(ICF, "b7550"), valueInteger=2))
    assert found.client.barriers == {"balance": 2}


def test_of_two_severities_the_later_counts(read: Any) -> None:
    early = observation(concept(ICF, "b755"), valueInteger=3, effectiveDateTime="2026-01-01")
    late = observation(concept(ICF, "b755"), valueInteger=1, effectiveDateTime="2026-06-01")
    for pair in ((early, late), (late, early)):
        found = read(*pair)
        assert found.client.barriers == {"balance": 1}
        assert "3 or 1" in questions(found) or "1 or 3" in questions(found)
    undated = [{key: value for key, value in one.items() if key != "effectiveDateTime"} for one in (late, early)]
    assert read(*undated).client.barriers == {"balance": 3}, "without days the worse one"


@pytest.mark.parametrize(
    ("resource", "hand"),
    [
        (observation("Handedness", valueCodeableConcept=concept(SNOMED, "87683000")), "left"),
        (observation("Handedness", valueCodeableConcept=concept(SNOMED, "46669005")), "right"),
        (observation("Dominant hand", valueString="Right"), "right"),
        (observation(concept(SNOMED, "23088002")), "either"),
        (observation("Hand dominance", valueCodeableConcept={"text": "left and right"}), "either"),
        (observation("Dominant hand", valueString="not yet"), "undecided"),
    ],
)
def test_the_hand(read: Any, resource: Json, hand: str) -> None:
    assert read(resource).client.dominant_hand == hand


@pytest.mark.parametrize(
    ("words", "more", "side"),
    [
        ("Stroke with left sided weakness", {}, "left"),
        ("Stroke", {"bodySite": [concept(SNOMED, "24028007")]}, "none"),
        ("Hand osteoarthritis", {"bodySite": [{"text": "Both hands"}]}, "both"),
        ("Carpal tunnel syndrome", {"bodySite": [concept(SNOMED, "7771000")]}, "left"),
        ("Low vision", {"bodySite": [{"text": "left eye"}]}, "none"),
        ("Stroke, left middle cerebral artery", {}, "none"),
    ],
)
def test_the_side_is_that_of_the_body_and_not_of_the_brain(read: Any, words: str, more: Json, side: str) -> None:
    found = read(condition(words, **more))
    assert found.client.affected_side == side
    if "cerebral" in words:
        assert "which side of the body" in questions(found)


def test_goals_that_are_open_and_their_importance(read: Any) -> None:
    high = goal("Handwriting in class", priority=status("high-priority"))
    found = read(high, goal("Dressing"), goal("Driving", lifecycleStatus="completed"), goal("Lose weight"))
    assert {one.occupation: one.importance for one in found.client.goals} == {"handwriting": 9, "dressing": 5}
    assert "the goal is completed" in reasons(found)
    assert "names no occupation" in reasons(found)
    several = read(goal("Dressing and handwriting"), goal("Dressing", lifecycleStatus="on-hold"))
    assert several.client.goals == ()
    assert "which occupation" in questions(several)
    assert "on hold" in questions(several)


@pytest.mark.parametrize(
    ("code", "more", "expected"),
    [
        ("Latex", {}, ("latex_allergy",)),
        ("Natural rubber", {}, ("latex_allergy",)),
        ("Cashew nuts", {"criticality": "high"}, ("nut_allergy",)),
        ("Dragon fruit", {"category": ["food"]}, ("other_food_allergy",)),
        ("Dog hair", {}, ("animal_allergy",)),
        (concept("urn:x-otrec:precaution", "egg_allergy"), {}, ("egg_allergy",)),
        ("Peanuts", {"verificationStatus": status("unconfirmed")}, ("nut_allergy",)),
        ("Penicillin", {}, None),
        ("Latex", {"verificationStatus": status("refuted")}, None),
        ("Latex", {"clinicalStatus": status("resolved")}, None),
    ],
)
def test_allergies_as_precautions(read: Any, code: Json | str, more: Json, expected: tuple[str, ...] | None) -> None:
    found = read(allergy(code, **more))
    assert found.client.precautions == expected
    told = questions(found) + reasons(found)
    if more.get("verificationStatus"):
        assert "unconfirmed" in told or "refuted" in told
    if expected is None:
        assert "allergy" in told
    else:
        assert "what others are there" in told, "one allergy is no list of precautions"


@pytest.mark.parametrize(
    "code", [concept(SNOMED, "716186003"), "No known allergies", "NKA", concept(SNOMED, "429625007")]
)
def test_no_known_allergy_says_that_allergies_were_asked_and_nothing_of_other_precautions(read: Any, code: Any) -> None:
    found = read(allergy(code))
    assert found.client.precautions is None
    assert [one for one in found.found if one.kind == "allergies_asked"]
    assert "no known" in questions(found)


def test_precautions_from_flags_and_conditions(read: Any) -> None:
    flag = {"resourceType": "Flag", "status": "active", "subject": SUBJECT, "code": {"text": "Falls risk"}}
    found = read(flag, {**flag, "status": "inactive"}, {**flag, "code": {"text": "Red file"}}, condition("Asthma"))
    assert set(found.client.precautions) == {"falls_risk", "asthma"}
    assert "inactive" in reasons(found)
    assert "Red file" in questions(found)


def test_a_referral_gives_reason_minutes_and_place(read: Any) -> None:
    place = concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "PTRES")
    found = read(
        request(
            code={"text": "Referral to occupational therapy"},
            reasonCode=[{"text": "Stroke"}, {"text": "Dressing"}, {"text": "A chat"}],
            occurrenceTiming={"repeat": {"duration": 45, "durationUnit": "min"}},
            locationCode=[place],
        ),
        request(code={"text": "Lipid panel"}, reasonCode=[{"text": "Diabetes"}]),
        request(doNotPerform=True, reasonCode=[{"text": "Dementia"}]),
        request(status="revoked", reasonCode=[{"text": "Frailty"}]),
    )
    client = found.client
    assert (client.conditions, client.minutes, client.setting) == (("stroke",), 45, "home")
    assert [one.occupation for one in client.goals] == ["dressing"]
    for told in ("'A chat' matches nothing", "no referral to therapy", "not done", "is revoked"):
        assert told in reasons(found)


@pytest.mark.parametrize(
    ("encounters", "setting"),
    [
        ([encounter("IMP")], "hospital"),
        ([encounter("VR")], "teletherapy"),
        ([encounter("HH"), encounter("AMB", period={"start": "2026-01-01"})], "clinic"),
        ([encounter("AMB", period={"start": "2026-05-01"}), encounter("IMP", status="in-progress")], "hospital"),
        ([encounter("PRENC")], "clinic"),
    ],
)
def test_the_setting_from_encounters(read: Any, encounters: list[Json], setting: str) -> None:
    assert read(*encounters).client.setting == setting
    assert "setting is not told" in questions(read())


def test_history_from_a_care_plan(read: Any, library: Library) -> None:
    one, two, three = list(library.activities)[:3]
    details: list[Json] = [
        {"status": "completed", "scheduledPeriod": {"start": "2026-11-01"}},
        {"status": "completed"},
        {"status": "not-started"},
        {"status": "stopped", "doNotPerform": True},
        {"status": "completed", "code": {"text": "Swimming"}},
    ]
    for detail, name in zip(details, (one, two, two, three), strict=False):
        detail["instantiatesCanonical"] = [f"urn:x-otrec:activity:{name}|1"]
    activities = [{"detail": detail} for detail in details]
    plan = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": SUBJECT}
    found = read({**plan, "activity": activities})
    assert [(past.activity, past.date) for past in found.client.history] == [(one, dt.date(2026, 11, 1))]
    assert found.client.not_again == (three,)
    assert "on which day" in questions(found)
    assert "planned, not done" in reasons(found)
    assert "not one of otrec's" in reasons(found)
    assert "has no activity" in reasons(read(plan))


def test_another_form_is_listed_by_its_questions_without_answers(read: Any) -> None:
    inner = {"linkId": "2", "text": "What is hard?", "answer": [{"valueString": "Buttons defeat her"}]}
    items = [{"linkId": "1", "text": "Part", "item": [inner]}, {"linkId": "3", "text": "Not answered"}]
    answers = {"resourceType": "QuestionnaireResponse", "status": "completed", "subject": SUBJECT, "item": items}
    found = read(answers)
    assert "'What is hard?' can be pasted into intake" in reasons(found)
    assert "Buttons" not in json.dumps(found.to_dict())
    assert "Not answered" not in reasons(found)


def test_everything_that_is_not_read_is_listed(read: Any) -> None:
    found = read(
        {"resourceType": "MedicationRequest", "anything": 1},
        {"resourceType": "Patientt"},
        {"resourceType": "Peter Okoro"},
        {"resourceType": "Condition"},
        observation("Blood pressure", valueInteger=120),
        condition("Stroke", onsetDateTime="2020-01-01", note=[{"text": "x"}]),
    )
    for told in (
        "MedicationRequest 1: resources of this type are not read",
        "Entry 1: is of a type that FHIR R4 does not have",
        "Condition 1: not valid R4: subject has to be given",
        "Observation 1: 'Blood pressure' is nothing that a profile holds",
        "Condition 2: not used: note, onsetDateTime",
        "Patient 1: left behind and not kept: birthDate",
    ):
        assert told in reasons(found)
    assert "Peter" not in reasons(found)


def test_a_bad_resource_does_not_cost_the_others(read: Any) -> None:
    bad = {**condition("Stroke"), "code": [1, 2]}
    assert read(bad, condition("Dementia")).client.conditions == ("dementia",)


def test_pages_versions_and_bundles_in_bundles(library: Library) -> None:
    page = bundle(patient(), link=[{"relation": "next", "url": "http://x"}])
    assert "one page of several" in questions(read_bundle(page, library, DAY))
    new, old = condition("Dementia", id="c1"), condition("Stroke", id="c1")
    history = {**bundle(patient(), new, old), "type": "history"}
    found = read_bundle(history, library, DAY)
    assert found.client is not None
    assert found.client.conditions == ("dementia",)
    assert "an older version" in reasons(found)
    inside = read_bundle(bundle(bundle(patient(), new), bundle(old)), library, DAY)
    assert inside.client is not None
    assert set(inside.client.conditions) == {"dementia", "stroke"}


NAMES = {
    "name": [{"family": "Quillfeather", "given": ["Zebediah", "O'Marrow"], "text": "Zeb Q."}],
    "identifier": [{"system": "http://hospital.org", "value": "MRN-77123X"}],
    "telecom": [{"system": "phone", "value": "555-0199-881"}],
    "address": [{"line": ["9 Wobblethwaite Lane"], "city": "Grumbleford", "postalCode": "ZQ9 9ZZ"}],
    "contact": [{"name": {"family": "Bramblewick"}, "telecom": [{"value": "mum@quill.org"}]}],
    "photo": [{"title": "Zebediah at home", "contentType": "image/png"}],
    "text": {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>Zebediah Quillfeather</div>"},
}
PLANTED = (
    "Quillfeather", "Zebediah", "Marrow", "MRN-77123X", "77123X", "555-0199", "Wobblethwaite", "Grumbleford", "ZQ9",
    "Bramblewick", "mum@quill", "Snickerdoodle", "Fizzlebottom", "2019-03-02",
)  # fmt: skip


def test_nobody_can_be_known_by_what_is_returned(read: Any) -> None:
    """Names stand in every text that is read; none of them stands in anything that is told."""
    doctor = {"reference": "Practitioner/9", "display": "Dr Snickerdoodle"}
    said = "Zebediah Quillfeather's mum Bramblewick (555-0199-881)"
    found = read(
        condition(f"Stroke of {said}", asserter=doctor, id="MRN-77123X"),
        condition(f"Gout of {said}, seen by Snickerdoodle"),
        condition(f"No dementia, says {said}"),
        condition("Frailty", verificationStatus=status("Zebediah")),
        observation(f"Height of {said}", valueString="Zebediah", performer=[{"display": "Nurse Fizzlebottom"}]),
        observation(concept(ICF, "b755", f"Balance of {said}"), valueInteger=2),
        goal(f"{said} wants dressing"),
        goal(f"{said} wants peace"),
        allergy(f"Latex, {said}"),
        allergy(f"Penicillin, {said}"),
        request(code={"text": f"Referral of {said}"}, reasonCode=[{"text": f"Fizzlebottom, {said}"}], requester=doctor),
        {"resourceType": "Flag", "status": "active", "subject": SUBJECT, "code": {"text": f"Ring {said}"}},
        {"resourceType": "QuestionnaireResponse", "status": "completed", "subject": SUBJECT, "author": doctor,
         "item": [{"linkId": "Zebediah", "text": f"Is {said} well?", "answer": [{"valueString": said}]}]},
        {"resourceType": "Zebediah"},
        {**condition("Stroke"), "Zebediah": 1},
        who=patient(**NAMES),
    )  # fmt: skip
    told = json.dumps(found.to_dict(), ensure_ascii=False) + repr(found)
    assert [name for name in PLANTED if name in told] == []
    assert found.client.id == "client"
    assert {"stroke"} <= set(found.client.conditions), "names do not hinder reading"


def test_likely_identifiers_of_people_outside_the_bundle_are_hidden_too(read: Any) -> None:
    found = read(condition("Gout; call Mrs. Garcia on 212-555-0142"), condition("Stroke on 3 March 2021"))
    told = json.dumps(found.to_dict())
    assert not any(word in told for word in ("Garcia", "555-0142", "2021"))


def test_words_are_shown_where_they_tell_nothing(read: Any) -> None:
    found = read(condition("Stroke with aphasia"), who=patient(**NAMES))
    (seen,) = [one for one in found.found if one.kind == "condition"]
    assert seen.words == "Stroke with aphasia"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"   ", "is empty"),
        ("{", "line 1: not valid JSON"),
        ("<Bundle/>", "ask for JSON"),
        (b"\xff\xfe", "not UTF-8"),
        ("[]", "no FHIR resource"),
        ("{}", "no FHIR resource"),
        ('{"resourceType": 5}', "no FHIR resource"),
        ('{"resourceType": "Bundle", "entry": {}}', "entries are no list"),
        ('{"resourceType": "Patient", "a": NaN}', "NaN"),
        ('{"resourceType": "Patient", "a": 1e999}', "NaN or Infinity"),
        ('{"resourceType": "Patient", "a": 1, "a": 2}', "given twice"),
        ('{"resourceType": "Patient", "a": "\\ud800"}', "half a character"),
        ('{"resourceType": "Patient", "a": ' + "1" * 5000 + "}", "too long"),
        ("[" * 100_000, "nested too deeply"),
        ('{"resourceType": "Patient", "a": ' + "[" * 101 + "]" * 101 + "}", "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "at most 20,000,000"),
        ({"resourceType": "Patient", "a": {1, 2}}, "JSON does not have"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(library: Library, data: Any, said: str) -> None:
    with pytest.raises(FhirError, match="this bundle: 1 problem") as caught:
        read_bundle(data, library, DAY)
    assert said in str(caught.value)
    assert caught.value.exit_code == 3


def test_no_more_entries_than_are_told(library: Library) -> None:
    entries = [{}] * (MAX_ENTRIES + 1)
    with pytest.raises(FhirError, match="more than 20,000 entries"):
        read_bundle({"resourceType": "Bundle", "entry": entries}, library, DAY)


def test_reading_changes_nothing_that_it_was_given(library: Library) -> None:
    given = bundle(patient(**NAMES), condition("Stroke"), observation(concept(ICF, "b755"), valueInteger=2))
    before = copy.deepcopy(given)
    first, second = (read_bundle(one, library, DAY) for one in (given, json.dumps(given).encode()))
    assert given == before
    assert first == second


def test_every_mapping_leads_to_one_condition(library: Library) -> None:
    """No code of SNOMED CT and no category of ICD-10 stands for two conditions."""
    from otrec.exchange.fhir.lexicon import _categories

    seen: dict[str, str] = {}
    for term in library.conditions.values():
        for code in (*term.snomed, *(one for given in term.icd10 for one in _categories(given))):
            assert seen.setdefault(code, term.id) == term.id, code
    assert sum(bool(term.icd10) for term in library.conditions.values()) >= 60
