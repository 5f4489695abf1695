"""Tagged PDF and pictures of pages by typst. Text goes in as data, so that none of it can act as markup."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from otrec.handout.blocks import is_foreign
from otrec.models import OptionError

if TYPE_CHECKING:
    import typst

    from otrec.handout.sheet import Handout

#: What typst says of a character that no font holds.
_MISSING: Final = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_BARE: Final = b"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: ("DejaVu Sans", "Libertinus Serif"))
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.mm) * 1mm)"""


@cache
def _fonts() -> typst.Fonts:
    """DejaVu Sans as matplotlib ships it, found without importing matplotlib; typst's own fonts behind it."""
    import typst

    found = find_spec("matplotlib")
    places = found.submodule_search_locations if found else None
    folders = [Path(place) / "mpl-data" / "fonts" / "ttf" for place in places or ()]
    return typst.Fonts(include_system_fonts=False, font_paths=[str(place) for place in folders if place.is_dir()])


@cache
def _template() -> bytes:
    return (files("otrec.handout") / "handout.typ").read_bytes()


def data_of(handout: Handout) -> dict[str, Any]:
    """A handout as plain data for the template."""
    look = handout.look
    blocks = [
        block.model_dump() | {"foreign": handout.foreign if is_foreign(block, look.language) else ""}
        for block in handout.blocks
    ]
    return {
        "title": handout.title,
        "language": look.language,
        "paper": "a4" if look.paper == "a4" else "us-letter",
        "large": look.large,
        "footer": handout.footer,
        "page": look.say("Page"),
        "blocks": blocks,
    }


def make_pdf(handout: Handout) -> bytes:
    """A PDF/UA-1 file; refuses characters that the fonts lack."""
    found = _compile(handout, format="pdf", pdf_standards="ua-1", timestamp=0)
    assert isinstance(found, bytes)
    return found


def make_pages(handout: Handout, ppi: int) -> list[bytes]:
    """Each page as PNG."""
    make_pdf(handout)  # a picture would show an empty frame for a missing character: refuse it here too
    found = _compile(handout, format="png", ppi=float(ppi))
    return found if isinstance(found, list) else [found]


def _compile(handout: Handout, **options: Any) -> Any:
    import typst

    inputs = {"data": json.dumps(data_of(handout), ensure_ascii=False)}
    try:
        return typst.compile(_template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs, **options)
    except typst.TypstError as error:
        raise _told(error, handout) from None


def _told(error: Exception, handout: Handout) -> Exception:
    missing = _MISSING.search(str(error))
    if not missing:
        return error
    shown = missing.group(1)
    names = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in dict.fromkeys(shown))
    return OptionError(f"the fonts at hand cannot print {names}; leave it out of the text, or use the Word document")


@lru_cache(maxsize=256)
def png_of(svg: str, width_mm: int, ppi: int = 220) -> bytes:
    """An SVG drawing as PNG, for Word, which reads no SVG everywhere."""
    import typst

    inputs = {"svg": svg, "mm": str(width_mm)}
    found = typst.compile(
        _BARE, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs, format="png", ppi=float(ppi)
    )
    assert isinstance(found, bytes)
    return found
