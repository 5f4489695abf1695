"""How much is worked on at once: a few threads for each kind of work, a short queue, and an end to waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from otrec.server.errors import RequestError

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Threads, how many requests may wait for one, and how long anybody waits for an answer, in seconds."""

    threads: int
    waiting: int
    seconds: float


#: Lists and cards, one after the other, since Python works on one at a time in any case; and what may take long: plans,
#: batches, FHIR, long lists.
QUICK = Limits(threads=1, waiting=100, seconds=15)
SLOW = Limits(threads=2, waiting=8, seconds=60)


class Lane:
    """Work of one kind. A thread cannot be stopped: what takes too long keeps its place until it ends, so that a
    flood of slow work is refused and never piles up."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.limits = limits
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix=f"otrec-{name}")
        self._lock = threading.Lock()
        self._inside = 0

    async def run(self, work: Callable[..., T], *given: Any) -> T:
        """What the work gives, or the error that it raises.

        Raises
        ------
        RequestError
            503 with `Retry-After` if too much waits already, or it takes too long.
        """
        future = self._enter(work, *given)
        waited = asyncio.wrap_future(future)
        done, _ = await asyncio.wait([waited], timeout=self.limits.seconds)
        if not done:
            future.cancel()
            waited.add_done_callback(_unheard)
            raise _busy(f"this takes longer than {self.limits.seconds:g} seconds; ask for less", 30)
        return waited.result()

    def _enter(self, work: Callable[..., T], *given: Any) -> Future[T]:
        with self._lock:
            if self._inside >= self.limits.threads + self.limits.waiting:
                raise _busy("too much is asked for at once; try again", 5)
            self._inside += 1
        try:
            future = self._pool.submit(work, *given)
        except BaseException:
            self._left(None)
            raise
        future.add_done_callback(self._left)
        return future

    def _left(self, _: Any) -> None:
        with self._lock:
            self._inside -= 1

    def close(self) -> None:
        """Take nothing more, and drop what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _unheard(future: asyncio.Future[Any]) -> None:
    """Look at an error that nobody waits for, or asyncio would log it with its words."""
    if not future.cancelled():
        future.exception()


def _busy(text: str, seconds: int) -> RequestError:
    return RequestError(503, text, headers={"Retry-After": str(seconds)})
