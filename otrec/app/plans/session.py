"""One client's session: wishes, timeline, energy, reasons, lists, and what holds it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from otrec.app import cards, desk, feedback, form, layout, state
from otrec.app.caseload import kept, plans, start
from otrec.app.language import say
from otrec.app.plans import sheets, timeline
from otrec.models import Client, OtrecError

if TYPE_CHECKING:
    from otrec.planning import Material, Plan

STATES: Final = {"usual": "As the profile says", "over": "Over-aroused", "under": "Under-aroused", "steady": "Steady"}
KEEP: Final = "session"
MOST_MINUTES, LEAST_MINUTES = 120, 5


def draw() -> None:
    """The session of the client in the form."""
    start.draw()
    wishes = _wishes()
    plan = planned(wishes)
    if plan is None:
        return
    layout.announce(
        say(
            "{planned} of {minutes} minutes planned; each minute is worth {worth} of 100.",
            planned=plan.total_minutes,
            minutes=plan.wanted.minutes,
            worth=f"{plan.objective:.0f}",
        )
    )
    for line in plan.warnings:
        st.info(desk.plain(line), icon=":material/info:")
    timeline.draw(plan, _move, _swap)
    _curve(plan)
    layout.section(say("To close"))
    with st.container(border=True, key="closing"):
        st.markdown(plan.reflection_question)
    _lists(plan)
    _details(plan)
    _held(plan)
    _download(plan)


def _wishes() -> dict[str, Any]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        minutes = st.number_input(
            say("Minutes"),
            LEAST_MINUTES,
            MOST_MINUTES,
            value=None,
            step=5,
            placeholder=say("as in the profile"),
            key="s_plan_minutes",
            persist_state=KEEP,
            width=210,
        )
        how = st.selectbox(
            say("The client comes in"),
            list(STATES),
            format_func=lambda name: say(STATES[name]),
            key="s_plan_state",
            persist_state=KEEP,
            width=210,
        )
        with st.popover(say("More"), icon=":material/tune:"):
            household = st.toggle(
                say("A household thing may stand in for a tool"), key="s_plan_house", persist_state=KEEP
            )
            repeat = st.toggle(
                say("Repeat what was done in the last two sessions"), key="s_plan_repeat", persist_state=KEEP
            )
            st.caption(say("What is in the bag stands in the form, under Bag."))
    names = feedback.engine().library.activities
    include = st.multiselect(
        say("Has to be in it"),
        list(names),
        format_func=lambda name: names[name].name,
        key="s_include",
        persist_state=KEEP,
        placeholder=say("nothing in particular"),
    )
    return {
        "include": include,
        "minutes": None if minutes is None else int(minutes),
        "state": None if how == "usual" else how,
        "household": household,
        "repeat": repeat,
    }


def planned(wishes: dict[str, Any]) -> Plan | None:
    """The plan of the session, as it was arranged by hand; a new one when profile, wishes or ranking changed."""
    from otrec.planning import plan_session

    try:
        client = Client.parse(state.profile(), say("This profile"))
        engine = feedback.engine()
        key = (client.model_dump_json(), json.dumps(wishes), json.dumps(state.weights()), engine.version)
        if st.session_state.get("s_plan_key") != key:
            st.session_state["s_plan"] = plan_session(engine, client, weights=state.weights(), **wishes)
            st.session_state["s_plan_key"], st.session_state["s_plan_said"] = key, ""
    except OtrecError as error:
        st.session_state.pop("s_plan_key", None)
        layout.refused(say("No session fits yet"), error)
        return None
    plan: Plan = st.session_state["s_plan"]
    return plan


def _move(place: int, to: int) -> None:
    plan: Plan = st.session_state["s_plan"]
    name = plan.slots[place].activity.name
    st.session_state["s_plan"] = plan.moved(place, to)
    st.session_state["s_plan_said"] = say("{name} is now number {place}.", name=name, place=to + 1)


def _swap(place: int) -> None:
    plan: Plan = st.session_state["s_plan"]
    st.session_state["s_plan"] = plan.swapped(place)
    name = st.session_state["s_plan"].slots[place].activity.name
    st.session_state["s_plan_said"] = say("Number {place} is now {name}.", name=name, place=place + 1)


def _curve(plan: Plan) -> None:
    """Demand over the minutes of the session, and the same as a table."""
    rows = [
        {
            "start": slot.start_minute,
            "end": slot.start_minute + slot.minutes,
            "level": slot.level,
            "phase": say(cards.PHASES[slot.phase]),
            "name": slot.activity.name,
        }
        for slot in plan.slots
    ]
    frame = pd.DataFrame(rows)
    across = alt.X("start:Q", title=say("Minute"), scale=alt.Scale(domain=[0, plan.wanted.minutes], nice=False))
    up = alt.Y(
        "level:Q", title=say("Demand, 1-5"), scale=alt.Scale(domain=[0, 5.8]), axis=alt.Axis(values=[1, 2, 3, 4, 5])
    )
    tip = [alt.Tooltip("name", title=say("activity")), alt.Tooltip("level", title=say("Demand, 1-5"))]
    ink, teal = ("#f3f1ec", "#7bd8c9") if st.context.theme.type == "dark" else ("#0f1211", "#0b625b")
    base = alt.Chart(frame)
    bars = base.mark_rect(opacity=0.3, color=teal, stroke=ink, strokeWidth=1).encode(
        x=across, x2="end:Q", y=up, y2=alt.datum(0), tooltip=tip
    )
    names = base.mark_text(dy=-8, align="left", dx=2, color=ink).encode(x=across, y=up, text="phase:N")
    picture = (bars + names).properties(height=200)
    st.altair_chart(picture, alt=say("Energy curve: demand over the minutes of the session"))
    table = st.expander(say("The curve as a table"), icon=":material/table:", key="s_curve_table", on_change="rerun")
    if table.open:
        with table:
            heads = {
                "start": say("Minute"), "end": say("until"), "level": say("Demand, 1-5"), "phase": say("Session phase"),
                "name": say("activity"),
            }  # fmt: skip
            st.dataframe(frame.rename(columns=heads), hide_index=True, alt=say("Energy curve as a table"))


def _lists(plan: Plan) -> None:
    left, right = st.columns(2)
    with left:
        layout.section(say("Get out"))
        st.markdown(listed(plan.materials) or say("Nothing."))
        spare = "; ".join(item.name.lower() for item in plan.backup_materials if not item.optional)
        if spare:
            st.markdown(f"*{say('For the back-ups also')}*: {spare}")
    with right:
        layout.section(say("Set up"))
        st.markdown("\n".join(f"- {line}" for line in plan.set_up))
        layout.section(say("Note down"))
        st.markdown("\n".join(f"- {line}" for line in plan.measure))
        if plan.clean_up:
            layout.section(say("Clear away"))
            st.markdown("\n".join(f"- {line}" for line in plan.clean_up))


def listed(things: tuple[Material, ...]) -> str:
    """Things to get out, one a line; what is optional in one line at the end."""
    lines = [
        f"- {item.name}" + (f" ×{item.count}" if item.count > 1 else "") + (f" ({item.note})" if item.note else "")
        for item in things
        if not item.optional
    ]
    spare = ", ".join(item.name.lower() for item in things if item.optional)
    return "\n".join([*lines, *([f"- {say('Optional: {names}', names=spare)}"] if spare else [])])


def _details(plan: Plan) -> None:
    layout.section(say("Activity by activity"))
    library = plan.result.engine.library
    for place, slot in enumerate(plan.slots, 1):
        part = st.expander(f"{place}. {slot.activity.name}", key=f"s_slot_{slot.activity.id}", on_change="rerun")
        if not part.open:
            continue
        with part:
            st.markdown(slot.activity.purpose)
            st.markdown(f":primary[:material/subdirectory_arrow_right:] {slot.why}")
            if slot.shortened:
                st.markdown(say("Shorter form: {change}", change=slot.shortened))
            for caution in slot.cautions:
                st.warning(caution, icon=":material/warning:")
            cards.run_it(slot.activity, library)


def _held(plan: Plan) -> None:
    """What holds the plan back, and the runner-up; worked out only when somebody looks."""
    part = st.expander(
        say("What holds it back, and the runner-up"), icon=":material/lock_open:", key="s_plan_held", on_change="rerun"
    )
    if not part.open:
        return
    with part:
        lines = [f"- {item.sentence}" for item in plan.binding]
        st.markdown("\n".join(lines) or say("Nothing that was tried would make it better."))
        other = plan.runner_up
        if other is None:
            st.markdown(say("There is no other session that shares at most half of it."))
            return
        names = " · ".join(slot.activity.name for slot in other.slots)
        st.markdown(say("Runner-up, {worth} of 100: {names}", worth=f"{other.objective:.0f}", names=names))
        st.button(say("Take the runner-up"), key="s_plan_runner", on_click=_take, args=(other,))


def _take(other: Plan) -> None:
    st.session_state["s_plan"] = other
    st.session_state["s_plan_said"] = say("The runner-up is now the plan.")


def _download(plan: Plan) -> None:
    layout.section(say("Print and save"))
    plans.keep("session", lambda: plan.to_dict(brief=True))

    def as_json() -> str:
        return json.dumps(plan.to_dict(), indent=2, ensure_ascii=False, default=str)

    sheets.offered(
        "session",
        lambda audience, look: sheets.session_sheet(plan.to_dict(brief=True), audience, look),
        as_json,
        audiences=True,
    )


def sidebar() -> None:
    """The client form, filled with an example when it is empty."""
    if "p_id" not in st.session_state:
        state.put(state.bundled(st.session_state.get("s_example") or "pencil_grip"))
    kept.carry("plan")
    form.sidebar(feedback.engine().library)
    st.session_state[kept.FORM_ON] = "plan"
