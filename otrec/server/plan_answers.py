"""What the planning and goal parts of the API answer: what the command line prints with `--json`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from otrec.models import Frozen
from otrec.models.terms import Arousal, Phase


class Slot(Frozen):
    """What is done when."""

    phase: Phase
    activity_id: str
    name: str
    start_minute: int
    minutes: int
    written_minutes: int
    shortened: str | None
    backup: str | None
    backup_name: str | None
    score: float
    level: int
    arousal: Arousal
    goals: list[str]
    why: str
    cautions: list[str]
    measure: str


class Material(Frozen):
    """A thing to get out, and for which activities."""

    name: str
    tool: str | None
    for_: list[str] = Field(alias="for")
    optional: bool
    instead_of: str | None
    count: int
    note: str


class Binding(Frozen):
    """What holds a plan back, and what doing without it would bring."""

    constraint: str
    gain_percent: float
    sentence: str


class RunnerUp(Frozen):
    """The next best session."""

    objective: float
    phases: list[Slot]


class BriefPlan(Frozen):
    """A session as part of a day or a block."""

    kind: Literal["session"]
    model_version: str
    library_version: str
    client_id: str
    place: str
    minutes: int
    total_minutes: int
    objective: float
    phases: list[Slot]
    materials: list[Material]
    backup_materials: list[Material]
    set_up: list[str]
    clean_up: list[str]
    measure: list[str]
    reflection_question: str
    warnings: list[str]


class Plan(BriefPlan):
    """A session with what holds it back and the next best one."""

    binding: list[Binding]
    runner_up: RunnerUp | None


class GroupSlot(Frozen):
    """What a group does when."""

    phase: Phase
    activity_id: str
    name: str
    start_minute: int
    minutes: int


class Role(Frozen):
    """What a member does for the group."""

    id: str
    name: str
    task: str


class Member(Frozen):
    """What a group session is worth to one member, and at which step they do each activity."""

    client_id: str
    value: float
    share: float
    goal: str
    role: Role
    grades: dict[str, dict[str, Any]]
    cautions: dict[str, list[str]]


class GroupPlan(Frozen):
    """A session for a group, the worst-off served first."""

    kind: Literal["group"]
    model_version: str
    library_version: str
    client_ids: list[str]
    minutes: int
    total_minutes: int
    worst: float
    phases: list[GroupSlot]
    members: list[Member]
    materials: list[Material]
    set_up: list[str]
    clean_up: list[str]
    measure: list[str]
    reflection_question: str
    warnings: list[str]


class Suggestion(Frozen):
    """Clients to see together, and on what."""

    clients: list[str]
    free: list[str]
    activity_id: str
    name: str
    shares: list[float]
    worst: float


class DayPlan(BriefPlan):
    """A session of a day."""

    starts_at: str | None


class Unlock(Frozen):
    """What one more tool would bring."""

    tool: str
    name: str
    activities: int
    clients: int


class Failed(Frozen):
    """A client, by place in the request, for whom no session fits."""

    client: int
    reason: str


class Day(Frozen):
    """A day with one bag."""

    kind: Literal["day"]
    library_version: str
    bag: list[str]
    smallest_proved: bool
    give_percent: float
    packing: list[dict[str, Any]]
    plans: list[DayPlan]
    unlocks: list[Unlock]
    failed: list[Failed]


class Session(Frozen):
    """One session of a block."""

    number: int
    week: int
    date: str
    returns: list[str]
    steps: dict[str, dict[str, Any]]
    plan: BriefPlan


class Review(Frozen):
    """When to look at the goals again."""

    week: int
    date: str
    measure: list[str]


class HomeItem(Frozen):
    """Something for home."""

    activity_id: str
    name: str
    minutes: int
    when: str
    with_: str = Field(alias="with")
    often: str
    goal: str
    family: str


class Block(Frozen):
    """A block of weeks."""

    kind: Literal["programme"]
    client_id: str
    weeks: int
    sessions: list[Session]
    reviews: list[Review]
    home: list[HomeItem]
    notes: list[str]


class Flaw(Frozen):
    """A part of a goal that is missing or weak, and how to mend it."""

    part: str
    level: Literal["missing", "weak", "advice"]
    rule: str
    sentence: str
    example: str
    span: Annotated[list[int], Field(min_length=2, max_length=2)] | None


class GoalReview(Frozen):
    """What a goal has and lacks."""

    passes: bool
    wording: Literal["school", "medical"]
    missing: list[str]
    parts: dict[str, str | None]
    findings: list[Flaw]


class GasScore(Frozen):
    """The T-score of several goals; with a baseline also the change."""

    scores: list[float]
    weights: list[float] | None
    rho: float
    t: float
    baseline_t: float | None = None
    change: float | None = None


class Fhir(Frozen):
    """A FHIR R4 resource."""

    model_config = ConfigDict(extra="allow", frozen=True)
    resourceType: str
