"""Answers to why, why not, compare and what would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from otrec.explain import Path
from otrec.safety import Exclusion


@dataclass(frozen=True)
class Why:
    """Why an activity is where it is: in the list, further down, or held back."""

    activity_id: str
    name: str
    status: str
    rank: int | None
    of: int
    score: float | None
    base: float
    contributions: dict[str, float]
    sentences: tuple[str, ...]
    paths: tuple[Path, ...]
    exclusions: tuple[Exclusion, ...]
    cautions: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def to_dict(self) -> dict[str, Any]:
        shown = dict(vars(self))
        shown["paths"] = [path.to_dict() for path in self.paths]
        shown["exclusions"] = [exclusion.to_dict() for exclusion in self.exclusions]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in shown.items()}


@dataclass(frozen=True)
class Comparison:
    """Two activities side by side; `differences` are points of 100, positive where the first is ahead."""

    first: Why
    second: Why
    differences: dict[str, float]
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def to_dict(self) -> dict[str, Any]:
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "differences": self.differences,
            "sentences": list(self.sentences),
        }


@dataclass(frozen=True)
class Change:
    """What one altered fact of the profile would do to the list."""

    fact: str
    changed: int
    enters: tuple[str, ...]
    leaves: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"fact": self.fact, "changed": self.changed, "enters": list(self.enters), "leaves": list(self.leaves)}
