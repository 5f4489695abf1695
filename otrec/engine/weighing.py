"""Weights by name, and what a spread of ranks is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.features import NAMES, PRIOR
from otrec.models import OptionError
from otrec.models.wording import in_words, nearest

#: A tier by how often the activity is in the first five or ten places when the weights vary as the
#: posterior allows (authors' cut-offs).
STRONG_TOP5, REASONABLE_TOP10 = 0.5, 0.5
TIE_BAND: Final = (0.4, 0.6)


def prior_weights(weights: Mapping[str, float] | None) -> NDArray[np.float64]:
    """Weights by feature name, the expert prior where none is given; scaled to sum 1.

    >>> round(float(prior_weights({"interest": 1.0}).sum()), 9)
    1.0
    """
    full = dict(zip(NAMES, PRIOR, strict=True))
    for name, value in (weights or {}).items():
        if name not in full:
            raise OptionError(f"{name!r} is no feature{nearest(name, NAMES)}. There are {in_words(NAMES)}")
        if not 0 <= value < float("inf"):
            raise OptionError(f"the weight of {name} is {value}; give a number from 0 upwards")
        full[name] = value
    total = sum(full.values())
    if total <= 0:
        raise OptionError("every weight is 0; give at least one feature a weight above 0")
    return np.array([full[name] / total for name in NAMES])


def tier(ranks: NDArray[np.int64]) -> str:
    """`strong`, `reasonable` or `speculative`, from the ranks in the posterior draws.

    >>> tier(np.array([1, 2, 3])), tier(np.array([8, 9, 7])), tier(np.array([40, 50, 2]))
    ('strong', 'reasonable', 'speculative')
    """
    if (ranks <= 5).mean() >= STRONG_TOP5:
        return "strong"
    return "reasonable" if (ranks <= 10).mean() >= REASONABLE_TOP10 else "speculative"
