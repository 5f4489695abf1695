"""The spine: load -> screen -> score -> arrange -> explain. Every surface of otrec calls this."""

from otrec.engine.answers import Change, Comparison, Why
from otrec.engine.engine import Engine
from otrec.engine.result import Item, Recommendation
from otrec.engine.sufficiency import Missing, Sufficiency

__all__ = ["Change", "Comparison", "Engine", "Item", "Missing", "Recommendation", "Sufficiency", "Why"]
