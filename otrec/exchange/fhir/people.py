"""Whose record it is: one person, and only what is about that person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from otrec.exchange.fhir.lexicon import text
from otrec.exchange.fhir.parsing import Json, Part


@dataclass(frozen=True)
class Owner:
    """The ways in which a reference may name the one patient; without any, nobody is named."""

    references: frozenset[str]
    identifiers: frozenset[tuple[str, str]]
    #: How an absolute reference has to end where the patient has no address of its own in the bundle.
    ending: str = ""

    def owns(self, part: Part) -> bool:
        """Whether a resource is about this person. Where no subject has to be given, its absence says nothing else."""
        subject = subject_of(part)
        if subject is None:
            return True
        reference = _plain(text(subject.get("reference")))
        if reference:
            return reference in self.references or bool(self.ending and reference.endswith(self.ending))
        return _identifier(subject.get("identifier")) in self.identifiers


def subject_of(part: Part) -> Json | None:
    subject = part.resource.get("patient" if part.kind == "AllergyIntolerance" else "subject")
    return subject if isinstance(subject, dict) else None


def owner_of(parts: Iterable[Part]) -> tuple[Owner, str]:
    """The one person of a bundle, and what is wrong if there are several."""
    held = list(parts)
    patients = [part for part in held if part.kind == "Patient"]
    if len({_key(part) for part in patients}) > 1:
        return Owner(frozenset(), frozenset()), (
            f"the bundle holds {len(patients)} patients; ask for the record of one person at a time"
        )
    if patients:
        return _from_patient(patients[0]), ""
    return _from_subjects(held)


def _key(part: Part) -> tuple[str, str, int]:
    """What makes two entries the same patient: its address and id; entries without either are never the same."""
    name = text(part.resource.get("id"))
    return (part.full_url, name, 0) if name or part.full_url else ("", "", id(part))


def _from_patient(part: Part) -> Owner:
    name = text(part.resource.get("id"))
    references = {_plain(part.full_url)} - {""}
    if name:
        references.add(f"Patient/{name}")
    identifiers = {_identifier(one) for one in part.resource.get("identifier", [])} - {("", "")}
    ending = f"/Patient/{name}" if name and not part.full_url else ""
    return Owner(frozenset(references), frozenset(identifiers), ending)


def _from_subjects(parts: list[Part]) -> tuple[Owner, str]:
    """Without a patient in the bundle all resources have to name the same one."""
    subjects = [subject for subject in map(subject_of, parts) if subject is not None]
    references = {_plain(text(one.get("reference"))) for one in subjects} - {""}
    people = {one for one in references if "Patient/" in one or one.startswith("urn:")}
    identifiers = {_identifier(one.get("identifier")) for one in subjects} - {("", "")}
    if len(people) > 1 or (not people and len(identifiers) > 1):
        return Owner(frozenset(), frozenset()), (
            "the bundle is about several people; ask for the record of one person at a time"
        )
    return Owner(frozenset(people), frozenset(identifiers)), ""


def _plain(reference: str) -> str:
    """A reference without the version that it may name."""
    return reference.partition("/_history/")[0]


def _identifier(value: Any) -> tuple[str, str]:
    if not isinstance(value, dict):
        return "", ""
    return text(value.get("system")), text(value.get("value"))
