"""What is usually looked at before or beside a barrier, as a chain."""

from __future__ import annotations

from collections.abc import Iterable

from otrec.graph.skill_map import Link, SkillMap
from otrec.graph.walk import Branch, Group, View
from otrec.models import OptionError


def chain(skills: SkillMap, barrier: str, steps: int = 2) -> View:
    """What is usually looked at before or beside a barrier, and before that: the first things stand on the left.

    >>> from otrec import load_library
    >>> from otrec.graph import skill_map
    >>> before = chain(skill_map(load_library()), "barrier:fastenings", steps=1)
    >>> [node.id for node in before.nodes]
    ['fastenings', 'bilateral_coordination', 'fine_motor_dexterity', 'grip_pinch_strength']
    """
    if skills.node(barrier).kind != "barrier":
        raise OptionError(f"{barrier!r} is no barrier; only barriers have prerequisites")
    depth, row_of = {barrier: 0}, {barrier: -1}
    links: list[Link] = []
    branches: list[Branch] = []
    queue, beyond = [barrier], set[str]()
    while queue:
        here = queue.pop(0)
        for link in (link for link in skills.near[here] if link.type == "requires" and link.source == here):
            if depth[here] == steps and link.target not in depth:
                beyond.add(link.target)
                continue
            links.append(link)
            if link.target not in depth:
                depth[link.target] = depth[here] + 1
                row_of[link.target] = len(branches)
                branches.append(Branch(link.target, link, row_of[here], depth[link.target]))
                queue.append(link.target)
    links = [link for link in links if link.target in depth]
    columns = layers([(link.target, link.source) for link in links]) or ((barrier,),)
    heads = ["Look at first" if place == 0 and len(columns) > 1 else "" for place in range(len(columns))]
    groups = tuple((Group(head, names),) for head, names in zip(heads, columns, strict=True))
    left_out = {"barrier": len(beyond - set(depth))}
    return View(skills, barrier, groups, tuple(links), _in_order(branches), left_out, placed=False)


def layers(steps: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Nodes in columns such that every step goes to the right, each as far right as what follows it allows.

    >>> layers([("a", "c"), ("b", "c"), ("a", "b")])
    (('a',), ('b',), ('c',))
    """
    after: dict[str, list[str]] = {}
    for one, other in steps:
        after.setdefault(one, []).append(other)
        after.setdefault(other, [])
    level = dict.fromkeys(after, 0)
    for _ in after:
        for one, others in after.items():
            level[one] = max([level[one], *(level[other] + 1 for other in others)])
    depths = sorted(set(level.values()), reverse=True)
    return tuple(tuple(name for name, at in level.items() if at == depth) for depth in depths)


def _in_order(branches: list[Branch]) -> tuple[Branch, ...]:
    """Branches found level by level, put below their parents."""
    ordered: list[Branch] = []

    def add(parent: int, now_at: int) -> None:
        for place, branch in enumerate(branches):
            if branch.parent == parent:
                ordered.append(Branch(branch.node, branch.link, now_at, branch.depth, branch.head))
                add(place, len(ordered) - 1)

    add(-1, -1)
    return tuple(ordered)
