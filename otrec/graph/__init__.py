"""The skill graph: a frozen networkx `MultiDiGraph`, and the same links as matrices for ranking."""

from __future__ import annotations

from otrec.graph.before import chain
from otrec.graph.build import KINDS, build_graph, key, neighbourhood, prerequisites
from otrec.graph.matrices import DAMPING, PART_SHARE, SECONDARY_SHARE, Associations, PathTable, associate
from otrec.graph.routes import Route, route_view, routes
from otrec.graph.skill_map import NODE_KINDS, Link, Node, SkillMap, skill_map
from otrec.graph.telling import Said, sentences, table
from otrec.graph.walk import CORE, Group, View, view
from otrec.graph.wording import sentence

__all__ = [
    "Associations",
    "CORE",
    "DAMPING",
    "Group",
    "KINDS",
    "Link",
    "NODE_KINDS",
    "Node",
    "PART_SHARE",
    "PathTable",
    "Said",
    "Route",
    "SECONDARY_SHARE",
    "SkillMap",
    "View",
    "associate",
    "build_graph",
    "chain",
    "key",
    "neighbourhood",
    "prerequisites",
    "route_view",
    "routes",
    "sentence",
    "sentences",
    "skill_map",
    "table",
    "view",
]
