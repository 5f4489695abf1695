"""A client's progress file: read, checked, and refused with every problem at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, get_args

from pydantic import StringConstraints, ValidationError, ValidatorFunctionWrapHandler, field_validator

from otrec.models import ClientError, Frozen, UnknownIdError
from otrec.models.client import describe, read_mapping
from otrec.models.wording import nearest
from otrec.progress.checks import repeated, together
from otrec.progress.records import (
    ActivityDone,
    DataPoint,
    GoalRecord,
    Mark,
    PhaseLine,
    Said,
    SessionRecord,
)
from otrec.progress.wording import Role


class ProgressError(ClientError):
    """A progress file that cannot be used, with every problem named and no client's words repeated."""


class ProgressFile(Frozen):
    """All that was recorded of one client, by pseudonym: goals with their points, and sessions."""

    client: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
    goals: tuple[GoalRecord, ...]
    sessions: tuple[SessionRecord, ...] = ()

    @field_validator("goals", mode="wrap")
    @classmethod
    def _one_by_one(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> tuple[GoalRecord, ...]:
        twice = [f"goals {places} have the same id; give each its own" for places in repeated(value, "id")]
        twice += ["there is none; write at least one goal"] if value in ([], ()) else []
        goals: tuple[GoalRecord, ...] = together(value, handler, twice)
        return goals

    @field_validator("sessions", mode="wrap")
    @classmethod
    def _day_by_day(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> tuple[SessionRecord, ...]:
        twice = [f"sessions {places} are on the same day; write them as one" for places in repeated(value, "date")]
        sessions: tuple[SessionRecord, ...] = together(value, handler, twice)
        return tuple(sorted(sessions, key=lambda item: item.date))

    @classmethod
    def parse(cls, data: Any, source: str = "progress file") -> ProgressFile:
        """Check a mapping and return a progress file.

        Raises
        ------
        ProgressError
            With every problem: where, what is allowed, what to do. What clients said and notes are not repeated.

        Examples
        --------
        >>> try:
        ...     ProgressFile.parse({"client": "c001", "goals": []})
        ... except ProgressError as error:
        ...     print(error)
        progress file: 1 problem
          - goals: there is none; write at least one goal
        """
        if not isinstance(data, Mapping):
            raise ProgressError(source, [f"expected fields such as 'client: c001'; found {type(data).__name__}"])
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ProgressError(source, [_told(item) for item in error.errors()]) from None

    @classmethod
    def load(cls, path: str | Path) -> ProgressFile:
        """Read a progress file (YAML or JSON).

        Raises
        ------
        ClientError
            If the file is missing, too large or not readable; `ProgressError`, a kind of it, if its content is wrong.
        """
        path = Path(path)
        return cls.parse(read_mapping(path), path.name)

    def goal(self, goal_id: str) -> GoalRecord:
        """The goal with an id, or an error that names the ids there are."""
        for item in self.goals:
            if item.id == goal_id:
                return item
        names = [item.id for item in self.goals]
        raise UnknownIdError(f"goal {goal_id!r} is not in the file; it has {', '.join(names)}{nearest(goal_id, names)}")


#: The lists of a file: what one item is called, and its record.
LISTS: Final[dict[str, tuple[str, type[Frozen]]]] = {
    "goals": ("goal", GoalRecord),
    "points": ("point", DataPoint),
    "phases": ("phase", PhaseLine),
    "sessions": ("session", SessionRecord),
    "activities": ("activity", ActivityDone),
    "said": ("said", Said),
    "observations": ("observation", Frozen),
}
#: A given text that may be repeated in a message: a figure or a date, never words.
_HARMLESS: Final = re.compile(r"[\d.,:/+\-eE]{1,20}")


def _told(item: Any) -> str:
    """One finding as a sentence, with places counted from 1 as people count them."""
    where, model = _place(item["loc"])
    kind, last = item["type"], item["loc"][-1] if item["loc"] else ""
    if kind == "extra_forbidden":
        return f"{where}: no such field{nearest(str(last), model.model_fields)}"
    if kind == "missing" and last in ("baseline", "target"):
        return f"{where}: missing; give its date and value, without it no change can be seen"
    if kind == "string_pattern_mismatch":
        allowed = "letters, digits, - and _" if last == "client" else "small letters, digits and _"
        return f"{where}: is not an id ({allowed}, such as {'c001' if last == 'client' else 'g1'})"
    if kind == "literal_error" and last == "by":
        return f"{where}: is not a role; give a role, never a name: {', '.join(get_args(Role))}"
    given = item.get("input")
    shown = kind == "literal_error" or isinstance(given, int | float) or _HARMLESS.fullmatch(str(given))
    return describe({**item, "loc": (where,), "input": given if shown else {}}, model)


def _place(loc: tuple[int | str, ...]) -> tuple[str, type[Frozen]]:
    words: list[str] = []
    model: type[Frozen] = ProgressFile
    for part in loc:
        if isinstance(part, int) and words and words[-1] in LISTS:
            name, model = LISTS[words.pop()]
            words.append(f"{name} {part + 1}")
        else:
            words.append(str(part))
            model = Mark if part in ("baseline", "target") else model
    return ", ".join(words) or "record", model
