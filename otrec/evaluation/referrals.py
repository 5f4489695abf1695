"""How well plain words are read: labelled snippets of referrals, and precision and recall for each kind of find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from otrec.library import Library, default_data
from otrec.models import Frozen, LibraryError
from otrec.models.client import describe
from otrec.models.knowledge import Id
from otrec.models.terms import Hand, Setting, Side
from otrec.models.yaml_text import YamlProblem, parse_yaml

if TYPE_CHECKING:
    from otrec.intake import Draft, Intake

FILE: Final = "referrals/snippets.yaml"
#: Fields of a snippet that are lists of ids, and the vocabulary of each.
LISTS: Final = {
    "conditions": "conditions", "precautions": "precautions", "barriers": "barriers", "goals": "occupations",
    "strengths": "barriers", "interests": "interests", "tools": "tools", "environment": "environments",
}  # fmt: skip
#: Fields with one value, and what stands there when nothing is said.
SINGLE: Final[dict[str, Any]] = {
    "age_years": None, "setting": None, "affected_side": "none", "dominant_hand": "undecided", "group_size": 1,
    "minutes": None,
}  # fmt: skip
#: Ages count as the same within a tenth of a year.
SAME_AGE: Final = 0.1
RESTS_ON: Final = (
    "snippets written and labelled by automated readers of the authors, each read by a second one; half were held "
    "back while the words and patterns were made. No clinician has labelled, and real referrals will differ"
)


class Snippet(Frozen):
    """A piece of a referral and what a careful reader would draft from it.

    `ask` are precautions that the words raise without certainty; `not` ids that they deny, place in the past or give to
    somebody else. The half called `held` was not looked at while the reading was made.
    """

    id: str
    split: Literal["tune", "held"]
    voice: str
    text: Annotated[str, Field(min_length=10, max_length=3000)]
    age_years: float | None = None
    setting: Setting | None = None
    conditions: tuple[Id, ...] = ()
    barriers: tuple[Id, ...] = ()
    severity: dict[Id, int] = {}
    goals: tuple[Id, ...] = ()
    interests: tuple[Id, ...] = ()
    strengths: tuple[Id, ...] = ()
    tools: tuple[Id, ...] = ()
    environment: tuple[Id, ...] = ()
    precautions: tuple[Id, ...] = ()
    ask: tuple[Id, ...] = ()
    denied: Annotated[tuple[Id, ...], Field(alias="not")] = ()
    affected_side: Side = "none"
    dominant_hand: Hand = "undecided"
    group_size: int = 1
    minutes: int | None = None


def load_snippets(library: Library, path: Path | None = None) -> list[Snippet]:
    """The labelled snippets.

    Raises
    ------
    LibraryError
        With every wrong snippet and every unknown id.
    """
    path = path or default_data() / FILE
    try:
        rows = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LibraryError(path.name, [f"cannot be read ({error.strerror})"]) from None
    except YamlProblem as problem:
        raise LibraryError(path.name, [str(problem)]) from None
    problems: list[str] = []
    found: list[Snippet] = []
    for place, row in enumerate(rows, start=1):
        try:
            found.append(Snippet.model_validate(row))
        except ValidationError as error:
            problems += [f"snippet {place}: {describe(item, Snippet)}" for item in error.errors()]
    problems += [text for one in found for text in _unknown(library, one)]
    if problems:
        raise LibraryError(path.name, problems)
    return found


def _unknown(library: Library, one: Snippet) -> Iterable[str]:
    for name, kind in LISTS.items():
        known = getattr(library, kind)
        yield from (
            f"{one.id}, {name}: {value!r} is not in the library" for value in getattr(one, name) if value not in known
        )
    yield from (f"{one.id}, ask: {value!r} is no precaution" for value in one.ask if value not in library.precautions)


@dataclass
class Count:
    """Right, too much and missed."""

    right: int = 0
    extra: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        given = self.right + len(self.extra)
        return self.right / given if given else None

    @property
    def recall(self) -> float | None:
        wanted = self.right + len(self.missed)
        return self.right / wanted if wanted else None

    def add(self, one: Snippet, given: Iterable[Any], wanted: Iterable[Any]) -> None:
        given, wanted = set(given), set(wanted)
        self.right += len(given & wanted)
        self.extra += [f"{one.id} {value}" for value in sorted(given - wanted, key=str)]
        self.missed += [f"{one.id} {value}" for value in sorted(wanted - given, key=str)]


def measure(intake: Intake, snippets: Sequence[Snippet]) -> dict[str, Count]:
    """Counts for each kind of find.

    `precautions` counts what was drafted or asked against what is certain, and takes nothing that has to be asked for
    too much; `precautions drafted` counts drafts alone, `precautions to ask` what is asked or drafted of the unsure.
    `denied` counts as missed what was drafted though the words deny it or give it to somebody else.
    """
    counts: defaultdict[str, Count] = defaultdict(Count)
    for one in snippets:
        draft = intake.read(one.text)
        drafted = {name: [item.value for item in draft.of(name)] for name in LISTS}
        drafted["tools"] = [item.value for item in draft.of("tools", drafted=False) if item.status == "present"]
        asked = set(draft.asked_about)
        for name in LISTS:
            if name not in ("precautions", "barriers"):
                counts[name].add(one, drafted[name], getattr(one, name))
        counts["barriers drafted"].add(one, drafted["barriers"], one.barriers)
        counts["barriers offered"].add(one, _offered(draft) & set(one.barriers), one.barriers)
        sure = set(drafted["precautions"])
        wanted = set(one.precautions)
        counts["precautions"].add(one, (sure | asked) & wanted, wanted)
        counts["precautions drafted"].add(one, sure - set(one.ask), wanted)
        counts["precautions to ask"].add(one, (asked | sure) & set(one.ask), one.ask)
        told = {value for name in ("precautions", "conditions", "barriers") for value in drafted[name]}
        denied = set(one.denied) - set(one.barriers) - wanted - set(one.conditions)
        counts["denied"].add(one, denied - told, denied)
        _singles(counts, one, draft)
    return dict(counts)


def _singles(counts: Mapping[str, Count], one: Snippet, draft: Draft) -> None:
    fields = draft.fields
    for name, nothing in SINGLE.items():
        given, wanted = fields.get(name, nothing), getattr(one, name)
        if name == "age_years" and given is not None and wanted is not None and abs(given - wanted) <= SAME_AGE:
            given = wanted
        counts[name].add(one, {given} - {nothing}, {wanted} - {nothing})
    for barrier, degree in one.severity.items():
        if barrier in fields.get("barriers", {}):
            counts["severity"].add(one, {fields["barriers"][barrier]}, {degree})


def _offered(draft: Draft) -> set[str]:
    """Every barrier that a draft holds or lets choose."""
    found = [item for item in draft.of("barriers", drafted=False) if item.status == "present"]
    return {item.value for item in found} | {option.id for item in found for option in item.options}


Ranker = Callable[[Snippet], Sequence[str]]


def top(snippets: Sequence[Snippet], rank: Ranker, k: int = 3) -> tuple[float, float]:
    """Share of snippets whose first barrier is among the best `k`, and mean share of all their barriers among these.

    >>> one = Snippet(id="a", split="tune", voice="note", text="drops her fork", barriers=("feeding", "balance"))
    >>> top([one], lambda one: ["feeding", "anxiety", "attention"])
    (1.0, 0.5)
    """
    told = [one for one in snippets if one.barriers]
    hits, shares = 0, 0.0
    for one in told:
        best = list(rank(one))[:k]
        hits += one.barriers[0] in best
        wanted = one.barriers[:k]
        shares += len(set(best) & set(wanted)) / len(wanted)
    return hits / len(told), shares / len(told)


def report(library: Library, half: str = "held") -> dict[str, Any]:
    """Counts for each kind, and the default beside other methods, as plain values."""
    from otrec.evaluation.readers import METHODS, compared
    from otrec.intake import Intake

    snippets = [one for one in load_snippets(library) if half in ("all", one.split)]
    intake = Intake(library)
    counts = measure(intake, snippets)
    rows = list(compared(intake, snippets))
    missing = [name for name in METHODS if name not in {row["method"] for row in rows}]
    return {
        "half": half, "snippets": len(snippets), "rests_on": RESTS_ON, "library_version": library.version,
        "kinds": [_told(kind, counts[kind]) for kind in ORDER if kind in counts], "barriers": rows,
        "notes": [f"Not compared: {name} (further packages are needed)." for name in missing],
    }  # fmt: skip


#: Kinds in the order of a report: what must not be missed comes first.
ORDER: Final = (
    "precautions", "precautions drafted", "precautions to ask", "denied", "barriers drafted", "barriers offered",
    "conditions", "age_years",
    "setting", "goals", "interests", "strengths", "tools", "environment", "severity", "affected_side", "dominant_hand",
    "group_size", "minutes",
)  # fmt: skip


def _told(kind: str, count: Count) -> dict[str, Any]:
    shown = {
        name: None if value is None else round(value, 4)
        for name, value in (("precision", count.precision), ("recall", count.recall))
    }
    return {"kind": kind, **shown, "right": count.right, "extra": len(count.extra), "missed": len(count.missed)}
