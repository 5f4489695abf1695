"""`Study`: every question of a library, compiled once, shared by all students; it holds nothing about any of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import get_args

from otrec.engine import Engine
from otrec.models import OptionError, UnknownIdError
from otrec.models.terms import OtpfArea
from otrec.models.wording import in_words, nearest
from otrec.study.cases import Cases
from otrec.study.grading import Grading
from otrec.study.lights import EvidenceCards
from otrec.study.linking import Linking
from otrec.study.links import Links
from otrec.study.naming import Naming
from otrec.study.questions import KINDS, Bank, Kind, Question, Seed, number, shuffled
from otrec.study.review import Progress
from otrec.study.routes import Routes
from otrec.study.safety_drills import SafetyDrills

AREAS: tuple[OtpfArea, ...] = get_args(OtpfArea)


class Study:
    """Questions over one engine: cards, cases, grading drills, contraindications and path puzzles.

    Examples
    --------
    >>> from otrec import Engine
    >>> study = Study(Engine())
    >>> question = study.question("card:barrier_named:force_grading")
    >>> question.choose, len(question.options)
    (1, 4)
    >>> study.question(question.id) == question
    True
    """

    def __init__(self, engine: Engine) -> None:
        links = Links(engine.library)
        self.engine = engine
        self._banks: dict[Kind, tuple[Bank, ...]] = {
            "card": (Naming(links), Linking(links), EvidenceCards(links, engine)),
            "case": (Cases(links, engine),),
            "grading": (Grading(engine.library),),
            "contraindication": (SafetyDrills(engine),),
            "path": (Routes(links),),
        }

    @cached_property
    def known(self) -> dict[str, Seed]:
        """Every question by its id, not yet built."""
        return {seed.id: seed for kind in KINDS for bank in self._banks[kind] for seed in bank.seeds()}

    @cached_property
    def _builders(self) -> dict[str, Bank]:
        """Topic -> the bank that builds it; topics are unique over all kinds."""
        found: dict[str, Bank] = {}
        for banks in self._banks.values():
            for bank in banks:
                found.update(dict.fromkeys(bank.topics, bank))
        return found

    @cached_property
    def _piles(self) -> dict[tuple[Kind, str, OtpfArea], tuple[Seed, ...]]:
        """Seeds of one kind, topic and area, in a drawn order, so that neighbours are not about the same thing."""
        piles: dict[tuple[Kind, str, OtpfArea], list[Seed]] = defaultdict(list)
        for name in shuffled("piles", self.known):
            seed = self.known[name]
            piles[seed.kind, seed.topic, seed.area].append(seed)
        return {key: tuple(seeds) for key, seeds in piles.items()}

    def sizes(self) -> dict[Kind, dict[OtpfArea, int]]:
        """How many questions there are of each kind in each OTPF-4 area; a few of them may turn out not to be sound."""
        counts = Counter((seed.kind, seed.area) for seed in self.known.values())
        return {kind: {area: counts[kind, area] for area in AREAS} for kind in KINDS}

    def question(self, question_id: str) -> Question:
        """The question of that id, the same each time.

        Raises
        ------
        UnknownIdError
            If this library has no such question.
        """
        seed = self.known.get(question_id)
        built = self._builders[seed.topic].build(seed) if seed else None
        if built is None:
            raise UnknownIdError(f"this library has no question {question_id[:80]!r}; start a new round")
        return built

    def questions(self, kinds: Iterable[Kind] = (), area: OtpfArea | None = None) -> Iterator[Question]:
        """Every sound question of some kinds and one area, for instance for an Anki deck."""
        wanted = _checked(kinds, area)
        for seed in self.known.values():
            if seed.kind in wanted and area in (None, seed.area):
                built = self._builders[seed.topic].build(seed)
                if built:
                    yield built

    def round_of(
        self,
        progress: Progress,
        now: dt.datetime,
        kinds: Iterable[Kind] = (),
        area: OtpfArea | None = None,
        n: int = 5,
        seed: int = 0,
    ) -> tuple[Question, ...]:
        """A round of questions: what is due first, then new ones of varied patterns, then what falls due next.

        Parameters
        ----------
        progress, now
            One student's answers so far, and the moment, with a time zone.
        kinds
            Kinds of question; all if left out.
        area
            One OTPF-4 area; all if left out.
        n
            How many, 1-50; fewer come only where the library has no more.
        seed
            Another number gives other new questions.
        """
        wanted = _checked(kinds, area)
        if not 1 <= n <= 50:
            raise OptionError(f"n is {n}; give a number of questions from 1 to 50")
        found: dict[str, Question] = {}
        new, ahead = self._new(progress, wanted, area, seed), self._ahead(progress, wanted, area)
        for name in chain(progress.due(now, wanted, area), new, ahead):
            question = self._built(name) if name not in found else None
            if question:
                found[name] = question
            if len(found) == n:
                break
        return tuple(found.values())

    def _built(self, name: str) -> Question | None:
        seed = self.known.get(name)
        return self._builders[seed.topic].build(seed) if seed else None

    def _new(self, progress: Progress, kinds: tuple[Kind, ...], area: OtpfArea | None, seed: int) -> Iterator[str]:
        """Ids not answered yet: kinds in turn, and within a kind topics in turn, then areas."""
        turns = [self._of_kind(progress, kind, area, seed) for kind in shuffled(f"{seed}:kinds", kinds)]
        yield from _in_turn(turns)

    def _of_kind(self, progress: Progress, kind: Kind, area: OtpfArea | None, seed: int) -> Iterator[str]:
        topics = dict.fromkeys(topic for own, topic, _ in self._piles if own == kind)
        turns = []
        for topic in shuffled(f"{seed}:topics", topics):
            areas = [here for own, name, here in self._piles if (own, name) == (kind, topic) and area in (None, here)]
            piles = [self._pile(progress, (kind, topic, here), seed) for here in shuffled(f"{seed}:{topic}", areas)]
            turns.append(_in_turn(piles))
        yield from _in_turn(turns)

    def _pile(self, progress: Progress, key: tuple[Kind, str, OtpfArea], seed: int) -> Iterator[str]:
        pile = self._piles[key]
        start = number(str(seed), *key) % len(pile)
        for place in range(len(pile)):
            name = pile[(start + place) % len(pile)].id
            if name not in progress.records:
                yield name

    def _ahead(self, progress: Progress, kinds: tuple[Kind, ...], area: OtpfArea | None) -> Iterator[str]:
        """Answered questions that are not due yet, the next one first: for those who have seen everything."""
        waiting = [
            (record.due, name)
            for name, record in progress.records.items()
            if record.kind in kinds and area in (None, record.area)
        ]
        yield from (name for _, name in sorted(waiting))


def _checked(kinds: Iterable[Kind], area: OtpfArea | None) -> tuple[Kind, ...]:
    wanted = tuple(dict.fromkeys(kinds)) or KINDS
    for kind in wanted:
        if kind not in KINDS:
            raise OptionError(f"{kind!r} is no kind of question{nearest(kind, KINDS)}. There are {in_words(KINDS)}")
    if area is not None and area not in AREAS:
        raise OptionError(f"{area!r} is no OTPF-4 area{nearest(area, AREAS)}. There are {in_words(AREAS)}")
    return wanted


def _in_turn(streams: list[Iterator[str]]) -> Iterator[str]:
    """One from each stream, round after round, until all are used up."""
    waiting = list(streams)
    while waiting:
        left = []
        for stream in waiting:
            name = next(stream, None)
            if name is not None:
                yield name
                left.append(stream)
        waiting = left
