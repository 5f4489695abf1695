"""The steps from one form of the database to the next, run by Alembic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

#: The newest form; a test compares it with the steps in `versions`.
HEAD: Final = "0003"
#: Every form from the first to the newest.
FORMS: Final = tuple(f"{number:04d}" for number in range(1, int(HEAD) + 1))


def config(connection: Connection) -> Config:
    from importlib.resources import files

    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(files("otrec.store.migrations")))
    found.attributes["connection"] = connection
    return found


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring a database to a form, step by step."""
    from alembic import command

    command.upgrade(config(connection), revision)


def current(connection: Connection) -> str | None:
    """The form a database has, or None where there is none yet."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
