"""One table of features per client: `(n_activities, n_features)`, each in [0, 1], more is better.

`FEATURES` is the registry: name, meaning, prior weight and the reason for that weight. The weights are
an **expert prior written by the authors** and revised once against the 60 development cases (November 2026): still an
assumption, not a measurement of what helps. `ActivityRanker.fit` starts from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from otrec.evidence import EvidenceTable, Judgment
from otrec.graph import Associations, associate
from otrec.library import Library
from otrec.models import Activity, Client
from otrec.models.ages import age_fit
from otrec.models.terms import Delivery, Space

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One column of the table: what it is and how much it counts before any feedback."""

    name: str
    label: str
    meaning: str
    prior: float
    why: str


FEATURES: Final = (
    Feature("skill_path", "Reaches the barriers", "share of the client's barriers, weighted by severity, that the"
            " activity targets", 0.16, "the referral question comes first"),
    Feature("focus", "Aims at this client", "how far what the activity targets is what this client has: cosine of its"
            " targets and the severities", 0.12, "an activity that aims at many things reaches many clients and fits"
            " few; added after the development cases showed it missing"),
    Feature("goal_match", "Practises the goals", "share of the client's goals, weighted by importance, that the"
            " activity practises or prepares", 0.12, "whole-task practice of a chosen occupation is the most"
            " consistent message of the findings in evidence.csv"),
    Feature("technique_path", "Works by linked techniques", "degree-weighted barrier-technique-activity paths",
            0.16, "the mechanism has to fit; the development cases told it apart best"),
    Feature("evidence", "Evidence for the link", "light of the best link for these barriers in this population",
            0.08, "evidence-based practice; most links have no graded finding, and raters never saw evidence, so the"
            " cases cannot speak for or against it"),
    Feature("challenge_fit", "Just-right challenge", "difficulty against severity, best just above present"
            " capacity", 0.06, "too hard ends in failure, too easy in boredom; the scale behind it is coarse"),
    Feature("setting_fit", "Fits the day", "delivery, group size, minutes, routines, environment",
            0.07, "what cannot be run in the setting is held back before; this grades the rest"),
    Feature("age_fit", "Fits the age", "trapezoid over the age range", 0.08,
            "what is far outside is screened out before; at the edges a wrong stage spoils an activity"),
    Feature("equipment_fit", "Materials at hand", "share of essential tools at hand, substitutes at a discount",
            0.05, "a swap often exists"),
    Feature("interest", "Carries an interest", "share of the client's interests that the activity can carry",
            0.05, "engagement; a theme can often be added"),
    Feature("strengths", "Uses strengths", "share of the client's strengths that the activity draws on", 0.03,
            "success early on"),
    Feature("freshness", "Not done lately", "recovers with the days since it was done; low after a dislike", 0.01,
            "no two sessions alike; what was marked not again is held back before"),
    Feature("ease", "Easy to set up", "inverse of preparation and cost", 0.01, "ten minutes to plan the day"),
)  # fmt: skip
NAMES: Final = tuple(feature.name for feature in FEATURES)
PRIOR: Final = np.array([feature.prior for feature in FEATURES])

#: ICF severity that asks for difficulty d: the best difficulty is 5 - severity (severe -> 2, mild -> 4),
#: an author's scale; a task that is too hard loses faster than one that is too easy.
TOO_HARD, TOO_EASY = 2.5, 4.0
#: Days after which half of the freshness is back (author's choice).
HALF_LIFE_DAYS: Final = {"liked": 7.0, "neutral": 14.0, "disliked": 60.0}
COST_SHARE: Final = {"none": 0.0, "low": 1 / 3, "medium": 2 / 3, "high": 1.0}
LONG_PREPARATION_MINUTES: Final = 30
SUBSTITUTE_SHARE, HOUSEHOLD_SHARE, ANY_THEME_SHARE = 0.8, 0.5, 0.5
SETTING_PARTS: Final = {"delivery": 0.4, "minutes": 0.2, "group": 0.15, "life": 0.25}


@dataclass(frozen=True)
class Table:
    """The features of one client with what explanations need: the severities and the evidence."""

    values: Floats
    severity: Floats
    judgment: Judgment


