"""What the commands share: options, the client that is meant, and how results are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from rich.console import Console

    from otrec.engine import Recommendation
    from otrec.models import Client

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


def client_of(name: str) -> Client:
    """The client of a file, or a bundled example by its name."""
    from otrec.library import example
    from otrec.models import Client

    path = Path(name)
    if not path.exists() and path.suffix == "" and path.name == name:
        path = example(name)
    return Client.load(path)


def recommended(
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

    weights = _weights(weight or [])
    profile = client_of(client)
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


def as_yaml(client: Client) -> str:
    """A client file with the fields that say something."""
    import yaml

    fields = client.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return str(yaml.safe_dump(fields, sort_keys=False, allow_unicode=True))


def new_file(path: Path, text: str) -> None:
    """Write a file that is not there yet; what is there stays as it is."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OptionError(f"{path}: is there already; choose another name with -o") from None
    except OSError as error:
        raise OptionError(f"{path}: cannot be written ({error.strerror}); choose another file with -o") from None


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on the error stream that says what is being done; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading")
        yield lambda name: shown.update(task, description=name)


def console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def print_json(data: Any) -> None:
    found = json.dumps(data, indent=2, ensure_ascii=False, default=str)
    try:
        found.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a terminal or a pipe without these letters; written out they stay the same JSON
        found = json.dumps(data, indent=2, default=str)
    print(found)
