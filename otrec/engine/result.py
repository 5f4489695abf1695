"""What a recommendation says: the list, what was held back, and answers to why and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from otrec.engine.answers import Change, Comparison, Why
from otrec.engine.learning import Question, most_informative
from otrec.explain import Citation, Path, contributions, gap_sentence, gaps
from otrec.features import NAMES, Table
from otrec.library.coverage import needs_no_purchase
from otrec.models import Activity, Client, OptionError
from otrec.models.terms import Arousal, Light, Phase
from otrec.models.wording import in_words, nearest
from otrec.safety import Exclusion, Screening

if TYPE_CHECKING:
    import pandas as pd

    from otrec.engine.engine import Engine
    from otrec.engine.sufficiency import Sufficiency

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """How a list is asked for.

    `phases` keeps to activities that serve one of these therapy-session phases; empty means all.
    `arousal` likewise keeps to effects on arousal, and `no_purchase` to activities that need no bought tool.
    `diversity` is the weight of newly covered barriers and goals when the list is arranged; 0 gives
    plain score order. `include_red` shows what evidence advises against, marked as such.
    """

    k: int = 8
    diversity: float = 0.15
    include_red: bool = False
    bag_only: bool = False
    phases: tuple[Phase, ...] = ()
    as_of: dt.date | None = None
    arousal: tuple[Arousal, ...] = ()
    no_purchase: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 1000:
            raise OptionError(f"k is {self.k}; give a number of activities from 1 to 1000")
        if not 0 <= self.diversity <= 1:
            raise OptionError(f"diversity is {self.diversity:g}; give a number from 0 (pure score) to 1")
        for word, given, kind in (("phase", self.phases, Phase), ("arousal effect", self.arousal, Arousal)):
            allowed = get_args(kind)
            for name in given:
                if name not in allowed:
                    raise OptionError(f"{name!r} is no {word}{nearest(name, allowed)}. There are {in_words(allowed)}")

    @property
    def asked(self) -> dict[str, Any]:
        """The options as arguments of `Engine.recommend`."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @property
    def narrow(self) -> bool:
        """Whether a filter is set that leaves activities out of the list."""
        return bool(self.phases or self.arousal or self.no_purchase)

    def keeps(self, activity: Activity) -> bool:
        """Whether an activity passes the filters."""
        return (
            (not self.phases or bool(set(self.phases) & set(activity.phases)))
            and (not self.arousal or activity.arousal in self.arousal)
            and (not self.no_purchase or needs_no_purchase(activity))
        )

    @property
    def filters(self) -> str:
        """The filters in words; empty if none is set."""
        parts = [f"phases {in_words(self.phases)}"] if self.phases else []
        parts += [f"{in_words(self.arousal)} activities"] if self.arousal else []
        parts += ["activities without a bought tool"] if self.no_purchase else []
        return in_words(parts)


@dataclass(frozen=True)
class Scored:
    """The pool of one client: features, weights and scores of every activity of the library.

    `allowed` marks the pool; means, ranks and intervals are taken over it alone.
    """

    table: Table
    weights: Floats
    draws: Floats
    scores: Floats
    allowed: NDArray[np.bool_]

    @cached_property
    def mean(self) -> Floats:
        """Mean features of the pool, `(n_features,)`."""
        pool = self.table.values[self.allowed]
        return pool.mean(axis=0) if len(pool) else np.zeros(len(NAMES))

    @property
    def base(self) -> float:
        """The score of the pool's mean: what contributions start from."""
        return float(self.mean @ self.weights)

    @property
    def path_weight(self) -> float:
        """The weight of the feature that the graph's paths explain."""
        return float(self.weights[NAMES.index("technique_path")])

    def contributions(self, row: int) -> Floats:
        return np.asarray(contributions(self.table.values[row], self.mean, self.weights))

    @cached_property
    def _drawn(self) -> Floats:
        return self.table.values[self.allowed] @ self.draws.T

    def ranks(self, rows: list[int]) -> NDArray[np.int64]:
        """Rank by score of each row in each draw, `(n_rows, n_draws)`; 1 is best."""
        drawn = self.table.values[rows] @ self.draws.T
        places = [(self._drawn > line + 1e-12).sum(axis=0) + 1 for line in drawn]
        return np.array(places, dtype=np.int64).reshape(len(rows), len(self.draws))

    def rank(self, row: int) -> int:
        """Place of an allowed activity by score alone."""
        return int((self.scores[self.allowed] > self.scores[row] + 1e-12).sum()) + 1


