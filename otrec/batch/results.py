"""Where lists go: a file that appears when it is whole, a folder of Parquet parts, or standard output."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from otrec.batch.errors import BatchError
from otrec.batch.forms import PARQUET
from otrec.batch.journal import Entry, Journal, private, synced
from otrec.batch.lines import Place
from otrec.batch.lists import Done
from otrec.batch.writing import REJECTS, encoded, heading, joined
from otrec.models import OptionError
from otrec.models.disk import sync_folder

#: What is added to the name of a result while it is not finished, and for the rows that got no list.
UNFINISHED: Final = ".unfinished"
REJECTED: Final = ".rejects.csv"
START: Final = Entry(-1, 0, 0, 0, 0)


class Result(Protocol):
    """Takes the lists of one chunk after another."""

    @property
    def last(self) -> Entry: ...

    @property
    def ended(self) -> bool: ...

    def add(self, number: int, place: Place, done: Done) -> None: ...

    def finish(self) -> None: ...


class Piped:
    """Standard output; which rows got no list is told line by line."""

    def __init__(self, form: str, columns: Sequence[str], tell: Callable[[str], None]) -> None:
        self.last, self.ended, self._tell = START, False, tell
        self._out = sys.stdout.buffer
        self._out.write(heading(form, columns, marked=False))

    def add(self, number: int, place: Place, done: Done) -> None:
        self._out.write(done.rows)
        self._out.flush()
        for row, reason in csv.reader(io.StringIO(done.told.decode("utf-8"), newline="")):
            self._tell(f"row {row}: {reason}")
        self.last = after(self.last, number, place, done, 0, 0)

    def finish(self) -> None:
        self._out.flush()


def after(last: Entry, number: int, place: Place, done: Done, rows: int, told: int) -> Entry:
    """The entry of a chunk, with the counts so far."""
    return Entry(
        number, place.offset, place.row, rows, told,
        last.clients + done.clients, last.listed + done.listed, last.rejected + done.rejected, last.empty + done.empty,
    )  # fmt: skip


class Filed:
    """A result on disk, with its journal.

    Parameters
    ----------
    out
        The file, or the folder of parts, that is there in the end.
    form, columns
        How rows are written.
    folder
        Whether `out` is a folder of parts.
    """

    def __init__(self, out: Path, form: str, columns: Sequence[str], *, folder: bool) -> None:
        self.out, self.form, self.columns, self.folder = out, form, columns, folder
        self.rejects = out.with_name(out.name + REJECTED)
        home = out.with_name(out.name + UNFINISHED)
        self.journal = Journal(home)
        self._rows, self._told = home / "rows", home / "rejects.csv"
        self._parts, self._old = home / "parts", home / "old"
        self._files: dict[Path, BinaryIO] = {}

    @property
    def last(self) -> Entry:
        """What is done so far."""
        return self.journal.last or START

    @property
    def ended(self) -> bool:
        """Whether nothing is left but to put the files in their places."""
        return self.journal.ended

    @property
    def _whole(self) -> Path:
        """What is moved to its place in the end."""
        return self._parts if self.folder else self._rows

    def check_free(self, overwrite: bool, restart: bool) -> None:
        """Refuse to replace what is there already, unless asked to, and anything that is no result at all."""
        ended = self.ended and not restart
        for piece, target in ((self._whole, self.out), (self._told, self.rejects)):
            if not target.exists() or (ended and not piece.exists()):
                continue
            if target.is_dir() != (self.folder and target == self.out) or not (target.is_dir() or target.is_file()):
                raise OptionError(f"{target.name}: is there already and is no result; choose another name")
            if not overwrite:
                raise OptionError(f"{target.name}: is there already; --overwrite replaces it, or choose another name")
            if target.is_dir() and any(not part.match("part-*.parquet") for part in target.iterdir()):
                raise OptionError(f"{target.name}: holds other files than parts of a result; choose another folder")

    def begin(self, job: dict[str, object]) -> None:
        """Begin anew, with nothing done."""
        self.journal.begin(job)

    def go_on(self) -> None:
        """Cut off what was written after the last entry, and write the headings where nothing was written yet."""
        last = self.last
        if self.form == PARQUET:
            self._parts.mkdir(0o700, exist_ok=True)
        for part in self._parts.glob("*"):
            if part.suffix != ".parquet" or last.number < 0 or part.name > _part(last.number).name:
                part.unlink()
        if self.form == PARQUET and len(list(self._parts.iterdir())) != last.number + 1:
            raise self._damaged()
        for path, size, start in (
            (self._rows, last.rows, heading(self.form, self.columns)),
            (self._told, last.told, heading("csv", REJECTS)),
        ):
            file = self._files[path] = private(path, "ab")
            if file.tell() < size:
                raise self._damaged()
            file.truncate(size if last.number >= 0 else 0)
            if last.number < 0:
                file.write(start)

    def _damaged(self) -> BatchError:
        return BatchError(f"{self.journal.folder.name}: is damaged; begin anew with --restart")

    def add(self, number: int, place: Place, done: Done) -> None:
        """The lists of the next chunk; they count from the moment the journal has them."""
        if self.form == PARQUET:
            self._put(_part(number), done.rows)
        else:
            self._files[self._rows].write(done.rows)
        self._files[self._told].write(done.told)
        for file in self._files.values():
            synced(file)
        sizes = [os.fstat(file.fileno()).st_size for file in (self._files[self._rows], self._files[self._told])]
        self.journal.enter(after(self.last, number, place, done, *sizes))

    def _put(self, name: Path, content: bytes) -> None:
        path = self._parts / name
        fresh = path.with_suffix(".new")
        with private(fresh, "wb") as file:
            file.write(content)
            synced(file)
        os.replace(fresh, path)
        sync_folder(self._parts)

    def finish(self) -> None:
        """Put everything in its place; can be done again from anywhere in between."""
        if not self.journal.ended:
            self._complete()
            for file in self._files.values():
                synced(file)
            sync_folder(self.journal.folder)
            self.journal.end()
        for file in self._files.values():
            file.close()
        self._move()
        for folder in (self._parts, self._old):
            shutil.rmtree(folder, ignore_errors=True)
        for path in (self._rows, self._told):
            path.unlink(missing_ok=True)
        self.journal.remove()

    def _complete(self) -> None:
        """Parquet becomes whole only now."""
        if self.form != PARQUET:
            return
        parts = sorted(self._parts.glob("*.parquet"))
        if not parts:
            self._put(_part(0), encoded({name: [] for name in self.columns}, PARQUET))
        if not self.folder:
            file = self._files[self._rows]
            file.truncate(0)
            joined(parts, file, self.columns)

    def _move(self) -> None:
        last = self.last
        if self._told.exists():
            if last.rejected or last.empty:
                os.replace(self._told, self.rejects)
            else:
                self.rejects.unlink(missing_ok=True)
        if self._whole.exists():
            if self.folder and self.out.exists():
                shutil.rmtree(self._old, ignore_errors=True)
                os.replace(self.out, self._old)
            os.replace(self._whole, self.out)
        sync_folder(self.out.parent)

    def close(self) -> None:
        """Stop here; what is done stays."""
        for file in self._files.values():
            file.close()
        if self.journal.job is None:
            self.journal.remove()
        else:
            self.journal.close()


def _part(number: int) -> Path:
    return Path(f"part-{number:08d}.parquet")
