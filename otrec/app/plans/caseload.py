"""The clients of this session: files that were opened, the form, or an invented caseload to try with."""

from __future__ import annotations

from typing import Final

import streamlit as st

from otrec.app import state
from otrec.app.language import say
from otrec.models import Client, OtrecError
from otrec.models.client import parse_mapping
from otrec.models.terms import SETTING_NAMES

KEY: Final = "s_caseload"


def clients() -> dict[str, Client]:
    """The caseload of this session by pseudonym; it is kept nowhere else."""
    found: dict[str, Client] = st.session_state.setdefault(KEY, {})
    return found


def gather() -> None:
    """Ways to add clients, and who is there."""
    with st.container(horizontal=True, gap="small"):
        st.button(say("Add the client in the form"), icon=":material/person_add:", key="s_add_form", on_click=_add_form)
        with st.popover(say("Client files"), icon=":material/folder_open:"):
            given = st.file_uploader(
                say("Open client files (YAML or JSON)"),
                type=["yaml", "yml", "json"],
                accept_multiple_files=True,
                max_upload_size=1,
                key="s_caseload_files",
            )
            problems = [told for one in given or [] if (told := _read(one.name, one.getvalue()))]
            for told in problems:
                st.error(told)
        with st.popover(say("Invented clients"), icon=":material/science:"):
            place = st.selectbox(
                say("Place"), list(SETTING_NAMES), format_func=lambda name: say(SETTING_NAMES[name]), key="s_invented"
            )
            st.button(say("Add them"), key="s_add_invented", on_click=_add_invented, args=(place,))
        st.button(
            say("Empty"), icon=":material/delete:", key="s_empty_caseload", on_click=_empty, disabled=not clients()
        )
    st.caption(say("Clients stay in this browser session, by pseudonym, and are gone when it is closed."))


def _add_form() -> None:
    try:
        client = Client.parse(state.profile(), say("This profile"))
    except OtrecError:
        return
    st.session_state[KEY] = {**clients(), client.id: client}


def _add_invented(place: str) -> None:
    from otrec.evaluation.cases import load_cases

    found = load_cases(state.engine().library).cases.values()
    more = {case.client.id: case.client for case in found if case.client.setting == place}
    st.session_state[KEY] = {**clients(), **more}


def _empty() -> None:
    st.session_state[KEY] = {}


def _read(name: str, content: bytes) -> str:
    """Take a client file in; says what is wrong with it, or nothing."""
    try:
        client = Client.parse(parse_mapping(content, name), name)
        state.check(client, name)
    except OtrecError as error:
        return str(error)
    st.session_state[KEY] = {**clients(), client.id: client}
    return ""


def label(name: str) -> str:
    """A client in a list: pseudonym, age and place."""
    client = clients()[name]
    return f"{name} · {client.age_years:g} · {say(SETTING_NAMES[client.setting])}"
