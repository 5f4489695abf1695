"""What makes a record of progress wrong: a value that its measure cannot have, and lists that repeat themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError, ValidationInfo, ValidatorFunctionWrapHandler

from otrec.models.wording import in_words
from otrec.progress.wording import GAS_RANGE, PROMPTS, Measure


def level_of(value: Any) -> Any:
    """A prompt level by its word or its number 0-5; anything else is left for the check that follows."""
    return PROMPTS.index(value) if isinstance(value, str) and value in PROMPTS else value


def misfit(measure: Measure, value: float, out_of: int | None) -> str:
    """What is wrong with a value for this kind of measure, or nothing.

    >>> misfit("trials", 6, 5)
    '6 of 5 trials is more than there were; check both numbers'
    >>> misfit("gas", 3, None)
    '3 is not a GAS level; give a whole number from -2 to 2'
    >>> misfit("count", 4, None)
    ''
    """
    if measure == "trials":
        return _of_trials(value, out_of)
    if out_of is not None:
        return f"out_of belongs to trials, and this goal is measured by {measure}; leave it out"
    low, high = {"gas": GAS_RANGE, "prompt_level": (0, len(PROMPTS) - 1)}.get(measure, (0, float("inf")))
    whole = measure in ("gas", "prompt_level", "count")
    if low <= value <= high and (value.is_integer() if isinstance(value, float) and whole else True):
        return ""
    if measure == "gas":
        return f"{value:g} is not a GAS level; give a whole number from {low} to {high}"
    if measure == "prompt_level":
        return f"{value:g} is not a prompt level; give 0-5 or one of {', '.join(PROMPTS)}"
    kind = "whole number" if whole else "number"
    return f"{value:g} cannot be a {measure}; give a {kind} of 0 or more"


def _of_trials(value: float, out_of: int | None) -> str:
    if out_of is None:
        return "trials need out_of, the number of tries: for example value: 3, out_of: 5"
    if value < 0 or value != int(value):
        return f"{value:g} cannot be a number of trials; give a whole number from 0 to out_of"
    return f"{value:g} of {out_of} trials is more than there were; check both numbers" if value > out_of else ""


def measured(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Check a baseline, target or point, and whether its value can be one of the goal's measure.

    A prompt level may be given as its word. If another field is wrong too, the value is told of in the same breath.
    """
    measure, baseline = info.data.get("measure"), info.data.get("baseline")
    if measure == "prompt_level" and isinstance(value, Mapping) and "value" in value:
        value = {**value, "value": level_of(value["value"])}
    try:
        mark = handler(value)
    except ValidationError:
        return together(value, handler, filter(None, [_raw_misfit(measure, value)]))
    problems = [misfit(measure, mark.value, mark.out_of)] if measure else []
    if info.field_name == "points" and baseline and mark.date < baseline.date:
        problems.append("lies before the baseline; move it, or correct one of the dates")
    if any(problems):
        raise ValueError("; ".join(filter(None, problems)))
    return mark


def _raw_misfit(measure: Measure | None, value: Any) -> str:
    given = value if isinstance(value, Mapping) else {}
    figure, out_of = given.get("value"), given.get("out_of")
    if measure is None or not isinstance(figure, int | float) or not isinstance(out_of, int | None):
        return ""
    return "" if isinstance(figure, bool) or isinstance(out_of, bool) else misfit(measure, float(figure), out_of)


def together(value: Any, handler: ValidatorFunctionWrapHandler, problems: Iterable[str]) -> Any:
    """Check the items of a list and add what is wrong with the list as a whole, so that all is told at once."""
    told: list[Any] = [
        {"type": "value_error", "loc": (), "input": {}, "ctx": {"error": ValueError(text)}} for text in problems
    ]
    found: list[Any] = []
    try:
        done = handler(value)
    except ValidationError as error:
        found = [{key: item[key] for key in ("type", "loc", "input", "ctx") if key in item} for item in error.errors()]
    if found or told:
        raise ValidationError.from_exception_data("list", [*found, *told])
    return done


def repeated(value: Any, *keys: str) -> list[str]:
    """Which items of a list agree in some fields, by their places, from mappings or records.

    >>> repeated([{"date": "2026-09-14"}, {"date": "2026-09-21"}, {"date": "2026-09-14"}], "date")
    ['1 and 3']
    """
    places: dict[tuple[str, ...], list[str]] = {}
    for place, item in enumerate(value if isinstance(value, list | tuple) else (), 1):
        given = item if isinstance(item, Mapping) else getattr(item, "__dict__", {})
        if given.get(keys[0]) is not None:
            key = tuple("" if given.get(name) is None else str(given[name]).strip().casefold() for name in keys)
            places.setdefault(key, []).append(str(place))
    return [in_words(found) for found in places.values() if len(found) > 1]
