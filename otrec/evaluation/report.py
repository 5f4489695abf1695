"""The whole evaluation as one report, every figure with what it rests on; one seed and data give the same numbers."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.engine import Engine
from otrec.evaluation import metrics, robustness
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import FAR_APART, FEWEST, RESTS_ON, Case, CaseSet, Split, sliced
from otrec.evaluation.learners import CrossFitted, learners
from otrec.evaluation.measuring import PER_CASE, PER_SYSTEM, Measured, measure, of_system
from otrec.evaluation.published import load_published, measure_published
from otrec.evaluation.statistics import holm, krippendorff, resampled, sign_flip, told
from otrec.evaluation.systems import System, Systems, Weighted
from otrec.evaluation.workers import ROBUST, slow_part
from otrec.features import NAMES, PRIOR

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

#: What the engine has to beat on the test split.
RIVALS: Final = ("random", "popularity", "tag_overlap", "tfidf", "bm25", "pagerank", "uniform")
LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "networkx", "pandas")
BINS: Final = 5


def evaluate(
    engine: Engine, cases: CaseSet, *, quick: bool = False, seed: int = 0, progress: Progress = lambda name: None,
    elsewhere: Callable[[int], Mapping[str, Future[Any]]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Run everything.

    Parameters
    ----------
    cases
        With judgments; a split without any is left out of the report.
    quick
        Systems and comparisons alone, without shuffles, curves and what else takes minutes.
    seed
        Of shuffles, scrambles, draws and resampling.
    elsewhere
        Sends the long parts to other processes, given the seed; the figures are the same.

    Returns
    -------
    dict
        `meta`, `systems` (name -> split -> metric -> mean, low, high, n), `comparisons`, `agreement`, `slices`,
        `calibration`, `published`, and unless quick `shuffles`, `scrambles`, `jitters`, `left_out_barriers`,
        `left_out_raters`, `learning`; ready for JSON.
    """
    judged = cases.judged()
    on_their_way = elsewhere(seed) if elsewhere and not quick else {}
    bench = Bench.of(engine, cases)
    progress("learners")
    measured = measure(bench, _systems(bench), progress)
    report: dict[str, Any] = {"meta": _meta(engine, cases, judged, quick, seed)}
    report["systems"] = {
        name: {split: _row(found, given, engine) for split, given in judged.items() if given}
        for name, found in measured.items()
    }
    report["comparisons"] = _comparisons(measured, judged, seed)
    report["verdict"] = _verdict(report)
    report["agreement"] = _agreement(cases, seed)
    report["slices"] = _slices(measured, judged)
    report["calibration"] = _calibration(engine, cases, judged)
    report["published"] = measure_published(engine, load_published(engine.library))
    if not quick:
        report |= _slow(bench, judged, measured, seed, progress, on_their_way)
    return report


def _systems(bench: Bench) -> dict[str, System]:
    engine, cases = bench.engine, bench.cases
    good = {
        name: {activity for activity, grade in given.items() if grade >= metrics.GOOD}
        for name, given in cases.grades.items()
        if cases.cases[name].split == "development"
    }
    found: dict[str, System] = dict(Systems(engine, good).all)
    found |= {name: CrossFitted(bench, learner) for name, learner in learners().items()}
    return found | {name: Weighted(engine, weights) for name, weights in robustness.without_each_feature()}


def _meta(
    engine: Engine, cases: CaseSet, judged: Mapping[Split, Sequence[Case]], quick: bool, seed: int
) -> dict[str, Any]:
    return {
        "model_version": engine.version,
        "library_version": engine.library.version,
        "cases_version": cases.version,
        "seed": seed,
        "quick": quick,
        "cases": {split: len(given) for split, given in judged.items()},
        "judgments": len(cases.judgments),
        "rests_on": RESTS_ON,
        "ndcg": metrics.NDCG_FORMULA,
        "metrics": {name: meaning for name, (meaning, _) in {**PER_CASE, **PER_SYSTEM}.items()},
        "weights": dict(zip(NAMES, PRIOR.tolist(), strict=True)),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "left_out": [] if "lambdamart" in learners() else ["lambdamart: python -m pip install 'otrec[research]'"],
    }


def _row(found: Measured, cases: Sequence[Case], engine: Engine) -> dict[str, Any]:
    row: dict[str, Any] = {name: told(found.column(name, cases)) for name in PER_CASE}
    return {**row, **of_system(found, cases, engine)}


def _comparisons(
    measured: Mapping[str, Measured], judged: Mapping[Split, Sequence[Case]], seed: int
) -> list[dict[str, Any]]:
    """The engine against every other system at nDCG@10; Holm over all rivals of a split."""
    found = []
    for split, cases in judged.items():
        differences = {
            name: measured["engine"].column("ndcg@10", cases) - other.column("ndcg@10", cases)
            for name, other in measured.items()
            if name != "engine" and cases
        }
        chance = {name: sign_flip(values, seed=seed) for name, values in differences.items()}
        adjusted = holm({name: p for name, p in chance.items() if name in RIVALS})
        adjusted |= holm({name: p for name, p in chance.items() if name not in RIVALS})
        for name, values in differences.items():
            spread = told(values)
            row = {"a": "engine", "b": name, "split": split, "metric": "ndcg@10", "delta": spread.pop("mean"), **spread}
            family = "rivals" if name in RIVALS else "variants"
            found.append({**row, "p": chance[name], "p_holm": adjusted[name], "family": family})
    return found


