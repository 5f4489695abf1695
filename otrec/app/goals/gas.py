"""Scoring: goal attainment scales with their T-score, and COPM scores beside what sources call an important change."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from otrec.app import layout
from otrec.app.goals import copm, reading
from otrec.app.language import say
from otrec.goals import Finding, GasScale, gas_change, gas_table
from otrec.models import OtrecError

KEEP: Final = "session"
#: Level -> what it means.
LEVELS: Final = {
    -2: "much less than expected", -1: "less than expected", 0: "as expected", 1: "more than expected",
    2: "much more than expected",
}  # fmt: skip
BASELINES: Final = {-1: "−1: some of it is there", -2: "−2: nothing worse is possible"}
RATINGS: Final = {0: "0: does not count", 1: "1: a little", 2: "2: moderately", 3: "3: very"}
#: Two invented scales, to see how they work.
EXAMPLE: Final[tuple[dict[str, Any], ...]] = (
    {"levels": ("Fastens 0 of 6 buttons", "Fastens 1 of 6 buttons", "Fastens 2 of 6 buttons", "Fastens 3 of 6 buttons",
                "Fastens 4 of 6 buttons"), "importance": 3, "difficulty": 2, "baseline": -2, "score": 1},
    {"levels": ("Stays at the table for 2 minutes", "Stays at the table for 4 minutes",
                "Stays at the table for 6 minutes", "Stays at the table for 8 minutes",
                "Stays at the table for 10 minutes"), "importance": 2, "difficulty": 2, "baseline": -1, "score": 0},
)  # fmt: skip
FORMULA: Final = r"T = 50 + \frac{10\,\sum w_i x_i}{\sqrt{(1-\rho)\sum w_i^2 + \rho\,\left(\sum w_i\right)^2}}"
SOURCES: Final = (
    "Kiresuk & Sherman 1968, [doi 10.1007/BF01530764](https://doi.org/10.1007/BF01530764)",
    "Turner-Stokes 2009, [doi 10.1177/0269215508101742](https://doi.org/10.1177/0269215508101742), with its erratum",
)


def draw() -> str:
    """The view GAS and COPM; returns what a screen reader is told."""
    layout.section(say("Goal attainment scaling"))
    st.markdown(say("Five levels for each goal: 0 is what you expect by the agreed day. Then score what was reached."))
    score = st.container()
    names = _names()
    scored = [_scale(name, place) for place, name in enumerate(names, 1)]
    with st.container(horizontal=True, gap="small", key="options"):
        st.button(say("Add a goal"), icon=":material/add:", on_click=_add, key="s_gas_add")
        st.button(
            say("Fill in an example"), icon=":material/lightbulb:", on_click=_example, key="s_gas_example",
            type="tertiary",
        )  # fmt: skip
    with score:
        told = _score([one for one in scored if one is not None], len(names))
    copm.draw()
    return told


def _names() -> list[int]:
    found: list[int] = st.session_state.setdefault("s_gas_goals", [1])
    return found


def _add() -> None:
    st.session_state["s_gas_goals"] = [*_names(), max(_names(), default=0) + 1]


def _drop(name: int) -> None:
    st.session_state["s_gas_goals"] = [one for one in _names() if one != name]


def _example() -> None:
    start = max(_names(), default=0) + 1
    st.session_state["s_gas_goals"] = [start + place for place in range(len(EXAMPLE))]
    for name, scale in zip(_names(), EXAMPLE, strict=True):
        for level, text in zip(LEVELS, scale["levels"], strict=True):
            st.session_state[f"s_gas_{name}_level{level}"] = text
        for part in ("importance", "difficulty", "baseline", "score"):
            st.session_state[f"s_gas_{name}_{part}"] = scale[part]


def _scale(name: int, place: int) -> tuple[int, int, int] | None:
    """One scale; its baseline, its score and its weight, or None while it is not scored."""
    with st.container(border=True, key=f"card_gas_{name}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(say("Goal {number}", number=place), anchor=False)
            st.button(
                say("Take out"), icon=":material/close:", key=f"s_gas_drop_{name}", on_click=_drop, args=(name,),
                type="tertiary", help=say("Take goal {number} out", number=place),
            )  # fmt: skip
        left, right = st.columns([3, 2], gap="large")
        with left:
            levels = [_level(name, level) for level in LEVELS]
        with right:
            importance = _pick(name, "importance", say("How important"), RATINGS, 1)
            difficulty = _pick(name, "difficulty", say("How difficult"), RATINGS, 1)
            baseline = _pick(name, "baseline", say("Where it starts"), BASELINES, 0)
            score = st.segmented_control(
                say("Score now"), list(LEVELS), format_func=_signed, key=f"s_gas_{name}_score", persist_state=KEEP
            )
        if all(levels):
            scale = GasScale(levels=levels, importance=importance, difficulty=difficulty, baseline=baseline)
            _lint(scale.lint())
            if score is not None:
                st.markdown(say("Reached: {level}", level=f"**{scale.level(score)}**"))
            st.caption(say("Weight {weight}: importance times difficulty.", weight=scale.weight))
        else:
            scale = GasScale(levels=("-2", "-1", "0", "1", "2"), importance=importance, difficulty=difficulty)
            st.caption(say("Write all five levels, and they are looked through."))
    return None if score is None else (baseline, score, scale.weight)


def _level(name: int, level: int) -> str:
    text = st.text_input(
        f"{_signed(level)} · {say(LEVELS[level])}", key=f"s_gas_{name}_level{level}", max_chars=200, persist_state=KEEP
    )
    return (text or "").strip()


def _signed(level: int) -> str:
    return f"{level:+d}".replace("-", "−") if level else "0"


def _pick(name: int, part: str, label: str, options: dict[int, str], first: int) -> Any:
    return st.selectbox(
        label,
        list(options),
        index=first,
        format_func=lambda one: say(options[one]),
        key=f"s_gas_{name}_{part}",
        persist_state=KEEP,
    )


def _lint(findings: tuple[Finding, ...]) -> None:
    """What to mend in the levels, each with its sign; whether any of it has to be."""
    needed = any(item.level in ("missing", "weak") for item in findings)
    rows = [] if needed else [reading.row("found", say("Nothing in these levels has to be mended."))]
    rows += [reading.row(item.level, f"{item.sentence} {item.example}") for item in findings]
    st.html(f'<ul class="ot-parts ot-lines">{"".join(rows)}</ul>')


def _score(scored: list[tuple[int, int, int]], goals: int) -> str:
    """The T-score of all scored goals, from where to where, and how it is worked out."""
    if not scored:
        st.info(say("Score at least one goal to see its T-score."), icon=":material/info:")
        told = say("Score at least one goal to see its T-score.")
    else:
        baselines, scores, weights = (list(part) for part in zip(*scored, strict=True))
        try:
            found = gas_change(baselines, scores, weights)
        except OtrecError as error:
            layout.refused(say("No T-score"), error)
            return str(error)
        now, before, change = st.columns(3)
        now.metric(say("T-score now"), f"{found.achieved:.1f}", border=True, help=say("50 is as expected."))
        before.metric(say("T-score at the start"), f"{found.baseline:.1f}", border=True)
        change.metric(say("Change in T"), f"{found.change:+.1f}", border=True)
        told = say("T-score now {t} over {count} goals.", t=f"{found.achieved:.1f}", count=len(scored))
        if len(scored) < goals:
            st.caption(say("{count} of {all} goals are scored; the others are left out.", count=len(scored), all=goals))
    with st.expander(say("How T is worked out"), icon=":material/function:", key="s_gas_how"):
        st.latex(FORMULA)
        st.markdown(
            say(
                "x is the score of a goal (−2 to +2), w its weight (importance times difficulty), ρ = 0.3 the expected "
                "correlation between goals. Scores are ordered steps: T takes them as equal."
            )
        )
        st.markdown("\n".join(f"- {source}" for source in SOURCES))
        if scored:
            rows = gas_table(len(scored))
            cells = " · ".join(f"{_signed(total)}: {t:.1f}" for total, t in rows)
            st.markdown(say("With equal weights, sum of scores and T: {cells}", cells=cells))
    return told
