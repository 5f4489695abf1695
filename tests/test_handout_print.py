"""Handouts in print: tagged PDF, Word, large print, paper, and English that is marked as such on Spanish sheets."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

import otrec.handout
from otrec import Library
from otrec.handout import board, handout, routines
from otrec.handout.blocks import Heading, Steps, spans
from otrec.handout.language import translator
from tests.handed import LOAF, LOOKS, MAKERS, ONION, arts
from tests.pdf_checks import alts, languages, problems, tags, words

HOME = Path(otrec.handout.__file__).parent


# Everyone can read them


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", MAKERS)
def test_every_pdf_is_tagged_named_and_spoken(library: Library, kind: str, look: str) -> None:
    made = MAKERS[kind](library, **LOOKS[look])
    pdf = made.pdf()
    assert problems(pdf, made.language, made.title) == []
    assert made.title
    assert made.pdf() == pdf
    shown = words(pdf)
    missing = [
        span.text
        for block in made.blocks
        for span in spans(block)
        if type(block).__name__ != "Lines" and " ".join(span.text.split()[:4]) not in shown
    ]
    assert [text for text in missing if text.replace(" ", "") not in shown.replace(" ", "")] == []


@pytest.mark.parametrize("kind", MAKERS)
def test_every_word_document_has_headings_lists_tables_and_alt_texts(library: Library, kind: str) -> None:
    made = MAKERS[kind](library, language="es", paper="letter")
    document = Document(io.BytesIO(made.docx()))
    assert document.core_properties.title == made.title
    assert round(document.sections[0].page_width.mm) == 216  # type: ignore[union-attr]
    a4 = Document(io.BytesIO(MAKERS[kind](library).docx()))
    assert round(a4.sections[0].page_width.mm) == 210  # type: ignore[union-attr]
    styles = [str(part.style.name) for part in document.paragraphs if part.style]  # type: ignore[union-attr]
    levels = [int(name[-1]) for name in styles if name.startswith("Heading")]
    assert levels == [block.level for block in made.blocks if isinstance(block, Heading)]
    pictures = list(document.element.iter(qn("wp:docPr")))
    drawn = [art.alt for block in made.blocks for art in arts(block)]
    assert [picture.get("descr") for picture in pictures] == drawn
    told = "".join(part.text or "" for part in document.element.iter(qn("w:t")))
    assert all(span.text in told for block in made.blocks for span in spans(block))
    foreign = [block for block in made.blocks if any(span.lang == "en" for span in spans(block))]
    assert told.count("texto en inglés") == len(foreign)
    tables = [block for block in made.blocks if type(block).__name__ == "Table"]
    assert len(list(document.element.iter(qn("w:tblHeader")))) == len(tables)
    normal = document.styles["Normal"].element
    assert normal.find(f"{qn('w:rPr')}/{qn('w:lang')}").get(qn("w:val")) == "es-ES"
    english = [mark for mark in document.element.iter(qn("w:lang")) if mark.get(qn("w:val")) == "en-GB"]
    assert len(english) == sum(span.lang == "en" and span.text != "" for b in made.blocks for span in spans(b))
    assert made.docx() == made.docx()


def test_word_keeps_the_order_of_table_properties_and_numbers_each_list_anew(library: Library) -> None:
    document = Document(io.BytesIO(handout(library, [ONION, LOAF]).docx()))
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for properties in document.element.iter(qn("w:tblPr")):
        found = [part.tag.split("}")[1] for part in properties]
        assert found == sorted(found, key=order.index)
    numbers = [number.get(qn("w:val")) for number in document.element.iter(qn("w:numId"))]
    assert len(set(numbers)) == 2
    numbering = document.part.numbering_part.element
    starts = [mark.get(qn("w:val")) for mark in numbering.iter(qn("w:startOverride"))]
    assert starts == ["1", "1"]
    large = Document(io.BytesIO(handout(library, [ONION], large=True).docx()))
    sizes = [size for style in large.styles if (size := getattr(style, "font", None)) and size.size]
    assert large.styles["Normal"].font.size.pt >= 18  # type: ignore[attr-defined]
    assert not [run for part in large.paragraphs for run in part.runs if run.font.size and run.font.size.pt < 18]
    assert sizes


def test_large_print_is_18_points_or_more_and_a4_and_letter_have_their_size(library: Library) -> None:
    from pypdf import PdfReader

    for kind in ("client", "day", "progress", "schedule"):
        reader = PdfReader(io.BytesIO(MAKERS[kind](library, large=True).pdf()))
        sizes: list[float] = []

        def note(text: str, cm: Any, tm: Any, font: Any, size: float, sizes: list[float] = sizes) -> None:
            if text.strip():
                sizes.append(abs(size * tm[3] * cm[3]))

        for page in reader.pages:
            page.extract_text(visitor_text=note)
        assert min(sizes) >= 17.8, kind
    box = PdfReader(io.BytesIO(MAKERS["family"](library).pdf())).pages[0].mediabox
    other = PdfReader(io.BytesIO(MAKERS["family"](library, paper="letter").pdf())).pages[0].mediabox
    assert [round(float(side)) for side in (box.width, box.height)] == [595, 842]
    assert [round(float(side)) for side in (other.width, other.height)] == [612, 792]


def test_no_colour_is_used_so_nothing_is_told_by_colour(library: Library) -> None:
    for kind in ("family", "progress", "schedule", "day"):
        for page in MAKERS[kind](library).pages_png(40):
            hue, saturation, _ = Image.open(io.BytesIO(page)).convert("RGB").convert("HSV").split()
            assert saturation.getextrema()[1] < 12, kind  # type: ignore[operator]
            assert hue.size[0] > 300


def test_lists_steps_and_tables_are_real(library: Library) -> None:
    found = tags(MAKERS["family"](library).pdf())
    made = handout(library, [ONION])
    steps = next(block for block in made.blocks if isinstance(block, Steps))
    assert found.count("/LI") >= len(steps.items) + len(library.activity(ONION).materials)
    assert alts(made.pdf()) == [step.art.alt for step in steps.items if step.art]
    assert tags(MAKERS["plan"](library).pdf()).count("/TH") == 4


def test_word_files_hold_no_trace_of_time_or_place(library: Library) -> None:
    archive = zipfile.ZipFile(io.BytesIO(MAKERS["family"](library).docx()))
    assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "python-docx" not in archive.read("docProps/core.xml").decode()


# Spanish


def texts_of_the_code() -> set[str]:
    found = extract_from_dir(str(HOME), [("**.py", "python")], keywords={"say": None, "N_": None})
    return {str(message) for _, _, message, _, _ in found}


def test_every_text_has_a_spanish_one_and_none_is_idle() -> None:
    catalogue = read_po((HOME / "locale" / "es" / "LC_MESSAGES" / "otrec.po").open("rb"), locale="es")
    spanish = {str(message.id): str(message.string) for message in catalogue if message.id}
    code = texts_of_the_code()
    assert len(code) > 100
    assert code - set(spanish) == set()
    assert set(spanish) - code == set()
    for english, told in spanish.items():
        assert told.strip(), english
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", told)), english
        assert translator("es")(english) == told


@pytest.mark.parametrize("kind", MAKERS)
def test_english_in_a_spanish_sheet_is_marked_once_and_tagged(library: Library, kind: str) -> None:
    made = MAKERS[kind](library, language="es")
    foreign = [block for block in made.blocks if any(span.lang == "en" for span in spans(block))]
    text = made.text()
    assert text.count("texto en inglés") == len(foreign)
    pdf = made.pdf()
    assert words(pdf).count("texto en inglés") == len(foreign)
    assert ("en" in languages(pdf)) == bool(foreign)
    assert "text in English" not in MAKERS[kind](library).text()
    assert "texto en inglés" not in MAKERS[kind](library).text()


@pytest.mark.parametrize("audience", ["family", "client", "teacher", "therapist"])
def test_what_the_library_says_is_english_everywhere(library: Library, audience: str) -> None:
    activity = library.activity(ONION)
    theirs = {activity.name, activity.purpose, activity.family, activity.teacher, activity.measure, *activity.steps}
    theirs |= {step.change for step in (*activity.grade_down, *activity.grade_up)}
    found = [
        span for block in handout(library, [ONION], audience).blocks for span in spans(block) if span.text in theirs
    ]
    assert len(found) > 10
    assert {span.lang for span in found} == {"en"}


def test_spanish_routines_hold_no_english(library: Library) -> None:
    for name in routines():
        told = board("narrative", library, routine=name, language="es").text()
        assert not re.search(r"\b(the|my|what|with|then|Page)\b", told), name
