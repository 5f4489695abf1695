"""Names of persons in free text: by a title, a relation or another cue before them, or because the name is known.

A name that is also an ordinary word (Will, May, Grace) counts only with a cue, a family name after it, or a word that
only a person can be the subject of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from otrec.privacy.kinds import Span
from otrec.privacy.word_lists import fold, phrases_of, words_of

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Endings of ordinary English and Spanish words; a longer unknown word that has one is not taken for a name.
_ENDINGS: Final = (
    "ing", "tion", "sion", "ment", "ness", "ity", "ology", "ally", "ed", "ive", "ful", "less", "able", "ible", "ous",
    "ance", "ence", "ism", "ist", "ical", "ers", "ies", "cion", "mente", "dad", "ando", "iendo",
)  # fmt: skip
MOST_WORDS: Final = 5


class Word(NamedTuple):
    """One word of a text. `gap` is what stands before it; `known` its form in the lists."""

    text: str
    start: int
    end: int
    known: str
    gap: str
    masked: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def follows(self) -> bool:
        """Whether nothing but a space, a dot of a title or a comma stands between this word and the one before."""
        return len(self.gap) <= 3 and not self.gap.strip(" .,:(\"'“‘") and "\n" not in self.gap

    @property
    def joined(self) -> bool:
        return self.gap in (" ", "  ", ". ", "-", ".")


@cache
def _fixed() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases_of("fixed_phrases")) + r")(?!\w)")


def _words(text: str) -> list[Word]:
    masked = iter(
        [*((found.start(), found.end()) for found in _fixed().finditer(text)), (len(text) + 1, len(text) + 1)]
    )
    low, high = next(masked)
    words, end = [], 0
    for found in _WORD.finditer(text):
        while found.start() >= high:
            low, high = next(masked)
        plain = fold(found[0])
        if plain.endswith("'s") and len(plain) > 3:
            plain = plain[:-2]
        gap = text[max(end, found.start() - 4) : found.start()]
        words.append(Word(found[0], found.start(), found.end(), plain, gap, low <= found.start() < high))
        end = found.end()
    return words


def people(text: str) -> Iterator[Span]:
    """Likely names of persons, each with its place; a family name found once is found everywhere in the text."""
    words = _words(text)
    named: set[str] = set()
    at = 0
    while at < len(words):
        if _begins(words, at):
            end = _extended(words, at)
            named.update(word.text for word in words[at:end] if word.capital and len(word.text) > 2)
            yield words[at].start, _without_s(words[end - 1]), "name"
            at = end
        else:
            at += 1
    named -= {word for word in named if fold(word) in words_of("given_ambiguous") | words_of("family_ambiguous")}
    yield from ((word.start, _without_s(word), "name") for word in words if word.text in named and not word.masked)


def _without_s(word: Word) -> int:
    return word.end - 2 if word.text.lower().endswith(("'s", "’s")) else word.end


def _acronym(word: Word) -> bool:
    return word.text.isupper() and 1 < len(word.text) <= 6


def _verb(word: Word) -> bool:
    return word.known in words_of("person_verbs") or word.known in words_of("other_verbs")


def _ordinary(word: Word, by_ending: bool = True) -> bool:
    """Whether a word, with a capital or not, is no name; after a title an ending such as -ist or -ing says nothing."""
    if word.masked or word.known in words_of("capitals") or (len(word.text) == 1):
        return True
    if word.known in words_of("given") or word.known in words_of("family"):
        return False
    if "-" in word.known and word.known.split("-")[0] in words_of("given"):
        return False
    first = word.known.split("'")[0].split("-")[0]
    if len(first) > 1 and first in words_of("capitals"):
        return True
    if word.known.startswith(("i'", "t-", "x-", "e-")):
        return True
    return _acronym(word) or (by_ending and len(word.known) > 5 and word.known.endswith(_ENDINGS))


def _begins(words: Sequence[Word], at: int) -> bool:
    """Whether a name begins with this word."""
    word = words[at]
    if word.masked:
        return False
    if _titled(words, at) or _introduced(words, at):
        return True
    first = word.known.split("-")[0]
    if first in words_of("given"):
        return _sure(words, at)
    if word.known in words_of("family") and word.capital:
        return True
    if word.known in words_of("given_ambiguous") or word.known in words_of("given_months"):
        return word.capital and _ambiguous(words, at)
    return _initial(words, at) or (word.capital and _stranger(words, at))


def _sure(words: Sequence[Word], at: int) -> bool:
    """A name that is no other word: with a capital, or in small letters if it is long enough to be no slip."""
    word = words[at]
    if word.text.isupper() and len(word.text) > 1:
        return len(word.text) > 3
    return word.capital or len(word.known) > 3


def _titled(words: Sequence[Word], at: int) -> bool:
    """Whether a title stands before: Mrs. Garcia, Dr Smith, mr jones."""
    word = words[at]
    if not at or not word.follows or "," in word.gap or ":" in word.gap:
        return False
    title = words[at - 1]
    if title.masked or title.text == "MS" or title.known not in words_of("titles"):
        return False
    if word.capital and not _acronym(word):
        names = words_of("given_months") | words_of("given_ambiguous")
        return not _ordinary(word, by_ending=False) or word.known in names
    if title.known in words_of("titles_any"):
        return not _ordinary(word) and len(word.text) > 2
    return word.known in words_of("given") or (title.known == "dr" and word.known in words_of("family"))


def _cued(words: Sequence[Word], at: int) -> str:
    """The kind of cue that stands directly before a word: "relation", "naming" or nothing."""
    back = at - 1
    if not words[at].follows or "." in words[at].gap:
        return ""
    if back >= 1 and words[back].known in ("is", "es", "was") and words[back].follows:
        back -= 1  # "his name is", "the teacher is"
        if words[back].known in ("name", "names", "nombre"):
            return "naming"
        return ""
    if back >= 0 and words[back].known in words_of("naming"):
        return "naming"
    if back >= 1 and words[back].known in ("as", "by") and words[back - 1].known in ("known", "goes", "go", "called"):
        return "naming"
    if back >= 0 and words[back].known in ("name", "names", "nombre") and ":" in words[at].gap:
        return "naming"
    relation = back >= 0 and words[back].known.split("-")[0] in words_of("relations")
    return "relation" if relation and ":" not in words[at].gap else ""


def _introduced(words: Sequence[Word], at: int) -> bool:
    """Whether a cue before makes a name of this word: my son Oliver, a boy called liam, seen with Xochitl."""
    word = words[at]
    if not at or words[at - 1].masked:
        return False
    if cue := _cued(words, at):
        return _after_cue(words, at, cue)
    if not word.follows or not word.capital or _ordinary(word):
        return False
    before = words[at - 1].known
    return at > 1 and before in ("with", "by", "to", "con", "from") and words[at - 2].known in words_of("met")


def _after_cue(words: Sequence[Word], at: int, cue: str) -> bool:
    word = words[at]
    either = word.known in words_of("given_ambiguous") or word.known in words_of("given_months")
    if cue == "naming" and any(item.known in words_of("things") for item in words[max(0, at - 4) : at]):
        return word.known in words_of("given")
    if at + 1 < len(words) and ":" in words[at + 1].gap:
        return False  # the heading of a form: "Client Chose:"
    if either and word.capital:
        return cue == "naming" or not _verb_use(words, at)
    if word.capital:
        return not _ordinary(word) and ("," not in word.gap or word.known in words_of("given"))
    return word.known in words_of("given") and len(word.known) > 2


def _verb_use(words: Sequence[Word], at: int) -> bool:
    """Whether May or Will after a relation is the verb: "Client Will ..." in a heading."""
    word = words[at]
    if word.known not in ("will", "may", "mark", "rob", "drew", "chase") or "," in word.gap or _ends(words, at):
        return False
    after = words[at + 1]
    return not (_verb(after) or after.known.endswith("ed") or after.known in words_of("verbs_mid"))


def _ends(words: Sequence[Word], at: int) -> bool:
    return at + 1 == len(words) or words[at + 1].gap.strip() != ""


def _mid(words: Sequence[Word], at: int) -> bool:
    """Whether a word stands inside a sentence, so that its capital says something."""
    return at > 0 and words[at].follows and not set(".:") & set(words[at].gap) and not words[at - 1].text.isupper()


#: What May and Will can stand before as verbs.
_BASE: Final = frozenset({"put", "cut", "hit", "bit", "become"})


def _ambiguous(words: Sequence[Word], at: int) -> bool:
    """Whether the words around show that a word such as Grace or Will is a name."""
    word = words[at]
    month, mostly = word.known in words_of("given_months"), word.known in words_of("given_mostly")
    if word.text.isupper():
        return False
    after = words[at + 1] if at + 1 < len(words) and words[at + 1].joined else None
    if after and after.capital and (after.known in words_of("family") or after.known in words_of("family_ambiguous")):
        return after.known in words_of("family") or not (month or after.masked)
    if after and not after.capital and (after.known in words_of("person_verbs") or (mostly and _verb(after))):
        return after.known not in _BASE
    if mostly and after and after.known in words_of("verbs_mid") and after.known[-1] != "l":
        return word.known != "will" or after.known in ("was", "is", "has", "had", "wasn't", "isn't", "hasn't")
    if mostly and _beside_a_name(words, at):
        return True
    if not _mid(words, at):
        return mostly and word.end != _without_s(word)
    if words[at - 1].known in (words_of("with_strong") if month else words_of("with")) and not words[at - 1].capital:
        return not (after and after.capital) and word.known not in words_of("large_places")
    return bool(after and after.known in words_of("verbs_mid") and not month)


def _beside_a_name(words: Sequence[Word], at: int) -> bool:
    """Whether "and" joins this word to a name that is no other word: Ruby and Faisal."""
    for joint, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(words) and words[joint].known in ("and", "y", "e") and words[other].capital:
            return words[other].known in words_of("given")
    return False


def _initial(words: Sequence[Word], at: int) -> bool:
    """An initial with a family name: K. Patel, J Smith."""
    word = words[at]
    if len(word.text) != 1 or not word.capital or word.text in "IA" or at + 1 >= len(words):
        return False
    after = words[at + 1]
    if not after.joined or not after.capital or after.text.isupper():
        return False
    known = after.known in words_of("family") or after.known in words_of("family_ambiguous")
    return known or (_mid(words, at) and after.gap.startswith(".") and not _ordinary(after))


def _stranger(words: Sequence[Word], at: int) -> bool:
    """An unknown word with a capital that does what only a person does: Xochitl held, then Ffion said."""
    word = words[at]
    if _ordinary(word) or at + 1 >= len(words) or len(word.text) < 3 or word.text.isupper():
        return False
    after = words[at + 1]
    if after.gap == " " and after.known in words_of("person_verbs") and not after.capital:
        return True
    return bool(after.joined and after.capital and after.known in words_of("family") and not after.masked)


def _extended(words: Sequence[Word], at: int) -> int:
    """The place after the last word of a name that begins here: middle and family names, initials, "de la"."""
    end = at + 1
    while end < len(words) and end - at < MOST_WORDS:
        if _without_s(words[end - 1]) != words[end - 1].end:
            return end
        word = words[end]
        if word.gap not in (" ", "-", ". ") or (word.gap == ". " and len(words[end - 1].text) > 1):
            return end
        skip = end
        while (
            skip < len(words)
            and words[skip].known in words_of("particles")
            and words[skip].gap == " "
            and skip - end < 2
        ):
            skip += 1
        if skip >= len(words) or not _continues(words, skip):
            return end
        end = skip + 1
    return end


def _continues(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if not word.capital:
        return False
    if len(word.text) == 1:
        return word.text != "I"
    return word.known in words_of("family_ambiguous") or not _ordinary(word)
