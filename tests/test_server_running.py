"""The service as a process of its own: what it holds out, what it never writes down, and how it goes on."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import os
import signal
import socket
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from otrec import Client, Engine, example
from otrec.models import OptionError
from otrec.server.lanes import Lane, Limits
from otrec.server.launch import Setup, bound, serve

from .commands import shell
from .serving import SECRET, Running, call, dumped, patient, profile, running, service, told

JSON = {"content-type": "application/json"}
VIEW = "/cds-services/otrec-patient-view"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("live")) as found:
        yield found


def raw(live: Running, request: bytes, *, then: bytes = b"") -> bytes:
    """What comes back on a bare connection until it ends or says nothing for a while."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=1.5) as line:
        line.sendall(request)
        answer = b""
        try:
            if then:
                line.sendall(then)
            while piece := line.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
    return answer


def goes_on(live: Running) -> None:
    assert httpx.post(f"{live.url}/api/recommend", json={"client": profile(), "k": 1}).status_code == 200


def test_fifty_megabytes_are_413_whatever_is_said_about_them(live: Running) -> None:
    content = b" " * 50_000_000
    for path in ("/api/recommend", VIEW, "/api/fhir/import"):
        told(httpx.post(f"{live.url}{path}", content=content, headers=JSON, timeout=30), 413)
    pieces = (content[:1_000_000] for _ in range(50))
    told(httpx.post(f"{live.url}/api/recommend", content=pieces, headers=JSON, timeout=30), 413)
    goes_on(live)


def test_a_length_that_is_not_true_stops_nothing(live: Running) -> None:
    head = b"POST /api/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    assert b" 413 " in raw(live, head + b"900000000\r\n\r\n{}").split(b"\r\n")[0]
    assert b" 413 " in raw(live, head + b"5000000\r\nExpect: 100-continue\r\n\r\n").split(b"\r\n")[0]
    assert b" 400 " in raw(live, head + b"2\r\n\r\n", then=b"[}xxxxxxxx").split(b"\r\n")[0]
    assert b" 400 " in raw(live, head + b"x\r\n\r\n{}").split(b"\r\n")[0]
    short = raw(live, head + b"20\r\nConnection: close\r\n\r\n{}")
    assert b" 200 " not in short.split(b"\r\n")[0]
    goes_on(live)


def test_what_is_packed_small_and_would_grow_is_refused(live: Running) -> None:
    packed = gzip.compress(b" " * 20_000_000)
    headers = {**JSON, "content-encoding": "gzip"}
    told(httpx.post(f"{live.url}/api/recommend", content=packed, headers=headers), 415)


def test_other_names_are_refused_and_other_machines_do_not_reach_it(live: Running) -> None:
    told(httpx.get(f"{live.url}/api/health", headers={"host": "evil.example"}), 421)
    assert live.url.startswith("http://127.0.0.1:")


def test_the_log_of_a_run_holds_no_word_of_a_request(tmp_path: Path) -> None:
    with running(tmp_path) as live:
        for body in (
            {"client": profile(id=SECRET)},
            {"client": {**profile(), "interests": [SECRET], SECRET: 1}},
            {"client": {**profile(), "barriers": {SECRET.lower(): 2}}, SECRET: SECRET},
        ):
            for path in ("recommend", "why", "plan", "batch", "fhir/export"):
                httpx.post(f"{live.url}/api/{path}", json=body, timeout=30)
        httpx.post(f"{live.url}/api/recommend", content=f'{{"{SECRET}": '.encode(), headers=JSON)
        httpx.post(f"{live.url}/api/intake", json={"text": f"{SECRET} is 7 and cannot do up his buttons."}, timeout=60)
        httpx.post(f"{live.url}/api/goal-lint", json={"text": f"{SECRET} will write."})
        httpx.post(f"{live.url}/api/fhir/import", json=patient(), timeout=30)
        httpx.post(f"{live.url}{VIEW}", json=call())
        httpx.get(f"{live.url}/api/activities", params={"q": SECRET})
        httpx.get(f"{live.url}/{SECRET}")
        raw(live, f"{SECRET} / HTTP/9\r\n\r\n".encode())
    log = live.log.read_text()
    assert SECRET.lower() not in log.lower()
    assert "Traceback" not in log


def test_what_nobody_foresaw_is_a_plain_500_and_its_words_stay_out_of_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(SECRET)

    body = {"client": profile(), "k": 1}
    with service(engine) as api:
        monkeypatch.setattr(Client, "parse", broken)
        found = told(api.post("/api/recommend", json=body), 500)
        assert SECRET not in json.dumps(found)
        monkeypatch.undo()
        assert api.post("/api/recommend", json=body).status_code == 200
    (record,) = [one for one in caplog.records if one.name == "otrec.server"]
    assert "ZeroDivisionError" in record.getMessage()
    assert record.exc_info is None
    assert SECRET not in caplog.text


