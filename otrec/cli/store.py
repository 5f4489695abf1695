"""Commands of a database's owner: db upgrade, check, backup, restore, export, purge, audit; people add, list."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otrec.cli.asking import Yes, agreed, counted, lines_of, passphrase, tell
from otrec.cli.shared import AsJson, print_json
from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from otrec.store.audit import Chain
    from otrec.store.database import Database

app = typer.Typer()
db = typer.Typer(
    help="The database: upgrade, check, back up, restore, and what its owner may see.", no_args_is_help=True
)
people = typer.Typer(help="Who may sign in.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(people, name="people")

Url = Annotated[
    str | None,
    typer.Option(
        help="Database, as the owner; OTREC_DATABASE_URL or this user's file if left out. A password is safer there."
    ),
]
SecretFile = Annotated[
    Path | None, typer.Option(help="File with the passphrase; asked for on the terminal if left out.")
]
Plain = Annotated[bool, typer.Option("--plain", help="Not encrypted: whoever has the file reads it.")]


@db.command()
def upgrade(url: Url = None) -> None:
    """Bring a database to the newest form; on PostgreSQL also says how to make the login of the app.

    There the owner needs the right to make roles (CREATEROLE) at the first time. A SQLite file is copied beside itself
    first.
    """
    from otrec.store import migrations
    from otrec.store.owner import raised

    database, before = raised(url)
    done = "was up to date" if before == migrations.HEAD else f"brought from form {before or 'none'}"
    tell(f"{database.place}: {done}, now has form {migrations.HEAD}.")
    if not database.is_sqlite:
        _tell_login()


def _tell_login() -> None:
    tell("The app connects as a login of its own, which owns nothing. Its owner makes it once, with any name:")
    tell("  CREATE ROLE otrec_web LOGIN PASSWORD '…' IN ROLE otrec_app;")


@db.command()
def check(url: Url = None, as_json: AsJson = False) -> None:
    """Where the database is, what is in it, and whether pages, records and audit are whole."""
    from otrec.store import keeping
    from otrec.store.errors import StoreError
    from otrec.store.owner import found

    told = keeping.check(found(url))
    if as_json:
        print_json(told.model_dump(mode="json"))
    else:
        tell(f"{told.place}: form {told.form or 'none'}")
        tell(", ".join(f"{name} {count:,}" for name, count in told.counts.items()) or "no tables")
        _tell_chains(told.chains)
    if told.problems:
        raise StoreError("\n".join([f"{told.place}: not as it should be", *(f"  - {one}" for one in told.problems)]))
    if not as_json:
        tell("Everything is whole.")


def _tell_chains(chains: tuple[Chain, ...]) -> None:
    for chain in chains:
        state = "whole" if chain.broken_at is None else f"breaks at entry {chain.broken_at}: {chain.reason}"
        tell(f"audit of {chain.organisation}: {chain.entries:,} entries, {state}; newest {chain.head or 'none'}")


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(help="New file to write.")],
    url: Url = None,
    passphrase_file: SecretFile = None,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Public key of age (age1…) instead of a passphrase; repeatable.")
    ] = None,
    plain: Plain = False,
) -> None:
    """Write everything into one file, encrypted with age; any age tool opens it."""
    from otrec.store.backup import back_up
    from otrec.store.owner import found
    from otrec.store.sealing import absent

    absent(file)
    database = found(url)
    asks = not plain and not recipient
    secret = passphrase(passphrase_file, twice=True) if asks or passphrase_file else None
    made = back_up(database, file, passphrase=secret, recipients=recipient or (), plain=plain)
    lock = "NOT encrypted" if plain else "encrypted"
    tell(f"Written: {file} ({counted(made.rows, 'row')} of {len(made.tables)} tables, form {made.form}, {lock})")


@db.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A back-up.")],
    url: Url = None,
    passphrase_file: SecretFile = None,
    identity: Annotated[
        Path | None, typer.Option(help="File with secret keys of age, for a back-up made with --recipient.")
    ] = None,
    plain: Plain = False,
) -> None:
    """Put a back-up into an empty database, SQLite or PostgreSQL: all of it, or nothing."""
    from otrec.store import backup as backups
    from otrec.store import keeping
    from otrec.store.database import Database
    from otrec.store.sealing import check_key

    database = Database(url)
    check_key(file, [passphrase_file is not None, identity is not None, plain])
    asks = not plain and identity is None
    secret = passphrase(passphrase_file, twice=False) if asks else None
    keys = [] if identity is None else [one for one in lines_of(identity) if not one.startswith("#")]
    made = backups.restore(database, file, passphrase=secret, identities=keys)
    tell(f"Restored: {database.place} ({counted(made.rows, 'row')}, as of {made.made_at:%Y-%m-%d %H:%M} UTC)")
    whole = keeping.check(database)
    _tell_chains(whole.chains)
    if whole.problems:
        tell("Look into this, it was so in the back-up:", *(f"  - {one}" for one in whole.problems))
    if not database.is_sqlite:
        _tell_login()


@db.command()
def export(
    file: Annotated[Path, typer.Argument(help="New JSON file to write.")],
    person: Annotated[
        str | None, typer.Option(help="Login of the one whose clients are meant; all if left out.")
    ] = None,
    research: Annotated[
        bool, typer.Option("--research", help="Rows of clients who look alike, shifted dates.")
    ] = False,
    k: Annotated[
        int | None, typer.Option("-k", help="With --research: at least so many look alike, 2 or more; 5 if left out.")
    ] = None,
    url: Url = None,
) -> None:
    """Records without identifiers and without free text; it is a judgement, still, whether nobody can be recognised."""
    from otrec.library import every_id, load_library
    from otrec.privacy import Codes, research_export, strip
    from otrec.store import keeping
    from otrec.store.owner import owned
    from otrec.store.sealing import absent, write_new

    absent(file)
    alike = _alike(research, k)
    found, words = keeping.records(owned(url), person), every_id(load_library())
    if research:
        content: dict[str, Any] = research_export(found, alike, vocabulary=words)._asdict()
        content["report"] = content["report"].model_dump(mode="json")
        told = f"{len(content['rows'])} of {counted(len(found), 'client')}, at least {alike} alike"
    else:
        codes = Codes()
        content = {"records": [strip(one, vocabulary=words, codes=codes) for one in found]}
        told = counted(len(found), "client")
    write_new(file, json.dumps(content, indent=1, ensure_ascii=False, default=str).encode())
    tell(f"Written: {file} ({told})")


def _alike(research: bool, k: int | None) -> int:
    """How many have to look alike; looked at before any record is read, since the audit notes the reading."""
    from otrec.privacy.anonymity import K, check

    if k is not None and not research:
        raise OptionError("-k goes with --research alone; add --research, or leave -k out")
    found = K if k is None else k
    check((), ("age",), found)
    return found


@db.command()
def purge(url: Url = None, yes: Yes = False) -> None:
    """Erase clients who were put away for longer than their organisation keeps records; shows them first."""
    from otrec.store import keeping
    from otrec.store.owner import owned

    database, today = owned(url), dt.datetime.now(dt.UTC).date()
    found = keeping.due(database, today)
    for one in found:
        tell(f"{one.organisation}: client {one.client_id}, put away on {one.archived_at:%Y-%m-%d}")
    if not found:
        return tell("Nobody is due to be erased.")
    if agreed(yes, f"Erase {counted(len(found), 'client')} with all their records, for good?"):
        done = keeping.purge(database, today, only={one.client_id for one in found})
        tell(f"Erased: {counted(len(done), 'client')}. The audit keeps that it was done.")
        tell("Back-ups made before still hold them.")


@db.command()
def audit(
    url: Url = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that no entry was changed, left out or added.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many of the newest entries.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Who saw or changed what and when, of all organisations; by ids alone."""
    from otrec.store import keeping
    from otrec.store.owner import owned

    database = owned(url)
    if verify:
        return _verify(database, as_json)
    found = keeping.audited(database, limit)
    if as_json:
        return print_json([one.model_dump(mode="json") for one in found])
    for one in found:
        entry = one.entry
        more = " ".join(f"{name}={value}" for name, value in entry.detail.items())
        parts = (f"{entry.at:%Y-%m-%d %H:%M:%S}", one.organisation, one.login, entry.action, entry.client_id, more)
        tell("  ".join(str(part) for part in parts if part))
    return None if found else tell("There is no entry yet.")


