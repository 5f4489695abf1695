"""A day with one bag: every client planned, the fewest tools that serve all plans, and what one more would unlock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from scipy.sparse import block_diag, csr_array, hstack, vstack

from otrec.engine import Engine
from otrec.models import Client, OptionError
from otrec.planning.bag import Needs, needs
from otrec.planning.clash import PlanError
from otrec.planning.columns import Bools
from otrec.planning.model import Model
from otrec.planning.plan import Plan
from otrec.planning.session import plan_session, solve_session
from otrec.planning.solver import Programme, fewest, reach

#: How much of its own best each plan may give up for a smaller bag, as a share (authors' choice).
GIVE: Final = 0.05
BETWEEN_MINUTES: Final = 5
MOST_CLIENTS: Final = 60
MOST_UNLOCKS: Final = 10


@dataclass(frozen=True)
class Unlock:
    """A tool that is not in the bag: how many activities it would bring, and for how many of the clients."""

    tool: str
    name: str
    activities: int
    clients: int

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Day:
    """All plans of a day and the bag that serves them.

    `proved` is true when no smaller bag serves all plans within what they may give up; `failed` are the places (in the
    order given) of clients for whom no session fits, with the reason.
    """

    engine: Engine = field(repr=False)
    plans: tuple[Plan, ...] = field(repr=False)
    bag: tuple[str, ...]
    proved: bool
    give: float
    failed: tuple[tuple[int, str], ...]
    starts: dt.time | None = None
    between: int = BETWEEN_MINUTES

    @cached_property
    def unlocks(self) -> tuple[Unlock, ...]:
        """What one more tool would bring, the most first."""
        return _unlocks(self)

    @cached_property
    def times(self) -> tuple[str | None, ...]:
        """When each session starts, HH:MM; None if no start of the day was given."""
        if self.starts is None:
            return (None,) * len(self.plans)
        lengths = [plan.wanted.minutes + self.between for plan in self.plans]
        first = dt.datetime.combine(dt.date.min, self.starts)
        after = [0, *np.cumsum(lengths).tolist()]
        return tuple((first + dt.timedelta(minutes=after[place])).strftime("%H:%M") for place in range(len(self.plans)))

    @property
    def packing(self) -> list[dict[str, Any]]:
        """The bag, tool by tool, with whom each is for."""
        names = self.engine.library.tools
        found = []
        for tool in self.bag:
            users = [plan.client.id for plan in self.plans if tool in _carried(plan)]
            found.append({"tool": tool, "name": names[tool].name, "for_clients": users, "count": 1})
        return found

    def to_dict(self) -> dict[str, Any]:
        """What `otrec pack --json` prints."""
        return {
            "kind": "day",
            "library_version": self.engine.library.version,
            "bag": list(self.bag),
            "smallest_proved": self.proved,
            "give_percent": round(100 * self.give, 2),
            "packing": self.packing,
            "plans": [
                {**plan.to_dict(brief=True), "starts_at": time}
                for plan, time in zip(self.plans, self.times, strict=True)
            ],
            "unlocks": [item.to_dict() for item in self.unlocks],
            "failed": [{"client": place + 1, "reason": reason} for place, reason in self.failed],
        }


def pack_day(
    engine: Engine,
    clients: Sequence[Client],
    *,
    tools: Iterable[str] | None = None,
    give: float = GIVE,
    starts: dt.time | None = None,
    between: int = BETWEEN_MINUTES,
    as_of: dt.date | None = None,
) -> Day:
    """Plan a day: each client's session, served by the smallest bag that keeps every plan near its own best.

    Each client is first planned alone. Then one integer programme over all clients finds the fewest tools with which
    every plan keeps at least `1 - give` of its own best; with that bag each client is planned again, as well as it
    allows, back-ups included.

    Parameters
    ----------
    tools
        What there is to pack from; anything if left out. A profile's own `tools` hold for its client.
    give
        Share of its own best that a plan may give up, 0-0.5.
    starts, between
        When the first session starts, and minutes from one to the next; without a start no times are told.

    Raises
    ------
    OptionError
        If there are no clients or more than 60, or a wish cannot be.
    """
    problems = _problems(clients, give, between)
    if problems:
        raise OptionError("; ".join(problems))
    owned = None if tools is None else tuple(tools)
    alone: list[tuple[int, Plan]] = []
    failed: list[tuple[int, str]] = []
    for place, client in enumerate(clients):
        try:
            alone.append((place, plan_session(engine, client, tools=_at_hand(client, owned), as_of=as_of)))
        except PlanError as error:
            failed.append((place, " ".join(error.plain)))
    chosen, proved = _smallest([plan for _, plan in alone], give)
    packed = tuple(_again(plan, chosen) for _, plan in alone)
    return Day(engine, packed, tuple(sorted(chosen)), proved, give, tuple(failed), starts, between)


def _problems(clients: Sequence[Client], give: float, between: int) -> list[str]:
    names = [client.id for client in clients]
    found = []
    if not 1 <= len(clients) <= MOST_CLIENTS:
        found.append(f"a day has 1 to {MOST_CLIENTS} clients; {len(clients)} given")
    if len(set(names)) < len(names):
        found.append("two clients carry the same pseudonym; give each client file an id of its own")
    if not 0 <= give <= 0.5:
        found.append(f"give is {give:g}; give a share from 0 (each plan at its best) to 0.5")
    if not 0 <= between <= 240:
        found.append(f"between is {between}; give minutes from 0 to 240")
    return found


def _at_hand(client: Client, owned: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if owned is None or client.tools is None:
        return owned
    return tuple(tool for tool in owned if tool in client.tools) or None


def _again(plan: Plan, bag: frozenset[str]) -> Plan:
    """The best plan with the packed bag, under the constraints of the first one."""
    wanted = replace(plan.wanted, tools=bag if plan.wanted.tools is None else plan.wanted.tools & bag)
    return replace(solve_session(plan.result, wanted), notes=plan.notes)


def _smallest(plans: list[Plan], give: float) -> tuple[frozenset[str], bool]:
    """The fewest tools that serve every plan within what it may give up, and whether that is proved."""
    parts = [part for plan in plans if (part := _part(plan, give)) is not None]
    if not parts:
        return frozenset(), True
    n_tools = len(plans[0].model.facts.tool)
    tables = block_diag([part[0].table for part in parts], format="csr")
    lines = block_diag([part[1].columns for part in parts], format="csr")
    helped = vstack([part[1].tools for part in parts], format="csr")
    columns = tables.shape[1]
    none = csr_array((tables.shape[0], n_tools))
    problem = Programme(
        gain=np.concatenate([np.zeros(columns), np.full(n_tools, -1.0)]),
        table=csr_array(vstack([hstack([tables, none]), hstack([lines, -helped])], format="csr")),
        least=np.concatenate([*(part[0].least for part in parts), np.full(lines.shape[0], -np.inf)]),
        most=np.concatenate([*(part[0].most for part in parts), np.zeros(lines.shape[0])]),
    )
    chosen, proved = fewest(problem, columns)
    names = list(plans[0].model.facts.tool)
    return frozenset(names[place] for place in chosen), proved


def _part(plan: Plan, give: float) -> tuple[Programme, Needs] | None:
    """One client's share of the bag's programme, over the columns that can still be in a good enough plan.

    None if a plan without any tool is good enough: it needs nothing from the bag.
    """
    model, least = plan.model, (1 - give) * plan.objective - 1e-9
    nothing = Model(plan.result, replace(plan.wanted, tools=frozenset()))
    if nothing.solve(above=least) is not None:
        return None
    found = model.programme()
    assert found is not None
    kept, inner = found
    inside = reach(inner, least)
    table = vstack([inner.table[:, inside], csr_array(inner.gain[inside][None, :])], format="csr")
    worth = Programme(
        inner.gain[inside], csr_array(table), np.append(inner.least, least), np.append(inner.most, np.inf)
    )
    return worth, needs(model, kept[inside], np.zeros(len(model.facts.tool), dtype=bool))


def _carried(plan: Plan) -> set[str | None]:
    """The tools that a plan and its back-ups use from the bag."""
    return {item.tool for item in (*plan.materials, *plan.backup_materials)}


def _unlocks(day: Day) -> tuple[Unlock, ...]:
    """Tools outside the bag by the number of activities that they alone would bring to any of the clients."""
    if not day.plans:
        return ()
    known = day.plans[0].model.facts
    names = list(known.tool)
    brought = np.zeros((len(names), len(known.level)), dtype=bool)
    clients = np.zeros(len(names), dtype=int)
    for plan in day.plans:
        more = _brought(plan, known.tools)
        brought |= more
        clients += more.any(axis=1)
    counts = brought.sum(axis=1)
    order = sorted(np.flatnonzero(counts), key=lambda place: (-counts[place], names[place]))
    tools = day.engine.library.tools
    return tuple(
        Unlock(names[place], tools[names[place]].name, int(counts[place]), int(clients[place]))
        for place in order[:MOST_UNLOCKS]
    )


def _brought(plan: Plan, uses: Bools) -> Bools:
    """For each tool, the allowed activities that it alone would make possible, `(n_tools, n_activities)`."""
    model, allowed = plan.model, plan.result.scored.allowed
    lacking = uses & ~model.at_hand
    helps = np.eye(uses.shape[1], dtype=bool) | (model.facts.stands_in & ~model.barred)
    left = lacking.sum(axis=1)[None, :] - helps.T.astype(int) @ lacking.T.astype(int)
    possible: Bools = (left == 0) & lacking.any(axis=1) & allowed
    possible[model.at_hand & np.array([name in (model.wanted.tools or ()) for name in model.facts.tool])] = False
    return possible
