"""Canadian Occupational Performance Measure (COPM): means and change of scores that were taken with the real form.

The form and its text are sold by their owners and are not here. How much change matters is not settled: change is shown
beside what sources found, and no verdict is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field, ValidationError

from otrec.models import Frozen, OptionError

MAX_PROBLEMS: Final = 5
LOWEST, HIGHEST = 1, 10


class Threshold(NamedTuple):
    """A change that a source calls important, in points: (low, high) for performance and for satisfaction."""

    performance: tuple[float, float]
    satisfaction: tuple[float, float]
    who: str
    source: str


#: What sources give as an important change. McColl et al. 2023 (doi 10.1177/00084174221142177), a review of 100
#: studies, found no empirical support for the conventional two points.
THRESHOLDS: Final[tuple[Threshold, ...]] = (
    Threshold(
        (2, 2),
        (2, 2),
        "convention; first set for 49 adults in mental health care",
        "COPM manual, as told on thecopm.ca",
    ),
    Threshold(
        (0.9, 1.9),
        (0.9, 1.9),
        "152 outpatients, various diagnoses",
        "Eyssen et al. 2011, doi 10.1682/JRRD.2010.06.0110",
    ),
    Threshold(
        (2.20, 2.20),
        (2.06, 2.06),
        "97 inpatients in subacute rehabilitation",
        "Ohno et al. 2021, doi 10.1186/s41687-021-00405-y",
    ),
    Threshold((0.20, 3.20), (1.45, 3.20), "review of four studies", "review of 2025, doi 10.1177/15394492251360232"),
)

Score = Annotated[int, Field(ge=LOWEST, le=HIGHEST, strict=True)]


class CopmScores(Frozen):
    """Performance and satisfaction (1-10, whole numbers) of one to five problems, in one order. No problem is named."""

    performance: tuple[Score, ...] = Field(min_length=1, max_length=MAX_PROBLEMS)
    satisfaction: tuple[Score, ...] = Field(min_length=1, max_length=MAX_PROBLEMS)

    @classmethod
    def of(cls, performance: Sequence[int], satisfaction: Sequence[int]) -> CopmScores:
        """Check some scores, or raise one `OptionError` with every problem.

        >>> CopmScores.of([3, 4], [2, 2]).means
        (3.5, 2.0)
        """
        problems = []
        if len(performance) != len(satisfaction):
            problems.append(
                f"{len(performance)} performance and {len(satisfaction)} satisfaction scores; "
                "give both for each problem"
            )
        try:
            found = cls(performance=tuple(performance), satisfaction=tuple(satisfaction))
        except ValidationError as error:
            problems += [_told(item) for item in error.errors()]
        if problems:
            raise OptionError("COPM: " + "; ".join(problems))
        return found

    @property
    def means(self) -> tuple[float, float]:
        """Mean performance and mean satisfaction."""
        return sum(self.performance) / len(self.performance), sum(self.satisfaction) / len(self.satisfaction)


class CopmChange(Frozen):
    """Mean scores before and after, and their differences in points."""

    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def performance(self) -> float:
        return self.after[0] - self.before[0]

    @property
    def satisfaction(self) -> float:
        return self.after[1] - self.before[1]

    def to_dict(self) -> dict[str, Any]:
        return {
            "before": {"performance": self.before[0], "satisfaction": self.before[1]},
            "after": {"performance": self.after[0], "satisfaction": self.after[1]},
            "change": {"performance": self.performance, "satisfaction": self.satisfaction},
            "thresholds": [threshold._asdict() for threshold in THRESHOLDS],
        }

    def __str__(self) -> str:
        lines = [
            f"COPM performance {self.before[0]:.1f} -> {self.after[0]:.1f} (change {self.performance:+.1f}), "
            f"satisfaction {self.before[1]:.1f} -> {self.after[1]:.1f} (change {self.satisfaction:+.1f}).",
            "Sources do not agree on how much change matters; the client's own view comes first:",
        ]
        lines += [
            f"  performance {_range(item.performance)}, satisfaction {_range(item.satisfaction)}: "
            f"{item.who} ({item.source})"
            for item in THRESHOLDS
        ]
        return "\n".join(lines)


def copm_change(before: CopmScores, after: CopmScores) -> CopmChange:
    """The change of mean scores of the same problems.

    Raises
    ------
    OptionError
        If the two do not score the same number of problems.

    >>> change = copm_change(CopmScores.of([3, 4], [2, 2]), CopmScores.of([6, 5], [5, 4]))
    >>> change.performance, change.satisfaction
    (2.0, 2.5)
    """
    if len(before.performance) != len(after.performance):
        raise OptionError(
            f"COPM: {len(before.performance)} problems before and {len(after.performance)} after; "
            "score the same problems again, in the same order"
        )
    return CopmChange(before=before.means, after=after.means)


def _told(item: Any) -> str:
    name = str(item["loc"][0])
    if len(item["loc"]) == 1:
        return f"{name} has {len(item['input'])} scores; give one to {MAX_PROBLEMS}"
    return (
        f"{name} of problem {item['loc'][1] + 1} is {str(item['input'])[:20]!r}; a score is a whole number from 1 to 10"
    )


def _range(limits: tuple[float, float]) -> str:
    low, high = limits
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
