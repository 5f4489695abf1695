"""A group: who is in it, the shared session, each member's step, goal and role, and who could be seen together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from otrec.app import cards, desk, feedback, layout
from otrec.app.language import say
from otrec.app.plans import caseload
from otrec.app.plans.session import listed
from otrec.models import Client, OtrecError

if TYPE_CHECKING:
    from otrec.planning import GroupPlan, Member

KEEP: Final = "session"


def draw() -> None:
    """The group page: members, their session, and suggestions."""
    caseload.gather()
    there = caseload.clients()
    if len(there) < 2:
        return layout.empty(
            say("A group needs two to eight clients"),
            say("Add clients above: the one in the form, client files, or invented ones to try it with."),
            ":material/group_add:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        chosen = st.multiselect(
            say("Members"),
            list(there),
            format_func=caseload.label,
            key="s_members",
            persist_state=KEEP,
            max_selections=8,
        )
        minutes = st.number_input(
            say("Minutes"),
            5,
            120,
            value=None,
            step=5,
            placeholder=say("shortest profile"),
            key="s_group_minutes",
            width=170,
        )
    if len(chosen) >= 2:
        _session([there[name] for name in chosen], None if minutes is None else int(minutes))
    else:
        layout.empty(say("Choose two to eight members"), say("Or take a suggestion below."), ":material/groups:")
    _suggestions(list(there.values()))


def _session(members: list[Client], minutes: int | None) -> None:
    from otrec.planning import plan_group

    try:
        plan = plan_group(feedback.engine(), members, minutes=minutes)
    except OtrecError as error:
        return layout.refused(say("No session fits this group"), error)
    layout.announce(
        say("The worst-off member gets {worst} of 100; no other session gives them more.", worst=f"{plan.worst:.0f}")
    )
    for line in plan.warnings:
        st.info(desk.plain(line), icon=":material/info:")
    told = plan.to_dict()
    _timeline(told["phases"])
    for member in plan.members:
        _member(member, plan)
    _lists(plan, told)


def _timeline(phases: list[dict[str, Any]]) -> None:
    rows = [
        {
            say("Minute"): slot["start_minute"],
            say("min"): slot["minutes"],
            say("Session phase"): say(cards.PHASES[slot["phase"]]),
            say("activity"): slot["name"],
        }
        for slot in phases
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("The session of the group"))


def _member(member: Member, plan: GroupPlan) -> None:
    """One member: what the session is worth to them, and their step in each activity."""
    with st.container(border=True, key=f"card_member_{member.client.id}"):
        st.header(member.client.id, anchor=False)
        st.markdown(
            say(
                "{value} of 100, a share of {share} %. Goal: {goal}. {role}: {task}.",
                value=f"{member.value:.0f}",
                share=f"{100 * member.share:.0f}",
                goal=member.goal,
                role=member.role.name,
                task=member.role.task,
            )
        )
        for item in plan.activities:
            st.markdown(f"- **{item.name}**: {member.grades[item.id].text}")
            for caution in member.cautions[item.id]:
                st.warning(caution, icon=":material/warning:")


def _lists(plan: GroupPlan, told: dict[str, Any]) -> None:
    left, right = st.columns(2)
    with left:
        layout.section(say("Get out"))
        st.markdown(listed(plan.materials) or say("Nothing."))
    with right:
        for title, key in ((say("Set up"), "set_up"), (say("Note down"), "measure"), (say("Clear away"), "clean_up")):
            if told[key]:
                layout.section(title)
                st.markdown("\n".join(f"- {line}" for line in told[key]))
    layout.section(say("To close"))
    with st.container(border=True, key="closing"):
        st.markdown(told["reflection_question"])
    st.download_button(
        "JSON",
        lambda: json.dumps(told, indent=2, ensure_ascii=False),
        "otrec_group.json",
        "application/json",
        on_click="ignore",
        icon=":material/data_object:",
    )


def _suggestions(clients: list[Client]) -> None:
    """Whom to see together, worked out only when somebody looks."""
    part = st.expander(say("Whom to see together"), icon=":material/diversity_3:", key="s_suggest", on_change="rerun")
    if not part.open:
        return
    from otrec.planning import suggest_groups

    with part:
        st.caption(say("Free times: one column a client; groups are made among those who are free together."))
        most = st.slider(say("At most so many in a group"), 2, 8, 3, key="s_most")
        rows = pd.DataFrame({say("client"): [one.id for one in clients], say("free"): [""] * len(clients)})
        edited = st.data_editor(
            rows,
            hide_index=True,
            disabled=[say("client")],
            key="s_free",
            alt=say("Free times of each client, with commas"),
        )
        times = {
            name: [time.strip() for time in text.split(",") if time.strip()]
            for name, text in edited.to_numpy().tolist()
        }
        free = times if any(times.values()) else None
        found = suggest_groups(feedback.engine(), clients, free, most=min(most, 4) if len(clients) > 20 else most)
        if not found:
            st.markdown(say("Nobody would be served well enough together."))
        for number, one in enumerate(found):
            when = f" ({', '.join(one.free)})" if one.free else ""
            st.button(
                f"{', '.join(one.clients)}{when}: {one.name}",
                key=f"s_take_group_{number}",
                on_click=_take,
                args=(list(one.clients),),
                type="tertiary",
                icon=":material/group_add:",
            )


def _take(members: list[str]) -> None:
    st.session_state["s_members"] = members
