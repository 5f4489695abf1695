"""How well plain words are read: labelled snippets, how figures are counted, and whether those of the docs hold."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from otrec import Library
from otrec.evaluation import readers
from otrec.evaluation.referrals import FILE, Snippet, load_snippets, measure, report
from otrec.intake import Draft, Found, Intake, Question
from otrec.library import default_data
from otrec.models import LibraryError, OptionError

from .commands import otrec
from .effort import THOROUGH

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "intake.md"
#: What the page calls the kinds of a report.
NAMED = {
    "precautions, drafted or asked": "precautions", "precautions that have to be asked about": "precautions to ask",
    "denied, past or of somebody else, and not drafted": "denied", "age": "age_years", "places": "environment",
    "affected side": "affected_side",
}  # fmt: skip


SLOW = "MiniLM, nearest centre"


@pytest.fixture(scope="module")
def held(library: Library, intake: Intake) -> dict[str, Any]:
    """The figures of the half that was held back; embeddings take minutes, and are for a thorough run."""
    methods = {name: make for name, make in readers.METHODS.items() if THOROUGH or name != SLOW}
    with patch.object(readers, "METHODS", methods), patch("otrec.intake.Intake", lambda library: intake):
        return report(library, "held")


def test_there_are_enough_snippets_and_half_were_held_back(library: Library) -> None:
    snippets = load_snippets(library)
    assert len(snippets) >= 250
    assert sum(one.split == "held" for one in snippets) * 2 == len(snippets)
    assert len({one.text for one in snippets}) == len({one.id for one in snippets}) == len(snippets)
    ages = [one.age_years for one in snippets if one.age_years is not None]
    assert min(sum(age < 18 for age in ages), sum(age >= 18 for age in ages)) >= 75


def test_every_problem_of_a_file_of_snippets_is_told_at_once(library: Library, tmp_path: Path) -> None:
    raw = (default_data() / FILE).read_text(encoding="utf-8")
    wrong = raw.replace("  - grasp_pattern", "  - grasp_patern", 1).replace("split: held", "split: hold", 1)
    path = tmp_path / "snippets.yaml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        load_snippets(library, path)
    told = str(caught.value)
    assert "grasp_patern" in told
    assert "snippet 2" in told
    with pytest.raises(LibraryError, match="cannot be read"):
        load_snippets(library, tmp_path / "none.yaml")


class Told(Intake):
    """An intake that gives a draft that is laid down."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def read(self, text: str) -> Draft:
        return self.draft


def find(kind: str, value: Any, **more: Any) -> Found:
    return Found(kind, value, str(value), "words", 0, 5, **more)


def test_what_is_right_too_much_and_missed_is_counted_by_kind() -> None:
    draft = Draft(
        found=(
            find("precautions", "latex_allergy"), find("precautions", "seizures"), find("age_years", 7.3),
            find("barriers", "feeding", severity=3), find("barriers", "balance", drafted=False),
            find("conditions", "stroke"), find("tools", "scissors", drafted=False),
        ),
        questions=(Question("Is it so?", "precautions", "nut_allergy"), Question("How old?", "age_years")),
    )  # fmt: skip
    one = Snippet.model_validate({
        "id": "x", "split": "tune", "voice": "note", "text": "long enough", "age_years": 7.25, "setting": "school",
        "precautions": ["latex_allergy", "nut_allergy", "fall_risk"], "ask": ["pain"],
        "not": ["seizures", "stroke", "ms"],
        "barriers": ["feeding", "balance", "anxiety"], "severity": {"feeding": 2}, "tools": ["scissors"],
    })  # fmt: skip
    found = {kind: (c.right, len(c.extra), len(c.missed)) for kind, c in measure(Told(draft), [one]).items()}
    assert found["precautions"] == (2, 0, 1), "latex was drafted, nuts were asked about, falls were missed"
    assert found["precautions drafted"] == (1, 1, 2)
    assert found["precautions to ask"] == (0, 0, 1)
    assert found["denied"] == (1, 0, 2), "seizures and stroke were drafted though they are denied"
    assert found["barriers drafted"] == (1, 0, 2)
    assert found["barriers offered"] == (2, 0, 1)
    assert found["conditions"] == (0, 1, 0)
    assert found["age_years"] == (1, 0, 0)
    assert found["setting"] == (0, 0, 1)
    assert found["severity"] == (0, 1, 1)
    assert found["tools"] == (1, 0, 0)
    older = Draft((replace(draft.found[2], value=7.5),), ())
    assert measure(Told(older), [one])["age_years"].missed == ["x 7.25"], "ages differ by more than a tenth of a year"


