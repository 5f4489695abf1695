"""Condition: diagnoses, and barriers or precautions that were recorded as conditions."""

from __future__ import annotations

from typing import Any, Final

from otrec.exchange.fhir.ages import day_of
from otrec.exchange.fhir.concepts import Meaning, Meant, meaning, severity_of
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, texts_of
from otrec.exchange.fhir.parsing import Part
from otrec.exchange.fhir.sides import read_side

KINDS: Final = ("condition", "precaution", "barrier")
_OVER: Final = frozenset({"inactive", "remission", "resolved"})
_UNSURE: Final = frozenset({"unconfirmed", "provisional", "differential"})
_USED: Final = frozenset({
    "code", "clinicalStatus", "verificationStatus", "subject", "bodySite", "severity", "abatementDateTime", "category",
})  # fmt: skip
#: What ended within so many days is asked about; authors' choice.
RECENT_DAYS: Final = 365


def read_condition(draft: Draft, part: Part) -> None:
    """What a condition means for the profile, unless it is over, refuted, or not sure."""
    resource = part.resource
    status, sure = code_of(resource.get("clinicalStatus")), code_of(resource.get("verificationStatus"))
    if sure in ("refuted", "entered-in-error"):
        return draft.leave(part, f"is {sure.replace('-', ' ')}")
    found = meaning(draft, resource.get("code"), KINDS)
    words = next(iter(texts_of(resource.get("code"))), "")
    if not found:
        reason = "its code is not in this library" if found.unknown else "matches no condition, barrier or precaution"
        return draft.leave(part, f"{draft.shown(words)} {reason}")
    choices = tuple(dict.fromkeys([one.id for one in found.sure] + [hit.id for hit in found.doubtful]))
    if status in _OVER:
        return _ended(draft, part, status, words, choices)
    if sure in _UNSURE:
        return draft.question(part, f"{draft.shown(words)} is {sure}; does the client have it?", choices)
    take_meaning(draft, part, found, severity_of(resource.get("severity")))
    if found.sure:
        sites = resource.get("bodySite")
        read_side(draft, part, *(sites if isinstance(sites, list) else []), words=words)
    return draft.unused(part, _USED)


def _ended(draft: Draft, part: Part, status: str, words: str, choices: tuple[str, ...]) -> None:
    ended = day_of(part.resource.get("abatementDateTime"))
    if status == "resolved" and ended and (draft.as_of - ended).days > RECENT_DAYS:
        return draft.leave(part, f"{draft.shown(words)} was resolved long ago")
    when = "less than a year ago" if ended and (draft.as_of - ended).days <= RECENT_DAYS else "at a time not told"
    told = {"resolved": f"was resolved {when}", "remission": "is in remission"}.get(status, "is marked as inactive")
    return draft.question(part, f"{draft.shown(words)} {told}; does it still matter?", choices)


def take_meaning(draft: Draft, part: Part, found: Meaning, band: int | None = None, *, when: str = "") -> None:
    """Put what is sure into the profile, and ask about the rest."""
    for one in found.sure:
        _take(draft, part, one, band, when)
    for hit in found.doubtful:
        question = f"'{hit.words}' stands beside '{hit.doubt}'; does it hold for this client now?"
        draft.question(part, question, (hit.id,))
    for code, said, names in found.several:
        how = "" if band is None and said is None else f" (severity {band if band is not None else said})"
        draft.question(part, f"the ICF code {code}{how} stands for several barriers; which one?", names)


def _take(draft: Draft, part: Part, one: Meant, band: int | None, when: str) -> None:
    band = one.band if band is None else band
    if one.kind == "condition":
        draft.add_condition(one.id, part, one.words, one.note)
    elif one.kind == "precaution":
        draft.add_precaution(one.id, part, one.words, one.note)
    elif one.kind == "occupation":
        draft.add_goal(one.id, 5, part, one.words, one.note)
    elif band is None:
        draft.question(part, f"how severe is {one.id}, 0 to 4? {draft.shown(one.words)} does not say", (one.id,))
    else:
        draft.add_barrier(one.id, band, part, one.words, when=when, note=f"severity {band}, {one.note}")


def code_of(concept: Any) -> str:
    """The first code of a concept whose codes are those of FHIR itself."""
    return next((code for _, code, _ in codings_of(concept) if code), "")
