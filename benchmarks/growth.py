"""How time and memory grow: `python benchmarks/growth.py [--quick] [--docs]`.

Clients from 100 to 100,000 on the bundled library; invented activities from 1,000 to a million for one client at a
time, beside a bare sparse product over the same entries and its top ten; and an invented graph of up to 10,000 nodes,
compiled and asked once. Each curve comes with the exponent of a straight line through its logarithms: 1 is linear.
`--quick` stops at a tenth or less. With `--docs` figures and pictures are kept and written into the documentation.
Nothing here is a test; figures depend on the machine, exponents and ratios less so.
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from curves import draw
from page import keep, short
from peers import blocks
from scale import DAY, clients, grown, wide
from scipy import sparse
from timing import ROUNDS, cores, exponent, in_turn, machine, repeated, seconds, told

from otrec import Client, Engine
from otrec.engine.many import ManyRanker
from otrec.graph import build_graph

if TYPE_CHECKING:
    from otrec.compiled.ranking import CompiledLibrary

K: Final = 10
CLIENTS: Final = (100, 1_000, 10_000, 100_000)
ACTIVITIES: Final = (1_000, 10_000, 100_000, 1_000_000)
COPIES: Final = (1, 2, 4, 7)
#: Clients asked in turn at each size of the library, and how often each.
ASKED, TIMES = 10, 5
AIM: Final = 3.0


def nbytes(arrays: Any) -> int:
    """Bytes of arrays within arrays."""
    return int(arrays.nbytes) if hasattr(arrays, "nbytes") else sum(nbytes(part) for part in arrays)


def by_clients(engine: Engine, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Seconds for so many clients, from arrays and from objects."""
    ranker = ManyRanker(engine, K, as_of=DAY, threads=cores())
    people = list(clients(engine.library, sizes[-1]))
    arrays, objects = [], []
    for size in sizes:
        some = people[:size]
        profiles = ranker.compiled.encode(some, DAY)
        arrays.append(repeated(partial(ranker.compiled.rank_encoded, profiles, K, 0.15, threads=cores())))
        objects.append(repeated(partial(_all_of, ranker, some)))
    return curve("clients", "clients", "seconds", list(sizes), {"from arrays": arrays, "from objects": objects})


def _all_of(ranker: ManyRanker, people: list[Client]) -> None:
    for block in blocks(people):
        ranker.ranked(block)


def by_activities(engine: Engine, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Milliseconds for one client among invented activities, beside the bare product; and the size of the arrays."""
    compiled = ManyRanker(engine, K, as_of=DAY).compiled
    people = list(clients(engine.library, ASKED))
    ours, bare, held = [], [], []
    for size in sizes:
        mine, base, mib = _among(compiled, people, size)
        ours.append(mine)
        bare.append(base)
        held.append(mib)
    series = {"otrec": ours, "bare sparse product and top ten": bare}
    found = curve("activities", "activities", "milliseconds for one client", list(sizes), series)
    memory = curve("memory", "activities", "MiB of arrays", list(sizes), {"otrec": held})
    return [found | {"ratios": [mine / base for mine, base in zip(ours, bare, strict=True)]}, memory]


def _among(compiled: CompiledLibrary, people: list[Client], size: int) -> tuple[float, float, float]:
    """Milliseconds of otrec and of the bare product, mean over clients of the median in turn; MiB of the arrays."""
    larger, fitted = grown(compiled, size)
    facts = larger.arrays.facts
    matrix = sparse.csr_array((facts.value, facts.column, facts.start), shape=(len(facts.start) - 1, size))
    pairs = []
    for client in people:
        profiles = fitted(compiled.encode([client], DAY))
        touched, shares = matrix[profiles.facts.column].T, profiles.facts.value
        jobs = {"ours": partial(larger.rank_encoded, profiles, K, 0.15), "bare": partial(bare_product, touched, shares)}
        spent = in_turn(jobs, TIMES)
        pairs.append([1000 * statistics.median(spent[name]) for name in jobs])
    mine, base = np.mean(pairs, axis=0)
    return float(mine), float(base), nbytes(larger.arrays) / 2**20


def bare_product(touched: Any, shares: Any) -> None:
    """The entries that a client's facts touch, summed up, and the places of the best."""
    np.argpartition(-(touched @ shares), K)[:K]


def by_nodes(engine: Engine, copies: tuple[int, ...]) -> dict[str, Any]:
    """Milliseconds to compile an invented library, and to answer once it is warm."""
    people = list(clients(engine.library, ASKED))
    nodes, compiled, warm = [], [], []
    for times in copies:
        library = wide(engine.library, times)
        nodes.append(len(build_graph(library)))
        compiled.append(1000 * statistics.median(seconds(partial(Engine, library=library)) for _ in range(ROUNDS)))
        larger = Engine(library=library)
        spent = in_turn({client.id: partial(larger.recommend, client, K, as_of=DAY) for client in people}, TIMES)
        warm.append(1000 * statistics.mean(map(statistics.median, spent.values())))
    series = {"library compiled": compiled, "one list with reasons": warm}
    return curve("nodes", "nodes of the graph", "milliseconds", nodes, series)


def curve(name: str, across: str, up: str, sizes: list[int], series: dict[str, list[float]]) -> dict[str, Any]:
    """A curve with the exponent of each of its lines; the last two sizes also alone, where fixed costs are small."""
    exponents = {label: exponent(sizes, values) for label, values in series.items()}
    ends = {label: exponent(sizes[-2:], values[-2:]) for label, values in series.items()}
    return {"name": name, "across": across, "up": up, "sizes": sizes, "series": series, "exponents": exponents,
            "last": ends}  # fmt: skip


def shown(found: dict[str, Any]) -> None:
    print(told(found["machine"]))
    for one in found["curves"]:
        print(f"\n{one['up']} by {one['across']}")
        print(f"{'':36}" + "".join(f"{size:>12,}" for size in one["sizes"]) + "    exponent  last step")
        for label, values in one["series"].items():
            told_values = "".join(f"{short(value):>12}" for value in values)
            print(f"{label:36}{told_values}{one['exponents'][label]:12.2f}{one['last'][label]:11.2f}")
        if "ratios" in one:
            print(f"{'ratio':36}" + "".join(f"{ratio:12.2f}" for ratio in one["ratios"]) + f"   aim: <= {AIM:g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="small sizes alone")
    parser.add_argument("--docs", action="store_true", help="keep figures and pictures for the documentation")
    given = parser.parse_args()
    last = 2 if given.quick else 4
    where, engine = machine(), Engine()
    curves = [by_clients(engine, CLIENTS[:last]), *by_activities(engine, ACTIVITIES[: last + 1])]
    found = {"machine": where, "curves": [*curves, by_nodes(engine, COPIES[:last])]}
    shown(found)
    if given.docs:
        keep("growth", found)
        draw(found["curves"])


if __name__ == "__main__":
    main()