class FeatureSpace:
    """A library compiled once into arrays; calling it with a client gives that client's table."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.activities: tuple[Activity, ...] = tuple(library.activities.values())
        self.links: Associations = associate(library)
        self.barrier = {name: place for place, name in enumerate(library.barriers)}
        self.occupation = {name: place for place, name in enumerate(library.occupations)}
        ids = [edge.evidence for edge in library.addressed_by] + [item.evidence for item in self.activities]
        self.evidence = EvidenceTable(library, ids)
        self.n_edges = len(library.addressed_by)
        self.difficulty = self._column("difficulty")
        self.age_min, self.age_max = self._column("age_min"), self._column("age_max")
        self.minutes = self._column("minutes")
        self.group_min, self.group_max = self._column("group_min"), self._column("group_max")
        self.ease = self._ease()
        self.place = {activity.id: row for row, activity in enumerate(self.activities)}
        paths = self.links.paths
        aimed = self.links.targets[paths.activity, paths.barrier] > 0
        self.aimed = np.flatnonzero(aimed)
        self.tool_shares = self._shares_of_tools()
        lengths = np.linalg.norm(self.links.aims, axis=1, keepdims=True)
        self.directions = np.divide(self.links.aims, lengths, out=np.zeros_like(self.links.aims), where=lengths > 0)
        self._interest_words = self._words()
        self.carries = self._holding("interests", library.interests)
        self.draws_on = self._holding("leans_on", library.barriers)
        self.ways = self._holding("delivery", get_args(Delivery))
        self._rooms = self._holding("space", get_args(Space))
        self.cites = np.array([bool(item.evidence) for item in self.activities], dtype=bool)
        self.difficulty_fit = self._challenge_table()

    def _column(self, name: str) -> Floats:
        return np.array([getattr(activity, name) for activity in self.activities], dtype=float)

    def _holding(self, name: str, terms: Iterable[str]) -> dict[str, Floats]:
        """For each term, 1 where an activity's list of that name holds it; each `(n_activities,)`."""
        return {
            term: np.array([term in getattr(item, name) for item in self.activities], dtype=float) for term in terms
        }

    def _shares_of_tools(self) -> Floats:
        """`(n_activities, n_tools)`: the share of each essential tool in an activity's tools; rows sum to 1 or 0."""
        column = {name: place for place, name in enumerate(self.library.tools)}
        shares = np.zeros((len(self.activities), len(column)))
        for row, activity in enumerate(self.activities):
            shares[row, [column[tool] for tool in activity.tools]] = 1 / max(1, len(activity.tools))
        return shares

    def _ease(self) -> Floats:
        effort = np.minimum(self._column("preparation_minutes") / LONG_PREPARATION_MINUTES, 1)
        cost = np.array([COST_SHARE[activity.cost] for activity in self.activities])
        return 1 - 0.5 * effort - 0.5 * cost

    def _words(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for term in self.library.interests.values():
            for word in (*term.aliases, term.name, term.id):
                words[word.lower()] = term.id
        return words

    def _challenge_table(self) -> Floats:
        """`(n_activities, 5)`: fit of each difficulty to each ICF severity 0-4."""
        gap = self.difficulty[:, None] - (5 - np.arange(5)[None, :])
        return np.clip(np.where(gap > 0, 1 - gap / TOO_HARD, 1 + gap / TOO_EASY), 0, 1)

    def __call__(self, client: Client, as_of: dt.date | None = None) -> Table:
        """The feature table of one client.

        Parameters
        ----------
        client
            A profile whose ids the library knows.
        as_of
            The day for `freshness`; today if left out. It matters only with a history.

        >>> from otrec import Client, load_library
        >>> space = FeatureSpace(load_library())
        >>> table = space(Client(age_years=6, setting="school", barriers={"grasp_pattern": 2}))
        >>> table.values.shape == (len(space.activities), len(NAMES))
        True
        """
        severity = np.zeros(len(self.barrier))
        for name, degree in client.barriers.items():
            severity[self.barrier[name]] = degree
        judgment = self.evidence.judge(client)
        columns = {
            "skill_path": _mean(self.links.targets, severity),
            "focus": self._focus(severity),
            "technique_path": _mean(self.links.by_technique, severity),
            "goal_match": _mean(self.links.practises, self.importance(client)),
            "evidence": self._evidence(severity, judgment),
            "challenge_fit": self._challenge(severity),
            "age_fit": age_fit(client.age_years, self.age_min, self.age_max),
            "setting_fit": self._setting(client),
            "equipment_fit": self._equipment(client.tools),
            "interest": self._interest(client),
            "strengths": self._strengths(client),
            "freshness": self._freshness(client, as_of),
            "ease": self.ease,
        }
        return Table(np.stack([columns[name] for name in NAMES], axis=1), severity, judgment)

    def importance(self, client: Client) -> Floats:
        """Importance 1-10 per occupation; the highest where one is named twice."""
        weight = np.zeros(len(self.occupation))
        for place, importance in self.wanted(client).items():
            weight[place] = importance
        return weight

    def wanted(self, client: Client) -> dict[int, float]:
        """Position of each occupation that is a goal -> importance 1-10; the highest where one is named twice."""
        found: dict[int, float] = {}
        for goal in client.goals:
            place = self.occupation[goal.occupation]
            found[place] = max(found.get(place, 0.0), float(goal.importance))
        return found

    def _focus(self, severity: Floats) -> Floats:
        """Cosine of an activity's own targets and the client's severities."""
        length = np.linalg.norm(severity)
        return self.directions @ (severity / length) if length else np.zeros(len(self.activities))

    def _evidence(self, severity: Floats, judgment: Judgment) -> Floats:
        """Mean over the client's barriers that the activity targets of its best link for each."""
        given = np.flatnonzero(severity)
        column = np.full(len(severity), -1)
        column[given] = np.arange(len(given))
        paths = self.links.paths
        rows = self.aimed[column[paths.barrier[self.aimed]] >= 0]
        best = np.where(self.cites, judgment.value[self.n_edges :], 0.0)[:, None].repeat(len(given), axis=1)
        np.maximum.at(best, (paths.activity[rows], column[paths.barrier[rows]]), judgment.value[paths.edge[rows]])
        weight = self.links.targets[:, given] * severity[given]
        return _ratio((best * weight).sum(axis=1), weight.sum(axis=1))

    def _challenge(self, severity: Floats) -> Floats:
        """Fit of the difficulty to the severity of the targeted barriers; of all barriers if none is."""
        given = np.flatnonzero(severity)
        if not len(given):
            return np.full(len(self.activities), 0.5)
        weight = self.links.targets[:, given] * severity[given]
        weight = np.where(weight.any(axis=1, keepdims=True), weight, severity[given])
        fit = self.difficulty_fit[:, severity[given].astype(int)]
        return _ratio((weight * fit).sum(axis=1), weight.sum(axis=1))

    def _setting(self, client: Client) -> Floats:
        delivery = self.ways[client.delivery]
        minutes = np.minimum(1, client.minutes / self.minutes)
        group = ((self.group_min <= client.group_size) & (client.group_size <= self.group_max)).astype(float)
        life = self.life({item.occupation for item in client.routines}, client.environment)
        parts = {"delivery": delivery, "minutes": minutes, "group": group, "life": life}
        return np.asarray(np.sum([SETTING_PARTS[name] * part for name, part in parts.items()], axis=0))

    def life(self, daily: Collection[str], environment: Collection[str]) -> Floats:
        """Whether an activity can live in routines (their occupations) and surroundings; 1 if none are given."""
        parts: list[Floats] = []
        if daily:
            columns = [self.occupation[name] for name in daily]
            parts.append(self.links.practises[:, columns].max(axis=1))
        if environment:
            facts = [self.library.environments[name] for name in environment]
            lacks = {space for fact in facts for space in fact.lacks}
            raised = [self.barrier[name] for fact in facts for name in fact.raises]
            rooms = [held for name, held in self._rooms.items() if name not in lacks]
            possible = np.max(rooms, axis=0) if rooms else np.zeros(len(self.activities))
            wanted = self.links.targets[:, raised].max(axis=1) if raised else np.zeros(len(self.activities))
            parts.append(possible * (0.7 + 0.3 * wanted))
        return np.mean(parts, axis=0) if parts else np.ones(len(self.activities))

    def _equipment(self, bag: tuple[str, ...] | None) -> Floats:
        if bag is None:
            return np.ones(len(self.activities))
        have = np.array([self._have(tool, bag) for tool in self.library.tools])
        return np.where(self.tool_shares.any(axis=1), self.tool_shares @ have, 1.0)

    def _have(self, tool: str, bag: tuple[str, ...]) -> float:
        if tool in bag:
            return 1.0
        stand_ins = self.library.stand_ins.get(tool, {})
        swaps = [fit * SUBSTITUTE_SHARE for other, fit in stand_ins.items() if other in bag]
        return max([*swaps, HOUSEHOLD_SHARE if tool in self.library.household_tools else 0.0])

    def known_interests(self, client: Client) -> dict[str, str | None]:
        """The client's words for interests -> the library's id, or None where no activity carries it."""
        return {word: self._interest_words.get(word.lower()) for word in client.interests}

    def _interest(self, client: Client) -> Floats:
        wanted = set(self.known_interests(client).values())
        if not wanted:
            return np.zeros(len(self.activities))
        any_theme = ANY_THEME_SHARE * self.carries.get("any_theme", np.zeros(len(self.activities)))
        shares = [any_theme if name is None else np.maximum(self.carries[name], any_theme) for name in wanted]
        return np.asarray(np.mean(shares, axis=0))

    def _strengths(self, client: Client) -> Floats:
        strong = set(client.strengths)
        if not strong:
            return np.zeros(len(self.activities))
        return np.asarray(np.mean([self.draws_on[name] for name in strong], axis=0))

    def _freshness(self, client: Client, as_of: dt.date | None) -> Floats:
        fresh = np.ones(len(self.activities))
        for row, value in self.past(client, as_of or dt.date.today()).items():
            fresh[row] = value
        fresh[[self.place[name] for name in client.not_again]] = 0.0
        return fresh

    def past(self, client: Client, today: dt.date) -> dict[int, float]:
        """Position of each activity that was done before -> how far its freshness is back, 0-1."""
        fresh: dict[int, float] = {}
        for done in client.history:
            days = max((today - done.date).days, 0)
            row = self.place[done.activity]
            fresh[row] = min(fresh.get(row, 1.0), 1 - 0.5 ** (days / HALF_LIFE_DAYS[done.response]))
        return fresh


def _mean(matrix: Floats, weight: Floats) -> Floats:
    """Weighted mean of each row; zeros if no weight is given."""
    total = weight.sum()
    return matrix @ (weight / total) if total else np.zeros(len(matrix))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
