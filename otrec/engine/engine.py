"""`Engine`: a checked library, compiled once, that recommends for one client at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from otrec import __version__
from otrec.engine import kept
from otrec.engine.answers import Change
from otrec.engine.learning import Level, Moves, compare_lists, differences, version
from otrec.engine.profile import counterfactuals, likely_barriers, nothing_to_rank
from otrec.engine.red import red
from otrec.engine.result import Item, Options, Recommendation, Scored
from otrec.engine.spread import span, swapped
from otrec.engine.sufficiency import Missing, Sufficiency, known_facts, open_facts
from otrec.engine.weighing import TIE_BAND, prior_weights, tier
from otrec.explain import Explainer
from otrec.features import NAMES, FeatureSpace, Table
from otrec.library import Library, check_client, load_library
from otrec.models import Client, ClientError, OptionError, Preference
from otrec.models.terms import Arousal, Phase
from otrec.models.wording import in_words, nearest
from otrec.ranking.lists import arrange
from otrec.ranking.weights import Posterior, score
from otrec.safety import Exclusion, Screen, Screening

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

#: How errors speak of a client: never by pseudonym, since errors may end up in a log.
PROFILE = "client profile"


class Engine:
    """Recommends activities from a library with one set of weights.

    Parameters
    ----------
    data : path, optional
        Data folder; the bundled one if left out.
    extra : paths
        CSV files with further activities.
    library : Library, optional
        A library that is already loaded, instead of `data` and `extra`.
    weights : mapping, optional
        Feature name -> weight >= 0; features left out keep their prior. Scaled to sum 1.

    Examples
    --------
    >>> from otrec import Client, Engine, example
    >>> result = Engine().recommend(Client.load(example("pencil_grip")), k=5)
    >>> result.table.columns[:3].tolist()
    ['rank', 'activity_id', 'name']
    """

    def __init__(
        self,
        data: str | Path | None = None,
        extra: Iterable[str | Path] = (),
        *,
        library: Library | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.library = library if library is not None else load_library(data, extra)
        self.space = FeatureSpace(self.library)
        self.screen = Screen(self.library)
        self.explainer = Explainer(self.space)
        centre = prior_weights(weights)
        self.levels: tuple[Level, ...] = (Level("own weights" if weights else "expert prior", centre),)
        self.steps: tuple[kept.Step, ...] = ((1, 0),)
        self.earlier: Engine | Callable[[], Engine] | None = None
        self._take(Posterior.of_prior(centre))
        named = sorted(range(len(self.space.activities)), key=self._name)
        self.order = np.array(named, dtype=np.intp)

    def _take(self, posterior: Posterior) -> None:
        """Rank by these weights from now on; only for an engine that nobody has seen yet."""
        self.posterior, self.draws = posterior, posterior.draw()
        self.version = version(__version__, self.levels)

    def _name(self, row: int) -> tuple[str, str]:
        """Ties go by name and purpose, so neither ids nor the order of rows decide."""
        return self.space.activities[row].name, self.space.activities[row].purpose

    def recommend(
        self,
        client: Client,
        k: int = 8,
        *,
        diversity: float = 0.15,
        include_red: bool = False,
        bag_only: bool = False,
        phases: Iterable[Phase] = (),
        arousal: Iterable[Arousal] = (),
        no_purchase: bool = False,
        weights: Mapping[str, float] | None = None,
        as_of: dt.date | None = None,
    ) -> Recommendation:
        """A ranked, screened and explained list for one client.

        Parameters
        ----------
        client
            The profile. Without barriers and goals there is nothing to rank by.
        k
            How many activities, 1-1000. Fewer come with a stated shortfall.
        diversity
            0-1: how much the list prefers barriers and goals not yet covered.
        include_red
            Show activities whose evidence advises against them, marked.
        bag_only
            Hold back what needs tools that are not at hand.
        phases
            Keep to `warm_up`, `targeted`, `practice` or `reflection`; all if left out.
        arousal
            Keep to `alerting`, `organising` or `calming`; all if left out.
        no_purchase
            Keep to activities to which no bought tool is essential.
        weights
            Other weights for this call only; safety rules are not touched by them.
        as_of
            The day from which freshness counts; today if left out.

        Raises
        ------
        ClientError
            If the profile names unknown ids, or neither a barrier nor a goal.
        OptionError
            If k, diversity or a weight is out of range.
        """
        options = Options(k, diversity, include_red, bag_only, tuple(phases), as_of, tuple(arousal), no_purchase)
        self.check(client)
        table = self.space(client, as_of)
        screening = self._screened(client, table, options)
        scored = self._scored(table, screening, weights)
        items = self._items(client, options, scored, screening)
        return Recommendation(self, client, options, scored, screening, items, self._warnings(client, screening))

    def check(self, client: Client) -> None:
        """Refuse a profile that names unknown ids, or that has neither a barrier nor a goal, with `ClientError`."""
        check_client(self.library, client, PROFILE)
        if not client.has_barrier_or_goal:
            raise ClientError(PROFILE, [nothing_to_rank(self.library)])

    def recommend_many(self, clients: Iterable[Client], k: int = 8, **asked: Any) -> pd.DataFrame:
        """The lists of many clients at once, without reasons: the order and the scores of `recommend`, much faster.

        Parameters
        ----------
        clients
            Profiles; all are checked before anything is ranked.
        k
            How many activities for each, 1-1000.
        asked
            Any further option of `recommend`, the same for all clients; and `threads`, how many work side by side.

        Returns
        -------
        DataFrame
            A row for each activity listed, in the order of the clients: `client_id`, `rank`, `activity_id`, `name`,
            `score` (0-100) and `evidence` (the light).

        Raises
        ------
        ClientError
            With every client that cannot be used, by number.

        >>> from otrec import Client, Engine, example
        >>> clients = [Client.load(example(name)) for name in ("pencil_grip", "fall_at_home")]
        >>> Engine().recommend_many(clients, k=3)["rank"].tolist()
        [1, 2, 3, 1, 2, 3]
        """
        from otrec.engine.many import recommend_many

        return recommend_many(self, list(clients), k, **asked)

    def _screened(self, client: Client, table: Table, options: Options) -> Screening:
        """The safety screen, then the evidence gate: what findings advise against is held back."""
        screening = self.screen(client, bag_only=options.bag_only)
        if options.include_red:
            return screening
        gated = (
            (row, Exclusion(self.space.activities[row].id, "red_evidence", "evidence", reason, source))
            for row, (reason, source) in red(self.space, table).items()
        )
        return screening.without(gated)

    def _scored(self, table: Table, screening: Screening, weights: Mapping[str, float] | None) -> Scored:
        if weights is None:
            posterior, draws = self.posterior, self.draws
        else:
            posterior = Posterior.of_prior(prior_weights(weights))
            draws = posterior.draw()
        return Scored(table, posterior.mode, draws, score(table.values, posterior.mode), screening.allowed)

    def _items(self, client: Client, options: Options, scored: Scored, screening: Screening) -> tuple[Item, ...]:
        rows = self._arranged(client, options, scored)
        ranks = scored.ranks(rows)
        drawn = score(scored.draws, scored.table.values[rows].T).T
        spreads = zip(span(drawn), span(ranks), (ranks <= 5).mean(axis=1), swapped(drawn), ranks, strict=True)
        return tuple(
            self._item(place, row, client, scored, screening, spread)
            for place, (row, spread) in enumerate(zip(rows, spreads, strict=True))
        )

    def _arranged(self, client: Client, options: Options, scored: Scored) -> list[int]:
        pool = self.order[scored.allowed[self.order]]
        if options.narrow:
            pool = pool[np.array([options.keeps(self.space.activities[row]) for row in pool], dtype=bool)]
        scores = np.round(scored.scores[pool], 9)
        chosen = arrange(scores, self._covers(client, scored)[pool], options.k, options.diversity)
        return [int(pool[place]) for place in chosen]

    def _covers(self, client: Client, scored: Scored) -> Floats:
        """How far each activity serves each barrier and goal, weighted; rows sum to at most 1."""
        severity, importance = scored.table.severity, self.space.importance(client)
        parts = []
        for links, weight in ((self.space.links.targets, severity), (self.space.links.practises, importance)):
            wanted = weight > 0
            if wanted.any():
                parts.append(links[:, wanted] * (weight[wanted] / weight.sum()))
        return np.concatenate(parts, axis=1) / len(parts)

    def _item(
        self, place: int, row: int, client: Client, scored: Scored, screening: Screening, spread: tuple[Any, ...]
    ) -> Item:
        (low, high), (rank_low, rank_high), p_top5, swaps, ranks = spread
        activity = self.space.activities[row]
        paths = self.explainer.paths(row, scored.table, scored.path_weight)
        light, citations = self.explainer.evidence(row, paths, scored.table)
        cautions = screening.cautions(activity.id)
        if light == "red":
            cautions = ("Evidence is red for this client; it is shown because it was asked for.", *cautions)
        bag = client.tools
        return Item(
            rank=place + 1,
            activity=activity,
            score=100 * float(scored.scores[row]),
            low=100 * float(low),
            high=100 * float(high),
            rank_low=int(rank_low),
            rank_high=int(rank_high),
            p_top5=float(p_top5),
            tier=tier(ranks),
            tie=bool(TIE_BAND[0] <= swaps <= TIE_BAND[1]),
            contributions={
                name: 100 * float(value) for name, value in zip(NAMES, scored.contributions(row), strict=True)
            },
            why=self.explainer.sentence(client, activity, paths),
            paths=paths,
            light=light,
            citations=citations,
            cautions=cautions,
            missing_tools=() if bag is None else tuple(tool for tool in activity.tools if tool not in bag),
        )

    def _warnings(self, client: Client, screening: Screening) -> tuple[str, ...]:
        warnings = list(screening.warnings)
        if not any(client.barriers.values()):
            likely = in_words(likely_barriers(self.library, client, 5), "or") or "none on file"
            warnings.append(
                f"No barrier is given, so the list goes by goals alone. Barriers that often limit them: {likely}."
            )
        if not client.goals:
            warnings.append("No goal is given: add the occupations that matter to the client, with importance 1-10.")
        for word, name in self.space.known_interests(client).items():
            if name is None:
                known = [alias for term in self.library.interests.values() for alias in (term.id, *term.aliases)]
                warnings.append(f"No activity carries the interest {word!r}{nearest(word, known)}.")
        return tuple(warnings)

    def changes(self, result: Recommendation) -> tuple[Change, ...]:
        """How the list would differ after each single change of the profile, largest first."""
        before = [item.activity.id for item in result.items]
        names = self.library.activities
        found = []
        for fact, other in counterfactuals(self.library, result.client):
            after = self._relisted(result, other, result.options)
            enters = tuple(names[name].name for name in after if name not in before)
            leaves = tuple(names[name].name for name in before if name not in after)
            if enters or leaves:
                found.append(Change(fact, max(len(enters), len(leaves)), enters, leaves))
        return tuple(sorted(found, key=lambda change: -change.changed))

    def update(self, preferences: Iterable[Preference]) -> Engine:
        """A new engine that has also learned from these preferences; this one stays as it is.

        Everything learned on the present level counts together, so that the order of updates does not matter. What a
        rule excludes stays out: preferences move weights and nothing else.

        Raises
        ------
        OptionError
            With every preference that cannot be used: an unknown activity, the same one twice, or one that is held
            back for that client.

        >>> from otrec import Engine, Preference, Client, example
        >>> engine, client = Engine(), Client.load(example("pencil_grip"))
        >>> first, second = (item.activity.id for item in engine.recommend(client, k=2).items)
        >>> better = engine.update([Preference(client=client, better=second, worse=first)])
        >>> better.undo() is engine
        True
        """
        rows, counts = differences(self, list(preferences))
        level = self.levels[-1].with_more(rows, counts)
        return self._next((*self.levels[:-1], level), level.posterior())

    def within(self, name: str) -> Engine:
        """The same engine, one level further down (default -> site -> team): it learns from here on for `name` alone.

        The level starts from the weights of the level above, and with few preferences stays near them.
        """
        level = Level(name, self.posterior.mode)
        return self._next((*self.levels, level), self.posterior)

    @property
    def before(self) -> Engine | None:
        """The engine before the last update or level; None while nothing has been learned."""
        if callable(self.earlier):
            self.earlier = self.earlier()
        return self.earlier

    def learned(self) -> dict[str, Any]:
        """What was learned, as JSON: release, library version, features, levels and steps. It holds no profile."""
        return kept.learned(self)

    def with_learned(self, content: Mapping[str, Any]) -> Engine:
        """An engine over this library that has learned what `learned` wrote down; its updates can be undone.

        Raises
        ------
        OptionError
            If it was learned with other features, or is not what `learned` writes.
        """
        return kept.taken_up(self, content)

    def undo(self) -> Engine:
        """The engine before the last update or level.

        Raises
        ------
        OptionError
            If nothing has been learned.
        """
        if self.before is None:
            raise OptionError("there is nothing to undo: this engine has learned nothing yet")
        return self.before

    def _next(self, levels: tuple[Level, ...], posterior: Posterior) -> Engine:
        following = copy(self)
        following.levels, following.earlier = levels, self
        following.steps = (*self.steps, (len(levels), len(levels[-1].counts)))
        following._take(posterior)
        return following

    def moves(self, result: Recommendation) -> Moves:
        """How the list of another engine's result looks with these weights, and why."""
        return compare_lists(result, self.recommend(result.client, **result.options.asked))

    def sufficiency(self, result: Recommendation, first: int = 10) -> Sufficiency:
        """Which open facts of the profile could change the first places of its list, the weightiest first."""
        options = replace(result.options, k=first)
        before = self._relisted(result, result.client, options)
        listed = [self.library.activities[name] for name in before]
        missing = []
        for fact in open_facts(self.library, self.screen, result.client, listed):
            changed = {
                value: len(set(before) - set(self._relisted(result, other, options)))
                for value, other in fact.values.items()
            }
            instance = max(changed, key=lambda value: changed[value])
            mean = sum(changed.values()) / len(changed)
            missing.append(Missing(fact.name, fact.label, changed[instance], mean, len(before), instance, len(changed)))
        order = sorted(missing, key=lambda item: (-item.most, -item.mean))
        return Sufficiency(known_facts(result.client), tuple(order))

    def _relisted(self, result: Recommendation, other: Client, options: Options) -> list[str]:
        """Ids of the list for another profile, everything else as in a result."""
        table = self.space(other, options.as_of)
        screening = self._screened(other, table, options)
        weights = result.scored.weights
        scored = Scored(table, weights, result.scored.draws, score(table.values, weights), screening.allowed)
        return [self.space.activities[row].id for row in self._arranged(other, options, scored)]
