"""ServiceRequest and Encounter: why somebody was referred, for how long, and where they are seen."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from otrec.exchange.fhir.concepts import meaning
from otrec.exchange.fhir.conditions import take_meaning
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, text, texts_of
from otrec.exchange.fhir.parsing import Json, Part
from otrec.exchange.fhir.sides import read_side
from otrec.exchange.fhir.systems import ROLE_CODE

#: Classes of encounters (v3 ActCode) as settings.
CLASSES: Final = {
    "IMP": "hospital", "ACUTE": "hospital", "NONAC": "hospital", "EMER": "hospital", "OBSENC": "hospital",
    "SS": "hospital", "AMB": "clinic", "HH": "home", "VR": "teletherapy", "FLD": "community",
}  # fmt: skip
#: Places of service (v3 RoleCode) as settings.
PLACES: Final = {
    "HOSP": "hospital", "HU": "hospital", "ICU": "hospital", "RH": "rehab", "PEDNICU": "nicu", "NCCF": "nursing_home",
    "OF": "clinic", "PEDC": "clinic", "ORTHO": "clinic", "PTRES": "home", "COMM": "community", "WORK": "workplace",
}  # fmt: skip
#: Words by which a request is one for therapy; the bundle may hold those for blood tests as well.
_THERAPY: Final = re.compile(r"therap|rehab|referral|consult|\b(?:ot|assessment|evaluation)\b", re.IGNORECASE)
_CLOSED: Final = frozenset({"revoked", "entered-in-error"})
_USED: Final = frozenset({
    "status", "intent", "subject", "code", "reasonCode", "quantityQuantity", "occurrenceTiming", "locationCode",
    "bodySite", "category", "doNotPerform",
})  # fmt: skip
_ENCOUNTER_USED: Final = frozenset({"status", "class", "subject", "period"})
_MINUTES: Final = {"min": 1, "minute": 1, "minutes": 1, "h": 60, "hr": 60, "hour": 60, "hours": 60}
_SHORTEST, _LONGEST = 5, 120


def read_request(draft: Draft, part: Part) -> None:
    """The reasons of a referral as conditions, barriers and goals; the length of a session; the place."""
    resource = part.resource
    status = text(resource.get("status"))
    if status in _CLOSED:
        return draft.leave(part, f"the request is {status.replace('-', ' ')}")
    if resource.get("doNotPerform") is True:
        return draft.leave(part, "asks that something is not done")
    asked = [*texts_of(resource.get("code")), *(text for one in resource.get("category", []) for text in texts_of(one))]
    if asked and not _THERAPY.search(" ".join(asked)[:2000]):
        return draft.leave(part, f"{draft.shown(asked[0])} is no referral to therapy")
    before = len(draft.found)
    for reason in resource.get("reasonCode", []):
        found = meaning(draft, reason, ("condition", "precaution", "barrier", "occupation"))
        if found:
            take_meaning(draft, part, found)
        else:
            words = next(iter(texts_of(reason)), "")
            draft.leave(part, f"the reason {draft.shown(words)} matches nothing in the library")
    if len(draft.found) > before:
        read_side(draft, part, *(one for one in resource.get("bodySite", []) if isinstance(one, dict)))
    minutes = _minutes(resource)
    if minutes is not None and _SHORTEST <= minutes <= _LONGEST:
        draft.add_fact("minutes", minutes, part)
    elif minutes is not None:
        draft.leave(part, f"a session has {_SHORTEST} to {_LONGEST} minutes")
    for place in resource.get("locationCode", []):
        _place(draft, part, place)
    return draft.unused(part, _USED)


def _minutes(resource: Json) -> int | None:
    quantity = resource.get("quantityQuantity")
    timing = resource.get("occurrenceTiming")
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    pairs: list[tuple[Any, Any]] = []
    if isinstance(quantity, dict):
        pairs += [(quantity.get("value"), quantity.get(name)) for name in ("code", "unit")]
    if isinstance(repeat, dict):
        pairs.append((repeat.get("duration"), repeat.get("durationUnit")))
    for amount, unit in pairs:
        factor = _MINUTES.get(text(unit).strip().lower())
        if factor and isinstance(amount, int | float) and not isinstance(amount, bool) and math.isfinite(amount):
            return round(amount * factor)
    return None


def _place(draft: Draft, part: Part, place: Any) -> None:
    for system, code, display in codings_of(place):
        if system == ROLE_CODE and code in PLACES:
            return draft.add_setting(PLACES[code], part, display or code, rank=3)
    words = " ".join(texts_of(place)).lower()
    if "school" in words[:200]:
        return draft.add_setting("school", part, words, rank=3)
    return draft.leave(part, f"the place {draft.shown(words)} is no setting of otrec")


def read_encounter(draft: Draft, part: Part) -> None:
    """Where somebody is seen, by the class of an encounter; a stay that goes on counts before one that is over."""
    resource = part.resource
    status = text(resource.get("status"))
    if status in ("entered-in-error", "cancelled"):
        return draft.leave(part, f"the encounter is {status.replace('-', ' ')}")
    given = next(iter(codings_of(resource.get("class"))), ("", "", ""))
    setting = CLASSES.get(given[1])
    if setting is None:
        return draft.leave(part, "the class of the encounter is no setting of otrec")
    period = resource.get("period")
    start = text(period.get("start")) if isinstance(period, dict) else ""
    draft.add_setting(setting, part, given[2] or given[1], rank=1 if status == "finished" else 2, when=start)
    return draft.unused(part, _ENCOUNTER_USED)
