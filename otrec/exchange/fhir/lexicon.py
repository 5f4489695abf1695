"""Words and codes of other records -> ids of the library: by code first, by name and alias on word boundaries else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from otrec.library import Library
from otrec.models import Term

#: Abbreviations of so few letters are believed only where they are written in capitals.
SHORT: Final = 3
#: Aliases that mean something else inside a longer text.
ALONE_ONLY: Final = frozenset({"trauma", "id", "port", "cast", "fits", "trach", "rash", "fever", "words", "job"})
#: Words before or after a term that turn it round or put it into doubt.
DENYING: Final = frozenset({
    "no", "not", "without", "denies", "denied", "negative", "absence", "absent", "never", "nil", "free", "excluded",
})  # fmt: skip
DOUBTING: Final = frozenset({
    "suspected", "suspicion", "possible", "possibly", "probable", "query", "rule", "risk", "history", "hx", "ho", "fh",
    "previous", "past", "former", "old", "family", "familial", "mother", "father", "brother", "sister", "sibling",
    "parent", "maternal", "paternal", "screening",
})  # fmt: skip
#: Words that leave a term what it is.
_PLAIN: Final = frozenset({
    "disorder", "finding", "situation", "procedure", "disease", "syndrome", "type", "acute", "chronic", "severe",
    "moderate", "mild", "left", "right", "both", "bilateral", "unspecified", "other", "of", "the", "an", "and", "with",
    "due", "to", "in", "on", "by", "for", "nos", "primary", "secondary", "stage", "level",
})  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Hit:
    """A term that stands in a text: `words` as written, `whole` if it is what the text is about, `doubt` why not."""

    kind: str
    id: str
    words: str
    whole: bool
    doubt: str


@dataclass(frozen=True)
class _Name:
    kind: str
    id: str
    words: tuple[str, ...]
    short: bool


class Lexicon:
    """The names, aliases and codes of a library.

    >>> from otrec import load_library
    >>> lexicon = Lexicon(load_library())
    >>> [(hit.id, hit.doubt) for hit in lexicon.hits("No history of epilepsy", ("condition",))]
    [('epilepsy', 'no')]
    >>> lexicon.icd10("G80.1"), lexicon.icd10("I63.9"), lexicon.icd10("Z00")
    ('cerebral_palsy', 'stroke', None)
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def _names(self) -> dict[str, list[_Name]]:
        """First word -> names that begin with it, the longest first."""
        found: dict[str, list[_Name]] = {}
        terms: dict[str, Mapping[str, Term]] = {
            "condition": self.library.conditions,
            "precaution": self.library.precautions,
            "barrier": self.library.barriers,
            "occupation": self.library.occupations,
        }
        for kind, records in terms.items():
            for term in records.values():
                for name in dict.fromkeys((term.name, *term.aliases, term.id.replace("_", " "))):
                    words = tuple(_bare(word) for word in _tokens(name))
                    if words:
                        short = len(words) == 1 and len(words[0]) <= SHORT
                        found.setdefault(words[0], []).append(_Name(kind, term.id, words, short))
        return {word: sorted(names, key=lambda name: -len(name.words)) for word, names in found.items()}

    def hits(self, text: str, kinds: Iterable[str]) -> tuple[Hit, ...]:
        """The terms of some kinds in a text; where two begin at one word the longer one counts."""
        tokens = _tokens(text[:10_000])
        bare = [_bare(word) for word in tokens]
        allowed, found, place = set(kinds), [], 0
        while place < len(bare):
            names = [name for name in self._names.get(bare[place], ()) if self._stands(name, allowed, tokens, place)]
            longest = len(names[0].words) if names else 1
            for name in names:
                if len(name.words) == longest:
                    found.append(_hit(name, tokens, bare, place))
            place += longest
        return tuple({(hit.kind, hit.id): hit for hit in reversed(found)}.values())[::-1]

    def _stands(self, name: _Name, kinds: set[str], tokens: list[str], place: int) -> bool:
        here = tokens[place : place + len(name.words)]
        if name.kind not in kinds or tuple(map(_bare, here)) != name.words:
            return False
        alone = len(here) == len(tokens)
        if len(here) == 1 and here[0].lower() in ALONE_ONLY and not alone:
            return False
        return not name.short or here[0].isupper()

    @cached_property
    def _icd10(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for term in self.library.conditions.values():
            for code in term.icd10:
                found |= dict.fromkeys(_categories(code), term.id)
        return found

    def icd10(self, code: str) -> str | None:
        """The condition of a code of ICD-10, by the most exact mapping that covers it."""
        plain = re.sub(r"[^A-Z0-9]", "", code.upper()[:20])
        prefixes = (plain[:length] for length in range(len(plain), 2, -1))
        return next((self._icd10[prefix] for prefix in prefixes if prefix in self._icd10), None)

    @cached_property
    def _snomed(self) -> dict[str, str]:
        return {code: term.id for term in self.library.conditions.values() for code in term.snomed}

    def snomed(self, code: str) -> str | None:
        """The condition of a concept of SNOMED CT."""
        return self._snomed.get(code)

    @cached_property
    def _icf(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for term in self.library.barriers.values():
            for code in term.icf:
                found[code] = (*found.get(code, ()), term.id)
        return found

    def icf(self, code: str) -> tuple[str, ...]:
        """The barriers of an ICF category, or of the nearest broader one that has any.

        >>> from otrec import load_library
        >>> Lexicon(load_library()).icf("d1450")
        ('graphomotor_control', 'handwriting')
        """
        prefixes = (code[:length] for length in range(len(code), 3, -1))
        return next((self._icf[prefix] for prefix in prefixes if prefix in self._icf), ())


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _bare(word: str) -> str:
    """A word in small letters without the ending of a plural."""
    low = word.lower()
    return low[:-1] if len(low) > SHORT + 1 and low.endswith("s") and low[-2] not in "siu" else low


def _hit(name: _Name, tokens: list[str], bare: list[str], place: int) -> Hit:
    end = place + len(name.words)
    around = [word.lower() for word in (*tokens[:place], *tokens[end:])]
    denied = next((word for word in around if word in DENYING), "")
    doubted = next((word for word in around if word in DOUBTING), "")
    whole = all(word in _PLAIN or len(word) == 1 or word.isdigit() for word in around)
    return Hit(name.kind, name.id, " ".join(tokens[place:end]), whole, denied or doubted)


def _categories(code: str) -> Iterator[str]:
    """A code without its dot; of a block every category in it."""
    first, dash, last = code.partition("-")
    if not dash:
        yield code.replace(".", "")
        return
    letters = [chr(number) for number in range(ord(first[0]), ord(last[0]) + 1)]
    every = (f"{letter}{number:02}" for letter in letters for number in range(100))
    yield from (name for name in every if first <= name <= last)


def codings_of(value: Any) -> list[tuple[str, str, str]]:
    """System, code and display of every coding of a CodeableConcept, or of a Coding."""
    if not isinstance(value, dict):
        return []
    inner = value.get("coding", [value] if "code" in value else [])
    return [
        (text(one.get("system")), text(one.get("code")), text(one.get("display")))
        for one in (inner if isinstance(inner, list) else [])
        if isinstance(one, dict)
    ]


def texts_of(value: Any) -> list[str]:
    """What a CodeableConcept says in words: its text, then what its codes are called."""
    found = [text(value.get("text")) if isinstance(value, dict) else "", *(said for _, _, said in codings_of(value))]
    return list(dict.fromkeys(said for said in found if said.strip()))


def text(value: Any) -> str:
    """A text, or an empty one where there is something else."""
    return value if isinstance(value, str) else ""
