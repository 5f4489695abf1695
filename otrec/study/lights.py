"""Cards on the evidence light: read the findings of a link as the rule does, for one made-up client."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from otrec.engine import Engine
from otrec.evidence import GRADED, LIGHTS, UNCONTROLLED, age_range
from otrec.models import Client, Finding
from otrec.models.terms import Light
from otrec.models.wording import in_sentence
from otrec.study.links import Links, age_words
from otrec.study.questions import Option, Question, Seed, ask, number, shuffled

#: A link with more findings than this is too much to read on one card.
MOST_FINDINGS: Final = 4
#: How many links without any finding have a card: enough to remember that "none found" is no verdict.
UNSTUDIED: Final = 24
#: How many yellow links have a card: most links are yellow, and a light that is nearly always right teaches nothing.
YELLOW: Final = 90
DIRECTION: Final = {
    "supports": "supports it",
    "mixed": "mixed results",
    "no-effect": "no effect found",
    "against": "advises against it",
}
RULES: Final[dict[Light, str]] = {
    "green": "Green needs, for people like this client, a supporting finding graded strong or moderate, or supporting "
    "findings from two controlled sources, and none there that is mixed, shows no effect or advises against.",
    "yellow": "Yellow is any other finding: mixed, weakly graded, or about people unlike this client.",
    "red": "Red needs a finding about people like this client that advises against it.",
    "none found": "None found means that no finding is attached. It is not a verdict against the technique.",
}
LABELS: Final[dict[Light, str]] = {"green": "Green", "yellow": "Yellow", "red": "Red", "none found": "None found"}


class EvidenceCards:
    """Makes the cards on evidence lights; the engine's own table gives the answer."""

    topics = ("evidence_light",)

    def __init__(self, links: Links, engine: Engine) -> None:
        self.links = links
        self.library = links.library
        self.table = engine.space.evidence
        self._row = {(edge.barrier, edge.technique): row for row, edge in enumerate(self.library.addressed_by)}

    def seeds(self) -> list[Seed]:
        studied = [pair for pair, edge in self.links.edges.items() if 1 <= len(edge.evidence) <= MOST_FINDINGS]
        bare = [pair for pair, edge in self.links.edges.items() if not edge.evidence]
        found = [
            self._seed(*pair, turn)
            for pair in (*studied, *shuffled("unstudied", bare)[:UNSTUDIED])
            for turn in (("a", "b") if pair in self._two_sided else ("a",))
        ]
        yellow = {seed for seed in found if self._light(seed) == "yellow"}
        return [seed for seed in found if seed not in yellow] + shuffled("yellow", yellow)[:YELLOW]

    def _seed(self, barrier: str, technique: str, turn: str) -> Seed:
        key = f"card:evidence_light:{barrier}:{technique}:{turn}"
        return Seed(key, "card", "evidence_light", self.links.area_of(barrier, key))

    def _light(self, seed: Seed) -> Light:
        barrier, technique, _ = seed.parts
        judged = self.table.judge(self._client(seed, barrier, technique))
        return LIGHTS[int(judged.light[self._row[barrier, technique]])]

    @cached_property
    def _two_sided(self) -> set[tuple[str, str]]:
        """Links whose findings are about one diagnosis, so that the same link reads differently for someone else."""
        return {
            pair
            for pair, edge in self.links.edges.items()
            if 1 <= len(edge.evidence) <= MOST_FINDINGS
            and all(self._condition(self.library.evidence[name]) for name in edge.evidence)
        }

    def _condition(self, finding: Finding) -> str | None:
        """The diagnosis of the library that a finding is about, the closest where several share a word; else None."""
        tags = set(finding.conditions)
        found = [term for term in self.library.conditions.values() if tags & set(term.evidence)]
        named = {tag.lower().replace(" ", "_") for tag in tags}
        found.sort(key=lambda term: (term.id not in named, -len(tags & set(term.evidence)), len(term.evidence)))
        return found[0].id if found else None

    def _client(self, seed: Seed, barrier: str, technique: str) -> Client:
        """Someone whom the first finding is about, or for a second card on the link, someone whom it is not."""
        evidence = self.links.edges[barrier, technique].evidence
        if not evidence:
            return Client(age_years=8 + number(seed.id) % 60, setting="clinic")
        finding = self.library.evidence[shuffled(seed.id, evidence)[0]]
        low, high = age_range(finding)
        age = round((low + min(high, 90)) / 2, 0 if high > 2 else 1)
        condition = self._condition(finding)
        conditions = (condition,) if condition and seed.parts[2] == "a" else ()
        return Client(age_years=min(max(age, low), high), setting="clinic", conditions=conditions)

    def build(self, seed: Seed) -> Question | None:
        barrier, technique, _ = seed.parts
        edge, client = self.links.edges[barrier, technique], self._client(seed, barrier, technique)
        judged = self.table.judge(client)
        right = LIGHTS[int(judged.light[self._row[barrier, technique]])]
        cited = self.table.cited(self._row[barrier, technique], judged)
        direct = [finding for finding, is_direct in cited if is_direct]
        lights: tuple[Light, ...] = ("green", "yellow", "red", "none found")
        options = [
            Option(
                light.replace(" ", "_"),
                LABELS[light],
                light == right,
                f"{self._step(light, right, direct, len(cited))} {RULES[light]}",
            )
            for light in lights
        ]
        name = self.library.techniques[technique].name
        facts = [
            f"Link: {in_sentence(name)} for {self.links.barrier(barrier)}",
            f"Client: {age_words(client.age_years)} old; {self._diagnosis(client)}",
            *(self._in_words(place, finding) for place, (finding, _) in enumerate(cited, start=1)),
        ]
        return ask(
            seed,
            "Which evidence light does this link have for this client?",
            facts if cited else [*facts, "Findings attached to the link: none"],
            options,
            f"{RULES[right]} A light says how sure one can be, not that the technique causes the change.",
            self.links.cited(edge, most=MOST_FINDINGS),
            ordered=True,
        )

    def _step(self, light: Light, right: Light, direct: list[Finding], attached: int) -> str:
        """The step of the rule at which this light is reached or missed, for these findings."""
        if light == "none found":
            return "No finding is attached." if not attached else f"Findings are attached here: {attached}."
        if not attached:
            return "There is no finding to judge by."
        about = f"About people like this client: {len(direct)} of {attached}."
        if light == "red":
            return f"{about} {'One advises against it.' if right == 'red' else 'None of them advises against it.'}"
        if light == "green":
            return f"{about} {self._short_of_green(direct)}"
        met = {"yellow": "Neither red nor green is reached.", "green": "They meet the rule for green."}
        return f"{about} {met.get(right, 'One advises against it, and red goes first.')}"

    def _short_of_green(self, direct: list[Finding]) -> str:
        """What green lacks, or that it lacks nothing."""
        doubts = [DIRECTION[finding.direction] for finding in direct if finding.direction != "supports"]
        if doubts:
            return f"One of them stands in the way of green: {doubts[0]}."
        graded = any(finding.strength in GRADED for finding in direct)
        sources = {finding.id for finding in direct if finding.kind not in UNCONTROLLED}
        if graded or len(sources) > 1:
            return "They support it, and are graded well or come from two controlled sources."
        return "Neither a good grade nor a second controlled source is there."

    def _diagnosis(self, client: Client) -> str:
        names = [self.library.conditions[name].name for name in client.conditions]
        return f"diagnosis: {names[0]}" if names else "no diagnosis recorded"

    def _in_words(self, place: int, finding: Finding) -> str:
        """One finding with just what the rule looks at."""
        grade = f"graded {finding.strength}" if finding.strength else "not graded"
        control = "without a control group" if finding.kind in UNCONTROLLED else "controlled or a review"
        weight = grade if finding.strength in GRADED else f"{grade}, {control}"
        low, high = age_range(finding)
        ages = (
            "any age" if (low, high) == (0, 120) else f"ages {low:g} to {high:g}" if high < 120 else f"from age {low:g}"
        )
        condition = self._condition(finding)
        named = self.library.conditions[condition].name if condition else "any diagnosis or none"
        people = f"people studied: {finding.population}; counts for {ages}, {named}"
        source = f"{finding.authors_short} {finding.year}"
        return f"Finding {place} ({source}): {DIRECTION[finding.direction]}; {weight}; {people}"
