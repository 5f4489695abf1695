"""The spine: load -> screen -> score -> arrange -> explain. Every surface of otrec calls this."""

from otrec.engine.answers import Change, Comparison, Why
from otrec.engine.engine import Engine
from otrec.engine.learning import Move, Moves, Question, inferred
from otrec.engine.result import Item, Recommendation
from otrec.engine.sufficiency import Missing, Sufficiency

__all__ = [
    "Change",
    "Comparison",
    "Engine",
    "Item",
    "Missing",
    "Move",
    "Moves",
    "Question",
    "Recommendation",
    "Sufficiency",
    "Why",
    "inferred",
]
