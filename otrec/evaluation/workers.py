"""Where the long parts of an evaluation are done: in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from otrec import __version__
from otrec.engine import Engine
from otrec.evaluation import robustness
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import Case, load_cases
from otrec.evaluation.curves import SEEDS, curves
from otrec.extras import brought, dask_client
from otrec.models import OptionError

#: How long a scheduler is waited for, in seconds.
PATIENCE: Final = 10


@contextmanager
def workers_of(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Processes of this machine, or those of a Dask scheduler that runs already.

    Raises
    ------
    OptionError
        If Dask is not installed, or nothing answers at that address.
    """
    if scheduler is None:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    distributed = brought("distributed", "--scheduler", "Dask")
    with dask_client(distributed, scheduler, PATIENCE, OptionError) as cluster:
        yield cluster.get_executor()


@dataclass(frozen=True)
class Place:
    """Where a worker finds what this process evaluates, and which versions that has to have."""

    data: Path | None
    cases: Path | None
    panel: tuple[Path, ...]
    library_version: str
    cases_version: str
    release: str = __version__


def submitted(executor: Executor, place: Place, seed: int) -> dict[str, Future[Any]]:
    """Every long part, on its way; by name."""
    return {name: executor.submit(part, name, place, seed) for name in ("learning", *ROBUST)}


#: The parts that need nothing but the cases; learning takes the longest and is begun first.
ROBUST: Final = ("shuffles", "scrambles", "jitters", "left_out_barriers")


def part(name: str, place: Place, seed: int) -> Any:
    """One long part of a report, in any process.

    Raises
    ------
    OptionError
        If this process has another release, library or set of cases.
    """
    bench = _bench(place)
    found = (__version__, bench.engine.library.version, bench.cases.version)
    if found != (place.release, place.library_version, place.cases_version):
        raise OptionError(
            f"a worker has otrec {found[0]}, library {found[1]} and cases {found[2]}; wanted are {place.release}, "
            f"{place.library_version} and {place.cases_version}. Give every worker the same"
        )
    judged = bench.cases.judged()
    return slow_part(name, bench, judged["development"], judged["test"] or judged["development"], seed)


def slow_part(name: str, bench: Bench, development: Sequence[Case], test: Sequence[Case], seed: int) -> Any:
    """One long part of a report."""
    if name == "learning":
        return curves(bench, development, test, seeds=SEEDS)
    if name == "left_out_barriers":
        return robustness.left_out_barriers(bench, development)
    return getattr(robustness, name)(bench, test, seed=seed)


@lru_cache(maxsize=1)
def _bench(place: Place) -> Bench:
    """Read once in each process."""
    engine = Engine(place.data)
    return Bench.of(engine, load_cases(engine.library, place.cases, place.panel))
