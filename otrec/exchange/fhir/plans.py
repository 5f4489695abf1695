"""Plans: a session or a list of activities as a CarePlan, a block of weeks as a PlanDefinition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from otrec.exchange.fhir.elements import (
    Json,
    checked,
    coding,
    concept,
    extension,
    goal_identifier,
    own_coding,
    quantity,
    said,
    subject_of,
)
from otrec.exchange.fhir.systems import TERMINOLOGY, canonical
from otrec.library import Library
from otrec.models import Activity, Client
from otrec.planning import Block, HomeItem, Plan, Slot

if TYPE_CHECKING:
    from otrec.engine import Item
    from otrec.planning.programme import Session

NOTE: Final = "Decision support for a qualified person. No clinician has reviewed the library."


def care_plan_activity(activity: Activity, why: str = "", light: str = "") -> Json:
    """One activity of a care plan: what it is, why it was suggested, and the evidence light.

    >>> from otrec import load_library
    >>> activity = next(iter(load_library().activities.values()))
    >>> care_plan_activity(activity)["detail"]["status"]
    'not-started'
    """
    return {"detail": _detail(activity, why, light)}


def care_plan(
    client: Client, items: Plan | Iterable[Slot | Item], library: Library, *, created: dt.date | dt.datetime
) -> Json:
    """A session plan, or activities of a list, as a FHIR R4 CarePlan: a proposal and a draft.

    Parameters
    ----------
    items
        A plan of `plan_session`, its slots, or the items of a recommendation.
    created
        The day on which it was made.

    >>> from otrec import Client, Engine, example
    >>> engine, client = Engine(), Client.load(example("pencil_grip"))
    >>> items = engine.recommend(client, k=3).items
    >>> len(care_plan(client, items, engine.library, created=dt.date(2026, 11, 29))["activity"])
    3
    """
    is_plan = isinstance(items, Plan)
    held = list(items.slots if isinstance(items, Plan) else items)
    notes = [NOTE, *(items.warnings if isinstance(items, Plan) else ())]
    made = {
        "resourceType": "CarePlan",
        "status": "draft",
        "intent": "plan" if is_plan else "proposal",
        "title": "Session plan" if is_plan else "Suggested activities",
        "subject": subject_of(client),
        "created": created.isoformat() if not isinstance(created, dt.datetime) else created.date().isoformat(),
        "activity": [_activity(client, item, library) for item in held],
        "note": [{"text": said(note)} for note in notes],
    }
    return checked({name: value for name, value in made.items() if value})


def _activity(client: Client, item: Slot | Item, library: Library) -> Json:
    made = care_plan_activity(item.activity, item.why, "" if isinstance(item, Slot) else item.light)
    detail = made["detail"]
    more = [extension("caution", valueString=said(caution)) for caution in item.cautions]
    if isinstance(item, Slot):
        more += _timed(item, library)
        goals = [{"type": "Goal", "identifier": goal_identifier(client.id, name)} for name in item.goals]
        detail |= {"goal": goals} if goals else {}
    found = [*detail.get("extension", []), *more]
    return {"detail": {**detail, **({"extension": found} if found else {})}}


def _timed(slot: Slot, library: Library) -> list[Json]:
    """Where a part of a session stands in it, how it is cut short, and what to do if it fails."""
    more = [
        extension("phase", valueCode=slot.phase),
        extension("start", valueDuration=_minutes(slot.start_minute)),
        extension("length", valueDuration=_minutes(slot.minutes)),
    ]
    if slot.shortened:
        more.append(extension("shortened", valueString=said(slot.shortened)))
    if slot.backup is not None:
        more.append(extension("backup", valueCoding=own_coding("activity", slot.backup.id, library)))
    return more


def _minutes(count: int) -> Json:
    return quantity(count, "minutes", "min")


def _detail(activity: Activity, why: str, light: str) -> Json:
    detail: Json = {
        "kind": "ServiceRequest",
        "instantiatesCanonical": [canonical("activity", activity.id)],
        "code": concept(own_coding("activity", activity.id), text=activity.name),
        "status": "not-started",
        "doNotPerform": False,
        "description": said(activity.purpose),
    }
    if why.strip():
        detail["reasonCode"] = [concept(text=why)]
    if light:
        detail["extension"] = [extension("evidence-light", valueString=light)]
    return detail


def plan_definition(programme: Block, library: Library) -> Json:
    """A block of weeks as a FHIR R4 PlanDefinition: sessions with their activities, reviews, and what to do at home.

    It holds nothing of the client but the plan itself; it is a draft, since no clinician has reviewed it.
    """
    goals = _goals(programme, library)
    made = {
        "resourceType": "PlanDefinition",
        "version": library.version,
        "name": "OtrecProgramme",
        "title": f"Programme of {programme.weeks} weeks",
        "type": concept(coding(f"{TERMINOLOGY}/plan-definition-type", "clinical-protocol")),
        "status": "draft",
        "experimental": True,
        "publisher": "otrec",
        "purpose": NOTE,
        "usage": said("\n".join(programme.notes)),
        "goal": goals,
        "action": [
            *(_session(one, programme.client, library) for one in programme.sessions),
            *_reviews(programme),
            *_home(programme.home),
        ],
    }
    return checked({name: value for name, value in made.items() if value})


def _goals(programme: Block, library: Library) -> list[Json]:
    """The client's goals, with their ids, to which activities refer."""
    found = []
    for goal in programme.client.goals:
        description = own_coding("occupation", goal.occupation, library)
        found.append({"id": goal.occupation.replace("_", "-"),
                      "description": concept(description, text=description.get("display", ""))})  # fmt: skip
    return list({one["id"]: one for one in found}.values())


def _session(session: Session, client: Client, library: Library) -> Json:
    goals = {goal.occupation for goal in client.goals}
    slots = [_slot(session, slot, goals) for slot in session.plan.slots]
    return {
        "id": f"session-{session.number}",
        "prefix": str(session.number),
        "title": f"Session {session.number}, week {session.week}",
        "timingDateTime": session.date.isoformat(),
        "documentation": [{"type": "documentation", "display": said(session.plan.reflection_question)}],
        "action": slots,
    }


def _slot(session: Session, slot: Slot, goals: set[str]) -> Json:
    step = session.steps.get(slot.activity.id)
    practised = [name.replace("_", "-") for name in slot.activity.occupations if name in goals]
    made: Json = {
        "extension": [extension("phase", valueCode=slot.phase)],
        "title": said(slot.activity.name),
        "description": said(step.text) if step else "",
        "code": [concept(own_coding("activity", slot.activity.id))],
        "goalId": practised,
        "timingDuration": _minutes(slot.minutes),
        "definitionCanonical": canonical("activity", slot.activity.id),
    }
    return {name: value for name, value in made.items() if value}


def _reviews(programme: Block) -> Iterator[Json]:
    for review in programme.reviews:
        yield {
            "id": f"review-{review.week}",
            "title": f"Review in week {review.week}",
            "description": said("\n".join(review.measure)) or "Look at the goals again.",
            "timingDateTime": review.date.isoformat(),
        }


def _home(items: Iterable[HomeItem]) -> Iterator[Json]:
    inner = [
        {
            "title": said(item.activity.name),
            "description": said(f"{item.activity.family} ({item.when}; {item.often})"),
            "code": [concept(own_coding("activity", item.activity.id))],
            "definitionCanonical": canonical("activity", item.activity.id),
        }
        for item in items
    ]
    if inner:
        yield {"id": "home", "title": "At home", "action": inner}
