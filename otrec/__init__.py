"""otrec: occupational-therapy activities for one client, ranked, explained and screened for safety.

>>> from otrec import Client, Engine
>>> result = Engine().recommend(Client.load(example("pencil_grip")), k=3)
>>> len(result.items)
3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from otrec.engine import Engine, Recommendation
    from otrec.library import Library, example, load_library
    from otrec.models import Client, ClientError, LibraryError, OtrecError, Preference
    from otrec.planning import plan_session
    from otrec.ranking.estimator import ActivityRanker

__version__ = "0.1.0"

_HOMES = {
    "ActivityRanker": "otrec.ranking.estimator",
    "Client": "otrec.models",
    "ClientError": "otrec.models",
    "Engine": "otrec.engine",
    "Library": "otrec.library",
    "LibraryError": "otrec.models",
    "OtrecError": "otrec.models",
    "Preference": "otrec.models",
    "Recommendation": "otrec.engine",
    "example": "otrec.library",
    "load_library": "otrec.library",
    "plan_session": "otrec.planning",
}

__all__ = [
    "ActivityRanker",
    "Client",
    "ClientError",
    "Engine",
    "Library",
    "LibraryError",
    "OtrecError",
    "Preference",
    "Recommendation",
    "__version__",
    "example",
    "load_library",
    "plan_session",
]


def __getattr__(name: str) -> Any:
    """Import a public name only when it is asked for, so that `import otrec` does no work."""
    if name not in _HOMES:
        raise AttributeError(f"module 'otrec' has no attribute {name!r}; it has {', '.join(sorted(_HOMES))}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
