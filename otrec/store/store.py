"""Open the database of otrec: made on first use, checked at every start, brought up to date after a back-up copy."""

from __future__ import annotations

import datetime as dt
import glob
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import text

from otrec.models import OtrecError
from otrec.store import database as place
from otrec.store import migrations
from otrec.store.clients import Clients
from otrec.store.database import Database
from otrec.store.errors import StoreError, explained, meaning
from otrec.store.office import Office
from otrec.store.own import Own
from otrec.store.people import People, Who
from otrec.store.records import Records
from otrec.store.research import Research
from otrec.store.said import Said
from otrec.store.sharing import Sharing
from otrec.store.whole import Whole

#: Files up to this size are checked page by page at every start; larger ones by `otrec db check`, in bytes.
QUICK: Final = 100_000_000
#: How every SQLite file begins; SQLite itself takes a file of a few bytes for a new one, and would write over it.
HEADER: Final = b"SQLite format 3\x00"


class Desk:
    """What one person sees of the store, and may do with it.

    >>> from otrec import Client, example
    >>> desk = Store.open("sqlite://").desk()
    >>> kept = desk.clients.save(Client.load(example("pencil_grip")))
    >>> kept.version, [one.code for one in desk.clients.page()]
    (1, ['c001'])
    """

    def __init__(self, database: Database, who: Who) -> None:
        self.who = who
        self.clients = Clients(database, who)
        self.sharing = Sharing(database, who)
        self.records = Records(database, who)
        self.said = Said(database, who)
        self.own = Own(database, who)
        self.office = Office(database, who)
        self.whole = Whole(database, who)
        self.research = Research(database, who)


class Store:
    """One database, open and up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People(database)

    @classmethod
    def open(cls, url: str | None = None) -> Store:
        """Open a database; a SQLite file is made, checked and brought up to date by itself.

        Parameters
        ----------
        url
            `sqlite:////folder/otrec.db` or `postgresql://user:password@server/database`; without it the one of
            `OTREC_DATABASE_URL`, or else a file in this user's data folder. `sqlite://` is a database in memory.

        Raises
        ------
        StoreError
            If it cannot be used: damaged, locked, read-only, of a newer otrec, or on a server not up to date.
        OptionError
            If the address is none.
        """
        database = Database(url)
        database.make_room()
        with database.telling():
            _looked_at(database)
            _up_to_date(database)
        if not database.is_sqlite:
            _guarded(database)
        return cls(database)

    def desk(self, who: Who | None = None) -> Desk:
        """The desk of somebody who signed in; without sign-in, that of the one person of this machine."""
        return Desk(self.database, who or self.people.alone())

    def close(self) -> None:
        self.database.close()


def _looked_at(database: Database) -> None:
    """Refuse a file that is damaged, somebody else's or newer, before anything is written to it."""
    if database.file is None:
        return
    if database.file.stat().st_size == 0:
        if _kept_beside(database):
            raise StoreError(f"{database.place}: the file is empty. It was left as it is.{_copies(database)}")
        return
    try:
        with database.file.open("rb") as raw:
            if raw.read(len(HEADER)) != HEADER:
                raise sqlite3.DatabaseError("not a database")
        try:
            _checked(database, database.file, "ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            _checked(database, database.file, "rw")  # a crash left a change half done, which SQLite takes back
    except sqlite3.DatabaseError as error:
        raise StoreError(meaning(str(error), database.place) + _copies(database)) from None


def _checked(database: Database, file: Path, mode: str) -> None:
    """Raise where a file is damaged, somebody else's or newer."""
    with closing(_opened(file, mode)) as connection:
        if file.stat().st_size <= QUICK:
            told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if told != "ok":
                raise sqlite3.DatabaseError("malformed")
        _ours(database, connection)


def _opened(file: Path, mode: str) -> sqlite3.Connection:
    address = f"{file.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=place.PATIENCE / 1000)


def _ours(database: Database, connection: sqlite3.Connection) -> None:
    """Refuse a database of another program, or of an otrec that this one does not know."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" in tables:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return _known(database, found[0] if found else None)
    if tables:
        raise StoreError(
            f"{database.place}: this database belongs to another program. It was left as it is. Choose another place "
            "with OTREC_DATABASE_URL."
        )


def _known(database: Database, found: str | None) -> None:
    """Refuse a form that there is no way to from here."""
    if found is None or found in migrations.FORMS:
        return
    raise StoreError(
        f"{database.place}: it was written by a newer otrec (form {found}; this one knows {migrations.HEAD}). "
        f"It was left as it is. Install the newer otrec again.{_copies(database)}"
    )


def _up_to_date(database: Database) -> None:
    with database.engine.connect().execution_options(otrec_write=False) as connection:
        found = migrations.current(connection)
    if found == migrations.HEAD:
        return
    _known(database, found)
    if not database.is_sqlite:
        raise StoreError(
            f"{database.place}: the database has form {found or 'none'}, and {migrations.HEAD} is needed. "
            "Run `otrec db upgrade` with the owner's address."
        )
    _raised(database)


def _raised(database: Database) -> None:
    """Bring a SQLite file to the newest form; the copy before it is made while nobody else can write."""
    with database.engine.connect() as connection:
        found = migrations.current(connection)
        if found == migrations.HEAD:
            return
        if found is not None:
            copy_beside(database, found)
        try:
            migrations.upgrade(connection)
            connection.commit()
        except Exception as error:
            told = error if isinstance(error, OtrecError) else explained(error, database.place)
            still = f" It still has form {found}.{_copies(database)}" if found else ""
            raise StoreError(f"{told}{still}") from None


def copy_beside(database: Database, form: str) -> Path | None:
    """A copy of a SQLite file in its own folder, made before its form is changed."""
    if database.file is None:
        return None
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
    copy = database.file.with_name(f"{database.file.stem}-form{form}-{stamp}.db")
    half = database.file.with_name(f"{database.file.stem}-form.part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    try:
        with closing(_opened(database.file, "ro")) as source, closing(_opened(half, "rw")) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        half.rename(copy)
    finally:
        half.unlink(missing_ok=True)
    return copy


def _kept_beside(database: Database) -> list[Path]:
    """The copies that were made before changes of form, oldest first."""
    if database.file is None:
        return []
    found = database.file.parent.glob(f"{glob.escape(database.file.stem)}-form*.db")
    return sorted(found, key=lambda copy: copy.stem.rsplit("-", 1)[-1])


def _copies(database: Database) -> str:
    """Where the copies are that were made before changes of form."""
    if database.file is None:
        return ""
    found = _kept_beside(database)
    return f" The newest copy made before a change of form: {found[-1]}." if found else " There is no copy of it here."


def _guarded(database: Database) -> None:
    """Refuse to work as somebody whom row-level security does not hold."""
    wanted = text(
        "SELECT r.rolsuper OR r.rolbypassrls OR c.relowner = r.oid "
        "FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = 'client'::regclass"
    )
    with database.begin(write=False) as session:
        if session.execute(wanted).scalar():
            raise StoreError(
                f"{database.place}: this address is the owner's, whom row-level security does not hold. Let the app "
                "connect as a member of the role otrec_app; `otrec db upgrade` says how."
            )
