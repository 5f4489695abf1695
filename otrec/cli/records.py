"""Commands about other record systems: fhir import, fhir export."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from otrec.cli.asking import counted, tell
from otrec.cli.shared import AsJson, Data, as_yaml, client_of, new_file, print_json
from otrec.models.errors import OptionError
from otrec.models.wording import in_words, nearest

if TYPE_CHECKING:
    from otrec.exchange.fhir import Imported
    from otrec.library import Library

app = typer.Typer()
fhir = typer.Typer(help="FHIR R4: a bundle in, resources out.", no_args_is_help=True)
app.add_typer(fhir, name="fhir")

Out = Annotated[Path | None, typer.Option("-o", "--out", help="New file to write; printed if left out.")]
Day = Annotated[
    dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, or the first day; today if left out.")
]
#: What can be exported, and what has to be named for it.
KINDS: Final = {"client": "a client", "library": "", "plan": "a client", "programme": "a client",
                "progress": "a progress file", "questionnaire": ""}  # fmt: skip
#: How many lines of what was left are printed one by one.
MOST_LINES: Final = 40


@fhir.command("import")
def import_bundle(
    bundle: Annotated[Path, typer.Argument(help="A FHIR R4 bundle as JSON.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="New client file to write (YAML).")] = None,
    as_of: Day = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A bundle as a draft of a client: what was found in which words, what to ask, what was left and why."""
    from otrec.exchange.fhir import read_bundle

    found = read_bundle(_content(bundle), _library(data), None if as_of is None else as_of.date())
    if as_json:
        print_json(found.to_dict())
    else:
        _show(found)
    if out is not None:
        _write_client(found, out, quiet=as_json)


@fhir.command("export")
def export(
    kind: Annotated[str, typer.Argument(help="client, library, plan, programme, progress or questionnaire.")],
    what: Annotated[str, typer.Argument(help="Client or progress file, or the name of a bundled example.")] = "",
    out: Out = None,
    as_of: Day = None,
    weeks: Annotated[int, typer.Option(help="Length of a programme, 1-26.")] = 6,
    data: Data = None,
) -> None:
    """A client, plan, programme, progress file, the library or the profile's form as FHIR R4 (JSON)."""
    if kind not in KINDS:
        raise OptionError(f"{kind!r} is nothing to export{nearest(kind, KINDS)}. There are {in_words(KINDS)}")
    if bool(what) != bool(KINDS[kind]):
        need = f"name {KINDS[kind]}, for example pencil_grip" if KINDS[kind] else "it needs no file or name"
        raise OptionError(f"fhir export {kind}: {need}")
    write(_resource(kind, what, data, _day(as_of), weeks), out)


def _resource(kind: str, what: str, data: Path | None, day: dt.date, weeks: int) -> dict[str, Any]:
    from otrec.exchange import fhir as made

    if kind == "progress":
        return _progress(what)
    if kind in ("plan", "programme"):
        return _planned(kind, what, data, day, weeks)
    library = _library(data)
    if kind == "client":
        return made.client_bundle(client_of(what), library)
    return made.library_bundle(library) if kind == "library" else made.questionnaire(library)


def _planned(kind: str, client: str, data: Path | None, day: dt.date, weeks: int) -> dict[str, Any]:
    from otrec.engine import Engine
    from otrec.exchange.fhir import care_plan, plan_definition
    from otrec.planning import plan_programme, plan_session

    engine, person = Engine(data), client_of(client)
    if kind == "plan":
        return care_plan(person, plan_session(engine, person, as_of=day), engine.library, created=day)
    return plan_definition(plan_programme(engine, person, weeks, starts=day), engine.library)


def _progress(record: str) -> dict[str, Any]:
    from otrec.cli.goals import record_of
    from otrec.exchange.fhir import progress_bundle

    return progress_bundle(record_of(record))


def write(resource: dict[str, Any], out: Path | None) -> None:
    """Print a resource, or write it into a new file."""
    if out is None:
        return print_json(resource)
    new_file(out, json.dumps(resource, ensure_ascii=False, indent=1))
    return tell(f"Written: {out}")


def _content(path: Path) -> bytes:
    from otrec.exchange.fhir import FhirError
    from otrec.exchange.fhir.parsing import MAX_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FhirError(f"cannot be read ({error.strerror}); check the path", source=path.name) from None


def _library(data: Path | None) -> Library:
    from otrec.library import load_library

    return load_library(data)


def _day(given: dt.datetime | None) -> dt.date:
    return dt.date.today() if given is None else given.date()


def _show(found: Imported) -> None:
    """The draft as a therapist checks it: found, to ask, left."""
    tell(*(f"Problem: {one}" for one in found.problems))
    tell(f"Found ({counted(len(found.found), 'thing')}); check each before you use it:")
    for one in found.found:
        words = f' "{one.words}"' if one.words else ""
        note = f" ({one.note})" if one.note else ""
        tell(f"  {one.kind.replace('_', ' ')}: {one.id} <- {one.source}{words}{note}")
    if found.ask:
        tell("To ask:")
    for ask in found.ask:
        choices = f" [{', '.join(ask.choices)}]" if ask.choices else ""
        tell(f"  {ask.source}: {ask.question}{choices}")
    _show_left(found)


def _show_left(found: Imported) -> None:
    """What was left, one by one where it is little, and counted by type and reason where it is much."""
    tell(f"Left ({counted(len(found.left), 'thing')}):")
    lines = [f"  {one.source}: {one.reason}" for one in found.left]
    if len(lines) > MOST_LINES:
        kinds = Counter((one.source.partition(" ")[0], one.reason) for one in found.left)
        lines = [f"  {count} x {kind}: {reason}" for (kind, reason), count in kinds.most_common(MOST_LINES)]
        more = len(kinds) - len(lines)
        lines += [f"  and {counted(more, 'more reason')}; --json lists all"] if more > 0 else []
    tell(*lines)


def _write_client(found: Imported, out: Path, *, quiet: bool) -> None:
    from otrec.exchange.fhir import FhirError

    if found.client is None:
        raise FhirError(*found.problems)
    new_file(out, as_yaml(found.client))
    if not quiet:
        tell(f"Written: {out}. It is a draft: answer what is to be asked before you use it.")
