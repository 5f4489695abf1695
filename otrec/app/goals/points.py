"""The data of one goal as they are typed: its wording, where it starts and ends, phase lines and points."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, get_args

import streamlit as st

from otrec.app.goals import editor, record
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.progress import PROMPTS
from otrec.progress.wording import PROMPT_WORDS, Role

MEASURES: Final = {
    "trials": "Tries that succeeded", "duration": "Time", "count": "Count", "prompt_level": "Help needed",
    "rubric": "Rating", "gas": "GAS level",
}  # fmt: skip
WAYS: Final = {"up": "Higher is better", "down": "Lower is better"}
ROLES: Final[dict[str, str]] = {name: name.replace("_", " ").capitalize() for name in get_args(Role)}


def draw(place: int) -> None:
    """The editors of one goal; what they say goes into the record."""
    goal = record.goals()[place]
    key = f"{record.revision()}_{goal['id']}"
    part = st.expander(
        say("The goal, its baseline and its target"), icon=":material/flag:", key="s_open_goal", on_change="rerun"
    )
    if part.open:
        with part:
            goal = _goal(goal, key)
    _one_more(place, goal, key)
    st.markdown(f"**{say('Points')}**")
    st.caption(say("One row a measurement. A day may stand twice if the settings differ."))
    measure = goal.get("measure", "trials")
    told = say("Points of this goal, to be edited")
    rows = editor.edit(f"points_{key}_{measure}", list(goal.get("points", ())), _columns(goal, measure), told)
    record.change(place, {**goal, "points": rows})


def _goal(goal: dict[str, Any], key: str) -> dict[str, Any]:
    text = st.text_area(say("Words of the goal"), key=_start(f"text_{key}", goal.get("text", "")), max_chars=300)
    one, two, three = st.columns(3)
    with one:
        measure = _pick(say("Measured as"), MEASURES, f"measure_{key}", goal.get("measure", "trials"))
    with two:
        unit = st.text_input(
            say("What is counted"), key=_start(f"unit_{key}", goal.get("unit", "")), max_chars=40,
            placeholder=say("such as: letters"),
        )  # fmt: skip
    with three:
        way = _pick(say("What is better"), WAYS, f"direction_{key}", goal.get("direction", "up"))
    start = _mark(say("Baseline"), goal.get("baseline"), measure, f"baseline_{key}")
    end = _mark(say("Target"), goal.get("target"), measure, f"target_{key}")
    st.markdown(f"**{say('Phase lines: from this day on something was done differently')}**")
    lines = {
        "date": ("date", st.column_config.DateColumn(say("date").capitalize(), format="YYYY-MM-DD")),
        "label": ("text", st.column_config.TextColumn(say("What was changed"), max_chars=60)),
    }
    phases = editor.edit(f"phases_{key}", goal.get("phases", []), lines, say("Phase lines, to be edited"))
    words = {**({"text": text} if text else {}), "measure": measure, "unit": unit or "", "direction": way}
    rest = {name: value for name, value in goal.items() if name not in ("text", "baseline", "target")}
    return {**rest, **words, **start, **end, "phases": phases}


def _one_more(place: int, goal: dict[str, Any], key: str) -> None:
    """What is done most: write down today's measurement."""
    measure = goal.get("measure", "trials")
    st.markdown(f"**{say('One more point')}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_point"):
        st.text_input(
            say("Day, YYYY-MM-DD"),
            key=_start("new_date", dt.date.today().isoformat()),
            width=150,
            placeholder="2026-09-07",
        )
        with st.container(width=150 if measure != "prompt_level" else 220):
            _value(say("value").capitalize(), measure, _start(f"new_value_{measure}", None))
        if measure == "trials":
            tries = goal.get("baseline", {}).get("out_of")
            st.number_input(
                say("out of").capitalize(), 1, 1000, value=None, key=_start(f"new_of_{key}", tries), width=130
            )
        st.text_input(say("where").capitalize(), key=_start("new_where", ""), max_chars=60, width=180)
        st.button(
            say("Add the point"),
            icon=":material/add:",
            key="s_point_add",
            on_click=_add,
            args=(place, key, measure),
        )
    if problem := st.session_state.pop("s_point_refused", ""):
        st.error(problem)


