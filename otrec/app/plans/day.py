"""A day: everybody's session, one bag, what one more tool would unlock, and the sheet to print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from otrec.app import cards, feedback, layout
from otrec.app.language import say
from otrec.app.plans import caseload, sheets
from otrec.models import OtrecError
from otrec.models.terms import SETTING_NAMES

if TYPE_CHECKING:
    from otrec.planning import Day

KEEP: Final = "session"


def draw() -> None:
    """The day page."""
    caseload.gather()
    there = caseload.clients()
    if not there:
        return layout.empty(
            say("Nobody to see yet"),
            say("Add clients above: the one in the form, client files, or invented ones to try it with."),
            ":material/event:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        first = st.text_input(say("First session, HH:MM"), "08:30", key="s_day_start", max_chars=5, width=170)
        between = st.number_input(say("Minutes in between"), 0, 240, 5, step=5, key="s_day_between", width=170)
        give = st.slider(
            say("A plan may give up, %"),
            0,
            30,
            5,
            key="s_day_give",
            help=say("How much of its own best each plan may give up so that the bag gets smaller."),
        )
    from otrec.planning import pack_day, time_of

    try:
        with st.spinner(say("Packing …")):
            day = pack_day(
                feedback.engine(),
                list(there.values()),
                give=give / 100,
                starts=time_of(first) if first else None,
                between=int(between),
            )
    except OtrecError as error:
        return layout.refused(say("No day yet"), error)
    _bag(day)
    _round(day)
    _unlocks(day)
    layout.section(say("Print and save"))
    sheets.offered(
        "day",
        lambda _, look: sheets.round_sheet(day.to_dict(), look),
        lambda: json.dumps(day.to_dict(), indent=2, ensure_ascii=False, default=str),
    )


def _bag(day: Day) -> None:
    layout.announce(say("Clients: {clients}. Tools in the bag: {tools}.", clients=len(day.plans), tools=len(day.bag)))
    layout.section(say("The bag"))
    if not day.bag:
        st.markdown(say("Nothing has to be carried: every session works with what is there."))
    for item in day.packing:
        st.checkbox(f"{item['name']} ({', '.join(item['for_clients'])})", key=f"s_packed_{item['tool']}")
    proved = say("No smaller bag serves all of these sessions.") if day.proved else say("A smaller bag may exist.")
    st.caption(proved)
    for place, reason in day.failed:
        st.warning(say("Client {number}: {reason}", number=place + 1, reason=reason), icon=":material/event_busy:")


def _round(day: Day) -> None:
    layout.section(say("The round"))
    for plan, time in zip(day.plans, day.times, strict=True):
        place = say(SETTING_NAMES[plan.client.setting])
        head = f"{time or ''} {plan.client.id} · {place} · {say('{minutes} min', minutes=plan.wanted.minutes)}".strip()
        part = st.expander(head, key=f"s_round_{plan.client.id}", on_change="rerun")
        if not part.open:
            continue
        with part:
            rows = [
                {
                    say("Minute"): slot.start_minute,
                    say("min"): slot.minutes,
                    say("Session phase"): say(cards.PHASES[slot.phase]),
                    say("activity"): slot.activity.name,
                    say("if it fails"): slot.backup.name if slot.backup else "",
                }
                for slot in plan.slots
            ]
            st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("The session of {client}", client=plan.client.id))
            for slot in plan.slots:
                for caution in slot.cautions:
                    st.warning(f"{slot.activity.name}: {caution}", icon=":material/warning:")


def _unlocks(day: Day) -> None:
    if not day.unlocks:
        return
    layout.section(say("One more tool"))
    rows = [
        {say("tool"): item.name, say("activities"): item.activities, say("clients"): item.clients}
        for item in day.unlocks
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("What one more tool would unlock"))
