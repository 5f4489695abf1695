"""How much a run of the tests tries: as much as a gate has time for, or with `OTREC_THOROUGH=1` everything."""

from __future__ import annotations

import os
from typing import Final, TypeVar

THOROUGH: Final = os.environ.get("OTREC_THOROUGH") == "1"
T = TypeVar("T")


def tries(usual: T, thorough: T) -> T:
    """How often something is tried, or what of it."""
    return thorough if THOROUGH else usual
