"""The CDS Hooks 2.0 service: discovery, two hooks, and what people say of its cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from fastapi import APIRouter
from starlette.responses import Response

from otrec.models import Feedback
from otrec.models.feedback import CURATION
from otrec.server import hook_forms as forms
from otrec.server.answers import Refused
from otrec.server.cards import VERDICTS
from otrec.server.errors import RequestError
from otrec.server.orders import ordered
from otrec.server.prefetch import TEMPLATES, is_long
from otrec.server.reading import LargeRoute
from otrec.server.served import ERRORS, TELLING, Here, Served, written
from otrec.server.suggesting import viewed

PRECONDITION: Final[dict[int | str, dict[str, Any]]] = {
    412: {"model": Refused, "description": "The prefetch holds no patient, and nobody is called back from here."}
}
telling = APIRouter(prefix="/cds-services", responses=TELLING, tags=["CDS Hooks"])
taking = APIRouter(prefix="/cds-services", route_class=LargeRoute, responses=ERRORS, tags=["CDS Hooks"])

#: Service -> hook, title, what it does, what answers.
SERVICES: Final[dict[str, tuple[str, str, str, Callable[[Served, forms.HookRequest], dict[str, Any]]]]] = {
    "otrec-patient-view": (
        "patient-view",
        "Occupational-therapy activities for this client",
        "Up to four activities that fit the client's barriers and goals, screened by safety rules first, each with its "
        "reason, its evidence and what to take care of.",
        viewed,
    ),
    "otrec-order-select": (
        "order-select",
        "What stands behind an ordered occupational-therapy activity",
        "For activities of otrec among the selected orders: why a safety rule holds one back, what it is linked to, "
        "and what would rank higher for this client.",
        ordered,
    ),
}
ServiceId = Literal["otrec-patient-view", "otrec-order-select"]


@telling.get("", response_model=forms.Discovery)
async def discovery() -> Response:
    """The services that record systems can call, with what each would like to have sent along."""
    services = [
        {"hook": hook, "id": name, "title": title, "description": text, "prefetch": TEMPLATES}
        for name, (hook, title, text, _) in SERVICES.items()
    ]
    return Response(written({"services": services}), media_type="application/json")


@taking.post("/{service}", response_model=forms.Cards, responses=PRECONDITION)
async def call(service: str, given: forms.HookRequest, here: Here) -> Response:
    """Cards for the client whose record is open. Nothing of the call is kept, and nobody is called back."""
    hook, _, _, work = SERVICES[_known(service)]
    if given.hook != hook:
        raise RequestError(422, f"{service} is for the hook {hook}", where="hook", allowed=[hook])
    lane = here.slow if is_long(given.prefetch) else here.quick
    return await here.answer(lane, lambda: work(here, given))


@taking.post("/{service}/feedback", response_model=forms.Taken)
async def feedback(service: str, given: forms.FeedbackRequest, here: Here) -> Response:
    """What became of cards. Verdicts on the library go to curation; comments are not kept, and no weight learns."""
    _known(service)
    verdicts = [said for one in given.feedback if (said := _verdict(one, here)) is not None]

    def work() -> Any:
        for said in verdicts:
            here.curation.say(said, here.engine.library.version)
        return {"taken": len(verdicts)}

    return await here.answer(here.slow, work)


def _known(service: str) -> str:
    if service not in SERVICES:
        raise RequestError(404, "there is no such service", where="service", allowed=SERVICES)
    return service


def _verdict(said: forms.Outcome, here: Served) -> Feedback | None:
    """What was said of an activity, if people are to look at it."""
    reason = said.overrideReason.reason if said.overrideReason else None
    if said.outcome != "overridden" or reason is None or reason.system != VERDICTS:
        return None
    activity = here.tags.activity(said.card)
    verdict = next((name for name in CURATION if name == reason.code), None)
    return Feedback(activity=activity, verdict=verdict) if activity and verdict else None
