"""A student's progress: in this session, and kept for the next one: on the person's desk, else by this browser."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

import streamlit as st

from otrec.app import desk, signin, state
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.study import Progress, ProgressError

_KEEPER = st.components.v2.component(
    "otrec_keeper",
    js="""
    const PLACE = "otrec-study-progress";
    export default function ({ data, setTriggerValue }) {
      try {
        if (data.clear) localStorage.removeItem(PLACE);
        else if (data.save !== null) localStorage.setItem(PLACE, data.save);
        else if (!data.asked) setTriggerValue("kept", localStorage.getItem(PLACE) || "");
      } catch (error) {
        if (!data.asked && data.save === null) setTriggerValue("kept", "");
      }
    }
    """,
)
#: The name under which a desk keeps it, and what of it this session has read: content and version.
NAME: Final = "study"
READ: Final = "s_study_read"
#: How often a save is tried again when another window saved meanwhile.
TRIES: Final = 3


def progress() -> Progress:
    """What this session knows of the student's answers."""
    found: Progress = st.session_state.setdefault("s_progress", Progress())
    return found


def put(new: Progress) -> None:
    st.session_state["s_progress"] = new


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def sync() -> str:
    """Fetch what was kept, once, then keep what changes; says what went wrong, or nothing.

    Until the browser has answered, nothing is written into it, so that an early click cannot wipe what was kept. Where
    there is a desk, what the browser kept moves there, and is then taken out of the browser, which others may use.
    With sign-in the browser is neither read nor written: what it keeps may be of whoever sat there before.
    """
    kept_here = on_desk()
    if signin.person() is not None:
        return _keep()
    told = _keep() if kept_here else ""
    asked = bool(st.session_state.get("s_kept_asked"))
    moved = kept_here and not told and bool(st.session_state.get("s_study_moved"))
    save = progress().to_json() if asked and not kept_here and progress().records else None
    data = {"save": save, "asked": asked, "clear": moved}
    answer = _KEEPER(data=data, key="s_keeper", on_kept_change=lambda: None)
    given = getattr(answer, "kept", None)
    if asked or given is None:
        return told
    st.session_state["s_kept_asked"] = True
    problem = load(given) if given else ""
    st.session_state["s_study_moved"] = bool(given) and not problem
    return problem or (_keep() if kept_here else told)


def on_desk() -> bool:
    """Whether progress is kept with this person's data, and not by the browser."""
    return desk.desk() is not None


def load(text: str | bytes) -> str:
    """Take over a saved progress together with what was answered meanwhile; says what went wrong, or nothing."""
    try:
        saved = Progress.from_json(text, frozenset(state.study().known))
    except ProgressError as error:
        return str(error)
    put(merged(saved, progress()))
    return ""


def merged(one: Progress, other: Progress) -> Progress:
    """Two progresses of one student: of each question the record that was reviewed last."""
    found = {}
    for part in ("records", "aside"):
        mine, theirs = getattr(one, part), getattr(other, part)
        newer = {
            name: record
            for name, record in theirs.items()
            if name not in mine or record.last_review >= mine[name].last_review
        }
        found[part] = {**mine, **newer}
    return one.model_copy(update=found)


def _keep() -> str:
    """Read what the desk keeps, once, and write what this session adds; two windows are merged, none overwritten."""
    from otrec.store import ConflictError

    found = desk.desk()
    if found is None:
        return ""
    try:
        for _ in range(TRIES):
            if READ not in st.session_state:
                content, version = found.own.kept(NAME)
                problem = load(json.dumps(content)) if content else ""
                if problem:
                    return problem
                st.session_state[READ] = (content, version)
            content, version = st.session_state[READ]
            wanted: dict[str, Any] = json.loads(progress().to_json())
            if wanted == content or not (progress().records or content):
                return ""
            try:
                st.session_state[READ] = (wanted, found.own.keep(NAME, wanted, version=version))
                return ""
            except ConflictError:
                st.session_state.pop(READ)
    except OtrecError as error:
        return str(error)
    return say("Another window saves your progress at this very moment; this one tries again with the next answer.")
