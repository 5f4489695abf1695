"""Cases and graded judgments: what an evaluation rests on, and who judged.

A folder of cases holds `cases.yaml` (story, client, split), `raters.csv` (who judged, with which training),
`judgments.csv` (one row a rater, case and activity) and `adjudications.csv` (what was settled where raters were far
apart). A clinic's own panel is another folder, or further judgments for these cases.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from otrec.library import Library, check_client, default_data
from otrec.library.problems import Report
from otrec.library.reading import read_csv, read_yaml
from otrec.models import Client, ClientError, Frozen, LibraryError
from otrec.models.ages import band_of
from otrec.models.client import describe
from otrec.models.knowledge import Id, Text

Split = Literal["development", "test"]
SPLITS: Final[tuple[Split, ...]] = ("development", "test")
Grade = Annotated[int, Field(ge=0, le=3)]
#: The day from which freshness counts in an evaluation, so that a result stays the same.
AS_OF: Final = dt.date(2026, 11, 1)
#: Raters this many grades apart, or more, were asked to look again; the adjudicated grade then stands.
FAR_APART: Final = 2
#: Below so many cases a slice is printed without a claim.
FEWEST: Final = 10
RESTS_ON: Final = (
    "grades 0-3 that automated readers of the authors gave to invented cases under a written rubric; no clinician has "
    "judged, and nothing here says what helps a client"
)


class Case(Frozen):
    """One client with the story from which raters judge; `split` was drawn once and stays."""

    id: Id
    split: Split
    story: Annotated[str, Field(min_length=40, max_length=2000)]
    client: Client
    as_of: dt.date = AS_OF


class Rater(Frozen):
    """Who judged: a name without a person, what they are, and whether they are a clinician."""

    id: Id
    kind: Text
    clinician: bool


class Judgment(Frozen):
    """How well an activity suits a case in one rater's eyes, 0-3 by the rubric of the data card."""

    case: Id
    activity: Id
    rater: Id
    grade: Grade


