"""What stands around every request: who may come in, headers for browsers, and no word of a request in a log."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from otrec.server.errors import UNFORESEEN, RequestError, answered
from otrec.server.gate import Gate

LOG: Final = logging.getLogger("otrec.server")
#: The one address that asks for no token, so that a load balancer can see whether the service is there.
OPEN: Final = "/api/health"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Door:
    """The outermost part of the service.

    Parameters
    ----------
    gate
        Checks tokens; None lets everybody in.
    hosts
        Names by which it may be called, None for any. On a machine of one's own it keeps out web pages that have
        pointed a name of theirs at it.
    """

    def __init__(self, app: ASGIApp, gate: Gate | None = None, hosts: Collection[str] | None = None) -> None:
        self.app, self.gate, self.hosts = app, gate, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._let_in(scope)
            return await self.app(scope, receive, sent)
        except RequestError as error:
            told = error
        except Exception as error:
            LOG.error("a request failed: %s", _where(error))
            told = RequestError(500, UNFORESEEN)
        if not begun:
            await answered(told)(scope, receive, sent)

    def _let_in(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self.hosts is not None and _name(headers.get("host", "")) not in self.hosts:
            raise RequestError(421, "this service is not called by that name", where="host", allowed=self.hosts)
        if self.gate is not None and scope["path"] != OPEN:
            self.gate.check(headers.get("authorization"), scope["path"])


def _name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> _name("LOCALHOST:8080"), _name("[::1]:8080"), _name("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    bare = host.lower()
    return bare[1:].partition("]")[0] if bare.startswith("[") else bare.partition(":")[0]


def _where(error: BaseException) -> str:
    """The kind of an error and the place in the code; its words may hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
