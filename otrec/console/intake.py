"""A draft profile, and how well words are read, as tables on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from otrec.intake import Draft, Found

HEADINGS: Final = {
    "age_years": "Age", "setting": "Setting", "delivery": "Delivery", "affected_side": "Affected side",
    "dominant_hand": "Hand", "group_size": "Group", "minutes": "Minutes", "conditions": "Conditions",
    "precautions": "Precautions", "barriers": "Barriers", "goals": "Goals", "strengths": "Strengths",
    "interests": "Interests", "tools": "Tools", "environment": "Places",
}  # fmt: skip
STATUS: Final = {
    "present": "offered", "denied": "denied", "past": "past", "unsure": "unsure", "other": "somebody else",
}  # fmt: skip


def show_draft(console: Console, draft: Draft) -> None:
    """Finds by field with the words they came from, then what to ask."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("Field", "Found", "In these words", ""):
        table.add_column(heading)
    for kind, heading in HEADINGS.items():
        for item in draft.of(kind, drafted=False):
            table.add_row(heading, escape(_named(item)), f"“{escape(item.words)}”", _status(item))
            heading = ""
    console.print(table)
    console.print("\n[bold]Ask before you use it[/]")
    for question in draft.questions:
        console.print(f"- {escape(question.text)}")
    console.print("\nA draft: nothing of the text is kept, and a therapist confirms each line.")


def _named(item: Found) -> str:
    if item.options:
        return " or ".join(option.name for option in item.options)
    return item.name


def _status(item: Found) -> str:
    told = "drafted" if item.drafted else STATUS[item.status]
    return f"{told}. {escape(item.note)}" if item.note else told


def show_intake_report(console: Console, report: dict[str, Any]) -> None:
    """Precision and recall for each kind, and how often the first barrier is among three, beside other methods."""
    console.print(f"{report['snippets']} snippets ({report['half']}). Rests on: {report['rests_on']}.")
    table = Table("Kind", "Precision", "Recall", "Right", "Too much", "Missed", box=None)
    for row in report["kinds"]:
        shown = ["–" if row[name] is None else f"{row[name]:.2f}" for name in ("precision", "recall")]
        table.add_row(row["kind"], *shown, *(str(row[name]) for name in ("right", "extra", "missed")))
    console.print(table)
    table = Table("Which barrier is meant", "First", "Among three", "Among five", box=None)
    for row in report["barriers"]:
        table.add_row(row["method"], *(f"{row[name]:.2f}" for name in ("top_1", "top_3", "top_5")))
    console.print(table)
    for note in report["notes"]:
        console.print(note)
