"""Reading what comes in: so many bytes and no more, JSON and nothing else, and no value that JSON does not have."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from otrec.server.errors import RequestError

#: Most bytes of a request, usually and where FHIR resources come in.
USUAL: Final = 2_000_000
LARGE: Final = 20_000_000
#: How many levels of lists and objects may lie in each other.
DEEPEST: Final = 100
#: Digits of the longest whole number.
DIGITS: Final = 18
#: How long the whole of a request may take to come in, in seconds, and how much of one that is too large is let pass.
PATIENCE: Final = 30
LET_PASS: Final = 80_000_000
#: How many requests above the usual size may be held at once.
MOST_LARGE: Final = 4
#: Longer texts are read beside the loop, in bytes.
AT_ONCE: Final = 200_000
#: Half of a character that needs two, written as an escape.
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def parsed(raw: bytes) -> Any:
    """What a JSON text holds.

    Raises
    ------
    RequestError
        400: no UTF-8 text, no JSON, a key given twice, a number out of range, too deep, half a character.

    >>> parsed(b'{"age_years": 7}')
    {'age_years': 7}
    """
    try:
        found = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_constant, parse_int=_whole,
            parse_float=_real,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise _bad("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _bad(f"line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})") from None
    except RecursionError:
        raise _bad(_DEEP) from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST or _HALF.search(raw):
        _walked(found)
    return found


_DEEP: Final = f"lists and objects lie more than {DEEPEST} deep in each other"


def _bad(problem: str) -> RequestError:
    return RequestError(400, f"the body cannot be read: {problem}", where="body", allowed=["one JSON object, in UTF-8"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _bad(f"{twice[:40]!r} is given twice in one object; keep one")
    return found


def _constant(word: str) -> Any:
    raise _bad(f"{word} is no number of JSON")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS:
        raise _bad(f"a whole number has more than {DIGITS} digits")
    return int(digits)


def _real(text: str) -> float:
    found = float(text)
    if math.isinf(found):
        raise _bad("a number is too large")
    return found


def _walked(found: Any) -> None:
    """Refuse what lies too deep, and text that is no text."""
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > DEEPEST and any(isinstance(value, dict | list) for value in level):
            raise _bad(_DEEP)
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
                raise _bad("a text holds half of a character (a lone surrogate)")
        level = below


class StrictRequest(Request):
    """A request whose body is read once, within limits."""

    def __init__(self, given: Request, limit: int, kinds: tuple[str, ...]) -> None:
        super().__init__(given.scope, given.receive)
        self.limit, self.kinds = limit, kinds
        self.holds_place = False

    async def body(self) -> bytes:
        """The bytes of the body; 413 and 415 where it is too large or of another kind."""
        if not hasattr(self, "_body"):
            self._of_kind()
            self._body = await self._taken()
            if not self._body.strip():
                raise _bad("there is none")
        return self._body

    async def json(self) -> Any:
        """What the body holds."""
        raw = await self.body()
        return parsed(raw) if len(raw) <= AT_ONCE else await asyncio.to_thread(parsed, raw)

    def _of_kind(self) -> None:
        kind, _, rest = self.headers.get("content-type", "").lower().partition(";")
        charset = re.search(r"charset=[\s\"']*([^\s\"';]*)", rest)
        other = charset is not None and charset[1] not in ("utf-8", "utf8")
        packed = self.headers.get("content-encoding", "identity").strip().lower() != "identity"
        if kind.strip() not in self.kinds or other or packed:
            text = f"send {' or '.join(self.kinds)} in UTF-8, not packed"
            raise RequestError(415, text, where="content-type", allowed=self.kinds)

    async def _taken(self) -> bytes:
        """All that comes in; what goes beyond the limit is let pass and not kept, so that the caller hears why."""
        parts: list[bytes] = []
        size, declared = 0, int(self.headers.get("content-length", 0))
        if declared > LET_PASS or "expect" in self.headers:
            self._fits(declared)
        try:
            async with asyncio.timeout(PATIENCE):
                async for part in self.stream():
                    size += len(part)
                    if size > LET_PASS:
                        break
                    if max(size, declared) > self.limit:
                        parts.clear()
                    else:
                        parts.append(part)
                        self._place(size)
        except TimeoutError:
            raise RequestError(408, f"the body did not come in within {PATIENCE} seconds", headers=_CLOSE) from None
        except ClientDisconnect:
            raise _bad("the connection ended before it was whole") from None
        self._fits(max(size, declared))
        return b"".join(parts)

    def _fits(self, size: int) -> None:
        if size > self.limit:
            text = f"the body is too large; at most {self.limit:,} bytes are read"
            raise RequestError(413, text, where="body", allowed=[f"{self.limit:,} bytes"], headers=_CLOSE)

    def _place(self, size: int) -> None:
        """Take one of the few places for large bodies."""
        if size > USUAL and not self.holds_place:
            if StrictRoute.large >= MOST_LARGE:
                raise RequestError(503, "too much is being read at once; try again", headers={**_CLOSE, **_LATER})
            StrictRoute.large += 1
            self.holds_place = True


_CLOSE: Final = {"Connection": "close"}
_LATER: Final = {"Retry-After": "2"}


class StrictRoute(APIRoute):
    """A route of the API: JSON bodies of the usual size."""

    limit: ClassVar[int] = USUAL
    kinds: ClassVar[tuple[str, ...]] = ("application/json",)
    #: How many large bodies are held in this process; the loop alone counts.
    large: ClassVar[int] = 0

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The usual handler, with a request that is read strictly."""
        usual = super().get_route_handler()

        async def handler(given: Request) -> Response:
            request = StrictRequest(given, self.limit, self.kinds)
            try:
                return await usual(request)
            finally:
                if request.holds_place:
                    StrictRoute.large -= 1

        return handler


class LargeRoute(StrictRoute):
    """A route of the hooks: JSON bodies with FHIR resources in them."""

    limit = LARGE


class FhirRoute(LargeRoute):
    """A route whose body is itself a FHIR resource."""

    kinds = ("application/fhir+json", "application/json")
