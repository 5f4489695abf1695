"""The picture of the skill graph as a component of our own: real elements, walked by mouse, finger or keyboard."""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import streamlit as st

from otrec.app.language import say
from otrec.graph.drawing import FILLS, MARKS, as_data, to_graphml, to_svg
from otrec.graph.layout import columns, tree
from otrec.graph.shapes import outline
from otrec.graph.telling import LIGHT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from otrec.graph import View
    from otrec.graph.shapes import Picture


@cache
def _component() -> Any:
    home = files("otrec.app.skillgraph")
    html, css, js = ((home / f"skillgraph.{end}").read_text(encoding="utf-8") for end in ("html", "css", "js"))
    return st.components.v2.component("otrec.skillgraph", html=html, css=css, js=js)


def words() -> dict[str, str]:
    """The words inside a picture in the language of this session, from their English."""
    return {
        "Tool": say("Tool"),
        "Technique": say("Technique"),
        "Barrier": say("Barrier"),
        "Occupation": say("Occupation"),
        "Activity": say("Activity"),
        "Tools": say("Tools"),
        "Techniques": say("Techniques"),
        "Barriers": say("Barriers"),
        "Occupations": say("Occupations"),
        "Activities": say("Activities"),
        "Look at first": say("Look at first"),
        "Come after it": say("Come after it"),
        "Part of": say("Part of"),
        "Its parts": say("Its parts"),
        "Can stand in for": say("Can stand in for"),
        "Can be replaced by": say("Can be replaced by"),
        "One link further": say("One link further"),
        "strongest link": say("strongest link"),
        "Evidence green": say("Evidence green"),
        "Evidence yellow": say("Evidence yellow"),
        "Evidence red": say("Evidence red"),
        "Evidence: none found": say("Evidence: none found"),
        "By practice or definition: no finding sought": say("By practice or definition: no finding sought"),
    }


def _buttons() -> dict[str, str]:
    return {
        "out": say("Zoom out"),
        "in": say("Zoom in"),
        "fit": say("Fit to width"),
        "png": say("Save as PNG picture"),
        "svg": say("Save as SVG drawing"),
        "graphml": say("Save as GraphML for other programs"),
        "stage": say("Picture of the skill graph"),
        "hint": say(
            "Thicker lines are stronger links. Click a node to walk there, or use the arrow keys and press Enter."
        ),
        "saved": say("Saved"),
    }


def draw(shown: View, title: str, said: str, file: str, on_walk: Callable[[str], None], key: str) -> None:
    """Draw a view; walking to a node calls `on_walk` with its key.

    Parameters
    ----------
    title
        What the picture shows; it heads the saved files too.
    said
        What a screen reader hears after the picture has changed.
    file
        Name of saved files, without ending.
    """
    told = words()
    wide, narrow = columns(shown, lambda text: told.get(text, text)), tree(shown, lambda text: told.get(text, text))
    note = say("“Linked to” never means “causes”. otrec library {version}.", version=shown.skills.version)
    svg = to_svg(wide, title, note, told)
    data = {
        "columns": as_data(wide),
        "tree": as_data(narrow),
        "svg": svg,
        "graphml": to_graphml(shown),
        "title": title,
        "said": said,
        "file": file,
        "words": _buttons(),
        "marks": MARKS,
        **_legend(wide, told),
    }
    data["token"] = sha1(f"{said}{svg}{data['words']}".encode(), usedforsecurity=False).hexdigest()

    def walked() -> None:
        chosen = st.session_state[key].get("walked")
        if chosen:
            on_walk(chosen)

    _component()(key=key, data=data, on_walked_change=walked)


def _legend(picture: Picture, told: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    kinds = [kind for kind in FILLS if any(box.kind == kind for box in picture.boxes)]
    lights = [light for light in LIGHT_NAMES if any(curve.light == light for curve in picture.curves)]
    return {
        "kinds": [
            {"name": told[kind.capitalize()], "kind": kind, "outline": outline(kind, 0, 0, 30, 18)} for kind in kinds
        ],
        "lights": [{"name": told[LIGHT_NAMES[light]], "light": light} for light in lights],
    }
