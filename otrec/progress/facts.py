"""What can be said about a goal from its data, section by section."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Final

from otrec.models.wording import in_words
from otrec.progress.limits import limits
from otrec.progress.records import DataPoint
from otrec.progress.rule import BEFORE, RUN, Verdict, decision
from otrec.progress.series import PhaseSummary, Trend, aimline, overlap, phases, side, trend
from otrec.progress.view import Fact, View
from otrec.progress.wording import PROMPT_WORDS, PROMPTS_AT_HOME, a_week, counted, day, interval


def _goal(view: View) -> list[Fact]:
    goal, end = view.goal, view.goal.target
    better = {"up": "higher", "down": "lower"}[goal.direction]
    measured = (
        f"Measured as {goal.measure.replace('_', ' ')}{', ' + goal.unit if goal.unit else ''}; {better} is better."
    )
    told = f"Target: {view.shown(end.value, end.out_of)} by {day(end.date)}."
    return [
        Fact((goal.id,), f"{goal.id}: {goal.text}", goal.text, goal.text),
        Fact((goal.id,), measured, measured),
        Fact(
            (goal.id,), told, told, f"We hope for: {view.shown(end.value, end.out_of, home=True)} by {day(end.date)}."
        ),
    ]


def _now(view: View) -> list[Fact]:
    goal, start = view.goal, view.goal.baseline
    first = f"Baseline on {day(start.date)}: {view.shown(start.value, start.out_of)}."
    home = f"At the start, on {day(start.date)}: {view.shown(start.value, start.out_of, home=True)}."
    told = [Fact((goal.id,), first, first, home)]
    if not view.days:
        nothing = f"No point was recorded up to {day(view.as_of)}."
        return [*told, Fact((goal.id,), nothing, nothing, f"Nothing was measured up to {day(view.as_of)}.")]
    last = view.days[-1]
    values = in_words(_placed(item, view, home=False) for item in view.latest)
    at_home = in_words(_placed(item, view, home=True) for item in view.latest)
    middle = f" Their median, {view.scaled(last.value)}, is used." if len(view.latest) > 1 else ""
    gain = view.changed(last.value - start.share)
    now = f"Latest on {day(last.date)}: {values}.{middle} Against the baseline: {gain}."
    then = f"Now, on {day(last.date)}: {at_home}."
    return [*told, Fact((*last.ids, goal.id), now, now, then)]


def _placed(item: DataPoint, view: View, home: bool) -> str:
    told = view.shown(item.value, item.out_of, home)
    return f"{told} ({item.setting})" if item.setting and len(view.latest) > 1 else told


#: Ahead of, on and behind the aim line, by `side`.
SIDES: Final = {1: "ahead of", 0: "on", -1: "behind"}
SIDES_AT_HOME: Final = {
    1: "ahead of where we hoped to be",
    0: "where we hoped to be",
    -1: "behind where we hoped to be",
}


def _aim(view: View) -> list[Fact]:
    if not view.days:
        return []
    goal, last = view.goal, view.days[-1]
    aim, where = aimline(goal, [last.date])[0], side(goal, last)
    now = (
        f"The aim for {day(last.date)} is {view.scaled(aim)}; the latest, {view.scaled(last.value)}, is "
        f"{SIDES[where]} the aim line ({view.changed(last.value - aim)})."
    )
    sides = [side(goal, item) for item in view.days]
    spread = (
        f"Of {counted(len(sides), 'measured day')}, {sides.count(1)} ahead of the aim line, {sides.count(0)} on it, "
        f"{sides.count(-1)} behind it."
    )
    told = [Fact((*last.ids, goal.id), now, now, f"On {day(last.date)} this is {SIDES_AT_HOME[where]}.")]
    told.append(Fact((*view.ids, goal.id), spread, spread))
    better = -1 if goal.direction == "down" else 1
    there = [item for item in view.days if (item.value - goal.target.share) * better >= -1e-9]
    if there:
        rests_on = (*(name for item in there for name in item.ids), goal.id)
        reached = f"The target was reached on {in_words(day(item.date) for item in there)}."
        told.append(Fact(rests_on, reached, reached, reached.replace("The target", "The goal")))
    elif view.as_of > goal.target.date:
        over = f"The target date, {day(goal.target.date)}, has passed without a point that reaches the target."
        home = f"The day we aimed for, {day(goal.target.date)}, has passed."
        told.append(Fact((*view.ids, goal.id), over, over, home))
    return told


def _trend(view: View) -> list[Fact]:
    found = trend(view.points)
    rests_on = (*view.ids, view.goal.id)
    if found.slope is None:
        short = f"{found.missing[0].upper()}{found.missing[1:]}."
        return [Fact(rests_on, short, short, "There are too few results to see if they go up or down.")]
    told = (
        f"Over {counted(found.days, 'measured day')}: {_slope(view, found)} (Theil-Sen slope{_interval(view, found)})."
    )
    plain = f"Over {counted(found.days, 'measured day')}: {_slope(view, found)}."
    unclear = found.low is None or found.high is None or found.low <= 0 <= found.high
    home = f"The results of {counted(found.days, 'day')} {_going(view, found, unclear)}."
    return [Fact(rests_on, told, plain + (" The direction is not certain." if unclear else ""), home)]


def _slope(view: View, found: Trend) -> str:
    return a_week(view.goal.measure, view.goal.unit, found.slope or 0.0)


def _interval(view: View, found: Trend) -> str:
    if found.low is None or found.high is None:
        return f"; {found.missing}"
    return f"; 95 % interval {interval(view.goal.measure, found.low, found.high)} a week"


def _going(view: View, found: Trend, unclear: bool) -> str:
    if unclear or not found.slope:
        return "do not show for sure if they go up or down"
    nicer = (found.slope > 0) == (view.goal.direction == "up")
    return "get closer to the goal" if nicer else "move away from the goal"


def _phases(view: View) -> list[Fact]:
    goal = view.goal
    if not any(line.date <= view.as_of for line in goal.phases):
        return []
    found = [item for item in phases(view.points, goal) if item.begins is None or item.begins <= view.as_of]
    told = []
    for item in found:
        name = f"From {day(item.begins)}, {item.label}" if item.begins else "Before the first phase line"
        rests_on = (*item.trend.ids, goal.id)
        if item.level is None:
            told.append(Fact(rests_on, f"{name}: no point."))
            continue
        slope = item.trend.missing if item.trend.slope is None else _slope(view, item.trend)
        plain = f"{name}: median {view.scaled(item.level)} of {counted(len(item.days), 'measured day')}"
        home = f"{name}: {counted(len(item.days), 'day')}, middle result {view.scaled(item.level)}."
        told.append(Fact(rests_on, f"{plain}; {slope}.", f"{plain}.", home))
    return [*told, *(fact for before, after in pairwise(found) for fact in _pairs(view, before, after))]


def _pairs(view: View, before: PhaseSummary, after: PhaseSummary) -> list[Fact]:
    found = overlap(before.days, after.days, view.goal)
    if found is None:
        return []
    pairs, earlier = found.better + found.worse + found.equal, before.label or "the days before it"
    told = (
        f"{after.label}, against {earlier}: of {pairs} pairs of days the later one is better in {found.better}, worse "
        f"in {found.worse}, equal in {found.equal} (Tau {found.tau:.2f}, not corrected for a trend before)."
    )
    return [Fact((*before.trend.ids, *after.trend.ids, view.goal.id), told)]


#: What a verdict means to the people around the client.
VERDICTS_AT_HOME: Final[dict[Verdict, str]] = {
    "change": f"The last {RUN} results are behind the line to the goal. Let us talk about what to change.",
    "raise": f"The last {RUN} results are ahead of the line to the goal. Let us talk about a higher goal.",
    "go_on": f"The last {RUN} results are not all ahead or all behind. We go on.",
    "too_early": f"It is too early to say. We need {BEFORE + 1} days of results, and {RUN} after each change.",
}


def _decision(view: View) -> list[Fact]:
    found = decision(view.points, view.goal)
    return [Fact((*found.ids, view.goal.id), found.text, found.text, VERDICTS_AT_HOME[found.verdict])]


def _notes(view: View) -> list[Fact]:
    told = []
    for setting in dict.fromkeys(item.setting for item in view.points if item.setting):
        held = [item for item in view.points if item.setting == setting]
        middle = view.scaled(median(item.share for item in held))
        plain = f"{setting}: {counted(len(held), 'point')}, median {middle}."
        home = f"{setting}: {counted(len(held), 'result')}, middle result {middle}."
        told.append(Fact((*(item.id for item in held), view.goal.id), plain, plain, home))
    helped = [item for item in view.points if item.prompt is not None]
    if helped:
        first, last = helped[0], helped[-1]
        plain, home = (_help(helped, words) for words in (PROMPT_WORDS, PROMPTS_AT_HOME))
        told.append(Fact((first.id, last.id), f"Prompts: {plain}.", f"Prompts: {plain}.", f"Help: {home}."))
    for item in view.points:
        if item.note:
            told.append(Fact((item.id,), f"{item.id}, {day(item.date)}, note: {item.note}"))
    return told


def _help(helped: list[DataPoint], words: tuple[str, ...]) -> str:
    ends = [(item, words[item.prompt]) for item in (helped[0], helped[-1]) if item.prompt is not None]
    return ", then ".join(dict.fromkeys(f"{word} on {day(item.date)}" for item, word in ends))


SECTIONS: Final[dict[str, Callable[[View], list[Fact]]]] = {
    "goal": _goal, "now": _now, "aim": _aim, "trend": _trend, "phases": _phases, "decision": _decision,
    "notes": _notes, "limits": limits,
}  # fmt: skip


def facts(view: View) -> dict[str, tuple[Fact, ...]]:
    """All facts about a goal, by section; a section without facts is left out."""
    told = ((name, write(view)) for name, write in SECTIONS.items())
    return {name: tuple(found) for name, found in told if found}
