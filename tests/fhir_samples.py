"""Resources as other record systems write them, small and invented, and where the specification's own stand."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .conftest import IN_CI

Json = dict[str, Any]
ICF = "http://hl7.org/fhir/sid/icf"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SUBJECT = {"reference": "Patient/p1"}


def folder() -> Path:
    """The schema and the examples of R4, as `.ci/run` fetches them."""
    given = os.environ.get("OTREC_FHIR_R4", "")
    if not given:
        (pytest.fail if IN_CI else pytest.skip)("OTREC_FHIR_R4 names no folder with the schema and examples of R4")
    return Path(given)


@cache
def schema() -> Json:
    found: Json = json.loads((folder() / "fhir.schema.json").read_text(encoding="utf-8"))
    return found


def concept(system: str, code: str, text: str = "") -> Json:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def bundle(*resources: Json, **more: Any) -> Json:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def patient(**more: Any) -> Json:
    return {"resourceType": "Patient", "id": "p1", "birthDate": "2019-03-02", **more}


def condition(code: Json | str, **more: Any) -> Json:
    held = {"text": code} if isinstance(code, str) else code
    return {"resourceType": "Condition", "subject": SUBJECT, "code": held, **more}


def observation(code: Json | str, **more: Any) -> Json:
    held = {"text": code} if isinstance(code, str) else code
    return {"resourceType": "Observation", "status": "final", "subject": SUBJECT, "code": held, **more}


def goal(text: str, **more: Any) -> Json:
    description = {"text": text}
    base = {"resourceType": "Goal", "lifecycleStatus": "active", "description": description, "subject": SUBJECT}
    return {**base, **more}


def allergy(code: Json | str, **more: Any) -> Json:
    held = {"text": code} if isinstance(code, str) else code
    return {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": held, **more}


def request(**more: Any) -> Json:
    return {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": SUBJECT, **more}


def encounter(code: str, **more: Any) -> Json:
    return {"resourceType": "Encounter", "status": "finished", "class": {"code": code}, "subject": SUBJECT, **more}


def status(code: str) -> Json:
    return {"coding": [{"code": code}]}
