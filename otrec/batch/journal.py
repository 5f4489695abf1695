"""The folder beside an unfinished result: rows so far, and a journal that says up to where they count.

Each chunk is written first and entered in the journal second, both to the disk itself. Whatever a kill leaves behind
after the last entry is cut off again, so that a batch goes on as if it had never stopped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from otrec.batch.errors import BatchError
from otrec.batch.lines import Place
from otrec.models import OptionError
from otrec.models.disk import sync_folder
from otrec.models.wording import in_words

JOURNAL: Final = "journal.jsonl"
LOCK: Final = "lock"


class Entry(NamedTuple):
    """What is done after a chunk: its number, where the next one begins, how long both files are, and the counts."""

    number: int
    offset: int
    row: int
    rows: int
    told: int
    clients: int = 0
    listed: int = 0
    rejected: int = 0
    empty: int = 0

    @property
    def place(self) -> Place:
        """Where the next chunk begins."""
        return Place(self.offset, self.row)


class Journal:
    """The entries of one batch, of which no two processes write the same.

    Parameters
    ----------
    folder
        Is made if it is not there.

    Raises
    ------
    BatchError
        If another process is at work in the folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(0o700, exist_ok=True)
        self.folder, self.path = folder, folder / JOURNAL
        self._lock = open(folder / LOCK, "ab")  # noqa: SIM115 - is held until the end
        if not locked(self._lock):
            self._lock.close()
            raise BatchError(f"{folder.name}: another process is writing this result; wait for it, or stop it")
        self.job: dict[str, Any] | None = None
        self.last: Entry | None = None
        self.ended = False
        self._read()
        self._file: BinaryIO | None = None

    def _read(self) -> None:
        """Take up the entries that are whole, and cut off the rest."""
        content = self.path.read_bytes() if self.path.exists() else b""
        good = 0
        for line in content.splitlines(keepends=True):
            if not line.endswith(b"\n") or not self._take(line):
                break
            good += len(line)
        if good < len(content):
            os.truncate(self.path, good)

    def _take(self, line: bytes) -> bool:
        try:
            kind, value = json.loads(line)
            if kind == "job":
                self.job = dict(value)
            elif kind == "chunk":
                self.last = Entry(*value)
            else:
                self.ended = True
        except (ValueError, TypeError):
            return False
        return True

    def begin(self, job: dict[str, Any]) -> None:
        """Begin anew: whatever was entered before counts no more."""
        self.close_file()
        self._file = open(self.path, "wb")  # noqa: SIM115
        self.job, self.last, self.ended = job, None, False
        self._write("job", job)
        sync_folder(self.folder)

    def enter(self, entry: Entry) -> None:
        """A chunk is done and on the disk."""
        self._write("chunk", entry)
        self.last = entry

    def end(self) -> None:
        """The result is whole; only its files have to be moved."""
        self._write("end", None)
        self.ended = True

    def _write(self, kind: str, value: Any) -> None:
        if self._file is None:
            self._file = open(self.path, "ab")  # noqa: SIM115
        self._file.write(json.dumps([kind, value]).encode() + b"\n")
        synced(self._file)

    def close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def close(self) -> None:
        """Let others in."""
        self.close_file()
        self._lock.close()

    def remove(self) -> None:
        """Leave nothing behind; the journal goes last but for the lock, so that a kill in between is noticed."""
        self.close_file()
        self.path.unlink(missing_ok=True)
        self._lock.close()
        (self.folder / LOCK).unlink(missing_ok=True)
        self.folder.rmdir()


def check_same(job: dict[str, Any], now: dict[str, Any], folder: str) -> None:
    """Refuse to go on with something else than was begun, and say what differs."""
    changed = [name for name in {**job, **now} if job.get(name) != now.get(name)]
    if changed:
        raise OptionError(
            f"{folder}: a result was begun here and is not finished, but since then this has changed: "
            f"{in_words(changed)}. Give the same as before to go on with it, or --restart to begin anew"
        )


def private(path: Path, mode: str) -> BinaryIO:
    """A file to write that only its owner can read, as it holds facts about clients."""
    return cast(BinaryIO, open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600)))


def locked(file: BinaryIO) -> bool:
    """Whether this process alone may write; a process that ends, however it does, lets go."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def synced(file: BinaryIO) -> None:
    """Everything written is on the disk itself."""
    file.flush()
    os.fsync(file.fileno())
