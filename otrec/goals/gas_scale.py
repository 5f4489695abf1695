"""One goal as a scale of five levels, and what may be wrong with its wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import Field

from otrec.goals.review import Finding
from otrec.models import Frozen
from otrec.models.knowledge import Text

#: Attainment of each level, in the order in which a scale lists them.
LEVELS: Final = (-2, -1, 0, 1, 2)
_NUMBER = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(\d+(?:\.\d+)?))?(?:\s*(?:%|percent)|(?:\s+(?:of|out of)\s+(\d+))?)?"
)
_RELATIVE = re.compile(
    r"\b(?:(?:much|somewhat|a little|far)?\s*(?:more|less|better|worse)\s+than\s+expected|as\s+expected|improved|worse|"
    r"better)\b",
    re.IGNORECASE,
)

Rating = Annotated[int, Field(ge=0, le=3, strict=True)]


class GasScale(Frozen):
    """A goal with five described levels, -2 to +2; level 0 is what is expected by the agreed day.

    `importance` and `difficulty` are 0-3 (Turner-Stokes 2009); `baseline` is -1, or -2 where nothing worse is possible.

    >>> levels = ("0 buttons", "1 button", "2 buttons", "3 buttons", "4 buttons")
    >>> scale = GasScale(levels=levels, importance=3, difficulty=2)
    >>> scale.weight, scale.lint()[0].rule
    (6, 'equal_steps')
    """

    levels: tuple[Text, Text, Text, Text, Text]
    importance: Rating = 1
    difficulty: Rating = 1
    baseline: Literal[-1, -2] = -1

    @property
    def weight(self) -> int:
        """Importance times difficulty, 0-9; 0 takes the goal out of the T-score."""
        return self.importance * self.difficulty

    def level(self, score: int) -> str:
        """The description of one level, -2 to +2."""
        return self.levels[LEVELS.index(score)]

    def lint(self) -> tuple[Finding, ...]:
        """What to mend in the levels; the checks follow the criteria of Krasny-Pacini et al. 2016, doi
        10.1016/j.apmr.2015.08.424, and the checklist of Bard-Pondarré et al. 2023, doi 10.2340/jrm.v55.6498.
        """
        amounts = [_amount(level) for level in self.levels]
        return (*self._wording(), *_order(amounts), *self._variables(), *_steps(amounts), *self._weighting())

    def _wording(self) -> Iterator[Finding]:
        seen: dict[str, int] = {}
        for score, said in zip(LEVELS, self.levels, strict=True):
            plain = " ".join(said.lower().split())
            if plain in seen:
                yield _found(
                    "same",
                    "missing",
                    f"Levels {seen[plain]:+d} and {score:+d} say the same.",
                    "Describe five different outcomes.",
                )
            seen.setdefault(plain, score)
            if _RELATIVE.search(said) and not re.search(r"\d", said):
                sentence = f"Level {score:+d} compares with what was expected and does not say what is seen."
                yield _found(
                    "relative",
                    "weak",
                    sentence,
                    "Describe it so that somebody who does not know the person could score it.",
                )
            if score == 0 and re.search(r"\b(?:more|less|better|worse)\s+than\s+expected", said, re.IGNORECASE):
                yield _found(
                    "expected",
                    "missing",
                    "Level 0 is not worded as the expected outcome.",
                    "Put what you expect at level 0.",
                )

    def _variables(self) -> Iterator[Finding]:
        changing = {
            place
            for one, two in pairwise(map(_numbers, self.levels))
            if len(one) == len(two)
            for place in _differs(one, two)
        }
        units = {word for word in map(_unit, self.levels) if word}
        if len(changing) > 1 or len(units) > 1:
            sentence = (
                "More than one thing changes from level to level, so a person can go up in one and down in the other."
            )
            yield _found(
                "one_variable",
                "weak",
                sentence,
                "Let one thing change (cues, steps, minutes) and keep the others the same.",
            )

    def _weighting(self) -> Iterator[Finding]:
        if self.weight == 0:
            yield _found(
                "no_weight",
                "weak",
                "Importance or difficulty is 0, so this goal does not count.",
                "Use 1 to 3, or leave the goal out.",
            )


def _found(rule: str, level: Literal["missing", "weak", "advice"], sentence: str, example: str) -> Finding:
    return Finding(part="levels", level=level, rule=rule, sentence=sentence, example=example)


def _numbers(said: str) -> tuple[str, ...]:
    return tuple(hit.group() for hit in _NUMBER.finditer(said))


def _differs(one: tuple[str, ...], two: tuple[str, ...]) -> list[int]:
    return [place for place, pair in enumerate(zip(one, two, strict=True)) if pair[0] != pair[1]]


def _unit(said: str) -> str:
    hit = _NUMBER.search(said)
    if not hit:
        return ""
    word = re.match(r"\s*(?:%|([a-z]+))", said[hit.end() :].lower())
    return (word.group(1) or "").rstrip("s") if word else ""


def _amount(said: str) -> tuple[float, float] | None:
    """The first number or range of a level, low and high."""
    hit = _NUMBER.search(said)
    if not hit:
        return None
    low = float(hit[1])
    return low, float(hit[2]) if hit[2] else low


def _order(amounts: list[tuple[float, float] | None]) -> Iterator[Finding]:
    """Levels that go back, overlap or leave a gap; only where every level has a number."""
    known = [amount for amount in amounts if amount]
    if len(known) < len(amounts):
        return
    ends = [low + high for low, high in known]
    rises, falls = (all(sign * (two - one) > 0 for one, two in pairwise(ends)) for sign in (1, -1))
    if not (rises or falls):
        yield _found(
            "order",
            "missing",
            "The numbers do not go one way from -2 to +2.",
            "Put the levels in order, each better than the one before.",
        )
        return
    ordered = known if rises else known[::-1]
    names = LEVELS if rises else LEVELS[::-1]
    is_ranged = any(low != high for low, high in known)
    for place, (one, two) in enumerate(pairwise(ordered)):
        both = f"levels {names[place]:+d} and {names[place + 1]:+d}"
        if two[0] <= one[1]:
            yield _found(
                "overlap",
                "missing",
                f"The numbers of {both} overlap, so one result fits both.",
                "Let each begin after the other ends: 0-2, 3-5.",
            )
        elif is_ranged and two[0] - one[1] > 1:
            yield _found(
                "gap",
                "missing",
                f"There is a gap between {both}: some results fit neither.",
                "Let each begin where the other ends: 0-2, 3-5.",
            )


def _steps(amounts: list[tuple[float, float] | None]) -> Iterator[Finding]:
    known = [amount for amount in amounts if amount]
    if len(known) == len(amounts):
        middles = [(low + high) / 2 for low, high in known]
        sizes = [abs(two - one) for one, two in pairwise(middles)]
        if max(sizes) > 2 * min(sizes):
            said = ", ".join(f"{size:g}" for size in sizes)
            yield _found(
                "equal_steps",
                "weak",
                f"The steps between levels differ in size ({said}).",
                "Is each step about as hard as the next?",
            )
            return
    yield _found(
        "equal_steps",
        "advice",
        "The T-score takes the steps between levels as equal.",
        "Is each step about as hard as the next?",
    )
