"""Somebody who writes to a store without pause, to be killed: `python -m tests.store_writer`.

Each line of the input is a round: `address login round acknowledgements`, where the login is `-` for a machine with one
user. A worker is forked for it, whose id is answered; when it has ended, so is how. A worker writes the number of each
operation to the file of acknowledgements as soon as it stands.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from itertools import count
from typing import Any

from otrec import example
from otrec.progress import ProgressFile
from otrec.progress.records import DataPoint
from otrec.store import Desk, Store, StoreError
from tests.stores import child

RECORD = ProgressFile.load(example("progress_pencil_grip"))
GOAL = RECORD.goals[0]
DAY = dt.date(2027, 1, 1)


def code(turn: str) -> str:
    return f"r{turn}"


def point(number: int) -> DataPoint:
    return DataPoint(date=DAY + dt.timedelta(number), value=1, out_of=GOAL.points[0].out_of)


def desk_of(store: Store, login: str) -> Desk:
    if login == "-":
        return store.desk()
    return store.desk(store.people.sign_in("https://id.example", f"sub-{login}", login))


def write(desk: Desk, turn: str, acknowledgements: int) -> None:
    """One client, and then profile, point, plan and engine in turn, for ever."""
    kept = desk.clients.save(child(code(turn)))
    os.write(acknowledgements, b"0\n")
    desk.records.keep(kept.id, RECORD)
    os.write(acknowledgements, b"1\n")
    version = kept.version
    for number in count(2):
        content: dict[str, Any] = {"round": turn, "number": number, "more": ["x" * 50] * 5}
        if number % 4 == 0:
            changed = child(code(turn), interests=[str(number)])
            version = desk.clients.save(changed, id=kept.id, version=version).version
        elif number % 4 == 1:
            desk.records.add_points(kept.id, {GOAL.id: [point(number)]})
        elif number % 4 == 2:
            desk.records.keep_plan(kept.id, "session", content)
        else:
            desk.own.learn(content)
        os.write(acknowledgements, f"{number}\n".encode())


def work(url: str, login: str, turn: str, file: str) -> int:
    acknowledgements = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        write(desk_of(Store.open(url), login), turn, acknowledgements)
    except StoreError:
        return 3
    return 1


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            ended = 1
            try:
                ended = work(*line.split())
            finally:
                os._exit(ended)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
