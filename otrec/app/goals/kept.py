"""The goals that were worded in this session, and how they are handed on to be followed with data."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import streamlit as st

from otrec.app import layout
from otrec.app.goals import record, stored
from otrec.app.language import say
from otrec.goals import MEASURES, GoalDraft, wordings_of

GOALS: Final = "s_my_goals"
#: How a measure of the builder is kept in a record: its kind there. What is not in the table is a count.
AS_RECORDED: Final = {
    "opportunities": "trials", "steps": "trials", "percent": "trials", "minutes_taken": "duration",
    "minutes_kept": "duration", "hours_of_sleep": "duration",
}  # fmt: skip


def keep(draft: GoalDraft) -> None:
    """Add a goal to those of this session, once."""
    goals = mine()
    new = {"text": draft.text(), "reason": draft.reason(), "goal": as_record(draft, dt.date.today())}
    if new["text"] not in [goal["text"] for goal in goals]:
        st.session_state[GOALS] = [*goals, new]


def mine() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = st.session_state.get(GOALS, [])
    return found


def as_record(draft: GoalDraft, today: dt.date) -> dict[str, Any]:
    """The goal as a goal of a progress file that starts today; a share is kept as so many of 100."""
    kind = AS_RECORDED.get(draft.measure, "count")
    of = {"out_of": 100 if draft.measure == "percent" else draft.total} if kind == "trials" else {}
    ends = draft.by if isinstance(draft.by, dt.date) else today + dt.timedelta(weeks=draft.by)
    known = wordings_of(draft.occupation)
    return {
        "text": draft.text(),
        **({"occupation": known[0]} if known else {}),
        "measure": kind,
        "unit": draft.counted or MEASURES[draft.measure].unit,
        "direction": "up" if draft.kind.better == "more" else "down",
        "baseline": {"date": today.isoformat(), "value": draft.baseline, **of},
        "target": {"date": ends.isoformat(), "value": draft.target, **of},
        "points": [],
    }


def draw() -> None:
    """The list, with what can be done with each."""
    goals = mine()
    if not goals:
        return
    layout.section(say("My goals ({count})", count=len(goals)))
    for place, goal in enumerate(goals):
        with st.container(border=True, key=f"row_goal_{place}"):
            st.text(goal["text"])
            with st.container(horizontal=True, gap="small"):
                st.button(
                    say("Follow it with data"), icon=":material/show_chart:", key=f"s_follow_{place}",
                    on_click=_follow, args=(goal["goal"],),
                )  # fmt: skip
                st.button(
                    say("Take out"), icon=":material/close:", key=f"s_unkeep_{place}", on_click=_drop, args=(place,),
                    type="tertiary",
                )  # fmt: skip


def _follow(goal: dict[str, Any]) -> None:
    stored.follow()
    record.add(goal)
    st.session_state["v_goals"] = "progress"


def _drop(place: int) -> None:
    st.session_state[GOALS] = [goal for number, goal in enumerate(mine()) if number != place]
