"""Favourites: a star on an activity, where there is a desk to keep it."""

from __future__ import annotations

import streamlit as st

from otrec.app import desk, routes
from otrec.app.keeping import kept, ranking
from otrec.app.language import say


def star(activity: str, place: str = "card", *, name: str = "") -> None:
    """The star of an activity; `name` tells a screen reader which, where its name stands elsewhere."""
    if desk.desk() is None:
        return
    there = activity in kept.favourites()
    words = say("A favourite") if there else say("Favourite")
    st.button(
        words,
        key=f"s_star_{place}_{activity}",
        on_click=turn,
        args=(activity, not there),
        icon=":material/check:" if there else ":material/star:",
        type="tertiary",
        help=say("Favourite: {name}", name=name) if name else None,
    )


def turn(activity: str, on: bool) -> None:
    """Make an activity a favourite, or not any more."""
    kept.change(lambda found: found.own.favour(activity, on=on), kept.FAVOURITES)


def draw() -> None:
    """The list of favourites, by name."""
    names = ranking.library().activities
    found = sorted(kept.favourites(), key=lambda name: names[name].name if name in names else name)
    if not found:
        st.markdown(say("None yet. The star on an activity's card or in the library adds it."))
    for name in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"row_star_{name}"):
            with st.container():
                if name not in names or ranking.is_own(name):
                    told = names[name].name if name in names else say("{id}, which is gone", id=name)
                    st.markdown(f"**{told}**")
                else:
                    routes.link("library", names[name].name, ":material/directions_walk:", item=f"activity:{name}")
            st.button(
                say("Take out"),
                key=f"s_star_list_{name}",
                on_click=turn,
                args=(name, False),
                icon=":material/close:",
                type="tertiary",
            )
