"""What stands in the address of a page: choices by id, in any language, and never anything about a client.

Streamlit binds a choice by the label that it shows, which a reader in another language cannot open. Numbers, switches
and words are bound by Streamlit itself.
"""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st


def opened(key: str, allowed: Collection[str], *, several: bool = False) -> None:
    """Take over what the address asks for, if that changed since it was last written; unknown words are left alone."""
    given = st.query_params.get(key)
    if given is None or given == st.session_state.setdefault("s_written", {}).get(key):
        return
    values = [value for value in given.split(",") if value in allowed]
    if values:
        st.session_state[key] = values if several else values[0]


def write(key: str, default: str = "") -> None:
    """Put a choice into the address; the usual one is left out."""
    value = st.session_state.get(key) or ""
    text = value if isinstance(value, str) else ",".join(value)
    if text == default:
        text = ""
    if text and st.query_params.get(key) != text:
        st.query_params[key] = text
    elif not text and key in st.query_params:
        del st.query_params[key]
    st.session_state.setdefault("s_written", {})[key] = text
