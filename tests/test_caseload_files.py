"""Caseloads as CSV and Excel: what is written is read back, what is wrong is told by row, what is unsafe refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from otrec import Client, Library, load_library
from otrec.exchange import (
    COLUMNS,
    MAX_BYTES,
    MAX_ROWS,
    Preview,
    SheetError,
    grammar,
    guide,
    package,
    read_caseload,
    read_points,
    table,
    template,
    words,
    write_caseload,
)
from otrec.exchange.columns import by_heading, personal
from otrec.library import vocabulary
from otrec.models import AssessmentDone, Goal, Past, Routine, Term
from otrec.models.terms import SETTING_NAMES
from otrec.progress import GoalRecord, ProgressFile

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LIBRARY = load_library()
SHEET_PART, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
TYPES, LINKS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
RECORD = Path(__file__).parents[1] / "examples" / "progress_pencil_grip.yaml"
FORMATS = pytest.mark.parametrize("form", ["csv", "xlsx"])


def read(text: str | bytes, name: str = "caseload.csv") -> Preview:
    return read_caseload(text.encode() if isinstance(text, str) else text, name, LIBRARY)


def sheet(*rows: Sequence[Any], change: Callable[[Any], None] = lambda _: None, title: str = "caseload") -> bytes:
    """A workbook as a person would make it, with openpyxl and not with the code under test."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    change(page)
    out = io.BytesIO()
    book.save(out)
    return shared(out.getvalue())


def shared(content: bytes) -> bytes:
    """A workbook with its texts in a part of their own, as Excel saves it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page, types, links = (archive.read(name) for name in (SHEET_PART, TYPES, LINKS))
    texts: list[bytes] = []

    def place(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    page = re.sub(rb't="inlineStr"><is>(.*?)</is>', place, page, flags=re.DOTALL)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = types.replace(b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind)
    rel = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    links = links.replace(b"</R", b'<Relationship Type="%s" Target="sharedStrings.xml" Id="rId99"/></R' % rel)
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
    strings %= b"".join(b"<si>%s</si>" % text for text in texts)
    return repacked(content, {SHEET_PART: page, TYPES: types, LINKS: links}, **{STRINGS: strings})


def repacked(content: bytes, changes: dict[str, bytes | None], **more: bytes) -> bytes:
    """A workbook with parts replaced, left out (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = changes[name] if name in changes else old.read(name)
            if data is not None:
                new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name, data)
    return out.getvalue()


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(SheetError) as caught:
        read_caseload(content, name, LIBRARY)
    return str(caught.value)


def problems(cell: str, column: str) -> tuple[str, ...]:
    """What is told of one cell of an otherwise good row."""
    out = io.StringIO()
    csv.writer(out).writerows([["id", "age", "setting", column], ["c1", "7", "school", cell]])
    return read(out.getvalue()).rows[0].problems


def value(cell: str, column: str) -> Any:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "age", "setting", column], ["c1", "7", "school", cell]])
    found = read(out.getvalue())
    assert found.rows[0].problems == ()
    return getattr(found.clients[0], by_heading(COLUMNS)[words.folded(column)].field)


GOOD = ("c1", 7, "school")
HEAD = ("id", "age", "setting")

# Round trip

HOSTILE = (
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'=1", "''+", "'", "none", "None", "none known", "<script>",
    'say "hi"', "a,b", "a;b", "a:b", "a\\", "\\;", "\\", "a\nb", "a\r\nb", "a\tb", "a; =1", "x, '-1",
    "_x000D_", "_x005F_x0041_",
    "#N/A", "TRUE", "7", "2026-09-01", "=", "ärger", "😀", "a\\\nb", "x|=1",
    "x, =1", "x\t=1", "x\n+1", "＝1", "any", "1e5",
)  # fmt: skip


def some(kind: str, most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(vocabulary(LIBRARY, kind))), max_size=most).map(tuple)


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
FREE = st.text(st.one_of(LETTERS, st.sampled_from(" \t\r\n;:\\'\"=+-@,|_x")), max_size=60)
WORD = st.one_of(st.sampled_from(HOSTILE), FREE.filter(lambda text: text.strip() != ""))
DAY = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))


def one(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(vocabulary(LIBRARY, kind)))


