"""A part of the skill graph that a person can read: what is near one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from otrec.graph.skill_map import Link, Node, SkillMap
from otrec.models import OptionError

#: Kinds that a view shows unless told otherwise: a technique can have a hundred activities, which drown the rest.
CORE: Final = ("tool", "technique", "barrier", "occupation")
MOST, MOST_OF_A_GROUP, MOST_OF_A_SIDE, LINKS_OF_AN_OUTER_NODE = 40, 12, 18, 2
#: Where neighbours stand and what heads them: (type of link, whether the node in focus is its source) -> (side, head).
PLACES: Final = {
    ("addressed_by", True): (-1, "Techniques"),
    ("addressed_by", False): (1, "Barriers"),
    ("uses", True): (-1, "Tools"),
    ("uses", False): (1, "Techniques"),
    ("limits", True): (1, "Occupations"),
    ("limits", False): (-1, "Barriers"),
    ("requires", True): (1, "Look at first"),
    ("requires", False): (1, "Come after it"),
    ("part_of", True): (1, "Part of"),
    ("part_of", False): (1, "Its parts"),
    ("substitutes", True): (-1, "Can stand in for"),
    ("substitutes", False): (-1, "Can be replaced by"),
    ("targets", True): (1, "Barriers"),
    ("targets", False): (-1, "Activities"),
    ("also_targets", True): (1, "Barriers"),
    ("also_targets", False): (-1, "Activities"),
    ("applies", True): (-1, "Techniques"),
    ("applies", False): (-1, "Activities"),
    ("needs", True): (-1, "Tools"),
    ("needs", False): (-1, "Activities"),
    ("can_use", True): (-1, "Tools"),
    ("can_use", False): (-1, "Activities"),
    ("practises", True): (1, "Occupations"),
    ("practises", False): (1, "Activities"),
}
FURTHER: Final = "One link further"


@dataclass(frozen=True)
class Group:
    """Nodes that stand together under one head."""

    head: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Branch:
    """One line of the same view told as a tree: a node, the link that leads to it, and the line it hangs from."""

    node: str
    link: Link
    parent: int
    depth: int
    head: str = ""


@dataclass(frozen=True)
class View:
    """A readable part of the graph around `focus`.

    `columns` run from left to right, each a stack of groups; `branches` tell the same as a tree below `focus`.
    `left_out` counts, by kind of node, what was near but is not shown. `placed` says that the order within columns
    means something; where it does not, a picture may change it so that fewer lines cross.
    """

    skills: SkillMap = field(repr=False)
    focus: str
    columns: tuple[tuple[Group, ...], ...]
    links: tuple[Link, ...]
    branches: tuple[Branch, ...]
    left_out: Mapping[str, int]
    goal: str = ""
    placed: bool = True

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes shown, the one in focus first."""
        names = [name for column in self.columns for group in column for name in group.nodes]
        return tuple(self.skills.nodes[name] for name in dict.fromkeys([self.focus, *names]))


def view(skills: SkillMap, node: str, hops: int = 1, kinds: Iterable[str] = CORE, most: int = MOST) -> View:
    """What is linked to a node, strongest first, within 1 or 2 links.

    Parameters
    ----------
    node
        Key of the node, such as `technique:hand_strengthening`.
    hops
        1 or 2 links away.
    kinds
        Kinds of nodes to show; the node itself always is.
    most
        How many nodes at most; the rest is counted in `left_out`.

    >>> from otrec import load_library
    >>> from otrec.graph import skill_map
    >>> near = view(skill_map(load_library()), "tool:therapy_putty")
    >>> [node.name for node in near.nodes if node.kind == "technique"]
    ['Hand strengthening', 'Home programme', 'Sensory re-education']
    """
    if hops not in (1, 2):
        raise OptionError(f"hops: {hops} is not 1 or 2; further away everything is linked to everything")
    skills.node(node)
    kinds = frozenset(kinds)
    inner, left_out = _inner(skills, node, kinds, most - 1, MOST_OF_A_GROUP if hops == 1 else 8)
    outer: list[tuple[str, tuple[Link, ...], int]] = []
    if hops == 2:
        room = most - 1 - len(inner)
        outer, further = _outer(skills, node, inner, kinds, room)
        left_out = left_out + further
    columns = _columns(node, inner, outer)
    links = tuple(link for found in inner.values() for link in found.links)
    links += tuple(link for _, found, _ in outer for link in found)
    return View(skills, node, columns, links, _tree(node, inner, outer), dict(left_out))


