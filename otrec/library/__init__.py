"""Read `data/` into one checked, frozen `Library`; report every problem at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from otrec.library import checks
from otrec.library.problems import Problem, Report
from otrec.library.reading import read_csv, read_yaml
from otrec.library.rows import ACTIVITY_COLUMNS, FINDING_COLUMNS, activity_record, finding_record
from otrec.models import (
    Activity,
    AddressedBy,
    Assessment,
    Barrier,
    Client,
    ClientError,
    Condition,
    Environment,
    Finding,
    Frozen,
    Hazard,
    HouseholdSwap,
    LibraryError,
    Limits,
    Occupation,
    PartOf,
    Requires,
    Rule,
    Substitute,
    Technique,
    Term,
    Tool,
    UnknownIdError,
    Uses,
)
from otrec.models.client import describe
from otrec.models.wording import in_words, nearest

__all__ = [
    "Library",
    "Problem",
    "check_client",
    "default_data",
    "every_id",
    "example",
    "inspect_data",
    "load_library",
    "vocabulary",
]

R = TypeVar("R", bound=Frozen)

GRAPH_SECTIONS: dict[str, type[Frozen]] = {
    "barriers": Barrier,
    "techniques": Technique,
    "tools": Tool,
    "occupations": Occupation,
    "addressed_by": AddressedBy,
    "uses": Uses,
    "limits": Limits,
    "part_of": PartOf,
    "requires": Requires,
    "substitutes": Substitute,
    "household_swaps": HouseholdSwap,
}
PROFILE_SECTIONS: dict[str, type[Frozen]] = {
    "conditions": Condition,
    "precautions": Term,
    "clearances": Term,
    "competencies": Term,
    "assessments": Assessment,
    "environments": Environment,
    "interests": Term,
}
SAFETY_SECTIONS: dict[str, type[Frozen]] = {"hazards": Hazard, "rules": Rule}
#: How much of the digest of its files names a library.
VERSION_LENGTH = 12
FILES = ("skill_graph.yaml", "profile.yaml", "safety.yaml", "evidence.csv", "activities.csv")


@dataclass(frozen=True)
class Library:
    """Everything that otrec knows, checked once and never changed.

    `version` is a hash of the content of the files, so that a result can be traced to its data.
    Terms are mappings id -> record in the order of the files; edges are tuples.
    """

    version: str
    activities: dict[str, Activity]
    evidence: dict[str, Finding]
    barriers: dict[str, Barrier]
    techniques: dict[str, Technique]
    tools: dict[str, Tool]
    occupations: dict[str, Occupation]
    conditions: dict[str, Condition]
    precautions: dict[str, Term]
    clearances: dict[str, Term]
    competencies: dict[str, Term]
    assessments: dict[str, Assessment]
    environments: dict[str, Environment]
    interests: dict[str, Term]
    hazards: dict[str, Hazard]
    rules: tuple[Rule, ...]
    addressed_by: tuple[AddressedBy, ...]
    uses: tuple[Uses, ...]
    limits: tuple[Limits, ...]
    part_of: tuple[PartOf, ...]
    requires: tuple[Requires, ...]
    substitutes: tuple[Substitute, ...]
    household_swaps: tuple[HouseholdSwap, ...]
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @cached_property
    def stand_ins(self) -> dict[str, dict[str, float]]:
        """Tool -> tools that can stand in for it -> how well, 0-1."""
        found: dict[str, dict[str, float]] = {}
        for edge in self.substitutes:
            found.setdefault(edge.instead_of, {})[edge.tool] = edge.fit
        return found

    @cached_property
    def household_tools(self) -> frozenset[str]:
        """Tools for which a home has something."""
        return frozenset(swap.tool for swap in self.household_swaps)

    def activity(self, activity_id: str) -> Activity:
        """The activity of that id, or `UnknownIdError` with the nearest id."""
        if activity_id not in self.activities:
            hint = nearest(activity_id, self.activities)
            raise UnknownIdError(f"activity {activity_id!r} is not in the library{hint}")
        return self.activities[activity_id]


VOCABULARIES = (
    "barriers",
    "techniques",
    "tools",
    "occupations",
    "conditions",
    "precautions",
    "clearances",
    "competencies",
    "assessments",
    "environments",
    "interests",
    "hazards",
    "activities",
)


def vocabulary(library: Library, kind: str) -> dict[str, Any]:
    """The terms of one kind, id -> record."""
    if kind not in VOCABULARIES:
        known = in_words(VOCABULARIES)
        raise UnknownIdError(f"{kind!r} is no list of terms{nearest(kind, VOCABULARIES)}. There are {known}")
    found: dict[str, Any] = getattr(library, kind)
    return found


def every_id(library: Library) -> frozenset[str]:
    """The ids of all terms, of every kind."""
    return frozenset(name for kind in VOCABULARIES for name in vocabulary(library, kind))


def default_data() -> Path:
    """The folder of the bundled data, in a checkout or an installed package."""
    package = Path(str(files("otrec")))
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def example(name: str = "pencil_grip") -> Path:
    """The path of a bundled example client.

    >>> example("pencil_grip").name
    'pencil_grip.yaml'
    """
    package = Path(str(files("otrec")))
    folder = package / "examples" if (package / "examples").is_dir() else package.parent / "examples"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        names = sorted(found.stem for found in folder.glob("*.yaml") if not found.stem.startswith("progress_"))
        raise UnknownIdError(f"no example {name!r}; there are {', '.join(names)}{nearest(name, names)}")
    return path


def load_library(data: str | Path | None = None, extra: Iterable[str | Path] = ()) -> Library:
    """Read and check a data folder, with further activity files on top.

    Files that are as they were when they were last read are not read again.

    Parameters
    ----------
    data
        A folder with `activities.csv`, `skill_graph.yaml`, `profile.yaml`, `safety.yaml` and
        `evidence.csv`. Left out: the bundled data.
    extra
        CSV files with the columns of `activities.csv`, added to the library.

    Raises
    ------
    LibraryError
        With every problem of every file, in one message.
    """
    folder = Path(data) if data is not None else default_data()
    more = tuple(Path(path) for path in extra)
    return _loaded(folder, more, _digest(folder, more))


@lru_cache(maxsize=2)
def _loaded(folder: Path, extra: tuple[Path, ...], digest: str) -> Library:
    """The library of some files; the digest of their content is there to tell it from others."""
    library, report = _read(folder, extra)
    if report.errors:
        raise LibraryError(f"data folder {folder.name}", [str(problem) for problem in report.errors])
    return library


def inspect_data(data: str | Path | None = None, extra: Iterable[str | Path] = ()) -> tuple[Library, list[Problem]]:
    """What could be read, and every problem and warning: the basis of `otrec validate`."""
    folder = Path(data) if data is not None else default_data()
    library, report = _read(folder, tuple(Path(path) for path in extra))
    return library, report.problems


def _read(folder: Path, extra: tuple[Path, ...]) -> tuple[Library, Report]:
    report = Report()
    if not folder.is_dir():
        report.error(folder.name, "", "", "is not a folder; give the folder that holds " + ", ".join(FILES))
        return _assemble("none", {}, report), report
    parts: dict[str, list[Any]] = {}
    for file, sections in (
        ("skill_graph.yaml", GRAPH_SECTIONS),
        ("profile.yaml", PROFILE_SECTIONS),
        ("safety.yaml", SAFETY_SECTIONS),
    ):
        raw = read_yaml(folder / file, tuple(sections), report)
        for name, model in sections.items():
            places = [f"{name} {number}" for number in range(1, len(raw[name]) + 1)]
            parts[name] = _records(file, model, zip(places, raw[name], strict=True), report)
    rows = read_csv(folder / "evidence.csv", FINDING_COLUMNS, report)
    findings = ((f"row {number}", finding_record(row)) for number, row in rows)
    parts["evidence"] = _records("evidence.csv", Finding, findings, report)
    parts["activities"] = []
    for path in [folder / "activities.csv", *extra]:
        rows = read_csv(path, ACTIVITY_COLUMNS, report)
        found = ((f"row {number}", activity_record(row)) for number, row in rows)
        parts["activities"] += _records(path.name, Activity, found, report)
    library = _assemble(_digest(folder, extra)[:VERSION_LENGTH], parts, report)
    checks.check(library, parts, report)
    return library, report


def _records(file: str, model: type[R], raw: Iterable[tuple[str, Any]], report: Report) -> list[tuple[str, str, R]]:
    """Checked records as `(file, place, record)`; wrong ones are reported and left out."""
    good: list[tuple[str, str, R]] = []
    for place, data in raw:
        if not isinstance(data, dict):
            report.error(file, place, "", f"has to be a record with named fields; found {type(data).__name__}")
            continue
        label = data.get("id") or data.get("finding_id")
        shown = f"{place} ({label})" if label else place
        try:
            good.append((file, shown, model.model_validate(data)))
        except ValidationError as error:
            for item in error.errors():
                report.error(file, shown, "", describe(item, model))
    return good


def _assemble(version: str, parts: dict[str, list[Any]], report: Report) -> Library:
    keyed: dict[str, Any] = {}
    for name, model in {**GRAPH_SECTIONS, **PROFILE_SECTIONS, **SAFETY_SECTIONS}.items():
        records = parts.get(name, [])
        if "id" in model.model_fields and name != "rules":
            keyed[name] = _by_id(records, "id", report)
        else:
            keyed[name] = tuple(record for _, _, record in records)
    _by_id(parts.get("rules", []), "id", report)
    keyed["evidence"] = _by_id(parts.get("evidence", []), "finding_id", report)
    keyed["activities"] = _by_id(parts.get("activities", []), "id", report)
    return Library(version=version, warnings=tuple(report.warnings), **keyed)


def _by_id(records: list[Any], key: str, report: Report) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first: dict[str, str] = {}
    for file, place, record in records:
        name = getattr(record, key)
        if name in found:
            report.error(file, place, key, f"{name!r} is already given in {first[name]}; ids have to be unique")
            continue
        found[name] = record
        first[name] = f"{file} {place.split(' (')[0]}"
    return found


def _digest(folder: Path, extra: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for path in [*(folder / name for name in FILES), *extra]:
        if path.is_file() and path.stat().st_size < 60_000_000:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def check_client(library: Library, client: Client, source: str = "client") -> None:
    """Raise one `ClientError` that names every id of the profile that the library does not know."""
    problems: list[str] = []

    def look(field_name: str, given: Iterable[str], known: dict[str, Any], kind: str) -> None:
        for name in given:
            if name not in known:
                problems.append(f"{field_name}: {name!r} is no {kind}{checks.nearest_term(name, known)}")

    look("barriers", client.barriers, library.barriers, "barrier")
    look("strengths", client.strengths, library.barriers, "skill")
    look("goals", (goal.occupation for goal in client.goals), library.occupations, "occupation")
    look("routines", (routine.occupation for routine in client.routines), library.occupations, "occupation")
    look("conditions", client.conditions, library.conditions, "condition")
    look("environment", client.environment, library.environments, "fact about a place")
    look("tools", client.tools or (), library.tools, "tool")
    look("precautions", client.precautions or (), library.precautions, "precaution")
    look("clearances", client.clearances, library.clearances, "clearance")
    look("competencies", client.competencies, library.competencies, "competency")
    look("history", (past.activity for past in client.history), library.activities, "activity")
    look("not_again", client.not_again, library.activities, "activity")
    if problems:
        raise ClientError(source, problems)
