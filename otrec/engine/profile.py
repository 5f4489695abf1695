"""Single changes of a client profile, for the question what would change the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from otrec.library import Library
from otrec.models import Client, Goal
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS
from otrec.models.wording import in_words

#: Barriers and goals to try out when a profile leaves them open, nearest prerequisites and limits first.
MOST_SUGGESTIONS = 4


def counterfactuals(library: Library, client: Client) -> Iterator[tuple[str, Client]]:
    """Each single change of the profile as `(sentence, changed client)`."""
    yield from _barriers(library, client)
    yield from _goals(library, client)
    for setting, name in SETTING_NAMES.items():
        if setting != client.setting and setting not in ("nicu",):
            yield f"setting: {name.lower()}", _with(client, setting=setting)
    if client.tools is not None:
        yield "tools: any tool at hand", _with(client, tools=None)
    if client.precautions is None:
        yield "precautions: asked, none found", _with(client, precautions=())
    for minutes in (15, 45):
        if minutes != client.minutes:
            yield f"minutes: {minutes}", _with(client, minutes=minutes)
    if client.group_size == 1:
        yield "group size: 4", _with(client, group_size=4)
    for name in client.conditions:
        rest = tuple(other for other in client.conditions if other != name)
        yield f"condition left out: {library.conditions[name].name}", _with(client, conditions=rest)


def _barriers(library: Library, client: Client) -> Iterator[tuple[str, Client]]:
    for name, degree in client.barriers.items():
        word = library.barriers[name].name
        rest = {other: value for other, value in client.barriers.items() if other != name}
        if any(rest.values()) or client.goals:
            yield f"{word}: no difficulty", _with(client, barriers=rest)
        for other in (degree - 1, degree + 1):
            if 1 <= other <= 4:
                yield f"{word}: {SEVERITY_WORDS[other]}", _with(client, barriers={**client.barriers, name: other})
    for name in _prerequisites(library, client):
        more = {**client.barriers, name: 2}
        yield f"{library.barriers[name].name}: moderate (a prerequisite)", _with(client, barriers=more)


def _prerequisites(library: Library, client: Client) -> list[str]:
    needs = [edge.prerequisite for edge in library.requires if edge.barrier in client.barriers]
    return list(dict.fromkeys(need for need in needs if need not in client.barriers))[:MOST_SUGGESTIONS]


def likely_barriers(library: Library, client: Client, most: int = MOST_SUGGESTIONS) -> list[str]:
    """Barriers that most often limit the client's goals, the strongest first."""
    goals = {goal.occupation for goal in client.goals}
    limits = sorted((edge for edge in library.limits if edge.occupation in goals), key=lambda edge: -edge.strength)
    return list(dict.fromkeys(edge.barrier for edge in limits))[:most]


def likely_goals(library: Library, client: Client, most: int = MOST_SUGGESTIONS) -> list[str]:
    """Occupations that the client's barriers most often limit, the strongest first."""
    limits = sorted(
        (edge for edge in library.limits if edge.barrier in client.barriers), key=lambda edge: -edge.strength
    )
    return list(dict.fromkeys(edge.occupation for edge in limits))[:most]


def _goals(library: Library, client: Client) -> Iterator[tuple[str, Client]]:
    for goal in client.goals:
        rest = tuple(other for other in client.goals if other != goal)
        if rest or any(client.barriers.values()):
            yield f"goal left out: {library.occupations[goal.occupation].name}", _with(client, goals=rest)
    if client.goals:
        return
    for name in likely_goals(library, client):
        more = (Goal(occupation=name, importance=8),)
        yield f"goal: {library.occupations[name].name}", _with(client, goals=more)


def _with(client: Client, **changes: Any) -> Client:
    return client.model_copy(update=changes)


def nothing_to_rank(library: Library) -> str:
    """What to add to a profile without barriers and goals."""
    few = in_words(list(library.barriers)[:4], "or")
    return (
        "neither a barrier nor a goal is given, so there is nothing to rank by. Add at least one, for example "
        f"`barriers: {{{next(iter(library.barriers), 'attention')}: 2}}` (0 none to 4 complete), such as {few}; "
        "or `goals: [{occupation: dressing, importance: 8}]`"
    )
