"""A line chart of one goal as SVG: points, aim line and phase lines told apart by shape, never by colour alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from statistics import median
from typing import Final
from xml.sax.saxutils import escape

from otrec.handout.given import RowGiven
from otrec.handout.language import Translator

WIDTH, HEIGHT = 640, 320
INK: Final = "#111111"
FAINT: Final = "#c4c4c4"
#: Sizes of letters in units of the drawing; printed 165 mm wide, 24.5 is 18 pt and 12 is 8.8 pt.
PLAIN, LARGE = 12.0, 24.5
#: Width of a letter of DejaVu Sans, as a share of its size, on the wide side.
LETTER: Final = 0.62


@dataclass(frozen=True)
class _Frame:
    """From days and values to places on the paper, with margins that follow the size of the letters."""

    start: Date
    days: int
    low: float
    high: float
    size: float

    @property
    def left(self) -> float:
        return 14 + 3.6 * self.size

    @property
    def right(self) -> float:
        return WIDTH - 16 - 3.4 * self.size

    @property
    def top(self) -> float:
        return 14 + 1.6 * self.size

    @property
    def bottom(self) -> float:
        return HEIGHT - 12 - 1.8 * self.size

    def x(self, date: Date) -> float:
        return round(self.left + (self.right - self.left) * (date - self.start).days / self.days, 1)

    def y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low), 1)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from at or below `low` to at or above `high`, at most `most` + 1 of them.

    >>> ticks(0.1, 0.8), ticks(3, 41), ticks(2, 2)
    ([0.0, 0.2, 0.4, 0.6, 0.8], [0.0, 10.0, 20.0, 30.0, 40.0, 50.0], [1.0, 2.0, 3.0])
    """
    if high - low < 1e-9:
        return [round(low) - 1.0, float(round(low)), round(low) + 1.0]
    power = 10 ** math.floor(math.log10((high - low) / most))
    step = next(power * by for by in (1, 2, 5, 10, 20) if (high - low) / (power * by) <= most - 1)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(float(step * at), 10) for at in range(first, last + 1)]


def chart_svg(rows: Sequence[RowGiven], say: Translator, *, percent: bool = False, large: bool = False) -> str:
    """The chart of some rows, at least one.

    Points are filled circles, joined by a line through the median of each day; the aim is a dashed line named at its
    end; a new phase is a dotted upright line with its name. A name with no room is cut short: the table has it whole.
    """
    rows = sorted(rows, key=lambda row: row.date)
    values = [row.compared for row in rows] + [row.aim for row in rows if row.aim is not None]
    marks = ticks(min(values), max(values))
    span = max(1, (rows[-1].date - rows[0].date).days)
    frame = _Frame(rows[0].date, span, marks[0], marks[-1], LARGE if large else PLAIN)
    parts = [*_axes(frame, rows, marks, percent), *_phases(frame, rows), *_aim(frame, rows, say), *_points(frame, rows)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="DejaVu Sans" '
        f'font-size="{frame.size}" fill="{INK}">' + "".join(parts) + "</svg>"
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}/>'


def _axes(frame: _Frame, rows: Sequence[RowGiven], marks: list[float], percent: bool) -> list[str]:
    parts = []
    for mark in marks:
        y = frame.y(mark)
        words = f"{100 * mark:g} %" if percent else f"{mark:g}"
        parts.append(_line(frame.left, y, frame.right, y, f'stroke="{FAINT}"'))
        parts.append(_text(frame.left - 8, y + 0.35 * frame.size, words, "end"))
    first, last = rows[0].date, rows[-1].date
    below = frame.bottom + 8 + 1.2 * frame.size
    dates = [_text(frame.left - 8 if first != last else frame.left, below, first.isoformat())]
    return [*parts, *dates, *([_text(frame.right + 30, below, last.isoformat(), "end")] if first != last else [])]


def _phases(frame: _Frame, rows: Sequence[RowGiven]) -> list[str]:
    parts, before = [], ""
    for row in rows:
        if row.phase and row.phase != before:
            x = frame.x(row.date)
            parts.append(_line(x, frame.top - 8, x, frame.bottom, f'stroke="{INK}" stroke-dasharray="1.5 4"'))
            parts.append(_named(frame, x, row.phase))
            before = row.phase
    return parts


def _named(frame: _Frame, x: float, name: str) -> str:
    """The name of a phase beside its line, on the side with more room."""
    to_the_right = WIDTH - x >= x or len(name) * LETTER * frame.size <= WIDTH - x - 8
    room = int(((WIDTH - x if to_the_right else x) - 8) / (LETTER * frame.size))
    shown = name if len(name) <= room else name[: max(1, room - 1)].rstrip() + "…"
    y = frame.top - 10 - 0.3 * frame.size
    return _text(x + 4, y, shown) if to_the_right else _text(x - 4, y, shown, "end")


def _aim(frame: _Frame, rows: Sequence[RowGiven], say: Translator) -> list[str]:
    aims = [(frame.x(row.date), frame.y(row.aim)) for row in rows if row.aim is not None]
    if not aims:
        return []
    path = " ".join(f"{x},{y}" for x, y in aims)
    look = f'fill="none" stroke="{INK}" stroke-width="1.6" stroke-dasharray="8 5"'
    return [f'<polyline points="{path}" {look}/>', _text(aims[-1][0] + 10, aims[-1][1] + 0.35 * frame.size, say("aim"))]


def _points(frame: _Frame, rows: Sequence[RowGiven]) -> list[str]:
    """A circle for each point; the line goes through the median of each day."""
    places = [(frame.x(row.date), frame.y(row.compared)) for row in rows]
    by_day = {row.date: [other.compared for other in rows if other.date == row.date] for row in rows}
    path = " ".join(f"{frame.x(date)},{frame.y(median(values))}" for date, values in by_day.items())
    dots = [f'<circle cx="{x}" cy="{y}" r="4.5"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="2.2"/>', *dots]


def chart_alt(rows: Sequence[RowGiven], say: Translator) -> str:
    """The chart in words: how many points, from what to what; the table holds the rest."""
    first, last = min(rows, key=lambda row: row.date), max(rows, key=lambda row: row.date)
    told = say(
        "Line chart of {count} points, from {start} ({first}) to {end} ({last}). The table below has every point."
    )
    return told.format(
        count=len(rows), start=first.date.isoformat(), first=first.value, end=last.date.isoformat(), last=last.value
    )
