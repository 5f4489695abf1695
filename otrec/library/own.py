"""Activities of one's own: checked as `otrec validate` checks a file, added to a library, and written as a CSV file."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from otrec.library import Library, _records, checks
from otrec.library.lint import untagged_hazards
from otrec.library.problems import Problem, Report
from otrec.library.reading import _FORMULA, _is_number, _refuse_formulas
from otrec.library.rows import ACTIVITY_COLUMNS, activity_record
from otrec.models import Activity

#: What a problem calls the place where the activity stands.
FILE: Final = "own activities"
LONGEST_ID: Final = 60


def id_of(name: str) -> str:
    """An id for an activity by its name: small letters, digits and underscores, 2-60 of them; empty if none are left.

    >>> id_of("Café: 3 steps!"), id_of("3 steps")
    ('cafe_3_steps', 'own_3_steps')
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (found if found[:1].isalpha() or not found else f"own_{found}")[:LONGEST_ID].rstrip("_")


def check_activity(library: Library, row: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem and warning of one row of `activities.csv` against a library that does not hold it yet.

    Hazards that a text betrays and no tag names come as warnings.
    """
    activity, report = _read(library, row, 1)
    if activity is not None:
        report.problems += [
            Problem(FILE, "", "hazards", problem.message, "warning")
            for problem in untagged_hazards(replace(library, activities={activity.id: activity}))
        ]
    return tuple(report.problems)


def plain(problem: Problem, names: Mapping[str, str] | None = None) -> str:
    """A problem of one's own activity as a sentence for the person who types it: which field, and what it needs.

    `names` says what a column is called where it is typed.

    >>> plain(Problem(FILE, "row 1", "", "steps: Tuple should have at least 3 items after validation, not 0"))
    'steps: at least 3 are needed, and there are 0.'
    """
    told = f"{problem.column}: {problem.message}" if problem.column else problem.message
    told = told.replace("demands.", "demand_")
    column, sign, rest = told.partition(":")
    told = f"{(names or {}).get(column.split('.')[0], column)}{sign}{rest}"
    for pattern, words in _PLAIN:
        told = pattern.sub(words, told)
    return f"{told.rstrip('.')}."


#: How pydantic says it, and how people do.
_PLAIN: Final = (
    (re.compile(r"Tuple should have at least 1 item after validation.*"), "is empty; choose at least one"),
    (re.compile(r"Tuple should have at (least|most) (\d+) items? after validation, not (\d+)"),
     r"at \1 \2 are needed, and there are \3"),
    (re.compile(r"String should have at least 1 character.*"), "is empty; write a few words"),
    (re.compile(r"String should have at most (\d+) characters.*"), r"is too long; at most \1 letters fit"),
    (re.compile(r"String should match pattern '\^\[a-z\].*"),
     "begin with a small letter; then small letters, digits and _, 2-60 in all"),
    (re.compile("missing; it has to be given"), "is missing"),
)  # fmt: skip


def with_activities(library: Library, rows: Iterable[Mapping[str, str]]) -> tuple[Library, tuple[Problem, ...]]:
    """A library with further activities, and what is wrong with those that were left out.

    The version names the library and a hash of what was added, so that a result can be traced.
    """
    found: dict[str, Activity] = {}
    problems: list[Problem] = []
    used = []
    for number, row in enumerate(rows, 1):
        activity, report = _read(library, row, number)
        taken = activity is not None and activity.id in found
        if activity is None or report.errors or taken:
            problems += report.errors or [Problem(FILE, f"row {number}", "id", "is given twice; keep one")]
            continue
        found[activity.id] = activity
        used.append(row)
    if not found:
        return library, tuple(problems)
    added = hashlib.sha256(activities_csv(used)).hexdigest()[:8]
    more = replace(library, version=f"{library.version}+{added}", activities={**library.activities, **found})
    return more, tuple(problems)


def activities_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a file that `otrec recommend --extra` takes; no cell can run as a formula in a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(ACTIVITY_COLUMNS)
    for row in rows:
        writer.writerow([_harmless(row.get(name, "")) for name in ACTIVITY_COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _is_number(cell) else cell


def _read(library: Library, row: Mapping[str, str], number: int) -> tuple[Activity | None, Report]:
    report = Report()
    cells = {name: str(row.get(name, "")).strip() for name in ACTIVITY_COLUMNS}
    _refuse_formulas(FILE, number, cells, report)
    records = _records(FILE, Activity, [(f"row {number}", activity_record(cells))], report)
    checks.check(library, {"activities": list(records)}, report)
    if cells["id"] in library.activities:
        report.error(FILE, f"row {number}", "id", f"{cells['id']!r} is in the library already; choose another id")
    return (records[0][2] if records else None), report
