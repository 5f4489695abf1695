"""The columns of a caseload sheet, in one place: heading, other headings, field of `Client`, how a cell is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from otrec.exchange import cells
from otrec.exchange.cells import Read, one_of
from otrec.exchange.grammar import number_text, plain, whole, years
from otrec.exchange.words import folded


@dataclass(frozen=True)
class Column:
    """One column. `vocabulary` names the library's list for its words; `how` tells people how a cell is written."""

    field: str
    heading: str
    others: tuple[str, ...]
    read: Read
    write: Callable[[Any], str]
    how: str
    example: str = ""
    vocabulary: str = ""
    closed: str = ""
    needed: bool = False
    numeric: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.heading, self.field, *self.others)


def _terms(
    heading: str, others: tuple[str, ...], kind: str, what: str, example: str = "", field: str = "", not_asked: str = ""
) -> Column:
    """A column of ids; `not_asked` is what a blank cell means where it differs from none."""
    blank = cells.BLANK_WORDS if not_asked else ()
    write = cells.written_known if not_asked else cells.written_list
    how = f"{kind} of the list of words, with ; between them" + (
        f"; none = there is none, blank = {not_asked}" * bool(blank)
    )
    return Column(field or heading, heading, others, cells.ids(kind, what, blank), write, how, example, vocabulary=kind)


def _number(
    heading: str, others: tuple[str, ...], low: int, high: int, how: str, example: str, field: str = ""
) -> Column:
    return Column(field or heading, heading, others, lambda text, _: whole(text, low, high), number_text, how, example,
                  numeric=True)  # fmt: skip


def _choice(
    heading: str, others: tuple[str, ...], kind: str, field: str = "", example: str = "", needed: bool = False
) -> Column:
    how = f"one of {', '.join(cells.CHOICES[kind][0])}"
    return Column(field or heading, heading, others, one_of(kind), str, how, example, closed=kind, needed=needed)


#: In the order of the sheet. The example is invented.
COLUMNS: Final[tuple[Column, ...]] = (
    Column("id", "id", ("client", "client id", "code", "client code", "pseudonym", "case"),
           lambda text, _: plain(text), str,
           "a pseudonym, never a name: letters, digits, - and _, at most 40", "example_row", needed=True),
    Column("age_years", "age", ("age in years", "years", "years old"), lambda text, _: years(text), number_text,
           "years, such as 7.5 or 6y 6m; never a date of birth", "6.5", needed=True, numeric=True),
    _choice("setting", ("place", "service", "where"), "setting", example="school", needed=True),
    _terms("conditions", ("condition", "diagnosis", "diagnoses"), "conditions", "condition"),
    Column("barriers", "barriers", ("barrier", "difficulties", "needs", "barriers and severity", "severities"),
           cells.barriers, cells.written_barriers,
           "barrier: severity, with ; between them; severity 0-4 or in words (mild, moderate, severe, complete)",
           "grasp_pattern: 3; tactile_sensitivity: 2", vocabulary="barriers"),
    Column("goals", "goals", ("goal", "occupations", "goals and importance", "priorities"), cells.goals,
           cells.written_goals, "occupation: importance 1-10, with ; between them; without importance it is 5",
           "handwriting: 9; dressing: 6", vocabulary="occupations"),
    _terms("strengths", ("strength", "good at"), "barriers", "skill", "visual_discrimination"),
    Column("interests", "interests", ("interest", "likes", "hobbies"), cells.free_words, cells.written_list,
           "words, with ; between them; any word is kept", "dinosaurs; drawing", vocabulary="interests"),
    _choice("dominant hand", ("hand", "handedness", "hand dominance"), "hand", "dominant_hand", "right"),
    _choice("affected side", ("side", "hemi side"), "side", "affected_side", "none"),
    _terms("tools", ("tool", "equipment", "materials"), "tools", "tool", not_asked="any tool"),
    _terms("precautions", ("precaution", "allergies", "contraindications"), "precautions", "precaution", "none",
           not_asked="not asked yet"),
    _terms("environment", ("environments", "surroundings"), "environments", "fact about a place"),
    _terms("clearances", ("clearance", "cleared for"), "clearances", "clearance"),
    _terms("competencies", ("competency", "therapist competencies", "trained for"), "competencies", "competency"),
    _choice("delivery", ("service delivery", "delivered"), "delivery", example="direct"),
    _number("group size", ("group", "size of group"), 1, 30, "a whole number from 1 to 30", "1", "group_size"),
    _number("minutes", ("session minutes", "session length", "duration", "minutes per session"), 5, 120,
            "a whole number from 5 to 120", "30"),
    _terms("not again", ("never again", "do not repeat", "avoid"), "activities", "activity", field="not_again"),
    Column("assessments", "assessments", ("assessment", "tests", "assessments done"), cells.assessments,
           cells.written_assessments, "name: date, with ; between them; the date may be left out",
           "Sensory Profile 2: 2026-09-01", vocabulary="assessments"),
    Column("routines", "routines", ("routine", "daily routines"), cells.routines, cells.written_routines,
           "occupation: when: with whom, with ; between them; the last two may be left out",
           "dressing: before school: grandparent", vocabulary="occupations"),
    Column("history", "history", ("activities done", "done before", "past activities"), cells.history,
           cells.written_history,
           "activity: date: liked, neutral or disliked, with ; between them; without the last it is neutral",
           vocabulary="activities"),
)  # fmt: skip

#: Words in a heading that stand for something that would name a person, and what it is.
PERSONAL: Final[Mapping[str, str]] = {
    **dict.fromkeys(("name", "names", "surname", "forename", "firstname", "lastname", "fullname", "initials",
                     "nombre", "nombres", "apellido", "apellidos"), "a name"),
    **dict.fromkeys(("dob", "birth", "birthday", "birthdate", "born", "nacimiento", "cumpleaños"), "a date of birth"),
    **dict.fromkeys(("phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "teléfono", "telefono",
                     "móvil", "movil"), "a telephone number"),
    **dict.fromkeys(("address", "street", "postcode", "zip", "zipcode", "postal", "dirección", "direccion",
                     "domicilio"), "an address"),
    **dict.fromkeys(("email", "mail", "e-mail", "correo"), "an e-mail address"),
    **dict.fromkeys(("nhs", "mrn", "ssn", "nin", "passport", "insurance", "policy", "dni", "nie", "curp"),
                    "an official number"),
    **dict.fromkeys(("parent", "parents", "mother", "father", "guardian", "carer", "caregiver", "contact"),
                    "a person around the client"),
}  # fmt: skip


def personal(heading: str) -> str:
    """What a heading would collect about a person, or nothing.

    >>> personal("Date of Birth"), personal("D.O.B."), personal("Child's name"), personal("barriers")
    ('a date of birth', 'a date of birth', 'a name', '')
    """
    bare = "".join(sign if sign.isalnum() or sign == "-" else " " for sign in folded(heading).replace(".", ""))
    return next((PERSONAL[word] for word in bare.split() if word in PERSONAL), "")


def by_heading(columns: Sequence[Column]) -> dict[str, Column]:
    """Every heading that is understood, folded -> its column."""
    return {folded(heading): column for column in columns for heading in column.headings}
