"""What the documents say is true: commands, the printed result, the data card, the public names."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import otrec
from otrec import Library
from otrec.evaluation.cases import load_cases
from otrec.library.card import rewritten
from otrec.library.pictures import FOLDER, PICTURES, drawn_from

from .commands import otrec as run_otrec

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_both_commands_stand_on_the_first_screen_of_the_readme() -> None:
    screen = "\n".join(text("README.md").splitlines()[:25])
    assert "python -m pip install . && otrec recommend" in screen
    assert "python -m pip install -e '.[test]' && pytest" in screen


def test_the_result_in_the_readme_is_what_the_command_prints() -> None:
    shown = re.search(r"<!-- result: otrec (.*?) -->\n```text\n(.*?)```", text("README.md"), flags=re.S)
    assert shown is not None
    printed = run_otrec(*shown.group(1).split()).stdout

    def words(line: str) -> str:
        """A line with its figures masked: the last digit of a rounded draw may differ between machines."""
        return " ".join(re.sub(r"\d+(-\d+)?", "#", line).split())

    lines = [words(line) for line in printed.splitlines()]
    for line in shown.group(2).splitlines():
        assert words(line) in lines, f"the README shows {line!r}, the command does not"


def test_the_data_card_is_current(library: Library) -> None:
    card = text("data/README.md")
    assert rewritten(card, library) == card, "run `otrec validate --report`"
    with pytest.raises(ValueError, match="has to hold the lines"):
        rewritten("no marks", library)


def test_the_figures_of_the_model_card_are_of_this_library_and_these_cases(library: Library) -> None:
    card = text("MODEL_CARD.md")
    cases = load_cases(library)
    assert f"library {library.version}; cases {cases.version}" in " ".join(card.split()), (
        "run `otrec evaluate --card MODEL_CARD.md`"
    )


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_data_card_are_current(library: Library, name: str) -> None:
    assert drawn_from(ROOT / "data" / FOLDER / f"{name}.svg") == library.version, "run `otrec validate --report`"


def test_one_command_renews_card_and_pictures_and_gives_the_same_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("*.svg"))
    assert run_otrec("validate", str(data), "--report").returncode == 0
    assert (data / "README.md").read_text(encoding="utf-8") == text("data/README.md")
    once = {path.name: path.read_bytes() for path in (data / FOLDER).iterdir()}
    assert set(once) == {f"{name}.svg" for name in PICTURES}
    committed = {path.name: drawn_from(path) for path in (ROOT / "data" / FOLDER).iterdir()}
    assert {path.name: drawn_from(path) for path in (data / FOLDER).iterdir()} == committed
    assert run_otrec("validate", str(data), "--report").returncode == 0
    assert {path.name: path.read_bytes() for path in (data / FOLDER).iterdir()} == once


def test_a_card_without_marks_is_one_clear_message(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("*.svg"))
    (data / "README.md").write_text("no marks")
    done = run_otrec("validate", str(data), "--report")
    assert done.returncode != 0
    assert "has to hold the lines" in done.stderr
    assert "Traceback" not in done.stderr


def test_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", text("README.md"), flags=re.S)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert "handwriting" in capsys.readouterr().out


def test_public_names_are_few_and_documented() -> None:
    assert len(otrec.__all__) <= 13
    for name in otrec.__all__:
        assert getattr(otrec, name) is not None
        assert name == "__version__" or getattr(otrec, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'Enigne'"):
        _ = otrec.Enigne  # type: ignore[attr-defined]


def test_versions_agree() -> None:
    assert f"## {otrec.__version__}" in text("CHANGELOG.md")
    assert f"version: {otrec.__version__}" in text("CITATION.cff")
    assert tomllib.loads(text("pyproject.toml"))["project"]["name"] == "otrec"


def test_reviews_are_stated_where_they_count() -> None:
    for name in ("README.md", "MODEL_CARD.md", "data/README.md"):
        assert re.search(r"[Nn]o clinician(, client or family)?\s+has\s+reviewed", text(name)), name


def test_constraints_name_packages_and_versions_only() -> None:
    for line in text("constraints.txt").splitlines():
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[0-9][a-z0-9.]*( ; .*)?", line), line
