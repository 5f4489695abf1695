"""What a command about the store tells and asks: plain lines, a yes before anything is lost, a passphrase unseen."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from otrec.cli.shared import console
from otrec.models.errors import OptionError

Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def tell(*lines: str) -> None:
    """Print lines as they are: no colours, no little pictures, and nothing that moves about on a terminal."""
    shown = console()
    for line in lines:
        shown.print("".join(map(_seen, line)), markup=False, emoji=False, soft_wrap=True)


def _seen(sign: str) -> str:
    return "?" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "client"), counted(1200, "client")
    ('1 client', '1,200 clients')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


def agreed(yes: bool, question: str) -> bool:
    """Whether to go on: asked on a terminal; elsewhere only with --yes."""
    if yes:
        return True
    if on_terminal():
        if typer.confirm(question):
            return True
        tell("Nothing was changed.")
    else:
        tell("Nothing was changed. Add --yes to do it.")
    return False


def on_terminal() -> bool:
    """Whether somebody sits there who can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def lines_of(file: Path) -> list[str]:
    """The lines of a small text file that are not blank."""
    try:
        found = [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except OSError as error:
        raise OptionError(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise OptionError(f"{file}: is no text file; save it as UTF-8") from None
    if not found:
        raise OptionError(f"{file}: there is nothing in it")
    return found


def passphrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase: the first line of a file, or typed unseen on a terminal; never an argument."""
    if file is not None:
        return lines_of(file)[0]
    if not on_terminal():
        raise OptionError("there is no terminal to ask for the passphrase; give --passphrase-file")
    found: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice)
    return found
