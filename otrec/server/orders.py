"""The hook `order-select`: what stands behind the activities among the selected orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from otrec.engine import Recommendation
from otrec.library import Library
from otrec.server.cards import MOST_CARDS, NOT_REVIEWED, Maker, bullets, escaped, paragraphs, standing, summary
from otrec.server.errors import RequestError
from otrec.server.hook_forms import HookRequest
from otrec.server.served import Served
from otrec.server.suggesting import ACTIVITIES, asking, known

SYSTEM: Final = "urn:x-otrec:activity"
#: How many activities that rank higher are named, and how many are offered.
NAMED, OFFERED = 3, 2


def ordered(here: Served, given: HookRequest) -> dict[str, Any]:
    """The cards for the selected orders; none where no activity of otrec is among them."""
    names = list(dict.fromkeys(_chosen(here.engine.library, given)))[:MOST_CARDS]
    if not names:
        return {"cards": []}
    read = known(here, given)
    maker = Maker(here.engine, here.tags)
    if read.client is None or not read.client.has_barrier_or_goal:
        return {"cards": [asking(maker, given, read)]}
    result = here.engine.recommend(read.client, k=ACTIVITIES)
    return {"cards": [_card(maker, result, name, given.context.patientId) for name in names]}


def _chosen(library: Library, given: HookRequest) -> Iterator[str]:
    """Activities of the library among the selected drafts."""
    drafts = given.context.draftOrders
    entries = drafts.get("entry", []) if drafts else []
    if not drafts or drafts.get("resourceType") != "Bundle" or not isinstance(entries, list):
        text = "order-select needs a Bundle of draft orders and the ids of those that were selected"
        raise RequestError(422, text, where="context.draftOrders")
    by_name = {item.name.casefold(): item.id for item in library.activities.values()}
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and _selected(resource, given.context.selections):
            yield from (name for name in _named(resource, by_name) if name in library.activities)


def _selected(resource: dict[str, Any], selections: list[str]) -> bool:
    return f"{resource.get('resourceType')}/{resource.get('id')}" in selections


def _named(resource: dict[str, Any], by_name: dict[str, str]) -> Iterator[str]:
    """Ids of activities that a resource names: by our code, by our canonical address, or by the name itself."""
    level: list[Any] = [resource]
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                if value.get("system") == SYSTEM and isinstance(value.get("code"), str):
                    yield value["code"]
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str):
                yield value.removeprefix(f"{SYSTEM}:").partition("|")[0] if value.startswith(f"{SYSTEM}:") else ""
                yield by_name.get(value.casefold(), "")
        level = below


def _card(maker: Maker, result: Recommendation, name: str, patient_id: str) -> dict[str, Any]:
    """What stands behind one ordered activity."""
    why = result.why(name)
    higher = [item for item in result.items if item.activity.id != name and (why.rank or 10**6) > item.rank]
    light, _ = maker.engine.explainer.evidence(maker.engine.space.place[name], why.paths, result.scored.table)
    if why.exclusions:
        words = summary(f"{why.name} is held back", why.exclusions[0].reason)
    else:
        words = summary(why.name, f"place {why.rank} of {why.of} for this client", f"evidence {light}")
    rows = [f"{item.activity.name}, {item.score:.0f} of 100: {item.why}" for item in higher[:NAMED]]
    detail = paragraphs(
        standing(why),
        "" if why.exclusions else f"**Evidence:** {escaped(light)}",
        bullets("**Fits this client better:**" if not why.exclusions else "**Fits this client:**", rows),
        f"*{NOT_REVIEWED}*",
    )
    return maker.card(
        words,
        detail,
        about=name,
        warning=bool(why.exclusions),
        suggestions=[maker.suggestion(item, patient_id) for item in higher[:OFFERED]],
        selectionBehavior="at-most-one" if higher else "",
    )
