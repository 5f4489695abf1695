"""Commands that plan: plan, plan-group, groups, pack, programme."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from otrec.cli.shared import AsJson, ClientArg, Data, client_of, console, print_json

app = typer.Typer()

Clients = Annotated[list[str], typer.Argument(help="Client files or names of bundled examples.")]
Minutes = Annotated[int | None, typer.Option(help="Length of the session; that of the profile if left out.")]
Tools = Annotated[str | None, typer.Option(help="Ids of what is in the bag, with commas; any tool if left out.")]
AsOf = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if left out.")]
Several = list[str] | None


@app.command()
def plan(
    client: ClientArg = "pencil_grip",
    minutes: Minutes = None,
    tools: Tools = None,
    household: Annotated[bool, typer.Option(help="Let what a home has stand in for a bought tool.")] = False,
    phase: Annotated[Several, typer.Option(help="A phase there has to be; repeatable.")] = None,
    state: Annotated[str | None, typer.Option(help="How the client comes in: over, under, steady.")] = None,
    goal: Annotated[Several, typer.Option(help="An occupation to practise; repeatable.")] = None,
    include: Annotated[Several, typer.Option(help="An activity that has to be in it; repeatable.")] = None,
    drop: Annotated[Several, typer.Option(help="A constraint to do without; repeatable.")] = None,
    repeat: Annotated[bool, typer.Option(help="Also use what was done in the last two sessions.")] = False,
    as_of: AsOf = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A timed session: warm-up, targeted, practice in real life, reflection; with back-ups and what holds it back."""
    from otrec.engine import Engine
    from otrec.planning import plan_session

    wishes: dict[str, Any] = {"phases": phase or None, "state": state, "goals": goal or None}
    found = plan_session(
        Engine(data),
        client_of(client),
        minutes=minutes,
        tools=bag_of(tools),
        household=household,
        include=include or (),
        drop=drop or (),
        repeat=repeat,
        as_of=day(as_of),
        **wishes,
    )
    if as_json:
        return print_json(found.to_dict())
    from otrec.console.plans import show_plan

    show_plan(console(), found)


@app.command("plan-group")
def plan_for_group(
    clients: Clients,
    minutes: Minutes = None,
    tools: Tools = None,
    as_of: AsOf = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """One session for two to eight clients: shared activities, each at an own step, the worst-off served first."""
    from otrec.engine import Engine
    from otrec.planning import plan_group

    members = [client_of(name) for name in clients]
    found = plan_group(Engine(data), members, minutes=minutes, tools=bag_of(tools), as_of=day(as_of))
    if as_json:
        return print_json(found.to_dict())
    from otrec.console.plans import show_group

    show_group(console(), found)


@app.command()
def groups(
    clients: Clients,
    free: Annotated[Path | None, typer.Option(help="YAML or JSON: client id -> list of free times.")] = None,
    most: Annotated[int, typer.Option(help="The largest group, 2-8.")] = 3,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Whom of a caseload to see together: free at the same time first, then well served by one activity."""
    from otrec.engine import Engine
    from otrec.planning import free_times, suggest_groups

    times = None if free is None else free_times(free)
    found = suggest_groups(Engine(data), [client_of(name) for name in clients], times, most=most)
    if as_json:
        return print_json([one.to_dict() for one in found])
    from otrec.console.plans import show_groups

    show_groups(console(), found)


@app.command()
def pack(
    clients: Clients,
    tools: Tools = None,
    give: Annotated[float, typer.Option(help="Share of its best that a plan may give up for a smaller bag.")] = 0.05,
    start: Annotated[str | None, typer.Option(help="When the first session starts, HH:MM.")] = None,
    between: Annotated[int, typer.Option(help="Minutes from one session to the next.")] = 5,
    as_of: AsOf = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A whole day: every client planned, with the smallest bag that serves all plans."""
    from otrec.engine import Engine
    from otrec.planning import pack_day, time_of

    found = pack_day(
        Engine(data),
        [client_of(name) for name in clients],
        tools=bag_of(tools),
        give=give,
        starts=None if start is None else time_of(start),
        between=between,
        as_of=day(as_of),
    )
    if as_json:
        return print_json(found.to_dict())
    from otrec.console.plans import show_day

    show_day(console(), found)


@app.command()
def programme(
    client: ClientArg = "pencil_grip",
    weeks: Annotated[int, typer.Option(help="Length of the block, 1-26.")] = 6,
    per_week: Annotated[int, typer.Option(help="Sessions a week, 1-5.")] = 1,
    start: AsOf = None,
    minutes: Minutes = None,
    tools: Tools = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A block of weeks: sessions that build on one another, reviews, and at most three things for home."""
    from otrec.engine import Engine
    from otrec.planning import plan_programme

    found = plan_programme(
        Engine(data),
        client_of(client),
        weeks,
        per_week=per_week,
        starts=day(start),
        minutes=minutes,
        tools=bag_of(tools),
    )
    if as_json:
        return print_json(found.to_dict())
    from otrec.console.plans import show_programme

    show_programme(console(), found)


def bag_of(text: str | None) -> tuple[str, ...] | None:
    """Ids given with commas; None if the option was left out."""
    return None if text is None else tuple(word.strip() for word in text.split(",") if word.strip())


def day(given: dt.datetime | None) -> dt.date | None:
    """The date of an option."""
    return None if given is None else given.date()
