"""Files of many clients: the lists of `recommend`, what is wrong with a row, and going on after a stop."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from otrec import Client, Engine, Library, LibraryError, OtrecError, example, extras, load_library
from otrec.batch import BatchError, Summary, lists, run, run_batch
from otrec.batch.forms import form_of
from otrec.batch.journal import Journal
from otrec.batch.lines import LONGEST, TOO_LONG, UNCLOSED, Lines, Record, csv_records, json_records
from otrec.batch.lists import EMPTY
from otrec.batch.reading import EXAMPLE, NO_FIELD, NO_JSON, NOT_UTF8, NOTHING, PSEUDONYM, TWICE, Reader
from otrec.batch.sources import HEAD, TextSource
from otrec.batch.writing import INTERVALS, names
from otrec.cli import app
from otrec.cli.batch import bar
from otrec.engine.many import COLUMNS
from otrec.exchange import read_caseload, write_caseload
from otrec.exchange.errors import SheetError
from otrec.models import OptionError

DAY = dt.date(2026, 11, 1)
#: Stands in rows as a client's text would; nothing that is told may hold it.
SECRET = "Zyxwvut"
HEADING = "id,age,setting,barriers,goals,interests\r\n"


def quiet(line: str) -> None:
    """Notes of runs that are not about notes."""


def ran(source: Path, out: Path | str, k: int = 3, **asked: Any) -> Summary:
    return run_batch(source, out, k, **{"chunk": 4, "tell": quiet, "as_of": DAY, **asked})


@pytest.fixture(autouse=True)
def _read_once(library: Library, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs take the library and the engine that all tests share; the command's test reads its own."""
    monkeypatch.setattr(run, "load_library", lambda *given: library if given == (None, ()) else load_library(*given))
    monkeypatch.setattr(
        lists, "Engine", lambda library: engine if library is engine.library else Engine(library=library)
    )


@pytest.fixture(scope="session")
def people(library: Library) -> list[Client]:
    """Clients of several kinds, each three times with something changed."""
    first = [Client.load(example(name)) for name in ("pencil_grip", "stroke_neglect", "fall_at_home")]
    found = []
    for number, client in enumerate(first * 3):
        changed = {"id": f"c{number}", "minutes": 15 + number, "interests": ("dinosaurs", 'two; "signs"', "a\nline")}
        found.append(client.model_copy(update=changed))
    return found


@pytest.fixture(scope="session")
def expected(engine: Engine, people: list[Client]) -> list[dict[str, Any]]:
    return rows_of(engine, people)


def rows_of(engine: Engine, people: list[Client], k: int = 3, **asked: Any) -> list[dict[str, Any]]:
    """What `recommend` lists for clients, one by one."""
    rows = []
    for client in people:
        for item in engine.recommend(client, k, as_of=DAY, **asked).items:
            values = (client.id, item.rank, item.activity.id, item.activity.name, item.score, item.light,
                      item.low, item.high, item.p_top5, item.tier)  # fmt: skip
            rows.append(dict(zip(names(True), values, strict=True)))
    return rows


def written(people: list[Client], path: Path) -> Path:
    """Clients as a file, in the form that its ending tells."""
    if path.suffix == ".csv":
        path.write_bytes(write_caseload(people, "csv"))
    elif path.suffix == ".jsonl":
        path.write_text("".join(f"{one.model_dump_json(by_alias=True)}\n" for one in people), encoding="utf-8")
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = [json.loads(one.model_dump_json(by_alias=True)) for one in people]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns["goals"] = [json.dumps(value) for value in columns["goals"]]
        table = pa.table(columns)
        pairs = [list(row["barriers"].items()) for row in rows]
        kind = pa.map_(pa.string(), pa.int64())
        pq.write_table(table.append_column("extra", table["id"]), path, row_group_size=2)
        if path.stem == "map":
            place = table.schema.get_field_index("barriers")
            pq.write_table(table.set_column(place, "barriers", pa.array(pairs, kind)), path, row_group_size=5)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a result, its numbers as numbers."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".csv":
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
        numbers = {"rank": int, "score": float, "low": float, "high": float, "p_top5": float}
        return [{name: numbers.get(name, str)(value) for name, value in row.items()} for row in rows]
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def same(found: list[dict[str, Any]], wanted: list[dict[str, Any]], columns: tuple[str, ...] = COLUMNS) -> None:
    assert [tuple(row) for row in found] == [columns] * len(wanted)
    for one, other in zip(found, wanted, strict=True):
        for name in columns:
            given = other[name]
            assert one[name] == (pytest.approx(given, abs=6e-7) if isinstance(given, float) else given), (one, other)


