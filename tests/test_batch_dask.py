"""A batch over several processes: the same bytes, nothing lost with a worker, a sentence without a cluster."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from otrec import Client, Engine, Library, example
from otrec.batch import BatchError, Summary, lists, run, run_batch, spread
from otrec.batch.lines import Place
from otrec.batch.lists import Done
from otrec.batch.sources import Chunk
from otrec.engine.result import Options
from otrec.exchange import write_caseload

distributed = pytest.importorskip("distributed")


def ran(source: Path, out: Path, **asked: Any) -> Summary:
    return run_batch(source, out, 2, **{"chunk": 10, "tell": lambda line: None, **asked})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = Client.load(example("pencil_grip"))
    people = [first.model_copy(update={"id": f"c{number}", "minutes": 5 + number % 100}) for number in range(400)]
    path = tmp_path_factory.mktemp("batch") / "in.csv"
    path.write_bytes(write_caseload(people, "csv") + b"bad row\r\n")
    return path


@pytest.fixture(scope="module")
def expected(source: Path) -> bytes:
    """What one process writes."""
    out = source.with_name("alone.csv")
    ran(source, out)
    return out.read_bytes()


def others() -> list[psutil.Process]:
    """The processes that work for this one."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_a_worker_that_is_killed_loses_nothing(source: Path, expected: bytes, tmp_path: Path) -> None:
    seen: list[int] = []
    killed: list[int] = []
    heard: set[str] = set()
    before = {child.pid for child in others()}

    def reached(place: int, total: int | None) -> None:
        seen.append(place)
        if len(seen) == 3:
            mine = [child for child in others() if child.pid not in before]
            assert len(mine) == 2
            for process in (psutil.Process(), *mine):
                heard.update(one.laddr.ip for one in process.net_connections("inet") if one.status == "LISTEN")
            os.kill(mine[0].pid, signal.SIGKILL)
            killed.append(mine[0].pid)

    done = ran(source, tmp_path / "spread.csv", workers=2, reached=reached)
    assert killed
    assert heard == {"127.0.0.1"}
    assert (tmp_path / "spread.csv").read_bytes() == expected
    assert (done.clients, done.rejected) == (400, 1)
    assert seen == sorted(seen)
    assert len(seen) == 41
    assert not [child for child in others() if child.pid not in before]


@pytest.fixture(scope="module")
def cluster(library: Library, engine: Engine) -> Iterator[Any]:
    """A cluster that runs already, its worker a thread of this process."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, protocol="tcp://", host="127.0.0.1",
        dashboard_address=None, worker_dashboard_address=None,
    ) as found:  # fmt: skip
        yield found


def test_a_cluster_that_runs_already_is_used(cluster: Any, source: Path, expected: bytes, tmp_path: Path) -> None:
    out = tmp_path / "lists.csv"
    ran(source, out, scheduler=cluster.scheduler_address)
    assert out.read_bytes() == expected
    assert distributed.Client(cluster).ncores(), "the cluster is left as it was"


def test_what_one_process_began_another_cluster_goes_on_with(
    cluster: Any, source: Path, expected: bytes, tmp_path: Path
) -> None:
    class Stopped(Exception):
        pass

    def reached(place: int, total: int | None) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        ran(source, tmp_path / "lists.csv", reached=reached)
    done = ran(source, tmp_path / "lists.csv", scheduler=cluster.scheduler_address)
    assert done.resumed == 10
    assert (tmp_path / "lists.csv").read_bytes() == expected


def test_a_worker_of_another_release_or_library_refuses(
    cluster: Any, source: Path, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"scheduler": cluster.scheduler_address}
    with monkeypatch.context() as patched:
        patched.setattr(run, "__version__", "9.9.9")
        with pytest.raises(BatchError, match=r"a worker has otrec .*, and this batch 9\.9\.9; install the same"):
            ran(source, tmp_path / "lists.csv", **asked)
    with monkeypatch.context() as patched:
        patched.setattr(run, "load_library", lambda *given: replace(library, version="other"))
        with pytest.raises(BatchError, match=r"a worker has the library .*, and this batch other; give every machine"):
            ran(source, tmp_path / "other.csv", **asked)


def test_a_worker_that_fails_is_one_sentence(
    cluster: Any, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> Any:
        raise ModuleNotFoundError("No module named 'otrec.batch'")

    monkeypatch.setattr(spread, "work", broken)
    with pytest.raises(
        BatchError, match=r"could not do its part.*row 11 \(ModuleNotFoundError\).*goes on where it was"
    ):
        ran(source, tmp_path / "lists.csv", scheduler=cluster.scheduler_address)


def test_no_scheduler_is_one_sentence(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "PATIENCE", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        for address in (f"tcp://127.0.0.1:{port}", "nonsense://x", "127.0.0.1:port"):
            with pytest.raises(BatchError, match="no Dask scheduler answers at"):
                ran(source, tmp_path / "lists.csv", scheduler=address)


def test_a_scheduler_without_workers_is_one_sentence(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "PATIENCE", 1)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, protocol="tcp://", host="127.0.0.1", dashboard_address=None
        ) as empty,
        pytest.raises(BatchError, match="has no worker after 1 s"),
    ):
        ran(source, tmp_path / "lists.csv", scheduler=empty.scheduler_address)


class Later:
    """A result that is there when it is asked for."""

    def __init__(self, waiting: set[int], number: int) -> None:
        self.waiting, self.number = waiting, number
        waiting.add(number)

    def result(self) -> Done:
        self.waiting.remove(self.number)
        return Done(b"", b"", self.number, 0, 0, 0)


class Counted:
    """Stands for a cluster of two threads, and counts the chunks on their way."""

    def __init__(self) -> None:
        self.waiting: set[int] = set()
        self.most = 0

    def nthreads(self) -> dict[str, int]:
        return {"a": 1, "b": 1}

    def submit(self, work: Any, task: Any, chunk: Chunk, pure: bool) -> Later:
        later = Later(self.waiting, chunk.number)
        self.most = max(self.most, len(self.waiting))
        return later


def test_only_a_few_chunks_are_on_their_way_and_come_back_in_order() -> None:
    counted: Any = Counted()
    drawn: list[int] = []

    def chunks() -> Iterator[Chunk]:
        for number in range(100):
            drawn.append(number)
            yield Chunk(number, (), Place(number, number))

    found = []
    for chunk, done in spread._there(counted, None, chunks()):  # type: ignore[arg-type]
        assert len(drawn) <= chunk.number + 2 * spread.AHEAD
        found.append((chunk.number, done.clients))
    assert found == [(number, number) for number in range(100)]
    assert counted.most == 2 * spread.AHEAD


def test_a_worker_reads_the_library_once(monkeypatch: pytest.MonkeyPatch, library: Library, source: Path) -> None:
    reads = []
    monkeypatch.setattr(lists, "load_library", lambda *given: reads.append(given) or library)
    text = run.TextSource(str(source), "csv")
    task = lists.Task(text.shape, "csv", False, Options(2), run.__version__, library.version, "somewhere")
    for chunk in text.chunks(0, text.start, 200):
        assert isinstance(lists.work(task, chunk), Done)
    assert reads == [("somewhere", ())]
