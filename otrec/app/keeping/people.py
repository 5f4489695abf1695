"""People of the organisation and how long records are kept; for administrators, and on a machine of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from otrec.app import layout, signin
from otrec.app.keeping import kept
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Person

ROLE_NAMES = {
    "therapist": "Therapist", "supervisor": "Supervisor", "student": "Student", "researcher": "Researcher",
    "administrator": "Administrator",
}  # fmt: skip
MOST_DAYS = 36_525


def draw() -> None:
    """Everybody, with role and access, and a place to invite."""
    from otrec.store import ROLE_WORDS

    none: tuple[Person, ...] = ()
    for person in kept.ask(lambda found: found.office.colleagues(), none):
        _person(person)
    with st.container(border=True, key="card_invite"):
        st.subheader(say("Invite somebody"), anchor=False)
        revision = st.session_state.get("s_invited", 0)
        login = st.text_input(
            say("Login: e-mail address or user name"), key=f"s_invite_{revision}", max_chars=254,
            help=say("What they sign in with at your sign-in service."),
        )  # fmt: skip
        role = _role(say("Role"), f"s_invite_role_{revision}", "therapist")
        told = {str(name): words for name, words in ROLE_WORDS.items()}[role]
        st.caption(say(told).capitalize() + ".")
        st.button(say("Invite"), icon=":material/person_add:", key="s_invite", on_click=_invite, args=(login, role))


def _role(label: str, key: str, start: str) -> str:
    if key not in st.session_state:
        st.session_state[key] = start
    chosen: str = st.selectbox(label, list(ROLE_NAMES), format_func=lambda name: say(ROLE_NAMES[name]), key=key)
    return chosen


def _person(person: Any) -> None:
    who = signin.person()
    me = who is not None and who.person_id == person.id
    told = [say(ROLE_NAMES[person.role])]
    told += [] if person.has_signed_in else [say("not signed in yet")]
    told += [] if person.active else [say("may not sign in")]
    told += [say("this is you")] if me else []
    with st.container(border=True, key=f"row_person_{person.id}"):
        st.text(person.login)
        st.caption(" · ".join(told))
        if me:
            return
        part = st.popover(say("Change"), icon=":material/edit:", key=f"s_person_{person.id}", on_change="rerun")
        if part.open:
            with part:
                role = _role(say("Role of {login}", login=person.login), f"s_role_{person.id}_{person.role}",
                             person.role)  # fmt: skip
                st.button(say("Give this role"), key=f"s_role_save_{person.id}", disabled=role == person.role,
                          on_click=_change, args=(person.id,), kwargs={"role": role})  # fmt: skip
                st.button(
                    say("Let them sign in no longer") if person.active else say("Let them sign in again"),
                    key=f"s_active_{person.id}", on_click=_change, args=(person.id,),
                    kwargs={"active": not person.active}, type="tertiary",
                )  # fmt: skip


def _invite(login: str, role: str) -> None:
    if kept.change(lambda found: found.office.invite(login, role)):
        st.session_state["s_invited"] = st.session_state.get("s_invited", 0) + 1


def _change(person_id: Any, **values: Any) -> None:
    st.session_state[f"s_person_{person_id}"] = False
    kept.change(lambda found: found.office.change(person_id, **values))


def retention(may_set: bool) -> None:
    """For how long clients who were put away are kept."""
    layout.section(say("How long records are kept"))
    days: int | None = kept.ask(lambda found: found.office.retention(), None)
    if days is None:
        st.markdown(say("Clients who were put away are kept until somebody erases them."))
    else:
        st.markdown(say("Clients who were put away may be erased {days} days after their last change.", days=days))
    st.caption(say("`otrec db purge` erases what is older; nothing is erased by itself."))
    if not may_set:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = st.number_input(
            say("Days (30 or more); empty is for ever"), 30, MOST_DAYS, value=days, step=30, key="s_retain_days",
            width=300,
        )  # fmt: skip
        st.button(say("Set"), icon=":material/check:", key="s_retain", on_click=_retain, args=(given,))


def _retain(days: int | None) -> None:
    kept.change(lambda found: found.office.retain(None if days is None else int(days)))
