"""Goal: what a client wants to do, as occupations with their importance."""

from __future__ import annotations

from typing import Any, Final

from otrec.exchange.fhir.concepts import meaning
from otrec.exchange.fhir.conditions import code_of
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import text, texts_of
from otrec.exchange.fhir.parsing import Part
from otrec.exchange.fhir.systems import own

#: Importance 1-10 of FHIR's three priorities, and 5 where none is given; authors' choice.
IMPORTANCE: Final = {"high-priority": 9, "medium-priority": 5, "low-priority": 2}
USUAL: Final = 5
_OPEN: Final = frozenset({"proposed", "planned", "accepted", "active", ""})
_USED: Final = frozenset({"lifecycleStatus", "description", "priority", "subject", "extension"})


def read_goal(draft: Draft, part: Part) -> None:
    """The occupation of a goal that is still open."""
    resource = part.resource
    status = text(resource.get("lifecycleStatus"))
    words = next(iter(texts_of(resource.get("description"))), "")
    if status not in _OPEN and status != "on-hold":
        return draft.leave(part, f"the goal is {status.replace('-', ' ')}")
    found = meaning(draft, resource.get("description"), ("occupation",))
    names = tuple(dict.fromkeys([one.id for one in found.sure] + [hit.id for hit in found.doubtful]))
    if not names:
        return draft.leave(part, f"{draft.shown(words)} names no occupation of the library")
    if status == "on-hold":
        return draft.question(part, f"{draft.shown(words)} is on hold; is it still a goal?", names)
    if len(names) > 1 or not found.sure:
        return draft.question(part, f"{draft.shown(words)}: which occupation is the goal?", names)
    draft.add_goal(names[0], _importance(resource), part, words, found.sure[0].note)
    return draft.unused(part, _USED)


def _importance(resource: dict[str, Any]) -> int:
    for one in resource.get("extension", []):
        value = one.get("valueInteger") if one.get("url") == own("extension:importance") else None
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10:
            return value
    return IMPORTANCE.get(code_of(resource.get("priority")), USUAL)
