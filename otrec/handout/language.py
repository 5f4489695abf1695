"""The words of sheets in English and Spanish, by gettext: English is the key; the Spanish is a `.po` kept as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

LANGUAGES: Final = ("en", "es")
DOMAIN: Final = "otrec"
Translator = Callable[[str], str]


def mark(text: str) -> str:
    """The text itself: marks a text of a table for translation, which happens where it is printed."""
    return text


@cache
def _catalogue(language: str) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    place = files("otrec.handout") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(place.read_bytes()), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translator(language: str) -> Translator:
    """A function from an English text to that of a language.

    >>> translator("en")("What you need"), translator("es")("What you need")
    ('What you need', 'Qué se necesita')
    """
    return mark if language == "en" else _catalogue(language).gettext
