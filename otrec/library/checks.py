"""Checks across records: every id named somewhere exists, chains do not circle, edges stand once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from otrec.library.problems import Report
from otrec.models import Client, ClientError
from otrec.models.wording import nearest

if TYPE_CHECKING:
    from otrec.library import Library

#: Fields that name ids, per kind of record: field -> (vocabulary, word for people).
REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "activities": {
        "primary": ("barriers", "barrier"),
        "secondary": ("barriers", "barrier"),
        "leans_on": ("barriers", "skill"),
        "techniques": ("techniques", "technique"),
        "tools": ("tools", "tool"),
        "tools_optional": ("tools", "tool"),
        "occupations": ("occupations", "occupation"),
        "interests": ("interests", "interest"),
        "hazards": ("hazards", "hazard"),
        "only_for": ("conditions", "condition"),
        "evidence": ("evidence", "finding"),
    },
    "addressed_by": {
        "barrier": ("barriers", "barrier"),
        "technique": ("techniques", "technique"),
        "evidence": ("evidence", "finding"),
    },
    "uses": {"technique": ("techniques", "technique"), "tool": ("tools", "tool")},
    "limits": {"barrier": ("barriers", "barrier"), "occupation": ("occupations", "occupation")},
    "part_of": {"barrier": ("barriers", "barrier"), "whole": ("barriers", "barrier")},
    "requires": {"barrier": ("barriers", "barrier"), "prerequisite": ("barriers", "barrier")},
    "substitutes": {"tool": ("tools", "tool"), "instead_of": ("tools", "tool")},
    "household_swaps": {"tool": ("tools", "tool")},
    "environments": {"raises": ("barriers", "barrier")},
}
RULE_REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "when": {
        "precautions": ("precautions", "precaution"),
        "conditions": ("conditions", "condition"),
        "barriers": ("barriers", "barrier"),
        "environment": ("environments", "fact about a place"),
    },
    "what": {
        "hazards": ("hazards", "hazard"),
        "and_hazards": ("hazards", "hazard"),
        "tools": ("tools", "tool"),
        "techniques": ("techniques", "technique"),
        "activities": ("activities", "activity"),
    },
    "unless": {"clearances": ("clearances", "clearance"), "competencies": ("competencies", "competency")},
}
#: Edge lists in which a pair may stand once: the two fields that make the pair.
PAIRS = {
    "addressed_by": ("barrier", "technique"),
    "uses": ("technique", "tool"),
    "limits": ("barrier", "occupation"),
    "part_of": ("barrier", "whole"),
    "requires": ("barrier", "prerequisite"),
    "substitutes": ("tool", "instead_of"),
}
#: Pairs of different kinds, in which one word may name both: `dressing` limits `dressing`.
ACROSS_KINDS = (("barrier", "occupation"), ("barrier", "technique"), ("technique", "tool"))
#: Edge lists that may not circle.
ACYCLIC = ("part_of", "requires")

Parts = dict[str, list[tuple[str, str, Any]]]


def check(library: Library, parts: Parts, report: Report) -> None:
    """Report every problem between records."""
    for section, fields in REFERENCES.items():
        for file, place, record in parts.get(section, []):
            _check_ids(library, file, place, record, fields, report)
    _check_rules(library, parts, report)
    for section, pair in PAIRS.items():
        _check_pairs(parts.get(section, []), pair, report)
    for section in ACYCLIC:
        _check_no_circle(parts.get(section, []), PAIRS[section], report)
    _check_activities(library, parts, report)


def nearest_term(given: str, known: Mapping[str, Any]) -> str:
    """A hint from ids and from the plain-language names and aliases behind them."""
    direct = nearest(given, known)
    if direct:
        return direct
    words: dict[str, str] = {}
    for name, record in known.items():
        for word in (getattr(record, "name", ""), *getattr(record, "aliases", ())):
            words[word.lower().replace(" ", "_")] = name
    hint = nearest(given.lower(), words)
    if not hint:
        return ""
    word = hint.split("'")[1]
    return f". Did you mean {words[word]!r} ({word.replace('_', ' ')})?"


def _as_list(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _check_ids(
    library: Library, file: str, place: str, record: Any, fields: dict[str, tuple[str, str]], report: Report
) -> None:
    for name, (vocabulary, word) in fields.items():
        known = getattr(library, vocabulary)
        if not known:
            continue  # its file could not be read, which is reported already
        given = list(_as_list(getattr(record, name)))
        for value in given:
            if value not in known:
                report.error(file, place, name, f"{value!r} is no {word}{nearest_term(value, known)}")
        for value in sorted({value for value in given if given.count(value) > 1}):
            report.error(file, place, name, f"{value!r} is given twice; keep one")


def _check_rules(library: Library, parts: Parts, report: Report) -> None:
    domains = {assessment.domain for assessment in library.assessments.values()}
    for file, place, rule in parts.get("rules", []):
        for section, fields in RULE_REFERENCES.items():
            _check_ids(library, file, f"{place} {section}", getattr(rule, section), fields, report)
        for domain in rule.unless.assessments:
            if domain not in domains:
                message = f"{domain!r} is no assessment domain{nearest(domain, domains)}"
                report.error(file, place, "unless.assessments", message)
        for case in ("catches", "spares"):
            try:
                probe_client(getattr(rule, case))
            except ClientError as error:
                for problem in error.problems:
                    report.error(file, f"{place} {case}", "", problem)


def probe_client(facts: dict[str, Any]) -> Client:
    """The worked case of a safety rule: a partial profile on top of an adult seen in a clinic."""
    return Client.parse({"id": "probe", "age_years": 40, "setting": "clinic", "precautions": [], **facts})


def _check_pairs(records: list[tuple[str, str, Any]], pair: tuple[str, str], report: Report) -> None:
    seen: dict[tuple[str, str], str] = {}
    for file, place, record in records:
        key = (getattr(record, pair[0]), getattr(record, pair[1]))
        if key[0] == key[1] and pair not in ACROSS_KINDS:
            report.error(file, place, pair[1], f"{key[0]!r} points to itself")
        if key in seen:
            report.error(file, place, pair[0], f"{key[0]} and {key[1]} already stand in {seen[key]}; keep one")
        seen.setdefault(key, place)


def _check_no_circle(records: list[tuple[str, str, Any]], pair: tuple[str, str], report: Report) -> None:
    arrows: dict[str, list[str]] = {}
    for _, _, record in records:
        arrows.setdefault(getattr(record, pair[0]), []).append(getattr(record, pair[1]))
    circle = find_circle(arrows)
    if circle and records:
        file, place = records[0][0], records[0][1].split()[0]
        report.error(file, place, "", f"goes in a circle: {' -> '.join(circle)}; remove one of these edges")


def find_circle(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """The first circle found, closed, or an empty list.

    >>> sorted(set(find_circle({"a": ["b"], "b": ["a"]})))
    ['a', 'b']
    >>> find_circle({"a": ["b"]})
    []
    """
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _check_activities(library: Library, parts: Parts, report: Report) -> None:
    """An activity has to reach a barrier that it names by a technique that it names."""
    linked = {(edge.barrier, edge.technique) for edge in library.addressed_by}
    for file, place, activity in parts.get("activities", []):
        pairs = {(barrier, technique) for barrier in activity.primary for technique in activity.techniques}
        if not pairs & linked:
            message = "no technique of this activity is linked to a primary barrier; the ranking finds no path"
            report.warn(file, place, "techniques", message)
