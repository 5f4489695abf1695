"""One activity in three depths: a glance, a card, and all of it."""

from __future__ import annotations

from html import escape
from typing import Final

import altair as alt
import pandas as pd
import streamlit as st

from otrec.app.language import say
from otrec.engine import Item, Why
from otrec.explain import LABELS, Path
from otrec.library import Library
from otrec.models import Activity
from otrec.models.terms import Light
from otrec.models.wording import in_words

#: Evidence light -> its sign, its class in style.css and its words. The sign tells them apart without colour.
LIGHTS: Final[dict[Light, tuple[str, str, str]]] = {
    "green": ("●", "green", "Evidence green"),
    "yellow": ("◐", "yellow", "Evidence yellow"),
    "red": ("✕", "red", "Evidence red"),
    "none found": ("○", "none", "Evidence: none found"),
}
TIERS: Final = {"strong": "Strong", "reasonable": "Reasonable", "speculative": "Speculative"}
PHASES: Final = {
    "warm_up": "Warm-up", "targeted": "Targeted", "practice": "Practice", "reflection": "Reflection",
}  # fmt: skip
AROUSALS: Final = {"alerting": "Alerting", "organising": "Organising", "calming": "Calming"}
SUPERVISIONS: Final = {
    "independent": "independent", "nearby": "someone nearby", "line_of_sight": "in line of sight",
    "arms_length": "within arm's length", "clinician": "a clinician",
}  # fmt: skip
#: Features that add less than this to the score, in points of 100, are left out of the picture.
LEAST_POINTS: Final = 0.05
COSTS: Final = {"none": "no cost", "low": "low cost", "medium": "medium cost", "high": "high cost"}


def light(name: Light) -> str:
    """An evidence light as HTML: sign and words."""
    sign, kind, words = LIGHTS[name]
    return f'<span class="ot-light ot-{kind}"><span aria-hidden="true">{sign}</span> {escape(say(words))}</span>'


def _fit(item: Item) -> str:
    told = say(
        "Fit {score} of 100; {low} to {high} when the weights vary",
        score=f"{item.score:.0f}",
        low=f"{item.low:.0f}",
        high=f"{item.high:.0f}",
    )
    bar = f"left:{item.low:.0f}%;width:{max(item.high - item.low, 1):.0f}%"
    tie = f" · {say('tie with the next')}" if item.tie else ""
    return (
        f'<span class="ot-fit"><span class="ot-bar" role="img" aria-label="{escape(told)}">'
        f'<i style="{bar}"></i><b style="left:{item.score:.0f}%"></b></span>'
        f'<strong aria-hidden="true">{item.score:.0f}</strong> {escape(say(TIERS[item.tier]))}{escape(tie)}</span>'
    )


def strip(item: Item) -> None:
    """Fit, evidence and the facts by which one chooses, in one line."""
    activity = item.activity
    phases = in_words((say(PHASES[phase]).lower() for phase in activity.phases), say("and"))
    told = [
        say("{minutes} min", minutes=activity.minutes),
        phases,
        say(AROUSALS[activity.arousal]).lower(),
        *([say("no bought equipment")] if not activity.tools else []),
    ]
    plain = escape(" · ".join(told))
    st.html(f'<div class="ot-strip">{_fit(item)}{light(item.light)}<span class="ot-fact">{plain}</span></div>')


def run_it(activity: Activity, library: Library, missing: tuple[str, ...] = (), *, stacked: bool = False) -> None:
    """Everything a therapist needs to do it tomorrow."""
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(activity.steps, 1)))
    _titled(say("Materials"), *(f"- {line}" for line in _materials(activity, library, missing)))
    easier, harder = (st.container(), st.container()) if stacked else st.columns(2)
    with easier:
        _titled(say("Easier"), *(f"- *{say(step.axis)}*: {step.change}" for step in activity.grade_down))
    with harder:
        _titled(say("Harder"), *(f"- *{say(step.axis)}*: {step.change}" for step in activity.grade_up))
    _titled(say("Measure"), activity.measure)
    _titled(say("For the family"), activity.family)
    if activity.teacher:
        _titled(say("For the teacher"), activity.teacher)
    st.caption(facts(activity))


def _titled(title: str, *lines: str) -> None:
    st.markdown("\n".join([f"**{title}**", "", *lines]))


def facts(activity: Activity) -> str:
    """Ages, people, supervision, set-up and cost in one line."""
    parts = [
        say("Ages {low}-{high}", low=f"{activity.age_min:g}", high=f"{activity.age_max:g}"),
        _people(activity),
        say("supervision: {how}", how=say(SUPERVISIONS[activity.supervision])),
        say("set-up {minutes} min", minutes=activity.preparation_minutes),
        say(COSTS[activity.cost]),
        say("difficulty {level} of 5", level=activity.difficulty),
    ]
    return "; ".join(parts) + "."


