"""Whether the words around a find deny it, put it in the past, doubt it, or give it to somebody else.

Rules in the manner of ConText (Harkema et al. 2009, doi 10.1016/j.jbi.2009.05.002): words before a find reach to the
right, words after it to the left, both within the sentence and not past a word that ends their reach. Unlike there, a
comma ends the reach of a denial when a verb of having or being follows it, and a heading counts as the first word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from otrec.intake.patterns import Matcher
from otrec.intake.words import Token

Status = Literal["present", "denied", "past", "history", "unsure", "other"]
Kind = tuple[str, str]
#: What is asked first, where words around a find say several things.
_ORDER: Final[tuple[Status, ...]] = ("other", "denied", "unsure", "past", "history")
#: A verb after a comma or "and" begins another statement: "no pain, is a falls risk".
_VERBS: Final = frozenset((
    "is", "has", "have", "uses", "needs", "wears", "takes", "can", "cannot", "cant", "walks", "lives",
    "presents", "does", "likes", "loves", "enjoys", "works", "gets", "finds", "struggles", "he", "she",
    "they", "we", "i", "pt", "patient", "client", "student", "hates", "wants", "falls", "fell", "drops",
    "forgets",
))  # fmt: skip
#: So far a word reaches, in words.
REACH_BEFORE, REACH_AFTER = 9, 6


class Cue(NamedTuple):
    """A trigger in a sentence: what it says, to which side, where it stands, and before which word its reach ends."""

    says: Status
    side: str
    start: int
    end: int
    before: int | None = None


class Context:
    """The rules of one file, ready to be asked."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        labelled: list[tuple[Kind, str]] = []
        for says in _ORDER:
            for side, patterns in rules[says].items():
                labelled.extend(((says, side), pattern) for pattern in patterns)
        self._cues: Matcher[Kind] = Matcher(labelled)
        self._ends: Matcher[Kind] = Matcher((("ends", ""), pattern) for pattern in rules["ends"])

        self.vocabulary = self._cues.vocabulary | self._ends.vocabulary

    def cues(self, tokens: Sequence[Token]) -> tuple[list[Cue], list[int]]:
        """The triggers of a sentence, without those inside a harmless phrase, and the places where a reach ends."""
        found = [
            Cue(item.label[0], item.label[1], item.start, item.end)  # type: ignore[arg-type]
            for item in self._cues.find(tokens)
        ]
        harmless = [cue for cue in found if cue.side == "harmless"]
        kept = [
            cue
            for cue in found
            if cue.side != "harmless"
            and not any(other.start <= cue.start < other.end and other.says == cue.says for other in harmless)
        ]
        ends = [item.start for item in self._ends.find(tokens)]
        breaks = [place for place, word in enumerate(tokens) if word.after == ","]
        kept = [cue if tokens[cue.start].text != "?" else cue._replace(before=_next(breaks, cue.end)) for cue in kept]
        ends += [
            place
            for place, word in enumerate(tokens)
            if word.text in _VERBS and (word.after or (place and tokens[place - 1].text == "and"))
        ]
        return kept, sorted(ends)

    @staticmethod
    def status(cues: Sequence[Cue], ends: Sequence[int], start: int, end: int) -> Status:
        """What the triggers say of the words from `start` to `end`."""
        said = {cue.says for cue in cues if _reaches(cue, ends, start, end)}
        return next((name for name in _ORDER if name in said), "present")


def _next(places: Sequence[int], start: int) -> int | None:
    """The first of some places from one on; a question mark asks about what stands before the next comma."""
    return next((place for place in places if place >= start), None)


def _reaches(cue: Cue, ends: Sequence[int], start: int, end: int) -> bool:
    if cue.side == "before":
        if cue.end > start or start - cue.end > REACH_BEFORE:
            return False
        if cue.before is not None and start >= cue.before:
            return False
        return not any(cue.end <= place <= start and place > cue.start for place in ends)
    if cue.start < end or cue.start - end > REACH_AFTER:
        return False
    return not any(end <= place < cue.start for place in ends)
