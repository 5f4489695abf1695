"""From plain words to a draft profile."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from otrec.intake import facts
from otrec.intake.ages import ages
from otrec.intake.draft import Draft, Found, Option, Question
from otrec.intake.finds import Read, finds, read
from otrec.intake.lexicon import Lexicon
from otrec.intake.phrases import NONE, PhraseClassifier
from otrec.intake.spelling import Speller
from otrec.intake.words import Sentence, Token, sentences
from otrec.library import Library
from otrec.models.errors import OtrecError
from otrec.models.wording import in_sentence

#: Longer texts are no referral.
MAX_CHARACTERS: Final = 100_000
#: Fewer words say nothing by likeness.
SHORTEST_CLAUSE: Final = 3
#: A likeness below which nothing is offered, and from which on it is drafted before it is confirmed.
OFFERED, DRAFTED = 0.05, 0.20
#: Clauses that are compared with phrases; more stand in no referral.
MOST_CLAUSES: Final = 120
#: Barriers of a draft; a therapist adds more from what is offered.
MOST_BARRIERS: Final = 5
#: How much a barrier counts that is named outright, beside shares of likeness.
NAMED: Final = 0.35
#: Unknown allergens that are asked about.
MOST_ALLERGENS: Final = 5
_QUIET: Final = frozenset({"likes", "allergies", "equipment", "other", "wants"})
_BETTER: Final = {"present": 0, "unsure": 1, "past": 2, "denied": 3, "other": 4}


class IntakeError(OtrecError, ValueError):
    """A text that cannot be read as a referral."""

    exit_code = 2


class Intake:
    """Reads referrals, e-mails and notes in plain words.

    Parameters
    ----------
    library
        Whose words are looked for.

    >>> from otrec import load_library
    >>> draft = Intake(load_library()).read("7;3, can't do up his buttons. No seizures. Loves trains.")
    >>> draft.client.age_years, draft.client.interests, [item.value for item in draft.found if item.status == "denied"]
    (7.25, ('trains',), ['seizures'])
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.lexicon = Lexicon(library)
        self.phrases = PhraseClassifier(library)

    @cached_property
    def _speller(self) -> Speller:
        wanted = self.lexicon.terms.vocabulary | self.lexicon.cues.vocabulary
        return Speller(self.lexicon.vocabulary, wanted)

    def read(self, text: str) -> Draft:
        """The draft profile of a text; nothing of it is kept.

        Raises
        ------
        IntakeError
            If there is no text, or more than 100,000 characters.
        """
        if not text.strip():
            raise IntakeError("There is no text. Paste a referral or type a sentence about the client, without a name.")
        if len(text) > MAX_CHARACTERS:
            raise IntakeError(
                f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Paste less."
            )
        said, found = self._looked_for(text)
        found += self._likenesses(said, found, text)
        found += self._facts(said, found, text)
        kept = _limited(_distinct(found))
        return Draft(tuple(kept), tuple(self._questions(kept, said, text)))

    def clauses(self, text: str) -> list[str]:
        """The clauses of a text in which a barrier is looked for by likeness."""
        return [_words(one.tokens[start:end]) for one in self._sentences(text) for start, end in _clauses(one)]

    def _looked_for(self, text: str) -> tuple[list[Read], list[Found]]:
        """The sentences of a text, and what is found in them by words that are looked for."""
        said = list(self._sentences(text))
        return said, [item for one in said for item in finds(self.lexicon, one, text)]

    def _sentences(self, text: str) -> Iterator[Read]:
        seen: dict[str, str] = {}
        known: dict[tuple[object, ...], Read] = {}
        heading, line, open_line = "", -1, False
        for sentence in sentences(text):
            if sentence.gap or (sentence.line != line and not open_line):
                heading = ""
            named, skip = self._heading(sentence)
            if named is not None:
                heading, open_line = named, skip >= len(sentence.tokens)
            elif sentence.line != line and open_line and sentence.gap:
                open_line = False
            line = sentence.line
            tokens = self._speller.mended(sentence.tokens[skip:], seen)
            if any(len(word.text) > 1 and not word.text.isdigit() for word in tokens):
                told = (heading, *((word.text, word.raw, word.after) for word in tokens))
                if told not in known:
                    known[told] = read(self.lexicon, tokens, heading)
                yield replace(known[told], tokens=tokens)  # the same words again say the same, in another place

    def _heading(self, sentence: Sentence) -> tuple[str | None, int]:
        """The heading before a colon, and how many words it takes."""
        if not 0 < sentence.opens <= 5:
            return None, 0
        head = sentence.tokens[: sentence.opens]
        for item in self.lexicon.headings.find(head):
            if item.end == len(head):
                return ("" if item.label == "plain" else item.label), sentence.opens
        return "", 0

    def weights(self, text: str) -> dict[str, float]:
        """How much of a text speaks for each barrier: shares of its clauses, and what it names outright.

        Strengths and what is denied do not count. Weights are at least 0 and may exceed 1.
        """
        said, found = self._looked_for(text)
        total: defaultdict[str, float] = defaultdict(float)
        for shares, _, strong in self._shares(said):
            if not strong:
                none = shares.pop(NONE, 0.0)
                for barrier, share in shares.items():
                    total[barrier] += share * (1 - none)
        for item in found:
            if item.kind == "barriers" and item.status == "present":
                total[item.value] += NAMED
        return dict(total)

    def _shares(self, said: Sequence[Read]) -> Iterator[tuple[dict[str, float], tuple[Read, int, int], bool]]:
        """For each clause that denies nothing: shares of the barriers, its place, whether it tells a strength."""
        places = [(one, start, end) for one in said for start, end in _clauses(one)][:MOST_CLAUSES]
        places = [
            (one, start, end)
            for one, start, end in places
            if one.clause_status(start, end) == "present" and not one.wished(start)
        ]
        if not places:
            return
        shares = self.phrases.shares([_words(one.tokens[start:end]) for one, start, end in places])
        for (one, start, end), row in zip(places, shares, strict=True):
            yield dict(zip(self.phrases.barriers, row.tolist(), strict=True)), (one, start, end), one.strong(start, end)

    def _likenesses(self, said: Sequence[Read], found: Sequence[Found], text: str) -> Iterator[Found]:
        """Barriers by likeness of clauses to everyday phrases."""
        barriers = sorted((item for item in found if item.kind == "barriers"), key=lambda item: item.start)
        starts = [item.start for item in barriers]
        for shares, (one, start, end), strong in self._shares(said):
            begin, finish = one.tokens[start].start, one.tokens[end - 1].end
            named = barriers[bisect_left(starts, begin) : bisect_left(starts, finish)]
            item = self._likeness(shares, named)
            if item is not None:
                options, drafted = item
                yield Found(
                    "strengths" if strong else "barriers", options[0].id, options[0].name, text[begin:finish], begin,
                    finish, "present", "both" if named else "phrases", drafted, one.severity(start, end), options,
                )  # fmt: skip

    def _likeness(self, shares: dict[str, float], named: Sequence[Found]) -> tuple[tuple[Option, ...], bool] | None:
        none = shares.pop(NONE, 0.0)
        for item in named:
            if item.status == "present":
                shares[item.value] = shares.get(item.value, 0.0) + NAMED
            else:
                shares.pop(item.value, None)
        best = sorted(shares, key=lambda name: -shares[name])[:3]
        top = shares[best[0]]
        if top < OFFERED or top < none:
            return None
        total = sum(shares.values()) + none
        options = tuple(Option(name, self.library.barriers[name].name, shares[name] / total) for name in best)
        return options, top >= DRAFTED

    def _facts(self, said: Sequence[Read], found: Sequence[Found], text: str) -> Iterator[Found]:
        years: float | None = None
        for age in ages(text):
            words = text[age.start : age.end].strip()
            if age.years is None:
                yield Found("age_years", None, "age", words, age.start, age.end, "unsure", "form", False)
            else:
                years = age.years
                yield Found("age_years", years, f"{years:g} years", words, age.start, age.end, "present", "form")
                break
        stroke = any(item.value == "stroke" and item.status == "present" for item in found)
        yield from facts.sides(text, stroke)
        yield from facts.numbers(text)
        yield from facts.delivery(text)
        place = facts.setting(self._places(said, text), years)
        if place is not None:
            yield place

    def _places(self, said: Iterable[Read], text: str) -> Iterator[Found]:
        for one in said:
            for hint in one.hints:
                if hint.label[0] == "settings" and one.status(hint.start, hint.end) in ("present", "unsure"):
                    start, end = one.tokens[hint.start].start, one.tokens[hint.end - 1].end
                    yield Found("setting", hint.label[1], "", text[start:end], start, end)

    def _questions(self, found: Sequence[Found], said: Sequence[Read], text: str) -> Iterator[Question]:
        drafted = {(item.kind, item.value) for item in found if item.drafted}
        kinds = {kind for kind, _ in drafted}
        if "age_years" not in kinds:
            vague = next((f" (“{item.words}”)" for item in found if item.kind == "age_years"), "")
            yield Question(f"How old is the client? The words do not say it exactly{vague}.", "age_years")
        if "setting" not in kinds:
            yield Question("Where does therapy take place?", "setting")
        asked: set[str] = set()
        for item in found:
            if (
                item.kind == "precautions"
                and item.status in ("unsure", "past")
                and ("precautions", item.value) not in drafted
            ):
                told = "is it still so?" if item.status == "past" else "is it so?"
                yield from _once(asked, item.value, f"{item.name}: the words say “{item.words}”; {told}")
        settled = {item.value for item in found if item.kind == "precautions"} | asked
        for condition in [item for item in found if item.kind == "conditions" and item.status in ("present", "unsure")]:
            for precaution in self.lexicon.words["ask_about"].get(condition.value, ()):
                if precaution not in settled and precaution in self.library.precautions:
                    name = self.library.precautions[precaution].name
                    yield from _once(asked, precaution, f"{name}: worth asking with {in_sentence(condition.name)}.")
        yield from self._allergens(said, text)
        if "precautions" in kinds:
            yield Question("A referral seldom names every precaution. Ask about those that it does not name.")
        else:
            yield Question("The text names no precaution for certain. Ask before you plan.")

    def _allergens(self, said: Sequence[Read], text: str) -> Iterator[Question]:
        """Allergies to something that the library has no word for; medicines aside."""
        drugs = set(self.lexicon.words["drugs"])
        told: set[str] = set()
        for one in said:
            place = next((n for n, word in enumerate(one.tokens) if word.text.startswith("allerg")), None)
            place = 0 if place is None and one.heading == "allergies" else place
            if place is None or one.status(place, place + 1) in ("denied", "other"):
                continue
            known = any(item.label[1].endswith("_allergy") or item.label[1] == "coeliac_disease" for item in one.terms)
            if not known and not drugs & {word.text for word in one.tokens}:
                words = text[one.tokens[place].start : one.tokens[min(place + 6, len(one.tokens)) - 1].end]
                if words.lower() in told or len(told) >= MOST_ALLERGENS:
                    continue
                told.add(words.lower())
                yield Question(
                    f"An allergy is mentioned (“{words}”): to what, and does it matter for materials or food?"
                )