@dataclass(frozen=True)
class Item:
    """One recommended activity with its reasons.

    `score`, `low` and `high` are on a scale of 0-100; low and high bound 90% of the posterior draws,
    as `rank_low` and `rank_high` do for the place by score. `tie` is true when the activity and the
    next one change places in 40-60% of the draws.
    """

    rank: int
    activity: Activity
    score: float
    low: float
    high: float
    rank_low: int
    rank_high: int
    p_top5: float
    tier: str
    tie: bool
    contributions: dict[str, float]
    why: str
    paths: tuple[Path, ...]
    light: Light
    citations: tuple[Citation, ...]
    cautions: tuple[str, ...]
    missing_tools: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        numbers = {name: round(getattr(self, name), 4) for name in ("score", "low", "high", "p_top5")}
        return {
            "rank": self.rank,
            "activity_id": self.activity.id,
            "name": self.activity.name,
            **numbers,
            "rank_low": self.rank_low,
            "rank_high": self.rank_high,
            "tier": self.tier,
            "tie_with_next": self.tie,
            "contributions": {name: round(value, 4) for name, value in self.contributions.items()},
            "why": self.why,
            "paths": [path.to_dict() for path in self.paths],
            "evidence": {"light": self.light, "citations": [citation.to_dict() for citation in self.citations]},
            "cautions": list(self.cautions),
            "missing_tools": list(self.missing_tools),
        }


