"""What the tests of the service share: a service in this process, one of its own on this machine, and calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.testclient import TestClient

from otrec import Client, Engine, example
from otrec.server import create_app

INSTANCE: Final = "6f0c7b5e-9d3c-4e0a-8f7e-2f6f6f0f9c11"
#: Words that stand in requests and must stand nowhere else.
SECRET: Final = "Quetzalcoatl"
#: How long a service of its own may take to start, in seconds.
PATIENCE: Final = 120


def profile(name: str = "pencil_grip", **changes: Any) -> dict[str, Any]:
    """A bundled client as JSON."""
    client = Client.load(example(name)).model_copy(update=changes)
    return client.model_dump(mode="json", by_alias=True)


@contextmanager
def service(engine: Engine, **options: Any) -> Iterator[TestClient]:
    """A service in this process; what nobody foresaw would reach the test."""
    with TestClient(create_app(engine, **options), base_url="http://localhost") as client:
        yield client


def told(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error of an answer, which has to be of this status and of the one form there is."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    found: dict[str, Any] = answer.json()["error"]
    assert found["message"]
    assert "Traceback" not in answer.text
    return found


def patient(age: str | None = "2020-03-02", **more: Any) -> dict[str, Any]:
    born = {} if age is None else {"birthDate": age}
    return {"resourceType": "Patient", "id": "p1", **born, "name": [{"family": SECRET}], **more}


def searched(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def observed(code: str, qualifier: int) -> dict[str, Any]:
    """An ICF code with its qualifier."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icf", "code": code}]},
        "valueInteger": qualifier,
    }


def barrier(name: str, qualifier: int) -> dict[str, Any]:
    """A barrier of otrec's own, with its qualifier."""
    found = observed("", qualifier)
    found["code"] = {"coding": [{"system": "urn:x-otrec:barrier", "code": name}]}
    return found


def allergy(text: str) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/p1"},
        "clinicalStatus": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
            ]
        },
        "code": {"text": text},
    }


def call(hook: str = "patient-view", **changes: Any) -> dict[str, Any]:
    """A call of a hook with a patient and a barrier."""
    prefetch = {
        "patient": patient(),
        "conditions": None,
        "observations": searched(barrier("grasp_pattern", 3)),
        "goals": None,
        "allergies": None,
        "orders": None,
        "plans": None,
    }
    context: dict[str, Any] = {"userId": "Practitioner/7", "patientId": "p1"}
    return {"hook": hook, "hookInstance": INSTANCE, "context": context, "prefetch": prefetch, **changes}


@dataclass
class Running:
    """A service as a process of its own."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[Running]:
    """`otrec serve` on a port of its own; ended by its process id."""
    log = folder / "serve.log"
    command = [sys.executable, "-m", "otrec.cli", "serve", "--port", "0", *options]
    clean = {name: value for name, value in os.environ.items() if name != "OTREC_DATABASE_URL"} | environment
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "otrec is served at" in line, log.read_text()
        url = line.split()[4]
        _wait(url, process)
        yield Running(process, url, log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.stdout.close()  # type: ignore[union-attr]


def _wait(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            if httpx.get(f"{url}/api/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service does not answer")


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()