def test_what_was_not_looked_at_is_read_well_enough_to_be_asked(held: dict[str, Any]) -> None:
    recall = {row["kind"]: row["recall"] for row in held["kinds"]}
    assert held["snippets"] >= 125
    assert recall["precautions"] >= 0.85
    assert recall["denied"] >= 0.9


def test_the_default_names_the_barrier_more_often_than_other_methods(held: dict[str, Any]) -> None:
    ours, *others = held["barriers"]
    assert ours["method"] == readers.DEFAULT
    assert {row["method"] for row in others} >= {"rapidfuzz, likest phrase", "TF-IDF, nearest centre"}
    assert ours["top_3"] > max(row["top_3"] for row in others)


def test_the_page_shows_these_figures(held: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"library {held['library_version'][:12]}" in page
    rows = re.findall(r"^\| ([a-z][^|]+?) \| ([\d.–]+) \| ([\d.–]+) \| (\d+) \|$", page, re.M)
    kinds = {row["kind"]: row for row in held["kinds"]}
    assert len(rows) >= 14
    for name, precision, recall, wanted in rows:
        row = kinds[NAMED.get(name, name)]
        assert recall == f"{row['recall']:.2f}", name
        assert precision in ("–", f"{row['precision']:.2f}"), name
        assert int(wanted) == row["right"] + row["missed"], name
    methods = {row["method"]: row for row in held["barriers"]}
    shown = {
        name: row for name, *row in re.findall(r"^\| ([\w -]+.*?) \| (0\.\d+) \| (0\.\d+) \| (0\.\d+) \|$", page, re.M)
    }
    assert set(methods) <= set(shown)
    for name, row in methods.items():
        assert shown[name] == [f"{row[f'top_{k}']:.2f}" for k in (1, 3, 5)], name


def test_people_and_programs_get_the_same_figures(held: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otrec.evaluation.referrals.report", lambda library, half: held | {"half": half})
    assert json.loads(otrec("intake-report", "--half", "tune", "--json").stdout) == held | {"half": "tune"}
    told = " ".join(otrec("intake-report").stdout.split())
    assert "No clinician has labelled" in told
    for row in held["kinds"]:
        assert row["kind"] in told
    assert f"{held['barriers'][0]['top_3']:.2f}" in told


def test_without_its_packages_the_embedding_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otrec.intake.minilm.folder", lambda: None)
    with pytest.raises(OptionError, match="otrec\\[embeddings\\]"):
        readers.embedded(readers.Phrases(["feeding"]))


def test_embeddings_are_those_of_the_model() -> None:
    from otrec.intake.minilm import MiniLM

    try:
        embed = MiniLM()
    except OptionError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    vectors = embed(["He drops his fork.", "The fork falls out of his hand.", "She hates loud noise."])
    assert vectors.shape == (3, 384)
    #: Cosines by transformers 5.24 and torch 2.13, with the same weights and mean pooling.
    theirs = [[1, 0.8126937, 0.0934551], [0.8126937, 1, 0.0011073], [0.0934551, 0.0011073, 1]]
    assert np.allclose(vectors @ vectors.T, theirs, atol=2e-6)
    assert np.allclose(vectors[0, :4], [0.0565769, 0.0383287, 0.0364325, -0.0164394], atol=2e-6)
