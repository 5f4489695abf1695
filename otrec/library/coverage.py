"""What a library has to cover, counted: each corner with its count and its aim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from otrec.library.problems import Problem
from otrec.models import Activity, Term
from otrec.models.ages import BAND_NAMES, BANDS, serves_band
from otrec.models.terms import SETTING_NAMES, AgeBand, Phase, Setting

if TYPE_CHECKING:
    from otrec.library import Library

ALL_AGES: Final[tuple[AgeBand, ...]] = get_args(AgeBand)
#: Age bands in which a setting occurs. A school's last pupils are teenagers; a care home's residents are adults.
OCCURS: Final[dict[Setting, tuple[AgeBand, ...]]] = {
    "hospital": ALL_AGES,
    "rehab": ALL_AGES[1:],
    "school": ("preschool", "school_age", "teenager"),
    "clinic": ALL_AGES,
    "home": ALL_AGES,
    "nursing_home": ("adult", "older_adult"),
    "teletherapy": ALL_AGES,
    "nicu": ("infant",),
    "community": ALL_AGES[1:],
    "workplace": ("teenager", "adult", "older_adult"),
}
#: Fewest activities in a corner of each kind.
LEAST: Final = {
    "barrier as primary target": 15,
    "technique": 6,
    "tool": 3,
    "occupation": 10,
    "setting and age": 20,
    "barrier and age, without bought equipment": 6,
}
LEAST_OF_PHASE: Final[dict[Phase, int]] = {"warm_up": 150, "targeted": 500, "practice": 250, "reflection": 60}
LEAST_ACTIVITIES: Final = 1000
ADULT_AGE: Final = 16
LEAST_ADULT_SHARE: Final = 0.45


@dataclass(frozen=True)
class Corner:
    """One place of the library: of which kind, which, how many activities it has and how many it should have."""

    kind: str
    name: str
    count: float
    aim: float

    @property
    def thin(self) -> bool:
        return self.count < self.aim


def serves(activity: Activity, band: AgeBand) -> bool:
    """Whether an activity is written for an age band."""
    return serves_band(activity.age_min, activity.age_max, band)


def needs_no_purchase(activity: Activity) -> bool:
    """Whether an activity needs no bought equipment: no tool of the vocabulary is essential to it."""
    return not activity.tools


def corners(library: Library) -> list[Corner]:
    """Every corner that has an aim, in the order in which the data card prints them."""
    activities = list(library.activities.values())
    return [
        *_whole(activities),
        *_terms(library, activities),
        *_settings_by_age(activities),
        *_barriers_by_age(library, activities),
    ]


def thin_corners(library: Library) -> list[Problem]:
    """Corners below their aim."""
    return [
        Problem("activities.csv", "", corner.kind, f"{corner.name} has {corner.count:g}, the aim is {corner.aim:g}")
        for corner in corners(library)
        if corner.thin
    ]


def _whole(activities: list[Activity]) -> Iterator[Corner]:
    yield Corner("library", "activities", len(activities), LEAST_ACTIVITIES)
    adult = sum(item.age_min >= ADULT_AGE for item in activities)
    yield Corner("library", "share for adults", round(adult / max(1, len(activities)), 3), LEAST_ADULT_SHARE)
    phases = Counter(phase for item in activities for phase in item.phases)
    for phase, least in LEAST_OF_PHASE.items():
        yield Corner("phase", phase, phases[phase], least)


def _terms(library: Library, activities: list[Activity]) -> Iterator[Corner]:
    used: dict[str, tuple[Mapping[str, Term], Counter[str]]] = {
        "barrier as primary target": (library.barriers, Counter(name for item in activities for name in item.primary)),
        "technique": (library.techniques, Counter(name for item in activities for name in item.techniques)),
        "tool": (library.tools, Counter(name for item in activities for name in {*item.tools, *item.tools_optional})),
        "occupation": (library.occupations, Counter(name for item in activities for name in item.occupations)),
    }
    for kind, (terms, count) in used.items():
        for name, term in terms.items():
            yield Corner(kind, term.name, count[name], LEAST[kind])


def settings_by_age(activities: list[Activity]) -> Counter[tuple[Setting, AgeBand]]:
    """Activities of each setting and age band."""
    served = ((item, band) for item in activities for band in BANDS if serves(item, band))
    return Counter((place, band) for item, band in served for place in item.settings)


def _settings_by_age(activities: list[Activity]) -> Iterator[Corner]:
    kind = "setting and age"
    count = settings_by_age(activities)
    for place, bands in OCCURS.items():
        for band in bands:
            yield Corner(kind, f"{SETTING_NAMES[place]}, {BAND_NAMES[band]}", count[place, band], LEAST[kind])


def barriers_by_age(activities: list[Activity]) -> Counter[tuple[str, AgeBand]]:
    """Activities without bought equipment that reach each barrier, primary or secondary, in each age band."""
    return Counter(
        (name, band)
        for item in activities
        if needs_no_purchase(item)
        for band in BANDS
        if serves(item, band)
        for name in (*item.primary, *item.secondary)
    )


def _barriers_by_age(library: Library, activities: list[Activity]) -> Iterator[Corner]:
    kind = "barrier and age, without bought equipment"
    count = barriers_by_age(activities)
    for name, barrier in library.barriers.items():
        for band in barrier.common_in:
            yield Corner(kind, f"{barrier.name}, {BAND_NAMES[band]}", count[name, band], LEAST[kind])
