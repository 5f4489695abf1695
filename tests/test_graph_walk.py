"""Walking the graph: what is near, routes, what comes first, and the pictures of all of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import combinations, pairwise

import networkx as nx
import pytest

from otrec import Library
from otrec.evidence import LIGHTS
from otrec.explain import lit_map
from otrec.graph import (
    CORE,
    SkillMap,
    View,
    build_graph,
    chain,
    prerequisites,
    route_view,
    routes,
    sentences,
    table,
    view,
)
from otrec.graph.drawing import as_data, to_graphml, to_svg
from otrec.graph.layout import columns, tree
from otrec.graph.routes import LEVEL
from otrec.graph.shapes import FONT_SIZE, Box, Picture
from otrec.graph.walk import MOST
from otrec.models import OptionError, UnknownIdError

PUTTY, BUTTONS = "tool:therapy_putty", "barrier:fastenings"


@pytest.fixture(scope="module")
def skills(library: Library) -> SkillMap:
    return lit_map(library)


@pytest.fixture(scope="module")
def core(skills: SkillMap) -> list[str]:
    return [name for name, node in skills.nodes.items() if node.kind in CORE]


def shown_keys(shown: View) -> set[str]:
    return {node.key for node in shown.nodes}


def test_the_map_holds_every_link_of_the_graph(library: Library, skills: SkillMap) -> None:
    graph = build_graph(library)
    assert set(skills.nodes) == set(graph)
    assert sorted((link.source, link.target) for link in skills.links) == sorted(graph.edges())
    graded = {(link.source, link.target): link.strength for link in skills.links if link.type == "addressed_by"}
    assert graded == {(a, b): facts["strength"] for a, b, key, facts in graph.edges(keys=True, data=True)
                      if key == "addressed_by"}  # fmt: skip


def test_lights_over_all_populations(library: Library, skills: SkillMap) -> None:
    lit = [link for link in skills.links if link.type == "addressed_by"]
    assert {link.light for link in lit} == set(LIGHTS)
    assert all((link.light == "none found") == (not link.findings) for link in lit)
    for link in lit:
        if any(finding.direction == "against" for finding in link.findings):
            assert link.light == "red"
        if link.light == "green":
            assert {finding.direction for finding in link.findings} == {"supports"}
    assert all(link.light is None for link in skills.links if link.type != "addressed_by")


def test_a_view_shows_the_strongest_neighbours_and_counts_the_rest(skills: SkillMap) -> None:
    node = "technique:task_specific_practice"
    shown = view(skills, node)
    groups = [link for link in skills.near[node] if link.type == "addressed_by"]
    inside = [link.pull for link in groups if link.source in shown_keys(shown)]
    outside = [link.pull for link in groups if link.source not in shown_keys(shown)]
    assert outside, "the test needs a node with more neighbours than fit"
    assert min(inside) >= max(outside)
    assert shown.left_out["barrier"] == len({link.source for link in groups} - shown_keys(shown))


def test_every_view_stays_readable_and_whole(skills: SkillMap, core: list[str]) -> None:
    for name in core:
        for hops in (1, 2):
            shown = view(skills, name, hops)
            keys = shown_keys(shown)
            assert shown.nodes[0].key == name
            assert len(keys) <= MOST
            assert all({link.source, link.target} <= keys for link in shown.links)
            linked = nx.Graph((link.source, link.target) for link in shown.links)
            assert keys == {name} | set(linked)
            assert not linked or max(nx.single_source_shortest_path_length(linked, name).values()) <= hops
            assert {branch.node for branch in shown.branches} == keys - {name}


def test_kinds_are_chosen_and_activities_only_on_request(skills: SkillMap) -> None:
    node = "technique:hand_strengthening"
    assert {found.kind for found in view(skills, node).nodes} == {"technique", "tool", "barrier"}
    assert {found.kind for found in view(skills, node, kinds=["activity"]).nodes} == {"technique", "activity"}
    assert view(skills, node, kinds=[]).links == ()


def test_wrong_questions_say_what_to_do(skills: SkillMap) -> None:
    with pytest.raises(UnknownIdError, match="Did you mean 'tool:therapy_putty'"):
        view(skills, "tool:therapy_puty")
    with pytest.raises(OptionError, match="not 1 or 2"):
        view(skills, PUTTY, hops=3)
    with pytest.raises(OptionError, match="no barrier"):
        chain(skills, PUTTY)
    with pytest.raises(OptionError, match="two different ends"):
        routes(skills, PUTTY, PUTTY)


def test_putty_helps_buttoning_through_strength(skills: SkillMap) -> None:
    found = routes(skills, PUTTY, BUTTONS)
    assert (PUTTY, "technique:hand_strengthening", BUTTONS) in [route.nodes for route in found]
    longer = next(route for route in found if "barrier:grip_pinch_strength" in route.nodes)
    assert longer.sentence == (
        "Therapy putty is used in hand strengthening, which is linked to weak grip or pinch, "
        "which is looked at before or beside fastenings and shoe tying."
    )
    lit = [link for link in longer.links if link.light]
    assert longer.light == lit[0].light
    assert longer.strength == lit[0].strength
    assert lit[0].findings
    assert lit[0].why


def test_routes_are_whole_simple_and_never_claim_a_cause(skills: SkillMap, core: list[str]) -> None:
    pairs = list(combinations(core, 2))[::611]
    assert len(pairs) > 100
    for start, goal in pairs:
        found = routes(skills, start, goal)
        assert len(found) <= 5
        assert len({route.nodes for route in found}) == len(found)
        for route in found:
            assert (route.nodes[0], route.nodes[-1]) == (start, goal)
            assert len(set(route.nodes)) == len(route.nodes)
            for link, ends in zip(route.links, pairwise(route.nodes), strict=True):
                assert {link.source, link.target} == set(ends)
            levels = [LEVEL[skills.nodes[name].kind] for name in route.nodes]
            ways = [b > a for a, b in pairwise(levels) if a != b]
            assert route.by_activity or sum(one != other for one, other in pairwise(ways)) <= 1
            between = {skills.nodes[name].kind for name in route.nodes[1:-1]}
            assert ("activity" in between) == route.by_activity
            assert "cause" not in route.sentence
        assert [route.by_activity for route in found] == sorted(route.by_activity for route in found)


def test_a_route_through_an_activity_comes_last(skills: SkillMap) -> None:
    found = routes(skills, "technique:hand_strengthening", "technique:fine_motor_play")
    assert found[-1].by_activity
    assert not found[0].by_activity
    assert skills.nodes[found[-1].nodes[1]].kind == "activity"


def test_a_route_reads_the_same_both_ways(skills: SkillMap) -> None:
    there, back = routes(skills, PUTTY, "occupation:dressing", 20), routes(skills, "occupation:dressing", PUTTY, 20)
    assert {route.nodes for route in there[:3]} <= {route.nodes[::-1] for route in back}


def test_the_chain_is_that_of_the_library(library: Library, skills: SkillMap) -> None:
    for name in library.barriers:
        whole = chain(skills, f"barrier:{name}", steps=99)
        expected = {(f"barrier:{a}", f"barrier:{b}") for a, b, _ in prerequisites(library, name)}
        assert {(link.source, link.target) for link in whole.links} == expected
        assert not whole.left_out["barrier"]
        place = {key: at for at, column in enumerate(whole.columns) for group in column for key in group.nodes}
        assert all(place[link.target] < place[link.source] for link in whole.links)
    assert chain(skills, BUTTONS, steps=1).left_out["barrier"] > 0


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def check(picture: Picture) -> None:
    for one, other in combinations(picture.boxes, 2):
        assert not overlap(one, other), (one.key, other.key)
    for box in picture.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height
        # 0.5 em is the mean width of a letter in the usual sans serif fonts.
        assert max(len(line) for line in box.lines) * 0.5 * FONT_SIZE <= box.width
        assert len(box.lines) * FONT_SIZE * 1.15 <= box.height
    for caption in picture.captions:
        assert not any(box.x < caption.x < box.x + box.width and box.y < caption.y < box.y + box.height
                       for box in picture.boxes)  # fmt: skip


def test_no_label_lies_on_another_in_any_default_view(skills: SkillMap, core: list[str]) -> None:
    assert len(core) > 370
    for name in core:
        for hops in (1, 2):
            shown = view(skills, name, hops)
            wide, narrow = columns(shown), tree(shown)
            check(wide)
            check(narrow)
            assert len(wide.curves) == len(shown.links)
            assert wide.width <= 1120, "wider than the page at 1280 px"
            assert narrow.width <= 360


def test_no_label_lies_on_another_in_chains_and_routes(skills: SkillMap, core: list[str], library: Library) -> None:
    shown = [chain(skills, f"barrier:{name}") for name in library.barriers]
    shown += [route_view(skills, routes(skills, *pair)) for pair in list(combinations(core, 2))[::1201]]
    for one in shown:
        check(columns(one))
        check(tree(one))


def hidden_marks(shown: View) -> tuple[int, int]:
    """How many marks a picture has, and how many pairs of them touch."""
    marks = [curve.mark for curve in columns(shown).curves if curve.light]
    touching = sum(abs(x - u) < 10 and abs(y - v) < 10 for (x, y), (u, v) in combinations(marks, 2))
    return len(marks), touching


def test_marks_of_lights_do_not_hide_one_another(skills: SkillMap, core: list[str]) -> None:
    near = [hidden_marks(view(skills, name)) for name in core]
    assert sum(marks for marks, _ in near) > 1000
    assert not any(hidden for _, hidden in near)
    far = [hidden_marks(view(skills, name, 2)) for name in core]
    assert sum(marks for marks, _ in far) > 5000
    assert not any(hidden for _, hidden in far)
    assert hidden_marks(route_view(skills, routes(skills, PUTTY, BUTTONS)))[1] == 0


def test_the_same_question_gives_the_same_picture(library: Library, skills: SkillMap) -> None:
    again = lit_map(library)
    for shown, other in (
        (view(skills, PUTTY, 2), view(again, PUTTY, 2)),
        (route_view(skills, routes(skills, PUTTY, BUTTONS)), route_view(again, routes(again, PUTTY, BUTTONS))),
    ):
        assert as_data(columns(shown)) == as_data(columns(other))


def test_words_and_table_say_what_the_picture_shows(skills: SkillMap) -> None:
    for name in (
        PUTTY,
        BUTTONS,
        "technique:hand_strengthening",
        "occupation:dressing",
        "activity:wipe_tune_first_chord",
    ):
        shown = view(skills, name, 2)
        said = " ".join(sentence.text.lower() for sentence in sentences(shown))
        rows = table(shown)
        assert len(rows) == len(shown.links)
        for link in shown.links:
            for end in (link.source, link.target):
                assert skills.nodes[end].name.lower() in said
            assert link.why.rstrip(".").lower() in said
        assert " cause" not in said
        assert sum(sentence.light is not None for sentence in sentences(shown)) == (rows["evidence"] != "").sum()


def test_the_picture_is_an_svg_that_stands_alone_and_escapes(skills: SkillMap) -> None:
    drawn = to_svg(columns(view(skills, BUTTONS)), 'Tom & "<script>"', "a < b")
    root = ET.fromstring(drawn)
    texts = "".join(root.itertext())
    assert 'Tom & "<script>"' in texts
    assert "a < b" in texts
    assert "Evidence green" in texts
    assert "<script" not in drawn
    assert "href" not in drawn
    assert drawn.count("http") == 1, "nothing but the namespace"


def test_every_node_can_be_heard(skills: SkillMap) -> None:
    boxes = {box.key: box.label for box in columns(view(skills, "technique:hand_strengthening")).boxes}
    assert boxes["barrier:grip_pinch_strength"] == ("Barrier: Weak grip or pinch, strongest link 0.7, evidence yellow")
    assert boxes[PUTTY] == "Tool: Therapy putty"


def test_the_picture_speaks_another_language(skills: SkillMap) -> None:
    picture = columns(view(skills, BUTTONS), say=str.upper)
    assert "TECHNIQUES" in {caption.text for caption in picture.captions}
    assert picture.boxes[0].label.split(":")[0].isupper()


def test_graphml_is_read_by_networkx(skills: SkillMap) -> None:
    shown = view(skills, "technique:hand_strengthening", 2)
    graph = nx.read_graphml(BytesIO(to_graphml(shown).encode()))
    assert set(graph) == shown_keys(shown)
    assert graph.number_of_edges() == len(shown.links)
    facts = graph.edges["barrier:grip_pinch_strength", "technique:hand_strengthening"]
    assert facts["strength"] == pytest.approx(0.7)
    assert facts["evidence"] == "yellow"
    assert "doi.org" in facts["sources"]
