"""Plans as calendar files: they read back, times fit, and nothing travels that should not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar

from otrec import Client, Engine, plan_session
from otrec.exchange.calendar import block_calendar, day_calendar, plan_calendar
from otrec.models import OptionError
from otrec.planning import pack_day, plan_programme

DAY = dt.date(2026, 12, 1)
MADE = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


def events(raw: bytes) -> list[Any]:
    return list(Calendar.from_ical(raw).walk("VEVENT"))


def test_a_session_is_one_event_with_its_parts(engine: Engine, child: Client) -> None:
    plan = plan_session(engine, child, minutes=30)
    raw = plan_calendar(plan, DAY, dt.time(10, 15), made=MADE)
    (event,) = events(raw)
    assert event.decoded("dtstart") == dt.datetime(2026, 12, 1, 10, 15)
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=30)
    told = str(event["description"])
    assert all(slot.activity.name in told for slot in plan.slots)
    assert told.startswith("10:15 ")
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_a_programme_has_every_session_and_review(engine: Engine, child: Client) -> None:
    block = plan_programme(engine, child, 3, starts=DAY)
    found = events(block_calendar(block, dt.time(9, 0), made=MADE))
    assert len(found) == len(block.sessions) + len(block.reviews)
    starts = [event.decoded("dtstart") for event in found]
    assert [start.date() for start in starts if isinstance(start, dt.datetime)] == [one.date for one in block.sessions]
    assert len({str(event["uid"]) for event in found}) == len(found)
    again = events(block_calendar(block, dt.time(9, 0), made=MADE))
    assert [str(event["uid"]) for event in again] == [str(event["uid"]) for event in found]


def test_a_day_needs_a_start(engine: Engine, child: Client) -> None:
    other = child.model_copy(update={"id": "c2"})
    day = pack_day(engine, [child, other], starts=dt.time(9, 0), between=10)
    found = events(day_calendar(day, DAY, made=MADE))
    first, second = (event.decoded("dtstart") for event in found)
    assert second - first == dt.timedelta(minutes=child.minutes + 10)
    with pytest.raises(OptionError, match="no start"):
        day_calendar(pack_day(engine, [child]), DAY)


def test_what_is_private_stays_out(engine: Engine, child: Client) -> None:
    client = child.model_copy(update={"precautions": ("latex_allergy",), "conditions": ("autism",)})
    text = plan_calendar(plan_session(engine, client), DAY, made=MADE).decode().replace("\r\n ", "")
    for word in ("latex", "autism", "Autism", "grasp", client.goals[0].occupation):
        assert word not in "".join(line for line in text.split("\r\n") if not line.startswith("DESCRIPTION"))
    assert "latex" not in text.lower()
    assert client.id in text
