"""What the data of a goal cannot say, told beside what they say."""

from __future__ import annotations

from itertools import pairwise

from otrec.models.wording import in_words
from otrec.progress.view import Fact, View
from otrec.progress.wording import counted, day


def limits(view: View) -> list[Fact]:
    """Why values changed, the longest gap, what was not recorded, who measured, and what the rule is not made for."""
    goal = view.goal
    why = (
        "The data do not show why values changed: the record holds no comparison without the intervention over the "
        "same days."
    )
    told = [Fact((goal.id,), why, why, "The results do not show why things changed.")]
    if len(view.days) > 1:
        gaps = [((late.date - early.date).days, early, late) for early, late in pairwise(view.days)]
        longest, early, late = max(gaps, key=lambda gap: gap[0])
        gap = f"Longest time without a point: {counted(longest, 'day')}, {day(early.date)} to {day(late.date)}."
        told.append(Fact((*early.ids, *late.ids), gap, gap))
    told += _unknown(view)
    if view.days:
        rule = (
            "The four-point rule was made for school reading measures; in simulated reading data it called too many "
            "readers with steady growth non-responders. Look at the whole line before you act."
        )
        told.append(Fact((goal.id,), rule))
    no = "This report decides nothing about whether somebody is entitled to a service."
    told.append(Fact((goal.id,), no, no, "This page does not decide who gets help."))
    return told


def _unknown(view: View) -> list[Fact]:
    told = []
    for what, missing in (("setting", [item.id for item in view.points if not item.setting]),
                          ("person who measured", [item.id for item in view.points if not item.by])):  # fmt: skip
        if missing:
            told.append(Fact(tuple(missing), f"The {what} is not recorded for {counted(len(missing), 'point')}."))
    roles = sorted({item.by.replace("_", " ") for item in view.points if item.by})
    if len(roles) > 1:
        text = f"Measured by different people ({in_words(roles)}), who may count differently."
        told.append(Fact(tuple(item.id for item in view.points if item.by), text, text))
    return told
