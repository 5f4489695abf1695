"""A frozen library as flat arrays: for each fact of a profile, which activities it moves and by how much.

Lists of lists are held as `start` and entries: the entries of row `i` lie between `start[i]` and `start[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from otrec.evidence import VALUES, EvidenceTable
from otrec.features import ANY_THEME_SHARE, HOUSEHOLD_SHARE, NAMES, SETTING_PARTS, FeatureSpace
from otrec.library import Library
from otrec.models import Rule, Unless, When
from otrec.models.ages import shoulder
from otrec.models.terms import SETTING_NAMES, Delivery
from otrec.safety import Screen

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Bools = NDArray[np.bool_]

DELIVERIES: Final = get_args(Delivery)
SETTINGS: Final = tuple(SETTING_NAMES)
#: Kinds of words that rules and findings ask for, in the order in which they are numbered.
TERMS: Final = ("conditions", "environments", "precautions", "clearances", "competencies", "domains", "settings",
                "severities")  # fmt: skip
#: ICF severities that ask for something; 0 is no difficulty.
DEGREES: Final = (1, 2, 3, 4)
#: Bits of a finding's kind.
GRADED, SUPPORTS, MIXED, NO_EFFECT, AGAINST, CONTROLLED = 1, 2, 4, 8, 16, 32


class Rows(NamedTuple):
    """A sparse matrix by rows: column and value of each entry."""

    start: Places
    column: NDArray[np.int32]
    value: Floats


class Lists(NamedTuple):
    """For each row a list of numbers."""

    start: Places
    item: NDArray[np.int32]


class Findings(NamedTuple):
    """The findings, and what each link has of them, sorted by source; a last link has none.

    `terms` are the conditions that a finding is about, empty where it is about no diagnosis (`general`).
    """

    low: Floats
    high: Floats
    general: Bools
    terms: Lists
    kind: NDArray[np.uint8]
    of_link: Lists
    source: NDArray[np.int32]
    values: Floats


class Rules(NamedTuple):
    """The rules that take something out, as groups of words of which one is needed.

    A rule holds when all groups of `when` are met, unless it has a `gate` and all groups of that are met.
    """

    age_below: Floats
    age_from: Floats
    groups: Lists
    when: Lists
    gate: Lists
    hits: Lists


class Ages(NamedTuple):
    """The different spans of ages, in years: where the fit is full, and where it ends."""

    low: Floats
    high: Floats
    young: Floats
    old: Floats


class Forms(NamedTuple):
    """The different lengths and sizes of a group."""

    minutes: Floats
    low: Floats
    high: Floats


class Sites(NamedTuple):
    """The different lists of ways and settings, `(n_ways or n_settings, n_sites)`, and whether video is among them."""

    ways: Floats
    elsewhere: Bools
    by_video: Bools


class Arrays(NamedTuple):
    """Everything that ranking needs of a library and one set of weights; activities in library order.

    What many activities share is held once and judged once for each client: `age`, `form` and `site` say which of
    `ages`, `forms` and `sites` an activity has. `facts` has a row for each fact of a profile, `pairs` one for each
    barrier with the activities that target it; `links` lists for each such pair the links of technique and barrier
    between the two, and `of_activity` gives the link that stands for the findings which an activity cites itself;
    `citing` tells the same from the link. Columns of a row stand in rising order. `weights` are those of age, setting,
    challenge, evidence, freshness and equipment; `parts` those of delivery, minutes, group and life in the setting
    feature.
    """

    steady: Floats
    age: NDArray[np.uint32]
    form: NDArray[np.uint32]
    site: NDArray[np.uint32]
    difficulty: NDArray[np.uint8]
    order: Places
    ages: Ages
    forms: Forms
    sites: Sites
    facts: Rows
    pairs: Rows
    links: Lists
    of_activity: NDArray[np.int32]
    citing: Lists
    practises: Rows
    degree_fit: Floats
    meant_for: NDArray[np.int32]
    meant: Lists
    findings: Findings
    rules: Rules
    weights: Floats
    parts: Floats


def rows_of(matrix: Floats) -> Rows:
    """A dense matrix as rows without zeros."""
    row, column = np.nonzero(matrix)
    start = np.searchsorted(row, np.arange(len(matrix) + 1))
    return Rows(start.astype(np.int64), column.astype(np.int32), matrix[row, column].astype(np.float64))


def lists_of(rows: Sequence[Iterable[int]]) -> Lists:
    """Lists of numbers as flat arrays."""
    given = [list(row) for row in rows]
    start = np.concatenate([[0], np.cumsum([len(row) for row in given])]).astype(np.int64)
    return Lists(start, np.array([item for row in given for item in row], dtype=np.int32))


def citing(of_activity: NDArray[np.int32], last: int) -> Lists:
    """For each link before the last the activities that it stands for."""
    by_link = np.argsort(of_activity, kind="stable")
    start = np.searchsorted(of_activity[by_link], np.arange(last + 1))
    return Lists(start.astype(np.int64), by_link[: start[-1]].astype(np.int32))


class Layout:
    """Which row of `Arrays.facts` each fact of a profile is, and which number each word has."""

    def __init__(self, space: FeatureSpace) -> None:
        library = space.library
        self.barrier, self.occupation, self.activity = space.barrier, space.occupation, space.place
        self.interest = {name: place for place, name in enumerate(library.interests)}
        self.tool = {name: place for place, name in enumerate(library.tools)}
        sizes = {
            "share": len(self.barrier), "direction": len(self.barrier), "goal": len(self.occupation),
            "interest": len(self.interest) + 1, "strength": len(self.barrier), "tool": len(self.tool), "bag": 1,
        }  # fmt: skip
        self.start: dict[str, int] = {}
        self.width = 0
        for name, size in sizes.items():
            self.start[name] = self.width
            self.width += size
        self.unknown_interest = self.start["interest"] + len(self.interest)
        words: dict[str, Sequence[Hashable]] = {name: tuple(getattr(library, name)) for name in TERMS[:5]}
        words["domains"] = sorted({item.domain for item in library.assessments.values()})
        words["settings"] = SETTINGS
        words["severities"] = [(name, degree) for name in library.barriers for degree in DEGREES]
        self.term: dict[str, dict[Hashable, int]] = {}
        self.n_terms = 0
        for name in TERMS:
            self.term[name] = {word: self.n_terms + place for place, word in enumerate(words[name])}
            self.n_terms += len(words[name])

    def terms(self, kind: str, words: Iterable[Hashable]) -> list[int]:
        """Numbers of words of a kind; unknown ones are left out."""
        known = self.term[kind]
        return [known[word] for word in words if word in known]


def compile_library(space: FeatureSpace, screen: Screen, layout: Layout, weights: Floats, order: Places) -> Arrays:
    """The arrays of a library; `order` are its activities in the order in which equal scores are listed."""
    weight = dict(zip(NAMES, weights.tolist(), strict=True))
    pairs = rows_of(space.links.targets.T)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    held, of_link = _held(space.evidence)
    degree_fit = np.zeros((5, 5))
    degree_fit[space.difficulty.astype(np.intp) - 1] = space.difficulty_fit
    ages, age = _different(space.age_min, space.age_max)
    forms, form = _different(space.minutes, space.group_min, space.group_max)
    sites, site = _sites(space, screen)
    of_activity = held[space.n_edges :].astype(np.int32)
    return Arrays(
        steady=weight["ease"] * space.ease + weight["freshness"],
        age=age,
        form=form,
        site=site,
        difficulty=space.difficulty.astype(np.uint8) - np.uint8(1),
        order=place,
        ages=_ages(*ages),
        forms=Forms(*forms),
        sites=sites,
        facts=rows_of(_facts(space, weight)),
        pairs=pairs,
        links=_links(space, pairs, held[: space.n_edges]),
        of_activity=of_activity,
        citing=citing(of_activity, len(of_link)),
        practises=rows_of(space.links.practises.T),
        degree_fit=degree_fit,
        meant_for=np.array([row for row, _, _ in screen.fit.meant_for], dtype=np.int32),
        meant=lists_of([layout.terms("conditions", names) for _, names, _ in screen.fit.meant_for]),
        findings=_findings(space.evidence, layout, of_link),
        rules=_rules(screen, layout),
        weights=np.array([weight[f"{name}_fit"] for name in ("age", "setting", "challenge")]
                         + [weight["evidence"], weight["freshness"], weight["equipment_fit"]]),
        parts=np.array([SETTING_PARTS[name] for name in ("delivery", "minutes", "group", "life")]),
    )  # fmt: skip


def _different(*columns: NDArray[Any]) -> tuple[list[NDArray[Any]], NDArray[np.uint32]]:
    """The different rows of some columns, as columns again, and which of them each row is."""
    rows, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return [column.copy() for column in rows.T], which.ravel().astype(np.uint32)


def _ages(low: Floats, high: Floats) -> Ages:
    return Ages(low, high, low - shoulder(low), high + shoulder(high))


def _sites(space: FeatureSpace, screen: Screen) -> tuple[Sites, NDArray[np.uint32]]:
    """The different ways and settings, and which of them each activity has."""
    ways, fit = [space.ways[name] for name in DELIVERIES], screen.fit
    columns, site = _different(*ways, *(~fit.places[name] for name in SETTINGS), fit.by_video)
    elsewhere = np.stack(columns[len(ways) : -1]).astype(bool)
    return Sites(np.stack(columns[: len(ways)]), elsewhere, columns[-1].astype(bool)), site


def _facts(space: FeatureSpace, weight: dict[str, float]) -> Floats:
    """`(width, n_activities)`: what each fact adds to the score."""
    library, links = space.library, space.links
    household = np.array([HOUSEHOLD_SHARE * (name in library.household_tools) for name in library.tools])
    needs = space.tool_shares
    return np.concatenate([
        weight["skill_path"] * links.targets.T + weight["technique_path"] * links.by_technique.T,
        weight["focus"] * space.directions.T,
        weight["goal_match"] * links.practises.T,
        weight["interest"] * _themes(space),
        weight["strengths"] * np.stack([space.draws_on[name] for name in library.barriers]),
        weight["equipment_fit"] * needs.T,
        weight["equipment_fit"] * np.where(needs.any(axis=1), needs @ household, 1.0)[None],
    ])  # fmt: skip


def _themes(space: FeatureSpace) -> Floats:
    """Whether an activity can carry each interest, and last one that the library does not know."""
    any_theme = ANY_THEME_SHARE * space.carries.get("any_theme", np.zeros(len(space.activities)))
    return np.stack([*(np.maximum(space.carries[name], any_theme) for name in space.library.interests), any_theme])


def _links(space: FeatureSpace, pairs: Rows, of_edge: Places) -> Lists:
    """For each pair of barrier and activity the links along paths between the two."""
    barrier = np.repeat(np.arange(len(pairs.start) - 1), np.diff(pairs.start))
    number = np.zeros(space.links.targets.shape, dtype=np.int64)
    number[pairs.column, barrier] = np.arange(len(barrier))
    paths, aimed = space.links.paths, space.aimed
    of_path = number[paths.activity[aimed], paths.barrier[aimed]]
    order = np.argsort(of_path, kind="stable")
    start = np.searchsorted(of_path[order], np.arange(len(barrier) + 1))
    return Lists(start.astype(np.int64), of_edge[paths.edge[aimed][order]].astype(np.int32))


def _held(evidence: EvidenceTable) -> tuple[Places, list[list[int]]]:
    """For each link its place among those that have findings, the last place where it has none; and their findings."""
    lists: list[list[int]] = [[] for _ in evidence.links]
    for link, finding in zip(*(part.tolist() for part in evidence.attached_pairs), strict=True):
        lists[link].append(finding)
    there = np.array([bool(found) for found in lists], dtype=bool)
    place = np.full(len(lists), int(there.sum()), dtype=np.int64)
    place[there] = np.arange(int(there.sum()))
    return place, [found for found in lists if found]


def _findings(evidence: EvidenceTable, layout: Layout, of_link: list[list[int]]) -> Findings:
    conditions, found = evidence.conditions, evidence.findings
    about = [
        layout.terms("conditions", [name for name, item in conditions.items() if tags & set(item.evidence)])
        for tags in evidence.about
    ]
    kinds, bits = evidence.kinds, np.zeros(len(found), dtype=np.uint8)
    flags = (
        ("graded", GRADED),
        ("supports", SUPPORTS),
        ("mixed", MIXED),
        ("no effect", NO_EFFECT),
        ("against", AGAINST),
    )
    for name, bit in flags:
        bits |= np.where(kinds[name], bit, 0).astype(np.uint8)
    bits |= np.where(evidence.controlled, CONTROLLED, 0).astype(np.uint8)
    sources = {name: place for place, name in enumerate(dict.fromkeys(finding.id for finding in found))}
    source = np.array([sources[finding.id] for finding in found], dtype=np.int32)
    of_link = [sorted(link, key=lambda finding: source[finding]) for link in of_link]
    low, high = evidence.ages.T
    names = ("green", "supports", "mixed", "no effect", "indirect", "none")
    return Findings(
        low.copy(), high.copy(), np.array([not tags for tags in evidence.about], dtype=bool), lists_of(about), bits,
        lists_of([*of_link, []]), source, np.array([VALUES[name] for name in names]),
    )  # fmt: skip


def _rules(screen: Screen, layout: Layout) -> Rules:
    library: Library = screen.library
    rows = [row for row, rule in enumerate(library.rules) if rule.effect != "caution"]
    rules: list[Rule] = [library.rules[row] for row in rows]
    groups: list[list[int]] = []

    def numbered(found: Iterable[list[int]]) -> list[int]:
        asked = list(found)
        groups.extend(asked)
        return list(range(len(groups) - len(asked), len(groups)))

    when = [numbered(_conditions(rule.when, layout)) for rule in rules]
    gate = [numbered(_keys(rule.unless, layout)) if rule.effect == "require" else [] for rule in rules]
    return Rules(
        age_below=np.array([np.inf if rule.when.age_below is None else rule.when.age_below for rule in rules]),
        age_from=np.array([-np.inf if rule.when.age_from is None else rule.when.age_from for rule in rules]),
        groups=lists_of(groups),
        when=lists_of(when),
        gate=lists_of(gate),
        hits=lists_of([np.flatnonzero(screen.hits[row]).tolist() for row in rows]),
    )


def _conditions(when: When, layout: Layout) -> Iterator[list[int]]:
    """The groups of words of which a profile needs one each; one that asks for no difficulty is always met."""
    for kind, words in (("conditions", when.conditions), ("environments", when.environment),
                        ("precautions", when.precautions), ("settings", when.settings)):  # fmt: skip
        if words:
            yield layout.terms(kind, words)
    if when.barriers and min(when.barriers.values()) > 0:
        yield layout.terms("severities", when.barriers.items())


def _keys(unless: Unless, layout: Layout) -> Iterator[list[int]]:
    """The groups of words that open a gate, one of each."""
    for kind, words in (("clearances", unless.clearances), ("competencies", unless.competencies),
                        ("domains", unless.assessments)):  # fmt: skip
        if words:
            yield layout.terms(kind, words)