CLIENTS = st.builds(
    Client,
    id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", fullmatch=True),
    age_years=st.floats(0, 120),
    setting=st.sampled_from(sorted(SETTING_NAMES)),
    conditions=some("conditions"),
    barriers=st.dictionaries(one("barriers"), st.integers(0, 4), max_size=5),
    goals=st.lists(st.builds(Goal, occupation=one("occupations"), importance=st.integers(1, 10)), max_size=3).map(
        tuple
    ),
    strengths=some("barriers"),
    interests=st.lists(WORD, max_size=4).map(tuple),
    routines=st.lists(
        st.builds(
            Routine, occupation=one("occupations"), when=st.one_of(FREE, WORD), **{"with": st.one_of(FREE, WORD)}
        ),
        max_size=3,
    ).map(tuple),
    environment=some("environments"),
    dominant_hand=st.sampled_from(["left", "right", "either", "undecided"]),
    affected_side=st.sampled_from(["none", "left", "right", "both"]),
    tools=st.one_of(st.none(), some("tools")),
    precautions=st.one_of(st.none(), some("precautions")),
    clearances=some("clearances"),
    assessments=st.lists(st.builds(AssessmentDone, name=WORD, date=st.one_of(st.none(), DAY)), max_size=3).map(tuple),
    competencies=some("competencies"),
    delivery=st.sampled_from(["direct", "consult", "home", "telehealth"]),
    group_size=st.integers(1, 30),
    minutes=st.integers(5, 120),
    history=st.lists(
        st.builds(
            Past, activity=one("activities"), date=DAY, response=st.sampled_from(["liked", "neutral", "disliked"])
        ),
        max_size=3,
    ).map(tuple),
    not_again=some("activities"),
)


def test_the_generated_clients_fill_every_field() -> None:
    assert {column.field for column in COLUMNS} == set(Client.model_fields)


@QUICK
@given(st.lists(CLIENTS, min_size=1, max_size=4, unique_by=lambda client: client.id), st.sampled_from(["csv", "xlsx"]))
def test_reading_what_was_written_gives_the_same_clients(clients: list[Client], form: str) -> None:
    found = read_caseload(write_caseload(clients, form), f"caseload.{form}", LIBRARY)
    assert [row.problems for row in found.rows] == [()] * len(clients)
    assert found.clients == tuple(clients)
    assert (found.problems, found.unknown_columns, found.refused_columns, found.notes) == ((), (), (), ())


@FORMATS
@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_word_alone_and_among_others_comes_back(form: str, word: str) -> None:
    lists = [(word,), ("tea", word), (word, word, "tea")]
    clients = tuple(Client(id=f"c{n}", age_years=7, setting="home", interests=given_) for n, given_ in enumerate(lists))
    assert read_caseload(write_caseload(clients, form), form, LIBRARY).clients == clients


@FORMATS
def test_blanks_nothing_and_the_last_digit_come_back(form: str) -> None:
    client = Client.model_validate(
        {"id": "c1", "age_years": 0.1 + 0.2, "setting": "home", "tools": (), "precautions": (),
         "routines": [{"occupation": "dressing", "when": " before \t", "with": "\n"}, {"occupation": "eating"}]}
    )  # fmt: skip
    assert read_caseload(write_caseload([client], form), form, LIBRARY).clients == (client,)
    open_ = client.model_copy(update={"tools": None, "precautions": None})
    assert read_caseload(write_caseload([open_], form), form, LIBRARY).clients == (open_,)


def test_no_cell_of_a_csv_begins_a_formula_however_it_is_split() -> None:
    client = Client(
        id="c1", age_years=7, setting="home", interests=HOSTILE, assessments=({"name": "=1"}, {"name": "@x"})
    )
    text = write_caseload([client], "csv").decode("utf-8-sig")
    for sign in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            assert not [cell for cell in row if cell.strip(" ")[:1] in tuple("=+-@＝")], sign
    assert "'=cmd" in text


