"""The verbs: a handout of activities, a session, a day, a progress report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from otrec.handout.blocks import Block, Bullets, Heading, Paragraph, ours, plain, theirs
from otrec.handout.days import day_blocks, session_blocks
from otrec.handout.given import DayGiven, PlanGiven, ReportGiven, check_activities, read
from otrec.handout.language import mark
from otrec.handout.progress import report_blocks
from otrec.handout.sheet import AUDIENCES, Handout, Look, choice, dated, finish, refuse, title_of
from otrec.handout.sheets import Desk, body
from otrec.library import Library
from otrec.models import Activity, UnknownIdError

N_ = mark
#: A longer handout is not read.
MOST: Final = 20
TITLES: Final = {
    "family": N_("Activities for home"),
    "client": N_("Your activities"),
    "teacher": N_("Activities for the classroom"),
    "therapist": N_("Activities"),
}


def handout(
    library: Library,
    activity_ids: Iterable[str],
    audience: str = "family",
    *,
    language: str = "en",
    paper: str = "a4",
    large: bool = False,
    qr: str = "",
    as_of: dt.date | None = None,
) -> Handout:
    """A handout of one or more activities for a family, a client, a teacher or a therapist.

    Parameters
    ----------
    activity_ids
        1-20 ids, each once; each activity after the first starts a page.
    audience
        family, client, teacher or therapist.
    language
        en or es. What the library says stays English and is marked as such.
    large
        Large print: 18 pt and more.
    qr
        A link or text for a QR code, at most 300 characters; nothing about a client.
    as_of
        A day to print; none if left out.

    Raises
    ------
    OptionError
        With every option that is not allowed.
    UnknownIdError
        With every activity that is not in the library.

    >>> from otrec.library import load_library
    >>> print(handout(load_library(), ["onion_bed_from_my_own_plan"]).text()[:45])
    # Plan an onion bed on paper, then plant it
    """
    look = Look(language, paper, large, qr, as_of)
    ids = [activity_ids] if isinstance(activity_ids, str) else list(activity_ids)
    refuse([*count_problems(ids), *choice("audience", audience, AUDIENCES), *look.problems()])
    activities = known(library, ids)
    if len(activities) == 1:
        first = theirs(activities[0].name)
        blocks = [title_of(first), *_day_line(look), *body(Desk(library, look), activities[0], audience)]
        return finish(first.text, blocks, look, library.version)
    title = look.say(TITLES[audience])
    blocks = [
        title_of(ours(title)),
        *_day_line(look),
        Bullets(items=tuple((theirs(item.name),) for item in activities)),
    ]
    desk = Desk(library, look, level=3)
    for place, activity in enumerate(activities):
        heading = Heading(level=2, line=(theirs(activity.name),), new_page=place > 0)
        blocks += [heading, *body(desk, activity, audience)]
    return finish(title, blocks, look, library.version)


def _day_line(look: Look) -> list[Block]:
    when = dated(look)
    return [Paragraph(line=when)] if when else []


def count_problems(ids: list[str]) -> list[str]:
    """None, too many, or one twice."""
    if not ids:
        return ["activities: none was given; name at least one, for example from `otrec recommend`"]
    found = [f"activities: {len(ids)} were given; at most {MOST}, so that it is read"] if len(ids) > MOST else []
    twice = sorted({name for name in ids if ids.count(name) > 1})
    return found + [f"activities: {name!r} is given twice; keep one" for name in twice]


def known(library: Library, ids: Iterable[str]) -> list[Activity]:
    """The activities of some ids, or one error that names every unknown one."""
    found, problems = [], []
    for name in ids:
        try:
            found.append(library.activity(name))
        except UnknownIdError as error:
            problems.append(str(error))
    if problems:
        raise UnknownIdError("; ".join(problems))
    return found


def plan_sheet(
    library: Library,
    plan: Any,
    audience: str = "therapist",
    *,
    language: str = "en",
    paper: str = "a4",
    large: bool = False,
    qr: str = "",
    as_of: dt.date | None = None,
) -> Handout:
    """A sheet of one session, from what `otrec plan --json` prints.

    The pseudonym of the client stands only on the therapist's sheet.

    Raises
    ------
    OptionError
        With every option that is not allowed.
    GivenError
        With every problem of the plan.
    """
    given = read(PlanGiven, plan, "plan")
    look = Look(language, paper, large, qr, as_of, private=(given.client_id,))
    refuse([*choice("audience", audience, AUDIENCES), *look.problems()])
    check_activities(library, (given,), "plan")
    blocks = session_blocks(Desk(library, look), given, audience)
    return finish(_title(blocks), blocks, look, given.library_version or library.version)


def day_sheet(
    library: Library,
    day: Any,
    *,
    language: str = "en",
    paper: str = "a4",
    large: bool = False,
    qr: str = "",
    as_of: dt.date | None = None,
) -> Handout:
    """The therapist's sheet of a day, from what `otrec pack --json` prints: the bag, the round, each session.

    Raises
    ------
    OptionError
        With every option that is not allowed.
    GivenError
        With every problem of the day.
    """
    given = read(DayGiven, day, "day")
    private = tuple(plan.client_id for plan in given.plans)
    look = Look(language, paper, large, qr, as_of, private=private)
    refuse(look.problems())
    check_activities(library, given.plans, "day")
    blocks = day_blocks(Desk(library, look), given)
    return finish(_title(blocks), blocks, look, given.library_version or library.version)


def progress_sheet(
    library: Library,
    report: Any,
    audience: str = "therapist",
    *,
    chart: str = "",
    language: str = "en",
    paper: str = "a4",
    large: bool = False,
    qr: str = "",
    as_of: dt.date | None = None,
) -> Handout:
    """A page on one goal, from `Report.to_dict()` of `otrec.progress`: sentences, a chart, and the table behind it.

    `chart` is an SVG to print in place of the one that is drawn from the points.

    Raises
    ------
    OptionError
        With every option that is not allowed.
    GivenError
        With every problem of the report.
    """
    given = read(ReportGiven, report, "report")
    look = Look(language, paper, large, qr, as_of, private=(given.client,))
    problems = [] if not chart or chart.lstrip().startswith("<svg") else ["chart: has to be SVG text that starts <svg"]
    refuse([*choice("audience", audience, AUDIENCES), *look.problems(), *problems])
    blocks = report_blocks(Desk(library, look), given, audience, chart)
    return finish(_title(blocks), blocks, look, library.version)


def _title(blocks: Sequence[Block]) -> str:
    first = blocks[0]
    assert isinstance(first, Heading)
    return plain(first.line)
