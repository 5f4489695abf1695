"""Cards on what words mean: a barrier, a technique or a tool by its definition, and a barrier by its ICF code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from otrec.models import Barrier, Technique, Tool
from otrec.models.wording import in_sentence, in_words
from otrec.study.links import Links
from otrec.study.questions import Option, Question, Seed, ask, near_ones, number, one_of, shuffled, stems

Word = Barrier | Technique | Tool
#: What the first figures of an ICF code stand for, in our words.
CHAPTERS: Final = {
    "b1": "how the mind works",
    "b2": "the senses and pain",
    "b4": "heart, blood and breathing",
    "b5": "eating, digestion and body signals",
    "b6": "bladder and kidneys",
    "b7": "joints, muscles and movement",
    "b8": "the skin",
    "d1": "learning and using what one knows",
    "d2": "tasks, routines and handling demands",
    "d3": "communication",
    "d4": "moving, carrying and using the hands",
    "d5": "looking after oneself",
    "d6": "running a home",
    "d7": "getting on with people",
    "d8": "school, work and money",
    "d9": "community, leisure and civic life",
    "e1": "products and technology",
    "e2": "the surroundings: light, sound, ground, climate",
    "e3": "the people who support",
    "e4": "attitudes",
    "e5": "services and rules",
}
#: Definitions shown as options keep to this span of the right one's length, so that length gives nothing away.
LENGTH_SPAN: Final = (0.55, 1.7)


class Naming:
    """Makes the cards of meaning over the terms of a library."""

    topics = ("barrier_named", "barrier_meant", "technique_named", "technique_meant", "tool_named", "icf_code")

    def __init__(self, links: Links) -> None:
        self.links = links
        self.library = links.library

    def seeds(self) -> list[Seed]:
        found = []
        for noun, words in self._words().items():
            for name, word in words.items():
                for topic in (f"{noun}_named", f"{noun}_meant"):
                    barrier = self._barrier_behind(noun, name)
                    if topic in self.topics and barrier and not stems(word.name) & stems(word.definition):
                        found.append(self._seed(topic, name, barrier))
        found += [self._seed("icf_code", name, name) for name in self.library.barriers]
        return found

    def _seed(self, topic: str, name: str, barrier: str) -> Seed:
        key = f"card:{topic}:{name}"
        return Seed(key, "card", topic, self.links.area_of(barrier, key))

    def _words(self) -> dict[str, dict[str, Word]]:
        return {
            "barrier": dict(self.library.barriers),
            "technique": dict(self.library.techniques),
            "tool": dict(self.library.tools),
        }

    def _barrier_behind(self, noun: str, name: str) -> str | None:
        """The barrier that places a word in an OTPF-4 area."""
        if noun == "barrier":
            return name
        if noun == "technique":
            return self.links.main_barrier(name)
        techniques = sorted(self.links.techniques_with.get(name, ()))
        return self.links.main_barrier(techniques[number(name) % len(techniques)]) if techniques else None

    def build(self, seed: Seed) -> Question | None:
        (name,) = seed.parts
        if seed.topic == "icf_code":
            return self._icf(seed, name)
        noun, _, direction = seed.topic.partition("_")
        return self._named(seed, noun, name) if direction == "named" else self._meant(seed, noun, name)

    def _others(self, seed: Seed, noun: str, name: str) -> list[Word]:
        """Words near this one, none of which covers it or is covered by it."""
        words = self._words()[noun]
        here = words[name]
        if noun == "barrier":
            near, same = self.links.near_barriers(name), self.links.relatives[name]
        elif noun == "technique":
            near, same = self.links.near_techniques(name), self.links.overlaps.get(name, frozenset())
        else:
            swaps = self.library.stand_ins.get(name, {}).keys() | {
                tool for tool, others in self.library.stand_ins.items() if name in others
            }
            near, same = {other: float(word.group == here.group) for other, word in words.items()}, frozenset(swaps)
        allowed = (other for other in words if other != name and other not in same)
        return [words[other] for other in near_ones(seed.id, allowed, near, most=8, spread=1)]

    def _named(self, seed: Seed, noun: str, name: str) -> Question | None:
        word = self._words()[noun][name]
        right = Option(name, word.name, True, f"This is {in_sentence(word.name)}.{_also(word)}")
        wrong = (
            Option(other.id, other.name, False, f"This means something else. {other.definition}")
            for other in self._others(seed, noun, name)
        )
        prompt = {
            "barrier": "Which barrier is described here?",
            "technique": "Which technique is described here?",
            "tool": "Which tool is described here?",
        }[noun]
        return ask(seed, prompt, [f"“{word.definition}”"], one_of(right, wrong), self._use(seed, noun, word))

    def _meant(self, seed: Seed, noun: str, name: str) -> Question | None:
        word = self._words()[noun][name]
        right = Option(name, word.definition, True, f"This is {in_sentence(word.name)}.{_also(word)}")
        low, high = (share * len(word.definition) for share in LENGTH_SPAN)
        wrong = (
            Option(other.id, other.definition, False, f"This describes {in_sentence(other.name)}.")
            for other in self._others(seed, noun, name)
            if low <= len(other.definition) <= high and not stems(other.definition) & stems(word.name)
        )
        if noun == "barrier":
            prompt = f"A report names this barrier: {in_sentence(word.name)}. What does it mean?"
        else:
            prompt = f"A plan names this technique: {in_sentence(word.name)}. What is done?"
        return ask(seed, prompt, (), one_of(right, wrong), self._use(seed, noun, word))

    def _use(self, seed: Seed, noun: str, word: Word) -> str:
        """Where the word matters in practice."""
        if noun == "barrier":
            return f"{word.name}: {in_sentence(self.links.matters_for(word.id, seed.id))}"
        if noun == "technique":
            barriers = self._strongest(word.id)
            return f"{word.name}: the strongest links are to {in_words(barriers)}."
        techniques = sorted(self.links.techniques_with.get(word.id, ()))[:3]
        return f"{word.name}: of use in {in_words(self.links.technique(name) for name in techniques)}."

    def _strongest(self, technique: str) -> list[str]:
        linked = sorted(self.links.barriers_of[technique])
        linked.sort(key=lambda name: -self.links.edges[name, technique].strength)
        return [self.links.barrier(name) for name in linked[:2]]

    def _icf(self, seed: Seed, name: str) -> Question | None:
        """The code of a barrier among codes of other ICF chapters: the chapter is the reasoning step."""
        barrier = self.library.barriers[name]
        code = barrier.icf[0]
        taken = {
            found[:2] for other in (name, *self.links.relatives[name]) for found in self.library.barriers[other].icf
        }
        near = self.links.near_barriers(name)
        wrong: dict[str, Option] = {}
        for other in near_ones(seed.id, near, near, most=30, spread=2):
            found = self._foreign(other, taken | wrong.keys())
            if found:
                named = self.library.barriers[other].name
                text = f"{named}: recorded under {found}. Codes in {found[:2]} are about {CHAPTERS[found[:2]]}."
                wrong[found[:2]] = Option(found, found, False, text)
        about = f"Codes in {code[:2]} are about {CHAPTERS[code[:2]]}."
        right = Option(code, code, True, f"{barrier.name}: recorded under {code}. {about}")
        options = one_of(right, shuffled_by_code(seed.id, wrong.values()))
        lesson = f"Read the first letter and figure. {about} Recorded here: {in_words(barrier.icf)}."
        source = "ICF codes as recorded in this library; look the titles up in the ICF browser of the WHO."
        prompt = f"Under which ICF code is this barrier recorded: {in_sentence(barrier.name)}?"
        return ask(seed, prompt, [barrier.definition], options, lesson, [source])

    def _foreign(self, barrier: str, taken: Iterable[str]) -> str | None:
        """A code of another barrier from a chapter that is not taken."""
        chapters = set(taken)
        return next((code for code in self.library.barriers[barrier].icf if code[:2] not in chapters), None)


def _also(word: Word) -> str:
    """Other words for the same thing, as a reader meets them in reports."""
    return f" Reports may also say: {', '.join(word.aliases[:3])}." if word.aliases else ""


def shuffled_by_code(key: str, options: Iterable[Option]) -> list[Option]:
    """Options in a drawn order."""
    by_id = {option.id: option for option in options}
    return [by_id[code] for code in shuffled(key, by_id)]
