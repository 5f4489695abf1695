"""The meter of a profile: which open fact could change the list, and by how much."""

from __future__ import annotations

from otrec import Client, Engine
from otrec.engine.sufficiency import LABELS, known_facts


def bare(**facts: object) -> Client:
    return Client.model_validate({"age_years": 6, "setting": "school", "barriers": {"grasp_pattern": 3}, **facts})


def test_known_and_open_facts_are_told_apart() -> None:
    assert known_facts(bare()) == ("barriers",)
    assert known_facts(bare(precautions=[], tools=[], interests=["dinosaurs"])) == (
        "precautions", "barriers", "tools", "interests",
    )  # fmt: skip


def test_what_it_says_of_a_fact_is_what_knowing_it_does(engine: Engine) -> None:
    client = bare()
    found = engine.recommend(client).sufficiency()
    assert {item.name for item in found.missing} == set(LABELS) - {"barriers", "routines"}
    before = {item.activity.id for item in engine.recommend(client, k=10).items}
    telling = {item.name: item for item in found.missing}
    asked = telling["precautions"]
    precaution = next(term.id for term in engine.library.precautions.values() if term.name == asked.instance)
    after = engine.recommend(client.model_copy(update={"precautions": (precaution,)}), k=10)
    assert asked.most == len(before - {item.activity.id for item in after.items}) > 0
    assert 0 < asked.mean <= asked.most <= asked.of == 10


def test_the_weightiest_comes_first_and_a_known_fact_is_not_asked(engine: Engine) -> None:
    missing = engine.recommend(bare()).sufficiency().missing
    assert [item.most for item in missing] == sorted((item.most for item in missing), reverse=True)
    knows = engine.recommend(bare(precautions=[])).sufficiency()
    assert "precautions" not in {item.name for item in knows.missing}
    assert knows.share > engine.recommend(bare()).sufficiency().share


def test_without_barriers_the_likely_ones_are_tried(engine: Engine) -> None:
    client = Client.model_validate(
        {"age_years": 40, "setting": "home", "goals": [{"occupation": "meal_preparation", "importance": 9}]}
    )
    found = {item.name: item for item in engine.recommend(client).sufficiency().missing}
    assert found["barriers"].most > 0
    assert str(found["barriers"]).startswith("Knowing the barriers could change up to ")


def test_it_serialises(engine: Engine) -> None:
    told = engine.recommend(bare()).sufficiency().to_dict()
    assert told["known"] == ["barriers"]
    assert set(told["missing"][0]) == {"name", "label", "most", "mean", "of", "instance", "tried"}
