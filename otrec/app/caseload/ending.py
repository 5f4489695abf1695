"""What ends with a client: put away and taken back, or erased for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from otrec.app import desk
from otrec.app.caseload import kept
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient


def draw(_there: Desk, client: KeptClient) -> None:
    """Both, the one that cannot be undone behind the typed pseudonym."""
    if client.archived:
        st.markdown(say("This client is put away: not in the list, and nothing is deleted."))
        st.button(say("Take back"), icon=":material/unarchive:", key="s_archive", on_click=_archive, args=(client,))
    else:
        st.markdown(say("Putting away takes a client out of the list. Nothing is deleted; take them back at any time."))
        st.button(say("Put away"), icon=":material/archive:", key="s_archive", on_click=_archive, args=(client,))
    st.divider()
    st.markdown(say("Erasing deletes profile, versions, goals, sessions and plans for good. Nobody can bring it back."))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_erase"):
        st.text_input(
            say("To confirm, type the pseudonym: {client}", client=client.client.id), key=f"s_erase_{client.id}",
            max_chars=40, width=320,
        )  # fmt: skip
        st.button(
            say("Erase for good"), icon=":material/delete_forever:", key="s_erase", on_click=_erase, args=(client,)
        )
    desk.told("ending")


def _archive(client: KeptClient) -> None:
    away = not client.archived
    if desk.attempt("ending", lambda there: there.clients.archive(client.id, away=away)):
        kept.learn(client.model_copy(update={"archived": away}))


def _erase(client: KeptClient) -> None:
    typed = (st.session_state.get(f"s_erase_{client.id}") or "").strip()
    if typed != client.client.id:
        return desk.refuse("ending", say("Nothing was erased: the pseudonym is not the one of this client."))
    if desk.attempt("ending", lambda there: there.clients.erase(client.id)):
        kept.forget(client.id)
    return None
