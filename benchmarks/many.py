"""How fast lists for many clients are: `python benchmarks/many.py [--clients N] [--docs]`.

100,000 invented clients (or fewer) and the bundled library, ten activities each. All systems take turns in one run, a
first round warms up, and the median of the others is told beside the floor: a bare product of the same shapes and its
top ten, in single precision. Only otrec screens. With `--docs` the figures are kept and written into the page of the
documentation. Nothing here is a test; figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from page import keep
from peers import Bm25s, Implicit, Neighbours, Single, Walks, Words, blocks, dense, product, words_of
from scale import DAY, clients
from timing import cores, in_turn, machine, peak, told

from otrec import Client, Engine
from otrec.engine.many import BLOCK, ManyRanker

K: Final = 10
CLIENTS: Final = 100_000
IMPLICIT: Final = "implicit, top-k product"
FLOOR, ARRAYS, OBJECTS = "bare product and top ten", "otrec, clients as arrays", "otrec, clients as objects"
#: Systems that take long are given fewer clients.
MOST: Final = {"neighbours": 20_000, "words": 20_000, "interpreted": 200, "walks": 200, "networkx": 10}
AIMS: Final = {"floor": 2.5, "implicit": 1.0, "peak": 1024.0}


@dataclass(frozen=True)
class Contest:
    """A system: how many clients it is given, and what it does with them."""

    name: str
    clients: int
    work: Callable[[], object]


def contests(engine: Engine, people: list[Client]) -> list[Contest]:
    """All systems, ready to run."""
    ranker = ManyRanker(engine, K, as_of=DAY, threads=cores())
    compiled = ranker.compiled
    profiles = compiled.encode(people, DAY)
    facts = dense(profiles.facts, compiled.layout.width)
    worth = dense(compiled.arrays.facts, len(engine.space.activities))
    some = people[: MOST["interpreted"]]
    ours = [
        Contest(FLOOR, len(people), partial(product, facts, worth, K)),
        Contest(ARRAYS, len(people), partial(compiled.rank_encoded, profiles, K, 0.15, threads=cores())),
        Contest(OBJECTS, len(people), partial(from_objects, ranker, people)),
        Contest("otrec, one by one with reasons", len(some), partial(one_by_one, engine, some)),
    ]
    return [*ours, *by_facts(facts, worth), *by_words(engine, people), *by_walks(engine, people)]


def from_objects(ranker: ManyRanker, people: list[Client]) -> None:
    for block in blocks(people):
        ranker.ranked(block)


def one_by_one(engine: Engine, people: list[Client]) -> None:
    for client in people:
        engine.recommend(client, K, as_of=DAY)


def by_facts(facts: Single, worth: Single) -> Iterator[Contest]:
    """Systems that are given the facts of clients."""
    if Implicit.there():
        yield Contest(IMPLICIT, len(facts), partial(Implicit(worth, K, cores()), facts))
    some = facts[: MOST["neighbours"]]
    yield Contest("scikit-learn, neighbours by cosine", len(some), partial(Neighbours(worth, K, cores()), some))


def by_words(engine: Engine, people: list[Client]) -> Iterator[Contest]:
    """Systems that are given the words of clients."""
    words = [words_of(engine, client) for client in people[: MOST["words"]]]
    yield Contest("TF-IDF and cosine of words", len(words), partial(Words(engine, K), words))
    if Bm25s.there():
        yield Contest("bm25s on the same words", len(words), partial(Bm25s(engine, K, cores()), words))


def by_walks(engine: Engine, people: list[Client]) -> Iterator[Contest]:
    """Systems that walk the skill graph."""
    walks = Walks(engine, K)
    for name, walk, most in (
        ("power iteration", walks.by_matrix, "walks"),
        ("networkx", walks.by_networkx, "networkx"),
    ):
        some = people[: MOST[most]]
        yield Contest(f"PageRank, {name}", len(some), partial(walk, some))


def measured(count: int) -> dict[str, Any]:
    """All figures of one run."""
    where, engine = machine(), Engine()
    people = list(clients(engine.library, count))
    entered = contests(engine, people)
    spent = in_turn({one.name: one.work for one in entered})
    each = {one.name: 1e6 * statistics.median(spent[one.name]) / one.clients for one in entered}
    rows = [
        {"name": one.name, "clients": one.clients, "us": each[one.name], "ratio": each[one.name] / each[FLOOR],
         "per_second": 1e6 / each[one.name]} for one in entered
    ]  # fmt: skip
    for row, name in zip(rows[:3], ("floor", "arrays", "objects"), strict=True):
        row["peak_mib"] = peak("many.py", "--alone", name, "--clients", str(count))
    missing = [name for name, system in (("implicit", Implicit), ("bm25s", Bm25s)) if not system.there()]
    shape = {"clients": count, "activities": len(engine.space.activities), "missing": missing}
    return {"machine": where, **shape, "rows": rows, "aims": aims(rows)}


def aims(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was wanted, and what was found."""
    by = {row["name"]: row for row in rows}
    ours, found = by[ARRAYS], []
    found.append({"aim": f"from arrays at most {AIMS['floor']:g} x the floor", "found": f"{ours['ratio']:.2f} x",
                  "met": ours["ratio"] <= AIMS["floor"]})  # fmt: skip
    peer = by.get(IMPLICIT)
    if peer:
        times = ours["per_second"] / peer["per_second"]
        found.append({"aim": "at least as many clients a second as implicit", "found": f"{times:.2f} x",
                      "met": times >= AIMS["implicit"]})  # fmt: skip
    most = max(by[name]["peak_mib"] for name in (ARRAYS, OBJECTS))
    found.append({"aim": f"at most {AIMS['peak']:,.0f} MiB beyond the library", "found": f"{most:,.0f} MiB",
                  "met": most <= AIMS["peak"]})  # fmt: skip
    return found


