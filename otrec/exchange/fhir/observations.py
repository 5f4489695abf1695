"""Observation: barriers by ICF with their qualifier, age, and the hand that is used."""

from __future__ import annotations

import re
from typing import Any, Final

from otrec.exchange.fhir.ages import OLDEST, coarse, day_of, years_of
from otrec.exchange.fhir.concepts import Meaning, icf_of, meaning, severity_in, severity_of
from otrec.exchange.fhir.conditions import take_meaning
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, text, texts_of
from otrec.exchange.fhir.parsing import Json, Part
from otrec.exchange.fhir.sides import read_side
from otrec.exchange.fhir.systems import AGE, ICF_SYSTEMS, LOINC, SNOMED_SYSTEMS, own

#: Findings of SNOMED CT about handedness.
HANDS: Final = {"87683000": "left", "46669005": "right", "23088002": "either"}
_HAND: Final = re.compile(r"\b(handedness|dominant hand|hand dominance|hand preference|preferred hand)\b", re.I)
#: The parts of 100 at which the qualifiers of ICF begin (WHO ICF, generic scale).
_PERCENT: Final = ((96, 4), (50, 3), (25, 2), (5, 1), (0, 0))
_USED: Final = frozenset({
    "status", "code", "subject", "effectiveDateTime", "issued", "valueInteger", "valueQuantity", "valueString",
    "valueCodeableConcept", "component", "category", "bodySite",
})  # fmt: skip


def read_observation(draft: Draft, part: Part) -> None:
    """What an observation says of age, hand or barriers; everything else is left with its name."""
    resource = part.resource
    status = text(resource.get("status"))
    if status in ("entered-in-error", "cancelled"):
        return draft.leave(part, f"is {status.replace('-', ' ')}")
    code = resource.get("code")
    if any(system == LOINC and name == AGE for system, name, _ in codings_of(code)):
        _age(draft, part)
    elif _is_fact(code, "affected_side"):
        read_side(draft, part, resource.get("valueCodeableConcept"))
    elif _is_fact(code, "dominant_hand") or _hand_in(code) or _is_hand(resource):
        _hand(draft, part)
    elif not _barriers(draft, part):
        words = next(iter(texts_of(code)), "")
        return draft.leave(part, f"{draft.shown(words)} is nothing that a profile holds")
    return draft.unused(part, _USED)


def _is_fact(code: Any, name: str) -> bool:
    return any(system == own("fact") and said == name for system, said, _ in codings_of(code))


def _is_hand(resource: Json) -> bool:
    return not _coded(resource) and any(map(_HAND.search, texts_of(resource.get("code"))))


def _age(draft: Draft, part: Part) -> None:
    years = years_of(part.resource.get("valueQuantity"))
    if years is None or years > OLDEST:
        return draft.leave(part, "the age has no value in years, months, weeks or days")
    day = day_of(part.resource.get("effectiveDateTime"))
    since = max(0.0, (draft.as_of - day).days / 365.25) if day else 0.0
    if "age_years" in draft.facts:
        return draft.leave(part, "the age is known from the date of birth")
    if years + since > OLDEST:
        return draft.leave(part, f"the age would be above {OLDEST} years by now")
    age = coarse(years + since) if since else years
    note = "moved on to the day of reading" if since else "as it was recorded"
    return draft.add_fact("age_years", age, part, note=note)


def _hand_in(concept: Any) -> str:
    known = (
        HANDS.get(code, "") if system in SNOMED_SYSTEMS else code if system == own("hand") else ""
        for system, code, _ in codings_of(concept)
    )
    return next((hand for hand in known if hand in ("left", "right", "either", "undecided")), "")


