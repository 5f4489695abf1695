"""The command line: each command a few lines over the same functions as the app and the notebooks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otrec.models.errors import OptionError, OtrecError

if TYPE_CHECKING:
    from rich.console import Console

    from otrec.engine import Recommendation
    from otrec.library import Library, Problem

app = typer.Typer(
    help="Occupational-therapy activities for one client: ranked, explained, screened for safety.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ClientArg = Annotated[str, typer.Argument(help="Client file (YAML or JSON), or the name of a bundled example.")]
Data = Annotated[Path | None, typer.Option(help="Data folder instead of the bundled one.")]
Extra = Annotated[list[Path] | None, typer.Option(help="CSV of further activities; may be given several times.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
K = Annotated[int, typer.Option("-k", help="How many activities.")]
Red = Annotated[bool, typer.Option(help="Also show what evidence advises against, marked red.")]
Bag = Annotated[bool, typer.Option(help="Only what the tools in the profile, a substitute or a household swap allow.")]
Diversity = Annotated[float, typer.Option(help="0 = pure score, up to 1 = reach many barriers and goals.")]
Phases = Annotated[
    list[str] | None, typer.Option("--phase", help="warm_up, targeted, practice, reflection; repeatable.")
]
ArousalEffects = Annotated[
    list[str] | None, typer.Option("--arousal", help="alerting, organising, calming; repeatable.")
]
NoPurchase = Annotated[bool, typer.Option("--no-purchase", help="Only what needs no bought equipment.")]
Weight = Annotated[list[str] | None, typer.Option(help="Another weight for a feature, as name=value; repeatable.")]


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
    result = _recommend(
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
        return _print_json(result.to_dict())
    from otrec.console import show_recommendation

    console = _console()
    show_recommendation(console, result, Path(client).stem.replace("_", " "))
    first = result.items[0].activity.id if result.items else "ACTIVITY"
    console.print(f"Reasons: [bold]otrec why {client} {first}[/]", soft_wrap=True)
    console.print("In the browser: [bold]otrec app[/]")


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
    answer = _recommend(client, data, extra, k, show_red=show_red).why(activity)
    if as_json:
        return _print_json(answer.to_dict())
    from otrec.console import show_why

    show_why(_console(), answer)


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
    answer = _recommend(client, data, extra, k, show_red=show_red).compare(first, second)
    if as_json:
        return _print_json(answer.to_dict())
    from otrec.console import show_comparison

    show_comparison(_console(), answer)


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
        _print_json({"library_version": library.version, "counts": counts, "problems": shown})
    else:
        from otrec.console import show_problems

        show_problems(_console(), problems, counts)
    if any(problem.level == "error" for problem in problems):
        raise typer.Exit(4)
    if report:
        from otrec.library.card import report as renew

        _console().print(f"Renewed: {renew(library, data or default_data()).name} and its pictures")


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
) -> None:
    """Compare the ranking with others on judged cases, with intervals and adjusted p-values."""
    from otrec.engine import Engine
    from otrec.evaluation.cases import load_cases
    from otrec.evaluation.report import evaluate as run

    engine = Engine(data)
    found = load_cases(engine.library, cases, panel or ())
    with _progress() as told:
        report = run(engine, found, quick=quick, seed=seed, progress=told)
    if out:
        from otrec.evaluation.page import as_html

        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        (out / "report.html").write_text(as_html(report), encoding="utf-8")
    if card:
        from otrec.evaluation.card import renewed

        card.write_text(renewed(card.read_text(encoding="utf-8"), report), encoding="utf-8")
    if as_json:
        return _print_json(report)
    from otrec.console import show_report

    show_report(_console(), report)
    if out:
        _console().print(f"Written: {out / 'report.json'} and {out / 'report.html'}", soft_wrap=True)


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

    with _progress() as told:
        found = run(
            storage, trials, data=data, cases=cases, workers=workers, scheduler=scheduler, seed=seed, progress=told
        )
    if as_json:
        return _print_json(found)
    from otrec.console import show_tuning

    show_tuning(_console(), found)


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
        return _print_json([dict(zip(("id", "name", "aliases"), row, strict=True)) for row in rows])
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("id", "name", "also found as"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    _console().print(table if rows else f"Nothing in {kind} matches {search!r}.")


@app.command("app")
def run_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Start the app in the browser, on this machine only."""
    from otrec.app.launch import launch

    launch(port, browser)


def _lint(library: Library) -> list[Problem]:
    from otrec.library.lint import lint

    try:
        return lint(library)
    except ImportError as error:
        raise OptionError(f"--lint needs {error.name}: python -m pip install 'otrec[research]'") from None


def _recommend(
    client: str,
    data: Path | None,
    extra: list[Path] | None,
    k: int,
    *,
    show_red: bool = False,
    weight: list[str] | None = None,
    **options: Any,
) -> Recommendation:
    from otrec.engine import Engine
    from otrec.library import example
    from otrec.models import Client

    path = Path(client)
    if not path.exists() and path.suffix == "" and path.name == client:
        path = example(client)
    weights = _weights(weight or [])
    profile = Client.load(path)
    return Engine(data, extra or ()).recommend(profile, k, include_red=show_red, weights=weights or None, **options)


def _weights(given: list[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text in given:
        name, sign, value = text.partition("=")
        try:
            weights[name.strip()] = float(value)
        except ValueError:
            raise OptionError(f"--weight {text!r}: write it as name=value, for example interest=0.2") from None
        if not sign:
            raise OptionError(f"--weight {text!r}: write it as name=value, for example interest=0.2")
    return weights


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line on the error stream that says what is being done; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading")
        yield lambda name: shown.update(task, description=name)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def main() -> None:
    """Entry point: errors that otrec raises on purpose become one message and their exit code."""
    try:
        app()
    except OtrecError as error:
        print(f"otrec: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
