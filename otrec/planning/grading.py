"""At which step one client does an activity that others do too: as written, easier or harder, and on which axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from otrec.engine import Recommendation
from otrec.models import Activity, GradeStep
from otrec.models.terms import GradingAxis

#: The axes on which a client with such difficulties is met first (authors' choice, by group of barriers).
FIRST_AXES: Final[dict[str, tuple[GradingAxis, ...]]] = {
    "motor": ("tool", "position", "material"),
    "sensory": ("environment", "material", "contact with others"),
    "cognitive_executive": ("cues", "sequence and duration", "environment"),
    "visual_perceptual": ("material", "cues", "environment"),
    "emotional_social": ("contact with others", "cues", "environment"),
    "self_care_performance": ("cues", "tool", "sequence and duration"),
    "environment": ("environment", "tool", "contact with others"),
}
#: The best difficulty is 5 - severity (the scale of `challenge_fit`); from this distance on a step is taken, and from
#: the second on two.
ONE_STEP, TWO_STEPS = 0.75, 1.75


@dataclass(frozen=True)
class Grade:
    """One client's step: negative is easier, positive harder, 0 as written; with what changes."""

    steps: int
    changes: tuple[GradeStep, ...]

    @property
    def text(self) -> str:
        if not self.changes:
            return "As written."
        word = "Easier" if self.steps < 0 else "Harder"
        return f"{word}: " + " ".join(f"{step.change} ({step.axis})" for step in self.changes)

    def to_dict(self) -> dict[str, Any]:
        return {"steps": self.steps, "changes": [step.model_dump() for step in self.changes], "text": self.text}


def grade(result: Recommendation, row: int) -> Grade:
    """The step at which the client of a recommendation does the activity of that row.

    The difficulty that suits is 5 - severity, averaged over the client's barriers that the activity targets.
    """
    space, severity = result.engine.space, result.scored.table.severity
    weight = space.links.targets[row] * severity
    if not weight.any():
        return Grade(0, ())
    suits = 5 - float(np.average(severity, weights=weight))
    return graded(result, space.activities[row], int(np.argmax(weight)), suits - space.activities[row].difficulty)


def graded(result: Recommendation, activity: Activity, barrier: int, distance: float) -> Grade:
    """So many steps towards what suits, on the axes that meet the client's main barrier first."""
    count = 2 if abs(distance) >= TWO_STEPS else 1 if abs(distance) >= ONE_STEP else 0
    steps = activity.grade_up if distance > 0 else activity.grade_down
    first = FIRST_AXES[list(result.engine.library.barriers.values())[barrier].group]
    order = sorted(steps, key=lambda step: first.index(step.axis) if step.axis in first else len(first))
    return Grade(count if distance > 0 else -count, tuple(order[:count]))