def _hand(draft: Draft, part: Part) -> None:
    value, said = part.resource.get("valueCodeableConcept"), text(part.resource.get("valueString"))
    hand = _hand_in(part.resource.get("code")) or _hand_in(value)
    if not hand:
        words = set(re.findall(r"[a-z]+", " ".join([*texts_of(value), said]).lower()))
        sides = words & {"left", "right"}
        hand = "either" if len(sides) > 1 or words & {"both", "either", "ambidextrous"} else next(iter(sides), "")
    if hand:
        return draft.add_fact("dominant_hand", hand, part, " ".join([*texts_of(value), said]))
    return draft.leave(part, "the hand that is named is not left, right or either")


def _barriers(draft: Draft, part: Part) -> bool:
    """Barriers of the observation itself, or of each of its components."""
    resource, any_found = part.resource, False
    components = [one for one in resource.get("component", []) if isinstance(one, dict)]
    when = text(resource.get("effectiveDateTime")) or text(resource.get("issued"))
    found = meaning(draft, resource.get("code"), ("barrier",))
    if found and _is_named(resource.get("code"), found):
        bands = [band_of(resource), *(band_of(one) for one in components if not _coded(one))]
        _take(draft, part, found, next((band for band in bands if band is not None), None), when)
        any_found = True
    for one in components:
        inner = meaning(draft, one.get("code"), ("barrier",))
        if _coded(one) and inner:
            _take(draft, part, inner, band_of(one), when)
            any_found = True
    return any_found or _explained(draft, part)


def _explained(draft: Draft, part: Part) -> bool:
    """Codes of ICF that no barrier has, or that name something helpful, are told as that."""
    codes = [icf_of(code) for system, code, _ in codings_of(part.resource.get("code")) if system in ICF_SYSTEMS]
    if any(helps for _, _, helps in codes):
        draft.leave(part, "names something that helps (a facilitator), not a barrier")
    elif any(category for category, _, _ in codes):
        category = next(category for category, _, _ in codes if category)
        draft.leave(part, f"the ICF code {category} is that of no barrier")
    return bool(codes)


def _coded(holder: Json) -> bool:
    """Whether an observation or component names a barrier by a code."""
    return any(system in {*ICF_SYSTEMS, own("barrier")} for system, _, _ in codings_of(holder.get("code")))


def _is_named(code: Any, found: Meaning) -> bool:
    """Whether the observation is about a barrier: by a code, or because its name is that of a barrier."""
    by_code = any("code" in one.note for one in found.sure) or bool(found.several)
    return by_code or any(one.note == "by its words" for one in found.sure)


def _take(draft: Draft, part: Part, found: Meaning, band: int | None, when: str) -> None:
    if band == 9:
        return draft.leave(part, "the qualifier is 9, not applicable")
    return take_meaning(draft, part, found, None if band == 8 else band, when=when)


def band_of(holder: Json) -> int | None:
    """The ICF qualifier that a value says, 0-4, or 8 and 9 as they are; None if it says none.

    >>> band_of({"valueInteger": 2}), band_of({"valueQuantity": {"value": 60, "code": "%"}}), band_of({})
    (2, 3, None)
    """
    quantity = holder.get("valueQuantity")
    if isinstance(quantity, dict):
        amount = quantity.get("value")
        is_share = "%" in (quantity.get("code"), quantity.get("unit"))
        return _of_share(amount) if is_share else _qualifier(amount)
    if "valueCodeableConcept" in holder:
        return severity_of(holder["valueCodeableConcept"])
    if isinstance(holder.get("valueString"), str):
        said = holder["valueString"].strip()
        return _qualifier(int(said)) if re.fullmatch(r"\d", said, re.ASCII) else severity_in([said])
    return _qualifier(holder.get("valueInteger"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_share(amount: Any) -> int | None:
    if not _is_number(amount) or not 0 <= amount <= 100:
        return None
    return next(band for least, band in _PERCENT if amount >= least)


def _qualifier(value: Any) -> int | None:
    return int(value) if _is_number(value) and value in (0, 1, 2, 3, 4, 8, 9) else None
