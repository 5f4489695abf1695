"""A goal in parts, and its text in two forms: COAST for medical records, SMART for school plans."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from otrec.goals.levels import help_level
from otrec.goals.measures import MEASURES, Measure
from otrec.goals.review import Wording
from otrec.models import Frozen, OptionError
from otrec.models.wording import nearest

Subject = Literal["the client", "the student", "the resident", "the child"]
Form = Literal["coast", "smart"]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

#: Words with which a condition may begin as it stands; before any other it says "given".
STARTS: Final = (
    "given",
    "when",
    "while",
    "using",
    "with",
    "during",
    "after",
    "before",
    "in ",
    "at ",
    "on ",
    "seated",
    "from",
)
_ONE = re.compile(r"(?<![\d.])1 (cue|error|minute|day|time|metre|hour|word)s\b")
FORMS: Final[tuple[Form, ...]] = ("coast", "smart")


class GoalDraft(Frozen):
    """A goal by its parts, for a person without a name.

    It words what a therapist has decided. It never decides, and its texts never claim, that somebody is eligible for a
    service, has a diagnosis or needs therapy.

    `baseline` and `target` are amounts in the unit of `measure` (an id of `MEASURES`); `total` is the number of chances
    for measures such as 4 of 5 opportunities; `counted` names what a share or a number is of. `by` is a day or a number
    of weeks.
    """

    occupation: Phrase
    action: Phrase
    condition: Phrase
    measure: str
    baseline: float
    target: float
    by: dt.date | Annotated[int, Field(ge=1, le=104)]
    consistency: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    measured_by: Phrase
    assist: str | None = None
    total: int | None = None
    counted: str | None = None
    barrier: str | None = None
    wording: Wording = "medical"
    subject: Subject = "the client"
    first_person: bool = False

    @property
    def kind(self) -> Measure:
        return MEASURES[self.measure]

    def text(self, form: str | None = None) -> str:
        """The goal as one sentence.

        Parameters
        ----------
        form
            "coast" (client, occupation, assist level, specific condition, timeline) or "smart"; left out, the one that
            goes with the wording.

        Raises
        ------
        OptionError
            If there is no such form.
        """
        chosen = form or ("smart" if self.wording == "school" else "coast")
        if chosen not in FORMS:
            raise OptionError(f"form is {chosen[:40]!r}; choose coast or smart{nearest(chosen, FORMS)}")
        return self._coast() if chosen == "coast" else self._smart()

    def reason(self) -> str:
        """Why this goal, in one sentence that links the barrier to the occupation; empty without a barrier."""
        if not self.barrier:
            return ""
        return f"{self.barrier[:1].upper()}{self.barrier[1:]} now gets in the way of {self.occupation.lower()}."

    def _coast(self) -> str:
        parts = [
            self._doing(),
            f"{self._given()},",
            f"{self._amount()}{self._often()},",
            self._when("within", "by"),
        ]
        return f"{self._who(True)} will {' '.join(parts)} ({self._now()}; measured by {self.measured_by})."

    def _smart(self) -> str:
        given = self._given()
        return (
            f"{self._when('Within', 'By')}, {given}, {self._who(False)} will {self._doing()} {self._amount()}"
            f"{self._often()}, as measured by {self.measured_by}, "
            f"from a baseline of {self._said(self.baseline, self.kind.now)}."
        )

    def _who(self, first: bool) -> str:
        if self.first_person:
            return "I"
        return self.subject[:1].upper() + self.subject[1:] if first else self.subject

    def _doing(self) -> str:
        doing = self.action.format(own="my" if self.first_person else "their")
        return f"{doing} {help_level(self.assist, self.wording).phrase}" if self.assist else doing

    def _given(self) -> str:
        said = self.condition[:1].lower() + self.condition[1:]
        return said if said.startswith(STARTS) else f"given {said}"

    def _amount(self) -> str:
        return self._said(self.target, self.kind.phrase)

    def _now(self) -> str:
        return f"baseline: {self._said(self.baseline, self.kind.now)}"

    def _said(self, amount: float, phrase: str) -> str:
        said = phrase.format(n=f"{amount:g}", of=self.total, counted=self.counted)
        return _ONE.sub(r"1 \1", said)

    def _often(self) -> str:
        return f", {self.consistency}" if self.consistency else ""

    def _when(self, within: str, by: str) -> str:
        if isinstance(self.by, int):
            return f"{within} {self.by} week{'' if self.by == 1 else 's'}"
        return f"{by} {self.by.day} {self.by:%B %Y}"
