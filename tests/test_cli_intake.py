"""`otrec intake`: the same draft as Python, from the words or from standard input; nothing is written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrec import Client
from otrec.intake import Intake

from .commands import otrec, shell

WORDS = "7;3, can't do up his buttons. No seizures. ?latex allergy. Peanut allergy. Loves trains."


@pytest.fixture(autouse=True)
def trained(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that the tests share instead of one for each command."""
    monkeypatch.setattr("otrec.intake.Intake", lambda library: intake)


def test_what_is_printed_is_what_python_reads(intake: Intake) -> None:
    printed = json.loads(shell("intake", WORDS, "--json").stdout)
    assert printed == json.loads(json.dumps(intake.read(WORDS).to_dict()))
    assert printed["fields"]["precautions"] == ["nut_allergy"]


def test_people_see_the_words_and_the_questions() -> None:
    done = otrec("intake", "-", given=WORDS)
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    for part in ("“do up his buttons”", "denied", "Latex allergy: the words say", "Ask before you use it"):
        assert part in told


def test_a_draft_is_written_into_a_new_file_alone(tmp_path: Path) -> None:
    out = tmp_path / "client.yaml"
    assert otrec("intake", WORDS, "-o", out).returncode == 0
    client, written = Client.load(out), out.read_text(encoding="utf-8")
    assert (client.age_years, client.precautions, client.interests) == (7.25, ("nut_allergy",), ("trains",))
    again = otrec("intake", "9;1, loves dogs", "-o", out)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert out.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(("arguments", "told"), [
    (("intake", "loves trains", "-o", "x.yaml"), "do not tell the age"),
    (("intake", "  "), "Paste a referral"),
    (("intake", "7;3, loves trains", "-o", "no/such/folder/x.yaml"), "cannot be written"),
    (("intake-report", "--half", "both"), "choose held, tune or all"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_message(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = otrec(*arguments)
    assert done.returncode != 0
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []
