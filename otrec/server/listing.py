"""Lists: recommend, why, compare, and lists for many clients."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from otrec.engine import Engine
from otrec.engine.many import COLUMNS
from otrec.models import Client
from otrec.server import answers, asked
from otrec.server.reading import StrictRoute
from otrec.server.served import ERRORS, Here

router = APIRouter(prefix="/api", route_class=StrictRoute, responses=ERRORS, tags=["Lists"])


@router.post("/recommend", response_model=answers.Recommendation)
async def recommend(given: asked.Recommend, here: Here) -> Response:
    """Rank activities for a client: reasons, evidence, cautions, and what was held back by which rule."""

    def work() -> Any:
        return here.engine.recommend(Client.parse(given.client), **given.options()).to_dict()

    return await here.answer(here.for_list(given.k), work)


@router.post("/why", response_model=answers.Reasons)
async def why(given: asked.Why, here: Here) -> Response:
    """Why an activity is in the list, further down, or held back."""

    def work() -> Any:
        result = here.engine.recommend(Client.parse(given.client), given.k, include_red=given.include_red)
        return result.why(given.activity).to_dict()

    return await here.answer(here.for_list(given.k), work)


@router.post("/compare", response_model=answers.Comparison)
async def compare(given: asked.Compare, here: Here) -> Response:
    """Two activities side by side: which stands higher, and through which features."""

    def work() -> Any:
        result = here.engine.recommend(Client.parse(given.client), given.k, include_red=given.include_red)
        return result.compare(given.first, given.second).to_dict()

    return await here.answer(here.for_list(given.k), work)


@router.post("/batch", response_model=answers.Lists)
async def batch(given: asked.Batch, here: Here) -> Response:
    """Lists without reasons for up to 1,000 clients, in one answer."""

    def work() -> Any:
        clients = asked.clients_of(given.clients)
        found = rows(here.engine, clients, given.options())
        return {"model_version": here.engine.version, "library_version": here.engine.library.version, "rows": found}

    return await here.answer(here.slow, work)


def rows(engine: Engine, clients: list[Client], options: dict[str, Any]) -> list[dict[str, Any]]:
    """The lists of many clients, a row for each activity: by machine code where numba is installed.

    Raises
    ------
    ClientError
        With everything that is wrong with the first clients that cannot be used.
    """
    asked.refuse_faulty(clients, engine.check)
    options = {**options, "as_of": options["as_of"] or dt.date.today()}
    if find_spec("numba") is None:
        return one_by_one(engine, clients, options)
    table = engine.recommend_many(clients, **options)
    return [dict(zip(COLUMNS, line, strict=True)) for line in table[list(COLUMNS)].itertuples(index=False, name=None)]


def one_by_one(engine: Engine, clients: list[Client], options: dict[str, Any]) -> list[dict[str, Any]]:
    """The same rows without machine code."""
    found = []
    for client in clients:
        for item in engine.recommend(client, **options).items:
            line = (client.id, item.rank, item.activity.id, item.activity.name, item.score, item.light)
            found.append(dict(zip(COLUMNS, line, strict=True)))
    return found
