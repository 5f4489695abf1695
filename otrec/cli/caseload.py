"""Commands about the caseload of this machine's one user: caseload list, show, save, export, import; erase."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otrec.cli.asking import Yes, agreed, counted, tell
from otrec.cli.shared import AsJson, as_yaml, console, print_json

if TYPE_CHECKING:
    from otrec.exchange import Preview
    from otrec.models import Client
    from otrec.progress import ProgressFile
    from otrec.store import Desk
    from otrec.store.clients import KeptClient
    from otrec.store.database import Database

app = typer.Typer()
caseload = typer.Typer(help="The clients you keep on this machine; a bare `otrec caseload` lists them.")
app.add_typer(caseload, name="caseload")

Url = Annotated[str | None, typer.Option(help="A SQLite database; OTREC_DATABASE_URL or this user's file if left out.")]
Code = Annotated[str, typer.Argument(help="Pseudonym of the client.")]


@caseload.callback(invoke_without_command=True)
def bare(context: typer.Context) -> None:
    """The clients you keep on this machine; a bare `otrec caseload` lists them."""
    if context.invoked_subcommand is None:
        listed()


def _database(url: str | None) -> Database:
    from otrec.models.errors import OptionError
    from otrec.store.database import Database

    database = Database(url)
    if not database.is_sqlite:
        raise OptionError("this caseload is on a server, where people sign in: open it in the app (`otrec app`)")
    return database


def _desk(url: str | None, *, make: bool = False) -> Desk:
    """The desk of the one person of this machine; on a server people sign in, which only the app does."""
    from otrec.store import Store, StoreError

    database = _database(url)
    if not make and not _there(database):
        raise StoreError(
            f"{database.place}: no caseload is kept here yet. Check --url; `otrec caseload save CLIENT.yaml` makes one."
        )
    return Store.open(url).desk()


def _there(database: Database) -> bool:
    return database.file is None or os.path.isfile(database.file)


@caseload.command("list")
def listed(
    search: Annotated[str, typer.Option(help="How the pseudonym begins.")] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Those who were put away.")] = False,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """The clients on the caseload, by pseudonym."""
    from rich.table import Table

    database = _database(url)
    found = list(_desk(url).clients.every(search, archived=archived)) if _there(database) else []
    if as_json:
        return print_json([one.model_dump(mode="json") for one in found])
    if not found and (search or archived):
        return tell("No client is like that; a bare `otrec caseload` lists them all.")
    if not found:
        return tell(f"No client here yet ({database.place}); `otrec caseload save CLIENT.yaml` keeps one.")
    shown = Table("pseudonym", "age", "setting", "next session", "changed")
    for one in found:
        shown.add_row(one.code, f"{one.client.age_years:g}", one.client.setting, str(one.next_session or ""),
                      f"{one.changed_at:%Y-%m-%d}")  # fmt: skip
    return console().print(shown)


@caseload.command()
def show(code: Code, url: Url = None, as_json: AsJson = False) -> None:
    """One client as kept: the profile, and how much is recorded; the audit notes it."""
    desk = _desk(url)
    kept = desk.clients.find(code)
    record = desk.records.progress(kept.id).file
    if as_json:
        file = None if record is None else record.model_dump(mode="json")
        return print_json({**kept.model_dump(mode="json", by_alias=True), "record": file})
    tell(f"# {_told(kept, record)}")
    return tell(*as_yaml(kept.client).splitlines())


def _told(kept: KeptClient, record: ProgressFile | None) -> str:
    """A client as kept, in one line."""
    goals, sessions = (0, 0) if record is None else (len(record.goals), len(record.sessions))
    away = "; put away" if kept.archived else ""
    parts = f"{counted(goals, 'goal')}, {counted(sessions, 'session')}"
    return f"version {kept.version} of {kept.changed_at:%Y-%m-%d %H:%M} UTC; {parts}{away}"


@caseload.command()
def save(
    client: Annotated[Path, typer.Argument(help="Client file (YAML or JSON).")],
    url: Url = None,
) -> None:
    """Keep a client file: a new client, or the next version of the one with this pseudonym."""
    from otrec.library import check_client, load_library
    from otrec.models import Client

    found = Client.load(client)
    check_client(load_library(), found, client.name)
    kept = _desk(url, make=True).clients.save(found)
    tell(f"Kept: {kept.client.id}, version {kept.version}.")


@caseload.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="New file to write, .csv or .xlsx; the latter with goals and sessions.")],
    url: Url = None,
) -> None:
    """Your caseload as a sheet, with those who were put away; it holds pseudonyms and is yours to protect."""
    from otrec.exchange import write_caseload
    from otrec.store.sealing import absent, write_new

    absent(file)
    desk = _desk(url)
    mine = [one for away in (False, True) for one in desk.clients.every(archived=away) if one.mine]
    files: list[Any] = []
    if file.suffix.lower() == ".xlsx":
        files = [record for one in mine if (record := desk.records.progress(one.id).file) is not None]
    write_new(file, write_caseload([one.client for one in mine], file.name, files))
    tell(f"Written: {file} ({counted(len(mine), 'client')})")


@caseload.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="Sheet with one client a row, .csv or .xlsx.")],
    url: Url = None,
    yes: Annotated[bool, typer.Option("--yes", help="Save the rows without a problem, without asking.")] = False,
) -> None:
    """Clients from a sheet: every row with its problems first; nothing is saved until you say so."""
    from otrec.exchange import SheetError, read_caseload
    from otrec.library import load_library

    try:
        preview = read_caseload(_bytes(file), file.name, load_library())
    except SheetError as error:
        raise SheetError(*error.problems, source=file.name) from None
    desk = _desk(url, make=True)
    there = {one.code: one.client for away in (False, True) for one in desk.clients.every(archived=away) if one.mine}
    _show(preview, there)
    good, bad = len(preview.clients), len(preview.faulty)
    left = f"; {counted(bad, 'row')} with problems left out" if bad else ""
    if good and agreed(yes, f"Save {counted(good, 'client')}{left}?"):
        desk.clients.save_all([(client, None, None) for client in preview.clients])
        tell(f"Saved: {counted(good, 'client')}.")
    if bad or preview.problems:
        problems = [
            *preview.problems,
            *([f"{counted(bad, 'row')} cannot be taken; correct and import again"] if bad else []),
        ]
        raise SheetError(*problems, source=file.name)


def _bytes(file: Path) -> bytes:
    from otrec.exchange import MAX_BYTES, SheetError

    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)  # one more shows that it is too large
    except OSError as error:
        raise SheetError(f"cannot be read ({error.strerror}); check the path", source=file.name) from None


def _show(preview: Preview, there: dict[str, Client]) -> None:
    from rich.table import Table
    from rich.text import Text

    shown = Table("row", "pseudonym", "what happens")
    for row in preview.rows:
        if row.client is None:
            shown.add_row(str(row.number), "", Text("\n".join(row.problems)))
        else:
            shown.add_row(str(row.number), Text(row.client.id), _fate(row.client, there))
    console().print(shown)
    ignored = (*preview.unknown_columns, *preview.refused_columns)
    for line in (*preview.notes, *([f"Columns that were not read: {', '.join(ignored)}"] if ignored else [])):
        tell(line)


def _fate(client: Client, there: dict[str, Client]) -> str:
    if client.id not in there:
        return "new"
    return "as it is" if there[client.id] == client else "next version"


@app.command()
def erase(code: Code, url: Url = None, yes: Yes = False) -> None:
    """Delete one client and all that is recorded of them, for good; the audit keeps that it was done."""
    desk = _desk(url)
    kept = desk.clients.find(code)
    tell(f"{kept.client.id}: {_told(kept, desk.records.progress(kept.id).file)}")
    if agreed(yes, f"Erase {kept.client.id} with every version, goal, measurement, session and plan, for good?"):
        desk.clients.erase(kept.id)
        tell(f"Erased: {kept.client.id}. Back-ups made before still hold this client.")
