"""The record of one client: who it is, the next session, and its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import desk, feedback, layout, routes, signin
from otrec.app.caseload import ending, goals, history, kept, plans, sessions, sharing, start, trail
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient

PARTS: Final = {
    "goals": "Goals", "sessions": "Sessions", "plans": "Plans", "history": "History of the profile",
    "sharing": "Sharing", "trail": "Who looked", "ending": "Put away or erase",
}  # fmt: skip
DRAWN: Final[dict[str, Callable[[Desk, KeptClient], None]]] = {
    "goals": goals.draw, "sessions": sessions.draw, "plans": plans.draw, "history": history.draw,
    "sharing": sharing.draw, "trail": trail.draw, "ending": ending.draw,
}  # fmt: skip


def draw(there: Desk, client: KeptClient) -> None:
    """One client."""
    layout.head(client.client.id)
    _facts(client)
    desk.told("caseload")
    _actions(there, client)
    _next_session(client)
    left_out = {"sharing"} if signin.person() is None or not client.mine else set()
    left_out |= set() if client.mine else {"ending"}
    part = layout.switch(
        say("Part of the record"), {name: words for name, words in PARTS.items() if name not in left_out}, "v_record"
    )
    layout.announce(say(PARTS[part]), shown=False, place=part)
    layout.section(say(PARTS[part]))
    DRAWN[part](there, client)


def _facts(client: KeptClient) -> None:
    profile = client.client
    told = say(
        "Age {age}, {setting}, {minutes} minutes.",
        age=f"{profile.age_years:g}",
        setting=say(SETTING_NAMES[profile.setting]).lower(),
        minutes=profile.minutes,
    )
    st.markdown(f"{told} {say('Version {number} of the profile.', number=client.version)}")
    terms = feedback.engine().library.barriers
    worst = sorted(profile.barriers.items(), key=lambda held: -held[1])
    names = [
        f"{terms[name].name.lower() if name in terms else name} ({say(SEVERITY_WORDS[degree])})"
        for name, degree in worst
    ]
    if names:
        st.markdown(f"**{say('Barriers')}**: {', '.join(names)}")
    with st.container(horizontal=True, gap="small", key="marks"):
        if not client.mine:
            st.badge(say("of a colleague"), icon=":material/group:", color="gray")
        if not client.may_write:
            st.badge(say("to read"), icon=":material/visibility:", color="gray")
        if client.archived:
            st.badge(say("put away"), icon=":material/inventory_2:", color="gray")


def _actions(there: Desk, client: KeptClient) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="look_actions"):
        begin = client.may_write and st.button(
            say("Start from last time"), type="primary", icon=":material/restart_alt:", key="s_start",
            help=say("Opens Plan with what was done before and the next step that was agreed."),
        )  # fmt: skip
        explore = st.button(say("Open in Explore"), icon=":material/explore:", key="s_explore")
        st.button(say("All clients"), icon=":material/arrow_back:", key="s_all", on_click=_close, type="tertiary")
    if begin and start.begin(there, client):
        st.switch_page(routes.page("plan"))
    if explore:
        kept.into_form(client)
        st.switch_page(routes.page("explore"))


def _close() -> None:
    st.session_state.pop(kept.OPEN, None)


def _next_session(client: KeptClient) -> None:
    key = f"s_next_{client.id}_{client.next_session}"
    st.session_state.setdefault(key, client.next_session.isoformat() if client.next_session else "")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_next"):
        st.text_input(
            say("Next session, YYYY-MM-DD"), key=key, max_chars=10, width=210, placeholder=say("none set"),
            disabled=not client.may_write,
        )  # fmt: skip
        if client.may_write:
            st.button(
                say("Set the day"), icon=":material/event:", key="s_next_set", on_click=_schedule, args=(client, key)
            )
            week = (client.next_session or dt.date.today()) + dt.timedelta(days=7)
            st.button(
                say("A week later: {day}", day=week.isoformat()), key="s_next_week", on_click=_plan_for,
                args=(client, week), type="tertiary",
            )  # fmt: skip
    desk.told("next")


def _schedule(client: KeptClient, key: str) -> None:
    from otrec.planning import day_of

    given = (st.session_state.get(key) or "").strip()
    try:
        day = day_of(given) if given else None
    except OtrecError as error:
        return desk.refuse("next", str(error))
    return _plan_for(client, day)


def _plan_for(client: KeptClient, day: dt.date | None) -> None:
    if desk.attempt("next", lambda there: there.clients.schedule(client.id, day)):
        kept.learn(client.model_copy(update={"next_session": day}))
