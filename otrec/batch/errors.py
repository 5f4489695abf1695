"""What can stop a batch, and what it has to have installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from otrec.models.errors import OptionError, OtrecError

#: What brings the packages of a batch.
INSTALL = "python -m pip install 'otrec[batch]'"


class BatchError(OtrecError, RuntimeError):
    """A batch that stopped on its way; what was done so far is kept."""


def need(package: str, what: str) -> None:
    """Refuse what an absent package would have to do.

    >>> need("json", "JSON Lines")
    """
    if find_spec(package) is None:
        raise OptionError(f"{what} needs {package}: {INSTALL}")


def brought(module: str, what: str) -> Any:
    """A module of the extra, imported only where it is used.

    >>> brought("json", "JSON Lines").loads("[1]")
    [1]
    """
    need(module.split(".")[0], what)
    return import_module(module)