def _verdict(report: Mapping[str, Any]) -> str:
    rows = [row for row in report["comparisons"] if row["split"] == "test" and row["b"] in RIVALS]
    if not rows:
        return "There are no judged test cases, so nothing is claimed."
    beaten = [row["b"] for row in rows if row["delta"] > 0 and row["p_holm"] < 0.05]
    short = [f"{row['b']} ({row['delta']:+.3f}, p {row['p_holm']:.3f})" for row in rows if row["b"] not in beaten]
    said = f"On the test split the engine beats {len(beaten)} of {len(rows)} rivals at nDCG@10 (Holm-adjusted p < .05)"
    return said + (f"; not shown against {', '.join(short)}." if short else ".")


def _agreement(cases: CaseSet, seed: int) -> dict[str, Any]:
    by_case: dict[str, list[tuple[int, ...]]] = {}
    for (case, _), given in cases.ratings.items():
        if len(given) > 1:
            by_case.setdefault(case, []).append(given)
    if not by_case:
        return {"alpha": None, "units": 0}
    units = [unit for given in by_case.values() for unit in given]
    low, high = resampled(list(by_case.values()), krippendorff, draws=300, seed=seed)
    return {
        "alpha": krippendorff(units), "low": low, "high": high, "units": len(units), "raters": len(cases.raters),
        "judged_once": len(cases.ratings) - len(units),
        "far_apart": sum(max(unit) - min(unit) >= FAR_APART for unit in units),
        "adjudicated": len(cases.adjudicated),
        "grades": {str(grade): sum(item.grade == grade for item in cases.judgments) for grade in range(4)},
    }  # fmt: skip


def _slices(measured: Mapping[str, Measured], judged: Mapping[Split, Sequence[Case]]) -> dict[str, Any]:
    """The engine by age, setting and barrier over both splits, with what it gains on text search."""
    engine, text = measured["engine"], measured["tfidf"]
    return {
        kind: {
            name: {
                **told(engine.column("ndcg@10", found)),
                "over_tfidf": told(engine.column("ndcg@10", found) - text.column("ndcg@10", found)),
                "claim": len(found) >= FEWEST,
            }
            for name, found in sorted(slices.items())
        }
        for kind, slices in sliced(case for given in judged.values() for case in given).items()
    }


def _calibration(engine: Engine, cases: CaseSet, judged: Mapping[Split, Sequence[Case]]) -> dict[str, Any]:
    """P(top 10) from draws of the weights, read as the chance of a good grade: how far off is that reading?"""
    chances, good = [], []
    for case in [case for given in judged.values() for case in given]:
        scored = engine.recommend(case.client, k=1, as_of=case.as_of).scored
        rows = [engine.space.place[name] for name in cases.grades[case.id]]
        chances += (scored.ranks(rows) <= 10).mean(axis=1).tolist()
        good += [grade >= metrics.GOOD for grade in cases.grades[case.id].values()]
    if not chances:
        return {}
    edges = np.linspace(0, 1, BINS + 1)
    place = np.clip(np.digitize(chances, edges) - 1, 0, BINS - 1)
    share = np.asarray(good, dtype=float)
    bins = [
        {"from": float(edges[row]), "to": float(edges[row + 1]), "n": int((place == row).sum()),
         "stated": float(np.mean(np.asarray(chances)[place == row])), "good": float(share[place == row].mean())}
        for row in range(BINS) if (place == row).any()
    ]  # fmt: skip
    rate = float(share.mean())
    return {"brier": metrics.brier(chances, share), "brier_of_base_rate": rate * (1 - rate), "bins": bins}


def _slow(
    bench: Bench,
    judged: Mapping[Split, Sequence[Case]],
    measured: Mapping[str, Measured],
    seed: int,
    progress: Progress,
    on_their_way: Mapping[str, Future[Any]],
) -> dict[str, Any]:
    """What takes minutes: how the figures stand when the graph, clients, weights, barriers or raters are others."""
    development, test = judged["development"], judged["test"] or judged["development"]
    scores = {name: found.scores for name, found in measured.items()}
    found: dict[str, Any] = {}
    for name in (*ROBUST, "left_out_raters", "learning"):
        progress(name.replace("_", " "))
        if name == "left_out_raters":
            pairs = [("engine", other) for other in RIVALS]
            found[name] = robustness.left_out_raters(bench, test, scores, pairs)
        elif name in on_their_way:
            found[name] = on_their_way[name].result()
        else:
            found[name] = slow_part(name, bench, development, test, seed)
    return found
