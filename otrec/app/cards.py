"""One activity as a card: a glance, then how to run it, then why it is here."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from otrec.app import state
from otrec.engine import Item, Why
from otrec.explain import LABELS, Path
from otrec.library import Library
from otrec.models import Activity
from otrec.models.wording import in_words

LIGHTS = {
    "green": (":material/check_circle:", "green", "Best evidence green"),
    "yellow": (":material/change_history:", "orange", "Best evidence yellow"),
    "red": (":material/cancel:", "red", "Best evidence red"),
    "none found": (":material/radio_button_unchecked:", "gray", "Evidence: none found"),
}
TIERS = {"strong": "Strong", "reasonable": "Reasonable", "speculative": "Speculative"}
PHASES = {"warm_up": "Warm-up", "targeted": "Targeted", "practice": "Real-life practice", "reflection": "Reflection"}


def card(item: Item, library: Library) -> None:
    """Draw one recommended activity."""
    activity = item.activity
    with st.container(border=True, key=f"card_{activity.id}"):
        st.subheader(f"{item.rank}. {activity.name}", anchor=False)
        _badges(item)
        st.markdown(activity.purpose)
        st.markdown(f":primary[:material/subdirectory_arrow_right:] {item.why}")
        for caution in item.cautions:
            st.warning(caution, icon=":material/warning:")
        with st.expander("Run it: steps, materials, easier and harder", icon=":material/play_circle:"):
            run_it(activity, library, item.missing_tools)
        with st.expander("Why: score, path and evidence", icon=":material/psychology_alt:"):
            contributions(item.contributions, activity.id)
            paths(item.paths, library)
        st.button(
            "Not again",
            key=f"not_again_{activity.id}",
            on_click=state.not_again,
            args=(activity.id,),
            icon=":material/block:",
            type="tertiary",
            help="Undo under History in the form.",
        )


def _badges(item: Item) -> None:
    icon, colour, text = LIGHTS[item.light]
    place = f"{item.rank_low}-{item.rank_high}" if item.rank_low < item.rank_high else f"{item.rank_low}"
    stable = (
        f"Fit {item.score:.0f} of 100 ({item.low:.0f}-{item.high:.0f} when the weights vary). Place {place} by score; "
        f"in the first five in {item.p_top5:.0%} of the draws." + (" A tie with the next one." if item.tie else "")
    )
    with st.container(horizontal=True, gap="small"):
        tie = " · tie" if item.tie else ""
        st.badge(f"Fit {item.score:.0f} · {TIERS[item.tier]}{tie}", color="primary", help=stable)
        st.badge(text, icon=icon, color=colour, help="The best of its links")  # type: ignore[arg-type]
        st.badge(f"{item.activity.minutes} min", icon=":material/schedule:", color="gray")
        st.badge(in_words(PHASES[phase] for phase in item.activity.phases), icon=":material/flag:", color="gray")
        st.badge(item.activity.arousal.capitalize(), icon=":material/vital_signs:", color="gray")


def run_it(activity: Activity, library: Library, missing: tuple[str, ...] = ()) -> None:
    """Everything a therapist needs to do it tomorrow."""
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(activity.steps, 1)))
    st.markdown("**Materials**\n" + "\n".join(f"- {line}" for line in _materials(activity, library, missing)))
    easier, harder = st.columns(2)
    easier.markdown("**Easier**\n" + "\n".join(f"- *{step.axis}*: {step.change}" for step in activity.grade_down))
    harder.markdown("**Harder**\n" + "\n".join(f"- *{step.axis}*: {step.change}" for step in activity.grade_up))
    st.markdown(f"**Measure** {activity.measure}")
    st.markdown(f"**For the family** {activity.family}")
    if activity.teacher:
        st.markdown(f"**For the teacher** {activity.teacher}")
    st.caption(
        f"Ages {activity.age_min:g}-{activity.age_max:g}; {_people(activity)}; supervision: "
        f"{activity.supervision.replace('_', ' ')}; set-up {activity.preparation_minutes} min; cost: {activity.cost}."
    )


def _materials(activity: Activity, library: Library, missing: tuple[str, ...]) -> list[str]:
    lines = [
        f"{library.tools[tool].name}{_swap(tool, library)}" + (" — *not at hand*" if tool in missing else "")
        for tool in activity.tools
    ]
    lines += activity.materials
    if activity.tools_optional:
        lines.append(f"Optional: {in_words(library.tools[tool].name.lower() for tool in activity.tools_optional)}")
    return lines + [f"Swap: {swap}" for swap in activity.swaps]


def _people(activity: Activity) -> str:
    if activity.group_max == 1:
        return "one person"
    return f"{activity.group_min}-{activity.group_max} people"


def _swap(tool: str, library: Library) -> str:
    swaps = [swap.swap for swap in library.household_swaps if swap.tool == tool]
    close = sorted((edge for edge in library.substitutes if edge.instead_of == tool), key=lambda edge: -edge.fit)
    swaps += [library.tools[edge.tool].name.lower() for edge in close[:2]]
    return f" (or {in_words(swaps, 'or')})" if swaps else ""


def contributions(values: dict[str, float], name: str) -> None:
    """Bars of what each feature adds to, or takes from, an average activity's score."""
    frame = pd.DataFrame(
        [{"feature": LABELS[key].capitalize(), "points": round(value, 1)} for key, value in values.items()]
    )
    chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadius=3)
        .encode(
            x=alt.X("points:Q", title="points against an average activity"),
            y=alt.Y(
                "feature:N",
                sort=alt.EncodingSortField("points", order="descending"),
                title=None,
                axis=alt.Axis(labelLimit=240, labelOverlap=False),
            ),
            color=alt.condition(alt.datum.points >= 0, alt.value("#2a8c82"), alt.value("#c2763c")),
            tooltip=["feature", "points"],
        )
        .properties(height=24 * len(frame))
    )
    told = "; ".join(f"{row.feature} {row.points:+.1f}" for row in frame.itertuples())
    st.altair_chart(chart, alt=f"Points against an average activity: {told}", key=f"chart_{name}")


