"""Handouts: what stands on them for whom, that they can be read by everyone, and that bad input is told in words."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import otrec.handout
from otrec import Library
from otrec.handout import GivenError, Handout, board, day_sheet, handout, plan_sheet, progress_sheet, routines
from otrec.handout.blocks import Block, Box, Heading, Steps, plain, spans
from otrec.handout.boards import CAN
from otrec.handout.care import STOP, SUPERVISION, _wordings, care_lines
from otrec.handout.chart import LARGE, PLAIN, chart_svg, ticks
from otrec.handout.given import RowGiven
from otrec.handout.language import translator
from otrec.handout.pdf import png_of
from otrec.handout.reading import grade
from otrec.handout.sheets import steps_fit_family
from otrec.library.lint import FAMILY_GRADE, reading_grade
from otrec.models import Activity, OptionError, OtrecError, UnknownIdError
from tests.pdf_checks import alts, languages, problems, tags, words

ONION, LOAF, BED = "onion_bed_from_my_own_plan", "soda_loaf_counted_with_spoons", "bed_desk_for_one_live_lesson"
HOME = Path(otrec.handout.__file__).parent


def plan(**changes: Any) -> dict[str, Any]:
    """A session as the planner prints it, shortened."""
    return {
        "kind": "session",
        "client_id": "c001",
        "library_version": "abc123",
        "minutes": 30,
        "total_minutes": 28,
        "phases": [
            {"phase": "warm_up", "activity_id": ONION, "name": "Plan an onion bed", "start_minute": 0, "minutes": 8,
             "backup": BED, "cautions": ["Keep a chair behind."]},
            {"phase": "practice", "activity_id": LOAF, "name": "Bake a plain loaf", "start_minute": 8, "minutes": 20,
             "backup": None},
        ],
        "materials": [
            {"name": "potting soil", "tool": None, "for": [ONION], "count": 2, "note": "damp"},
            {"name": "Pegboard", "tool": "pegboard", "for": [ONION], "count": 1, "note": ""},
            {"name": "Big bowl", "tool": None, "for": [LOAF], "count": 1, "note": "", "optional": True},
        ],
        "set_up": ["Allow 12 minutes to set up."],
        "clean_up": ["Wash hands with soap."],
        "measure": ["Onions in the drawn square."],
        "reflection_question": "What helped most?",
        "warnings": ["Precautions were not asked yet."],
        "something_new": 1,
        **changes,
    }  # fmt: skip


def day(**changes: Any) -> dict[str, Any]:
    """A day as the planner prints it, shortened."""
    return {
        "kind": "day",
        "library_version": "abc123",
        "bag": ["pegboard"],
        "packing": [{"tool": "pegboard", "name": "Pegboard", "for_clients": ["c001"], "count": 1}],
        "plans": [plan(place="school", starts_at="09:05"), plan(client_id="c002", place="home", starts_at=None)],
        "unlocks": [{"tool": "visual_timer", "name": "Visual timer", "activities": 3, "clients": 2}],
        "failed": [{"client": 3, "reason": "No session fits."}],
        **changes,
    }


def report(**changes: Any) -> dict[str, Any]:
    """A report as `otrec.progress` gives it, shortened."""
    points = [("2026-09-14", "2 of 5", 0.4, 0.3, ""), ("2026-09-21", "3 of 5", 0.6, 0.5, "new grip"),
              ("2026-09-28", "4 of 5", 0.8, 0.7, "new grip")]  # fmt: skip
    told = {"now": [{"text": "Latest: 4 of 5.", "rests_on": ["g1.p01", "g1.p02", "g1.p03", "g1"]}]}
    rows = [
        {"id": f"g1.p0{at}", "date": date, "value": value, "compared": share, "aim": aim,
         "aim_shown": f"{100 * aim:g} %", "phase": phase, "setting": "class", "note": ""}
        for at, (date, value, share, aim, phase) in enumerate(points, 1)
    ]  # fmt: skip
    family = {"now": [{"text": "Now: 4 of 5.", "rests_on": ["g1.p03"]}]}
    sections = {"therapist": told, "teacher": told, "family": family}
    return {"client": "c001", "goal": "g1", "as_of": "2026-10-01", "sections": sections, "rows": rows, **changes}


MAKERS: dict[str, Callable[..., Handout]] = {
    "family": lambda library, **look: handout(library, [ONION], **look),
    "client": lambda library, **look: handout(library, [LOAF], "client", qr="https://example.org/film", **look),
    "teacher": lambda library, **look: handout(library, [BED], "teacher", **look),
    "therapist": lambda library, **look: handout(library, [LOAF], "therapist", **look),
    "several": lambda library, **look: handout(library, [ONION, LOAF, BED], **look),
    "plan": lambda library, **look: plan_sheet(library, plan(), **look),
    "family plan": lambda library, **look: plan_sheet(library, plan(), "family", **look),
    "day": lambda library, **look: day_sheet(library, day(), **look),
    "progress": lambda library, **look: progress_sheet(library, report(), **look),
    "schedule": lambda library, **look: board("schedule", library, routine="morning", **look),
    "first then": lambda library, **look: board("first_then", library, lines=["Brush teeth", "Read a book"], **look),
    "checklist": lambda library, **look: board("checklist", library, routine="school_bag", **look),
    "narrative": lambda library, **look: board("narrative", library, routine="dentist", **look),
    "narrative of an activity": lambda library, **look: board("narrative", library, activities=[ONION], **look),
    "step cards": lambda library, **look: board("step_cards", library, activities=[ONION], **look),
}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"as_of": dt.date(2026, 9, 1)},
    "Spanish, letter": {"language": "es", "paper": "letter"},
    "large": {"large": True},
}


def sections(made: Handout, name: str) -> list[Block]:
    """The blocks under a heading."""
    titles = [plain(block.line) if isinstance(block, Heading) else "" for block in made.blocks]
    start = titles.index(name) + 1
    end = next((at for at in range(start, len(titles)) if titles[at]), len(titles))
    return list(made.blocks[start:end])


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
    styles = [str(part.style.name) for part in document.paragraphs if part.style]  # type: ignore[union-attr]
    levels = [int(name[-1]) for name in styles if name.startswith("Heading")]
    assert levels == [block.level for block in made.blocks if isinstance(block, Heading)]
    pictures = list(document.element.iter(qn("wp:docPr")))
    drawn = [art.alt for block in made.blocks for art in arts(block)]
    assert [picture.get("descr") for picture in pictures] == drawn
    told = "".join(part.text or "" for part in document.element.iter(qn("w:t")))
    assert all(span.text in told for block in made.blocks for span in spans(block))
    tables = [block for block in made.blocks if type(block).__name__ == "Table"]
    assert len(list(document.element.iter(qn("w:tblHeader")))) == len(tables)
    normal = document.styles["Normal"].element
    assert normal.find(f"{qn('w:rPr')}/{qn('w:lang')}").get(qn("w:val")) == "es-ES"
    english = [mark for mark in document.element.iter(qn("w:lang")) if mark.get(qn("w:val")) == "en-GB"]
    assert len(english) == sum(span.lang == "en" and span.text != "" for b in made.blocks for span in spans(b))
    assert made.docx() == made.docx()


def arts(block: object) -> Iterator[Any]:
    """The drawings of a block, in reading order."""
    from otrec.handout.blocks import Art
    from otrec.models import Frozen

    if isinstance(block, Art):
        yield block
    elif isinstance(block, tuple):
        for part in block:
            yield from arts(part)
    elif isinstance(block, Frozen):
        for name in sorted(type(block).model_fields, key=lambda name: name != "art"):
            yield from arts(getattr(block, name))


def test_word_keeps_the_order_of_table_properties_and_numbers_each_list_anew(library: Library) -> None:
    document = Document(io.BytesIO(handout(library, [ONION, LOAF]).docx()))
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for properties in document.element.iter(qn("w:tblPr")):
        found = [part.tag.split("}")[1] for part in properties]
        assert found == sorted(found, key=order.index)
    numbers = [number.get(qn("w:val")) for number in document.element.iter(qn("w:numId"))]
    assert len(set(numbers)) == 2
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


def test_spanish_routines_hold_no_english(library: Library) -> None:
    for name in routines():
        told = board("narrative", library, routine=name, language="es").text()
        assert not re.search(r"\b(the|my|what|with|then|Page)\b", told), name


# What stands on them


def test_a_family_sheet_has_wording_care_things_steps_and_questions(library: Library) -> None:
    activity = library.activity(ONION)
    text = handout(library, [ONION]).text()
    assert activity.family in text
    assert SUPERVISION["nearby"] in text
    for hazard in activity.hazards:
        assert _wordings()[hazard]["en"] in text, hazard
    for thing in activity.materials:
        assert thing[1:] in text
    assert "Pegboard (if you have it); at home: a muffin tray to rehearse the plan with corks" in text
    assert "Instead of peg: a clothes peg on the edge" in text
    for number, step in enumerate(activity.steps, 1):
        assert f"{number}. {step}" in text
    for step in (*activity.grade_down, *activity.grade_up):
        assert step.change in text
    for line in (*STOP, "Then tell your therapist", "Ask your therapist", f"Library {library.version}"):
        assert line in text
    assert activity.measure not in text
    assert "It was not written for the home" not in text


def test_each_reader_gets_their_own(library: Library) -> None:
    activity = library.activity(ONION)
    texts = {name: handout(library, [ONION], name).text() for name in ("family", "client", "teacher", "therapist")}
    assert activity.teacher in texts["teacher"]
    assert activity.measure in texts["teacher"]
    assert "No teacher wording" not in texts["teacher"]
    assert "You can use this to practise: Gardening" in texts["client"]
    assert "I did it | " in texts["client"]
    for part in (activity.purpose, activity.measure, activity.family, activity.teacher, "Visual-motor"):
        assert part in texts["therapist"], part
    assert "None found for this activity itself" in texts["therapist"]
    assert activity.purpose not in texts["family"]
    without = library.activity(BED)
    honest = handout(library, [BED], "teacher").text()
    assert not without.teacher
    assert "No teacher wording has been written for this one." in honest
    assert without.purpose in honest
    cited = next(item for item in library.activities.values() if item.evidence)
    assert library.evidence[cited.evidence[0]].citation in handout(library, [cited.id], "therapist").text()


def test_steps_stand_on_a_family_sheet_only_if_they_read_easily_and_need_no_therapist(library: Library) -> None:
    easy = library.activity(ONION)
    assert steps_fit_family(easy)
    assert not steps_fit_family(easy.model_copy(update={"supervision": "clinician"}))
    hard = "Facilitate independent multisensory participation opportunities incorporating proprioceptive information."
    assert not steps_fit_family(easy.model_copy(update={"steps": (*easy.steps[:-1], hard)}))
    watched = next(item for item in library.activities.values() if item.supervision == "clinician")
    for audience in ("family", "client", "teacher"):
        text = handout(library, [watched.id], audience).text()
        assert "a therapist has to be there" in text
        assert watched.steps[1] not in text
        assert SUPERVISION["clinician"] in text
    shown = next(
        item for item in library.activities.values() if item.supervision != "clinician" and not steps_fit_family(item)
    )
    text = handout(library, [shown.id]).text()
    assert "Your therapist shows you the steps." in text
    assert not any(step in text for step in shown.steps)
    assert all(step in handout(library, [shown.id], "teacher").text() for step in shown.steps)


def test_cautions_and_supervision_are_on_every_sheet_with_an_activity(library: Library) -> None:
    line = _wordings()["choking_food"]["en"]
    for audience in ("family", "client", "teacher", "therapist"):
        assert line in handout(library, [LOAF], audience).text(), audience
        assert line in plan_sheet(library, plan(), audience).text(), audience
        assert "Keep a chair behind." in plan_sheet(library, plan(), audience).text()
    assert line in day_sheet(library, day()).text()
    for kind in ("schedule", "checklist"):
        assert line in board(kind, library, activities=[LOAF]).text()
    assert SUPERVISION["line_of_sight"] in board("schedule", library, activities=[ONION, LOAF]).text()


def test_every_hazard_has_plain_words_in_both_languages_and_the_gravest_come_first(library: Library) -> None:
    known = _wordings()
    assert set(known) == set(library.hazards)
    for name, told in known.items():
        assert reading_grade(told["en"]) <= FAMILY_GRADE, name
        assert told["es"].strip() != told["en"]
    order = [plain(line) for line in care_lines(library, ("screen_use", "magnets", "choking_food"), "en")]
    assert order == [known[name]["en"] for name in ("choking_food", "magnets", "screen_use")]


def test_a_hazard_without_plain_words_is_told_in_those_of_the_library(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otrec.handout.care._wordings", lambda: {"scissors": {"en": "Sit to cut.", "es": "x"}})
    told = [plain(line) for line in care_lines(library, ("scissors", "flame"), "en")]
    flame = library.hazards["flame"]
    assert told == [f"{flame.name}: {flame.note}.", "Sit to cut."]


def test_family_sheets_of_the_whole_library_read_at_grade_6_or_below(library: Library) -> None:
    printed = 0
    for activity in library.activities.values():
        made = handout(library, [activity.id])
        own = " . ".join(span.text for block in made.blocks for span in spans(block) if not span.lang)
        assert reading_grade(f"{own} . {activity.family}") <= FAMILY_GRADE, activity.id
        steps = [block for block in made.blocks if isinstance(block, Steps)]
        printed += len(steps)
        for block in steps:
            assert reading_grade(" ".join(plain(step.line) for step in block.items)) <= FAMILY_GRADE, activity.id
    assert 700 < printed < 900


@given(
    st.lists(
        st.sampled_from(["the", "cat", "sat", "multisensory", "table.", "folded", "boxes", "participation!", "we"]),
        max_size=30,
    )
)
def test_own_grade_never_calls_a_text_much_easier_than_the_lint_does(parts: list[str]) -> None:
    text = " ".join(parts)
    assert grade(text) >= reading_grade(text) - 2.5


def test_several_activities_each_start_a_page_under_one_title(library: Library) -> None:
    made = handout(library, [ONION, LOAF, BED])
    headings = [block for block in made.blocks if isinstance(block, Heading)]
    assert [block.level for block in headings[:2]] == [1, 2]
    assert [plain(block.line) for block in headings if block.new_page] == [
        library.activity(name).name for name in (LOAF, BED)
    ]
    assert made.title == "Activities for home"
    assert len(made.pages_png(30)) >= 6


def test_a_plan_prints_its_phases_things_and_notes(library: Library) -> None:
    text = plan_sheet(library, plan(), as_of=dt.date(2026, 9, 1)).text()
    backup = library.activity(BED).name
    for part in (
        "Client c001", "28 of 30 minutes", f"0–8 | Warm-up | Plan an onion bed | {backup}", "2026-09-01",
        "8–28 | Practice in daily life | Bake a plain loaf | ", "[ ] 2 × Potting soil (damp)", "[ ] Pegboard",
        "- Allow 12 minutes to set up.", "- Wash hands with soap.", "- Onions in the drawn square.",
        "What helped most?", "[ ] Big bowl (if you have it)", "Precautions were not asked yet.",
        "Library abc123", SUPERVISION["line_of_sight"],
    ):  # fmt: skip
        assert part in text, part
    family = plan_sheet(library, plan(), "family").text()
    for part in ("c001", backup, "Precautions were not asked yet.", "Onions in the drawn square."):
        assert part not in family
    assert "What we do in this session" in family


def test_a_day_prints_bag_round_and_sessions(library: Library) -> None:
    text = day_sheet(library, day()).text()
    for part in (
        "[ ] Pegboard (c001)", "09:05 | c001 | School or preschool | 28 | Plan an onion bed; Bake a plain loaf",
        "– | c002 | Home and early intervention", "[ ] Potting soil × 2",
        "Visual timer: 3 more activities (clients: 2)", "Client 3 of the list: No session fits.",
        "## 09:05 · Client c001", "## Client c002",
    ):  # fmt: skip
        assert part in text, part
    assert "No tool is needed" in day_sheet(library, day(packing=[])).text()


def test_a_progress_page_has_sentences_chart_and_the_same_as_a_table(library: Library) -> None:
    made = progress_sheet(library, report())
    text = made.text()
    for part in (
        "Client c001", "Latest: 4 of 5. [g1.p01–p03, g1]", "Line chart of 3 points, from 2026-09-14 (2 of 5) to "
        "2026-09-28 (4 of 5)", "2026-09-21 | 3 of 5 | 50 % | new grip | class",
    ):  # fmt: skip
        assert part in text, part
    for reader in ("family", "client"):
        told = progress_sheet(library, report(), reader).text()
        assert "Now: 4 of 5." in told
        assert "g1.p" not in told
        assert "c001" not in told
    assert "There is no point to draw yet." in progress_sheet(library, report(rows=[])).text()
    own = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
    assert any(art.svg == own for block in progress_sheet(library, report(), chart=own).blocks for art in arts(block))


def rows(*points: tuple[str, float, float]) -> list[RowGiven]:
    return [
        RowGiven(id=f"p{at}", date=dt.date.fromisoformat(date), value=str(value), compared=value, aim=aim, phase="A<b")
        for at, (date, value, aim) in enumerate(points)
    ]


def test_the_chart_puts_points_where_they_belong() -> None:
    svg = chart_svg(rows(("2026-09-01", 0, 2), ("2026-09-06", 5, 5), ("2026-09-11", 10, 8)), translator("en"))
    x, y = zip(*(map(float, pair) for pair in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)), strict=True)
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.2)
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], abs=0.2)
    assert y[0] > y[2]
    aim = re.search(r'<polyline points="([^"]+)"[^>]*dasharray="8 5"', svg)
    assert aim
    aims = [float(pair.split(",")[1]) for pair in aim.group(1).split()]
    assert aims[1] == y[1]
    assert y[0] > aims[0] > aims[2] > y[2]
    assert svg.count('stroke-dasharray="1.5 4"') == 1
    assert "A&lt;b" in svg
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) <= {"#111111", "#c4c4c4"}
    twice = chart_svg(rows(("2026-09-01", 0, 1), ("2026-09-05", 2, 1), ("2026-09-05", 4, 1)), translator("es"))
    line = re.search(r'points="([^"]+)"[^>]*stroke-width="2.2"', twice)
    assert line
    assert len(line.group(1).split()) == 2
    assert "meta" in twice
    assert f'font-size="{LARGE}"' in chart_svg(rows(("2026-09-01", 1, 1)), translator("en"), large=True)
    assert LARGE * 165 / 640 / 25.4 * 72 >= 17.8 > PLAIN


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_are_few_even_and_hold_all_values(low: float, size: float) -> None:
    found = ticks(low, low + size)
    slack = 1e-6 * max(1, abs(low), size)  # a tick may miss by a billionth of a step
    assert found[0] <= low + slack
    assert found[-1] >= low + size - slack
    assert 2 <= len(found) <= 7
    steps = {round(two - one, 6) for one, two in pairwise(found)}
    assert max(steps) - min(steps) <= 1e-5 * max(1, max(steps))


# Boards


def test_boards_show_lines_with_their_pictures(library: Library) -> None:
    made = board("schedule", library, lines=["Wash hands", ("Zzz", "cup"), "Qqq"], title="Before lunch")
    assert made.title == "Before lunch"
    assert "1. Wash hands [Wash hands] [ ]\n2. Zzz [Cup] [ ]\n3. Qqq [ ]" in made.text()
    assert alts(made.pdf()) == ["Wash hands", "Cup"]
    told = board("first_then", library, lines=["Lavarse las manos", "Leer"], language="es").text()
    assert "Primero: Lavarse las manos [Lavarse las manos]" in told
    assert "Después: Leer [Leer]" in told
    cards = board("step_cards", library, activities=[ONION]).text()
    assert all(step in cards for step in library.activity(ONION).steps)
    names = board("schedule", library, activities=[ONION, BED]).text()
    assert f"2. {library.activity(BED).name}" in names
    assert library.activity(ONION).steps[0] not in names


def test_routines_are_complete_in_both_languages(library: Library) -> None:
    assert len(routines()) >= 10
    for name, routine in routines().items():
        for language in ("en", "es"):
            lines = [getattr(line, language) for line in routine.lines]
            assert len(set(lines)) == len(lines) >= 5
            told = board("checklist", library, routine=name, language=language)
            assert all(f"[ ] {line}" in told.text() for line in lines)
            assert told.title == routine.name[language]
        drawn = [line for line in routine.lines if line.picture]
        assert len(drawn) >= len(routine.lines) - 1, name
        assert reading_grade(" ".join(line.en for line in routine.lines)) <= FAMILY_GRADE


def test_narratives_are_calm_in_the_first_person_and_command_nothing(library: Library) -> None:
    orders = r"\b(must|should|have to|need to|never|always|do not|don't|debo|debe|tengo que|hay que|nunca|siempre)\b"
    for name, routine in routines().items():
        for language in ("en", "es"):
            frame = [routine.place[language], routine.ending[language], *(translator(language)(line) for line in CAN)]
            lines = [getattr(line, language) for line in routine.lines]
            assert not re.search(orders, " ".join([*frame, *lines]), re.IGNORECASE), name
            text = board("narrative", library, routine=name, language=language).text()
            assert all(part in text for part in (*frame, *lines))
        assert re.search(r"\b(I|my|My)\b", " ".join(line.en for line in routine.lines))
    told = board("narrative", library, activities=[ONION]).text()
    assert "Sometimes I do this: Plan an onion bed on paper" in told
    assert "I can ask for a break." in told


# Bad input


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda lib: handout(lib, []), "none was given; name at least one"),
        (lambda lib: handout(lib, list(lib.activities)[:21]), "21 were given; at most 20"),
        (lambda lib: handout(lib, [ONION, ONION]), f"{ONION!r} is given twice"),
        (lambda lib: handout(lib, [ONION], "familly"), "'familly' is not allowed; choose from family, client, "
         "teacher or therapist. Did you mean 'family'?"),
        (lambda lib: handout(lib, [ONION], language="fr"), "language: 'fr' is not allowed; choose from en or es"),
        (lambda lib: handout(lib, [ONION], paper="a5"), "paper: 'a5' is not allowed; choose from a4 or letter"),
        (lambda lib: handout(lib, [ONION], large=2), "large: give true"),  # type: ignore[arg-type]
        (lambda lib: handout(lib, [ONION], as_of="2026-09-01"), "as_of: give a day"),  # type: ignore[arg-type]
        (lambda lib: handout(lib, [ONION], as_of=dt.datetime(2026, 9, 1)), "as_of: give a day"),
        (lambda lib: handout(lib, [ONION], qr="x" * 301), "qr: the content has 301 characters; at most 300"),
        (lambda lib: handout(lib, [ONION], qr="a\nb"), "qr: the content holds a line break"),
        (lambda lib: handout(lib, ["onion_bed"]), "activity 'onion_bed' is not in the library"),
        (lambda lib: board("poster", lib, routine="morning"), "kind: 'poster' is not allowed; choose from schedule"),
        (lambda lib: board("schedule", lib), "give exactly one of lines, routine and activities; given: none"),
        (lambda lib: board("schedule", lib, lines=["a"], routine="morning"), "given: lines and routine"),
        (lambda lib: board("schedule", lib, routine="mornin"), "Did you mean 'morning'?"),
        (lambda lib: board("first_then", lib, lines=["Eat"]), "needs two lines, first and then; 1 were given"),
        (lambda lib: board("narrative", lib, activities=[ONION, BED]), "takes one activity"),
        (lambda lib: board("schedule", lib, lines=[("Eat", "spon")]), "'spon' is not among the pictograms"),
        (lambda lib: board("schedule", lib, lines=["a"] * 21), "21 were given; at most 20"),
        (lambda lib: board("schedule", lib, lines=["a" * 121]), "line 1: has 121 characters; at most 120"),
        (lambda lib: board("schedule", lib, lines=[" "]), "line 1: is empty"),
        (lambda lib: board("schedule", lib, lines="Eat"), "lines: give a list of lines"),
        (lambda lib: progress_sheet(lib, report(), chart="x"), "chart: has to be SVG"),
        (lambda lib: plan_sheet(lib, plan(), qr="see c001"), "qr: the content holds the id of a client"),
        (lambda lib: day_sheet(lib, day(), qr="see c002"), "qr: the content holds the id of a client"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_words(library: Library, ask: Callable[[Library], Handout], told: str) -> None:
    with pytest.raises(OtrecError) as caught:
        ask(library)
    assert told in str(caught.value)
    assert isinstance(caught.value, (OptionError, UnknownIdError))


def test_all_problems_are_told_at_once(library: Library) -> None:
    with pytest.raises(OptionError) as caught:
        handout(library, [], "nobody", language="xx", paper="yy", qr="z" * 400)
    assert all(word in str(caught.value) for word in ("activities:", "audience:", "language:", "paper:", "qr:"))
    with pytest.raises(UnknownIdError) as unknown:
        handout(library, ["nothing_one", "nothing_two"])
    assert "nothing_one" in str(unknown.value)
    assert "nothing_two" in str(unknown.value)


def test_a_file_that_cannot_be_printed_names_every_problem_and_no_client(library: Library) -> None:
    broken = plan(client_id="c777", minutes="many", set_up=3)
    broken["phases"] = [{"phase": "lunch", "activity_id": ONION, "name": "x", "minutes": 3}]
    with pytest.raises(GivenError) as caught:
        plan_sheet(library, broken)
    text = str(caught.value)
    for part in (
        "plan: 4 problems",
        "minutes: has to be a whole number",
        "set_up: has to be a list",
        "phases.1.phase:",
        "phases.1.start_minute: missing",
    ):
        assert part in text, part
    assert "c777" not in text
    with pytest.raises(GivenError, match=r"day: 1 problem\n  - plans.1.starts_at: has to be a time such as 09:30"):
        day_sheet(library, day(plans=[plan(starts_at="9.30")]))
    with pytest.raises(GivenError, match="expected named fields as otrec writes them; found list"):
        plan_sheet(library, [])
    other = plan(phases=[plan()["phases"][0] | {"activity_id": ONION[:-1]}])
    with pytest.raises(GivenError, match="phase 1: activity 'onion_bed_from_my_own_pla' is not in the library"):
        plan_sheet(library, other)
    with pytest.raises(GivenError, match="sections: missing"):
        progress_sheet(library, {"goal": "g1"})


def test_a_character_that_no_font_holds_is_named(library: Library) -> None:
    made = board("schedule", library, lines=["Eat 中 now"])
    for make in (made.pdf, made.pages_png):
        with pytest.raises(OptionError, match=r"cannot print '中' \(U\+4E2D\)"):
            make()
    assert "中" in "".join(part.text or "" for part in Document(io.BytesIO(made.docx())).element.iter(qn("w:t")))


@given(st.text(st.characters(codec="latin-1", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60))
def test_no_text_acts_as_markup(library: Library, text: str) -> None:
    if not text.strip():
        return
    for line in (f"#panic() {text}", f"$x^{text}$ *a* _b_ `c` @d <e> \\ // {text}"):
        made = board("checklist", library, lines=[line[:120]])
        shown = words(made.pdf()).replace(" ", "")
        assert "#panic()" in shown or "*a*_b_`c`@d<e>\\//" in shown


def test_the_qr_code_says_where_it_leads_and_holds_just_that(library: Library) -> None:
    made = handout(library, [ONION], qr="https://example.org/film?a=1&b=2")
    assert "QR code. Leads to: https://example.org/film?a=1&b=2" in alts(made.pdf())
    figure = made.blocks[-1]
    svg = next(arts(figure)).svg
    other = next(arts(handout(library, [ONION], qr="https://example.org/other").blocks[-1])).svg
    assert svg != other
    image = Image.open(io.BytesIO(png_of(svg, 30)))
    assert image.size[0] == image.size[1]
    assert not any(type(block).__name__ == "Figure" for block in handout(library, [ONION]).blocks)


def test_nothing_heavy_is_imported_before_it_is_needed_and_no_file_holds_a_client() -> None:
    code = "import sys, otrec.handout; print({'typst', 'docx', 'babel', 'segno', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_word_files_hold_no_trace_of_time_or_place(library: Library) -> None:
    archive = zipfile.ZipFile(io.BytesIO(MAKERS["family"](library).docx()))
    assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "python-docx" not in archive.read("docProps/core.xml").decode()


def test_safety_comes_before_the_things_and_steps(library: Library) -> None:
    for audience in ("family", "client", "teacher", "therapist"):
        blocks = handout(library, [ONION], audience).blocks
        boxes = [at for at, block in enumerate(blocks) if isinstance(block, Box) and block.weight == "heavy"]
        steps = [at for at, block in enumerate(blocks) if isinstance(block, Steps)]
        assert boxes[0] < steps[0], audience
    assert sections(handout(library, [ONION]), "What you need")


def test_activities_not_written_for_home_say_so(library: Library) -> None:
    away: Activity = next(
        item for item in library.activities.values() if "home" not in item.settings and "home" not in item.delivery
    )
    assert "ask before you do it there" in handout(library, [away.id]).text()
