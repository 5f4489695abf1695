"""A small table that can be edited by keyboard: rows in, rows out, nothing lost while the page is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

#: What a column of the table holds.
KINDS: Final = ("date", "number", "text")


def edit(
    key: str,
    start: list[dict[str, Any]],
    columns: Mapping[str, tuple[str, Any]],
    alt: str,
    *,
    fixed: bool = False,
) -> list[dict[str, Any]]:
    """The rows as they stand now, without what is empty; `columns` is the kind and the look of each by name.

    What the table starts from stays the same until its key changes or it was away, as its changes are kept apart.
    """
    held, widget = f"s_start_{key}", f"s_edit_{key}"
    if widget not in st.session_state or held not in st.session_state:
        st.session_state[held] = start
    frame = pd.DataFrame(st.session_state[held], columns=list(columns))
    for name, (kind, _) in columns.items():
        if kind == "date":
            frame[name] = pd.to_datetime(frame[name], errors="coerce")
        elif kind == "number":
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
        else:
            frame[name] = frame[name].astype(object)
    edited = st.data_editor(
        frame,
        num_rows="fixed" if fixed else "dynamic",
        hide_index=True,
        key=widget,
        alt=alt,
        placeholder="",
        column_config={name: look for name, (_, look) in columns.items()},
    )
    return [row for row in map(_plain, edited.to_dict("records")) if row or fixed]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in row.items() if pd.notna(value) and value != ""}


def _value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
