"""The router: pages of the app and what all of them share."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import streamlit as st

from otrec.app.views import about, explore


def main() -> None:
    home = Path(str(files("otrec.app")))
    st.set_page_config(page_title="otrec", page_icon=str(home / "icon.svg"), layout="wide")
    st.logo(str(home / "logo.svg"), size="large")
    st.html(home / "style.css")
    pages = [
        st.Page(explore.page, title="Explore", icon=":material/explore:", url_path="explore", default=True),
        st.Page(about.page, title="About", icon=":material/info:", url_path="about"),
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
