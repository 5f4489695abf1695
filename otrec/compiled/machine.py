"""Machine code that is kept for the next start, for as long as nothing in this package changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from platformdirs import user_cache_path

_SETTINGS: Any = numba.config


@cache
def folder() -> str:
    """Where code is kept; empty if that cannot be written to.

    numba looks at the file of a function and not at those of the functions that it calls, so the folder is named by all
    the sources of this package.
    """
    sources = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(source.read_bytes())
    home = Path(_SETTINGS.CACHE_DIR or user_cache_path("otrec")) / "machine-code"
    found = home / sources.hexdigest()[:16]
    try:
        found.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    return str(found) if os.access(found, os.W_OK) else ""


def machine_code(function: Callable[..., Any]) -> Any:
    """A function compiled at its first call; other threads run while it does, and 1 / 0 is inf as in numpy."""
    place = folder()
    before, _SETTINGS.CACHE_DIR = _SETTINGS.CACHE_DIR, place
    try:
        return numba.njit(cache=bool(place), nogil=True, error_model="numpy")(function)
    finally:
        _SETTINGS.CACHE_DIR = before