@dataclass(frozen=True)
class CaseSet:
    """Cases with everything that was judged of them."""

    cases: dict[str, Case]
    raters: dict[str, Rater]
    judgments: tuple[Judgment, ...]
    adjudicated: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def ratings(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """The grades of each case and activity, in the order of the raters' ids."""
        found: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for item in self.judgments:
            found[item.case, item.activity].append((item.rater, item.grade))
        return {pair: tuple(grade for _, grade in sorted(given)) for pair, given in found.items()}

    @cached_property
    def grades(self) -> dict[str, dict[str, float]]:
        """Case -> activity -> grade: the adjudicated one, else the median of the raters."""
        found: dict[str, dict[str, float]] = {name: {} for name in self.cases}
        for (case, activity), given in self.ratings.items():
            found[case][activity] = float(self.adjudicated.get((case, activity), median(given)))
        return found

    def of(self, split: Split | None = None) -> tuple[Case, ...]:
        """The cases of one split, or all."""
        return tuple(case for case in self.cases.values() if split in (None, case.split))

    def judged(self) -> dict[Split, list[Case]]:
        """The cases of each split that have judgments."""
        return {split: [case for case in self.of(split) if self.grades[case.id]] for split in SPLITS}

    def without_rater(self, rater: str) -> CaseSet:
        """The same cases judged by everybody else; adjudications are left out, since they had seen all raters."""
        kept = tuple(item for item in self.judgments if item.rater != rater)
        return CaseSet(self.cases, {name: one for name, one in self.raters.items() if name != rater}, kept)

    @property
    def version(self) -> str:
        """A hash of everything in it, so that a figure can be traced to its data."""
        told = repr((sorted(self.cases.items()), self.judgments, sorted(self.adjudicated.items())))
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def load_cases(library: Library, folder: Path | None = None, panels: Iterable[Path] = ()) -> CaseSet:
    """Read and check a folder of cases; the bundled one if left out.

    Parameters
    ----------
    library
        Whose ids cases and judgments may use.
    folder
        A folder with the four files of the module's first lines.
    panels
        Further folders with `raters.csv` and `judgments.csv` of a clinic's own panel, for the same cases.

    Raises
    ------
    LibraryError
        With every problem of every file, if there is one.
    """
    folder = folder or default_data() / "cases"
    report = Report()
    cases = _cases(folder / "cases.yaml", library, report)
    raters: dict[str, Rater] = {}
    judgments: list[Judgment] = []
    for place in (folder, *panels):
        raters |= _raters(place / "raters.csv", report)
        judgments += _judgments(place / "judgments.csv", library, cases, raters, report)
    settled = _adjudications(folder / "adjudications.csv", library, cases, report)
    _refuse_twice(judgments, report)
    if report.errors:
        raise LibraryError(folder.name, [str(problem) for problem in report.errors])
    return CaseSet(cases, raters, tuple(judgments), settled)


def read_clients(path: Path, part: str, model: Any, library: Library, report: Report) -> Iterator[tuple[str, Any]]:
    """Records with a `client` from a part of a YAML file, each with its place; what is wrong goes into the report."""
    for number, data in enumerate(read_yaml(path, (part,), report)[part], 1):
        place = f"case {data.get('id', number) if isinstance(data, dict) else number}"
        try:
            record = model.model_validate(data)
            check_client(library, record.client)
        except ValidationError as error:
            for item in error.errors():
                report.error(path.name, place, "", describe(item, model))
        except ClientError as error:
            for problem in error.problems:
                report.error(path.name, place, "", problem)
        else:
            yield place, record


def _cases(path: Path, library: Library, report: Report) -> dict[str, Case]:
    found: dict[str, Case] = {}
    for place, case in read_clients(path, "cases", Case, library, report):
        if case.id in found:
            report.error(path.name, place, "id", f"{case.id!r} is given twice; keep one")
        found[case.id] = case
    return found


def sliced(cases: Iterable[Case]) -> dict[str, dict[str, list[Case]]]:
    """Cases by age band, setting and barrier; a case has several barriers."""
    kinds: dict[str, dict[str, list[Case]]] = {"age": {}, "setting": {}, "barrier": {}}
    for case in cases:
        kinds["age"].setdefault(band_of(case.client.age_years), []).append(case)
        kinds["setting"].setdefault(case.client.setting, []).append(case)
        for name in case.client.barriers:
            kinds["barrier"].setdefault(name, []).append(case)
    return kinds


def _raters(path: Path, report: Report) -> dict[str, Rater]:
    rows = _rows(path, Rater, ("id", "kind", "clinician"), report)
    return {rater.id: rater for _, rater in rows}


def _judgments(
    path: Path, library: Library, cases: Mapping[str, Any], raters: Mapping[str, Any], report: Report
) -> list[Judgment]:
    rows = _rows(path, Judgment, ("case", "activity", "rater", "grade"), report)
    for number, item in rows:
        for column, given, known in (
            ("case", item.case, cases),
            ("activity", item.activity, library.activities),
            ("rater", item.rater, raters),
        ):
            if given not in known:
                report.error(path.name, f"row {number}", column, f"{given!r} is not known")
    return [item for _, item in rows]


class _Settled(Frozen):
    case: Id
    activity: Id
    grade: Grade
    reason: Text


def _adjudications(
    path: Path, library: Library, cases: Mapping[str, Any], report: Report
) -> dict[tuple[str, str], int]:
    rows = _rows(path, _Settled, ("case", "activity", "grade", "reason"), report)
    for number, item in rows:
        if item.case not in cases or item.activity not in library.activities:
            report.error(path.name, f"row {number}", "", f"{item.case!r}, {item.activity!r} is not known")
    return {(item.case, item.activity): item.grade for _, item in rows}


def _rows(path: Path, model: Any, columns: tuple[str, ...], report: Report) -> list[tuple[int, Any]]:
    found = []
    for number, cells in read_csv(path, columns, report):
        try:
            found.append((number, model.model_validate(cells)))
        except ValidationError as error:
            for item in error.errors():
                report.error(path.name, f"row {number}", "", describe(item, model))
    return found


def _refuse_twice(judgments: Iterable[Judgment], report: Report) -> None:
    seen: set[tuple[str, str, str]] = set()
    for item in judgments:
        mark = (item.case, item.activity, item.rater)
        if mark in seen:
            report.error(
                "judgments.csv", "", "", f"{item.rater} judged {item.activity} for {item.case} twice; keep one"
            )
        seen.add(mark)
