"""Notes of one session from what was recorded, as text to copy; and the form in which a session is recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, get_args

import streamlit as st

from otrec.app import layout
from otrec.app.goals import editor, record
from otrec.app.goals.points import level
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.models.terms import Response
from otrec.progress import PROMPTS, ProgressFile, daily_note, soap

KINDS: Final = {"soap": "SOAP note", "daily": "Daily note"}
HOME: Final = {"yes": "Done", "no": "Not done", "unknown": "Asked, not known"}


def draw(file: ProgressFile) -> None:
    """A note of one session, and the form to record another."""
    layout.section(say("Session notes"))
    if not file.sessions:
        st.markdown(say("No session is recorded yet. Record one below, and its note writes itself from the facts."))
    else:
        _note(file)
    part = st.expander(
        say("Record a session"), icon=":material/edit_calendar:", key="s_open_session", on_change="rerun"
    )
    if part.open:
        with part:
            _form(file)


def _note(file: ProgressFile) -> None:
    dates = [session.date for session in reversed(file.sessions)]
    if "s_note_next" in st.session_state:
        st.session_state["s_note_date"] = st.session_state.pop("s_note_next")
    if st.session_state.get("s_note_date") not in dates:
        st.session_state["s_note_date"] = dates[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_note"):
        date: dt.date = st.selectbox(
            say("Session of"), dates, format_func=dt.date.isoformat, key="s_note_date", width=180
        )
        kind = st.segmented_control(
            say("Kind of note"), list(KINDS), format_func=lambda name: say(KINDS[name]), default="soap", required=True,
            key="s_note_kind", persist_state="session",
        )  # fmt: skip
    write = daily_note if kind == "daily" else soap
    try:
        text = write(file, date, record.names()).text()
    except OtrecError as error:
        return layout.refused(say("No note"), error)
    with st.container(key="goal_note"):
        st.code(text, language=None, wrap_lines=True)
    st.caption(say("Only what was recorded stands here; what was not is said to be missing. Read it before you sign."))


def _form(file: ProgressFile) -> None:
    key = str(st.session_state.get("s_session_form", 0))
    one, two, three = st.columns(3)
    date = one.text_input(say("Day, YYYY-MM-DD"), key=f"s_session_day_{key}", placeholder=dt.date.today().isoformat())
    minutes = two.number_input(say("Minutes"), 1, 480, value=None, step=5, key=f"s_session_minutes_{key}")
    home = three.selectbox(
        say("Home programme"), list(HOME), index=None, format_func=lambda name: say(HOME[name]),
        key=f"s_session_home_{key}", placeholder=say("not asked"),
    )  # fmt: skip
    st.markdown(f"**{say('Activities')}**")
    activities = editor.edit(f"session_{key}", [], _columns(), say("Activities of this session, to be edited"))
    said = st.text_area(say("The client's own words, one saying a line"), key=f"s_session_said_{key}", height=80)
    seen = st.text_area(say("What was observed, one fact a line"), key=f"s_session_seen_{key}", height=80)
    following = st.text_input(say("Next step"), key=f"s_session_next_{key}", max_chars=200)
    given = {"minutes": minutes, "home_programme": home, "next_step": following or None}
    session: dict[str, Any] = {
        "date": (date or "").strip(),
        **{name: value for name, value in given.items() if value is not None},
        "activities": activities,
        "said": [{"words": line} for line in _lines(said)],
        "observations": _lines(seen),
    }
    if st.button(say("Put it into the record"), type="primary", icon=":material/add:", key="s_session_add"):
        _add(file, session)


def _columns() -> dict[str, tuple[str, Any]]:
    column, names = st.column_config, record.names()

    def named(name: object) -> str:
        return names.get(str(name), str(name))

    return {
        "activity": (
            "text",
            column.SelectboxColumn(
                say("activity"), options=list(names), format_func=named, required=True, width="large"
            ),
        ),
        "minutes": ("number", column.NumberColumn(say("Minutes"), min_value=1, max_value=480, step=1)),
        "prompt": (
            "text",
            column.SelectboxColumn(
                say("Help given"), options=list(PROMPTS),
                format_func=level,
            ),
        ),
        "response": ("text", column.SelectboxColumn(say("response"), options=list(get_args(Response)))),
        "grade": ("text", column.TextColumn(say("Step of grading"), max_chars=200)),
    }  # fmt: skip


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _add(file: ProgressFile, session: dict[str, Any]) -> None:
    """Put a session into the record if the whole of it passes; otherwise say what is wrong and leave all as typed."""
    sessions = [*record.fields().get("sessions", []), session]
    try:
        whole = ProgressFile.parse({**record.fields(), "sessions": sessions}, say("This session"))
    except OtrecError as error:
        st.error(str(error))
        return
    record.change_sessions(record.as_fields(whole)["sessions"])
    new = ({item.date for item in whole.sessions} - {item.date for item in file.sessions}).pop()
    st.session_state["s_session_form"] = st.session_state.get("s_session_form", 0) + 1
    st.session_state["s_note_next"] = new
    st.rerun()
