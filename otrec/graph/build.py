"""The library as a frozen networkx `MultiDiGraph`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from otrec.library import Library
from otrec.models import UnknownIdError
from otrec.models.wording import nearest

if TYPE_CHECKING:
    import networkx as nx

KINDS: Final = ("barriers", "techniques", "tools", "occupations", "activities")


def key(kind: str, name: str) -> str:
    """The node key of a record: ids are unique within a kind, `dressing` is a barrier and an occupation.

    >>> key("barriers", "dressing")
    'barrier:dressing'
    """
    return f"{'activity' if kind == 'activities' else kind.removesuffix('s')}:{name}"


def build_graph(library: Library) -> nx.MultiDiGraph:
    """The whole library as a frozen networkx graph.

    Nodes carry `kind`, `id` and `name`; edges have their type as key and their facts as data.

    >>> from otrec import load_library
    >>> graph = build_graph(load_library())
    >>> graph.has_edge("barrier:handwriting", "technique:handwriting_instruction", key="addressed_by")
    True
    """
    import networkx as nx

    graph: nx.MultiDiGraph = nx.MultiDiGraph(version=library.version)
    for kind in KINDS:
        for name, record in getattr(library, kind).items():
            graph.add_node(key(kind, name), kind=kind, id=name, name=record.name)
    for name, term in library.barriers.items():
        graph.nodes[key("barriers", name)]["icf"] = term.icf
    for source, target, edge, facts in _edges(library):
        graph.add_edge(source, target, key=edge, **facts)
    return nx.freeze(graph)


def _edges(library: Library) -> list[tuple[str, str, str, dict[str, Any]]]:
    found: list[tuple[str, str, str, dict[str, Any]]] = []
    for link in library.addressed_by:
        facts = link.model_dump(include={"strength", "rationale", "target", "evidence"})
        found.append((key("barriers", link.barrier), key("techniques", link.technique), "addressed_by", facts))
    for use in library.uses:
        found.append((key("techniques", use.technique), key("tools", use.tool), "uses", {}))
    for limit in library.limits:
        ends = key("barriers", limit.barrier), key("occupations", limit.occupation)
        found.append((*ends, "limits", {"strength": limit.strength}))
    for part in library.part_of:
        found.append((key("barriers", part.barrier), key("barriers", part.whole), "part_of", {}))
    for need in library.requires:
        ends = key("barriers", need.barrier), key("barriers", need.prerequisite)
        found.append((*ends, "requires", {"reason": need.reason}))
    for swap in library.substitutes:
        ends = key("tools", swap.tool), key("tools", swap.instead_of)
        found.append((*ends, "substitutes", {"fit": swap.fit, "note": swap.note}))
    for activity in library.activities.values():
        found += _activity_edges(activity.id, activity)
    return found


def _activity_edges(name: str, activity: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    here = key("activities", name)
    rows: list[tuple[str, str, str, dict[str, Any]]] = []
    for level in ("primary", "secondary"):
        rows += [(here, key("barriers", other), "targets", {"level": level}) for other in getattr(activity, level)]
    rows += [(here, key("techniques", other), "applies", {}) for other in activity.techniques]
    rows += [(here, key("tools", other), "uses", {"essential": True}) for other in activity.tools]
    rows += [(here, key("tools", other), "uses", {"essential": False}) for other in activity.tools_optional]
    rows += [(here, key("occupations", other), "practises", {}) for other in activity.occupations]
    return rows


def neighbourhood(graph: nx.MultiDiGraph, node: str, hops: int = 1) -> nx.MultiDiGraph:
    """The part of the graph within `hops` links of a node, in either direction."""
    import networkx as nx

    if node not in graph:
        raise UnknownIdError(f"no node {node!r} in the graph{nearest(node, graph)}")
    return nx.ego_graph(graph, node, radius=hops, undirected=True)


def prerequisites(library: Library, barrier: str) -> tuple[tuple[str, str, str], ...]:
    """The chain of prerequisites below a barrier as `(barrier, prerequisite, reason)`, nearest first."""
    needs: dict[str, list[tuple[str, str, str]]] = {}
    for edge in library.requires:
        needs.setdefault(edge.barrier, []).append((edge.barrier, edge.prerequisite, edge.reason))
    found: list[tuple[str, str, str]] = []
    queue, seen = [barrier], {barrier}
    while queue:
        for step in needs.get(queue.pop(0), []):
            found.append(step)
            if step[1] not in seen:
                seen.add(step[1])
                queue.append(step[1])
    return tuple(found)
