"""What one process does with one chunk of rows: read, check, rank, write. It keeps the library, and no client.

Everything here can be sent to another process: a `Task` and a chunk go there, `Done` or `Refused` come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final, NamedTuple

from otrec import __version__
from otrec.batch.reading import Reader
from otrec.batch.sources import Chunk, Shape
from otrec.batch.writing import DECIMALS, delimited, encoded, names
from otrec.engine import Engine
from otrec.engine.many import ManyRanker
from otrec.engine.result import Item, Options
from otrec.library import Library, load_library
from otrec.models import Client, OtrecError

EMPTY: Final = "nothing can be listed: rules, evidence and filters leave no activity for this client"
#: One at a time reads a library or ranks with it, as workers may have several threads.
_ALONE: Final = Lock()


@dataclass(frozen=True)
class Task:
    """What to do with every chunk; with what it is to be done is told by versions, which a worker compares."""

    shape: Shape
    write_as: str
    intervals: bool
    options: Options
    release: str
    library: str
    data: str | None = None
    extra: tuple[str, ...] = ()


class Done(NamedTuple):
    """The lists of a chunk as bytes; `told` are the rows that got none, with `rejected` of them for a fault."""

    rows: bytes
    told: bytes
    clients: int
    listed: int
    rejected: int
    empty: int


class Refused(NamedTuple):
    """Why a process cannot do its part; an error as such may not survive the way back."""

    reason: str
    exit_code: int


class Lists(ManyRanker):
    """A ranker that also tells which clients got nothing."""

    def listed(self, clients: Sequence[Client]) -> tuple[dict[str, list[Any]], list[bool]]:
        """The flat columns, and for each client whether there is any row."""
        found = self.ranked(clients)
        columns = {name: part.tolist() for name, part in self.columns_of(clients, found).items()}
        columns["score"] = [round(value, DECIMALS) for value in columns["score"]]
        return columns, [bool(row.any()) for row in found.activity >= 0]


class Explained:
    """The same by `Engine.recommend`, one client at a time, with intervals and tiers."""

    def __init__(self, engine: Engine, options: Options) -> None:
        self.engine, self.options = engine, options

    def listed(self, clients: Sequence[Client]) -> tuple[dict[str, list[Any]], list[bool]]:
        """The flat columns, and for each client whether there is any row."""
        rows: list[tuple[Any, ...]] = []
        there = []
        for client in clients:
            items = self.engine.recommend(client, **self.options.asked).items
            rows += [_row(client, item) for item in items]
            there.append(bool(items))
        return {name: [row[place] for row in rows] for place, name in enumerate(names(True))}, there


def _row(client: Client, item: Item) -> tuple[Any, ...]:
    score, low, high, p_top5 = (round(value, DECIMALS) for value in (item.score, item.low, item.high, item.p_top5))
    return (client.id, item.rank, item.activity.id, item.activity.name, score, item.light, low, high, p_top5, item.tier)


class Worker:
    """All that a process needs for a task; made once for all chunks.

    Raises
    ------
    OtrecError
        If this process has another release of otrec or another library than the one that the task is for.
    """

    def __init__(self, task: Task, library: Library | None = None) -> None:
        if task.release != __version__:
            raise OtrecError(f"a worker has otrec {__version__}, and this batch {task.release}; install the same")
        library = library or load_library(task.data, task.extra)
        if library.version != task.library:
            raise OtrecError(
                f"a worker has the library {library.version}, and this batch {task.library}; give every machine the "
                "same data folder and the same files of further activities"
            )
        engine = Engine(library=library)
        options = task.options.asked
        self.write_as, self.names = task.write_as, names(task.intervals)
        self.read = Reader(library, task.shape)
        self.lists = Explained(engine, task.options) if task.intervals else Lists(engine, **options)

    def __call__(self, chunk: Chunk) -> Done:
        """The lists of a chunk, in the order of its rows."""
        found = list(self.read(chunk))
        good = [(number, one) for number, one in found if isinstance(one, Client)]
        columns, there = self._listed([client for _, client in good])
        told: dict[int, str] = {number: one for number, one in found if isinstance(one, str)}
        rejected = len(told)
        told |= {number: EMPTY for (number, _), any_row in zip(good, there, strict=True) if not any_row}
        return Done(
            rows=encoded(columns, self.write_as),
            told=delimited(sorted(told.items())),
            clients=len(good),
            listed=len(columns["rank"]),
            rejected=rejected,
            empty=len(told) - rejected,
        )

    def _listed(self, clients: list[Client]) -> tuple[dict[str, list[Any]], list[bool]]:
        if not clients:
            return {name: [] for name in self.names}, []
        return self.lists.listed(clients)


@lru_cache(maxsize=2)
def worker(task: Task) -> Worker:
    """What this process needs for a task, made for its first chunk."""
    return Worker(task)


def work(task: Task, chunk: Chunk) -> Done | Refused:
    """One chunk, in a process that may be another one than the one that writes the result."""
    try:
        with _ALONE:
            return worker(task)(chunk)
    except OtrecError as error:
        return Refused(str(error), error.exit_code)
