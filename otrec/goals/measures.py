"""What can be measured of an occupation: the unit, which way is better, and how the amount is said."""

from __future__ import annotations

from typing import Final, Literal

from otrec.models import Frozen

Better = Literal["more", "fewer"]


class Measure(Frozen):
    """A kind of measure: `phrase` and `now` say the target and the baseline; `{n}`, `{of}` and `{counted}` are put in.

    `needs_total` asks for the number of chances (4 *of 5*), `needs_counted` for what is counted; one that
    `says_how_often` needs no consistency next to it. `limit` is the highest value that the unit allows.
    """

    id: str
    name: str
    unit: str
    better: Better
    phrase: str
    now: str
    needs_total: bool = False
    needs_counted: bool = False
    says_how_often: bool = False
    limit: float | None = None


_ROWS: Final[tuple[Measure, ...]] = (
    Measure(
        id="opportunities", says_how_often=True,
        name="opportunities met", unit="opportunities", better="more", needs_total=True,
        phrase="in {n} of {of} opportunities", now="{n} of {of} opportunities",
    ),
    Measure(
        id="steps", name="steps done", unit="steps", better="more", needs_total=True,
        phrase="completing {n} of {of} steps", now="{n} of {of} steps",
    ),
    Measure(
        id="percent", name="share of what is counted", unit="percent", better="more", needs_counted=True, limit=100,
        phrase="with {n}% of {counted} correct", now="{n}% of {counted} correct",
    ),
    Measure(
        id="days", says_how_often=True,
        name="days a week", unit="days a week", better="more", limit=7,
        phrase="on at least {n} days a week", now="{n} days a week",
    ),
    Measure(
        id="minutes_taken", name="minutes it takes", unit="minutes", better="fewer",
        phrase="within {n} minutes", now="{n} minutes",
    ),
    Measure(
        id="minutes_kept", name="minutes kept up", unit="minutes", better="more",
        phrase="for at least {n} minutes", now="{n} minutes",
    ),
    Measure(
        id="cues", name="cues needed", unit="cues", better="fewer",
        phrase="with no more than {n} cues", now="{n} cues",
    ),
    Measure(
        id="errors", name="errors", unit="errors", better="fewer",
        phrase="with no more than {n} errors", now="{n} errors",
    ),
    Measure(
        id="items", name="number done", unit="items", better="more", needs_counted=True,
        phrase="completing at least {n} {counted}", now="{n} {counted}",
    ),
    Measure(
        id="words_per_minute", name="words a minute", unit="words per minute", better="more",
        phrase="at {n} words per minute or more", now="{n} words per minute",
    ),
    Measure(
        id="metres", name="distance", unit="metres", better="more",
        phrase="over at least {n} metres", now="{n} metres",
    ),
    Measure(
        id="times_a_week", says_how_often=True,
        name="times a week", unit="times a week", better="more",
        phrase="at least {n} times a week", now="{n} times a week",
    ),
    Measure(
        id="hours_of_sleep", says_how_often=True,
        name="hours slept", unit="hours a night", better="more", limit=24,
        phrase="for at least {n} hours a night", now="{n} hours a night",
    ),
)  # fmt: skip

#: Kinds of measure by id.
MEASURES: Final[dict[str, Measure]] = {row.id: row for row in _ROWS}
