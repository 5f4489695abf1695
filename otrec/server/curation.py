"""Where verdicts on activities go: to people who look after the library, and never into a weight."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from otrec.models import Feedback
from otrec.server.memory import Memory

if TYPE_CHECKING:
    from otrec.store import Desk

#: How many notes of a store are looked through.
MOST_NOTES = 10_000


class Curation(Protocol):
    """Takes verdicts, and tells which there are."""

    kept: bool

    def say(self, said: Feedback, library_version: str) -> None:
        """Take a verdict on an activity."""

    def told(self) -> list[dict[str, Any]]:
        """Activity, verdict and count, the most often first."""


class Counted:
    """Verdicts counted in memory: gone when the service ends.

    >>> counted = Counted()
    >>> counted.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1")
    >>> counted.told()
    [{'activity_id': 'bake_bread', 'verdict': 'unsafe', 'count': 1}]
    """

    kept = False

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()

    def say(self, said: Feedback, library_version: str) -> None:
        """Count a verdict."""
        self.memory.count(said.activity, said.verdict)

    def told(self) -> list[dict[str, Any]]:
        """Activity, verdict and count, the most often first."""
        return [_row(*found) for found in self.memory.counts()]


class Kept:
    """Verdicts kept in the store, where the app shows them under Settings."""

    kept = True

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def say(self, said: Feedback, library_version: str) -> None:
        """Keep a verdict, with the version of the library that it is about and with no client."""
        self.desk.said.say(said, library_version)

    def told(self) -> list[dict[str, Any]]:
        """Activity, verdict and count of the notes that are still open, the most often first."""
        count = Counter((note.activity, note.verdict) for note in self.desk.said.curation(MOST_NOTES))
        return [_row(*pair, number) for pair, number in sorted(count.items(), key=lambda item: (-item[1], item[0]))]


def _row(activity: str, verdict: str, count: int) -> dict[str, Any]:
    return {"activity_id": activity, "verdict": verdict, "count": count}
