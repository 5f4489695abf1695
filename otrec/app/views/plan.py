"""Plan: from a ranking to a session, a group, a day, a block of weeks, and sheets that are used."""

from __future__ import annotations

from typing import Final

from otrec.app import layout
from otrec.app.language import say
from otrec.app.plans import day, group, session, sheets, weeks

VIEWS: Final = {
    "session": "One client",
    "group": "A group",
    "day": "A day",
    "weeks": "A block of weeks",
    "sheets": "Handouts",
}


def page() -> None:
    session.sidebar()
    layout.head(say("Plan"), say("A timed session from the ranking: what comes when, with what, and what if it fails."))
    view = layout.switch(say("View"), VIEWS, "v_plan")
    {"session": session.draw, "group": group.draw, "day": day.draw, "weeks": weeks.draw, "sheets": sheets.draw}[view]()
    layout.foot()
