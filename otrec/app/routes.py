"""The pages of the app by name, so that one page can link to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from otrec.app.language import say

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def pages() -> dict[str, StreamlitPage]:
    """Name -> page, in the order of the navigation."""
    from otrec.app.views import about, explore, graph, library, study

    return {
        "explore": st.Page(
            explore.page, title=say("Explore"), icon=":material/explore:", url_path="explore", default=True
        ),
        "graph": st.Page(graph.page, title=say("Skill graph"), icon=":material/hub:", url_path="graph"),
        "study": st.Page(study.page, title=say("Study"), icon=":material/school:", url_path="study"),
        "library": st.Page(library.page, title=say("Library"), icon=":material/local_library:", url_path="library"),
        "about": st.Page(about.page, title=say("About"), icon=":material/info:", url_path="about"),
    }


def link(name: str, label: str, icon: str | None = None, **query: str) -> None:
    """A link to a page of the app; `query` says what it opens on and never holds anything about a client."""
    st.page_link(pages()[name], label=label, icon=icon, query_params=query or None)
