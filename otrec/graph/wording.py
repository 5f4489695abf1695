"""Links in words: the same facts as the picture, and "linked to", never "causes"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from otrec.graph.skill_map import Link, Node, SkillMap
from otrec.models.wording import in_sentence, in_words

#: A link as a sentence, `{a}` is its source and `{b}` its target.
SENTENCES: Final = {
    "addressed_by": "{b} is linked to {a}",
    "uses": "{a} uses {b}",
    "limits": "{a} is linked to difficulty with {b}",
    "part_of": "{a} is part of {b}",
    "requires": "Before or beside {a}, look at {b}",
    "substitutes": "{a} can stand in for {b}",
    "targets": "{a} aims first at {b}",
    "also_targets": "{a} also aims at {b}",
    "applies": "{a} applies {b}",
    "needs": "{a} needs {b}",
    "can_use": "{a} can use {b}",
    "practises": "{a} practises {b}",
}
#: A link as a step of a route: from its source, and from its target.
STEPS: Final = {
    "addressed_by": ("is linked to the technique {b}", "is linked to {b}"),
    "uses": ("uses {b}", "is used in {b}"),
    "limits": ("is linked to difficulty with {b}", "is linked to the barrier {b}"),
    "part_of": ("is part of {b}", "includes {b}"),
    "requires": ("is looked at after or beside {b}", "is looked at before or beside {b}"),
    "substitutes": ("can stand in for {b}", "can be replaced by {b}"),
    "targets": ("aims first at {b}", "is aimed at by {b}"),
    "also_targets": ("also aims at {b}", "is also aimed at by {b}"),
    "applies": ("applies {b}", "is applied in {b}"),
    "needs": ("needs {b}", "is needed for {b}"),
    "can_use": ("can use {b}", "can be used in {b}"),
    "practises": ("practises {b}", "is practised in {b}"),
}
TYPES: Final = {
    "addressed_by": "is addressed by",
    "uses": "uses",
    "limits": "limits",
    "part_of": "is part of",
    "requires": "builds on",
    "substitutes": "can stand in for",
    "targets": "aims first at",
    "also_targets": "also aims at",
    "applies": "applies",
    "needs": "needs",
    "can_use": "can use",
    "practises": "practises",
}
BASES: Final = {"main": "main approach", "usual": "usual approach", "supporting": "supporting approach"}


def named(skills: SkillMap, node: str) -> str:
    """A node inside a sentence; names of activities are whole phrases and stand in quotation marks."""
    record = skills.node(node)
    return f"“{record.name}”" if record.kind == "activity" else in_sentence(record.name)


def facts(link: Link) -> str:
    """Strength, basis and evidence of a link; empty where the library grades none of them."""
    told = []
    if link.strength is not None:
        told.append(f"{'fit' if link.type == 'substitutes' else 'strength'} {link.strength:g}")
    if link.basis:
        told.append(BASES[link.basis])
    if link.light is not None:
        told.append("evidence: none found" if link.light == "none found" else f"evidence {link.light}")
    return ", ".join(told)


def sentence(skills: SkillMap, link: Link) -> str:
    """One link as a sentence with its strength, evidence light and reason.

    >>> from otrec import load_library
    >>> from otrec.graph.skill_map import skill_map
    >>> skills = skill_map(load_library())
    >>> sentence(skills, skills.near["tool:therapy_putty"][0])
    'Hand strengthening uses therapy putty.'
    """
    said = SENTENCES[link.type].format(a=named(skills, link.source), b=named(skills, link.target))
    graded = facts(link)
    head = _capital(said) + (f" ({graded})" if graded else "")
    return f"{head}: {link.why.rstrip('.')}." if link.why else f"{head}."


def route_sentence(skills: SkillMap, start: str, links: Iterable[Link]) -> str:
    """A route as one sentence, read from its start."""
    here, parts = start, []
    for link in links:
        there = link.other(here)
        parts.append(_step(skills, here, link, named(skills, there)))
        here = there
    return f"{_capital(named(skills, start))} {', which '.join(parts)}."


def gathering(skills: SkillMap, subject: str, links: Sequence[Link]) -> str:
    """Links of one type from one node as one sentence; strengths stand behind the names."""
    ends = [(named(skills, link.other(subject)), facts(link)) for link in links]
    told = in_words(f"{name} ({graded})" if graded else name for name, graded in ends)
    said = _step(skills, subject, links[0], told)
    if len(links) > 1:
        said = said.replace("the barrier ", "the barriers ").replace("the technique ", "the techniques ")
    return f"{_capital(named(skills, subject))} {said}."


def _step(skills: SkillMap, here: str, link: Link, there: str) -> str:
    step = STEPS[link.type][link.source != here].format(b=there)
    return f"are {step[3:]}" if step.startswith("is ") and _plural(skills.node(here)) else step


def _plural(node: Node) -> bool:
    """Whether a tool is many things: clothes pegs, but not a box of pegs."""
    head = re.split(r" (?:or|for|with|of|and) |,", node.name)[0]
    return node.kind == "tool" and head.endswith("s") and not head.endswith("ss")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
