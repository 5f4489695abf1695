"""A profile while it is being read: what was found, what has to be asked, and what was not used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.exchange.fhir.lexicon import Hit, Lexicon
from otrec.exchange.fhir.masking import Secrets
from otrec.exchange.fhir.parsing import Json, Part
from otrec.library import Library
from otrec.models import Past


@dataclass(frozen=True)
class Found:
    """One thing that a resource says: which kind, which id or value, where, in which words, and how sure that is."""

    kind: str
    id: str
    source: str
    words: str = ""
    note: str = ""


@dataclass(frozen=True)
class Ask:
    """One thing that is not sure: the question, and the ids among which somebody who knows the client chooses."""

    source: str
    question: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """One resource or element that was not used, with the reason."""

    source: str
    reason: str


#: Elements that every resource may have and that say nothing of a client.
_FRAME: Final = frozenset({"resourceType", "id", "meta", "language", "contained", "text", "extension"})


@dataclass
class Draft:
    """What is known so far. Readers of resources write into it and nowhere else."""

    library: Library
    lexicon: Lexicon
    secrets: Secrets
    as_of: dt.date
    facts: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, None] = field(default_factory=dict)
    barriers: dict[str, tuple[int, str]] = field(default_factory=dict)
    goals: dict[str, int] = field(default_factory=dict)
    precautions: dict[str, None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    history: list[Past] = field(default_factory=list)
    not_again: dict[str, None] = field(default_factory=dict)
    sides: set[str] = field(default_factory=set)
    settings: list[tuple[tuple[int, str], str]] = field(default_factory=list)
    profile: dict[str, Any] | None = None
    found: list[Found] = field(default_factory=list)
    ask: list[Ask] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, kind: str, name: str, part: Part, words: str = "", note: str = "") -> None:
        """Note what was found, in the words it came from, without anything that tells who somebody is."""
        self.found.append(Found(kind, name, part.label, self.secrets.hidden(words), note))

    def question(self, part: Part, question: str, choices: tuple[str, ...] = ()) -> None:
        self.ask.append(Ask(part.label, question, choices))

    def leave(self, part: Part, reason: str) -> None:
        self.left.append(Left(part.label, reason))

    def shown(self, words: str) -> str:
        """Words in quotes as they may be shown; nothing for no words."""
        hidden = self.secrets.hidden(words)
        return f"'{hidden}'" if hidden else "without words"

    def unused(self, part: Part, used: frozenset[str]) -> None:
        """Name the elements of a resource that were not looked at; `text` is its narrative."""
        names = {name.lstrip("_") for name in part.resource} - used - _FRAME
        more = [name for name in ("contained", "text", "extension") if name in part.resource and name not in used]
        if names or more:
            self.leave(part, f"not used: {', '.join([*sorted(names), *more])}")

    def add_condition(self, name: str, part: Part, words: str, note: str = "") -> None:
        self.conditions[name] = None
        self.take("condition", name, part, words, note)

    def add_precaution(self, name: str, part: Part, words: str, note: str = "") -> None:
        self.precautions[name] = None
        self.take("precaution", name, part, words, note)

    def add_barrier(self, name: str, band: int, part: Part, words: str, *, when: str = "", note: str = "") -> None:
        """A barrier with its severity, 0-4; of two the later one counts, and of two without a day the worse one."""
        before = self.barriers.get(name)
        if before and before[0] != band:
            later = when > before[1] or (when == before[1] and band > before[0])
            kept = band if later else before[0]
            self.question(part, f"how severe is {name} now: {before[0]} or {band}? {kept} was taken", (name,))
            if not later:
                return
        self.barriers[name] = (band, when)
        self.take("barrier", name, part, words, note or f"severity {band}")

    def add_goal(self, name: str, importance: int, part: Part, words: str, note: str = "") -> None:
        self.goals[name] = max(importance, self.goals.get(name, 0))
        self.take("goal", name, part, words, note or f"importance {importance}")

    def add_setting(self, name: str, part: Part, words: str, *, rank: int = 0, when: str = "") -> None:
        """A setting; a current stay counts before an old one, a later one before an earlier."""
        self.settings.append(((rank, when), name))
        self.take("setting", name, part, words)

    def add_fact(self, name: str, value: Any, part: Part, words: str = "", note: str = "") -> None:
        """A fact of which there is one; the first that is said stays."""
        before = self.facts.setdefault(name, value)
        if before != value:
            self.question(part, f"{name.replace('_', ' ')}: {before} or {value}? {before} was taken")
            return
        self.take(name, str(value), part, words, note)

    def hits_in(self, texts: list[str], kinds: tuple[str, ...]) -> tuple[str, tuple[Hit, ...]]:
        """The first of some texts in which terms stand, with these terms."""
        found = ((text, self.lexicon.hits(text, kinds)) for text in texts)
        return next(((text, hits) for text, hits in found if hits), ("", ()))


def is_modified(resource: Json) -> bool:
    """Whether a resource says that it may mean something else than it seems to."""
    return bool(resource.get("modifierExtension") or resource.get("implicitRules"))