def _materials(activity: Activity, library: Library, missing: tuple[str, ...]) -> list[str]:
    lines = [
        f"{library.tools[tool].name}{_swap(tool, library)}" + (f" — *{say('not at hand')}*" if tool in missing else "")
        for tool in activity.tools
    ]
    lines += activity.materials
    if activity.tools_optional:
        names = in_words(library.tools[tool].name.lower() for tool in activity.tools_optional)
        lines.append(say("Optional: {names}", names=names))
    return lines + [say("Swap: {swap}", swap=swap) for swap in activity.swaps]


def _people(activity: Activity) -> str:
    if activity.group_max == 1:
        return say("one person")
    return say("{least}-{most} people", least=activity.group_min, most=activity.group_max)


def _swap(tool: str, library: Library) -> str:
    swaps = [swap.swap for swap in library.household_swaps if swap.tool == tool]
    close = sorted((edge for edge in library.substitutes if edge.instead_of == tool), key=lambda edge: -edge.fit)
    swaps += [library.tools[edge.tool].name.lower() for edge in close[:2]]
    return f" ({say('or')} {in_words(swaps, say('or'))})" if swaps else ""


def stability(item: Item) -> str:
    """How firm the place is, in a sentence."""
    return say(
        "Fit {score} of 100, {low}-{high} when the weights vary by about a third. Place {place} by score; in the first "
        "five in {share} of the draws.",
        score=f"{item.score:.0f}",
        low=f"{item.low:.0f}",
        high=f"{item.high:.0f}",
        place=f"{item.rank_low}-{item.rank_high}" if item.rank_low < item.rank_high else f"{item.rank_low}",
        share=f"{item.p_top5:.0%}",
    )


def contributions(values: dict[str, float], name: str) -> None:
    """Bars of what each feature adds to, or takes from, an average activity's score."""
    points = say("points against an average activity")
    frame = pd.DataFrame(
        [
            {"feature": say(LABELS[key].capitalize()), "points": round(value, 1)}
            for key, value in values.items()
            if abs(value) >= LEAST_POINTS
        ],
        columns=["feature", "points"],
    )
    chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadius=3)
        .encode(
            x=alt.X("points:Q", title=points),
            y=alt.Y(
                "feature:N",
                sort=alt.EncodingSortField("points", order="descending"),
                title=None,
                axis=alt.Axis(labelLimit=260, labelOverlap=False, labelFontSize=12),
            ),
            color=alt.condition(alt.datum.points >= 0, alt.value("#2a8c82"), alt.value("#c2763c")),
            tooltip=["feature", "points"],
        )
        .properties(height=alt.Step(24))
    )
    told = "; ".join(f"{row.feature} {row.points:+.1f}" for row in frame.itertuples())
    st.altair_chart(chart, alt=f"{points}: {told}", key=f"chart_{name}")


def paths(found: tuple[Path, ...], library: Library, most: int = 5) -> None:
    """Barrier, technique, activity: each path with its reason and citations."""
    shown = [path for path in found if path.aimed][:most] or list(found[:2])
    if not shown:
        st.caption(say("No path of the graph leads from these barriers to this activity."))
    for path in shown:
        barrier, technique = library.barriers[path.barrier].name, library.techniques[path.technique].name
        steps = (f"**{barrier}**", f"**{technique}**", say("this activity"))
        st.markdown(f"{' :material/arrow_forward: '.join(steps)}  \n{path.rationale}")
        st.html(light(path.light))
        for citation in path.citations[:3]:
            finding = citation.finding
            if citation.direct:
                where = say("this population")
            else:
                where = say("another population: {population}", population=finding.population)
            graded = finding.strength or say("not graded")
            st.markdown(f":small[{cite(finding.citation)} ({finding.direction}, {graded}; {where}). {finding.finding}]")


def cite(citation: str) -> str:
    """A citation with its DOI as a link."""
    head, sign, doi = citation.partition("doi.org/")
    return f"{head}[doi {doi}](https://doi.org/{doi})" if sign else citation


def answer(why: Why) -> None:
    """Where one activity stands, and why."""
    status = {
        "listed": (":material/check:", say("in the list")),
        "ranked lower": (":material/south:", say("ranked lower")),
        "excluded": (":material/block:", say("held back")),
    }
    icon, words = status[why.status]
    place = say(", place {rank} of {of}", rank=why.rank, of=why.of) if why.rank else ""
    st.markdown(f"{icon} **{why.name}**: {words}{place}")
    for sentence in why.sentences:
        st.markdown(f"- {sentence}")
    for caution in why.cautions:
        st.warning(caution, icon=":material/warning:")
    if why.contributions:
        contributions(why.contributions, f"why_{why.activity_id}")