@pytest.mark.parametrize("source", ["people.csv", "people.jsonl", "people.parquet", "map.parquet"])
@pytest.mark.parametrize("out", ["lists.csv", "lists.jsonl", "lists.parquet"])
def test_every_form_gives_the_lists_of_recommend(
    tmp_path: Path, people: list[Client], expected: list[dict[str, Any]], source: str, out: str
) -> None:
    done = ran(written(people, tmp_path / source), tmp_path / out)
    same(read(tmp_path / out), expected)
    assert done == Summary(clients=9, listed=len(expected), rejected=0, empty=0)
    assert done.complete
    assert {path.name for path in tmp_path.iterdir()} == {source, out}


@pytest.mark.parametrize(
    "asked",
    [
        {"k": 5, "diversity": 1.0},
        {"bag_only": True, "no_purchase": True},
        {"include_red": True, "k": 40},
        {"phases": ["practice"], "arousal": ["calming", "organising"]},
    ],
)
def test_options_are_those_of_recommend(
    tmp_path: Path, engine: Engine, people: list[Client], asked: dict[str, Any]
) -> None:
    told_against = Client(id="c9", age_years=7, setting="school", barriers={"graphomotor_control": 3}, precautions=())
    people = [*people, told_against]
    ran(written(people, tmp_path / "people.jsonl"), tmp_path / "lists.jsonl", **asked)
    wanted = rows_of(engine, people, **{"k": 3, **asked})
    assert wanted != rows_of(engine, people, asked.get("k", 3)) or set(asked) == {"k"}
    same(read(tmp_path / "lists.jsonl"), wanted)


def test_intervals_are_those_of_recommend(tmp_path: Path, people: list[Client], expected: list[dict[str, Any]]) -> None:
    source = written(people, tmp_path / "people.csv")
    for out in ("lists.csv", "lists.parquet"):
        ran(source, tmp_path / out, intervals=True)
        same(read(tmp_path / out), expected, (*COLUMNS, *INTERVALS))


