"""What was aimed at, measured and done: goals with their data points, and sessions.

Every record is pseudonymous. Who measured is a role, never a name. What is not recorded stays None; nothing is filled
in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from otrec.models import Frozen
from otrec.models.client import Word
from otrec.models.knowledge import Id
from otrec.models.terms import Response
from otrec.progress.checks import level_of, measured, repeated, together
from otrec.progress.wording import PROMPTS, Measure, Role, Way

Sayable = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=1, le=480)]


Prompt = Annotated[int, BeforeValidator(level_of), Field(ge=0, le=len(PROMPTS) - 1)]


class Mark(Frozen):
    """A value on a day: where a goal starts, or where it should arrive."""

    date: dt.date
    value: Number
    out_of: int | None = Field(default=None, ge=1, le=1000)

    @field_validator("value", mode="before")
    @classmethod
    def _a_number(cls, value: Any) -> Any:
        if isinstance(value, bool):
            raise ValueError("give a number, not yes or no")
        return value

    @property
    def share(self) -> float:
        """The value as it is compared: for trials the share (0-1) that succeeded, otherwise the value itself."""
        return self.value / self.out_of if self.out_of else self.value


class PhaseLine(Frozen):
    """From this day on something was done differently."""

    date: dt.date
    label: Word


class DataPoint(Mark):
    """One measurement. `id` is given by the place in the goal's list: the third point of g1 is `g1.p03`.

    >>> DataPoint(date="2026-09-14", value=3, out_of=5).share
    0.6
    """

    id: str = ""
    prompt: Prompt | None = None
    setting: Word | None = None
    by: Role | None = None
    note: Sayable | None = None


Start = Annotated[Mark, WrapValidator(measured)]
Point = Annotated[DataPoint, WrapValidator(measured)]


class GoalRecord(Frozen):
    """One goal: how it is measured, where it started, where it should arrive by when, and what was measured.

    `direction` says what is better: `up` (more letters on the line) or `down` (fewer prompts, fewer minutes).
    `weight` counts only among the client's GAS goals.

    >>> goal = GoalRecord(id="g1", text="Write own name", measure="trials", unit="letters", direction="up",
    ...     baseline={"date": "2026-09-07", "value": 1, "out_of": 5},
    ...     target={"date": "2026-12-14", "value": 4, "out_of": 5},
    ...     points=[{"date": "2026-09-14", "value": 2, "out_of": 5}])
    >>> goal.points[0].id
    'g1.p01'
    """

    id: Id
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    occupation: Id | None = None
    measure: Measure
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = Field(
        default="", validate_default=True
    )
    direction: Way
    weight: float = Field(default=1.0, gt=0, le=1000, allow_inf_nan=False)
    baseline: Start
    target: Start
    phases: tuple[PhaseLine, ...] = ()
    points: tuple[Point, ...] = ()

    @field_validator("unit")
    @classmethod
    def _what_is_counted(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("measure") in ("duration", "count", "rubric"):
            raise ValueError("say what is counted, for example unit: seconds")
        return value

    @field_validator("direction")
    @classmethod
    def _better(cls, value: Way, info: ValidationInfo) -> Way:
        only = {"prompt_level": "down", "gas": "up"}.get(info.data.get("measure", ""), value)
        if value != only:
            raise ValueError(f"a {info.data['measure']} goal gets better {only}; write direction: {only}")
        return value

    @field_validator("target")
    @classmethod
    def _reachable(cls, value: Mark, info: ValidationInfo) -> Mark:
        start, better = info.data.get("baseline"), info.data.get("direction")
        if start is None:
            return value
        problems = []
        if value.date <= start.date:
            problems.append("its date has to be after the date of the baseline; correct one of the two")
        gain = (value.share - start.share) * (-1 if better == "down" else 1)
        if better and gain <= 0:
            problems.append(f"it is not better than the baseline where {better} is better; check value and direction")
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("phases", mode="wrap")
    @classmethod
    def _phase_lines(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> tuple[PhaseLine, ...]:
        twice = [f"phases {places} begin on the same day; keep one" for places in repeated(value, "date")]
        lines: tuple[PhaseLine, ...] = together(value, handler, twice)
        return tuple(sorted(lines, key=lambda line: line.date))

    @field_validator("points", mode="wrap")
    @classmethod
    def _numbered(
        cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> tuple[DataPoint, ...]:
        twice = [
            f"points {places} have the same day and setting; name a different setting for each, or keep one"
            for places in repeated(value, "date", "setting")
        ]
        points: tuple[DataPoint, ...] = together(value, handler, twice)
        names = [f"{info.data.get('id', '')}.p{place:02d}" for place in range(1, len(points) + 1)]
        if any(item.id not in ("", name) for item, name in zip(points, names, strict=True)):
            raise ValueError("the id of a point follows from its place in the list; leave id out")
        return tuple(item.model_copy(update={"id": name}) for item, name in zip(points, names, strict=True))

    def until(self, as_of: dt.date) -> tuple[DataPoint, ...]:
        """The points measured up to and on a day, oldest first."""
        return tuple(sorted((item for item in self.points if item.date <= as_of), key=lambda item: item.date))

    def phase_on(self, date: dt.date) -> str:
        """The label of the phase a day lies in; before the first phase line it is empty.

        A phase begins on the day of its line.
        """
        return next((line.label for line in reversed(self.phases) if line.date <= date), "")


class ActivityDone(Frozen):
    """One activity of a session, as recorded; what was not recorded is None."""

    activity: Id
    minutes: Minutes | None = None
    prompt: Prompt | None = None
    response: Response | None = None
    grade: Sayable | None = None


class Said(Frozen):
    """Words that somebody said, by role."""

    words: Sayable
    by: Role = "client"


class SessionRecord(Frozen):
    """One session, as recorded. `home_programme` tells whether it was done since the last session.

    >>> SessionRecord(date="2026-09-14", minutes=30).next_step is None
    True
    """

    date: dt.date
    minutes: Minutes | None = None
    activities: tuple[ActivityDone, ...] = ()
    said: tuple[Said, ...] = ()
    observations: tuple[Sayable, ...] = ()
    home_programme: Literal["yes", "no", "unknown"] | None = None
    next_step: Sayable | None = None

    @field_validator("home_programme", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        # YAML reads a bare yes or no as true or false.
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def on_day(sessions: Iterable[SessionRecord], date: dt.date) -> SessionRecord | None:
    """The session of a day, if there was one."""
    return next((item for item in sessions if item.date == date), None)
