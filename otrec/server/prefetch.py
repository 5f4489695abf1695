"""What is asked of a record system beforehand, and what it sent, as one bundle. Nobody is ever called back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from otrec.models.wording import in_words
from otrec.server.errors import RequestError

PATIENT: Final = "patient"
_OF: Final = "patient={{context.patientId}}"
TEMPLATES: Final = {
    PATIENT: "Patient/{{context.patientId}}",
    "conditions": f"Condition?{_OF}",
    "observations": f"Observation?{_OF}&_sort=-date&_count=100",
    "goals": f"Goal?{_OF}",
    "allergies": f"AllergyIntolerance?{_OF}",
    "orders": f"ServiceRequest?{_OF}&_sort=-authored&_count=50",
    "plans": f"CarePlan?{_OF}&_sort=-date&_count=20",
    "answers": f"QuestionnaireResponse?{_OF}&_sort=-authored&_count=5",
    "encounter": "Encounter/{{context.encounterId}}",
}
#: What each key brings, in words for a card.
WORDS: Final = {
    "conditions": "diagnoses",
    "observations": "observations",
    "goals": "goals",
    "allergies": "allergies",
    "orders": "orders",
    "plans": "care plans",
}
MOST_RESOURCES: Final = 2_000
#: From so many resources on a record is read beside those of others.
MANY: Final = 300


def missing(prefetch: Mapping[str, Any] | None) -> list[str]:
    """What was asked for and not sent, in words; what is sent as null is known to be none."""
    sent = prefetch or {}
    return [words for key, words in WORDS.items() if key not in sent or _failed(sent[key])]


def bundle(prefetch: Mapping[str, Any] | None, patient_id: str) -> dict[str, Any]:
    """Everything that was sent, as one collection.

    Raises
    ------
    RequestError
        412 without a patient, as CDS Hooks 2.0 asks for; 422 where something is no resource, or about somebody else.
    """
    sent = prefetch or {}
    if sent.get(PATIENT) is None or _failed(sent[PATIENT]):
        text = "the patient was not sent with the call (prefetch), and no record system is called back from here"
        raise RequestError(412, text, where="prefetch.patient", allowed=sorted(TEMPLATES))
    found = [item for key, value in sent.items() if value is not None for item in _resources(key, value)]
    if len(found) > MOST_RESOURCES:
        raise RequestError(422, f"the prefetch holds {len(found):,} resources; send at most {MOST_RESOURCES:,}")
    patients = [item for item in found if item.get("resourceType") == "Patient"]
    if any(item.get("id") not in (None, patient_id) for item in patients):
        text = "the prefetch holds a patient other than the one whose record is open (context.patientId)"
        raise RequestError(422, text, where="prefetch.patient")
    named = [{"id": patient_id, **item} if item["resourceType"] == "Patient" else item for item in found]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in named]}


def is_long(prefetch: Mapping[str, Any] | None) -> bool:
    """Whether reading what was sent would keep shorter calls waiting.

    >>> is_long({"goals": {"resourceType": "Bundle", "entry": [{}] * 301}}), is_long({"patient": {}})
    (True, False)
    """
    found = [value.get("entry") for value in (prefetch or {}).values() if isinstance(value, dict)]
    return sum(len(entries) for entries in found if isinstance(entries, list)) > MANY


def _failed(value: Any) -> bool:
    """A record system may send an OperationOutcome where it could not fetch something."""
    return isinstance(value, dict) and value.get("resourceType") == "OperationOutcome"


def _resources(key: str, value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        text = f"prefetch.{key[:40]} is no FHIR resource; send a resource, a searchset Bundle or null"
        raise RequestError(422, text, where=f"prefetch.{key[:40]}")
    if value["resourceType"] != "Bundle":
        if not _failed(value):
            yield value
        return
    entries = value.get("entry", [])
    for entry in entries if isinstance(entries, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") not in ("Bundle", "OperationOutcome"):
            yield resource


def told(lacking: list[str]) -> str:
    """What was not sent, in a sentence; nothing if all was.

    >>> told(["goals", "allergies"])
    'Not sent with this call, and so not known: goals and allergies.'
    """
    return f"Not sent with this call, and so not known: {in_words(lacking)}." if lacking else ""
