"""Building a goal from a barrier, an occupation, a baseline and a target; every problem is named at once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, get_args

from otrec.goals.behaviour import Behaviour, is_vague, names
from otrec.goals.draft import GoalDraft, Subject
from otrec.goals.levels import help_level
from otrec.goals.measures import MEASURES, Measure
from otrec.goals.phrases import OCCUPATION_WORDINGS, wordings_of
from otrec.goals.review import Wording
from otrec.models import OptionError
from otrec.models.wording import in_words, nearest

#: Longest time frame, in weeks: an annual goal and as much again.
MAX_WEEKS: Final = 104
_LONGEST: Final = 200


def build_goal(
    occupation: str,
    *,
    baseline: float | None = None,
    target: float | None = None,
    by: dt.date | int | None = None,
    condition: str = "",
    measured_by: str = "",
    consistency: str = "",
    measure: str | None = None,
    total: int | None = None,
    counted: str | None = None,
    assist: str | None = None,
    action: str | None = None,
    barrier: str | None = None,
    wording: str = "medical",
    subject: str | None = None,
    first_person: bool = False,
) -> GoalDraft:
    """A goal in parts from what a therapist has decided, ready to be put into words.

    It never decides whether somebody is eligible for a service, and no text it makes says so.

    Parameters
    ----------
    occupation
        An id or name of the library, or any other occupation together with `action`.
    baseline, target
        Where the person starts and what is expected, in the unit of the measure.
    by
        A day, or a number of weeks, 1-104.
    condition
        Where, with what or after what help, such as "a slant board" or "seated at the sink".
    measured_by
        Who measures and how, such as "a weekly data sheet kept by the teacher".
    consistency
        How often the criterion has to be met, such as "in 4 of 5 opportunities over 3 sessions"; may be left out where
        the measure says it (opportunities, days or times a week, hours a night).
    measure, total, counted
        An id of `MEASURES` (left out: the usual one of the occupation); out of how many; what is counted.
    assist
        A level of help of the wording, by id or abbreviation.
    action
        What is seen, beginning with a verb; left out: the usual one of the occupation.

    Raises
    ------
    OptionError
        With every problem, each with what to do.

    Examples
    --------
    >>> goal = build_goal("handwriting", baseline=40, target=90, counted="letters", by=36, wording="school",
    ...                   condition="a near model", measured_by="weekly work samples", consistency="in 4 of 5 samples")
    >>> print(goal.text())
    Within 36 weeks, given a near model, the student will write a sentence with 90% of letters correct, \
