"""The question that closes a session: written for an age and a way of taking part, about what was practised."""

from __future__ import annotations

from typing import Final

from otrec.models import Client
from otrec.models.ages import band_of
from otrec.models.terms import AgeBand

Bank = tuple[str, ...]

#: Questions by who answers. `{goal}` is the occupation that the session practised. All are the authors' own.
QUESTIONS: Final[dict[str, Bank]] = {
    "parent": (
        "What did your baby do today, during {goal}, that you had not seen before?",
        "Which part of {goal} went easily, and at what time of day would you try it again?",
        "When did your baby tell you 'enough', and how did you notice?",
    ),
    "young": (
        "Show me with your thumb: was {goal} easy, a bit tricky, or hard? Which bit?",
        "Which part shall we do again next time: the start, the middle or the end?",
        "Who would you like to show this to at home, and what will you show first?",
    ),
    "school": (
        "What helped you most with {goal} today, and where else this week could you use it?",
        "If a friend found {goal} hard, which one tip from today would you give?",
        "Which step was hardest, and what did you do when it got hard?",
        "On a scale of 1 to 5, how hard was {goal}? What would make it one number easier?",
    ),
    "teenager": (
        "What did you do today that made {goal} work better, and would you do it when nobody is watching?",
        "Which part of {goal} do you want to run yourself next time?",
        "Where will {goal} come up before we meet again, and what is your plan for the hard moment?",
    ),
    "adult": (
        "How hard was {goal} today from 0 to 10, and what would bring it down by one?",
        "Which part of {goal} did you do your own way, and did it work?",
        "When will {goal} come up before the next session, and what will you try first?",
        "What surprised you about {goal} today, for better or worse?",
    ),
    "supported": (
        "Which part of this felt good today?",
        "Shall we do this again? Which part first?",
        "Show me what you would like to do once more.",
    ),
}
BY_BAND: Final[dict[AgeBand, str]] = {
    "infant": "parent", "toddler": "parent", "preschool": "young", "school_age": "school",
    "teenager": "teenager", "adult": "adult", "older_adult": "adult",
}  # fmt: skip
#: Difficulties (from severe on) with which a short question about this very moment is fairer.
NEEDS_SUPPORT: Final = ("memory_recall", "orientation", "expressive_communication")
SUPPORT_FROM: Final = 3


def reflection_question(client: Client, goal: str, turn: int = 0) -> str:
    """The closing question of one session; `turn` counts sessions, so that it differs from the last one.

    >>> from otrec import Client, example
    >>> reflection_question(Client.load(example("pencil_grip")), "handwriting")
    'What helped you most with handwriting today, and where else this week could you use it?'
    """
    bank = QUESTIONS[answered_by(client)]
    return bank[turn % len(bank)].format(goal=goal)


def answered_by(client: Client) -> str:
    """Which bank of questions suits a client."""
    kind = BY_BAND[band_of(client.age_years)]
    supported = any(client.barriers.get(name, 0) >= SUPPORT_FROM for name in NEEDS_SUPPORT)
    return "supported" if supported and kind not in ("parent", "young") else kind
