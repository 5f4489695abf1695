"""The service as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse

from otrec import __version__
from otrec.engine import Engine
from otrec.library.search import Catalogue
from otrec.models import Client, OtrecError
from otrec.server import errors, hooks, knowledge, listing, plans, records
from otrec.server.asked import CLIENT_MARK
from otrec.server.curation import Counted, Curation
from otrec.server.door import OPEN, Door
from otrec.server.gate import ALGORITHMS, Gate
from otrec.server.lanes import QUICK, SLOW, Lane, Limits
from otrec.server.page import STYLE, page
from otrec.server.served import FHIR, JSON, Served
from otrec.server.tags import Tags

DESCRIPTION: Final = (
    "Occupational-therapy activities for one client: ranked, explained, screened for safety. Every answer is what "
    "`otrec` prints on the command line with `--json`. Nothing of a request is logged or kept. No clinician has "
    "reviewed the library yet; the decision is that of a qualified person."
)
REFERENCE: Final = "#/components/schemas/{model}"


def create_app(
    engine: Engine,
    *,
    gate: Gate | None = None,
    curation: Curation | None = None,
    origins: Collection[str] = (),
    hosts: Collection[str] | None = None,
    quick: Limits = QUICK,
    slow: Limits = SLOW,
) -> FastAPI:
    """The CDS Hooks service and the JSON API over one engine.

    Parameters
    ----------
    gate
        Who may call; None lets in everybody who reaches it, which is meant for this machine alone.
    curation
        Where verdicts on the library go; counted in memory if left out.
    origins
        Web origins whose pages may call it from a browser; none if left out.
    hosts
        Names by which it may be called; any if None.
    quick, slow
        How much is worked on at once.

    >>> from otrec import Engine
    >>> app = create_app(Engine())
    >>> sorted(path for path in app.openapi()["paths"] if path.startswith("/cds"))[:2]
    ['/cds-services', '/cds-services/{service}']
    """
    served = Served(
        engine, Catalogue(engine.library), curation or Counted(), Tags(engine.library),
        Lane("quick", quick), Lane("slow", slow),
    )  # fmt: skip
    app = Service(served, gate)
    for router in (
        hooks.telling, hooks.taking, listing.router, plans.router, knowledge.telling, knowledge.taking,
        records.importing, records.taking,
    ):  # fmt: skip
        app.include_router(router)
    app.add_exception_handler(OtrecError, errors.handle_otrec)
    app.add_exception_handler(RequestValidationError, errors.handle_invalid)
    app.add_exception_handler(HTTPException, errors.handle_http)
    app.add_middleware(Door, gate=gate, hosts=hosts)
    if origins:
        _open_to(app, origins)
    return app


def _open_to(app: FastAPI, origins: Collection[str]) -> None:
    from starlette.middleware.cors import CORSMiddleware

    app.add_middleware(
        CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"], max_age=600,
    )  # fmt: skip


class Service(FastAPI):
    """The application, with a page and a document of its own."""

    def __init__(self, served: Served, gate: Gate | None) -> None:
        super().__init__(
            title="otrec", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None,
            redirect_slashes=False, lifespan=_lifespan,
        )  # fmt: skip
        self.state.served = served
        self.guarded = gate is not None
        self.add_route("/docs", self._page, include_in_schema=False)
        self.add_route("/docs/style.css", _style, include_in_schema=False)

    async def _page(self, _: Any) -> HTMLResponse:
        return HTMLResponse(page(self.openapi()))

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the form of a client wherever a client is asked for."""
        if not self.openapi_schema:
            found = super().openapi()
            schemas = found["components"]["schemas"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            client = Client.model_json_schema(by_alias=True, ref_template=REFERENCE)
            schemas |= {**client.pop("$defs", {}), "Client": client}
            answer = found["paths"]["/api/fhir/export"]["post"]["responses"]["200"]
            answer["content"] = {FHIR: answer["content"][JSON]}
            _refer({name: item for name, item in schemas.items() if name != "Client"})
            if self.guarded:
                _guard(found)
            self.openapi_schema = found
        return self.openapi_schema


def _refer(part: Any) -> None:
    """Put the form of a client where a request says that there is one."""
    if isinstance(part, list):
        for item in part:
            _refer(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, dict) and CLIENT_MARK.items() <= value.items():
                part[key] = {"$ref": REFERENCE.format(model="Client")}
            elif isinstance(value, list):
                part[key] = [
                    {"$ref": REFERENCE.format(model="Client")}
                    if isinstance(item, dict) and CLIENT_MARK.items() <= item.items()
                    else item
                    for item in value
                ]
            _refer(part[key])


def _guard(found: dict[str, Any]) -> None:
    """Say that every address but one asks for a token."""
    text = f"A JSON Web Token for this request alone, signed with {' or '.join(ALGORITHMS)}, as CDS Hooks 2.0 has it."
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": text}}
    refused = {"$ref": REFERENCE.format(model="Refused")}
    for path, methods in found["paths"].items():
        for operation in methods.values() if path != OPEN else ():
            operation["security"] = [{"token": []}]
            operation["responses"]["401"] = {
                "description": "There is no token, or it is not right.",
                "content": {"application/json": {"schema": refused}},
            }


async def _style(_: Any) -> PlainTextResponse:
    return PlainTextResponse(STYLE, media_type="text/css")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.served.quick.close()
    app.state.served.slow.close()
