"""Cards on the links of the graph: what acts on a barrier, what it rests on, what it limits, what stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from otrec.models.terms import AREA_NAMES, OtpfArea
from otrec.models.wording import in_sentence, in_words
from otrec.study.links import GENERAL, Links
from otrec.study.questions import Option, Question, Seed, ask, near_ones, one_of, stems

#: How well a tool has to do another's job before a card calls it a stand-in (0-1).
GOOD_STAND_IN = 0.5


class Linking:
    """Makes the cards on links over a library."""

    topics = ("main_technique", "acts_directly", "reasoning", "rests_on", "limits_most", "tool_for", "stands_in")

    def __init__(self, links: Links) -> None:
        self.links = links
        self.library = links.library

    def seeds(self) -> list[Seed]:
        return [
            Seed(key, "card", topic, self._area(topic, barrier, names, key))
            for topic, barrier, names in self._topics()
            if (key := ":".join(("card", topic, *names)))
        ]

    def _area(self, topic: str, barrier: str, names: tuple[str, ...], key: str) -> OtpfArea:
        if topic == "limits_most":
            return self.library.occupations[names[1]].area
        return self.links.area_of(barrier, key)

    def _topics(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every card as topic, the barrier that places it, and the ids behind it."""
        for (barrier, technique), edge in self.links.edges.items():
            pair = (barrier, technique)
            if edge.basis == "main":
                yield "main_technique", barrier, pair
                if len(self._supports(barrier, technique)) >= 3:
                    yield "acts_directly", barrier, pair
            if not stems(edge.rationale) & stems(self.library.techniques[technique].name):
                yield "reasoning", barrier, pair
        for need in self.library.requires:
            yield "rests_on", need.barrier, (need.barrier, need.prerequisite)
        for barrier in self.library.barriers:
            for occupation in self._limited_most(barrier):
                yield "limits_most", barrier, (barrier, occupation)
        yield from self._tool_topics()

    def _tool_topics(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        for use in self.library.uses:
            barrier = self.links.main_barrier(use.technique)
            named = stems(self.library.techniques[use.technique].name) & stems(self.library.tools[use.tool].name)
            if barrier and not named and use.technique not in GENERAL:
                yield "tool_for", barrier, (use.technique, use.tool)
        for swap in self.library.substitutes:
            techniques = sorted(self.links.techniques_with.get(swap.instead_of, ()))
            barrier = next(filter(None, map(self.links.main_barrier, techniques)), None)
            if barrier and swap.fit >= GOOD_STAND_IN:
                yield "stands_in", barrier, (swap.instead_of, swap.tool)

    def build(self, seed: Seed) -> Question | None:
        makers: dict[str, Callable[..., Question | None]] = {
            "main_technique": self._main_technique,
            "acts_directly": self._acts_directly,
            "reasoning": self._reasoning,
            "rests_on": self._rests_on,
            "limits_most": self._limits_most,
            "tool_for": self._tool_for,
            "stands_in": self._stands_in,
        }
        return makers[seed.topic](seed, *seed.parts)

    def _unlinked(self, seed: Seed, barrier: str, technique: str) -> Iterator[Option]:
        """Techniques near this one that do nothing for the barrier, as far as the library knows."""
        overlaps = self.links.overlaps.get(technique, frozenset())
        near = self.links.near_techniques(technique)
        allowed = (name for name in near if name not in overlaps and not self.links.addresses(name, barrier))
        for name in near_ones(seed.id, allowed, near, most=6, spread=2):
            text = f"{self.links.usually_for(self.library.techniques[name])} The library has no link to this barrier."
            yield Option(name, self.library.techniques[name].name, False, text)

    def _main_technique(self, seed: Seed, barrier: str, technique: str) -> Question | None:
        edge, name = self.links.edges[barrier, technique], self.library.techniques[technique].name
        right = Option(technique, name, True, edge.rationale)
        return ask(
            seed,
            f"Which of these is a main approach to this barrier: {self.links.barrier(barrier)}?",
            [self.library.barriers[barrier].definition],
            one_of(right, self._unlinked(seed, barrier, technique)),
            f"A main approach works on the barrier itself. Here: {in_sentence(name)}. "
            f"{self.links.matters_for(barrier, seed.id)}",
            self.links.cited(edge),
        )

    def _supports(self, barrier: str, technique: str) -> list[str]:
        """Techniques that only prepare or support for this barrier, and are not nearly the same as this one."""
        overlaps = self.links.overlaps.get(technique, frozenset())
        linked = sorted(self.links.techniques_of[barrier] - overlaps)
        return [other for other in linked if self.links.edges[barrier, other].basis == "supporting"]

    def _acts_directly(self, seed: Seed, barrier: str, technique: str) -> Question | None:
        edge, name = self.links.edges[barrier, technique], self.library.techniques[technique].name
        allowed, near = self._supports(barrier, technique), self.links.near_techniques(technique)
        wrong = (
            Option(
                other,
                self.library.techniques[other].name,
                False,
                f"It helps, but it is not the main work. {self.links.edges[barrier, other].rationale}",
            )
            for other in near_ones(seed.id, allowed, near, most=6, spread=1)
        )
        prompt = (
            f"All four are linked to this barrier: {self.links.barrier(barrier)}. "
            "Which one is a main approach, while the others only prepare or support?"
        )
        lesson = "Preparation earns its place by what follows it: plan the main work first, then what helps it along."
        right = Option(technique, name, True, edge.rationale)
        return ask(seed, prompt, (), one_of(right, wrong), lesson, self.links.cited(edge))

    def _reasoning(self, seed: Seed, barrier: str, technique: str) -> Question | None:
        edge, word = self.links.edges[barrier, technique], self.library.techniques[technique]
        right = Option(technique, word.name, True, f"This is {in_sentence(word.name)}. {word.definition}")
        return ask(
            seed,
            f"A therapist gives this reason for working on {self.links.barrier(barrier)}. Which technique is meant?",
            [f"“{edge.rationale}”"],
            one_of(right, self._unlinked(seed, barrier, technique)),
            f"A reason names what the technique does and what that changes. Here: {in_sentence(word.name)} "
            f"for {self.links.barrier(barrier)}.",
            self.links.cited(edge),
        )

    def _rests_on(self, seed: Seed, barrier: str, need: str) -> Question | None:
        reason = self.links.reasons[barrier, need]
        near = self.links.near_barriers(barrier)
        closed = {
            barrier,
            need,
            *self.links.chains[barrier],
            *self.links.relatives[barrier],
            *self.links.relatives[need],
        }
        allowed = [name for name in near if name not in closed]
        turned = {name: near[name] + (1.0 if barrier in self.links.needs.get(name, ()) else 0.0) for name in allowed}
        wrong = (
            Option(name, self.library.barriers[name].name, False, self._not_below(barrier, name))
            for name in near_ones(seed.id, allowed, turned, most=6, spread=1)
        )
        right = Option(need, self.library.barriers[need].name, True, reason)
        prompt = f"Which of these is usually worked on before or beside {self.links.barrier(barrier)}?"
        lesson = (
            f"Before or beside {self.links.barrier(barrier)}: {self.links.barrier(need)}. {reason} "
            "The order is usual, not fixed: the client in front of you may differ."
        )
        return ask(seed, prompt, [self.library.barriers[barrier].definition], one_of(right, wrong), lesson)

    def _not_below(self, barrier: str, other: str) -> str:
        """Why another barrier is no prerequisite: the order is the other way round, or there is no such link."""
        if barrier in self.links.needs.get(other, ()):
            reason = self.links.reasons[other, barrier]
            return f"It is the other way round: {self.links.barrier(barrier)} comes before or beside this one. {reason}"
        below = sorted(self.links.needs.get(other, ()))
        first = in_words(self.links.barrier(name) for name in below[:2])
        own = f" What comes before or beside this one: {first}." if below else ""
        return f"The library has no such link.{own}"

    def _limited_most(self, barrier: str) -> list[str]:
        """The occupations that a barrier limits most, one for each OTPF-4 area; none that the name gives away."""
        name = self.library.barriers[barrier].name
        limited = sorted(self.links.limited_by[barrier], key=lambda other: -self.links.limits[barrier, other])
        most = self.links.limits[barrier, limited[0]]
        found: dict[str, str] = {}
        for occupation in limited:
            word = self.library.occupations[occupation]
            if self.links.limits[barrier, occupation] >= most - 0.2 and not stems(name) & stems(word.name):
                found.setdefault(word.area, occupation)
        return list(found.values())

    def _limits_most(self, seed: Seed, barrier: str, occupation: str) -> Question | None:
        area = self.library.occupations[occupation].area
        near = self.links.near_occupations(occupation)
        allowed = [name for name in near if not self.links.limited(barrier, name)]
        wrong = (
            Option(
                name,
                self.library.occupations[name].name,
                False,
                f"The library has no link to this one. What often limits it: {self._limiters(name)}.",
            )
            for name in near_ones(seed.id, allowed, near, most=6, spread=2)
        )
        name = self.library.occupations[occupation].name
        text = f"The two are linked, and the link is {_strength(self.links.limits[barrier, occupation])}."
        also = in_words(
            self.links.occupation(other) for other in sorted(self.links.limited_by[barrier] - {occupation})[:3]
        )
        return ask(
            seed,
            f"Which of these occupations does this barrier often limit: {self.links.barrier(barrier)}?",
            [self.library.barriers[barrier].definition],
            one_of(Option(occupation, name, True, text), wrong),
            f"{name} is filed under {AREA_NAMES[area].lower()}. The same barrier is also linked to {also}.",
        )

    def _limiters(self, occupation: str) -> str:
        found = [(strength, name) for (name, other), strength in self.links.limits.items() if other == occupation]
        return in_words((self.links.barrier(name) for _, name in sorted(found, reverse=True)[:2]), "or")

    def _tool_for(self, seed: Seed, technique: str, tool: str) -> Question | None:
        word, thing = self.library.techniques[technique], self.library.tools[tool]
        swaps = self._swaps(tool)
        allowed = [
            name
            for name in self.library.tools
            if name != tool and name not in swaps and not self.links.works_with(technique, name)
        ]
        near = {name: float(self.library.tools[name].group == thing.group) for name in allowed}
        wrong = (self._other_tool(name) for name in near_ones(seed.id, allowed, near, most=6, spread=2))
        right = Option(tool, thing.name, True, thing.definition)
        return ask(
            seed,
            f"Which of these tools goes with this technique: {in_sentence(word.name)}?",
            [word.definition],
            one_of(right, wrong),
            f"First the technique, then the tool. For {in_sentence(word.name)}: "
            f"{in_words(self._tool_names(technique, tool), 'or')}.",
        )

    def _tool_names(self, technique: str, first: str) -> Iterable[str]:
        others = sorted(self.links.tools_of[technique] - {first})
        return [self.links.tool(name) for name in (first, *others[:3])]

    def _other_tool(self, tool: str) -> Option:
        thing = self.library.tools[tool]
        techniques = sorted(self.links.techniques_with.get(tool, ()))[:2]
        where = in_words(self.links.technique(name) for name in techniques)
        used = f" Of use in {where}." if where else ""
        return Option(tool, thing.name, False, f"{thing.definition}{used}")

    def _swaps(self, tool: str) -> frozenset[str]:
        """Tools that can stand in for this one, or it for them."""
        swaps = self.library.stand_ins
        return frozenset(swaps.get(tool, {})) | {name for name, others in swaps.items() if tool in others}

    def _stands_in(self, seed: Seed, wanted: str, stand_in: str) -> Question | None:
        swap = next(x for x in self.library.substitutes if (x.tool, x.instead_of) == (stand_in, wanted))
        thing, other = self.library.tools[wanted], self.library.tools[stand_in]
        closed = {wanted, stand_in, *self._swaps(wanted), *self._swaps(stand_in)}
        jobs = self.links.techniques_with.get(wanted, frozenset())
        allowed = [
            name
            for name in self.library.tools
            if name not in closed and not jobs & self.links.techniques_with.get(name, frozenset())
        ]
        near = {name: float(self.library.tools[name].group in (thing.group, other.group)) for name in allowed}
        wrong = (self._other_tool(name) for name in near_ones(seed.id, allowed, near, most=6, spread=2))
        note = f" Mind the difference: {swap.note}." if swap.note else ""
        right = Option(stand_in, other.name, True, f"This can do much of the same job.{note}")
        return ask(
            seed,
            f"The plan asks for this tool, and it is not in the bag: {in_sentence(thing.name)}. What can stand in?",
            [thing.definition],
            one_of(right, wrong),
            "A stand-in has to keep the demand that matters for the goal; looks do not count.",
        )


def _strength(share: float) -> str:
    return "strong" if share >= 0.75 else "moderate" if share >= 0.5 else "weak"
