"""Search over prior weights and settings on the development cases, with Optuna; resumable, on processes or Dask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from otrec.engine import Engine
from otrec.evaluation.bench import Bench
from otrec.evaluation.cases import load_cases
from otrec.evaluation.learners import folds, ranker
from otrec.evaluation.workers import workers_of
from otrec.features import NAMES, PRIOR
from otrec.models import OptionError
from otrec.ranking.estimator import SLOPE
from otrec.ranking.weights import PRIOR_WIDTH

#: A prior weight may be moved by this factor at most, either way.
FACTOR: Final = 4.0
#: Settings besides the weights: present value, lowest, highest.
OTHERS: Final = {"prior_width": (PRIOR_WIDTH, 0.05, 2.0), "slope": (SLOPE, 2.0, 80.0)}


def tune(
    storage: Path,
    trials: int,
    *,
    data: Path | None = None,
    cases: Path | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    seed: int = 0,
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, Any]:
    """Try settings and keep them in a SQLite file, from which a later run goes on.

    What is maximised is the mean nDCG@10 over development cases of weights that were learned, from the tried prior,
    without them (five folds by client).

    Returns
    -------
    dict
        `trials`, `best`, `present` (value of the present settings), `settings` and `now` (name -> value).

    Raises
    ------
    OptionError
        If Optuna, or Dask for a scheduler, is not installed, or nothing was judged.
    """
    try:
        import optuna
    except ImportError:
        raise OptionError("tuning needs optuna: python -m pip install 'otrec[research]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    bench = _bench(data, cases)
    if not any(bench.grades[case.id] for case in bench.cases.of("development")):
        raise OptionError(
            "no development case has judgments, so there is nothing to tune by; add them to judgments.csv"
        )
    name = f"otrec {bench.engine.library.version} {bench.cases.version}"
    study = optuna.create_study(
        study_name=name, storage=f"sqlite:///{storage}", load_if_exists=True, direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed),
    )  # fmt: skip
    now = {**dict(zip(NAMES, PRIOR.tolist(), strict=True)), **{key: value[0] for key, value in OTHERS.items()}}
    if not study.trials:
        study.enqueue_trial(now)
    with workers_of(workers, scheduler) as executor:
        _run(study, trials, workers, executor, (data, cases), progress)
    done = study.get_trials(states=[optuna.trial.TrialState.COMPLETE])
    present = next((trial.value for trial in done if _same(trial.params, now)), value_of(now, data, cases))
    return {
        "study": name, "trials": len(done), "best": study.best_value, "present": present, "settings": study.best_params,
        "now": now,
    }  # fmt: skip


def value_of(settings: dict[str, float], data: Path | None = None, cases: Path | None = None) -> float:
    """Mean nDCG@10 over development cases, each ranked by weights learned without it."""
    bench = _bench(data, cases)
    prior = np.array([settings[name] for name in NAMES])
    found = []
    for kept, held in folds([case for case in bench.cases.of("development") if bench.grades[case.id]]):
        predict = ranker(
            bench.training(kept), prior=prior, prior_width=settings["prior_width"], slope=settings["slope"]
        )
        found += [bench.ndcg(case, predict(bench.tables[case.id])) for case in held]
    return float(np.nanmean(found))


@lru_cache(maxsize=2)
def _bench(data: Path | None, cases: Path | None) -> Bench:
    """Read once in each process."""
    engine = Engine(data)
    return Bench.of(engine, load_cases(engine.library, cases))


def _same(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(abs(one[name] - other[name]) < 1e-9 for name in other)


def _run(
    study: Any, trials: int, workers: int, executor: Executor, place: tuple[Any, Any], progress: Callable[[str], None]
) -> None:
    """Ask for settings, have them valued elsewhere, tell the study; at most `workers` at a time."""
    open_trials: list[tuple[Any, Future[float]]] = []
    for number in range(trials + workers):
        if number < trials:
            trial = study.ask()
            open_trials.append((trial, executor.submit(value_of, _settings(trial), *place)))
        if len(open_trials) >= workers or (number >= trials and open_trials):
            trial, future = open_trials.pop(0)
            study.tell(trial, future.result())
            progress(f"{trial.number + 1} settings, best {study.best_value:.3f}")


def _settings(trial: Any) -> dict[str, float]:
    found = {
        name: trial.suggest_float(name, weight / FACTOR, weight * FACTOR, log=True)
        for name, weight in zip(NAMES, PRIOR.tolist(), strict=True)
    }
    return found | {name: trial.suggest_float(name, low, high, log=True) for name, (_, low, high) in OTHERS.items()}
