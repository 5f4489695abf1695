"""Pictures beside words: the pictogram of a step, a line or a routine, as a drawing with its alt text."""

from __future__ import annotations

import re

from otrec.handout.blocks import Art
from otrec.handout.pictures import load_pictures, picture_for, svg
from otrec.models import UnknownIdError
from otrec.models.wording import nearest


def art_of(picture_id: str, language: str) -> Art:
    """The pictogram of an id.

    >>> art_of("cup", "en").alt
    'Cup'
    """
    known = load_pictures()
    if picture_id not in known:
        raise UnknownIdError(f"picture {picture_id!r} is not among the pictograms{nearest(picture_id, known)}")
    alt = known[picture_id].alt["es" if language == "es" else "en"]
    return Art(svg=svg(picture_id).decode("utf-8"), alt=alt)


def art_for(text: str, language: str) -> Art | None:
    """The pictogram that fits a text, or None: an empty place is better than a wrong picture."""
    found = picture_for(text)
    return art_of(found.id, language) if found else None


def art_for_line(text: str, language: str) -> Art | None:
    """The pictogram for a line that somebody typed; on a Spanish sheet its Spanish name is looked for first.

    >>> art_for_line("Leer un libro", "es").alt, art_for_line("Read a book", "en").alt
    ('Leer', 'Read')
    """
    if language == "es":
        named = [
            (found.start(), -len(picture.alt["es"]), place, name)
            for place, (name, picture) in enumerate(load_pictures().items())
            if (found := re.search(rf"\b{re.escape(picture.alt['es'])}\b", text, re.IGNORECASE))
        ]
        if named:
            return art_of(min(named)[-1], language)
    return art_for(text, language)
