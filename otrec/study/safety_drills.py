"""Name the contraindication: what must be held back for a client, by which feature, and what opens the gate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.models import Activity, Client, Rule, Term, Unless
from otrec.models.wording import in_sentence, in_words
from otrec.safety import Screening
from otrec.study.links import describe, shown_with_features
from otrec.study.people import GROWN, OLDEST, People
from otrec.study.questions import Option, Question, Seed, ask, near_ones, number, one_of, shuffled

#: How many questions there are for each fact that sets a rule off, and for how many facts.
PER_FACT, MOST_FACTS = 7, 2


#: What an assessment domain is called where its id alone does not read well.
DOMAIN_WORDS = {
    "sensory": "sensory processing",
    "visual_motor": "visual-motor skills",
    "adl": "self-care",
    "social": "social skills",
    "motor": "movement skills",
    "skin": "the skin",
}
#: How many years a client with a diagnosis may be away from the worked case of the rule.
NEAR_AGE = 15.0


@dataclass(frozen=True)
class Scene:
    """A client, an activity, and the one fact and rule that stand between them."""

    rule: Rule
    fact: str
    fact_name: str
    activity: Activity
    client: Client
    screening: Screening


class SafetyDrills:
    """Makes safety questions from rules that a precaution or a diagnosis sets off; the engine's screen decides."""

    topics = ("held_back", "which_feature", "what_opens")

    def __init__(self, engine: Engine) -> None:
        self.library = engine.library
        self.screen = engine.screen
        self.people = People(engine.library)
        self.rules = {rule.id: place for place, rule in enumerate(self.library.rules)}

    def seeds(self) -> list[Seed]:
        found = []
        for place, rule in enumerate(self.library.rules):
            if rule.effect == "caution":
                continue
            touched = [self.screen.activities[row].id for row in np.flatnonzero(self.screen.hits[place])]
            for fact in shuffled(rule.id, self.facts_of(rule))[:MOST_FACTS]:
                found += self._seeds_of(rule, fact, shuffled(f"{rule.id}:{fact}", touched))
        return found

    def _seeds_of(self, rule: Rule, fact: str, touched: list[str]) -> list[Seed]:
        """The first few activities that can be asked about for one fact, the topics in turn."""
        askable = self._askable(rule)
        found: list[Seed] = []
        for name in touched:
            seed = self._seed(askable[len(found) % len(askable)], rule, fact, name)
            if self._scene(seed):
                found.append(seed)
            if len(found) == PER_FACT:
                break
        return found

    def _seed(self, topic: str, rule: Rule, fact: str, name: str) -> Seed:
        key = f"contraindication:{topic}:{rule.id}:{fact}:{name}"
        occupations = self.library.activities[name].occupations
        occupation = occupations[number(key) % len(occupations)]
        return Seed(key, "contraindication", topic, self.library.occupations[occupation].area)

    def _askable(self, rule: Rule) -> tuple[str, ...]:
        """What can be asked about a rule: features only of rules on plain hazards, gates only with one kind of key."""
        features = ("which_feature",) if rule.what.hazards and not rule.what.and_hazards else ()
        kinds = [rule.unless.clearances, rule.unless.competencies, rule.unless.assessments]
        return ("held_back", *features, *(("what_opens",) if sum(map(bool, kinds)) == 1 else ()))

    def facts_of(self, rule: Rule) -> tuple[str, ...]:
        """The precautions or diagnoses that set a rule off: those of its worked case, whom the rule's words suit."""
        given = rule.when.model_fields_set
        if given not in ({"precautions"}, {"conditions"}):
            return ()
        kind = next(iter(given))
        return tuple(name for name in getattr(rule.when, kind) if name in rule.catches.get(kind, ()))

    def build(self, seed: Seed) -> Question | None:
        scene = self._scene(seed)
        if scene is None:
            return None
        makers = {"held_back": self._held_back, "which_feature": self._which_feature, "what_opens": self._what_opens}
        return makers[seed.topic](seed, scene)

    def _scene(self, seed: Seed) -> Scene | None:
        """Someone who may do the activity but for one fact and one rule; None where anything else stands in the way."""
        rule_id, fact, name = seed.parts
        rule, activity = self.library.rules[self.rules[rule_id]], self.library.activities[name]
        plain = self.people.client(activity, seed.id, self._ages(rule, fact))
        if plain is None or fact in plain.conditions:
            return None
        if fact in rule.when.precautions:
            client = plain.model_copy(update={"precautions": (fact,)})
        else:
            client = plain.model_copy(update={"conditions": (*plain.conditions, fact)})
        screening, row = self.screen(client), self.screen.position[name]
        if self._holding(row, screening) != [rule] or not self.screen(plain).allowed[row]:
            return None
        return Scene(rule, fact, self._fact_name(fact), activity, client, screening)

    def _ages(self, rule: Rule, fact: str) -> tuple[float, float]:
        """The years of life in which a fact is met."""
        if fact in rule.when.precautions:
            return self.people.ages(fact)
        age = float(rule.catches["age_years"])
        low, high = (GROWN, float(OLDEST)) if age >= GROWN else (0.0, GROWN - 0.5)
        return max(low, age - NEAR_AGE), min(high, age + NEAR_AGE)

    def _holding(self, row: int, screening: Screening) -> list[Rule]:
        """The rules that hold an activity back for this client."""
        found = (self.library.rules[place] for place in screening.watch if self.screen.hits[place, row])
        return [rule for rule in found if rule.effect != "caution"]

    def _touched(self, screening: Screening, fact: str) -> NDArray[np.bool_]:
        """Activities about which any rule on this fact says anything, cautions and optional tools included."""
        places = [place for place in (*screening.watch, *screening.ask) if self._is_about(place, fact)]
        either = self.screen.hits[places] | self.screen.optional_hits[places]
        return np.asarray(either.any(axis=0), dtype=bool)

    def _is_about(self, place: int, fact: str) -> bool:
        when = self.library.rules[place].when
        return fact in (*when.precautions, *when.conditions)

    def _fact_name(self, fact: str) -> str:
        terms: dict[str, Term] = {**self.library.conditions, **self.library.precautions}
        return terms[fact].name

    def _held_back(self, seed: Seed, scene: Scene) -> Question | None:
        free = scene.screening.allowed & ~self._touched(scene.screening, scene.fact)
        names = [self.screen.activities[row].id for row in np.flatnonzero(free)]
        near = {name: self._nearness(self.library.activities[name], scene.activity) for name in names}
        wrong = (
            self._harmless(self.library.activities[name], scene.fact)
            for name in near_ones(seed.id, names, near, 6, spread=2)
        )
        reason = self.screen.reason(scene.rule)
        detail = shown_with_features(self.library, scene.activity, scene.rule.what.hazards)
        right = Option(scene.activity.id, scene.activity.name, True, f"Held back. {reason}", detail)
        lesson = f"{scene.fact_name}. Features to look for: {self._looks_for(scene.rule, scene.activity)}. {reason}"
        prompt = "Three of these activities can be offered to this client. Which one must be held back?"
        facts = describe(self.library, scene.client)
        return ask(seed, prompt, facts, one_of(right, wrong), lesson, [self.screen.source(scene.rule)])

    def _nearness(self, one: Activity, other: Activity) -> float:
        """How much two activities have in common: barriers, occupations and hazards."""
        shared = (set(one.primary) & set(other.primary), set(one.occupations) & set(other.occupations))
        return sum(map(len, shared)) + 0.5 * len(set(one.hazards) & set(other.hazards)) + 0.5 * bool(one.hazards)

    def _harmless(self, activity: Activity, fact: str) -> Option:
        hazards = in_words(in_sentence(self.library.hazards[name].name) for name in activity.hazards[:4])
        about = f"It asks for care ({hazards}), but" if hazards else "It carries no named hazard:"
        text = f"{about} no rule holds it back for this reason: {self._fact_name(fact)}."
        return Option(activity.id, activity.name, False, text, shown_with_features(self.library, activity))

    def _looks_for(self, rule: Rule, activity: Activity | None = None) -> str:
        """What a rule is about, in a few words; what an activity has of it first."""
        what = rule.what
        own = {*activity.hazards, *activity.tools, *activity.techniques} if activity else set()
        names = [
            *(
                in_sentence(self.library.hazards[name].name)
                for name in sorted(what.hazards, key=lambda name: name not in own)
            ),
            *(
                in_sentence(self.library.tools[name].name)
                for name in sorted(what.tools, key=lambda name: name not in own)
            ),
            *(
                in_sentence(self.library.techniques[name].name)
                for name in sorted(what.techniques, key=lambda name: name not in own)
            ),
        ]
        return in_words(names[:5], "or") or "the activities that the rule names"

    def _which_feature(self, seed: Seed, scene: Scene) -> Question | None:
        concerned = {
            name
            for place in (*scene.screening.watch, *scene.screening.ask)
            for name in (*self.library.rules[place].what.hazards, *self.library.rules[place].what.and_hazards)
        }
        guilty = [name for name in scene.activity.hazards if name in scene.rule.what.hazards]
        if not guilty:
            return None
        answer = shuffled(seed.id, guilty)[0]
        carried, near = set(scene.activity.hazards), self._beside(answer)
        near.update(dict.fromkeys(carried, 2.0))
        allowed = [name for name in self.library.hazards if name not in concerned and name not in self._kin(guilty)]
        wrong = (
            self._other_hazard(name, name in carried, scene.fact) for name in near_ones(seed.id, allowed, near, 5, 1)
        )
        hazard = self.library.hazards[answer]
        reason = self.screen.reason(scene.rule)
        right = Option(answer, hazard.name, True, f"{hazard.name} ({hazard.note}). {reason}")
        prompt = "This activity must be held back for this client. Which of its features is the reason?"
        lesson = f"With this fact ({scene.fact_name}), look for this feature in every plan: {hazard.name}. {reason}"
        facts = [*describe(self.library, scene.client), *_shown(scene.activity)]
        return ask(seed, prompt, facts, one_of(right, wrong), lesson, [self.screen.source(scene.rule)])

    def _beside(self, hazard: str) -> dict[str, float]:
        """How often other hazards stand beside this one in an activity, 0-1."""
        counts: dict[str, float] = {}
        for activity in self.library.activities.values():
            if hazard in activity.hazards:
                counts.update((name, counts.get(name, 0.0) + 1) for name in activity.hazards)
        most = max(counts.values(), default=1.0)
        return {name: count / most for name, count in counts.items()}

    def _kin(self, names: list[str]) -> set[str]:
        """Hazards whose words overlap with those named: no clean wrong answers."""
        words = {word for name in names for word in self.library.hazards[name].words}
        return {name for name, hazard in self.library.hazards.items() if name in names or words & set(hazard.words)}

    def _other_hazard(self, name: str, carried: bool, fact: str) -> Option:
        hazard = self.library.hazards[name]
        text = (
            f"It is there ({hazard.note}) and asks for care, but no rule holds it back for this reason: "
            f"{self._fact_name(fact)}."
            if carried
            else f"The activity does not carry this ({hazard.note})."
        )
        return Option(name, hazard.name, False, text)

    def _what_opens(self, seed: Seed, scene: Scene) -> Question | None:
        kind = next(kind for kind in Unless.model_fields if getattr(scene.rule.unless, kind))
        keys = getattr(scene.rule.unless, kind)
        others = [name for name in self._gate_keys[kind] if name not in keys]
        wrong = (
            Option(
                name, self._gate_name(kind, name), False, f"{self._opens_elsewhere(kind, name)} It does not open this."
            )
            for name in shuffled(seed.id, others)
        )
        answer = shuffled(seed.id, keys)[0]
        reason = self.screen.reason(scene.rule)
        right = Option(answer, self._gate_name(kind, answer), True, reason)
        prompt = "This activity is held back for this client for now. What would have to be documented first?"
        lesson = "Held back is not the same as forbidden: find out what opens the gate, get it on paper, then decide."
        facts = [*describe(self.library, scene.client), *_shown(scene.activity)]
        return ask(seed, prompt, facts, one_of(right, wrong), lesson, [self.screen.source(scene.rule)])

    @cached_property
    def _gate_keys(self) -> dict[str, list[str]]:
        """What opens any gate, by kind."""
        return {
            kind: sorted({name for rule in self.library.rules for name in getattr(rule.unless, kind)})
            for kind in Unless.model_fields
        }

    def _gate_name(self, kind: str, name: str) -> str:
        if kind == "assessments":
            return f"An assessment of {DOMAIN_WORDS.get(name, name.replace('_', ' '))}"
        if kind == "clearances":
            return self.library.clearances[name].name
        return f"Training in {in_sentence(self.library.competencies[name].name)}"

    def _opens_elsewhere(self, kind: str, name: str) -> str:
        rule = next(rule for rule in self.library.rules if name in getattr(rule.unless, kind))
        return f"This opens other gates, for example on: {self._looks_for(rule)}."


def _shown(activity: Activity) -> list[str]:
    steps = " ".join(f"{place}. {step}" for place, step in enumerate(activity.steps, start=1))
    return [f"Activity: {activity.name}", activity.purpose, f"Steps: {steps}"]