def _add(place: int, key: str, measure: str) -> None:
    """Put the point into the record as it was typed; what is wrong with it is told by the record."""
    from otrec.planning import day_of

    given = st.session_state
    try:
        date = day_of(given["s_rec_new_date"] or "")
    except OtrecError as error:
        given["s_point_refused"] = str(error)
        return
    point = {
        "date": date.isoformat(),
        "value": given[f"s_rec_new_value_{measure}"],
        "out_of": given.get(f"s_rec_new_of_{key}") if measure == "trials" else None,
        "setting": (given["s_rec_new_where"] or "").strip() or None,
    }
    left = {name: value for name, value in point.items() if value is not None}
    there = record.goals()[place]  # as it stands now, with what was typed into the table meanwhile
    record.change(place, {**there, "points": [*there.get("points", ()), left]})
    record.put(record.fields())
    given[f"s_rec_new_value_{measure}"] = None


def _value(label: str, measure: str, key: str) -> Any:
    """A value of the measure: a level by its word, or a number."""
    if measure in ("prompt_level", "gas"):
        levels = list(PROMPTS) if measure == "prompt_level" else [-2, -1, 0, 1, 2]
        return st.selectbox(label, levels, index=None, format_func=level, key=key)
    return st.number_input(label, value=None, step=1.0, format="%g", key=key)


def _start(key: str, value: Any) -> str:
    """A key that begins with a value, so that what was typed stays."""
    st.session_state.setdefault(f"s_rec_{key}", value)
    return f"s_rec_{key}"


def _pick(label: str, names: dict[str, str], key: str, value: str) -> str:
    chosen: str = st.selectbox(label, list(names), format_func=lambda name: say(names[name]), key=_start(key, value))
    return chosen


def _mark(label: str, mark: dict[str, Any] | None, measure: str, key: str) -> dict[str, Any]:
    """Baseline or target: a day and a value; what is empty is left out."""
    given = mark or {}
    name = key.partition("_")[0]
    one, two, three = st.columns(3)
    day = one.text_input(
        say("{what}: day, YYYY-MM-DD", what=label), key=_start(f"{key}_day", given.get("date", "")),
        placeholder="2026-09-07",
    )  # fmt: skip
    with two:
        value = _value(say("{what}: value", what=label), measure, _start(f"{key}_{measure}", given.get("value")))
    found = {"date": day, "value": value}
    if measure == "trials":
        found["out_of"] = three.number_input(
            say("{what}: out of", what=label), 1, 1000, value=None, key=_start(f"{key}_of", given.get("out_of"))
        )
    left = {part: value for part, value in found.items() if value not in ("", None)}
    return {name: left} if left else {}


def level(given: object) -> str:
    """A level of help in words, or a GAS level with its sign."""
    if isinstance(given, str) and given in PROMPTS:
        return say(PROMPT_WORDS[PROMPTS.index(given)])
    return f"{given:+d}" if isinstance(given, int) and given else str(given)


def _columns(goal: dict[str, Any], measure: str) -> dict[str, tuple[str, Any]]:
    column = st.column_config
    tries = goal.get("baseline", {}).get("out_of")
    help_given = column.SelectboxColumn(say("Help given"), options=list(PROMPTS), format_func=level)
    value: tuple[str, Any] = ("number", column.NumberColumn(say("value").capitalize(), required=True))
    if measure == "prompt_level":
        needed = column.SelectboxColumn(
            say("Help needed"), options=list(PROMPTS), format_func=level, required=True, width="medium"
        )
        value = ("text", needed)
    found: dict[str, tuple[str, Any]] = {
        "date": ("date", column.DateColumn(say("date").capitalize(), format="YYYY-MM-DD", required=True)),
        "value": value,
        "out_of": ("number", column.NumberColumn(say("out of"), min_value=1, step=1, required=True, default=tries)),
        "setting": ("text", column.TextColumn(say("where").capitalize(), max_chars=60)),
        "by": ("text", column.SelectboxColumn(say("Who measured"), options=list(ROLES), format_func=_role)),
        "prompt": ("text", help_given),
        "note": ("text", column.TextColumn(say("Note"), max_chars=200, width="medium")),
    }
    left_out = {"trials": (), "prompt_level": ("out_of", "prompt")}.get(measure, ("out_of",))
    return {name: look for name, look in found.items() if name not in left_out}


def _role(name: object) -> str:
    return say(ROLES.get(str(name), str(name)))
