"""A QR code for whatever a therapist gives: a link to a film of the exercise, the phone number of the clinic."""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from typing import Final

from otrec.handout.blocks import Art, Figure, ours
from otrec.handout.language import Translator

#: A longer content makes a code that phones read badly in print.
LONGEST: Final = 300


def qr_problems(content: str, private: Collection[str] = ()) -> list[str]:
    """What speaks against a content: its length, characters that cannot be seen, or a client id in it."""
    found = []
    if len(content) > LONGEST:
        found.append(f"qr: the content has {len(content)} characters; at most {LONGEST}. Give a short link")
    if not content.isprintable():
        found.append("qr: the content holds a line break or another character that cannot be seen; leave it out")
    if any(name and name in content for name in private):
        found.append("qr: the content holds the id of a client; a code can be read by anyone, so leave it out")
    return found


def qr_figure(content: str, say: Translator) -> Figure:
    """The code as a drawing that says where it leads."""
    import segno

    drawn = BytesIO()
    code = segno.make(content, error="m", micro=False)
    code.save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False, dark="#111", light="#fff")
    svg = drawn.getvalue().decode()
    told = say("Leads to: {content}").format(content=content)
    return Figure(art=Art(svg=svg, alt=say("QR code.") + " " + told), width_mm=30, caption=(ours(told, small=True),))