T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """What asynchronous work gives, in a thread of its own: a browser's loop may run in that of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _crowd(lane: Lane, count: int, work: object) -> list[object]:

    return await asyncio.gather(*(lane.run(work) for _ in range(count)), return_exceptions=True)  # type: ignore[arg-type]


def test_a_lane_takes_so_many_and_refuses_the_rest_at_once() -> None:
    import threading

    gate = threading.Event()
    lane = Lane("test", Limits(threads=2, waiting=3, seconds=30))

    def work() -> str:
        gate.wait(20)
        return "done"

    async def crowd() -> list[object]:
        asyncio.get_running_loop().call_later(0.3, gate.set)
        return await _crowd(lane, 9, work)

    found = in_a_loop(crowd())
    refused = [one for one in found if one != "done"]
    assert len(refused) == 4
    assert {getattr(one, "status", 0) for one in refused} == {503}
    assert in_a_loop(_crowd(lane, 5, lambda: "again")) == ["again"] * 5, "places are free again"
    lane.close()


def test_what_takes_too_long_is_answered_and_keeps_its_place() -> None:
    import threading

    gate = threading.Event()
    lane = Lane("test", Limits(threads=1, waiting=0, seconds=0.2))

    def work() -> None:
        gate.wait(20)
        raise ValueError(SECRET)

    async def said(given: object) -> str:
        """What the lane says to one piece of work."""
        return str((await _crowd(lane, 1, given))[0])

    async def late() -> list[str]:
        loop, unheard = asyncio.get_running_loop(), []
        loop.set_exception_handler(lambda _, context: unheard.append(context))
        found = [await said(work), await said(lambda: "in")]
        gate.set()
        for _ in range(100):
            gc.collect()
            last = await said(lambda: "in")
            if last == "in":
                break
            await asyncio.sleep(0.05)
        gc.collect()
        await asyncio.sleep(0)
        assert unheard == [], "asyncio would write the words of the error into the log"
        return [*found, last]

    first, second, third = in_a_loop(late())
    assert "longer than" in first
    assert "at once" in second, "its thread is still at work"
    assert third == "in"
    lane.close()


def test_full_lanes_are_503_with_a_time_to_come_back_while_the_rest_goes_on(engine: Engine) -> None:
    narrow = Limits(threads=1, waiting=0, seconds=30)
    with service(engine, slow=narrow) as api, ThreadPoolExecutor(8) as pool:
        body = {"client": profile(), "weeks": 3}
        found = list(pool.map(lambda _: api.post("/api/programme", json=body), range(6)))
        assert {one.status_code for one in found} == {200, 503}
        busy = next(one for one in found if one.status_code == 503)
        assert busy.headers["retry-after"]
        told(busy, 503)
        assert api.post("/api/recommend", json={"client": profile(), "k": 1}).status_code == 200


def test_several_workers_share_the_port_and_what_they_remember(tmp_path: Path) -> None:
    from otrec.server.tags import CARD, Tags

    with running(tmp_path, "--workers", "2") as live:
        engine = Engine()
        card = Tags(engine.library).make("name_labels_that_stay", CARD)
        reason = {"reason": {"system": "urn:x-otrec:verdict", "code": "unsafe"}}
        one = {
            "card": card,
            "outcome": "overridden",
            "overrideReason": reason,
            "outcomeTimestamp": "2026-11-30T09:00:00Z",
        }
        for _ in range(8):
            assert httpx.post(f"{live.url}{VIEW}/feedback", json={"feedback": [one]}, timeout=60).json() == {"taken": 1}
        counts = {httpx.get(f"{live.url}/api/curation").json()["notes"][0]["count"] for _ in range(6)}
        assert counts == {8}
    assert live.process.returncode in (0, -signal.SIGTERM)


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with running(tmp_path) as live:
        os.kill(live.process.pid, signal.SIGTERM)
        assert live.process.wait(30) in (0, -signal.SIGTERM)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{live.url}/api/health")


def test_verdicts_are_kept_where_a_database_is_named(tmp_path: Path) -> None:
    from otrec.server.tags import CARD, Tags
    from otrec.store import Store

    url = f"sqlite:///{tmp_path / 'otrec.db'}"
    with running(tmp_path, OTREC_DATABASE_URL=url) as live:
        card = Tags(Engine().library).make("name_labels_that_stay", CARD)
        reason = {"reason": {"system": "urn:x-otrec:verdict", "code": "wrong_data"}, "userComment": SECRET}
        one = {
            "card": card,
            "outcome": "overridden",
            "overrideReason": reason,
            "outcomeTimestamp": "2026-11-30T09:00:00Z",
        }
        assert httpx.post(f"{live.url}{VIEW}/feedback", json={"feedback": [one]}).json() == {"taken": 1}
        told_now = httpx.get(f"{live.url}/api/curation").json()
        assert (told_now["kept"], told_now["notes"][0]["count"]) == (True, 1)
    (note,) = Store.open(url).desk().said.curation()
    assert (note.activity, note.verdict) == ("name_labels_that_stay", "wrong_data")
    assert SECRET.encode() not in (tmp_path / "otrec.db").read_bytes()


def test_a_port_that_is_taken_and_an_address_that_is_not_here_are_one_clear_message() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert taken.proto == socket.IPPROTO_TCP, "asyncio would leave Nagle's delay on"
        with pytest.raises(OptionError, match=f"--port {port + 1}"):
            serve(Setup(), port)
        done = shell("serve", "--port", port)
        assert done.returncode == 2
        assert done.stderr.startswith("otrec: port")
    with pytest.raises(OptionError, match="cannot be used"):
        bound("192.0.2.1", 0)
    refused = shell("serve", "--address", "0.0.0.0")
    assert refused.returncode == 2
    assert "would have to show a token" in refused.stderr
    assert "Traceback" not in refused.stderr + done.stderr


def test_a_slow_caller_does_not_keep_others_waiting(live: Running) -> None:
    body = dumped({"client": Client.load(example("pencil_grip")).model_dump(mode="json", by_alias=True)})
    head = "POST /api/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", live.port), timeout=10) for _ in range(40)]
    try:
        for line in lines:
            line.sendall(head.encode() + body[:10])
        goes_on(live)
        lines[0].sendall(body[10:])
        assert b" 200 " in lines[0].recv(65536).split(b"\r\n")[0]
    finally:
        for line in lines:
            line.close()
    goes_on(live)
