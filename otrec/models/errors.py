"""What can go wrong, in words for people.

Every error subclasses `OtrecError` and a builtin, and carries the exit code that the command line uses.
"""

from __future__ import annotations


class OtrecError(Exception):
    """Base of all errors that otrec raises on purpose."""

    exit_code = 1


class ClientError(OtrecError, ValueError):
    """A client profile that cannot be used, with every problem named."""

    exit_code = 3

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = list(problems)
        super().__init__(_report(source, self.problems))


class LibraryError(OtrecError, ValueError):
    """A data folder that cannot be used, with every problem named."""

    exit_code = 4

    def __init__(self, source: str, problems: list[str]) -> None:
        self.source = source
        self.problems = list(problems)
        super().__init__(_report(source, self.problems))


class UnknownIdError(OtrecError, LookupError):
    """An id that is not in the library; names the nearest ones."""

    exit_code = 5


class OptionError(OtrecError, ValueError):
    """An option or argument outside what is allowed."""

    exit_code = 2


def _report(source: str, problems: list[str]) -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n".join([f"{source}: {count}", *(f"  - {problem}" for problem in problems)])
