"""Phone and fax numbers, checked against the numbering plans of a few countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otrec.privacy.kinds import Span

#: Whose national numbers are known; numbers with + and a country code are known for every country.
REGIONS: Final = ("US", "GB", "ES", "AU", "MX", "IE", "NZ", "IN")
#: So many pieces of one text are checked against the plans. In a longer text every further piece counts as a phone
#: number: the safe side, and the time stays in proportion to the text.
CHECKED: Final = 200

_RUN: Final = re.compile(r"(?<![\w.,])(?:\+|\(\+?)?\d[\d ().\-–]{5,}\d(?![\w/])")
#: A run is looked at in pieces of about so many letters, cut at a space.
PIECE: Final = 60
_PIECE: Final = re.compile(rf"\S.{{0,{PIECE}}}(?!\S)|\S{{{PIECE},}}")
_CALLED: Final = re.compile(
    r"(?i:\b(?:phone|telephone|tel|cell|mobile|mob|call|called|ring|rang|text|texted|whatsapp|sms|contact|"
    r"teléfono|telefono|tlf|móvil|movil|llamar(?: al)?)\b"
    r"(?:\s(?:her|him|them|mum|mom|dad|home|me|number|no|on|at|is|al|es)\b){0,3}\.?\s?[:#]?\s?)"
    r"(?P<number>\+?\d(?:[ .\-]?\d){5,14})(?!\d)"
)
_FAX: Final = re.compile(
    r"(?i:\bfax(?:ed)?\b(?:\s(?:number|no|is|to|on|at|it|the|report)\b){0,4}\.?\s?[:#]?\s?)"
    r"(?P<number>\+?\(?\d(?:[ .()\-]{0,2}\d){5,14})(?!\d)"
)
_LOCAL: Final = re.compile(
    r"(?<![\d-])0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?![\d-])"
    r"|(?<![\d-])(?:\+?1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])\d{3}[.-]\d{4}(?![\d-])"
)
_ABROAD: Final = re.compile(r"\(?\+\d[\d ().\-–]{6,18}")
#: Rows of small figures are scores or counting.
_COUNTING: Final = re.compile(r"\d{1,2}(?:[ .,-]+\d{1,2}){4,}")


def phones(text: str) -> Iterator[Span]:
    """Phone and fax numbers with their places."""
    faxes = {found.start("number"): found.end("number") for found in _FAX.finditer(text)}
    yield from ((start, end, "fax") for start, end in faxes.items())
    yield from ((found.start("number"), found.end("number"), "phone") for found in _CALLED.finditer(text))
    yield from ((found.start(), found.end(), "phone") for found in _LOCAL.finditer(text))
    looked = 0
    for run in _RUN.finditer(text):
        for piece in _PIECE.finditer(run[0]):
            if (
                len(piece[0]) > 2 * PIECE
                or sum(letter.isdigit() for letter in piece[0]) < 7
                or _COUNTING.fullmatch(piece[0])
            ):
                continue
            looked += 1
            at = run.start() + piece.start()
            inside = _in_a_plan(piece[0]) if looked <= CHECKED else [(0, len(piece[0]))]
            yield from ((at + start, at + end, "phone") for start, end in inside)


def _in_a_plan(text: str) -> list[tuple[int, int]]:
    """Where numbers of a numbering plan stand in a piece of text."""
    from phonenumbers import PhoneNumberMatcher

    if _ABROAD.fullmatch(text):
        return [(0, len(text))]
    found = {(match.start, match.end) for region in REGIONS for match in PhoneNumberMatcher(text, region)}
    return sorted(place for place in found if not _COUNTING.fullmatch(text[slice(*place)]))
