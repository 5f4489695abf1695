"""One goal over time: its chart, what the rule says, the report, and the data behind them."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Final

import streamlit as st

from otrec.app import layout, state
from otrec.app.goals import chart, notes, points, record, stored
from otrec.app.language import say
from otrec.app.plans import sheets
from otrec.handout import progress_sheet
from otrec.models import OtrecError
from otrec.progress import GoalRecord, ProgressFile, Report, Sentence, decision, progress_report
from otrec.progress.report import SOURCES, Wording
from otrec.progress.rule import RULE_SOURCES
from otrec.progress.view import HEADINGS

#: What the four-point rule says -> its sign and its words.
VERDICTS: Final = {
    "change": (":material/build:", "Consider a change"),
    "raise": (":material/trending_up:", "Consider raising the aim"),
    "go_on": (":material/arrow_forward:", "Go on"),
    "too_early": (":material/hourglass_empty:", "Too early to say"),
}
WORDINGS: Final[dict[Wording, str]] = {"therapist": "Therapist", "teacher": "Teacher", "family": "Family"}


def draw() -> str:
    """The view Progress; returns what a screen reader is told."""
    stored.follow()
    places = record.bar()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_record"):
        place = record.choose_goal()
        day = st.text_input(
            say("As of, YYYY-MM-DD"),
            key="s_as_of",
            placeholder=say("the last point"),
            persist_state="session",
            width=190,
        )
    above = st.container()
    layout.section(say("The data"))
    points.draw(place)
    stored.draw(places[0])
    record.save(places, stored.told(places[1]))
    below = st.container()
    file = record.checked()
    if isinstance(file, OtrecError):
        with above:
            record.refused(file)
        return str(file)
    goal = file.goals[place]
    with above:
        told = _seen(file, goal, day or "")
    with below:
        notes.draw(file)
    return told


def _seen(file: ProgressFile, goal: GoalRecord, day: str) -> str:
    """Chart, rule and report as of a day."""
    st.markdown(f"**{goal.id}**")
    st.text(goal.text)
    try:
        as_of = _as_of(day, goal)
        report = progress_report(file, goal.id, as_of)
    except OtrecError as error:
        layout.refused(say("No report for this day"), error)
        return str(error)
    chart.draw(goal, report, as_of)
    told = _rule(goal, as_of)
    _report(report)
    return told


def _as_of(day: str, goal: GoalRecord) -> dt.date:
    """The day of the report: as typed, or the day of the last point."""
    from otrec.planning import day_of

    return day_of(day) if day.strip() else max(item.date for item in (goal.baseline, *goal.points))


def _rule(goal: GoalRecord, as_of: dt.date) -> str:
    found = decision(goal.until(as_of), goal)
    icon, words = VERDICTS[found.verdict]
    with st.container(border=True, key=f"rule_{found.verdict}"):
        layout.section(f"{icon} {say(words)}")
        st.html(_sentence(Sentence(found.text, found.ids)))
        st.markdown("\n".join(f"- :small[{source}]" for source in RULE_SOURCES))
    return f"{say(words)}. {found.text}"


def _report(report: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(width="content"):
            layout.section(say("The report"))
        reader: Wording = layout.switch(say("In words for"), WORDINGS, "v_report")  # type: ignore[assignment, arg-type]
    with st.container(border=True, key="card_report"):
        told = "".join(
            f"<h3>{escape(HEADINGS[name][reader])}</h3><ul>{''.join(f'<li>{_sentence(one)}</li>' for one in held)}</ul>"
            for name, held in report.sections(reader).items()
        )
        st.html(f'<div class="ot-report" lang="en">{told}</div>')
        with st.popover(say("Sources"), icon=":material/menu_book:"):
            st.markdown("\n".join(f"- {source}" for source in SOURCES))
    sheets.offered(
        "progress",
        lambda audience, look: progress_sheet(state.engine().library, report.to_dict(), audience, **look),
        audiences=True,
    )


def _sentence(sentence: Sentence) -> str:
    """A sentence with the ids of the points and goals it rests on."""
    ids = escape(", ".join(runs(sentence.rests_on)))
    return f'{escape(sentence.text)} <span class="ot-ids">[{ids}]</span>' if ids else escape(sentence.text)


def runs(names: tuple[str, ...]) -> list[str]:
    """Ids in short: points of one goal that follow one another are drawn together, nothing is left out.

    >>> runs(("g1.p01", "g1.p02", "g1.p03", "g1.p05", "g1"))
    ['g1.p01–p03', 'g1.p05', 'g1']
    """
    found: list[tuple[str, str]] = []
    for name in names:
        goal, _, number = name.rpartition(".p")
        first, last = found[-1] if found else ("", "")
        before = last.rpartition(".p")
        if goal and before[0] == goal and int(number) == int(before[2]) + 1:
            found[-1] = (first, name)
        else:
            found.append((name, name))
    return [first if first == last else f"{first}–p{last.rpartition('.p')[2]}" for first, last in found]
