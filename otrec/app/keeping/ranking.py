"""The engine of this session: the shared one, or one that also holds activities of this person's own."""

from __future__ import annotations

import streamlit as st

from otrec.app import state
from otrec.app.keeping import kept
from otrec.engine import Engine
from otrec.library import Library
from otrec.library.own import with_activities

ENGINE, LEFT_OUT = "s_own_engine", "s_own_left_out"


def base() -> Engine:
    """The engine that learning starts from; one's own activities stand in this session alone, never in a cache."""
    rows = [one.row for one in kept.activities()]
    if not rows:
        st.session_state.pop(ENGINE, None)
        return state.engine()
    made: tuple[list[dict[str, str]], Engine] | None = st.session_state.get(ENGINE)
    if made is None or made[0] != rows:
        made = (rows, _engine(rows))
        st.session_state[ENGINE] = made
    return made[1]


def library() -> Library:
    """The library of this session."""
    return base().library


def _engine(rows: list[dict[str, str]]) -> Engine:
    shared = state.engine()
    found, problems = with_activities(shared.library, rows)
    st.session_state[LEFT_OUT] = tuple(str(problem) for problem in problems)
    return shared if found is shared.library else Engine(library=found)


def is_own(activity: str) -> bool:
    """Whether an activity is none of the bundled library."""
    return activity not in state.engine().library.activities
