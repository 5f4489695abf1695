"""Plain words in: intake, and how well it reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otrec.cli.shared import AsJson, Data, as_yaml, console, new_file, print_json
from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from otrec.intake import Draft

app = typer.Typer()


@app.command()
def intake(
    words: Annotated[
        str, typer.Argument(help="The words in quotes, without a name; - reads them from standard input.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="New client file to write (YAML).")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Read a referral, an e-mail or a note into a draft profile; check it before you use it."""
    from otrec.intake import Intake
    from otrec.library import load_library

    text = sys.stdin.read() if words == "-" else words
    draft = Intake(load_library(data)).read(text)
    if out is not None:
        _write(draft, out)
    if as_json:
        return print_json(draft.to_dict())
    from otrec.console.intake import show_draft

    show_draft(console(), draft)
    if out is not None:
        console().print(f"Written: {out}. Check it, then: [bold]otrec recommend {out}[/]", soft_wrap=True)


@app.command("intake-report")
def intake_report(
    half: Annotated[str, typer.Option(help="held (kept back while the words were made), tune, or all.")] = "held",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """How well plain words are read, on labelled snippets: precision and recall for each kind of find."""
    from otrec.evaluation.referrals import report
    from otrec.library import load_library

    if half not in ("held", "tune", "all"):
        raise OptionError(f"--half {half!r}: choose held, tune or all")
    found = report(load_library(data), half)
    if as_json:
        return print_json(found)
    from otrec.console.intake import show_intake_report

    show_intake_report(console(), found)


def _write(draft: Draft, out: Path) -> None:
    client = draft.client
    if client is None:
        raise OptionError("The words do not tell the age, which a profile needs. Add it, for example: 7 years old")
    new_file(out, as_yaml(client))
