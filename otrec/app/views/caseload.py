"""Caseload: the clients that a person keeps, and the record of each."""

from __future__ import annotations

import streamlit as st

from otrec.app import desk, layout
from otrec.app.caseload import client, kept, listing
from otrec.app.language import say
from otrec.models import OtrecError


def page() -> None:
    there = desk.desk()
    opened = kept.known(st.session_state.get(kept.OPEN))
    if there is None:
        layout.head(say("Caseload"))
        layout.empty(say("The caseload cannot be opened now"), desk.problem(), ":material/cloud_off:")
        st.button(say("Try again"), icon=":material/refresh:", on_click=desk.retry, key="s_desk_retry")
        st.markdown(say("All other pages work as before; what you enter there stays in this session."))
        return layout.foot()
    if opened is not None and kept.gone(opened):
        desk.refuse("caseload", say("{client} is no longer on your caseload.", client=opened.client.id))
        opened = None
    try:
        if opened is None:
            listing.draw(there)
        else:
            client.draw(there, opened)
    except OtrecError as error:
        layout.refused(say("This cannot be shown now"), error, ":material/cloud_off:")
        st.button(say("Back to the list"), icon=":material/arrow_back:", on_click=_back, key="s_back_from_error")
    return layout.foot(say("Clients stand here under a pseudonym, and no name belongs into any field."))


def _back() -> None:
    st.session_state.pop(kept.OPEN, None)
