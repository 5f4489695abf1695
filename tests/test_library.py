"""Reading data: every planted defect is found in one run, each with a clear message and no traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from otrec import Engine, Library, LibraryError, load_library
from otrec.library import default_data, inspect_data
from otrec.library.rows import ACTIVITY_COLUMNS, activity_record, activity_row
from otrec.models import Activity

from .planted import edit, plant, replace


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(default_data(), tmp_path / "data")
    return tmp_path / "data"


def said(folder: Path, extra: tuple[Path, ...] = ()) -> str:
    _, problems = inspect_data(folder, extra)
    return "\n".join(str(problem) for problem in problems if problem.level == "error")


def test_bundled_data_has_no_problem() -> None:
    _, problems = inspect_data()
    assert problems == []


def test_files_are_read_again_when_they_have_changed_and_only_then(copy: Path) -> None:
    before = load_library(copy)
    assert load_library(copy) is before
    file = copy / "activities.csv"
    stamp, raw = file.stat(), file.read_text(encoding="utf-8")
    name = next(iter(before.activities.values())).name
    file.write_text(raw.replace(name, name.swapcase(), 1), encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    after = load_library(copy)
    assert file.stat().st_size == stamp.st_size
    assert after.version != before.version
    assert next(iter(after.activities.values())).name == name.swapcase()
    file.write_text(raw.replace("name", "nome", 1), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LibraryError, match="this column is missing"):
            load_library(copy)


def test_every_planted_defect_is_found_in_one_run(tmp_path: Path) -> None:
    expected = plant(default_data(), tmp_path / "data")
    assert len(expected) >= 40
    report = said(tmp_path / "data")
    missed = [words for words in expected if words not in report]
    assert not missed, report
    with pytest.raises(LibraryError, match="problems"):
        load_library(tmp_path / "data")


def test_defects_of_whole_files_are_found_in_one_run(copy: Path, tmp_path: Path) -> None:
    heading = (copy / "activities.csv").read_text(encoding="utf-8").splitlines()[0]
    with (copy / "activities.csv").open("wb") as file:
        file.truncate(50_000_000)
    bomb = "a: &a [x, x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(50))
    (copy / "skill_graph.yaml").write_text(bomb)
    (copy / "evidence.csv").write_bytes("finding_id,id\ncafé,é\n".encode("latin-1"))
    (copy / "profile.yaml").unlink()
    (tmp_path / "short.csv").write_text(heading.replace("supervision,", "") + "\n")
    (tmp_path / "quote.csv").write_text(heading + '\n"open\n')
    report = said(copy, (tmp_path / "short.csv", tmp_path / "quote.csv", tmp_path / "nowhere.csv"))
    for words in (
        "activities.csv: has 50,000,000 bytes",
        "skill_graph.yaml: line 1: YAML aliases",
        "evidence.csv line 2: byte 0xe9 is not UTF-8",
        "profile.yaml: cannot be read",
        "short.csv row 1, supervision: this column is missing",
        "quote.csv row 2: is not readable CSV",
        "nowhere.csv: cannot be read",
    ):
        assert words in report, report


def test_problems_name_file_row_and_column(copy: Path) -> None:
    edit(copy, lambda rows: rows[12].update(cost="medum"))
    assert "activities.csv row 14" in said(copy)
    assert "cost: 'medum' is not allowed; choose from none, low, medium, high. Did you mean 'medium'?" in said(copy)


def test_missing_and_unknown_columns(copy: Path) -> None:
    replace(copy, "activities.csv", "supervision", "supervison")
    report = said(copy)
    assert "row 1, supervision: this column is missing. Did you mean 'supervison'?" in report
    assert "row 1, supervison: is no column of this file" in report


def test_column_given_twice(copy: Path) -> None:
    replace(copy, "activities.csv", "swaps", "steps")
    assert "row 1, steps: this column is given twice" in said(copy)


def test_broken_encoding_names_the_line(copy: Path) -> None:
    raw = (copy / "activities.csv").read_bytes().splitlines(keepends=True)
    raw[4] = raw[4].replace(b"e", b"\xe9", 1)
    (copy / "activities.csv").write_bytes(b"".join(raw))
    assert "activities.csv line 5: byte 0xe9 is not UTF-8" in said(copy)


def test_zero_byte(copy: Path) -> None:
    raw = (copy / "evidence.csv").read_bytes()
    (copy / "evidence.csv").write_bytes(raw[:500] + b"\x00" + raw[500:])
    assert "holds a zero byte" in said(copy)


def test_row_with_too_few_cells_and_open_quote(copy: Path) -> None:
    with (copy / "activities.csv").open("a", encoding="utf-8") as file:
        file.write("only,three,cells\n")
    assert "has 3 cells where the heading has" in said(copy)
    with (copy / "activities.csv").open("a", encoding="utf-8") as file:
        file.write('"an open quote\n')
    assert "is not readable CSV" in said(copy)


def test_yaml_alias_bomb(copy: Path) -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(50))
    (copy / "skill_graph.yaml").write_text(bomb)
    assert "YAML aliases" in said(copy)


def test_yaml_that_does_not_parse_or_lacks_sections(copy: Path) -> None:
    (copy / "profile.yaml").write_text("conditions: [\n")
    (copy / "safety.yaml").write_text("hazards: 3\nhazard: []\n")
    (copy / "skill_graph.yaml").write_text("- a list\n")
    report = said(copy)
    assert "profile.yaml: line" in report
    assert "safety.yaml, hazards: has to be a list" in report
    assert "hazard: is no section. Did you mean 'hazards'?" in report
    assert "rules: this section is missing" in report
    assert "skill_graph.yaml: has to be a mapping" in report


def test_fifty_megabytes_are_refused_without_reading(copy: Path) -> None:
    with (copy / "activities.csv").open("wb") as file:
        file.truncate(50_000_000)
    assert "has 50,000,000 bytes" in said(copy)


def test_huge_cell(copy: Path) -> None:
    edit(copy, lambda rows: rows[3].update(purpose="x" * 30_000))
    assert "is not readable CSV" in said(copy)


def test_missing_files_and_folder(copy: Path, tmp_path: Path) -> None:
    (copy / "safety.yaml").unlink()
    assert "safety.yaml: cannot be read (No such file or directory)" in said(copy)
    assert "is not a folder" in said(tmp_path / "nowhere")


def test_no_machine_path_in_messages(copy: Path) -> None:
    (copy / "safety.yaml").unlink()
    assert str(copy.parent) not in said(copy)


def test_own_activities_on_top(tmp_path: Path, library: Library) -> None:
    import csv

    mine = next(iter(library.activities.values())).model_copy(update={"id": "my_own_one", "name": "My own one"})
    with (tmp_path / "mine.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ACTIVITY_COLUMNS)
        writer.writeheader()
        writer.writerow(activity_row(mine))
    both = load_library(extra=[tmp_path / "mine.csv"])
    assert len(both.activities) == len(library.activities) + 1
    assert both.version != library.version
    assert "my_own_one" in {item.id for item in Engine(extra=[tmp_path / "mine.csv"]).space.activities}
    edit(tmp_path, lambda rows: rows[0].update(id=next(iter(library.activities))), "mine.csv")
    report = said(default_data(), (tmp_path / "mine.csv",))
    assert "mine.csv row 2" in report
    assert "is already given in activities.csv row 2" in report


def test_rows_and_records_are_the_same_both_ways(library: Library) -> None:
    for activity in library.activities.values():
        assert Activity.model_validate(activity_record(activity_row(activity))) == activity
