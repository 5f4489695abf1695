"""Explore: a client on the left, a list with reasons on the right."""

from __future__ import annotations

import json
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from otrec.app import cards, desk, feedback, form, intake, layout, lists, questions, state
from otrec.app.caseload import kept
from otrec.app.language import say
from otrec.engine import Recommendation
from otrec.library import Library
from otrec.models import Client, ClientError
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS
from otrec.models.wording import in_sentence, in_words

VIEWS: Final = {
    "activities": "Activities",
    "held_back": "Held back",
    "why": "Why or why not",
    "compare": "Compare",
    "changes": "What would change it",
}
KEEP: Final = "session"
MOST: Final = 100


def page() -> None:
    engine = feedback.engine()
    if "p_id" not in st.session_state:
        state.put(state.bundled(st.session_state.get("s_example") or "pencil_grip"))
    kept.carry("explore")
    form.sidebar(engine.library)
    st.session_state[kept.FORM_ON] = "explore"
    layout.head(say("Activities for one client"))
    intake.box()
    summary, meter = st.container(), st.container()
    view = layout.switch(say("View"), VIEWS, "v_view")
    downloads = _options(view)
    result = _result()
    if result is None:
        return layout.foot()
    with summary:
        _summary(result.client, engine.library)
    with downloads:
        _download(result)
    layout.announce(_told(result), place=view)
    {
        "activities": lists.activities,
        "held_back": lists.held_back,
        "why": questions.why,
        "compare": questions.compare,
        "changes": questions.changes,
    }[view](result)
    layout.foot(f"{result.model_version}.")
    if view == "activities":
        with meter:
            questions.meter(result)


def _result() -> Recommendation | None:
    try:
        client = Client.parse(state.profile(), say("This profile"))
        return feedback.engine().recommend(client, weights=state.weights(), **_asked())
    except ClientError as error:
        if st.session_state["p_barriers"] or st.session_state["p_goals"]:
            told = "\n".join(f"- {desk.plain(problem)}" for problem in error.problems)
        else:
            told = say("Add a barrier or a goal in the form, or start from an example.")
        layout.empty(say("Nothing to rank yet"), told, ":material/edit_note:")
        return None


def _asked() -> dict[str, Any]:
    """The options of the page as those of `Engine.recommend`."""
    given = st.session_state
    return {
        "k": given.get("v_k") or 8,
        "diversity": given.get("v_diversity", 0.15),
        "include_red": bool(given.get("v_red")),
        "bag_only": bool(given["p_tools_limited"] and given.get("v_bag_only", True)),
        "phases": given.get("v_phases") or (),
        "arousal": given.get("v_arousal") or (),
        "no_purchase": bool(given.get("v_no_purchase")),
    }


def _told(result: Recommendation) -> str:
    return say(
        "The first {shown} of {pool} that fit; {held} were held back, each with its reason.",
        shown=len(result.items),
        pool=result.pool,
        held=len(result.engine.library.activities) - result.pool,
    )


def _summary(client: Client, library: Library) -> None:
    barriers = in_words(
        (
            f"{library.barriers[name].name.lower()} ({say(SEVERITY_WORDS[degree])})"
            for name, degree in client.barriers.items()
        ),
        say("and"),
    )
    goals = in_words(
        (f"{library.occupations[goal.occupation].name.lower()} ({goal.importance}/10)" for goal in client.goals),
        say("and"),
    )
    parts = [
        say(
            "Age {age}, {setting}, {minutes} minutes.",
            age=f"{client.age_years:g}",
            setting=say(SETTING_NAMES[client.setting]).lower(),
            minutes=client.minutes,
        )
    ]
    parts += [say("Barriers: {barriers}.", barriers=barriers)] if barriers else []
    parts += [say("Goals: {goals}.", goals=goals)] if goals else []
    parts.append(say("Precautions: {precautions}.", precautions=_precautions(client, library)))
    st.markdown(" ".join(parts))


def _precautions(client: Client, library: Library) -> str:
    if client.precautions is None:
        return say("not asked yet")
    names = (in_sentence(library.precautions[name].name) for name in client.precautions)
    return in_words(names, say("and")) or say("none")


def _options(view: str) -> DeltaGenerator:
    """How to show the list: drawn first, since the address of the page may set it; returns the place for downloads."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        if view == "activities":
            layout.switch(say("Reading"), lists.READINGS, "v_read", shown=True, first="card")
            layout.pills(say("Session phase"), cards.PHASES, "v_phases")
        with st.popover(say("More"), icon=":material/tune:"):
            _more()
        return st.container(width="content")


def _more() -> None:
    st.slider(say("How many"), 1, MOST, 8, key="v_k", bind="query-params", persist_state=KEEP)
    layout.pills(say("Effect on arousal"), cards.AROUSALS, "v_arousal")
    st.toggle(say("Only without bought equipment"), key="v_no_purchase", bind="query-params", persist_state=KEEP)
    st.slider(
        say("Variety: 0 is pure score"),
        0.0,
        1.0,
        0.15,
        step=0.05,
        key="v_diversity",
        bind="query-params",
        persist_state=KEEP,
    )
    st.toggle(say("Show what evidence advises against"), key="v_red", bind="query-params", persist_state=KEEP)
    st.caption(say("The address of this page keeps view, filters and weights, and never anything about a client."))


def _download(result: Recommendation) -> None:
    """Files of the list; they are written when somebody asks for one, not on every rerun."""

    def as_json() -> str:
        return json.dumps(result.to_dict(), indent=2, ensure_ascii=False, default=str)

    def as_csv() -> str:
        return result.table.to_csv(index=False)

    with st.popover(say("Download"), icon=":material/download:"):
        st.download_button("JSON", as_json, "otrec.json", "application/json", on_click="ignore")
        st.download_button("CSV", as_csv, "otrec.csv", "text/csv", on_click="ignore")
        st.caption(say("The files hold the pseudonym of the client and the list."))
