"""The form of an activity of one's own: its fields in the session, and as a row of `activities.csv`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import streamlit as st

from otrec.app import form
from otrec.app.cards import AROUSALS, PHASES, SUPERVISIONS
from otrec.app.language import say
from otrec.app.names import VALUES
from otrec.library import Library
from otrec.library.own import id_of
from otrec.library.rows import ACTIVITY_COLUMNS, GRADES, ID_LISTS, TEXT_LISTS, split
from otrec.models.terms import SETTING_NAMES, GradingAxis

KEEP: Final = "session"
LABELS: Final = "s_act_labels"
AXES: Final = get_args(GradingAxis)
SPACES: Final = {
    "bedside": "Bedside", "tabletop": "Tabletop", "room": "Room", "large_room": "Large room", "kitchen": "Kitchen",
    "bathroom": "Bathroom", "bedroom": "Bedroom", "outdoors": "Outdoors", "community": "Community",
}  # fmt: skip
COSTS: Final = {"none": "No cost", "low": "Low cost", "medium": "Medium cost", "high": "High cost"}
#: What the form starts with where a cell is a number or one of a few words.
START: Final[dict[str, Any]] = {
    "age_min": 5.0, "age_max": 12.0, "minutes": 15, "group_min": 1, "group_max": 1, "difficulty": 2,
    "preparation_minutes": 5, "arousal": "organising", "supervision": "nearby", "cost": "none",
}  # fmt: skip
DEMANDS: Final = {
    "demand_objects": "Things it is done with", "demand_space": "Space it needs", "demand_social": "Who is there",
    "demand_sequence_timing": "Order and timing", "demand_actions": "What the person does",
}  # fmt: skip


def key(column: str) -> str:
    return f"s_act_{column}"


def fill(row: Mapping[str, str]) -> None:
    """Write a row into the form, in place of what stood there."""
    for column in ACTIVITY_COLUMNS:
        cell = row.get(column, "")
        if column in GRADES:
            _fill_grades(column, split(cell, "|"))
        elif column in ID_LISTS:
            st.session_state[key(column)] = split(cell, ";")
        elif column in TEXT_LISTS:
            st.session_state[key(column)] = "\n".join(split(cell, "|"))
        else:
            start = START.get(column, "")
            st.session_state[key(column)] = type(start)(float(cell) if cell else start) if _counts(start) else (
                cell or start
            )  # fmt: skip


def _counts(start: object) -> bool:
    return isinstance(start, int | float)


def _fill_grades(column: str, parts: list[str]) -> None:
    for place in range(3):
        axis, _, change = (parts[place] if place < len(parts) else "").partition(":")
        there = axis.strip()
        st.session_state[f"{key(column)}_axis_{place}"] = there if there in AXES else AXES[place]
        st.session_state[f"{key(column)}_{place}"] = change.strip()


def row() -> dict[str, str]:
    """The form as a row; an id that was left out follows from the name."""
    found = {column: _cell(column) for column in ACTIVITY_COLUMNS}
    return {**found, "id": found["id"].strip() or id_of(found["name"])}


def _cell(column: str) -> str:
    state = st.session_state
    if column in GRADES:
        lines = ((state[f"{key(column)}_axis_{place}"], state[f"{key(column)}_{place}"]) for place in range(3))
        return " | ".join(f"{axis}: {_line(change)}" for axis, change in lines if (change or "").strip())
    value = state[key(column)]
    if column in ID_LISTS:
        return "; ".join(value)
    if column in TEXT_LISTS:
        return " | ".join(_line(line) for line in (value or "").splitlines() if line.strip())
    return f"{value:g}" if isinstance(value, int | float) else " ".join((value or "").split())


def _line(text: str) -> str:
    """One entry of a list cell; the sign that divides entries cannot stand inside one."""
    return " ".join(text.replace("|", "/").split())


def draw(library: Library) -> None:
    """The whole form."""
    _part("what", say("What it is"), _what)
    _part("purpose", say("What it is for"), lambda: _purpose(library))
    _part("people", say("For whom and where"), lambda: _people(library))
    _part("things", say("What it takes"), lambda: _things(library))
    _part("grades", say("Easier and harder"), _grades)
    _part("words", say("Safety and words for others"), lambda: _words(library))


def _part(name: str, title: str, drawn: Callable[[], None]) -> None:
    with st.container(border=True, key=f"card_act_{name}"):
        st.subheader(title, anchor=False)
        drawn()


def labels() -> dict[str, str]:
    """What each column is called in the form as it was drawn."""
    found: dict[str, str] = st.session_state.get(LABELS, {})
    return found


def _named(column: str, label: str) -> None:
    st.session_state[LABELS] = {**labels(), column: label}


def _text(label: str, column: str, help: str | None = None, lines: bool = False) -> None:
    _named(column, label)
    if lines:
        st.text_area(label, key=key(column), help=help, persist_state=KEEP, max_chars=6_000)
    else:
        st.text_input(label, key=key(column), help=help, persist_state=KEEP, max_chars=600)


def _terms(label: str, column: str, terms: Mapping[str, Any], most: int | None = None) -> None:
    _named(column, label)
    st.multiselect(
        label, list(terms), format_func=form.labels(terms), key=key(column), persist_state=KEEP,
        placeholder=say("Type to search"), max_selections=most,
    )  # fmt: skip


def _few(label: str, column: str, names: Mapping[str, str]) -> None:
    _named(column, label)
    st.multiselect(
        label, list(names), format_func=lambda name: say(names[name]), key=key(column), persist_state=KEEP,
        placeholder=say("Choose"),
    )  # fmt: skip


def _one(label: str, column: str, names: Mapping[str, str]) -> None:
    _named(column, label)
    st.selectbox(label, list(names), format_func=lambda name: say(names[name]), key=key(column), persist_state=KEEP)


def _number(label: str, column: str, low: float, high: float) -> None:
    _named(column, label)
    whole = isinstance(START[column], int)
    least, most = (int(low), int(high)) if whole else (float(low), float(high))
    st.number_input(label, least, most, step=1 if whole else 0.5, key=key(column), persist_state=KEEP)


def _what() -> None:
    _text(say("Name"), "name")
    _text(say("Id: small letters, digits and _"), "id", say("Left empty, it follows from the name."))
    _text(say("Purpose, in one or two sentences"), "purpose")
    _text(say("Steps, one a line (3-10)"), "steps", lines=True)


def _purpose(library: Library) -> None:
    _terms(say("Main barriers (1-3)"), "primary", library.barriers, 3)
    _terms(say("Other barriers"), "secondary", library.barriers)
    _terms(say("Techniques (1-5)"), "techniques", library.techniques, 5)
    _terms(say("Occupations (1-4)"), "occupations", library.occupations, 4)
    _terms(say("Interests it fits"), "interests", library.interests)
    _terms(say("Skills it leans on"), "leans_on", library.barriers)
    findings = {name: finding for name, finding in library.evidence.items()}
    st.multiselect(
        say("Findings about it"), list(findings), key=key("evidence"), persist_state=KEEP,
        format_func=lambda name: f"{findings[name].authors_short} {findings[name].year}: {name}",
        placeholder=say("Type to search"),
    )  # fmt: skip


def _people(library: Library) -> None:
    left, right = st.columns(2)
    with left:
        _number(say("From age"), "age_min", 0, 110)
        _number(say("People, at least"), "group_min", 1, 12)
        _number(say("Minutes"), "minutes", 2, 120)
    with right:
        _number(say("To age"), "age_max", 0, 120)
        _number(say("People, at most"), "group_max", 1, 30)
        _number(say("Difficulty, 1-5"), "difficulty", 1, 5)
    _few(say("Settings"), "settings", SETTING_NAMES)
    _few(say("Delivery"), "delivery", VALUES["delivery"])
    _few(say("Session phase"), "phases", PHASES)
    _one(say("Effect on arousal"), "arousal", AROUSALS)
    _terms(say("Only for people with"), "only_for", library.conditions)


def _things(library: Library) -> None:
    _terms(say("Tools it cannot do without"), "tools", library.tools)
    _terms(say("Optional tools"), "tools_optional", library.tools)
    _text(say("Other materials, one a line"), "materials", lines=True)
    _text(say("Swaps, one a line"), "swaps", say("For example: putty: soft bread dough"), lines=True)
    _few(say("Space"), "space", SPACES)
    _number(say("Minutes to set up"), "preparation_minutes", 0, 60)
    _one(say("Cost"), "cost", COSTS)
    for column, label in DEMANDS.items():
        _text(say(label), column)


def _grades() -> None:
    for column, title in (("grade_down", say("Easier")), ("grade_up", say("Harder"))):
        _named(column, title)
        for place in range(3):
            axis, change = st.columns([1, 2])
            axis.selectbox(
                say("{what} {number}: what changes", what=title, number=place + 1), AXES,
                format_func=say, key=f"{key(column)}_axis_{place}", persist_state=KEEP,
            )  # fmt: skip
            change.text_input(
                say("{what} {number}: how", what=title, number=place + 1), key=f"{key(column)}_{place}",
                persist_state=KEEP, max_chars=400,
            )  # fmt: skip


def _words(library: Library) -> None:
    st.multiselect(
        say("Hazards"), list(library.hazards), key=key("hazards"), persist_state=KEEP,
        format_func=lambda name: f"{library.hazards[name].name}: {library.hazards[name].note}",
        placeholder=say("Type to search"),
    )  # fmt: skip
    st.caption(say("Safety rules act on hazards, tools and techniques: tag every hazard that it carries."))
    _one(say("Supervision"), "supervision", SUPERVISIONS)
    _text(say("Measure: what to note down"), "measure")
    _text(say("For the family"), "family", say("Short words and sentences; it is printed on handouts."))
    _text(say("For the teacher"), "teacher")
