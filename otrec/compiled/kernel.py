"""The ranking of clients over arrays, compiled to machine code: screen, score and arrange one client after another.

Every step does what `otrec.safety`, `otrec.features`, `otrec.engine.red` and `otrec.ranking.lists` do, in float64, so
that the order is the same to the last tie; tests hold the two against each other. Other threads run meanwhile.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from otrec.compiled.judging import judge, screen
from otrec.compiled.library import Arrays, Bools, Lists
from otrec.compiled.listing import arranged, first_candidates, reaching
from otrec.compiled.machine import machine_code
from otrec.compiled.profiles import Profiles
from otrec.compiled.scoring import Seen, add_facts, clear, finish, fit, general_challenge, practise, target

#: How many candidates are looked at beside those asked for, before all that reach as high as these are taken.
SPARE = 22


@machine_code
def _mark(terms: Lists, row: int, has: Bools, there: bool) -> None:
    for place in range(terms.start[row], terms.start[row + 1]):
        has[terms.item[place]] = there


@machine_code
def rank(
    library: Arrays, profiles: Profiles, kept: Bools, n_terms: int, k: int, spread: float, with_red: bool, first: int,
    last: int,
) -> Any:  # fmt: skip
    """Lists of the clients from `first` to before `last`.

    Parameters
    ----------
    library, profiles
        What to rank, and for whom.
    kept
        `(n_activities,)`: what a filter leaves.
    n_terms
        How many words are numbered (`Layout.n_terms`).
    k, spread, with_red
        As in `Engine.recommend`: how many, the weight of variety, and whether to show what findings advise against.

    Returns
    -------
    tuple
        Activities (-1 where a list is shorter), scores 0-1 and lights, each `(last - first, k)`, and how many
        activities the screen let through, `(last - first,)`.
    """
    n_clients, n = last - first, len(library.steady)
    found = np.full((n_clients, k), -1, dtype=np.int64)
    marks = np.zeros((n_clients, k))
    lights = np.zeros((n_clients, k), dtype=np.int8)
    allowed = np.zeros(n_clients, dtype=np.int64)
    has = np.zeros(n_terms, dtype=np.bool_)
    out, score, cover = np.empty(n, dtype=np.bool_), np.empty(n), np.empty(n)
    n_links = len(library.findings.of_link.start) - 1
    value, light = np.zeros(n_links), np.zeros(n_links, dtype=np.int8)
    seen = Seen(np.zeros(n), np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.int8))
    for row in range(first, last):
        _mark(profiles.terms, row, has, True)
        judge(library.findings, has, profiles.age[row], value, light)
        rest = general_challenge(library, profiles, row)
        fit(library, profiles, row, rest, score, cover, out)
        screen(library, profiles, row, has, out)
        add_facts(library, profiles, row, score)
        target(library, profiles, row, value, light, cover, out, seen)
        finish(library, profiles, row, rest, light, score, cover, out, seen, with_red)
        practise(library, profiles, row, cover)
        turn = row - first
        allowed[turn] = n - out.sum()
        items, bound = first_candidates(score, cover, out, kept, spread, min(n, k + SPARE))
        while True:
            chosen, least = arranged(library, profiles, row, score, cover, items, k, spread)
            if least > bound + 1e-9:
                break
            bound = least - 2e-9
            items = reaching(score, cover, out, kept, spread, bound)
        for place in range(len(chosen)):
            activity = chosen[place]
            found[turn, place], marks[turn, place] = activity, score[activity]
            lights[turn, place] = max(seen.light[activity], light[library.of_activity[activity]])
        clear(library, profiles, row, seen)
        _mark(profiles.terms, row, has, False)
    return found, marks, lights, allowed
