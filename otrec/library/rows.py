"""CSV cells to records and back: one place that knows how a list stands in a cell."""

from __future__ import annotations

from typing import Any, Final

from otrec.models import Activity, Finding, GradeStep

#: Activity columns that hold ids, divided by `;`.
ID_LISTS: Final = (
    "primary", "secondary", "techniques", "tools", "tools_optional", "occupations", "settings",
    "delivery", "phases", "space", "interests", "leans_on", "hazards", "only_for", "evidence",
)  # fmt: skip
#: Activity columns that hold sentences, divided by `|`.
TEXT_LISTS: Final = ("steps", "materials", "swaps")
GRADES: Final = ("grade_down", "grade_up")
DEMANDS: Final = ("objects", "space", "social", "sequence_timing", "actions")


def _columns() -> tuple[str, ...]:
    names: list[str] = []
    for name in Activity.model_fields:
        names.extend(f"demand_{part}" for part in DEMANDS) if name == "demands" else names.append(name)
    return tuple(names)


ACTIVITY_COLUMNS: Final = _columns()
FINDING_COLUMNS: Final = tuple(Finding.model_fields)


def split(cell: str, sign: str) -> list[str]:
    """The parts of a cell, blanks dropped.

    >>> split("a; b;", ";")
    ['a', 'b']
    """
    return [part.strip() for part in cell.split(sign) if part.strip()]


def activity_record(row: dict[str, str]) -> dict[str, Any]:
    """One CSV row as the raw fields of an `Activity`; empty cells of numbers are left out."""
    record: dict[str, Any] = {}
    for name, cell in row.items():
        if name.startswith("demand_"):
            record.setdefault("demands", {})[name.removeprefix("demand_")] = cell
        elif name in ID_LISTS:
            record[name] = split(cell, ";")
        elif name in TEXT_LISTS:
            record[name] = split(cell, "|")
        elif name in GRADES:
            record[name] = [_grade(part) for part in split(cell, "|")]
        elif cell:
            record[name] = cell
    return record


def _grade(part: str) -> dict[str, str]:
    axis, _, change = part.partition(":")
    return {"axis": axis.strip(), "change": change.strip()}


def activity_row(activity: Activity) -> dict[str, str]:
    """An `Activity` as one CSV row: the opposite of `activity_record`."""
    row: dict[str, str] = {}
    for name in Activity.model_fields:
        value = getattr(activity, name)
        if name == "demands":
            row.update({f"demand_{part}": getattr(value, part) for part in DEMANDS})
        elif name in ID_LISTS:
            row[name] = "; ".join(value)
        elif name in TEXT_LISTS:
            row[name] = " | ".join(value)
        elif name in GRADES:
            row[name] = " | ".join(_step_text(step) for step in value)
        else:
            row[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return row


def _step_text(step: GradeStep) -> str:
    return f"{step.axis}: {step.change}"


def finding_record(row: dict[str, str]) -> dict[str, Any]:
    """One row of evidence.csv as the raw fields of a `Finding`."""
    record: dict[str, Any] = dict(row)
    for name in ("age_min", "age_max"):
        record[name] = row[name] or None
    record["conditions"] = split(row["conditions"], ";")
    return record
