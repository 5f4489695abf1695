"""Where everything of a view stands in a picture: in columns on a wide screen, as a tree on a narrow one.

Both are worked out by counting rows, so that no label ever lies on another one and the same view always looks the
same. Sizes are in pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from otrec.graph.order import Item, untangled
from otrec.graph.shapes import LINE, PADDING, Box, Caption, Curve, Picture, wrap
from otrec.graph.skill_map import Link, Node
from otrec.graph.telling import spoken
from otrec.graph.walk import View
from otrec.graph.wording import sentence

ROW_GAP, HEAD, MARGIN, LANE = 10.0, 30.0, 14.0, 22.0
#: How far apart links leave a box, and how far from it the marks of their lights stand, so that these do not touch.
FAN, MARK, MARK_SIZE = 13.0, 13.0, 12.0
#: Width of boxes and of the gaps between columns, for up to so many columns.
WIDTHS: Final = ((4, 176.0, 84.0), (5, 168.0, 60.0), (6, 150.0, 48.0), (99, 136.0, 40.0))
PHONE, EDGE, INDENT, FIRST_INDENT, STUB = 344.0, 8.0, 28.0, 44.0, 24.0
#: Bold letters are wider; the labels of chosen nodes are bold.
BOLD: Final = 0.9


def thickness(link: Link) -> float:
    """Strokes grow with strength; links without one are thin."""
    return 1.5 if link.strength is None else 1.2 + 4 * link.strength


Say = Callable[[str], str]


def _same(text: str) -> str:
    return text


def columns(shown: View, say: Say = _same) -> Picture:
    """A view from left to right in columns, for a wide screen.

    Parameters
    ----------
    say
        Turns heads, kinds and lights into another language.
    """
    stacks = _stacks(shown)
    width, gap = next((box, gap) for most, box, gap in WIDTHS if len(stacks) <= most)
    heights = [_stack_height(shown, stack, width) for stack in stacks]
    plan = _Plan(shown, _column_of(shown))
    for place, (stack, tall) in enumerate(zip(stacks, heights, strict=True)):
        corner = MARGIN + place * (width + gap), MARGIN + (max(heights) - tall) / 2
        _place(plan, stack, place, corner, width, say)
    boxes = sorted(plan.boxes.values(), key=lambda box: box.key != shown.focus)
    number = {box.key: place for place, box in enumerate(boxes)}
    anchors, taken = _anchors(plan), list[tuple[float, float]]()
    curves = tuple(_curve(plan, link, anchors, number, taken) for link in shown.links)
    wide = 2 * MARGIN + len(stacks) * width + (len(stacks) - 1) * gap
    return Picture(wide, max(heights) + 2 * MARGIN, tuple(boxes), curves, tuple(plan.captions))


@dataclass
class _Plan:
    """A picture in the making: the column of each node, then boxes, captions and lanes as they are placed."""

    shown: View
    at: dict[str, int]
    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[tuple[Link, int], tuple[float, float]] = field(default_factory=dict)
    captions: list[Caption] = field(default_factory=list)


def _place(plan: _Plan, stack: list[Item], place: int, corner: tuple[float, float], width: float, say: Say) -> None:
    x, y = corner
    for item in stack:
        if isinstance(item, str):
            plan.captions.append(Caption(say(item[1:]), x + width / 2, y + HEAD - 10))
            y += HEAD
        elif isinstance(item, Node):
            box = plan.boxes[item.key] = _box(plan.shown, item, x, y, width, say)
            y += box.height + ROW_GAP
        else:
            plan.lanes[item, place] = (x, y + LANE / 2)
            y += LANE


def _column_of(shown: View) -> dict[str, int]:
    return {name: place for place, column in enumerate(shown.columns) for group in column for name in group.nodes}


def _stacks(shown: View) -> list[list[Item]]:
    """What stands in each column from top to bottom: heads (after a #), nodes, and lanes for links that pass by."""
    stacks: list[list[Item]] = []
    for column in shown.columns:
        stack: list[Item] = []
        for group in column:
            stack += [f"#{group.head}"] if group.head else []
            stack += [shown.skills.nodes[name] for name in group.nodes]
        stacks.append(stack)
    at = _column_of(shown)
    for link in shown.links:
        low, high = sorted((at[link.source], at[link.target]))
        for between in range(low + 1, high):
            stacks[between].append(link)
    return stacks if shown.placed else untangled(stacks)


def _stack_height(shown: View, stack: list[Item], width: float) -> float:
    height = 0.0
    for item in stack:
        if isinstance(item, Node):
            height += _height(_lines(shown, item, width)) + ROW_GAP
        else:
            height += HEAD if isinstance(item, str) else LANE
    return height - ROW_GAP


def _height(lines: tuple[str, ...]) -> float:
    return 2 * PADDING + LINE * max(len(lines), 1)


def _lines(shown: View, node: Node, width: float) -> tuple[str, ...]:
    chosen = node.key in (shown.focus, shown.goal)
    return wrap(node.name, (width - 2 * PADDING) * (BOLD if chosen else 1))


def _box(shown: View, node: Node, x: float, y: float, width: float, say: Say) -> Box:
    lines = _lines(shown, node, width)
    told = spoken(shown, node, say)
    label = f"{say(node.kind.capitalize())}: {node.name}" + (f", {told}" if told else "")
    chosen = node.key in (shown.focus, shown.goal)
    return Box(node.key, node.kind, x, y, width, _height(lines), lines, label, chosen)


def _anchors(plan: _Plan) -> dict[tuple[Link, str], float]:
    """The height at which each link leaves each of its ends: spread over the side of the box, so that they fan out."""
    sides: dict[tuple[str, bool], list[Link]] = {}
    for link in plan.shown.links:
        for here in (link.source, link.target):
            sides.setdefault((here, plan.at[link.other(here)] > plan.at[here]), []).append(link)
    found: dict[tuple[Link, str], float] = {}
    for (here, _), links in sides.items():
        box = plan.boxes[here]
        links.sort(key=lambda link: plan.boxes[link.other(here)].middle)
        step = min(FAN, (box.height - 14) / max(1, len(links) - 1))
        for place, link in enumerate(links):
            found[link, here] = box.middle + step * (place - (len(links) - 1) / 2)
    return found


def _curve(
    plan: _Plan,
    link: Link,
    anchors: dict[tuple[Link, str], float],
    number: dict[str, int],
    taken: list[tuple[float, float]],
) -> Curve:
    at, shown = plan.at, plan.shown
    left, right = sorted((link.source, link.target), key=lambda name: at[name])
    start, stop = plan.boxes[left], plan.boxes[right]
    points = [(start.x + start.width, anchors[link, left])]
    for between in range(at[left] + 1, at[right]):
        x, y = plan.lanes[link, between]
        points += [(x, y), (x + start.width, y)]
    points.append((stop.x, anchors[link, right]))
    ends = (number[link.source], number[link.target])
    mark = _mark(points, taken, by_left=shown.focus == right) if link.light else points[-1]
    return Curve(_smooth(points), ends, thickness(link), link.light or "", mark, sentence(shown.skills, link))


def _mark(points: list[tuple[float, float]], taken: list[tuple[float, float]], by_left: bool) -> tuple[float, float]:
    """Where the mark of a light stands: beside one end, beside the other one or half way, wherever is room for it."""
    (x, y), (to_x, to_y) = points[0], points[1]
    half_way = ((x + to_x) / 2, (y + to_y) / 2)
    places = [(points[-1][0] - MARK, points[-1][1]), (x + MARK, y), half_way]
    places = [places[1], places[0], places[2]] if by_left else places
    free = [place for place in places if not any(_touch(place, other) for other in taken)]
    taken.append((free or places)[0])
    return taken[-1]


def _touch(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < MARK_SIZE and abs(one[1] - other[1]) < MARK_SIZE


def _smooth(points: list[tuple[float, float]]) -> str:
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        if y == to_y:
            path += f"H{to_x:.1f}"
        else:
            middle = (x + to_x) / 2
            path += f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return path


def tree(shown: View, say: Say = _same) -> Picture:
    """A view from top to bottom as a tree below its focus, for a phone."""
    root = _box(shown, shown.skills.nodes[shown.focus], EDGE, EDGE, PHONE - 2 * EDGE, say)
    boxes, captions, curves = [root], [], []
    spines: dict[int, str] = {}
    y = root.y + root.height + ROW_GAP
    for branch in shown.branches:
        if branch.head:
            captions.append(Caption(say(branch.head), PHONE / 2, y + HEAD - 10))
            y += HEAD
        x = FIRST_INDENT + INDENT * (branch.depth - 1)
        box = _box(shown, shown.skills.nodes[branch.node], x, y, PHONE - x - EDGE, say)
        boxes.append(box)
        parent = boxes[branch.parent + 1]
        spine, link = x - STUB, branch.link
        spines[branch.parent] = f"M{spine:.1f} {parent.y + parent.height:.1f}V{box.middle:.1f}"
        path = f"M{spine:.1f} {box.middle:.1f}H{x:.1f}"
        ends, mark = (branch.parent + 1, len(boxes) - 1), (spine, box.middle)
        curves.append(Curve(path, ends, thickness(link), link.light or "", mark, sentence(shown.skills, link)))
        y += box.height + ROW_GAP
    return Picture(PHONE, y + EDGE, tuple(boxes), tuple(curves), tuple(captions), tuple(spines.values()))
