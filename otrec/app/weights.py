"""The sliders of the weights, wherever a page lets them be moved."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from otrec.app.language import say
from otrec.features import FEATURES

_NAMED = {feature.name: feature for feature in FEATURES}


def slider(name: str, *, key: str, bind: Literal["query-params"] | None = None) -> float:
    """The weight of one feature; `bind` keeps it in the address of the page."""
    feature = _NAMED[name]
    return st.slider(
        say(feature.label),
        0.0,
        0.5,
        feature.prior,
        step=0.01,
        key=key,
        help=f"{feature.meaning}. {feature.why}.",
        bind=bind,
        persist_state="session",
    )


def back(prefix: str, key: str | None = None) -> None:
    """A button that puts every weight whose key starts so back to its prior."""

    def reset() -> None:
        for feature in FEATURES:
            st.session_state[f"{prefix}{feature.name}"] = feature.prior

    st.button(say("Back to the expert prior"), on_click=reset, icon=":material/restart_alt:", key=key)
