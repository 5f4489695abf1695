"""The goals of a client with their charts, and the way to work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from otrec.app import layout, routes
from otrec.app.goals import chart, stored
from otrec.app.language import say
from otrec.progress import progress_report

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient


def draw(there: Desk, client: KeptClient) -> None:
    """Every goal in words, and the chart of one."""
    file = there.records.progress(client.id).file
    if file is None and not client.may_write:
        return layout.empty(
            say("No goal yet"), say("Goals stand here once the colleague words one."), ":material/flag:"
        )
    if file is None:
        layout.empty(
            say("No goal yet"), say("Word the first one so that it can be measured, and follow it with data."),
            ":material/flag:",
        )  # fmt: skip
        return way_in(there, client)
    names = {goal.id: goal.text for goal in file.goals}
    chosen = next(iter(names))
    if len(names) > 1:
        chosen = st.selectbox(
            say("Goal"), list(names), format_func=lambda name: f"{name}: {names[name]}", key=f"s_goal_of_{client.id}"
        )
    goal = file.goal(chosen)
    with st.container(border=True, key=f"card_kept_goal_{chosen}"):
        st.text(goal.text)
        as_of = max(item.date for item in (goal.baseline, *goal.points))
        chart.draw(goal, progress_report(file, goal.id, as_of), as_of)
    return way_in(there, client)


def way_in(there: Desk, client: KeptClient) -> None:
    """Open the record on the page Goals & progress."""
    label = say("Work on goals and points") if client.may_write else say("Open in Goals & progress")
    if st.button(label, icon=":material/flag:", key="s_work_on"):
        stored.open_record(there, client)
        st.session_state["v_goals"] = "progress"
        st.switch_page(routes.page("goals"))
