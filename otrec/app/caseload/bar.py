"""What of the caseload stands above the profile form: keep the client, and whether anything is not kept yet."""

from __future__ import annotations

import streamlit as st

from otrec.app import desk, routes
from otrec.app.caseload import kept, words
from otrec.app.language import say


def draw() -> None:
    """The client of the caseload in the form, or the way to put this one there."""
    st.session_state.pop(kept.FORM_ON, None)
    there = kept.current()
    if there is not None and kept.gone(there):
        desk.refuse("caseload", say("{client} is no longer on your caseload.", client=there.client.id))
        st.rerun()
    desk.told("caseload")
    if there is None:
        return offer("new", say("Keep on my caseload"))
    changed = kept.changed()
    told = say("changes are not kept yet") if changed else say("kept as version {number}", number=there.version)
    with st.container(key="kept_client", gap="small"):
        st.markdown(f":material/{'edit' if changed else 'check_circle'}: **{there.client.id}** · {told}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if there.may_write:
                st.button(
                    say("Keep on my caseload"), icon=":material/save:", key="s_keep", on_click=kept.save,
                    disabled=not changed or kept.BEHIND in st.session_state,
                )  # fmt: skip
            shown = st.button(say("Record"), icon=":material/folder_shared:", key="s_record_of", type="tertiary")
        if not there.may_write:
            st.caption(say("This client is shown to you to read; changes of the form stay in this session."))
    _behind()
    words.warned("kept", kept.save_all_the_same)
    desk.told("kept")
    if shown and kept.look(there.id):
        st.switch_page(routes.page("caseload"))
    return None


def _behind() -> None:
    """Somebody saved meanwhile: both are there, and the person chooses."""
    told = st.session_state.get(kept.BEHIND)
    if not told:
        return
    st.error(told, icon=":material/sync_problem:")
    st.caption(say("What you typed still stands in the form. Every version is kept, whichever you choose."))
    st.button(say("Open what is kept"), icon=":material/refresh:", key="s_keep_theirs", on_click=kept.reopen)
    st.button(
        say("Keep mine as the newest"), icon=":material/save:", key="s_keep_mine", on_click=kept.save,
        kwargs={"newest": True},
    )  # fmt: skip


def offer(place: str, label: str, *, icon: str = ":material/bookmark_add:") -> None:
    """Keep the client in the form under a pseudonym."""
    with st.popover(label, icon=icon, key=f"s_offer_{place}"):
        key = f"s_code_{place}_{st.session_state['p_id']}"
        st.session_state.setdefault(key, st.session_state["p_id"])
        pseudonym(key)
        st.button(
            say("Keep"), icon=":material/save:", key=f"s_keep_{place}", on_click=kept.add, args=(place, key)
        )  # fmt: skip
        words.warned(place, kept.add, place, key)
        desk.told(place)


def pseudonym(key: str) -> None:
    """The field for a pseudonym."""
    st.text_input(
        say("Pseudonym"), key=key, max_chars=40, placeholder="c014",
        help=say("Letters, digits, - and _. Never a name, initials, a birth date or a record number."),
    )  # fmt: skip
