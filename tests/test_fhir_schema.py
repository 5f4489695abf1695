"""Against the specification itself: what is written fits the R4 schema, what others wrote can be read.

The classes that check resources are those of R4B, so every type that is written is held against R4 here.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

from otrec import Client, Engine, Library
from otrec.exchange.fhir import (
    FhirError,
    Imported,
    activity_definition,
    care_plan,
    client_bundle,
    goal_resources,
    observations,
    plan_definition,
    questionnaire,
    read_bundle,
)
from otrec.exchange.fhir.importing import READERS
from otrec.exchange.fhir.parsing import MAX_BYTES
from otrec.exchange.fhir.validity import invalid
from otrec.planning import plan_programme, plan_session
from otrec.progress import ProgressFile

from .fhir_samples import Json, folder, schema
from .test_compiled import invented
from .test_fhir_export import RECORD

DAY = dt.date(2026, 11, 29)
#: Definitions of the standard itself; the large bundles of them are read all the same.
STANDARD = ("SearchParameter", "ValueSet", "CodeSystem", "StructureDefinition", "ConceptMap", "OperationDefinition")


@cache
def validator(kind: str) -> Any:
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": schema()["definitions"]})


def faults(resource: Json, kind: str = "") -> list[str]:
    found = validator(kind or resource["resourceType"]).iter_errors(resource)
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]


def test_the_schema_is_that_of_r4_and_sees_faults() -> None:
    assert "R4" in schema().get("description", "") or "4.0" in schema()["id"]
    assert faults({"resourceType": "Goal", "lifecycleStatus": "active", "subject": {}})
    assert faults({"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {}, "colour": "red"})


def written(engine: Engine, child: Client) -> Iterator[Json]:
    library, chance, record = engine.library, random.Random(6), ProgressFile.parse(RECORD)
    for _ in range(12):
        yield from (one["resource"] for one in client_bundle(invented(library, chance), library)["entry"])
    longest = sorted(library.activities.values(), key=lambda one: -len(str(one)))[:20]
    yield from (activity_definition(one, library) for one in (*longest, *list(library.activities.values())[::60]))
    odd = child.model_copy(update={"interests": ("no-break\u00a0space", "\u2003wide\x0band\x07low")})
    yield client_bundle(odd, library)["entry"][-1]["resource"]
    yield questionnaire(library)
    yield care_plan(child, plan_session(engine, child, as_of=DAY), library, created=DAY)
    yield care_plan(child, engine.recommend(child, k=5, as_of=DAY).items, library, created=DAY)
    yield plan_definition(plan_programme(engine, child, 2, starts=DAY), library)
    yield from goal_resources(record)
    yield from observations(record)


def test_what_is_written_is_valid_r4_and_r4b(engine: Engine, child: Client) -> None:
    kinds = set()
    for resource in written(engine, child):
        plain = json.loads(json.dumps(resource))
        assert faults(plain) == [], plain["resourceType"]
        assert invalid(plain) == "", plain["resourceType"]
        kinds.add(plain["resourceType"])
    assert kinds == {
        "ActivityDefinition", "AllergyIntolerance", "CarePlan", "Condition", "Flag", "Goal", "List", "Observation",
        "Patient", "PlanDefinition", "Questionnaire", "QuestionnaireResponse",
    }  # fmt: skip


def test_the_bundle_around_them_is_valid(library: Library, child: Client) -> None:
    made = client_bundle(child, library)
    patient = made["entry"][0]["resource"]
    # The schema would try all types of resources on each entry, so that each is held against its own above.
    around = {**made, "entry": [{**one, "resource": patient} for one in made["entry"][:1]]}
    assert faults(around) == []
    assert len({one["fullUrl"] for one in made["entry"]}) == len(made["entry"])


def examples(*starts: str) -> list[Path]:
    return sorted(path for path in (folder() / "examples").glob("*.json") if path.name.startswith(starts))


def listed(found: Imported) -> set[str]:
    """The resources of which something was found, asked or left."""
    return {one.source for lines in (found.found, found.ask, found.left) for one in lines}


def test_every_example_of_what_is_read_is_taken_as_valid() -> None:
    """Where R4B were stricter than R4, records would be refused that are sound."""
    seen = 0
    for path in examples(*(f"{kind}-" for kind in READERS)):
        resource = json.loads(path.read_text(encoding="utf-8"))
        if resource["resourceType"] in READERS:
            assert invalid(resource) == "", path.name
            seen += 1
    assert seen > 150


def test_every_bundle_of_the_specification_is_read(library: Library) -> None:
    read = 0
    for path in examples("Bundle-"):
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            with pytest.raises(FhirError, match="at most 20,000,000"):
                read_bundle(data, library, DAY)
        elif len(data) < 1_500_000 or path.name == "Bundle-valuesets.json":
            found = read_bundle(data, library, DAY)
            assert found.client is not None or found.problems
            read += 1
    assert read > 30


def single(kinds: tuple[str, ...] = ()) -> list[Json]:
    """The examples one by one, without the large definitions of the standard."""
    found = []
    for path in examples(*kinds) if kinds else (folder() / "examples").glob("*.json"):
        if path.name.startswith((*STANDARD, "Bundle", "package", "ig-", "ImplementationGuide")):
            continue
        found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def test_every_single_example_is_used_or_listed(library: Library) -> None:
    """One bundle of them all but the patients, who are several, and the one patient whom most are about."""
    resources = [one for one in single() if one["resourceType"] != "Patient" or one.get("id") == "example"]
    entries = [{"resource": one} for one in resources]
    found = read_bundle({"resourceType": "Bundle", "type": "collection", "entry": entries}, library, DAY)
    assert found.client is not None
    told = listed(found)
    counts: dict[str, int] = {}
    for one in resources:
        counts[one["resourceType"]] = counts.get(one["resourceType"], 0) + 1
    missing = [f"{kind} {place}" for kind, count in counts.items() for place in range(1, count + 1)
               if f"{kind} {place}" not in told and kind in READERS]  # fmt: skip
    assert missing == []
    assert len(told) > 500
    assert {"stroke", "burn_injury"} <= set(found.client.conditions)
    assert {"asthma", "nut_allergy", "other_food_allergy"} <= set(found.client.precautions or ())


def test_no_name_of_the_examples_is_repeated(library: Library) -> None:
    """Each patient of the specification with all that is about them."""
    patients = [one for one in single(("Patient-",)) if one["resourceType"] == "Patient"]
    others = [one for one in single(tuple(f"{kind}-" for kind in READERS)) if one["resourceType"] != "Patient"]
    seen = 0
    for patient in patients:
        about = [one for one in others if f'Patient/{patient.get("id")}"' in json.dumps(one)]
        found = read_bundle({"resourceType": "Bundle", "entry": [{"resource": one} for one in (patient, *about)]},
                            library, DAY)  # fmt: skip
        told = json.dumps(found.to_dict(), ensure_ascii=False)
        for name in patient.get("name", []):
            for word in (name.get("family", ""), *name.get("given", [])):
                if len(word) > 2:
                    assert f"{word}" not in told.split('"'), word
                    assert f" {word} " not in told, word
                    seen += 1
    assert seen > 20
