"""Cautions in plain words: how near someone stays, what to look out for, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from otrec.handout.blocks import Box, Line, ours, theirs
from otrec.handout.language import Translator, mark
from otrec.library import Library
from otrec.models import Activity
from otrec.models.yaml_text import parse_yaml

N_ = mark
#: What each level of supervision asks of the person who helps.
SUPERVISION: Final[dict[str, str]] = {
    "independent": N_("It can be done alone once the therapist has shown how."),
    "nearby": N_("Someone stays near, in the same room or in earshot."),
    "line_of_sight": N_("Someone watches all the time."),
    "arms_length": N_("Someone stays within arm's reach all the time."),
    "clinician": N_("Only with a therapist there. Do not do it without one."),
}
STOP: Final = (
    N_("It hurts, or pain gets worse."),
    N_("Anyone is dizzy, pale or short of breath."),
    N_("Anyone is upset or has had enough."),
)


@cache
def _wordings() -> dict[str, dict[str, str]]:
    """Hazard -> language -> plain words, the gravest first."""
    rows: list[dict[str, Any]] = parse_yaml((files("otrec.handout") / "care.yaml").read_text(encoding="utf-8"))
    return {row["id"]: {"en": row["en"], "es": row["es"]} for row in rows}


def care_lines(library: Library, hazards: tuple[str, ...], language: str) -> tuple[Line, ...]:
    """What to look out for, the gravest first; a hazard without plain words is told in those of the library.

    >>> from otrec.library import load_library
    >>> [line[0].text for line in care_lines(load_library(), ("screen_use", "scissors"), "en")]
    ['Sit to cut. Carry scissors closed.', 'Look away from the screen often.']
    """
    known = _wordings()
    order = sorted(hazards, key=lambda name: list(known).index(name) if name in known else -1)
    return tuple(
        (ours(known[name][language]),)
        if name in known
        else (theirs(f"{library.hazards[name].name}: {library.hazards[name].note}."),)
        for name in dict.fromkeys(order)
    )


def safety_box(library: Library, activities: Sequence[Activity], say: Translator, language: str) -> Box:
    """Supervision and cautions of one or more activities: the nearest supervision, each caution once."""
    levels = list(SUPERVISION)
    nearest = max((activity.supervision for activity in activities), key=levels.index)
    hazards = tuple(dict.fromkeys(name for activity in activities for name in activity.hazards))
    first = (ours(say(SUPERVISION[nearest]), strong=True),)
    return Box(
        title=(ours(say("Keep it safe")),), items=(first, *care_lines(library, hazards, language)), weight="heavy"
    )


def stop_box(say: Translator) -> Box:
    """When to stop, and whom to tell."""
    return Box(
        title=(ours(say("Stop if")),),
        items=(
            *((ours(say(text)),) for text in STOP),
            (ours(say("Then tell your therapist. In an emergency, call the emergency number."), strong=True),),
        ),
        weight="heavy",
    )
