"""Made-up clients for cases and safety questions: plausible ages, places and precautions, never a real person."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import Final

from otrec.library import Library
from otrec.models import Activity, Client, Rule
from otrec.models.ages import BANDS
from otrec.study.questions import number

#: Precautions that belong to some years of life only.
ONLY_AGED: Final = {"pregnancy": (18.0, 45.0), "preterm_unstable": (0.0, 0.5), "substance_use_active": (18.0, 70.0)}
#: Places where a made-up client of an age is met: place -> (from, to) in years.
PLACE_AGES: Final = {
    "school": (4.0, 17.0),
    "nursing_home": (60.0, 100.0),
    "workplace": (17.0, 68.0),
    "nicu": (0.0, 0.5),
}
OLDEST: Final = 86
#: From this age on someone is grown up here.
GROWN: Final = 18.0


class People:
    """Draws clients for whom a library's activities were written."""

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def _stages(self) -> dict[str, set[bool]]:
        """Precaution -> whether the worked cases of its rules are grown up."""
        found: dict[str, set[bool]] = defaultdict(set)
        for rule in self.library.rules:
            for name in rule.when.precautions:
                found[name].add(float(rule.catches["age_years"]) >= GROWN)
        return found

    def ages(self, precaution: str) -> tuple[float, float]:
        """The years of life in which a precaution is met: its own, and the stage of life of its rules' worked cases."""
        low, high = ONLY_AGED.get(precaution, (0.0, float(OLDEST)))
        stages = self._stages[precaution]
        return (low if False in stages else max(low, GROWN)), (high if True in stages else min(high, GROWN - 0.5))

    def plausible(self, precaution: str, age_years: float) -> bool:
        """Whether a precaution is met at an age."""
        low, high = self.ages(precaution)
        return low <= age_years <= high

    def place(
        self, activity: Activity, key: str, ages: tuple[float, float] = (0.0, float(OLDEST))
    ) -> tuple[str, float] | None:
        """A setting and an age that suit an activity, drawn by the key; None where none goes with the other."""
        settings = sorted(set(activity.settings) - {"teletherapy"}) or list(activity.settings)
        start = number(key, "place") % len(settings)
        for setting in (*settings[start:], *settings[:start]):
            low, high = PLACE_AGES.get(setting, ages)
            low, high = max(low, ages[0], activity.age_min), min(high, ages[1], activity.age_max)
            if low <= high:
                return setting, drawn_age(low, high, key)
        return None

    def client(self, activity: Activity, key: str, ages: tuple[float, float] = (0.0, float(OLDEST))) -> Client | None:
        """Someone for whom an activity was written, with no precautions."""
        found = self.place(activity, key, ages)
        if found is None:
            return None
        setting, age = found
        return Client.parse(
            {
                "age_years": age,
                "setting": setting,
                "conditions": activity.only_for[:1],
                "precautions": [],
                "group_size": activity.group_min,
                "minutes": max(30, activity.minutes),
            }
        )

    def barriers(self, activity: Activity, age_years: float, key: str) -> dict[str, int]:
        """Two or three barriers that go together in one activity, with severities; those common at this age."""
        band = next(name for name, (low, high) in BANDS.items() if low <= age_years <= high)

        def met(name: str) -> bool:
            bands = self.library.barriers[name].common_in
            return not bands or band in bands

        names = [name for name in (*activity.primary, *activity.secondary) if met(name)][:3]
        first, *rest = names or activity.primary[:1]
        return {first: 3, **{name: 1 + number(key, name) % 2 for name in rest}}

    def sets_off(self, rule: Rule) -> tuple[str, ...]:
        """The precautions that set a rule off, where nothing else is asked."""
        return rule.when.precautions if rule.when.model_fields_set == {"precautions"} else ()


def drawn_age(low: float, high: float, key: str) -> float:
    """An age within bounds: whole years, or whole months under two.

    >>> 5 <= drawn_age(5, 9, "k") <= 9, drawn_age(0.2, 0.3, "k")
    (True, 0.25)
    """
    if high < 2:
        months = range(math.ceil(12 * low), math.floor(12 * high) + 1)
        return months[number(key, "age") % len(months)] / 12 if months else low
    years = range(max(math.ceil(low), 1), math.floor(high) + 1)
    return float(years[number(key, "age") % len(years)]) if years else low
