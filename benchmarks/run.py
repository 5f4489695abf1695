"""How fast, as ratios measured side by side in one run: `python benchmarks/run.py`.

Warm: `Engine.recommend` (k = 10, reasons and JSON included) against a bare numpy product + top-k of the same shapes,
and against personalised PageRank of networkx on the same graph. Load: the library, read and checked, against reading
the same files and no more. Cold: `otrec recommend` against importing the
libraries it stands on. Nothing here is a test; figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

import networkx as nx
import numpy as np
import pandas as pd
import yaml

from otrec import Client, Engine, example
from otrec.graph import build_graph, key
from otrec.library import default_data, inspect_data

STORIES = ("pencil_grip", "stroke_neglect", "fall_at_home")
BASELINE = "import pandas, sklearn, networkx, pydantic"


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of a number of runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return found


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def warm() -> None:
    engine = Engine()
    graph = build_graph(engine.library).to_undirected()
    clients = [Client.load(example(name)) for name in STORIES]
    values = engine.space(clients[0]).values
    weights = engine.posterior.mode

    def bare() -> None:
        scores = values @ weights
        np.argpartition(-scores, 10)[:10]

    bare_screen = engine.screen

    def scores(client: Client) -> None:
        marks = engine.space(client).values @ weights
        marks[~bare_screen(client).allowed] = -1
        np.argpartition(-marks, 10)[:10]

    order, reasons, ours, floor, ranks = [], [], [], [], []
    for _ in range(5):
        for client in clients:
            seeds = {key("barriers", name): degree for name, degree in client.barriers.items()}
            order += timed(lambda client=client: scores(client), 20)
            reasons += timed(lambda client=client: engine.recommend(client, k=10), 20)
            ours += timed(lambda client=client: engine.recommend(client, k=10).to_dict(), 20)
            floor += timed(bare, 20)
            ranks += timed(lambda seeds=seeds: nx.pagerank(graph, personalization=seeds), 2)
    n_activities, n_features = values.shape
    print(f"\nwarm recommend, k = 10, {n_activities} activities x {n_features} features, graph of {len(graph)} nodes")
    print(f"  otrec, screened order alone        median {statistics.median(order):8.2f} ms   p95 {p95(order):8.2f} ms")
    print(
        f"  otrec, list with reasons           median {statistics.median(reasons):8.2f} ms   p95 {p95(reasons):8.2f} ms"
    )
    print(f"  otrec, the same as JSON            median {statistics.median(ours):8.2f} ms   p95 {p95(ours):8.2f} ms")
    print(f"  bare product + top-k               median {statistics.median(floor):8.4f} ms")
    print(f"  networkx personalised PageRank     median {statistics.median(ranks):8.2f} ms")
    base, pagerank = statistics.median(floor), statistics.median(ranks)
    for name, spent in (("order", order), ("with reasons", reasons), ("JSON", ours)):
        middle = statistics.median(spent)
        print(f"  {name:14} {middle / base:7.0f} x the bare product, {pagerank / middle:5.1f} x faster than networkx")


def load() -> None:
    """The checked library against merely reading the same files, in turn; `load_library` would read them once."""
    folder = default_data()

    def read() -> None:
        for path in sorted(folder.glob("*.csv")):
            pd.read_csv(path)
        for path in sorted(folder.glob("*.yaml")):
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    reads, loads = [], []
    for _ in range(7):
        reads += timed(read, 1)
        loads += timed(inspect_data, 1)
    base, ours = statistics.median(reads), statistics.median(loads)
    print("\nload of the whole library, median of 7 in turn")
    print(f"  pandas.read_csv + YAML C loader    {base:8.0f} ms")
    print(f"  otrec, read and checked            {ours:8.0f} ms   ratio {ours / base:5.2f}")


def cold() -> None:
    """Whole processes, taken in turn; byte code is written once before."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

    jobs = {
        "imports": lambda: run("-c", BASELINE),
        "recommend": lambda: run("-m", "otrec.cli", "recommend"),
        "recommend --json": lambda: run("-m", "otrec.cli", "recommend", "--json"),
    }
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(8):
        for name, job in jobs.items():
            spent = timed(job, 1)
            if turn:
                found[name] += spent
    base = statistics.median(found["imports"])
    print("\ncold, whole process, median of 7 in turn")
    for name, spent in found.items():
        middle = statistics.median(spent)
        print(f"  {name:20} {middle:8.0f} ms   ratio to the imports {middle / base:5.2f}")


if __name__ == "__main__":
    names = ("numpy", "pandas", "scikit-learn", "networkx", "pydantic")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          + ", ".join(f"{name} {version(name)}" for name in names))  # fmt: skip
    warm()
    load()
    cold()
