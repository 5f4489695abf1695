"""What is wrong with a data folder: every problem, in words for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what was found and what to do.

    >>> str(Problem("activities.csv", "row 14", "cost", "'medum' is not none, low, medium or high"))
    "activities.csv row 14, cost: 'medum' is not none, low, medium or high"
    """

    file: str
    place: str
    column: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = " ".join(part for part in (self.file, self.place) if part)
        return f"{where}, {self.column}: {self.message}" if self.column else f"{where}: {self.message}"


@dataclass
class Report:
    """Collects problems while a folder is read, so that all of them are told at once."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, file: str, place: str, column: str, message: str) -> None:
        self.problems.append(Problem(file, place, column, message))

    def warn(self, file: str, place: str, column: str, message: str) -> None:
        self.problems.append(Problem(file, place, column, message, "warning"))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "warning"]
