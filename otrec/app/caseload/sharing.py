"""Showing a client to colleagues, to read or also to change, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import desk
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient

MAY: Final = {"read": "to read", "change": "to read and change"}


def draw(there: Desk, client: KeptClient) -> None:
    """Who sees the client at present, and one more."""
    st.markdown(say("Colleagues see the whole record, from now until you withdraw it."))
    found = there.sharing.of(client.id)
    if not found:
        st.markdown(say("You share this client with nobody."))
    for place, share in enumerate(found):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"row_share_{place}"):
            st.text(share.login)
            st.badge(say(MAY["change" if share.may_write else "read"]), color="gray")
            st.caption(say("since {day}", day=f"{share.granted_at:%Y-%m-%d}"))
            st.button(
                say("Withdraw"), icon=":material/person_remove:", key=f"s_withdraw_{place}", type="tertiary",
                on_click=_withdraw, args=(client, share.login), help=say("Withdraw from {login}", login=share.login),
            )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_share"):
        st.text_input(say("Login of a colleague"), key="s_share_login", max_chars=254, width=280)
        st.selectbox(say("They may"), list(MAY), format_func=lambda name: say(MAY[name]), key="s_share_may", width=210)
        st.button(say("Share"), icon=":material/person_add:", key="s_share", on_click=_share, args=(client,))
    desk.told("sharing")


def _share(client: KeptClient) -> None:
    login, change = st.session_state.get("s_share_login") or "", st.session_state.get("s_share_may") == "change"
    if desk.attempt("sharing", lambda there: there.sharing.share(client.id, login, may_write=change)):
        st.session_state["s_share_login"] = ""


def _withdraw(client: KeptClient, login: str) -> None:
    desk.attempt("sharing", lambda there: there.sharing.withdraw(client.id, login))
