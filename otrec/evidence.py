"""The evidence light: what published findings say about a technique, a barrier and this population.

The rule, in the order in which it is applied, for the findings attached to a link:

1. **red**: a finding in a matching population advises against it.
2. **green**: in a matching population, a `supports` finding graded strong or moderate, or `supports`
   findings from two controlled sources, and no finding there that is mixed or shows no effect.
3. **yellow**: any other finding, in this population or another.
4. **none found**: no finding is attached. It is printed, not hidden.

A population matches when the client's age lies in the finding's ages and the finding is either general
or about a condition that the client has. Everything else counts as indirect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library
from otrec.models import Client, Finding
from otrec.models.terms import Light

LIGHTS: Final[tuple[Light, ...]] = ("none found", "red", "yellow", "green")
#: Value of a link as a ranking feature, an author's scale: direct and graded > direct > indirect >
#: nothing known > tested without effect > advised against.
VALUES: Final = {"green": 1.0, "supports": 0.75, "mixed": 0.45, "indirect": 0.5, "none": 0.25, "no effect": 0.15}
GRADED: Final = ("strong", "moderate")
#: Kinds of study without a control group: they count as yellow, and never towards the two sources of green.
UNCONTROLLED: Final = ("before-after", "single-case", "cohort", "mixed-methods")
#: Ages in years that population words stand for, where a source states none.
AGE_WORDS: Final = (
    (("preterm", "infant", "newborn", "neonat"), 0.0, 2.0),
    (("older adult", "older people", "elderly"), 60.0, 120.0),
    (("child", "preschool", "school", "youth", "paediatric", "pediatric", "adolescent"), 0.0, 21.0),
    (("adult", "worker", "caregivers of people with dementia"), 18.0, 120.0),
)


def age_range(finding: Finding) -> tuple[float, float]:
    """Ages a finding speaks of: as stated, else read from the words for its population, else any."""
    low, high = finding.age_min, finding.age_max
    if low is None and high is None:
        words = finding.population.lower()
        for keys, least, most in AGE_WORDS:
            if any(key in words for key in keys):
                return least, most
    return low if low is not None else 0.0, high if high is not None else 120.0


@dataclass(frozen=True)
class Judgment:
    """What the findings say of every link for one client.

    `light` holds positions in `LIGHTS`, `value` lies in [0, 1]; both are `(n_links,)`. `direct` tells
    which findings are about a population that the client belongs to, `(n_findings,)`.
    """

    light: NDArray[np.int8]
    value: NDArray[np.float64]
    direct: NDArray[np.bool_]


class EvidenceTable:
    """Findings as arrays, so that the lights of every link are one product per client.

    Parameters
    ----------
    library
        Where the findings are.
    links
        For each link its finding ids, for instance of each barrier-technique edge; `n_links` long.
    """

    def __init__(self, library: Library, links: Sequence[Sequence[str]]) -> None:
        self.findings = tuple(library.evidence.values())
        self.conditions = library.conditions
        self.links = tuple(tuple(link) for link in links)
        place = {finding.finding_id: index for index, finding in enumerate(self.findings)}
        pairs = [(row, place[name]) for row, link in enumerate(self.links) for name in link]
        self._link, self._finding = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        self.ages = np.array([age_range(finding) for finding in self.findings]).reshape(-1, 2)
        diagnoses = {tag for condition in library.conditions.values() for tag in condition.evidence}
        self.about = tuple(frozenset(finding.conditions) & diagnoses for finding in self.findings)
        sources = {finding.id: index for index, finding in enumerate(self.findings)}
        cited = [(row, sources[self.findings[finding].id]) for row, finding in pairs]
        by_source = {pair: index for index, pair in enumerate(dict.fromkeys(cited))}
        self._link_source = np.array([by_source[pair] for pair in cited], dtype=np.intp)
        self._link_of_source = np.array([row for row, _ in by_source], dtype=np.intp)
        self._attached = self._count(self._link) > 0

    @cached_property
    def controlled(self) -> NDArray[np.bool_]:
        return np.array([finding.kind not in UNCONTROLLED for finding in self.findings], dtype=bool)

    @property
    def attached_pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Every finding that is attached to a link, as positions of links and of findings."""
        return self._link, self._finding

    @property
    def sources(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """For each attached finding the number of its source at that link, and the link of each such number."""
        return self._link_source, self._link_of_source

    @cached_property
    def _bounds(self) -> NDArray[np.float64]:
        return np.unique(self.ages)

    def age_cells(self, ages: Sequence[float]) -> NDArray[np.intp]:
        """For each age a number that is the same for ages which no finding tells apart."""
        return np.searchsorted(self._bounds, ages, "left") + np.searchsorted(self._bounds, ages, "right")

    def _count(self, links: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.bincount(links, minlength=len(self.links))

    def _any(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which links have one of the chosen findings."""
        return self._count(self._link[chosen[self._finding]]) > 0

    @cached_property
    def kinds(self) -> dict[str, NDArray[np.bool_]]:
        direction = np.array([finding.direction for finding in self.findings])
        graded = np.array([finding.strength in GRADED for finding in self.findings], dtype=bool)
        supports = direction == "supports"
        return {
            "graded": supports & graded,
            "supports": supports,
            "mixed": direction == "mixed",
            "no effect": direction == "no-effect",
            "against": direction == "against",
        }

    @cached_property
    def _about_tags(self) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
        """Which findings are about no diagnosis, and which are about each."""
        general = np.array([not tags for tags in self.about], dtype=bool)
        names = set().union(*self.about)
        return general, {name: np.array([name in tags for tags in self.about], dtype=bool) for name in names}

    def matching(self, client: Client) -> NDArray[np.bool_]:
        """Which findings are about a population that this client belongs to; `(n_findings,)`."""
        about, by_tag = self._about_tags
        for name in client.conditions:
            for tag in self.conditions[name].evidence:
                if tag in by_tag:
                    about = about | by_tag[tag]
        return about & (self.ages[:, 0] <= client.age_years) & (client.age_years <= self.ages[:, 1])

    def judge(self, client: Client) -> Judgment:
        """Lights and values of every link for one client."""
        return self._judged(self.matching(client))

    def judge_all(self) -> Judgment:
        """Lights and values of every link over all populations: every finding counts as direct."""
        return self._judged(np.ones(len(self.findings), dtype=bool))

    def _judged(self, direct: NDArray[np.bool_]) -> Judgment:
        kinds = self.kinds
        graded, supports, mixed, no_effect, against = (
            self._any(kinds[name] & direct) for name in ("graded", "supports", "mixed", "no effect", "against")
        )
        attached = self._attached
        elsewhere = self._any(kinds["supports"] & ~direct)
        agreed = graded | self._two_sources(direct & kinds["supports"] & self.controlled)
        green = agreed & ~mixed & ~no_effect & ~against
        light = np.where(against, 1, np.where(green, 3, np.where(attached, 2, 0))).astype(np.int8)
        value = np.select(
            [against, green, supports & ~no_effect, mixed | supports, no_effect, elsewhere],
            [0.0, VALUES["green"], VALUES["supports"], VALUES["mixed"], VALUES["no effect"], VALUES["indirect"]],
            VALUES["none"],
        )
        return Judgment(light, value, direct)

    def _two_sources(self, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which links have good findings from more than one source."""
        held = np.bincount(self._link_source[good[self._finding]], minlength=len(self._link_of_source)) > 0
        return self._count(self._link_of_source[held]) > 1

    @cached_property
    def _cited(self) -> tuple[tuple[int, ...], ...]:
        rows: list[list[int]] = [[] for _ in self.links]
        for row, finding in zip(self._link.tolist(), self._finding.tolist(), strict=True):
            rows[row].append(finding)
        return tuple(map(tuple, rows))

    def cited(self, row: int, judgment: Judgment) -> list[tuple[Finding, bool]]:
        """The findings of a link with whether each is about this population, those first."""
        found = [(self.findings[place], bool(judgment.direct[place])) for place in self._cited[row]]
        return sorted(found, key=lambda item: not item[1])
