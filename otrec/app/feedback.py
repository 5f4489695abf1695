"""What a therapist says about a list, and what that changes: kept for the person where there is a desk, until it is
undone; without one in this session alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from otrec.app import desk, routes, state
from otrec.app.keeping import kept, ranking
from otrec.app.language import say
from otrec.engine import Engine, Moves, Recommendation, inferred
from otrec.models import Feedback, OptionError, Preference
from otrec.models.feedback import CURATION, Verdict

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "helpful": ("Helpful", ":material/thumb_up:"),
    "not_helpful": ("Not helpful", ":material/thumb_down:"),
    "unsafe": ("Unsafe for this client", ":material/warning:"),
    "wrong_age": ("Wrong age", ":material/cake:"),
    "wrong_data": ("Something in it is wrong", ":material/report:"),
}


def engine() -> Engine:
    """The engine of this session: the shared one, or what this person has taught it, here or before."""
    if "s_engine_read" not in st.session_state:
        st.session_state["s_engine_read"] = True
        _put(_taken_up(kept.ask(lambda found: found.own.engine(), None)))
    found: Engine = st.session_state.get("s_engine") or ranking.base()
    return found


def _put(found: Engine | None) -> None:
    if found is None or found.before is None:
        st.session_state.pop("s_engine", None)
    else:
        st.session_state["s_engine"] = found


def _taken_up(content: Mapping[str, Any] | None) -> Engine | None:
    """An engine that learned what is kept; None where that is nothing, or cannot be used, which is told."""
    if not content:
        return None
    try:
        return ranking.base().with_learned(content)
    except OptionError as error:
        st.session_state[kept.PROBLEM] = str(error)
        return None


def buttons(result: Recommendation, activity: str) -> None:
    """A verdict on one activity, in a drawer of its own."""
    drawer = st.popover(
        say("Feedback"), icon=":material/rate_review:", key=f"s_feedback_{activity}", on_change="rerun", type="tertiary"
    )
    if not drawer.open:
        return
    with drawer:
        if desk.desk() is None:
            told = say("Teaches the ranking of this session; unsafe and wrong go to curation and never into weights.")
        else:
            told = say("Teaches your ranking, and is kept; unsafe and wrong go to curation and never into weights.")
        st.caption(told)
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
    said, version = Feedback(activity=activity, verdict=verdict), result.engine.library.version
    was_kept = kept.change(lambda found: found.said.say(said, version, _client()))
    if verdict in CURATION:
        st.session_state["s_curation"] = [*_curation(), {"activity": activity, "verdict": verdict}]
        st.session_state["s_curation_kept"] = was_kept
        if verdict == "unsafe":
            state.not_again(activity)
        return
    _learn(result, inferred(result, [said]))


def _client() -> Any:
    """The client of the caseload whose list this is, if the profile was opened from there."""
    return st.session_state.get(state.KEPT)


def prefer(result: Recommendation, better: str, worse: str) -> None:
    """A over B, said outright."""
    asked = st.session_state.get("s_asked", ())
    st.session_state["s_asked"] = (*asked, frozenset((better, worse)))
    version = result.engine.library.version
    kept.change(lambda found: found.said.prefer(better, worse, version, _client()))
    _learn(result, [Preference(client=result.client, better=better, worse=worse)])


def _learn(result: Recommendation, preferences: Iterable[Preference]) -> None:
    learned = _newest().update(preferences)
    st.session_state["s_engine"] = learned
    st.session_state["s_moves"] = learned.moves(result)
    kept.change(lambda found: found.own.learn(learned.learned()))


def _newest() -> Engine:
    """The engine of this session, or the one that was taught more meanwhile, in another window."""
    content = kept.ask(lambda found: found.own.engine(), None)
    if content and len(content.get("steps", ())) > len(engine().steps):
        _put(_taken_up(content) or engine())
    return engine()


def _undo() -> None:
    """Take back the last update: of what is kept, where something is kept, else of this session."""
    back = kept.ask(lambda found: (found.own.unlearn(),) if found.own.engines() else None, None)
    _put(_taken_up(back[0]) if back else engine().undo())
    st.session_state["s_moves"] = None


def _curation() -> list[dict[str, str]]:
    found: list[dict[str, str]] = st.session_state.get("s_curation", [])
    return found


def told(result: Recommendation) -> None:
    """What feedback has changed so far, with its undo; nothing while there is none."""
    kept.told()
    if st.session_state.get("s_engine"):
        with st.container(border=True, key="learned"):
            moves = st.session_state.get("s_moves")
            if moves:
                st.markdown(f"**{say('What this changed')}** · {moves.sentence}")
                _places(moves)
            else:
                st.markdown(say("This list is ranked by what you said about lists so far."))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(say("Undo the last feedback"), on_click=_undo, icon=":material/undo:", key="s_undo_feedback")
            _ask(result)
    if _curation():
        with st.container(horizontal=True, vertical_alignment="center", key="curation"):
            st.markdown(say("{count} noted for curation; no weight learns from it.", count=len(_curation())))
            if st.session_state.get("s_curation_kept"):
                routes.link("settings", say("See the notes"), ":material/rate_review:", v_settings="curation")
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
