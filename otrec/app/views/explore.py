"""Explore: a client on the left, a list with reasons on the right."""

from __future__ import annotations

import json
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from otrec.app import cards, form, state
from otrec.engine import Recommendation
from otrec.explain import LABELS
from otrec.library import Library
from otrec.models import Client, ClientError
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS
from otrec.models.wording import in_words

VIEWS = ("Activities", "Held back", "Why or why not", "Compare", "What would change it")
KEEP: Final = "session"


def page() -> None:
    engine = state.engine()
    if "p_id" not in st.session_state:
        state.put(state.bundled(st.session_state.get("s_example") or "pencil_grip"))
    form.sidebar(engine.library)
    st.title("Activities for one client", anchor=False)
    summary = st.container()
    downloads = _options()
    result = _result()
    if result is None:
        return
    with summary:
        _summary(result.client, engine.library)
    with downloads:
        _download(result)
    {
        "Activities": _activities,
        "Held back": _held_back,
        "Why or why not": _why,
        "Compare": _compare,
        "What would change it": _changes,
    }[st.session_state.get("v_view") or VIEWS[0]](result)
    st.divider()
    st.caption(
        f"{result.model_version}; library {engine.library.version}. Decision support for a qualified person. "
        "No clinician has reviewed this library yet; the therapist stays responsible."
    )


def _result() -> Recommendation | None:
    try:
        client = Client.parse(state.profile(), "This profile")
        return state.engine().recommend(
            client,
            st.session_state["v_k"],
            diversity=st.session_state["v_diversity"],
            include_red=bool(st.session_state.get("v_red")),
            bag_only=bool(st.session_state.get("v_bag_only")),
            phases=st.session_state.get("v_phases") or (),
            weights=form.weights(),
        )
    except ClientError as error:
        st.info("Nothing to rank yet.", icon=":material/edit_note:")
        for problem in error.problems:
            st.markdown(f"- {problem}")
        return None


def _summary(client: Client, library: Library) -> None:
    barriers = in_words(
        f"{library.barriers[name].name.lower()} ({SEVERITY_WORDS[degree]})" for name, degree in client.barriers.items()
    )
    names = library.occupations
    goals = in_words(f"{names[goal.occupation].name.lower()} ({goal.importance}/10)" for goal in client.goals)
    parts = [f"Age {client.age_years:g}, {SETTING_NAMES[client.setting].lower()}, {client.minutes} minutes."]
    parts += [f"Barriers: {barriers}."] if barriers else []
    parts += [f"Goals: {goals}."] if goals else []
    st.markdown(" ".join(parts))


def _options() -> DeltaGenerator:
    """What to show and how: drawn first, since the address of the page may set it; returns the place for downloads."""
    st.segmented_control(
        "View",
        VIEWS,
        default=VIEWS[0],
        required=True,
        key="v_view",
        bind="query-params",
        persist_state=KEEP,
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.pills(
            "Session phase",
            list(cards.PHASES),
            selection_mode="multi",
            key="v_phases",
            bind="query-params",
            format_func=lambda phase: cards.PHASES[phase],
            persist_state=KEEP,
        )
        with st.popover("More options", icon=":material/tune:"):
            st.slider("How many", 1, 25, 8, key="v_k", bind="query-params", persist_state=KEEP)
            st.slider(
                "Variety: 0 is pure score",
                0.0,
                1.0,
                0.15,
                step=0.05,
                key="v_diversity",
                bind="query-params",
                persist_state=KEEP,
            )
            st.toggle("Show what evidence advises against", key="v_red", bind="query-params", persist_state=KEEP)
            st.caption("The address of this page keeps view, filters and weights, and never anything about a client.")
        return st.container(width="content")


def _download(result: Recommendation) -> None:
    with st.popover("Download", icon=":material/download:"):
        data = json.dumps(result.to_dict(), indent=2, ensure_ascii=False, default=str)
        st.download_button("JSON", data, "otrec.json", "application/json", on_click="ignore")
        st.download_button("CSV", result.table.to_csv(index=False), "otrec.csv", "text/csv", on_click="ignore")


def _activities(result: Recommendation) -> None:
    held = len({item.activity_id for item in result.excluded})
    pool = len(result.engine.library.activities) - held
    st.caption(f"The first {len(result.items)} of {pool} that fit; {held} were held back, each with its reason.")
    for warning in result.warnings:
        st.info(warning, icon=":material/info:")
    if result.shortfall:
        st.info(result.shortfall, icon=":material/filter_list:")
    if not result.items:
        st.subheader("Every activity was held back", anchor=False)
        st.markdown("The reasons are below. Changing a fact in the form brings back what its rule allows.")
        _held_back(result)
    for item in result.items:
        cards.card(item, result.engine.library)


def _held_back(result: Recommendation) -> None:
    if not result.excluded:
        st.markdown("Nothing was held back.")
        return
    names = result.engine.library.activities
    rows = [
        {
            "activity": names[item.activity_id].name,
            "why": item.reason,
            "rule": item.rule,
            "effect": item.effect,
            "source": item.source,
        }
        for item in sorted(result.excluded, key=lambda item: item.effect == "fit")
    ]
    st.markdown(
        "Safety rules come first and no weight can outvote them. *exclude*: not for this client; *require*: opens when "
        "documented; *evidence*: advised against; *fit*: cannot be run as the profile stands."
    )
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt="Held-back activities with reason, rule, effect and source",
        column_config={"why": st.column_config.TextColumn(width="large")},
    )


def _pick(label: str, result: Recommendation, key: str) -> str | None:
    names = result.engine.library.activities
    chosen: str | None = st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda name: names[name].name,
        key=key,
        placeholder="Type part of a name",
        persist_state=KEEP,
    )
    return chosen


def _why(result: Recommendation) -> None:
    name = _pick("Any activity of the library", result, "v_pick_why")
    if name is None:
        st.markdown("Choose an activity to see why it is in the list, further down, or held back.")
        return
    cards.answer(result.why(name), result.engine.library)
    with st.expander("Run it: steps, materials, easier and harder", icon=":material/play_circle:"):
        cards.run_it(result.engine.library.activities[name], result.engine.library)


def _compare(result: Recommendation) -> None:
    left, right = st.columns(2)
    with left:
        first = _pick("First activity", result, "v_pick_first")
    with right:
        second = _pick("Second activity", result, "v_pick_second")
    if first is None or second is None:
        st.markdown("Choose two activities.")
        return
    comparison = result.compare(first, second)
    for sentence in comparison.sentences:
        st.markdown(f"- {sentence}")
    if comparison.differences:
        rows = [
            {
                "feature": LABELS[name].capitalize(),
                comparison.first.name: comparison.first.contributions[name],
                f"{comparison.second.name} ": comparison.second.contributions[name],
                "difference": value,
            }
            for name, value in comparison.differences.items()
        ]
        st.dataframe(pd.DataFrame(rows).round(1), hide_index=True, alt="Contributions of two activities side by side")


def _changes(result: Recommendation) -> None:
    changes = result.what_would_change()
    if not changes:
        st.markdown("No single change of the profile that was tried would alter this list.")
        return
    st.markdown("Each line is one changed fact, everything else as it is.")
    for change in changes:
        st.markdown(f"**{change.fact}** changes {change.changed} of {len(result.items)}")
        st.caption(f"In: {in_words(change.enters) or 'nothing'}. Out: {in_words(change.leaves) or 'nothing'}.")