in 4 of 5 samples, as measured by weekly work samples, from a baseline of 40% of letters correct.
    """
    known = wordings_of(occupation)
    doing = action if action is not None else known[1].action if known else ""
    chosen = measure if measure is not None else known[1].measures[0] if known else ""
    who = subject or ("the student" if wording == "school" else "the client")
    texts = {
        "condition": condition,
        "measured by": measured_by,
        "consistency": consistency,
        "action": doing,
        "counted": counted or "",
        "barrier": barrier or "",
        "occupation": occupation,
    }
    problems = [
        *_problems_of_occupation(occupation, doing, bool(known)),
        *_problems_of_amount(MEASURES.get(chosen), chosen, baseline, target, total, counted),
        *_problems_of_words(texts, MEASURES[chosen].says_how_often if chosen in MEASURES else False),
        *_problems_of_time(by),
        *_problems_of_wording(wording, who, assist),
    ]
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise OptionError("\n".join([f"goal: {count}", *(f"  - {problem}" for problem in problems)]))
    fields: dict[str, Any] = {
        "occupation": known[1].name if known else occupation,
        "action": doing,
        "condition": condition,
        "measure": chosen,
        "baseline": baseline,
        "target": target,
        "by": by,
        "consistency": consistency,
        "measured_by": measured_by,
        "assist": assist,
        "total": total,
        "counted": counted,
        "barrier": barrier,
        "wording": wording,
        "subject": who,
        "first_person": first_person,
    }
    return GoalDraft.model_validate(fields)


def _problems_of_occupation(occupation: str, doing: str, is_known: bool) -> list[str]:
    if not occupation.strip():
        return ["the occupation is missing; give an id such as 'handwriting', or a name together with an action"]
    if not doing.strip() and not is_known:
        return [
            f"{occupation[:60]!r} is no occupation of the library{nearest(occupation, OCCUPATION_WORDINGS)}; "
            "use one of its ids, or give the action too, such as 'saddle a horse'"
        ]
    verb, _, rest = doing.strip().partition(" ")
    if is_vague(Behaviour(verb.lower(), f" {rest}" if rest else "", 0, 0)):
        return [f"the action begins with {verb!r}, which cannot be seen; begin with what you will see, such as 'write'"]
    if re.search(r"[{}]", doing.replace("{own}", "")):
        return ["the action may hold no braces other than {own}"]
    return []


def _problems_of_amount(
    kind: Measure | None,
    chosen: str,
    baseline: float | None,
    target: float | None,
    total: int | None,
    counted: str | None,
) -> list[str]:
    problems = []
    if kind is None:
        given = (
            f"measure {chosen[:40]!r} is not known{nearest(chosen, MEASURES)}" if chosen else "the measure is missing"
        )
        problems.append(f"{given}; choose from {', '.join(MEASURES)}")
    unit = kind.unit if kind else "the unit that you measure in"
    if baseline is None:
        problems.append(
            "the baseline is missing. It is where the person stands today, in the same unit as the target "
            f"({unit}), for example baseline=1 with target=4; measure it before you write the goal"
        )
    if target is None:
        problems.append(f"the target is missing; give the expected amount in {unit}, for example target=4")
    if kind is not None:
        problems += _problems_of_unit(kind, baseline, target, total, counted)
    return problems


def _problems_of_unit(
    kind: Measure, baseline: float | None, target: float | None, total: int | None, counted: str | None
) -> list[str]:
    problems = []
    if kind.needs_total and (total is None or total < 1):
        problems.append(f"total is missing; {kind.unit} need a number of chances, for example total=5 for '4 of 5'")
    if kind.needs_counted and not (counted or "").strip():
        problems.append(f"counted is missing; say what the {kind.name} is of, for example counted='letters'")
    highest = total if kind.needs_total else kind.limit
    for name, amount in (("baseline", baseline), ("target", target)):
        if amount is not None and not 0 <= amount < float("inf"):
            problems.append(f"{name} is {amount:g}; give a number from 0 up")
        elif amount is not None and highest and amount > highest:
            problems.append(f"{name} is {amount:g}; with {kind.unit} it is at most {highest:g}")
    if baseline is not None and target is not None:
        gain = (target - baseline) * (1 if kind.better == "more" else -1)
        if not gain > 0:
            wanted = "above" if kind.better == "more" else "below"
            problems.append(
                f"target {target:g} is not {wanted} baseline {baseline:g}; with {kind.unit}, {kind.better} is better"
            )
    return problems


def _problems_of_words(texts: dict[str, str], says_how_often: bool) -> list[str]:
    examples = {
        "condition": "'seated at the sink' or 'a visual checklist'",
        "measured by": "'a weekly data sheet kept by the teacher'",
        "consistency": "'in 4 of 5 opportunities over 3 sessions'",
    }
    needed = [name for name in examples if not (name == "consistency" and says_how_often)]
    problems = [f"{name} is missing; give for example {examples[name]}" for name in needed if not texts[name].strip()]
    problems += [
        f"{name} has more than {_LONGEST} characters; shorten it"
        for name, said in texts.items()
        if len(said) > _LONGEST
    ]
    if texts["consistency"].strip() and not re.search(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|every|all)\b", texts["consistency"]
    ):
        problems.append("consistency names no number; say how many times, for example 'in 4 of 5 opportunities'")
    problems += [
        f"{name} seems to hold a name; use a pseudonym or a role such as 'the teacher'"
        for name, said in texts.items()
        if names(said)
    ]
    return problems


def _problems_of_time(by: dt.date | int | None) -> list[str]:
    if by is None:
        return ["the time frame is missing; give by= a day or a number of weeks, for example by=36"]
    if isinstance(by, bool) or (isinstance(by, int) and not 1 <= by <= MAX_WEEKS):
        return [f"by is {by}; give a number of weeks from 1 to {MAX_WEEKS}, or a day"]
    return []


def _problems_of_wording(wording: str, subject: str, assist: str | None) -> list[str]:
    problems = []
    known = next((name for name in get_args(Wording) if name == wording), None)
    if known is None:
        problems.append(f"wording is {wording[:40]!r}; choose school or medical{nearest(wording, get_args(Wording))}")
    if subject not in get_args(Subject):
        # The subject itself is not repeated: it may be a name.
        problems.append(f"the subject is no role; choose {in_words(map(repr, get_args(Subject)), 'or')}, never a name")
    if assist is not None and known is not None:
        try:
            help_level(assist, known)
        except OptionError as error:
            problems.append(str(error))
    return problems
