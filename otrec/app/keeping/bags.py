"""Bags: tools under a name, to be used in the profile form and planned with."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from otrec.app import desk, state
from otrec.app.keeping import kept
from otrec.app.language import say
from otrec.library import Library

LONGEST_NAME = 60


def choose(library: Library) -> None:
    """In the profile form: fill the bag from one that is kept, or keep what is in it."""
    if desk.desk() is None:
        return
    drawer = st.popover(say("Use a bag"), icon=":material/backpack:", key="s_bag_open", on_change="rerun")
    if not drawer.open:
        return
    with drawer:
        if not kept.bags():
            st.markdown(say("No bag is kept yet. Settings has a place for them."))
        for place, bag in enumerate(kept.bags()):
            told = f"{desk.verbatim(bag.name)} · {len(bag.tools)}"
            tools = [name for name in bag.tools if name in library.tools]
            st.button(told, key=f"s_use_bag_{place}", on_click=_use, args=(tools,), type="tertiary")


def _use(tools: list[str]) -> None:
    st.session_state["s_bag_open"] = False
    st.session_state["p_tools_limited"], st.session_state["p_tools"] = True, tools


def draw(labels: Callable[[str], str]) -> None:
    """Every bag with its tools, and a new one; `labels` says what a tool is called."""
    tools = list(state.engine().library.tools)
    for place, bag in enumerate(kept.bags()):
        part = st.expander(desk.verbatim(bag.name), icon=":material/backpack:", key=f"s_bag_{place}", on_change="rerun")
        if part.open:
            with part:
                _edit(bag.name, [name for name in bag.tools if name in tools], bag.version, tools, labels)
    with st.container(border=True, key="card_new_bag"):
        revision = st.session_state.get("s_bag_revision", 0)
        name = st.text_input(
            say("Name of a new bag"), key=f"s_bag_name_{revision}", max_chars=LONGEST_NAME,
            placeholder=say("School visits"),
        )  # fmt: skip
        held = _tools(f"s_bag_tools_{revision}", tools, labels)
        st.button(
            say("Keep the bag"), icon=":material/save:", key="s_bag_keep", on_click=_keep, args=(name, held, None)
        )


def _edit(name: str, there: list[str], version: int, tools: list[str], labels: Callable[[str], str]) -> None:
    key = f"s_bag_held_{name}_{version}"
    if key not in st.session_state:
        st.session_state[key] = there
    held = _tools(key, tools, labels)
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Keep the change"), icon=":material/save:", key=f"s_bag_save_{name}", disabled=held == there,
            on_click=_keep, args=(name, held, version),
        )  # fmt: skip
        st.button(
            say("Delete the bag"), icon=":material/delete:", key=f"s_bag_drop_{name}", type="tertiary",
            on_click=_drop, args=(name,),
        )  # fmt: skip


def _tools(key: str, tools: list[str], labels: Callable[[str], str]) -> list[str]:
    held: list[str] = st.multiselect(
        say("What is in it"), tools, format_func=labels, key=key, placeholder=say("Type to search")
    )
    return held


def _keep(name: str, held: list[str], version: int | None) -> None:
    taken = version is None and name.strip() in {bag.name for bag in kept.bags()}
    if taken:
        st.session_state[kept.PROBLEM] = say("There is a bag of this name already. Open it above, or choose another.")
    elif kept.change(lambda found: found.own.keep_bag(name, held, version=version), kept.BAGS) and version is None:
        st.session_state["s_bag_revision"] = st.session_state.get("s_bag_revision", 0) + 1


def _drop(name: str) -> None:
    kept.change(lambda found: found.own.drop_bag(name), kept.BAGS)
