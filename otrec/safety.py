"""Screen the library by named safety rules, before anything is scored.

No weight, filter or setting reaches these rules: the ranking only ever sees what `screen` allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from otrec.library import Library
from otrec.library.checks import probe_client
from otrec.library.problems import Problem
from otrec.models import Activity, Client, ClientError, Rule, What, When
from otrec.models.ages import age_fit
from otrec.models.wording import in_words, nearest

#: Grounds on which an activity cannot be run as a profile stands: rule -> reason.
MISFITS: Final = {
    "age_range": "Written for ages {activity.age_min:g}-{activity.age_max:g}; the client is {client.age_years:g}.",
    "group_size": "Needs at least {activity.group_min} people; the profile says {client.group_size}.",
    "telehealth": "Cannot be run by video as written.",
    "not_again": "Marked 'not again' for this client.",
    "not_in_bag": "Needs {fact}, and nothing at hand stands in.",
}


@dataclass(frozen=True)
class Exclusion:
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
        return dict(vars(self))


@dataclass(frozen=True)
class Screening:
    """What a screen let through, what it held back and what to watch for.

    `allowed` is a boolean array over the activities in library order; `warnings` name facts that
    rules need and the profile does not give. `watch` and `ask` are the positions of the rules that hold,
    and of the rules whose facts were not recorded. `added` are exclusions on other grounds, by position.
    """

    screen: Screen
    client: Client
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

    def cautions(self, activity_id: str) -> tuple[str, ...]:
        """What to watch for when this activity is run with this client."""
        return self.screen.cautions(activity_id, self.watch, self.ask)


class Screen:
    """The rules of a library, ready to be applied to clients."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.activities = tuple(library.activities.values())
        self.position = {activity.id: index for index, activity in enumerate(self.activities)}
        self.hits, self.optional_hits = _hits(library.rules, self.activities)
        self._age_min = np.array([activity.age_min for activity in self.activities])
        self._age_max = np.array([activity.age_max for activity in self.activities])
        self._group_min = np.array([activity.group_min for activity in self.activities])
        self._by_video = np.array(["telehealth" in activity.delivery for activity in self.activities], dtype=bool)

    @cached_property
    def _domains(self) -> dict[str, str]:
        """Words for an instrument, lower case -> its domain."""
        words: dict[str, str] = {}
        for assessment in self.library.assessments.values():
            for word in (assessment.id, assessment.name, *assessment.aliases):
                words[word.lower()] = assessment.domain
        return words

    def domains_of(self, client: Client) -> set[str]:
        """The domains of the client's documented assessments."""
        return {domain for done in client.assessments if (domain := self._domain(done.name))}

    def _domain(self, name: str) -> str | None:
        return self._domains.get(name.lower()) or self._domains.get(name.lower().rstrip(" 0123456789-"))

    def __call__(self, client: Client, *, bag_only: bool = False) -> Screening:
        """Apply every rule to every activity for one client."""
        domains = self.domains_of(client)
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
        allowed[[position for position, _, _ in self._misfits(client, bag_only)]] = False
        return Screening(self, client, bag_only, allowed, tuple(watch), tuple(ask), self._warnings(client, ask))

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
                reason = self.reason(rule)
                for place in np.flatnonzero(self.hits[index]):
                    activity_id = self.activities[place].id
                    yield int(place), Exclusion(activity_id, rule.id, rule.effect, reason, rule.source)

    def reason(self, rule: Rule) -> str:
        """The reason of a rule; for a gate also what opens it."""
        if rule.effect != "require":
            return rule.reason
        names = [
            *(self.library.clearances[name].name.lower() for name in rule.unless.clearances),
            *(f"an assessment of {name.replace('_', ' ')}" for name in rule.unless.assessments),
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
            if not self._domain(done.name):
                hint = nearest(done.name, [item.name for item in self.library.assessments.values()])
                warnings.append(f"The assessment {done.name!r} is not known, so it opens no gate{hint}")
        return tuple(warnings)

    def unfit(self, client: Client, bag_only: bool) -> Iterator[tuple[int, Exclusion]]:
        """Exclusions of what cannot be run as the profile stands."""
        source = "client profile and activity record"
        for place, rule, fact in self._misfits(client, bag_only):
            activity = self.activities[place]
            reason = MISFITS[rule].format(activity=activity, client=client, fact=fact)
            yield place, Exclusion(activity.id, rule, "fit", reason, source)

    def _misfits(self, client: Client, bag_only: bool) -> list[tuple[int, str, str]]:
        """What cannot be run as the profile stands, as `(position, rule, fact)`."""
        out_of_age = np.flatnonzero(age_fit(client.age_years, self._age_min, self._age_max) == 0.0)
        found = [(place, "age_range", "") for place in out_of_age.tolist()]
        too_few = np.flatnonzero(self._group_min > client.group_size)
        found += [(place, "group_size", "") for place in too_few.tolist()]
        if client.delivery == "telehealth":
            found += [(place, "telehealth", "") for place in np.flatnonzero(~self._by_video).tolist()]
        found += [(self.position[name], "not_again", "") for name in client.not_again if name in self.position]
        if bag_only and client.tools is not None:
            found += self._not_in_bag(client.tools)
        return found

    def _not_in_bag(self, bag: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        for place, activity in enumerate(self.activities):
            missing = [tool for tool in activity.tools if not self._at_hand(tool, bag)]
            if missing:
                yield place, "not_in_bag", in_words(self.library.tools[tool].name.lower() for tool in missing)

    @cached_property
    def _stand_ins(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for edge in self.library.substitutes:
            found.setdefault(edge.instead_of, set()).add(edge.tool)
        return found

    @cached_property
    def _swappable(self) -> set[str]:
        return {swap.tool for swap in self.library.household_swaps}

    def _at_hand(self, tool: str, bag: Sequence[str]) -> bool:
        return tool in bag or bool(self._stand_ins.get(tool, set()) & set(bag)) or tool in self._swappable


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
    screening = Screen(library)
    for rule in library.rules:
        for case, expected in (("catches", True), ("spares", False)):
            try:
                client = probe_client(getattr(rule, case))
            except ClientError:
                continue  # the library check has told it
            opened = rule.effect == "require" and is_open(rule, client, screening.domains_of(client))
            if (applies(rule.when, client) is True and not opened) is not expected:
                word = "is not caught" if expected else "is caught"
                problems.append(Problem("safety.yaml", f"rule {rule.id}", case, f"this client {word} by the rule"))
    return problems


def _hits(rules: Sequence[Rule], activities: Sequence[Activity]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """`matches` for every rule and activity at once, and the same for tools an activity can do without.

    Both are `(n_rules, n_activities)`; each is a product of rule-by-tag and tag-by-activity tables.
    """
    about = [{*_tagged(rule.what), *(("activity", name) for name in rule.what.activities)} for rule in rules]
    also = [{("hazards", name) for name in rule.what.and_hazards} for rule in rules]
    spare = [{("tools", name) for name in rule.what.tools} for rule in rules]
    carried = [{*_tagged(activity), ("activity", activity.id)} for activity in activities]
    optional = [{("tools", name) for name in activity.tools_optional} for activity in activities]
    tags = {tag: place for place, tag in enumerate(sorted(set().union(*about, *also, *carried, *optional)))}

    def table(rows: list[set[tuple[str, str]]]) -> NDArray[np.float32]:
        filled = np.zeros((len(rows), len(tags)), dtype=np.float32)
        for place, row in enumerate(rows):
            filled[place, [tags[tag] for tag in row]] = 1
        return filled

    activity_tags = table(carried).T
    free = np.array([not row for row in also], dtype=bool)[:, None]
    hits = (table(about) @ activity_tags > 0) & (free | (table(also) @ activity_tags > 0))
    return hits, (table(spare) @ table(optional).T > 0) & ~hits


def _tagged(record: Activity | What) -> set[tuple[str, str]]:
    return {(kind, name) for kind in ("hazards", "tools", "techniques") for name in getattr(record, kind)}


def matches(rule: Rule, activity: Activity) -> bool:
    """Whether a rule is about an activity."""
    what = rule.what
    named = (
        bool(set(what.hazards) & set(activity.hazards))
        or bool(set(what.tools) & set(activity.tools))
        or bool(set(what.techniques) & set(activity.techniques))
        or activity.id in what.activities
    )
    return named and (not what.and_hazards or bool(set(what.and_hazards) & set(activity.hazards)))


def applies(when: When, client: Client) -> bool | None:
    """Whether a rule's condition holds: True, False, or None when a needed fact was not recorded."""
    checks: list[bool | None] = []
    if when.age_below is not None:
        checks.append(client.age_years < when.age_below)
    if when.age_from is not None:
        checks.append(client.age_years >= when.age_from)
    if when.conditions:
        checks.append(bool(set(when.conditions) & set(client.conditions)))
    if when.barriers:
        checks.append(any(client.barriers.get(name, 0) >= least for name, least in when.barriers.items()))
    if when.settings:
        checks.append(client.setting in when.settings)
    if when.environment:
        checks.append(bool(set(when.environment) & set(client.environment)))
    if when.precautions:
        checks.append(None if client.precautions is None else bool(set(when.precautions) & set(client.precautions)))
    if False in checks:
        return False
    return None if None in checks else True


def is_open(rule: Rule, client: Client, domains: Iterable[str]) -> bool:
    """Whether what a gate asks for is documented."""
    unless = rule.unless
    return (
        (not unless.clearances or bool(set(unless.clearances) & set(client.clearances)))
        and (not unless.competencies or bool(set(unless.competencies) & set(client.competencies)))
        and (not unless.assessments or bool(set(unless.assessments) & set(domains)))
    )
