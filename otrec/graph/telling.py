"""The same facts as the picture of a view: as sentences, as a table, and for those who hear it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from otrec.graph.skill_map import Link, Node
from otrec.graph.walk import View
from otrec.graph.wording import TYPES, gathering, sentence
from otrec.models.terms import Light
from otrec.models.wording import in_sentence

if TYPE_CHECKING:
    import pandas as pd

LIGHT_NAMES: Final = {
    "green": "Evidence green",
    "yellow": "Evidence yellow",
    "red": "Evidence red",
    "none found": "Evidence: none found",
    "": "By practice or definition: no finding sought",
}


@dataclass(frozen=True)
class Said:
    """A sentence about one link, or about several that say the same of many; `light` is that of the link."""

    text: str
    light: Light | None = None


def sentences(shown: View) -> tuple[Said, ...]:
    """Every link of a view in words: those that carry a reason one by one, nearest and strongest first,
    the others gathered.

    >>> from otrec import load_library
    >>> from otrec.graph import skill_map, view
    >>> [said.text for said in sentences(view(skill_map(load_library()), "tool:pop_beads"))][-1]
    'Pop beads are used in bilateral coordination tasks, bimanual training and hand strengthening.'
    """
    single: list[tuple[bool, float, Said]] = []
    beside = {link.other(shown.focus) for link in shown.links if shown.focus in (link.source, link.target)}
    gathered: dict[tuple[str, str, bool], list[Link]] = {}
    for link in shown.links:
        if link.why:
            far = shown.focus not in (link.source, link.target)
            single.append((far, -link.pull, Said(sentence(shown.skills, link), link.light)))
            continue
        subject = link.source
        if link.target == shown.focus or (link.source != shown.focus and link.target in beside):
            subject = link.target
        gathered.setdefault((subject, link.type, subject == link.source), []).append(link)
    several = (Said(gathering(shown.skills, subject, links)) for (subject, *_), links in gathered.items())
    return (*(said for *_, said in sorted(single, key=lambda item: item[:2])), *several)


def table(shown: View) -> pd.DataFrame:
    """Every link of a view as a row: both ends, type, strength, evidence, reason and sources.

    Strength, approach, reason and sources are left out as columns where no link has one.
    """
    import pandas as pd

    names = shown.skills.nodes
    rows = [
        {
            "from": names[link.source].name,
            "link": TYPES[link.type],
            "to": names[link.target].name,
            "strength": link.strength,
            "approach": link.basis,
            "evidence": link.light or "",
            "why": link.why,
            "sources": "; ".join(dict.fromkeys(finding.citation for finding in link.findings)),
        }
        for link in shown.links
    ]
    columns = ["from", "link", "to", "strength", "approach", "evidence", "why", "sources"]
    frame = pd.DataFrame(rows, columns=columns)
    told = [name for name in columns if name in ("from", "link", "to", "evidence") or frame[name].astype(bool).any()]
    return frame[told]


def spoken(shown: View, node: Node, say: Callable[[str], str]) -> str:
    """A node's strongest link in the view, for those who hear the picture: `strongest link 0.8, evidence yellow`."""
    touching = [link for link in shown.links if node.key in (link.source, link.target)]
    graded = [link for link in touching if link.strength is not None]
    best = max(graded, key=lambda link: link.pull, default=None)
    if best is None:
        return ""
    told = f"{say('strongest link')} {best.strength:g}"
    return f"{told}, {in_sentence(say(LIGHT_NAMES[best.light]))}" if best.light else told
