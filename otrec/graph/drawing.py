"""A picture of the graph as a file: SVG that stands alone, and GraphML for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import Any, Final

from otrec.graph.shapes import FONT_SIZE, LINE, PADDING, Box, Caption, Curve, Picture, outline
from otrec.graph.telling import LIGHT_NAMES
from otrec.graph.walk import View
from otrec.graph.wording import TYPES

#: Every light has a colour, a dash and a mark, so that none is told by colour alone; "" is a link without findings.
INKS: Final = {"green": "#1a7a4c", "yellow": "#9a5b00", "red": "#b3261e", "none found": "#5f6664", "": "#858c88"}
DASHES: Final = {"green": "", "yellow": "9 4", "red": "3 3", "none found": "1.5 5", "": ""}
FILLS: Final = {
    "tool": "#f6e9cf",
    "technique": "#d6ece8",
    "barrier": "#f8ded6",
    "occupation": "#dde6f5",
    "activity": "#e9e0f3",
}
PAPER, INK, RIM, CHOSEN = "#fffdf9", "#0f1211", "#6d7370", "#0b625b"
LEGEND_WIDTH, LEGEND_ROW = 180.0, 26.0


def to_svg(picture: Picture, title: str, note: str = "", words: Mapping[str, str] | None = None) -> str:
    """A picture as an SVG file that stands alone: light background, title, legend.

    Parameters
    ----------
    title, note
        What the picture shows, and the line below its legend.
    words
        Names of kinds and lights in another language, from English.

    >>> from otrec import load_library
    >>> from otrec.graph import skill_map, view
    >>> from otrec.graph.layout import columns
    >>> to_svg(columns(view(skill_map(load_library()), "tool:therapy_putty")), "Putty & co")[:38]
    '<svg xmlns="http://www.w3.org/2000/svg'
    """
    said = words or {}
    legend, tall = _legend(picture, {**LIGHT_NAMES, **{kind: kind.capitalize() for kind in FILLS}}, said)
    top, width = 52.0, max(picture.width, 2 * LEGEND_WIDTH)
    height = top + picture.height + tall + (30 if note else 8)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" font-family="system-ui, Helvetica, Arial, sans-serif" '
        f'font-size="{FONT_SIZE:g}"><title>{escape(title)}</title><rect width="100%" height="100%" fill="{PAPER}"/>',
        f'<text x="14" y="34" font-size="19" font-weight="700" fill="{INK}">{escape(title)}</text>',
        f'<g transform="translate(0 {top:g})">',
        *map(_caption, picture.captions),
        *(f'<path d="{path}" fill="none" stroke="{INKS[""]}" stroke-width="1.5"/>' for path in picture.spines),
        *map(_curve, picture.curves),
        *map(_box, picture.boxes),
        "</g>",
        f'<g transform="translate(14 {top + picture.height:g})">{legend}</g>',
        f'<text x="14" y="{height - 14:g}" font-size="11" fill="{INK}">{escape(note)}</text>' if note else "",
        "</svg>",
    ]
    return "".join(parts)


def _caption(caption: Caption) -> str:
    where = f'x="{caption.x:.1f}" y="{caption.y:.1f}"'
    return f'<text {where} text-anchor="middle" font-weight="700" fill="{INK}">{escape(caption.text)}</text>'


def _line(path: str, light: str, width: float) -> str:
    dash = f' stroke-dasharray="{DASHES[light]}"' if DASHES[light] else ""
    return f'<path d="{path}" fill="none" stroke="{INKS[light]}" stroke-width="{width:.1f}"{dash}/>'


def _curve(curve: Curve) -> str:
    line = _line(curve.path, curve.light, curve.width)
    return f"<g><title>{escape(curve.told)}</title>{line}{mark(curve.light, *curve.mark)}</g>"


#: The mark of a light as two paths, an open one and a filled one: disc, half disc, cross, ring.
_RING: Final = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
MARKS: Final = {
    "green": ("", _RING),
    "yellow": (_RING, "M0 -5A5 5 0 0 0 0 5z"),
    "red": ("M-5 -5L5 5M5 -5L-5 5", ""),
    "none found": (_RING, ""),
}


def mark(light: str, x: float, y: float) -> str:
    """The mark of a light as SVG; nothing where no finding is sought."""
    ink, parts = INKS[light], []
    for path, fill in zip(MARKS.get(light, ()), (PAPER, ink), strict=False):
        if path:
            parts.append(f'<path d="{path}" fill="{fill}" stroke="{ink}" stroke-width="2"/>')
    return f'<g transform="translate({x:.1f} {y:.1f})">{"".join(parts)}</g>' if parts else ""


def _box(box: Box) -> str:
    rim = f'stroke="{CHOSEN}" stroke-width="3"' if box.focus else f'stroke="{RIM}" stroke-width="1"'
    shape = f'<path d="{box.outline}" fill="{FILLS[box.kind]}" {rim}/>'
    weight = ' font-weight="700"' if box.focus else ""
    middle, first = box.x + box.width / 2, box.y + PADDING + LINE - 4
    lines = "".join(
        f'<tspan x="{middle:.1f}" y="{first + LINE * row:.1f}">{escape(line)}</tspan>'
        for row, line in enumerate(box.lines)
    )
    return f'<g>{shape}<text text-anchor="middle" fill="{INK}"{weight}>{lines}</text></g>'


def _legend(picture: Picture, names: dict[str, str], said: Mapping[str, str]) -> tuple[str, float]:
    """Only what the picture holds: its kinds by shape and its lights by stroke and mark."""
    kinds = [kind for kind in FILLS if any(box.kind == kind for box in picture.boxes)]
    lights = [light for light in LIGHT_NAMES if any(curve.light == light for curve in picture.curves)]
    signs = [f'<path d="{outline(kind, 0, -9, 32, 18)}" fill="{FILLS[kind]}" stroke="{RIM}"/>' for kind in kinds] + [
        _line("M0 0H32", light, 3) + mark(light, 16, 0) for light in lights
    ]
    per_row = max(1, int((picture.width - 14) // LEGEND_WIDTH))
    parts = []
    for place, (sign, name) in enumerate(zip(signs, [*kinds, *lights], strict=True)):
        x, y = place % per_row * LEGEND_WIDTH, 20 + place // per_row * LEGEND_ROW
        told = escape(said.get(names[name], names[name]))
        parts.append(f'<g transform="translate({x:g} {y:g})">{sign}<text x="40" y="4" fill="{INK}">{told}</text></g>')
    return "".join(parts), 20 + LEGEND_ROW * -(-len(signs) // per_row)


def as_data(picture: Picture) -> dict[str, Any]:
    """A picture as plain lists and dictionaries, for a page that draws it itself."""
    return {
        "width": round(picture.width, 1),
        "height": round(picture.height, 1),
        "boxes": [{**vars(box), "lines": list(box.lines), "outline": box.outline} for box in picture.boxes],
        "curves": [vars(curve) for curve in picture.curves],
        "captions": [vars(caption) for caption in picture.captions],
        "spines": list(picture.spines),
    }


def to_graphml(shown: View) -> str:
    """A view as GraphML, which Gephi, Cytoscape, yEd and networkx read; lists are joined by `; `."""
    import networkx as nx

    graph = nx.MultiDiGraph(library_version=shown.skills.version)
    for node in shown.nodes:
        aliases = "; ".join(node.aliases)
        graph.add_node(node.key, kind=node.kind, name=node.name, definition=node.definition, aliases=aliases)
    for link in shown.links:
        facts = {
            "type": TYPES[link.type],
            "strength": link.strength,
            "approach": link.basis,
            "evidence": link.light or "",
            "why": link.why,
            "sources": "; ".join(finding.citation for finding in link.findings),
        }
        kept = {name: value for name, value in facts.items() if value is not None}
        graph.add_edge(link.source, link.target, key=link.type, **kept)
    target = BytesIO()
    nx.write_graphml(graph, target)
    return target.getvalue().decode("utf-8")
