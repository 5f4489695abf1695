"""The forms of CDS Hooks 2.0, as far as this service reads and writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from otrec.server.asked import MOST_ENTRIES, few

FhirId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-.]{1,64}$")]
Instance = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_FEW = (BeforeValidator(few), Field(max_length=MOST_ENTRIES))
_PATIENT: Any = {"resourceType": "Patient", "id": "1", "birthDate": "2020-03-01"}


class Open(BaseModel):
    """A form that may hold more than is read here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Context(Open):
    """What the hook is about; draft orders and selections come with `order-select`."""

    patientId: FhirId
    userId: str | None = Field(default=None, max_length=200)
    encounterId: FhirId | None = None
    selections: Annotated[list[Annotated[str, StringConstraints(max_length=200)]], *_FEW] = []
    draftOrders: dict[str, Any] | None = None


class HookRequest(Open):
    """A call of a service. `fhirServer` and `fhirAuthorization` may stand in it and are not used."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "hook": "patient-view",
                    "hookInstance": "6f0c7b5e-9d3c-4e0a-8f7e-2f6f6f0f9c11",
                    "context": {"userId": "Practitioner/7", "patientId": "1"},
                    "prefetch": {"patient": _PATIENT, "conditions": None, "goals": None},
                }
            ]
        },
    )
    hook: str = Field(max_length=100)
    hookInstance: Instance
    context: Context
    prefetch: dict[str, Any] | None = Field(default=None, max_length=50)


class Service(Open):
    """One service."""

    hook: str
    id: str
    title: str
    description: str
    prefetch: dict[str, str]


class Discovery(Open):
    """The services there are."""

    services: list[Service]


class Coding(Open):
    """A code with its system."""

    system: str | None = Field(default=None, max_length=200)
    code: str | None = Field(default=None, max_length=100)
    display: str | None = Field(default=None, max_length=500)


class Source(Open):
    """Where a card comes from."""

    label: str
    topic: Coding


class Action(Open):
    """What a suggestion would do."""

    type: Literal["create"]
    description: str
    resource: dict[str, Any]


class Suggestion(Open):
    """Something to accept."""

    label: str
    uuid: str
    actions: list[Action]


class Card(Open):
    """One card; its detail is Markdown."""

    uuid: str
    summary: str = Field(max_length=139)
    indicator: Literal["info", "warning"]
    detail: str
    source: Source
    suggestions: list[Suggestion] | None = None
    selectionBehavior: Literal["at-most-one"] | None = None
    overrideReasons: list[Coding] | None = None


class Cards(Open):
    """What a service says; no card where it has nothing to say."""

    cards: list[Card] = Field(max_length=5)


class AcceptedSuggestion(Open):
    """A suggestion that was accepted."""

    id: Instance


class OverrideReason(Open):
    """Why a card was set aside; a comment may stand here and is not kept."""

    reason: Coding | None = None
    userComment: str | None = None


class Outcome(Open):
    """What became of one card."""

    card: Instance
    outcome: Literal["accepted", "overridden"]
    acceptedSuggestions: Annotated[list[AcceptedSuggestion], *_FEW] = []
    overrideReason: OverrideReason | None = None
    outcomeTimestamp: Instance


class FeedbackRequest(Open):
    """What became of cards."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "feedback": [
                        {
                            "card": "a3f1c0de-0000-8001-8000-000000000001",
                            "outcome": "overridden",
                            "overrideReason": {"reason": {"system": "urn:x-otrec:verdict", "code": "wrong_age"}},
                            "outcomeTimestamp": "2026-11-30T09:00:00Z",
                        }
                    ]
                }
            ]
        },
    )
    feedback: Annotated[list[Outcome], *_FEW, Field(min_length=1)]


class Taken(Open):
    """How many verdicts went to curation."""

    taken: int
