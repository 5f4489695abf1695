"""Untrusted input: anything may be sent, and only `FhirError` comes back."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otrec import Client, Library
from otrec.exchange.fhir import FhirError, Imported, activity_definition, activity_of, client_bundle, read_bundle
from otrec.exchange.fhir.importing import READERS
from otrec.exchange.fhir.validity import invalid

from .fhir_samples import (
    ICF,
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
from .test_compiled import invented

ELEMENTS = (
    "resourceType", "code", "coding", "system", "display", "text", "subject", "patient", "reference", "status", "entry",
    "resource", "valueInteger", "valueQuantity", "valueCodeableConcept", "component", "birthDate", "name", "identifier",
    "extension", "url", "item", "linkId", "answer", "valueCoding", "questionnaire", "activity", "detail", "class",
    "lifecycleStatus", "description", "clinicalStatus", "verificationStatus", "bodySite", "reasonCode", "fullUrl",
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**20), st.floats(allow_nan=True), st.text(max_size=12),
    st.sampled_from([*READERS, "Bundle", "active", "final", ICF, "Patient/p1", "2020-01-01", "urn:x-otrec:condition",
                     "urn:x-otrec:questionnaire:profile", "stroke", "b755.2", "0000-00-00"]),
)  # fmt: skip
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=5),
    max_leaves=25,
)


def tried(data: Any, library: Library) -> Imported | None:
    """What was read, or None for a refusal; anything else fails the test."""
    found, refused = None, ""
    try:
        found = read_bundle(data, library)
    except FhirError as error:
        refused = str(error)
    if found is None:
        assert refused.startswith("this bundle: ")
        return None
    json.dumps(found.to_dict())
    assert found.client is not None or found.problems
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=NESTED, kind=st.sampled_from([*READERS, "Bundle", "Basic"]))
def test_nested_content_of_any_kind(library: Library, content: Any, kind: str) -> None:
    tried(content, library) if isinstance(content, dict) else tried(json.dumps(content), library)
    more = content if isinstance(content, dict) else {"code": content}
    tried({"resourceType": "Bundle", "entry": [{"resource": {**more, "resourceType": kind}}, content]}, library)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200) | st.text(max_size=200))
def test_bytes_and_text_of_any_kind(library: Library, data: bytes | str) -> None:
    tried(data, library)
    prefix = '{"resourceType": "Bundle", "entry": [' if isinstance(data, str) else b'{"resourceType": "Patient", "x": '
    tried(prefix + data, library)  # type: ignore[operator]


def sound(library: Library, chance: random.Random) -> Json:
    """A bundle in which every reader has something to do."""
    mine = client_bundle(invented(library, chance), library)["entry"]
    theirs = [
        patient(name=[{"family": "Q"}]),
        condition("Stroke", clinicalStatus=status("active"), bodySite=[{"text": "left arm"}]),
        observation(concept(ICF, "b755"), component=[{"code": concept(ICF, "b164.2"), "valueInteger": 2}]),
        observation("Dominant hand", valueString="left"),
        goal("Dressing", priority=status("high-priority")),
        allergy("Latex", category=["food"], criticality="high"),
        request(reasonCode=[{"text": "Stroke"}], occurrenceTiming={"repeat": {"duration": 30, "durationUnit": "min"}}),
        encounter("AMB", period={"start": "2026-01-01"}),
    ]
    return chance.choice([{"resourceType": "Bundle", "type": "collection", "entry": mine}, bundle(*theirs)])


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, one in inner for place in places(one, (*here, key)))]


def spoilt(content: Json, chance: random.Random, junk: list[Any]) -> Json:
    """The bundle with some of its parts replaced, taken away, or put elsewhere."""
    made = copy.deepcopy(content)
    for one in junk:
        *way, last = chance.choice(places(made)[1:] or [("entry",)])
        holder = made
        for step in way:
            holder = holder[step]
        deed = chance.randrange(3)
        if deed == 0 and isinstance(holder, dict):
            del holder[last]
        elif deed == 1 and isinstance(holder, dict):
            holder[chance.choice(ELEMENTS)] = holder[last]
        else:
            holder[last] = one
    return made


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), junk=st.lists(LEAVES | NESTED, min_size=1, max_size=6))
def test_sound_bundles_that_were_spoilt(library: Library, seed: int, junk: list[Any]) -> None:
    chance = random.Random(seed)
    tried(spoilt(sound(library, chance), chance, junk), library)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), junk=st.lists(LEAVES | NESTED, min_size=1, max_size=4))
def test_activities_that_were_spoilt(library: Library, seed: int, junk: list[Any]) -> None:
    chance = random.Random(seed)
    made = activity_definition(chance.choice(list(library.activities.values())), library)
    refused = ""
    try:
        assert activity_of(spoilt(made, chance, junk)).id
    except FhirError as error:
        refused = str(error)
    assert not refused or refused.startswith("this ActivityDefinition: ")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(sorted(READERS)), content=st.dictionaries(st.sampled_from(ELEMENTS), NESTED, max_size=6))
def test_what_is_not_valid_is_told_by_names_of_the_standard_alone(kind: str, content: Json) -> None:
    reason = invalid({**content, "resourceType": kind, "Okoro": {"Peter": "Okoro"}})
    assert reason.startswith("not valid R4")
    assert "Okoro" not in reason
    assert "Peter" not in reason


@pytest.mark.parametrize(
    "text", ["no known " * 11_000, "a-" * 50_000, "stroke " * 14_000, "left " * 20_000, "é" * 50_000]
)
def test_long_texts_are_read(library: Library, text: str) -> None:
    """100 kB in one element; times are told in the report of the benchmark, not asserted here."""
    found = tried(bundle(patient(), condition(text), observation(text), goal(text), allergy(text)), library)
    assert found is not None
    assert all(len(one.reason) < 400 for one in found.left)
    assert all(len(one.question) < 400 for one in found.ask)


def test_a_client_from_any_bundle_can_be_read_again(library: Library) -> None:
    found = read_bundle(sound(library, random.Random(3)), library)
    assert found.client is not None
    assert Client.parse(found.client.model_dump(by_alias=True)) == found.client
