"""The score of every activity for one client, and how far each serves barriers and goals; compiled to machine code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from otrec.compiled.judging import RED
from otrec.compiled.library import DELIVERIES, Arrays, Bools, Floats
from otrec.compiled.machine import machine_code
from otrec.compiled.profiles import Profiles

SEEN, DONE = 8, 16
TELEHEALTH = DELIVERIES.index("telehealth")


class Seen(NamedTuple):
    """What was met on the way from a client's barriers to each activity.

    `part` is the pull of the barriers times what each is worth; `red` tells of red links: 1 on a primary barrier, 2 on
    any, 4 of a barrier with other links; 8 is set once an activity was met, 16 once its score is complete.
    """

    part: Floats
    light: NDArray[np.int8]
    red: NDArray[np.int8]


@machine_code
def aims_of(profiles: Profiles, row: int) -> tuple[float, float, int]:
    """Sum of severities, sum of importance, and how many of the two there are, at least 1."""
    severity, importance = 0.0, 0.0
    for place in range(profiles.severity.start[row], profiles.severity.start[row + 1]):
        severity += profiles.severity.value[place]
    for place in range(profiles.importance.start[row], profiles.importance.start[row + 1]):
        importance += profiles.importance.value[place]
    return severity, importance, max(1, int(severity > 0) + int(importance > 0))


@machine_code
def general_challenge(library: Arrays, profiles: Profiles, row: int) -> Floats:
    """Worth of difficulty 1-5 for all barriers of a client together, in the score."""
    rest, total = np.zeros(5), 0.0
    for place in range(profiles.severity.start[row], profiles.severity.start[row + 1]):
        degree = profiles.severity.value[place]
        total += degree
        for difficulty in range(5):
            rest[difficulty] += degree * library.degree_fit[difficulty, int(degree)]
    if total == 0.0:
        return np.full(5, 0.5 * library.weights[2])
    found: Floats = library.weights[2] * rest / total
    return found


@machine_code
def _by_age(library: Arrays, age: float) -> Floats:
    """What each span of ages adds to the score; -inf where it leaves the client out."""
    ages, found, weight = library.ages, np.empty(len(library.ages.low)), library.weights[0]
    for kind in range(len(found)):
        young, old = ages.young[kind], ages.old[kind]
        rising, falling = (age - young) / (ages.low[kind] - young), (old - age) / (old - ages.high[kind])
        least = rising if rising < falling else falling
        fit = weight * (least if least < 1.0 else 1.0)
        found[kind] = fit if least > 0.0 else -np.inf
    return found


@machine_code
def _by_form(library: Arrays, minutes: float, group: float) -> Floats:
    """What length and size of the group add; -inf where too few people take part."""
    forms, found = library.forms, np.empty(len(library.forms.minutes))
    length, size = library.weights[1] * library.parts[1], library.weights[1] * library.parts[2]
    for kind in range(len(found)):
        share = minutes / forms.minutes[kind]
        fit = length * (share if share < 1.0 else 1.0) + (size if group <= forms.high[kind] else 0.0)
        found[kind] = fit if group >= forms.low[kind] else -np.inf
    return found


@machine_code
def _by_site(library: Arrays, delivery: int, setting: int) -> Floats:
    """What the way of delivery adds; -inf where the activity is written for other places."""
    sites, found = library.sites, np.empty(len(library.sites.by_video))
    ways, elsewhere, worth = sites.ways[delivery], sites.elsewhere[setting], library.weights[1] * library.parts[0]
    remote = delivery == TELEHEALTH
    for kind in range(len(found)):
        shut = elsewhere[kind] | (remote & (not sites.by_video[kind]))
        found[kind] = -np.inf if shut else worth * ways[kind]
    return found


@machine_code
def fit(
    library: Arrays, profiles: Profiles, row: int, rest: Floats, score: Floats, cover: Floats, out: Bools
) -> None:  # fmt: skip
    """Age, setting and general challenge of every activity, and what cannot be run as the profile stands."""
    by_age = _by_age(library, profiles.age[row])
    by_form = _by_form(library, profiles.minutes[row], profiles.group[row])
    by_site = _by_site(library, profiles.delivery[row], profiles.setting[row])
    life, worth = profiles.lives[profiles.life[row]], library.weights[1] * library.parts[3]
    same = worth + (library.weights[5] if profiles.any_tool[row] else 0.0)
    for item in range(len(score)):
        fit = by_age[library.age[item]] + by_form[library.form[item]] + by_site[library.site[item]]
        score[item] = library.steady[item] + same + worth * life[item] + fit + rest[library.difficulty[item]]
        cover[item] = 0.0
        out[item] = fit == -np.inf


@machine_code
def add_facts(library: Arrays, profiles: Profiles, row: int, score: Floats) -> None:
    """What is a plain sum over the facts of a profile."""
    facts = library.facts
    for place in range(profiles.facts.start[row], profiles.facts.start[row + 1]):
        fact, share = profiles.facts.column[place], profiles.facts.value[place]
        for entry in range(facts.start[fact], facts.start[fact + 1]):
            score[facts.column[entry]] += share * facts.value[entry]
    for place in range(profiles.past.start[row], profiles.past.start[row + 1]):
        score[profiles.past.column[place]] += library.weights[4] * profiles.past.value[place]


@machine_code
def target(
    library: Arrays, profiles: Profiles, row: int, value: Floats, light: NDArray[np.int8], cover: Floats, out: Bools,
    seen: Seen,
) -> None:  # fmt: skip
    """Walk from each barrier to the activities that target it, over the links between the two."""
    pairs, last = library.pairs, len(value) - 1
    for place in range(profiles.severity.start[row], profiles.severity.start[row + 1]):
        barrier, degree = profiles.severity.column[place], profiles.severity.value[place]
        for pair in range(pairs.start[barrier], pairs.start[barrier + 1]):
            item, share = pairs.column[pair], pairs.value[pair]
            if out[item]:
                continue
            own = library.of_activity[item]
            best = value[own] if own < last else 0.0
            red, sound = False, False
            for entry in range(library.links.start[pair], library.links.start[pair + 1]):
                link = library.links.item[entry]
                best = max(best, value[link])
                seen.light[item] = max(seen.light[item], light[link])
                red, sound = red or light[link] == RED, sound or light[link] != RED
            seen.red[item] |= SEEN
            if red and not sound:
                seen.red[item] |= 3 if share == 1.0 else 2
            if sound:
                seen.red[item] |= 4
            pull = share * degree
            fit = library.degree_fit[library.difficulty[item], int(degree)]
            cover[item] += pull
            seen.part[item] += pull * (library.weights[2] * fit + library.weights[3] * best)


@machine_code
def finish(
    library: Arrays, profiles: Profiles, row: int, rest: Floats, light: NDArray[np.int8], score: Floats, cover: Floats,
    out: Bools, seen: Seen, with_red: bool,
) -> None:  # fmt: skip
    """Challenge and evidence of what is targeted, how far it covers, and what findings advise against."""
    pairs = library.pairs
    total, _, parts = aims_of(profiles, row)
    for place in range(profiles.severity.start[row], profiles.severity.start[row + 1]):
        barrier = profiles.severity.column[place]
        for pair in range(pairs.start[barrier], pairs.start[barrier + 1]):
            item = pairs.column[pair]
            red = seen.red[item]
            if red & SEEN and not red & DONE:
                score[item] += seen.part[item] / cover[item] - rest[library.difficulty[item]]
                cover[item] /= total * parts
                seen.red[item] |= DONE
                if not with_red and (red & 1 or red & 6 == 2):
                    out[item] = True
    if not with_red:
        for link in range(len(library.citing.start) - 1):
            if light[link] == RED:
                for place in range(library.citing.start[link], library.citing.start[link + 1]):
                    out[library.citing.item[place]] = True


@machine_code
def practise(library: Arrays, profiles: Profiles, row: int, cover: Floats) -> None:
    """How far activities serve the goals."""
    practises = library.practises
    _, total, parts = aims_of(profiles, row)
    for place in range(profiles.importance.start[row], profiles.importance.start[row + 1]):
        goal, share = profiles.importance.column[place], profiles.importance.value[place] / total / parts
        for entry in range(practises.start[goal], practises.start[goal + 1]):
            cover[practises.column[entry]] += share * practises.value[entry]


@machine_code
def clear(library: Arrays, profiles: Profiles, row: int, seen: Seen) -> None:
    pairs = library.pairs
    for place in range(profiles.severity.start[row], profiles.severity.start[row + 1]):
        barrier = profiles.severity.column[place]
        for pair in range(pairs.start[barrier], pairs.start[barrier + 1]):
            item = pairs.column[pair]
            if seen.red[item]:
                seen.part[item], seen.light[item], seen.red[item] = 0.0, 0, 0
