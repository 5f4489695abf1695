"""The chart of one goal: points, aim line, trend with its band and phase lines, told apart by shape and dash."""

from __future__ import annotations

import datetime as dt
from html import escape
from itertools import cycle
from statistics import median
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from otrec.app.language import say
from otrec.progress import PROMPTS, GoalRecord, Report, Trend, aimline, days, trend
from otrec.progress.wording import PROMPT_WORDS, day

#: The shape of the points of each place, and how the key draws it.
SHAPES: Final = {"circle": "●", "square": "■", "triangle-up": "▲", "diamond": "◆", "cross": "✚", "triangle-down": "▼"}
#: The colours of light and dark: ink, aim, trend.
INKS: Final = {"light": ("#0f1211", "#0b625b", "#7d5200"), "dark": ("#f3f1ec", "#7bd8c9", "#f1c65c")}
#: What each line of the chart is: its class in style.css and its words.
KEY: Final = {"aim": "aim line", "trend": "trend; shaded: its 95 % interval", "phase": "phase line"}


def draw(goal: GoalRecord, report: Report, as_of: dt.date) -> None:
    """The chart, its key, and the same as a table."""
    if not report.rows:
        st.info(say("There is no point up to this day."), icon=":material/info:")
        return
    found = trend(goal.until(as_of))
    ink, teal, amber = INKS["dark" if st.context.theme.type == "dark" else "light"]
    layers = [
        *_trend(goal, found, amber),
        _aim(goal, teal),
        *_phases(goal, as_of, ink),
        _points(goal, report, ink),
    ]
    picture = (
        alt.layer(*layers)
        .properties(height=340)
        .configure_view(strokeWidth=0)
        .configure_axis(labelColor=ink, titleColor=ink)
    )
    st.altair_chart(picture, alt=_told(goal, report), key="s_progress_chart")
    left_out = {"trend"} if found.slope is None else set()
    left_out |= set() if any(line.date <= as_of for line in goal.phases) else {"phase"}
    key = [f"<li><b>{sign}</b>{escape(place)}</li>" for place, (_, sign) in _places(report).items()]
    key += [f'<li><i class="ot-k-{kind}"></i>{say(words)}</li>' for kind, words in KEY.items() if kind not in left_out]
    st.html(f'<ul class="ot-key">{"".join(key)}</ul>')
    table = st.expander(say("The chart as a table"), icon=":material/table:", key="s_chart_table", on_change="rerun")
    if table.open:
        with table:
            _table(report)


def _across() -> alt.X:
    return alt.X("date:T", title=None, axis=alt.Axis(format="%Y-%m-%d", tickCount=6, labelOverlap=True, grid=False))


def _up(goal: GoalRecord, name: str = "value") -> alt.Y:
    better = say("higher is better") if goal.direction == "up" else say("lower is better")
    axis: dict[str, Any] = {"labelLimit": 150}
    if goal.measure == "trials":
        axis |= {"format": "%"}
    elif goal.measure == "prompt_level":
        words = [say(word) for word in PROMPT_WORDS]
        axis |= {"values": list(range(len(PROMPTS))), "labelExpr": f"{words!r}[datum.value]"}
    elif goal.measure == "gas":
        axis |= {"values": [-2, -1, 0, 1, 2]}
    title = f"{goal.unit} · {better}" if goal.unit else better
    return alt.Y(f"{name}:Q", title=title, scale=_scale(goal), axis=alt.Axis(**axis))


def _scale(goal: GoalRecord) -> alt.Scale:
    """All that the measure can be, so that a small change does not look large."""
    domains: dict[str, list[float]] = {
        "trials": [0, 1],
        "prompt_level": [-0.2, len(PROMPTS) - 0.8],
        "gas": [-2.2, 2.2],
    }
    wide = domains.get(goal.measure)
    return alt.Scale(domain=wide) if wide else alt.Scale(nice=True, zero=True)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def _places(report: Report) -> dict[str, tuple[str, str]]:
    """Where points were measured, each with its shape and its sign."""
    names = dict.fromkeys(row.setting or say("not recorded") for row in report.rows)
    return dict(zip(names, cycle(SHAPES.items()), strict=False))


