"""Spaced review: what a student has answered, when each question is due again, and how each OTPF-4 area stands.

When a question comes back is decided by FSRS (free spaced repetition scheduler, package `fsrs`): a right answer is
rated "good" unless the student says "hard" or "easy", a wrong one "again".
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from otrec.models import Frozen, OptionError, OtrecError
from otrec.models.terms import AREA_NAMES, OtpfArea
from otrec.models.wording import in_words, nearest
from otrec.study.questions import Kind, Question

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

RatingWord = Literal["again", "hard", "good", "easy"]
RATINGS: Final[tuple[RatingWord, ...]] = ("again", "hard", "good", "easy")
FILE_VERSION: Final = 1
MAX_FILE_BYTES: Final = 5_000_000
QuestionId = Annotated[str, Field(min_length=3, max_length=400)]
Figure = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class ProgressError(OtrecError, ValueError):
    """A progress file that cannot be used, with the reason and the next step."""

    exit_code = 3


class Record(Frozen):
    """How one question went so far, and when it is due again."""

    kind: Kind
    area: OtpfArea
    answers: int = Field(ge=1, le=1_000_000)
    right: int = Field(ge=0)
    last_right: bool
    state: int = Field(ge=1, le=3)
    step: int | None = Field(ge=0, le=100)
    stability: Figure
    difficulty: Figure
    due: AwareDatetime
    last_review: AwareDatetime

    @model_validator(mode="after")
    def _adds_up(self) -> Record:
        if self.right > self.answers:
            raise ValueError(f"{self.right} right of {self.answers} answers")
        if self.stability == 0 or (self.state != 2 and self.step is None):
            raise ValueError("the review state is incomplete")
        return self

    def card(self) -> Card:
        """The record as FSRS wants it."""
        from fsrs import Card, State

        return Card(
            card_id=1,
            state=State(self.state),
            step=self.step,
            stability=self.stability,
            difficulty=self.difficulty,
            due=self.due.astimezone(dt.UTC),
            last_review=self.last_review.astimezone(dt.UTC),
        )


@dataclass(frozen=True)
class AreaProgress:
    """One OTPF-4 area: questions seen, share of right answers (None before the first), and how many are due."""

    area: OtpfArea
    name: str
    seen: int
    answers: int
    right_share: float | None
    due: int


class Progress(Frozen):
    """One student's answers; `answer` returns a new one. It holds nothing about clients and no name.

    `aside` are records of questions that this library does not have any more; they are kept and written back.

    >>> Progress().due(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    ()
    """

    version: Literal[1] = FILE_VERSION
    records: dict[QuestionId, Record] = {}
    aside: dict[QuestionId, Record] = {}

    def answer(
        self,
        question: Question,
        right: bool,
        now: dt.datetime,
        rating: RatingWord | None = None,
        *,
        fuzz: bool = True,
    ) -> Progress:
        """The progress after one more answer.

        Parameters
        ----------
        question, right
            What was asked, and whether the answer was right.
        now
            The moment of the answer, with a time zone.
        rating
            How it went in the student's own eyes: `hard`, `good` or `easy` for a right answer, `again` for a wrong one.
        fuzz
            Let FSRS move longer intervals by a little chance, so that questions learned together do not all return
            on one day.
        """
        from fsrs import Card, Rating

        moment = _utc(now)
        word = rating_of(right, rating)
        old = self.records.get(question.id)
        before = old.card() if old else Card(card_id=1, due=moment)
        after, _ = _scheduler(fuzz).review_card(before, Rating[word.capitalize()], moment)
        record = Record(
            kind=question.kind,
            area=question.area,
            answers=(old.answers if old else 0) + 1,
            right=(old.right if old else 0) + right,
            last_right=right,
            state=int(after.state),
            step=after.step,
            stability=after.stability or 0.0,
            difficulty=after.difficulty or 0.0,
            due=after.due,
            last_review=moment,
        )
        return self.model_copy(update={"records": {**self.records, question.id: record}})

    def due(self, now: dt.datetime, kinds: Iterable[Kind] = (), area: OtpfArea | None = None) -> tuple[str, ...]:
        """The ids of questions that are due, longest overdue first; of some kinds or one area if asked."""
        moment, wanted = _utc(now), set(kinds)
        found = [
            (record.due, name)
            for name, record in self.records.items()
            if record.due <= moment and (not wanted or record.kind in wanted) and area in (None, record.area)
        ]
        return tuple(name for _, name in sorted(found))

    def next_due(self) -> dt.datetime | None:
        """When the next question falls due; None before the first answer."""
        return min((record.due for record in self.records.values()), default=None)

    def by_area(self, now: dt.datetime) -> dict[OtpfArea, AreaProgress]:
        """How each of the nine OTPF-4 areas stands, those without answers included."""
        moment = _utc(now)
        return {area: self._area(area, moment) for area in get_args(OtpfArea)}

    def _area(self, area: OtpfArea, moment: dt.datetime) -> AreaProgress:
        here = [record for record in self.records.values() if record.area == area]
        answers = sum(record.answers for record in here)
        share = sum(record.right for record in here) / answers if answers else None
        due = sum(record.due <= moment for record in here)
        return AreaProgress(area, AREA_NAMES[area], len(here), answers, share, due)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a student should be told about a loaded file."""
        if not self.aside:
            return ()
        count = len(self.aside)
        is_one = count == 1
        return (
            f"{count} {'question is' if is_one else 'questions are'} not in this library any more. "
            f"{'Its record is' if is_one else 'Their records are'} kept in the file and not asked.",
        )

    def to_json(self) -> str:
        """The progress as the text of a file, to be read with `from_json`."""
        return self.model_dump_json(indent=1)

    @classmethod
    def from_json(cls, text: str | bytes, known: Mapping[str, Any] | frozenset[str]) -> Progress:
        """Read a progress file against the questions that a library has.

        Parameters
        ----------
        text
            What `to_json` wrote.
        known
            The ids of the library's questions, such as `Study.known`.

        Raises
        ------
        ProgressError
            If the file is too large, broken, or of another version.
        """
        saved = _parsed(text)
        both = {**saved.aside, **saved.records}
        return cls(
            records={name: record for name, record in both.items() if name in known},
            aside={name: record for name, record in both.items() if name not in known},
        )


def rating_of(right: bool, rating: str | None) -> RatingWord:
    """The rating that goes with an answer; a wrong answer is always "again".

    >>> rating_of(True, None), rating_of(False, None), rating_of(True, "easy")
    ('good', 'again', 'easy')
    """
    if rating is None:
        return "good" if right else "again"
    for word in RATINGS:
        if word == rating and (word == "again") != right:
            return word
    allowed = [word for word in RATINGS if (word == "again") != right]
    raise OptionError(
        f"rating is {rating!r} for a {'right' if right else 'wrong'} answer{nearest(rating, allowed)}. "
        f"Give {in_words(allowed, 'or')}, or leave it out"
    )


def _utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise OptionError("the time has no time zone; give one, for example datetime.now(timezone.utc)")
    return moment.astimezone(dt.UTC)


@cache
def _scheduler(fuzz: bool) -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=fuzz)


def _parsed(text: str | bytes) -> Progress:
    """The content of a progress file as it stands."""
    step = "Choose a file that was saved here, or start anew."
    if len(text) > MAX_FILE_BYTES:
        raise ProgressError(f"The progress file has {len(text):,} bytes; at most {MAX_FILE_BYTES:,} are read. {step}")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ProgressError(f"The progress file is not readable JSON. {step}") from None
    if not isinstance(data, dict) or "version" not in data:
        raise ProgressError(f"The file is no progress file: it has no version. {step}")
    if data["version"] != FILE_VERSION:
        given = str(data["version"])[:20]
        raise ProgressError(f"The progress file is of version {given}; version {FILE_VERSION} is read here. {step}")
    try:
        return Progress.model_validate(data)
    except ValidationError as error:
        first, *more = error.errors()
        where = ".".join(str(part)[:60] for part in first["loc"])
        others = f" There are {len(more)} more problems." if more else ""
        raise ProgressError(f"The progress file is damaged at {where}: {first['msg']}.{others} {step}") from None