@dataclass(frozen=True)
class Recommendation:
    """A ranked, explained list for one client, with everything that was held back."""

    engine: Engine = field(repr=False)
    client: Client = field(repr=False)
    options: Options
    scored: Scored = field(repr=False)
    screening: Screening = field(repr=False)
    items: tuple[Item, ...]
    warnings: tuple[str, ...]

    @property
    def excluded(self) -> tuple[Exclusion, ...]:
        """What was held back, by which rule, in library order."""
        return self.screening.exclusions

    @property
    def pool(self) -> int:
        """How many activities fit this client, before filters."""
        return int(self.scored.allowed.sum())

    @property
    def model_version(self) -> str:
        """Which model made this list; weights given for one call are named as such."""
        own = not np.array_equal(self.scored.weights, self.engine.posterior.mode)
        return f"{self.engine.version}, weights of this call" if own else self.engine.version

    @property
    def shortfall(self) -> str:
        """Empty when k activities were found; else how many are missing, and why."""
        missing = self.options.k - len(self.items)
        if missing <= 0:
            return ""
        total = len(self.engine.library.activities)
        held = total - self.pool
        asked = f" Only {self.options.filters} were asked for." if self.options.narrow else ""
        got = f"{len(self.items)} of {self.options.k}"
        return f"{got}: {held} of {total} activities were held back, with reasons.{asked}"

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an activity: rank, activity_id, name, score, low, high, p_top5, tier, evidence, why."""
        import pandas as pd

        columns = ["rank", "activity_id", "name", "score", "low", "high", "p_top5", "tier", "evidence", "why"]
        rows = [{**item.to_dict(), "evidence": item.light} for item in self.items]
        return pd.DataFrame(rows, columns=columns)

    def why(self, activity_id: str) -> Why:
        """Why an activity stands where it does, whether ranked, ranked lower or held back.

        Raises
        ------
        UnknownIdError
            If the library has no such activity; names the nearest.
        """
        engine, activity = self.engine, self.engine.library.activity(activity_id)
        row = engine.space.place[activity_id]
        paths = engine.explainer.paths(row, self.scored.table, self.scored.path_weight)
        exclusions = tuple(item for item in self.excluded if item.activity_id == activity_id)
        pool = self.pool
        listed = {item.activity.id: item for item in self.items}
        if exclusions:
            sentences = [f"{activity.name} is held back."]
            sentences += [f"{item.reason} (rule {item.rule}; source: {item.source})" for item in exclusions]
            return Why(
                activity_id,
                activity.name,
                "excluded",
                None,
                pool,
                None,
                self.scored.base,
                {},
                tuple(sentences),
                paths,
                exclusions,
                (),
            )
        values = self.scored.contributions(row)
        score, place = 100 * float(self.scored.scores[row]), self.scored.rank(row)
        sentences = [engine.explainer.sentence(self.client, activity, paths)]
        difference = gap_sentence(gaps(np.zeros(len(values)), values))
        sentences.append(
            f"Score {score:.1f} of 100, place {place} of {pool} by score; an average activity here has "
            f"{100 * self.scored.base:.1f}. Most of the difference: {difference}."
        )
        sentences += _path_sentences(engine, paths)
        if activity_id not in listed:
            sentences.append(self._distance(row))
        return Why(
            activity_id=activity_id,
            name=activity.name,
            status="listed" if activity_id in listed else "ranked lower",
            rank=listed[activity_id].rank if activity_id in listed else place,
            of=pool,
            score=score,
            base=100 * self.scored.base,
            contributions={name: 100 * float(value) for name, value in zip(NAMES, values, strict=True)},
            sentences=tuple(sentences),
            paths=paths,
            exclusions=(),
            cautions=self.screening.cautions(activity_id),
        )

    why_not = why

    def _distance(self, row: int) -> str:
        if not self.items:
            return ""
        last = self.items[-1]
        there = self.engine.space.place[last.activity.id]
        missing = gaps(self.scored.contributions(row), self.scored.contributions(there))
        behind = 100 * float(self.scored.scores[there] - self.scored.scores[row])
        if behind <= 0:
            return (
                f"Its score is not below that of number {last.rank}, {last.activity.name}; the list prefers activities "
                "that reach barriers and goals not yet covered."
            )
        return f"It is {behind:.1f} points behind number {last.rank}, {last.activity.name}: {gap_sentence(missing)}."

    def compare(self, first: str, second: str) -> Comparison:
        """Two activities side by side: which stands higher, and through which features."""
        one, two = self.why(first), self.why(second)
        differences: dict[str, float] = {}
        if one.score is None or two.score is None:
            held = [item for item in (one, two) if item.score is None]
            sentences = [sentence for item in held for sentence in item.sentences]
        else:
            rows = [self.engine.space.place[name] for name in (second, first)]
            found = gaps(self.scored.contributions(rows[0]), self.scored.contributions(rows[1]))
            differences = {name: 100 * value for name, value in found}
            ahead = one.score - two.score
            relation = "level with" if abs(ahead) < 0.05 else "ahead of" if ahead > 0 else "behind"
            sentences = [f"{one.name} ({one.score:.1f}) is {relation} {two.name} ({two.score:.1f})."]
            if found:
                sentences.append(f"Seen from {one.name}: {gap_sentence(found)}.")
        return Comparison(one, two, differences, tuple(sentences))

    def what_would_change(self, most: int = 8) -> tuple[Change, ...]:
        """Which single altered or added fact would change the list most, largest first."""
        return self.engine.changes(self)[:most]

    def sufficiency(self, first: int = 10) -> Sufficiency:
        """Which facts that the profile leaves open could change the first places, the weightiest first.

        >>> from otrec import Client, Engine, example
        >>> result = Engine().recommend(Client(age_years=6, setting="school", barriers={"grasp_pattern": 3}))
        >>> [item.name for item in result.sufficiency().missing][:2]
        ['precautions', 'interests']
        """
        return self.engine.sufficiency(self, first)

    def question(self, among: int = 12, asked: Collection[frozenset[str]] = ()) -> Question | None:
        """The pair of the first activities of which an answer would teach the weights most; None if none is left.

        >>> from otrec import Client, Engine, example
        >>> question = Engine().recommend(Client.load(example("pencil_grip"))).question()
        >>> 0 < question.chance < 1 and question.bits > 0
        True
        """
        return most_informative(self, among, asked)

    def to_dict(self) -> dict[str, Any]:
        """What `otrec recommend --json` prints."""
        return {
            "model_version": self.model_version,
            "library_version": self.engine.library.version,
            "client_id": self.client.id,
            "recommendations": [item.to_dict() for item in self.items],
            "excluded": [item.to_dict() for item in self.excluded],
            "warnings": list(self.warnings),
            "shortfall": self.shortfall,
        }


def _path_sentences(engine: Engine, paths: tuple[Path, ...], most: int = 4) -> list[str]:
    shown = [path for path in paths if path.aimed][:most]
    texts = []
    for path in shown:
        barrier = engine.library.barriers[path.barrier].name
        technique = engine.library.techniques[path.technique].name
        cited = "; ".join(citation.finding.citation for citation in path.citations[:2])
        evidence = f"{path.light}: {cited}" if cited else "none found"
        texts.append(f"{barrier} -> {technique} -> this activity. {path.rationale} Evidence {evidence}.")
    return texts
