"""What to get out, how to set up and how to clear away: lists for a plan, from the library's own facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from otrec.library import Library
from otrec.models import Activity
from otrec.models.wording import in_sentence

#: What a hazard asks for when things are cleared away (authors' wording); hazards without a line ask for nothing more.
CLEAR_AWAY: Final[dict[str, str]] = {
    "small_parts": "Count small parts back in; look under the table.",
    "scissors": "Count the scissors back in.",
    "blade": "Count knives and blades back in, and wash them yourself.",
    "needles_points": "Count needles and points back in.",
    "button_battery": "Check that every battery cover is screwed shut.",
    "magnets": "Count magnets back in.",
    "heat": "Check that cooker, iron or kettle is off and out of reach.",
    "hot_water": "Empty hot water before the client stands up.",
    "flame": "Check that the flame is out.",
    "electric_appliance": "Unplug what was plugged in.",
    "wet_floor": "Dry the floor before anyone walks on it.",
    "water_depth": "Empty the water at once.",
    "water_beads": "Count water beads back into a closed tub.",
    "glass_breakable": "Check for chips and splinters.",
    "shared_materials": "Wipe what was handled before the next client.",
    "oral_tool": "Wash what was in a mouth, apart from the rest.",
    "food_by_mouth": "Throw away what is left of the food; wash table and hands.",
    "allergen_open": "Wipe the table for allergens; wash hands.",
    "messy_touch": "Wash hands; wipe the table.",
    "soil_plants": "Wash hands with soap.",
    "chemicals": "Lock cleaning agents away.",
    "medicines": "Count medicines back in and lock them away.",
    "animals": "Wash hands after the animal.",
    "body_fluids": "Clean and disinfect as the place asks for.",
    "balloon": "Pick up every piece of balloon.",
    "money_private_data": "Put papers with private data back into the client's own folder.",
}


@dataclass(frozen=True)
class Material:
    """One thing to get out; `tool` is its id if the vocabulary knows it, `instead_of` what it stands in for."""

    name: str
    tool: str | None
    activities: tuple[str, ...]
    optional: bool = False
    instead_of: str | None = None
    count: int = 1
    note: str = ""

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "tool": self.tool,
            "for": list(self.activities),
            "optional": self.optional,
            "instead_of": self.instead_of,
            "count": self.count,
            "note": self.note,
        }


def materials(
    library: Library, activities: Iterable[Activity], bag: frozenset[str] | None, barred: Iterable[str] = ()
) -> tuple[Material, ...]:
    """What a plan needs, each thing once: tools first, then what the activities list.

    A tool that is not in the bag is named by what stands in for it there, or by what a home has instead; optional tools
    are named only when they are at hand and no rule bars them.
    """
    found: dict[tuple[str, bool], Material] = {}
    shut = frozenset(barred)
    for activity in activities:
        for item in _of(library, activity, bag, shut):
            key = (item.name, item.optional)
            earlier = found.get(key)
            users = (*(earlier.activities if earlier else ()), activity.id)
            found[key] = replace(item, activities=users)
    needed = {name for name, optional in found if not optional}
    kept = [item for item in found.values() if not (item.optional and item.name in needed)]
    return tuple(sorted(kept, key=lambda item: (item.tool is None, item.optional)))


def _of(library: Library, activity: Activity, bag: frozenset[str] | None, barred: frozenset[str]) -> Iterator[Material]:
    for tool in activity.tools:
        yield _tool(library, activity, tool, bag, barred)
    for tool in activity.tools_optional:
        if tool not in barred and tool not in activity.tools and (bag is None or tool in bag):
            yield Material(library.tools[tool].name, tool, (activity.id,), optional=True, note="if wanted")
    for line in activity.materials:
        yield Material(line, None, (activity.id,))


def _tool(
    library: Library, activity: Activity, tool: str, bag: frozenset[str] | None, barred: frozenset[str]
) -> Material:
    if bag is None or tool in bag:
        return Material(library.tools[tool].name, tool, (activity.id,))
    fits = {name: fit for name, fit in library.stand_ins.get(tool, {}).items() if name in bag and name not in barred}
    if fits:
        other = max(fits, key=lambda name: (fits[name], name))
        note = next(edge.note for edge in library.substitutes if (edge.tool, edge.instead_of) == (other, tool))
        return Material(library.tools[other].name, other, (activity.id,), instead_of=tool, note=note)
    swap = next(edge.swap for edge in library.household_swaps if edge.tool == tool)
    return Material(swap, None, (activity.id,), instead_of=tool, note=f"instead of {library.tools[tool].name.lower()}")


#: Kinds of tools of which a group needs one, and single tools of other kinds (authors' reading).
SHARED_KINDS: Final = frozenset({"visual_supports", "home_safety"})
SHARED_TOOLS: Final = frozenset(
    {
        "platform_swing", "cocoon_swing", "trampoline", "crash_mat", "parachute", "tunnel", "board_card_games",
        "musical_instruments", "painters_tape", "whiteboard_chalkboard", "smart_speaker", "sensory_bin", "bubbles",
    }
)  # fmt: skip


def counted(
    library: Library,
    activities: Iterable[Activity],
    heads: int,
    bag: frozenset[str] | None = None,
    barred: Iterable[str] = (),
) -> tuple[Material, ...]:
    """What a group of that many needs, with how many of each.

    What an activity for one person lists is needed once a head, unless a group shares it; what an activity for groups
    lists is meant for the group.
    """
    activities = tuple(activities)
    single = {item.id for item in activities if item.group_min == 1}

    def head_count(item: Material) -> Material:
        shared = item.tool is not None and (library.tools[item.tool].group in SHARED_KINDS or item.tool in SHARED_TOOLS)
        each = not shared and bool(set(item.activities) & single)
        note = f"one each, {heads} in all" if each else "one for the group" if shared else "as listed, for the group"
        return replace(item, count=heads if each else 1, note="; ".join(text for text in (item.note, note) if text))

    return tuple(head_count(item) for item in materials(library, activities, bag, barred))


def set_up(activities: Iterable[Activity]) -> tuple[str, ...]:
    """Before the client comes: minutes and the places that have to be ready."""
    activities = tuple(activities)
    minutes = sum(item.preparation_minutes for item in activities)
    lines = [f"Allow {minutes} minutes to set up." if minutes else "Nothing has to be prepared beforehand."]
    lines += [
        f"{item.name}: {item.preparation_minutes} minutes; {in_sentence(item.demands.space)}."
        for item in activities
        if item.preparation_minutes
    ]
    return tuple(lines)


def clean_up(activities: Iterable[Activity]) -> tuple[str, ...]:
    """Afterwards: what the hazards of the activities ask for, each line once."""
    hazards = {hazard for item in activities for hazard in item.hazards}
    return tuple(line for hazard, line in CLEAR_AWAY.items() if hazard in hazards)


def measures(activities: Iterable[Activity]) -> tuple[str, ...]:
    return tuple(f"{item.name}: {item.measure}" for item in activities)
