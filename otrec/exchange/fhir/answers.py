"""QuestionnaireResponse: otrec's own profile exactly; of any other, which questions were answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.elements import exact_text
from otrec.exchange.fhir.lexicon import text
from otrec.exchange.fhir.parsing import Json, Part
from otrec.exchange.fhir.profile_items import ITEMS, KNOWN, Item
from otrec.exchange.fhir.systems import KINDS, PROFILE, own
from otrec.models import Client, ClientError

#: How many questions of another form are named one by one.
MOST_NAMED: Final = 200
_VALUES: Final = {"decimal": "valueDecimal", "integer": "valueInteger", "boolean": "valueBoolean", "date": "valueDate"}


class _Wrong(ValueError):
    """An answer that the profile cannot hold; says which question."""


def read_answers(draft: Draft, part: Part) -> None:
    """The whole profile from otrec's own questionnaire, or the list of questions that were answered elsewhere."""
    resource = part.resource
    status = text(resource.get("status"))
    if status in ("entered-in-error", "stopped"):
        return draft.leave(part, f"the answers are {status.replace('-', ' ')}")
    if text(resource.get("questionnaire")).partition("|")[0] != PROFILE:
        return _name_questions(draft, part)
    if draft.profile is not None:
        return draft.leave(part, "a second profile; the first one was taken")
    try:
        profile = _profile(draft, part)
        Client.parse(profile)
    except _Wrong as wrong:
        return draft.leave(part, f"the profile in it cannot be used: {wrong}")
    except ClientError as error:
        fields = sorted({problem.partition(":")[0].partition(".")[0] for problem in error.problems})
        return draft.leave(part, f"the profile in it cannot be used: {', '.join(fields)}")
    draft.profile = profile
    if status == "in-progress":
        draft.question(part, "the profile in it is not finished; is anything missing?")
    return draft.take("profile", "all fields", part)


def _name_questions(draft: Draft, part: Part) -> None:
    names = [draft.shown(question) for question in _answered(part.resource.get("item"))]
    for name in names[:MOST_NAMED]:
        draft.leave(part, f"the answer to {name} can be pasted into intake")
    if len(names) > MOST_NAMED:
        draft.leave(part, f"{len(names) - MOST_NAMED} more answers can be pasted into intake")
    if not names:
        draft.leave(part, "has no answers in it")


def _answered(items: Any) -> Iterator[str]:
    """Every question that has an answer, at any depth: its text, or its number in the form."""
    waiting = list(items) if isinstance(items, list) else []
    while waiting:
        item = waiting.pop(0)
        answers = item.get("answer") or []
        if answers:
            yield text(item.get("text")) or f"question {text(item.get('linkId'))}"
        waiting[:0] = [*(item.get("item") or []), *(inner for one in answers for inner in one.get("item") or [])]


def _profile(draft: Draft, part: Part) -> dict[str, Any]:
    items = [one for one in part.resource.get("item", []) if isinstance(one, dict)]
    found: dict[str, Any] = {}
    known = {item.name for item in ITEMS}
    strange = sum(text(one.get("linkId")) not in known for one in items)
    if strange:
        draft.leave(part, f"{strange} questions that the profile does not have")
    for item in ITEMS:
        here = [one for one in items if one.get("linkId") == item.name]
        if not here:
            continue
        if item.type == "group":
            found[item.name] = [value for one in here for value in [_group(draft, part, item, one)] if value]
        else:
            values = list(_values(draft, part, item, here))
            found[item.name] = values if item.repeats else _one(item, values)
    return _shaped(found)


def _shaped(found: dict[str, Any]) -> dict[str, Any]:
    """The answers as the fields of a client."""
    profile = {name: value for name, value in found.items() if value is not None}
    for name, question in KNOWN.items():
        asked = profile.pop(question, False)
        held = profile.pop(name, [])
        profile[name] = held if asked or held else None
    if "barriers" in profile:
        profile["barriers"] = {one["barrier"]: one["severity"] for one in profile["barriers"]}
    return profile


def _group(draft: Draft, part: Part, item: Item, given: Json) -> dict[str, Any] | None:
    """The answers of one group; None if the id that it is about is not in this library."""
    held = given.get("item") or []
    found: dict[str, Any] = {}
    for inner in item.inner:
        here = [one for one in held if one.get("linkId") == f"{item.name}.{inner.name}"]
        values = list(_values(draft, part, inner, here))
        if values:
            found[inner.name] = _one(inner, values)
        elif here and inner.type == "choice":
            return None
    first = item.inner[0].name
    if first not in found or ("severity" in {inner.name for inner in item.inner} and "severity" not in found):
        raise _Wrong(f"an answer to {item.name} is not complete")
    return found


def _one(item: Item, values: list[Any]) -> Any:
    if len(values) > 1:
        raise _Wrong(f"{item.name} has several answers")
    return values[0] if values else None


def _values(draft: Draft, part: Part, item: Item, here: list[Json]) -> Iterator[Any]:
    for answer in (one for holder in here for one in holder.get("answer") or []):
        if item.type == "choice":
            yield from _code(draft, part, item, answer.get("valueCoding"))
            continue
        value = exact_text(answer) if item.type == "string" else answer.get(_VALUES[item.type])
        if value is None or (item.type in ("decimal", "integer") and isinstance(value, bool)):
            raise _Wrong(f"an answer to {item.name} is not a {item.type}")
        yield value


def _code(draft: Draft, part: Part, item: Item, given: Any) -> Iterator[str]:
    if not isinstance(given, dict) or given.get("system") != own(item.kind) or not isinstance(given.get("code"), str):
        raise _Wrong(f"an answer to {item.name} is not a code of otrec's own")
    allowed = item.words or getattr(draft.library, KINDS[item.kind])
    if given["code"] in allowed:
        yield given["code"]
    else:
        draft.leave(part, f"an answer to {item.name} names something that is not in this library")
