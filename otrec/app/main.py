"""The router: pages of the app and what all of them share."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import streamlit as st

from otrec.app import door, routes, state
from otrec.app.language import say


def main() -> None:
    home = Path(str(files("otrec.app")))
    st.set_page_config(page_title="otrec", page_icon=str(home / "icon.svg"), layout="wide", initial_sidebar_state=330)
    st.logo(str(home / "logo.svg"), size="large")
    st.html(home / "style.css")
    if not door.admits():
        return
    chosen = st.navigation([routes.page(name) for name in routes.NAMES], position="top")
    _read()
    chosen.run()


def _read() -> None:
    """Read the library; until it is there, a hint of the page to come."""
    place = st.empty()
    if "s_read" not in st.session_state:
        with place.container():
            st.markdown(say("Reading the library …"))
            for height in (60, 180, 180):
                st.skeleton(height)
    state.engine()
    place.empty()
    st.session_state["s_read"] = True


if __name__ == "__main__":
    main()
