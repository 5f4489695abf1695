"""Any goal read as a reviewer would: each part with the words it was found in, each gap with how to mend it."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from otrec.app import layout
from otrec.app.language import say
from otrec.goals import Finding, GoalDraft, GoalReview, lint
from otrec.goals.review import PART_NAMES, PARTS
from otrec.models import OtrecError

#: State of a part -> its sign, its class in style.css and its words. The sign tells them apart without colour.
STATES: Final = {
    "found": ("✓", "found", "found"),
    "missing": ("✕", "missing", "missing"),
    "weak": ("◐", "weak", "could be stronger"),
    "advice": ("○", "advice", "advice"),
}
TEXT: Final = "s_goal_text"


def take(text: str) -> None:
    """Put a text into the field that is read."""
    st.session_state[TEXT] = text


def draw(draft: GoalDraft | None) -> str:
    """The field and what was read in it; returns what a screen reader is told."""
    _follow(draft)
    layout.section(say("Read as a reviewer would"))
    text = st.text_area(
        say("A goal: the one above, or any that you paste"),
        key=TEXT,
        height=120,
        max_chars=2000,
        persist_state="session",
        placeholder=say("Within 4 weeks, the client will …"),
        help=say("It is read when you leave the field, or at Ctrl+Enter."),
    )
    if not (text or "").strip():
        st.caption(say("Write or paste a goal, and each part of it is looked for."))
        return ""
    try:
        review = lint(text or "")
    except OtrecError as error:
        layout.refused(say("This cannot be read"), error, ":material/edit_note:")
        return str(error)
    verdict = _verdict(review)
    whole, parts = st.columns([2, 3], gap="large")
    with whole:
        st.html(f'<p class="ot-verdict ot-{"found" if review.passes else "missing"}">{escape(verdict)}</p>')
        st.html(f'<p class="ot-read">{_marked(text or "", review.findings)}</p>')
        st.caption(say("Words and patterns are looked for; whether the goal is the right one is for you to say."))
    with parts:
        st.html(f'<ul class="ot-parts">{"".join(_row(part, review) for part in _shown(review))}</ul>')
    return verdict


def _follow(draft: GoalDraft | None) -> None:
    """The field follows the goal above until somebody writes in it."""
    built = draft.text() if draft else ""
    if built and st.session_state.get(TEXT, "") in ("", st.session_state.get("s_goal_built")):
        st.session_state[TEXT] = built
    if built:
        st.session_state["s_goal_built"] = built


def _verdict(review: GoalReview) -> str:
    sign = STATES["found" if review.passes else "missing"][0]
    if not review.passes:
        return f"{sign} {say('Not ready: {count} needed parts are missing.', count=len(review.missing))}"
    weak = sum(item.level == "weak" for item in review.findings)
    if weak:
        return f"{sign} {say('All needed parts are there; {count} could be stronger.', count=weak)}"
    return f"{sign} {say('All needed parts are there.')}"


def _shown(review: GoalReview) -> list[str]:
    """The parts in order, then privacy and wording where there is something to say."""
    return [*PARTS, *(name for name in ("privacy", "wording") if any(item.part == name for item in review.findings))]


def _row(part: str, review: GoalReview) -> str:
    findings = [item for item in review.findings if item.part == part]
    words = review.parts.get(part)
    state = next((level for level in ("missing", "weak", "advice") if any(f.level == level for f in findings)), "found")
    sign, kind, name = STATES[state]
    quoted = f" <q>{escape(words)}</q>" if words else ""
    mend = "".join(
        f"<p>{_number(item, review.findings)}{escape(item.sentence)} <em>{escape(item.example)}</em></p>"
        for item in findings
    )
    return (
        f'<li><span class="ot-sign ot-{kind}" aria-hidden="true">{sign}</span><div><strong>'
        f'{escape(say(PART_NAMES[part]).capitalize())}</strong> <span class="ot-state ot-{kind}">{escape(say(name))}'
        f"</span>{quoted}{mend}</div></li>"
    )


def row(state: str, words: str) -> str:
    """One line with its sign, for short lists."""
    sign, kind, name = STATES[state]
    return (
        f'<li><span class="ot-sign ot-{kind}" role="img" aria-label="{escape(say(name))}">{sign}</span>'
        f"<div>{escape(words)}</div></li>"
    )


def _placed(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings that point at words, in the order of the text, one for each place."""
    found: list[Finding] = []
    for item in sorted((item for item in findings if item.span), key=lambda item: item.span or (0, 0)):
        if not found or (item.span or (0, 0))[0] >= (found[-1].span or (0, 0))[1]:
            found.append(item)
    return found


def _number(item: Finding, findings: tuple[Finding, ...]) -> str:
    placed = _placed(findings)
    return f"<sup>{placed.index(item) + 1}</sup> " if item in placed else ""


def _marked(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with the words that findings are about underlined and numbered."""
    told, at = "", 0
    for place, item in enumerate(_placed(findings), 1):
        start, end = item.span or (0, 0)
        told += f'{escape(text[at:start])}<mark class="ot-{STATES[item.level][1]}">{escape(text[start:end])}'
        told += f"<sup>{place}</sup></mark>"
        at = end
    return told + escape(text[at:])
