"""Pictograms for schedules and step cards: which there are, and which one shows what a step says.

All are drawn for otrec. A step that nothing fits gets no picture: an empty place is better than a wrong picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from otrec.models import Frozen, UnknownIdError
from otrec.models.yaml_text import parse_yaml

Role = Literal["does", "names", "when"]

#: What decides first.
_RANK: Final[dict[Role, int]] = {"does": 0, "names": 1, "when": 2}
#: How many words further on a cue may stand for each word that it has beyond its first, and still win.
_PHRASE_BONUS: Final = 2
#: How many words may stand where a cue has "...".
_GAP: Final = 4
#: How many words into its sentence a cue may begin: what comes later is seldom what the step is about.
_REACH: Final[dict[Role, int]] = {"does": 12, "names": 7, "when": 0}
#: How many words the first sentence may have for a cue to count: a long one names things that it is not about.
_LENGTH: Final[dict[Role, int]] = {"does": 1000, "names": 12, "when": 4}
#: The second sentence counts too where the first has no more words than this.
_SHORT: Final = 5

_TOKEN: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[.?!;:,]")
_QUOTED: Final = re.compile(r"(?<!\w)'[^']*(?:'\w[^']*)*'(?!\w)|\"[^\"]*\"|“[^”]*”")
_PART: Final = re.compile(r"\.\.\.|[a-z0-9]+(?:'[a-z]+)?")
_IRREGULAR: Final[dict[str, str]] = {
    "ate": "eat", "chose": "choose", "chosen": "choose", "drank": "drink", "feet": "foot", "held": "hold",
    "knives": "knife", "lying": "lie", "said": "say", "sat": "sit", "stood": "stand", "teeth": "tooth", "took": "take",
    "tying": "tie", "went": "go", "written": "write", "wrote": "write",
}  # fmt: skip


class Picture(Frozen):
    """A pictogram: its id, what it shows in English and Spanish (alt text), and the English words that call for it.

    `does` are verbs: the first verb of a step decides. `names` are things, places and feelings, which count where no
    verb fits; `when` are words for a time, which count only where they open the step. A cue may hold `...` for up to
    four words between: `wash ... hands`.
    """

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    alt: dict[Literal["en", "es"], str]
    does: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All its cues."""
        return (*self.does, *self.names, *self.when)


@dataclass(frozen=True)
class _Word:
    """A word of a step and its place: in which sentence, how many words into it, after which word or mark.

    `denied` stands after a "not"; `aside` in a clause that only tells when or which.
    """

    text: str
    forms: frozenset[str]
    sentence: int
    place: int
    after: str
    denied: bool
    aside: bool


@dataclass(frozen=True)
class _Cue:
    """The words of a cue (None where words may stand between), what it is for, and its picture's place in the table."""

    parts: tuple[str | None, ...]
    role: Role
    order: int

    @property
    def length(self) -> int:
        return sum(part is not None for part in self.parts)


