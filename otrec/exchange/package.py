"""What a workbook file is made of, checked before anything is parsed: sizes, macros, document types, merged cells.

A workbook is a ZIP archive of XML parts. A few bytes can unpack to very many, and a document type can define entities
that grow without end (https://docs.python.org/3/library/xml.html#xml-security). So the sizes that the archive states
are added up first, parts are unpacked to no more than that, and every XML part is read once by a reader that stops at
a document type. Only parts that were checked are passed on.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from otrec.exchange.errors import MAX_ROWS, SheetError
from otrec.exchange.files import LAST_ROW
from otrec.exchange.table import MAX_COLUMNS

MAX_PARTS: Final = 500
#: Unpacked bytes, and XML elements: ten times what 10,000 full rows need.
MAX_UNPACKED: Final = 60_000_000
MAX_ELEMENTS: Final = 3_000_000
MAX_DEPTH: Final = 60
MAX_MERGED: Final = 1_000
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_AREA: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})")
BROKEN: Final = "it is a broken workbook; open it in Excel, save it anew as 'Excel workbook (.xlsx)', and choose that"
UNSAFE: Final = "it is made in a way that is not safe to open; open it in Excel and save it anew as .xlsx"


@dataclass
class Part:
    """What the first reading of a sheet found: places count from 0, rows from 1."""

    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0
    width: int = 0


def checked(content: bytes) -> tuple[bytes, dict[str, Part]]:
    """The archive with nothing but checked XML parts, and what was found in them by their names."""
    out = io.BytesIO()
    found: dict[str, Part] = {}
    left = MAX_ELEMENTS
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as kept:
            infos = archive.infolist()
            _check_archive(infos)
            for info in infos:
                if info.filename.endswith((".xml", ".rels")) and info.filename not in found:
                    text = archive.read(info)
                    scan = Scan(left)
                    scan.read(text)
                    left = scan.left
                    found[info.filename] = scan.part
                    kept.writestr(info.filename, text)
    except SheetError:
        raise
    except expat.ExpatError:
        raise SheetError(BROKEN) from None
    except Exception:  # a damaged archive fails in many ways, all of them meaning the same to the user
        raise SheetError(BROKEN) from None
    return out.getvalue(), found


def _check_archive(infos: list[zipfile.ZipInfo]) -> None:
    names = [info.filename.lower() for info in infos]
    if any("vbaproject" in name or (name.endswith(".bin") and "macro" in name) for name in names):
        raise SheetError("it holds macros and is not opened; save it as 'Excel workbook (.xlsx)' and choose that file")
    if len(infos) > MAX_PARTS or len(set(names)) < len(names):
        raise SheetError(UNSAFE)
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise SheetError(
            f"it unpacks to more than {MAX_UNPACKED:,} bytes, which is not opened; keep only the rows needed"
        )
    if any(
        info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos
    ):
        raise SheetError(UNSAFE)


class Scan:
    """One reading of an XML part: it stops at document types and at sizes, and notes what openpyxl does not tell."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.part = Part()
        self._depth = self._row = self._place = 0
        self._formula = self._value = self._filled = False
        self._type = ""

    def read(self, text: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(text, True)

    def _refuse(self, *_: Any) -> None:
        raise SheetError(UNSAFE)

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._depth += 1
        self.left -= 1
        if self.left < 0 or self._depth > MAX_DEPTH:
            raise SheetError(UNSAFE)
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row = int(given.get("r", self._row + 1))
            self._place = -1
        elif tag == "c":
            self._begin_cell(given)
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "is"):
            self._value = True
            self._filled |= tag == "is" or self._type == "str"
        elif tag == "mergeCell":
            self._merge(given.get("ref", ""))

    def _begin_cell(self, given: dict[str, str]) -> None:
        where = _CELL.fullmatch(given.get("r", ""))
        self._place = place_of(where[1]) if where else self._place + 1
        self._row = int(where[2]) if where else self._row
        self._type = given.get("t", "")
        self._formula = self._value = self._filled = False

    def _text(self, text: str) -> None:
        if self._value and text:
            self._filled = True

    def _end(self, name: str) -> None:
        self._depth -= 1
        tag = name.rpartition(":")[2]
        if tag in ("v", "is"):
            self._value = False
        elif tag == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        if self._formula and not self._filled:
            self.part.uncalculated.add((self._row, self._place))
        if self._formula or self._filled:
            self.part.rows = max(self.part.rows, self._row)
            self.part.width = max(self.part.width, self._place + 1)

    def _merge(self, ref: str) -> None:
        area = _AREA.fullmatch(ref)
        if area:
            self.part.merged.append((int(area[2]), place_of(area[1]), int(area[4]), place_of(area[3])))
        if len(self.part.merged) > MAX_MERGED:
            raise SheetError(f"it has more than {MAX_MERGED:,} merged cells; unmerge them and choose it again")


def place_of(letters: str) -> int:
    """The place of a column, counted from 0.

    >>> place_of("A"), place_of("AA")
    (0, 26)
    """
    place = 0
    for sign in letters:
        place = place * 26 + ord(sign) - 64
    return place - 1


def check_size(part: Part) -> None:
    """Refuse a sheet that holds something beyond the last row or column that is read."""
    if part.rows > LAST_ROW:
        raise SheetError(f"it has more than {MAX_ROWS:,} rows; split it into smaller files")
    if part.width > MAX_COLUMNS:
        raise SheetError(f"it has more than {MAX_COLUMNS} columns; keep only those of the caseload")
