"""What needs no client: activities of the library, goals, GAS, plain words, and what this service is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from otrec import __version__
from otrec.models import Activity
from otrec.server import answers, asked
from otrec.server import plan_answers as goal_answers
from otrec.server.reading import StrictRoute
from otrec.server.served import ERRORS, TELLING, Here, written

telling = APIRouter(prefix="/api", responses=TELLING, tags=["Library"])
taking = APIRouter(prefix="/api", route_class=StrictRoute, responses=ERRORS)


@telling.get("/activities", response_model=answers.Activities)
async def activities(
    here: Here,
    q: Annotated[str, Query(max_length=200, description="Beginnings of words; all have to be found.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Activities of the library by plain words, the best answer first."""

    def work() -> Any:
        found = here.catalogue.find("activities", q)
        shown = [{"id": item.id, "name": item.name, "purpose": item.record.purpose} for item in found[:limit]]
        return {"library_version": here.engine.library.version, "total": len(found), "activities": shown}

    return await here.answer(here.quick, work)


@telling.get("/activities/{activity_id}", response_model=Activity)
async def activity(here: Here, activity_id: Annotated[str, Path(max_length=100)]) -> Response:
    """One activity, with everything that the library knows of it."""
    return _at_once(here.engine.library.activity(activity_id).model_dump(mode="json"))


@telling.get("/health", response_model=answers.Health)
async def health() -> Response:
    """Whether the service answers."""
    return _at_once({"status": "ok"})


@telling.get("/version", response_model=answers.Version)
async def version(here: Here) -> Response:
    """Which otrec, model and library answer here."""
    return _at_once({"otrec": __version__, "model": here.engine.version, "library": here.engine.library.version})


@telling.get("/curation", response_model=answers.CurationNotes)
async def curation(here: Here) -> Response:
    """What callers said of activities that people should look at: unsafe, wrong age, wrong data. No weight learns."""

    def work() -> Any:
        told = {"kept": here.curation.kept, "notes": here.curation.told()}
        return {"library_version": here.engine.library.version, **told}

    return await here.answer(here.slow, work)


@taking.post("/goal-lint", response_model=goal_answers.GoalReview, tags=["Goals"])
async def goal_lint(given: asked.GoalLint, here: Here) -> Response:
    """Which parts a goal has, which it lacks, why that matters and how to mend it."""

    def work() -> Any:
        from otrec.goals import lint

        return lint(given.text, given.wording).to_dict()

    return await here.answer(here.quick, work)


@taking.post("/gas", response_model=goal_answers.GasScore, tags=["Goals"])
async def gas(given: asked.Gas, here: Here) -> Response:
    """The GAS T-score of several goals (Kiresuk & Sherman 1968; Turner-Stokes 2009 with its erratum)."""

    def work() -> Any:
        from otrec.goals import gas_change, gas_t

        told: dict[str, Any] = {"scores": given.scores, "weights": given.weights, "rho": given.rho}
        told["t"] = gas_t(given.scores, given.weights, given.rho)
        if given.baseline is not None:
            change = gas_change(given.baseline, given.scores, given.weights, given.rho)
            told |= {"baseline_t": change.baseline, "change": change.change}
        return told

    return await here.answer(here.quick, work)


def _at_once(value: Any) -> Response:
    return Response(written(value), media_type="application/json")
