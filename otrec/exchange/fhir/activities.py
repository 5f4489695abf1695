"""Activities of the library as ActivityDefinition, with every column of the record, and back."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from otrec.exchange.fhir.client import bundle
from otrec.exchange.fhir.elements import (
    Json,
    address,
    checked,
    coding,
    concept,
    exact_text,
    extension,
    own_coding,
    quantity,
    said,
    text_value,
)
from otrec.exchange.fhir.errors import FhirError
from otrec.exchange.fhir.systems import ICF, TERMINOLOGY, canonical, own
from otrec.library import Library
from otrec.models import Activity
from otrec.models.client import describe
from otrec.models.terms import SETTING_NAMES

#: Columns that hold codes -> the kind of code.
CODES: Final = {
    "primary": "barrier", "secondary": "barrier", "leans_on": "barrier", "techniques": "technique", "tools": "tool",
    "tools_optional": "tool", "occupations": "occupation", "interests": "interest", "hazards": "hazard",
    "only_for": "condition", "evidence": "finding", "settings": "setting", "delivery": "delivery", "phases": "phase",
    "space": "space", "arousal": "arousal", "supervision": "supervision", "cost": "cost",
}  # fmt: skip
_NUMBERS: Final = {"age_min": "Decimal", "age_max": "Decimal", "minutes": "Integer", "group_min": "Integer",
                   "group_max": "Integer", "difficulty": "Integer", "preparation_minutes": "Integer"}  # fmt: skip
_PARTS: Final = ("demands", "grade_down", "grade_up")
_PREFIX: Final = own("extension:")
REVIEW: Final = "No clinician has reviewed this activity. Decision support for a qualified person."


def activity_definition(activity: Activity, library: Library) -> Json:
    """One activity as a FHIR R4 ActivityDefinition; `activity_of` gives the same activity back.

    It is a draft and experimental, since no clinician has reviewed it.

    >>> from otrec import load_library
    >>> library = load_library()
    >>> activity = next(iter(library.activities.values()))
    >>> activity_of(activity_definition(activity, library)) == activity
    True
    """
    own_code = own_coding("activity", activity.id, library)
    head = checked(
        {
            "resourceType": "ActivityDefinition",
            "id": activity.id.replace("_", "-"),
            "url": canonical("activity", activity.id),
            "version": library.version,
            "name": activity.id,
            "title": said(activity.name),
            "status": "draft",
            "experimental": True,
            "publisher": "otrec",
            "description": said(activity.purpose),
            "useContext": _contexts(activity),
            "purpose": REVIEW,
            "usage": said("\n".join(f"{number}. {step}" for number, step in enumerate(activity.steps, 1))),
            "topic": _topics(activity, library),
            **_cited(activity, library),
            "kind": "ServiceRequest",
            "code": concept(own_code, text=activity.name),
            "intent": "proposal",
            "timingDuration": quantity(activity.minutes, "minutes", "min"),
        }
    )
    # The columns are valid by the way they are made; the classes take twice as long over them as over all the rest.
    return {**head, "extension": _columns(activity, library)}


def library_bundle(library: Library) -> Json:
    """Every activity of a library in one bundle."""
    made = [(address("activity", one.id), activity_definition(one, library)) for one in library.activities.values()]
    return bundle(made)


def _columns(activity: Activity, library: Library) -> list[Json]:
    """Each column as extensions, one for each value, in the order of the record."""
    found: list[Json] = []
    for name in Activity.model_fields:
        value = getattr(activity, name)
        if name in _PARTS:
            steps = value if isinstance(value, tuple) else (value,)
            found += [extension(name, extension=_inner(one.model_dump())) for one in steps]
        else:
            held = value if isinstance(value, tuple) else (value,)
            found += [extension(name, **_value(name, one, library)) for one in held if one != ""]
    return found


def _inner(parts: dict[str, str]) -> list[Json]:
    return [{"url": name, **text_value(value)} for name, value in parts.items()]


def _value(name: str, value: Any, library: Library) -> Json:
    if name in CODES:
        return {"valueCoding": own_coding(CODES[name], value, library)}
    return {f"value{_NUMBERS[name]}": value} if name in _NUMBERS else text_value(value)


def _contexts(activity: Activity) -> list[Json]:
    """For whom and where: ages, settings, and conditions without which it makes no sense."""
    kind = f"{TERMINOLOGY}/usage-context-type"
    ages = {"low": quantity(activity.age_min, "years", "a"), "high": quantity(activity.age_max, "years", "a")}
    found: list[Json] = [{"code": coding(kind, "age"), "valueRange": ages}]
    for place in activity.settings:
        value = concept(coding(own("setting"), place), text=SETTING_NAMES[place])
        found.append({"code": coding(kind, "venue"), "valueCodeableConcept": value})
    for name in activity.only_for:
        found.append({"code": coding(kind, "focus"), "valueCodeableConcept": concept(coding(own("condition"), name))})
    return found


def _topics(activity: Activity, library: Library) -> list[Json]:
    """The barriers that it reaches, with their ICF categories, and the occupations that it practises."""
    found = []
    for name in (*activity.primary, *activity.secondary):
        term = library.barriers.get(name)
        codes = [coding(ICF, code) for code in (term.icf if term else ())]
        found.append(concept(own_coding("barrier", name, library), *codes, text=term.name if term else ""))
    return [*found, *(concept(own_coding("occupation", name, library)) for name in activity.occupations)]


def _cited(activity: Activity, library: Library) -> Json:
    found = []
    for name in activity.evidence:
        finding = library.evidence.get(name)
        cited = {"citation": said(f"{finding.title}. {finding.citation}")} if finding else {}
        link = {"url": f"https://doi.org/{finding.doi}"} if finding and finding.doi and " " not in finding.doi else {}
        found.append({"type": "citation", "label": name, **cited, **link})
    return {"relatedArtifact": found} if found else {}


def activity_of(resource: Json) -> Activity:
    """The activity of an ActivityDefinition that otrec wrote.

    Raises
    ------
    FhirError
        If a column is missing or wrong, or if it is none of otrec's.
    """
    source = "this ActivityDefinition"
    if not isinstance(resource, dict) or resource.get("resourceType") != "ActivityDefinition":
        raise FhirError("it is no ActivityDefinition", source=source)
    given = resource.get("extension")
    columns = [one for one in (given if isinstance(given, list) else []) if isinstance(one, dict)]
    record: dict[str, Any] = {}
    for name, info in Activity.model_fields.items():
        values = [_read(name, one) for one in columns if one.get("url") == f"{_PREFIX}{name}"]
        if values:
            is_many = "tuple" in str(info.annotation)
            record[name] = tuple(values) if is_many else values[0]
    try:
        return Activity.model_validate(record)
    except ValidationError as error:
        raise FhirError(*(describe(item, Activity) for item in error.errors()), source=source) from None


def _read(name: str, one: Json) -> Any:
    if name in _PARTS:
        inner = one.get("extension")
        return {
            part.get("url"): exact_text(part)
            for part in (inner if isinstance(inner, list) else [])
            if isinstance(part, dict) and isinstance(part.get("url"), str)
        }
    if name in CODES:
        given = one.get("valueCoding")
        return given.get("code") if isinstance(given, dict) else None
    return one.get(f"value{_NUMBERS[name]}") if name in _NUMBERS else exact_text(one)
