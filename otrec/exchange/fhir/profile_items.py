"""The profile as a questionnaire: one table that the form, its answers and their reader are all made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from otrec.models.terms import Delivery, Hand, Response, Setting, Side

Type = Literal["string", "decimal", "integer", "date", "boolean", "choice", "group"]


@dataclass(frozen=True)
class Item:
    """One question: `kind` is the list of codes that answers it, `words` the codes where they are a closed list."""

    name: str
    text: str
    type: Type
    kind: str = ""
    words: tuple[str, ...] = ()
    repeats: bool = False
    inner: tuple[Item, ...] = ()


def _list(name: str, text: str, kind: str) -> Item:
    return Item(name, text, "choice", kind, repeats=True)


def _group(name: str, text: str, *inner: Item) -> Item:
    return Item(name, text, "group", repeats=True, inner=inner)


def _word(name: str, text: str, kind: str, allowed: object) -> Item:
    return Item(name, text, "choice", kind, get_args(allowed))


OCCUPATION: Final = Item("occupation", "Occupation", "choice", "occupation")
#: The fields of a client. `tools` and `precautions` may be unknown, which an empty list of answers could not say.
ITEMS: Final = (
    Item("id", "Pseudonym, never a name", "string"),
    Item("age_years", "Age in years", "decimal"),
    _word("setting", "Setting", "setting", Setting),
    _list("conditions", "Conditions", "condition"),
    _group(
        "barriers",
        "Barriers",
        Item("barrier", "Barrier", "choice", "barrier"),
        Item("severity", "Severity, the ICF qualifier 0 to 4", "integer"),
    ),
    _group("goals", "Goals", OCCUPATION, Item("importance", "Importance, 1 to 10", "integer")),
    _list("strengths", "Strengths", "barrier"),
    Item("interests", "Interests", "string", repeats=True),
    _group(
        "routines",
        "Routines",
        OCCUPATION,
        Item("when", "When in the day", "string"),
        Item("with", "With whom, by role", "string"),
    ),
    _list("environment", "Facts about the place", "environment"),
    _word("dominant_hand", "Dominant hand", "hand", Hand),
    _word("affected_side", "Affected side", "side", Side),
    Item("tools_known", "Is it known which tools are at hand?", "boolean"),
    _list("tools", "Tools at hand", "tool"),
    Item("precautions_known", "Were precautions asked about?", "boolean"),
    _list("precautions", "Precautions", "precaution"),
    _list("clearances", "Documented clearances", "clearance"),
    _group("assessments", "Instruments that were used", Item("name", "Name", "string"), Item("date", "Day", "date")),
    _list("competencies", "Competencies of the therapist", "competency"),
    _word("delivery", "Delivery", "delivery", Delivery),
    Item("group_size", "People in the session", "integer"),
    Item("minutes", "Minutes of a session", "integer"),
    _group(
        "history",
        "Done before",
        Item("activity", "Activity", "choice", "activity"),
        Item("date", "Day", "date"),
        _word("response", "How it was received", "response", Response),
    ),
    _list("not_again", "Not again", "activity"),
)
#: Fields that are None when it was not asked, and the question that says so.
KNOWN: Final = {"tools": "tools_known", "precautions": "precautions_known"}
