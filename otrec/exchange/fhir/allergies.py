"""AllergyIntolerance, Flag and the list of precautions: what must be known before anything is suggested."""

from __future__ import annotations

import re
from typing import Final

from otrec.exchange.fhir.concepts import meaning
from otrec.exchange.fhir.conditions import code_of, take_meaning
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, text, texts_of
from otrec.exchange.fhir.parsing import Part
from otrec.exchange.fhir.systems import SNOMED_SYSTEMS, own

#: Concepts of SNOMED CT that say that allergies were asked about and none is known, and of which kind.
NONE_KNOWN: Final = {
    "716186003": "allergies", "160244002": "allergies", "409137002": "drug allergies", "429625007": "food allergies",
    "428607008": "environmental allergies", "1003774007": "latex allergy",
}  # fmt: skip
_NONE: Final = re.compile(r"\b(?:no known|no|nil known|denies)\s+((?:\w+\s+){0,2}?)allerg(?:y|ies)\b", re.I)
_ABBREVIATED: Final = re.compile(r"\bnk(d?)a\b", re.I)
#: Words of allergens -> precaution.
ALLERGENS: Final[dict[str, tuple[str, ...]]] = {
    "latex_allergy": ("latex", "rubber"),
    "nut_allergy": (
        "nut", "nuts", "peanut", "peanuts", "almond", "almonds", "cashew", "cashews", "walnut", "walnuts", "hazelnut",
        "hazelnuts", "pistachio", "pistachios", "pecan", "pecans", "groundnut", "groundnuts", "macadamia",
    ),
    "milk_allergy": ("milk", "dairy", "lactose", "casein", "whey", "cheese"),
    "egg_allergy": ("egg", "eggs"),
    "wheat_allergy": ("wheat",),
    "coeliac_disease": ("gluten",),
    "other_food_allergy": (
        "soy", "soya", "soybean", "fish", "shellfish", "crustacean", "crustaceans", "shrimp", "prawn", "prawns", "crab",
        "sesame", "mustard", "celery", "lupin", "mollusc", "molluscs", "strawberry", "strawberries", "kiwi", "banana",
        "tomato", "peach", "apple",
    ),
    "animal_allergy": ("animal", "animals", "dog", "dogs", "cat", "cats", "dander", "horse", "horses", "fur"),
    "adhesive_allergy": ("adhesive", "adhesives", "tape", "plaster", "plasters", "sticker", "stickers", "colophony"),
}  # fmt: skip
_USED: Final = frozenset({
    "clinicalStatus", "verificationStatus", "type", "category", "criticality", "code", "patient", "subject", "status",
})  # fmt: skip


def read_allergy(draft: Draft, part: Part) -> None:
    """An allergy as a precaution; one that is not confirmed counts as one until somebody knows better."""
    resource = part.resource
    state, sure = code_of(resource.get("clinicalStatus")), code_of(resource.get("verificationStatus"))
    if sure in ("refuted", "entered-in-error"):
        return draft.leave(part, f"the allergy is {sure.replace('-', ' ')}")
    texts = texts_of(resource.get("code"))
    words = next(iter(texts), "")
    none = _none_known(resource.get("code"), texts)
    if none:
        none = draft.secrets.hidden(none)
        draft.asked.add(none)
        draft.take("allergies_asked", none, part, words, f"{none} were asked about: none known")
        return draft.unused(part, _USED)
    if state in ("inactive", "resolved"):
        question = f"the allergy {draft.shown(words)} is {state}; is that certain?"
        return draft.question(part, question, _names(draft, part))
    names = _names(draft, part)
    if not names:
        question = f"an allergy to {draft.shown(words)}: which precaution is that, if any?"
        return draft.question(part, question)
    for name in names:
        draft.add_precaution(name, part, words, _note(part, sure))
    if sure in ("unconfirmed", "presumed"):
        draft.question(part, f"the allergy {draft.shown(words)} is {sure}; it was taken until you know better", names)
    return draft.unused(part, _USED)


def _none_known(code: object, texts: list[str]) -> str:
    for system, name, _ in codings_of(code):
        if system in SNOMED_SYSTEMS and name in NONE_KNOWN:
            return NONE_KNOWN[name]
    return next((said for said in map(_none_in, texts) if said), "")


def _none_in(words: str) -> str:
    """Which allergies some words say are not known to be there: those that are named, or all.

    >>> _none_in("No known latex allergy"), _none_in("NKA"), _none_in("Latex allergy")
    ('latex allergies', 'allergies', '')
    """
    hit, short = _NONE.search(words[:200]), _ABBREVIATED.search(words[:200])
    if hit:
        return f"{hit[1].strip().lower()} allergies".strip()
    return "" if not short else "drug allergies" if short[1] else "allergies"


def _names(draft: Draft, part: Part) -> tuple[str, ...]:
    """The precautions that an allergen stands for: by otrec's own code, by its name, by words of allergens."""
    found = meaning(draft, part.resource.get("code"), ("precaution",))
    if found.sure:
        return tuple(one.id for one in found.sure)
    words = {word for text in texts_of(part.resource.get("code")) for word in re.findall(r"[a-z]+", text[:500].lower())}
    names = [name for name, known in ALLERGENS.items() if words & set(known) and name in draft.library.precautions]
    is_food = "food" in (part.resource.get("category") or ())
    if not names and is_food and "other_food_allergy" in draft.library.precautions:
        return ("other_food_allergy",)
    return tuple(names)


def _note(part: Part, sure: str) -> str:
    criticality = text(part.resource.get("criticality"))
    kind = "an intolerance, not an allergy" if part.resource.get("type") == "intolerance" else ""
    severe = "high criticality" if criticality == "high" else ""
    return ", ".join(one for one in (severe, kind, sure if sure != "confirmed" else "") if one)


def read_flag(draft: Draft, part: Part) -> None:
    """A warning in the record as precautions or conditions, while it is active."""
    status = text(part.resource.get("status"))
    words = next(iter(texts_of(part.resource.get("code"))), "")
    if status != "active":
        return draft.leave(part, f"the flag {draft.shown(words)} is {status.replace('-', ' ')}")
    found = meaning(draft, part.resource.get("code"), ("precaution", "condition"))
    if not found:
        return draft.question(part, f"a flag says {draft.shown(words)}: which precaution is that, if any?")
    take_meaning(draft, part, found)
    return draft.unused(part, _USED)


def read_list(draft: Draft, part: Part) -> None:
    """Otrec's own list of precautions says that they were asked about, even if there are none."""
    is_own = any(
        system == own("list") and code == "precautions" for system, code, _ in codings_of(part.resource.get("code"))
    )
    if not is_own or part.resource.get("status") != "current":
        return draft.leave(part, "a list; the resources that it names are read by themselves")
    draft.asked.add("precautions")
    empty = code_of(part.resource.get("emptyReason")) == "nilknown"
    return draft.take("precautions_asked", "none" if empty else "listed", part)
