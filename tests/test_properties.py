"""What holds for any client, tried with Hypothesis."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from otrec import Client, Engine, load_library
from otrec.features import NAMES
from otrec.graph import build_graph, key
from otrec.models.terms import SETTING_NAMES
from otrec.ranking.weights import score
from otrec.safety import AssessmentDomains, applies, is_open, matches, screen

LIBRARY = load_library()
ENGINE = Engine(library=LIBRARY)
GRAPH = build_graph(LIBRARY)
PHASES = [phase for phase in Phase if phase != Phase.explain]  # explaining a failure takes minutes here
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


def some(names: object, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(names)), max_size=most, unique=True).map(tuple)  # type: ignore[call-overload]


PROFILES = st.fixed_dictionaries(
    {
        "age_years": st.floats(0, 105, allow_nan=False).map(lambda age: round(age, 1)),
        "setting": st.sampled_from(sorted(SETTING_NAMES)),
        "conditions": some(LIBRARY.conditions, 3),
        "barriers": st.dictionaries(
            st.sampled_from(sorted(LIBRARY.barriers)), st.integers(1, 4), min_size=1, max_size=5
        ),
        "goals": st.lists(
            st.builds(dict, occupation=st.sampled_from(sorted(LIBRARY.occupations)), importance=st.integers(1, 10)),
            max_size=3,
        ),
        "strengths": some(LIBRARY.barriers, 2),
        "interests": some(LIBRARY.interests, 2),
        "environment": some(LIBRARY.environments, 2),
        "tools": st.none() | some(LIBRARY.tools, 5),
        "precautions": st.none() | some(LIBRARY.precautions, 4),
        "clearances": some(LIBRARY.clearances, 4),
        "competencies": some(LIBRARY.competencies, 3),
        "delivery": st.sampled_from(["direct", "consult", "home", "telehealth"]),
        "group_size": st.integers(1, 8),
        "minutes": st.integers(5, 90),
        "assessments": st.lists(st.builds(dict, name=st.sampled_from(sorted(LIBRARY.assessments))), max_size=2),
    }
)
CLIENTS = PROFILES.map(lambda facts: Client.parse(facts))


@QUICK
@given(CLIENTS, st.dictionaries(st.sampled_from(NAMES), st.floats(0.01, 5), max_size=4), st.floats(0, 1))
def test_no_recommended_activity_breaks_a_rule(client: Client, weights: dict[str, float], diversity: float) -> None:
    domains = AssessmentDomains(LIBRARY).documented(client)
    result = ENGINE.recommend(client, k=50, weights=weights or None, diversity=diversity)
    for item in result.items:
        for rule in LIBRARY.rules:
            if rule.effect != "caution" and matches(rule, item.activity) and applies(rule.when, client):
                assert rule.effect == "require"
                assert is_open(rule, client, domains)


@QUICK
@given(CLIENTS, st.sampled_from(sorted(LIBRARY.precautions)))
def test_a_further_precaution_never_adds_an_activity(client: Client, precaution: str) -> None:
    more = client.model_copy(update={"precautions": (*(client.precautions or ()), precaution)})
    added = screen(LIBRARY, more).allowed & ~screen(LIBRARY, client).allowed
    assert not added.any()


@QUICK
@given(CLIENTS)
def test_base_plus_contributions_is_the_score_and_lists_are_whole(client: Client) -> None:
    result = ENGINE.recommend(client, k=12)
    assert [item.rank for item in result.items] == list(range(1, len(result.items) + 1))
    assert len(result.items) == 12 or result.shortfall
    assert len({item.activity.id for item in result.items}) == len(result.items)
    for item in result.items:
        assert abs(100 * result.scored.base + sum(item.contributions.values()) - item.score) < 1e-9
        assert item.low <= item.high
        assert 0 <= item.p_top5 <= 1
        assert 1 <= item.rank_low <= item.rank_high <= int(result.scored.allowed.sum())


@QUICK
@given(CLIENTS)
def test_features_lie_between_zero_and_one(client: Client) -> None:
    values = ENGINE.space(client).values
    assert np.isfinite(values).all()
    assert values.min() >= 0
    assert values.max() <= 1 + 1e-12


@QUICK
@given(
    st.integers(0, len(NAMES) - 1), st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)), st.floats(0, 1)
)
def test_the_score_is_monotone_in_each_feature(column: int, row: list[float], more: float) -> None:
    raised = list(row)
    raised[column] = max(row[column], more)
    low, high = score(np.array([row, raised]), ENGINE.posterior.mode)
    assert high >= low - 1e-12


@QUICK
@given(CLIENTS)
def test_every_path_shown_exists_in_the_graph(client: Client) -> None:
    for item in ENGINE.recommend(client, k=5).items:
        for path in item.paths:
            assert path.barrier in client.barriers
            assert GRAPH.has_edge(key("barriers", path.barrier), key("techniques", path.technique), key="addressed_by")
            assert GRAPH.has_edge(key("activities", item.activity.id), key("techniques", path.technique), key="applies")


@settings(max_examples=6, deadline=None)
@given(CLIENTS, st.randoms(use_true_random=False))
def test_row_order_and_ids_never_change_a_result(client: Client, chance: random.Random) -> None:
    rows = list(LIBRARY.activities.values())
    chance.shuffle(rows)
    renamed = [row.model_copy(update={"id": f"x{number}_{row.id}"[:59]}) for number, row in enumerate(rows)]
    rules = tuple(
        rule.model_copy(update={"what": rule.what.model_copy(update={"activities": ()})}) for rule in LIBRARY.rules
    )
    plain = Engine(library=replace(LIBRARY, rules=rules))
    other = Engine(library=replace(LIBRARY, rules=rules, activities={row.id: row for row in renamed}))
    before, after = plain.recommend(client, k=15), other.recommend(client, k=15)
    assert [item.activity.name for item in before.items] == [item.activity.name for item in after.items]
    assert np.allclose([item.score for item in before.items], [item.score for item in after.items])


def test_ties_go_by_name_whatever_the_ids_and_the_order(child: Client) -> None:
    first = ENGINE.recommend(child).items[0].activity
    twins = [
        first.model_copy(update={"id": f"twin_{letter}", "name": f"Twin {name}"})
        for letter, name in (("z", "A"), ("m", "B"), ("a", "C"))
    ]
    for rows in (twins, twins[::-1]):
        engine = Engine(library=replace(LIBRARY, activities={row.id: row for row in rows}))
        items = engine.recommend(child, k=3).items
        assert [item.activity.name for item in items] == ["Twin A", "Twin B", "Twin C"]
        assert items[0].tie


@QUICK
@given(CLIENTS)
def test_the_same_question_gets_the_same_answer(client: Client) -> None:
    assert ENGINE.recommend(client).to_dict() == ENGINE.recommend(client).to_dict()


def test_focus_is_the_cosine_of_targets_and_severities() -> None:
    client = Client(age_years=7, setting="school", barriers={"handwriting": 3, "attention": 1})
    column = NAMES.index("focus")
    values = ENGINE.space(client).values[:, column]
    names = list(ENGINE.library.barriers)
    severity = np.zeros(len(names))
    severity[names.index("handwriting")], severity[names.index("attention")] = 3, 1
    for row, activity in list(enumerate(ENGINE.space.activities))[::50]:
        aims = np.zeros(len(names))
        aims[[names.index(name) for name in activity.secondary]] = 0.5
        aims[[names.index(name) for name in activity.primary]] = 1.0
        wanted = aims @ severity / (np.linalg.norm(aims) * np.linalg.norm(severity))
        assert values[row] == pytest.approx(wanted)
    assert values.max() > 0.5