def test_lists_stay_right_when_many_lives_were_met(
    tmp_path: Path, engine: Engine, library: Library, people: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from otrec.compiled import profiles

    monkeypatch.setattr(profiles, "MOST_LIVES", 2)
    lives = [people[0].model_copy(update={"environment": (name,)}) for name in list(library.environments)[:6]]
    ran(written(lives, tmp_path / "in.jsonl"), tmp_path / "lists.jsonl")
    same(read(tmp_path / "lists.jsonl"), rows_of(engine, lives))


def test_freshness_counts_from_the_day(tmp_path: Path, engine: Engine, child: Client, library: Library) -> None:
    activity = engine.recommend(child, 1, as_of=DAY).items[0].activity.id
    past = [{"activity": activity, "date": "2026-10-31", "response": "disliked"}]
    client = Client.parse({**json.loads(child.model_dump_json(by_alias=True)), "history": past})
    source = written([client], tmp_path / "one.jsonl")
    ran(source, tmp_path / "now.jsonl")
    ran(source, tmp_path / "later.jsonl", as_of=dt.date(2036, 1, 1))
    assert read(tmp_path / "now.jsonl")[0]["activity_id"] != activity
    assert read(tmp_path / "later.jsonl")[0]["activity_id"] == activity


GOOD = "g{0},7,school,grasp_pattern: 3,,"
#: A row of CSV, and what is told of it.
BAD_CELLS = {
    f"b,7,school,{SECRET}: 3,,": "barriers: cannot be read; write barrier: severity",
    f"b,{SECRET},school,grasp_pattern: 3,,": "age: cannot be read; write years",
    "b,14.9.2019,school,grasp_pattern: 3,,": "age: is a date",
    f"b,7,{SECRET},grasp_pattern: 3,,": "setting: cannot be read; write one of",
    "b,7,,grasp_pattern: 3,,": "setting: is missing",
    f"{SECRET} {SECRET},7,school,grasp_pattern: 3,,": PSEUDONYM,
    ",7,school,grasp_pattern: 3,,": "id: is missing",
    f"b,7,school,,,{SECRET}": NOTHING,
    "b,7,school,grasp_pattern: 0,,": NOTHING,
    "b,7,school,grasp_pattern: 9,,": "barriers: cannot be read",
    f"b,7,school,grasp_pattern: 3; grasp_pattern: 2,,{SECRET}": "barriers: cannot be read",
    f'b,7,school,grasp_pattern: 3,,"{SECRET}': UNCLOSED,
    f'b,7,school,grasp_pattern: 3,,"{SECRET}" x': UNCLOSED,
    f"b,7,school,grasp_pattern: 3,,,,{SECRET}": "a cell stands under no heading",
    f"b,7,school,grasp_pattern: 3,,\x01{SECRET}": "interests: holds a sign",
    "b,7,school,grasp_pattern: 3,," + "w; " * 501: "interests: has 501 entries",
    "b,7,school,grasp_pattern: 3,," + SECRET * 2_000: "interests: has 14,000 characters",
    f"b,7,school,grasp_pattern: 3,,{'w' * 61}": "interests",
    "b,7,school,grasp_pattern: 3,," + SECRET * 20_000: "a cell is too long",
    "b,7,school,grasp_pattern: 3,," + SECRET * 150_000: TOO_LONG,
    "example_row,7,school,grasp_pattern: 3,,": EXAMPLE,
    f"b,7,nicu,grasp_pattern: 3,,{SECRET}": "",
}
BAD_LINES = {
    f"{{{SECRET}": NO_JSON,
    f'["{SECRET}"]': NO_JSON,
    '"' + SECRET: NO_JSON,
    '{"a": ' * 5_000: NO_JSON,
    f'{{"id": "b", "age_years": 7, "setting": "school", "goals": [], "{SECRET}": 1}}': NO_FIELD,
    f'{{"id": "b", "age_years": 7, "setting": "school", "barriers": {{"{SECRET}": 1}}}}': "barriers: String",
    '{"id": "b", "age_years": 7, "setting": "school", "barriers": {"zyxwvut": 1}}': "barriers: an id is not in the",
    f'{{"id": "b", "age_years": 7, "setting": "{SECRET}", "barriers": {{}}}}': "setting: Input should be",
    f'{{"id": "b", "age_years": 7, "setting": "school", "goals": [{{"{SECRET}": 1}}]}}': "goals, entry 1: a part is",
    '{"id": "b", "age_years": 7, "age_years": 8, "setting": "school", "barriers": {"grasp_pattern": 3}}': TWICE,
    '{"id": "b", "age_years": 7, "setting": "school", "barriers": {"grasp_pattern": 3, "grasp_pattern": 2}}': TWICE,
    '{"age_years": 7, "setting": "school", "barriers": {"grasp_pattern": 3}}': PSEUDONYM,
    '{"id": "b", "age_years": NaN, "setting": "school", "barriers": {"grasp_pattern": 3}}': NO_JSON,
    '{"id": "b", "age_years": true, "setting": "school", "barriers": {"grasp_pattern": 3}}': "age_years: give age in",
    '{"id": "b", "age_years": 121, "setting": "school", "barriers": {"grasp_pattern": 3}}': "age_years: Input",
    '{"id": "b", "age_years": 7, "barriers": {"grasp_pattern": 3}}': "setting: is missing",
    '{"id": "b", "age_years": 7, "setting": "school"}': NOTHING,
    f'{{"id": "b", "interests": ["{SECRET * 150_000}"]}}': TOO_LONG,
}


def told_of(out: Path) -> dict[int, str]:
    rejects = out.with_name(f"{out.name}.rejects.csv")
    rows = list(csv.DictReader(io.StringIO(rejects.read_bytes().decode("utf-8-sig"), newline="")))
    return {int(row["row"]): row["reason"] for row in rows}


def check_told(told: dict[int, str], wanted: list[str]) -> None:
    """Every second row is bad; each is told by number, and nothing of it."""
    assert [number % 2 for number in told] == [next(iter(told)) % 2] * len(wanted)
    for reason, start in zip(told.values(), wanted, strict=True):
        assert reason.startswith(start) or f"; {start}" in reason or start in reason, (reason, start)
        assert SECRET.lower() not in reason.lower()


def test_a_bad_row_of_csv_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = [line for number, bad in enumerate(BAD_CELLS) for line in (bad, GOOD.format(number))]
    source = tmp_path / "clients.csv"
    source.write_bytes((HEADING + "\r\n".join(rows) + "\r\n").encode())
    done = ran(source, tmp_path / "lists.csv")
    told = told_of(tmp_path / "lists.csv")
    assert list(told) == list(range(2, 2 * len(BAD_CELLS) + 1, 2))
    check_told(told, list(BAD_CELLS.values()))
    assert told[2 * len(BAD_CELLS)] == EMPTY
    assert (done.clients, done.rejected, done.empty) == (len(BAD_CELLS) + 1, len(BAD_CELLS) - 1, 1)
    listed = list(dict.fromkeys(row["client_id"] for row in read(tmp_path / "lists.csv")))
    assert listed == [f"g{number}" for number in range(len(BAD_CELLS))]


def test_a_bad_line_of_json_is_told_and_the_rest_goes_on(tmp_path: Path, child: Client) -> None:
    good = [child.model_copy(update={"id": f"g{number}"}).model_dump_json(by_alias=True) for number in range(99)]
    lines = [line.encode() for number, bad in enumerate(BAD_LINES) for line in (bad, good[number])]
    lines += [f'{{"id": "{SECRET}'.encode() + b'\xff"}', good[98].encode()]
    source = tmp_path / "clients.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    done = ran(source, tmp_path / "lists.csv")
    told = told_of(tmp_path / "lists.csv")
    check_told(told, [*BAD_LINES.values(), NOT_UTF8])
    assert list(told) == list(range(1, 2 * len(BAD_LINES) + 2, 2))
    assert (done.clients, done.rejected) == (len(BAD_LINES) + 1, len(BAD_LINES) + 1)


def test_a_bad_row_of_parquet_is_told(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {"id": "g1", "barriers": '{"grasp_pattern": 3}', "interests": None},
        {"id": "b", "barriers": f'{{"{SECRET}', "interests": None},
        {"id": "b", "barriers": f'{{"grasp_pattern": "{SECRET}"}}', "interests": None},
        {"id": SECRET + " ", "barriers": '{"grasp_pattern": 3}', "interests": None},
        {"id": "b", "barriers": '{"grasp_pattern": 3}', "interests": [SECRET * 200_000]},
        {"id": "b", "barriers": '{"grasp_pattern": 3}', "interests": [SECRET * 20]},
        {"id": "g2", "barriers": '{"grasp_pattern": 3}', "interests": None},
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    pq.write_table(pa.table({**columns, "age_years": [7] * 7, "setting": ["school"] * 7}), tmp_path / "in.parquet")
    ran(tmp_path / "in.parquet", tmp_path / "lists.csv")
    told = told_of(tmp_path / "lists.csv")
    assert list(told) == [2, 3, 4, 5, 6]
    assert (told[2], told[4], told[5]) == ("barriers: is no valid JSON", PSEUDONYM, TOO_LONG)
    assert not any(SECRET in reason for reason in told.values())
    assert {row["client_id"] for row in read(tmp_path / "lists.csv")} == {"g1", "g2"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nothing,of,this\n1,2,3\n", "no row of headings"),
        ("id,age\nc1,7\n", "no column 'setting'"),
        ("id,age,setting,age\nc1,7,school,8\n", "stands already in column B"),
        ("", "no row of headings"),
        ("id,age,setting\rc1,7,school\r", "lines end in an old way"),
        ("id,age,setting\nc1,7,school\n".encode("utf-16"), "not UTF-8"),
        (b"PK\x03\x04" + bytes(range(256)), "no row of headings"),
    ],
)
def test_a_file_that_is_no_caseload_is_refused(tmp_path: Path, content: str | bytes, told: str) -> None:
    source = tmp_path / "clients.csv"
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SheetError, match=told):
        ran(source, tmp_path / "lists.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["clients.csv"]


def test_a_broken_parquet_file_is_refused(tmp_path: Path, people: list[Client]) -> None:
    source = written(people, tmp_path / "in.parquet")
    whole = source.read_bytes()
    for content in (b"", whole[:-10], b"PAR1" + bytes(50) + b"PAR1"):
        source.write_bytes(content)
        with pytest.raises(SheetError, match="cannot be read"):
            ran(source, tmp_path / "lists.csv")
    half = bytearray(whole)
    half[20:400] = bytes(380)
    source.write_bytes(half)
    with pytest.raises(SheetError, match="broken"):
        ran(source, tmp_path / "lists.csv")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "Caseload of the north\r\n\r\n", "sep={}\r\n", "\ufeff"])
