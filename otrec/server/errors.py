"""What can go wrong with a request, in words: one form for every error, and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as Refusal
from starlette.responses import Response

from otrec.models import Client, Frozen, OtrecError, UnknownIdError
from otrec.models.client import describe

#: How many problems of one request are told.
MOST_TOLD: Final = 20
#: What an error says that nobody foresaw.
UNFORESEEN: Final = "something went wrong here, and it is not your fault; nothing of your request was kept"


class RequestError(OtrecError, HTTPException):
    """A request that is refused, with its HTTP status.

    `where` is the part of the request, `allowed` what may stand there.

    >>> RequestError(405, "there is only POST here", allowed=["POST"]).to_dict()
    {'error': {'message': 'there is only POST here', 'allowed': ['POST']}}
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        where: str = "",
        problems: Iterable[str] = (),
        allowed: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status_code=status, detail=message, headers=dict(headers or {}))
        self.status, self.message = status, message
        told = {"where": where, "problems": list(problems), "allowed": list(allowed), **more}
        self.told = {name: value for name, value in told.items() if value}

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """What is answered."""
        return {"error": {"message": self.message, **self.told}}


def answered(error: RequestError) -> Response:
    """An error as an answer."""
    content = json.dumps(error.to_dict(), ensure_ascii=True)
    return Response(content, error.status, headers=error.headers, media_type="application/json")


def refused(error: OtrecError) -> RequestError:
    """An error of otrec as that of a request: 404 for what is not there, 422 for what cannot be, 503 for the rest.

    >>> refused(UnknownIdError("activity 'x' is not in the library")).status
    404
    """
    if isinstance(error, RequestError):
        return error
    where = str(getattr(error, "source", ""))
    problems = list(getattr(error, "problems", ()))[:MOST_TOLD]
    plain: Sequence[str] = getattr(error, "plain", ())
    more: dict[str, Any] = {
        "clash": list(getattr(error, "clash", ())),
        "changes": [_change(item) for item in getattr(error, "relaxations", ())],
    }
    status = 404 if isinstance(error, UnknownIdError) else 422 if isinstance(error, ValueError | LookupError) else 503
    return RequestError(status, "\n".join(plain) or str(error), where=where, problems=problems, **more)


def _change(item: Any) -> dict[str, Any]:
    return {"constraints": list(item.constraints), "sentence": item.sentence}


def invalid(error: RequestValidationError, names: Iterable[str] = ()) -> RequestError:
    """What does not fit the form of a request, every problem in a sentence; `names` are the fields that it has."""
    found = list(error.errors())
    problems = [_sentence(item, list(names)) for item in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        problems.append(f"and {len(found) - MOST_TOLD} more")
    count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    message = "\n".join([f"request: {count}", *(f"  - {problem}" for problem in problems)])
    return RequestError(422, message, where=_place(found[0]), problems=problems, allowed=_allowed(found[0], names))


def _place(item: Any) -> str:
    parts = [str(part) for part in item["loc"]]
    return ".".join(parts[1:] if parts[0] == "body" else parts)


def _sentence(item: Any, names: list[str]) -> str:
    """One finding in a sentence; fields of a client are those of a client file."""
    inside = len(item["loc"]) > 2 and item["loc"][1] in ("client", "clients")
    if item["type"] == "extra_forbidden" and not inside:
        return f"{_place(item)}: no such field; there are {', '.join(names)}" if names else f"{_place(item)}: no such"
    if item["type"] in ("json_invalid", "model_attributes_type", "dict_type", "model_type"):
        return f"{_place(item) or 'body'}: an object with named fields is needed here"
    return describe({**item, "loc": tuple(_place(item).split("."))}, Client if inside else Frozen)


def _allowed(item: Any, names: Iterable[str]) -> list[str]:
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 2:
        return list(names)
    if item["type"] == "literal_error":
        return [word.strip(" '") for word in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
    return []


def handle_otrec(_: Request, error: Exception) -> Response:
    """The answer to an error that otrec raises on purpose."""
    assert isinstance(error, OtrecError)
    return answered(refused(error))


def handle_invalid(request: Request, error: Exception) -> Response:
    """The answer to a request of the wrong form."""
    assert isinstance(error, RequestValidationError)
    field = getattr(request.scope.get("route"), "body_field", None)
    model = getattr(getattr(field, "field_info", None), "annotation", None)
    return answered(invalid(error, getattr(model, "model_fields", {})))


def handle_http(_: Request, error: Exception) -> Response:
    """The answer to what the framework refuses: no such address, no such method."""
    assert isinstance(error, Refusal)
    if isinstance(error, RequestError):
        return answered(error)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        methods = [name.strip() for name in headers.get("Allow", headers.get("allow", "")).split(",") if name.strip()]
        text = f"this address takes {' and '.join(methods)} alone"
        return answered(RequestError(405, text, where="method", allowed=methods, headers=headers))
    if error.status_code == 404:
        return answered(RequestError(404, "there is nothing at this address; GET /docs lists what there is"))
    return answered(RequestError(error.status_code, "the request cannot be read", headers=headers))
