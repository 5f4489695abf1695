"""A home programme that gets done: at most three things, each tied to a time of day that is there anyway."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from otrec.engine import Engine, Item
from otrec.models import Activity, Client
from otrec.models.terms import Setting

#: Two exercises were done better than eight (features of users' wishes); three is the most.
MOST_ITEMS: Final = 3
#: What a family can fit in on most days, in minutes (authors' choice); longer ones only when nothing shorter fits.
SHORT_MINUTES: Final = 20
#: How many of the best activities for home the items are chosen from.
AMONG: Final = 60
#: Places where a client stays the night: their programme is for there.
STAYS: Final[frozenset[Setting]] = frozenset({"hospital", "rehab", "nursing_home", "nicu"})
#: When an occupation is usually done, in words; others go by `ANY_TIME`. The authors' own.
USUALLY: Final[dict[str, str]] = {
    "bathing": "at bath or shower time", "toileting": "at the usual toilet time after a meal",
    "dressing": "in the morning, when getting dressed", "eating": "at the calmest meal of the day",
    "feeding": "at the calmest meal of the day", "mobility_indoors": "on the way to the table",
    "grooming": "after brushing teeth in the morning", "care_of_others": "when the day is quietest",
    "pet_care": "when the pet is fed", "child_rearing": "after the midday nap",
    "communication_management": "when the post or the phone is looked at",
    "financial_management": "on the day when bills are opened", "cleaning": "after a meal, when the table is cleared",
    "laundry": "when washing is taken out", "home_repair_garden": "at the weekend, before lunch",
    "meal_preparation": "while a meal is being made", "religious_expression": "at the usual time of prayer or quiet",
    "safety_maintenance": "when the door is locked in the evening", "shopping": "before the weekly shopping",
    "medication_management": "with the first dose of the day", "physical_activity": "before lunch, on most days",
    "nutrition_management": "when the next meal is planned", "device_management": "when the device is put on",
    "rest": "in the early afternoon", "sleep_preparation": "half an hour before bed",
    "sleep_participation": "at bedtime", "classroom_participation": "before homework",
    "school_routines": "when the bag is packed", "handwriting": "when a note, list or card has to be written anyway",
    "keyboarding": "at the first message of the day", "classroom_tools": "at the kitchen table before tea",
    "reading_study": "at homework or reading time", "play_exploration": "after a nap and a feed, when wide awake",
    "play_participation": "at play time after school or nursery", "arts_crafts": "at the weekend, at the table",
    "games_reading_leisure": "after the evening meal", "gardening": "when plants are watered",
    "family_participation": "when the family sits together", "friendships": "when a friend calls or comes",
    "letter_writing": "when a card or note is due", "community_mobility": "on the way out of the house",
}  # fmt: skip
ANY_TIME: Final = "at one fixed time of day that the family chooses"


@dataclass(frozen=True)
class HomeItem:
    """One thing to do at home: when, with whom, how often, and in which words."""

    activity: Activity
    when: str
    with_whom: str
    often: str
    goal: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "activity_id": self.activity.id,
            "name": self.activity.name,
            "minutes": self.activity.minutes,
            "when": self.when,
            "with": self.with_whom,
            "often": self.often,
            "goal": self.goal,
            "family": self.activity.family,
        }


def home_programme(engine: Engine, client: Client, as_of: dt.date | None = None) -> tuple[HomeItem, ...]:
    """At most three things for home, one for each goal first, that need no bought tool.

    The same safety screen holds, for the place where the client sleeps.

    >>> from otrec import Client, Engine, example
    >>> items = home_programme(Engine(), Client.load(example("pencil_grip")))
    >>> 1 <= len(items) <= 3 and all(item.when for item in items)
    True
    """
    setting = client.setting if client.setting in STAYS else "home"
    there = client.model_copy(update={"setting": setting, "delivery": "home", "tools": (), "group_size": 1})
    items = engine.recommend(there, k=AMONG, bag_only=True, as_of=as_of).items
    return tuple(_item(client, item) for item in _chosen(client, items))


def _chosen(client: Client, items: tuple[Item, ...]) -> list[Item]:
    """The best for each goal, then the best of the rest; short ones first."""
    short = [item for item in items if item.activity.minutes <= SHORT_MINUTES]
    pool = [*short, *(item for item in items if item not in short)]
    goals = _goals(client)
    found: list[Item] = []
    for goal in goals:
        best = next((item for item in pool if goal in item.activity.occupations and item not in found), None)
        found += [best] if best else []
    found += [item for item in pool if item not in found]
    return found[: max(1, min(MOST_ITEMS, len(goals) or MOST_ITEMS))]


def _goals(client: Client) -> tuple[str, ...]:
    """The client's goals, the most important first, at most as many as there may be items."""
    order = sorted(client.goals, key=lambda goal: -goal.importance)
    return tuple(dict.fromkeys(goal.occupation for goal in order))[:MOST_ITEMS]


def _item(client: Client, item: Item) -> HomeItem:
    own = {routine.occupation: routine for routine in client.routines}
    aimed = [name for name in _goals(client) if name in item.activity.occupations]
    names = [*aimed, *(name for name in item.activity.occupations if name not in aimed)]
    routine = next((own[name] for name in names if name in own), None)
    usual = next((USUALLY[name] for name in names if name in USUALLY), ANY_TIME)
    return HomeItem(
        activity=item.activity,
        when=routine.when if routine and routine.when else usual,
        with_whom=routine.with_whom if routine else "",
        often="three to five days a week, once a day",
        goal=names[0],
    )
