"""Packages that only the extra `batch` brings: imported where they are used, and told in a sentence where they lack."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from otrec.models.errors import OptionError, OtrecError

#: What brings the packages.
INSTALL = "python -m pip install 'otrec[batch]'"


def need(package: str, what: str, called: str = "") -> None:
    """Refuse what an absent package would have to do; `called` is its name for people.

    >>> need("json", "JSON Lines")
    """
    if find_spec(package) is None:
        raise OptionError(f"{what} needs {called or package}: {INSTALL}")


def brought(module: str, what: str, called: str = "") -> Any:
    """A module of the extra, imported only where it is used.

    >>> brought("json", "JSON Lines").loads("[1]")
    [1]
    """
    need(module.split(".")[0], what, called)
    return import_module(module)


def dask_client(distributed: Any, scheduler: str, patience: float, refused: type[OtrecError]) -> Any:
    """A client of a Dask scheduler that runs already, waited for some seconds; `refused` tells that none answers."""
    try:
        return distributed.Client(scheduler, timeout=patience, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise refused(
            f"no Dask scheduler answers at {scheduler!r} ({type(error).__name__}); check that it runs, and its "
            "address, such as tcp://127.0.0.1:8786"
        ) from None
