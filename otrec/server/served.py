"""What a service serves from, and how an answer is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from pydantic_core import to_json
from starlette.responses import Response

from otrec.engine import Engine
from otrec.library.search import Catalogue
from otrec.server.answers import Refused
from otrec.server.curation import Curation
from otrec.server.lanes import Lane
from otrec.server.tags import Tags

if TYPE_CHECKING:
    from otrec.intake import Intake

JSON: Final = "application/json"
FHIR: Final = "application/fhir+json"
#: The longest list that is worked on beside the cards.
SHORT: Final = 50
#: What is documented of errors at every address that takes a body.
ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Refused, "description": "The body cannot be read: no JSON, too deep, a key twice."},
    404: {"model": Refused, "description": "There is no such service or activity."},
    405: {"model": Refused, "description": "Another method is needed."},
    413: {"model": Refused, "description": "The body is too large."},
    415: {"model": Refused, "description": "Another content type is needed."},
    422: {"model": Refused, "description": "Something in the request cannot be; every problem is named."},
    503: {"model": Refused, "description": "Too much is asked for at once; `Retry-After` says when to try again."},
}
#: The same for addresses that only tell something.
TELLING: Final[dict[int | str, dict[str, Any]]] = {status: ERRORS[status] for status in (404, 405, 422)}


@dataclass(frozen=True)
class Served:
    """The engine with what answers from it; `quick` and `slow` are lanes of work."""

    engine: Engine
    catalogue: Catalogue
    curation: Curation
    tags: Tags
    quick: Lane
    slow: Lane

    @cached_property
    def intake(self) -> Intake:
        """The reader of plain words, made when it is first needed."""
        from otrec.intake import Intake

        return Intake(self.engine.library)

    def for_list(self, k: int) -> Lane:
        """The lane for a list of k activities: long ones keep no short one waiting."""
        return self.quick if k <= SHORT else self.slow

    async def answer(self, lane: Lane, work: Callable[[], Any], media_type: str = JSON) -> Response:
        """What the work gives, written as JSON in the same thread."""
        return Response(await lane.run(lambda: written(work())), media_type=media_type)


def written(value: Any) -> bytes:
    """A value as JSON text, as the command line writes it: no NaN, no infinity.

    >>> written({"score": 1.5, "name": "ß"}).decode()
    '{"score":1.5,"name":"ß"}'
    """
    return to_json(value, inf_nan_mode="null")


async def _served(request: Request) -> Served:
    found: Served = request.app.state.served
    return found


Here = Annotated[Served, Depends(_served)]
