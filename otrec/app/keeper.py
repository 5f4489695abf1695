"""A student's progress: in this session, and kept by this browser for the next one; it never leaves the machine."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from otrec.app import state
from otrec.study import Progress, ProgressError

_KEEPER = st.components.v2.component(
    "otrec_keeper",
    js="""
    const PLACE = "otrec-study-progress";
    export default function ({ data, setTriggerValue }) {
      try {
        if (data.save !== null) localStorage.setItem(PLACE, data.save);
        else if (!data.asked) setTriggerValue("kept", localStorage.getItem(PLACE) || "");
      } catch (error) {
        if (!data.asked && data.save === null) setTriggerValue("kept", "");
      }
    }
    """,
)


def progress() -> Progress:
    """What this session knows of the student's answers."""
    found: Progress = st.session_state.setdefault("s_progress", Progress())
    return found


def put(new: Progress) -> None:
    st.session_state["s_progress"] = new


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def sync() -> str:
    """Fetch what the browser kept, once, then keep what changes; says what went wrong, or nothing.

    Until the browser has answered, nothing is written, so that an early click cannot wipe what was kept.
    """
    asked = bool(st.session_state.get("s_kept_asked"))
    save = progress().to_json() if asked and progress().records else None
    answer = _KEEPER(data={"save": save, "asked": asked}, key="s_keeper", on_kept_change=lambda: None)
    kept = getattr(answer, "kept", None)
    if asked or kept is None:
        return ""
    st.session_state["s_kept_asked"] = True
    return load(kept) if kept else ""


def load(text: str | bytes) -> str:
    """Take over a saved progress together with what was answered meanwhile; says what went wrong, or nothing."""
    try:
        saved = Progress.from_json(text, frozenset(state.study().known))
    except ProgressError as error:
        return str(error)
    put(saved.model_copy(update={"records": {**saved.records, **progress().records}}))
    return ""
