"""What the ranking part of the API answers, field by field: what the command line prints with `--json`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from otrec.models import Frozen
from otrec.models.terms import Light


class Citation(Frozen):
    """A finding beside a link; `direct` if it is about this client's population."""

    finding_id: str
    citation: str
    direction: str
    strength: str
    population: str
    finding: str
    direct: bool


class Path(Frozen):
    """Barrier -> technique -> activity; `share` is what it adds to the score."""

    barrier: str
    technique: str
    activity: str
    share: float
    strength: float
    rationale: str
    target: str
    aimed: bool
    light: Light
    citations: list[Citation]


class Evidence(Frozen):
    """The best evidence for this client, as a light and what it rests on."""

    light: Light
    citations: list[Citation]


class Recommended(Frozen):
    """One activity of a list; scores lie in 0-100, `low` and `high` bound 90% of what the weights allow."""

    rank: int
    activity_id: str
    name: str
    score: float
    low: float
    high: float
    p_top5: float
    rank_low: int
    rank_high: int
    tier: Literal["strong", "reasonable", "speculative"]
    tie_with_next: bool
    contributions: dict[str, float]
    why: str
    paths: list[Path]
    evidence: Evidence
    cautions: list[str]
    missing_tools: list[str]


class Excluded(Frozen):
    """What was held back: by which rule, why, and on what ground."""

    activity_id: str
    rule: str
    effect: Literal["exclude", "require", "evidence", "fit"]
    reason: str
    source: str


class Recommendation(Frozen):
    """The list, what was held back, and what is not known."""

    model_version: str
    library_version: str
    client_id: str
    recommendations: list[Recommended]
    excluded: list[Excluded]
    warnings: list[str]
    shortfall: str


class Reasons(Frozen):
    """Where an activity stands and why; `score` is null for what is held back."""

    activity_id: str
    name: str
    status: Literal["listed", "ranked lower", "excluded"]
    rank: int | None
    of: int
    score: float | None
    base: float
    contributions: dict[str, float]
    sentences: list[str]
    paths: list[Path]
    exclusions: list[Excluded]
    cautions: list[str]


class Comparison(Frozen):
    """Two activities; differences are points of 100, positive where the first is ahead."""

    first: Reasons
    second: Reasons
    differences: dict[str, float]
    sentences: list[str]


class Listed(Frozen):
    """One line of a batch."""

    client_id: str
    rank: int
    activity_id: str
    name: str
    score: float
    evidence: Light


class Lists(Frozen):
    """Lists without reasons, client by client in the order in which they were given."""

    model_version: str
    library_version: str
    rows: list[Listed]


class ActivityName(Frozen):
    """An activity by name, with its purpose."""

    id: str
    name: str
    purpose: str


class Activities(Frozen):
    """Activities that were found, the best answer first; `total` counts those beyond `limit` too."""

    library_version: str
    total: int
    activities: list[ActivityName]


class Health(Frozen):
    """The service answers."""

    status: Literal["ok"]


class Version(Frozen):
    """What answers here."""

    otrec: str
    model: str
    library: str


class CurationNote(Frozen):
    """How often something was said of an activity."""

    activity_id: str
    verdict: str
    count: int


class CurationNotes(Frozen):
    """What waits for people who look after the library; `kept` if it outlives the service."""

    library_version: str
    kept: bool
    notes: list[CurationNote]


class Told(Frozen):
    """What is wrong: in words, where in the request, and what may stand there."""

    message: str
    where: str = ""
    problems: list[str] = []
    allowed: list[str] = []
    clash: list[str] = Field(default=[], description="Constraints of a plan that cannot hold together.")
    changes: list[dict[str, Any]] = Field(default=[], description="Single changes with which a plan fits.")


class Refused(Frozen):
    """The answer to a request that cannot be served."""

    error: Told