def _once(asked: set[str], value: str, text: str) -> Iterator[Question]:
    if value not in asked:
        asked.add(value)
        yield Question(text, "precautions", value)


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(word.read_as or word.raw.lower().replace("’", "'") for word in tokens)


def _clauses(one: Read) -> Iterator[tuple[int, int]]:
    """Parts of a sentence between commas, "but" and "and", as places of words; short ones stay with their neighbour."""
    if one.heading in _QUIET:
        return
    start = 0
    for place, word in enumerate(one.tokens):
        cut = word.after in (",", "(", ")") or word.text in ("but", "although", "however") or (word.text == "and")
        if cut and place - start >= SHORTEST_CLAUSE + 1 and len(one.tokens) - place >= SHORTEST_CLAUSE + 1:
            yield start, place
            start = place + (1 if word.text in ("and", "but") else 0)
    if len(one.tokens) - start >= SHORTEST_CLAUSE:
        yield start, len(one.tokens)


def _distinct(found: Iterable[Found]) -> list[Found]:
    """The first find of each value and status; one found by words and by likeness becomes one."""
    kept: dict[tuple[str, object, str], Found] = {}
    for item in found:
        key = (item.kind, item.value, item.status)
        old = kept.get(key)
        if old is None:
            kept[key] = item
        elif item.options and not old.options:
            kept[key] = replace(old, how="both", options=item.options, severity=old.severity or item.severity)
        elif old.severity is None and item.severity is not None:
            kept[key] = replace(old, severity=item.severity)
    strong = {item.value for item in kept.values() if item.kind == "strengths"}
    return sorted(
        (
            item
            for item in kept.values()
            if not (item.kind == "barriers" and item.value in strong and item.how == "phrases")
        ),
        key=lambda item: (_BETTER[item.status], item.start),
    )


def _limited(found: Sequence[Found]) -> list[Found]:
    """The barriers of which most speaks are drafted, the rest is offered."""
    barriers = [item for item in found if item.kind == "barriers" and item.drafted]
    sure = {item.key: item.options[0].share if item.how == "phrases" else 1.0 for item in barriers}
    best = sorted(sure, key=lambda key: -sure[key])[:MOST_BARRIERS]
    return [
        replace(item, drafted=False) if item.kind == "barriers" and item.drafted and item.key not in best else item
        for item in found
    ]