def _points(goal: GoalRecord, report: Report, ink: str) -> alt.Chart:
    rows = [
        {"id": row.id, "date": row.date, "value": row.compared, "shown": row.value,
         "where": row.setting or say("not recorded"), "note": row.note}
        for row in report.rows
    ]  # fmt: skip
    places = _places(report)
    scale = alt.Scale(domain=list(places), range=[shape for shape, _ in places.values()])
    shape = alt.Shape("where:N", scale=scale, legend=None)
    tips = [alt.Tooltip("id:N", title=say("point")), alt.Tooltip("date:T", title=say("date"), format="%Y-%m-%d"),
            alt.Tooltip("shown:N", title=say("value")), alt.Tooltip("where:N", title=say("where")),
            alt.Tooltip("note:N", title=say("note"))]  # fmt: skip
    drawn: alt.Chart = (
        alt.Chart(_frame(rows))
        .mark_point(size=90, filled=True, color=ink, opacity=1)
        .encode(x=_across(), y=_up(goal), shape=shape, tooltip=tips)
    )
    return drawn


def _aim(goal: GoalRecord, teal: str) -> alt.Chart:
    ends = [goal.baseline.date, goal.target.date]
    rows = [{"date": date, "value": value} for date, value in zip(ends, aimline(goal, ends), strict=True)]
    drawn: alt.Chart = (
        alt.Chart(_frame(rows))
        .mark_line(strokeDash=[8, 5], strokeWidth=2.2, color=teal)
        .encode(x=_across(), y=_up(goal))
    )
    return drawn


def _trend(goal: GoalRecord, found: Trend, amber: str) -> list[alt.Chart]:
    """The Theil-Sen line through the medians of days and values, as its method has it, and its interval around that."""
    if found.slope is None:
        return []
    measured = days(goal.points)
    measured = tuple(item for item in measured if set(item.ids) <= set(found.ids))
    first, last = measured[0].date, measured[-1].date
    middle = median((item.date - first).days for item in measured) / 7
    level = median(item.value for item in measured)
    rows = []
    for week in (0.0, middle, (last - first).days / 7):
        ends = [level + slope * (week - middle) for slope in (found.low, found.high) if slope is not None]
        rows.append({"date": first + dt.timedelta(days=round(week * 7)), "value": level + found.slope * (week - middle),
                     "low": min(ends, default=None), "high": max(ends, default=None)})  # fmt: skip
    base = alt.Chart(_frame(rows)).encode(x=_across())
    line = base.mark_line(strokeWidth=2.2, color=amber, clip=True).encode(y=_up(goal))
    if found.low is None:
        return [line]
    band = base.mark_area(opacity=0.2, color=amber, clip=True).encode(y=_up(goal, "low"), y2="high:Q")
    return [band, line]


def _phases(goal: GoalRecord, as_of: dt.date, ink: str) -> list[alt.Chart]:
    lines = [{"date": line.date, "label": line.label} for line in goal.phases if line.date <= as_of]
    if not lines:
        return []
    base = alt.Chart(_frame(lines)).encode(x=_across())
    rule = base.mark_rule(strokeDash=[2, 3], strokeWidth=1.6, color=ink)
    name = base.mark_text(align="left", baseline="top", dx=5, color=ink, fontSize=12).encode(
        y=alt.value(2), text="label:N"
    )
    return [rule, name]


def _told(goal: GoalRecord, report: Report) -> str:
    first, last = report.rows[0], report.rows[-1]
    return say(
        "Chart of goal {goal}: {count} points from {start} ({first}) to {end} ({last}). The table below has all of it.",
        goal=goal.id,
        count=len(report.rows),
        start=day(first.date),
        first=first.value,
        end=day(last.date),
        last=last.value,
    )


def _table(report: Report) -> None:
    rows = [
        {
            say("point"): row.id,
            say("date"): row.date.isoformat(),
            say("value"): row.value,
            say("aim"): row.aim_shown,
            say("phase"): row.phase,
            say("where"): row.setting,
            say("note"): row.note,
        }
        for row in report.rows
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Every point with its aim, phase, place and note"))
