"""A finished handout: its blocks and its look, and the four forms in which it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.handout.blocks import Block, Heading, Span, ours
from otrec.handout.language import LANGUAGES, Translator, translator
from otrec.handout.qr import qr_figure, qr_problems
from otrec.models import OptionError
from otrec.models.wording import in_words, nearest

AUDIENCES: Final = ("family", "client", "teacher", "therapist")
PAPERS: Final = ("a4", "letter")


@dataclass(frozen=True)
class Look:
    """How a handout is printed: language, paper, large print (18 pt and more), a QR code, and its day."""

    language: str = "en"
    paper: str = "a4"
    large: bool = False
    qr: str = ""
    as_of: dt.date | None = None
    #: Ids that may not stand in a QR code.
    private: tuple[str, ...] = field(default=(), repr=False)

    @property
    def say(self) -> Translator:
        """The translator of its language."""
        return translator(self.language)

    def problems(self) -> list[str]:
        """What is not allowed, in words."""
        found = choice("language", self.language, LANGUAGES) + choice("paper", self.paper, PAPERS)
        if not isinstance(self.large, bool):
            found.append("large: give true for large print or false")
        if self.as_of is not None and type(self.as_of) is not dt.date:
            found.append("as_of: give a day as a date, for example date(2026, 9, 1)")
        return found + qr_problems(self.qr, self.private)


def choice(name: str, given: object, allowed: Collection[str]) -> list[str]:
    """A problem if something is none of the allowed words."""
    if given in allowed:
        return []
    return [f"{name}: {str(given)[:40]!r} is not allowed; choose from {in_words(allowed, 'or')}"
            f"{nearest(str(given), allowed)}"]  # fmt: skip


def refuse(problems: list[str]) -> None:
    """Raise one `OptionError` with every problem, if there is any."""
    if problems:
        raise OptionError("; ".join(problems))


@dataclass(frozen=True)
class Handout:
    """A handout that can be printed.

    `blocks` hold the content; `.pdf()` is tagged PDF/UA-1, `.docx()` is Word, `.pages_png()` are pictures of the pages,
    `.text()` is plain text. The same handout always gives the same bytes.
    """

    title: str
    blocks: tuple[Block, ...]
    look: Look
    library_version: str

    @property
    def language(self) -> str:
        """The language of the sheet: en or es."""
        return self.look.language

    @property
    def footer(self) -> str:
        """The line at the foot of each page."""
        told = self.look.say("Made with otrec. Decision support; ask your therapist. Library {version}")
        return told.format(version=self.library_version)

    @property
    def foreign(self) -> str:
        """What marks a block that holds English in a sheet of another language; empty in English."""
        return "" if self.language == "en" else self.look.say("text in English")

    def pdf(self) -> bytes:
        """A tagged PDF (PDF/UA-1).

        Raises
        ------
        OptionError
            If a character cannot be printed with the fonts at hand; it is named.
        """
        from otrec.handout.pdf import make_pdf

        return make_pdf(self)

    def docx(self) -> bytes:
        """A Word document with real headings, lists, tables and alt texts."""
        from otrec.handout.word import make_docx

        return make_docx(self)

    def pages_png(self, ppi: int = 100) -> list[bytes]:
        """A PNG picture of each page, at so many points per inch."""
        from otrec.handout.pdf import make_pages

        return make_pages(self, ppi)

    def text(self) -> str:
        """Plain text, in reading order, pictures by their alt texts."""
        from otrec.handout.plain import make_text

        return make_text(self)


def title_of(*parts: Span) -> Heading:
    """The title of a sheet."""
    return Heading(level=1, line=parts)


def finish(title: str, blocks: list[Block], look: Look, version: str) -> Handout:
    """A handout of blocks; the QR code, if one is wanted, comes last."""
    ending: list[Any] = [qr_figure(look.qr, look.say)] if look.qr else []
    return Handout(title, (*blocks, *ending), look, version)


def dated(look: Look) -> tuple[Span, ...]:
    """The day of a sheet, if one was given."""
    return (ours(look.say("Date: {day}").format(day=look.as_of.isoformat())),) if look.as_of else ()
