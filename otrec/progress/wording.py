"""How dates, values and differences of a goal are said, in one place for reports and notes."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

Measure = Literal["trials", "duration", "count", "prompt_level", "rubric", "gas"]
Way = Literal["up", "down"]
Role = Literal["therapist", "assistant", "teacher", "teaching_assistant", "family", "client", "student", "other"]

#: Prompt levels from least to most help; the place of a word is the level 0-5 that is stored. Lower is better.
PROMPTS: Final = ("independent", "gestural", "verbal", "model", "partial_physical", "full_physical")
PROMPT_WORDS: Final = (
    "independent", "gestural prompt", "verbal prompt", "model", "partial physical prompt", "full physical prompt",
)  # fmt: skip
PROMPTS_AT_HOME: Final = (
    "without help", "with a gesture", "with spoken help", "after being shown", "with some hands-on help",
    "with full hands-on help",
)  # fmt: skip
#: GAS levels run from -2 (much less than expected) over 0 (as expected) to +2 (much more than expected).
GAS_RANGE: Final = (-2, 2)
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(date: dt.date) -> str:
    """A date as people write it, the same on every machine.

    >>> day(dt.date(2026, 9, 7))
    '7 September 2026'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def number(value: float) -> str:
    """A computed figure with at most one decimal.

    >>> number(4.0), number(2.26), number(-0.01)
    ('4', '2.3', '0')
    """
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> counted(1, "day"), counted(3, "day")
    ('1 day', '3 days')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def recorded(measure: Measure, unit: str, value: float, out_of: int | None, home: bool = False) -> str:
    """A value as it was recorded, with what it counts; `home` chooses words for families.

    >>> recorded("trials", "letters", 3, 5)
    '3 of 5 letters (60 %)'
    >>> recorded("prompt_level", "", 2, None), recorded("prompt_level", "", 2, None, home=True)
    ('verbal prompt (level 2)', 'with spoken help')
    >>> recorded("duration", "seconds", 90, None), recorded("gas", "", 1, None)
    ('90 seconds', 'GAS level +1')
    """
    if measure == "trials" and out_of:
        told = f"{value:g} of {out_of}{' ' + unit if unit else ''}"
        return told if home else f"{told} ({number(100 * value / out_of)} %)"
    if measure == "prompt_level":
        level = round(value)
        return PROMPTS_AT_HOME[level] if home else f"{PROMPT_WORDS[level]} (level {level})"
    if measure == "gas":
        return f"{'step' if home else 'GAS level'} {value:+g}" if value else f"{'step' if home else 'GAS level'} 0"
    return f"{value:g} {unit}".strip()


def on_scale(measure: Measure, unit: str, value: float) -> str:
    """A computed value (an aim, a median) on the scale on which a goal is compared; trials as a share in percent.

    >>> on_scale("trials", "letters", 0.625), on_scale("prompt_level", "", 2.4), on_scale("count", "letters", 3)
    ('62.5 %', 'level 2.4', '3 letters')
    """
    if measure == "trials":
        return f"{number(100 * value)} %"
    if measure in ("prompt_level", "gas"):
        return f"level {number(value)}"
    return f"{number(value)} {unit}".strip()


def difference(measure: Measure, unit: str, value: float) -> str:
    """The size of a difference, without its sign.

    >>> difference("trials", "letters", -0.2), difference("gas", "", 1), difference("duration", "seconds", 4.5)
    ('20 percentage points', '1 level', '4.5 seconds')
    """
    if measure == "trials":
        told = number(100 * abs(value))
        return f"{told} percentage point{'' if told == '1' else 's'}"
    told = number(abs(value))
    if measure in ("prompt_level", "gas"):
        return f"{told} level{'' if told == '1' else 's'}"
    return f"{told} {unit}".strip()


def change(measure: Measure, unit: str, value: float) -> str:
    """A difference with its direction.

    >>> change("trials", "letters", -0.2), change("count", "letters", 0.0), change("duration", "minutes", 3)
    ('20 percentage points less', 'no difference', '3 minutes more')
    """
    if abs(value) < 1e-9:
        return "no difference"
    words = ("higher", "lower") if measure in ("prompt_level", "gas") else ("more", "less")
    return f"{difference(measure, unit, value)} {words[value < 0]}"


def a_week(measure: Measure, unit: str, slope: float) -> str:
    """A slope per week. Levels keep two decimals, as they move little in a week.

    >>> a_week("trials", "letters", 0.05), a_week("prompt_level", "", -0.14), a_week("count", "letters", 0)
    ('5 percentage points more a week', '0.14 levels lower a week', 'no change from week to week')
    """
    if abs(slope) < 1e-9:
        return "no change from week to week"
    if measure in ("prompt_level", "gas"):
        return f"{abs(slope):.2f} levels {'higher' if slope > 0 else 'lower'} a week"
    return f"{change(measure, unit, slope)} a week"


def interval(measure: Measure, low: float, high: float) -> str:
    """The two ends of an interval of slopes, on the scale of `a_week`.

    >>> interval("trials", 0.02, 0.0815), interval("gas", -0.25, 0)
    ('2 to 8.2', '-0.25 to 0.00')
    """
    if measure in ("prompt_level", "gas"):
        return f"{low:.2f} to {high + 0.0:.2f}"
    scale = 100 if measure == "trials" else 1
    return f"{number(scale * low)} to {number(scale * high)}"
