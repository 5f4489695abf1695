"""Commands about the library and its evaluation: validate, terms, evaluate, tune."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otrec.cli.shared import AsJson, Data, Extra, console, print_json, progress
from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from otrec.library import Library, Problem

app = typer.Typer()

#: What `otrec validate` counts.
COUNTED = (
    "activities",
    "barriers",
    "techniques",
    "tools",
    "occupations",
    "addressed_by",
    "requires",
    "rules",
    "evidence",
)


@app.command()
def validate(
    data: Annotated[Path | None, typer.Argument(help="Data folder; the bundled one if left out.")] = None,
    extra: Extra = None,
    as_json: AsJson = False,
    lint: Annotated[
        bool, typer.Option(help="Also look for thin corners, near twins, hard words, untagged hazards.")
    ] = False,
    report: Annotated[
        bool, typer.Option(help="Renew the data card of the folder, README.md, and its pictures.")
    ] = False,
) -> None:
    """Check a data folder and report every problem at once."""
    from otrec.library import default_data, inspect_data
    from otrec.safety import probe_rules

    library, problems = inspect_data(data, extra or ())
    problems = [*problems, *probe_rules(library)]
    if lint:
        problems += _lint(library)
    counts = {name: len(getattr(library, name)) for name in COUNTED}
    if as_json:
        shown = [{**vars(problem), "text": str(problem)} for problem in problems]
        print_json({"library_version": library.version, "counts": counts, "problems": shown})
    else:
        from otrec.console import show_problems

        show_problems(console(), problems, counts)
    if any(problem.level == "error" for problem in problems):
        raise typer.Exit(4)
    if report:
        from otrec.library.card import report as renew

        console().print(f"Renewed: {renew(library, data or default_data()).name} and its pictures")


@app.command()
def evaluate(
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.json and report.html; made if it is not there.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Folder of cases and judgments instead of the bundled one.")
    ] = None,
    panel: Annotated[
        list[Path] | None, typer.Option(help="Folder with a panel's raters.csv and judgments.csv; repeatable.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option(help="Systems and comparisons alone: seconds instead of minutes.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of every random draw.")] = 0,
    card: Annotated[Path | None, typer.Option(help="Model card whose section on evaluation is written anew.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes at once.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler to use instead.")] = None,
) -> None:
    """Compare the ranking with others on judged cases, with intervals and adjusted p-values."""
    from otrec.engine import Engine
    from otrec.evaluation.cases import load_cases
    from otrec.evaluation.report import evaluate as run
    from otrec.evaluation.workers import Place, submitted, workers_of

    engine = Engine(data)
    found = load_cases(engine.library, cases, panel or ())
    with progress() as told:
        if quick or (workers == 1 and scheduler is None):
            report = run(engine, found, quick=quick, seed=seed, progress=told)
        else:
            place = Place(data, cases, tuple(panel or ()), engine.library.version, found.version)
            with workers_of(workers, scheduler) as executor:
                report = run(
                    engine, found, seed=seed, progress=told, elsewhere=lambda seed: submitted(executor, place, seed)
                )
    if out:
        from otrec.evaluation.page import as_html

        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        (out / "report.html").write_text(as_html(report), encoding="utf-8")
    if card:
        from otrec.evaluation.card import renewed

        card.write_text(renewed(card.read_text(encoding="utf-8"), report), encoding="utf-8")
    if as_json:
        return print_json(report)
    from otrec.console import show_report

    show_report(console(), report)
    if out:
        console().print(f"Written: {out / 'report.json'} and {out / 'report.html'}", soft_wrap=True)


@app.command()
def tune(
    trials: Annotated[int, typer.Option(min=1, help="How many settings to try in this run.")] = 50,
    storage: Annotated[Path, typer.Option(help="SQLite file; a run that was stopped goes on from it.")] = Path(
        "tuning.db"
    ),
    workers: Annotated[int, typer.Option(min=1, help="Processes at once.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask cluster, instead of processes.")] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Folder of cases and judgments instead of the bundled one.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Search weights and settings on the development cases alone; the test cases are never looked at."""
    from otrec.evaluation.tuning import tune as run

    with progress() as told:
        found = run(
            storage, trials, data=data, cases=cases, workers=workers, scheduler=scheduler, seed=seed, progress=told
        )
    if as_json:
        return print_json(found)
    from otrec.console import show_tuning

    show_tuning(console(), found)


@app.command()
def terms(
    kind: Annotated[str, typer.Argument(help="barriers, occupations, tools, precautions, interests, ...")] = "barriers",
    search: Annotated[str, typer.Argument(help="Part of an id, name or alias.")] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the words that a client file may use, with plain-language aliases."""
    from otrec.library import load_library, vocabulary

    rows = [
        (term.id, term.name, ", ".join(getattr(term, "aliases", ())))
        for term in vocabulary(load_library(data), kind).values()
        if search.lower() in " ".join((term.id, term.name, *getattr(term, "aliases", ()))).lower()
    ]
    if as_json:
        return print_json([dict(zip(("id", "name", "aliases"), row, strict=True)) for row in rows])
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("id", "name", "also found as"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    console().print(table if rows else f"Nothing in {kind} matches {search!r}.")


def _lint(library: Library) -> list[Problem]:
    from otrec.library.lint import lint

    try:
        return lint(library)
    except ImportError as error:
        raise OptionError(f"--lint needs {error.name}: python -m pip install 'otrec[research]'") from None
