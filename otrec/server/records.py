"""FHIR R4 in and out, and plain words in: nothing that comes in is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from otrec.models import Client, OptionError
from otrec.server import asked
from otrec.server import record_answers as answers
from otrec.server.plan_answers import Fhir
from otrec.server.reading import FhirRoute, StrictRoute
from otrec.server.served import ERRORS, FHIR, Here, Served

taking = APIRouter(prefix="/api", route_class=StrictRoute, responses=ERRORS)
importing = APIRouter(prefix="/api", route_class=FhirRoute, responses=ERRORS, tags=["FHIR"])
BUNDLE: Final = {"schema": {"type": "object", "required": ["resourceType"], "examples": [{
    "resourceType": "Bundle", "type": "collection",
    "entry": [{"resource": {"resourceType": "Patient", "birthDate": "2020-03-01"}}],
}]}}  # fmt: skip
BODY: Final = {"requestBody": {"required": True, "content": {FHIR: BUNDLE, "application/json": BUNDLE}}}


@importing.post("/fhir/import", response_model=answers.Imported, openapi_extra=BODY)
async def fhir_import(
    request: Request,
    here: Here,
    as_of: Annotated[dt.date | None, Query(description="The day on which the age is taken; today if left out.")] = None,
) -> Response:
    """A FHIR R4 bundle as a draft profile, with what was found, what to ask, and all that was not used."""
    raw = await request.json()

    def work() -> Any:
        from otrec.exchange.fhir import read_bundle

        return read_bundle(raw, here.engine.library, as_of).to_dict()

    return await here.answer(here.slow, work)


@taking.post("/fhir/export", response_model=Fhir, tags=["FHIR"])
async def fhir_export(given: asked.FhirExport, here: Here) -> Response:
    """A client, a session plan, a block of weeks, progress, the library or the questionnaire as FHIR R4."""
    return await here.answer(here.slow, lambda: EXPORTS[given.what](given, here), FHIR)


@taking.post("/intake", response_model=answers.Draft, tags=["Plain words"])
async def intake(given: asked.Intake, here: Here) -> Response:
    """A referral in plain words as a draft profile, each thing with the words it came from, for you to confirm."""

    def work() -> Any:
        return here.intake.read(given.text).to_dict()

    return await here.answer(here.slow, work)


def _client(given: asked.FhirExport) -> Client:
    if given.client is None:
        raise OptionError(f"client is missing; {given.what} needs one")
    return Client.parse(given.client)


def _of_client(given: asked.FhirExport, here: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import client_bundle

    client = _client(given)
    return client_bundle(client, here.engine.library)


def _of_library(_: asked.FhirExport, here: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import library_bundle

    return library_bundle(here.engine.library)


def _of_questionnaire(_: asked.FhirExport, here: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import questionnaire

    return questionnaire(here.engine.library)


def _of_plan(given: asked.FhirExport, here: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import care_plan
    from otrec.planning import plan_session

    client = _client(given)
    plan = plan_session(here.engine, client, minutes=given.minutes)
    return care_plan(client, plan, here.engine.library, created=given.start or dt.date.today())


def _of_programme(given: asked.FhirExport, here: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import plan_definition
    from otrec.planning import plan_programme

    block = plan_programme(here.engine, _client(given), given.weeks, starts=given.start, minutes=given.minutes)
    return plan_definition(block, here.engine.library)


def _of_progress(given: asked.FhirExport, _: Served) -> dict[str, Any]:
    from otrec.exchange.fhir import progress_bundle
    from otrec.progress import ProgressFile

    if given.record is None:
        raise OptionError("record is missing; progress needs one")
    return progress_bundle(ProgressFile.parse(given.record, "record"))


EXPORTS: Final[dict[str, Callable[[asked.FhirExport, Served], dict[str, Any]]]] = {
    "client": _of_client,
    "plan": _of_plan,
    "programme": _of_programme,
    "progress": _of_progress,
    "library": _of_library,
    "questionnaire": _of_questionnaire,
}
