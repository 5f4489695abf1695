"""What a reading of a goal gives back: what was found, what is missing or weak, and how to mend it."""

from __future__ import annotations

from typing import Any, Final, Literal

from otrec.models import Frozen
from otrec.models.wording import in_words

Part = Literal["who", "what", "condition", "criterion", "measure", "time", "baseline", "assist"]
Level = Literal["missing", "weak", "advice"]
Wording = Literal["school", "medical"]

#: Without these a goal does not pass.
REQUIRED: Final[tuple[Part, ...]] = ("who", "what", "condition", "criterion", "measure", "time")
#: All parts that are looked for, in the order in which they are shown.
PARTS: Final[tuple[Part, ...]] = (*REQUIRED, "baseline", "assist")
#: Each part as a reader is asked for it.
PART_NAMES: Final[dict[str, str]] = {
    "who": "who does it",
    "what": "what is done, so that it can be seen",
    "condition": "under what condition",
    "criterion": "how well or how often",
    "measure": "how it is measured",
    "time": "by when",
    "baseline": "where the person starts",
    "assist": "with how much help",
    "privacy": "privacy",
    "wording": "wording",
}


class Finding(Frozen):
    """One thing to mend in a goal.

    `rule` is the short name of what was looked for, `part` a part of the goal, "privacy" or "wording"; `span` is the
    place in the text, `(start, end)`, or None where something is not there.
    """

    part: str
    level: Level
    rule: str
    sentence: str
    example: str
    span: tuple[int, int] | None = None


class GoalReview(Frozen):
    """A goal sentence as it was read: the parts found in it and what to mend, worst first."""

    wording: Wording
    parts: dict[str, str | None]
    findings: tuple[Finding, ...]

    @property
    def passes(self) -> bool:
        """True if none of the parts that a goal needs is missing; weak parts and advice do not stop it."""
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed parts that were not found, in order."""
        lost = {finding.part for finding in self.findings if finding.level == "missing"}
        return tuple(part for part in REQUIRED if part in lost)

    def to_dict(self) -> dict[str, Any]:
        """The review as plain values, for JSON."""
        return {
            "passes": self.passes,
            "wording": self.wording,
            "missing": list(self.missing),
            "parts": dict(self.parts),
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
        }

    def __str__(self) -> str:
        weak = sum(finding.level == "weak" for finding in self.findings)
        if not self.passes:
            lost = in_words(PART_NAMES[part] for part in self.missing)
            head = f"Not ready ({self.wording} wording): the goal does not say {lost}."
        elif weak:
            head = f"All parts are there ({self.wording} wording); {weak} could be stronger."
        else:
            head = f"All parts are there ({self.wording} wording)."
        lines = [f"  {item.level:<7} {item.part}: {item.sentence} {item.example}" for item in self.findings]
        return "\n".join([head, *lines])
