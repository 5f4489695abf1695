"""The service against its own OpenAPI document: whatever fits it is answered as it says, and nothing is a 5xx."""

from __future__ import annotations

import os
import re
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from otrec import Engine
from otrec.server import asked, create_app, reading
from otrec.server.lanes import QUICK, SLOW
from otrec.server.served import SHORT

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


#: Seconds that a call may take on a machine that has much else to do.
PATIENCE = 120
EXAMPLES = int(os.environ.get("OTREC_EXAMPLES", "6"))


def test_whatever_fits_the_document_is_answered_as_it_says(engine: Engine) -> None:
    document = schemathesis.openapi.from_asgi("/openapi.json", create_app(engine))
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) >= 22
    for operation in operations:

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def fits(case: Case) -> None:
            case.call_and_validate(checks=CHECKS, timeout=PATIENCE)

        fits()


def test_every_address_has_an_example_that_works(engine: Engine) -> None:
    from .serving import service

    with service(engine) as api:
        found = api.get("/openapi.json").json()
        schemas = found["components"]["schemas"]
        tried = 0
        for path, methods in found["paths"].items():
            for method, operation in methods.items():
                url = path.replace("{service}", "otrec-patient-view").replace("{activity_id}", "name_labels_that_stay")
                if method == "get":
                    answer = api.get(url)
                else:
                    given = next(iter(operation["requestBody"]["content"].values()))["schema"]
                    whole = schemas[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
                    answer = api.post(url, json=whole["examples"][0])
                assert answer.status_code == 200, (path, answer.text[:300])
                tried += 1
        assert tried >= 22


def test_the_document_is_whole(engine: Engine) -> None:
    found = create_app(engine).openapi()
    schemas = found["components"]["schemas"]
    assert set(schemas["Client"]["properties"]) >= {"age_years", "setting", "barriers", "goals", "history"}
    assert "HTTPValidationError" not in schemas
    for name in ("Recommend", "PlanSession", "Programme"):
        assert schemas[name]["properties"]["client"] == {"$ref": "#/components/schemas/Client"}
    for name in ("Pack", "Batch", "PlanGroup"):
        assert schemas[name]["properties"]["clients"]["items"] == {"$ref": "#/components/schemas/Client"}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], path
            wanted = {"400", "404", "413", "415", "422", "503"} if method == "post" else {"404", "422"}
            assert set(operation["responses"]) >= {"200", *wanted}, path
            for status, answer in operation["responses"].items():
                assert answer["content"], (path, status)
                if status != "200":
                    form = answer["content"]["application/json"]["schema"]
                    assert form == {"$ref": "#/components/schemas/Refused"}


def test_the_reference_names_every_address_and_the_limits_that_hold(engine: Engine) -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "http-api.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(GET|POST) (\S+)` \|", page, flags=re.M)
    paths = create_app(engine).openapi()["paths"]
    assert sorted(listed) == sorted((method.upper(), path) for path in paths for method in paths[path])
    for said in (
        f"| {reading.USUAL // 10**6} MB; {reading.LARGE // 10**6} MB for hooks",
        f"| {reading.DEEPEST} levels |",
        f"| {asked.MOST_ENTRIES}; clients of a batch {asked.MOST_CLIENTS:,}, resources of a prefetch",
        f"within {reading.PATIENCE} seconds",
        f"{QUICK.waiting} may wait, at most {QUICK.seconds} seconds",
        f"two at a time in each worker, {SLOW.waiting} may wait, at most {SLOW.seconds} seconds",
        f"up to {SHORT} activities",
    ):
        assert said in page, said
    assert (QUICK.threads, SLOW.threads) == (1, 2)
