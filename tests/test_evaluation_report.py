"""The evaluation as a whole: learners, robustness, curves, the report, its page and card, the commands."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from otrec import ActivityRanker, Engine, Library
from otrec.evaluation import learners, robustness, workers
from otrec.evaluation.bench import Bench
from otrec.evaluation.card import END, START, renewed
from otrec.evaluation.cases import CaseSet, load_cases
from otrec.evaluation.curves import curves, preferences
from otrec.evaluation.page import as_html
from otrec.evaluation.published import load_published, masked, measure_published, techniques
from otrec.evaluation.report import RIVALS, evaluate
from otrec.evaluation.statistics import sign_flip
from otrec.evaluation.systems import Arranged, TfIdf, Weighted
from otrec.features import NAMES, PRIOR, FeatureSpace
from otrec.library import default_data
from otrec.models import LibraryError, OptionError

from .commands import otrec


@pytest.fixture(scope="module")
def few(library: Library) -> CaseSet:
    """Eight cases of each split with their judgments."""
    whole = load_cases(library)
    kept = {case.id: case for split in ("development", "test") for case in whole.of(split)[::7][:8]}  # type: ignore[arg-type]
    judgments = tuple(item for item in whole.judgments if item.case in kept)
    return CaseSet(kept, whole.raters, judgments, whole.adjudicated)


@pytest.fixture(scope="module")
def bench(engine: Engine, few: CaseSet) -> Bench:
    return Bench.of(engine, few)


@pytest.fixture(scope="module")
def report(engine: Engine, few: CaseSet) -> dict[str, Any]:
    return evaluate(engine, few, quick=True)


def test_the_bench_ranks_as_the_systems_do(engine: Engine, bench: Bench) -> None:
    case = bench.cases.of("test")[0]
    assert np.allclose(bench.tables[case.id] @ PRIOR, Weighted(engine, PRIOR)(case))
    assert bench.of_weights(PRIOR, [case])[0] == bench.ndcg(case, Weighted(engine, PRIOR)(case))
    held = ~bench.allowed[case.id]
    unsafe = np.where(held, 2.0, bench.tables[case.id] @ PRIOR)
    assert bench.ndcg(case, unsafe) == bench.ndcg(case, bench.tables[case.id] @ PRIOR)
    assert np.isneginf(Arranged(engine)(case)[held]).all()


def test_a_case_is_never_scored_by_a_learner_that_saw_it(bench: Bench) -> None:
    seen: list[set[str]] = []
    fitted_on: dict[Any, set[str]] = {}

    def spy(data: learners.Training) -> Any:
        def predict(X: Any) -> Any:
            return np.zeros(len(X))

        seen.append(set(data.groups))
        fitted_on[predict] = seen[-1]
        return predict

    system = learners.CrossFitted(bench, spy)
    development, test = bench.cases.of("development"), bench.cases.of("test")
    for case in development:
        assert case.id not in fitted_on[system.of_case[case.id]]
    assert not any(case.id in names for names in seen for case in test)
    assert seen[-1] == {case.id for case in development}
    assert [set.isdisjoint({case.id for case in held}, {case.id for case in kept})
            for kept, held in learners.folds(development)] == [True] * 5  # fmt: skip


@pytest.mark.parametrize("name", ["learned", "logistic", "hist_gradient_boosting", "lambdamart"])
def test_every_learner_finds_an_order_that_is_there(bench: Bench, name: str) -> None:
    data = bench.training(bench.cases.of("development"))
    truth = data.X @ PRIOR
    easy = dataclasses.replace(data, y=np.digitize(truth, np.quantile(truth, [0.5, 0.8, 0.95])).astype(float))
    scores = learners.learners()[name](easy)(easy.X)
    assert np.corrcoef(scores, truth)[0, 1] > 0.8


def test_swaps_keep_every_degree_and_double_nothing() -> None:
    chance = np.random.default_rng(4)
    links = list({(int(one), f"n{two}") for one, two in chance.integers(0, 30, size=(200, 2))})
    after = robustness.swapped(links, chance)
    assert len(set(after)) == len(links)
    for side in (0, 1):
        assert Counter(link[side] for link in after) == Counter(link[side] for link in links)
    assert len(set(after) & set(links)) < 0.6 * len(links)


def test_a_shuffled_library_keeps_degrees_and_loses_knowledge(engine: Engine, bench: Bench) -> None:
    library = engine.library
    other = robustness.shuffled(library, np.random.default_rng(0))
    for field in ("primary", "secondary", "techniques", "occupations"):
        pairs = zip(library.activities.values(), other.activities.values(), strict=True)
        assert all(len(getattr(one, field)) == len(getattr(two, field)) for one, two in pairs)
    assert Counter(link.technique for link in other.addressed_by) == Counter(
        link.technique for link in library.addressed_by
    )
    cases = bench.cases.of("development")
    found = robustness.shuffles(bench, cases, runs=3)
    assert found["high"] < found["real"]
    assert found["p"] == 1 / 4
    space = FeatureSpace(other)
    assert not np.allclose(space(cases[0].client).values, bench.tables[cases[0].id])


def test_scrambling_replaces_the_stated_share(engine: Engine, bench: Bench) -> None:
    client = next(case.client for case in bench.cases.of() if len(case.client.barriers) == 4)
    other = robustness.scrambled(client, engine.library, 0.5, np.random.default_rng(0))
    assert len(set(other.barriers) & set(client.barriers)) == 2
    assert sorted(other.barriers.values()) == sorted(client.barriers.values())
    found = robustness.scrambles(bench, bench.cases.of("development"), runs=2)
    assert found["50%"]["rbo@10"]["mean"] < found["25%"]["rbo@10"]["mean"] < 1


def test_weights_a_third_off_change_little_and_none_change_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = robustness.jitters(bench, bench.cases.of("development"), runs=10)
    assert 0.7 < found["rbo@10"]["mean"] < 1
    assert found["ndcg@10"]["low"] <= found["real"] <= found["ndcg@10"]["high"] + 0.05
    monkeypatch.setattr(robustness, "JITTER", 0.0)
    same = robustness.jitters(bench, bench.cases.of("development"), runs=2)
    assert same["rbo@10"]["mean"] == pytest.approx(1)


def test_preferences_of_a_curve_follow_the_grades(bench: Bench) -> None:
    cases = bench.cases.of("development")
    data = preferences(bench, cases, 20, np.random.default_rng(0))
    assert data.X.shape == (40, len(NAMES))
    assert Counter(data.groups.tolist()) == {name: 2 for name in data.groups.tolist()}
    assert (data.y.reshape(-1, 2).sum(axis=1) == 1).all()
    found = curves(bench, cases, bench.cases.of("test"), sizes=(0, 20), seeds=2)
    learned = found["learners"]["learned"]
    assert learned["0"]["mean"] == found["prior"]
    assert learned["20"]["n"] == 2
    assert found["learners"]["logistic"]["0"]["mean"] < found["prior"]


def test_without_any_feature_the_others_stay() -> None:
    rows = dict(robustness.without_each_feature())
    assert len(rows) == len(NAMES)
    for name, weights in rows.items():
        gone = NAMES.index(name.removeprefix("without_"))
        assert weights[gone] == 0
        assert (np.delete(weights, gone) == np.delete(PRIOR, gone)).all()


def test_a_rater_left_out_is_left_out(bench: Bench) -> None:
    case = bench.cases.of("test")[0]
    rater = next(item.rater for item in bench.cases.judgments if item.case == case.id)
    others = bench.cases.without_rater(rater)
    assert rater not in {item.rater for item in others.judgments}
    best = {case.id: bench.gains[case.id]}
    scores = {"best": best, "worst": {case.id: -best[case.id]}}
    found = robustness.left_out_raters(bench, [case], scores, [("best", "worst")])
    assert set(found) == set(bench.cases.raters)
    if others.grades[case.id]:
        again = bench.regraded(others.grades)
        wanted = again.ndcg(case, best[case.id]) - again.ndcg(case, -best[case.id])
        assert found[rater]["best - worst"] == pytest.approx(wanted)


def test_the_report_has_every_system_split_and_metric(report: dict[str, Any]) -> None:
    assert {"engine", "prior", "learned", "logistic", "hist_gradient_boosting", "lambdamart", *RIVALS} <= set(
        report["systems"]
    )
    for splits in report["systems"].values():
        for split in ("test", "development"):
            told = splits[split]["ndcg@10"]
            assert told["low"] <= told["mean"] <= told["high"]
            assert told["n"] == 8
    assert report["systems"]["engine"]["test"]["violation"]["mean"] == 0
    assert report["systems"]["tfidf"]["test"]["violation"]["mean"] > 0
    rows = {(row["b"], row["split"]): row for row in report["comparisons"]}
    for name in RIVALS:
        row = rows[name, "test"]
        means = [report["systems"][system]["test"]["ndcg@10"]["mean"] for system in ("engine", name)]
        assert row["delta"] == pytest.approx(means[0] - means[1])
        assert row["p_holm"] >= row["p"]
    assert "no clinician" in report["meta"]["rests_on"]
    assert all(not told["claim"] for told in report["slices"]["setting"].values() if told["n"] < 10)
    json.dumps(report)


def timeless(found: dict[str, Any]) -> str:
    told = json.loads(json.dumps(found))
    for splits in told["systems"].values():
        for row in splits.values():
            del row["milliseconds"]
    return json.dumps(told, sort_keys=True)


def test_the_same_seed_gives_the_same_report_to_the_last_digit(
    engine: Engine, few: CaseSet, report: dict[str, Any]
) -> None:
    assert timeless(evaluate(engine, few, quick=True)) == timeless(report)


def test_long_parts_that_a_cluster_did_are_the_same(
    engine: Engine, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    whole = load_cases(library)
    kept = {case.id: case for split in ("development", "test") for case in whole.of(split)[:2]}  # type: ignore[arg-type]
    pairs = CaseSet(kept, whole.raters, tuple(item for item in whole.judgments if item.case in kept), whole.adjudicated)
    for name in ("shuffles", "scrambles", "jitters"):
        monkeypatch.setattr(robustness, name, partial(getattr(robustness, name), runs=1))
    monkeypatch.setattr(workers, "curves", partial(curves, sizes=(0, 10)))
    monkeypatch.setattr(workers, "SEEDS", 1)
    monkeypatch.setattr(workers, "_bench", lambda place: Bench.of(engine, pairs))
    place = workers.Place(None, None, (), library.version, pairs.version)
    here = evaluate(engine, pairs, seed=3)
    settings: dict[str, Any] = {"n_workers": 1, "processes": False, "host": "127.0.0.1", "protocol": "tcp"}
    with (
        LocalCluster(**settings, dashboard_address=None) as cluster,
        workers.workers_of(1, cluster.scheduler_address) as pool,
    ):
        there = evaluate(engine, pairs, seed=3, elsewhere=lambda seed: workers.submitted(pool, place, seed))
        other = dataclasses.replace(place, library_version="another")
        with pytest.raises(OptionError, match="a worker has otrec"):
            workers.submitted(pool, other, 3)["jitters"].result()
    assert set(there) >= {*workers.ROBUST, "learning", "left_out_raters"}
    assert timeless(there) == timeless(here)


def test_a_scheduler_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 1)
    with pytest.raises(OptionError, match="no Dask scheduler answers"), workers.workers_of(1, "tcp://127.0.0.1:9"):
        pass


def test_without_judgments_nothing_is_claimed(engine: Engine, few: CaseSet) -> None:
    kept = {case.id: case for split in ("development", "test") for case in few.of(split)[:2]}  # type: ignore[arg-type]
    judged = (item for item in few.judgments if item.case in kept and kept[item.case].split != "test")
    bare = CaseSet(kept, few.raters, tuple(judged))
    report = evaluate(engine, bare, quick=True)
    assert "nothing is claimed" in report["verdict"]
    assert "test" not in report["systems"]["engine"]


def test_page_and_card_say_what_the_report_says(report: dict[str, Any]) -> None:
    page = as_html(report)
    told = report["systems"]["engine"]["test"]["ndcg@10"]
    assert f"{told['mean']:.3f}" in page
    assert report["meta"]["rests_on"] in page
    assert "http://www.w3.org" in page
    assert "src=" not in page
    assert page.count("<svg") == 2
    card = renewed(f"before\n{START}\nold\n{END}\nafter", report)
    assert card.startswith("before")
    assert card.endswith("after")
    assert "old" not in card
    assert f"{told['mean']:.3f} ({told['low']:.3f} to {told['high']:.3f})" in card
    assert report["verdict"] in card
    with pytest.raises(OptionError, match="has to hold the lines"):
        renewed("no marks", report)


def test_tuning_goes_on_where_it_stopped_and_never_sees_the_test_cases(
    tmp_path: Path, few: CaseSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from otrec.evaluation import tuning

    seen: list[str] = []
    real = Bench.ndcg

    def spy(self: Bench, case: Any, scores: Any, k: int = 10) -> float:
        seen.append(case.split)
        return real(self, case, scores, k)

    monkeypatch.setattr(Bench, "ndcg", spy)
    monkeypatch.setattr(tuning, "_bench", lambda data, cases: Bench.of(Engine(), few))
    monkeypatch.setattr(workers, "ProcessPoolExecutor", lambda workers, mp_context: ThreadPoolExecutor(1))
    first = tuning.tune(tmp_path / "study.db", 2)
    again = tuning.tune(tmp_path / "study.db", 1)
    assert (first["trials"], again["trials"]) == (2, 3)
    assert again["best"] >= first["best"] >= first["present"]
    assert first["present"] == pytest.approx(tuning.value_of(first["now"]))
    assert set(seen) == {"development"}


def test_the_command_prints_json_and_writes_both_files(
    tmp_path: Path, library: Library, report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: dict[str, Any] = {}

    def run(engine: Engine, cases: CaseSet, **options: Any) -> dict[str, Any]:
        asked_for.update(options, version=cases.version)
        return report

    monkeypatch.setattr("otrec.evaluation.report.evaluate", run)
    done = otrec("evaluate", "--json", "--quick", "--seed", 5, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "out" / "report.json").read_text()) == json.loads(json.dumps(report))
    assert "<svg" in (tmp_path / "out" / "report.html").read_text()
    bundled = load_cases(library)
    assert (asked_for["version"], asked_for["quick"], asked_for["seed"]) == (bundled.version, True, 5)
    assert [len(bundled.of(split)) for split in ("development", "test")] == [60, 64]
    bad = otrec("evaluate", "--panel", str(tmp_path))
    assert bad.returncode == 4
    assert "raters.csv" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_the_ranker_is_what_the_learner_uses(bench: Bench) -> None:
    data = bench.training(bench.cases.of("development"))
    fitted = ActivityRanker(prior=PRIOR).fit(data.X, data.y, data.groups, data.weight)
    assert np.allclose(learners.ranker(data)(data.X), fitted.predict(data.X))


def test_the_mask_hides_what_the_guideline_told_the_graph(engine: Engine) -> None:
    cases = load_published(engine.library)
    assert len(cases) >= 15
    hidden = {case.id: len(engine.library.addressed_by) - len(masked(engine.library, case.finding).addressed_by)
              for case in cases}  # fmt: skip
    assert sum(number > 0 for number in hidden.values()) >= 10
    found = measure_published(engine, cases)
    assert found["masked"]["recall@10"]["mean"] < found["unmasked"]["recall@10"]["mean"]
    case = max(cases, key=lambda one: hidden[one.id])
    before, after = (
        techniques(library, case.client) for library in (engine.library, masked(engine.library, case.finding))
    )
    assert before != after


def test_published_cases_name_every_problem(tmp_path: Path, library: Library) -> None:
    text = (default_data() / "cases" / "published.yaml").read_text()
    path = tmp_path / "published.yaml"
    path.write_text(
        text.replace("[bimanual_training, cimt", "[bimanual_trainin, cimt").replace("blank-2019", "blank-1919")
    )
    with pytest.raises(LibraryError) as caught:
        load_published(library, path)
    assert "'bimanual_trainin' is no technique" in str(caught.value)
    assert "'blank-1919' is not in evidence.csv" in str(caught.value)


def test_p_is_that_of_the_paired_test_over_cases(engine: Engine, few: CaseSet, report: dict[str, Any]) -> None:
    cases = [case for case in few.of("test") if few.grades[case.id]]
    bench = Bench.of(engine, few)
    gains = [
        np.array([bench.ndcg(case, system(case)) for case in cases]) for system in (Arranged(engine), TfIdf(engine))
    ]
    row = next(row for row in report["comparisons"] if (row["b"], row["split"]) == ("tfidf", "test"))
    assert row["p"] == sign_flip(gains[0] - gains[1])
