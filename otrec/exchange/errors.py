"""What can go wrong with a file as a whole."""

from __future__ import annotations

from typing import Final

from otrec.models import ClientError

#: Limits of a file; both are told to the user.
MAX_BYTES: Final = 5_000_000
MAX_ROWS: Final = 10_000


class SheetError(ClientError):
    """A table that cannot be read or written at all. It repeats nothing of the content and not the name of the file.

    >>> print(SheetError("it is empty; choose a file with rows"))
    this file: 1 problem
      - it is empty; choose a file with rows
    """

    def __init__(self, *problems: str, source: str = "this file") -> None:
        super().__init__(source, list(problems))
