"""`run_batch`: the lists of a whole file, chunk by chunk, into another file."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from otrec import __version__
from otrec.batch.forms import PARQUET, PIPE, form_of
from otrec.batch.journal import check_same
from otrec.batch.lists import Task
from otrec.batch.results import Filed, Piped, Result
from otrec.batch.sources import NO_PRINT, Stamp, TextSource, check_unchanged, fingerprint, stamped
from otrec.batch.spread import check_workers, spread
from otrec.batch.tables import ParquetSource
from otrec.batch.writing import names
from otrec.engine.many import options_of
from otrec.extras import need
from otrec.library import Library, load_library
from otrec.models import Frozen, OptionError

#: Rows that are worked on together.
CHUNK: Final = 2048
#: A chunk has fewer rows where each client gets many activities: no more than so many lines of lists at once.
MOST_LINES: Final = 65_536
#: How the name of a folder ends.
SLASHES: Final = ("/", os.sep)
#: What the journal calls the day from which freshness counts; it stays that of the start.
DAY: Final = "day"
#: Options whose name on the command line is another.
NAMED: Final = {"phases": "phase"}

Source = TextSource | ParquetSource
Reached = Callable[[int, int | None], None]


class Summary(Frozen):
    """What a batch did.

    `clients` were ranked, `listed` rows were written for them; `rejected` rows could not be used, and for `empty`
    clients nothing can be listed. `resumed` rows of the input had been read before.
    """

    clients: int
    listed: int
    rejected: int
    empty: int
    resumed: int = 0

    @property
    def complete(self) -> bool:
        """Whether every row of the input got a list."""
        return not (self.rejected or self.empty)


def aside(line: str) -> None:
    """A line beside the result, which may itself go to standard output."""
    print(line, file=sys.stderr)


def run_batch(
    clients: str | Path,
    out: str | Path,
    k: int = 8,
    *,
    read_as: str | None = None,
    write_as: str | None = None,
    intervals: bool = False,
    workers: int = 0,
    scheduler: str | None = None,
    restart: bool = False,
    overwrite: bool = False,
    chunk: int = CHUNK,
    data: str | Path | None = None,
    extra: Iterable[str | Path] = (),
    reached: Reached | None = None,
    tell: Callable[[str], None] = aside,
    **asked: Any,
) -> Summary:
    """Lists for every client of a file, however many there are; a run that was stopped goes on where it was.

    Parameters
    ----------
    clients
        A CSV file with the columns of a caseload, JSON Lines with one client object a line, or Parquet with the fields
        of a client as columns; `-` is standard input.
    out
        A CSV, JSON Lines or Parquet file; a folder of Parquet parts if it ends with `/`; `-` is standard output.
    k
        How many activities for each client, 1-1000.
    read_as, write_as
        `csv`, `jsonl` or `parquet`, where the endings do not tell.
    intervals
        Also write `low`, `high`, `p_top5` and `tier`, by `Engine.recommend`; that is much slower.
    workers, scheduler
        Spread the work over so many processes of this machine, or over a Dask cluster that runs already.
    restart, overwrite
        Forget an unfinished result; replace a finished one.
    chunk
        How many rows are worked on together.
    data, extra
        As in `Engine`.
    reached
        Is called after each chunk with how far the input was read, and how far it goes (None if nobody knows): bytes,
        in Parquet rows.
    tell
        Is called with every note; they go to standard error if left out.
    asked
        Any further option of `Engine.recommend` but `weights`.

    Raises
    ------
    SheetError
        If the input as a whole cannot be used.
    OptionError
        If an option is not allowed, or the result is there already, or an unfinished one is of another input, option,
        library or release.
    BatchError
        If it stopped on its way; the same call goes on.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> rows = "id,age,setting,barriers\\nc1,7,school,Pencil grip: 3\\nc2,seven,school,\\n"
    >>> _ = (folder / "clients.csv").write_text(rows)
    >>> run_batch(folder / "clients.csv", folder / "lists.csv", k=2)
    Summary(clients=1, listed=2, rejected=1, empty=0, resumed=0)
    """
    name, target = os.fspath(clients), os.fspath(out)
    options = options_of(k, asked, "batch")
    form, written = _forms(name, target, read_as, write_as)
    check_workers(workers, scheduler)
    _check(name, target, chunk, written, intervals)
    stamp = stamped(name)
    library = load_library(data, extra)
    with closing(_source(name, form)) as source:
        for note in source.notes:
            tell(note)
        task = Task(
            source.shape, written, intervals, options, __version__, library.version,
            None if data is None else os.path.abspath(data), tuple(os.path.abspath(path) for path in extra),
        )  # fmt: skip
        size = max(1, min(chunk, MOST_LINES // options.k))
        batch = _Batch(source, stamp, library, size, workers, scheduler, reached)
        if target == PIPE:
            return batch.into(Piped(written, names(intervals), tell), task)
        with closing(Filed(Path(target), written, names(intervals), folder=target.endswith(SLASHES))) as result:
            task = _begun(result, task, size, fingerprint(name), restart, overwrite)
            if source.pipe:
                tell("A pipe cannot be resumed: if this is stopped, it begins anew.")
            return batch.into(result, task)


@dataclass(frozen=True)
class _Batch:
    """What stays the same wherever the lists go."""

    source: Source
    stamp: Stamp
    library: Library
    size: int
    workers: int
    scheduler: str | None
    reached: Reached | None

    def into(self, result: Result, task: Task) -> Summary:
        """Do what is left to do."""
        first = result.last
        if not result.ended:
            self._rest(result, task)
            check_unchanged(self.source.name, self.stamp)
        result.finish()
        last = result.last
        return Summary(clients=last.clients, listed=last.listed, rejected=last.rejected, empty=last.empty,
                       resumed=first.clients + first.rejected)  # fmt: skip

    def _rest(self, result: Result, task: Task) -> None:
        last, source = result.last, self.source
        place = last.place if last.number >= 0 else source.start
        with spread(task, self.library, self.workers, self.scheduler) as over:
            for chunk, done in over(source.chunks(last.number + 1, place, self.size)):
                result.add(chunk.number, chunk.place, done)
                if self.reached is not None:
                    self.reached(chunk.place.offset, source.total)


def _forms(name: str, target: str, read_as: str | None, write_as: str | None) -> tuple[str, str]:
    form = form_of(name, read_as, "--from")
    if not target.endswith(SLASHES):
        return form, form_of(target, write_as, "--to")
    if write_as not in (None, PARQUET):
        raise OptionError(f"{target}: a folder of parts is Parquet; leave out --to, or name a file")
    return form, PARQUET


def _check(name: str, target: str, chunk: int, written: str, intervals: bool) -> None:
    """Refuse what cannot go well before any work is done."""
    if chunk < 1:
        raise OptionError(f"--chunk is {chunk}; give a number of rows from 1")
    if not intervals:
        need("numba", "ranking many clients at once")
    if written == PARQUET:
        need("pyarrow", "Parquet")
        if target == PIPE:
            raise OptionError("Parquet cannot be written to a pipe; name a file, or give --to csv or --to jsonl")
    if target == PIPE:
        return
    if not Path(target).absolute().parent.is_dir():
        raise OptionError(f"{target}: there is no such folder to write into; make it first")
    if name != PIPE and Path(name).exists() and Path(target).exists() and Path(name).samefile(target):
        raise OptionError("the lists would be written over the clients; choose another name for the result")


def _source(name: str, form: str) -> Source:
    return ParquetSource(name) if form == PARQUET else TextSource(name, form)


def _begun(result: Filed, task: Task, size: int, content: str, restart: bool, overwrite: bool) -> Task:
    """Begin, or take up what was begun; the task with the day on which it was begun."""
    job, kept = _job(task, size, content), result.journal.job
    restart |= content == NO_PRINT and kept is not None and kept["the input"] == NO_PRINT
    result.check_free(overwrite, restart)
    if kept is None or restart or (result.last.number < 0 and not result.ended):
        kept = {**job, DAY: str(task.options.as_of or dt.date.today())}
        result.begin(kept)
    check_same(kept, {**job, DAY: kept.get(DAY)}, result.journal.folder.name)
    if not result.ended:
        result.go_on()
    return replace(task, options=replace(task.options, as_of=dt.date.fromisoformat(kept[DAY])))


def _job(task: Task, size: int, content: str) -> dict[str, Any]:
    """All that decides about the result, in the words of a refusal to go on with something else."""
    asked = {
        f"{'-' if name == 'k' else '--'}{NAMED.get(name, name).replace('_', '-')}": value
        for name, value in task.options.asked.items()
    }
    job = {
        "the release of otrec": task.release,
        "the library": task.library,
        "the input": content,
        "the form of the input": task.shape.form,
        "the form of the result": task.write_as,
        "--intervals": task.intervals,
        "the rows of a chunk": size,
        **asked,
    }
    if task.write_as == PARQUET:
        job["the release of pyarrow"] = version("pyarrow")
    found: dict[str, Any] = json.loads(json.dumps(job, default=str))
    return found
