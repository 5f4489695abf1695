"""Goals & progress: word a goal, score it, follow it with data, and report what the data say."""

from __future__ import annotations

from typing import Final

import streamlit as st

from otrec.app import layout
from otrec.app.goals import builder, gas, progress
from otrec.app.language import say

VIEWS: Final = {"goal": "Goal", "gas": "GAS and COPM", "progress": "Progress"}


def page() -> None:
    layout.head(
        say("Goals & progress"),
        say("Word a goal so that it can be measured, score it, and report only what the data say."),
    )
    st.caption(
        say(
            "What you write stays in this session until you keep it: with a client of your caseload, or as a file. "
            "Use a pseudonym or a role, never a name."
        )
    )
    view = layout.switch(say("View"), VIEWS, "v_goals")
    told = {"goal": builder.draw, "gas": gas.draw, "progress": progress.draw}[view]()
    layout.announce(told, shown=False, place=view)
    layout.foot(say("No text here decides about a service, a diagnosis or a payment."))
