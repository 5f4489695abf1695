"""Plans: a session, a group, who fits together, a day with one bag, a block of weeks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from otrec.models import Client
from otrec.server import asked
from otrec.server import plan_answers as answers
from otrec.server.reading import StrictRoute
from otrec.server.served import ERRORS, Here

router = APIRouter(prefix="/api", route_class=StrictRoute, responses=ERRORS, tags=["Plans"])


@router.post("/plan", response_model=answers.Plan)
async def plan(given: asked.PlanSession, here: Here) -> Response:
    """A timed session: warm-up, targeted, practice, reflection; with back-ups and what holds it back."""

    def work() -> Any:
        from otrec.planning import plan_session

        found = plan_session(
            here.engine,
            Client.parse(given.client),
            minutes=given.minutes,
            tools=given.tools,
            household=given.household,
            phases=given.phases or None,
            state=given.state,
            goals=given.goals or None,
            include=given.include,
            drop=given.drop,
            repeat=given.repeat,
            as_of=given.as_of,
        )
        return found.to_dict()

    return await here.answer(here.slow, work)


@router.post("/plan-group", response_model=answers.GroupPlan)
async def plan_for_group(given: asked.PlanGroup, here: Here) -> Response:
    """One session for two to eight clients: shared activities, each at an own step, the worst-off served first."""

    def work() -> Any:
        from otrec.planning import plan_group

        members = asked.clients_of(given.clients)
        found = plan_group(here.engine, members, minutes=given.minutes, tools=given.tools, as_of=given.as_of)
        return found.to_dict()

    return await here.answer(here.slow, work)


@router.post("/groups", response_model=list[answers.Suggestion])
async def groups(given: asked.Groups, here: Here) -> Response:
    """Whom of a caseload to see together: free at the same time first, then well served by one activity."""

    def work() -> Any:
        from otrec.planning import suggest_groups

        members = asked.clients_of(given.clients)
        return [one.to_dict() for one in suggest_groups(here.engine, members, given.free, most=given.most)]

    return await here.answer(here.slow, work)


@router.post("/pack", response_model=answers.Day)
async def pack(given: asked.Pack, here: Here) -> Response:
    """A whole day: every client planned, with the smallest bag that serves all plans."""

    def work() -> Any:
        from otrec.planning import pack_day, time_of

        found = pack_day(
            here.engine,
            asked.clients_of(given.clients),
            tools=given.tools,
            give=given.give,
            starts=None if given.start is None else time_of(given.start),
            between=given.between,
            as_of=given.as_of,
        )
        return found.to_dict()

    return await here.answer(here.slow, work)


@router.post("/programme", response_model=answers.Block)
async def programme(given: asked.Programme, here: Here) -> Response:
    """A block of weeks: sessions that build on one another, reviews, and at most three things for home."""

    def work() -> Any:
        from otrec.planning import plan_programme

        found = plan_programme(
            here.engine,
            Client.parse(given.client),
            given.weeks,
            per_week=given.per_week,
            starts=given.start,
            minutes=given.minutes,
            tools=given.tools,
        )
        return found.to_dict()

    return await here.answer(here.slow, work)
