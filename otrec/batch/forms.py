"""The forms of a file: CSV, JSON Lines and Parquet, by its ending or as asked for."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from otrec.models import OptionError
from otrec.models.wording import in_words, nearest

CSV: Final = "csv"
JSON_LINES: Final = "jsonl"
PARQUET: Final = "parquet"
FORMS: Final = (CSV, JSON_LINES, PARQUET)
#: How files end, and what they are then; a tab or another separator is found out.
ENDINGS: Final = {
    ".csv": CSV, ".tsv": CSV, ".tab": CSV, ".txt": CSV,
    ".jsonl": JSON_LINES, ".ndjson": JSON_LINES,
    ".parquet": PARQUET, ".pq": PARQUET,
}  # fmt: skip
#: Stands for standard input or output.
PIPE: Final = "-"


def form_of(name: str, asked: str | None, option: str) -> str:
    """The form of a file, as asked for or by its ending.

    >>> form_of("clients.CSV", None, "--from"), form_of("-", "jsonl", "--from")
    ('csv', 'jsonl')
    """
    if asked is not None:
        if asked not in FORMS:
            raise OptionError(f"{option} {asked!r} is no form; choose {in_words(FORMS, 'or')}{nearest(asked, FORMS)}")
        return asked
    if name == PIPE:
        raise OptionError(f"a pipe has no ending that tells its form; give {option} csv or {option} jsonl")
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        hint = " (one client object a line)" if ending == ".json" else ""
        raise OptionError(
            f"the ending {ending!r} is none of {in_words(ENDINGS, 'and')}; rename the file, or say what it is with "
            f"{option} {', '.join(FORMS[:-1])} or {FORMS[-1]}{hint}"
        )
    return ENDINGS[ending]
