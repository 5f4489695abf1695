"""Start from last time: the last plan, what was done and the next step that was agreed, carried into a new plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import desk, feedback
from otrec.app.caseload import kept
from otrec.app.language import say
from otrec.models import Client

if TYPE_CHECKING:
    from otrec.progress import SessionRecord
    from otrec.store import Desk, KeptClient, KeptPlan

#: So many sessions back are put into the history of the profile.
SESSIONS_BACK: Final = 10
LEAST_MINUTES, MOST_MINUTES = 5, 120


def begin(there: Desk, client: KeptClient) -> bool:
    """Fill form and wishes from the record; says whether it could be read."""

    def act(found: Desk) -> None:
        file = found.records.progress(client.id).file
        plans = [plan for plan in found.records.plans(client.id) if plan.kind == "session"]
        _carry(client, file.sessions if file else (), plans[0] if plans else None)

    return desk.attempt("caseload", act)


def _carry(client: KeptClient, sessions: Iterable[SessionRecord], plan: KeptPlan | None) -> None:
    held = list(sessions)
    known = feedback.engine().library.activities
    profile = with_history(client.client, held[-SESSIONS_BACK:], known)
    kept.into_form(client, profile)
    phases: list[dict[str, Any]] = plan.content.get("phases", []) if plan else []
    there = [slot for slot in phases if slot.get("activity_id") in known]
    main = [slot["activity_id"] for slot in there if slot.get("phase") == "practice"][:1]
    include = [name for name in main if name not in profile.not_again]
    minutes = plan.content.get("minutes") if plan else None
    st.session_state["s_include"], st.session_state["s_plan_repeat"] = include, bool(include)
    if isinstance(minutes, int) and LEAST_MINUTES <= minutes <= MOST_MINUTES:
        st.session_state["s_plan_minutes"] = minutes
    else:
        st.session_state["s_plan_minutes"] = None
    following = next((session for session in reversed(held) if session.next_step), None)
    st.session_state[kept.LAST] = {
        "client": client.id,
        "session": held[-1].date.isoformat() if held else "",
        "plan": (plan.for_date or plan.made_at.date()).isoformat() if plan else "",
        "activities": [known[slot["activity_id"]].name for slot in there],
        "kept": [known[name].name for name in include],
        "next_step": following.next_step if following else "",
    }
    st.session_state["v_plan"] = "session"


def with_history(client: Client, sessions: Iterable[SessionRecord], known: Collection[str]) -> Client:
    """The profile with what was done in sessions, beside what its history says already."""
    history = [past.model_dump(mode="json") for past in client.history]
    there = {(past["activity"], past["date"]) for past in history}
    for session in sessions:
        day = session.date.isoformat()
        for done in session.activities:
            if done.activity in known and (done.activity, day) not in there and session.date <= dt.date.today():
                history.append({"activity": done.activity, "date": day, "response": done.response or "neutral"})
                there.add((done.activity, day))
    return Client.parse({**client.model_dump(mode="json", by_alias=True), "history": history})


def last() -> dict[str, Any]:
    """What was carried over for the client in the form; empty if nothing was."""
    found: dict[str, Any] = st.session_state.get(kept.LAST) or {}
    return found if found and found["client"] == st.session_state.get(kept.KEPT) else {}


def draw() -> None:
    """What was carried over, above the plan that was made from it."""
    found = last()
    if not found:
        return
    with st.container(border=True, key="from_last"):
        st.markdown(f":material/restart_alt: **{say('From last time')}**")
        if found["next_step"]:
            st.markdown(say("Next step that was agreed:"))
            st.text(found["next_step"])
        if found["session"]:
            st.markdown(say("Last session: {day}. What was done then stands in the history.", day=found["session"]))
        if found["activities"]:
            names = " · ".join(found["activities"])
            st.markdown(say("Last plan, of {day}: {names}", day=found["plan"], names=desk.plain(names)))
        if found["kept"]:
            st.markdown(say("Goes on with: {names}", names=desk.plain(", ".join(found["kept"]))))
        if not (found["session"] or found["activities"]):
            st.markdown(say("No session and no plan is kept yet; this plan starts from the profile."))
