"""Apply every rule of a library to every activity, for one client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library
from otrec.library.checks import probe_client
from otrec.library.problems import Problem
from otrec.models import Activity, Client, ClientError, Rule
from otrec.models.wording import in_words, nearest
from otrec.safety.fit import Fit
from otrec.safety.rules import AssessmentDomains, applies, hits_of, is_open

#: What the assessments of a domain look at, in words; other domains are called by their own name.
DOMAINS: Final = {
    "sensory": "sensory processing", "motor": "movement", "adl": "daily living", "skin": "skin and pressure",
    "home_safety": "home safety", "social": "social interaction",
}  # fmt: skip
_FINDING_ID = re.compile(r"[a-z]+(?:-[a-z]+)*-[0-9]{4}(?:-[a-z])?")


class Exclusion(NamedTuple):
    """An activity that was held back: by which rule, why, and on what ground.

    `effect` is `exclude` (not for this client), `require` (held back until something is documented)
    or `fit` (cannot be run as the profile stands: age range, group, place, tools, "not again").
    """

    activity_id: str
    rule: str
    effect: str
    reason: str
    source: str

    def to_dict(self) -> dict[str, str]:
        activity_id, rule, effect, reason, source = self
        return {"activity_id": activity_id, "rule": rule, "effect": effect, "reason": reason, "source": source}


@dataclass(frozen=True)
class Screening:
    """What a screen let through, what it held back and what to watch for.

    `allowed` is a boolean array over the activities in library order; `warnings` name facts that
    rules need and the profile does not give. `watch` and `ask` are the positions of the rules that hold,
    and of the rules whose facts were not recorded. `added` are exclusions on other grounds, by position.
    """

    screen: Screen = field(repr=False)
    client: Client = field(repr=False)
    bag_only: bool
    allowed: NDArray[np.bool_]
    watch: tuple[int, ...]
    ask: tuple[int, ...]
    warnings: tuple[str, ...]
    added: tuple[tuple[int, Exclusion], ...] = ()

    @cached_property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """What was held back, by which rule, in library order."""
        found = [*self.screen.held_back(self.watch), *self.screen.unfit(self.client, self.bag_only), *self.added]
        return tuple(item for _, item in sorted(found, key=lambda entry: entry[0]))

    def without(self, added: Iterable[tuple[int, Exclusion]]) -> Screening:
        """The same screening with further activities held back."""
        added = tuple(added)
        allowed = self.allowed.copy()
        allowed[[position for position, _ in added]] = False
        return replace(self, allowed=allowed, added=(*self.added, *added))

    @property
    def strict_rules(self) -> tuple[Rule, ...]:
        """The rules that hold for this client and take out what they are about."""
        rules = (self.screen.library.rules[index] for index in self.watch)
        return tuple(rule for rule in rules if rule.effect != "caution")

    def cautions(self, activity_id: str) -> tuple[str, ...]:
        """What to watch for when this activity is run with this client."""
        return self.screen.cautions(activity_id, self.watch, self.ask)


class Screen:
    """The rules of a library, ready to be applied to clients."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.fit = Fit(library)
        self.domains = AssessmentDomains(library)
        self.activities, self.position = self.fit.activities, self.fit.position
        self._held: dict[int, tuple[tuple[int, Exclusion], ...]] = {}
        self.hits, self.optional_hits = hits_of(library.rules, self.activities)

    def __call__(self, client: Client, *, bag_only: bool = False) -> Screening:
        """Apply every rule to every activity for one client."""
        domains = self.domains.documented(client)
        watch: list[int] = []
        ask: list[int] = []
        for index in self._candidates(client):
            rule = self.library.rules[index]
            holds = applies(rule.when, client)
            if holds is False or (rule.effect == "require" and is_open(rule, client, domains)):
                continue
            (ask if holds is None else watch).append(index)
        strict = [index for index in watch if self.library.rules[index].effect != "caution"]
        allowed: NDArray[np.bool_] = ~np.asarray(self.hits[strict].any(axis=0), dtype=bool)
        allowed[[position for position, _, _ in self.fit.misfits(client, bag_only)]] = False
        return Screening(self, client, bag_only, allowed, tuple(watch), tuple(ask), self._warnings(client, ask))

    def rules_about(self, activity_id: str) -> list[Rule]:
        """The rules that look at an activity, whoever the client is.

        >>> from otrec import load_library
        >>> [rule.effect for rule in Screen(load_library()).rules_about("isolated_peg_pinch_drill")][:1]
        ['require']
        """
        column = self.position[activity_id]
        return [rule for row, rule in enumerate(self.library.rules) if self.hits[row, column]]

    def activities_under(self, rule: Rule) -> list[Activity]:
        """The activities that a rule looks at, whoever the client is, in library order."""
        row = self.library.rules.index(rule)
        return [self.activities[column] for column in np.flatnonzero(self.hits[row])]

    @cached_property
    def _by_precaution(self) -> dict[str, list[int]]:
        """Rules by the precautions that set them off; under "" those that need none."""
        found: dict[str, list[int]] = {}
        for index, rule in enumerate(self.library.rules):
            for name in rule.when.precautions or ("",):
                found.setdefault(name, []).append(index)
        return found

    def _candidates(self, client: Client) -> Iterable[int]:
        """Rules that could hold: all while precautions are not recorded, else those that they set off."""
        if client.precautions is None:
            return range(len(self.library.rules))
        named = (self._by_precaution.get(name, []) for name in ("", *client.precautions))
        return sorted({index for group in named for index in group})

    def held_back(self, watch: Iterable[int]) -> Iterator[tuple[int, Exclusion]]:
        """Exclusions by the rules that hold, with the position of each activity."""
        for index in watch:
            rule = self.library.rules[index]
            if rule.effect != "caution":
                yield from self._by_rule(index)

    def _by_rule(self, index: int) -> tuple[tuple[int, Exclusion], ...]:
        """What one rule holds back where it holds; the same for every client."""
        if index not in self._held:
            rule = self.library.rules[index]
            reason, source = self.reason(rule), self.source(rule)
            self._held[index] = tuple(
                (place, Exclusion(self.activities[place].id, rule.id, rule.effect, reason, source))
                for place in np.flatnonzero(self.hits[index]).tolist()
            )
        return self._held[index]

    def source(self, rule: Rule) -> str:
        """The source of a rule, with the citation in place of a finding's id."""

        def cited(found: re.Match[str]) -> str:
            finding = self.library.evidence.get(found[0])
            return finding.citation if finding else found[0]

        return _FINDING_ID.sub(cited, rule.source)

    def reason(self, rule: Rule) -> str:
        """The reason of a rule; for a gate also what opens it."""
        if rule.effect != "require":
            return rule.reason
        names = [
            *(self.library.clearances[name].name.lower() for name in rule.unless.clearances),
            *(f"an assessment of {DOMAINS.get(name, name)}" for name in rule.unless.assessments),
            *(f"training in {self.library.competencies[name].name.lower()}" for name in rule.unless.competencies),
        ]
        kinds = sum(map(bool, (rule.unless.clearances, rule.unless.competencies, rule.unless.assessments)))
        joined = in_words(names, "and" if kinds > 1 else "or")
        return f"{rule.reason} Opens when documented: {joined}."

    def cautions(self, activity_id: str, watch: Iterable[int], ask: Iterable[int]) -> tuple[str, ...]:
        """Sentences of the caution rules that hold, of optional tools to leave out, and of facts to ask for."""
        place = self.position[activity_id]
        texts: list[str] = []
        unknown: set[str] = set()
        for index in watch:
            rule = self.library.rules[index]
            if self.hits[index, place] and rule.effect == "caution":
                texts.append(rule.reason)
            elif self.optional_hits[index, place]:
                optional = set(rule.what.tools) & set(self.activities[place].tools_optional)
                names = in_words(self.library.tools[tool].name.lower() for tool in sorted(optional))
                verb = "Take care with" if rule.effect == "caution" else "Leave out"
                texts.append(f"{verb} the optional {names}. {rule.reason}")
        for index in ask:
            if self.hits[index, place]:
                unknown.update(self.library.rules[index].when.precautions)
        if unknown:
            asked = in_words(sorted(self.library.precautions[name].name.lower() for name in unknown), "or")
            texts.append(f"Precautions were not recorded. Ask first about: {asked}.")
        return tuple(dict.fromkeys(texts))

    def _warnings(self, client: Client, ask: list[int]) -> tuple[str, ...]:
        warnings = []
        if ask:
            count = int(self.hits[ask].any(axis=0).sum())
            warnings.append(
                f"Precautions were not recorded: {count} activities need an answer first. "
                "Write `precautions: []` when there are none."
            )
        for done in client.assessments:
            if not self.domains.of(done.name):
                hint = nearest(done.name, [item.name for item in self.library.assessments.values()])
                warnings.append(f"The assessment {done.name!r} is not known, so it opens no gate{hint}")
        return tuple(warnings)

    def unfit(self, client: Client, bag_only: bool) -> Iterator[tuple[int, Exclusion]]:
        """Exclusions of what cannot be run as the profile stands."""
        source = "client profile and activity record"
        for place, rule, fact in self.fit.misfits(client, bag_only):
            reason = self.fit.reason(place, rule, fact, client)
            yield place, Exclusion(self.activities[place].id, rule, "fit", reason, source)