def test_separators_titles_and_marks_are_understood(tmp_path: Path, sign: str, before: str) -> None:
    cells = [
        ["Code", "Age", "Setting", "Barriers", "Name", "Mood"],
        ["c1", "7", "school", '"grasp_pattern: 3"', "", ""],
    ]
    text = before.format(sign) + "".join(sign.join(row) + "\r\n" for row in [*cells, [""] * 6, cells[1], ["c3"]])
    (tmp_path / "in.csv").write_text(text, encoding="utf-8", newline="")
    notes: list[str] = []
    done = ran(tmp_path / "in.csv", tmp_path / "out.csv", tell=notes.append)
    assert (done.clients, done.rejected) == (2, 1)
    title = 2 if before.startswith("Caseload") else 0
    assert list(told_of(tmp_path / "out.csv")) == [5 + title]
    assert "looks like a name" in notes[0]
    assert "no such column" in notes[1]


def test_one_open_quotation_mark_costs_one_row() -> None:
    content = b'a,"x\nb,"y\nc,"z ""q"" ;\nstill c"\nd,4" nail\ne,"" \n' + b'f,"' + b"w\n" * 400_000 + b"g,1\n"
    lines = Lines(io.BytesIO(content))
    found = []
    for record in csv_records(lines, ",", 0):
        found.append(record)
        if len(found) > 8:
            break
    kept = [(record.number, bool(record.problem)) for record in found[:6]]
    assert [record.raw for record in found[:4]] == [b"", b"", b'c,"z ""q"" ;\nstill c"\n', b'd,4" nail\n']
    assert kept == [(1, True), (2, True), (3, False), (4, False), (5, True), (6, True)]
    assert found[6] == Record(7, b"w\n")
    assert lines.offset == content.index(b"w\n") + 8


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(alphabet='ab;,"\n\r é', max_size=6), min_size=2, max_size=3), max_size=8))
def test_rows_are_cut_where_a_csv_reader_cuts_them(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([["x", *row] for row in rows])
    content = out.getvalue().encode()
    records = list(csv_records(Lines(io.BytesIO(content)), ",", 0))
    cells = [next(csv.reader([record.raw.decode()], strict=True)) for record in records]
    assert cells == [["x", *row] for row in rows]
    assert [record.number for record in records] == list(range(1, len(rows) + 1))


def test_cells_are_read_as_in_a_caseload(tmp_path: Path, library: Library, people: list[Client]) -> None:
    source = written(people, tmp_path / "in.csv")
    text = TextSource(str(source), "csv")
    read_here = [one for chunk in text.chunks(0, text.start, 4) for _, one in Reader(library, text.shape)(chunk)]
    assert read_here == list(read_caseload(source.read_bytes(), "in.csv", library).clients) == people


def test_chunks_go_on_from_any_place(tmp_path: Path, people: list[Client]) -> None:
    from otrec.batch.tables import ParquetSource

    sources: list[TextSource | ParquetSource] = [
        TextSource(str(written(people, tmp_path / name)), name.split(".")[1]) for name in ("in.csv", "in.jsonl")
    ]
    sources.append(ParquetSource(str(written(people, tmp_path / "in.parquet"))))
    for source in sources:
        for size in (1, 2, 5, 9, 50):
            whole = list(source.chunks(0, source.start, size))
            assert len(whole) == -(-9 // size)
            for number, chunk in enumerate(whole):
                assert list(source.chunks(number + 1, chunk.place, size)) == whole[number + 1 :]


def test_a_cell_cannot_run_as_a_formula(tmp_path: Path, people: list[Client], library: Library) -> None:
    first = library.activities[next(iter(library.activities))]
    named = replace(library, activities={**library.activities, first.id: first.model_copy(update={"name": "=1+1"})})
    found = rows_of(Engine(library=named), people, 900)
    assert any(row["name"] == "=1+1" for row in found)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "load_library", lambda *given: named)
        for out in ("lists.csv", "lists.jsonl"):
            ran(written(people, tmp_path / "in.jsonl"), tmp_path / out, 900)
    assert "'=1+1" in {row["name"] for row in read(tmp_path / "lists.csv")}
    assert "=1+1" in {row["name"] for row in read(tmp_path / "lists.jsonl")}


class Stopped(Exception):
    """Ends a run from outside."""


def stopped_after(count: int) -> Any:
    seen = []

    def reached(place: int, total: int | None) -> None:
        seen.append(place)
        if len(seen) == count:
            raise Stopped

    return reached


@pytest.mark.parametrize("out", ["lists.csv", "lists.jsonl", "lists.parquet", "parts/"])
def test_a_stopped_run_goes_on_and_gives_the_same_bytes(tmp_path: Path, people: list[Client], out: str) -> None:
    source = written(people[:8], tmp_path / "in.csv")
    with source.open("ab") as file:
        file.write(b"bad row\r\n")
    (tmp_path / "whole").mkdir()
    ran(source, f"{tmp_path}/whole/{out}", chunk=2)
    for count in (1, 3, 5):
        with pytest.raises(Stopped):
            ran(source, f"{tmp_path}/{out}", chunk=2, reached=stopped_after(count))
        assert not (tmp_path / out).exists()
        done = ran(source, f"{tmp_path}/{out}", chunk=2, overwrite=True)
        assert done.resumed == min(9, 2 * count)
        assert (done.clients, done.rejected) == (8, 1)
        assert content(tmp_path / out) == content(tmp_path / "whole" / out)
        name = out.strip("/") + ".rejects.csv"
        assert (tmp_path / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "whole", out.strip("/"), name}
        (tmp_path / out).rename(tmp_path / "whole" / f"old{count}")
        (tmp_path / name).unlink()


def content(path: Path) -> Any:
    if path.is_dir():
        return {part.name: part.read_bytes() for part in path.iterdir()}
    return path.read_bytes()


def test_what_changed_is_named_and_nothing_goes_on(
    tmp_path: Path, people: list[Client], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    with pytest.raises(Stopped):
        ran(source, out, reached=stopped_after(1))
    for asked, told in (
        ({"k": 4}, "-k"), ({"diversity": 0.2}, "--diversity"), ({"bag_only": True}, "--bag-only"),
        ({"phases": ["practice"]}, "--phase"), ({"as_of": None}, "--as-of"), ({"intervals": True}, "--intervals"),
        ({"chunk": 3}, "the rows of a chunk"), ({"write_as": "jsonl"}, "the form of the result"),
    ):  # fmt: skip
        with pytest.raises(OptionError, match=rf"changed: .*{told}.*--restart"):
            ran(source, out, **asked)
    with monkeypatch.context() as patched:
        patched.setattr(run, "load_library", lambda *given: replace(library, version="other"))
        with pytest.raises(OptionError, match=r"changed: the library.*--restart"):
            ran(source, out)
    with monkeypatch.context() as patched:
        patched.setattr(run, "__version__", "9.9.9")
        with pytest.raises(OptionError, match="changed: the release of otrec"):
            ran(source, out)
    written(people[:5], source)
    with pytest.raises(OptionError, match="changed: the input"):
        ran(source, out)
    assert ran(source, out, restart=True).clients == 5


@pytest.mark.parametrize("out", ["lists.csv", "lists.parquet", "parts/"])
def test_nothing_of_a_forgotten_result_is_left(tmp_path: Path, people: list[Client], out: str) -> None:
    source = written(people, tmp_path / "in.csv")
    with pytest.raises(Stopped):
        ran(source, f"{tmp_path}/{out}", chunk=2, reached=stopped_after(4))
    written(people[:2], source)
    ran(source, f"{tmp_path}/{out}", chunk=2, restart=True)
    (tmp_path / "new").mkdir()
    ran(source, f"{tmp_path}/new/{out}", chunk=2)
    assert content(tmp_path / out) == content(tmp_path / "new" / out)


def test_the_day_of_the_start_stays_when_a_run_goes_on_later(
    tmp_path: Path, people: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    days: list[dt.date | None] = []

    class Day(dt.date):
        @classmethod
        def today(cls) -> Day:
            return cls(2026, 11, 2)

    def rest(self: Any, result: Any, task: Any) -> None:
        days.append(task.options.as_of)
        kept(self, result, task)

    kept = run._Batch._rest
    monkeypatch.setattr(run._Batch, "_rest", rest)
    with pytest.raises(Stopped):
        ran(source, out, as_of=None, reached=stopped_after(1))
    monkeypatch.setattr(run.dt, "date", Day)
    ran(source, out, as_of=None)
    assert days[0] == days[1] != dt.date(2026, 11, 2)


def test_a_result_is_replaced_only_when_asked(tmp_path: Path, people: list[Client]) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    ran(source, out)
    with pytest.raises(OptionError, match="--overwrite"):
        ran(source, out, 2)
    assert not (tmp_path / "lists.csv.unfinished").exists()
    ran(source, out, 2, overwrite=True)
    assert len(read(out)) == 18
    rejects = tmp_path / "other.csv.rejects.csv"
    rejects.write_text("mine")
    with pytest.raises(OptionError, match=r"rejects\.csv: is there already"):
        ran(source, tmp_path / "other.csv")
    assert rejects.read_text() == "mine"
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "diary.txt").write_text("mine")
    with pytest.raises(OptionError, match="holds other files"):
        ran(source, f"{tmp_path}/parts/", overwrite=True)
    with pytest.raises(OptionError, match="is no result"):
        ran(source, tmp_path / "parts", overwrite=True, write_as="csv")
    with pytest.raises(OptionError, match="written over the clients"):
        ran(source, source, overwrite=True)
    with pytest.raises(OptionError, match="no such folder"):
        ran(source, tmp_path / "nowhere" / "lists.csv")


def test_two_runs_cannot_write_the_same_result(tmp_path: Path, people: list[Client]) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    with pytest.raises(Stopped):
        ran(source, out, reached=stopped_after(1))
    journal = Journal(tmp_path / "lists.csv.unfinished")
    with pytest.raises(BatchError, match="another process is writing"):
        ran(source, out)
    journal.close()
    assert ran(source, out).clients == 9


@pytest.mark.parametrize("tail", [b'["chunk", [9, 1', b"\x00\x00\x00\n", b'["chunk", "x"]\n["end", null]\n', b"[]\n"])
def test_a_torn_journal_counts_up_to_the_tear(tmp_path: Path, people: list[Client], tail: bytes) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    ran(source, tmp_path / "whole.csv")
    with pytest.raises(Stopped):
        ran(source, out, reached=stopped_after(2))
    home = tmp_path / "lists.csv.unfinished"
    for name, more in (("journal.jsonl", tail), ("rows", b"torn"), ("rejects.csv", b"torn")):
        with (home / name).open("ab") as file:
            file.write(more)
    with pytest.raises(Stopped):
        ran(source, out, reached=stopped_after(1))
    assert ran(source, out).resumed == 9
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_rows_that_are_lost_are_noticed(tmp_path: Path, people: list[Client]) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"
    with pytest.raises(Stopped):
        ran(source, out, reached=stopped_after(2))
    rows = tmp_path / "lists.csv.unfinished" / "rows"
    rows.write_bytes(rows.read_bytes()[:-1])
    with pytest.raises(BatchError, match=r"damaged.*--restart"):
        ran(source, out)
    with pytest.raises(Stopped):
        ran(source, tmp_path / "lists.parquet", reached=stopped_after(2))
    (tmp_path / "lists.parquet.unfinished" / "parts" / "part-00000000.parquet").unlink()
    with pytest.raises(BatchError, match=r"damaged.*--restart"):
        ran(source, tmp_path / "lists.parquet")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_only_the_owner_can_read_what_is_written(tmp_path: Path, people: list[Client]) -> None:
    source = written(people, tmp_path / "in.jsonl")
    with source.open("a") as file:
        file.write("bad row\n")

    def reached(place: int, total: int | None) -> None:
        assert (tmp_path / f"{out.strip('/')}.unfinished").stat().st_mode & 0o77 == 0

    for out in ("lists.csv", "lists.parquet", "parts/"):
        ran(source, f"{tmp_path}/{out}", reached=reached)
    found = [path for path in tmp_path.rglob("*") if path != source]
    assert len(found) > 8
    assert not [path for path in found if path.stat().st_mode & 0o77]


def test_a_file_that_changes_while_it_is_read_gives_no_result(tmp_path: Path, people: list[Client]) -> None:
    source, out = written(people, tmp_path / "in.csv"), tmp_path / "lists.csv"

    def reached(place: int, total: int | None) -> None:
        with source.open("ab") as file:
            file.write(b"\r\n")

    with pytest.raises(SheetError, match="changed while it was read"):
        ran(source, out, reached=reached)
    assert not out.exists()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    row = b'c1,7,school,"grasp_pattern: 3",,' + b"w" * 300 + b"\r\n"
    peaks = []
    for count in (4_000, 40_000):
        (tmp_path / "in.csv").write_bytes(HEADING.encode() + row * count)
        source = TextSource(str(tmp_path / "in.csv"), "csv")
        tracemalloc.start()
        assert sum(len(chunk.records) for chunk in source.chunks(0, source.start, 1000)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] < 8_000_000


def test_one_endless_line_is_not_held(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"x" * 30_000_000)
    with (tmp_path / "in.jsonl").open("rb") as file:
        tracemalloc.start()
        records = list(json_records(Lines(file), 0))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert records == [Record(1, b"", TOO_LONG)]
    assert peak < 5 * LONGEST


def test_long_rows_make_short_chunks(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes((b'"' + b"x" * 900_000 + b'"\n') * 12)
    source = TextSource(str(tmp_path / "in.jsonl"), "jsonl")
    assert [len(chunk.records) for chunk in source.chunks(0, source.start, 1000)] == [5, 5, 2]


@pytest.mark.parametrize("package", ["numba", "pyarrow", "distributed"])
def test_what_is_not_installed_is_named(
    tmp_path: Path, people: list[Client], monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == package else object())
    source = written(people, tmp_path / "in.parquet")
    with pytest.raises(OptionError, match=rf"needs {package}: python -m pip install 'otrec\[batch\]'"):
        ran(source, tmp_path / "lists.csv", workers=2)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"k": 0}, "k is 0"),
        ({"diversity": 2}, "diversity is 2"),
        ({"phases": ["practise"]}, "Did you mean 'practice'"),
        ({"chunk": 0}, "--chunk is 0"),
        ({"workers": -1}, "--workers is -1"),
        ({"workers": 1, "scheduler": "tcp://127.0.0.1:1"}, "one of the two"),
        ({"read_as": "xml"}, "--from 'xml' is no form"),
        ({"nonsense": 1}, "'nonsense' is no option"),
    ],
)
def test_an_option_that_cannot_be_is_one_sentence(
    tmp_path: Path, people: list[Client], asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(OptionError, match=told):
        ran(written(people, tmp_path / "in.csv"), tmp_path / "lists.csv", **asked)


def test_endings_tell_the_form() -> None:
    assert [form_of(name, None, "--from") for name in ("a.TSV", "b.ndjson", "c.pq")] == ["csv", "jsonl", "parquet"]
    for name, told in (("a.json", "one client object a line"), ("b.xlsx", "none of"), ("-", "a pipe has no ending")):
        with pytest.raises(OptionError, match=told):
            form_of(name, None, "--from")


def cli(*given: str, data: bytes | None = None) -> Any:
    result = CliRunner().invoke(app, ["batch", *given], input=data)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        if not isinstance(result.exception, OtrecError):
            raise result.exception
        return result.exception.exit_code, b"", str(result.exception)
    return result.exit_code, result.stdout_bytes, result.stderr


def test_the_command_ends_with_a_line_and_a_code(tmp_path: Path, people: list[Client]) -> None:
    source = written(people, tmp_path / "in.csv")
    given = (str(source), str(tmp_path / "lists.csv"), "-k", "2")
    assert cli(*given) == (0, b"", "9 clients, 18 lines of lists.\n")
    with source.open("ab") as file:
        file.write(b"bad row\r\n")
    code, out, told = cli(*given, "--overwrite")
    assert (code, out) == (3, b"")
    assert told == "9 clients, 18 lines of lists; 1 row rejected; see lists.csv.rejects.csv.\n"
    assert cli(*given)[0] == 2
    assert cli(str(tmp_path / "none.csv"), str(tmp_path / "x.csv"))[0] == 3
    assert "2026-11-29" in cli(*given, "--as-of", "tomorrow")[2]


def test_pipes_go_in_and_out(tmp_path: Path, people: list[Client]) -> None:
    source = written(people, tmp_path / "in.csv")
    ran(source, tmp_path / "lists.jsonl")
    given = ("-", "-", "-k", "3", "--as-of", str(DAY), "--from", "csv", "--to", "jsonl")
    code, out, told = cli(*given, data=source.read_bytes() + b"bad row\r\n")
    assert (code, out) == (3, (tmp_path / "lists.jsonl").read_bytes())
    assert told.startswith("row 11: ")
    code, out, _ = cli(str(source), "-", "--to", "csv", "--as-of", str(DAY), "-k", "3")
    ran(source, tmp_path / "lists.csv")
    assert (code, b"\xef\xbb\xbf" + out) == (0, (tmp_path / "lists.csv").read_bytes())
    code, _, told = cli("-", str(tmp_path / "piped.csv"), *given[2:6], "--from", "csv", data=source.read_bytes())
    assert code == 0
    assert "cannot be resumed" in told
    assert (tmp_path / "piped.csv").read_bytes() == (tmp_path / "lists.csv").read_bytes()
    with pytest.raises(Stopped):
        ran(source, tmp_path / "piped.csv", overwrite=True, reached=stopped_after(1))
    more = ("-", str(tmp_path / "piped.csv"), *given[2:6], "--from", "csv", "--chunk", "4", "--overwrite")
    code, _, told = cli(*more, data=source.read_bytes())
    assert (code, "changed: the input" in told) == (2, True)
    assert "cannot be written to a pipe" in cli("in.csv", "-", "--to", "parquet")[2]


def test_a_pipe_longer_than_its_head_is_read_whole(tmp_path: Path, people: list[Client]) -> None:
    rows = write_caseload(people, "csv")
    start = rows.index(b"\r\n") + 2
    many = rows[:start] + rows[start:] * (2 * HEAD // len(rows) + 1)
    (tmp_path / "in.csv").write_bytes(many)
    code, out, _ = cli("-", "-", "-k", "1", "--from", "csv", "--to", "jsonl", data=many)
    assert code == 0
    assert out.count(b"\n") == many.count(b"\r\nc")


def test_another_data_folder_is_read(tmp_path: Path, people: list[Client], expected: list[dict[str, Any]]) -> None:
    source = written(people, tmp_path / "in.csv")
    ran(source, tmp_path / "lists.csv", data=Path(__file__).parents[1] / "data")
    same(read(tmp_path / "lists.csv"), expected)
    with pytest.raises(LibraryError):
        ran(source, tmp_path / "other.csv", data=tmp_path / "nowhere")


class Terminal(io.StringIO):
    """An error stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_bar_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", Terminal())
    with bar() as reached:
        assert reached is not None
        reached(5, 10)
        reached(10, 10)
    assert isinstance(sys.stderr, Terminal)
    assert "100%" in sys.stderr.getvalue()
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with bar() as reached:
        assert reached is None
