"""Which activities findings advise against for one client."""

from __future__ import annotations

import numpy as np

from otrec.evidence import LIGHTS
from otrec.features import FeatureSpace, Table


def red(space: FeatureSpace, table: Table) -> dict[int, tuple[str, str]]:
    """Rows that findings about this population advise against -> (reason, source).

    That is so when the activity's own findings do, or when every link by which it reaches a primary
    barrier, or all of its barriers, is red. A single red link beside sound ones is shown, not gated.
    """
    paths, light = space.links.paths, table.judgment.light
    rows = space.aimed[table.severity[paths.barrier[space.aimed]] > 0]
    is_red = light[paths.edge[rows]] == LIGHTS.index("red")
    shape = space.links.targets.shape
    tainted, sound = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    tainted[paths.activity[rows[is_red]], paths.barrier[rows[is_red]]] = True
    sound[paths.activity[rows[~is_red]], paths.barrier[rows[~is_red]]] = True
    only_red = tainted & ~sound
    gated = (only_red & (space.links.targets == 1)).any(axis=1) | (only_red.any(axis=1) & ~sound.any(axis=1))
    found: dict[int, tuple[str, str]] = {}
    for row in np.flatnonzero(light[space.n_edges :] == LIGHTS.index("red")):
        found[int(row)] = _advised_against(space, space.n_edges + int(row), table)
    for row in rows[is_red]:
        activity, barrier = int(paths.activity[row]), int(paths.barrier[row])
        if gated[activity] and only_red[activity, barrier]:
            found.setdefault(activity, _advised_against(space, int(paths.edge[row]), table))
    return found


def _advised_against(space: FeatureSpace, link: int, table: Table) -> tuple[str, str]:
    cited = space.evidence.cited(link, table.judgment)
    against = [finding for finding, direct in cited if direct and finding.direction == "against"]
    reason = f"Evidence is red: {against[0].finding} It can be shown on request."
    return reason, "; ".join(dict.fromkeys(finding.citation for finding in against))
