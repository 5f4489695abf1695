"""One client as a bundle: the whole profile as answers, and what other systems read as resources of its own."""

from __future__ import annotations

from typing import Any, Final

from otrec.exchange.fhir.elements import (
    Json,
    address,
    checked,
    coding,
    concept,
    extension,
    goal_identifier,
    own_coding,
    quantity,
    said,
    text_value,
)
from otrec.exchange.fhir.profile_items import ITEMS, KNOWN, Item
from otrec.exchange.fhir.systems import AGE, ICF, LOINC, PROFILE, SNOMED, TERMINOLOGY, canonical, own
from otrec.library import Library, check_client
from otrec.models import Client, Goal, Past

#: Importance 1-10 from which a goal has FHIR's high priority, and up to which the low one; authors' choice.
HIGH, LOW = 8, 3
_HANDS: Final = {"left": "87683000", "right": "46669005", "either": "23088002"}


def client_bundle(client: Client, library: Library) -> Json:
    """A client as a FHIR R4 bundle, by pseudonym; `read_bundle` gives the same client back.

    Raises
    ------
    ClientError
        If the profile names an id that the library does not know.

    >>> from otrec import Client, example, load_library
    >>> from otrec.exchange.fhir import read_bundle
    >>> library, client = load_library(), Client.load(example("pencil_grip"))
    >>> read_bundle(client_bundle(client, library), library).client == client
    True
    """
    check_client(library, client)
    made = _Resources(client, library)
    resources = [
        made.patient(),
        made.age(),
        *made.facts(),
        *(made.barrier(name, band) for name, band in client.barriers.items()),
        *(made.condition(name) for name in client.conditions),
        *(made.goal(goal) for goal in client.goals),
        *made.precautions(),
        *made.done_before(),
        made.answers(),
    ]
    return bundle([(made.address(place), checked(one)) for place, one in enumerate(resources)])


def bundle(entries: list[tuple[str, Json]]) -> Json:
    """A collection of resources with their addresses."""
    held = [{"fullUrl": here, "resource": resource} for here, resource in entries]
    return {"resourceType": "Bundle", "type": "collection", "entry": held}


