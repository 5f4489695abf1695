"""Routes between any two nodes: why does putty help buttoning?"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from otrec.graph.before import layers
from otrec.graph.matrices import DAMPING
from otrec.graph.skill_map import Link, SkillMap
from otrec.graph.walk import Branch, Group, View
from otrec.graph.wording import route_sentence
from otrec.models import OptionError
from otrec.models.terms import Light

#: From the weakest light to the best one: a route is worth no more than its weakest link.
WEAKEST_FIRST: Final[tuple[Light, ...]] = ("red", "none found", "yellow", "green")
#: A route reads best from what is used to what matters; going back costs more than a weak link. An author's scale.
LEVEL: Final = {"tool": 0, "technique": 1, "activity": 1, "barrier": 2, "occupation": 3}
TURN_COST, UPSTREAM_COST, WEAKNESS_COST, LONGEST, TURNS = 1.2, 0.6, 1.5, 5, 1


@dataclass(frozen=True)
class Route:
    """One way from a node to another one: `nodes` are one more than `links`.

    `strength` and `light` are those of the weakest link that the library grades, None where it grades none.
    """

    nodes: tuple[str, ...]
    links: tuple[Link, ...]
    sentence: str
    by_activity: bool = False

    @property
    def strength(self) -> float | None:
        return min((link.strength for link in self.links if link.strength is not None), default=None)

    @property
    def light(self) -> Light | None:
        return min((link.light for link in self.links if link.light), key=WEAKEST_FIRST.index, default=None)


def routes(skills: SkillMap, start: str, goal: str, most: int = 5) -> tuple[Route, ...]:
    """The best routes from one node to another: short and strong first, one through an activity last.

    A route turns round at most once (two tools can meet in a technique) and has at most five links. It is a line of
    thought: that every link is known does not show that the whole way works.

    >>> from otrec import load_library
    >>> from otrec.graph import skill_map
    >>> routes(skill_map(load_library()), "tool:therapy_putty", "barrier:fastenings")[0].sentence
    'Therapy putty is used in hand strengthening, which is linked to fastenings and shoe tying.'
    """
    skills.node(start), skills.node(goal)
    if start == goal:
        raise OptionError("a route needs two different ends; choose another start or goal")
    by_activity = list(_by_activity(skills, start, goal))[:1]
    found: list[Route] = []
    for links in _search(skills, start, goal):
        route = _route(skills, start, links)
        if not any(_detour(route, better) for better in found):
            found.append(route)
        if len(found) == most - len(by_activity):
            break
    return (*found, *by_activity)


def _detour(route: Route, better: Route) -> bool:
    """Whether a route passes all that an earlier one passes and is no stronger for its length."""
    return set(better.nodes) <= set(route.nodes) and (route.strength or 0) <= (better.strength or 0)


def _route(skills: SkillMap, start: str, links: tuple[Link, ...], by_activity: bool = False) -> Route:
    nodes = [start]
    for link in links:
        nodes.append(link.other(nodes[-1]))
    return Route(tuple(nodes), links, route_sentence(skills, start, links), by_activity)


def _by_activity(skills: SkillMap, start: str, goal: str) -> Iterator[Route]:
    """Activities linked to both ends, the strongest first."""
    ends: dict[str, Link] = {}
    for link in skills.near[goal]:
        ends.setdefault(link.other(goal), link)
    through = [
        (link.pull * ends[link.other(start)].pull, link)
        for link in skills.near[start]
        if link.other(start) in ends and link.other(start).startswith("activity:")
    ]
    for _, link in sorted(through, key=lambda item: (-item[0], item[1].other(start))):
        yield _route(skills, start, (link, ends[link.other(start)]), by_activity=True)


def _cost(skills: SkillMap, link: Link, end: str) -> float:
    """What a step onto `end` costs: weak links cost more, and so do nodes that are linked to nearly everything."""
    return 1 + WEAKNESS_COST * (1 - link.pull) + DAMPING * math.log(max(1, skills.degree[end]))


def _search(skills: SkillMap, start: str, goal: str) -> Iterator[tuple[Link, ...]]:
    """Routes by cost: best-first search, with the cheapest way home without turns as what is still to pay."""
    home = _ways_home(skills, start, goal)
    upward = LEVEL[skills.nodes[goal].kind] >= LEVEL[skills.nodes[start].kind]
    number = count()
    queue: list[tuple[float, int, float, str, int, int, tuple[Link, ...]]] = []
    heapq.heappush(queue, (home.get(start, 0.0), next(number), 0.0, start, 0, 0, ()))
    while queue:
        _, _, paid, here, heading, turns, links = heapq.heappop(queue)
        if here == goal:
            yield links
            continue
        if len(links) == LONGEST:
            continue
        passed = {start, *(end for link in links for end in (link.source, link.target))}
        for link in skills.near[here]:
            there = link.other(here)
            if there not in home or there in passed:
                continue
            step = LEVEL[skills.nodes[there].kind] - LEVEL[skills.nodes[here].kind]
            turned = turns + (step * heading < 0)
            if turned > TURNS:
                continue
            cost = (
                paid
                + _cost(skills, link, there)
                + TURN_COST * (turned - turns)
                + UPSTREAM_COST * _upstream(link, here, upward)
            )
            state = (cost + home[there], next(number), cost, there, step or heading, turned, (*links, link))
            heapq.heappush(queue, state)


def _upstream(link: Link, here: str, upward: bool) -> bool:
    """Whether a step goes from a barrier back to what comes before it, against the sense of the route."""
    return link.type == "requires" and (link.source == here) == upward


def _ways_home(skills: SkillMap, start: str, goal: str) -> dict[str, float]:
    """The least cost from each node to the goal; activities are no stations on the way."""
    costs: dict[str, float] = {}
    queue = [(0.0, goal)]
    while queue:
        paid, here = heapq.heappop(queue)
        if here in costs:
            continue
        costs[here] = paid
        for link in skills.near[here]:
            there = link.other(here)
            if there not in costs and (there == start or skills.nodes[there].kind != "activity"):
                heapq.heappush(queue, (paid + _cost(skills, link, here), there))
    return costs


def route_view(skills: SkillMap, found: tuple[Route, ...]) -> View:
    """Routes with the same ends as one picture from left to right."""
    start, goal = found[0].nodes[0], found[0].nodes[-1]
    steps = dict.fromkeys(step for route in found for step in zip(route.nodes, route.nodes[1:], strict=False))
    columns = tuple((Group("", names),) for names in layers(steps))
    links = tuple(dict.fromkeys(link for route in found for link in route.links))
    return View(skills, start, columns, links, _merged(found), {}, goal=goal, placed=False)


def _merged(found: tuple[Route, ...]) -> tuple[Branch, ...]:
    """Routes as a tree: they share their lines for as long as they run together."""
    last = {route.nodes[: depth + 2]: link for route in found for depth, link in enumerate(route.links)}
    lines: list[Branch] = []

    def add(way: tuple[str, ...], parent: int) -> None:
        for longer, link in last.items():
            if longer[:-1] == way:
                lines.append(Branch(longer[-1], link, parent, len(way)))
                add(longer, len(lines) - 1)

    add(found[0].nodes[:1], -1)
    return tuple(lines)
