"""COPM: numbers that were taken with the real form, their means and change, beside what sources call important."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from otrec.app import layout
from otrec.app.goals import editor
from otrec.app.language import say
from otrec.goals import THRESHOLDS, CopmScores, copm_change
from otrec.models import OtrecError

ROWS: Final = 5
COLUMNS: Final = {
    "performance_before": "Performance, first", "satisfaction_before": "Satisfaction, first",
    "performance_after": "Performance, again", "satisfaction_after": "Satisfaction, again",
}  # fmt: skip


def draw() -> None:
    """The scores of up to five problems, before and after."""
    layout.section(say("COPM scores"))
    st.markdown(
        say(
            "Numbers from 1 to 10 only, taken with the real form; the problems themselves stay on your paper. "
            "One row a problem."
        )
    )
    look: dict[str, tuple[str, Any]] = {
        name: ("number", st.column_config.NumberColumn(say(words), min_value=1, max_value=10, step=1))
        for name, words in COLUMNS.items()
    }
    start = st.session_state.get("s_copm", [{}] * ROWS)
    rows = editor.edit("copm", start, look, say("COPM scores, to be edited"), fixed=True)
    st.session_state["s_copm"] = rows
    used = [row for row in rows if row]
    if not used:
        st.caption(say("Write the scores of at least one problem."))
        return
    try:
        _means(used)
    except OtrecError as error:
        layout.refused(say("Not complete yet"), error, ":material/edit_note:")


def _means(rows: list[dict[str, Any]]) -> None:
    before = _scores(rows, "before")
    again = [row for row in rows if "performance_after" in row or "satisfaction_after" in row]
    if not again:
        one, two = st.columns(2)
        one.metric(say("Performance, first"), f"{before.means[0]:.1f}", border=True)
        two.metric(say("Satisfaction, first"), f"{before.means[1]:.1f}", border=True)
        return
    change = copm_change(before, _scores(rows, "after"))
    one, two = st.columns(2)
    one.metric(
        say("Performance: {before} → {after}", before=f"{change.before[0]:.1f}", after=f"{change.after[0]:.1f}"),
        f"{change.performance:+.1f}",
        border=True,
    )
    two.metric(
        say("Satisfaction: {before} → {after}", before=f"{change.before[1]:.1f}", after=f"{change.after[1]:.1f}"),
        f"{change.satisfaction:+.1f}",
        border=True,
    )
    st.markdown(say("Sources do not agree on how much change matters; the client's own view comes first:"))
    table = [
        {
            say("performance"): _range(item.performance),
            say("satisfaction"): _range(item.satisfaction),
            say("among whom"): item.who,
            say("source"): item.source,
        }
        for item in THRESHOLDS
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, alt=say("Changes that sources call important"))


def _scores(rows: list[dict[str, Any]], when: str) -> CopmScores:
    return CopmScores.of(
        [row.get(f"performance_{when}") for row in rows],  # type: ignore[misc]  # what is missing, the package names
        [row.get(f"satisfaction_{when}") for row in rows],  # type: ignore[misc]
    )


def _range(limits: tuple[float, float]) -> str:
    low, high = limits
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"
