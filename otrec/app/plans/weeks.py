"""A block of weeks for the client in the form: sessions that build on one another, reviews, and what is for home."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import desk, feedback, layout, state
from otrec.app.caseload import plans
from otrec.app.language import say
from otrec.exchange.calendar import block_calendar
from otrec.models import Client, OtrecError

if TYPE_CHECKING:
    from otrec.planning import Block, HomeItem

KEEP: Final = "session"


def draw() -> None:
    """The block of the client in the form."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        weeks = st.number_input(say("Weeks"), 1, 26, 6, key="s_weeks", persist_state=KEEP, width=130)
        often = st.number_input(say("Sessions a week"), 1, 5, 1, key="s_often", persist_state=KEEP, width=150)
        first = st.text_input(say("First day, YYYY-MM-DD"), key="s_first_day", placeholder=say("today"), width=190)
    block = _block(int(weeks), int(often), first or "")
    if block is None:
        return
    layout.announce(say("{sessions} sessions in {weeks} weeks.", sessions=len(block.sessions), weeks=block.weeks))
    for note in block.notes:
        st.info(desk.plain(note), icon=":material/info:")
    _home(block.home)
    _reviews(block)
    layout.section(say("Sessions"))
    for session in block.sessions:
        head = say("Session {number}, week {week}, {day}", number=session.number, week=session.week, day=session.date)
        part = st.expander(head, key=f"s_session_{session.number}", on_change="rerun")
        if part.open:
            with part:
                for item in session.plan.activities:
                    back = f" ({say('comes back')})" if item.id in session.returns else ""
                    st.markdown(f"- **{item.name}**{back}: {session.steps[item.id].text}")
    plans.keep("weeks", block.to_dict)
    st.download_button(
        say("Calendar"),
        lambda: block_calendar(block),
        "otrec_programme.ics",
        "text/calendar",
        on_click="ignore",
        icon=":material/calendar_month:",
        help=say("Sessions and reviews for any calendar; each session is set at nine o'clock."),
    )
    st.download_button(
        "JSON",
        lambda: json.dumps(block.to_dict(), indent=2, ensure_ascii=False, default=str),
        "otrec_programme.json",
        "application/json",
        on_click="ignore",
        icon=":material/data_object:",
    )


def _block(weeks: int, often: int, first: str) -> Block | None:
    from otrec.planning import day_of, plan_programme

    try:
        client = Client.parse(state.profile(), say("This profile"))
        starts = day_of(first) if first.strip() else None
        return plan_programme(feedback.engine(), client, weeks, per_week=often, starts=starts)
    except OtrecError as error:
        layout.refused(say("No block yet"), error)
        return None


def _home(items: tuple[HomeItem, ...]) -> None:
    layout.section(say("For home"))
    if not items:
        st.markdown(say("Nothing in the library fits this client at home."))
    for item in items:
        when = desk.plain(f"{item.when} · {item.with_whom}" if item.with_whom else item.when)
        with st.container(border=True, key=f"card_home_{item.activity.id}"):
            st.markdown(f"**{item.activity.name}**")
            st.markdown(f":small[{when} · {item.often} · {say('{minutes} min', minutes=item.activity.minutes)}]")
            st.markdown(item.activity.family)


def _reviews(block: Block) -> None:
    layout.section(say("Reviews"))
    for review in block.reviews:
        st.markdown(say("**After week {week}**, {day}: measure again", week=review.week, day=review.date))
        st.markdown("\n".join(f"- {line}" for line in review.measure))
