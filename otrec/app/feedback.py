"""What a therapist says about a list, and what that changes; in this session alone, until it is undone or closed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import pandas as pd
import streamlit as st

from otrec.app import state
from otrec.app.language import say
from otrec.engine import Engine, Moves, Recommendation, inferred
from otrec.models import Feedback, Preference
from otrec.models.feedback import CURATION, Verdict

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "helpful": ("Helpful", ":material/thumb_up:"),
    "not_helpful": ("Not helpful", ":material/thumb_down:"),
    "unsafe": ("Unsafe for this client", ":material/warning:"),
    "wrong_age": ("Wrong age", ":material/cake:"),
    "wrong_data": ("Something in it is wrong", ":material/report:"),
}


def engine() -> Engine:
    """The engine of this session: the shared one, or what it has learned here."""
    found: Engine = st.session_state.get("s_engine") or state.engine()
    return found


def buttons(result: Recommendation, activity: str) -> None:
    """A verdict on one activity, in a drawer of its own."""
    drawer = st.popover(
        say("Feedback"), icon=":material/rate_review:", key=f"s_feedback_{activity}", on_change="rerun", type="tertiary"
    )
    if not drawer.open:
        return
    with drawer:
        st.caption(say("Teaches the ranking of this session; unsafe and wrong go to curation and never into weights."))
        for verdict, (words, icon) in VERDICTS.items():
            st.button(
                say(words),
                key=f"s_verdict_{verdict}_{activity}",
                on_click=_judge,
                args=(result, activity, verdict),
                icon=icon,
                type="tertiary",
            )


def _judge(result: Recommendation, activity: str, verdict: Verdict) -> None:
    st.session_state[f"s_feedback_{activity}"] = False
    if verdict in CURATION:
        st.session_state["s_curation"] = [*_curation(), {"activity": activity, "verdict": verdict}]
        if verdict == "unsafe":
            state.not_again(activity)
        return
    _learn(result, inferred(result, [Feedback(activity=activity, verdict=verdict)]))


def prefer(result: Recommendation, better: str, worse: str) -> None:
    """A over B, said outright."""
    asked = st.session_state.get("s_asked", ())
    st.session_state["s_asked"] = (*asked, frozenset((better, worse)))
    _learn(result, [Preference(client=result.client, better=better, worse=worse)])


def _learn(result: Recommendation, preferences: Iterable[Preference]) -> None:
    learned = engine().update(preferences)
    st.session_state["s_engine"] = learned
    st.session_state["s_moves"] = learned.moves(result)


def _undo() -> None:
    before = engine().undo()
    st.session_state["s_engine"] = before if before.before else None
    st.session_state["s_moves"] = None


def _curation() -> list[dict[str, str]]:
    found: list[dict[str, str]] = st.session_state.get("s_curation", [])
    return found


def told(result: Recommendation) -> None:
    """What feedback has changed so far, with its undo; nothing while there is none."""
    if st.session_state.get("s_engine"):
        with st.container(border=True, key="learned"):
            moves = st.session_state.get("s_moves")
            if moves:
                st.markdown(f"**{say('What this changed')}** · {moves.sentence}")
                _places(moves)
            else:
                st.markdown(say("This session ranks by what you said about its lists."))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(say("Undo the last feedback"), on_click=_undo, icon=":material/undo:", key="s_undo_feedback")
            _ask(result)
    if _curation():
        with st.container(horizontal=True, vertical_alignment="center", key="curation"):
            st.markdown(say("{count} noted for curation; no weight learns from it.", count=len(_curation())))
            notes = {"library_version": result.engine.library.version, "notes": _curation()}
            st.download_button(
                say("Save the notes"),
                json.dumps(notes, indent=1),
                "otrec-curation.json",
                "application/json",
                on_click="ignore",
            )


def _places(moves: Moves) -> None:
    if not moves.moves:
        return
    with st.expander(say("Each change of place, and why"), icon=":material/swap_vert:"):
        rows = [
            {
                say("activity"): move.name,
                say("before"): str(move.before or "–"),
                say("now"): str(move.after or "–"),
                say("why"): move.why,
            }
            for move in moves.moves
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Each change of place, and why"))


def _ask(result: Recommendation) -> None:
    """The one pair of which an answer would teach most."""
    question = result.question(asked=st.session_state.get("s_asked", ()))
    if question is None:
        return
    names = result.engine.library.activities
    st.markdown(say("Which would you rather use here? This answer would teach most."))
    pair = (question.first, question.second)
    with st.container(horizontal=True, gap="small"):
        for better, worse in (pair, pair[::-1]):
            st.button(names[better].name, key=f"s_rather_{better}", on_click=prefer, args=(result, better, worse))
