"""What the tests of a store's refusals share: addresses, a client with everything, and what a sentence may hold."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import make_url

from otrec import OtrecError, example
from otrec.models import Feedback
from otrec.progress import ProgressFile
from otrec.store import Desk
from tests.stores import child

SECRET = "kite-festival"
WORDS = ("grasp_pattern", "pencil", SECRET, "geheim")
RECORD = ProgressFile.load(example("progress_pencil_grip"))
GOAL = RECORD.goals[0]


def address(file: Path) -> str:
    return make_url("sqlite://").set(database=str(file)).render_as_string()


def direct(url: str) -> str:
    """An address as psycopg reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def told(error: OtrecError, *parts: str) -> str:
    words = str(error)
    assert all(part in words for part in parts), words
    assert not [word for word in WORDS if word in words]
    assert "Error" not in words
    assert "\n" not in words
    assert words.endswith((".", ".db", "/database")), words
    return words


def lived_in(desk: Desk, code: str) -> uuid.UUID:
    """A client with something in every table that hangs on one, and what a person keeps."""
    kept = desk.clients.save(child(code))
    desk.clients.save(child(code, minutes=45), id=kept.id)
    desk.records.keep(kept.id, RECORD)
    desk.records.keep_plan(kept.id, "session", {"slots": []})
    desk.said.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1", kept.id)
    desk.own.favour("bake_bread")
    desk.own.keep_bag("Monday", ["tweezers"])
    desk.own.keep("settings", {"a": 1})
    desk.own.learn({"a": 1})
    desk.own.keep_activity({"id": f"own_{code}", "name": "Mine"})
    return kept.id
