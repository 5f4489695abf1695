"""Client profiles: what is refused, and how it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrec import Client, ClientError, Engine
from otrec.library import VOCABULARIES, check_client


def problems(text: str, tmp_path: Path, name: str = "c.yaml") -> str:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ClientError) as caught:
        Client.load(path)
    return str(caught.value)


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    said = problems("age: 3\nsetting: scool\nminutes: 900\nbarriers: {grasp_pattern: 9}\n", tmp_path)
    assert "5 problems" in said
    assert "'scool' is not allowed" in said
    assert "Did you mean 'school'?" in said
    assert "age_years: missing" in said
    assert "barriers.grasp_pattern" in said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("age_years: 3\nage_years: 4\n", "given twice"),
        ("age_years: [", "not valid YAML"),
        ("- just a list\n", "found list"),
        ("", "found NoneType"),
    ],
)
def test_unreadable_yaml_is_one_clear_message(text: str, hint: str, tmp_path: Path) -> None:
    assert hint in problems(text, tmp_path)


def test_alias_bomb_is_refused_quickly_and_without_expansion(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "aliases" in problems("\n".join(lines), tmp_path)


def test_file_problems_are_told(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="check the path"):
        Client.load(tmp_path / "nobody.yaml")
    with pytest.raises(ClientError, match="readable file"):
        Client.load(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("setting: école".encode("latin-1"))
    with pytest.raises(ClientError, match="UTF-8"):
        Client.load(tmp_path / "latin.yaml")
    (tmp_path / "big.yaml").write_text("#" * 1_000_001)
    with pytest.raises(ClientError, match="bytes"):
        Client.load(tmp_path / "big.yaml")
    assert "not valid JSON" in problems("{", tmp_path, "c.json")


def test_json_and_yaml_give_the_same_client(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "id: c1\nage_years: 7\nsetting: school\nroutines: [{occupation: dressing, with: mum}]"
    )
    data = {"id": "c1", "age_years": 7, "setting": "school", "routines": [{"occupation": "dressing", "with": "mum"}]}
    (tmp_path / "c.json").write_text(json.dumps(data))
    assert Client.load(tmp_path / "c.yaml") == Client.load(tmp_path / "c.json")


def test_unknown_ids_of_a_profile_are_named_with_the_nearest(engine: Engine) -> None:
    client = Client(
        age_years=7, setting="school", barriers={"pencil_grip": 2}, strengths=("atention",), precautions=("latex",)
    )
    with pytest.raises(ClientError) as caught:
        check_client(engine.library, client)
    said = str(caught.value)
    assert "Did you mean 'grasp_pattern' (pencil grip)?" in said
    assert "Did you mean 'attention'?" in said
    assert "precautions: 'latex' is no precaution" in said


def test_there_is_no_field_for_a_name_or_a_birth_date() -> None:
    for field in ("name", "first_name", "birth_date", "date_of_birth", "address", "phone", "email"):
        with pytest.raises(ClientError, match="no such field"):
            Client.parse({"age_years": 7, "setting": "school", field: "x"})


def test_profiles_cannot_be_changed(child: Client) -> None:
    with pytest.raises(ValueError, match="frozen"):
        child.age_years = 8


def test_every_list_of_terms_has_plain_words(library: object) -> None:
    for kind in VOCABULARIES:
        terms = getattr(library, kind)
        assert terms, kind
        assert all(term.name for term in terms.values())
