"""What can go wrong with the store, in words for people; no client's words are ever repeated."""

from __future__ import annotations

import sqlite3
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from otrec.models.errors import OptionError, OtrecError


class StoreError(OtrecError, RuntimeError):
    """The database cannot be used: what is wrong, what was left untouched, and what to do."""

    exit_code = 6


class MissingError(OtrecError, LookupError):
    """A record that is not there, or not this person's to see; the two are told alike."""

    exit_code = 5


class NotAllowedError(OtrecError, PermissionError):
    """Something this person's role does not allow."""

    exit_code = 7


class ConflictError(OtrecError, RuntimeError):
    """Somebody else changed the record since it was opened; nothing was overwritten."""

    exit_code = 8


class NotInvitedError(NotAllowedError):
    """Somebody signed in whom no administrator has added."""


#: What a database says, in small letters, and what it means for people.
_MEANINGS: Final = (
    ("database is locked", "another program is writing to it and did not finish in time. Nothing was changed. Close "
     "the other program, or try again in a moment"),
    ("database or disk is full", "the disk is full. What was being saved was not; everything before it is safe. Free "
     "some space and save again"),
    ("no space left", "the disk is full. What was being saved was not; everything before it is safe. Free some space "
     "and save again"),
    ("readonly database", "the file or its folder may only be read. Nothing was changed. Give yourself permission to "
     "write there, or choose another place with OTREC_DATABASE_URL"),
    ("unable to open database file", "the file cannot be opened. Check that the folder exists and is yours to write "
     "in, or choose another place with OTREC_DATABASE_URL"),
    ("not a database", "this is no otrec database, or the file is damaged. It was left as it is. Put back a back-up "
     "with `otrec db restore`"),
    ("malformed", "the file is damaged. It was left as it is. Put back a back-up with `otrec db restore`"),
    ("disk i/o error", "the disk could not be read or written. Nothing more was changed. Check the disk, then run "
     "`otrec db check`"),
    ("password authentication failed", "the server refused the password. Check OTREC_DATABASE_URL"),
    ("no password supplied", "the server asks for a password. Write it into OTREC_DATABASE_URL"),
    *((sign, "the server does not answer. Check that PostgreSQL runs and OTREC_DATABASE_URL is right")
      for sign in ("connection refused", "no such file or directory", "is the server running", "timeout expired")),
    *((sign, "the server's name is not known. Check OTREC_DATABASE_URL")
      for sign in ("could not translate host name", "failed to resolve host")),
    *((sign, "the server stopped or is just starting. What was being saved was not, unless it shows when you open it "
       "again. Try again in a moment")
      for sign in ("server closed the connection", "terminating connection", "connection to server was lost",
                   "the database system is", "the connection is closed", "the connection is lost",
                   "consuming input failed")),
    *((sign, "the server has no free connection. Nothing was saved. Try again in a moment")
      for sign in ("too many clients", "too many connections", "remaining connection slots", "timeouterror")),
    ("role \"", "the server does not know this login. Check OTREC_DATABASE_URL"),
    ("database \"", "the server has no such database. Check OTREC_DATABASE_URL"),
    *((sign, "the address has an option that PostgreSQL does not know. Check OTREC_DATABASE_URL")
      for sign in ("invalid connection option", "invalid uri query parameter", "invalid sslmode value")),
    ("for table alembic_version", "this login may not use the database. Let its owner make the login a member of the "
     "role otrec_app"),
    ("row-level security", "this is not yours to change. Nothing was saved"),
    ("permission denied", "this is not yours to change. Nothing was saved"),
)  # fmt: skip


def meaning(said: str, place: str) -> str:
    """What a database's own message means, in a sentence that names the place.

    >>> meaning("(sqlite3.OperationalError) database is locked", "otrec.db")[:47]
    'otrec.db: another program is writing to it and '
    """
    low = said.lower()
    for sign, told in _MEANINGS:
        if sign in low:
            return f"{place}: {told}."
    return f"{place}: the database refused this. Nothing was saved. Run `otrec db check` to see what is wrong."


#: Signs that two people changed the same records in the same moment, and the server let one of them through.
_CROSSED: Final = ("deadlock detected", "could not serialize")
#: Signs that something handed in has no place in a database.
_NO_PLACE: Final = ("string or blob too big", "stack depth limit", "too large for jsonb", "index row size")


def explained(error: Exception, place: str) -> OtrecError:
    """The error for people that stands for one of a database, a driver, or a record that cannot be read.

    >>> explained(OverflowError(), "otrec.db").exit_code
    2
    """
    if isinstance(error, ValidationError):
        return StoreError(
            f"{place}: a {error.title} was kept that this version of otrec cannot read. It was left as it is; "
            "run `otrec db check`."
        )
    if isinstance(error, IntegrityError | StaleDataError):
        return ConflictError(
            "This stands against what was saved meanwhile, or the same record is there already. Nothing was "
            "changed; open it again and repeat."
        )
    if isinstance(error, DBAPIError):
        return _of_driver(error, place)
    if isinstance(error, StatementError | UnicodeEncodeError | OverflowError):
        return no_place()
    if isinstance(error, ValueError | RecursionError):
        return StoreError(f"{place}: a record in it is damaged. It was left as it is; run `otrec db check`.")
    if isinstance(error, sqlite3.Error | OSError):
        return StoreError(meaning(str(error), place))
    return StoreError(meaning(type(error).__name__, place))


def _of_driver(error: DBAPIError, place: str) -> OtrecError:
    said = str(error.orig)
    if any(sign in said.lower() for sign in _CROSSED):
        return ConflictError("Somebody changed this at the very same moment. Nothing was changed; repeat your change.")
    if isinstance(error, DataError) or any(sign in said.lower() for sign in _NO_PLACE):
        return no_place()
    return StoreError(meaning(said, place))


def no_place() -> OptionError:
    """The error for something handed in that a database cannot keep."""
    return OptionError(
        "Something given here cannot be kept: a text that is too long or holds a broken character, a number that is "
        "too large or none, or parts nested too deep. Nothing was saved; take it out and save again."
    )
