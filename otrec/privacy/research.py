"""Rows for research from many clients' records: no free text, shifted dates, k clients or more who look alike.

The dates of one client are shifted by one random number of whole weeks, so that weekdays and intervals stay as they
were. The shift is drawn anew for each export and kept nowhere.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from otrec.models import Frozen, OptionError
from otrec.privacy.anonymity import LADDER, K, KReport, age_band, check, generalise
from otrec.privacy.fields import LEFT_OUT, Codes, Stripping, either, number, one_of
from otrec.privacy.safe_harbor import MEASURES, PROMPT_WORDS, strip

#: Dates move by at most so many weeks, either way.
MOST_WEEKS: Final = 26
#: By what an outsider could recognise a client.
QUASI_IDENTIFIERS: Final = ("age", "setting", "conditions")
#: What stands in place of a condition or barrier that is not in the library.
UNNAMED: Final = "other"


class ExportReport(Frozen):
    """What was done to make the rows: how alike they are, which steps were taken, what was left out.

    `clients` counts the records given, `suppressed` those that are in no row because too few look alike.
    """

    clients: int
    suppressed: int
    steps: tuple[str, ...]
    k: KReport


class Export(NamedTuple):
    """Rows (one a client), points (one a measurement) and the report. A row and its points share a random `client`."""

    rows: tuple[dict[str, Any], ...]
    points: tuple[dict[str, Any], ...]
    report: ExportReport


def random_shift(rng: random.Random | None = None) -> int:
    """Days of one random shift: whole weeks, from 1 to 26, either way; never 0.

    >>> random_shift() % 7
    0
    """
    rng = rng or random.SystemRandom()
    return 7 * rng.choice((-1, 1)) * rng.randint(1, MOST_WEEKS)


def date_shift(record: Any, days: int) -> Any:
    """A copy of a record in which every date, time and ISO date text has moved by the same number of days.

    Dates inside longer texts stay as they are: leave free text out.

    Raises
    ------
    OptionError
        If the days are no whole weeks, more than 26 weeks, or would carry a date out of the calendar.

    Examples
    --------
    >>> date_shift({"date": "2026-09-14", "points": [{"date": dt.date(2026, 9, 21), "value": 3}]}, -14)
    {'date': '2026-08-31', 'points': [{'date': datetime.date(2026, 9, 7), 'value': 3}]}
    """
    if isinstance(days, bool) or not isinstance(days, int) or days % 7 or abs(days) > 7 * MOST_WEEKS:
        raise OptionError(f"dates are shifted by whole weeks, at most {7 * MOST_WEEKS} days either way, such as 21")
    try:
        return _moved(record, dt.timedelta(days=days))
    except OverflowError:
        raise OptionError("a date would leave the calendar (years 1 to 9999); correct the dates first") from None


def _moved(value: Any, by: dt.timedelta) -> Any:
    if isinstance(value, dt.date):
        return value + by
    if isinstance(value, str):
        return _moved_text(value, by)
    if isinstance(value, Mapping):
        return {key: _moved(item, by) for key, item in value.items()}
    if isinstance(value, list | tuple):
        moved = (_moved(item, by) for item in value)
        return tuple(moved) if isinstance(value, tuple) else list(moved)
    return value


def _moved_text(text: str, by: dt.timedelta) -> str:
    if len(text) < 10 or not text[:4].isdigit() or text[4] != "-":
        return text
    try:
        if len(text) == 10:
            return (dt.date.fromisoformat(text) + by).isoformat()
        return (dt.datetime.fromisoformat(text) + by).isoformat()
    except ValueError:
        return text


def research_export(
    records: Iterable[Mapping[str, Any]],
    k: int = K,
    rng: random.Random | None = None,
    *,
    vocabulary: Collection[str] = (),
) -> Export:
    """One row a client and one a measurement, without free text, each client one of at least k who look alike.

    Parameters
    ----------
    records
        Clients' records as for `strip`: a profile, and progress.
    k
        The number of clients that have to share age, setting and conditions; at least 2.
    rng
        Draws the shifts; leave it out, so that nobody can draw them again. Codes are never drawn from it.
    vocabulary
        The ids of the library; a condition that is not in it counts as "other", a barrier is left out.

    Returns
    -------
    Export
        Rows sorted by their random code. `severity_<barrier>` is 0-4; `changes` is a goal's last value less its
        baseline, trials as a share, positive where it got better.

    Raises
    ------
    OptionError
        If k is below 2, or a record is not laid out as one.
    """
    check((), QUASI_IDENTIFIERS, k)
    codes = Codes()
    rows: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for record in records:
        shifted = date_shift(record, random_shift(rng))
        clean = strip(record, vocabulary=vocabulary, codes=codes)
        # Two records with one id are two rows all the same: each gets a code of its own.
        name = codes.of("row", str(len(rows)))
        goals = _goals(shifted)
        rows.append(_row(name, record, clean, goals))
        points += [point for place, goal in enumerate(goals, 1) for point in _points(name, place, goal)]
    made = generalise(rows, k, LADDER)
    kept = {row["client"] for row in made.rows}
    report = ExportReport(clients=len(rows), suppressed=made.suppressed, steps=made.steps, k=made.report)
    ordered = _even(sorted(made.rows, key=lambda row: str(row["client"])))
    own = sorted(
        (point for point in points if point["client"] in kept),
        key=lambda point: (point["client"], point["goal"], point["date"]),
    )
    return Export(tuple(ordered), tuple(own), report)


def _row(
    name: str, record: Mapping[str, Any], clean: Mapping[str, Any], goals: list[Mapping[str, Any]]
) -> dict[str, Any]:
    profile = clean.get("profile") or {}
    given = _several((record.get("profile") or {}).get("conditions"))
    conditions = {
        *profile.get("conditions", ()),
        *([UNNAMED] if len(given) > len(profile.get("conditions", ())) else []),
    }
    return {
        "client": name,
        "age": age_band(profile.get("age_years")),
        "setting": profile.get("setting"),
        "conditions": tuple(sorted(conditions)),
        **{f"severity_{barrier}": level for barrier, level in sorted(profile.get("barriers", {}).items())},
        "measures": tuple(_KEEP["measure"](goal.get("measure")) for goal in goals),
        "changes": tuple(_change(goal) for goal in goals),
    }


def _goals(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    goals = _several((record.get("progress") or record).get("goals"))
    return [goal for goal in goals if isinstance(goal, Mapping)]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _even(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the same columns: a barrier that was not given is None."""
    columns = sorted({name for row in rows for name in row if name.startswith("severity_")})
    return [row | {name: row.get(name) for name in columns} for row in rows]


