"""Commands that rank: recommend, why, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from otrec.cli.shared import (
    ArousalEffects,
    AsJson,
    Bag,
    ClientArg,
    Data,
    Diversity,
    Extra,
    K,
    NoPurchase,
    Phases,
    Red,
    Weight,
    console,
    print_json,
    recommended,
)

app = typer.Typer()


@app.command()
def recommend(
    client: ClientArg = "pencil_grip",
    k: K = 8,
    data: Data = None,
    extra: Extra = None,
    as_json: AsJson = False,
    show_red: Red = False,
    bag_only: Bag = False,
    diversity: Diversity = 0.15,
    weight: Weight = None,
    phase: Phases = None,
    arousal: ArousalEffects = None,
    no_purchase: NoPurchase = False,
) -> None:
    """Rank activities for a client, with reasons, evidence, cautions and what was held back."""
    result = recommended(
        client,
        data,
        extra,
        k,
        show_red=show_red,
        bag_only=bag_only,
        diversity=diversity,
        weight=weight,
        phases=phase or (),
        arousal=arousal or (),
        no_purchase=no_purchase,
    )
    if as_json:
        return print_json(result.to_dict())
    from otrec.console import show_recommendation

    shown = console()
    show_recommendation(shown, result, Path(client).stem.replace("_", " "))
    first = result.items[0].activity.id if result.items else "ACTIVITY"
    shown.print(f"Reasons: [bold]otrec why {client} {first}[/]", soft_wrap=True)
    shown.print("In the browser: [bold]otrec app[/]")


@app.command()
def why(
    client: ClientArg,
    activity: Annotated[str, typer.Argument(help="Activity id.")],
    k: K = 8,
    data: Data = None,
    extra: Extra = None,
    as_json: AsJson = False,
    show_red: Red = False,
) -> None:
    """Why an activity is in the list, further down, or held back."""
    answer = recommended(client, data, extra, k, show_red=show_red).why(activity)
    if as_json:
        return print_json(answer.to_dict())
    from otrec.console import show_why

    show_why(console(), answer)


@app.command()
def compare(
    client: ClientArg,
    first: Annotated[str, typer.Argument(help="Activity id.")],
    second: Annotated[str, typer.Argument(help="Activity id.")],
    k: K = 8,
    data: Data = None,
    extra: Extra = None,
    as_json: AsJson = False,
    show_red: Red = False,
) -> None:
    """Two activities side by side for one client."""
    answer = recommended(client, data, extra, k, show_red=show_red).compare(first, second)
    if as_json:
        return print_json(answer.to_dict())
    from otrec.console import show_comparison

    show_comparison(console(), answer)
