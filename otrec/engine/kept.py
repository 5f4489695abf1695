"""What an engine has learned as plain data, to be kept and taken up again: weights and pairs, never a profile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from otrec import __version__
from otrec.engine.learning import Floats, Level
from otrec.features import NAMES
from otrec.models import OptionError
from otrec.models.wording import in_words

if TYPE_CHECKING:
    from otrec.engine.engine import Engine

#: A step of the chain: how many levels there were, and how many pairs the last of them had.
Step = tuple[int, int]
FIELDS: Final = ("release", "library_version", "features", "levels", "steps")
START: Final = "What was learned cannot be taken up: "


def learned(engine: Engine) -> dict[str, Any]:
    """See `Engine.learned`."""
    return {
        "release": __version__,
        "library_version": engine.library.version,
        "features": list(NAMES),
        "levels": [
            {
                "name": level.name,
                "centre": level.centre.tolist(),
                "differences": level.differences.tolist(),
                "counts": level.counts.tolist(),
            }
            for level in engine.levels
        ],
        "steps": [list(step) for step in engine.steps],
    }


def taken_up(engine: Engine, content: Mapping[str, Any]) -> Engine:
    """See `Engine.with_learned`."""
    order = _order(content)
    levels = tuple(_level(number, given, order) for number, given in enumerate(_list(content, "levels"), 1))
    if not levels:
        raise OptionError(f"{START}it holds no level.")
    return at_step(engine, levels, _steps(content, levels))


def at_step(engine: Engine, levels: Sequence[Level], steps: tuple[Step, ...]) -> Engine:
    """The engine as it stood after the last of some steps; the ones before are made when somebody goes back."""
    depth, pairs = steps[-1]
    last = levels[depth - 1]
    cut = Level(last.name, last.centre, last.differences[:pairs], last.counts[:pairs])
    found = copy(engine)
    found.levels, found.steps = (*levels[: depth - 1], cut), steps
    found.earlier = partial(at_step, engine, levels, steps[:-1]) if len(steps) > 1 else None
    taught = next((level for level in reversed(found.levels) if len(level.counts)), found.levels[0])
    found._take(taught.posterior())  # a level that learned nothing yet is as unsure as the one above it
    return found


def _order(content: Mapping[str, Any]) -> list[int]:
    """Where each feature of this release stands in what was kept."""
    given = _list(content, "features")
    if sorted(map(str, given)) == sorted(NAMES):
        return [given.index(name) for name in NAMES]
    names = [str(name) for name in given]
    new, gone = sorted(set(NAMES) - set(names)), sorted(set(names) - set(NAMES))
    told = [f"{in_words(new)} came since"] * bool(new) + [f"{len(gone)} of its features are gone"] * bool(gone)
    raise OptionError(
        f"{START}it was learned with other features of the ranking ({'; '.join(told) or 'one stands twice'}). "
        "It was left as it is; start from the expert prior, or use the otrec it came from."
    )


def _list(content: Mapping[str, Any], name: str) -> list[Any]:
    found = content.get(name) if isinstance(content, Mapping) else None
    if not isinstance(found, list):
        raise OptionError(f"{START}{name} is missing. It has to hold {in_words(FIELDS)}.")
    return found


def _level(number: int, given: Any, order: list[int]) -> Level:
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise OptionError(f"{START}level {number} has no name.")
    width = len(order)
    counts = _numbers(number, given, "counts", (-1,))
    rows = _numbers(number, given, "differences", (len(counts), width))
    centre = _numbers(number, given, "centre", (width,))
    if centre.min() < 0 or not math.isclose(centre.sum(), 1, abs_tol=1e-6):
        raise OptionError(f"{START}the weights of level {number} are not shares that sum to 1.")
    if len(counts) and counts.min() <= 0:
        raise OptionError(f"{START}level {number} counts a pair 0 times or less.")
    return Level(given["name"], centre[order], np.ascontiguousarray(rows[:, order]), counts)


def _numbers(level: int, given: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Floats:
    """A table of finite numbers of a shape; -1 stands for any length."""
    try:
        found = np.array(given.get(name), dtype=np.float64)
        found = found.reshape(shape) if not found.size else found
    except (TypeError, ValueError):
        found = np.full((1, 1, 1), np.nan)
    fits = found.ndim == len(shape) and all(want in (-1, have) for want, have in zip(shape, found.shape, strict=True))
    if not fits or not np.isfinite(found).all():
        raise OptionError(f"{START}{name} of level {level} is not a table of numbers of the right size.")
    return found


def _steps(content: Mapping[str, Any], levels: Sequence[Level]) -> tuple[Step, ...]:
    """The chain of updates; each step has to go on from the one before, and the last is the present."""
    given = _list(content, "steps")
    whole = (len(levels), len(levels[-1].counts))
    right = all(isinstance(step, list) and len(step) == 2 and all(type(n) is int for n in step) for step in given)
    steps = tuple((step[0], step[1]) for step in given) if right else ()
    reach = all(1 <= depth <= len(levels) and 0 <= pairs <= len(levels[depth - 1].counts) for depth, pairs in steps)
    if not steps or not reach or list(steps) != sorted(steps) or steps[-1] != whole:
        raise OptionError(f"{START}its steps do not lead to its levels.")
    return steps
