"""The lists of many clients, over a library that was compiled once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from otrec.compiled.library import Bools, Floats, Layout, Places, compile_library
from otrec.compiled.profiles import Encoder, Profiles
from otrec.features import FeatureSpace
from otrec.models import Client, OptionError
from otrec.safety import Screen


class Ranked(NamedTuple):
    """Lists of some clients, `(n_clients, k)`; -1 stands where a list is shorter.

    `score` is on a scale of 0-1, `light` a position in `otrec.evidence.LIGHTS`; `allowed` counts what the screen let
    through, `(n_clients,)`.
    """

    activity: Places
    score: Floats
    light: NDArray[np.int8]
    allowed: Places


class CompiledLibrary:
    """A library and one set of weights as flat arrays.

    Parameters
    ----------
    space, screen
        The features and the rules of one library.
    weights
        `(n_features,)`, non-negative, summing to 1.
    order
        Activities in the order in which equal scores are listed.
    """

    def __init__(self, space: FeatureSpace, screen: Screen, weights: Floats, order: Places) -> None:
        self.layout = Layout(space)
        self.encode = Encoder(space, screen, self.layout)
        self.arrays = compile_library(space, screen, self.layout, weights, order)
        self.every = np.ones(len(order), dtype=bool)

    def rank(
        self, clients: Sequence[Client], k: int, diversity: float, today: dt.date, *,
        include_red: bool = False, bag_only: bool = False, kept: Bools | None = None, threads: int = 1,
    ) -> Ranked:  # fmt: skip
        """Screen, score and arrange for some clients; see `Engine.recommend_many`."""
        profiles = self.encode(clients, today, bag_only=bag_only)
        return self.rank_encoded(profiles, k, diversity, include_red=include_red, kept=kept, threads=threads)

    def rank_encoded(
        self, profiles: Profiles, k: int, diversity: float, *,
        include_red: bool = False, kept: Bools | None = None, threads: int = 1,
    ) -> Ranked:  # fmt: skip
        """The same for profiles that are arrays already; each thread ranks a share of them.

        Raises
        ------
        OptionError
            If the profiles were made for another library.
        """
        from otrec.compiled.kernel import rank

        self._belong(profiles)
        left = self.every if kept is None else kept
        given = (self.arrays, profiles, left, self.layout.n_terms, k, float(diversity), include_red)
        bounds = np.linspace(0, len(profiles.age), threads + 1).astype(int).tolist()
        if threads == 1:
            return Ranked(*rank(*given, *bounds))
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(lambda share: rank(*given, *share), pairwise(bounds)))
        return Ranked(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _belong(self, profiles: Profiles) -> None:
        """Refuse numbers that are none of this library's: the machine code reads where they point, unchecked."""
        layout = self.layout
        numbers = (
            (profiles.facts.column, layout.width), (profiles.severity.column, len(layout.barrier)),
            (profiles.importance.column, len(layout.occupation)), (profiles.past.column, len(self.every)),
            (profiles.closed.item, len(self.every)), (profiles.terms.item, layout.n_terms),
            (profiles.life, len(profiles.lives)),
        )  # fmt: skip
        beyond = any(column.size and (column.min() < 0 or column.max() >= size) for column, size in numbers)
        if beyond or profiles.lives.shape[1] != len(self.every):
            raise OptionError(
                "These profiles were encoded for another library: their numbers point beyond this one. "
                "Encode them with the `encode` of the same CompiledLibrary."
            )
