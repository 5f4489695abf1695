"""Files for other programs: calendar and study deck."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from otrec.cli.plans import AsOf, day
from otrec.cli.shared import ClientArg, Data, client_of, console

app = typer.Typer()

#: Notes of a deck, at most: more is a deck that nobody ends.
MOST_NOTES = 2_000


@app.command()
def calendar(
    client: ClientArg = "pencil_grip",
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")] = Path("otrec.ics"),
    weeks: Annotated[int, typer.Option(help="Length of the programme, 1-26.")] = 6,
    per_week: Annotated[int, typer.Option(help="Sessions a week, 1-5.")] = 1,
    start: AsOf = None,
    at: Annotated[str, typer.Option(help="When a session starts, HH:MM, local time.")] = "09:00",
    data: Data = None,
) -> None:
    """A programme of weeks as a calendar file (.ics): sessions and reviews, by pseudonym."""
    from otrec.engine import Engine
    from otrec.exchange.calendar import block_calendar
    from otrec.planning import plan_programme, time_of

    starts = time_of(at)
    block = plan_programme(Engine(data), client_of(client), weeks, per_week=per_week, starts=day(start))
    out.write_bytes(block_calendar(block, starts))
    console().print(f"Written: {out} ({len(block.sessions)} sessions, {len(block.reviews)} reviews)", soft_wrap=True)


@app.command()
def deck(
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")] = Path("otrec.apkg"),
    kind: Annotated[
        list[str] | None, typer.Option(help="card, case, grading, contraindication, path; repeatable.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="An OTPF-4 area, for example adl; all if left out.")] = None,
    most: Annotated[int, typer.Option(min=1, max=MOST_NOTES, help="Notes at most.")] = 500,
    data: Data = None,
) -> None:
    """Study questions as an Anki deck (.apkg)."""
    from typing import Any

    from otrec.engine import Engine
    from otrec.study import Study, anki_deck

    wanted: Any = (kind or ["card"], area)  # the study itself says which kinds and areas there are
    questions = list(islice(Study(Engine(data)).questions(*wanted), most))
    out.write_bytes(anki_deck(questions, dt.datetime.now(dt.UTC)))
    console().print(f"Written: {out} ({len(questions)} notes)", soft_wrap=True)
