"""Handouts: what stands on them, and for whom."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from otrec import Library, example
from otrec.handout import Handout, board, day_sheet, handout, plan_sheet, progress_sheet, routines
from otrec.handout.blocks import Block, Box, Heading, Steps, plain, spans
from otrec.handout.boards import CAN
from otrec.handout.care import STOP, SUPERVISION, _wordings, care_lines
from otrec.handout.chart import LARGE, PLAIN, chart_svg, ticks
from otrec.handout.given import RowGiven
from otrec.handout.language import translator
from otrec.handout.reading import grade
from otrec.handout.sheets import steps_fit_family
from otrec.library.lint import FAMILY_GRADE, reading_grade
from otrec.progress import ProgressFile, progress_report
from tests.handed import BED, LOAF, ONION, arts, day, plan, report
from tests.pdf_checks import alts


def sections(made: Handout, name: str) -> list[Block]:
    """The blocks under a heading."""
    titles = [plain(block.line) if isinstance(block, Heading) else "" for block in made.blocks]
    start = titles.index(name) + 1
    end = next((at for at in range(start, len(titles)) if titles[at]), len(titles))
    return list(made.blocks[start:end])


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
    step = easy.grade_up[0].model_copy(update={"change": hard})
    changed = easy.model_copy(update={"grade_up": (step, *easy.grade_up[1:])})
    other = replace(library, activities={**library.activities, ONION: changed})
    assert hard not in handout(other, [ONION]).text()
    assert easy.grade_up[1].change in handout(other, [ONION]).text()
    assert hard in handout(other, [ONION], "therapist").text()
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
    assert text.count("[ ] Pegboard") == 1
    assert "No tool is needed" in day_sheet(library, day(packing=[])).text()


def test_the_progress_report_of_a_goal_is_one_page_with_its_data_behind(library: Library) -> None:
    """Goal, where it stands, chart, aim and decision on the first page; everything else begins on the next."""
    record = ProgressFile.load(example("progress_pencil_grip"))
    for goal in record.goals:
        told = json.loads(json.dumps(progress_report(record, goal.id, dt.date(2026, 12, 18)).to_dict()))
        for reader in ("therapist", "teacher", "family"):
            pages = PdfReader(io.BytesIO(progress_sheet(library, told, reader).pdf())).pages
            first, second = (" ".join(page.extract_text().split()) for page in pages[:2])
            assert "What the data suggest" in first
            assert "What the data cannot say" not in first
            assert second.startswith("What the data cannot say")


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
    assert x[0] + 100 < x[1]
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
    middle = float(line.group(1).split()[1].split(",")[1])
    dots = [float(place) for place in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', twice)]
    assert len(line.group(1).split()) == 2
    assert middle == pytest.approx((dots[1] + dots[2]) / 2, abs=0.1)
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


def test_safety_comes_before_the_things_and_steps(library: Library) -> None:
    for audience in ("family", "client", "teacher", "therapist"):
        blocks = handout(library, [ONION], audience).blocks
        boxes = [at for at, block in enumerate(blocks) if isinstance(block, Box) and block.weight == "heavy"]
        steps = [at for at, block in enumerate(blocks) if isinstance(block, Steps)]
        assert boxes[0] < steps[0], audience
    assert sections(handout(library, [ONION]), "What you need")


def test_activities_not_written_for_home_say_so(library: Library) -> None:
    away = next(
        item for item in library.activities.values() if "home" not in item.settings and "home" not in item.delivery
    )
    assert "ask before you do it there" in handout(library, [away.id]).text()


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
    assert library.activity(ONION).steps[0] not in board("schedule", library, activities=[ONION]).text()


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
