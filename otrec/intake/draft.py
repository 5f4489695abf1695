"""What was read out of a text: finds with their words, questions, and the draft profile that they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from otrec.intake.context import Status
from otrec.models import Client
from otrec.models.terms import ASSUMED_SETTING

How = Literal["words", "spelling", "phrases", "both", "form"]
#: Kinds of finds that fill one field with one value.
FACTS: Final = ("age_years", "setting", "delivery", "affected_side", "dominant_hand", "group_size", "minutes")
#: Kinds of finds that fill a list of a profile; goals are occupations.
LISTS: Final = ("conditions", "barriers", "goals", "strengths", "interests", "environment", "tools", "precautions")
#: What stands in a draft when the words do not say it; each is asked.
ASSUMED: Final[dict[str, Any]] = {"setting": ASSUMED_SETTING}
#: A severity that nobody said: moderate, ICF qualifier 2.
ASSUMED_SEVERITY: Final = 2


@dataclass(frozen=True)
class Option:
    """One of three barriers that a phrase may mean; `share` is in (0, 1], those of a find sum to at most 1."""

    id: str
    name: str
    share: float


@dataclass(frozen=True)
class Found:
    """Something that words of the text say.

    Parameters
    ----------
    kind, value, name
        Field of the profile, what it would hold, and that in words.
    words, start, end
        The words of the text, and where they stand, in characters.
    status
        `present`, or what the words around it say instead: `denied`, `past`, `unsure`, `other` (another person).
    how
        Found as `words` that are looked for, by mended `spelling`, by likeness to `phrases`, by `both` of these, or in
        the `form` of a number.
    drafted
        Whether the draft holds it without anybody's confirmation. What is unsure never is.
    severity
        For barriers, 1-4, if words say how bad it is.
    options
        For what was found by phrases: three barriers to choose from, the likeliest first.
    note
        A sentence for the therapist, or nothing.
    """

    kind: str
    value: Any
    name: str
    words: str
    start: int
    end: int
    status: Status = "present"
    how: How = "words"
    drafted: bool = True
    severity: int | None = None
    options: tuple[Option, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """What tells this find from the others of a draft."""
        return f"{self.kind}:{self.value}:{self.start}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "value": self.value, "name": self.name, "words": self.words, "start": self.start,
            "end": self.end, "status": self.status, "how": self.how, "drafted": self.drafted, "severity": self.severity,
            "options": [{"id": one.id, "name": one.name, "share": round(one.share, 3)} for one in self.options],
            "note": self.note,
        }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Something to ask before the draft is used; `kind` and `value` are what a yes would add."""

    text: str
    kind: str = ""
    value: str = ""

    def to_dict(self) -> dict[str, str]:
        return {"text": self.text, "kind": self.kind, "value": self.value}


@dataclass(frozen=True)
class Draft:
    """What a text says, for a therapist to confirm. The text itself is not part of it."""

    found: tuple[Found, ...]
    questions: tuple[Question, ...]

    def of(self, kind: str, *, drafted: bool = True) -> list[Found]:
        """The finds of a kind; only those that the draft holds, unless told otherwise."""
        return [item for item in self.found if item.kind == kind and (item.drafted or not drafted)]

    @property
    def asked_about(self) -> frozenset[str]:
        """Precautions that a question is about."""
        return frozenset(item.value for item in self.questions if item.kind == "precautions")

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the draft profile that the words filled."""
        return fields_of([item for item in self.found if item.drafted])

    @property
    def client(self) -> Client | None:
        """The draft profile; None where the age is not known, the one fact that no draft can assume."""
        fields = self.fields
        if "age_years" not in fields:
            return None
        return Client.parse({**ASSUMED, **fields}, "draft")

    def to_dict(self) -> dict[str, Any]:
        client = self.client
        return {
            "client": None if client is None else client.model_dump(mode="json", exclude_defaults=True, by_alias=True),
            "fields": self.fields,
            "found": [item.to_dict() for item in self.found],
            "questions": [item.to_dict() for item in self.questions],
        }


def fields_of(found: Collection[Found], chosen: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Fields of a profile from finds that a therapist accepts.

    Parameters
    ----------
    found
        What to take over.
    chosen
        Key of a find -> another value for it, where one of its options was chosen instead.
    """
    fields: dict[str, Any] = {}
    for item in found:
        value = (chosen or {}).get(item.key, item.value)
        if item.kind in FACTS:
            fields.setdefault(item.kind, value)
        elif item.kind == "barriers":
            held = fields.setdefault("barriers", {})
            held[value] = max(held.get(value, 0), item.severity or ASSUMED_SEVERITY)
        elif item.kind == "goals":
            goals = fields.setdefault("goals", [])
            if value not in [goal["occupation"] for goal in goals]:
                goals.append({"occupation": value})
        elif value not in fields.setdefault(item.kind, []):
            fields[item.kind].append(value)
    return fields
