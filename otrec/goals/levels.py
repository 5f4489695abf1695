"""Levels of help in the words of the field: assistance in medical goals, prompts in school goals."""

from __future__ import annotations

from typing import Final

from otrec.goals.review import Wording
from otrec.models import Frozen, OptionError
from otrec.models.wording import in_words, nearest


class HelpLevel(Frozen):
    """One level of help, from none to most by `rank`.

    `share` is the part of the effort that the helper gives, in percent (low, high), as commonly taught; None where help
    is not counted in effort. Sources differ at the borders; CARE items (section GG) know only less or more than half.
    """

    id: str
    name: str
    short: str
    phrase: str
    rank: int
    share: tuple[int, int] | None = None
    note: str = ""


#: Levels of assistance for medical goals. The shares are those of two teaching tables that were read (neurorecovery
#: network glossary: the person does >= 75 %, 50-74 %, 25-49 %, < 25 %; a reference guide for OT gives the same).
ASSIST_LEVELS: Final[tuple[HelpLevel, ...]] = (
    HelpLevel(id="independent", name="independent", short="I", phrase="independently", rank=0, share=(0, 0)),
    HelpLevel(
        id="modified_independent",
        name="modified independent",
        short="Mod I",
        phrase="with modified independence",
        rank=1,
        share=(0, 0),
        note="no helper; a device or more time",
    ),
    HelpLevel(
        id="setup",
        name="set-up",
        short="set-up",
        phrase="with set-up assistance only",
        rank=2,
        note="help before or after, none during",
    ),
    HelpLevel(id="supervision", name="supervision", short="S", phrase="with supervision", rank=3, share=(0, 0)),
    HelpLevel(
        id="verbal_cue", name="verbal cue", short="VC", phrase="with verbal cues only", rank=4, note="words, no touch"
    ),
    HelpLevel(
        id="contact_guard",
        name="contact guard assistance",
        short="CGA",
        phrase="with contact guard assistance",
        rank=5,
        note="a hand ready or resting on the person",
    ),
    HelpLevel(
        id="minimal",
        name="minimal assistance",
        short="Min A",
        phrase="with minimal assistance",
        rank=6,
        share=(1, 25),
    ),
    HelpLevel(
        id="moderate",
        name="moderate assistance",
        short="Mod A",
        phrase="with moderate assistance",
        rank=7,
        share=(26, 50),
    ),
    HelpLevel(
        id="maximal",
        name="maximal assistance",
        short="Max A",
        phrase="with maximal assistance",
        rank=8,
        share=(51, 75),
    ),
    HelpLevel(
        id="total", name="total assistance", short="Dep", phrase="with total assistance", rank=9, share=(76, 100)
    ),
)

#: Prompts for school goals, from least to most. Sources order gestural and verbal prompts either way; a gesture is
#: put first here because it gives away less of what to do.
PROMPT_LEVELS: Final[tuple[HelpLevel, ...]] = (
    HelpLevel(id="independent", name="independent", short="I", phrase="independently", rank=0),
    HelpLevel(id="gestural", name="gestural prompt", short="G", phrase="with a gestural prompt", rank=1),
    HelpLevel(id="verbal", name="verbal prompt", short="V", phrase="with a verbal prompt", rank=2),
    HelpLevel(id="model", name="model", short="M", phrase="with a model prompt", rank=3),
    HelpLevel(
        id="partial_physical",
        name="partial physical prompt",
        short="PP",
        phrase="with a partial physical prompt",
        rank=4,
    ),
    HelpLevel(
        id="full_physical", name="full physical prompt", short="FP", phrase="with a full physical prompt", rank=5
    ),
)


def help_levels(wording: Wording) -> tuple[HelpLevel, ...]:
    """The levels of help that go with a wording, least first.

    >>> [level.short for level in help_levels("school")]
    ['I', 'G', 'V', 'M', 'PP', 'FP']
    """
    return PROMPT_LEVELS if wording == "school" else ASSIST_LEVELS


def help_level(name: str, wording: Wording) -> HelpLevel:
    """One level by its id, name or abbreviation.

    Raises
    ------
    OptionError
        If there is no such level; names those of the wording.

    >>> help_level("Min A", "medical").phrase
    'with minimal assistance'
    """
    asked = " ".join(name.lower().replace("_", " ").split())
    levels = help_levels(wording)
    for level in levels:
        if asked in {level.id.replace("_", " "), level.name, level.short.lower()}:
            return level
    allowed = [level.id for level in levels]
    raise OptionError(
        f"assist level {name[:40]!r} is not one of the {wording} wording{nearest(name, allowed)}. "
        f"Choose from {in_words(allowed, 'or')}"
    )
