"""What cannot be run as a profile stands: age, group, place, people it was written for, tools at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from otrec.library import Library
from otrec.models import Activity, Client
from otrec.models.ages import age_fit
from otrec.models.terms import SETTING_NAMES
from otrec.models.wording import in_sentence, in_words

#: Grounds on which an activity cannot be run as a profile stands: rule -> reason.
REASONS: Final[dict[str, Callable[[Activity, Client, str], str]]] = {
    "age_range": lambda item, client, _: (
        f"Written for ages {item.age_min:g}-{item.age_max:g}; the client is {client.age_years:g}."
    ),
    "group_size": lambda item, client, _: (
        f"Needs at least {item.group_min} people; the profile says {client.group_size}."
    ),
    "setting": lambda item, client, _: (
        f"Written for {in_words((SETTING_NAMES[name].lower() for name in item.settings), 'or')}; "
        f"the profile says {SETTING_NAMES[client.setting].lower()}."
    ),
    "only_for": lambda item, client, fact: f"Written for people with {fact}; nothing like it stands in the profile.",
    "telehealth": lambda item, client, _: "Cannot be run by video as written.",
    "not_again": lambda item, client, _: "Marked 'not again' for this client.",
    "not_in_bag": lambda item, client, fact: f"Needs {fact}, and nothing at hand stands in.",
}


class Fit:
    """The plain facts of a library's activities, ready to be held against profiles."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.activities = tuple(library.activities.values())
        self.position = {activity.id: index for index, activity in enumerate(self.activities)}
        self.age_min = np.array([activity.age_min for activity in self.activities])
        self.age_max = np.array([activity.age_max for activity in self.activities])
        self.group_min = np.array([activity.group_min for activity in self.activities])
        self.places = {
            name: np.array([name in activity.settings for activity in self.activities], dtype=bool)
            for name in SETTING_NAMES
        }
        self.by_video = np.array(["telehealth" in activity.delivery for activity in self.activities], dtype=bool)

    def misfits(self, client: Client, bag_only: bool) -> list[tuple[int, str, str]]:
        """What cannot be run as the profile stands, as `(position, rule, fact)`."""
        out_of_age = np.flatnonzero(age_fit(client.age_years, self.age_min, self.age_max) == 0.0)
        found = [(place, "age_range", "") for place in out_of_age.tolist()]
        too_few = np.flatnonzero(self.group_min > client.group_size)
        found += [(place, "group_size", "") for place in too_few.tolist()]
        elsewhere = np.flatnonzero(~self.places[client.setting])
        found += [(place, "setting", "") for place in elsewhere.tolist()]
        if client.delivery == "telehealth":
            found += [(place, "telehealth", "") for place in np.flatnonzero(~self.by_video).tolist()]
        found += self._not_meant_for(client)
        found += [(self.position[name], "not_again", "") for name in client.not_again if name in self.position]
        if bag_only and client.tools is not None:
            found += self.not_in_bag(client.tools)
        return found

    @cached_property
    def meant_for(self) -> list[tuple[int, frozenset[str], str]]:
        """Activities that make sense only for some, with the words for whom."""
        terms = self.library.conditions
        return [
            (
                place,
                frozenset(item.only_for),
                in_words((in_sentence(terms[name].name) for name in item.only_for), "or"),
            )
            for place, item in enumerate(self.activities)
            if item.only_for
        ]

    def _not_meant_for(self, client: Client) -> list[tuple[int, str, str]]:
        given = set(client.conditions)
        return [(place, "only_for", words) for place, names, words in self.meant_for if not names & given]

    def not_in_bag(self, bag: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        for place, activity in enumerate(self.activities):
            missing = [tool for tool in activity.tools if not self._at_hand(tool, bag)]
            if missing:
                yield place, "not_in_bag", in_words(self.library.tools[tool].name.lower() for tool in missing)

    def _at_hand(self, tool: str, bag: Sequence[str]) -> bool:
        stand_ins = self.library.stand_ins.get(tool, {})
        return tool in bag or any(other in bag for other in stand_ins) or tool in self.library.household_tools

    def reason(self, place: int, rule: str, fact: str, client: Client) -> str:
        """One misfit in a sentence."""
        return REASONS[rule](self.activities[place], client, fact)
