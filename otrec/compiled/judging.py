"""What findings say of each link for one client, and what the safety rules take out; compiled to machine code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from otrec.compiled.library import (
    AGAINST,
    CONTROLLED,
    GRADED,
    MIXED,
    NO_EFFECT,
    SUPPORTS,
    Arrays,
    Bools,
    Findings,
    Floats,
    Lists,
)
from otrec.compiled.machine import machine_code
from otrec.compiled.profiles import Profiles
from otrec.evidence import LIGHTS

RED, YELLOW, GREEN = (LIGHTS.index(name) for name in ("red", "yellow", "green"))


@machine_code
def _any(lists: Lists, row: int, has: Bools) -> bool:
    """Whether one of the words of a row is there."""
    for place in range(lists.start[row], lists.start[row + 1]):
        if has[lists.item[place]]:
            return True
    return False


@machine_code
def _all(lists: Lists, row: int, has: Bools) -> bool:
    """Whether all of a row are there."""
    for place in range(lists.start[row], lists.start[row + 1]):
        if not has[lists.item[place]]:
            return False
    return True


@machine_code
def judge(findings: Findings, has: Bools, age: float, value: Floats, light: NDArray[np.int8]) -> None:
    """Light and value of every link for the population of one client; see `otrec.evidence`."""
    n_findings, n_links = len(findings.low), len(findings.of_link.start) - 1
    direct = np.zeros(n_findings, dtype=np.bool_)
    for finding in range(n_findings):
        if findings.low[finding] <= age <= findings.high[finding]:
            direct[finding] = findings.general[finding] or _any(findings.terms, finding, has)
    for link in range(n_links):
        kinds, elsewhere, sources, last = 0, False, 0, -1
        start, stop = findings.of_link.start[link], findings.of_link.start[link + 1]
        for place in range(start, stop):
            finding = findings.of_link.item[place]
            kind = findings.kind[finding]
            if direct[finding]:
                kinds |= kind
                if kind & SUPPORTS and kind & CONTROLLED and findings.source[finding] != last:
                    sources, last = sources + 1, findings.source[finding]
            elif kind & SUPPORTS:
                elsewhere = True
        light[link], value[link] = _verdict(findings.values, kinds, sources, elsewhere, stop > start)


@machine_code
def _verdict(values: Floats, kinds: int, sources: int, elsewhere: bool, any_finding: bool) -> tuple[int, float]:
    """Light and value of one link from the kinds of its findings about this population."""
    if kinds & AGAINST:
        return RED, 0.0
    if (kinds & GRADED or sources > 1) and not kinds & (MIXED | NO_EFFECT):
        return GREEN, values[0]
    light = YELLOW if any_finding else 0
    if kinds & SUPPORTS and not kinds & NO_EFFECT:
        return light, values[1]
    if kinds & (MIXED | SUPPORTS):
        return light, values[2]
    if kinds & NO_EFFECT:
        return light, values[3]
    return light, values[4] if elsewhere else values[5]


@machine_code
def screen(library: Arrays, profiles: Profiles, row: int, has: Bools, out: Bools) -> None:
    """Mark what rules take out for one client, what is not meant for them, and what is closed."""
    rules, age = library.rules, profiles.age[row]
    met, hits = _met(rules.groups, has), rules.hits
    when, gate = rules.when, rules.gate
    for rule in range(len(rules.age_from)):
        if rules.age_from[rule] <= age < rules.age_below[rule] and _all(when, rule, met):
            if gate.start[rule + 1] > gate.start[rule] and _all(gate, rule, met):
                continue
            for place in range(hits.start[rule], hits.start[rule + 1]):
                out[hits.item[place]] = True
    for place in range(len(library.meant_for)):
        if not _any(library.meant, place, has):
            out[library.meant_for[place]] = True
    for place in range(profiles.closed.start[row], profiles.closed.start[row + 1]):
        out[profiles.closed.item[place]] = True


@machine_code
def _met(groups: Lists, has: Bools) -> Bools:
    """Of which groups of words one is there."""
    found = np.zeros(len(groups.start) - 1, dtype=np.bool_)
    for group in range(len(found)):
        found[group] = _any(groups, group, has)
    return found
