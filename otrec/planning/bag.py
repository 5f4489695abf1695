"""Tools as columns of a programme: what one more tool would bring, and which tools a plan needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from otrec.planning.columns import Bools, Floats, Ints
from otrec.planning.model import Model, Solved
from otrec.planning.solver import Programme, best

#: What a tool costs in points of 100, so that of two equal sessions the one with fewer tools is taken.
TOOL_COST = 1e-5


@dataclass(frozen=True)
class Needs:
    """What the activities of a programme lack: one line for each activity and each tool that is not at hand.

    `columns` marks the programme's columns of that activity, `tools` what makes up for the tool; both have one row a
    line, `(n_lines, n_columns)` and `(n_lines, n_tools)`.
    """

    columns: csr_array
    tools: csr_array


def needs(model: Model, kept: Ints, at_hand: Bools) -> Needs:
    """The needs of some columns of a model, given the tools at hand, `(n_tools,)`."""
    known = model.facts
    rows, own = np.unique(model.columns.row[kept], return_inverse=True)
    lacking = known.tools[rows] & ~at_hand
    activity, tool = np.nonzero(lacking)
    helps = np.eye(len(known.tool), dtype=bool) | (known.stands_in & ~model.barred)
    line_of = [np.flatnonzero(activity == one) for one in range(len(rows))]
    cells = [(line, column) for column, one in enumerate(own) for line in line_of[one]]
    lines, columns = np.array(cells, dtype=int).reshape(-1, 2).T
    marked = coo_array((np.ones(len(lines)), (lines, columns)), shape=(len(activity), len(kept)))
    return Needs(csr_array(marked), csr_array(helps[tool].astype(float)))


def with_tools(model: Model, most: int, above: float = -np.inf) -> tuple[Solved, tuple[str, ...]] | None:
    """The best session with at most so many further tools at hand, and which; None if there is none.

    Each tool that could be added is a column of its own: an activity that lacks something can only be chosen together
    with a tool that makes up for it. With `above`, only a session worth more than that counts.
    """
    found = model.programme(without=["bag"])
    if found is None:
        return None
    kept, inner = found
    lacks = needs(model, kept, model.at_hand)
    n_tools = len(model.facts.tool)
    problem = Programme(
        gain=np.concatenate([inner.gain, np.full(n_tools, -TOOL_COST)]),
        table=_joined(inner.table, lacks, n_tools),
        least=np.concatenate([inner.least, np.full(lacks.tools.shape[0], -np.inf), [0]]),
        most=np.concatenate([inner.most, np.zeros(lacks.tools.shape[0]), [most]]),
    )
    chosen = best(problem, above)
    if chosen is None:
        return None
    columns = kept[[place for place in chosen if place < len(kept)]]
    names = list(model.facts.tool)
    tools = tuple(names[place - len(kept)] for place in chosen if place >= len(kept))
    return Solved(tuple(columns.tolist()), float(model.gain[columns].sum())), tools


def _joined(table: csr_array, lacks: Needs, n_tools: int) -> csr_array:
    """The rows of the session, those of its needs, and one that counts the tools."""
    none = csr_array((table.shape[0], n_tools))
    count = hstack([csr_array((1, table.shape[1])), csr_array(np.ones((1, n_tools)))])
    return csr_array(vstack([hstack([table, none]), hstack([lacks.columns, -lacks.tools]), count], format="csr"))


def needed(model: Model, columns: tuple[int, ...]) -> Floats:
    """How many activities of a plan use each tool, `(n_tools,)`."""
    return np.asarray(model.facts.tools[model.columns.row[list(columns)]].sum(axis=0), dtype=float)
