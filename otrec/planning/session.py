"""One therapy session for one client, as an exact programme: `plan_session`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final

from otrec.engine import Engine, Recommendation
from otrec.models import Client
from otrec.models.terms import Phase
from otrec.models.wording import in_sentence, in_words
from otrec.planning.asked import PER_TECHNIQUE, PHASES, Asked, State, asked
from otrec.planning.clash import PHASE_WORDS, explained
from otrec.planning.columns import Columns
from otrec.planning.model import Model
from otrec.planning.plan import Plan, ordered

#: Minutes kept for the closing question when no reflection activity fits.
CLOSING_MINUTES: Final = 2


def plan_session(
    engine: Engine,
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
    drop: Iterable[str] = (),
    include_red: bool = False,
    weights: Mapping[str, float] | None = None,
    as_of: dt.date | None = None,
) -> Plan:
    """The best session for one client, as an exact integer programme over what the safety screen allows.

    Parameters
    ----------
    minutes
        Length, 5-120; that of the profile if left out.
    tools
        Ids of what is in the bag; the profile's tools if left out, any tool if it names none. Nothing outside the bag
        is used, apart from what the library declares as a substitute.
    household
        Let what a home has stand in for a bought tool.
    phases
        Which of warm_up, targeted, practice and reflection there have to be. If left out, all of them where they fit;
        what does not fit is left out with a note.
    state
        How the client comes in: over-aroused, under-aroused or steady; read from the barriers if left out.
    goals
        Occupations of which each has to be practised; the most important goals if left out.
    repeat
        Also use what was done in the last two sessions.
    include
        Activities that have to be in the plan.
    per_technique
        How many activities may rest on one technique.
    drop
        Constraints to do without, by the names that `PlanError` and `Plan.binding` use.

    Raises
    ------
    OptionError
        With everything in these wishes that cannot be.
    ClientError
        If the profile cannot be ranked by.
    PlanError
        If no session fits: says which constraints clash and what the smallest change is.

    >>> from otrec import Client, Engine, example
    >>> plan = plan_session(Engine(), Client.load(example("pencil_grip")), minutes=30)
    >>> [slot.phase for slot in plan.slots][0], plan.total_minutes <= 30
    ('warm_up', True)
    """
    wanted = asked(
        engine.library,
        client,
        minutes=minutes,
        tools=tools,
        household=household,
        phases=phases,
        state=state,
        goals=goals,
        repeat=repeat,
        include=include,
        per_technique=per_technique,
        without=drop,
    )
    result = engine.recommend(client, k=1, include_red=include_red, weights=weights, as_of=as_of)
    if goals is None:
        wanted, unmet = _reachable(result, wanted)
    else:
        unmet = ()
    plan = solve_session(result, wanted, strict=phases is not None)
    return replace(plan, notes=(*unmet, *plan.notes))


def _reachable(result: Recommendation, wanted: Asked) -> tuple[Asked, tuple[str, ...]]:
    """The session without those of the profile's goals for which there is nothing at all, and a note on each."""
    occupations, allowed = result.engine.library.occupations, result.scored.allowed
    there = {
        name
        for item, ok in zip(result.engine.space.activities, allowed, strict=True)
        if ok
        for name in item.occupations
    }
    lost = [name for name in wanted.goals if name not in there]
    notes = (
        f"Nothing that this client may do practises {in_sentence(occupations[name].name)}; look at what was held back."
        for name in lost
    )
    return replace(wanted, goals=tuple(name for name in wanted.goals if name in there)), tuple(notes)


def solve_session(result: Recommendation, wanted: Asked, *, strict: bool = False) -> Plan:
    """The best session from a recommendation; unless `strict`, phases that do not fit are left out with a note."""
    model = Model(result, wanted)
    found = model.solve()
    if found is not None:
        return Plan(model, ordered(model.columns, found.columns))
    for smaller in () if strict else _smaller(wanted):
        model = Model(result, smaller)
        found = model.solve()
        if found is not None:
            columns = ordered(model.columns, found.columns)
            return Plan(model, columns, _given_up(wanted, model.columns, columns, smaller.closing))
    raise explained(model)


def _smaller(wanted: Asked) -> Iterator[Asked]:
    """The same session with fewer phases, the most first; at last with whatever fits at all.

    The targeted part is given up last, then practice, then the warm-up.
    """
    worth = {"targeted": 8, "practice": 4, "warm_up": 2, "reflection": 1}
    sets = [some for count in range(len(wanted.phases) - 1, 0, -1) for some in combinations(wanted.phases, count)]
    for phases in sorted(sets, key=lambda some: (-len(some), -sum(worth[phase] for phase in some))):
        yield replace(wanted, phases=phases, closing=0 if "reflection" in phases else CLOSING_MINUTES)
    yield replace(wanted, loose=True)


def _given_up(wanted: Asked, columns: Columns, chosen: tuple[int, ...], closing: int) -> tuple[str, ...]:
    there = {PHASES[columns.phase[column]] for column in chosen}
    words = in_words((PHASE_WORDS[phase] for phase in wanted.phases if phase not in there), "or")
    last = f" Keep the last {closing} minutes for the question." if closing else ""
    return (f"There is no room for {words} in {wanted.minutes} minutes with what this client may do.{last}",)
