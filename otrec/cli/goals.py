"""Commands about goals and progress: goal lint, gas, progress, note."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otrec.cli.shared import AsJson, Data, console, print_json

if TYPE_CHECKING:
    from otrec.progress import ProgressFile

app = typer.Typer()
goal = typer.Typer(help="Goals: reading one as a reviewer would.", no_args_is_help=True)
app.add_typer(goal, name="goal")

Record = Annotated[str, typer.Argument(help="Progress file (YAML or JSON), or the name of a bundled example.")]


@goal.callback()
def goals() -> None:
    """Goals: reading one as a reviewer would."""


@goal.command("lint")
def goal_lint(
    text: Annotated[str, typer.Argument(help="The goal, in quotes, without names.")],
    wording: Annotated[str, typer.Option(help="school, medical, or auto.")] = "auto",
    as_json: AsJson = False,
) -> None:
    """Which parts a goal has, which it lacks, why that matters and how to mend it."""
    from otrec.goals import lint

    review = lint(text, wording)
    if as_json:
        return print_json(review.to_dict())
    return console().print(str(review), markup=False)


@app.command(context_settings={"ignore_unknown_options": True})
def gas(
    scores: Annotated[list[str], typer.Argument(help="Attainment of each goal, -2 to 2, for example: 0 1 -1")],
    weights: Annotated[
        str | None, typer.Option(help="Weights with commas, for example 2,1,1; equal if left out.")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="Baseline scores with commas; tells the change.")] = None,
    rho: Annotated[float, typer.Option(help="Expected correlation between goals.")] = 0.3,
    as_json: AsJson = False,
) -> None:
    """The GAS T-score of several goals (Kiresuk & Sherman 1968; Turner-Stokes 2009 with its erratum)."""
    from otrec.goals import gas_change, gas_t

    given, weighted = numbers("scores", scores), None if weights is None else numbers("--weights", weights.split(","))
    told: dict[str, object] = {"scores": given, "weights": weighted, "rho": rho}
    told["t"] = gas_t(given, weighted, rho)
    if baseline is not None:
        change = gas_change(numbers("--baseline", baseline.split(",")), given, weighted, rho)
        told |= {"baseline_t": change.baseline, "change": change.change}
    if as_json:
        return print_json(told)
    text = f"GAS T-score {told['t']:.1f}" if baseline is None else str(change)
    return console().print(f"{text}. 50 means: met as expected; 10 is a standard deviation.")


@app.command()
def progress(
    record: Record,
    goal_id: Annotated[str, typer.Argument(help="Id of the goal in the file.")],
    audience: Annotated[str, typer.Option("--for", help="family, teacher or therapist.")] = "therapist",
    as_of: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if left out.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write a page: a file ending in .pdf or .docx.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """One goal over time: every sentence names the data points it rests on."""
    from otrec.progress import progress_report

    day = dt.date.today() if as_of is None else as_of.date()
    report = progress_report(record_of(record), goal_id, day)
    if out is not None:
        from otrec.cli.sheets import write
        from otrec.handout import progress_sheet
        from otrec.library import load_library

        sheet = progress_sheet(load_library(data), report.to_dict(), audience, as_of=day)
        return write(sheet, out.suffix.lstrip(".") or "pdf", out)
    if as_json:
        return print_json(report.to_dict())
    reader: Any = audience  # the report itself says which readers there are
    return console().print(report.text(reader), markup=False)


@app.command()
def note(
    record: Record,
    date: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day of the session.")],
    short: Annotated[bool, typer.Option("--short", help="A daily note instead of SOAP.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A SOAP or daily note from recorded facts alone; what was not recorded is said, never filled in."""
    from otrec.library import load_library
    from otrec.progress import daily_note, soap

    names = {name: item.name for name, item in load_library(data).activities.items()}
    found = (daily_note if short else soap)(record_of(record), date.date(), names)
    if as_json:
        return print_json(found.to_dict())
    return console().print(found.text(), markup=False)


def record_of(name: str) -> ProgressFile:
    """The record of a file, or the bundled one of an example client."""
    from otrec.library import example
    from otrec.progress import ProgressFile

    path = Path(name)
    if not path.exists() and path.suffix == "" and path.name == name:
        path = example(f"progress_{name}")
    return ProgressFile.load(path)


def numbers(name: str, words: list[str]) -> list[float]:
    """Numbers given as words; every wrong one is named."""
    from otrec.models.errors import OptionError

    found, wrong = [], []
    for word in words:
        try:
            found.append(float(word))
        except ValueError:
            wrong.append(word)
    if wrong:
        raise OptionError(f"{name}: {', '.join(map(repr, wrong))}: write numbers, for example 0 1 -1")
    return found
