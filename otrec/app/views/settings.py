"""Settings: what a person keeps besides clients, and all of it to take along or to delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import desk, form, layout, signin, state
from otrec.app.keeping import bags, data, kept, notes, own_activities, people, stars
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Desk

VIEWS: Final = {
    "bags": "Bags",
    "favourites": "Favourites",
    "activities": "Own activities",
    "curation": "Curation",
    "people": "People",
    "data": "Your data",
}


def page() -> None:
    layout.head(say("Settings"), say("What is yours besides clients: bags, favourites, activities and your data."))
    found = desk.desk()
    if found is None:
        layout.empty(say("Nothing can be kept at present"), _why(), ":material/database_off:")
        return layout.foot()
    if st.session_state.pop("s_erased", False):
        st.success(say("All of it was deleted."), icon=":material/check:")
    view = layout.switch(say("View"), _views(found), "v_settings")
    kept.told()
    if view != "data":
        st.session_state.pop(data.MADE, None)
    drawn: dict[str, Callable[[], None]] = {
        "bags": lambda: bags.draw(form.labels(state.engine().library.tools)),
        "favourites": stars.draw,
        "activities": own_activities.draw,
        "curation": notes.draw,
        "people": people.draw,
        "data": lambda: data.draw(found),
    }
    drawn[view]()
    layout.foot()


def _views(found: Desk) -> dict[str, str]:
    office = signin.person() is not None and found.who.role == "administrator"
    return {name: words for name, words in VIEWS.items() if office or name != "people"}


def _why() -> str:
    """Why there is no desk, and what works all the same."""
    told = say("Until the database can be opened, everything stays in this session. Every other page works.")
    return f"{desk.problem()}\n\n{told}"
