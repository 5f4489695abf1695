"""Find records of the library by plain words and facets."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from otrec.library import Library
from otrec.library.coverage import needs_no_purchase, serves
from otrec.models import Activity, Finding, OptionError, Rule
from otrec.models.ages import BANDS
from otrec.models.wording import in_words, nearest

Record = Any
#: Weight of a word by where it is found: in the name, in an alias or a linked name, in the text.
IN_NAME, IN_LINKED, IN_TEXT = 4, 2, 1

#: Facets of each kind: name -> the values that a record has. Activities have more, which need the library.
FACETS: Final[dict[str, dict[str, Callable[[Record], Iterable[str]]]]] = {
    "activities": {
        "age": lambda item: [band for band in BANDS if serves(item, band)],
        "setting": lambda item: item.settings,
        "phase": lambda item: item.phases,
        "delivery": lambda item: item.delivery,
        "arousal": lambda item: [item.arousal],
        "equipment": lambda item: ["no_purchase" if needs_no_purchase(item) else "bought"],
        "people": lambda item: ["one"] * (item.group_min == 1) + ["group"] * (item.group_max > 1),
    },
    "barriers": {"group": lambda item: [item.group], "age": lambda item: item.common_in},
    "techniques": {"group": lambda item: [item.group]},
    "tools": {"group": lambda item: [item.group]},
    "occupations": {"area": lambda item: [item.area]},
    "findings": {
        "direction": lambda item: [item.direction],
        "strength": lambda item: [item.strength or "not graded"],
        "study": lambda item: [item.kind],
    },
    "rules": {"effect": lambda item: [item.effect]},
}


@dataclass(frozen=True)
class Entry:
    """A record with the words by which it can be found and its values of each facet."""

    kind: str
    id: str
    name: str
    record: Record
    words: tuple[str, str, str]
    facets: Mapping[str, frozenset[str]]

    def weight(self, tokens: Sequence[str]) -> int:
        """How well the entry answers the words; 0 if one of them begins no word of it."""
        total = 0
        for token in tokens:
            found = [weight for text, weight in zip(self.words, (IN_NAME, IN_LINKED, IN_TEXT), strict=True)
                     if f" {token}" in text]  # fmt: skip
            if not found:
                return 0
            total += max(found)
        return total


def plain(text: str) -> str:
    """Words in lower case without accents, each with a blank before it.

    >>> plain("Piñata: glue-stick!")
    ' pinata glue stick'
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(f" {word}" for word in re.findall(r"[a-z0-9]+", bare))


class Catalogue:
    """Every record of a library, ready to be searched; frozen like the library itself.

    >>> from otrec import load_library
    >>> catalogue = Catalogue(load_library())
    >>> catalogue.find("techniques", "putty")[0].id
    'hand_strengthening'
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def entries(self) -> dict[str, tuple[Entry, ...]]:
        """Kind -> its entries in library order."""
        library = self.library
        terms = {name: tuple(map(self._term(name), getattr(library, name).values())) for name in TERMS}
        return {
            "activities": tuple(map(self._activity, library.activities.values())),
            **terms,
            "findings": tuple(map(self._finding, library.evidence.values())),
            "rules": tuple(map(self._rule, library.rules)),
        }

    def find(self, kind: str, words: str = "", facets: Mapping[str, Sequence[str]] | None = None) -> list[Entry]:
        """Entries that have every word and, for each facet given, one of its values; the best answer first.

        Parameters
        ----------
        kind
            activities, barriers, techniques, tools, occupations, findings or rules.
        words
            Beginnings of words; all have to be found, in name, aliases, linked names or text.
        facets
            Facet -> allowed values; an empty list allows all.

        Raises
        ------
        OptionError
            If there is no such kind or facet; names the nearest.
        """
        wanted = {name: frozenset(values) for name, values in (facets or {}).items() if values}
        self._check(kind, wanted)
        tokens = plain(words).split()
        found = [
            (entry.weight(tokens), entry)
            for entry in self.entries[kind]
            if all(values & entry.facets[name] for name, values in wanted.items())
        ]
        if not tokens:
            return [entry for _, entry in found]
        kept = [(weight, entry) for weight, entry in found if weight]
        return [entry for _, entry in sorted(kept, key=lambda pair: (-pair[0], pair[1].name))]

    def counts(self, entries: Iterable[Entry], facet: str) -> Counter[str]:
        """How many of the entries have each value of a facet."""
        return Counter(value for entry in entries for value in entry.facets[facet])

    def values(self, kind: str, facet: str) -> list[str]:
        """Every value of a facet that occurs, in the order in which it first does."""
        return list(dict.fromkeys(value for entry in self.entries[kind] for value in sorted(entry.facets[facet])))

    def instead(self, kind: str, words: str) -> str:
        """A word near the one that found nothing, or nothing."""
        known = {word for entry in self.entries[kind] for text in entry.words[:2] for word in text.split()}
        missing = [token for token in plain(words).split() if not any(word.startswith(token) for word in known)]
        return nearest(missing[0], sorted(known)) if missing else ""

    def _check(self, kind: str, facets: Iterable[str]) -> None:
        for given, allowed, what in (
            (kind, KINDS, "kind"),
            *((name, FACETS.get(kind, {}), "facet") for name in facets),
        ):
            if given not in allowed:
                raise OptionError(f"{given!r} is no {what}{nearest(given, allowed)}. There are {in_words(allowed)}")

    def _entry(self, kind: str, record: Record, name: str, linked: Iterable[str], text: Iterable[str]) -> Entry:
        words = plain(name), plain(" ".join(linked)), plain(" ".join(text))
        facets = {facet: frozenset(values(record)) for facet, values in FACETS[kind].items()}
        identity = getattr(record, "finding_id", None) or record.id
        return Entry(kind, identity, name, record, words, facets)

    def _term(self, kind: str) -> Callable[[Record], Entry]:
        def entry(term: Record) -> Entry:
            text = [getattr(term, "definition", ""), getattr(term, "group", ""), *getattr(term, "icf", ())]
            linked = [*term.aliases]
            if kind == "techniques":
                linked += [self.library.tools[use.tool].name for use in self.library.uses if use.technique == term.id]
            return self._entry(kind, term, term.name, linked, text)

        return entry

    def _activity(self, item: Activity) -> Entry:
        terms = [self.library.barriers[name] for name in item.primary]
        terms += [self.library.techniques[name] for name in item.techniques]  # type: ignore[misc]
        terms += [self.library.tools[name] for name in (*item.tools, *item.tools_optional)]  # type: ignore[misc]
        terms += [self.library.occupations[name] for name in item.occupations]  # type: ignore[misc]
        linked = [word for term in terms for word in (term.name, *term.aliases)]
        return self._entry("activities", item, item.name, linked, [item.purpose, *item.steps, *item.materials])

    def _finding(self, item: Finding) -> Entry:
        linked = [item.authors_short, str(item.year), item.intervention, item.population]
        return self._entry("findings", item, item.title, linked, [item.finding, item.outcome, item.journal])

    def _rule(self, item: Rule) -> Entry:
        tags = [
            *item.what.hazards,
            *item.what.tools,
            *item.what.techniques,
            *item.what.activities,
            *item.when.precautions,
        ]
        return self._entry("rules", item, item.id.replace("_", " "), [tag.replace("_", " ") for tag in tags],
                           [item.reason, item.source])  # fmt: skip


TERMS: Final = ("barriers", "techniques", "tools", "occupations")
KINDS: Final = ("activities", *TERMS, "findings", "rules")
