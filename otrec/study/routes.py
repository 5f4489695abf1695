"""Path puzzles: from a tool over a technique and a barrier to an occupation; fill in the link that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

from otrec.models import Activity
from otrec.models.wording import in_sentence
from otrec.study.links import GENERAL, Links
from otrec.study.questions import Option, Question, Seed, ask, near_ones, number, one_of, shuffled

#: How much a barrier has to limit an occupation before a chain ends there (0-1).
LEAST_LIMIT: Final = 0.4
#: How many chains start from one tool and technique: the graph has thousands, and near ones teach little more.
MOST_ALIKE: Final = 4
GAP: Final = "____"
PLACES: Final = ("tool", "technique", "barrier", "occupation")
PLURAL: Final = dict(zip(PLACES, ("tools", "techniques", "barriers", "occupations"), strict=True))


@dataclass(frozen=True)
class Chain:
    """A tool that serves a technique, which is linked to a barrier, which limits an occupation."""

    tool: str
    technique: str
    barrier: str
    occupation: str

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.tool, self.technique, self.barrier, self.occupation)

    def swapped(self, place: str, name: str) -> Chain:
        """The same chain with another link in one place."""
        return Chain(*(name if here == place else own for here, own in zip(PLACES, self.ids, strict=True)))


class Routes:
    """Makes path puzzles from chains that at least one activity of the library walks from end to end."""

    topics = ("missing_tool", "missing_technique", "missing_barrier", "missing_occupation", "whole_path")

    def __init__(self, links: Links) -> None:
        self.links = links
        self.library = links.library

    @cached_property
    def walked(self) -> dict[Chain, str]:
        """Chain -> an activity that walks it."""
        found: dict[Chain, str] = {}
        for activity in self.library.activities.values():
            for chain in self._chains_of(activity):
                found.setdefault(chain, activity.id)
        return found

    def _chains_of(self, activity: Activity) -> Iterator[Chain]:
        tools = (*activity.tools, *activity.tools_optional)
        barriers = (*activity.primary, *activity.secondary)
        for tool, technique, barrier in product(tools, activity.techniques, barriers):
            if tool in self.links.tools_of.get(technique, ()) and (barrier, technique) in self.links.edges:
                for occupation in activity.occupations:
                    if self.links.limits.get((barrier, occupation), 0.0) >= LEAST_LIMIT:
                        yield Chain(tool, technique, barrier, occupation)

    def seeds(self) -> list[Seed]:
        alike: dict[tuple[str, str], int] = {}
        found = []
        for chain in shuffled("chains", self.walked):
            pair = (chain.tool, chain.technique)
            alike[pair] = alike.get(pair, 0) + 1
            if alike[pair] <= MOST_ALIKE:
                topics = self.topics[chain.technique in GENERAL :]
                topic = topics[number("topic", *chain.ids) % len(topics)]
                area = self.library.occupations[chain.occupation].area
                found.append(Seed(":".join(("path", topic, *chain.ids)), "path", topic, area))
        return found

    def holds(self, chain: Chain) -> bool:
        """Whether a chain could pass as right: by links, by kin of its barrier, or by an activity with both ends."""
        return self.broken(chain) is None

    def broken(self, chain: Chain) -> str | None:
        """The place where a chain breaks for sure, told from the tool on; None if it may hold."""
        if not self.links.works_with(chain.technique, chain.tool):
            return "tool"
        if not self.links.addresses(chain.technique, chain.barrier):
            return "technique"
        return None if self.links.limited(chain.barrier, chain.occupation) else "occupation"

    def build(self, seed: Seed) -> Question | None:
        chain = Chain(*seed.parts)
        if seed.topic == "whole_path":
            return self._whole_path(seed, chain)
        return self._missing(seed, chain, seed.topic.removeprefix("missing_"))

    def _wrong(self, seed: Seed, chain: Chain, place: str) -> list[str]:
        """Names for one place that break the chain for sure, those that fit one side of the gap first."""
        own = chain.ids[PLACES.index(place)]
        same = self._same(place, own)
        others = [name for name in getattr(self.library, PLURAL[place]) if name != own and name not in same]
        broken = [name for name in others if not self.holds(chain.swapped(place, name))]
        if place == "occupation":
            near = self.links.near_occupations(own)
            broken = [name for name in broken if name in near]
        else:
            near = {name: self._closeness(chain, place, name, own) for name in broken}
        return near_ones(f"{seed.id}:{place}", broken, near, most=6, spread=2)

    def _same(self, place: str, name: str) -> frozenset[str]:
        if place == "barrier":
            return self.links.relatives[name]
        if place == "technique":
            return self.links.overlaps.get(name, frozenset())
        if place == "tool":
            return frozenset(self.library.stand_ins.get(name, {}))
        return frozenset()

    def _closeness(self, chain: Chain, place: str, name: str, own: str) -> float:
        """1 for fitting one side of the gap, half a point for the same group."""
        terms = getattr(self.library, PLURAL[place])
        same = 0.5 * bool(terms[name].group == terms[own].group)
        if place == "technique":
            fits = chain.tool in self.links.tools_of.get(name, ()) or (chain.barrier, name) in self.links.edges
        elif place == "barrier":
            fits = (name, chain.technique) in self.links.edges or (name, chain.occupation) in self.links.limits
        else:
            fits = False
        return same + fits

    def _name(self, place: str, name: str) -> str:
        found: str = getattr(self.library, PLURAL[place])[name].name
        return found

    def _shown(self, chain: Chain, gap: str = "") -> str:
        names = (
            GAP if place == gap else self._name(place, name) for place, name in zip(PLACES, chain.ids, strict=True)
        )
        return " → ".join(names)

    def _missing(self, seed: Seed, chain: Chain, place: str) -> Question | None:
        own = chain.ids[PLACES.index(place)]
        wrong = (
            Option(name, self._name(place, name), False, self._break(chain.swapped(place, name)))
            for name in self._wrong(seed, chain, place)
        )
        right = Option(own, self._name(place, own), True, self._why(chain))
        ends = (self._name("tool", chain.tool), self.links.occupation(chain.occupation))
        tool, occupation = (
            GAP if place == end else name for end, name in zip(("tool", "occupation"), ends, strict=True)
        )
        prompt = f"Which {place} is missing on the way from {in_sentence(tool)} to {occupation}?"
        if place in ("tool", "occupation"):
            prompt = f"Which {place} completes this path?"
        return self._asked(seed, prompt, [self._shown(chain, place)], one_of(right, wrong), chain)

    def _whole_path(self, seed: Seed, chain: Chain) -> Question | None:
        """Four paths, three of them with a link that does not hold.

        Every technique, barrier and occupation stands in two of them, so that counting does not give the answer.
        """
        drawn = (self._wrong(seed, chain, place)[:3] for place in PLACES[1:])
        for technique, barrier, occupation in product(*drawn):
            others = (
                Chain(chain.tool, technique, chain.barrier, occupation),
                Chain(chain.tool, chain.technique, barrier, occupation),
                Chain(chain.tool, technique, barrier, chain.occupation),
            )
            if not any(self.holds(other) for other in others):
                break
        else:
            return None
        right = Option("whole", self._shown(chain), True, self._why(chain))
        wrong = [Option("-".join(other.ids[1:]), self._shown(other), False, self._break(other)) for other in others]
        prompt = f"Why might a therapist bring this tool: {self.links.tool(chain.tool)}? Which path holds link by link?"
        return self._asked(seed, prompt, (), [right, *wrong], chain)

    def _asked(
        self, seed: Seed, prompt: str, facts: list[str] | tuple[()], options: list[Option], chain: Chain
    ) -> Question | None:
        activity = self.library.activities[self.walked[chain]]
        lesson = f"Seen at work in the activity “{activity.name}”. {self._why(chain)}"
        cited = self.links.cited(self.links.edges[chain.barrier, chain.technique])
        return ask(seed, prompt, facts, options, lesson, cited, patterned=seed.topic == "whole_path")

    def _why(self, chain: Chain) -> str:
        """The three links in words."""
        edge = self.links.edges[chain.barrier, chain.technique]
        occupation = self.links.occupation(chain.occupation)
        return (
            f"{self._name('tool', chain.tool)} can be used in {self.links.technique(chain.technique)}, "
            f"which is linked to {self.links.barrier(chain.barrier)}, and that often limits {occupation}. "
            f"{edge.rationale}"
        )

    def _break(self, chain: Chain) -> str:
        """Which link of a wrong path does not hold."""
        technique, barrier = self.links.technique(chain.technique), self.links.barrier(chain.barrier)
        tool, occupation = self.links.tool(chain.tool), self.links.occupation(chain.occupation)
        where = self.broken(chain)
        if where == "tool":
            return f"The path breaks at its first link: the library has no link from {tool} to {technique}."
        if where == "technique":
            return f"The path breaks in the middle: the library has no link between {technique} and {barrier}."
        return f"The path breaks at its end: {occupation} is not listed as limited by {barrier}."
