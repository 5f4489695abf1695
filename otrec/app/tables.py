"""Small tables of the form: routines of the day, and what was done before."""

from __future__ import annotations

from typing import Any, get_args

import pandas as pd
import streamlit as st

from otrec.app.language import say
from otrec.library import Library
from otrec.models.terms import Response


def routines(library: Library) -> None:
    """Where in the day an occupation lives, and with whom."""
    _table(
        say("Routines"),
        "routines",
        ["occupation", "when", "with"],
        {
            "occupation": st.column_config.SelectboxColumn(say("occupation"), options=list(library.occupations)),
            "when": say("when"),
            "with": say("with"),
        },
    )


def history(library: Library) -> None:
    """Activities done before, with the day and how they were received."""
    _table(
        say("Done before"),
        "history",
        ["activity", "date", "response"],
        {
            "activity": st.column_config.SelectboxColumn(say("activity"), options=list(library.activities)),
            "date": st.column_config.DateColumn(say("date")),
            "response": st.column_config.SelectboxColumn(
                say("response"), options=list(get_args(Response)), default="neutral"
            ),
        },
    )


def _table(title: str, name: str, columns: list[str], config: dict[str, Any]) -> None:
    """An editor over the rows in the session; what it starts from stays the same until the form is filled anew."""
    st.markdown(f"**{title}**")
    start, revision = f"s_start_{name}", st.session_state["s_revision"]
    if st.session_state.get(start, (None,))[0] != revision or f"s_{name}_{revision}" not in st.session_state:
        st.session_state[start] = (revision, list(st.session_state[f"p_{name}"]))
    frame = pd.DataFrame(st.session_state[start][1], columns=columns)
    if "date" in columns:
        frame["date"] = pd.to_datetime(frame["date"])
    edited = st.data_editor(
        frame, num_rows="dynamic", hide_index=True, key=f"s_{name}_{revision}", alt=title, column_config=config
    )
    st.session_state[f"p_{name}"] = [row for row in _rows(edited, columns[0]) if "date" not in columns or "date" in row]


def _rows(frame: pd.DataFrame, needed: str) -> list[dict[str, Any]]:
    rows = frame.dropna(subset=[needed]).to_dict("records")
    kept = [{str(name): value for name, value in row.items() if pd.notna(value)} for row in rows]
    return [{**row, "date": row["date"].date()} if "date" in row else row for row in kept]
