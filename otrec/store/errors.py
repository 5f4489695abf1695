"""What can go wrong with the store, in words for people; no client's words are ever repeated."""

from __future__ import annotations

from typing import Final

from otrec.models.errors import OtrecError


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
    ("connection refused", "the server does not answer. Check that PostgreSQL runs and OTREC_DATABASE_URL is right"),
    ("could not translate host name", "the server's name is not known. Check OTREC_DATABASE_URL"),
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
