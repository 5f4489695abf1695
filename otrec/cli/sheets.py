"""Commands that print: handout and board, as PDF, Word, PNG pictures or plain text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from otrec.cli.shared import Data, console
from otrec.models.errors import OptionError
from otrec.models.wording import in_words, nearest

if TYPE_CHECKING:
    from otrec.handout import Handout
    from otrec.library import Library

app = typer.Typer()

FORMATS: Final = ("pdf", "docx", "png", "txt")
For = Annotated[str, typer.Option("--for", help="client, family, teacher or therapist.")]
Format = Annotated[str, typer.Option("--format", help="pdf, docx, png (a picture a page) or txt.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="File to write; handout.FORMAT here if left out.")]
Tongue = Annotated[str, typer.Option(help="en or es; what the library says stays English and is marked.")]
Paper = Annotated[str, typer.Option(help="a4 or letter.")]
Large = Annotated[bool, typer.Option("--large", help="Large print, 18 pt and more.")]
Qr = Annotated[str, typer.Option(help="A link or a few words for a QR code; nothing about a client.")]


@app.command()
def handout(
    activities: Annotated[list[str] | None, typer.Argument(help="Activity ids.")] = None,
    plan: Annotated[Path | None, typer.Option(help="A plan or day, as `otrec plan` or `pack --json` print it.")] = None,
    audience: For = "family",
    form: Format = "pdf",
    out: Out = None,
    language: Tongue = "en",
    paper: Paper = "a4",
    large: Large = False,
    qr: Qr = "",
    data: Data = None,
) -> None:
    """A sheet that is really used: activities, or a session or day that was planned."""
    from otrec.handout import day_sheet, plan_sheet
    from otrec.handout import handout as made

    if bool(activities) == bool(plan):
        raise OptionError("name activities, or give --plan with a file, one of the two")
    library = _library(data)
    look: dict[str, Any] = {"language": language, "paper": paper, "large": large, "qr": qr}
    if plan is None:
        sheet = made(library, activities or (), audience, **look)
    else:
        told = _read(plan)
        day = isinstance(told, dict) and told.get("kind") == "day"
        sheet = day_sheet(library, told, **look) if day else plan_sheet(library, told, audience, **look)
    write(sheet, form, out)


@app.command()
def board(
    kind: Annotated[str, typer.Argument(help="schedule, first_then, checklist, narrative or step_cards.")],
    line: Annotated[list[str] | None, typer.Option(help="One line, as typed; repeatable.")] = None,
    routine: Annotated[str, typer.Option(help="A bundled routine, for example brushing_teeth.")] = "",
    activity: Annotated[list[str] | None, typer.Option(help="An activity id; repeatable.")] = None,
    title: Annotated[str, typer.Option(help="Another title.")] = "",
    form: Format = "pdf",
    out: Out = None,
    language: Tongue = "en",
    paper: Paper = "a4",
    large: Large = False,
    qr: Qr = "",
    data: Data = None,
) -> None:
    """A picture schedule, first-then board, checklist, social narrative or step cards."""
    from otrec.handout import board as made

    sheet = made(
        kind,
        _library(data),
        lines=line or (),
        routine=routine,
        activities=activity or (),
        title=title,
        language=language,
        paper=paper,
        large=large,
        qr=qr,
    )
    write(sheet, form, out)


def _library(data: Path | None) -> Library:
    from otrec.library import load_library

    return load_library(data)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OptionError(f"{path.name}: cannot be read ({error.strerror}); check the path") from None
    except ValueError as error:
        raise OptionError(f"{path.name}: not the JSON of `otrec plan --json` ({error})") from None


def _content(sheet: Handout, form: str) -> bytes:
    if form == "txt":
        return sheet.text().encode()
    return sheet.docx() if form == "docx" else sheet.pdf()


def write(sheet: Handout, form: str, out: Path | None) -> None:
    """Write the file, or one file a page, and say where."""
    if form not in FORMATS:
        raise OptionError(f"--format {form!r}: choose from {in_words(FORMATS, 'or')}{nearest(form, FORMATS)}")
    path = out or Path(f"handout.{form}")
    if form == "png":
        pages = sheet.pages_png()
        paths = [path.with_stem(f"{path.stem}_{number}") for number in range(1, len(pages) + 1)]
        written = list(zip(paths, pages, strict=True))
    else:
        written = [(path, _content(sheet, form))]
    for where, what in written:
        try:
            where.write_bytes(what)
        except OSError as error:
            raise OptionError(f"{where}: cannot be written ({error.strerror}); choose another file with -o") from None
    console().print(f"Written: {in_words(str(where) for where, _ in written)}", soft_wrap=True)
