"""What the service remembers for a while, in bounds: tokens that were used, and how often what was said of an activity.

All workers of one service share it. It is in memory, or for several workers in a file of their own folder that goes
when the service ends; it never holds a fact about a client.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from pathlib import Path
from typing import Final

#: How many tokens are remembered at most: five minutes of 600 requests a second.
MOST_TOKENS: Final = 200_000
#: How many pairs of activity and verdict are counted at most.
MOST_COUNTED: Final = 5_000
_TABLES: Final = """
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS used (token BLOB PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS used_until ON used (until);
    CREATE TABLE IF NOT EXISTS said (
        activity TEXT, verdict TEXT, count INTEGER NOT NULL, PRIMARY KEY (activity, verdict)
    ) WITHOUT ROWID;
"""


class Full(Exception):
    """There is no room for one more token until older ones end."""


class Memory:
    """What one service remembers; safe for threads, and for processes that name the same file.

    >>> memory = Memory()
    >>> memory.first("issuer", "nonce", until=100, now=50), memory.first("issuer", "nonce", until=100, now=60)
    (True, False)
    """

    def __init__(self, file: Path | None = None, most: int = MOST_TOKENS) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._database = sqlite3.connect(
            file or ":memory:", timeout=5, isolation_level=None, check_same_thread=False, cached_statements=16
        )
        self._database.executescript(_TABLES)

    def first(self, issuer: str, nonce: str, until: float, now: float) -> bool:
        """Whether a token is here for the first time; it is remembered until it ends, in seconds since the epoch.

        Raises
        ------
        Full
            If so many tokens are remembered that one more cannot be: then none may pass.
        """
        token = hashlib.sha256(f"{issuer}\n{nonce}".encode()).digest()
        with self._lock:
            self._database.execute("DELETE FROM used WHERE until < ?", (now,))
            (count,) = self._database.execute("SELECT count(*) FROM used").fetchone()
            if count >= self.most:
                raise Full
            done = self._database.execute("INSERT OR IGNORE INTO used VALUES (?, ?)", (token, until))
            return done.rowcount == 1

    def count(self, activity: str, verdict: str) -> None:
        """Count a verdict on an activity; beyond the bound only pairs that are there already go on."""
        with self._lock:
            self._database.execute(
                "INSERT INTO said SELECT ?, ?, 1 WHERE (SELECT count(*) FROM said) < ? "
                "OR EXISTS (SELECT 1 FROM said WHERE activity = ? AND verdict = ?) "
                "ON CONFLICT DO UPDATE SET count = count + 1",
                (activity, verdict, MOST_COUNTED, activity, verdict),
            )

    def counts(self) -> list[tuple[str, str, int]]:
        """Activity, verdict and how often, the most often first."""
        with self._lock:
            return self._database.execute("SELECT * FROM said ORDER BY count DESC, activity, verdict").fetchall()

    def close(self) -> None:
        self._database.close()