def test_no_cell_of_a_workbook_is_a_formula_or_an_error() -> None:
    clients = [Client(id=f"c{n}", age_years=7, setting="home", interests=(word,)) for n, word in enumerate(HOSTILE)]
    page = openpyxl.load_workbook(io.BytesIO(write_caseload(clients, "xlsx")))["caseload"]
    place = [cell.value for cell in page[1]].index("interests")
    cells = [row[place] for row in page.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == "=cmd|' /C calc'!A0"
    assert cells[0].quotePrefix, "so that it stays a text when somebody edits the cell"
    assert isinstance(page["B2"].value, int), "an age is a number"


def test_what_no_sheet_can_hold_is_refused_and_not_repeated() -> None:
    for bad in ("secret\x07word", "secret\ud800word"):
        client = Client.model_construct(**dict(Client(id="c1", age_years=7, setting="home")) | {"interests": (bad,)})
        for form in ("csv", "xlsx"):
            with pytest.raises(SheetError, match="client c1, interests") as caught:
                write_caseload([client], form)
            assert "secret" not in str(caught.value)
    long = Client(id="c1", age_years=7, setting="home", interests=("w" * 20,) * 499)
    assert read_caseload(write_caseload([long], "csv"), "csv", LIBRARY).clients == (long,)
    for interests in (("x" * 30,) * 400, ("x",) * 501):
        with pytest.raises(SheetError, match="interests"):
            write_caseload([long.model_copy(update={"interests": interests})], "csv")


def test_writing_needs_a_known_format_and_ids_that_differ() -> None:
    client = Client(id="c1", age_years=7, setting="home")
    with pytest.raises(SheetError, match="csv or xlsx"):
        write_caseload([client], "caseload.xls")
    with pytest.raises(SheetError, match="'c1' is given more than once"):
        write_caseload([client, client], "csv")
    with pytest.raises(SheetError, match="choose xlsx"):
        write_caseload([client], "csv", [ProgressFile.load(RECORD)])
    with pytest.raises(SheetError, match="template"):
        write_caseload([client.model_copy(update={"id": "example_row"})], "csv")


# Cells


def test_plain_words_stand_for_ids() -> None:
    assert value("Pencil grip: 3; Tactile_Sensitivity: mild\nin hand manipulation: 2.0", "BARRIERS") == {
        "grasp_pattern": 3, "tactile_sensitivity": 1, "in_hand_manipulation": 2,
    }  # fmt: skip
    assert read("ID,Age_Years, PLACE \nc1,7,outpatient  Clinic\n").clients[0].setting == "clinic"
    assert value("handwriting: 9; dressing", "goals") == (
        Goal(occupation="handwriting", importance=9),
        Goal(occupation="dressing", importance=5),
    )
    assert value("dressing: 8:00: grandparent", "routines") == (
        Routine.model_validate({"occupation": "dressing", "when": "8:00", "with": "grandparent"}),
    )
    assert value("Right-handed".replace("-", " "), "dominant hand") == "right"


def test_every_word_of_the_library_is_understood() -> None:
    known = words.Words(LIBRARY)
    for kind in ("barriers", "tools", "conditions", "precautions", "occupations", "activities", "environments"):
        for name, term in vocabulary(LIBRARY, kind).items():
            assert known.find(kind, name, "x") == name
            assert known.find(kind, f" {grammar.kept(term.name).upper()} ", "x") == name


def test_an_id_wins_over_a_name_and_a_name_over_an_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = {
        "ball": Term(id="ball", name="Big ball"),
        "hoop": Term(id="hoop", name="Ball", aliases=("Big Ball", "ring")),
        "ring_toss": Term(id="ring_toss", name="Ring toss", aliases=("ring",)),
    }
    monkeypatch.setattr(words, "vocabulary", lambda *_: terms)
    known = words.Words(LIBRARY)
    assert [known.find("tools", word, "tool") for word in ("ball", "big ball", "hoop")] == ["ball", "ball", "hoop"]
    with pytest.raises(grammar.CellProblem, match="may mean hoop or ring_toss"):
        known.find("tools", "Ring", "tool")


def test_a_word_with_two_meanings_is_asked_back() -> None:
    (told,) = problems("cards: 5", "goals")
    assert told.startswith("goals: 'cards' may mean ")
    assert told.count("_") >= 1


def test_none_and_blank_are_different_where_it_matters() -> None:
    for column, blank in (("precautions", "not asked yet"), ("tools", "any tool")):
        assert value("none", column) == ()
        assert value("", column) is None
        assert value(blank, column) is None
    assert value("none", "conditions") == ()
    assert problems("none; latex_allergy", "precautions") == (
        "precautions: 'none' stands beside other entries; keep one of the two",
    )


@pytest.mark.parametrize(
    ("text", "years"), [("7,5", 7.5), ("7 years", 7), ("6y 6m", 6.5), ("18 months", 1.5), ("'7", None), ("nan", None),
                        ("-1", None), ("121", None), ("1_0", None), ("seven", None), ("2018-05-03", None),
                        ("3.5.2018", None), ("03/05/2018", None), ("TRUE", None), ("inf", None)]
)  # fmt: skip
def test_ages(text: str, years: float | None) -> None:
    found = read(f'id,age,setting\nc1,"{text}",school\n')
    if years is None:
        assert found.clients == ()
        assert found.rows[0].problems[0].startswith("age: ")
        assert text not in found.rows[0].problems[0], "a date of birth is never repeated"
        assert ("never a date of birth" in found.rows[0].problems[0]) == (text in ("2018-05-03", "3.5.2018"))
    else:
        assert found.clients[0].age_years == years


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("barriers", "pencil gripp: 3", "'pencil gripp' is no barrier. Did you mean 'grasp_pattern' (pencil grip)?"),
        ("barriers", "grasp_pattern: 5", "'5' is no severity; give a whole number from 0 to 4"),
        ("barriers", "grasp_pattern: 2.5", "'2.5' is no severity; give a whole number from 0 to 4"),
        ("barriers", "grasp_pattern: 1; pencil grip: 2", "'grasp_pattern' is given more than once; keep one"),
        ("goals", "handwriting: 11", "'11' is no importance; give a whole number from 1 to 10"),
        ("group size", "0", "'0' is no number; give a whole number from 1 to 30"),
        ("minutes", "500", "'500' is no number; give a whole number from 5 to 120"),
        ("routines", "dressing: a: b: c", "an entry has 4 parts"),
        ("assessments", "COPM: 2026-13-01", "'2026-13-01' is no clear date"),
        ("assessments", "COPM: 9/7/2026", "'9/7/2026' is no clear date"),
        ("history", "pencil_circus_warm_up", "has no date"),
        ("history", "pencil_circus_warm_up: 2026-09-01: lked", "'lked' is not allowed; choose from liked"),
        ("interests", "x" * 61, "an entry is longer than 60 characters"),
        ("delivery", "dirct", "Did you mean 'direct'?"),
        ("tools", "; ".join(["scissors"] * 501), "has 501 entries; at most 500 are read"),
    ],
)
def test_each_problem_says_what_is_allowed(column: str, cell: str, told: str) -> None:
    (found,) = problems(cell, column)
    assert found.startswith(f"{column}: ")
    assert told in found


