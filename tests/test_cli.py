"""The command line: output for people and for programs, exit codes, and no traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from otrec import Client, Engine, example
from otrec.library import default_data

from .commands import otrec, shell
from .planted import plant

FIELDS = set(
    [
        "rank",
        "activity_id",
        "name",
        "score",
        "low",
        "high",
        "p_top5",
        "tier",
        "contributions",
        "why",
        "evidence",
        "cautions",
    ]
)
TOP = set(["model_version", "library_version", "client_id", "recommendations", "excluded", "warnings", "shortfall"])


def test_bare_recommend_runs_the_bundled_example_from_any_folder(tmp_path: Path) -> None:
    done = shell("recommend", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "otrec app" in done.stdout
    assert "Held back" in done.stdout
    assert "No clinician has reviewed" in " ".join(done.stdout.split())


def test_json_is_what_python_gives(engine: Engine) -> None:
    done = otrec("recommend", "stroke_neglect", "-k", 5, "--json")
    expected = engine.recommend(Client.load(example("stroke_neglect")), k=5).to_dict()
    assert json.loads(done.stdout) == json.loads(json.dumps(expected, default=str))
    assert set(expected["recommendations"][0]) >= FIELDS
    assert set(expected) == TOP
    assert set(expected["excluded"][0]) == {"activity_id", "rule", "effect", "reason", "source"}


def test_why_and_compare_for_any_activity(engine: Engine, child: Client) -> None:
    result = engine.recommend(child)
    listed, held = result.items[0].activity.id, result.excluded[0].activity_id
    for name in (listed, held):
        assert otrec("why", "pencil_grip", name).returncode == 0
        assert json.loads(otrec("why", "pencil_grip", name, "--json").stdout)["activity_id"] == name
    both = otrec("compare", "pencil_grip", listed, result.items[1].activity.id, "--json")
    assert json.loads(both.stdout)["sentences"]
    assert "held back" in otrec("compare", "pencil_grip", listed, held).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("recommend", "nobody.yaml"), 3, "check the path"),
        (("recommend", "pencil_gripp"), 5, "Did you mean 'pencil_grip'?"),
        (("recommend", "--data", "nowhere"), 4, "is not a folder"),
        (("recommend", "-k", "0"), 2, "from 1 to 1000"),
        (("recommend", "--weight", "interest"), 2, "name=value"),
        (("recommend", "--weight", "intrest=1"), 2, "Did you mean 'interest'"),
        (("recommend", "--phase", "warmup"), 2, "Did you mean 'warm_up'"),
        (("why", "pencil_grip", "no_such_activity"), 5, "is not in the library"),
        (("terms", "barrier"), 5, "Did you mean 'barriers'?"),
        (("recommend", "--nonsense"), 2, "No such option"),
    ],
)
def test_errors_are_one_message_with_their_exit_code(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = otrec(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_bad_client_file_tells_every_problem(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("setting: scool\nminutes: 900\n")
    done = otrec("recommend", tmp_path / "c.yaml")
    assert done.returncode == 3
    assert "3 problems" in done.stderr
    assert str(tmp_path) not in done.stderr


def test_validate_tells_every_planted_defect_and_fails(tmp_path: Path) -> None:
    expected = plant(default_data(), tmp_path / "data")
    done = otrec("validate", tmp_path / "data", "--json")
    assert done.returncode == 4
    report = "\n".join(problem["text"] for problem in json.loads(done.stdout)["problems"])
    assert not [words for words in expected if words not in report]
    people = otrec("validate", tmp_path / "data")
    assert people.returncode == 4
    assert "cannot be used" in people.stdout
    assert "Traceback" not in people.stderr


def test_validate_passes_on_our_own_data_and_on_a_copy(tmp_path: Path) -> None:
    shutil.copytree(default_data(), tmp_path / "data")
    for arguments in ((), (tmp_path / "data",)):
        done = otrec("validate", *arguments)
        assert done.returncode == 0
        assert "0 errors, 0 warnings" in done.stdout


def test_terms_find_plain_words() -> None:
    assert "grasp_pattern" in otrec("terms", "barriers", "pencil grip").stdout
    assert json.loads(otrec("terms", "precautions", "latex", "--json").stdout)[0]["id"] == "latex_allergy"


def test_every_command_has_help() -> None:
    for name in ("recommend", "why", "compare", "validate", "terms", "app"):
        done = otrec(name, "--help")
        assert done.returncode == 0
        assert name in done.stdout


def test_shell_completion_can_be_installed() -> None:
    assert "--install-completion" in otrec("--help").stdout


def test_errors_do_not_name_the_client(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("id: c4711\nage_years: 8\nsetting: school\nbarriers: {atention: 2}\n")
    done = otrec("recommend", tmp_path / "c.yaml")
    assert done.returncode == 3
    assert "Did you mean 'attention'?" in done.stderr
    assert "c4711" not in done.stderr


def test_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m otrec.cli recommend --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
