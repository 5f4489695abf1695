"""What each constraint of a plan costs: how much better the session would be without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from otrec.models.wording import in_sentence
from otrec.planning.asked import MOST_MINUTES
from otrec.planning.bag import with_tools
from otrec.planning.clash import lets
from otrec.planning.model import Model

#: Constraints that are tried by dropping them; the minutes and the bag are tried by giving a little more of them.
DROPPED = ("recent", "techniques", "energy", "edges", "state", "goal")
MORE_MINUTES = 10
#: Gains below this share of the plan's value are left out.
LEAST_GAIN = 0.0005


@dataclass(frozen=True)
class Binding:
    """One constraint that holds the plan back; `gain` is in per cent of the plan's value."""

    constraint: str
    gain: float
    sentence: str

    def to_dict(self) -> dict[str, object]:
        return {"constraint": self.constraint, "gain_percent": round(self.gain, 2), "sentence": self.sentence}


def bindings(model: Model, value: float) -> tuple[Binding, ...]:
    """What holds a plan of this value back, the costliest first; each found by solving the session again."""
    found = [*_dropped(model, value), *_tool(model, value), *_minutes(model, value)]
    return tuple(sorted(found, key=lambda item: (-item.gain, item.constraint)))


def _told(gain: float) -> str:
    return f"{gain:+.0f}%" if gain >= 1 else f"{gain:+.1f}%"


def _above(value: float) -> float:
    return value * (1 + LEAST_GAIN) if value > 0 else value


def _dropped(model: Model, value: float) -> Iterator[Binding]:
    library, wanted = model.result.engine.library, model.wanted
    for name in model.names:
        if name.split(":")[0] in DROPPED:
            other = model.solve(without=[name], above=_above(value))
            if other is not None:
                gain = 100 * (other.value / value - 1)
                yield Binding(name, gain, f"With {lets(name, wanted, library)}: {_told(gain)}.")


def _tool(model: Model, value: float) -> Iterator[Binding]:
    """The one tool that would help most, if a bag was given."""
    if "bag" not in model.names:
        return
    found = with_tools(model, 1, above=_above(value))
    if found is not None and found[1]:
        other, (tool,) = found
        gain, name = 100 * (other.value / value - 1), in_sentence(model.result.engine.library.tools[tool].name)
        yield Binding(f"tool:{tool}", gain, f"With {name} in the bag: {_told(gain)}.")


def _minutes(model: Model, value: float) -> Iterator[Binding]:
    minutes = min(model.wanted.minutes + MORE_MINUTES, MOST_MINUTES)
    longer = Model(model.result, replace(model.wanted, minutes=minutes))
    other = longer.solve(above=_above(value))
    if other is not None:
        gain = 100 * (other.value / value - 1)
        more = minutes - model.wanted.minutes
        yield Binding("minutes", gain, f"With {more} minutes more: {_told(gain)} in each minute of the session.")
