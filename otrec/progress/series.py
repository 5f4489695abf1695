"""One goal over time: measured days, the aim line, the trend, phases, and GAS scores of the whole client.

Values are compared as shares for trials (3 of 5 is 0.6) and as recorded otherwise. Points of one day in different
settings count as one measured day, with their median, so that a day does not count twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Final

from otrec.progress.file import ProgressFile
from otrec.progress.records import DataPoint, GoalRecord

#: Measured days from which a slope is given: a line always fits two. Our choice.
TREND_DAYS: Final = 3
#: Measured days from which a 95 % interval can exist. Of four values even the most orderly row comes about by chance in
#: 2 of 24 orders (8.3 %); of five in 2 of 120 (1.7 %).
INTERVAL_DAYS: Final = 5
#: Measured days that each of two phases needs before they are compared. Our choice.
PHASE_DAYS: Final = 3


@dataclass(frozen=True)
class Day:
    """One measured day: the median of its points, as compared, and their ids."""

    date: dt.date
    value: float
    ids: tuple[str, ...]


def days(points: Iterable[DataPoint]) -> tuple[Day, ...]:
    """Measured days, oldest first.

    >>> given = [DataPoint(id=f"g1.p{n}", date="2026-09-14", value=n, out_of=5, setting=f"room {n}") for n in (2, 3)]
    >>> days(given)
    (Day(date=datetime.date(2026, 9, 14), value=0.5, ids=('g1.p2', 'g1.p3')),)
    """
    order = sorted(points, key=lambda item: item.date)
    grouped = ((date, list(items)) for date, items in groupby(order, key=lambda item: item.date))
    return tuple(
        Day(date, median(item.share for item in held), tuple(item.id for item in held)) for date, held in grouped
    )


def aimline(goal: GoalRecord, dates: Iterable[dt.date]) -> tuple[float, ...]:
    """The aim for each date: straight from baseline to target, level before and after.

    >>> goal = GoalRecord(id="g1", text="Copy letters", measure="count", unit="letters", direction="up",
    ...     baseline={"date": "2026-09-01", "value": 2}, target={"date": "2026-09-11", "value": 12})
    >>> aimline(goal, [dt.date(2026, 9, 1), dt.date(2026, 9, 6), dt.date(2026, 10, 1)])
    (2.0, 7.0, 12.0)
    """
    start, end = goal.baseline, goal.target
    whole = (end.date - start.date).days
    parts = (min(1.0, max(0.0, (date - start.date).days / whole)) for date in dates)
    return tuple(start.share + part * (end.share - start.share) for part in parts)


def side(goal: GoalRecord, day: Day) -> int:
    """1 where a measured day is ahead of the aim line, -1 where it is behind, 0 on the line.

    A day that reaches the target is ahead, also at the very end of the line, where nothing can lie beyond it.
    """
    better = -1 if goal.direction == "down" else 1
    if (day.value - goal.target.share) * better >= -1e-9:
        return 1
    gain = (day.value - aimline(goal, [day.date])[0]) * better
    return 0 if abs(gain) < 1e-9 else (1 if gain > 0 else -1)


@dataclass(frozen=True)
class Trend:
    """The slope per week over some measured days; None where there are too few days for it or for its interval."""

    days: int
    slope: float | None
    low: float | None
    high: float | None
    ids: tuple[str, ...]

    @property
    def missing(self) -> str:
        """What cannot be said, and from when on it can."""
        if self.slope is None:
            return f"a trend needs {TREND_DAYS} measured days; there are {self.days}"
        return f"a 95 % interval needs {INTERVAL_DAYS} measured days" if self.low is None else ""


def trend(points: Iterable[DataPoint]) -> Trend:
    """The Theil-Sen slope per week, with a 95 % interval from the fifth measured day on.

    The median of the slopes between every two measured days: Sen 1968, doi 10.2307/2285891. The interval comes from
    Kendall's tau by a normal approximation (scipy), so that with few days it is rough; it takes the days as
    independent, which days of one client are not.

    >>> given = [DataPoint(date=f"2026-09-{n:02d}", value=n) for n in (1, 8, 15)]
    >>> trend(given).slope, trend(given).missing
    (7.0, 'a 95 % interval needs 5 measured days')
    """
    found = days(points)
    ids = tuple(name for item in found for name in item.ids)
    if len(found) < TREND_DAYS:
        return Trend(len(found), None, None, None, ids)
    from scipy.stats import theilslopes

    weeks = [(item.date - found[0].date).days / 7 for item in found]
    fit = theilslopes([item.value for item in found], weeks, 0.95)
    if len(found) < INTERVAL_DAYS:
        return Trend(len(found), float(fit.slope), None, None, ids)
    return Trend(len(found), float(fit.slope), float(fit.low_slope), float(fit.high_slope), ids)


@dataclass(frozen=True)
class PhaseSummary:
    """The measured days of one phase: their median and their trend. The first phase has no label and no first day."""

    label: str
    begins: dt.date | None
    level: float | None
    trend: Trend
    days: tuple[Day, ...]


def phases(points: Iterable[DataPoint], goal: GoalRecord) -> tuple[PhaseSummary, ...]:
    """Level and trend of each phase, in order; a phase begins on the day of its line.

    Days before the first phase line are a phase without a label, left out where there are none.
    """
    held = list(points)
    starts: list[tuple[str, dt.date | None]] = [("", None), *((line.label, line.date) for line in goal.phases)]
    told = []
    for place, (label, begins) in enumerate(starts):
        ends = starts[place + 1][1] if place + 1 < len(starts) else None
        inside = [p for p in held if (begins is None or p.date >= begins) and (ends is None or p.date < ends)]
        found = days(inside)
        if found or begins is not None:
            level = median(item.value for item in found) if found else None
            told.append(PhaseSummary(label, begins, level, trend(inside), found))
    return tuple(told)


@dataclass(frozen=True)
class Overlap:
    """How two phases compare, pair by pair: how often the later day is better, worse or equal."""

    better: int
    worse: int
    equal: int

    @property
    def tau(self) -> float:
        """(better - worse) / pairs, from -1 to 1."""
        return (self.better - self.worse) / (self.better + self.worse + self.equal)


def overlap(before: Sequence[Day], after: Sequence[Day], goal: GoalRecord) -> Overlap | None:
    """Tau for non-overlap of two phases, without correction for a trend before; None under three days in a phase.

    Parker, Vannest, Davis & Sauber 2011, doi 10.1016/j.beth.2010.08.006: A-versus-B part only. It is not Tau-U: if
    values were already getting better before the phase line, Tau counts that as well.
    """
    if min(len(before), len(after)) < PHASE_DAYS:
        return None
    better = -1 if goal.direction == "down" else 1
    gains = [(late.value - early.value) * better for early in before for late in after]
    up, down = sum(gain > 1e-9 for gain in gains), sum(gain < -1e-9 for gain in gains)
    return Overlap(up, down, len(gains) - up - down)


@dataclass(frozen=True)
class GasScore:
    """The GAS T-score of a client on a day, and the points and goals it rests on."""

    date: dt.date
    t: float
    rests_on: tuple[str, ...]


def gas_scores(file: ProgressFile, as_of: dt.date) -> tuple[GasScore, ...]:
    """T over all GAS goals of a client, on each day on which one of them was scored.

    A goal counts with its last score up to that day (the median, if several settings), or else with its baseline.
    Nothing is given for a day before the last of the baselines: not every goal had a score then.
    """
    goals = [goal for goal in file.goals if goal.measure == "gas"]
    if not goals:
        return ()
    from otrec.goals import gas_t

    scored = {goal.id: days(goal.until(as_of)) for goal in goals}
    dates = sorted({item.date for held in scored.values() for item in held})
    told = []
    for date in (date for date in dates if all(goal.baseline.date <= date for goal in goals)):
        last = [next((item for item in reversed(scored[goal.id]) if item.date <= date), None) for goal in goals]
        pairs = list(zip(last, goals, strict=True))
        scores = [item.value if item else goal.baseline.value for item, goal in pairs]
        rests_on = tuple(name for item, goal in pairs for name in (*(item.ids if item else ()), goal.id))
        told.append(GasScore(date, gas_t(scores, [goal.weight for goal in goals]), rests_on))
    return tuple(told)
