"""The profile as a FHIR questionnaire, for systems that show forms."""

from __future__ import annotations

from otrec.exchange.fhir.elements import Json, checked, own_coding
from otrec.exchange.fhir.profile_items import ITEMS, Item
from otrec.exchange.fhir.systems import KINDS, PROFILE, own
from otrec.library import Library


def questionnaire(library: Library) -> Json:
    """The form whose answers are a whole profile; it is a draft, since no clinician has reviewed it.

    >>> from otrec import load_library
    >>> questionnaire(load_library())["status"]
    'draft'
    """
    return checked(
        {
            "resourceType": "Questionnaire",
            "contained": [_activities(library)],
            "url": PROFILE,
            "version": library.version,
            "name": "OtrecProfile",
            "title": "Profile of one client for otrec, by pseudonym",
            "status": "draft",
            "experimental": True,
            "subjectType": ["Patient"],
            "item": [_item(library, item, item.name) for item in ITEMS],
        }
    )


def _activities(library: Library) -> Json:
    """The activities once, for the two questions that choose among them."""
    codes = [{"code": one.id, "display": one.name} for one in library.activities.values()]
    include = [{"system": own("activity"), "concept": codes}]
    return {"resourceType": "ValueSet", "id": "activities", "status": "draft", "compose": {"include": include}}


def _item(library: Library, item: Item, link: str) -> Json:
    made: Json = {"linkId": link, "text": item.text, "type": item.type}
    if item.repeats:
        made["repeats"] = True
    if item.name in ("age_years", "setting"):
        made["required"] = True
    if item.inner:
        made["item"] = [_item(library, inner, f"{link}.{inner.name}") for inner in item.inner]
    if item.kind == "activity":
        made["answerValueSet"] = "#activities"
    elif item.type == "choice":
        codes = item.words or tuple(getattr(library, KINDS[item.kind]))
        made["answerOption"] = [{"valueCoding": own_coding(item.kind, code, library)} for code in codes]
    return made