def test_every_problem_of_every_row_is_told_at_once() -> None:
    found = read(
        "id,age,setting,barriers,minutes\n"
        ",7,scool,grasp_patern: 9,4\n\n"
        "c2,7,school,,\n"
        "Anna Smith,x,,,\n"
    )  # fmt: skip
    first, good, last = found.rows
    assert [row.number for row in found.rows] == [2, 4, 5]
    assert [line.split(":")[0] for line in first.problems] == ["id", "setting", "barriers", "barriers", "minutes"]
    assert (good.problems, [client.id for client in found.clients]) == ((), ["c2"])
    assert sorted({line.split(":")[0] for line in last.problems}) == ["age", "id", "setting"]
    assert "Anna" not in " ".join(last.problems)
    assert found.faulty == (first, last)


def test_free_words_are_not_repeated_in_problems() -> None:
    told = problems("SECRET " * 12, "interests") + problems("dressing: " + "SECRET" * 12, "routines")
    assert len(told) == 2
    assert "SECRET" not in " ".join(told)


def test_an_id_given_twice_names_both_rows_and_takes_neither() -> None:
    found = read("id,age,setting\nc1,7,school\nc2,7,school\nc1,8,home\n")
    assert [client.id for client in found.clients] == ["c2"]
    assert ["row 4" in line and "row 2" in line for row in found.faulty for line in row.problems] == [True, True]


def test_activity_names_may_hold_colons() -> None:
    name, term = next((name, term) for name, term in LIBRARY.activities.items() if ":" in term.name)
    done = f"{term.name}: 2026-09-14: liked; {term.name}: 15.9.2026"
    assert [(past.activity, past.response) for past in value(done, "history")] == [(name, "liked"), (name, "neutral")]
    assert value(term.name, "not again") == (name,)


# Headings


def test_columns_that_name_a_person_never_enter() -> None:
    found = read(
        "Name,DOB,id,age,setting,Date of birth,Phone,Home address,Mother\n"
        "Anna Q,2018,c1,7,school,2018-01-01,555-1234,Elm St 1,Berta\n"
    )
    assert [line.split(":")[0][7:8] for line in found.refused_columns] == list("ABFGHI")
    assert "pseudonyms only" in found.refused_columns[0]
    text = found.model_dump_json()
    assert not [word for word in ("Anna", "2018", "555", "Elm", "Berta") if word in text]
    assert [client.id for client in found.clients] == ["c1"]


@pytest.mark.parametrize(
    "heading", ["Child's name", "D.O.B.", "E-mail", "Birthday", "NHS number", "Fecha de nacimiento"]
)
def test_personal_headings(heading: str) -> None:
    assert personal(heading)
    assert not [column for column in COLUMNS for own in column.headings if personal(own)]


def test_unknown_missing_and_double_columns_are_told() -> None:
    found = read("ID , Age In Years,bariers,Diagnosis,conditions,\nc1,7,x,autism,adhd,stray\n")
    assert found.unknown_columns == (
        "column C 'bariers': there is no such column and it is not read. Did you mean 'barriers'?",
    )
    assert found.problems == (
        "column E 'conditions': 'conditions' stands already in column D; keep one of the two",
        "there is no column 'setting'; every row needs it",
    )
    assert found.clients == ()
    assert [line.split(":")[0] for line in found.rows[0].problems] == ["column F", "setting"]


def test_headings_do_not_clash() -> None:
    headings = [words.folded(heading) for column in COLUMNS for heading in set(map(words.folded, column.headings))]
    assert len(headings) == len(set(headings))
    assert len(guide()) == len(COLUMNS) == 22


def test_a_title_may_stand_above_and_no_headings_is_an_error() -> None:
    assert [row.number for row in read("Autumn caseload\n\nid,age,setting\nc1,7,school\n").rows] == [4]
    told = refusal(b"Anna Smith,2018-01-01,school\n", "x.csv")
    assert "id, age and setting" in told
    assert "Anna" not in told
    assert "no row under" in read("id,age,setting\n").problems[0]


