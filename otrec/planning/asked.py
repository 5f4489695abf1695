"""What is asked of a plan for one client, and what stands in the profile when nothing else is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

from otrec.library import Library
from otrec.models import Client, OptionError
from otrec.models.terms import Phase
from otrec.models.wording import in_words, nearest

State = Literal["over", "under", "steady"]

PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
LEAST_MINUTES, MOST_MINUTES = 5, 120
#: How many activities a phase may hold: (least, most). The authors' reading of a usual session.
HOLDS: Final[dict[Phase, tuple[int, int]]] = {
    "warm_up": (1, 1), "targeted": (1, 3), "practice": (1, 2), "reflection": (1, 1),
}  # fmt: skip
#: The most of a session's minutes that warm-up and reflection may each take, and minutes they may always take.
EDGE_SHARE: Final = 0.25
EDGE_MINUTES: Final = 5
#: At most so many activities of one plan may rest on the same technique.
PER_TECHNIQUE: Final = 2
#: A goal is a top goal from this importance on (of 10); the most important goal always is; no more than three are.
TOP_IMPORTANCE, MOST_TOP_GOALS = 8, 3
#: The last so many days on which something was done count as the last sessions.
LAST_SESSIONS: Final = 2
#: Severity (ICF qualifier) of `arousal_regulation` or `sensory_over_responsivity` from which a client counts as
#: over-aroused when nothing else is said (authors' choice).
OVER_AROUSED_FROM: Final = 2


@dataclass(frozen=True)
class Asked:
    """One therapy session as it was asked for.

    `tools` are those at hand, None for any. `household` lets what a home has stand in for a bought tool. `state` is how
    the client comes in: over-aroused (start calming), under-aroused (start alerting) or steady. `goals` are the
    occupations that the plan has to practise. `include` has to be in the plan. `without` names constraints to drop.
    With `loose` no phase has to be there. `closing` minutes are kept free for the closing question.
    """

    minutes: int
    tools: frozenset[str] | None
    household: bool = False
    phases: tuple[Phase, ...] = PHASES
    state: State = "steady"
    goals: tuple[str, ...] = ()
    recent: frozenset[str] = frozenset()
    per_technique: int = PER_TECHNIQUE
    include: frozenset[str] = frozenset()
    without: frozenset[str] = field(default_factory=frozenset)
    loose: bool = False
    closing: int = 0

    def holds(self, phase: Phase) -> tuple[int, int]:
        """How many activities of a phase there are to be: (least, most)."""
        least, most = HOLDS[phase]
        return (0 if self.loose else least), most

    def edge(self, phase: Phase) -> int:
        """The most minutes that one activity of this phase may take."""
        if phase in ("warm_up", "reflection"):
            return max(EDGE_MINUTES, int(EDGE_SHARE * self.minutes))
        return self.minutes

    def with_tool(self, tool: str) -> Asked:
        """The same session with one more tool at hand."""
        return replace(self, tools=None if self.tools is None else self.tools | {tool})


def asked(
    library: Library,
    client: Client,
    *,
    minutes: int | None = None,
    tools: Iterable[str] | None = None,
    household: bool = False,
    phases: Iterable[Phase] | None = None,
    state: State | None = None,
    goals: Iterable[str] | None = None,
    repeat: bool = False,
    include: Iterable[str] = (),
    per_technique: int = PER_TECHNIQUE,
    without: Iterable[str] = (),
) -> Asked:
    """The session that a profile and these wishes ask for; every wish that cannot be met is named at once.

    Raises
    ------
    OptionError
        With every problem: minutes out of range, an empty bag, unknown tools, goals, phases or activities.
    """
    bag = _bag(client, tools)
    chosen = PHASES if phases is None else tuple(phases)
    wanted = top_goals(client) if goals is None else tuple(dict.fromkeys(goals))
    problems = [
        *_whole("minutes", client.minutes if minutes is None else minutes, LEAST_MINUTES, MOST_MINUTES),
        *_whole("per_technique", per_technique, 1, 10),
        *_empty_bag(tools),
        *_unknown("tool", bag or (), library.tools),
        *_unknown("phase", chosen, PHASES),
        *_unknown("goal", wanted, library.occupations),
        *_unknown("activity", include, library.activities),
        *_unknown("state", [] if state is None else [state], get_args(State)),
    ]
    if not chosen:
        problems.append(f"no phase is asked for; name at least one of {in_words(PHASES)}")
    if problems:
        raise OptionError("; ".join(problems))
    return Asked(
        minutes=client.minutes if minutes is None else minutes,
        tools=None if bag is None else frozenset(bag),
        household=household,
        phases=tuple(phase for phase in PHASES if phase in chosen),
        state=state or usual_state(client),
        goals=wanted,
        recent=frozenset() if repeat else last_sessions(client),
        per_technique=per_technique,
        include=frozenset(include),
        without=frozenset(without),
    )


def top_goals(client: Client) -> tuple[str, ...]:
    """The occupations that a plan has to practise: the most important goals, at most three.

    >>> from otrec import Client, example
    >>> top_goals(Client.load(example("fall_at_home")))
    ('bathing', 'mobility_indoors')
    """
    order = sorted(client.goals, key=lambda goal: -goal.importance)
    least = min(TOP_IMPORTANCE, order[0].importance) if order else 0
    names = dict.fromkeys(goal.occupation for goal in order if goal.importance >= least)
    return tuple(names)[:MOST_TOP_GOALS]


def usual_state(client: Client) -> State:
    """How a client comes in when nobody says: over-aroused from a moderate difficulty with arousal or sensation on."""
    telling = ("arousal_regulation", "sensory_over_responsivity")
    return "over" if any(client.barriers.get(name, 0) >= OVER_AROUSED_FROM for name in telling) else "steady"


def last_sessions(client: Client, sessions: int = LAST_SESSIONS, before: dt.date | None = None) -> frozenset[str]:
    """What was done on the last days that the history names."""
    days = sorted({past.date for past in client.history if before is None or past.date < before})[-sessions:]
    return frozenset(past.activity for past in client.history if past.date in days)


def _bag(client: Client, tools: Iterable[str] | None) -> tuple[str, ...] | None:
    return client.tools if tools is None else tuple(dict.fromkeys(tools))


def _empty_bag(tools: Iterable[str] | None) -> list[str]:
    if tools is None or tuple(tools):
        return []
    return ["the bag is empty; name what is in it, leave it out for any tool, or put 'tools: []' into the profile"]


def _whole(name: str, given: Any, least: int, most: int) -> list[str]:
    if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
        return []
    return [f"{name} is {given}; give a whole number from {least} to {most}"]


def _unknown(kind: str, given: Iterable[str], known: Iterable[str]) -> list[str]:
    known = list(known)
    return [f"{name!r} is no {kind}{nearest(str(name), known)}" for name in given if name not in known]
