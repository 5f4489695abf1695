"""The pages of the app by name, so that one page can link to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app.language import say

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


NAMES: Final = ("explore", "caseload", "plan", "goals", "graph", "study", "library", "research", "settings", "about")


def page(name: str) -> StreamlitPage:
    """A page by name."""
    from otrec.app.views import about, caseload, explore, goals, graph, library, plan, research, settings, study

    drawn, title, icon = {
        "explore": (explore.page, say("Explore"), ":material/explore:"),
        "caseload": (caseload.page, say("Caseload"), ":material/folder_shared:"),
        "goals": (goals.page, say("Goals & progress"), ":material/flag:"),
        "plan": (plan.page, say("Plan"), ":material/event_note:"),
        "graph": (graph.page, say("Skill graph"), ":material/hub:"),
        "study": (study.page, say("Study"), ":material/school:"),
        "library": (library.page, say("Library"), ":material/local_library:"),
        "research": (research.page, say("Research"), ":material/science:"),
        "settings": (settings.page, say("Settings"), ":material/settings:"),
        "about": (about.page, say("About"), ":material/info:"),
    }[name]
    return st.Page(drawn, title=title, icon=icon, url_path=name, default=name == NAMES[0])


def link(name: str, label: str, icon: str | None = None, **query: str) -> None:
    """A link to a page of the app; `query` says what it opens on and never holds anything about a client."""
    st.page_link(page(name), label=label, icon=icon, query_params=query or None)
