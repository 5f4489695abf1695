"""Time, memory and machine: what the benchmarks of speed measure with."""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

ROUNDS: Final = 3
#: How often the memory of a child is read.
SAMPLE_SECONDS: Final = 0.002
NAMES: Final = ("otrec", "numpy", "scipy", "numba", "scikit-learn", "networkx", "implicit", "bm25s")


def cores() -> int:
    return os.cpu_count() or 1


def processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.processor() or "unknown")


def machine() -> dict[str, Any]:
    """Where and when: it stands with every figure."""
    from otrec import __version__

    versions = {"Python": platform.python_version(), "otrec": __version__}
    for name in NAMES[1:]:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "machine": platform.machine(),
        "cores": cores(),
        "processor": processor(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "date": dt.date.today().isoformat(),
        "versions": versions,
    }


def told(where: Mapping[str, Any]) -> str:
    """The machine in one line."""
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    busy = f"load at the start {where['load']}, " if where["load"] is not None else ""
    return f"{where['machine']}, {where['cores']} cores, {where['processor']}, {busy}{where['date']}; {versions}"


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each job in each round; all jobs take turns, and a first round that warms up is left out."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            spent = seconds(job)
            if turn:
                found[name].append(spent)
    return found


def repeated(work: Callable[[], object], least: float = 0.05, rounds: int = ROUNDS) -> float:
    """Median seconds of one run; short work is run many times in each round."""
    once = max(seconds(work), 1e-7)
    times = max(1, int(least / once))
    return statistics.median(seconds(lambda: [work() for _ in range(times)]) / times for _ in range(rounds))


def exponent(sizes: Sequence[float], spent: Sequence[float]) -> float:
    """Slope of a straight line through the logarithms: 1 is linear, 2 quadratic."""
    import numpy as np

    return float(np.polyfit(np.log(sizes), np.log(spent), 1)[0])


def peak(script: str, *given: str) -> float:
    """MiB that a child needs at most beyond what it held when it said `ready`.

    The child is a script of this folder: it loads, prints `ready`, waits for a line, works, prints `done`.
    """
    import psutil

    command = [sys.executable, str(Path(__file__).with_name(script)), *given]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdin is not None
        assert child.stdout is not None
        if child.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{script} {' '.join(given)} did not get ready")
        process = psutil.Process(child.pid)
        start = process.memory_info().rss
        child.stdin.write("go\n")
        child.stdin.flush()
        highest = _highest(process, start)
        if child.stdout.read().strip() != "done" or child.wait():
            raise RuntimeError(f"{script} {' '.join(given)} did not end well")
    return (highest - start) / 2**20


def _highest(process: Any, start: int) -> int:
    """The most memory seen until the process ends."""
    import psutil

    highest = start
    while True:
        try:
            now = process.memory_info().rss
            if process.status() == psutil.STATUS_ZOMBIE:
                return highest
        except psutil.Error:
            return highest
        highest = max(highest, now)
        time.sleep(SAMPLE_SECONDS)
