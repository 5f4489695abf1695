"""Cases, judgments, the systems that are compared, and the pool that is judged."""

from __future__ import annotations

import shutil
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from otrec import Engine, Library
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import CaseSet, load_cases
from otrec.evaluation.measuring import PER_CASE, measure, of_system
from otrec.evaluation.pooling import pool, sheet_item
from otrec.evaluation.systems import PageRank, Systems, ranked
from otrec.graph import build_graph, key
from otrec.library import default_data
from otrec.models import LibraryError


@pytest.fixture(scope="module")
def bundled(library: Library) -> CaseSet:
    return load_cases(library)


def test_the_bundled_cases_span_settings_and_barriers(bundled: CaseSet, library: Library) -> None:
    assert len(bundled.cases) >= 120
    assert {len(bundled.of("development")), len(bundled.of("test"))} == {60, 64}
    assert {case.client.setting for case in bundled.of()} >= {"nicu", "school", "home", "workplace", "nursing_home"}
    assert {name for case in bundled.of() for name in case.client.barriers} == set(library.barriers)
    assert all(bundled.grades[name] for name in bundled.cases), "a case without judgments says nothing"
    assert not any(rater.clinician for rater in bundled.raters.values())


def planted(tmp_path: Path, judgments: str, adjudications: str = "") -> Path:
    folder = tmp_path / "cases"
    shutil.copytree(default_data() / "cases", folder)
    (folder / "raters.csv").write_text("id,kind,clinician\nr1,author,false\nr2,author,false\n")
    (folder / "judgments.csv").write_text("case,activity,rater,grade\n" + judgments)
    (folder / "adjudications.csv").write_text("case,activity,grade,reason\n" + adjudications)
    return folder


def test_grades_are_medians_unless_they_were_settled(tmp_path: Path, library: Library) -> None:
    one, two = list(library.activities)[:2]
    rows = f"inf_01,{one},r1,3\ninf_01,{one},r2,2\ninf_01,{two},r1,0\ninf_01,{two},r2,3\n"
    cases = load_cases(library, planted(tmp_path, rows, f"inf_01,{two},1,Too much for a baby on oxygen.\n"))
    assert cases.grades["inf_01"] == {one: 2.5, two: 1.0}
    assert cases.without_rater("r2").grades["inf_01"] == {one: 3.0, two: 0.0}


def test_every_problem_of_the_judgments_is_told_at_once(tmp_path: Path, library: Library) -> None:
    name = next(iter(library.activities))
    rows = (
        f"nobody,{name},r1,1\ninf_01,nothing,r1,1\ninf_01,{name},r9,1\ninf_01,{name},r1,7\n"
        + 2 * f"inf_02,{name},r1,1\n"
    )
    with pytest.raises(LibraryError) as caught:
        load_cases(library, planted(tmp_path, rows))
    told = str(caught.value)
    for part in ("'nobody' is not known", "'nothing' is not known", "'r9' is not known", "grade", "twice; keep one"):
        assert part in told


def test_every_system_scores_every_activity_and_the_engine_is_the_engine(engine: Engine, bundled: CaseSet) -> None:
    case = bundled.of("development")[0]
    systems = Systems(engine, {}).all
    allowed = engine.screen(case.client).allowed
    for system in systems.values():
        assert np.isfinite(system(case)[allowed]).all()
        assert len(system(case)) == len(engine.library.activities)
    rows = ranked(systems["engine"](case), allowed, engine, 10)
    items = engine.recommend(case.client, k=10, as_of=case.as_of).items
    assert [engine.space.activities[row].id for row in rows] == [item.activity.id for item in items]


def test_pagerank_is_that_of_networkx(engine: Engine, bundled: CaseSet) -> None:
    case = bundled.of("development")[1]
    ours = PageRank(engine)(case)
    graph = nx.Graph(build_graph(engine.library))
    seeds = {key("barriers", name): degree / 4 for name, degree in case.client.barriers.items()}
    seeds |= {key("occupations", goal.occupation): goal.importance / 10 for goal in case.client.goals}
    theirs = nx.pagerank(graph, personalization=seeds, weight=None, tol=1e-12, max_iter=500)
    expected = [theirs[key("activities", item.id)] for item in engine.space.activities]
    assert ours == pytest.approx(expected, rel=1e-4)


def test_a_pool_is_what_the_systems_bring_and_chance_adds(engine: Engine, bundled: CaseSet) -> None:
    case = bundled.of("development")[2]
    systems = Systems(engine, {}).all
    found = pool(case, systems, engine)
    allowed = engine.screen(case.client).allowed
    assert all(allowed[engine.space.place[name]] for name in found)
    assert sum(brought == ("draw",) for brought in found.values()) <= 10
    assert pool(case, systems, engine) == found
    for name, system in systems.items():
        for row in ranked(system(case), allowed, engine, 20):
            assert name in found[engine.space.activities[row].id]
    assert "techniques" not in sheet_item(engine.space.activities[0])


def test_what_is_measured_by_hand(tmp_path: Path, engine: Engine, library: Library, bundled: CaseSet) -> None:
    case = bundled.of("development")[3]
    items = engine.recommend(case.client, k=10, as_of=case.as_of).items
    rows = f"{case.id},{items[1].activity.id},r1,3\n"
    judged = load_cases(library, planted(tmp_path, rows))
    one = CaseSet({case.id: judged.cases[case.id]}, judged.raters, judged.judgments)
    measured = measure(Bench.of(engine, one), {"engine": Systems(engine, {}).all["engine"]})["engine"]
    values = measured.values[case.id]
    assert set(values) == set(PER_CASE)
    assert values["rr"] == 0.5
    assert values["ndcg@10"] == pytest.approx(1 / np.log2(3))
    assert values["recall@10"] == 1.0
    assert values["judged@10"] == 1 / len(items)
    assert values["violation"] == 0.0
    shown = of_system(measured, one.of(), engine)
    assert shown["coverage@10"] == len(items) / len(library.activities)
