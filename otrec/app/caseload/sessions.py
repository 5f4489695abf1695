"""The sessions that were held: what was done, what comes next, and the form for another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import streamlit as st

from otrec.app import desk, layout
from otrec.app.caseload import goals, words
from otrec.app.goals import record
from otrec.app.goals.notes import HOME
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.progress import ProgressFile

if TYPE_CHECKING:
    from otrec.progress import SessionRecord
    from otrec.store import Desk, KeptClient

MOST_SHOWN = 20


def draw(there: Desk, client: KeptClient) -> None:
    """Sessions, newest first, after the form for another one."""
    file = there.records.progress(client.id).file
    if file is None and not client.may_write:
        st.markdown(say("No session is recorded yet."))
        return
    if file is None:
        layout.empty(
            say("Sessions stand beside a goal"),
            say("Begin with the first goal of this client; then sessions are recorded here."),
            ":material/flag:",
        )
        goals.way_in(there, client)
        return
    if client.may_write:
        part = st.expander(
            say("Record a session"), icon=":material/edit_calendar:", key="s_held_open", on_change="rerun"
        )
        if part.open:
            with part:
                _form(client, file)
    if not file.sessions:
        st.markdown(say("No session is recorded yet."))
    for session in list(reversed(file.sessions))[:MOST_SHOWN]:
        _session(session)


def _session(session: SessionRecord) -> None:
    names = record.names()
    with st.container(border=True, key=f"card_session_{session.date}"):
        minutes = say("{minutes} min", minutes=session.minutes) if session.minutes else ""
        home = f"{say('Home programme')}: {say(HOME[session.home_programme]).lower()}" if session.home_programme else ""
        st.markdown(" · ".join(part for part in (f"**{session.date}**", minutes, home) if part))
        for done in session.activities:
            st.text(" · ".join(filter(None, (names.get(done.activity, done.activity), done.response, done.grade))))
        for label, lines in (
            (say("Said"), [said.words for said in session.said]),
            (say("Observed"), session.observations),
            (say("Next step"), [session.next_step] if session.next_step else []),
        ):
            if lines:
                st.caption(label)
                st.text("\n".join(lines))


def _form(client: KeptClient, file: ProgressFile) -> None:
    key = f"{client.id}_{st.session_state.get('s_held_revision', 0)}"
    st.session_state.setdefault(f"s_held_day_{key}", dt.date.today().isoformat())
    names = record.names()
    one, two, three = st.columns(3)
    one.text_input(say("Day, YYYY-MM-DD"), key=f"s_held_day_{key}", max_chars=10)
    two.number_input(say("Minutes"), 1, 480, value=None, step=5, key=f"s_held_minutes_{key}")
    three.selectbox(
        say("Home programme"), list(HOME), index=None, format_func=lambda name: say(HOME[name]),
        key=f"s_held_home_{key}", placeholder=say("not asked"),
    )  # fmt: skip
    st.multiselect(
        say("Activities"), list(names), format_func=lambda name: names[name], key=f"s_held_activities_{key}",
        placeholder=say("Type a word of its name"),
    )  # fmt: skip
    st.text_area(say("The client's own words, one saying a line"), key=f"s_held_said_{key}", height=80)
    st.text_input(say("Next step"), key=f"s_held_step_{key}", max_chars=200)
    st.button(
        say("Keep the session"), type="primary", icon=":material/save:", key="s_held_keep", on_click=_keep,
        args=(client, file, key),
    )  # fmt: skip
    words.warned("held", _keep, client, file, key)
    desk.told("held")


def _typed(key: str) -> dict[str, Any]:
    """What the form says, as the fields of a session."""
    given = {name: st.session_state.get(f"s_held_{name}_{key}") for name in ("minutes", "home", "activities", "step")}
    said = (st.session_state.get(f"s_held_said_{key}") or "").splitlines()
    rest = {"minutes": given["minutes"], "home_programme": given["home"], "next_step": given["step"]}
    return {
        "date": (st.session_state.get(f"s_held_day_{key}") or "").strip(),
        "activities": [{"activity": name} for name in given["activities"] or ()],
        "said": [{"words": line.strip()} for line in said if line.strip()],
        **{name: value for name, value in rest.items() if value},
    }


def _keep(client: KeptClient, file: ProgressFile, key: str) -> None:
    """Add the session if it passes the checks of the record; otherwise say what is wrong and leave it as typed."""
    typed = _typed(key)
    blank = {**record.as_fields(file), "sessions": []}
    try:
        checked = ProgressFile.parse({**blank, "sessions": [typed]}, say("This session"))
    except OtrecError as error:
        return desk.refuse("held", str(error))
    texts = words.of_record(checked) - words.of_record(ProgressFile.parse(blank))
    if not words.may_be_kept("held", texts):
        return None
    if desk.attempt("held", lambda there: there.records.add_session(client.id, checked.sessions[0])):
        st.session_state["s_held_revision"] = st.session_state.get("s_held_revision", 0) + 1
    return None