def _folder() -> Traversable:
    return files("otrec") / "handout" / "pictograms"


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    found: dict[str, Any] = parse_yaml((_folder() / "index.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache
def _listed(name: str) -> frozenset[str]:
    """One of the lists of small words at the head of the table."""
    return frozenset(_index()[name])


@lru_cache(maxsize=1)
def _table() -> tuple[Picture, ...]:
    return tuple(
        Picture(alt={"en": row["en"], "es": row["es"]}, **{key: row[key] for key in row.keys() - {"en", "es"}})
        for row in _index()["pictures"]
    )


def load_pictures() -> dict[str, Picture]:
    """All pictograms by id, in the order of their table; read once.

    >>> load_pictures()["wash_hands"].alt["es"]
    'Lavarse las manos'
    """
    return {picture.id: picture for picture in _table()}


def picture_for(text: str) -> Picture | None:
    """The pictogram of a step or routine line in English, or None where none fits.

    Whole words are compared, whatever their ending. The first verb of the step decides, a phrase before a single word;
    then things, places and feelings. Only the first sentence counts, and the second where the first is very short.
    What is said in quotes, what is not to be done and what stands in an "if" or "when" clause never counts.

    >>> picture_for("The child cuts along the thick line.").id
    'cut_paper'
    >>> picture_for("Do not pull. Wash both hands with soap.").id
    'wash_hands'
    >>> picture_for("Handwriting").id
    'write'
    >>> picture_for("Hm") is None
    True
    """
    words = _words(text)
    found = [
        (word.sentence, _RANK[cue.role], word.place - _PHRASE_BONUS * (cue.length - 1), cue.order)
        for word, cue in _matches(words)
    ]
    return _table()[min(found)[-1]] if found else None


def svg(id: str) -> bytes:
    """The drawing of a pictogram, as SVG.

    Raises
    ------
    UnknownIdError
        Where there is no such pictogram; names the nearest.

    >>> svg("cup").startswith(b"<svg")
    True
    """
    return _drawing(id).read_bytes()


def path(id: str) -> Path:
    """Where the drawing of a pictogram lies, for programs that read files.

    Raises
    ------
    UnknownIdError
        Where there is no such pictogram; names the nearest.

    >>> path("cup").name
    'cup.svg'
    """
    return Path(str(_drawing(id)))


def _drawing(id: str) -> Traversable:
    known = load_pictures()
    if id not in known:
        from difflib import get_close_matches

        near = get_close_matches(id, known, n=3)
        hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "load_pictures() lists them all."
        raise UnknownIdError(f"there is no pictogram {id!r}. {hint}")
    return _folder() / f"{id}.svg"


def _forms(word: str) -> frozenset[str]:
    """A word and what it may be a form of: carries is carry, cutting is cut, and taping is tape but never tap.

    >>> sorted(_forms("cutting")), sorted(_forms("taping")), sorted(_forms("carries")), sorted(_forms("washes"))
    (['cut', 'cutt', 'cutting'], ['tape', 'taping'], ['carries', 'carry'], ['wash', 'washe', 'washes'])
    """
    word = word.removesuffix("'s")
    found = {word, _IRREGULAR.get(word, word)}
    if word.endswith(("ies", "ied")) and len(word) > 4:
        found.add(word[:-3] + "y")
    elif re.search(r"[^s]s$", word) and len(word) > 3:
        found |= {word[:-1], word[:-2]} if re.search(r"(s|x|z|ch|sh|o)es$", word) else {word[:-1]}
    root = re.sub(r"(ing|ed)$", "", word)
    if root != word and len(root) > 2:
        found |= _roots(root)
    return frozenset(found)


def _roots(root: str) -> set[str]:
    """The verbs that may stand before -ing or -ed: a short vowel doubles what follows it, and a lost e comes back."""
    if root[-1] == root[-2]:
        return {root, root[:-1]}
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", root):
        return {root + "e"}
    return {root, root + "e"}


def _words(text: str) -> list[_Word]:
    """The words outside quotes, in order, each with its place."""
    words: list[_Word] = []
    sentence, place, after, aside, denied = 0, 0, ".", False, False
    for mark in _TOKEN.findall(_QUOTED.sub(" , ", re.sub("[‘’]", "'", text.lower()))):
        if not mark[0].isalnum():
            after, aside, denied = mark, False, False
            if mark in ".?!;" and place:
                sentence, place = sentence + 1, 0
            continue
        aside, denied = aside or mark in _listed("opens_a_clause"), denied or mark in _listed("denies")
        words.append(_Word(mark, _forms(mark), sentence, place, after, denied, aside))
        place, after = place + 1, mark
    return words


@lru_cache(maxsize=1)
def _cues() -> dict[str, tuple[_Cue, ...]]:
    """Every cue, by its first word."""
    found: dict[str, list[_Cue]] = {}
    for order, picture in enumerate(_table()):
        for role in _RANK:
            for text in getattr(picture, role):
                parts = _parts(text)
                found.setdefault(str(parts[0]), []).append(_Cue(parts, role, order))
    return {first: tuple(cues) for first, cues in found.items()}


@lru_cache(maxsize=1)
def _not_pictured() -> tuple[tuple[str | None, ...], ...]:
    return tuple(map(_parts, _index()["not_pictured"]))


def _parts(cue: str) -> tuple[str | None, ...]:
    return tuple(None if part == "..." else part for part in _PART.findall(cue.lower()))


def _matches(words: Sequence[_Word]) -> Iterator[tuple[_Word, _Cue]]:
    """Every cue that is found, at the word where it begins."""
    opening = sum(word.sentence == 0 for word in words)
    for at, word in enumerate(words):
        if word.denied or word.aside or word.sentence > (opening <= _SHORT):
            continue
        cues = [cue for form in word.forms for cue in _cues().get(form, ()) if _counts(cue, word, opening)]
        cues = [cue for cue in cues if _fits(cue.parts, words, at)]
        other = [len(parts) for parts in _not_pictured() if cues and _fits(parts, words, at)]
        yield from ((word, cue) for cue in cues if cue.role != "does" or len(cue.parts) > max(other, default=0))


def _counts(cue: _Cue, word: _Word, opening: int) -> bool:
    """Whether a word is where such a cue may stand; `opening` is the length of the first sentence in words."""
    if word.place > _REACH[cue.role] or opening > _LENGTH[cue.role]:
        return False
    return _is_verb(word) if cue.role == "does" else word.sentence == 0


def _is_verb(word: _Word) -> bool:
    """Whether a word can be a verb where it stands: "rest" is one in "and rest", none in "the rest" or "at rest"."""
    opens = not word.after[0].isalnum()
    if word.text.endswith(("ing", "ed")):
        return opens and word.place == 0
    if word.text.endswith("s") and not word.text.endswith("ss"):
        return not opens and word.after not in _listed("before_a_thing") and not word.after.endswith("'s")
    return opens or word.after in _listed("before_a_verb")


def _fits(parts: Sequence[str | None], words: Sequence[_Word], at: int) -> bool:
    """Whether the parts stand from a place on, within one sentence, with at most four words where a gap is."""
    if not parts:
        return True
    if parts[0] is None:
        return any(_fits(parts[1:], words, at + gap) for gap in range(_GAP + 1))
    if at >= len(words) or parts[0] not in words[at].forms:
        return False
    same = at + 1 < len(words) and words[at + 1].sentence == words[at].sentence
    return len(parts) == 1 or (same and _fits(parts[1:], words, at + 1))
