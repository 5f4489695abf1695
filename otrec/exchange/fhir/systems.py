"""The code systems that are read and written, and the addresses of what is otrec's own."""

from __future__ import annotations

from typing import Final

ICF: Final = "http://hl7.org/fhir/sid/icf"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
#: "Age", with which many records say how old somebody is when they hold no date of birth.
AGE: Final = "30525-0"
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
ROLE_CODE: Final = f"{TERMINOLOGY}/v3-RoleCode"

#: Systems under other addresses; national modifications of ICD-10 are read like it, since their categories agree.
ICF_SYSTEMS: Final = frozenset({ICF, "urn:oid:2.16.840.1.113883.6.254"})
SNOMED_SYSTEMS: Final = frozenset({SNOMED, "urn:oid:2.16.840.1.113883.6.96"})
ICD10_SYSTEMS: Final = frozenset({
    "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10-uk",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "http://fhir.de/CodeSystem/dimdi/icd-10-gm",
    "urn:oid:2.16.840.1.113883.6.3", "urn:oid:2.16.840.1.113883.6.90",
})  # fmt: skip

#: Kinds of code that are otrec's own -> the list of the library that holds them.
KINDS: Final[dict[str, str]] = {
    "barrier": "barriers",
    "technique": "techniques",
    "tool": "tools",
    "occupation": "occupations",
    "condition": "conditions",
    "precaution": "precautions",
    "clearance": "clearances",
    "competency": "competencies",
    "assessment": "assessments",
    "environment": "environments",
    "interest": "interests",
    "hazard": "hazards",
    "activity": "activities",
    "finding": "evidence",
}


def own(kind: str) -> str:
    """The system of one kind of code of otrec's own.

    >>> own("barrier")
    'urn:x-otrec:barrier'
    """
    return f"urn:x-otrec:{kind}"


def canonical(kind: str, name: str) -> str:
    """The address of one record of otrec's own.

    >>> canonical("activity", "name_labels_that_stay")
    'urn:x-otrec:activity:name_labels_that_stay'
    """
    return f"{own(kind)}:{name}"


#: The questionnaire whose answers are a whole profile.
PROFILE: Final = canonical("questionnaire", "profile")
