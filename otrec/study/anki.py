"""Questions as an Anki deck: one note a question, tagged by kind and area, sources on the back."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import sqlite3
import zipfile
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Final

from otrec.models.terms import AREA_NAMES
from otrec.study.questions import KIND_NAMES, Option, Question

if TYPE_CHECKING:
    from genanki import Model, Note  # type: ignore[import-untyped]

#: Never to be changed: by these Anki knows on the next import that deck and notes are the same.
DECK_ID: Final = 1_742_905_318
MODEL_ID: Final = 1_365_208_947
DECK_NAME: Final = "Occupational therapy: links, cases and grading"
FIELDS: Final = ("Id", "Question", "Facts", "Options", "Answer", "Reasons", "Lesson", "Sources", "Place")
FRONT: Final = """<div class="place">{{Place}}</div>
<div class="question">{{Question}}</div>
{{Facts}}
{{Options}}"""
BACK: Final = """{{FrontSide}}
<hr id="answer">
<div class="answer">{{Answer}}</div>
{{Reasons}}
<div class="lesson">{{Lesson}}</div>
<div class="sources">{{Sources}}</div>"""
CSS: Final = """.card { font-family: sans-serif; font-size: 18px; line-height: 1.45; text-align: left; max-width: 42em;
  margin: 0 auto; }
.place, .sources { font-size: 14px; opacity: 0.8; }
.question, .answer { font-weight: 600; margin: 0.5em 0; }
li { margin: 0.3em 0; }"""


def anki_deck(questions: Iterable[Question], made: dt.datetime | None = None) -> bytes:
    """An Anki package (.apkg) of questions, ready to import.

    Parameters
    ----------
    questions
        What to put into the deck; a question given twice is put in once.
    made
        The moment of making, with which Anki tells newer notes from older; now if left out.

    Returns
    -------
    bytes
        The content of the file. A later export updates the same notes, since their ids come from the questions.
    """
    from genanki import Deck

    deck = Deck(DECK_ID, DECK_NAME, "Made by otrec from its skill graph. No clinician has reviewed it yet.")
    model = _model()
    for question in {question.id: question for question in questions}.values():
        deck.add_note(_note(question, model))
    seconds = (made or dt.datetime.now(dt.UTC)).timestamp()
    return _packed(_collection(deck, seconds))


def _model() -> Model:
    from genanki import Model

    fields = [{"name": name} for name in FIELDS]
    templates = [{"name": "Question", "qfmt": FRONT, "afmt": BACK}]
    return Model(MODEL_ID, "otrec question", fields=fields, templates=templates, css=CSS)


def _note(question: Question, model: Model) -> Note:
    from genanki import Note, guid_for

    names = {option.id: letter for option, letter in zip(question.options, "ABCDEFGH", strict=False)}
    right = [option for option in question.options if option.right]
    answer = "; ".join(f"{names[option.id]}. {option.label}" for option in right)
    fields = [
        question.id,
        escape(question.prompt),
        _items(question.facts, "ul"),
        _items((_choice(option) for option in question.options), 'ol type="A"'),
        escape(answer),
        _items((f"{names[option.id]}. {option.feedback}" for option in question.options), "ul"),
        escape(question.lesson),
        _items(question.sources, "ul"),
        escape(f"{KIND_NAMES[question.kind]} · {AREA_NAMES[question.area]}"),
    ]
    tags = [
        "otrec",
        f"otrec::kind::{question.kind}",
        f"otrec::area::{question.area}",
        f"otrec::topic::{question.topic}",
    ]
    return Note(model=model, fields=fields, tags=tags, guid=guid_for("otrec", question.id))


def _choice(option: Option) -> str:
    return f"{option.label}: {option.detail}" if option.detail else option.label


def _items(texts: Iterable[str], tag: str) -> str:
    """Texts as an HTML list, escaped; nothing for none."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<{tag}>{lines}</{tag.split()[0]}>" if lines else ""


def _collection(deck: object, seconds: float) -> bytes:
    """The deck as the database inside a package, made in memory: nothing is left on the disk."""
    from genanki import Package

    with sqlite3.connect(":memory:") as database:
        ids = itertools.count(int(seconds * 1000))
        Package(deck).write_to_db(database.cursor(), seconds, ids)
        database.commit()
        content = database.serialize()
    database.close()
    return content


def _packed(collection: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", collection)
        archive.writestr("media", "{}")
    return buffer.getvalue()
