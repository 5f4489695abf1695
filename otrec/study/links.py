"""The links of a library as lookups: what question makers ask of the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import product
from typing import Final

from otrec.graph import prerequisites
from otrec.library import Library
from otrec.models import Activity, AddressedBy, Client, Technique
from otrec.models.terms import AREA_NAMES, OtpfArea, Setting
from otrec.models.wording import in_sentence, in_words
from otrec.study.questions import NO_STUDY, number

#: Techniques whose meanings overlap, so that one is never a wrong answer where the other is right (authors' judgment).
OVERLAPS: Final = (
    {"grade_task", "simplify_task", "chunking_steps"},
    {"task_specific_practice", "goal_directed_training", "adl_retraining", "kitchen_training", "community_practice"},
    {"compensatory_method", "one_handed_technique", "low_vision_compensation"},
    {"fine_motor_play", "in_hand_manipulation_practice"},
    {"bilateral_tasks", "bimanual_training"},
    {"visual_structure", "visual_schedule_use", "chunking_steps"},
    {"external_memory_aids", "visual_schedule_use", "executive_function_coaching"},
    {"movement_break", "physical_exercise", "sensory_diet", "heavy_work"},
    {"balance_training", "physical_exercise", "postural_strengthening"},
    {"heavy_work", "deep_pressure", "weight_bearing", "vestibular_activity", "sensory_integration_intervention"},
    {"group_activity", "peer_mediated"},
    {"home_modification", "falls_hazard_reduction"},
    {"accommodations", "teacher_consultation"},
    {"prewriting_multisensory", "tactile_play"},
    {"self_talk", "co_op", "problem_solving_training"},
    {"emotion_coaching", "self_regulation_curriculum", "sensory_strategy_selection"},
    {"graded_exposure", "food_exposure", "cbt_informed"},
    {"at_trial", "aac_support", "switch_access", "speech_to_text_training"},
    {"parent_coaching", "home_programme"},
    {"energy_conservation", "joint_protection", "self_management_education"},
    {"behavioural_activation", "interest_based_engagement"},
    {"transition_warning", "visual_structure"},
    {"work_hardening", "supported_employment"},
    {"modelling", "role_play"},
    {"sensory_diet", "sensory_strategy_selection"},
)
#: Techniques so general that almost any tool may serve them: no fair question asks for "the" tool (authors' judgment).
GENERAL: Final = frozenset(
    {
        "home_programme",
        "grade_task",
        "task_specific_practice",
        "goal_directed_training",
        "interest_based_engagement",
        "parent_coaching",
        "teacher_consultation",
        "group_activity",
        "peer_mediated",
        "simplify_task",
        "compensatory_method",
        "accommodations",
        "motor_learning_feedback",
        "co_op",
        "at_trial",
        "choice_making",
        "community_practice",
        "self_management_education",
    }
)
#: Occupations that are right where they are meant, and out of place as a wrong answer about a child's play.
DELICATE: Final = frozenset({"sexual_activity", "intimate_partner_relationships"})
#: Where a made-up client is met, as a referral would say it.
PLACE_WORDS: Final[dict[Setting, str]] = {
    "hospital": "on a hospital ward",
    "rehab": "in inpatient rehabilitation",
    "school": "at school or preschool",
    "clinic": "in an outpatient clinic",
    "home": "at home",
    "nursing_home": "in a nursing home",
    "teletherapy": "by video call",
    "nicu": "in a neonatal unit",
    "community": "in the community",
    "workplace": "at work",
}
Pair = tuple[str, str]


class Links:
    """Who is linked with whom, in both directions; compiled once over a library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.edges: dict[Pair, AddressedBy] = {(edge.barrier, edge.technique): edge for edge in library.addressed_by}
        self.techniques_of = _grouped((edge.barrier, edge.technique) for edge in library.addressed_by)
        self.barriers_of = _grouped((edge.technique, edge.barrier) for edge in library.addressed_by)
        self.tools_of = _grouped((use.technique, use.tool) for use in library.uses)
        self.techniques_with = _grouped((use.tool, use.technique) for use in library.uses)
        self.limits: dict[Pair, float] = {(link.barrier, link.occupation): link.strength for link in library.limits}
        self.limited_by = _grouped((link.barrier, link.occupation) for link in library.limits)
        self.reasons: dict[Pair, str] = {(need.barrier, need.prerequisite): need.reason for need in library.requires}
        self.needs = _grouped((need.barrier, need.prerequisite) for need in library.requires)
        self.relatives = self._relatives()

    def _relatives(self) -> dict[str, frozenset[str]]:
        """Barrier -> the barriers that it is part of or that are part of it, at any distance."""
        wholes = _grouped((part.barrier, part.whole) for part in self.library.part_of)
        found: dict[str, set[str]] = {name: set() for name in self.library.barriers}
        for name in self.library.barriers:
            queue = sorted(wholes.get(name, ()))
            while queue:
                whole = queue.pop()
                found[name].add(whole)
                found[whole].add(name)
                queue += sorted(wholes.get(whole, ()))
        return {name: frozenset(others) for name, others in found.items()}

    @cached_property
    def chains(self) -> dict[str, frozenset[str]]:
        """Barrier -> everything that it rests on, at any distance."""
        return {
            name: frozenset(step[1] for step in prerequisites(self.library, name)) for name in self.library.barriers
        }

    @cached_property
    def overlaps(self) -> dict[str, frozenset[str]]:
        """Technique -> techniques that mean nearly the same."""
        found: dict[str, set[str]] = defaultdict(set)
        for group in OVERLAPS:
            for name in group:
                found[name] |= group - {name}
        return {name: frozenset(others) for name, others in found.items()}

    @cached_property
    def seen_together(self) -> frozenset[tuple[str, str, str]]:
        """Pairs that stand in one activity though the graph may not link them: `(what, one, other)`.

        `what` is `tool` for a technique with a tool that the activity may use, `barrier` for a technique with its
        primary barriers, and `occupation` for any of its barriers with an occupation.
        """
        found: set[tuple[str, str, str]] = set()
        for activity in self.library.activities.values():
            tools = (*activity.tools, *activity.tools_optional)
            found |= {("tool", technique, tool) for technique, tool in product(activity.techniques, tools)}
            found |= {
                ("barrier", technique, name) for technique, name in product(activity.techniques, activity.primary)
            }
            barriers = (*activity.primary, *activity.secondary)
            found |= {("occupation", name, other) for name, other in product(barriers, activity.occupations)}
        return frozenset(found)

    def addresses(self, technique: str, barrier: str) -> bool:
        """Whether a technique could pass as an answer to a barrier: by a link to it or its kin, or by an activity."""
        family = {barrier, *self.relatives[barrier]}
        linked = family & self.barriers_of.get(technique, frozenset())
        return bool(linked) or ("barrier", technique, barrier) in self.seen_together

    def limited(self, barrier: str, occupation: str) -> bool:
        """Whether a barrier could pass as limiting an occupation: by a link to it or its kin, or by an activity."""
        family = {barrier, *self.relatives[barrier]}
        linked = any((name, occupation) in self.limits for name in family)
        return linked or ("occupation", barrier, occupation) in self.seen_together

    def works_with(self, technique: str, tool: str) -> bool:
        """Whether a tool could pass as one for a technique: by a link, or by an activity that has both."""
        return tool in self.tools_of.get(technique, ()) or ("tool", technique, tool) in self.seen_together

    def near_barriers(self, barrier: str) -> dict[str, float]:
        """How close other barriers are: the share of techniques in common, and half a point for the same group."""
        here, own = self.library.barriers[barrier], self.techniques_of[barrier]
        return {
            name: len(own & self.techniques_of[name]) / len(own | self.techniques_of[name])
            + 0.5 * (other.group == here.group)
            for name, other in self.library.barriers.items()
            if name != barrier
        }

    def near_techniques(self, technique: str) -> dict[str, float]:
        """How close other techniques are: the share of barriers in common, and half a point for the same group."""
        here, own = self.library.techniques[technique], self.barriers_of.get(technique, frozenset())
        return {
            name: len(own & self.barriers_of.get(name, frozenset()))
            / max(len(own | self.barriers_of.get(name, frozenset())), 1)
            + 0.5 * (other.group == here.group)
            for name, other in self.library.techniques.items()
            if name != technique
        }

    @cached_property
    def limiters(self) -> dict[str, frozenset[str]]:
        """Occupation -> the barriers that limit it."""
        return _grouped((link.occupation, link.barrier) for link in self.library.limits)

    def near_occupations(self, occupation: str) -> dict[str, float]:
        """How close other occupations are: the share of limiting barriers in common, half a point for the same area."""
        here, own = self.library.occupations[occupation], self.limiters.get(occupation, frozenset())
        return {
            name: len(own & self.limiters.get(name, frozenset()))
            / max(len(own | self.limiters.get(name, frozenset())), 1)
            + 0.5 * (other.area == here.area)
            for name, other in self.library.occupations.items()
            if name != occupation and name not in DELICATE
        }

    def occupation_of(self, barrier: str, key: str) -> str:
        """One of the occupations that a barrier limits most; the key decides, so that all areas have their turn."""
        limited = self.limited_by[barrier]
        most = max(self.limits[barrier, name] for name in limited)
        strong = sorted(name for name in limited if self.limits[barrier, name] >= most - 0.2)
        areas = sorted({self.library.occupations[name].area for name in strong})
        area = areas[number(key, "area") % len(areas)]
        here = [name for name in strong if self.library.occupations[name].area == area]
        return max(here, key=lambda name: self.limits[barrier, name])

    def area_of(self, barrier: str, key: str) -> OtpfArea:
        """The OTPF-4 area under which a question on this barrier is filed."""
        return self.library.occupations[self.occupation_of(barrier, key)].area

    def matters_for(self, barrier: str, key: str) -> str:
        """A sentence on why a barrier matters: an occupation that it limits, with its OTPF-4 area."""
        occupation = self.library.occupations[self.occupation_of(barrier, key)]
        area = AREA_NAMES[occupation.area].lower()
        return f"This barrier often limits {in_sentence(occupation.name)} (OTPF-4 area: {area})."

    def main_barrier(self, technique: str) -> str | None:
        """The barrier to which a technique is linked most strongly."""
        linked = sorted(self.barriers_of.get(technique, ()))
        return max(linked, key=lambda name: self.edges[name, technique].strength) if linked else None

    def cited(self, edge: AddressedBy, most: int = 3) -> tuple[str, ...]:
        """The citations behind a link, or that there are none."""
        found = dict.fromkeys(self.library.evidence[name].citation for name in edge.evidence)
        return tuple(found)[:most] or (NO_STUDY,)

    def usually_for(self, technique: Technique) -> str:
        """What a technique is for, in the words of feedback on a wrong answer."""
        barrier = self.main_barrier(technique.id)
        where = f" Its strongest link is to {self.barrier(barrier)}." if barrier else ""
        return f"{technique.definition}{where}"

    def barrier(self, name: str) -> str:
        """The name of a barrier inside a sentence."""
        return in_sentence(self.library.barriers[name].name)

    def technique(self, name: str) -> str:
        """The name of a technique inside a sentence."""
        return in_sentence(self.library.techniques[name].name)

    def tool(self, name: str) -> str:
        """The name of a tool inside a sentence."""
        return in_sentence(self.library.tools[name].name)

    def occupation(self, name: str) -> str:
        """The name of an occupation inside a sentence."""
        return in_sentence(self.library.occupations[name].name)


