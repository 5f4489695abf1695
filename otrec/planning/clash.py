"""Why no session fits what was asked: which constraints clash, and the smallest change that makes one fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from otrec.library import Library
from otrec.models import OtrecError
from otrec.models.wording import in_sentence, in_words
from otrec.planning.asked import LAST_SESSIONS, MOST_MINUTES, Asked
from otrec.planning.bag import with_tools
from otrec.planning.model import Model

#: What a therapist would rather give up, first to last.
GIVEN_UP: Final = ("bag", "recent", "techniques", "energy", "edges", "minutes", "state", "phase", "include", "goal")
MORE_MINUTES: Final = 5
PHASE_WORDS: Final = {
    "warm_up": "a warm-up", "targeted": "a targeted part", "practice": "practice in real life",
    "reflection": "a reflection",
}  # fmt: skip


@dataclass(frozen=True)
class Relaxation:
    """One change after which a session fits: the constraints it touches, in words, and the option that makes it."""

    constraints: tuple[str, ...]
    sentence: str
    option: str

    def to_dict(self) -> dict[str, object]:
        return {"constraints": list(self.constraints), "sentence": self.sentence, "option": self.option}


class PlanError(OtrecError, ValueError):
    """No session fits what was asked.

    `clash` names constraints that cannot hold together (none of them can be left out of the clash); `relaxations` are
    single changes that make a session fit, the smallest first; `plain` is the message without options of the command
    line.
    """

    exit_code = 6

    def __init__(self, sentences: tuple[str, ...], clash: tuple[str, ...], relaxations: tuple[Relaxation, ...]) -> None:
        self.clash, self.relaxations = clash, relaxations
        self.plain = tuple(re.sub(r" \(--[^)]*\)", "", sentence) for sentence in sentences)
        super().__init__("\n".join(sentences))


def explained(model: Model) -> PlanError:
    """The error for a session that cannot be had, with the clash and the changes that would help."""
    library, wanted = model.result.engine.library, model.wanted
    if not len(model.columns):
        told = f"nothing that this client may do fits into {wanted.minutes} minutes; see what was held back, and why"
        return PlanError((told,), ("minutes",), tuple(_longer(model, frozenset())))
    clash = _clash(model)
    relaxations = tuple(sorted(_relaxations(model, clash), key=_size))
    words = in_words(says(name, wanted, library) for name in clash)
    first = f"no session fits: {words} cannot {'all ' if len(clash) > 1 else ''}be had"
    first += " together." if len(clash) > 1 else " from what this client may do."
    lines = [first]
    if relaxations:
        smallest, *others = relaxations
        lines.append(f"Smallest change: {smallest.sentence} ({smallest.option}).")
        lines += [f"Or: {other.sentence} ({other.option})." for other in others[:3]]
    else:
        lines.append("No single change helps; ask for fewer goals, or look at what was held back and why.")
    return PlanError(tuple(lines), clash, relaxations)


def _clash(model: Model) -> tuple[str, ...]:
    """Constraints of which every one is needed to make the session impossible (a deletion filter)."""
    dropped: set[str] = set()
    for name in sorted(model.names, key=_rank):
        if model.solve(without={*dropped, name}) is None:
            dropped.add(name)
    return tuple(name for name in model.names if name not in dropped)


def _rank(name: str) -> int:
    return GIVEN_UP.index(name.split(":")[0])


def _size(relaxation: Relaxation) -> tuple[int, int]:
    return len(relaxation.constraints), min(_rank(name) for name in relaxation.constraints)


def _relaxations(model: Model, clash: tuple[str, ...]) -> Iterator[Relaxation]:
    """Every single change that makes a session fit; pairs where no single one does."""
    found = False
    for name in dict.fromkeys((*clash, "minutes")):
        for relaxation in _by_kind(name)(model, frozenset([name])):
            found = True
            yield relaxation
    if not found:
        for pair in combinations(model.names, 2):
            yield from _dropped(model, frozenset(pair))


def _by_kind(name: str) -> Callable[[Model, frozenset[str]], Iterator[Relaxation]]:
    return {"minutes": _longer, "bag": _packed}.get(name, _dropped)


def _dropped(model: Model, names: frozenset[str]) -> Iterator[Relaxation]:
    if model.solve(without=names) is None:
        return
    library, wanted = model.result.engine.library, model.wanted
    told = in_words(lets(name, wanted, library) for name in sorted(names, key=_rank))
    options = " ".join(f"--drop {name}" for name in sorted(names))
    yield Relaxation(tuple(sorted(names, key=_rank)), f"allow {told}", options)


def _longer(model: Model, _: frozenset[str]) -> Iterator[Relaxation]:
    wanted = model.wanted
    for minutes in range(wanted.minutes + MORE_MINUTES, MOST_MINUTES + 1, MORE_MINUTES):
        longer = Model(model.result, replace(wanted, minutes=minutes))
        if len(longer.columns) and longer.solve() is not None:
            yield Relaxation(("minutes",), f"{minutes} minutes instead of {wanted.minutes}", f"--minutes {minutes}")
            return


def _packed(model: Model, _: frozenset[str]) -> Iterator[Relaxation]:
    """The fewest further tools with which a session fits, up to three."""
    for tools in range(1, 4):
        found = with_tools(model, tools)
        if found is not None:
            library, bag = model.result.engine.library, sorted(model.wanted.tools or ())
            told = in_words(in_sentence(library.tools[name].name) for name in found[1])
            yield Relaxation(("bag",), f"also take along {told}", f"--tools {','.join([*bag, *found[1]])}")
            return


def says(name: str, wanted: Asked, library: Library) -> str:
    """A constraint in words, as part of a sentence."""
    kind, _, about = name.partition(":")
    if kind == "phase":
        return PHASE_WORDS[about]
    if kind == "goal":
        return f"at least one activity for {in_sentence(library.occupations[about].name)}"
    if kind == "include":
        return f"the activity {in_sentence(library.activities[about].name)!r}"
    return {
        "minutes": f"{wanted.minutes} minutes",
        "bag": "nothing but what is in the bag",
        "recent": f"nothing from the last {LAST_SESSIONS} sessions",
        "techniques": f"at most {wanted.per_technique} activities of one technique",
        "energy": "demand that rises and then eases",
        "edges": "a short warm-up and reflection",
        "state": f"a start for an {wanted.state}-aroused client",
    }[kind]


def lets(name: str, wanted: Asked, library: Library) -> str:
    """What dropping a constraint lets in, as part of a sentence."""
    kind, _, about = name.partition(":")
    if kind == "phase":
        return f"a session without {PHASE_WORDS[about]}"
    if kind == "goal":
        return f"a session that leaves out {in_sentence(library.occupations[about].name)}"
    if kind == "include":
        return f"a session without {in_sentence(library.activities[about].name)!r}"
    return {
        "minutes": f"more than {wanted.minutes} minutes",
        "bag": "tools that are not in the bag",
        "recent": f"activities from the last {LAST_SESSIONS} sessions",
        "techniques": f"more than {wanted.per_technique} activities of one technique",
        "energy": "demand that does not rise and then ease",
        "edges": "a warm-up or reflection of more than a quarter of the session",
        "state": f"any start, although the client comes in {wanted.state}-aroused",
    }[kind]
