"""The spine: load -> screen -> score -> arrange -> explain. Every surface of otrec calls this."""

from otrec.engine.engine import Engine
from otrec.engine.result import Comparison, Item, Recommendation, Why

__all__ = ["Comparison", "Engine", "Item", "Recommendation", "Why"]
