"""Goals over time: each as a Goal with its targets (the five GAS levels), each measurement as an Observation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from otrec.exchange.fhir.elements import (
    Json,
    checked,
    coding,
    concept,
    extension,
    goal_identifier,
    own_coding,
    pseudonym,
    said,
)
from otrec.exchange.fhir.systems import TERMINOLOGY, own
from otrec.goals import GasScale
from otrec.models import OptionError
from otrec.models.wording import nearest
from otrec.progress import DataPoint, GasScore, GoalRecord, ProgressFile, gas_scores
from otrec.progress.wording import PROMPT_WORDS, PROMPTS, recorded

#: What the five levels of GAS mean when nobody has described them (Kiresuk & Sherman 1968).
GAS_WORDS: Final = {
    -2: "Much less than expected", -1: "Less than expected", 0: "As expected", 1: "More than expected",
    2: "Much more than expected",
}  # fmt: skip


def goal_resources(progress_file: ProgressFile, scales: Mapping[str, GasScale] | None = None) -> list[Json]:
    """The goals of a record as FHIR R4 Goals: due day, importance, and targets.

    A GAS goal has its five levels as targets, marked with their score; any other goal has the value that is aimed at.

    Parameters
    ----------
    scales
        Goal id -> its described levels, for the GAS goals that have them.

    Raises
    ------
    OptionError
        If a scale is given for a goal that the record does not have.

    >>> from otrec import example
    >>> goals = goal_resources(ProgressFile.load(example("progress_pencil_grip")))
    >>> goals[0]["target"][0]["dueDate"]
    '2026-12-14'
    """
    described = dict(scales or {})
    names = [goal.id for goal in progress_file.goals]
    for name in described:
        if name not in names:
            raise OptionError(f"scales: {name!r} is no goal of the record{nearest(name, names)}")
    return [checked(_goal(progress_file, goal, described.get(goal.id))) for goal in progress_file.goals]


def _goal(progress_file: ProgressFile, goal: GoalRecord, scale: GasScale | None) -> Json:
    codes = [own_coding("occupation", goal.occupation)] if goal.occupation else []
    start = goal.baseline
    made: Json = {
        "resourceType": "Goal",
        "identifier": [goal_identifier(progress_file.client, goal.id)],
        "extension": [
            extension("weight", valueDecimal=goal.weight),
            extension("direction", valueCode=goal.direction),
            *_rated(scale),
        ],
        "lifecycleStatus": "active",
        "description": concept(*codes, text=goal.text),
        "subject": pseudonym(progress_file.client),
        "startDate": start.date.isoformat(),
        "target": _levels(goal, scale) if goal.measure == "gas" else [_target(goal)],
        "note": [
            {"text": said(f"Baseline: {recorded(goal.measure, goal.unit, goal.baseline.value, goal.baseline.out_of)}")}
        ],
    }
    if scale is not None and scale.importance:
        level = ("low", "medium", "high")[scale.importance - 1]
        made["priority"] = concept(coding(f"{TERMINOLOGY}/goal-priority", f"{level}-priority"))
    return made


def _rated(scale: GasScale | None) -> list[Json]:
    if scale is None:
        return []
    return [extension("importance", valueInteger=scale.importance),
            extension("difficulty", valueInteger=scale.difficulty)]  # fmt: skip


def _measure(goal: GoalRecord) -> Json:
    return concept(coding(own("measure"), goal.measure), text=goal.unit)


def _levels(goal: GoalRecord, scale: GasScale | None) -> list[Json]:
    """The five levels, lowest first; 0 is what is expected by the day."""
    return [
        {
            "extension": [extension("gas-level", valueInteger=score)],
            "measure": _measure(goal),
            "detailCodeableConcept": concept(
                coding(own("gas-level"), f"{score:+d}" if score else "0", GAS_WORDS[score]),
                text=scale.level(score) if scale else GAS_WORDS[score],
            ),
            "dueDate": goal.target.date.isoformat(),
        }
        for score in GAS_WORDS
    ]


def _target(goal: GoalRecord) -> Json:
    detail = {f"detail{name.removeprefix('value')}": value
              for name, value in _value(goal, goal.target.value, goal.target.out_of).items()}  # fmt: skip
    return {"measure": _measure(goal), **detail, "dueDate": goal.target.date.isoformat()}


def _value(goal: GoalRecord, value: float, out_of: int | None) -> Json:
    """A value on the scale of its goal: a share, a level of help, a GAS level, or an amount."""
    unit = {"unit": said(goal.unit)} if goal.unit else {}
    if out_of:
        return {"valueRatio": {"numerator": {"value": value, **unit}, "denominator": {"value": out_of}}}
    if goal.measure == "prompt_level" and value in range(len(PROMPTS)):
        level = round(value)
        return {"valueCodeableConcept": concept(coding(own("prompt"), PROMPTS[level], PROMPT_WORDS[level]))}
    return {"valueQuantity": {"value": value, **unit}}


def observations(progress_file: ProgressFile, as_of: dt.date | None = None) -> list[Json]:
    """Every data point of a record as a FHIR R4 Observation, and the GAS T-score of each day that has one.

    Parameters
    ----------
    as_of
        The last day of T-scores; the last measured day if left out.
    """
    points = [_point(progress_file, goal, one) for goal in progress_file.goals for one in goal.points]
    days = [one.date for goal in progress_file.goals for one in goal.points]
    last = as_of or max(days, default=None)
    scores = [] if last is None else [_score(progress_file, one) for one in gas_scores(progress_file, last)]
    return [checked(one) for one in (*points, *scores)]


def progress_bundle(progress_file: ProgressFile) -> Json:
    """The goals of a record and everything that was measured, as one FHIR R4 bundle."""
    resources = (*goal_resources(progress_file), *observations(progress_file))
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def _point(progress_file: ProgressFile, goal: GoalRecord, point: DataPoint) -> Json:
    more = [extension("setting", valueString=said(point.setting))] if point.setting else []
    if point.prompt is not None:
        more.append(extension("prompt", valueCode=PROMPTS[point.prompt]))
    made: Json = {
        "resourceType": "Observation",
        "identifier": [{"system": own("point"), "value": f"{progress_file.client}:{point.id}"}],
        "extension": more,
        "status": "final",
        "code": concept(coding(own("measure"), goal.measure), text=goal.text),
        "subject": pseudonym(progress_file.client),
        "focus": [{"type": "Goal", "identifier": goal_identifier(progress_file.client, goal.id)}],
        "effectiveDateTime": point.date.isoformat(),
        "performer": [{"display": point.by.replace("_", " ")}] if point.by else [],
        **_value(goal, point.value, point.out_of),
        "note": [{"text": said(point.note)}] if point.note else [],
    }
    return {name: value for name, value in made.items() if value}


def _score(progress_file: ProgressFile, score: GasScore) -> Json:
    return {
        "resourceType": "Observation",
        "identifier": [{"system": own("gas-t"), "value": f"{progress_file.client}:{score.date.isoformat()}"}],
        "status": "final",
        "code": concept(coding(own("measure"), "gas_t", "GAS T-score"), text="GAS T-score"),
        "subject": pseudonym(progress_file.client),
        "effectiveDateTime": score.date.isoformat(),
        "valueQuantity": {"value": round(score.t, 2)},
        "note": [{"text": f"Rests on {', '.join(score.rests_on)}. 50 means met as expected."}],
    }
