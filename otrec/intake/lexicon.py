"""The words that are looked for: names and other words of the library, and the curated ones of `data/intake.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from otrec.intake.context import Context
from otrec.intake.patterns import Matcher
from otrec.intake.phrases import read_phrases
from otrec.intake.words import token
from otrec.library import Library, default_data
from otrec.models.errors import LibraryError
from otrec.models.yaml_text import YamlProblem, parse_yaml

FILE: Final = "intake.yaml"
#: What is looked for, in the order in which a draft shows it.
KINDS: Final = ("conditions", "precautions", "barriers", "occupations", "interests", "tools", "environments")
#: Words that may mean a precaution and may not; they are asked about.
MAYBE: Final = "maybe"

Term = tuple[str, str]


def read_words() -> dict[str, Any]:
    """The curated words, from the bundled data.

    Raises
    ------
    LibraryError
        If the file is missing or not readable.
    """
    path = default_data() / FILE
    try:
        found: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LibraryError(FILE, [f"cannot be read ({error.strerror}); install otrec again"]) from None
    except YamlProblem as problem:
        raise LibraryError(FILE, [str(problem)]) from None
    return found


class Lexicon:
    """Matchers over the words of one library."""

    def __init__(self, library: Library, words: Mapping[str, Any] | None = None) -> None:
        self.library = library
        self.words = read_words() if words is None else words
        self.terms: Matcher[Term] = Matcher(self._terms())
        self.cues: Matcher[Term] = Matcher(self._cues())
        self.headings: Matcher[str] = Matcher(self._listed("headings"))
        self.context = Context(self.words["context"])

    def name(self, kind: str, term: str) -> str | None:
        """The name of a term; None if this library has no such term."""
        found = getattr(self.library, "precautions" if kind == MAYBE else kind).get(term)
        return None if found is None else str(found.name)

    def _terms(self) -> Iterator[tuple[Term, str]]:
        common = self.words["too_common"]
        for kind in KINDS:
            skipped = {*common["all"], *common.get(kind, ())}
            for term, record in getattr(self.library, kind).items():
                for text in (record.name, *record.aliases):
                    if text.lower() not in skipped and (kind != "tools" or text != record.name):
                        yield (kind, term), _plain(text)
                for pattern in self.words[kind].get(term, ()):
                    yield (kind, term), pattern
        for term, patterns in self.words[MAYBE].items():
            for pattern in patterns:
                yield (MAYBE, term), pattern

    def _cues(self) -> Iterator[tuple[Term, str]]:
        """What makes a find a strength, an interest, a goal or a thing at hand; how bad; where."""
        for name in ("strong", "likes", "wants", "equipment", "at_hand"):
            for pattern in self.words[name]:
                yield (name, ""), pattern
        for name in ("settings", "severity"):
            for value, pattern in self._listed(name):
                yield (name, value), pattern

    def _listed(self, name: str) -> Iterator[tuple[str, str]]:
        for value, patterns in self.words[name].items():
            for pattern in patterns:
                yield str(value), pattern

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words that are spelt right: those of the patterns, and all that the library's texts use."""
        found = {*self.terms.vocabulary, *self.cues.vocabulary, *self.headings.vocabulary, *self.context.vocabulary}
        for phrase, _ in read_phrases():
            _gather(phrase, found)
        for kind in (*KINDS, "techniques", "activities"):
            for record in getattr(self.library, kind).values():
                for value in record.model_dump(mode="json").values():
                    _gather(value, found)
        return frozenset(found)


def _gather(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        for word in value.replace("-", " ").replace("/", " ").split():
            plain = token(word.strip(".,;:()?!\"'*")).stem
            if plain.isalpha():
                found.add(plain)
    elif isinstance(value, dict):
        for part in value.values():
            _gather(part, found)
    elif isinstance(value, list):
        for part in value:
            _gather(part, found)


def _plain(text: str) -> str:
    """A name as a pattern: its marks mean nothing."""
    for mark in "|~*?#()":
        text = text.replace(mark, " ")
    return text
