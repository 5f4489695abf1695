"""Techniques that published guidelines chose, against those of the graph; what a guideline itself put there is masked.

The guidelines are among the sources of the graph's links, so that a graph measured with them would be asked what it was
told. For each case every barrier-technique link that cites its guideline is taken out before it is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from pydantic import Field

from otrec.engine import Engine
from otrec.evaluation.cases import read_clients
from otrec.evaluation.metrics import reciprocal_rank
from otrec.evaluation.statistics import told
from otrec.library import Library, default_data
from otrec.library.problems import Report
from otrec.models import Client, Frozen, LibraryError
from otrec.models.knowledge import Id

#: How many techniques of a ranking are looked at.
DEPTH: Final = 10


class Published(Frozen):
    """A client as a guideline describes one, and the techniques that it chose."""

    id: Id
    source: str
    finding: str
    client: Client
    expected: Annotated[tuple[Id, ...], Field(min_length=1)]


def load_published(library: Library, path: Path | None = None) -> tuple[Published, ...]:
    """Read and check the published cases; the bundled ones if left out.

    Raises
    ------
    LibraryError
        With every problem: unknown ids, a guideline that evidence.csv does not have.
    """
    path = path or default_data() / "cases" / "published.yaml"
    report = Report()
    found = []
    cited = {finding.id for finding in library.evidence.values()}
    for place, case in read_clients(path, "published", Published, library, report):
        for name in case.expected:
            if name not in library.techniques:
                report.error(path.name, place, "expected", f"{name!r} is no technique")
        if case.finding not in cited:
            report.error(path.name, place, "finding", f"{case.finding!r} is not in evidence.csv")
        found.append(case)
    if report.errors:
        raise LibraryError(path.name, [str(problem) for problem in report.errors])
    return tuple(found)


def masked(library: Library, finding: str) -> Library:
    """A library without the barrier-technique links that cite a source, given by the id that its findings share."""
    told_by = {name for name, item in library.evidence.items() if item.id == finding}
    kept = tuple(link for link in library.addressed_by if not told_by & set(link.evidence))
    return replace(library, addressed_by=kept)


def techniques(library: Library, client: Client) -> list[str]:
    """Techniques by the strength of their links to the client's barriers, each weighted by severity; ties by name."""
    score = dict.fromkeys(library.techniques, 0.0)
    for link in library.addressed_by:
        score[link.technique] += link.strength * client.barriers.get(link.barrier, 0)
    return sorted(score, key=lambda name: (-round(score[name], 9), name))


def measure_published(engine: Engine, cases: Sequence[Published]) -> dict[str, Any]:
    """Share of the guideline's techniques among the first ten of the graph, and of the first ten activities.

    Returns
    -------
    dict
        `masked` and `unmasked`: each with `recall@10` and `rr` of the graph's own ranking of techniques, and
        `activities@10`, the share of the expected techniques that the engine's first ten activities apply.
    """
    found = {"masked": _measured(engine, cases, True), "unmasked": _measured(engine, cases, False)}
    return {"n": len(cases), **found}


def _measured(engine: Engine, cases: Sequence[Published], hide: bool) -> dict[str, Any]:
    recall, first, applied = [], [], []
    for case in cases:
        one = Engine(library=masked(engine.library, case.finding)) if hide else engine
        ranked = techniques(one.library, case.client)
        wanted = set(case.expected)
        recall.append(len(wanted & set(ranked[:DEPTH])) / len(wanted))
        first.append(reciprocal_rank([float(name in wanted) for name in ranked], good=1))
        items = one.recommend(case.client, k=DEPTH).items
        used = {name for item in items for name in item.activity.techniques}
        applied.append(len(wanted & used) / len(wanted))
    return {"recall@10": told(recall), "rr": told(first), "activities@10": told(np.array(applied))}
