"""Cases: a made-up client, six activities, choose the best three; the answer and its reasons are the engine's own."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Final

import numpy as np

from otrec.engine import Engine, Item, Recommendation
from otrec.models import Activity, Client, Goal
from otrec.models.ages import BANDS
from otrec.models.terms import AREA_NAMES, SEVERITY_WORDS
from otrec.models.wording import in_sentence, in_words
from otrec.study.links import Links, describe, shown_with_features
from otrec.study.people import People
from otrec.study.questions import Option, Question, Seed, alike, ask, number, shuffled

#: A wrong option has at least this many points of 100 less than each right one, or is held back.
CLEARLY_LOWER: Final = 12.0
#: And not more than this, so that it is worth a thought.
NOT_ABSURD: Final = 35.0
#: Cases for each OTPF-4 area and age band.
PER_CELL: Final = 5
#: A precaution is interesting when rules hold back some of the first few places, and not most of them.
FIRST_PLACES, MOST_HELD = 12, 6
#: The lists do not depend on the day: a made-up client has no history.
ANY_DAY: Final = dt.date(2026, 1, 1)


class Cases:
    """Makes cases around the kind of client for whom an activity was written."""

    topics = ("choose_three",)

    def __init__(self, links: Links, engine: Engine) -> None:
        self.links = links
        self.engine = engine
        self.library = engine.library
        self.people = People(engine.library)

    def seeds(self) -> list[Seed]:
        """A few activities for each area and age band: the clients for whom they were written."""
        cells: dict[tuple[str, str], list[Seed]] = defaultdict(list)
        for name in shuffled("cases", self.library.activities):
            activity = self.library.activities[name]
            key = f"case:choose_three:{name}"
            found = self.people.place(activity, key)
            if found is None or not self._goals(activity, key):
                continue
            band = next(band for band, (low, high) in BANDS.items() if low <= found[1] <= high)
            area = self.library.occupations[self._goals(activity, key)[0]].area
            cell = cells[area, band]
            if len(cell) < PER_CELL:
                cell.append(Seed(key, "case", "choose_three", area))
        return [seed for cell in cells.values() for seed in cell]

    def _goals(self, activity: Activity, key: str) -> list[str]:
        """Up to two occupations that the activity's barriers limit."""
        barriers = (*activity.primary, *activity.secondary)
        return [
            name
            for name in shuffled(key, activity.occupations)
            if any((barrier, name) in self.links.limits for barrier in barriers)
        ][:2]

    def build(self, seed: Seed) -> Question | None:
        activity = self.library.activities[seed.parts[0]]
        client = self._client(seed, activity)
        if client is None:
            return None
        plain = self.engine.recommend(client, k=3, as_of=ANY_DAY)
        for precaution in self._precautions(seed, plain):
            client = plain.client.model_copy(update={"precautions": (precaution,)})
            question = self._asked(seed, self.engine.recommend(client, k=3, as_of=ANY_DAY), plain)
            if question:
                return question
        return self._asked(seed, plain, plain)

    def _client(self, seed: Seed, activity: Activity) -> Client | None:
        client = self.people.client(activity, seed.id)
        if client is None:
            return None
        first, *rest = self._goals(activity, seed.id)
        goals = [Goal(occupation=first, importance=9)]
        goals += [Goal(occupation=name, importance=6) for name in rest]
        barriers = self.people.barriers(activity, client.age_years, seed.id)
        return client.model_copy(update={"barriers": barriers, "goals": tuple(goals)})

    def _first_rows(self, result: Recommendation) -> list[int]:
        scores = np.where(result.scored.allowed, result.scored.scores, -1.0)
        return [int(row) for row in np.argsort(-scores, kind="stable")[:FIRST_PLACES]]

    def _precautions(self, seed: Seed, plain: Recommendation, most: int = 2) -> list[str]:
        """Precautions that are plausible at this age and hold back some of the first places, but not most."""
        rows, rules = self._first_rows(plain), self.library.rules
        held: dict[str, set[int]] = defaultdict(set)
        for place, rule in enumerate(rules):
            if rule.effect != "caution":
                for name in self.people.sets_off(rule):
                    held[name].update(row for row in rows if self.engine.screen.hits[place, row])
        wanted = [
            name
            for name, found in held.items()
            if 1 <= len(found) <= MOST_HELD and self.people.plausible(name, plain.client.age_years)
        ]
        return shuffled(seed.id, wanted)[:most]

    def _asked(self, seed: Seed, result: Recommendation, plain: Recommendation) -> Question | None:
        if len(result.items) < 3 or any(item.light == "red" for item in result.items):
            return None
        right = [self._right(item, result) for item in result.items]
        held = [self._held(row, result) for row in self._held_rows(result, plain)]
        lower = [self._lower(row, result) for row in self._lower_rows(seed, result)]
        options = list(right)
        for option in (*held[:2], *lower):
            if len(options) < 6 and not any(alike(option.label, other.label) for other in options):
                options.append(option)
        client = result.client
        sources = [citation.finding.citation for item in result.items for citation in item.citations[:2]]
        sources += [rule for option in options if not option.right for rule in self._rule_sources(option.id, result)]
        return ask(
            seed,
            "Choose the three activities that suit this client best.",
            [*describe(self.library, client), self._barriers(client), self._goals_in_words(client), _session(client)],
            options,
            self._lesson(client),
            sources,
            least=6,
        )

    def _barriers(self, client: Client) -> str:
        parts = (
            f"{self.links.barrier(name)} ({SEVERITY_WORDS[severity]})" for name, severity in client.barriers.items()
        )
        text = in_words(parts)
        return f"Barriers: {text}"

    def _goals_in_words(self, client: Client) -> str:
        parts = (f"{self.links.occupation(goal.occupation)} ({goal.importance} of 10)" for goal in client.goals)
        return f"Goals, by importance: {in_words(parts)}"

    def _lesson(self, client: Client) -> str:
        goal = self.library.occupations[client.goals[0].occupation]
        barrier = next(iter(client.barriers))
        return (
            f"Ask in this order: is it safe for this client, does it practise {in_sentence(goal.name)} "
            f"({AREA_NAMES[goal.area].lower()}), and does it work on {self.links.barrier(barrier)} "
            "in a way that findings or sound reasoning support? Place, age and materials come last."
        )

    def _right(self, item: Item, result: Recommendation) -> Option:
        why = result.why(item.activity.id)
        detail = shown_with_features(self.library, item.activity)
        return Option(item.activity.id, item.activity.name, True, " ".join(why.sentences[:2]), detail)

    def _held_rows(self, result: Recommendation, plain: Recommendation) -> list[int]:
        """What ranked among the first without the precaution, and is held back by a safety rule with it."""
        return [row for row in self._first_rows(plain) if not result.scored.allowed[row]]

    def _held(self, row: int, result: Recommendation) -> Option:
        activity = self.engine.space.activities[row]
        found = [item for item in result.excluded if item.activity_id == activity.id]
        held, reasons = {item.rule for item in found}, dict.fromkeys(item.reason for item in found)
        text = f"It would rank high, but it is held back for this client. {' '.join(reasons)}"
        guilty = {name for rule in self.library.rules if rule.id in held for name in rule.what.hazards}
        return Option(activity.id, activity.name, False, text, shown_with_features(self.library, activity, guilty))

    def _rule_sources(self, activity_id: str, result: Recommendation) -> list[str]:
        return [item.source for item in result.excluded if item.activity_id == activity_id]

    def _lower_rows(self, seed: Seed, result: Recommendation) -> list[int]:
        """Activities clearly below the right ones, those that share a goal or a barrier first."""
        scores, least = 100 * result.scored.scores, min(item.score for item in result.items)
        inside = result.scored.allowed & (scores <= least - CLEARLY_LOWER) & (scores >= least - NOT_ABSURD)
        goals = {goal.occupation for goal in result.client.goals}

        def shares(row: int) -> int:
            activity = self.engine.space.activities[row]
            barriers = result.client.barriers.keys() & {*activity.primary, *activity.secondary}
            return bool(goals & set(activity.occupations)) + bool(barriers)

        rows = [int(row) for row in np.flatnonzero(inside)]
        drawn = sorted(rows, key=lambda row: number(seed.id, self.engine.space.activities[row].id))
        return sorted(drawn, key=lambda row: -shares(row))[:8]

    def _lower(self, row: int, result: Recommendation) -> Option:
        activity = self.engine.space.activities[row]
        why = result.why(activity.id)
        text = f"{why.sentences[0]} {why.sentences[-1]}"
        return Option(activity.id, activity.name, False, text, shown_with_features(self.library, activity))


def _session(client: Client) -> str:
    """How long and with how many: what decides whether an activity fits."""
    company = "one to one" if client.group_size == 1 else f"in a group of {client.group_size}"
    return f"Session: {client.minutes} minutes, {company}"
