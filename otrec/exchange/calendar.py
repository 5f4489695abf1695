"""Plans as calendar files (iCalendar, RFC 5545): a session, a day, or a programme of weeks.

Times are local and without a zone: a session at ten is at ten wherever the calendar is read. An entry names the client
by pseudonym and the activities by name; goals, barriers and precautions stay out, since calendars travel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from otrec.models.errors import OptionError

if TYPE_CHECKING:
    from icalendar import Calendar, Event

    from otrec.planning import Block, Day, Plan

PRODUCT: Final = "-//otrec//plans//EN"
#: When a session starts if nobody says.
START: Final = dt.time(9, 0)


def plan_calendar(plan: Plan, day: dt.date, at: dt.time = START, *, made: dt.datetime | None = None) -> bytes:
    """One session as an .ics file.

    Parameters
    ----------
    plan
        From `plan_session`.
    day, at
        When it is; local time.
    made
        The moment of writing, UTC; now if left out.
    """
    return _file([_session(plan, day, at, "OT session")], made)


def day_calendar(day: Day, date: dt.date, *, made: dt.datetime | None = None) -> bytes:
    """Every session of a day as an .ics file.

    Raises
    ------
    OptionError
        If the day was planned without a start.
    """
    if day.starts is None:
        raise OptionError("The day has no start, so its sessions have no times. Plan it with one, for example 09:00.")
    times = [dt.time.fromisoformat(text) for text in day.times if text]
    pairs = zip(day.plans, times, strict=True)
    return _file([_session(plan, date, at, "OT session") for plan, at in pairs], made)


def block_calendar(block: Block, at: dt.time = START, *, made: dt.datetime | None = None) -> bytes:
    """The sessions and reviews of a programme as an .ics file; a review is an entry of a whole day."""
    events = [_session(one.plan, one.date, at, f"OT session {one.number}, week {one.week}") for one in block.sessions]
    for review in block.reviews:
        event = _event(f"OT review, week {review.week} ({block.client.id})", "\n".join(review.measure))
        event.add("dtstart", review.date)
        event.add("dtend", review.date + dt.timedelta(days=1))
        events.append(event)
    return _file(events, made)


def _session(plan: Plan, day: dt.date, at: dt.time, name: str) -> Event:
    start = dt.datetime.combine(day, at)
    lines = []
    for slot in plan.slots:
        begins = start + dt.timedelta(minutes=slot.start_minute)
        lines.append(f"{begins:%H:%M} {slot.activity.name} ({slot.minutes} min)")
    event = _event(f"{name} ({plan.client.id})", "\n".join(lines))
    event.add("dtstart", start)
    event.add("dtend", start + dt.timedelta(minutes=plan.wanted.minutes))
    return event


def _event(summary: str, description: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("summary", summary)
    event.add("description", description)
    return event


def _file(events: Iterable[Event], made: dt.datetime | None) -> bytes:
    from icalendar import Calendar

    calendar: Calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    stamp = made or dt.datetime.now(dt.UTC)
    for event in events:
        told = f"{event['summary']} {event.decoded('dtstart').isoformat()}"
        event.add("uid", f"{uuid5(NAMESPACE_URL, f'urn:x-otrec:{told}')}@otrec")
        event.add("dtstamp", stamp)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
