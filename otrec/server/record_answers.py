"""What reading records and plain words answers."""

from __future__ import annotations

from typing import Any

from otrec.models import Frozen


class FoundIn(Frozen):
    """What a resource says, with the words it came from."""

    kind: str
    id: str
    source: str
    words: str
    note: str


class Ask(Frozen):
    """What is not sure, and among what to choose."""

    source: str
    question: str
    choices: list[str]


class Left(Frozen):
    """What was not used, and why."""

    source: str
    reason: str


class Imported(Frozen):
    """A draft profile out of FHIR resources; null where no age can be known."""

    client: dict[str, Any] | None
    found: list[FoundIn]
    ask: list[Ask]
    left: list[Left]
    problems: list[str]


class Option(Frozen):
    """A barrier that words may mean."""

    id: str
    name: str
    share: float


class Find(Frozen):
    """What words of a text say, and where they stand."""

    kind: str
    value: Any
    name: str
    words: str
    start: int
    end: int
    status: str
    how: str
    drafted: bool
    severity: int | None
    options: list[Option]
    note: str


class Question(Frozen):
    """What to ask before the draft is used."""

    text: str
    kind: str
    value: str


class Draft(Frozen):
    """A draft profile out of plain words; null where no age is said."""

    client: dict[str, Any] | None
    fields: dict[str, Any]
    found: list[Find]
    questions: list[Question]
