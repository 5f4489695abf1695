"""How many calls the service answers, and how long each waits: `python benchmarks/serve.py [--seconds 20]`.

`otrec serve` is started on this machine with two workers and a port of its own, called over some connections that are
kept open, each sending its next call when it has its answer, and ended by its process id. Each kind of call is measured
by itself, with the time that the service's processes worked for each: a list with everything that was held back
(`/api/recommend`), the cards for an open record (`patient-view`) with some ten resources sent along, and why an
activity stands where it does. Nothing here is a test; the callers share the machine with the service, so that figures
of a machine of two cores are rather low.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil
from timing import machine, told

from otrec import Client, example, load_library

STORIES = ("pencil_grip", "stroke_neglect", "fall_at_home")
AIM_PER_SECOND, AIM_P95 = 200, 100
#: Seconds from one connection to the next; those that come at the same moment are all taken by one worker.
APART = 0.1
#: How long the service may take to start, in seconds.
PATIENCE = 120


@dataclass
class Found:
    """Waiting times in milliseconds, and answers that were none."""

    name: str
    waited: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0
    size: int = 0
    worked: float = 0.0

    def __str__(self) -> str:
        each = statistics.quantiles(self.waited, n=100) if len(self.waited) > 1 else [0.0] * 99
        rate = len(self.waited) / self.seconds
        met = "aim met" if rate >= AIM_PER_SECOND and each[94] <= AIM_P95 else "aim missed"
        worked = 1000 * self.worked / len(self.waited)
        return (
            f"{self.name:<16}{rate:6.0f} a second  p50 {each[49]:6.1f} ms  p95 {each[94]:6.1f} ms"
            f"  p99 {each[98]:6.1f} ms  worked {worked:5.1f} ms  {self.size / 1000:4.0f} kB"
            f"  {self.failed} failed  {met}"
        )


def variants(count: int = 30) -> list[Client]:
    """The bundled clients, a little older each time, so that no two calls are quite alike."""
    stories = [Client.load(example(name)) for name in STORIES]
    return [
        one.model_copy(update={"id": f"c{number:03d}", "age_years": round(one.age_years + number / 100, 2)})
        for number in range(count)
        for one in [stories[number % len(stories)]]
    ]


def calls() -> dict[str, list[bytes]]:
    """Kind of call -> requests, ready to be sent."""
    from otrec.exchange.fhir import client_bundle

    library, clients = load_library(), variants()
    profiles = [client.model_dump(mode="json", exclude_defaults=True, by_alias=True) for client in clients]
    bundles = [client_bundle(client, library) for client in clients]
    return {
        "/api/recommend": [post("/api/recommend", {"client": one, "k": 8}) for one in profiles],
        "patient-view": [post("/cds-services/otrec-patient-view", hook(one)) for one in bundles],
        "/api/why": [post("/api/why", {"client": one, "activity": "name_labels_that_stay"}) for one in profiles],
    }


def hook(bundle: dict[str, Any]) -> dict[str, Any]:
    """A call of `patient-view` with the resources of a bundle but for the profile itself."""
    text = json.dumps([entry["resource"] for entry in bundle["entry"]])
    address = next(entry["fullUrl"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient")
    resources = json.loads(text.replace(f'"{address}"', '"Patient/1"'))
    patient = next(one for one in resources if one["resourceType"] == "Patient")
    prefetch: dict[str, Any] = {"patient": {**patient, "id": "1"}}
    for key, kind in (("conditions", "Condition"), ("observations", "Observation"), ("goals", "Goal"),
                      ("allergies", "AllergyIntolerance")):  # fmt: skip
        entries = [{"resource": one} for one in resources if one["resourceType"] == kind]
        prefetch[key] = {"resourceType": "Bundle", "type": "searchset", "entry": entries} if entries else None
    return {
        "hook": "patient-view",
        "hookInstance": "6f0c7b5e-9d3c-4e0a-8f7e-2f6f6f0f9c11",
        "context": {"userId": "Practitioner/7", "patientId": "1"},
        "prefetch": prefetch,
    }


def post(path: str, body: Any) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


async def caller(port: int, requests: Sequence[bytes], first: int, until: float, found: Found | None) -> None:
    """One connection that asks again and again until a time; they come one after the other, as people do."""
    await asyncio.sleep(first * APART)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    number = first
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(requests[number % len(requests)])
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        await reader.readexactly(length)
        number += 7
        if found is not None:
            found.waited.append(1000 * (time.perf_counter() - start))
            found.failed += " 200 " not in head.split("\r\n")[0]
            found.size = length
    writer.close()


def worked(process: int) -> float:
    """Seconds that a process and its children have worked."""
    first = psutil.Process(process)
    times = [one.cpu_times() for one in (first, *first.children(recursive=True))]
    return sum(one.user + one.system for one in times)


async def driven(name: str, process: int, port: int, requests: Sequence[bytes], callers: int, seconds: float) -> Found:
    """What one kind of call gives over some seconds, after two that do not count."""
    await asyncio.gather(*(caller(port, requests, place, time.perf_counter() + 2, None) for place in range(callers)))
    found, before, start = Found(name), worked(process), time.perf_counter()
    await asyncio.gather(*(caller(port, requests, place, start + seconds, found) for place in range(callers)))
    found.seconds, found.worked = time.perf_counter() - start, worked(process) - before
    return found


def started(workers: int) -> tuple[subprocess.Popen[str], int]:
    """The service as a process of its own, once it answers; its port."""
    command = [sys.executable, "-m", "otrec.cli", "serve", "--port", "0", "--workers", str(workers)]
    environment = {name: value for name, value in os.environ.items() if name != "OTREC_DATABASE_URL"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.split("127.0.0.1:")[1].split()[0])
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            asyncio.run(asyncio.wait_for(_answers(port), 5))
            return process, port
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            time.sleep(0.2)
    raise SystemExit("the service does not answer")


async def _answers(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(told(machine()))
    print(f"{given.workers} workers, {given.callers} connections, {given.seconds:g} s for each kind of call")
    process, port = started(given.workers)
    try:
        for name, requests in calls().items():
            print(asyncio.run(driven(name, process.pid, port, requests, given.callers, given.seconds)), flush=True)
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


if __name__ == "__main__":
    main()
