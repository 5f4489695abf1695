"""From the very numbers that made a score to plain sentences; nothing is made up afterwards.

The contribution of a feature is `w_j (f_j - mean_j)`, the exact Shapley value of a linear model with
independent features (Strumbelj & Kononenko 2014, doi 10.1007/s10115-013-0679-x); with the base value,
the score of the pool's mean, contributions sum to the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otrec.evidence import LIGHTS, EvidenceTable
from otrec.features import FEATURES, NAMES, FeatureSpace, Table
from otrec.graph import SkillMap, skill_map
from otrec.library import Library
from otrec.models import Activity, Client, Finding
from otrec.models.terms import SEVERITY_WORDS, Light
from otrec.models.wording import in_sentence, in_words

LABELS = {feature.name: feature.label.lower() for feature in FEATURES}


@dataclass(frozen=True)
class Citation:
    """A finding as it is shown beside a link; `direct` if it is about this client's population."""

    finding: Finding
    direct: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "finding_id": self.finding.finding_id,
            "citation": self.finding.citation,
            "direction": self.finding.direction,
            "strength": self.finding.strength or "not graded",
            "population": self.finding.population,
            "finding": self.finding.finding,
            "direct": self.direct,
        }


@dataclass(frozen=True)
class Path:
    """One barrier -> technique -> activity path of the graph, with what it adds to the score."""

    barrier: str
    technique: str
    activity: str
    share: float
    strength: float
    rationale: str
    target: str
    aimed: bool
    light: Light
    citations: tuple[Citation, ...]

    def to_dict(self) -> dict[str, Any]:
        shown = {name: value for name, value in vars(self).items() if name != "citations"}
        return {**shown, "citations": [citation.to_dict() for citation in self.citations]}


def contributions(values: NDArray[np.float64], mean: NDArray[np.float64], weights: NDArray[np.float64]) -> Any:
    """`w (f - mean)`; with `mean @ w` the contributions of a row sum to `f @ w`.

    >>> contributions(np.array([1.0, 0.5]), np.array([0.5, 0.5]), np.array([0.8, 0.2])).tolist()
    [0.4, 0.0]
    """
    return weights * (values - mean)


class Explainer:
    """Paths and sentences over a compiled library."""

    def __init__(self, space: FeatureSpace) -> None:
        self.space = space
        self.library = space.library
        self._barriers = tuple(self.library.barriers)
        paths = space.links.paths
        order = np.argsort(paths.activity, kind="stable")
        bounds = np.searchsorted(paths.activity[order], np.arange(len(space.activities) + 1))
        self._rows = [order[start:stop].tolist() for start, stop in pairwise(bounds)]
        self._barrier_of, self._edge_of = paths.barrier.tolist(), paths.edge.tolist()

    def paths(self, activity_row: int, table: Table, weight: float = 1.0) -> tuple[Path, ...]:
        """Paths from the client's barriers to an activity: those that it aims at first, then by severity x strength.

        `share` is what the path adds to the score through `technique_path`, whose weight is given.
        """
        severity = table.severity.tolist()
        total = sum(severity)
        found = [
            self._path(row, activity_row, table, weight * severity[self._barrier_of[row]] / total)
            for row in self._rows[activity_row]
            if severity[self._barrier_of[row]] > 0
        ]

        def weight_of(path: Path) -> tuple[bool, float, float, str, str]:
            pull = severity[self.space.barrier[path.barrier]] * path.strength
            return not path.aimed, -pull, -path.share, path.barrier, path.technique

        return tuple(sorted(found, key=weight_of))

    def _path(self, row: int, activity_row: int, table: Table, weight: float) -> Path:
        edge_row = self._edge_of[row]
        edge = self.library.addressed_by[edge_row]
        cited = self.space.evidence.cited(edge_row, table.judgment)
        return Path(
            barrier=edge.barrier,
            technique=edge.technique,
            activity=self.space.activities[activity_row].id,
            share=float(weight * self.space.links.paths.weight[row]),
            strength=edge.strength,
            rationale=edge.rationale,
            target=edge.target,
            aimed=bool(self.space.links.targets[activity_row, self._barrier_of[row]] > 0),
            light=LIGHTS[table.judgment.light[edge_row]],
            citations=tuple(Citation(finding, direct) for finding, direct in cited),
        )

    def evidence(self, activity_row: int, paths: tuple[Path, ...], table: Table) -> tuple[Light, tuple[Citation, ...]]:
        """The best light among an activity's own findings and its aimed paths, and what it rests on."""
        own_row = self.space.n_edges + activity_row
        own_light = LIGHTS[table.judgment.light[own_row]]
        own = tuple(Citation(finding, direct) for finding, direct in self.space.evidence.cited(own_row, table.judgment))
        offers = [(own_light, own)] if own else []
        offers += [(path.light, path.citations) for path in paths if path.aimed]
        if not offers:
            return "none found", ()
        return max(offers, key=lambda offer: (LIGHTS.index(offer[0]), sum(item.direct for item in offer[1])))

    def sentence(self, client: Client, activity: Activity, paths: tuple[Path, ...]) -> str:
        """Why this activity, in one sentence; the evidence named is that of the path named."""
        aimed = [path for path in paths if path.aimed]
        parts = []
        if aimed:
            best = aimed[0]
            severity = SEVERITY_WORDS[client.barriers[best.barrier]]
            barrier = self.library.barriers[best.barrier].name.lower()
            technique = self.library.techniques[best.technique].name
            parts.append(f"linked to {barrier} ({severity}) through {in_sentence(technique)}, evidence {best.light}")
        elif targeted := self._targeted(client, activity):
            parts.append(f"aims at {in_words(targeted)}")
        goals = [goal for goal in client.goals if goal.occupation in activity.occupations]
        if goals:
            names = (
                f"{in_sentence(self.library.occupations[goal.occupation].name)} ({goal.importance}/10)"
                for goal in goals
            )
            parts.append(f"practises {in_words(names)}")
        matched = [word for word, name in self.space.known_interests(client).items() if name in activity.interests]
        if matched:
            parts.append(f"carries the interest in {in_words(matched)}")
        sentence = "; ".join(parts) or "fits the place, age and materials, but reaches none of the barriers directly"
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _targeted(self, client: Client, activity: Activity) -> list[str]:
        names = [*activity.primary, *activity.secondary]
        return [self.library.barriers[name].name.lower() for name in names if client.barriers.get(name, 0) > 0]


def gaps(here: NDArray[np.float64], there: NDArray[np.float64]) -> list[tuple[str, float]]:
    """Features in which two rows of contributions differ, largest first, as `(name, there - here)`."""
    difference = there - here
    order = np.argsort(-np.abs(difference), kind="stable")
    return [(NAMES[place], float(difference[place])) for place in order if abs(difference[place]) > 1e-9]


def gap_sentence(differences: list[tuple[str, float]], most: int = 3) -> str:
    """The largest gaps in words, in points of 100.

    >>> gap_sentence([("goal_match", 0.08), ("evidence", -0.03)])
    'practises the goals (+8.0), evidence for the link (-3.0)'
    """
    return ", ".join(f"{LABELS[name]} ({100 * value:+.1f})" for name, value in differences[:most])


def lit_map(library: Library) -> SkillMap:
    """The skill graph for walking, each barrier-technique link with its evidence light over all populations.

    The rule is that of `otrec.evidence` with every finding counted as direct. A light can differ from that of one
    client: what is green for some population may be yellow for a client who does not belong to it.
    """
    judged = EvidenceTable(library, [edge.evidence for edge in library.addressed_by]).judge_all()
    return skill_map(library, [LIGHTS[light] for light in judged.light])
