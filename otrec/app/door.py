"""What stands before the pages: why the app may not be reached here, the sign-in page, and the way out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from otrec.app import access, language, routes, signin
from otrec.app.language import say
from otrec.models import OtrecError


def admits() -> bool:
    """Whether the pages may be drawn; if not, what stands in their place has been drawn."""
    asked = signin.setting()
    reasons = _refusals(asked)
    if reasons:
        _instead(say("Not open"), lambda: _refused(reasons))
        return False
    if not asked.wanted:
        return True
    why = signin.arrive()
    if why:
        _instead(say("Sign in"), lambda: _sign_in(why))
    return not why


def account() -> None:
    """The menu of the person who is signed in; nothing on a machine of one person."""
    person = signin.person()
    if person is None:
        return
    with st.popover(say("Account"), icon=":material/account_circle:"):
        st.text(person.login)
        st.caption(_role(person.role))
        st.button(say("Sign out"), icon=":material/logout:", key="s_sign_out", on_click=signin.leave)


def _refusals(asked: access.Setting) -> list[str]:
    """Why this server may not show the pages, also when it was not started with `otrec app`."""
    try:
        found = access.refusals(
            st.get_option("server.address"), asked, st.get_option("server.allowedHosts") or [], _has_people
        )
    except OtrecError as error:
        return [str(error)]
    return found + access.loosened(st.get_option, asked)


def _has_people() -> bool:
    return "s_identity" in st.session_state or signin.store().people.any()


def _instead(title: str, drawn: Callable[[], None]) -> None:
    """One page in place of all others; every address leads to it, so that none tells what is behind."""
    pages = [st.Page(drawn, title=title, url_path=name, default=name == routes.NAMES[0]) for name in routes.NAMES]
    st.navigation(pages, position="hidden").run()


def _refused(reasons: Sequence[str]) -> None:
    with _card():
        st.title(say("otrec is not open at this address"), anchor=False)
        st.markdown(say("Before it shows anything, this has to be put right:"))
        st.markdown("\n".join(f"- {reason.removesuffix('.')}." for reason in reasons))
        st.markdown(say("How to set it up: {guide}.", guide=f"`{access.GUIDE}`"))


def _sign_in(why: str) -> None:
    with _card():
        st.title(say("Sign in to otrec"), anchor=False)
        st.markdown(
            say("It suggests occupational-therapy activities for one client, says why, and holds back what is unsafe.")
        )
        told = _sentence(why)
        if told:
            st.info(told, icon=":material/lock:")
        st.button(
            say("Sign in"), type="primary", icon=":material/login:", width="stretch", key="door_in", on_click=st.login
        )
        if st.user.get("is_logged_in"):
            st.button(say("Sign out"), icon=":material/logout:", width="stretch", key="door_out", on_click=signin.leave)
        st.caption(
            say("Clients stand here under a pseudonym: write no name, birth date or address of a client anywhere.")
        )
        language.choose()


def _card() -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal_alignment="center").container(width=480, border=True, gap="medium", key="card_door")


def _sentence(why: str) -> str:
    """Why somebody is not let in, in a sentence; nothing for those who just came."""
    return {
        "out": "",
        "left": "",
        "idle": say("You were signed out because nothing happened for a while."),
        "expired": say("Your sign-in has run out. Sign in again to go on."),
        "long": say("Your sign-in has run out. Sign in again to go on."),
        "early": say("The clock of your sign-in service is ahead of this one. Try again, or tell your administrator."),
        "issuer": say("This sign-in was made elsewhere and does not count here. Sign in again."),
        "incomplete": say("Your sign-in service left something out that is needed. Tell your administrator."),
        "uninvited": say(
            "You have not been invited yet. Ask your administrator to add your login, then sign in again."
        ),
        "store": say(
            "The database does not answer. Nothing was lost; try again in a moment, or tell your administrator."
        ),
    }[why]


def _role(role: str) -> str:
    return {
        "therapist": say("Therapist"),
        "supervisor": say("Supervisor"),
        "student": say("Student"),
        "researcher": say("Researcher"),
        "administrator": say("Administrator"),
    }.get(role, role)
