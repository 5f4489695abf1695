"""What a therapist asks of a list: why, why not, which of two, what would change it, what is still open."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from otrec.app import cards, feedback, layout
from otrec.app.language import say
from otrec.engine import Change, Comparison, Recommendation, Sufficiency
from otrec.explain import LABELS
from otrec.models.wording import in_words

#: Names of activities that one line tells before it says how many more there are.
MOST_NAMED: Final = 3


def meter(result: Recommendation) -> None:
    """How complete the profile is, and which open fact could change the first places most."""
    found = _sufficiency(result)
    telling = [item for item in found.missing if item.most]
    known, of = len(found.known), len(found.known) + len(found.missing)
    if telling:
        text = say("The profile gives {known} of {of} facts. ", known=known, of=of)
        first = telling[0]
        text += say(
            "Knowing the **{fact}** could change up to {most} of the first {places} (for instance: {instance}).",
            fact=say(first.label),
            most=first.most,
            places=first.of,
            instance=first.instance,
        )
        more = [f"{say(item.label)} ({item.most})" for item in telling[1:]]
        if more:
            text += " " + say("Also: {facts}.", facts=", ".join(more))
    else:
        text = say(
            "The profile gives {known} of {of} facts; no open fact that was tried would change the first ten.",
            known=known,
            of=of,
        )
    with st.container(key="meter"):
        st.progress(found.share, text=text)


def _sufficiency(result: Recommendation) -> Sufficiency:
    """Reckoned once for each profile and setting; other reruns of this session take it from the last one."""
    now = st.session_state.get("s_last")
    last = st.session_state.get("s_meter")
    if last is None or last[0] != now:
        last = st.session_state["s_meter"] = (now, result.sufficiency())
    found: Sufficiency = last[1]
    return found


def _pick(label: str, result: Recommendation, key: str) -> str | None:
    names = result.engine.library.activities
    chosen: str | None = st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda name: names[name].name,
        key=key,
        placeholder=say("Type part of a name"),
        persist_state="session",
    )
    return chosen


def why(result: Recommendation) -> None:
    """Any activity of the library: in the list, further down, or held back, and why."""
    name = _pick(say("Any activity of the library"), result, "v_pick_why")
    if name is None:
        layout.empty(
            say("Ask about any activity"),
            say("Choose one to see why it is in the list, further down, or held back."),
            ":material/help:",
        )
        return
    library = result.engine.library
    cards.answer(result.why(name))
    with st.expander(say("Run it: steps, materials, easier and harder"), icon=":material/play_circle:"):
        cards.run_it(library.activities[name], library)


def compare(result: Recommendation) -> None:
    """Two activities side by side."""
    left, right = st.columns(2)
    with left:
        first = _pick(say("First activity"), result, "v_pick_first")
    with right:
        second = _pick(say("Second activity"), result, "v_pick_second")
    if first is None or second is None:
        layout.empty(
            say("Two activities, side by side"),
            say("Choose both here, or press Compare on two cards."),
            ":material/compare_arrows:",
        )
        return
    comparison = result.compare(first, second)
    for sentence in comparison.sentences:
        st.markdown(f"- {sentence}")
    library = result.engine.library
    feedback.told(result)
    _differences(comparison)
    for column, name in zip(st.columns(2, border=True), (first, second), strict=True):
        with column:
            activity = library.activities[name]
            layout.section(activity.name)
            st.markdown(activity.purpose)
            if comparison.differences:
                other = second if name == first else first
                st.button(
                    say("I would rather use this one"),
                    key=f"s_prefer_{name}",
                    on_click=feedback.prefer,
                    args=(result, name, other),
                    icon=":material/thumb_up:",
                )
            cards.run_it(activity, library, stacked=True)


def _differences(comparison: Comparison) -> None:
    if not comparison.differences:
        return
    rows = [
        {
            say("feature"): say(LABELS[name].capitalize()),
            comparison.first.name: comparison.first.contributions[name],
            f"{comparison.second.name} ": comparison.second.contributions[name],
            say("difference"): value,
        }
        for name, value in comparison.differences.items()
    ]
    st.dataframe(pd.DataFrame(rows).round(1), hide_index=True, alt=say("Contributions of two activities side by side"))


def changes(result: Recommendation) -> None:
    """Which single altered fact would change the list most."""
    found = result.what_would_change()
    if not found:
        layout.empty(
            say("Nothing would change it"),
            say("No single change of the profile that was tried would alter this list."),
            ":material/anchor:",
        )
        return
    st.markdown(say("Each line is one changed fact, everything else as it is."))
    for place, change in enumerate(found):
        _change(change, len(result.items), place)


def _change(change: Change, of: int, place: int) -> None:
    """One changed fact: how much it changes, and in full on request."""
    with st.container(border=True, gap="small", key=f"row_change_{place}"):
        told = say("changes {changed} of {of}", changed=change.changed, of=of)
        st.markdown(f"**{change.fact[:1].upper()}{change.fact[1:]}** — {told}")
        if not change.enters:
            st.markdown(f":small[{say('Nothing comes in: less fits.')}]")
            return
        names = [*change.enters[:MOST_NAMED]]
        more = len(change.enters) - len(names)
        names += [say("{count} more", count=more)] if more else []
        st.markdown(f":small[{say('Comes in: {names}.', names=in_words(names, say('and')))}]")
        drawer = st.expander(say("All of it"), key=f"s_change_{place}", on_change="rerun", type="compact")
        if drawer.open:
            with drawer:
                for column, title, listed in zip(
                    st.columns(2), (say("Comes in"), say("Goes out")), (change.enters, change.leaves), strict=True
                ):
                    column.markdown("\n".join([f"**{title}**", "", *(f"- {name}" for name in listed)]))
