"""The lists of many clients at once, over a library that is compiled for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine.result import Options
from otrec.engine.weighing import prior_weights
from otrec.evidence import LIGHTS
from otrec.extras import need
from otrec.models import Client, ClientError, OptionError
from otrec.models.client import faults

if TYPE_CHECKING:
    import pandas as pd

    from otrec.compiled.ranking import CompiledLibrary, Ranked
    from otrec.engine.engine import Engine

#: The columns of a list without reasons.
COLUMNS: Final = ("client_id", "rank", "activity_id", "name", "score", "evidence")
#: How many clients are ranked at once; what is held for them besides the library stays below 100 MB.
BLOCK: Final = 2048
#: The most clients whose faults are told one by one.
MOST_TOLD: Final = 20


class ManyRanker:
    """Ranks blocks of clients with one set of options; made once, used for each block.

    Parameters
    ----------
    engine
        Whose library and weights.
    k, threads
        How many activities for each client, and how many threads share a block.
    weights, asked
        As in `Engine.recommend`.
    """

    def __init__(
        self, engine: Engine, k: int = 8, *, threads: int = 1, weights: Mapping[str, float] | None = None, **asked: Any
    ) -> None:
        if threads < 1:
            raise OptionError(f"threads is {threads}; give 1 or more")
        self.options = options_of(k, asked, "list")
        self.engine, self.threads = engine, threads
        self.compiled = compiled(engine, engine.posterior.mode if weights is None else prior_weights(weights))
        activities = engine.space.activities
        self._ids = np.array([item.id for item in activities], dtype=object)
        self._names = np.array([item.name for item in activities], dtype=object)
        self._kept = None
        if self.options.narrow:
            self._kept = np.array([self.options.keeps(item) for item in activities], dtype=bool)

    def ranked(self, clients: Sequence[Client]) -> Ranked:
        """Places and scores of a block, see `Ranked`."""
        asked = self.options
        return self.compiled.rank(
            clients, asked.k, asked.diversity, asked.as_of or dt.date.today(), include_red=asked.include_red,
            bag_only=asked.bag_only, kept=self._kept, threads=self.threads,
        )  # fmt: skip

    def columns(self, clients: Sequence[Client]) -> dict[str, NDArray[Any]]:
        """The lists of a block as flat columns, see `COLUMNS`; a client without an activity has no row."""
        return self.columns_of(clients, self.ranked(clients))

    def columns_of(self, clients: Sequence[Client], found: Ranked) -> dict[str, NDArray[Any]]:
        """What was found for a block, as flat columns."""
        there = found.activity >= 0
        row, place = np.nonzero(there)
        activity = found.activity[there]
        ids = np.array([client.id for client in clients], dtype=object)
        lights = np.array(LIGHTS, dtype=object)
        parts = (ids[row], place + 1, self._ids[activity], self._names[activity], 100 * found.score[there],
                 lights[found.light[there]])  # fmt: skip
        return dict(zip(COLUMNS, parts, strict=True))


def options_of(k: int, asked: Mapping[str, Any], what: str) -> Options:
    """Options by name, phases and arousal in any collection; `what` has these options, for the error.

    Raises
    ------
    OptionError
        If a name is no option, or a value is out of range.
    """
    given = {**asked, **{name: tuple(asked.get(name) or ()) for name in ("phases", "arousal")}}
    try:
        return Options(k, **given)
    except TypeError as error:
        raise OptionError(f"{str(error).split()[-1]} is no option of a {what}") from None


def compiled(engine: Engine, weights: NDArray[np.float64]) -> CompiledLibrary:
    """The library of an engine as arrays, for these weights."""
    from otrec.compiled.ranking import CompiledLibrary

    need("numba", "ranking many clients at once")

    return CompiledLibrary(engine.space, engine.screen, weights, engine.order)


def recommend_many(engine: Engine, clients: Sequence[Client], k: int, **asked: Any) -> pd.DataFrame:
    """See `Engine.recommend_many`."""
    import pandas as pd

    ranker = ManyRanker(engine, k, **asked)
    _check(engine, clients)
    blocks = [clients[start : start + BLOCK] for start in range(0, len(clients), BLOCK)]
    parts = [pd.DataFrame(ranker.columns(block)) for block in blocks]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _check(engine: Engine, clients: Sequence[Client]) -> None:
    """Refuse the whole if one client cannot be used; tells which, by number."""
    problems = list(faults(clients, engine.check))
    if problems:
        more = len(problems) - MOST_TOLD
        raise ClientError("clients", [*problems[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])])
