"""The Anki package, opened and read as Anki would: notes, tags, stable ids, nothing unescaped."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from otrec import Engine
from otrec.study import KINDS, Option, Progress, Question, Study, anki_deck
from otrec.study.anki import DECK_ID, DECK_NAME, FIELDS, MODEL_ID

MADE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def questions(engine: Engine) -> list[Question]:
    study = Study(engine)
    return [question for kind in KINDS for question in study.round_of(Progress(), MADE, [kind], n=4)]


def opened(package: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The notes of a package, and its models and decks."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("media")) == {}
        content = archive.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        models, decks = (json.loads(text) for text in database.execute("SELECT models, decks FROM col").fetchone())
        rows = database.execute("SELECT guid, mid, tags, flds, mod FROM notes").fetchall()
        cards = database.execute("SELECT nid, did FROM cards").fetchall()
        ids = {row[0] for row in database.execute("SELECT id FROM notes")}
    assert {card[0] for card in cards} == ids
    assert {card[1] for card in cards} <= {DECK_ID}
    notes = [
        {"guid": guid, "model": model, "tags": tags.split(), "mod": mod}
        | dict(zip(FIELDS, fields.split("\x1f"), strict=True))
        for guid, model, tags, fields, mod in rows
    ]
    return notes, {"models": models, "decks": decks}


def test_every_question_is_a_note_with_its_tags_and_sources(questions: list[Question]) -> None:
    notes, meta = opened(anki_deck(questions, MADE))
    by_id = {note["Id"]: note for note in notes}
    assert sorted(note["Id"] for note in notes) == sorted(question.id for question in questions)
    for question in questions:
        note = by_id[question.id]
        assert note["model"] == MODEL_ID
        assert {f"otrec::kind::{question.kind}", f"otrec::area::{question.area}"} <= set(note["tags"])
        assert note["Options"].count("<li>") == len(question.options)
        assert note["Sources"].count("<li>") == len(question.sources)
        assert note["Answer"].count(". ") >= question.choose
    assert meta["decks"][str(DECK_ID)]["name"] == DECK_NAME
    (template,) = meta["models"][str(MODEL_ID)]["tmpls"]
    for field in ("Answer", "Reasons", "Lesson", "Sources"):
        assert f"{{{{{field}}}}}" in template["afmt"]
        assert field not in template["qfmt"]


def test_a_later_export_is_the_same_notes(questions: list[Question]) -> None:
    first, _ = opened(anki_deck(questions, MADE))
    later, _ = opened(anki_deck(reversed(questions), MADE + dt.timedelta(days=9)))
    assert {note["guid"] for note in first} == {note["guid"] for note in later}
    assert max(note["mod"] for note in first) < min(note["mod"] for note in later)


def test_the_same_deck_twice_is_the_same_file_inside(questions: list[Question]) -> None:
    assert opened(anki_deck(questions, MADE)) == opened(anki_deck(questions * 2, MADE))


def test_text_is_escaped() -> None:
    sharp = "<b>x</b> & <script>alert(1)</script>"
    options = (Option("a", sharp, True, sharp, sharp), Option("b", "no", False, "no"))
    question = Question("card:x:y", "card", "x", "play", sharp, (sharp,), options, 1, sharp, (sharp,))
    ((note,), _) = opened(anki_deck([question], MADE))
    for name in ("Question", "Facts", "Options", "Answer", "Reasons", "Lesson", "Sources"):
        assert "<script>" not in note[name], name
        assert "&lt;script&gt;" in note[name], name


def test_no_questions_make_an_empty_deck() -> None:
    notes, _ = opened(anki_deck([], MADE))
    assert notes == []


def test_an_export_leaves_nothing_on_the_disk(questions: list[Question], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert anki_deck(questions, MADE)
    assert list(tmp_path.iterdir()) == []
