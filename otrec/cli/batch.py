"""The command for files of many clients: batch."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otrec.cli.asking import counted
from otrec.cli.shared import ArousalEffects, Bag, Data, Diversity, Extra, K, NoPurchase, Phases
from otrec.models.errors import ClientError

if TYPE_CHECKING:
    from otrec.batch import Summary

app = typer.Typer()

Clients = Annotated[str, typer.Argument(help="CSV, JSON Lines or Parquet file of clients; - is standard input.")]
Out = Annotated[
    str, typer.Argument(help="File to write, or a folder of Parquet parts if it ends with /; - is standard output.")
]
Form = "csv, jsonl or parquet, where the ending does not tell."


@app.command()
def batch(
    clients: Clients,
    out: Out,
    k: K = 8,
    intervals: Annotated[
        bool, typer.Option("--intervals", help="Also low, high, p_top5 and tier; far slower.")
    ] = False,
    diversity: Diversity = 0.15,
    include_red: Annotated[
        bool, typer.Option("--include-red", help="Also list what evidence advises against, marked red.")
    ] = False,
    bag_only: Bag = False,
    phase: Phases = None,
    arousal: ArousalEffects = None,
    no_purchase: NoPurchase = False,
    as_of: Annotated[str | None, typer.Option(help="Day from which freshness counts, as 2026-11-29.")] = None,
    data: Data = None,
    extra: Extra = None,
    read_as: Annotated[str | None, typer.Option("--from", help=Form)] = None,
    write_as: Annotated[str | None, typer.Option("--to", help=Form)] = None,
    workers: Annotated[int, typer.Option(help="Spread the work over so many processes of this machine.")] = 0,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler to use instead.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Forget an unfinished result and begin anew.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a finished result.")] = False,
    chunk: Annotated[int, typer.Option(help="How many rows are worked on together.")] = 2048,
) -> None:
    """Lists for a file of any number of clients; stopped, the same command goes on where it was."""
    from otrec.batch import BatchError, aside, run_batch

    try:
        with bar() as reached:
            done = run_batch(
                clients, out, k, read_as=read_as, write_as=write_as, intervals=intervals, workers=workers,
                scheduler=scheduler, restart=restart, overwrite=overwrite, chunk=chunk, data=data, extra=extra or (),
                reached=reached, diversity=diversity, include_red=include_red, bag_only=bag_only,
                phases=phase or (), arousal=arousal or (), no_purchase=no_purchase, as_of=_day(as_of),
            )  # fmt: skip
    except KeyboardInterrupt:
        raise BatchError("stopped; the same command goes on where it was, unless it reads or writes a pipe") from None
    aside(_told(done, out))
    if not done.complete:
        raise typer.Exit(ClientError.exit_code)


def _day(given: str | None) -> dt.date | None:
    from otrec.models.errors import OptionError

    try:
        return None if given is None else dt.date.fromisoformat(given)
    except ValueError:
        raise OptionError(f"--as-of {given!r} is no day; write it as 2026-11-29") from None


def _told(done: Summary, out: str) -> str:
    """The last line: what was done, and where to look for the rest."""
    parts = [f"{counted(done.clients, 'client')}, {counted(done.listed, 'line')} of lists"]
    if done.resumed:
        parts.append(f"{counted(done.resumed, 'row')} done before")
    if done.rejected:
        parts.append(f"{counted(done.rejected, 'row')} rejected")
    if done.empty:
        parts.append(f"{counted(done.empty, 'client')} with nothing to list")
    where = "" if done.complete or out == "-" else f"; see {Path(out).name}.rejects.csv"
    return "; ".join(parts) + where + "."


@contextmanager
def bar() -> Iterator[Callable[[int, int | None], None] | None]:
    """A bar on the error stream that shows how far the input was read; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda place, total: shown.update(task, completed=place, total=total)
