"""What a picture is made of: boxes, curves and captions, and how a label fits a box. Sizes are in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FONT_SIZE, LINE, PADDING = 13.0, 16.0, 9.0
MOST_LINES: Final = 3
#: Widths of letters as shares of the font size, for the sans serif fonts that browsers use; on the wide side.
NARROW, WIDE, CAPITAL, OTHER = 0.34, 0.9, 0.72, 0.585


@dataclass(frozen=True)
class Box:
    """A node in a picture; `label` is for those who hear it."""

    key: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    label: str
    focus: bool

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def outline(self) -> str:
        """The shape of its kind as an SVG path: kinds can be told apart without colour."""
        return outline(self.kind, self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Curve:
    """A link in a picture: its path, the numbers of the boxes it joins, and where the mark of its light stands."""

    path: str
    ends: tuple[int, int]
    width: float
    light: str
    mark: tuple[float, float]
    told: str


@dataclass(frozen=True)
class Caption:
    """The head of a group."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """A view laid out: everything that a drawing needs."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    captions: tuple[Caption, ...]
    spines: tuple[str, ...] = ()


def outline(kind: str, x: float, y: float, width: float, height: float) -> str:
    """Tools are square, techniques round, barriers have cut corners, occupations soft ones, activities a folded one."""
    if kind in ("technique", "occupation"):
        r = min(height / 2, 20.0) if kind == "technique" else 7.0
        arc = f"a{r:g} {r:g} 0 0 1 "
        return (
            f"M{x + r:g} {y:g}h{width - 2 * r:g}{arc}{r:g} {r:g}v{height - 2 * r:g}{arc}{-r:g} {r:g}"
            f"h{2 * r - width:g}{arc}{-r:g} {-r:g}v{2 * r - height:g}{arc}{r:g} {-r:g}z"
        )
    corners = {"barrier": (9, 9, 9, 9), "activity": (0, 14, 0, 0)}.get(kind, (0, 0, 0, 0))
    a, b, c, d = corners
    right, bottom = x + width, y + height
    points = [(x, y + a), (x + a, y), (right - b, y), (right, y + b)]
    points += [(right, bottom - c), (right - c, bottom), (x + d, bottom), (x, bottom - d)]
    return "M" + "L".join(f"{px:g} {py:g}" for px, py in points) + "z"


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """About how wide a text is in pixels, rather too wide than too narrow."""

    def share(letter: str) -> float:
        if letter in "iljtfrI.,:;'()|- ":
            return NARROW
        if letter in "mwMW%@—":
            return WIDE
        return CAPITAL if letter.isupper() else OTHER

    return size * sum(share(letter) for letter in text)


def wrap(text: str, width: float, most: int = MOST_LINES) -> tuple[str, ...]:
    """A text in lines that fit a width; what does not fit ends in an ellipsis.

    >>> wrap("Reduced hand sensation or touch discrimination", 158)
    ('Reduced hand sensation', 'or touch discrimination')
    """
    lines = [""]
    for word in text.replace("/", "/ ").split():
        longer = f"{lines[-1]} {word}".strip().replace("/ ", "/")
        if lines[-1] and text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        last = lines[most - 1]
        while " " in last and text_width(f"{last} …") > width:
            last = last.rpartition(" ")[0]
        lines = [*lines[: most - 1], f"{last} …"]
    return tuple(lines)
