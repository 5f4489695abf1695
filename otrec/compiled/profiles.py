"""Profiles as flat arrays, in the numbers of a `Layout`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from otrec.compiled.library import DELIVERIES, SETTINGS, Floats, Layout, Lists, Places, Rows
from otrec.features import HOUSEHOLD_SHARE, SUBSTITUTE_SHARE, FeatureSpace
from otrec.models import Client
from otrec.safety import Screen

NO_LIFE: Final = ((), ())
#: So many different routines and surroundings are kept at once; more would grow with the number of clients.
MOST_LIVES: Final = 4096


class Profiles(NamedTuple):
    """Some clients, one row each.

    `facts` are rows of `Arrays.facts` with how far each holds, `severity` and `importance` barriers and occupations
    with their degree, `terms` the words that rules and findings ask for, `past` activities with the change of their
    freshness, `closed` those that may not be listed whatever the rules say. `lives` is how activities fit the different
    routines and surroundings, less 1; `life` tells whose is which.
    """

    facts: Rows
    severity: Rows
    importance: Rows
    terms: Lists
    past: Rows
    closed: Lists
    age: Floats
    minutes: Floats
    group: Floats
    setting: Places
    delivery: Places
    any_tool: NDArray[np.bool_]
    life: Places
    lives: Floats


class _Entries:
    """Rows that grow client by client."""

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.values: list[float] = []
        self.ends = [0]

    def add(self, columns: Iterable[int], values: Iterable[float] = ()) -> None:
        self.columns.extend(columns)
        self.values.extend(values)

    def rows(self) -> Rows:
        return Rows(
            np.array(self.ends), np.array(self.columns, dtype=np.int32), np.array(self.values, dtype=np.float64)
        )

    def lists(self) -> Lists:
        return Lists(np.array(self.ends), np.array(self.columns, dtype=np.int32))


class Encoder:
    """Turns clients, whose ids the library knows, into `Profiles`."""

    def __init__(self, space: FeatureSpace, screen: Screen, layout: Layout) -> None:
        self.space, self.screen, self.layout = space, screen, layout
        self._lives: dict[Any, Floats] = {NO_LIFE: np.zeros(len(space.activities))}
        household = space.library.household_tools
        self._household = [HOUSEHOLD_SHARE if name in household else 0.0 for name in layout.tool]
        self._lends = self._stand_ins()

    def _stand_ins(self) -> dict[str, list[tuple[int, float]]]:
        """Tool in the bag -> the tools that it is, or stands in for, with how well."""
        tool = self.layout.tool
        found = {name: [(place, 1.0)] for name, place in tool.items()}
        for wanted, others in self.space.library.stand_ins.items():
            for other, fit in others.items():
                if other in found:
                    found[other].append((tool[wanted], fit * SUBSTITUTE_SHARE))
        return found

    def __call__(self, clients: Sequence[Client], today: dt.date, *, bag_only: bool = False) -> Profiles:
        """The clients as arrays.

        Parameters
        ----------
        clients
            Profiles whose ids the library knows.
        today
            The day from which freshness counts.
        bag_only
            Close what needs a tool that is not at hand.
        """
        facts, severity, importance, terms, past, closed = (_Entries() for _ in range(6))
        lives: dict[Any, int] = {}
        life: list[int] = []
        for client in clients:
            self._barriers(client, facts, severity)
            self._goals(client, facts, importance)
            self._likes(client, facts)
            self._tools(client, facts)
            self._terms(client, terms)
            self._past(client, past, today)
            closed.add(self._closed(client, bag_only))
            for entries in (facts, severity, importance, terms, past, closed):
                entries.ends.append(len(entries.columns))
            key = NO_LIFE
            if client.routines or client.environment:
                daily = frozenset(item.occupation for item in client.routines)
                key = (tuple(sorted(daily)), tuple(sorted(set(client.environment))))  # type: ignore[assignment]
            life.append(lives.setdefault(key, len(lives)))
        return Profiles(
            facts.rows(), severity.rows(), importance.rows(), terms.lists(), past.rows(), closed.lists(),
            np.array([client.age_years for client in clients], dtype=np.float64),
            np.array([client.minutes for client in clients], dtype=np.float64),
            np.array([client.group_size for client in clients], dtype=np.float64),
            np.array([SETTINGS.index(client.setting) for client in clients], dtype=np.int64),
            np.array([DELIVERIES.index(client.delivery) for client in clients], dtype=np.int64),
            np.array([client.tools is None for client in clients], dtype=bool),
            np.array(life, dtype=np.int64),
            np.stack([self._life(key) for key in lives]),
        )  # fmt: skip

    def _life(self, key: Any) -> Floats:
        found = self._lives.get(key)
        if found is None:
            if len(self._lives) >= MOST_LIVES:
                self._lives.clear()
            found = self._lives[key] = self.space.life(*key) - 1
        return found

    def _barriers(self, client: Client, facts: _Entries, severity: _Entries) -> None:
        start, barrier = self.layout.start, self.layout.barrier
        columns = [barrier[name] for name, degree in client.barriers.items() if degree]
        degrees = [float(degree) for degree in client.barriers.values() if degree]
        if columns:
            total, length = sum(degrees), sum(degree * degree for degree in degrees) ** 0.5
            share, direction = start["share"], start["direction"]
            severity.add(columns, degrees)
            facts.add([share + column for column in columns], [degree / total for degree in degrees])
            facts.add([direction + column for column in columns], [degree / length for degree in degrees])

    def _goals(self, client: Client, facts: _Entries, importance: _Entries) -> None:
        wanted = self.space.wanted(client)
        if wanted:
            start, total = self.layout.start["goal"], sum(wanted.values())
            importance.add(wanted, wanted.values())
            facts.add([start + place for place in wanted], [value / total for value in wanted.values()])

    def _likes(self, client: Client, facts: _Entries) -> None:
        layout = self.layout
        if client.interests:
            start, known = layout.start["interest"], set(self.space.known_interests(client).values())
            columns = [layout.unknown_interest if name is None else start + layout.interest[name] for name in known]
            facts.add(columns, [1 / len(known)] * len(known))
        if client.strengths:
            strong = {layout.start["strength"] + layout.barrier[name] for name in client.strengths}
            facts.add(strong, [1 / len(strong)] * len(strong))

    def _tools(self, client: Client, facts: _Entries) -> None:
        if client.tools is None:
            return
        have: dict[int, float] = {}
        for name in client.tools:
            for tool, share in self._lends[name]:
                have[tool] = max(have.get(tool, 0.0), share)
        start, base = self.layout.start, self._household
        more = [(start["tool"] + tool, share - base[tool]) for tool, share in have.items() if share > base[tool]]
        facts.add((start["bag"],), (1.0,))
        facts.add((column for column, _ in more), (value for _, value in more))

    def _terms(self, client: Client, terms: _Entries) -> None:
        known = self.layout.terms
        for kind, words in (
            ("conditions", client.conditions), ("environments", client.environment),
            ("precautions", client.precautions), ("clearances", client.clearances),
            ("competencies", client.competencies),
        ):  # fmt: skip
            if words:
                terms.add(known(kind, words))
        degrees = [(name, least) for name, degree in client.barriers.items() for least in range(1, degree + 1)]
        terms.add(known("severities", degrees))
        terms.add(known("settings", (client.setting,)))
        if client.assessments:
            terms.add(known("domains", self.screen.domains.documented(client)))

    def _past(self, client: Client, past: _Entries, today: dt.date) -> None:
        """How much less fresh activities are that were done before: `fresh - 1` of each."""
        if client.history:
            fresh = self.space.past(client, today)
            past.add(fresh, [value - 1 for value in fresh.values()])

    def _closed(self, client: Client, bag_only: bool) -> list[int]:
        closed = [self.layout.activity[name] for name in client.not_again]
        if bag_only and client.tools is not None:
            closed += [place for place, _, _ in self.screen.fit.not_in_bag(client.tools)]
        return closed
