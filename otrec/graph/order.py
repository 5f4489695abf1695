"""The order within the columns of a picture, chosen so that few lines cross."""

from __future__ import annotations

from otrec.graph.skill_map import Link, Node

#: What stands in a column: a node, a head (after a #), or a lane in which a link passes by.
Item = Node | str | Link


def untangled(stacks: list[list[Item]]) -> list[list[Item]]:
    """Each column sorted by where its links come from, to and fro, so that fewer lines cross."""
    linked = _beside(stacks)
    order = [list(stack) for stack in stacks]
    for sweep in range(4):
        places = range(1, len(order)) if sweep % 2 == 0 else range(len(order) - 2, -1, -1)
        for place in places:
            other = order[place - 1 if sweep % 2 == 0 else place + 1]
            rank = {_name(item): row / max(1, len(other) - 1) for row, item in enumerate(other)}
            order[place] = _by_rank(order[place], rank, linked)
    return order


def _by_rank(stack: list[Item], rank: dict[str, float], linked: dict[str, set[str]]) -> list[Item]:
    def mean(item: Item) -> float:
        if isinstance(item, str):
            return -1.0
        found = [rank[name] for name in linked.get(_name(item), ()) if name in rank]
        return sum(found) / len(found) if found else 0.5

    return sorted(stack, key=mean)


def _name(item: Item) -> str:
    if isinstance(item, Link):
        return f"{item.source} {item.type} {item.target}"
    return item if isinstance(item, str) else item.key


def _beside(stacks: list[list[Item]]) -> dict[str, set[str]]:
    """For each item the names of those in the columns beside it that it is linked to; lanes link to themselves."""
    links = {item for stack in stacks for item in stack if isinstance(item, Link)}
    found: dict[str, set[str]] = {}
    for link in links:
        found[_name(link)] = {_name(link), link.source, link.target}
        for end in (link.source, link.target):
            found.setdefault(end, set()).add(_name(link))
    return found
