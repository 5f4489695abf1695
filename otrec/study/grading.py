"""Grading drills: which change makes an activity easier or harder along one axis, and which axis a change is on."""

from __future__ import annotations

from typing import Final

from otrec.library import Library
from otrec.models import Activity, GradeStep
from otrec.study.questions import Option, Question, Seed, ask, number, one_of, shuffled

EASIER, HARDER = "easier", "harder"
#: Axes that one change may touch together, so that neither is ever a wrong answer where the other is right.
ENTWINED: Final = (
    {"tool", "material"},
    {"cues", "contact with others"},
    {"cues", "tool"},
    {"environment", "contact with others"},
    {"environment", "material"},
    {"environment", "position"},
    {"sequence and duration", "material"},
    {"sequence and duration", "contact with others"},
    {"sequence and duration", "cues"},
)
AXIS_WORDS: Final = {
    "sequence and duration": "how many steps, how often and how long",
    "position": "how the body is held and where things stand",
    "tool": "what is used to do it",
    "material": "what is worked on",
    "contact with others": "who takes part or helps",
    "cues": "what is said, shown or reminded",
    "environment": "the place and what goes on around",
}
#: What has been seen before the change: the reason to grade at all.
SEEN: Final = {
    EASIER: (
        "it was too much; help was needed at nearly every step.",
        "it was too much, and it was broken off half-way.",
    ),
    HARDER: (
        "it went well for the third time running, with no help.",
        "it went well, and more of a challenge is wanted.",
    ),
}


class Grading:
    """Makes the grading drills from the three steps down and the three steps up of every activity."""

    topics = ("easier", "harder", "which_axis")

    def __init__(self, library: Library) -> None:
        self.library = library

    def seeds(self) -> list[Seed]:
        found = []
        for activity in self.library.activities.values():
            for direction in (EASIER, HARDER):
                for place, step in enumerate(_steps(activity, direction)):
                    if sum(other.axis == step.axis for other in _steps(activity, direction)) == 1:
                        found.append(self._seed(activity, direction, f"{place}"))
            turn = number("which_axis", activity.id) % 6
            found.append(self._seed(activity, "which_axis", f"{(EASIER, HARDER)[turn // 3]}:{turn % 3}"))
        return found

    def _seed(self, activity: Activity, topic: str, rest: str) -> Seed:
        key = f"grading:{topic}:{activity.id}:{rest}"
        occupation = activity.occupations[number(key) % len(activity.occupations)]
        return Seed(key, "grading", topic, self.library.occupations[occupation].area)

    def build(self, seed: Seed) -> Question | None:
        activity = self.library.activities[seed.parts[0]]
        if seed.topic == "which_axis":
            return self._which_axis(seed, activity, seed.parts[1], int(seed.parts[2]))
        return self._which_change(seed, activity, seed.topic, int(seed.parts[1]))

    def _which_change(self, seed: Seed, activity: Activity, direction: str, place: int) -> Question | None:
        step = _steps(activity, direction)[place]
        against = _steps(activity, _other(direction))
        beside = [other for other in _steps(activity, direction) if _apart(other.axis, step.axis)]
        wrong = [
            *(_wrong_way(other, direction) for other in _first(seed.id, beside, 1)),
            *(_turned(other, direction) for other in _first(seed.id, against, 3)),
        ]
        seen = SEEN[direction][number(seed.id, "seen") % len(SEEN[direction])]
        prompt = (
            f"Make this activity {direction} by one change on this axis only: "
            f"{step.axis} ({AXIS_WORDS[step.axis]}). Which change is that?"
        )
        lesson = (
            f"Grade one demand at a time (here: {step.axis}) and keep the rest as it was. "
            "Then you know what made the difference."
        )
        right = Option(f"{direction}_{place}", step.change, True, f"This makes it {direction}, by {step.axis}.")
        return ask(seed, prompt, [*_as_it_is(activity), f"Today: {seen}"], one_of(right, wrong), lesson)

    def _which_axis(self, seed: Seed, activity: Activity, direction: str, place: int) -> Question | None:
        step = _steps(activity, direction)[place]
        others = [axis for axis in AXIS_WORDS if _apart(axis, step.axis)]
        drawn = shuffled(seed.id, others)[:2]
        options = [
            Option(
                f"{way}_{axis.replace(' ', '_')}",
                f"{way.capitalize()}, by {axis}",
                (way, axis) == (direction, step.axis),
                self._axis_feedback(way, axis, direction, step.axis),
            )
            for axis in (step.axis, *drawn[:1])
            for way in (EASIER, HARDER)
        ]
        facts = [*_as_it_is(activity), f"Change: {step.change}"]
        prompt = "The therapist makes this change. Does the activity become easier or harder, and on which axis?"
        lesson = f"This change works on {step.axis}: {AXIS_WORDS[step.axis]}. It makes the activity {direction}."
        return ask(seed, prompt, facts, options, lesson, patterned=True)

    def _axis_feedback(self, way: str, axis: str, direction: str, true_axis: str) -> str:
        if way == direction and axis == true_axis:
            return (
                f"The change is in {AXIS_WORDS[axis]}, and it asks {'less' if way == EASIER else 'more'} of the client."
            )
        if axis == true_axis:
            return f"The axis is right. Ask who now does more of the work: the change makes it {direction}."
        named = f"{axis.capitalize()} is about {AXIS_WORDS[axis]}"
        return f"{named}; this change is about {AXIS_WORDS[true_axis]}."


def _steps(activity: Activity, direction: str) -> tuple[GradeStep, ...]:
    return activity.grade_down if direction == EASIER else activity.grade_up


def _other(direction: str) -> str:
    return HARDER if direction == EASIER else EASIER


def _apart(first: str, second: str) -> bool:
    """Whether two axes are told apart without doubt."""
    return first != second and not any({first, second} <= group for group in ENTWINED)


def _first(key: str, steps: list[GradeStep] | tuple[GradeStep, ...], most: int) -> list[GradeStep]:
    by_text = {step.change: step for step in steps}
    return [by_text[text] for text in shuffled(key, by_text)[:most]]


def _wrong_way(step: GradeStep, direction: str) -> Option:
    """A change in the right direction on another axis."""
    text = f"This makes it {direction} too, but by {step.axis} ({AXIS_WORDS[step.axis]}), not on the axis asked for."
    return Option(f"beside_{step.axis.replace(' ', '_')}", step.change, False, text)


def _turned(step: GradeStep, direction: str) -> Option:
    """A change in the other direction."""
    turned = _other(direction)
    more = "asks more of the client" if turned == HARDER else "takes work away from the client"
    text = f"This makes it {turned}, by {step.axis}: it {more}."
    return Option(f"{turned}_{number(step.change) % 10**8}", step.change, False, text)


def _as_it_is(activity: Activity) -> list[str]:
    """The activity before the change."""
    steps = " ".join(f"{place}. {step}" for place, step in enumerate(activity.steps, start=1))
    return [f"Activity: {activity.name}", activity.purpose, f"As it is: {steps}"]
