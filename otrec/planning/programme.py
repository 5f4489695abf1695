"""A block of weeks: sessions that build on one another, practice that comes back, reviews, and a home programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.engine import Engine
from otrec.models import Activity, Client, GradeStep, OptionError, Past
from otrec.planning.asked import top_goals
from otrec.planning.clash import PlanError
from otrec.planning.grading import grade
from otrec.planning.home import HomeItem, home_programme
from otrec.planning.plan import Plan
from otrec.planning.session import plan_session

#: After how many weeks an activity for a top goal comes back, and then again (authors' choice of widening gaps).
RETURNS_AFTER: Final = (1, 2, 4, 8)
REVIEW_EVERY: Final = 4
WEEKS: Final = (1, 26)
PER_WEEK: Final = (1, 5)
#: When the next step is taken (authors' wording).
MOVE_ON: Final = "Take this step if the last one went well on its measure; otherwise stay where it went well."
#: Said with every block: rules are about activities as they are written.
STEP_NOTE: Final = (
    "Safety rules look at activities as they are written. "
    "Hold every harder step against the client's precautions first."
)


@dataclass(frozen=True)
class Step:
    """At which step an activity is done in one session: its number in the block, and what changes from the text."""

    turn: int
    changes: tuple[GradeStep, ...]
    harder: bool

    @property
    def text(self) -> str:
        if not self.changes:
            return "As written."
        word = "Harder" if self.harder else "Easier"
        told = " ".join(f"{step.change} ({step.axis})" for step in self.changes)
        return f"{word}: {told}" + (f" {MOVE_ON}" if self.turn > 1 else "")

    def to_dict(self) -> dict[str, Any]:
        changes = [step.model_dump() for step in self.changes]
        return {"turn": self.turn, "harder": self.harder, "changes": changes, "text": self.text}


@dataclass(frozen=True)
class Session:
    """One session of a block; `returns` are the activities that come back in it."""

    number: int
    week: int
    date: dt.date
    plan: Plan = field(repr=False)
    returns: tuple[str, ...]
    steps: dict[str, Step]

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "week": self.week,
            "date": self.date.isoformat(),
            "returns": list(self.returns),
            "steps": {name: step.to_dict() for name, step in self.steps.items()},
            "plan": self.plan.to_dict(brief=True),
        }


@dataclass(frozen=True)
class Review:
    """When to look at the goals again, and what to measure for it."""

    week: int
    date: dt.date
    measure: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"week": self.week, "date": self.date.isoformat(), "measure": list(self.measure)}


@dataclass(frozen=True)
class Block:
    """Sessions over some weeks for one client, with reviews and a home programme."""

    client: Client = field(repr=False)
    weeks: int
    sessions: tuple[Session, ...]
    reviews: tuple[Review, ...]
    home: tuple[HomeItem, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What `otrec programme --json` prints."""
        return {
            "kind": "programme",
            "client_id": self.client.id,
            "weeks": self.weeks,
            "sessions": [session.to_dict() for session in self.sessions],
            "reviews": [review.to_dict() for review in self.reviews],
            "home": [item.to_dict() for item in self.home],
            "notes": list(self.notes),
        }


def plan_programme(
    engine: Engine,
    client: Client,
    weeks: int,
    *,
    per_week: int = 1,
    starts: dt.date | None = None,
    minutes: int | None = None,
    tools: Iterable[str] | None = None,
) -> Block:
    """A block of weeks for one client.

    Each session is an exact plan that does not repeat the last two, apart from activities that are due: what practises
    a top goal comes back after 1, 2, 4 and 8 weeks, each time one written step further along its grading axes.

    Parameters
    ----------
    weeks, per_week
        Length of the block, 1-26, and sessions a week, 1-5.
    starts
        The first day; today if left out.

    Raises
    ------
    OptionError
        With everything in these wishes that cannot be.
    PlanError
        If no session fits.

    >>> from otrec import Client, Engine, example
    >>> block = plan_programme(Engine(), Client.load(example("pencil_grip")), 2)
    >>> len(block.sessions), len(block.home) <= 3
    (2, True)
    """
    problems = [
        f"{name} is {given}; give a whole number from {least} to {most}"
        for name, given, (least, most) in (("weeks", weeks, WEEKS), ("per_week", per_week, PER_WEEK))
        if not least <= given <= most
    ]
    if problems:
        raise OptionError("; ".join(problems))
    first = starts or dt.date.today()
    bag = None if tools is None else tuple(tools)
    block = _Block(engine, client, minutes, bag)
    for number, (week, date) in enumerate(_dates(first, weeks, per_week), 1):
        block.add(number, week, date)
    sessions = tuple(block.sessions)
    return Block(
        client=client,
        weeks=weeks,
        sessions=sessions,
        reviews=_reviews(sessions, first, weeks),
        home=home_programme(engine, client, first),
        notes=tuple(dict.fromkeys([STEP_NOTE, *(note for session in sessions for note in session.plan.notes)])),
    )


