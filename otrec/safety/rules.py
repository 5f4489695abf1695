"""What a safety rule says: whether it is about an activity, holds for a client, and is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library
from otrec.models import Activity, Client, Rule, What, When


class AssessmentDomains:
    """The words for instruments that a profile may use, and the domains that they document."""

    def __init__(self, library: Library) -> None:
        self._domains: dict[str, str] = {}
        for assessment in library.assessments.values():
            for word in (assessment.id, assessment.name, *assessment.aliases):
                self._domains[word.lower()] = assessment.domain

    def of(self, name: str) -> str | None:
        """The domain of an instrument, edition numbers aside; None if it is not known."""
        return self._domains.get(name.lower()) or self._domains.get(name.lower().rstrip(" 0123456789-"))

    def documented(self, client: Client) -> set[str]:
        """The domains of the client's documented assessments."""
        return {domain for done in client.assessments if (domain := self.of(done.name))}


def matches(rule: Rule, activity: Activity) -> bool:
    """Whether a rule is about an activity."""
    what = rule.what
    named = (
        bool(set(what.hazards) & set(activity.hazards))
        or bool(set(what.tools) & set(activity.tools))
        or bool(set(what.techniques) & set(activity.techniques))
        or activity.id in what.activities
    )
    return named and (not what.and_hazards or bool(set(what.and_hazards) & set(activity.hazards)))


def hits_of(rules: Sequence[Rule], activities: Sequence[Activity]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """`matches` for every rule and activity at once, and the same for tools an activity can do without.

    Both are `(n_rules, n_activities)`; each is a product of rule-by-tag and tag-by-activity tables.
    """
    about = [{*_tagged(rule.what), *(("activity", name) for name in rule.what.activities)} for rule in rules]
    also = [{("hazards", name) for name in rule.what.and_hazards} for rule in rules]
    spare = [{("tools", name) for name in rule.what.tools} for rule in rules]
    carried = [{*_tagged(activity), ("activity", activity.id)} for activity in activities]
    optional = [{("tools", name) for name in activity.tools_optional} for activity in activities]
    tags = {tag: place for place, tag in enumerate(sorted(set().union(*about, *also, *carried, *optional)))}

    def table(rows: list[set[tuple[str, str]]]) -> NDArray[np.float32]:
        filled = np.zeros((len(rows), len(tags)), dtype=np.float32)
        for place, row in enumerate(rows):
            filled[place, [tags[tag] for tag in row]] = 1
        return filled

    activity_tags = table(carried).T
    free = np.array([not row for row in also], dtype=bool)[:, None]
    hits = (table(about) @ activity_tags > 0) & (free | (table(also) @ activity_tags > 0))
    return hits, (table(spare) @ table(optional).T > 0) & ~hits


def _tagged(record: Activity | What) -> set[tuple[str, str]]:
    return {(kind, name) for kind in ("hazards", "tools", "techniques") for name in getattr(record, kind)}


def applies(when: When, client: Client) -> bool | None:
    """Whether a rule's condition holds: True, False, or None when a needed fact was not recorded."""
    checks: list[bool | None] = []
    if when.age_below is not None:
        checks.append(client.age_years < when.age_below)
    if when.age_from is not None:
        checks.append(client.age_years >= when.age_from)
    if when.conditions:
        checks.append(bool(set(when.conditions) & set(client.conditions)))
    if when.barriers:
        checks.append(any(client.barriers.get(name, 0) >= least for name, least in when.barriers.items()))
    if when.settings:
        checks.append(client.setting in when.settings)
    if when.environment:
        checks.append(bool(set(when.environment) & set(client.environment)))
    if when.precautions:
        checks.append(None if client.precautions is None else bool(set(when.precautions) & set(client.precautions)))
    if False in checks:
        return False
    return None if None in checks else True


def is_open(rule: Rule, client: Client, domains: Iterable[str]) -> bool:
    """Whether what a gate asks for is documented."""
    unless = rule.unless
    return (
        (not unless.clearances or bool(set(unless.clearances) & set(client.clearances)))
        and (not unless.competencies or bool(set(unless.competencies) & set(client.competencies)))
        and (not unless.assessments or bool(set(unless.assessments) & set(domains)))
    )
