"""A batch that is killed, at any moment and at every single step on the disk, goes on as if it had never stopped."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otrec import Client, Engine, example, load_library
from otrec.batch import lists, run, run_batch
from otrec.batch.journal import JOURNAL
from otrec.exchange import write_caseload

HOME = Path(__file__).parents[1]
KILLED = signal.SIGKILL
#: What reaches the disk; a kill is tried before each single call of these.
STEPS = ("fsync", "replace", "unlink", "rmdir", "truncate", "mkdir", "open", "ftruncate")
OUTS = ("lists.csv", "lists.parquet", "parts/")
DAY = "2026-11-01"


class Killer:
    """Counts the steps on the disk of this process, and ends it before one of them, as a power cut would."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0
        for name in STEPS:
            setattr(os, name, self.stepping(getattr(os, name)))

    def stepping(self, step: Any) -> Any:
        def stepped(*given: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), KILLED)
            return step(*given, **named)

        return stepped


def serve() -> None:
    """Start a batch in a process of its own for each line, kill it after a while if asked to; answer how it ended."""
    library = load_library()
    engine = Engine(library=library)
    run.load_library = lambda *given: library  # type: ignore[attr-defined]
    lists.Engine = lambda library: engine  # type: ignore[attr-defined]
    ranker = lists.Lists(engine, 3)
    lists.Lists = lambda *given, **asked: ranker  # type: ignore[misc, assignment]
    with tempfile.TemporaryDirectory() as folder:  # everything that is imported on the way is imported once
        source = clients(1, Path(folder) / "in.csv")
        assert done({"source": str(source), "out": f"{folder}/lists.parquet", "chunk": 1}) == 0
    gc.collect()
    gc.freeze()  # so that a child does not look through all of this again
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(done(asked))
        if "after" in asked:
            time.sleep(asked["after"])
            os.kill(child, KILLED)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def done(asked: dict[str, Any]) -> int:
    """Do one batch; 0 if it came to its end. Its steps are counted in a file if that is asked for."""
    killer = Killer(asked["at"]) if "at" in asked else None
    try:
        run_batch(asked["source"], asked["out"], 3, chunk=asked["chunk"], tell=lambda line: None, overwrite=True,
                  as_of=run.dt.date.fromisoformat(DAY))  # fmt: skip
    except BaseException:
        import traceback

        traceback.print_exc()
        return 1
    if killer is not None:
        Path(asked["source"]).with_suffix(".steps").write_text(str(killer.count))
    return 0


class Server:
    """Speaks with `serve`."""

    def __init__(self) -> None:
        given = [sys.executable, "-m", "tests.test_batch_kill"]
        self.process = subprocess.Popen(given, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ran(self, **asked: Any) -> int:
        """How one batch ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if not hasattr(os, "fork"):
        pytest.skip("processes are not forked here")
    found = Server()
    yield found
    assert found.process.stdin is not None
    found.process.stdin.close()
    found.process.wait()


def clients(count: int, path: Path) -> Path:
    """A file of clients, a row of which is bad."""
    first = Client.load(example("pencil_grip"))
    people = [first.model_copy(update={"id": f"c{number}", "minutes": 5 + number % 100}) for number in range(count)]
    lines = "".join(f"{one.model_dump_json(by_alias=True)}\n" for one in people).encode()
    path.write_bytes((write_caseload(people, "csv") if path.suffix == ".csv" else lines) + b"bad row\r\n")
    return path


def state(folder: Path) -> dict[str, bytes]:
    """Everything that a run leaves, byte for byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".steps" and path.name != "in.csv"
    }


def result(found: dict[str, bytes], out: str) -> dict[str, bytes]:
    """Of what a run leaves, what counts as finished."""
    return {name: content for name, content in found.items() if name == out or name.startswith(out.strip("/") + "/")}


def whole(server: Server, source: Path, folder: Path, out: str, chunk: int) -> Any:
    folder.mkdir()
    assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=chunk) == 0
    found = state(folder)
    assert any(name.startswith(out) for name in found)
    assert f"{out.strip('/')}.rejects.csv" in found
    return found


@pytest.mark.parametrize("out", OUTS)
def test_a_batch_killed_at_random_moments_gives_the_same_bytes(server: Server, tmp_path: Path, out: str) -> None:
    chance = random.Random(11)
    source = clients(300, tmp_path / "in.csv")
    expected = whole(server, source, tmp_path / "first", out, 8)
    start = time.monotonic()
    assert whole(server, source, tmp_path / "whole", out, 8) == expected
    takes = time.monotonic() - start
    folder, kills, finished, resumed = tmp_path / "killed", 0, 0, Counter[int]()
    folder.mkdir()
    for _ in range(200):
        ended = server.ran(source=str(source), out=f"{folder}/{out}", chunk=8, after=chance.uniform(0, 0.4 * takes))
        kills += ended == -KILLED
        journal = folder / f"{out.strip('/')}.unfinished" / JOURNAL
        resumed[journal.read_bytes().count(b'["chunk"') if journal.exists() else 0] += 1
        if ended == 0 or (folder / out).exists():
            finished += 1
            assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=8) == 0
            assert state(folder) == expected
            for name in expected:
                (folder / name).unlink()
            (folder / out).rmdir() if out.endswith("/") else None
        if kills >= 20:
            break
    assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=8) == 0
    assert state(folder) == expected
    assert kills >= 20
    assert len(resumed) > 3, resumed


@pytest.mark.parametrize("out", OUTS)
def test_a_batch_killed_at_every_step_gives_the_same_bytes(server: Server, tmp_path: Path, out: str) -> None:
    source = clients(5, tmp_path / "in.jsonl")
    expected = whole(server, source, tmp_path / "whole", out, 2)
    folder = tmp_path / "counted"
    folder.mkdir()
    assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=2, at=-1) == 0
    steps = int(source.with_suffix(".steps").read_text())
    assert steps > 15
    for at in range(1, steps + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        if at % 2:  # an older result is there, which is replaced as a whole
            assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=3) == 0
        older = state(folder)
        assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=2, at=at) in (-KILLED, 0)
        assert result(state(folder), out) in (result(older, out), {}, result(expected, out))
        assert server.ran(source=str(source), out=f"{folder}/{out}", chunk=2) == 0
        assert state(folder) == expected, at


if __name__ == "__main__":
    serve()
