"""Finding the parts of a goal in free text. What was found for one part is not read again for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from otrec.goals import words
from otrec.goals.behaviour import Behaviour, Kind, Span, behaviour, subject
from otrec.goals.patterns import blanked, compiled, spans, whole_words
from otrec.goals.review import Wording

#: What stands for a part that was found, so that no condition is read across it.
SHUT: Final = "\x1f"


@dataclass(frozen=True)
class Reading:
    """Where each part of a goal stands in its text."""

    text: str
    wording: Wording
    who: tuple[Kind, Span] | None
    act: Behaviour | None
    condition: tuple[Span, ...]
    criterion: tuple[Span, ...]
    measure: tuple[Span, ...]
    time: tuple[Span, ...]
    baseline: tuple[Span, ...]
    assist: tuple[Span, ...]
    counted: tuple[Span, ...]
    graded: tuple[Span, ...]

    def said(self, span: Span) -> str:
        return " ".join(self.text[span[0] : span[1]].split())


def read(text: str, wording: Wording) -> Reading:
    """The parts of a goal, found one after the other.

    >>> read("By 1 June the student will write five words in 4 of 5 trials.", "school").counted
    ((47, 60),)
    """
    baseline = spans("baseline", text)
    left = blanked(text, baseline)
    time = spans("time", left) or spans("weak_time", left)
    left = blanked(left, time)
    measure = spans("measure", left)
    counts = spans("count", left)
    assist = spans("assist", left)
    graded = spans("graded_assist", left)
    condition = _conditions(blanked(text, [*baseline, *time, *measure], SHUT), counts, assist)
    counted = tuple(span for span in counts if has_unit(text[span[0] : span[1]]))
    return Reading(
        text,
        wording,
        subject(text),
        behaviour(left) or behaviour(text),
        tuple(condition),
        tuple(counts),
        tuple(measure),
        tuple(time),
        tuple(baseline),
        tuple(assist),
        counted,
        tuple(graded),
    )


def _conditions(text: str, counts: list[Span], assist: list[Span]) -> list[Span]:
    """Where a condition begins and what names it; counts and help are no condition, unless "given" leads them."""
    led = spans("lead", text)
    clear = blanked(text, [*counts, *assist], SHUT)
    return sorted({*led, *spans("setting", clear)})


def has_unit(said: str) -> bool:
    """Whether a criterion names what is counted.

    >>> has_unit("4 of 5 trials"), has_unit("80% accuracy"), has_unit("80% of letters")
    (True, False, True)
    """
    named = compiled(
        r"(?<![\w])(?:<unit>|consecutive|twice|once|wpm|errors?|spill\w*|inch(?:es)?|falling|dropping|losing\s+balance)"
    )
    others = compiled(
        r"\d\s*(?:x|×|min|sec|[\"”½¼])|\b(?:of|/)\s*<num>\s+(?!accura|success|indep)(?:[\w-]+\s+)?[a-z]{3,}s\b"
    )
    return bool(named.search(said) or others.search(said))


def told_wording(text: str) -> Wording:
    """School or medical, by the words of the goal; medical if nothing tells.

    >>> told_wording("The student will write."), told_wording("Pt will don socks with min A.")
    ('school', 'medical')
    """
    school, medical = (len(whole_words(items).findall(text)) for items in (words.SCHOOL_CLUE, words.MEDICAL_CLUE))
    return "school" if school > medical else "medical"
