"""Chunks to processes and their results back, in order: in this process, or over a Dask cluster.

However many there are, only a few chunks are on their way at once, so that memory does not grow with the file.
"""

from __future__ import annotations

import logging
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from otrec.batch.errors import BatchError
from otrec.batch.lists import Done, Refused, Task, Worker, work
from otrec.batch.sources import Chunk
from otrec.extras import brought, dask_client, need
from otrec.library import Library
from otrec.models import OptionError

#: Chunks on their way for each thread that works, and the most of all.
AHEAD: Final = 3
MOST_AHEAD: Final = 256
#: How long a scheduler is waited for, in seconds, and then for its first worker.
PATIENCE: Final = 10
#: A chunk at which so many workers died is given up.
DEATHS: Final = 8
#: Of processes that only this batch uses: no page shows what they do, and no rows are put into files of theirs.
SETTINGS: Final = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
}
WHAT: Final = "spreading a batch over processes"
GO_ON: Final = "the same command goes on where it was"

Pass = Callable[[Iterator[Chunk]], Iterator[tuple[Chunk, Done]]]


@contextmanager
def spread(task: Task, library: Library, workers: int, scheduler: str | None) -> Iterator[Pass]:
    """What turns chunks into lists, in the order of the chunks.

    Parameters
    ----------
    task, library
        What to do, and the library that this process has read.
    workers
        How many processes to start on this machine; 0 does the work in this one.
    scheduler
        The address of a Dask scheduler that runs already, instead.

    Raises
    ------
    OptionError
        If both are given, or what they need is not installed.
    BatchError
        If the scheduler or its workers are not there.
    """
    if not workers and scheduler is None:
        yield partial(_here, Worker(task, library))
        return
    with _cluster(workers, scheduler) as dask:
        yield partial(_there, dask, task)


def check_workers(workers: int, scheduler: str | None) -> None:
    """Refuse what cannot be done before anything is begun."""
    if workers and scheduler is not None:
        raise OptionError("--workers starts processes here and --scheduler uses others; give one of the two")
    if not 0 <= workers <= 256:
        raise OptionError(f"--workers is {workers}; give a number of processes from 1 to 256")
    if workers or scheduler is not None:
        need("distributed", WHAT)


def _here(worker: Worker, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
    for chunk in chunks:
        yield chunk, worker(chunk)


def _there(dask: Any, task: Task, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
    ahead = min(MOST_AHEAD, AHEAD * max(1, sum(dask.nthreads().values())))
    waiting: deque[tuple[Chunk, Any]] = deque()
    for chunk in chunks:
        waiting.append((chunk._replace(records=(), table=b""), dask.submit(work, task, chunk, pure=False)))
        if len(waiting) >= ahead:
            yield _taken(*waiting.popleft())
    while waiting:
        yield _taken(*waiting.popleft())


def _taken(chunk: Chunk, future: Any) -> tuple[Chunk, Done]:
    from concurrent.futures import CancelledError

    try:
        done = future.result()
    except (CancelledError, OSError):
        raise BatchError(f"the scheduler of the workers is gone; {GO_ON}") from None
    except Exception as error:
        raise BatchError(
            f"a worker could not do its part, which ends with row {chunk.place.row:,} ({type(error).__name__}); check "
            f"that every worker has this otrec with [batch], and enough memory. {GO_ON.capitalize()}"
        ) from error
    if isinstance(done, Refused):
        raise BatchError(f"{done.reason}. {GO_ON.capitalize()}")
    return chunk, done


@contextmanager
def _cluster(workers: int, scheduler: str | None) -> Iterator[Any]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _own(workers) if scheduler is None else _reached(scheduler) as dask:
            try:
                dask.wait_for_workers(1, timeout=PATIENCE if scheduler else 6 * PATIENCE)
            except TimeoutError:
                raise BatchError(
                    f"the scheduler has no worker after {PATIENCE} s; start some, then try again"
                ) from None
            yield dask


@contextmanager
def _own(workers: int) -> Iterator[Any]:
    """Processes of this machine that only this user's batch can reach; they end with it."""
    distributed = brought("distributed", WHAT)
    with (
        brought("dask", WHAT).config.set(SETTINGS),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
            worker_dashboard_address=None, security=True, silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


@contextmanager
def _reached(scheduler: str) -> Iterator[Any]:
    with dask_client(brought("distributed", WHAT), scheduler, PATIENCE, BatchError) as client:
        yield client
