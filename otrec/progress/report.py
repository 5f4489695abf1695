"""A progress report on one goal: sentences that name the points they rest on, and the table behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from otrec.models import OptionError
from otrec.models.wording import nearest
from otrec.progress.facts import facts
from otrec.progress.file import ProgressFile
from otrec.progress.rule import RULE_SOURCES
from otrec.progress.series import aimline, gas_scores
from otrec.progress.view import HEADINGS, Fact, View
from otrec.progress.wording import day, on_scale, recorded

Wording = Literal["therapist", "teacher", "family"]
SOURCES: Final = (
    *RULE_SOURCES,
    "Slope: Sen 1968, doi 10.2307/2285891",
    "Tau: Parker, Vannest, Davis & Sauber 2011, doi 10.1016/j.beth.2010.08.006",
)


@dataclass(frozen=True)
class Sentence:
    """A sentence and the ids of the points and goals it rests on (`g1.p03`; `g1` for baseline, target and wording)."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One point of the table behind the chart. `compared` and `aim` are on the same scale; a share (0-1) for trials."""

    id: str
    date: dt.date
    value: str
    compared: float
    aim: float
    aim_shown: str
    phase: str
    setting: str
    note: str


@dataclass(frozen=True)
class Report:
    """A report on one goal, as the data stood on a day."""

    client: str
    goal: str
    as_of: dt.date
    facts: dict[str, tuple[Fact, ...]]
    rows: tuple[Row, ...]

    def sections(self, wording: Wording = "therapist") -> dict[str, tuple[Sentence, ...]]:
        """Sentences by section, in the words of one reader."""
        if wording not in get_args(Wording):
            allowed = get_args(Wording)
            raise OptionError(
                f"wording {wording!r} is not known; choose {', '.join(allowed)}{nearest(str(wording), allowed)}"
            )
        told = {
            name: tuple(Sentence(words, item.rests_on) for item in held if (words := getattr(item, wording)))
            for name, held in self.facts.items()
        }
        return {name: held for name, held in told.items() if held}

    def text(self, wording: Wording = "therapist") -> str:
        """The report as plain text. The therapist's version names the points behind each sentence, and the sources."""
        full = wording == "therapist"
        lines = [f"Progress, as of {day(self.as_of)}" + (f" (client {self.client}, goal {self.goal})" if full else "")]
        for name, held in self.sections(wording).items():
            lines += ["", HEADINGS[name][wording]]
            lines += [f"- {item.text}" + (f" [{_ids(item.rests_on)}]" if full else "") for item in held]
        return "\n".join([*lines, "", "Sources", *(f"- {item}" for item in SOURCES)] if full else lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: all three wordings, the table and the sources."""
        return {
            "client": self.client,
            "goal": self.goal,
            "as_of": self.as_of.isoformat(),
            "sections": {
                wording: {name: [asdict(item) for item in held] for name, held in self.sections(wording).items()}
                for wording in get_args(Wording)
            },
            "rows": [{**asdict(row), "date": row.date.isoformat()} for row in self.rows],
            "sources": list(SOURCES),
        }


def _ids(names: tuple[str, ...]) -> str:
    """Ids for print: runs of points of one goal are drawn together, nothing is left out."""
    told: list[list[str]] = []
    for name in names:
        goal, _, place = name.rpartition(".p")
        before = told[-1][-1].rpartition(".p") if told else ("", "", "")
        follows = goal and before[0] == goal and int(place) == int(before[2]) + 1
        if follows:
            told[-1].append(name)
        else:
            told.append([name])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in told)


def progress_report(file: ProgressFile, goal_id: str, as_of: dt.date) -> Report:
    """What the data of one goal say as of a day: later points are not looked at.

    Raises
    ------
    UnknownIdError
        If the file has no such goal.
    OptionError
        If the day lies before the goal's baseline.

    Examples
    --------
    >>> file = ProgressFile.parse({"client": "c001", "goals": [{"id": "g1", "text": "Write own name",
    ...     "measure": "trials", "unit": "letters", "direction": "up",
    ...     "baseline": {"date": "2026-09-07", "value": 1, "out_of": 5},
    ...     "target": {"date": "2026-12-14", "value": 4, "out_of": 5},
    ...     "points": [{"date": "2026-09-14", "value": 2, "out_of": 5}]}]})
    >>> latest = progress_report(file, "g1", dt.date(2026, 10, 1)).sections()["now"][1]
    >>> latest.text
    'Latest on 14 September 2026: 2 of 5 letters (40 %). Against the baseline: 20 percentage points more.'
    >>> latest.rests_on
    ('g1.p01', 'g1')
    """
    goal = file.goal(goal_id)
    if as_of < goal.baseline.date:
        raise OptionError("the day of the report lies before the baseline of this goal; choose a later day")
    view = View.of(goal, as_of)
    told = facts(view)
    if goal.measure == "gas":
        told = {**told, "now": (*told["now"], *_gas(file, as_of))}
    return Report(file.client, goal.id, as_of, told, _rows(view))


def _gas(file: ProgressFile, as_of: dt.date) -> list[Fact]:
    scores = gas_scores(file, as_of)
    if not scores:
        return []
    last, count = scores[-1], sum(goal.measure == "gas" for goal in file.goals)
    goals = "this GAS goal" if count == 1 else f"all {count} GAS goals"
    text = f"GAS T-score over {goals} on {day(last.date)}: {last.t:.1f} (50 is as expected)."
    return [Fact(last.rests_on, text)]


def _rows(view: View) -> tuple[Row, ...]:
    goal = view.goal
    aims = aimline(goal, [item.date for item in view.points])
    return tuple(
        Row(
            id=item.id,
            date=item.date,
            value=recorded(goal.measure, goal.unit, item.value, item.out_of),
            compared=item.share,
            aim=aim,
            aim_shown=on_scale(goal.measure, goal.unit, aim),
            phase=goal.phase_on(item.date),
            setting=item.setting or "",
            note=item.note or "",
        )
        for item, aim in zip(view.points, aims, strict=True)
    )
