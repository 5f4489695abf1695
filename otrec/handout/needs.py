"""What an activity needs: tools with what a home has instead, and materials."""

from __future__ import annotations

from otrec.handout.blocks import Line, ours, theirs
from otrec.handout.language import Translator
from otrec.library import Library
from otrec.models import Activity


def need_lines(library: Library, activity: Activity, say: Translator) -> tuple[Line, ...]:
    """One line for each tool and material, each with its swap; optional tools come last and say so."""
    swaps = _swaps(activity)
    lines = [_tool(library, name, swaps, say) for name in activity.tools]
    lines += [_line(name, swaps.pop(name.lower(), ""), say) for name in activity.materials]
    note = " (" + say("if you have it") + ")"
    lines += [_tool(library, name, swaps, say, note) for name in activity.tools_optional]
    lines += [(ours(say("Instead of") + " "), theirs(f"{thing}: {swap}")) for thing, swap in swaps.items()]
    lines += [(theirs(line),) for line in activity.swaps if ":" not in line]
    return tuple(dict.fromkeys(lines))


def _swaps(activity: Activity) -> dict[str, str]:
    """The activity's own swaps: thing -> what can stand in for it; two for one thing are joined."""
    found: dict[str, str] = {}
    for line in activity.swaps:
        thing, colon, swap = line.partition(":")
        if colon:
            name = thing.strip().lower()
            found[name] = f"{found[name]}; {swap.strip()}" if name in found else swap.strip()
    return found


def _tool(library: Library, tool: str, swaps: dict[str, str], say: Translator, note: str = "") -> Line:
    name = library.tools[tool].name
    given = swaps.pop(name.lower(), "") or swaps.pop(tool.replace("_", " "), "") or swaps.pop(tool, "")
    home = next((edge.swap for edge in library.household_swaps if edge.tool == tool), "")
    return _line(name, given or home, say, note)


def _line(name: str, swap: str, say: Translator, note: str = "") -> Line:
    first = (theirs(name[:1].upper() + name[1:]), *((ours(note),) if note else ()))
    return (*first, ours("; " + say("at home:") + " "), theirs(swap)) if swap else first