def _verify(database: Database, as_json: bool) -> None:
    """Print the state of each chain; one that breaks ends the command with an error."""
    from otrec.store import keeping
    from otrec.store.errors import StoreError

    chains, strays = keeping.verified(database)
    if as_json:
        print_json([chain.model_dump(mode="json") for chain in chains])
    else:
        _tell_chains(chains)
    broken = [repr(chain.organisation) for chain in chains if chain.broken_at is not None]
    if strays:
        broken.append(f"entries that stand in no chain: {strays:,}")
    if broken:
        raise StoreError(
            f"{database.place}: the audit was changed from outside: {', '.join(broken)}. Copy the database as it is, "
            "and find out who had its owner's password."
        )


@people.command("add")
def add(
    login: Annotated[str, typer.Argument(help="The verified e-mail address or user name of the sign-in service.")],
    role: Annotated[str, typer.Option(help="therapist, supervisor, student, researcher, administrator.")],
    organisation: Annotated[str, typer.Option(help="Their organisation; a new one is made.")],
    url: Url = None,
) -> None:
    """Let somebody sign in; from the first administrator on, that goes in the app too."""
    from otrec.store import keeping
    from otrec.store.owner import owned

    who = keeping.invite(owned(url), login, role, organisation)
    tell(f"Invited: {who.login} as {who.role}.")


@people.command("list")
def everybody(url: Url = None, as_json: AsJson = False) -> None:
    """Everybody of every organisation, with role, and whether they have signed in."""
    from otrec.store import keeping
    from otrec.store.owner import owned
    from otrec.store.people import ALONE

    found = keeping.everybody(owned(url))
    if as_json:
        return print_json([{"organisation": home, **one.model_dump(mode="json")} for home, one in found])
    for home, one in found:
        state = "inactive" if not one.active else "has signed in" if one.has_signed_in else "invited"
        state = "without sign-in" if one.login == ALONE[1] else state
        tell(f"{home}  {one.login}  {one.role}  {state}")
    return None if found else tell("Nobody was invited yet; `otrec people add` does so.")
