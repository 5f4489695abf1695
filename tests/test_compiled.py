"""The compiled library against its readable reference: the same order, the same scores, the same screen."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otrec import Client, Engine, Library
from otrec.engine.many import BLOCK, COLUMNS, ManyRanker
from otrec.evidence import LIGHTS, age_range
from otrec.features import NAMES
from otrec.models import ClientError, OptionError
from otrec.models.terms import SETTING_NAMES

DAY = dt.date(2026, 11, 1)


def some(chance: random.Random, words: Any, most: int) -> list[str]:
    names = sorted(words)
    return chance.sample(names, min(len(names), chance.randint(0, most)))


def invented(library: Library, chance: random.Random) -> Client:
    """A client with anything that a profile can hold, and now and then with almost nothing."""
    barriers = {name: chance.randint(0, 4) for name in some(chance, library.barriers, 7)}
    goals = [
        {"occupation": chance.choice(sorted(library.occupations)), "importance": chance.randint(1, 10)}
        for _ in range(chance.randint(0 if any(barriers.values()) else 1, 4))
    ]
    facts: dict[str, Any] = {
        "age_years": round(chance.choice((chance.uniform(0, 3), chance.uniform(3, 20), chance.uniform(20, 105))), 2),
        "setting": chance.choice(sorted(SETTING_NAMES)),
        "barriers": barriers,
        "goals": goals,
        "conditions": some(chance, library.conditions, 3),
        "interests": [*some(chance, library.interests, 2), *some(chance, ("volcanoes", "Dinosaurs"), 2)],
        "strengths": some(chance, library.barriers, 3),
        "environment": some(chance, library.environments, 2),
        "routines": [{"occupation": name} for name in some(chance, library.occupations, 2)],
        "tools": chance.choice((None, [], some(chance, library.tools, 60))),
        "precautions": chance.choice((None, [], some(chance, library.precautions, 4))),
        "clearances": some(chance, library.clearances, 6),
        "competencies": some(chance, library.competencies, 3),
        "assessments": [{"name": name} for name in some(chance, [*library.assessments, "Unknown scale 3"], 3)],
        "delivery": chance.choice(("direct", "consult", "home", "telehealth")),
        "group_size": chance.choice((1, 1, 2, 5, 8)),
        "minutes": chance.randint(5, 120),
        "not_again": some(chance, library.activities, 2),
        "history": [
            {"activity": name, "date": DAY - dt.timedelta(days=chance.randint(-3, 90)),
             "response": chance.choice(("liked", "neutral", "disliked"))}
            for name in some(chance, library.activities, 4)
        ],
    }  # fmt: skip
    return Client.parse(facts)


def agree(engine: Engine, clients: list[Client], k: int, **asked: Any) -> None:
    """The lists of all clients are those of `recommend`, one by one."""
    weights = asked.get("weights")
    found = ManyRanker(engine, k, as_of=DAY, **asked).ranked(clients)
    asked = {name: value for name, value in asked.items() if name != "threads"}
    for row, client in enumerate(clients):
        result = engine.recommend(client, k, as_of=DAY, **asked)
        expected = [engine.space.place[item.activity.id] for item in result.items]
        listed = [int(place) for place in found.activity[row] if place >= 0]
        assert listed == expected, (client, weights)
        scores = [item.score / 100 for item in result.items]
        np.testing.assert_allclose(found.score[row, : len(listed)], scores, atol=1e-12)
        assert [LIGHTS[light] for light in found.light[row, : len(listed)]] == [item.light for item in result.items]
        assert found.allowed[row] == result.screening.allowed.sum()


OPTIONS: list[dict[str, Any]] = [
    {}, {"diversity": 0.0}, {"diversity": 1.0}, {"include_red": True}, {"bag_only": True},
    {"phases": ("warm_up",)}, {"arousal": ("calming",), "no_purchase": True}, {"threads": 3},
    {"weights": {"evidence": 0.9, "challenge_fit": 0.6}}, {"weights": dict.fromkeys(NAMES[3:], 0.0)},
]  # fmt: skip


@pytest.mark.parametrize("asked", OPTIONS, ids=lambda asked: "-".join(map(str, asked)) or "plain")
def test_lists_are_those_of_the_reference(engine: Engine, asked: dict[str, Any]) -> None:
    chance = random.Random(str(asked))
    agree(engine, [invented(engine.library, chance) for _ in range(60)], chance.choice((3, 10, 25)), **asked)


def test_each_feature_alone_is_the_same(engine: Engine) -> None:
    chance = random.Random(5)
    for name in NAMES:
        alone = {other: float(other == name) for other in NAMES}
        agree(engine, [invented(engine.library, chance) for _ in range(6)], 12, diversity=0.0, weights=alone)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), k=st.sampled_from((1, 8, 200, 1000)), diversity=st.floats(0, 1))
def test_any_client_has_the_list_of_the_reference(engine: Engine, seed: int, k: int, diversity: float) -> None:
    agree(engine, [invented(engine.library, random.Random(seed))], k, diversity=diversity)


def test_equal_scores_are_listed_by_name(library: Library) -> None:
    twins = {
        f"{name}_twin": item.model_copy(update={"id": f"{name}_twin", "name": f"{letter} {item.name}"})
        for (name, item), letter in zip(list(library.activities.items())[:300], "ZA" * 150, strict=True)
    }
    doubled = Engine(library=replace(library, activities={**twins, **library.activities}))
    chance = random.Random(8)
    agree(doubled, [invented(library, chance) for _ in range(40)], 20)


def warned_against(library: Library) -> list[Client]:
    """Clients of the populations that findings advise something against, with the barriers that it would reach."""
    found = []
    for link in library.addressed_by:
        for finding in (library.evidence[name] for name in link.evidence if name in library.evidence):
            if finding.direction == "against":
                about = [
                    name for name, item in library.conditions.items() if set(item.evidence) & set(finding.conditions)
                ]
                users = [item for item in library.activities.values() if link.technique in item.techniques]
                others = {name for item in users for name in (*item.primary, *item.secondary)} - {link.barrier}
                for other in [None, *sorted(others)[:12]]:
                    barriers = {link.barrier: 3, **({other: 2} if other else {})}
                    facts = {"age_years": sum(age_range(finding)) / 2, "setting": "clinic", "conditions": about[:1]}
                    found.append(Client.parse({**facts, "barriers": barriers, "precautions": []}))
    return found


def test_what_findings_advise_against_is_gated_alike(engine: Engine) -> None:
    clients = warned_against(engine.library)
    gated = sum(item.rule == "red_evidence" for one in clients for item in engine.recommend(one, 1).excluded)
    assert gated > 50
    agree(engine, clients, 1000)


def test_what_was_learned_counts(engine: Engine, child: Client) -> None:
    from otrec import Preference

    first, second = (item.activity.id for item in engine.recommend(child, k=2).items)
    agree(engine.update([Preference(client=child, better=second, worse=first)] * 3), [child], 20)


def test_nobody_gets_what_a_rule_takes_out(engine: Engine) -> None:
    chance = random.Random(21)
    clients = [invented(engine.library, chance) for _ in range(200)]
    found = ManyRanker(engine, 1000, as_of=DAY, include_red=True).ranked(clients)
    taken_out = 0
    for row, client in enumerate(clients):
        allowed = engine.screen(client).allowed
        listed = found.activity[row][found.activity[row] >= 0]
        assert allowed[listed].all()
        taken_out += int((~allowed).sum())
    assert taken_out > 10_000


def test_the_flat_table_names_client_place_and_light(engine: Engine, child: Client) -> None:
    nobody = child.model_copy(update={"id": "nobody", "age_years": 0.01, "setting": "workplace"})
    table = engine.recommend_many([child, nobody, child.model_copy(update={"id": "again"})], k=4, as_of=DAY)
    assert tuple(table.columns) == COLUMNS
    items = engine.recommend(child, k=4, as_of=DAY).items
    rows = table[table.client_id == child.id]
    assert rows["rank"].tolist() == [1, 2, 3, 4]
    assert rows.activity_id.tolist() == [item.activity.id for item in items]
    assert rows.name.tolist() == [item.activity.name for item in items]
    assert rows.evidence.tolist() == [item.light for item in items]
    np.testing.assert_allclose(rows.score, [item.score for item in items], atol=1e-9)
    assert "nobody" not in set(table.client_id)
    assert table[table.client_id == "again"].activity_id.tolist() == rows.activity_id.tolist()


def test_blocks_leave_no_trace(engine: Engine, child: Client) -> None:
    others = [invented(engine.library, random.Random(seed)) for seed in range(40)]
    clients = [(child if place % 50 == 0 else others[place % 40]) for place in range(BLOCK + 60)]
    clients = [one.model_copy(update={"id": f"c{place}"}) for place, one in enumerate(clients)]
    table = engine.recommend_many(clients, k=3, as_of=DAY).groupby("client_id", sort=False).activity_id.apply(tuple)
    alone = tuple(engine.recommend_many([child], k=3, as_of=DAY).activity_id)
    assert {table[f"c{place}"] for place in range(0, len(clients), 50)} == {alone}
    assert list(table.index) == [one.id for one in clients if one.id in table.index]


def test_no_client_is_an_empty_table(engine: Engine) -> None:
    assert engine.recommend_many([]).columns.tolist() == list(COLUMNS)


def test_all_faulty_clients_are_told_at_once(engine: Engine, child: Client) -> None:
    unknown = child.model_copy(update={"barriers": {"grasp_patern": 3}})
    blank = child.model_copy(update={"barriers": {}, "goals": ()})
    with pytest.raises(ClientError) as refused:
        engine.recommend_many([child, unknown, blank])
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["client 2", "client 3"]
    assert "grasp_pattern" in str(refused.value)
    with pytest.raises(ClientError) as refused:
        engine.recommend_many([blank] * 30)
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1] == "and 10 more"


@pytest.mark.parametrize("asked", [{"k": 0}, {"diversity": 2}, {"phases": ("lunch",)}, {"threads": 0}, {"colour": 1},
                                   {"weights": {"evidence": -1}}])  # fmt: skip
def test_options_out_of_range_are_refused(engine: Engine, child: Client, asked: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        engine.recommend_many([child], **asked)


def test_arrays_of_another_library_are_refused(engine: Engine, child: Client) -> None:
    compiled = ManyRanker(engine).compiled
    profiles = compiled.encode([child], DAY)
    assert compiled.rank_encoded(profiles, 3, 0.15).activity.shape == (1, 3)
    beyond = [
        profiles._replace(facts=profiles.facts._replace(column=profiles.facts.column + compiled.layout.width)),
        profiles._replace(terms=profiles.terms._replace(item=profiles.terms.item - compiled.layout.n_terms)),
        profiles._replace(life=profiles.life + len(profiles.lives)),
        profiles._replace(lives=profiles.lives[:, :-1]),
    ]
    for one in beyond:
        with pytest.raises(OptionError, match="another library"):
            compiled.rank_encoded(one, 3, 0.15)