@FORMATS
def test_the_template_reads_and_its_example_is_no_client(form: str) -> None:
    content = template(f"x.{form}", LIBRARY)
    found = read(content, f"t.{form}")
    assert (found.clients, found.unknown_columns, found.problems) == ((), (), ())
    assert "template" in found.rows[0].problems[0]
    if form == "csv":
        good = read(content.replace(b"example_row", b"c9"))
        assert good.clients[0].barriers == {"grasp_pattern": 3, "tactile_sensitivity": 2}
        assert good.clients[0].precautions == ()
        assert good.clients[0].tools is None
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["caseload", "words"]
        rows = list(book["words"].values)
        assert {"pencil_circus_warm_up", "latex_allergy", "grasp_pattern", "telehealth"} <= {row[1] for row in rows}


# CSV as programs save it

PLAIN = 'id,age,setting,interests\nc1,"7,5",school,"Käse; ""q"""\n'


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(coding: str, sign: str, end: str) -> None:
    rows = [["id", "age", "setting", "interests", "", ""], ["c1", "7,5", "school", 'Käse; "q"', "", ""], ["", "", ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator=end).writerows(rows)
    found = read(out.getvalue().encode(coding))
    assert found.clients[0].interests == ("Käse", '"q"')
    assert found.clients[0].age_years == 7.5
    assert len(found.rows) == 1
    assert bool(found.notes) == (coding == "cp1252")


def test_quoted_newlines_keep_the_row_numbers_of_a_spreadsheet() -> None:
    found = read('sep=;\nid;age;setting;interests\nc1;7;school;"tea\r\nmilk"\n;;;\nc2;7;school;x\n')
    assert [row.number for row in found.rows] == [2, 4]
    assert found.clients[0].interests == ("tea", "milk")


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.csv", "is empty"),
        (b"id,age,setting\nc1,7,\"school\n", "a.csv", "not closed"),
        (b"id,age\x00\x00\x01", "a.csv", "no text file"),
        (b"\x81\x8d\x8f", "a.csv", "not readable as text"),
        (b"\xff\xfeabc", "a.csv", "not readable as text"),
        (b"x" * (MAX_BYTES + 1), "a.csv", "5,000,000"),
        (b"PK\x03\x04", "a.csv", "it is a workbook"),
        (b"id,age,setting\n", "a.xlsx", "ending .csv"),
        (b"PK\x03\x04nothing", "a.xlsx", "broken workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "password"),
        (b"x", "a.xls", "old Excel format"),
        (b"x", "a.XLSM", "macros"),
        (b"x", "a.ods", "OpenDocument"),
        (b"x", "anna.pdf", "no .csv and no .xlsx"),
        (b"x", "", "no .csv and no .xlsx"),
    ],
)  # fmt: skip
def test_files_that_are_no_sheet_are_refused_with_what_to_do(content: bytes, name: str, told: str) -> None:
    text = refusal(content, name)
    assert told in text
    assert "anna" not in text


def test_only_the_ending_of_a_name_is_looked_at() -> None:
    for name in ("../../x.csv", "C:\\x\\y.CSV", "/etc/passwd.csv", "a.xlsx/b.csv", "csv"):
        assert len(read(PLAIN, name).clients) == 1
    assert "no .csv" in refusal(PLAIN.encode(), "x.csv/passwd")


@FORMATS
def test_ten_thousand_rows_are_the_limit(form: str) -> None:
    def rows(count: int) -> bytes:
        lines = [HEAD, *((f"c{n}", 7, "school") for n in range(count))]
        return sheet(*lines) if form == "xlsx" else "\n".join(",".join(map(str, row)) for row in lines).encode()

    assert len(read(rows(MAX_ROWS), form).clients) == MAX_ROWS
    assert "10,000" in refusal(rows(MAX_ROWS + 1), form)
    assert "10,000" in refusal(rows(MAX_ROWS + 100), form)


def test_many_problems_are_counted_and_hints_are_rationed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(words, "nearest", lambda *given_: calls.append(given_) or "")
    cell = "; ".join(f"no such thing {n}" for n in range(490))
    text = "id,age,setting,tools\n" + "".join(f"c{n},7,school,{cell}\n" for n in range(5))
    found = read(text)
    assert len(calls) == words.MAX_HINTS
    assert [len(row.problems) for row in found.rows] == [table.MAX_PROBLEMS + 1] * 5
    assert found.rows[0].problems[-1] == "and 440 more in this row"


# Workbooks as people make them


def test_dates_numbers_and_texts_of_a_workbook() -> None:
    found = read(
        sheet(
            (*HEAD, "minutes", "group size", "assessments", "interests"),
            ("c1", "7.5", "school", "45", 1.0, "COPM: 2026-09-01", dt.date(2026, 9, 1)),
            ("c2", dt.datetime(2018, 5, 3), "school", 45.5, True, "", 3.5),
            (3, 0.1, "school", 45, 2, "", 12),
        ),
        "a.xlsx",
    )
    first, third = found.clients
    assert (first.age_years, first.minutes, first.group_size, first.interests) == (7.5, 45, 1, ("2026-09-01",))
    assert first.assessments == (AssessmentDone(name="COPM", date=dt.date(2026, 9, 1)),)
    assert (third.id, third.age_years, third.interests) == ("3", 0.1, ("12",))
    assert [line.split(":")[0] for line in found.faulty[0].problems] == ["age", "group size", "minutes"] or [
        line.split(":")[0] for line in found.faulty[0].problems
    ] == ["age", "minutes", "group size"]
    assert "2018" not in str(found.faulty)


