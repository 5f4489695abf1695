"""What a question is, and how options are drawn so that the same id always gives the same question."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from hashlib import blake2b
from typing import Final, Literal, Protocol, TypeVar

from otrec.models.terms import OtpfArea

Kind = Literal["card", "case", "grading", "contraindication", "path"]
KINDS: Final[tuple[Kind, ...]] = ("card", "case", "grading", "contraindication", "path")
KIND_NAMES: Final[dict[Kind, str]] = {
    "card": "Cards",
    "case": "Cases: choose the best three",
    "grading": "Grading drills",
    "contraindication": "Name the contraindication",
    "path": "Path puzzles",
}
#: Two options whose words agree to this share read as the same answer.
NEAR_DUPLICATE: Final = 0.86
#: What is said of a link that no study speaks of.
NO_STUDY: Final = "No published finding is attached to this link; it rests on clinical reasoning."

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Option:
    """One possible answer. `detail` is shown with it before answering, `feedback` after.

    The feedback speaks of the reasoning step: why this is the answer, or what a reader who chose it mixed up.
    """

    id: str
    label: str
    right: bool
    feedback: str
    detail: str = ""


@dataclass(frozen=True)
class Question:
    """One question of the study pages, the same each time it is built from its id.

    `topic` is the pattern behind it, so that five in a row are not alike; `choose` is how many options are right.
    """

    id: str
    kind: Kind
    topic: str
    area: OtpfArea
    prompt: str
    facts: tuple[str, ...]
    options: tuple[Option, ...]
    choose: int
    lesson: str
    sources: tuple[str, ...]

    @property
    def right(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.right)

    def is_right(self, chosen: Iterable[str]) -> bool:
        """Whether exactly the right options were chosen."""
        return frozenset(chosen) == self.right


@dataclass(frozen=True)
class Seed:
    """What a question is built from: its id, and where it belongs."""

    id: str
    kind: Kind
    topic: str
    area: OtpfArea

    @property
    def parts(self) -> tuple[str, ...]:
        """The library ids behind the question: what follows the kind and the topic in its id."""
        return tuple(self.id.split(":")[2:])


class Bank(Protocol):
    """A source of questions of one kind; `topics` are the patterns it knows, unique over all banks."""

    @property
    def topics(self) -> tuple[str, ...]:
        """The patterns."""

    def seeds(self) -> Sequence[Seed]:
        """Every question that may be built, without building it."""

    def build(self, seed: Seed) -> Question | None:
        """The question, or None where the library does not hold enough sound wrong answers."""


def number(*words: str) -> int:
    """A number that depends on the words alone, on every machine: questions may be built again from their id.

    >>> number("a", "b") == number("a", "b") != number("a", "c")
    True
    """
    return int.from_bytes(blake2b("|".join(words).encode(), digest_size=8).digest(), "big")


def shuffled(key: str, items: Iterable[T]) -> list[T]:
    """Items in an order that the key fixes; an added item leaves the order of the others alone."""
    return sorted(items, key=lambda item: number(key, str(item)))


def near_ones(key: str, items: Iterable[T], closeness: dict[T, float], most: int, spread: int = 3) -> list[T]:
    """Items drawn from the `most * spread` closest ones, so that wrong answers are plausible and not always the same.

    >>> near_ones("k", ["far", "near"], {"near": 1.0}, most=1, spread=1)
    ['near']
    """
    ranked = sorted(shuffled(key, items), key=lambda item: -closeness.get(item, 0.0))
    return shuffled(key, ranked[: most * spread])[:most]


@cache
def stems(text: str) -> frozenset[str]:
    """The first five letters of the longer words of a text.

    >>> sorted(stems("Reduced hand sensation"))
    ['reduc', 'sensa']
    """
    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    return frozenset(word[:5] for word in words if len(word) >= 5)


def alike(first: str, second: str) -> bool:
    """Whether two labels read as the same answer."""
    one, two = first.lower(), second.lower()
    if one == two:
        return True
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    measures = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(measure() >= NEAR_DUPLICATE for measure in measures)


def ask(
    seed: Seed,
    prompt: str,
    facts: Iterable[str],
    options: Sequence[Option],
    lesson: str,
    sources: Iterable[str] = (),
    *,
    least: int = 4,
    ordered: bool = False,
    patterned: bool = False,
) -> Question | None:
    """A question from its parts, options in the order that its id fixes; None if the options are too few or alike.

    `patterned` options differ in one word of a set form on purpose; they only may not be the same.
    """
    labels = [option.label for option in options]
    same = str.__eq__ if patterned else alike
    doubled = any(same(one, two) for place, one in enumerate(labels) for two in labels[:place])
    if len(options) < least or doubled:
        return None
    arranged = options if ordered else shuffled_options(seed.id, options)
    return Question(
        id=seed.id,
        kind=seed.kind,
        topic=seed.topic,
        area=seed.area,
        prompt=prompt,
        facts=tuple(facts),
        options=tuple(arranged),
        choose=sum(option.right for option in options),
        lesson=lesson,
        sources=tuple(dict.fromkeys(source for source in sources if source)),
    )


def shuffled_options(key: str, options: Sequence[Option]) -> list[Option]:
    """Options in an order that hides which was written first."""
    return sorted(options, key=lambda option: number(key, "order", option.id))


def one_of(right: Option, wrong: Iterable[Option], most: int = 3) -> list[Option]:
    """The right option with the first wrong ones that do not read like it or like each other."""
    kept = [right]
    for option in wrong:
        if len(kept) <= most and not any(alike(option.label, other.label) for other in kept):
            kept.append(option)
    return kept
