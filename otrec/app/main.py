"""The router: pages of the app and what all of them share."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from otrec.app.views import about, explore


def main() -> None:
    st.set_page_config(page_title="otrec", page_icon=":material/diversity_1:", layout="wide")
    st.logo(str(files("otrec.app") / "logo.svg"), size="large")
    pages = [
        st.Page(explore.page, title="Explore", icon=":material/explore:", url_path="explore", default=True),
        st.Page(about.page, title="About", icon=":material/info:", url_path="about"),
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
