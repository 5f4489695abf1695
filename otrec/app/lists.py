"""The list of activities in three depths, in pages, with what was held back."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from otrec.app import cards, desk, feedback, layout, routes, state
from otrec.app.keeping import ranking, stars
from otrec.app.language import say
from otrec.engine import Item, Recommendation
from otrec.library import Library
from otrec.models import Activity
from otrec.safety import Exclusion

READINGS: Final = {"glance": "Glance", "card": "Cards", "full": "In full"}
PAGE: Final = 25
MOST_NAMED: Final = 40
EFFECTS: Final = {
    "exclude": "Exclude", "require": "Require", "evidence": "Evidence", "fit": "Fit",
}  # fmt: skip
SIGNS: Final = {
    "exclude": ":material/block:", "require": ":material/lock:", "evidence": ":material/menu_book:",
}  # fmt: skip
#: Why an activity cannot be run as a profile stands, by the rule that says so.
MISFITS: Final = {
    "age_range": "Written for other ages.",
    "group_size": "Needs more people.",
    "setting": "Written for other places.",
    "only_for": "Written for people with a condition that the profile does not name.",
    "telehealth": "Cannot be run by video as written.",
    "not_again": "Marked not again for this client.",
    "not_in_bag": "Needs a tool that is not in the bag, and nothing at hand stands in.",
}


def activities(result: Recommendation) -> None:
    """The list itself, as deep as the reader asked for."""
    _notes(result)
    feedback.told(result)
    if not result.items:
        layout.empty(
            say("Nothing fits as the profile stands"),
            say("The reasons are below. Changing a fact in the form, or a filter, brings back what its rule allows."),
        )
        return held_back(result)
    shown = _page(result.items)
    draw = {"glance": _glance, "card": _card, "full": _full}[st.session_state.get("v_read") or "card"]
    for item in shown:
        draw(item, result)


def _notes(result: Recommendation) -> None:
    taken = st.session_state.get("s_taken")
    names = result.engine.library.activities
    if taken and taken in result.client.not_again:
        with st.container(horizontal=True, vertical_alignment="center", border=True, key="taken"):
            st.markdown(say("**{name}** will not be suggested again.", name=names[taken].name))
            st.button(say("Undo"), on_click=state.undo, icon=":material/undo:", key="s_undo_taken")
    for warning in result.warnings:
        st.info(desk.plain(warning), icon=":material/info:")
    if result.shortfall:
        st.info(result.shortfall, icon=":material/filter_list:")


def _page(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """At most 25 activities at a time."""
    pages = -(-len(items) // PAGE)
    if pages < 2:
        return items
    page = st.pagination(pages, key="v_page", persist_state="session")
    return items[PAGE * (page - 1) : PAGE * page]


def _glance(item: Item, result: Recommendation) -> None:
    library = result.engine.library
    sign, _, words = cards.LIGHTS[item.light]
    facts = (
        say("fit {score}", score=f"{item.score:.0f}"),
        f"{sign} {say(words)}",
        say("{minutes} min", minutes=item.activity.minutes),
    )
    told = f"**{item.rank}. {item.activity.name}** — {' · '.join(facts)}"
    line = st.expander(told, key=f"s_glance_{item.activity.id}", on_change="rerun")
    if line.open:
        with line:
            _body(item)
            cards.run_it(item.activity, library, item.missing_tools)
            _actions(item, result)


def _card(item: Item, result: Recommendation) -> None:
    library = result.engine.library
    with _frame(item):
        _body(item)
        steps = _drawer(say("Run it: steps, materials, easier and harder"), ":material/play_circle:", "run", item)
        if steps.open:
            with steps:
                cards.run_it(item.activity, library, item.missing_tools)
        reasons = _drawer(say("Why: score, path and evidence"), ":material/psychology_alt:", "why", item)
        if reasons.open:
            with reasons:
                _why(item, library)
        _actions(item, result)


def _full(item: Item, result: Recommendation) -> None:
    library = result.engine.library
    with _frame(item):
        _body(item)
        cards.run_it(item.activity, library, item.missing_tools)
        st.subheader(say("Why it is here"), anchor=False)
        _why(item, library)
        _actions(item, result)


def _frame(item: Item) -> DeltaGenerator:
    frame = st.container(border=True, key=f"card_{item.activity.id}")
    frame.header(f"{item.rank}. {item.activity.name}", anchor=False)
    return frame


def _drawer(label: str, icon: str, name: str, item: Item) -> ExpanderContainer:
    return st.expander(label, icon=icon, key=f"s_{name}_{item.activity.id}", on_change="rerun")


def _body(item: Item) -> None:
    cards.strip(item)
    st.markdown(item.activity.purpose)
    st.markdown(f":primary[:material/subdirectory_arrow_right:] {item.why}")
    for caution in item.cautions:
        st.warning(caution, icon=":material/warning:")


def _why(item: Item, library: Library) -> None:
    st.markdown(cards.stability(item))
    cards.contributions(item.contributions, item.activity.id)
    cards.paths(item.paths, library)


def _actions(item: Item, result: Recommendation) -> None:
    name = item.activity.id
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        chosen = name in st.session_state.get("s_compare", [])
        st.button(
            say("Chosen to compare") if chosen else say("Compare"),
            key=f"s_cmp_{name}",
            on_click=_choose,
            args=(name,),
            icon=":material/check:" if chosen else ":material/compare_arrows:",
            type="tertiary",
        )
        st.button(
            say("Not again"),
            key=f"not_again_{name}",
            on_click=state.not_again,
            args=(name,),
            icon=":material/block:",
            type="tertiary",
        )
        planned = name in st.session_state.get("s_include", [])
        st.button(
            say("In the plan") if planned else say("Plan it"),
            key=f"s_inc_{name}",
            on_click=_plan,
            args=(name,),
            icon=":material/check:" if planned else ":material/event_note:",
            type="tertiary",
            help=say("The session on the Plan page will hold it."),
        )
        stars.star(name)
        feedback.buttons(result, name)
        if ranking.is_own(name):
            st.badge(say("Own activity"), icon=":material/edit:", color="gray")
            return
        routes.link("graph", say("In the graph"), ":material/hub:", v_node=f"activity:{name}")
        routes.link("library", say("Its page"), ":material/link:", item=f"activity:{name}")


def _choose(name: str) -> None:
    """Take an activity into the comparison, or out of it; the last two chosen are compared."""
    chosen = st.session_state.get("s_compare", [])
    chosen = [other for other in chosen if other != name] if name in chosen else [*chosen, name][-2:]
    st.session_state["s_compare"] = chosen
    if len(chosen) == 2:
        st.session_state["v_pick_first"], st.session_state["v_pick_second"] = chosen
        st.session_state["v_view"] = "compare"


def _plan(name: str) -> None:
    """Ask for this activity in the session of the Plan page, or no longer."""
    there = st.session_state.get("s_include", [])
    st.session_state["s_include"] = [one for one in there if one != name] if name in there else [*there, name]


def held_back(result: Recommendation) -> None:
    """Every activity that a rule or a misfit took out, with reason and source."""
    if not result.excluded:
        layout.empty(say("Nothing was held back"), say("No rule applies to this profile."), ":material/verified_user:")
        return
    st.markdown(
        say(
            "Safety rules come first and no weight can outvote them. *Exclude*: not for this client; *require*: opens "
            "when documented; *evidence*: advised against; *fit*: cannot be run as the profile stands."
        )
    )
    by_rule: dict[tuple[str, str], list[Exclusion]] = {}
    for item in result.excluded:
        by_rule.setdefault((item.effect, item.rule), []).append(item)
    names = result.engine.library.activities
    order = sorted(by_rule.items(), key=lambda pair: -len(pair[1]))
    for title, fits in ((say("Held back by a rule"), False), (say("Does not fit as the profile stands"), True)):
        found = [pair for pair in order if (pair[0][0] == "fit") == fits]
        if found:
            layout.section(f"{title} ({len({item.activity_id for _, items in found for item in items})})")
        for (effect, rule), items in found:
            _rule(effect, rule, items, names)
    with st.expander(
        say("All of it as a table"), icon=":material/table:", key="v_open_held", on_change="rerun"
    ) as table:
        if table.open:
            _table(result)


def _rule(effect: str, rule: str, items: list[Exclusion], names: dict[str, Activity]) -> None:
    """What one rule holds back: how many, why, on what ground, and which."""
    told = say(MISFITS[rule]) if effect == "fit" else items[0].reason
    with st.container(border=True, gap="small", key=f"row_rule_{rule}"):
        if effect == "fit":
            st.markdown(f"**{len(items)}** · {told}")
        else:
            with st.container(horizontal=True, gap="small"):
                st.badge(say(EFFECTS[effect]), icon=SIGNS[effect], color="gray")
                st.markdown(f"**{len(items)}**")
            st.markdown(told)
        if effect != "fit":
            st.markdown(f":small[{say('Source')}: {items[0].source}]")
        which = st.expander(say("Which activities"), key=f"s_which_{rule}", on_change="rerun", type="compact")
        if which.open:
            with which:
                lines = [f"- {names[item.activity_id].name}" for item in items[:MOST_NAMED]]
                more = len(items) - MOST_NAMED
                lines += [f"- {say('{count} more, in the table below', count=more)}"] if more > 0 else []
                st.markdown("\n".join(lines))


def _table(result: Recommendation) -> None:
    names = result.engine.library.activities
    rows = [
        {
            say("activity"): names[item.activity_id].name,
            say("why"): item.reason,
            say("effect"): say(EFFECTS[item.effect]),
            say("rule"): item.rule,
            say("source"): item.source,
        }
        for item in sorted(result.excluded, key=lambda item: item.effect == "fit")
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt=say("Held-back activities with reason, effect, rule and source"),
        column_config={say("why"): st.column_config.TextColumn(width="large")},
    )