def screen(library: Library, client: Client, *, bag_only: bool = False) -> Screening:
    """Screen a library for one client; `Screen(library)` is the same, prepared for many clients.

    Parameters
    ----------
    library, client
        What to screen, and for whom.
    bag_only
        Hold back activities that need a tool which neither the client's `tools` nor a substitute
        nor a household swap provides.

    >>> from otrec import Client, load_library
    >>> toddler = Client(age_years=2, setting="home", precautions=["latex_allergy"])
    >>> held = {item.rule for item in screen(load_library(), toddler).exclusions}
    >>> "small_parts_under_3" in held
    True
    """
    return Screen(library)(client, bag_only=bag_only)


def probe_rules(library: Library) -> list[Problem]:
    """Run the two worked cases of every rule: the client it must catch and the one it must not."""
    problems = []
    domains = AssessmentDomains(library)
    for rule in library.rules:
        for case, expected in (("catches", True), ("spares", False)):
            try:
                client = probe_client(getattr(rule, case))
            except ClientError:
                continue  # the library check has told it
            opened = rule.effect == "require" and is_open(rule, client, domains.documented(client))
            if (applies(rule.when, client) is True and not opened) is not expected:
                word = "is not caught" if expected else "is caught"
                problems.append(Problem("safety.yaml", f"rule {rule.id}", case, f"this client {word} by the rule"))
    return problems
