"""What a therapist says about a list: which activity rather than which, and what has to be looked at again."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from otrec.models.client import Client
from otrec.models.knowledge import Frozen, Id

Verdict = Literal["helpful", "not_helpful", "not_again", "unsafe", "wrong_age", "wrong_data"]
#: Verdicts that say something about the library; people look at them, and no weight ever learns from them.
CURATION: Final[tuple[Verdict, ...]] = ("unsafe", "wrong_age", "wrong_data")
#: How much "A over B" counts, and how much an activity that was chosen over one standing above it.
SAID, CHOSEN_OVER = 1.0, 0.5


class Preference(Frozen):
    """For this client, one activity rather than another.

    `strength` is 1 where somebody said so, ½ where it is only inferred from a choice; in (0, 1].

    >>> Preference(client=Client(age_years=6, setting="school"), better="bake_bread", worse="sort_coins").strength
    1.0
    """

    client: Client
    better: Id
    worse: Id
    strength: Annotated[float, Field(gt=0, le=1)] = SAID


class Feedback(Frozen):
    """One verdict on one activity of a list."""

    activity: Id
    verdict: Verdict
