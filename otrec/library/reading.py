"""Bytes to text to records, defensively: size, encoding, YAML and CSV shape."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from otrec.library.problems import Report
from otrec.models.wording import in_words, nearest
from otrec.models.yaml_text import YamlProblem, parse_yaml

MAX_FILE_BYTES = 20_000_000
MAX_CELL = 20_000
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def read_text(path: Path, report: Report) -> str | None:
    """The UTF-8 text of a file, or None with the reason reported."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            report.error(path.name, "", "", f"has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read. Split the file")
            return None
        raw = path.read_bytes()
    except OSError as error:
        report.error(path.name, "", "", f"cannot be read ({error.strerror}); it has to be in {path.parent.name}/")
        return None
    if b"\x00" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\x00")) + 1
        report.error(path.name, f"line {line}", "", "holds a zero byte; save it as plain UTF-8 text")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report.error(path.name, f"line {line}", "", f"byte {raw[error.start]:#04x} is not UTF-8; save it as UTF-8")
        return None


def read_yaml(path: Path, sections: tuple[str, ...], report: Report) -> dict[str, list[Any]]:
    """The named lists of a YAML file; missing or unknown sections are reported."""
    empty: dict[str, list[Any]] = {name: [] for name in sections}
    text = read_text(path, report)
    if text is None:
        return empty
    try:
        data = parse_yaml(text)
    except YamlProblem as problem:
        report.error(path.name, "", "", str(problem))
        return empty
    if not isinstance(data, dict):
        report.error(path.name, "", "", f"has to be a mapping with the keys {in_words(sections)}")
        return empty
    for name in data:
        if name not in sections:
            report.error(path.name, "", str(name), f"is no section{nearest(str(name), sections)}")
    for name in sections:
        if name not in data:
            report.error(path.name, "", name, "this section is missing")
        elif not isinstance(data[name], list):
            report.error(path.name, "", name, "has to be a list of records")
        else:
            empty[name] = data[name]
    return empty


def read_csv(path: Path, columns: tuple[str, ...], report: Report) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file as `(row number, cells)`; the heading is row 1.

    Cells that a spreadsheet would run as a formula are refused.
    """
    text = read_text(path, report)
    if text is None:
        return []
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    heading: list[str] = []
    number = 0
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        if not _heading_is_right(path.name, heading, columns, report):
            return []
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                message = f"has {len(cells)} cells where the heading has {len(heading)}; check commas and quotes"
                report.error(path.name, f"row {number}", "", message)
                continue
            row = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
            _refuse_formulas(path.name, number, row, report)
            rows.append((number, row))
    except csv.Error as error:
        report.error(path.name, f"row {max(number, 1) + 1}", "", f"is not readable CSV ({error})")
    return rows


def _heading_is_right(file: str, heading: list[str], columns: tuple[str, ...], report: Report) -> bool:
    before = len(report.problems)
    for name in sorted({name for name in heading if heading.count(name) > 1}):
        report.error(file, "row 1", name, "this column is given twice; keep one")
    for name in columns:
        if name not in heading:
            report.error(file, "row 1", name, f"this column is missing{nearest(name, set(heading) - set(columns))}")
    for name in heading:
        if name not in columns:
            report.error(file, "row 1", name or "(empty)", f"is no column of this file{nearest(name, columns)}")
    return len(report.problems) == before


def _refuse_formulas(file: str, number: int, row: dict[str, str], report: Report) -> None:
    for column, cell in row.items():
        if _FORMULA.match(cell) and not _is_number(cell):
            shown = cell[:30]
            message = f"{shown!r} starts like a spreadsheet formula; begin the text with a letter or a digit"
            report.error(file, f"row {number}", column, message)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
