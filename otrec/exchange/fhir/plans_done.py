"""CarePlan: which of otrec's activities were done, how they were received, and which are not wanted again."""

from __future__ import annotations

from typing import Any, Final

from otrec.exchange.fhir.ages import day_of, is_whole
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, text
from otrec.exchange.fhir.parsing import Json, Part
from otrec.exchange.fhir.systems import canonical, own
from otrec.models import Past

_USED: Final = frozenset({"status", "intent", "subject", "activity", "title"})
_RESPONSES: Final = ("liked", "neutral", "disliked")


def read_care_plan(draft: Draft, part: Part) -> None:
    """What was done of a plan; what is planned or of other systems is left."""
    status = text(part.resource.get("status"))
    if status in ("entered-in-error", "revoked"):
        return draft.leave(part, f"the plan is {status.replace('-', ' ')}")
    activities = [one for one in part.resource.get("activity", []) if isinstance(one, dict)]
    left = [_read(draft, part, one.get("detail")) for one in activities]
    reasons = list(dict.fromkeys(reason for reason in left if reason))
    for reason in reasons:
        draft.leave(part, f"{left.count(reason)} of {len(left)} activities: {reason}")
    if not activities:
        draft.leave(part, "has no activity in it")
    return draft.unused(part, _USED)


def _read(draft: Draft, part: Part, detail: Any) -> str:
    """Take one activity; the reason if it cannot be taken."""
    if not isinstance(detail, dict):
        return "only a reference"
    name = _activity(detail)
    if not name:
        return "not one of otrec's"
    if name not in draft.library.activities:
        return "of another library"
    if detail.get("doNotPerform") is True:
        draft.not_again[name] = None
        draft.take("not_again", name, part)
        return ""
    if detail.get("status") != "completed":
        return "planned, not done"
    period = detail.get("scheduledPeriod")
    started = period.get("start") if isinstance(period, dict) else detail.get("scheduledString")
    day = day_of(started)
    if day is None or not is_whole(started):
        draft.question(part, f"{name} was done; on which day?", (name,))
        return ""
    response = next((one for one in map(_response, detail.get("extension", [])) if one), "neutral")
    draft.history.append(Past.model_validate({"activity": name, "date": day, "response": response}))
    draft.take("history", name, part, note=response)
    return ""


def _activity(detail: Json) -> str:
    prefix = canonical("activity", "")
    for one in detail.get("instantiatesCanonical") or ():
        if text(one).startswith(prefix):
            return text(one).removeprefix(prefix).partition("|")[0]
    return next((code for system, code, _ in codings_of(detail.get("code")) if system == own("activity")), "")


def _response(one: Json) -> str:
    value = text(one.get("valueCode")) if one.get("url") == own("extension:response") else ""
    return value if value in _RESPONSES else ""
