"""The plans that were kept of a client, and the button on the Plan page that keeps one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from otrec.app import cards, desk, layout
from otrec.app.caseload import kept, start
from otrec.app.language import say
from otrec.app.plans import sheets

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient, KeptPlan


def draw(there: Desk, client: KeptClient) -> None:
    """The last plans, newest first."""
    found = there.records.plans(client.id)
    desk.told("plans")
    if not found and not client.may_write:
        st.markdown(say("No plan is kept yet."))
        return None
    if not found:
        return layout.empty(
            say("No plan is kept yet"),
            say("Open the client in Explore, plan a session, and choose **Keep this plan** below it."),
            ":material/event_note:",
        )
    for plan in found:
        _plan(client, plan)
    return None


def _plan(client: KeptClient, plan: KeptPlan) -> None:
    day = (plan.for_date or plan.made_at.date()).isoformat()
    phases = plan.content.get("phases", [])
    told = say("Session of {day}", day=day) if plan.kind == "session" else say("Block of weeks from {day}", day=day)
    part = st.expander(told, icon=":material/event_note:", key=f"s_kept_plan_{plan.id}", on_change="rerun")
    if not part.open:
        return
    with part:
        for slot in phases:
            st.text(_slot(slot))
        for held in plan.content.get("sessions", []):
            st.text(_held(held))
        if step := (plan.content.get("from_last") or {}).get("next_step"):
            st.markdown(say("Next step that was agreed:"))
            st.text(step)
        if plan.kind == "session":
            sheets.offered(
                f"kept_{plan.id}",
                lambda audience, look: sheets.session_sheet(plan.content, audience, look),
                lambda: json.dumps(plan.content, indent=2, ensure_ascii=False),
                audiences=True,
            )
        if client.may_write:
            st.button(
                say("Delete this plan"), icon=":material/delete:", key=f"s_drop_plan_{plan.id}", type="tertiary",
                on_click=_drop, args=(client, plan.id),
            )  # fmt: skip


def _slot(slot: dict[str, Any]) -> str:
    """One activity of a session, in two lines."""
    phase = say(cards.PHASES.get(slot.get("phase", ""), ""))
    minutes = say("{minutes} min", minutes=slot.get("minutes"))
    spare = slot.get("backup_name")
    told = f"{slot.get('start_minute')}′ · {minutes} · {phase}: {slot.get('name')}"
    return f"{told}\n{say('If it fails: {name}', name=spare)}" if spare else told


def _held(held: dict[str, Any]) -> str:
    """One session of a block, in two lines."""
    head = say(
        "Session {number}, week {week}, {day}", number=held.get("number"), week=held.get("week"), day=held.get("date")
    )
    names = [str(slot.get("name")) for slot in held.get("plan", {}).get("phases", [])]
    return f"{head}\n{' · '.join(names)}"


def _drop(client: KeptClient, number: int) -> None:
    desk.attempt("plans", lambda there: there.records.drop_plan(client.id, number))


def keep(kind: Literal["session", "weeks"], content: Callable[[], dict[str, Any]]) -> None:
    """On the Plan page: keep the plan of a client who is on the caseload."""
    there = kept.current()
    if there is None:
        st.caption(say("Keep the client on your caseload, in the form, to keep plans as well."))
        return
    if there.may_write:
        st.button(
            say("Keep this plan"), icon=":material/save:", key=f"s_keep_plan_{kind}", on_click=_keep,
            args=(kind, content),
        )  # fmt: skip
    done = st.session_state.pop("s_plan_kept", "")
    if done:
        st.success(done, icon=":material/check_circle:")
    desk.told("keep_plan")


def _keep(kind: Literal["session", "weeks"], content: Callable[[], dict[str, Any]]) -> None:
    there = kept.current()
    if there is None:
        return
    plain: dict[str, Any] = json.loads(json.dumps({**content(), "from_last": start.last()}, default=str))
    today = dt.date.today()
    if desk.attempt("keep_plan", lambda found: found.records.keep_plan(there.id, kind, plain, today)):
        st.session_state["s_plan_kept"] = say("Kept with {client}, for {day}.", client=there.client.id, day=today)
