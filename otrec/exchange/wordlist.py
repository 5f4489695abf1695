"""The sheet of words behind the template: how each column is written, and every word that its cells may use."""

from __future__ import annotations

from otrec.exchange.cells import CHOICES
from otrec.exchange.columns import COLUMNS
from otrec.library import Library, vocabulary
from otrec.models.terms import SETTING_NAMES

HEADING = ("column", "write", "name", "also understood")


def guide() -> list[tuple[str, str, str, str]]:
    """The columns as a table: heading, how a cell is written, an example, other headings that are understood.

    >>> guide()[1]
    ('age', 'years, such as 7.5 or 6y 6m; never a date of birth', '6.5', 'age_years, age in years, years, years old')
    """
    return [
        (column.heading, column.how, column.example, ", ".join(dict.fromkeys(column.headings[1:])))
        for column in COLUMNS
    ]  # fmt: skip


def words_sheet(library: Library) -> list[tuple[str, ...]]:
    """The rows of the sheet `words`: first how columns are written, then word by word."""
    rows: list[tuple[str, ...]] = [HEADING]
    rows += [(heading, how, f"for example: {example}" * bool(example), "") for heading, how, example, _ in guide()]
    for column in COLUMNS:
        if column.closed:
            names = SETTING_NAMES if column.closed == "setting" else {}
            rows += [(column.heading, word, names.get(word, ""), "") for word in CHOICES[column.closed][0]]
        terms = vocabulary(library, column.vocabulary) if column.vocabulary else {}
        rows += [
            (column.heading, name, term.name, "; ".join(getattr(term, "aliases", ()))) for name, term in terms.items()
        ]
    return rows
