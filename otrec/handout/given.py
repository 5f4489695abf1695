"""Files that sheets are printed from: a plan, a packed day, a progress report. All problems are told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from otrec.library import Library
from otrec.models import Frozen, OtrecError
from otrec.models.wording import nearest

Short = Annotated[str, StringConstraints(max_length=1000)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
M = TypeVar("M", bound="_Given")


class GivenError(OtrecError, ValueError):
    """A plan, day or report that cannot be printed, with every problem named."""

    exit_code = 3

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = list(problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{source}: {count}", *(f"  - {problem}" for problem in problems)]))


class _Given(Frozen):
    """A record of a file of which only some fields are needed; others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PhaseGiven(_Given):
    """One place in a session."""

    phase: Literal["warm_up", "targeted", "practice", "reflection"]
    activity_id: str
    name: Short
    start_minute: int = Field(ge=0, le=600)
    minutes: int = Field(ge=1, le=240)
    backup: str | None = None
    cautions: tuple[Short, ...] = ()


class MaterialGiven(_Given):
    """One thing to get out."""

    name: Short
    tool: str | None = None
    activities: tuple[str, ...] = Field(default=(), alias="for")
    count: int = Field(default=1, ge=1, le=1000)
    note: Short = ""
    optional: bool = False


class PlanGiven(_Given):
    """A session as `otrec plan --json` prints it."""

    kind: Literal["session"] = "session"
    client_id: Short
    library_version: Short = ""
    minutes: int = Field(ge=1, le=600)
    total_minutes: int = Field(ge=0, le=600)
    phases: tuple[PhaseGiven, ...] = Field(min_length=1, max_length=20)
    materials: tuple[MaterialGiven, ...] = ()
    set_up: tuple[Short, ...] = ()
    clean_up: tuple[Short, ...] = ()
    measure: tuple[Short, ...] = ()
    reflection_question: Short = ""
    warnings: tuple[Short, ...] = ()
    place: Short = ""
    starts_at: Clock | None = None


class PackedGiven(_Given):
    """One tool of the bag, and who uses it."""

    tool: str
    name: Short
    for_clients: tuple[str, ...] = ()
    count: int = Field(default=1, ge=1, le=1000)


class UnlockGiven(_Given):
    """What one more tool would bring."""

    tool: str
    name: Short
    activities: int = Field(ge=0)
    clients: int = Field(ge=0)


class FailedGiven(_Given):
    """A client, by place in the list, for whom no session fits."""

    client: int = Field(ge=1)
    reason: Short


class DayGiven(_Given):
    """A day as `otrec pack --json` prints it."""

    kind: Literal["day"]
    library_version: Short = ""
    bag: tuple[str, ...] = ()
    packing: tuple[PackedGiven, ...] = ()
    plans: tuple[PlanGiven, ...] = Field(min_length=1, max_length=60)
    unlocks: tuple[UnlockGiven, ...] = ()
    failed: tuple[FailedGiven, ...] = ()


class SentenceGiven(_Given):
    """A sentence of a report and the points it rests on."""

    text: Short
    rests_on: tuple[str, ...] = ()


class RowGiven(_Given):
    """One point of a report: its value, and the aim on that day, on the same scale."""

    id: str
    date: dt.date
    value: Short
    compared: float = Field(allow_inf_nan=False)
    aim: float | None = Field(default=None, allow_inf_nan=False)
    aim_shown: Short = ""
    phase: Short = ""
    setting: Short = ""
    note: Short = ""


class ReportGiven(_Given):
    """A report on one goal, as `Report.to_dict` of `otrec.progress` gives it."""

    client: Short = ""
    goal: Short
    as_of: dt.date | None = None
    sections: dict[str, dict[str, tuple[SentenceGiven, ...]]]
    rows: tuple[RowGiven, ...] = ()


def read(model: type[M], data: object, source: str) -> M:
    """A checked record of plain data, or `GivenError` with every problem; values of the file are not repeated."""
    if not isinstance(data, Mapping):
        raise GivenError(source, [f"expected named fields as otrec writes them; found {type(data).__name__}"])
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        found = error.errors(include_input=False)
        inner = {item["loc"][:-1] for item in found} | {item["loc"][:-2] for item in found}
        kept = [item for item in found if not (item["type"] == "too_short" and item["loc"] in inner)]
        raise GivenError(source, [_told(item) for item in kept]) from None


#: Findings of pydantic in plainer words, by the beginning of their type.
_WORDS: Final = {
    "missing": "missing; it has to be given",
    "string_pattern": "has to be a time such as 09:30",
    "string_type": "has to be text",
    "int": "has to be a whole number",
    "float": "has to be a number",
    "finite": "has to be a number",
    "date": "has to be a day such as 2026-09-01",
    "tuple": "has to be a list",
    "dict": "has to be named fields",
    "model": "has to be named fields",
}


def _told(item: Any) -> str:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in item["loc"])
    words = next((told for kind, told in _WORDS.items() if item["type"].startswith(kind)), item["msg"])
    return f"{where}: {words}"


def check_activities(library: Library, plans: tuple[PlanGiven, ...], source: str) -> None:
    """Refuse plans with activities that the library does not hold: they were made with another library."""
    problems = [
        f"phase {at}: activity {name!r} is not in the library{nearest(name, library.activities)}"
        for plan in plans
        for at, phase in enumerate(plan.phases, 1)
        for name in (phase.activity_id, phase.backup)
        if name is not None and name not in library.activities
    ]
    if problems:
        raise GivenError(source, problems)
