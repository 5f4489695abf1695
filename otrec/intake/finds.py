"""Finds of one sentence: words that are looked for, with what the words around them say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from otrec.intake.context import Context, Cue, Status
from otrec.intake.draft import Found
from otrec.intake.lexicon import MAYBE, Lexicon, Term
from otrec.intake.patterns import Match
from otrec.intake.words import Token, token

#: So many words a cue for a goal, a like or a thing reaches to the right.
REACH: Final = {"wants": 14, "likes": 14, "strong": 7, "equipment": 4, "at_hand": 14}
#: So near has a word to be that says how bad something is.
NEAR: Final = 4
#: The field of the profile that a kind of term fills, where it has another name.
FIELDS: Final = {"occupations": "goals", "environments": "environment", MAYBE: "precautions"}
#: Kinds that are ordinary words, and the cue that makes them a find.
CUES: Final = {"occupations": "wants", "interests": "likes"}
_DENYING: Final = frozenset(["no", "denies", "denied", "without", "nil", "free", "never"])


@dataclass(frozen=True)
class Read:
    """A sentence, spelt right, with its heading, cues and matches."""

    tokens: tuple[Token, ...]
    heading: str
    cues: tuple[Cue, ...]
    ends: tuple[int, ...]
    hints: tuple[Match[Term], ...]
    terms: tuple[Match[Term], ...]

    def hint(self, name: str, place: int) -> bool:
        """Whether a cue of that name reaches a word: a goal, a like, a strength, a thing at hand."""
        if self.heading == name:
            return True
        reach = REACH[name]
        return any(
            item.label[0] == name and item.end <= place <= item.end + reach
            and Context.status(self.cues, self.ends, item.start, item.end) != "denied"
            for item in self.hints
        )  # fmt: skip

    def wished(self, start: int) -> bool:
        """Whether a clause that starts there begins with a wish: it names a goal, not what is hard."""
        return any(item.label[0] == "wants" and start <= item.start <= start + 1 for item in self.hints)

    def strong(self, start: int, end: int) -> bool:
        """Whether words from `start` to `end` tell of something that goes well."""
        inside = any(item.label[0] == "strong" and start <= item.start < end for item in self.hints)
        return inside or self.hint("strong", start)

    def severity(self, start: int, end: int) -> int | None:
        """How bad the nearest words say it is, 1-4."""
        best: tuple[int, int] | None = None
        for item in self.hints:
            if item.label[0] == "severity" and not self._comma_between(item, start, end):
                away = start - item.end if item.end <= start else max(0, item.start - end)
                if away <= NEAR and (best is None or away < best[0]):
                    best = (away, int(item.label[1]))
        return best[1] if best else None

    def _comma_between(self, item: Match[Term], start: int, end: int) -> bool:
        between = range(item.end, start + 1) if item.end <= start else range(end, item.start + 1)
        return any(self.tokens[place].after for place in between if place < len(self.tokens))

    def status(self, start: int, end: int) -> Status:
        if self.heading == "other":
            return "other"
        return Context.status(self.cues, self.ends, start, end)

    def clause_status(self, start: int, end: int) -> Status:
        """What the first words of a clause say of all of it; "does not" and the like deny no difficulty."""
        if self.heading == "other":
            return "other"
        for cue in self.cues:
            if cue.side == "before" and start - 1 <= cue.start <= start + 2 and cue.end < end:
                first = self.tokens[cue.start].text
                longer = [word.text for word in self.tokens[cue.start : cue.start + 2]] == ["no", "longer"]
                if cue.says == "denied" and (first not in _DENYING or longer):
                    continue
                if cue.says not in ("unsure", "history"):
                    return cue.says
        return "present"


def read(lexicon: Lexicon, tokens: tuple[Token, ...], heading: str) -> Read:
    """Everything that is looked for in a sentence."""
    cues, ends = lexicon.context.cues(tokens)
    terms = [*lexicon.terms.find(tokens), *_allergies(lexicon, tokens, heading)]
    hints = lexicon.cues.find(tokens)
    wishes = {place for item in hints if item.label[0] == "wants" for place in range(item.start, item.end)}
    hints = [item for item in hints if item.label[0] != "likes" or item.start not in wishes]  # "would like to"
    return Read(tokens, heading, tuple(cues), tuple(ends), tuple(hints), tuple(_longest(terms)))


def _allergies(lexicon: Lexicon, tokens: Sequence[Token], heading: str) -> Iterator[Match[Term]]:
    """A list after "allergic to" or below "Allergies:" names the allergy before each of its items."""
    start = 0 if heading == "allergies" else None
    for place in range(len(tokens) - 1):
        if tokens[place].text.startswith(("allerg", "reacts", "anaphyla")) and tokens[place + 1].text in ("to", "with"):
            start = place + 2
    if start is None:
        return
    lead = (token("allergic"), token("to"))
    for place in range(start, len(tokens)):
        item = tokens[place]
        if place == start or item.after == "," or tokens[place - 1].text in ("and", "or"):
            chunk = (*lead, *tokens[place : place + 4])
            for found in lexicon.terms.find(chunk):
                if found.label[1].endswith("_allergy") and found.start == 0:
                    yield Match(found.label, place, place + max(1, found.end - 2))


def _longest(terms: Sequence[Match[Term]]) -> list[Match[Term]]:
    """Without those that stand inside a longer one of the same kind."""
    kept: list[Match[Term]] = []
    for item in sorted(dict.fromkeys(terms), key=lambda one: (one.start - one.end, one.start)):
        inside = any(
            other.label[0] == item.label[0] and other.start <= item.start and item.end <= other.end
            and (other.start, other.end) != (item.start, item.end)
            for other in kept
        )  # fmt: skip
        if not inside or item.label[0] == "precautions":
            kept.append(item)
    return sorted(kept, key=lambda one: (one.start, -one.end))


def finds(lexicon: Lexicon, said: Read, text: str) -> Iterator[Found]:
    """What a sentence says of the profile, but for what only likeness to phrases tells."""
    for item in said.terms:
        kind, value = item.label
        name = lexicon.name(kind, value)
        if name is None:
            continue
        field = FIELDS.get(kind, kind)
        status = said.status(item.start, item.end)
        if kind == MAYBE and status == "present":
            status = "unsure"
        if status == "history":  # a diagnosis of the past stays one; of a precaution nobody knows
            status = "present" if kind == "conditions" else "past"
        cue = CUES.get(kind)
        if cue and (status == "other" or not said.hint(cue, item.start)):
            continue
        severity = None
        if kind == "barriers":
            if said.hint("strong", item.start) or said.heading == "likes":
                field = "strengths"
            severity = said.severity(item.start, item.end)
        yield _found(said, text, item, field, name, status, severity)


def _found(
    said: Read, text: str, item: Match[Term], field: str, name: str, status: Status, severity: int | None
) -> Found:
    words = said.tokens[item.start : item.end]
    mended = [word for word in words if word.read_as]
    note = "".join(f"“{word.raw}” was read as “{word.read_as}”. " for word in mended).strip()
    drafted = status == "present" and (field != "tools" or said.hint("at_hand", item.start))
    start, end = words[0].start, words[-1].end
    return Found(
        field, item.label[1], name, text[start:end], start, end, status,
        "spelling" if mended else "words", drafted, severity, note=note,
    )  # fmt: skip