def test_a_formula_counts_by_its_stored_value() -> None:
    content = sheet(HEAD, ("c1", "=3+4", "school"), ("c2", 7, '=IF(1,"school","")'), ("c3", 7, "school"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>3+4</f>" in page
    stored = re.sub(rb"<f>3\+4</f><v>?[ /]*(</v)?>", b"<f>3+4</f><v>7</v>", page)
    assert stored != page
    found = read(repacked(content, {"xl/worksheets/sheet1.xml": stored}), "a.xlsx")
    assert [client.id for client in found.clients] == ["c1", "c3"]
    assert found.clients[0].age_years == 7
    assert found.faulty[0].problems == (
        "setting: holds a formula whose result is not in the file; write the value itself",
    )
    assert len(read(content, "a.xlsx").faulty) == 2
    empty = re.sub(rb'<c r="B2"><f>3\+4</f>', b'<c r="B2" t="str"><f>3+4</f>', page)
    assert empty != page
    told = read(repacked(content, {"xl/worksheets/sheet1.xml": empty}), "a.xlsx").faulty[0].problems
    assert told == ("age: is missing; give years, such as 7.5 or 6y 6m; never a date of birth",), (
        "an empty text is a result"
    )


def test_a_row_of_nothing_but_formulas_is_not_lost() -> None:
    found = read(sheet(HEAD, ("=A1", "=B1", "=C1")), "a.xlsx")
    assert [(row.number, len(row.problems)) for row in found.rows] == [(2, 3)]


def test_merged_cells_and_errors_are_told() -> None:
    rows = (("Title", "", ""), HEAD, ("c1", 7, "school"), ("c2", 8, None), ("c3", 9, "#REF!"))

    def merge(page: Any) -> None:
        page.merge_cells("A1:C1")
        page.merge_cells("C3:C4")

    found = read(sheet(*rows, change=merge), "a.xlsx")
    assert [client.id for client in found.clients] == ["c1"]
    assert found.rows[1].problems == (
        "setting: is part of the merged cells C3:C4; unmerge them and write the value into every row",
    )
    assert "error of the spreadsheet" in found.rows[2].problems[0]


def test_the_sheet_that_is_read_is_named_or_the_first_one_seen() -> None:
    def more(page: Any) -> None:
        page.sheet_state = "hidden"
        other = page.parent.create_sheet("Summer")
        for row in (HEAD, ("c9", 7, "home")):
            other.append(row)

    assert [c.id for c in read(sheet(HEAD, GOOD, change=more, title="old"), "a.xlsx").clients] == ["c9"]
    named = read(sheet(HEAD, GOOD, change=more, title="Caseload"), "a.xlsx")
    assert [client.id for client in named.clients] == ["c1"]
    assert "1 other sheet was not" in named.notes[0]


def test_styles_far_below_and_blank_columns_do_not_matter() -> None:
    def far(page: Any) -> None:
        page["XFD1048576"].font = openpyxl.styles.Font(bold=True)

    assert len(read(sheet(HEAD, GOOD, change=far), "a.xlsx").rows) == 1

    def value_far(page: Any) -> None:
        page["A1048576"] = "x"

    def value_right(page: Any) -> None:
        page["XFD2"] = "x"

    assert "10,000" in refusal(sheet(HEAD, GOOD, change=value_far), "a.xlsx")
    assert "256 columns" in refusal(sheet(HEAD, GOOD, change=value_right), "a.xlsx")


# Workbooks that somebody made to do harm


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repacked(sheet(HEAD, GOOD), {STRINGS: b" " * (package.MAX_UNPACKED + 1)})
    assert len(bomb) < MAX_BYTES
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("a part was unpacked"))
    assert "unpacks to more than" in refusal(bomb, "a.xlsx")


def test_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    content = bytearray(repacked(sheet(HEAD, GOOD), {STRINGS: b"<a>" + b" " * 2_000_000 + b"</a>"}))
    size = (2_000_007).to_bytes(4, "little")
    assert content.count(size) == 2
    assert "broken" in refusal(bytes(content.replace(size, (100).to_bytes(4, "little"))), "a.xlsx")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(("bomb", "coding"), [(ENTITIES, "utf-8"), (ENTITIES, "utf-16"), (OUTSIDE, "utf-8")])
@pytest.mark.parametrize("part", [STRINGS, SHEET_PART, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"])
def test_a_document_type_is_refused_in_every_part(part: str, bomb: str, coding: str) -> None:
    good = sheet(HEAD, GOOD)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        text = archive.read(part).decode()
    body = text.split("?>", 1)[1] if text.startswith("<?xml") else text
    assert "not safe to open" in refusal(repacked(good, {part: (bomb + body).encode(coding)}), "a.xlsx")


def test_xml_without_end_or_without_bottom_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    good = sheet(HEAD, GOOD)
    deep = b"<a>" * 100 + b"</a>" * 100
    assert "not safe" in refusal(repacked(good, {STRINGS: deep}), "a.xlsx")
    monkeypatch.setattr(package, "MAX_ELEMENTS", 200)
    assert "not safe" in refusal(repacked(good, {STRINGS: b"<a>" + b"<b/>" * 300 + b"</a>"}), "a.xlsx")


def test_macros_passwords_and_odd_packing_are_refused() -> None:
    good = sheet(HEAD, GOOD)
    assert "macros" in refusal(repacked(good, {}, **{"xl/vbaProject.bin": b"x"}), "a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "not safe" in refusal(out.getvalue(), "a.xlsx")
    assert "not safe" in refusal(repacked(good, {}, **{f"x{n}.png": b"" for n in range(501)}), "a.xlsx")


def test_parts_that_were_not_checked_are_not_seen() -> None:
    """A part with another ending is not scanned, and so it must not reach openpyxl."""
    good = sheet(HEAD, GOOD)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        types = archive.read("[Content_Types].xml").replace(b"sharedStrings.xml", b"sharedStrings.png")
        strings = archive.read(STRINGS)
    moved = repacked(good, {"[Content_Types].xml": types, STRINGS: None}, **{"xl/sharedStrings.png": strings})
    assert "broken" in refusal(moved, "a.xlsx")


def test_too_many_merged_cells_and_too_much_shared_text_are_refused() -> None:
    good = sheet(HEAD, GOOD)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        page = archive.read(SHEET_PART)
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:C1048576"/>' * 1_001 + b"</mergeCells>"
    assert "merged" in refusal(
        repacked(good, {SHEET_PART: page.replace(b"</sheetData>", b"</sheetData>" + merged)}), "a.xlsx"
    )
    many = sheet((*HEAD, "interests"), *((f"c{n}", 7, "school", "x" * 2_000) for n in range(5_100)))
    assert "characters" in refusal(many, "a.xlsx")


def test_a_part_of_a_good_workbook_is_no_workbook() -> None:
    good = write_caseload([Client(id="c1", age_years=7, setting="home")], "xlsx")
    for cut in range(10, len(good) - 1, max(1, len(good) // 40)):
        assert "broken" in refusal(good[:cut], "a.xlsx")


BASE = {
    "csv": write_caseload([Client(id="c1", age_years=7, setting="home", interests=("tea", "a;b"))], "csv"),
    "xlsx": shared(write_caseload([Client(id="c1", age_years=7, setting="home", interests=("tea", "a;b"))], "xlsx")),
}


def outcome(call: Callable[[], Any]) -> Any:
    """A preview, or the one error that is allowed; any other one fails the test."""
    try:
        return call()
    except SheetError as error:
        return error


def consistent(found: Preview) -> bool:
    return all((row.client is None) == bool(row.problems) for row in found.rows)


@settings(QUICK, max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(["csv", "xlsx", "txt"]), st.booleans())
@example(b"sep=\n\nid,age,setting\n", "csv", False)
@example(b'sep="\nid,age,setting\n', "csv", False)
def test_random_bytes_give_a_preview_or_a_sheet_error(content: bytes, form: str, with_head: bool) -> None:
    head = {"xlsx": b"PK\x03\x04"}.get(form, b"id,age,setting,barriers,history\n") if with_head else b""
    for reader in (lambda data: read_caseload(data, form, LIBRARY), lambda data: read_points(data, form)):
        found = outcome(lambda: reader(head + content))  # noqa: B023
        assert found.problems if isinstance(found, SheetError) else len(found.rows) <= 400


@settings(QUICK, max_examples=200)
@given(st.data(), st.sampled_from(["csv", "xlsx"]))
def test_mutated_files_give_a_preview_or_a_sheet_error(data: st.DataObject, form: str) -> None:
    content = bytearray(BASE[form])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found = outcome(lambda: read_caseload(bytes(content), form, LIBRARY))
    assert found.problems if isinstance(found, SheetError) else consistent(found)


PARTS = ["xl/workbook.xml", SHEET_PART, STRINGS, "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]


@settings(QUICK, max_examples=250)
@given(st.data(), st.sampled_from(PARTS))
def test_mutated_parts_inside_a_sound_archive_give_a_preview_or_a_sheet_error(data: st.DataObject, part: str) -> None:
    """The archive stays whole, so that the damage reaches the parser and openpyxl."""
    with zipfile.ZipFile(io.BytesIO(BASE["xlsx"])) as archive:
        text = archive.read(part).decode()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        new = data.draw(
            st.sampled_from(["", "0", "-1", "99999999999999999999", "x", "<a/>", 'r="A0"', 't="s"', "&", "e9"])
        )
        text = text[:place] + new + text[place + data.draw(st.integers(0, 3)) :]
    found = outcome(lambda: read(repacked(BASE["xlsx"], {part: text.encode()}), "a.xlsx"))
    assert found.problems if isinstance(found, SheetError) else consistent(found)


def test_a_row_number_without_end_does_not_loop() -> None:
    with zipfile.ZipFile(io.BytesIO(BASE["xlsx"])) as archive:
        page = archive.read(SHEET_PART)
    assert b'<row r="2"' in page
    far = page.replace(b'<row r="2"', b'<row r="99999999999999"')
    found = outcome(lambda: read(repacked(BASE["xlsx"], {SHEET_PART: far}), "a.xlsx"))
    assert isinstance(found, SheetError) or found.clients == ()


# Whole records and points


def test_a_record_goes_into_a_workbook_and_its_points_come_back() -> None:
    record = ProgressFile.load(RECORD)
    content = write_caseload([Client(id="c001", age_years=6.5, setting="school")], "xlsx", [record])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["caseload", "goals", "points", "sessions"]
    assert [page.max_row - 1 for page in book] == [1, 2, 21, 6]
    assert book["goals"]["I2"].value == dt.datetime(2026, 9, 7)
    activities = book["sessions"]["D2"].value
    assert activities.startswith("pencil_circus_warm_up: 5: model: liked; pencil_grip_trial_own_words: 20")
    found = read_points(content, "a.xlsx")
    assert (found.problems, [row for row in found.rows if row.problems]) == ((), [])
    for goal in record.goals:
        again = GoalRecord.model_validate(dict(goal) | {"points": found.points["c001", goal.id]})
        assert again == goal


def test_the_points_of_hostile_notes_come_back() -> None:
    points = [{"date": dt.date(2026, 9, 14 + n), "value": 0.1 + 0.2, "note": word.strip() or "x", "setting": word}
              for n, word in enumerate(HOSTILE[:14])]  # fmt: skip
    goal = {
        "id": "g1", "text": "=1", "measure": "duration", "unit": "-s", "direction": "up", "points": points,
        "baseline": {"date": "2026-09-07", "value": 0}, "target": {"date": "2026-12-14", "value": 4},
    }  # fmt: skip
    record = ProgressFile.parse({"client": "c1", "goals": [goal]})
    content = write_caseload([], "xlsx", [record])
    found = read_points(content, "x.xlsx")
    again = GoalRecord.model_validate(dict(record.goals[0]) | {"points": found.points["c1", "g1"]})
    assert again == record.goals[0]
    assert {cell.data_type for row in openpyxl.load_workbook(io.BytesIO(content))["goals"] for cell in row} <= {
        "s",
        "n",
        "d",
    }


def test_points_are_checked_row_by_row() -> None:
    found = read_points(
        b"Client ID,Goal,Date,Value,Out of,Prompt,By,Note,DOB\n"
        b"c1,g1,2026-09-14,3,5,verbal prompt,teacher,ok,2018\n"
        b"c1,g1,9/7/2026,6,5,verbl,Ms Miller,,\n"
        b"c 1,G 1,,x,0,9,,,\n"
        b"c1,g2,2026-09-14,partial physical,,,,,\n"
        b"c1,g1,2026-09-15,7,5,,,,\n"
        b"c1,g3,2026-09-15,7,,,,,\n"
        b"c1,g3,15.9.2026,8,,,,,\n",
        "p.csv",
    )
    fields = {"date": dt.date(2026, 9, 14), "value": 3.0, "out_of": 5, "prompt": 2, "by": "teacher", "note": "ok"}
    assert found.points == {
        ("c1", "g1"): (fields,),
        ("c1", "g2"): ({"date": dt.date(2026, 9, 14), "value": "partial_physical"},),
    }
    heads = [[line.split(":")[0] for line in row.problems] for row in found.rows]
    assert heads[1] == ["date", "prompt", "by", "value"]
    assert heads[2] == ["client", "goal", "date", "value", "out of", "prompt"]
    assert heads[4:] == [["value"], ["date"], ["date"]]
    assert "rows 7 and 8" in found.rows[5].problems[0]
    assert "Miller" not in str(found.rows)
    assert len(found.refused_columns) == 1
    assert "2018" not in found.model_dump_json()


def test_points_without_a_needed_column_are_no_points() -> None:
    found = read_points(b"client,date,value\nc1,2026-09-14,3\n", "p.csv")
    assert found.points == {}
    assert found.problems == ("there is no column 'goal'; every row needs it",)
    assert found.rows[0].problems == ("goal: there is no such column; every point needs it",)


def test_importing_the_floor_loads_no_spreadsheet_library() -> None:
    code = "import sys; import otrec.exchange; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'otrec'" in loaded
    assert not [name for name in ("openpyxl", "pandas", "numpy", "lxml", "streamlit") if f"'{name}'" in loaded]


def test_the_library_is_the_same_for_both_ways(library: Library) -> None:
    assert library.version == LIBRARY.version
