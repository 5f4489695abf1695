"""Activities of one's own: the list, the form with every problem at once, and the file to take along."""

from __future__ import annotations

from typing import Final

import streamlit as st

from otrec.app import desk, layout, signin, state
from otrec.app.keeping import activity_form, kept, ranking
from otrec.app.language import say
from otrec.library.own import activities_csv, check_activity, plain
from otrec.library.problems import Problem
from otrec.library.rows import activity_row

OPEN, TRIED, VERSION = "s_act_open", "s_act_tried", "s_act_version"
FILE: Final = "otrec-own-activities.csv"


def draw() -> None:
    """The list of one's own activities, or the form of one."""
    if st.session_state.get(OPEN):
        return _form()
    found = kept.activities()
    if not found:
        layout.empty(
            say("No activity of your own yet"),
            say("Write one down as you would run it. It is checked like the library's own, and then ranked with them."),
            ":material/edit_note:",
        )
    for one in found:
        _row(one.code, one.mine, one.shared)
    for problem in st.session_state.get(ranking.LEFT_OUT, ()) if found else ():
        st.warning(say("Left out of the ranking: {why}", why=problem), icon=":material/rule:")
    with st.container(horizontal=True, gap="small"):
        st.button(say("New activity"), icon=":material/add:", key="s_act_new", on_click=_open, args=("",))
        mine = [one.row for one in found if one.mine]
        if mine:
            st.download_button(
                say("Save as CSV"), lambda: activities_csv(mine), FILE, "text/csv", icon=":material/save:",
                on_click="ignore", help=say("`otrec recommend --extra` takes this file."),
            )  # fmt: skip


def _row(code: str, mine: bool, shared: bool) -> None:
    activity = ranking.library().activities.get(code)
    with st.container(border=True, key=f"row_own_{code}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{activity.name if activity else code}**")
            if shared:
                st.badge(say("Shared by you") if mine else say("Shared by a colleague"), icon=":material/group:",
                         color="gray")  # fmt: skip
        if activity:
            st.markdown(f":small[{activity.purpose}]")
        if mine:
            with st.container(horizontal=True, gap="small"):
                st.button(say("Edit"), icon=":material/edit:", key=f"s_act_edit_{code}", on_click=_open, args=(code,),
                          type="tertiary")  # fmt: skip
                st.button(say("Delete"), icon=":material/delete:", key=f"s_act_drop_{code}", on_click=_drop,
                          args=(code,), type="tertiary")  # fmt: skip


def _open(code: str) -> None:
    """Open the form: on an activity of one's own, or empty."""
    found = next((one for one in kept.activities() if one.code == code and one.mine), None)
    activity_form.fill(found.row if found else {})
    st.session_state["s_act_shared"] = bool(found and found.shared)
    st.session_state.update({OPEN: code or "new", VERSION: found.version if found else None})
    st.session_state.pop(TRIED, None)


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _form() -> None:
    shown = state.engine().library
    layout.section(say("An activity of your own"))
    if st.session_state[OPEN] == "new":
        st.selectbox(
            say("Start from one of the library"), list(shown.activities), index=None, key="s_act_from",
            format_func=lambda name: shown.activities[name].name, on_change=_from, placeholder=say("an empty form"),
        )  # fmt: skip
    activity_form.draw(shown)
    if signin.person() is not None:
        st.toggle(say("Show it to everybody of the organisation"), key="s_act_shared", persist_state="session")
    if st.session_state.get(TRIED):
        _problems(check_activity(shown, activity_form.row()))
    with st.container(horizontal=True, gap="small"):
        st.button(say("Check and keep"), type="primary", icon=":material/save:", key="s_act_keep", on_click=_keep)
        st.button(say("Close without keeping"), icon=":material/close:", key="s_act_close", on_click=_close)


def _from() -> None:
    """Take over an activity of the library, under an id that is still to be found."""
    chosen = st.session_state["s_act_from"]
    if chosen:
        found = activity_row(state.engine().library.activities[chosen])
        activity_form.fill({**found, "id": "", "name": f"{found['name']} (2)"})


def _problems(found: tuple[Problem, ...]) -> None:
    errors = [problem for problem in found if problem.level == "error"]
    hints = [problem for problem in found if problem.level != "error"]
    with st.container(border=True, key="act_problems"):
        if errors:
            st.markdown(f":material/edit_note: **{say('Still open ({count})', count=len(errors))}**")
            st.markdown("\n".join(f"- {plain(problem, activity_form.labels())}" for problem in errors))
            st.markdown(say("Nothing that you typed is lost."))
        else:
            st.markdown(f":material/check: **{say('Everything that is needed is there.')}**")
        for problem in hints:
            st.markdown(f":material/info: {plain(problem, activity_form.labels())}")
    layout.announce(say("Still open ({count})", count=len(errors)), shown=False)


def _keep() -> None:
    """Keep the activity if nothing is wrong with it; else the page tells what is."""
    row, version = activity_form.row(), st.session_state[VERSION]
    was = st.session_state[OPEN]
    st.session_state[TRIED] = True
    if any(problem.level == "error" for problem in check_activity(state.engine().library, row)):
        return
    taken = {one.code for one in kept.activities()} - {was}
    if row["id"] in taken:
        st.session_state[kept.PROBLEM] = say("There is an own activity under this id already. Choose another id.")
        return
    shared = bool(st.session_state.get("s_act_shared")) and signin.person() is not None
    given = version if row["id"] == was else None
    if kept.change(lambda found: found.own.keep_activity(row, shared=shared, version=given), kept.ACTIVITIES):
        if was not in ("new", row["id"]):
            kept.change(lambda found: found.own.drop_activity(was), kept.ACTIVITIES)
        _changed()
        _close()


def _drop(code: str) -> None:
    if kept.change(lambda found: found.own.drop_activity(code), kept.ACTIVITIES):
        _changed()


def _changed() -> None:
    """What was learned counts over the new library, too: it is taken up again."""
    if desk.desk() is not None:
        for name in ("s_engine", "s_engine_read", "s_moves", "s_plan_key"):
            st.session_state.pop(name, None)
