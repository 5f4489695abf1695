"""Learning from what therapists prefer: levels of weights, what moved and why, and which question to ask next."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.explain import LABELS, gap_sentence, gaps
from otrec.features import NAMES
from otrec.models import Client, Feedback, OptionError, Preference, UnknownIdError
from otrec.models.feedback import CHOSEN_OVER
from otrec.ranking.weights import Posterior

if TYPE_CHECKING:
    from otrec.engine.engine import Engine
    from otrec.engine.result import Recommendation

Floats = NDArray[np.float64]

#: Weights that change by less than this are not spoken of.
LEAST_SHIFT: Final = 0.002


@dataclass(frozen=True)
class Level:
    """What one level (default, site, team) starts from and has learned.

    `centre` holds the weights of the level above, `(n_features,)`; `differences` are feature rows `better - worse`,
    `(n_pairs, n_features)`, and `counts` how much each counts, `(n_pairs,)`. No profile is kept.
    """

    name: str
    centre: Floats
    differences: Floats = field(default_factory=lambda: np.zeros((0, len(NAMES))))
    counts: Floats = field(default_factory=lambda: np.zeros(0))

    def with_more(self, differences: Floats, counts: Floats) -> Level:
        return replace(
            self,
            differences=np.concatenate([self.differences, differences]),
            counts=np.concatenate([self.counts, counts]),
        )

    def posterior(self) -> Posterior:
        """Weights and their uncertainty after everything learned on this level."""
        if not len(self.counts):
            return Posterior.of_prior(self.centre)
        from otrec.ranking.estimator import ActivityRanker

        return ActivityRanker(prior=self.centre).fit_pairs(self.differences, self.counts).posterior_

    @property
    def digest(self) -> str:
        """A short hash of what was learned, whatever its order."""
        rows = sorted(np.round(np.column_stack([self.differences, self.counts]), 9).tolist())
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:8]


def version(release: str, levels: Iterable[Level]) -> str:
    """The name of a model: its release and, level by level, what it has learned."""
    parts = [
        level.name + (f" + {len(level.counts)} preferences ({level.digest})" if len(level.counts) else "")
        for level in levels
    ]
    return f"otrec {release}, {' > '.join(parts)}"


def differences(engine: Engine, preferences: Sequence[Preference]) -> tuple[Floats, Floats]:
    """Feature rows `better - worse` of some preferences, and how much each counts.

    Raises
    ------
    OptionError
        With every preference that cannot be used.
    """
    problems: list[str] = []
    rows, counts = [np.zeros((0, len(NAMES)))], []
    for number, item in enumerate(preferences, 1):
        told = _problem(engine, item)
        if told:
            problems.append(f"preference {number}: {told}")
            continue
        values = engine.space(item.client).values
        place = engine.space.place
        rows.append(values[[place[item.better]]] - values[[place[item.worse]]])
        counts.append(item.strength)
    if problems:
        raise OptionError("; ".join(problems))
    return np.concatenate(rows), np.array(counts)


def _problem(engine: Engine, item: Preference) -> str:
    for name in (item.better, item.worse):
        try:
            engine.library.activity(name)
        except UnknownIdError as error:
            return str(error)
    if item.better == item.worse:
        return f"{item.better!r} is compared with itself; name two activities"
    allowed = engine.screen(item.client).allowed
    held = [name for name in (item.better, item.worse) if not allowed[engine.space.place[name]]]
    if held:
        return f"{held[0]!r} is held back for this client by a rule, so nothing is learned about it"
    return ""


def inferred(result: Recommendation, verdicts: Iterable[Feedback]) -> tuple[Preference, ...]:
    """Preferences, each of strength ½, that follow from verdicts on a list.

    What was called helpful was chosen over what stands above it without such a verdict; what was not helpful stands
    behind the next one below it. Verdicts for curation and "not again" teach nothing about weights.
    """
    order = [item.activity.id for item in result.items]
    said = {item.activity: item.verdict for item in verdicts if item.activity in order}
    pairs: list[tuple[str, str]] = []
    for place, name in enumerate(order):
        if said.get(name) == "helpful":
            pairs += [(name, other) for other in order[:place] if said.get(other, "not_helpful") == "not_helpful"]
        elif said.get(name) == "not_helpful":
            pairs += [(other, name) for other in order[place + 1 :] if other not in said][:1]
    chosen = dict.fromkeys(pairs)
    client: Client = result.client
    return tuple(Preference(client=client, better=one, worse=two, strength=CHOSEN_OVER) for one, two in chosen)


@dataclass(frozen=True)
class Move:
    """Where an activity stood and stands; None is outside the list."""

    activity_id: str
    name: str
    before: int | None
    after: int | None
    why: str

    def __str__(self) -> str:
        places = [f"place {place}" if place else "not in the list" for place in (self.before, self.after)]
        return f"{self.name}: {places[0]} -> {places[1]}. {self.why}"


@dataclass(frozen=True)
class Moves:
    """What an update did: weights (before, after) and every activity of the list whose place changed."""

    weights: dict[str, tuple[float, float]]
    moves: tuple[Move, ...]

    @property
    def sentence(self) -> str:
        """The weights that changed most, in words."""
        changed = sorted(self.weights.items(), key=lambda pair: -abs(pair[1][1] - pair[1][0]))
        told = [
            f"{LABELS[name]} counts {'more' if after > before else 'less'} "
            f"({100 * before:.1f} -> {100 * after:.1f} of 100)"
            for name, (before, after) in changed[:3]
            if abs(after - before) >= LEAST_SHIFT
        ]
        places = len(self.moves)
        listed = "No place changed" if not places else f"{places} place{'s' if places > 1 else ''} changed"
        return f"{listed}. " + ("; ".join(told).capitalize() + "." if told else "No weight changed noticeably.")

    def to_dict(self) -> dict[str, Any]:
        return {"weights": self.weights, "moves": [vars(move) for move in self.moves], "sentence": self.sentence}


def compare_lists(before: Recommendation, after: Recommendation) -> Moves:
    """Which activities of two lists for one client changed places, in the order of the second."""
    places = [{item.activity.id: item.rank for item in result.items} for result in (before, after)]
    names = dict.fromkeys((*places[1], *places[0]))
    moves = []
    for name in names:
        was, now = (place.get(name) for place in places)
        if was != now:
            row = after.engine.space.place[name]
            found = gaps(before.scored.contributions(row), after.scored.contributions(row))
            why = f"Its score moves by {gap_sentence(found)}." if found else "Others moved past it."
            moves.append(Move(name, after.engine.library.activities[name].name, was, now, why))
    pairs = zip(before.scored.weights.tolist(), after.scored.weights.tolist(), strict=True)
    return Moves(dict(zip(NAMES, pairs, strict=True)), tuple(moves))


@dataclass(frozen=True)
class Question:
    """Two activities, the chance that the first is preferred, and what an answer would tell, in bits (0-1)."""

    first: str
    second: str
    chance: float
    bits: float


def most_informative(result: Recommendation, among: int, asked: Collection[frozenset[str]]) -> Question | None:
    """The pair of the first activities whose answer has the highest mutual information with the weights.

    Houlsby et al. 2011, arXiv 1112.5745 (BALD): the entropy of the mean answer less the mean entropy of the answer
    over draws of the weights. High where the draws are sure of different answers, not where all are unsure.
    """
    from otrec.ranking.estimator import SLOPE

    rows = [result.engine.space.place[item.activity.id] for item in result.items[:among]]
    names = [item.activity.id for item in result.items[:among]]
    drawn = result.scored.table.values[rows] @ result.scored.draws.T
    found = []
    for one, two in combinations(range(len(rows)), 2):
        if frozenset((names[one], names[two])) not in asked:
            chances = 1 / (1 + np.exp(-SLOPE * (drawn[one] - drawn[two])))
            bits = _entropy(chances.mean()) - _entropy(chances).mean()
            found.append(Question(names[one], names[two], float(chances.mean()), float(bits)))
    return max(found, key=lambda pair: pair.bits, default=None)


def _entropy(chance: Any) -> Any:
    inside = np.clip(chance, 1e-12, 1 - 1e-12)
    return -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))
