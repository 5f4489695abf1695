"""One session for a group: shared activities, each member at an own step, the worst-off served first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from otrec.engine import Engine, Recommendation
from otrec.models import Activity, Client, OptionError
from otrec.models.terms import Phase
from otrec.models.wording import in_sentence, in_words
from otrec.planning.asked import PHASES, Asked, asked
from otrec.planning.clash import PlanError
from otrec.planning.columns import Bools, Floats
from otrec.planning.fairness import leximin
from otrec.planning.grading import Grade, grade
from otrec.planning.model import Model
from otrec.planning.plan import ordered
from otrec.planning.questions import reflection_question
from otrec.planning.roles import OWN_ROLES_FROM, Role, roles
from otrec.planning.sheet import Material, clean_up, counted, measures, set_up

SIZES: Final = (2, 8)


@dataclass(frozen=True)
class Member:
    """One member of a group: what the session is worth to them (0-100), their share, goal, role and steps."""

    client: Client = field(repr=False)
    value: float
    share: float
    goal: str
    role: Role
    grades: dict[str, Grade]
    cautions: dict[str, tuple[str, ...]]

    def to_dict(self) -> dict[str, Any]:
        return {
            "client_id": self.client.id,
            "value": round(self.value, 4),
            "share": round(self.share, 4),
            "goal": self.goal,
            "role": {"id": self.role.id, "name": self.role.name, "task": self.role.task},
            "grades": {name: step.to_dict() for name, step in self.grades.items()},
            "cautions": {name: list(lines) for name, lines in self.cautions.items()},
        }


@dataclass(frozen=True)
class GroupPlan:
    """A timed session for a group; `worst` is what it is worth to the member it serves least, 0-100."""

    results: tuple[Recommendation, ...] = field(repr=False)
    model: Model = field(repr=False)
    columns: tuple[int, ...]

    @property
    def minutes(self) -> int:
        return self.model.wanted.minutes

    @property
    def activities(self) -> tuple[Activity, ...]:
        return tuple(self.model.columns.activity(column) for column in self.columns)

    @cached_property
    def values(self) -> Floats:
        """What the session is worth to each member, 0-100, `(n_members,)`."""
        return np.asarray(_worth(self.results, self.model)[:, list(self.columns)].sum(axis=1))

    @property
    def worst(self) -> float:
        return float(self.values.min())

    @cached_property
    def members(self) -> tuple[Member, ...]:
        given = roles([result.client for result in self.results])
        total = self.values.sum() or 1.0
        return tuple(
            self._member(result, float(value), float(value / total), role)
            for result, value, role in zip(self.results, self.values, given, strict=True)
        )

    def _member(self, result: Recommendation, value: float, share: float, role: Role) -> Member:
        place = result.engine.space.place
        return Member(
            client=result.client,
            value=value,
            share=share,
            goal=self._goal(result),
            role=role,
            grades={item.id: grade(result, place[item.id]) for item in self.activities},
            cautions={item.id: result.screening.cautions(item.id) for item in self.activities},
        )

    def _goal(self, result: Recommendation) -> str:
        """The member's own aim in this session: a goal that it practises, else the hardest barrier that it targets."""
        library, client = result.engine.library, result.client
        for goal in sorted(client.goals, key=lambda goal: -goal.importance):
            if any(goal.occupation in item.occupations for item in self.activities):
                return library.occupations[goal.occupation].name
        aimed = {name for item in self.activities for name in (*item.primary, *item.secondary)}
        hit = {name: degree for name, degree in client.barriers.items() if name in aimed and degree}
        return library.barriers[max(hit, key=lambda name: hit[name])].name if hit else "Taking part in the group"

    @cached_property
    def materials(self) -> tuple[Material, ...]:
        """What to get out, counted by head."""
        names = [name for name, shut in zip(self.model.facts.tool, self.model.barred, strict=True) if shut]
        library, bag = self.results[0].engine.library, self.model.wanted.tools
        return counted(library, self.activities, len(self.results), bag, names)

    def to_dict(self) -> dict[str, Any]:
        """What `otrec plan-group --json` prints."""
        engine, columns, minutes = self.results[0].engine, self.model.columns, self.model.columns.minutes
        starts = np.concatenate([[0], np.cumsum(minutes[list(self.columns)])]).tolist()
        return {
            "kind": "group",
            "model_version": self.results[0].model_version,
            "library_version": engine.library.version,
            "client_ids": [result.client.id for result in self.results],
            "minutes": self.minutes,
            "total_minutes": int(starts[-1]),
            "worst": round(self.worst, 4),
            "phases": [
                {
                    "phase": PHASES[columns.phase[column]],
                    "activity_id": columns.activity(column).id,
                    "name": columns.activity(column).name,
                    "start_minute": start,
                    "minutes": int(minutes[column]),
                }
                for column, start in zip(self.columns, starts, strict=False)
            ],
            "members": [member.to_dict() for member in self.members],
            "materials": [item.to_dict() for item in self.materials],
            "set_up": list(set_up(self.activities)),
            "clean_up": list(clean_up(self.activities)),
            "measure": list(measures(self.activities)),
            "reflection_question": reflection_question(self.results[0].client, in_sentence(self.members[0].goal)),
            "warnings": list(self.warnings),
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What any member's profile leaves open, and who is too young to hold a role alone."""
        told = dict.fromkeys(text for result in self.results for text in result.screening.warnings)
        young = any(result.client.age_years < OWN_ROLES_FROM for result in self.results)
        return (*told, *(["Members under four hold their role together with an adult."] if young else []))


def plan_group(
    engine: Engine,
    clients: Sequence[Client],
    *,
    minutes: int | None = None,
    tools: Iterable[str] | None = None,
    phases: Iterable[Phase] | None = None,
    as_of: dt.date | None = None,
) -> GroupPlan:
    """The fairest session for two to eight clients: what all may do, worth most to the one it serves least.

    Every rule of every member holds for all: an activity is used only if each member may do it, in a group of that
    size, with what each one's profile has at hand. Among sessions that serve the worst-off equally well, the second
    worst-off is served best, and so on (leximin).

    Parameters
    ----------
    minutes
        Length, 5-120; the shortest of the profiles if left out.
    phases
        Which phases there have to be; warm-up, targeted or practice, and reflection as far as they fit if left out.

    Raises
    ------
    OptionError
        If the group is too small or too large, or a wish cannot be.
    PlanError
        If nothing is left that every member may do, or no session fits.
    """
    if not SIZES[0] <= len(clients) <= SIZES[1]:
        raise OptionError(f"a group has {SIZES[0]} to {SIZES[1]} members; {len(clients)} given")
    doubled = len({client.id for client in clients}) < len(clients)
    if doubled:
        raise OptionError("two members carry the same pseudonym; give each client file an id of its own")
    results = _results(engine, clients, as_of)
    shortest = min(client.minutes for client in clients) if minutes is None else minutes
    wanted = _asked(engine, clients, shortest, tools, phases)
    for smaller in [wanted] if phases is not None else _smaller(wanted):
        model = _model(results, smaller)
        found = None if model is None else model.programme()
        if model is None or found is None:
            continue
        kept, problem = found
        chosen = leximin(problem, _worth(results, model)[:, kept])
        if chosen is not None:
            return GroupPlan(results, model, ordered(model.columns, kept[list(chosen)].tolist()))
    raise _nothing(results, wanted)


def _results(engine: Engine, clients: Sequence[Client], as_of: dt.date | None) -> tuple[Recommendation, ...]:
    sized = [client.model_copy(update={"group_size": len(clients)}) for client in clients]
    return tuple(engine.recommend(client, k=1, as_of=as_of) for client in sized)


def _asked(
    engine: Engine, clients: Sequence[Client], minutes: int, tools: Iterable[str] | None, phases: Iterable[Phase] | None
) -> Asked:
    bags = [client.tools for client in clients if client.tools is not None]
    shared = sorted(tool for tool in bags[0] if all(tool in other for other in bags)) if bags else None
    bag = shared if tools is None else list(tools)
    plain = clients[0].model_copy(update={"tools": None if bag is None else tuple(bag)})
    given = tuple(bag) if tools is not None and bag is not None else None
    return asked(engine.library, plain, minutes=minutes, tools=given, phases=phases, goals=(), repeat=True)


def _smaller(wanted: Asked) -> list[Asked]:
    """The session as asked, then with fewer phases; a group always keeps one main activity."""
    sets: tuple[tuple[Phase, ...], ...] = (
        PHASES, ("warm_up", "targeted", "reflection"), ("warm_up", "practice", "reflection"), ("warm_up", "targeted"),
        ("warm_up", "practice"), ("targeted", "reflection"), ("practice", "reflection"), ("targeted",), ("practice",),
    )  # fmt: skip
    return [replace(wanted, phases=phases) for phases in sets]


def _model(results: tuple[Recommendation, ...], wanted: Asked) -> Model | None:
    """The first member's model over what all may do; None if no column is left.

    The tools that a rule keeps from any member stand in for nothing.
    """
    shared = np.all([result.scored.allowed for result in results], axis=0) & _large_enough(results)
    first = results[0]
    model = Model(replace(first, scored=replace(first.scored, allowed=shared)), wanted)
    model.barred = np.any([Model(result, wanted).barred for result in results], axis=0)
    return model if len(model.columns) else None


def _large_enough(results: tuple[Recommendation, ...]) -> Bools:
    return np.asarray(results[0].engine.space.group_max >= len(results))


def _worth(results: Sequence[Recommendation], model: Model) -> Floats:
    """What each column is worth to each member, points of 100 for the whole session, `(n_members, n_columns)`."""
    columns = model.columns
    scores = np.array([100 * result.scored.scores[columns.row] for result in results])
    return np.asarray(scores * columns.minutes / model.wanted.minutes)


def _nothing(results: tuple[Recommendation, ...], wanted: Asked) -> PlanError:
    """Why there is no session for this group: whose rules leave least, and what all may do but not in this time."""
    shared = np.all([result.scored.allowed for result in results], axis=0)
    heads = len(results)
    alone = [f"member {number} may do {result.pool}" for number, result in enumerate(results, 1)]
    if not shared.any():
        told = f"nothing is left that all {heads} may do: {in_words(alone)}, and none of it is the same"
        rules = _ruling(results)
        why = [f"Rules that hold for some and not for others: {in_words(rules)}."] if rules else []
        return PlanError((f"{told}.", *why, "Smallest change: a smaller group, or two groups."), ("members",), ())
    fit = int((shared & _large_enough(results)).sum())
    told = f"no session fits: of what all {heads} may do, {fit} activities are for a group of {heads}, and none fits "
    told += f"{wanted.minutes} minutes with what is in the bag"
    return PlanError((f"{told}.", "Smallest change: a smaller group, more minutes, or another bag."), ("members",), ())


def _ruling(results: tuple[Recommendation, ...], most: int = 4) -> list[str]:
    """Names of the safety rules that hold for some members only."""
    held = Counter(rule.id for result in results for rule in result.screening.strict_rules)
    return sorted(name for name, times in held.items() if times < len(results))[:most]
