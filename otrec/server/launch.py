"""Start the service: on this machine alone, or for others once they must show a token."""

from __future__ import annotations

import gc
import socket
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from otrec.server.gate import Gate
    from otrec.server.memory import Memory
    from otrec.store import Desk

GUIDE: Final = "docs/how-to/cds-hooks.md"
#: Names of this machine for itself.
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
#: Connections at once, and how long those that are under way may go on when it stops, in seconds.
MOST_CONNECTIONS, LAST_SECONDS = 500, 10
#: How many new objects make Python look for waste: a list with all that was held back has some ten thousand.
BETWEEN_COLLECTIONS: Final = (50_000, 20, 50)


@dataclass(frozen=True)
class Setup:
    """How a service is set up; workers get a copy.

    `keep` writes verdicts into the store, `local` says that only this machine reaches the address.
    """

    address: str = "127.0.0.1"
    local: bool = True
    data: Path | None = None
    jwks: Path | None = None
    issuers: tuple[str, ...] = ()
    audience: str = ""
    origins: tuple[str, ...] = ()
    keep: bool = False
    memory: Path | None = None

    @property
    def guarded(self) -> bool:
        """Whether callers have to show a token."""
        return self.jwks is not None


def refusals(setup: Setup) -> list[str]:
    """Why the service may not be opened as it is set up; empty if it may.

    >>> refusals(Setup()), len(refusals(Setup(address="192.168.1.4", local=False)))
    ([], 1)
    """
    found = []
    if not setup.local and not setup.guarded:
        found.append(
            f"{setup.address} can be reached by others, and nobody would have to show a token: give --jwks with the "
            "public keys of those who may call, --issuer and --audience; or leave --address out"
        )
    if not setup.guarded and (setup.issuers or setup.audience):
        found.append("--issuer and --audience belong to --jwks: give it, or leave them out")
    for origin in setup.origins:
        scheme, separator, rest = origin.partition("://")
        if scheme not in ("http", "https") or not separator or not rest or set(rest) & set("/*? #"):
            found.append(
                f"--origin {origin!r} is none; write scheme and name alone, such as https://ehr.clinic.example"
            )
    return found


def build(setup: Setup) -> FastAPI:
    """The application of a setup; each worker builds its own.

    Raises
    ------
    OptionError, LibraryError, StoreError
        If something that it names cannot be used.
    """
    from otrec.engine import Engine
    from otrec.server.app import create_app
    from otrec.server.curation import Counted, Kept
    from otrec.server.memory import Memory

    memory = Memory(setup.memory)
    gate = _gate(setup, memory)
    curation = Kept(_desk()) if setup.keep else Counted(memory)
    hosts = None if setup.guarded else {*LOCAL, setup.address.lower()}
    app = create_app(Engine(setup.data), gate=gate, curation=curation, origins=setup.origins, hosts=hosts)
    _settled()
    return app


def _settled() -> None:
    """Set a process up for many short calls.

    Small products of matrices take one thread, since several only wait for each other; and what is loaded now is taken
    to stay, since looking for waste in the library took a third of each call.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BETWEEN_COLLECTIONS)


def _gate(setup: Setup, memory: Memory) -> Gate | None:
    from otrec.server.gate import Gate

    return None if setup.jwks is None else Gate.of(setup.jwks, setup.issuers, setup.audience, memory)


def _desk() -> Desk:
    """The desk of this machine's one person, where notes for curation are kept."""
    from otrec.store import Store
    from otrec.store.database import Database

    if not Database().is_sqlite:
        raise OptionError(
            "OTREC_DATABASE_URL is a server, where every note has somebody who signed in: unset it, and notes for "
            "curation are counted in memory; or name a SQLite file"
        )
    return Store.open().desk()


def serve(setup: Setup, port: int, workers: int = 1) -> None:
    """Serve until it is stopped with Ctrl+C.

    Parameters
    ----------
    port
        Where to listen; 0 for any that is free.
    workers
        How many processes share the work.

    Raises
    ------
    OptionError
        If the port is taken, or the service may not be opened there; every reason is named.
    """
    reasons = refusals(setup)
    if reasons:
        count = "1 reason" if len(reasons) == 1 else f"{len(reasons)} reasons"
        lines = "\n".join(f"  - {reason}" for reason in reasons)
        raise OptionError(f"otrec is not served at {setup.address}: {count}\n{lines}\nHow to set it up: {GUIDE}")
    with ExitStack() as stack:
        listening = stack.enter_context(bound(setup.address, port))
        if workers > 1:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="otrec-")))
            setup = Setup(**{**vars(setup), "memory": folder / "memory.db"})
        _run(setup, build(setup), listening, workers)


def bound(address: str, port: int) -> socket.socket:
    """A socket at an address, so that nobody else takes it between asking and listening.

    Raises
    ------
    OptionError
        If the port is taken, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's delay on, and every answer in two parts waits 40 ms for the caller.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((address, port))
        found.listen(2048)
    except OSError as error:
        found.close()
        next_one = f"; choose another, for example --port {port + 1}" if port else ""
        raise OptionError(f"port {port} on {address} cannot be used ({error.strerror or error}){next_one}") from None
    found.set_inheritable(True)
    return found


def _run(setup: Setup, app: FastAPI, listening: socket.socket, workers: int) -> None:
    import uvicorn

    config = uvicorn.Config(
        app if workers == 1 else partial(build, setup),
        factory=workers > 1,
        workers=workers,
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=LAST_SECONDS,
        ws="none",
    )
    name, number = listening.getsockname()[:2]
    shown = f"[{name}]" if ":" in name else name
    print(f"otrec is served at http://{shown}:{number} (stop with Ctrl+C)", flush=True)
    if workers == 1:
        return uvicorn.Server(config).run(sockets=[listening])
    from uvicorn.supervisors import Multiprocess

    return Multiprocess(config, [listening]).run()