class _Resources:
    """The resources of one client."""

    def __init__(self, client: Client, library: Library) -> None:
        self.client, self.library = client, library
        self.subject = {"reference": self.address(0)}

    def address(self, place: int) -> str:
        """Where a resource stands in the bundle; the patient has place 0."""
        return address("client", f"{self.client.id}:{place}" if place else self.client.id)

    def own(self, kind: str, code: str) -> Json:
        given = own_coding(kind, code, self.library)
        return concept(given, text=given.get("display", ""))

    def patient(self) -> Json:
        return {"resourceType": "Patient", "identifier": [{"system": own("client"), "value": self.client.id}]}

    def observation(self, code: Json, **value: Any) -> Json:
        return {"resourceType": "Observation", "status": "final", "code": code, "subject": self.subject, **value}

    def age(self) -> Json:
        code = concept(coding(LOINC, AGE, "Age"))
        return self.observation(code, valueQuantity=quantity(self.client.age_years, "years", "a"))

    def facts(self) -> list[Json]:
        """The hand and the side, where they are known."""
        found = []
        if self.client.dominant_hand != "undecided":
            hand = self.client.dominant_hand
            value = concept(coding(own("hand"), hand), coding(SNOMED, _HANDS[hand]), text=hand)
            code = concept(coding(own("fact"), "dominant_hand"), text="Dominant hand")
            found.append(self.observation(code, valueCodeableConcept=value))
        if self.client.affected_side != "none":
            side = self.client.affected_side
            code = concept(coding(own("fact"), "affected_side"), text="Affected side")
            found.append(self.observation(code, valueCodeableConcept=concept(coding(own("side"), side), text=side)))
        return found

    def barrier(self, name: str, band: int) -> Json:
        """A barrier with the ICF categories that it stands for, and the qualifier."""
        term = self.library.barriers[name]
        codes = [own_coding("barrier", name, self.library), *(coding(ICF, code) for code in term.icf)]
        return self.observation(concept(*codes, text=term.name), valueInteger=band)

    def condition(self, name: str) -> Json:
        status = concept(coding(f"{TERMINOLOGY}/condition-clinical", "active"))
        return {
            "resourceType": "Condition",
            "clinicalStatus": status,
            "code": self.own("condition", name),
            "subject": self.subject,
        }

    def goal(self, goal: Goal) -> Json:
        level = "high" if goal.importance >= HIGH else "low" if goal.importance <= LOW else "medium"
        return {
            "resourceType": "Goal",
            "identifier": [goal_identifier(self.client.id, goal.occupation)],
            "extension": [extension("importance", valueInteger=goal.importance)],
            "lifecycleStatus": "active",
            "priority": concept(coding(f"{TERMINOLOGY}/goal-priority", f"{level}-priority")),
            "description": self.own("occupation", goal.occupation),
            "subject": self.subject,
        }

    def precautions(self) -> list[Json]:
        """Allergies and flags, and a list that says that precautions were asked about."""
        if self.client.precautions is None:
            return []
        code = concept(coding(own("list"), "precautions"), text="Precautions that were asked about")
        told: Json = {"resourceType": "List", "status": "current", "mode": "snapshot", "code": code}
        told["subject"] = self.subject
        if not self.client.precautions:
            told["emptyReason"] = concept(coding(f"{TERMINOLOGY}/list-empty-reason", "nilknown"), text="None known")
        else:
            told["entry"] = [{"item": {"display": said(self._name(name))}} for name in self.client.precautions]
        return [*(self._precaution(name) for name in self.client.precautions), told]

    def _name(self, precaution: str) -> str:
        return self.library.precautions[precaution].name

    def _precaution(self, name: str) -> Json:
        code = self.own("precaution", name)
        if not name.endswith("_allergy"):
            return {"resourceType": "Flag", "status": "active", "code": code, "subject": self.subject}
        status = concept(coding(f"{TERMINOLOGY}/allergyintolerance-clinical", "active"))
        return {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": status,
            "code": code,
            "patient": self.subject,
        }

    def done_before(self) -> list[Json]:
        """What was done and what is not wanted again, as a plan that is over; nothing if there is neither."""
        activities = [*map(self._past, self.client.history), *map(self._not_again, self.client.not_again)]
        if not activities:
            return []
        return [
            {
                "resourceType": "CarePlan",
                "status": "completed",
                "intent": "plan",
                "title": "Done before",
                "subject": self.subject,
                "activity": [{"detail": one} for one in activities],
            }
        ]

    def _past(self, past: Past) -> Json:
        day = past.date.isoformat()
        return {
            "extension": [extension("response", valueCode=past.response)],
            **self._activity(past.activity),
            "status": "completed",
            "scheduledPeriod": {"start": day, "end": day},
        }

    def _not_again(self, name: str) -> Json:
        return {**self._activity(name), "status": "cancelled", "doNotPerform": True}

    def _activity(self, name: str) -> Json:
        return {"instantiatesCanonical": [canonical("activity", name)], "code": self.own("activity", name)}

    def answers(self) -> Json:
        """Every field of the profile as answers to otrec's own questionnaire."""
        fields = self.client.model_dump(mode="json", by_alias=True)
        fields |= {question: fields[name] is not None for name, question in KNOWN.items()}
        fields["barriers"] = [{"barrier": name, "severity": band} for name, band in fields["barriers"].items()]
        items = [one for item in ITEMS for one in self._items(item, item.name, fields[item.name])]
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": PROFILE,
            "status": "completed",
            "subject": self.subject,
            "item": items,
        }

    def _items(self, item: Item, link: str, value: Any) -> list[Json]:
        if value in (None, "", []):
            return []
        if item.type == "group":
            return [self._group(item, link, one) for one in value]
        given = value if item.repeats else [value]
        return [{"linkId": link, "text": item.text, "answer": [self._answer(item, one) for one in given]}]

    def _group(self, item: Item, link: str, value: dict[str, Any]) -> Json:
        inner = [one for part in item.inner for one in self._items(part, f"{link}.{part.name}", value[part.name])]
        return {"linkId": link, "text": item.text, "item": inner}

    def _answer(self, item: Item, value: Any) -> Json:
        if item.type == "choice":
            return {"valueCoding": own_coding(item.kind, value, self.library)}
        return text_value(value) if item.type == "string" else {f"value{item.type.capitalize()}": value}
