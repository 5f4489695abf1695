"""The commands about goals, progress and sheets: the same answers as Python, one message for what cannot be."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from otrec import Library
from otrec.goals import gas_t, lint
from otrec.progress import ProgressFile, progress_report, soap

from .commands import otrec as run_otrec

RECORD = Path(__file__).parents[1] / "examples" / "progress_pencil_grip.yaml"
WEAK = "The student will improve handwriting."


def test_goal_lint_says_what_python_says() -> None:
    printed = json.loads(run_otrec("goal", "lint", WEAK, "--json").stdout)
    assert printed == json.loads(json.dumps(lint(WEAK).to_dict()))
    assert "Not ready" in run_otrec("goal", "lint", WEAK).stdout


def test_gas_takes_negative_scores_and_weights() -> None:
    printed = json.loads(run_otrec("gas", "0", "1", "-1", "--weights", "3,1,1", "--json").stdout)
    assert printed["t"] == pytest.approx(gas_t([0, 1, -1], [3, 1, 1]))
    changed = json.loads(run_otrec("gas", "0", "1", "--baseline", "-1,-2", "--json").stdout)
    assert changed["change"] == pytest.approx(gas_t([0, 1]) - gas_t([-1, -2]))
    assert "GAS T-score 50.0" in run_otrec("gas", "0", "0").stdout


def test_progress_and_notes_say_what_python_says(library: Library, tmp_path: Path) -> None:
    record = ProgressFile.load(RECORD)
    goal = record.goals[0].id
    printed = run_otrec("progress", str(RECORD), goal, "--as-of", "2026-12-18", "--json").stdout
    report = progress_report(record, goal, dt.date(2026, 12, 18))
    assert json.loads(printed) == json.loads(json.dumps(report.to_dict()))
    out = tmp_path / "report.pdf"
    assert run_otrec("progress", "pencil_grip", goal, "--as-of", "2026-12-18", "--json").stdout == printed
    assert run_otrec("progress", str(RECORD), goal, "--as-of", "2026-12-18", "-o", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"%PDF")
    date = record.sessions[0].date
    names = {name: item.name for name, item in library.activities.items()}
    told = json.loads(run_otrec("note", str(RECORD), date.isoformat(), "--json").stdout)
    assert told == json.loads(json.dumps(soap(record, date, names).to_dict()))


@pytest.mark.parametrize("form", ["pdf", "docx", "png", "txt"])
def test_handouts_are_written(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"sheet.{form}"
    done = run_otrec("handout", "name_labels_that_stay", "--format", form, "-o", str(out))
    assert done.returncode == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == (
        [f"sheet_{number}.png" for number in range(1, len(written) + 1)] if form == "png" else [out.name]
    )
    start = {"pdf": b"%PDF", "docx": b"PK", "png": b"\x89PNG", "txt": b"# Write name labels"}[form]
    assert (tmp_path / written[0]).read_bytes().startswith(start)


def test_a_plan_is_printed_from_its_json(tmp_path: Path) -> None:
    plan, day = tmp_path / "plan.json", tmp_path / "day.json"
    plan.write_text(run_otrec("plan", "pencil_grip", "--json").stdout, encoding="utf-8")
    day.write_text(run_otrec("pack", "pencil_grip", "fall_at_home", "--json").stdout, encoding="utf-8")
    for source in (plan, day):
        out = tmp_path / f"{source.stem}.txt"
        assert run_otrec("handout", "--plan", str(source), "--format", "txt", "-o", str(out)).returncode == 0
        told = json.loads(source.read_text(encoding="utf-8"))
        first = (told["phases"] if source == plan else told["plans"][0]["phases"])[0]["name"]
        assert first in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (["goal", "lint", ""], 2, "there is no text"),
        (["gas", "3"], 2, "from -2"),
        (["gas", "high"], 2, "write numbers"),
        (["gas", "0", "1", "--weights", "1"], 2, "weight"),
        (["handout"], 2, "name activities, or give --plan"),
        (["handout", "no_such_activity"], 5, "not in the library"),
        (["handout", "name_labels_that_stay", "--for", "pet"], 2, "audience"),
        (["handout", "name_labels_that_stay", "--format", "odt"], 2, "choose from pdf"),
        (["handout", "--plan", "nowhere.json"], 2, "cannot be read"),
        (["board", "shedule", "--line", "a"], 2, "Did you mean 'schedule'"),
        (["progress", str(RECORD), "g99"], 5, "g99"),
        (["progress", "no_such_client", "g1"], 5, "no example"),
        (["note", str(RECORD), "1999-01-01"], 2, "1999"),
    ],
)
def test_bad_commands_are_one_message(command: list[str], code: int, message: str) -> None:
    done = run_otrec(*command)
    assert "Traceback" not in done.stderr
    assert message in " ".join(done.stderr.split())
    assert (done.returncode, done.stdout) == (code, "")
