"""A text as sentences of words, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_PIECES: Final = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*|\?|#|\n\s*\n|[\n.!;:,()]|[-–—•*](?=\s)")
_INSIDE: Final = re.compile(r"['’`´]")
_BREAKS: Final = frozenset(".!;\n?")
#: Words before a full stop that end no sentence.
_SHORT: Final = frozenset((
    "dr", "mr", "mrs", "ms", "st", "approx", "eg", "ie", "vs", "wks", "yrs", "mths", "mos", "hx", "dx",
    "appt", "dept",
))  # fmt: skip


#: Longer sentences are cut: what is said is looked for within a sentence, in time that grows with the square of its
#: words.
LONGEST: Final = 80


class Token(NamedTuple):
    """A word in small letters without apostrophes, as it stood, where it stood, and without its plural ending.

    `after` is the mark before it in the sentence: a comma, a bracket, or nothing. `read_as` is set where the spelling
    was mended.
    """

    text: str
    raw: str
    start: int
    end: int
    stem: str
    after: str = ""
    read_as: str = ""


class Sentence(NamedTuple):
    """Words up to a full stop or the end of a line; `line` counts lines, `opens` tells a heading before a colon."""

    tokens: tuple[Token, ...]
    line: int
    opens: int
    gap: bool


def stem(word: str) -> str:
    """A word without the ending of its plural.

    >>> [stem(word) for word in ("seizures", "allergies", "glass", "boxes", "his")]
    ['seizure', 'allergy', 'glass', 'box', 'his']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def token(raw: str, start: int = 0, after: str = "") -> Token:
    """A word as a token.

    >>> token("Can’t").text
    'cant'
    """
    text = _INSIDE.sub("", raw).lower()
    return Token(text, raw, start, start + len(raw), stem(text), after)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; ends of lines, semicolons and bullets end one too."""
    held: list[Token] = []
    line, opens, gap, mark = 0, 0, False, ""
    for piece in _PIECES.finditer(text):
        found = piece.group()
        if _is_word(found, text, piece.end()) or found == "?":
            held.append(token(found, piece.start(), mark))
            mark = ""
        elif found == ":":
            opens = opens or len(held)
        elif found[0] not in _BREAKS:
            mark = mark or ("," if found in "-–—•*" else found)
        if len(held) >= LONGEST or (held and _ends(found, held[-1], text, piece.end())):
            yield Sentence(tuple(held), line, opens, gap)
            held, opens, gap = [], 0, False
        if "\n" in found:
            line += 1
            gap = gap or found.count("\n") > 1
            mark = ""
    if held:
        yield Sentence(tuple(held), line, opens, gap)


def _is_word(found: str, text: str, end: int) -> bool:
    return found[0].isalnum() or found == "#" or (found == "?" and _queries(text, end))


def _ends(found: str, last: Token, text: str, end: int) -> bool:
    """Whether a mark ends a sentence; a question mark before a word asks, and a full stop may only shorten one."""
    if found[0] not in _BREAKS or (found == "?" and _queries(text, end)):
        return False
    return not _goes_on(found, last, text, end)


def _queries(text: str, end: int) -> bool:
    """Whether a question mark stands before what is asked: "?dysphagia"."""
    return text[end : end + 1].isalnum() or text[end : end + 2].strip()[:1].islower()


def _goes_on(mark: str, last: Token, text: str, end: int) -> bool:
    """Whether a full stop only shortens a word or stands within a number."""
    if mark != ".":
        return False
    return text[end : end + 1].isalnum() or len(last.text) == 1 or last.text in _SHORT
