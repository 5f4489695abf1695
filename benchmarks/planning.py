"""How fast and how good plans are, side by side in one run: `python benchmarks/planning.py`.

One session, exact, against the plain library call that scores the same client and against a greedy planner that takes
the best activity that still fits, phase by phase; the same with runner-up and binding constraints; and a day of 40
clients with one bag. Nothing here is a test; figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from otrec import Client, Engine, plan_session
from otrec.evaluation.cases import load_cases
from otrec.planning import PlanError, pack_day
from otrec.planning.asked import HOLDS, asked
from otrec.planning.model import Model

CLIENTS_OF_A_DAY = 40
#: The share of the minutes that a greedy planner gives each phase.
SHARES = {"warm_up": 0.2, "targeted": 0.4, "practice": 0.3, "reflection": 0.2}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def greedy(model: Model) -> float | None:
    """Each phase gets its share of the minutes and, one by one, the activity with most gain that still fits it.

    Returns the value, or None if a phase or a goal is missing in the end.
    """
    rows = [row for some in model.rows.values() for row in some]
    weights = np.zeros((len(rows), len(model.columns)))
    for number, row in enumerate(rows):
        weights[number, row.columns] = row.weights
    least, most = np.array([row.least for row in rows]), np.array([row.most for row in rows])
    free = np.ones(len(model.columns), dtype=bool)
    for mask in model.bans.values():
        free &= ~mask
    used, total = np.zeros(len(rows)), 0.0
    for phase in model.wanted.phases:
        left = SHARES[phase] * model.wanted.minutes
        for _ in range(HOLDS[phase][1]):
            fits = (used[:, None] + weights <= most[:, None] + 1e-9).all(axis=0) & (model.columns.minutes <= left)
            able = free & model.columns.in_phase(phase) & fits
            if not able.any():
                break
            best = int(np.argmax(np.where(able, model.gain, -1)))
            used, total = used + weights[:, best], total + float(model.gain[best])
            left -= model.columns.minutes[best]
            free &= model.columns.row != model.columns.row[best]
    return total if (used >= least - 1e-9).all() else None


def sessions(engine: Engine, clients: Sequence[Client]) -> None:
    alone, plain, brief, full, quick, ratio, missed = [], [], [], [], [], [], 0
    for client in clients:
        try:
            plan = plan_session(engine, client)
        except PlanError:
            continue
        plain.append(timed(lambda client=client: engine.recommend(client, k=1)))
        alone.append(timed(lambda client=client: plan_session(engine, client)))
        brief.append(timed(lambda client=client: plan_session(engine, client).to_dict(brief=True)))
        full.append(timed(lambda client=client: plan_session(engine, client).to_dict()))
        wanted = asked(engine.library, client)
        model = Model(engine.recommend(client, k=1), wanted)
        quick.append(timed(lambda model=model: greedy(model)))
        value = greedy(model)
        if value is None or plan.notes:
            missed += 1
        else:
            ratio.append(value / plan.objective)
    print(f"{len(alone)} of {len(clients)} invented clients have a session")
    told = (("scored alone", plain), ("planned", alone), ("with lists and back-ups", brief), ("with all", full))
    for name, values in told:
        cut = statistics.quantiles(values, n=20)[-1]
        print(f"{name:26} median {statistics.median(values):6.1f} ms   p95 {cut:6.1f}   max {max(values):6.1f}")
    times = statistics.median(np.array(alone) / np.array(plain))
    print(f"planned / scored alone     {times:.1f} x (median of ratios)")
    print(f"greedy search alone        median {statistics.median(quick):.1f} ms")
    print(f"greedy finds no full session for {missed} clients; for the other {len(ratio)} it reaches")
    exact = np.mean(np.array(ratio) > 1 - 1e-9)
    print(f"{np.mean(ratio):.3f} of the exact value on average, {min(ratio):.3f} at worst, all of it for {exact:.0%}")


def days(engine: Engine, clients: Sequence[Client]) -> None:
    for start in (0, 42, 84):
        some = [*clients, *clients][start : start + CLIENTS_OF_A_DAY]
        begun = time.perf_counter()
        day = pack_day(engine, some)
        packed = time.perf_counter() - begun
        day.to_dict()
        told = time.perf_counter() - begun
        print(
            f"day of {len(some)}: planned, back-ups and bag of {len(day.bag)} tools "
            f"({'proved smallest' if day.proved else 'not proved'}) {packed:.2f} s; with all lists {told:.2f} s; "
            f"{len(day.failed)} without a session"
        )


def main() -> None:
    engine = Engine()
    clients = [case.client for case in load_cases(engine.library).cases.values()]
    print(f"Python {platform.python_version()}, {len(engine.space.activities)} activities")
    plan_session(engine, clients[0])
    sessions(engine, clients)
    days(engine, clients)


if __name__ == "__main__":
    main()
