"""From scores to a list: the candidates that reach highest, arranged one after another; compiled to machine code."""

from __future__ import annotations

import numpy as np

from otrec.compiled.library import Arrays, Bools, Floats, Places, Rows
from otrec.compiled.machine import machine_code
from otrec.compiled.profiles import Profiles
from otrec.compiled.scoring import aims_of

#: Scores that agree to so many decimals count as equal, and gains to three more; as in `Engine.recommend`.
SCORE_UNIT, GAIN_UNIT = 1e9, 1e12
#: Up to so many are sorted by insertion.
FEW = 256


@machine_code
def first_candidates(
    score: Floats, cover: Floats, out: Bools, kept: Bools, spread: float, size: int
) -> tuple[Places, float]:  # fmt: skip
    """The activities that reach highest, and how high the best of the others reaches."""
    heap, items, count, bound = np.empty(size), np.empty(size, dtype=np.int64), 0, -np.inf
    for item in range(len(score)):
        if out[item] or not kept[item]:
            continue
        reach = score[item] + spread * cover[item]
        if count < size:
            place = count
            count += 1
            while place > 0 and heap[(place - 1) // 2] > reach:
                heap[place], items[place] = heap[(place - 1) // 2], items[(place - 1) // 2]
                place = (place - 1) // 2
            heap[place], items[place] = reach, item
        elif reach > heap[0]:
            bound = max(bound, heap[0])
            _replace_least(heap, items, reach, item)
        else:
            bound = max(bound, reach)
    return items[:count], bound


@machine_code
def _replace_least(heap: Floats, items: Places, reach: float, item: int) -> None:
    place, size = 0, len(heap)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= reach:
            break
        heap[place], items[place] = heap[child], items[child]
        place = child
    heap[place], items[place] = reach, item


@machine_code
def reaching(score: Floats, cover: Floats, out: Bools, kept: Bools, spread: float, least: float) -> Places:
    """The activities that reach at least so high."""
    items, count = np.empty(len(score), dtype=np.int64), 0
    for item in range(len(score)):
        if not out[item] and kept[item] and score[item] + spread * cover[item] >= least:
            items[count] = item
            count += 1
    return items[:count]


@machine_code
def arranged(
    library: Arrays, profiles: Profiles, row: int, score: Floats, cover: Floats, items: Places, k: int, spread: float
) -> tuple[Places, float]:
    """The list from some candidates, and the least gain in it: nothing that reaches less high could have been in it."""
    rounded = np.rint(score[items] * SCORE_UNIT) / SCORE_UNIT
    _sort(items, rounded, library.order)
    covers = _covers(library, profiles, row, items)
    reached, most = np.zeros(covers.shape[1]), rounded + spread * cover[items] + 1e-9
    count, least = len(items), np.inf
    chosen = np.empty(min(k, count), dtype=np.int64)
    for turn in range(len(chosen)):
        best, best_gain = -1, -np.inf
        for place in range(count):
            if most[place] > best_gain:  # as more is covered, gains only shrink
                more = 0.0
                for aim in range(len(reached)):
                    more += max(covers[place, aim] - reached[aim], 0.0)
                gain = np.rint((rounded[place] + spread * more) * GAIN_UNIT) / GAIN_UNIT
                most[place] = gain + 1e-9
                if gain > best_gain:
                    best, best_gain = place, gain
        chosen[turn], most[best] = items[best], -np.inf
        least = min(least, best_gain)
        for aim in range(len(reached)):
            reached[aim] = max(reached[aim], covers[best, aim])
    return chosen, least


@machine_code
def _sort(items: Places, marks: Floats, order: Places) -> None:
    """Highest mark first, equal ones in their order; in place."""
    if len(items) > FEW:
        in_order = np.argsort(order[items])
        by_mark = in_order[np.argsort(-marks[in_order], kind="mergesort")]
        items[:], marks[:] = items[by_mark], marks[by_mark]
        return
    for place in range(1, len(items)):
        item, mark = items[place], marks[place]
        before = place - 1
        while before >= 0 and (marks[before] < mark or (marks[before] == mark and order[items[before]] > order[item])):
            items[before + 1], marks[before + 1] = items[before], marks[before]
            before -= 1
        items[before + 1], marks[before + 1] = item, mark


@machine_code
def _covers(library: Arrays, profiles: Profiles, row: int, items: Places) -> Floats:
    """How far each candidate serves each barrier and goal, `(n_candidates, n_aims)`."""
    severity, importance = profiles.severity, profiles.importance
    n_barriers = severity.start[row + 1] - severity.start[row]
    n_goals = importance.start[row + 1] - importance.start[row]
    covers = np.zeros((len(items), n_barriers + n_goals))
    of_barriers, of_goals, parts = aims_of(profiles, row)
    for aim in range(n_barriers):
        barrier, share = severity.column[severity.start[row] + aim], severity.value[severity.start[row] + aim]
        for place in range(len(items)):
            covers[place, aim] = _entry(library.pairs, barrier, items[place]) * (share / of_barriers) / parts
    for aim in range(n_goals):
        goal, share = importance.column[importance.start[row] + aim], importance.value[importance.start[row] + aim]
        for place in range(len(items)):
            held = _entry(library.practises, goal, items[place])
            covers[place, n_barriers + aim] = held * (share / of_goals) / parts
    return covers


@machine_code
def _entry(rows: Rows, row: int, column: int) -> float:
    """One value of a sparse matrix, found by halving; 0 where there is none."""
    first, last = rows.start[row], rows.start[row + 1]
    size = last - first
    while size > 0:
        half = size >> 1
        below = rows.column[first + half] < column
        first = first + half + 1 if below else first
        size = size - half - 1 if below else half
    if first < last and rows.column[first] == column:
        found: float = rows.value[first]
        return found
    return 0.0