def _dates(first: dt.date, weeks: int, per_week: int) -> list[tuple[int, dt.date]]:
    gap = 7 / per_week
    days = [(week, round(7 * (week - 1) + gap * place)) for week in range(1, weeks + 1) for place in range(per_week)]
    return [(week, first + dt.timedelta(days=day)) for week, day in days]


class _Block:
    """A block while it is being made: what was done, how often, and what is due when."""

    def __init__(self, engine: Engine, client: Client, minutes: int | None, bag: tuple[str, ...] | None) -> None:
        self.engine, self.client, self.minutes, self.bag = engine, client, minutes, bag
        self.sessions: list[Session] = []
        self.turns: dict[str, int] = {}
        self.due: dict[str, int] = {}

    def add(self, number: int, week: int, date: dt.date) -> None:
        """Plan one more session after those that are there."""
        client = self._so_far()
        late = sorted((name for name, when in self.due.items() if when <= week), key=lambda name: self.due[name])
        plan, back = self._plan(client, late[:1], date)
        for item in plan.activities:
            self._count(item, week)
        steps = {item.id: self._step(plan, item) for item in plan.activities}
        self.sessions.append(Session(number, week, date, plan, tuple(back), steps))

    def _so_far(self) -> Client:
        done = [Past(activity=item.id, date=old.date) for old in self.sessions for item in old.plan.activities]
        return self.client.model_copy(update={"history": (*self.client.history, *done)})

    def _plan(self, client: Client, back: list[str], date: dt.date) -> tuple[Plan, list[str]]:
        wishes: dict[str, Any] = {"minutes": self.minutes, "tools": self.bag, "as_of": date}
        if back:
            try:
                return plan_session(self.engine, client, include=back, **wishes), back
            except PlanError:
                pass
        return plan_session(self.engine, client, **wishes), []

    def _count(self, item: Activity, week: int) -> None:
        turn = self.turns[item.id] = self.turns.get(item.id, 0) + 1
        lasting = set(item.phases) & {"targeted", "practice"}
        if lasting and set(item.occupations) & set(top_goals(self.client)):
            if turn <= len(RETURNS_AFTER):
                self.due[item.id] = week + RETURNS_AFTER[turn - 1]
            else:
                self.due.pop(item.id, None)

    def _step(self, plan: Plan, item: Activity) -> Step:
        """The first time at the step that suits; each further time one step on."""
        start = grade(plan.result, self.engine.space.place[item.id])
        turn = self.turns[item.id]
        level = start.steps + turn - 1
        if level < 0:
            return Step(turn, start.changes[: abs(level)], False)
        steps = item.grade_up[: min(level, len(item.grade_up))]
        if start.steps > 0:
            further = [step for step in item.grade_up if step not in start.changes]
            steps = (*start.changes, *further)[: min(level, len(item.grade_up))]
        return Step(turn, tuple(steps), level > 0)


def _reviews(sessions: tuple[Session, ...], first: dt.date, weeks: int) -> tuple[Review, ...]:
    """Every four weeks and at the end: the measures of what came since the last review for the second time or more."""
    ends = sorted({*range(REVIEW_EVERY, weeks + 1, REVIEW_EVERY), weeks})
    found, since = [], 0
    for week in ends:
        items = {item.id: item for one in sessions if since < one.week <= week for item in one.plan.activities}
        again = [
            item
            for name, item in items.items()
            if any(one.steps.get(name) and one.steps[name].turn > 1 for one in sessions)
        ]
        shown = again or [item for item in items.values() if "reflection" not in item.phases]
        date = first + dt.timedelta(days=7 * week - 1)
        found.append(Review(week, date, tuple(f"{item.name}: {item.measure}" for item in shown)))
        since = week
    return tuple(found)
