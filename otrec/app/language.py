"""The interface in English and Spanish; what the library says stays in the language in which it was written.

English is the key: `say("Activities")` looks the text up in `es.yaml` when Spanish is chosen. A test collects every
text of the app and fails when one has no Spanish, so that nothing is left half translated.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import streamlit as st

from otrec.app import address
from otrec.models.yaml_text import parse_yaml

LANGUAGES: Final = {"en": "English", "es": "Español"}
KEY: Final = "v_lang"


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text -> text of that language; empty for English."""
    if language == "en":
        return {}
    found: dict[str, str] = parse_yaml((files("otrec.app") / f"{language}.yaml").read_text(encoding="utf-8"))
    return found


def chosen() -> str:
    """The language of this session: en or es."""
    given = st.session_state.get(KEY)
    if given is None:  # the first run of a session: the switch is not drawn yet, but the address may know
        given = st.query_params.get(KEY)
    return str(given) if given in LANGUAGES else "en"


def say(text: str, **values: object) -> str:
    """A text of the interface in the language of this session, its `{places}` filled."""
    told = catalogue(chosen()).get(text, text)
    return told.format(**values) if values else told


def choose() -> None:
    """The switch between languages; it may stand in the address."""
    address.opened(KEY, LANGUAGES)
    st.segmented_control(
        "Language · Idioma",
        list(LANGUAGES),
        format_func=lambda name: LANGUAGES[name],
        default=None if KEY in st.session_state else "en",
        required=True,
        key=KEY,
        persist_state="session",
        label_visibility="collapsed",
    )
    address.write(KEY, "en")
