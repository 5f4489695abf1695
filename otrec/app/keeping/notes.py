"""Notes for curation: what was called unsafe or wrong, and its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from otrec.app import desk, layout
from otrec.app.feedback import VERDICTS
from otrec.app.keeping import kept, ranking
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Remark


def draw() -> None:
    """What waits, newest first; supervisors close what was looked at."""
    st.markdown(say("What was called unsafe or wrong waits here to be looked at. No weight ever learns from it."))
    none: tuple[Remark, ...] = ()
    found = kept.ask(lambda there: there.said.curation(), none)
    if not found:
        layout.empty(
            say("No note is waiting"), say("Feedback on an activity's card adds one."), ":material/verified_user:"
        )
    there = desk.desk()
    may_close = there is not None and there.who.role in ("supervisor", "administrator")
    for note in found:
        _note(note, may_close)


def _note(note: Any, may_close: bool) -> None:
    names = ranking.library().activities
    words, icon = VERDICTS.get(note.verdict, (note.verdict, ":material/report:"))
    with st.container(border=True, key=f"row_note_{note.id}"):
        name = names[note.activity].name if note.activity in names else note.activity
        st.markdown(f"**{name}**  \n{icon} {say(words)} · :small[{note.said_at:%Y-%m-%d}]")
        st.caption(say("Library {version}.", version=note.library_version))
        if may_close:
            st.button(say("Close the note"), icon=":material/check:", key=f"s_settle_{note.id}", on_click=_settle,
                      args=(note.id,), type="tertiary")  # fmt: skip


def _settle(number: int) -> None:
    kept.change(lambda found: found.said.settle(number))
