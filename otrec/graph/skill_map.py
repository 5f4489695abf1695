"""The skill graph as plain records for reading: every node with its links, strongest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from otrec.graph.build import KINDS, key
from otrec.library import Library
from otrec.models import Finding, UnknownIdError
from otrec.models.terms import Light
from otrec.models.wording import nearest

#: How strongly a link without a strength of its own pulls, on the scale of those that have one. An author's choice:
#: it only orders links and routes and is never shown as a strength.
PULL: Final = {
    "uses": 0.6,
    "part_of": 0.7,
    "requires": 0.6,
    "substitutes": 0.4,
    "targets": 0.7,
    "applies": 0.5,
    "needs": 0.4,
    "can_use": 0.2,
    "practises": 0.5,
    "also_targets": 0.35,
}
NODE_KINDS: Final = ("tool", "technique", "barrier", "occupation", "activity")


@dataclass(frozen=True)
class Node:
    """One thing of the graph: `kind` is tool, technique, barrier, occupation or activity."""

    key: str
    kind: str
    id: str
    name: str
    definition: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """One link from `source` to `target`.

    `strength` and `light` are None where the library does not grade that type of link: what a technique uses, for
    instance, is a fact of practice for which no finding was sought. `pull` in [0, 1] orders links of all types.
    """

    source: str
    target: str
    type: str
    pull: float
    strength: float | None = None
    basis: str = ""
    why: str = ""
    light: Light | None = None
    findings: tuple[Finding, ...] = ()

    def other(self, node: str) -> str:
        """The end that is not `node`."""
        return self.target if node == self.source else self.source


@dataclass(frozen=True)
class SkillMap:
    """Every node, and the links that touch it, strongest first; holds library data only and never changes.

    `degree` counts the links of a node to anything but activities.
    """

    version: str
    nodes: dict[str, Node]
    links: tuple[Link, ...]
    near: dict[str, tuple[Link, ...]]
    degree: dict[str, int]

    def node(self, name: str) -> Node:
        """The node of that key, or `UnknownIdError` with the nearest key."""
        if name not in self.nodes:
            raise UnknownIdError(f"no node {name!r} in the graph{nearest(name, self.nodes)}")
        return self.nodes[name]


def skill_map(library: Library, lights: Sequence[Light] | None = None) -> SkillMap:
    """Compile a library for walking.

    Parameters
    ----------
    library
        Where nodes and links are.
    lights
        One evidence light for each link of `library.addressed_by`, in that order; without them no link has a light.

    >>> from otrec import load_library
    >>> skills = skill_map(load_library())
    >>> [link.target for link in skills.near["barrier:fastenings"][:2]]
    ['occupation:dressing', 'technique:backward_chaining']
    """
    nodes = {node.key: node for kind in KINDS for node in _nodes(library, kind)}
    links = (*_addressed(library, lights), *_plain(library), *_activities(library))
    near: dict[str, list[Link]] = {name: [] for name in nodes}
    for link in links:
        near[link.source].append(link)
        near[link.target].append(link)
    ordered = {name: tuple(sorted(found, key=_strongest)) for name, found in near.items()}
    degree = {name: sum(nodes[link.other(name)].kind != "activity" for link in near[name]) for name in nodes}
    return SkillMap(library.version, nodes, links, ordered, degree)


def _strongest(link: Link) -> tuple[float, str, str]:
    return -link.pull, link.source, link.target


def _nodes(library: Library, kind: str) -> Iterator[Node]:
    for name, record in getattr(library, kind).items():
        where = key(kind, name)
        said = getattr(record, "definition", "") or getattr(record, "purpose", "") or getattr(record, "otpf", "")
        yield Node(where, where.partition(":")[0], name, record.name, said, tuple(getattr(record, "aliases", ())))


def _addressed(library: Library, lights: Sequence[Light] | None) -> Iterator[Link]:
    for place, edge in enumerate(library.addressed_by):
        yield Link(
            key("barriers", edge.barrier),
            key("techniques", edge.technique),
            "addressed_by",
            pull=edge.strength,
            strength=edge.strength,
            basis=edge.basis,
            why=edge.rationale,
            light=lights[place] if lights is not None else None,
            findings=tuple(library.evidence[name] for name in edge.evidence),
        )


def _plain(library: Library) -> Iterator[Link]:
    for use in library.uses:
        yield Link(key("techniques", use.technique), key("tools", use.tool), "uses", PULL["uses"])
    for limit in library.limits:
        ends = key("barriers", limit.barrier), key("occupations", limit.occupation)
        yield Link(*ends, "limits", limit.strength, limit.strength)
    for part in library.part_of:
        yield Link(key("barriers", part.barrier), key("barriers", part.whole), "part_of", PULL["part_of"])
    for need in library.requires:
        ends = key("barriers", need.barrier), key("barriers", need.prerequisite)
        yield Link(*ends, "requires", PULL["requires"], why=need.reason)
    for swap in library.substitutes:
        ends = key("tools", swap.tool), key("tools", swap.instead_of)
        yield Link(*ends, "substitutes", PULL["substitutes"] * swap.fit, swap.fit, why=swap.note)


def _activities(library: Library) -> Iterator[Link]:
    for activity in library.activities.values():
        here = key("activities", activity.id)
        for type_, kind, names in (
            ("targets", "barriers", activity.primary),
            ("also_targets", "barriers", activity.secondary),
            ("applies", "techniques", activity.techniques),
            ("needs", "tools", activity.tools),
            ("can_use", "tools", activity.tools_optional),
            ("practises", "occupations", activity.occupations),
        ):
            for name in names:
                yield Link(here, key(kind, name), type_, PULL[type_])
