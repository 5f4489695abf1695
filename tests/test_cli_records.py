"""`otrec fhir`: the same results as Python, files that are never written over, one message for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrec import Client, Library, example
from otrec.exchange.fhir import client_bundle, goal_resources, observations, questionnaire, read_bundle
from otrec.progress import ProgressFile

from .commands import otrec as run_otrec
from .fhir_samples import bundle, condition, patient


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    held = bundle(patient(name=[{"family": "Quillfeather"}]), condition("Stroke"), condition("No dementia"))
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


def test_import_shows_what_was_found_and_writes_a_draft(library: Library, theirs: Path, tmp_path: Path) -> None:
    out = tmp_path / "client.yaml"
    done = run_otrec("fhir", "import", theirs, "--as-of", "2026-11-29", "-o", out)
    assert done.returncode == 0, done.stderr
    for told in ("condition: stroke <- Condition 1", "To ask:", "'dementia' stands beside 'No'".lower(), "left behind"):
        assert told.lower() in done.stdout.lower()
    assert "Quillfeather" not in done.stdout + out.read_text()
    assert Client.load(out).conditions == ("stroke",)
    again = run_otrec("fhir", "import", theirs, "-o", out)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_import_as_json_is_what_python_gives(library: Library, theirs: Path) -> None:
    import datetime as dt

    printed = json.loads(run_otrec("fhir", "import", theirs, "--as-of", "2026-11-29", "--json").stdout)
    assert printed == json.loads(json.dumps(read_bundle(theirs.read_bytes(), library, dt.date(2026, 11, 29)).to_dict()))


def test_many_lines_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle(patient(), *[{"resourceType": "Medication"}] * 300)))
    done = run_otrec("fhir", "import", path)
    assert "300 x Medication: resources of this type are not read" in done.stdout
    assert done.stdout.count("\n") < 20


def test_a_client_goes_out_and_comes_back(library: Library, tmp_path: Path) -> None:
    out, back = tmp_path / "c001.json", tmp_path / "back.yaml"
    assert run_otrec("fhir", "export", "client", "pencil_grip", "-o", out).returncode == 0
    client = Client.load(example("pencil_grip"))
    assert json.loads(out.read_text()) == json.loads(json.dumps(client_bundle(client, library)))
    assert run_otrec("fhir", "import", out, "-o", back).returncode == 0
    assert Client.load(back) == client
    assert run_otrec("fhir", "export", "client", "pencil_grip", "-o", out).returncode == 2


def test_forms_and_progress_are_what_python_gives(library: Library) -> None:
    assert json.loads(run_otrec("fhir", "export", "questionnaire").stdout) == json.loads(
        json.dumps(questionnaire(library))
    )
    record = ProgressFile.load(example("progress_pencil_grip"))
    printed = json.loads(run_otrec("fhir", "export", "progress", "pencil_grip").stdout)
    expected = [*goal_resources(record), *observations(record)]
    assert [one["resource"] for one in printed["entry"]] == json.loads(json.dumps(expected))


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("plan", "pencil_grip", "--as-of", "2026-11-29"), "CarePlan"),
        (("programme", "pencil_grip", "--weeks", "1", "--as-of", "2026-11-29"), "PlanDefinition"),
    ],
)
def test_plans_are_printed(arguments: tuple[str, ...], kind: str) -> None:
    done = run_otrec("fhir", "export", *arguments)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["resourceType"] == kind


def test_the_library_is_written(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "library.json"
    assert run_otrec("fhir", "export", "library", "-o", out).returncode == 0
    assert len(json.loads(out.read_text(encoding="utf-8"))["entry"]) == len(library.activities)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plans", "pencil_grip"), "Did you mean 'plan'?"),
        (("client",), "name a client"),
        (("library", "pencil_grip"), "needs no file"),
        (("progress", "no_such_record"), "no example"),
    ],
)
def test_what_cannot_be_exported_is_one_message(arguments: tuple[str, ...], said: str) -> None:
    done = run_otrec("fhir", "export", *arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 3, "is empty"),
        (b"<Bundle/>", 3, "ask for JSON"),
        (None, 3, "cannot be read"),
        (json.dumps(bundle(patient(birthDate="2190-01-01"))).encode(), 3, "after the day of reading"),
    ],
)
def test_what_cannot_be_imported_is_one_message(content: bytes | None, code: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    if content is not None:
        path.write_bytes(content)
    done = run_otrec("fhir", "import", path, "-o", tmp_path / "out.yaml")
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.yaml").exists()