def _kept(keeper: Any) -> Any:
    work = Stripping(Codes(), ())

    def keep(value: Any) -> Any:
        kept = keeper(value, work)
        return None if kept is LEFT_OUT else kept

    return keep


_KEEP: Final = {
    "measure": _kept(one_of(*MEASURES)),
    "value": _kept(number(-10_000, 10_000)),
    "out_of": _kept(number(1, 1000)),
    "prompt": _kept(either(number(0, 5), one_of(*PROMPT_WORDS))),
}


def _level(value: Any) -> Any:
    """A prompt level as its place 0-5, whether it was written as a word or a number."""
    return PROMPT_WORDS.index(value) if value in PROMPT_WORDS else value


def _share(mark: Any) -> float | None:
    if not isinstance(mark, Mapping):
        return None
    value, out_of = _KEEP["value"](_level(mark.get("value"))), _KEEP["out_of"](mark.get("out_of"))
    return None if value is None else value / out_of if out_of else float(value)


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.datetime.fromisoformat(value).date()
    except (TypeError, ValueError):
        return None


def _measured(goal: Mapping[str, Any]) -> list[tuple[dt.date, Mapping[str, Any]]]:
    """The points of a goal that have a day and a value, oldest first."""
    given = _several(goal.get("points"))
    dated = [(_day(point.get("date")), point) for point in given if isinstance(point, Mapping)]
    whole = [(day, point) for day, point in dated if day and _share(point) is not None]
    return sorted(whole, key=lambda item: item[0])


def _change(goal: Mapping[str, Any]) -> float | None:
    start, points = _share(goal.get("baseline")), _measured(goal)
    end = _share(points[-1][1]) if points else None
    if start is None or end is None:
        return None
    return round((end - start) * (-1 if goal.get("direction") == "down" else 1), 4) + 0.0


def _points(name: str, place: int, goal: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "client": name, "goal": place, "measure": _KEEP["measure"](goal.get("measure")), "date": day,
            "value": _KEEP["value"](_level(point["value"])), "out_of": _KEEP["out_of"](point.get("out_of")),
            "prompt": _level(_KEEP["prompt"](point.get("prompt"))),
        }
        for day, point in _measured(goal)
    ]  # fmt: skip
