"""The client profile: pseudonymous facts, goals first, diagnosis optional."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints, ValidationError, field_validator

from otrec.models.errors import ClientError
from otrec.models.knowledge import Band, Frozen, Id
from otrec.models.terms import Delivery, Hand, Response, Setting, Side

Given = TypeVar("Given")
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

MAX_FILE_BYTES = 1_000_000


class Goal(Frozen):
    """An occupation that matters to the client, with COPM-style importance 1-10."""

    occupation: Id
    importance: int = Field(default=5, ge=1, le=10)


class Routine(Frozen):
    """Where in the day an occupation lives, and with whom."""

    occupation: Id
    when: str = Field(default="", max_length=60)
    with_whom: str = Field(default="", max_length=60, alias="with")


class AssessmentDone(Frozen):
    """An instrument that was used: its name or id, and the day."""

    name: Word
    date: dt.date | None = None


class Past(Frozen):
    """An activity done before, and how it was received."""

    activity: Id
    date: dt.date
    response: Response = "neutral"


class Client(Frozen):
    """One client, by pseudonym.

    Severities use the ICF qualifier: 0 no difficulty, 1 mild, 2 moderate, 3 severe, 4 complete.
    `precautions: null` (or left out) means *not asked yet*, which is not the same as none.

    >>> Client(id="c1", age_years=7, setting="school", barriers={"grasp_pattern": 3}).minutes
    30
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")] = "client"
    age_years: float = Field(ge=0, le=120)
    setting: Setting
    conditions: tuple[Id, ...] = ()
    barriers: dict[Id, Band] = {}
    goals: tuple[Goal, ...] = ()
    strengths: tuple[Id, ...] = ()
    interests: tuple[Word, ...] = ()
    routines: tuple[Routine, ...] = ()
    environment: tuple[Id, ...] = ()
    dominant_hand: Hand = "undecided"
    affected_side: Side = "none"
    tools: tuple[Id, ...] | None = None
    precautions: tuple[Id, ...] | None = None
    clearances: tuple[Id, ...] = ()
    assessments: tuple[AssessmentDone, ...] = ()
    competencies: tuple[Id, ...] = ()
    delivery: Delivery = "direct"
    group_size: int = Field(default=1, ge=1, le=30)
    minutes: int = Field(default=30, ge=5, le=120)
    history: tuple[Past, ...] = ()
    not_again: tuple[Id, ...] = ()

    @property
    def has_barrier_or_goal(self) -> bool:
        """Whether there is a barrier or a goal to rank by."""
        return any(self.barriers.values()) or bool(self.goals)

    @field_validator("age_years", mode="before")
    @classmethod
    def _a_number(cls, value: Any) -> Any:
        if isinstance(value, bool):
            raise ValueError("give age in years as a number, for example 7.5")
        return value

    @classmethod
    def parse(cls, data: Any, source: str = "client") -> Client:
        """Check a mapping and return a client, or raise one `ClientError` with every problem."""
        if not isinstance(data, dict):
            raise ClientError(source, ["expected fields such as 'age_years: 7'; found " + type(data).__name__])
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ClientError(source, [describe(item, cls) for item in error.errors()]) from None

    @classmethod
    def load(cls, path: str | Path) -> Client:
        """Read a client from a YAML or JSON file.

        Raises
        ------
        ClientError
            If the file is missing, too large, not readable as YAML or JSON, or has wrong fields.
        """
        path = Path(path)
        return cls.parse(read_mapping(path), path.name)


def faults(given: Iterable[Given], use: Callable[[Given], object]) -> Iterator[str]:
    """What is wrong with the clients of a list, each by its number; the next is looked at only when it is asked for.

    >>> list(faults([{"age_years": 6}], Client.parse))
    ['client 1: setting: missing; it has to be given']
    """
    for number, one in enumerate(given, 1):
        try:
            use(one)
        except ClientError as error:
            yield from (f"client {number}: {problem}" for problem in error.problems)


def read_mapping(path: Path) -> Any:
    """The content of a small YAML or JSON file, aliases and anchors refused."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ClientError(path.name, [f"the file has {size:,} bytes; a client file has at most {MAX_FILE_BYTES:,}"])
        raw = path.read_bytes()
    except OSError as error:
        hint = "check the path" if isinstance(error, FileNotFoundError) else "check that it is a readable file"
        raise ClientError(path.name, [f"cannot be read ({error.strerror}); {hint}"]) from None
    return parse_mapping(raw, path.name)


def parse_mapping(raw: bytes, name: str) -> Any:
    """The content of a YAML or JSON file that is already here; its name tells which."""
    from otrec.models.yaml_text import YamlProblem, parse_yaml

    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text) if name.endswith(".json") else parse_yaml(text)
    except UnicodeDecodeError:
        raise ClientError(name, ["is not UTF-8 text; save it as UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise ClientError(name, [f"line {error.lineno}: not valid JSON ({error.msg})"]) from None
    except YamlProblem as error:
        raise ClientError(name, [str(error)]) from None


def describe(item: Any, model: type[Frozen]) -> str:
    """One pydantic finding as a sentence: where, what was given, what is allowed, the nearest match."""
    from otrec.models.wording import nearest

    where = ".".join(str(part) for part in item["loc"]) or "record"
    kind, given = item["type"], item.get("input")
    if kind == "extra_forbidden":
        names = [info.alias or name for name, info in model.model_fields.items()]
        return f"{where}: no such field{nearest(str(item['loc'][-1]), names)}"
    if kind == "missing":
        return f"{where}: missing; it has to be given"
    if kind == "literal_error":
        allowed = [word.strip(" '") for word in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return f"{where}: {given!r} is not allowed; choose from {', '.join(allowed)}{nearest(str(given), allowed)}"
    if kind == "string_pattern_mismatch":
        return f"{where}: {given!r} is not an id (small letters, digits and _, starting with a letter)"
    shown = "" if isinstance(given, dict | list) else f" (given: {str(given)[:40]!r})"
    return f"{where}: {item['msg'].removeprefix('Value error, ')}{shown}"