def paths(found: tuple[Path, ...], library: Library, most: int = 5) -> None:
    """Barrier, technique, activity: each path with its reason and citations."""
    shown = [path for path in found if path.aimed][:most] or list(found[:2])
    if not shown:
        st.caption("No path of the graph leads from these barriers to this activity.")
    for path in shown:
        icon, colour, text = LIGHTS[path.light]
        barrier, technique = library.barriers[path.barrier].name, library.techniques[path.technique].name
        st.markdown(
            f"**{barrier}** :material/arrow_forward: **{technique}** :material/arrow_forward: this activity  \n"
            f"{path.rationale}"
        )
        st.badge(text.removeprefix("Best ").capitalize(), icon=icon, color=colour)  # type: ignore[arg-type]
        for citation in path.citations[:3]:
            finding = citation.finding
            where = "this population" if citation.direct else f"another population: {finding.population}"
            graded = finding.strength or "not graded"
            st.markdown(
                f":small[{_linked(finding.citation)} ({finding.direction}, {graded}; {where}). {finding.finding}]"
            )


def _linked(citation: str) -> str:
    head, sign, doi = citation.partition("doi.org/")
    return f"{head}[doi {doi}](https://doi.org/{doi})" if sign else citation


def answer(why: Why, library: Library) -> None:
    """Where one activity stands, and why."""
    icons = {"listed": ":material/check:", "ranked lower": ":material/south:", "excluded": ":material/block:"}
    place = f", place {why.rank} of {why.of}" if why.rank else ""
    st.markdown(f"{icons[why.status]} **{why.name}**: {why.status}{place}")
    for sentence in why.sentences:
        st.markdown(f"- {sentence}")
    for caution in why.cautions:
        st.warning(caution, icon=":material/warning:")
    if why.contributions:
        contributions(why.contributions, f"why_{why.activity_id}")
