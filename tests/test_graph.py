"""The graph and its matrices, against plain counts."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from otrec import Library
from otrec.evidence import LIGHTS, UNCONTROLLED, EvidenceTable, age_range
from otrec.graph import DAMPING, associate, build_graph, neighbourhood, prerequisites
from otrec.models import Client, UnknownIdError


@pytest.fixture(scope="module")
def graph(library: Library) -> nx.MultiDiGraph:
    return build_graph(library)


def test_the_graph_is_frozen_and_whole(library: Library, graph: nx.MultiDiGraph) -> None:
    assert nx.is_frozen(graph)
    kinds = nx.get_node_attributes(graph, "kind").values()
    assert sum(kind == "activities" for kind in kinds) == len(library.activities)
    assert sum(key == "addressed_by" for *_, key in graph.edges(keys=True)) == len(library.addressed_by)


def test_requires_and_part_of_are_acyclic(graph: nx.MultiDiGraph) -> None:
    for kind in ("requires", "part_of"):
        edges = [(a, b) for a, b, key in graph.edges(keys=True) if key == kind]
        assert edges
        assert nx.is_directed_acyclic_graph(nx.DiGraph(edges))


def test_path_weights_equal_a_count_over_the_networkx_graph(library: Library, graph: nx.MultiDiGraph) -> None:
    links = associate(library)
    barriers, activities = list(library.barriers), list(library.activities)
    barrier = "grasp_pattern"
    node = f"barrier:{barrier}"
    counts = dict.fromkeys(activities, 0.0)
    techniques = [(b, d) for _, b, k, d in graph.out_edges(node, keys=True, data=True) if k == "addressed_by"]
    for technique, facts in techniques:
        into = sum(k == "addressed_by" for *_, k in graph.in_edges(technique, keys=True))
        users = [a for a, _, k in graph.in_edges(technique, keys=True) if k == "applies"]
        for user in users:
            applied = sum(k == "applies" for *_, k in graph.out_edges(user, keys=True))
            degrees = len(techniques) * into * len(users) * applied
            counts[user.removeprefix("activity:")] += facts["strength"] * degrees**-DAMPING
    top = max(counts.values())
    column = links.by_technique[:, barriers.index(barrier)]
    assert column == pytest.approx(np.array([counts[name] / top for name in activities]))


def test_neighbourhood_and_unknown_node(graph: nx.MultiDiGraph) -> None:
    near = neighbourhood(graph, "technique:hand_strengthening")
    assert "barrier:grip_pinch_strength" in near
    assert len(near) < len(neighbourhood(graph, "technique:hand_strengthening", hops=2))
    with pytest.raises(UnknownIdError, match="Did you mean"):
        neighbourhood(graph, "technique:hand_strengthenin")


def test_prerequisites_come_nearest_first(library: Library) -> None:
    chain = prerequisites(library, "handwriting")
    assert chain[0][0] == "handwriting"
    assert len({step[:2] for step in chain}) == len(chain)
    assert prerequisites(library, "no_such_barrier") == ()


def test_every_barrier_is_addressed_and_every_code_is_icf(library: Library) -> None:
    addressed = {edge.barrier for edge in library.addressed_by}
    assert addressed == set(library.barriers)
    for barrier in library.barriers.values():
        assert all(code[0] in "bde" and code[1:].isdigit() for code in barrier.icf)


def test_lights_follow_the_written_rule(library: Library) -> None:
    names = list(library.evidence)
    table = EvidenceTable(library, [[name] for name in names] + [[]])
    client = Client(age_years=7, setting="school", conditions=("autism",))
    judged = table.judge(client)
    lights = dict(zip([*names, "nothing"], (LIGHTS[place] for place in judged.light), strict=True))
    assert lights["nothing"] == "none found"
    for name, finding in library.evidence.items():
        direct = bool(judged.direct[names.index(name)])
        if finding.direction == "against" and direct:
            assert lights[name] == "red"
        elif finding.direction == "supports" and finding.strength in ("strong", "moderate") and direct:
            assert lights[name] == "green"
        else:
            assert lights[name] == "yellow"
    assert lights["stephenson-carter-2009"] == "red"
    adult = EvidenceTable(library, [["stephenson-carter-2009"]]).judge(Client(age_years=40, setting="home"))
    assert LIGHTS[adult.light[0]] == "yellow"


def test_values_fall_from_direct_and_graded_to_advised_against(library: Library) -> None:
    """Green > direct support > elsewhere > nothing known > tested without effect > advised against."""
    client = Client(age_years=7, setting="school", conditions=("autism",))
    names = list(library.evidence)
    table = EvidenceTable(library, [[name] for name in names] + [[]])
    judged = table.judge(client)
    direct = dict(zip(names, judged.direct.tolist(), strict=True))
    value = dict(zip([*names, "nothing"], judged.value.tolist(), strict=True))

    def values(direction: str, graded: bool, matches: bool) -> set[float]:
        return {
            value[name]
            for name, finding in library.evidence.items()
            if finding.direction == direction
            and direct[name] is matches
            and (direction != "supports" or (finding.strength in ("strong", "moderate")) is graded)
        }

    falling = [
        values("supports", True, True),
        values("supports", False, True),
        values("supports", True, False),
        {value["nothing"]},
        values("no-effect", False, True),
        values("against", False, True),
    ]
    assert [len(level) for level in falling] == [1] * 6
    flat = [level.pop() for level in falling]
    assert flat == sorted(flat, reverse=True)
    assert flat[0] == 1
    assert flat[-1] == 0


def test_two_sources_make_green_and_one_source_twice_does_not(library: Library) -> None:
    plain = [f for f in library.evidence.values() if f.direction == "supports" and not f.strength]
    two = [next(f for f in plain if f.id != plain[0].id).finding_id, plain[0].finding_id]
    same = [f.finding_id for f in plain if sum(g.id == f.id for g in plain) > 1]
    source = library.evidence[same[0]].id
    twice = [name for name in same if library.evidence[name].id == source][:2]
    table = EvidenceTable(library, [two, twice])
    good = np.ones(len(library.evidence), dtype=bool)
    assert table._two_sources(good).tolist() == [True, False]


def test_studies_without_a_control_group_never_make_green(library: Library) -> None:
    weak = [f for f in library.evidence.values() if f.kind in UNCONTROLLED and f.direction == "supports"]
    one = weak[0]
    pair = [one.finding_id, next(f.finding_id for f in weak if f.id != one.id)]
    table = EvidenceTable(library, [pair])
    table.matching = lambda client: np.ones(len(library.evidence), dtype=bool)  # type: ignore[method-assign]
    assert LIGHTS[table.judge(Client(age_years=9, setting="school")).light[0]] == "yellow"


def test_ages_are_read_from_words_only_where_none_are_stated(library: Library) -> None:
    finding = (
        library.evidence["jackman-2022-b"]
        if "jackman-2022-b" in library.evidence
        else next(iter(library.evidence.values()))
    )
    assert age_range(finding.model_copy(update={"age_min": 3, "age_max": None, "population": "adults"})) == (3, 120)
    assert (
        age_range(finding.model_copy(update={"age_min": None, "age_max": None, "population": "older adults"}))[0] == 60
    )
    assert age_range(finding.model_copy(update={"age_min": None, "age_max": None, "population": "anyone"})) == (0, 120)