def alone(system: str, count: int) -> None:
    """One system in a process of its own, of which another process watches the memory, see `timing.peak`.

    Clients are made and given away block by block; what they become as arrays counts.
    """
    import numpy as np

    engine = Engine()
    ranker = ManyRanker(engine, K, as_of=DAY, threads=cores())
    people = clients(engine.library, count)
    compiled, width = ranker.compiled, ranker.compiled.layout.width
    worth = dense(compiled.arrays.facts, len(engine.space.activities))
    ranker.ranked(list(clients(engine.library, BLOCK)))
    print("ready", flush=True)
    input()
    some = iter(lambda: list(islice(people, BLOCK)), [])
    if system == "floor":
        product(np.concatenate([dense(compiled.encode(block, DAY).facts, width) for block in some]), worth, K)
    elif system == "arrays":
        held = [compiled.encode(block, DAY) for block in some]
        kept = [compiled.rank_encoded(profiles, K, 0.15, threads=cores()) for profiles in held]
        assert len(kept) == len(held)
    else:
        kept = [ranker.ranked(block) for block in some]
    print("done", flush=True)


def shown(found: dict[str, Any]) -> None:
    print(told(found["machine"]))
    print(
        f"{found['clients']:,} invented clients, {found['activities']:,} activities, top {K}, median of rounds in turn"
    )
    print(f"{'':36}{'clients':>9}{'us/client':>12}{'x floor':>10}{'clients/s':>12}{'peak MiB':>10}")
    for row in found["rows"]:
        memory = f"{row['peak_mib']:10,.0f}" if "peak_mib" in row else ""
        print(
            f"{row['name']:36}{row['clients']:9,}{row['us']:12,.1f}{row['ratio']:10.2f}{row['per_second']:12,.0f}{memory}"
        )
    for name in found["missing"]:
        print(f"{name} is not installed here and was left out: python -m pip install '.[benchmarks]'")
    for aim in found["aims"]:
        print(f"  aim: {aim['aim']}: {aim['found']}, {'met' if aim['met'] else 'NOT met'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--docs", action="store_true", help="keep the figures and write them into the documentation")
    parser.add_argument("--alone", choices=("floor", "arrays", "objects"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.clients < 100:
        sys.exit(f"--clients is {given.clients}; give 100 or more")
    if given.alone:
        return alone(given.alone, given.clients)
    found = measured(given.clients)
    shown(found)
    if given.docs:
        keep("many", found)
    return None


if __name__ == "__main__":
    main()