def _grouped(pairs: Iterable[Pair]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    return {name: frozenset(others) for name, others in found.items()}


def age_words(years: float) -> str:
    """An age as one would say it.

    >>> age_words(0.5), age_words(1), age_words(7), age_words(1.5)
    ('6 months', '12 months', '7 years', '18 months')
    """
    if years < 2:
        months = round(12 * years)
        return f"{months} month{'' if months == 1 else 's'}"
    return f"{years:g} years"


def shown_with_features(library: Library, activity: Activity, keep: Iterable[str] = (), most: int = 6) -> str:
    """The purpose of an activity with what a safety-minded reader looks for: hazards, and the tools it needs.

    Of many hazards the first few are named, those to `keep` among them.
    """
    kept = [name for name in activity.hazards if name in set(keep)]
    hazards = list(dict.fromkeys((*kept, *activity.hazards)))[:most]
    named = ", ".join(in_sentence(library.hazards[name].name) for name in activity.hazards if name in hazards)
    tools = ", ".join(in_sentence(library.tools[name].name) for name in activity.tools)
    parts = (activity.purpose, f"To mind: {named or 'nothing special'}.", f"Tools: {tools}." if tools else "")
    return " ".join(part for part in parts if part)


def describe(library: Library, client: Client) -> tuple[str, ...]:
    """A made-up client in a few lines, as a referral would put it; no name, no date of birth."""
    lines = [f"Client: {age_words(client.age_years)} old, seen {PLACE_WORDS[client.setting]}"]
    for label, names, terms in (
        ("Conditions", client.conditions, library.conditions),
        ("Precautions", client.precautions or (), library.precautions),
    ):
        given = in_words(terms[name].name for name in names)
        lines.append(f"{label}: {given or 'none recorded'}")
    return tuple(lines)
