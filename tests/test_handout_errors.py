"""Handouts that cannot be made: every problem in words and at once; text that is only text."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from otrec import Library
from otrec.handout import GivenError, Handout, board, day_sheet, handout, plan_sheet, progress_sheet
from otrec.handout.pdf import png_of
from otrec.models import OptionError, OtrecError, UnknownIdError
from tests.handed import BED, ONION, arts, day, plan, report
from tests.pdf_checks import alts, words

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
