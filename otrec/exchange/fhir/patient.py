"""Patient: how old somebody is, and nothing else."""

from __future__ import annotations

import re
from typing import Final

from otrec.exchange.fhir.ages import OLDEST, age_on, coarse, day_of, is_whole
from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import text
from otrec.exchange.fhir.parsing import Part
from otrec.exchange.fhir.systems import own

#: What is left behind on purpose, in the order in which it is told.
LEFT_BEHIND: Final = (
    "name", "identifier", "telecom", "address", "birthDate", "photo", "contact", "gender", "maritalStatus",
    "communication", "generalPractitioner", "managingOrganization", "link", "multipleBirthBoolean",
    "multipleBirthInteger", "text", "extension", "contained",
)  # fmt: skip
#: A pseudonym of otrec's own, the one identifier that is kept.
_PSEUDONYM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_USED: Final = frozenset({"birthDate", "deceasedBoolean", "deceasedDateTime", "active", *LEFT_BEHIND})


def read_patient(draft: Draft, part: Part) -> None:
    """The age at the day of reading; everything that tells who it is stays behind."""
    patient = part.resource
    if patient.get("deceasedBoolean") is True or "deceasedDateTime" in patient:
        draft.problems.append("the record says that this person has died; no profile is made")
    if patient.get("active") is False:
        draft.question(part, "the record of this person is marked as not active; is it the right one?")
    if "birthDate" in patient:
        _age(draft, part)
    for one in patient.get("identifier", []):
        if one.get("system") == own("client") and _PSEUDONYM.fullmatch(text(one.get("value"))):
            draft.facts.setdefault("id", one["value"])
    behind = [name for name in LEFT_BEHIND if name in patient or f"_{name}" in patient]
    if behind:
        draft.leave(part, f"left behind and not kept: {', '.join(behind)}")
    draft.unused(part, _USED)


def _age(draft: Draft, part: Part) -> None:
    given = part.resource["birthDate"]
    born = day_of(given)
    if born is None:
        return draft.leave(part, "the date of birth is no date")
    years = age_on(born, draft.as_of) if is_whole(given) else max(0.0, age_on(born, draft.as_of))
    if born > draft.as_of and years <= 0 and is_whole(given):
        draft.problems.append("the date of birth lies after the day of reading; correct one of the two")
        return None
    if years > OLDEST:
        draft.problems.append(f"the date of birth makes an age above {OLDEST} years; correct it in the record")
        return None
    if not is_whole(given):
        draft.question(part, "only the year or month of birth is given; is the age right?")
    return draft.add_fact("age_years", coarse(years), part, note="from the date of birth, which is left behind")