@dataclass(frozen=True)
class _Near:
    side: int
    head: str
    pull: float
    links: tuple[Link, ...]


def _inner(
    skills: SkillMap, node: str, kinds: frozenset[str], room: int, most_of_a_group: int
) -> tuple[dict[str, _Near], Counter[str]]:
    """Direct neighbours, strongest first, as many as fit their group, their side and the picture."""
    found: dict[str, _Near] = {}
    left_out: Counter[str] = Counter()
    groups: Counter[tuple[int, str]] = Counter()
    for link in skills.near[node]:
        other = link.other(node)
        if skills.nodes[other].kind not in kinds:
            continue
        if other in found:
            had = found[other]
            found[other] = _Near(had.side, had.head, had.pull, (*had.links, link))
            continue
        side, head = PLACES[link.type, link.source == node]
        on_side = sum(count for (at, _), count in groups.items() if at == side)
        if groups[side, head] < most_of_a_group and on_side < MOST_OF_A_SIDE and len(found) < room:
            found[other] = _Near(side, head, link.pull, (link,))
            groups[side, head] += 1
        else:
            left_out[skills.nodes[other].kind] += 1
    return found, left_out


def _outer(
    skills: SkillMap, node: str, inner: dict[str, _Near], kinds: frozenset[str], room: int
) -> tuple[list[tuple[str, tuple[Link, ...], int]], Counter[str]]:
    """Nodes two links away with their strongest links, on the side from which they are reached."""
    reach: dict[str, list[tuple[float, Link]]] = {}
    for name, near in inner.items():
        for link in skills.near[name]:
            other = link.other(name)
            if other != node and other not in inner and skills.nodes[other].kind in kinds:
                reach.setdefault(other, []).append((near.pull * link.pull, link))
    ranked = sorted(reach.items(), key=lambda item: (-max(pull for pull, _ in item[1]), item[0]))
    found: list[tuple[str, tuple[Link, ...], int]] = []
    sides: Counter[int] = Counter()
    left_out: Counter[str] = Counter()
    for name, offers in ranked:
        offers.sort(key=lambda offer: (-offer[0], offer[1].source, offer[1].target))
        side = inner[offers[0][1].other(name)].side
        links = tuple(link for _, link in offers if inner[link.other(name)].side == side)[:LINKS_OF_AN_OUTER_NODE]
        if sides[side] < MOST_OF_A_GROUP and len(found) < room:
            found.append((name, links, side))
            sides[side] += 1
        else:
            left_out[skills.nodes[name].kind] += 1
    return found, left_out


def _columns(
    node: str, inner: dict[str, _Near], outer: list[tuple[str, tuple[Link, ...], int]]
) -> tuple[tuple[Group, ...], ...]:
    columns: list[tuple[Group, ...]] = []
    for side in (-1, 1):
        heads: dict[str, list[str]] = {}
        for name, near in inner.items():
            if near.side == side:
                heads.setdefault(near.head, []).append(name)
        stack = [Group(head, tuple(names)) for head, names in heads.items()]
        place = {name: row for row, name in enumerate(name for group in stack for name in group.nodes)}
        far = [(place[links[0].other(name)], row, name) for row, (name, links, at) in enumerate(outer) if at == side]
        further = [Group(FURTHER, tuple(name for *_, name in sorted(far)))] if far else []
        both = (further, stack) if side < 0 else (stack, further)
        columns += [tuple(column) for column in both if column]
        if side < 0:
            columns.append((Group("", (node,)),))
    return tuple(columns)


def _tree(node: str, inner: dict[str, _Near], outer: list[tuple[str, tuple[Link, ...], int]]) -> tuple[Branch, ...]:
    heads: dict[str, list[str]] = {}
    for name, near in inner.items():
        heads.setdefault(near.head, []).append(name)
    lines: list[Branch] = []
    for head, names in heads.items():
        for first, name in enumerate(names):
            lines.append(Branch(name, inner[name].links[0], -1, 1, "" if first else head))
            here = len(lines) - 1
            under = [(other, links[0]) for other, links, _ in outer if links[0].other(other) == name]
            lines += [Branch(other, link, here, 2) for other, link in under]
    return tuple(lines)
