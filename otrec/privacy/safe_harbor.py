"""A copy of a client's record without the 18 identifiers of the HIPAA Safe Harbor (45 CFR 164.514(b)(2)).

Safe Harbor asks for more than a method: whoever shares the copy must not know that what is left could identify the
client, alone or with other information. That judgement stays with a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, get_args

from otrec.models import OptionError
from otrec.models.feedback import Verdict
from otrec.models.terms import Delivery, Hand, Phase, Response, Setting, Side
from otrec.privacy.fields import (
    Codes,
    Fields,
    Stripping,
    age,
    code,
    each,
    either,
    known,
    number,
    one_of,
    part,
    placeholder,
    scores,
    year,
)

#: (letter in 164.514(b)(2)(i), kind of identifier, how otrec handles it).
SAFE_HARBOR: Final[tuple[tuple[str, str, str], ...]] = (
    ("A", "Names", "There is no field for a name. Free text is left out, persons in routines become a role."),
    ("B", "Places smaller than a state", "There is no field for a place. Free text is left out; the kind stays."),
    ("C", "Dates except the year; ages over 89", "Every date becomes its year; ages over 89 become 90."),
    ("D", "Telephone numbers", "There is no field for them. Free text is left out."),
    ("E", "Fax numbers", "There is no field for them. Free text is left out."),
    ("F", "E-mail addresses", "There is no field for them. Free text is left out."),
    ("G", "Social security numbers", "There is no field for them. Free text is left out."),
    ("H", "Medical record numbers", "The client's id becomes a random code. Free text is left out."),
    ("I", "Health plan beneficiary numbers", "There is no field for them. Free text is left out."),
    ("J", "Account numbers", "There is no field for them. Free text is left out."),
    ("K", "Certificate and licence numbers", "There is no field for them. Free text is left out."),
    ("L", "Vehicle identifiers and number plates", "There is no field for them. Free text is left out."),
    ("M", "Device identifiers and serial numbers", "Tools are kept by their kind alone. Free text is left out."),
    ("N", "Web addresses", "There is no field for them. Free text is left out."),
    ("O", "Internet (IP) addresses", "They are not stored. Free text is left out."),
    ("P", "Biometric identifiers", "Fingerprints and voice prints are not stored; a file cannot be attached."),
    ("Q", "Full-face photographs", "Photographs of clients are not stored; a file cannot be attached."),
    ("R", "Any other identifying number, characteristic or code",
     "Ids become random codes that are drawn, not computed. A field that is not known is left out."),
)  # fmt: skip

#: Who may stand in `by` and `with`, and when a routine may be: closed lists, so that no name passes.
ROLES: Final = frozenset({
    "therapist", "assistant", "teacher", "teaching_assistant", "family", "client", "student", "other", "parent",
    "parents", "mother", "father", "grandparent", "grandparents", "sibling", "siblings", "peer", "peers", "carer",
    "caregiver", "aide", "nurse", "staff", "spouse", "partner", "alone", "class", "group",
})  # fmt: skip
TIMES: Final = frozenset({
    "morning", "afternoon", "evening", "night", "before school", "after school", "before bed", "bedtime", "breakfast",
    "lunch", "dinner", "mealtimes", "recess", "school day", "weekdays", "weekend", "weekends", "daily", "weekly",
    "before work", "after work", "at school", "at home",
})  # fmt: skip
MEASURES: Final = ("trials", "duration", "count", "prompt_level", "rubric", "gas")
PROMPT_WORDS: Final = ("independent", "gestural", "verbal", "model", "partial_physical", "full_physical")
UNITS: Final = (
    "seconds", "minutes", "hours", "letters", "words", "trials", "times", "steps", "prompts", "points", "metres",
    "days", "items", "tasks", "%",
)  # fmt: skip

_spoken: Final = {name.replace("_", " ") for name in ROLES}
_words: Final = each(known, "words outside the library")
_value: Final = number(-10_000, 10_000)
_minutes: Final = number(0, 480)
_prompt: Final = either(number(0, 5), one_of(*PROMPT_WORDS))

_MARK: Final[Fields] = {
    "date": ("year", year), "value": ("value", either(_value, one_of(*PROMPT_WORDS))),
    "out_of": ("out_of", number(1, 1000)),
}  # fmt: skip
_POINT: Final[Fields] = _MARK | {
    "prompt": ("prompt", _prompt), "setting": ("setting", one_of(*get_args(Setting))), "by": ("by", one_of(*ROLES)),
}  # fmt: skip
_GOAL: Final[Fields] = {
    "id": ("id", code("goal")), "occupation": ("occupation", known), "importance": ("importance", number(1, 10)),
    "measure": ("measure", one_of(*MEASURES)), "unit": ("unit", one_of(*UNITS)),
    "direction": ("direction", one_of("up", "down")), "weight": ("weight", number(0, 1000)),
    "baseline": ("baseline", part(_MARK)), "target": ("target", part(_MARK)),
    "points": ("points", each(part(_POINT), "points")),
    "phases": ("phases", each(part({"date": ("year", year)}), "phases")),
}  # fmt: skip
_DONE: Final[Fields] = {
    "activity": ("activity", known), "minutes": ("minutes", _minutes), "prompt": ("prompt", _prompt),
    "response": ("response", one_of(*get_args(Response))), "phase": ("phase", one_of(*get_args(Phase))),
}  # fmt: skip
_SESSION: Final[Fields] = {
    "date": ("year", year), "minutes": ("minutes", _minutes),
    "activities": ("activities", each(part(_DONE), "activities")),
    "home_programme": ("home_programme", one_of("yes", "no", "unknown")),
}  # fmt: skip
_ROUTINE: Final[Fields] = {
    "occupation": ("occupation", known), "when": ("when", placeholder("time", TIMES)),
    "with": ("with", placeholder("person", _spoken)), "with_whom": ("with", placeholder("person", _spoken)),
}  # fmt: skip
_PAST: Final[Fields] = {
    "activity": ("activity", known), "date": ("year", year), "response": ("response", one_of(*get_args(Response))),
}  # fmt: skip
PROFILE: Final[Fields] = {
    "id": ("id", code("client")), "age_years": ("age_years", age), "setting": ("setting", one_of(*get_args(Setting))),
    "barriers": ("barriers", scores), "goals": ("goals", each(part(_GOAL), "goals")),
    "routines": ("routines", each(part(_ROUTINE), "routines")),
    "dominant_hand": ("dominant_hand", one_of(*get_args(Hand))),
    "affected_side": ("affected_side", one_of(*get_args(Side))),
    "delivery": ("delivery", one_of(*get_args(Delivery))),
    "assessments": ("assessments", each(part({"name": ("name", known), "date": ("year", year)}), "assessments")),
    "group_size": ("group_size", number(1, 30)), "minutes": ("minutes", _minutes),
    "history": ("history", each(part(_PAST), "history")),
    **{name: (name, _words) for name in ("conditions", "strengths", "interests", "environment", "tools", "precautions",
                                         "clearances", "competencies", "not_again")},
}  # fmt: skip
_PROGRESS: Final[Fields] = {
    "client": ("client", code("client")), "goals": ("goals", each(part(_GOAL), "goals")),
    "sessions": ("sessions", each(part(_SESSION), "sessions")),
}  # fmt: skip
_PLAN: Final[Fields] = {
    "id": ("id", code("plan")), "client": ("client", code("client")), "client_id": ("client", code("client")),
    "kind": ("kind", one_of("session", "day", "group", "programme")), "date": ("year", year),
    "for_date": ("year", year), "minutes": ("minutes", _minutes),
    "activities": ("activities", each(either(known, part(_DONE)), "activities")),
}  # fmt: skip
_FEEDBACK: Final[Fields] = {
    "activity": ("activity", known), "other": ("other", known), "client": ("client", code("client")),
    "verdict": ("verdict", one_of(*get_args(Verdict))), "date": ("year", year), "said_at": ("said_year", year),
}  # fmt: skip
_RECORD: Final[Fields] = {
    "profile": ("profile", part(PROFILE)), "progress": ("progress", part(_PROGRESS)),
    "plans": ("plans", each(part(_PLAN), "plans")), "feedback": ("feedback", each(part(_FEEDBACK), "feedback")),
    **{name: _PROGRESS[name] for name in ("goals", "sessions")},
}  # fmt: skip


def strip(record: Mapping[str, Any], *, vocabulary: Collection[str] = (), codes: Codes | None = None) -> dict[str, Any]:
    """A copy of one client's record without the 18 identifiers of Safe Harbor.

    All free text is left out, not only redacted: no search finds every name. Ids become random codes, dates their
    year, ages over 89 become 90, younger ages whole years. Only fields that are known to be harmless are kept.

    Parameters
    ----------
    record
        `profile` (the fields of `Client`), `progress` (a progress file: client, goals, sessions) or `goals` and
        `sessions` beside the profile, `plans`, `feedback`. Each part may be missing.
    vocabulary
        The ids of the library. Somebody could have typed a name where an id belongs, so ids that are not in it are
        left out; without a vocabulary all of them are.
    codes
        Give the same `Codes` for all records of one export, so that an id has one code throughout.

    Returns
    -------
    dict
        The copy, and under `left_out` how many values of each field were left out; no value of them is told.

    Raises
    ------
    OptionError
        If the record is not a mapping, or holds a part that is not laid out as a record.

    Examples
    --------
    >>> copy = strip({"profile": {"id": "c014", "age_years": 93, "setting": "home", "nickname": "Bo",
    ...     "barriers": {"grasp_pattern": 3}, "history": [{"activity": "bake_bread", "date": "2026-09-14"}]}},
    ...     vocabulary={"grasp_pattern", "bake_bread"})
    >>> copy["profile"]["age_years"], copy["profile"]["barriers"], copy["profile"]["history"]
    (90, {'grasp_pattern': 3}, [{'activity': 'bake_bread', 'year': 2026}])
    >>> copy["left_out"]
    {'other fields': 1}
    """
    if not isinstance(record, Mapping):
        raise OptionError(f"a record to strip is a mapping with a profile; found {type(record).__name__}")
    work = Stripping(codes or Codes(), vocabulary)
    copy: dict[str, Any] = part(_RECORD)(record, work)
    wrong = [name for name in _RECORD if record.get(name) is not None and name not in copy]
    if wrong:
        raise OptionError(f"the record cannot be stripped: {', '.join(wrong)} not laid out as a mapping or a list")
    return copy | {"left_out": {name: count for name, count in sorted(work.left_out.items()) if count}}
