"""A FHIR R4 bundle -> a draft of a client, with what was found in which words, what to ask, and what was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from otrec.exchange.fhir.allergies import read_allergy, read_flag, read_list
from otrec.exchange.fhir.answers import read_answers
from otrec.exchange.fhir.conditions import code_of, read_condition
from otrec.exchange.fhir.draft import Ask, Draft, Found, Left, is_modified
from otrec.exchange.fhir.goals import read_goal
from otrec.exchange.fhir.lexicon import Lexicon
from otrec.exchange.fhir.masking import Secrets
from otrec.exchange.fhir.observations import read_observation
from otrec.exchange.fhir.parsing import Json, Part, Parts, read_parts
from otrec.exchange.fhir.patient import read_patient
from otrec.exchange.fhir.people import Owner, owner_of
from otrec.exchange.fhir.plans_done import read_care_plan
from otrec.exchange.fhir.requests import read_encounter, read_request
from otrec.exchange.fhir.sides import side_of
from otrec.exchange.fhir.validity import invalid
from otrec.library import Library
from otrec.models import Client
from otrec.models.terms import ASSUMED_SETTING

READERS: Final[dict[str, Callable[[Draft, Part], None]]] = {
    "Patient": read_patient,
    "QuestionnaireResponse": read_answers,
    "Condition": read_condition,
    "Observation": read_observation,
    "Goal": read_goal,
    "AllergyIntolerance": read_allergy,
    "Flag": read_flag,
    "List": read_list,
    "ServiceRequest": read_request,
    "Encounter": read_encounter,
    "CarePlan": read_care_plan,
}
#: Every status that FHIR R4 has for these resources; any other word is no status, and is not repeated.
_STATES: Final = frozenset({
    "accepted", "active", "amended", "arrived", "cancelled", "completed", "confirmed", "corrected", "current",
    "differential", "draft", "entered-in-error", "final", "finished", "in-progress", "inactive", "on-hold", "onleave",
    "planned", "preliminary", "presumed", "proposed", "provisional", "recurrence", "refuted", "registered", "rejected",
    "relapse", "remission", "resolved", "retired", "revoked", "stopped", "triaged", "unconfirmed", "unknown",
})  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What a bundle gave. `client` is a draft to be confirmed; None where `problems` says why there is none."""

    client: Client | None
    found: tuple[Found, ...]
    ask: tuple[Ask, ...]
    left: tuple[Left, ...]
    problems: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What `otrec fhir import --json` prints."""
        client = None if self.client is None else self.client.model_dump(mode="json", by_alias=True)
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("found", "ask", "left")}
        return {"client": client, **lists, "problems": list(self.problems)}


def read_bundle(data: bytes | str | Json, library: Library, as_of: dt.date | None = None) -> Imported:
    """Read a FHIR R4 bundle about one person into a draft of a client.

    Names, identifiers, addresses and narrative are left behind and appear in nothing that is returned. What is not used
    is listed with the reason.

    Parameters
    ----------
    data
        A bundle, or one resource, as JSON: at most 20 MB, 20,000 entries and 100 levels.
    as_of
        The day for which the age is worked out; today if left out.

    Raises
    ------
    FhirError
        If it cannot be read at all. Resources that are not valid are listed instead.

    >>> from otrec import load_library
    >>> patient = {"resourceType": "Patient", "birthDate": "2019-03-02", "name": [{"family": "Okoro"}]}
    >>> read_bundle(patient, load_library(), as_of=dt.date(2026, 11, 29)).client.age_years
    7.6
    """
    parts = read_parts(data)
    secrets = Secrets(part.resource for part in parts.parts)
    draft = Draft(library, Lexicon(library), secrets, as_of or dt.date.today())
    draft.left += [Left(label, reason) for label, reason in parts.left]
    if parts.is_page:
        draft.ask.append(Ask("Bundle", "this is one page of several; was the rest of the record read too?"))
    _read(draft, parts)
    client = _client(draft)
    return Imported(client, tuple(draft.found), tuple(draft.ask), tuple(draft.left), tuple(draft.problems))


def _read(draft: Draft, parts: Parts) -> None:
    good = [part for part in parts.parts if _usable(draft, part)]
    owner, problem = owner_of(good)
    if problem:
        draft.problems.append(problem)
        draft.left += [Left(part.label, "not read, since the bundle is about several people") for part in good]
        return
    # The age comes first, and the profile that is exact before all that is only told in other words.
    for kind, reader in READERS.items():
        for part in (one for one in good if one.kind == kind):
            if _is_about(owner, part):
                reader(draft, part)
            else:
                draft.leave(part, "is not about this patient, or does not say so")


def _is_about(owner: Owner, part: Part) -> bool:
    return part.kind == "Patient" or owner.owns(part)


def _usable(draft: Draft, part: Part) -> bool:
    """Whether a resource can be read; if not, it is listed."""
    if part.kind not in READERS:
        draft.leave(part, "resources of this type are not read")
        return False
    reason = invalid(part.resource)
    if not reason and is_modified(part.resource):
        reason = "has a modifier that may change its meaning"
    if not reason and not _states(part.resource) <= _STATES:
        reason = "its status is none that FHIR R4 has"
    if reason:
        draft.leave(part, reason)
    return not reason


def _states(resource: Json) -> set[str]:
    plain = {resource[name] for name in ("status", "lifecycleStatus") if isinstance(resource.get(name), str)}
    coded = {code_of(resource.get(name)) for name in ("clinicalStatus", "verificationStatus")}
    return plain | (coded - {""})


def _client(draft: Draft) -> Client | None:
    if draft.profile is not None and not draft.problems:
        client = Client.parse(draft.profile)
        _compare(draft, client)
        return client
    if "age_years" not in draft.facts and not draft.problems:
        draft.problems.append("the age is not known: no date of birth and no age (LOINC 30525-0) could be used")
    if draft.problems:
        return None
    facts = {
        **draft.facts,
        "setting": _setting(draft),
        "conditions": list(draft.conditions),
        "barriers": {name: band for name, (band, _) in draft.barriers.items()},
        "goals": [{"occupation": name, "importance": weight} for name, weight in draft.goals.items()],
        "affected_side": side_of(draft.sides),
        "precautions": _precautions(draft),
        "history": draft.history,
        "not_again": list(draft.not_again),
    }
    return Client.parse(facts)


def _setting(draft: Draft) -> str:
    if not draft.settings:
        draft.ask.append(Ask("Bundle", f"the setting is not told; is it {ASSUMED_SETTING}?"))
        return ASSUMED_SETTING
    return max(draft.settings)[1]


def _precautions(draft: Draft) -> list[str] | None:
    """None unless precautions were asked about or some are known; the bundle is never taken for a whole list."""
    if "precautions" in draft.asked:
        return list(draft.precautions)
    known = "; ".join(f"no known {one}" for one in sorted(draft.asked))
    told = f" (the record says: {known})" if known else ""
    if draft.precautions:
        draft.ask.append(Ask("Bundle", f"only these precautions are in the record; what others are there?{told}",
                             tuple(draft.precautions)))  # fmt: skip
        return list(draft.precautions)
    draft.ask.append(Ask("Bundle", f"precautions are not recorded; ask before you use the profile{told}"))
    return None


def _compare(draft: Draft, client: Client) -> None:
    """Ask about what other resources say beside the profile itself."""
    said: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("precautions", draft.precautions, client.precautions or ()),
        ("conditions", draft.conditions, client.conditions),
        ("barriers", draft.barriers, client.barriers),
        ("goals", draft.goals, [goal.occupation for goal in client.goals]),
    )
    for name, told, held in said:
        more = tuple(one for one in told if one not in set(held))
        if more:
            draft.ask.append(Ask("Bundle", f"other resources name {name} that the profile does not have", more))
