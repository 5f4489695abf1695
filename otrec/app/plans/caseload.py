"""The clients that are planned for together: from the caseload, the form, files, or invented ones to try with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import desk, state
from otrec.app.language import say
from otrec.models import Client, OtrecError
from otrec.models.client import parse_mapping
from otrec.models.terms import SETTING_NAMES

if TYPE_CHECKING:
    from otrec.store import Listed

KEY: Final = "s_caseload"
#: How many kept clients are offered at once; more are found by how their pseudonym begins.
OFFERED: Final = 50


def clients() -> dict[str, Client]:
    """Whom this session plans for, by pseudonym; the choice ends with the session."""
    found: dict[str, Client] = st.session_state.setdefault(KEY, {})
    return found


def gather() -> None:
    """Ways to add clients, and who is there."""
    with st.container(horizontal=True, gap="small"):
        st.button(say("Add the client in the form"), icon=":material/person_add:", key="s_add_form", on_click=_add_form)
        _kept()
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
                st.error(desk.plain(told))
        with st.popover(say("Invented clients"), icon=":material/science:"):
            place = st.selectbox(
                say("Place"), list(SETTING_NAMES), format_func=lambda name: say(SETTING_NAMES[name]), key="s_invented"
            )
            st.button(say("Add them"), key="s_add_invented", on_click=_add_invented, args=(place,))
        st.button(
            say("Empty"), icon=":material/delete:", key="s_empty_caseload", on_click=_empty, disabled=not clients()
        )
    st.caption(
        say("Who is chosen here ends with this browser session. What is on your caseload stays there, unchanged.")
    )


def _kept() -> None:
    """Choose among the clients that are kept; the database is asked only while this is open."""
    drawer = st.popover(say("From my caseload"), icon=":material/folder_shared:", key="s_from_kept", on_change="rerun")
    if not drawer.open:
        return
    with drawer:
        search = st.text_input(say("Pseudonym begins with"), key="s_from_search", max_chars=40)
        found: list[Listed] = []
        if not desk.attempt("from_kept", lambda there: found.extend(there.clients.page(search, limit=OFFERED))):
            return desk.told("from_kept")
        known = {str(one.id): one for one in found}
        if not known:
            st.markdown(say("Nobody here. The page Caseload is where clients are kept."))
            return None
        chosen = st.multiselect(
            say("Clients"), list(known), format_func=lambda name: _label(known[name].client), key="s_from_chosen"
        )
        st.button(
            say("Add to the plan"), key="s_from_add", type="primary", on_click=_add_kept,
            args=([known[name].client for name in chosen],), disabled=not chosen,
        )  # fmt: skip
    return None


def _add_kept(chosen: list[Client]) -> None:
    st.session_state[KEY] = {**clients(), **{client.id: client for client in chosen}}
    st.session_state["s_from_chosen"], st.session_state["s_from_kept"] = [], False


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
    return _label(clients()[name])


def _label(client: Client) -> str:
    return f"{client.id} · {client.age_years:g} · {say(SETTING_NAMES[client.setting])}"
