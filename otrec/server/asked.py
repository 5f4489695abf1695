"""What may be asked of the API: the fields of each request, with their limits and an example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from otrec.engine.many import MOST_TOLD
from otrec.models import Client, ClientError, Frozen
from otrec.models.client import Given, faults
from otrec.models.terms import Arousal, Phase
from otrec.planning.asked import State

#: Most entries of any list or object; only clients may be more.
MOST_ENTRIES: Final = 200
MOST_CLIENTS: Final = 1_000
MOST_TEXT: Final = 100_000
#: A request says "a client here" with this; the OpenAPI document puts the whole form in its place.
CLIENT_MARK: Final = {"type": "object", "title": "Client"}

ClientJson = Annotated[dict[str, Any], WithJsonSchema(CLIENT_MARK)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[list[Short], Field(max_length=MOST_ENTRIES)]
Minutes = Annotated[int | None, Field(ge=5, le=120, description="Length of the session; that of the profile if null.")]
Tools = Annotated[Words | None, Field(description="Ids of what is in the bag; those of the profile if null.")]
Day = Annotated[dt.date | None, Field(description="The day, as 2026-11-30; today if null.")]

EXAMPLE: Final = {
    "id": "c001",
    "age_years": 6.5,
    "setting": "school",
    "barriers": {"grasp_pattern": 3, "graphomotor_control": 2},
    "goals": [{"occupation": "handwriting", "importance": 9}],
    "interests": ["dinosaurs"],
    "precautions": [],
}
_SECOND: Final = {**EXAMPLE, "id": "c002", "age_years": 7, "barriers": {"attention": 2}}


def example(**fields: Any) -> ConfigDict:
    """The form of a request, with one example."""
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [fields]})


def clients_of(given: Iterable[Mapping[str, Any]]) -> list[Client]:
    """The clients of a request, in its order.

    Raises
    ------
    ClientError
        With everything that is wrong with the first clients that cannot be read, by number.
    """
    found: list[Client] = []
    refuse_faulty(given, lambda data: found.append(Client.parse(data)))
    return found


def refuse_faulty(given: Iterable[Given], use: Callable[[Given], object]) -> None:
    """Refuse clients of which one cannot be used, with what is wrong with the first such ones, by number."""
    problems = list(islice(faults(given, use), MOST_TOLD))
    if problems:
        raise ClientError("clients", problems)


def few(given: Any) -> Any:
    """Refuse a list that is too long before anything looks into it."""
    if isinstance(given, list) and len(given) > MOST_ENTRIES:
        raise ValueError(f"{len(given):,} entries; give at most {MOST_ENTRIES:,}")
    return given


class Asking(Frozen):
    """A request; lists of any length are refused before anything looks into them."""

    @model_validator(mode="before")
    @classmethod
    def _bounded(cls, given: Any) -> Any:
        level = [("", given)]
        while level:
            below: list[tuple[str, Any]] = []
            for name, value in level:
                most = MOST_CLIENTS if name == "clients" else MOST_ENTRIES
                if isinstance(value, dict | list) and len(value) > most:
                    raise ValueError(f"{name or 'the request'} has {len(value):,} entries; give at most {most:,}")
                if isinstance(value, dict):
                    below += [(str(key)[:40], item) for key, item in value.items()]
                elif isinstance(value, list):
                    below += [("", item) for item in value]
            level = below
        return given


class Listing(Asking):
    """What a list may be asked for, apart from the client."""

    k: int = Field(default=8, ge=1, le=1000, description="How many activities.")
    diversity: float = Field(default=0.15, ge=0, le=1, description="0 pure score, up to 1 many barriers and goals.")
    include_red: bool = Field(default=False, description="Also what evidence advises against, marked red.")
    bag_only: bool = Field(default=False, description="Only what the tools of the profile or a stand-in allow.")
    phases: list[Phase] = Field(default=[], max_length=4)
    arousal: list[Arousal] = Field(default=[], max_length=3)
    no_purchase: bool = Field(default=False, description="Only what needs no bought equipment.")
    weights: dict[str, Annotated[float, Field(ge=0, le=1e6)]] | None = Field(
        default=None, description="Other weights for this list, by the name of the feature."
    )
    as_of: Day = None

    def options(self) -> dict[str, Any]:
        """The options of `Engine.recommend`."""
        return {name: getattr(self, name) for name in Listing.model_fields}


class Recommend(Listing):
    """A ranked list for one client."""

    model_config = example(client=EXAMPLE, k=3)
    client: ClientJson


class Why(Asking):
    """Why an activity stands where it does."""

    model_config = example(client=EXAMPLE, activity="weighted_vest_trial")
    client: ClientJson
    activity: Short
    k: int = Field(default=8, ge=1, le=1000)
    include_red: bool = False


class Compare(Asking):
    """Two activities side by side."""

    model_config = example(client=EXAMPLE, first="pencil_circus_warm_up", second="name_labels_that_stay")
    client: ClientJson
    first: Short
    second: Short
    k: int = Field(default=8, ge=1, le=1000)
    include_red: bool = False


class Batch(Listing):
    """Lists without reasons for many clients."""

    model_config = example(clients=[EXAMPLE, _SECOND], k=2)
    clients: list[ClientJson] = Field(min_length=1, max_length=MOST_CLIENTS)


class PlanSession(Asking):
    """One session for one client."""

    model_config = example(client=EXAMPLE, minutes=30)
    client: ClientJson
    minutes: Minutes = None
    tools: Tools = None
    household: bool = Field(default=False, description="Let what a home has stand in for a bought tool.")
    phases: list[Phase] | None = Field(default=None, max_length=4)
    state: State | None = Field(default=None, description="How the client comes in; read from the barriers if null.")
    goals: Words | None = Field(default=None, description="Occupations to practise.")
    include: Words = []
    drop: Words = Field(default=[], description="Constraints to do without, by the names in `binding` and `clash`.")
    repeat: bool = Field(default=False, description="Also use what was done in the last two sessions.")
    as_of: Day = None


class PlanGroup(Asking):
    """One session for two to eight clients."""

    model_config = example(clients=[EXAMPLE, _SECOND])
    clients: list[ClientJson] = Field(min_length=2, max_length=8)
    minutes: Minutes = None
    tools: Tools = None
    as_of: Day = None


class Groups(Asking):
    """Whom of a caseload to see together."""

    model_config = example(clients=[EXAMPLE, _SECOND], free={"c001": ["Mon 9:00"], "c002": ["Mon 9:00"]}, most=2)
    clients: list[ClientJson] = Field(min_length=1, max_length=60)
    free: dict[str, Words] | None = Field(default=None, description="Client id -> free times, in words used alike.")
    most: int = Field(default=3, ge=2, le=8, description="The largest group.")


class Pack(Asking):
    """A day with one bag."""

    model_config = example(clients=[EXAMPLE, _SECOND], start="08:30")
    clients: list[ClientJson] = Field(min_length=1, max_length=60)
    tools: Tools = None
    give: float = Field(default=0.05, ge=0, le=0.5, description="Share of its best that a plan may give up.")
    start: str | None = Field(default=None, max_length=5, description="When the first session starts, HH:MM.")
    between: int = Field(default=5, ge=0, le=240, description="Minutes from one session to the next.")
    as_of: Day = None


class Programme(Asking):
    """A block of weeks."""

    model_config = example(client=EXAMPLE, weeks=2, start="2026-09-07")
    client: ClientJson
    weeks: int = Field(default=6, ge=1, le=26)
    per_week: int = Field(default=1, ge=1, le=5)
    start: Day = None
    minutes: Minutes = None
    tools: Tools = None


class GoalLint(Asking):
    """One goal, read as a reviewer would."""

    model_config = example(text="Within 4 weeks, the client will put on a shirt with min A, seated on the bed.")
    text: str = Field(min_length=1, max_length=2000)
    wording: Literal["auto", "school", "medical"] = "auto"


class Gas(Asking):
    """Goal attainment scores, -2 to 2, and what they weigh."""

    model_config = example(scores=[0, 1, -1], weights=[2, 1, 1])
    scores: list[float] = Field(min_length=1, max_length=50)
    weights: list[float] | None = Field(default=None, max_length=50)
    baseline: list[float] | None = Field(default=None, max_length=50)
    rho: float = Field(default=0.3, ge=0, le=1, description="Expected correlation between goals.")


class Intake(Asking):
    """A referral in plain words; nothing of it is kept."""

    model_config = example(text="Seven-year-old with ASD, melts down in the cafeteria, no seizures.")
    text: str = Field(min_length=1, max_length=MOST_TEXT)


class FhirExport(Asking):
    """A client, a plan, progress or the library as FHIR R4."""

    model_config = example(what="client", client=EXAMPLE)
    what: Literal["client", "plan", "programme", "progress", "library", "questionnaire"]
    client: ClientJson | None = Field(default=None, description="Needed for client, plan and programme.")
    record: dict[str, Any] | None = Field(default=None, description="A progress file; needed for progress.")
    minutes: Minutes = None
    weeks: int = Field(default=6, ge=1, le=26)
    start: Day = Field(default=None, description="When a plan is made and a programme begins; today if null.")
