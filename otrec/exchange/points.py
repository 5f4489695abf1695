"""A table of data points, read row by row: what was measured, for which goal of which client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from pydantic import ValidationError

from otrec.exchange.columns import Column
from otrec.exchange.errors import MAX_ROWS, SheetError
from otrec.exchange.files import read_table
from otrec.exchange.grammar import CellProblem, day_in, number_of, shown, whole
from otrec.exchange.table import data_rows, find_heading, limited, read_row
from otrec.exchange.words import Words, folded
from otrec.models import Client, Frozen
from otrec.models.wording import in_words, nearest
from otrec.progress import PROMPTS
from otrec.progress.checks import misfit
from otrec.progress.wording import PROMPT_WORDS, Role

Fields = dict[str, Any]


class PointRow(Frozen):
    """One row of the table: its number as a spreadsheet shows it, and what is wrong with it."""

    number: int
    client: str = ""
    goal: str = ""
    problems: tuple[str, ...] = ()


class PointsPreview(Frozen):
    """`points` maps (client, goal id) to the fields of `DataPoint`, in the order of the rows without a problem.

    The value of a point may be the word of a prompt level, which only the goal's measure can allow.
    """

    points: Mapping[tuple[str, str], tuple[Fields, ...]]
    rows: tuple[PointRow, ...]
    problems: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    refused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _client(text: str, _: Words | None) -> str:
    try:
        return Client(id=text.strip(), age_years=0, setting="home").id
    except ValidationError:
        raise CellProblem("is no pseudonym; use letters, digits, - and _, at most 40") from None


def _goal(text: str, _: Words | None) -> str:
    word = text.strip()
    if not word.isascii() or not word.replace("_", "a").isalnum() or word != word.lower() or not 1 < len(word) <= 60:
        raise CellProblem("is no id of a goal; use small letters, digits and _, such as g1")
    return word


def _value(text: str, _: Words | None) -> float | str:
    value = number_of(text)
    if value is not None:
        return value
    word = _prompt_word(text)
    if word is None:
        raise CellProblem("is no number and no prompt level; give a number such as 3 or 0.5")
    return word


def _prompt_word(text: str) -> str | None:
    words = {folded(word): word for word in PROMPTS} | dict(zip(map(folded, PROMPT_WORDS), PROMPTS, strict=True))
    return words.get(folded(text))


def _prompt(text: str, _: Words | None) -> int:
    word = _prompt_word(text)
    if word is not None:
        return PROMPTS.index(word)
    if number_of(text) is None:
        raise CellProblem(
            f"{shown(text)} is no prompt; give 0-5 or one of {', '.join(PROMPTS)}{nearest(folded(text)[:60], PROMPTS)}"
        )
    return whole(text, 0, len(PROMPTS) - 1, "prompt")


def _by(text: str, _: Words | None) -> str:
    roles = {folded(word): word for word in get_args(Role)}
    if folded(text) not in roles:
        raise CellProblem(f"is not a role; give a role, never a name: {', '.join(get_args(Role))}")
    return str(roles[folded(text)])


def _text(limit: int) -> Any:
    def read(text: str, _: Words | None) -> str:
        if len(text.strip()) > limit:
            raise CellProblem(f"has more than {limit} characters; shorten it")
        return text.strip()

    return read


#: The columns of a table of points; nothing of it is written from here.
COLUMNS: Final = (
    Column("client", "client", ("id", "client id", "code", "pseudonym"), _client, str, "a pseudonym", needed=True),
    Column("goal", "goal", ("goal id",), _goal, str, "the id of the goal, such as g1", needed=True),
    Column("date", "date", ("day", "measured"), lambda text, _: day_in(text), str, "as 2026-09-14", needed=True),
    Column("value", "value", ("result", "score"), _value, str, "a number, or a prompt level", needed=True),
    Column("out_of", "out of", ("of", "tries", "trials"), lambda text, _: whole(text, 1, 1000), str, "number of tries"),
    Column("prompt", "prompt", ("prompt level", "help"), _prompt, str, "a prompt level"),
    Column("setting", "setting", ("place", "where"), _text(60), str, "where it was measured"),
    Column("by", "by", ("measured by", "who"), _by, str, "a role, never a name"),
    Column("note", "note", ("notes", "comment"), _text(200), str, "a short note"),
)  # fmt: skip


def read_points(content: bytes, name: str) -> PointsPreview:
    """A table of data points from a CSV file or a workbook (its sheet `points`, or the first one).

    Parameters
    ----------
    content
        The bytes of the file, at most 5,000,000; at most 10,000 rows are read.
    name
        The name of the file; only its ending is looked at.

    Raises
    ------
    SheetError
        If the file as a whole cannot be read. What is wrong in a row stands in the preview.

    Examples
    --------
    >>> found = read_points(b"client,goal,date,value,out of\\nc001,g1,2026-09-14,3,5\\n", "points.csv")
    >>> found.points["c001", "g1"][0]["value"]
    3.0
    """
    table = read_table(content, name, COLUMNS, "points")
    heading = find_heading(table, COLUMNS)
    found = data_rows(table, heading)
    if len(found) > MAX_ROWS:
        raise SheetError(f"it has {len(found):,} rows; at most {MAX_ROWS:,} are read. Split it into smaller files")
    # No column of this table uses the library's words.
    read = [(number, *read_row(number, cells, table, heading, None)) for number, cells in found]
    twice = _repeated(read)
    points: dict[tuple[str, str], list[Fields]] = {}
    rows = []
    for number, values, problems in read:
        told = [*problems, *_misfits(values), *twice.get(number, ())]
        told += [f"{name}: there is no such column; every point needs it" for name in _absent(heading.columns)]
        rows.append(
            PointRow(
                number=number, client=values.get("client", ""), goal=values.get("goal", ""), problems=limited(told)
            )
        )
        if not told:
            fields = {name: value for name, value in values.items() if name not in ("client", "goal")}
            points.setdefault((values["client"], values["goal"]), []).append(fields)
    return PointsPreview(
        points={key: tuple(fields) for key, fields in points.items()},
        rows=tuple(rows),
        problems=heading.problems if rows else (*heading.problems, "there is no row under the headings"),
        unknown_columns=heading.unknown,
        refused_columns=heading.refused,
        notes=table.notes,
    )


def _absent(columns: Mapping[int, Column]) -> list[str]:
    return [column.heading for column in COLUMNS if column.needed and column not in columns.values()]


def _misfits(values: Fields) -> tuple[str, ...]:
    """What is wrong with a point whatever its goal: only trials have a number of tries."""
    if "out_of" not in values or "value" not in values:
        return ()
    if isinstance(values["value"], str):
        return ("value: a prompt level has no 'out of'; leave one of the two out",)
    told = misfit("trials", values["value"], values["out_of"])
    return (f"value: {told}",) if told else ()


def _repeated(read: list[tuple[int, Fields, list[str]]]) -> dict[int, tuple[str, ...]]:
    places: dict[tuple[str, ...], list[int]] = {}
    for number, values, _ in read:
        if {"client", "goal", "date"} <= values.keys():
            key = (values["client"], values["goal"], str(values["date"]), folded(values.get("setting", "")))
            places.setdefault(key, []).append(number)
    told: dict[int, tuple[str, ...]] = {}
    for numbers in places.values():
        where = in_words(map(str, numbers[:5])) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
        for number in numbers if len(numbers) > 1 else ():
            told[number] = (f"date: rows {where} have the same client, goal, day and setting; keep one",)
    return told
