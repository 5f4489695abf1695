"""The desk of this browser session, through which the database is reached."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import signin
from otrec.app.language import say
from otrec.models import OtrecError

if TYPE_CHECKING:
    from otrec.store import Desk

#: Why the database could not be opened, and when that was tried, in seconds of a clock that only runs forward.
FAILED: Final = "s_desk_failed"
#: A database that cannot be opened is not tried again for so long, as each try may take seconds.
PAUSE: Final = 15.0


def desk() -> Desk | None:
    """The desk of the person who is here; None if nobody is, or the database cannot be opened."""
    tried, _ = st.session_state.get(FAILED, (None, ""))
    if tried is not None and time.monotonic() - tried < PAUSE:
        return None
    try:
        found = signin.who()
    except OtrecError as error:
        st.session_state[FAILED] = (time.monotonic(), str(error))
        return None
    st.session_state.pop(FAILED, None)
    return found


def problem() -> str:
    """Why there is no desk, in a sentence."""
    _, told = st.session_state.get(FAILED, (None, ""))
    return told or say("Nobody is signed in any more. Load the page again and sign in.")


def retry() -> None:
    """Try the database again at once."""
    st.session_state.pop(FAILED, None)


def attempt(place: str, act: Callable[[Desk], Any]) -> bool:
    """Do something at the desk as it is now; says whether it was done. Why not is told at that place of the page."""
    there = desk()
    if there is None:
        refuse(place, problem())
        return False
    try:
        act(there)
    except OtrecError as error:
        refuse(place, str(error))
        return False
    st.session_state.pop(f"s_told_{place}", None)
    return True


def refuse(place: str, sentence: str) -> None:
    """Leave a sentence for a place of the page, to be told when it is drawn."""
    st.session_state[f"s_told_{place}"] = sentence


def told(place: str) -> None:
    """What went wrong there at the last attempt, once."""
    sentence = st.session_state.pop(f"s_told_{place}", "")
    if sentence:
        st.error(plain(sentence), icon=":material/error:")


def plain(text: str) -> str:
    """Words of somebody's own inside markdown, shown as they were typed; what stands in `backticks` stays code.

    >>> print(plain("![x](http://127.0.0.1/a) is no day; see `otrec db check`"))
    !\\[x\\](http\\://127.0.0.1/a) is no day; see `otrec db check`
    """
    parts = re.split(r"(`[^`\n]+`)", text)
    return "".join(part if number % 2 else _SIGNS.sub(r"\\\g<0>", part) for number, part in enumerate(parts))


def verbatim(text: str) -> str:
    """Words as they were typed, whatever signs they hold; nothing of them is code.

    >>> print(verbatim("`a` *b*"))
    \\`a\\` \\*b\\*
    """
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|~<>:$" else sign for sign in text)


#: What markdown could read as more than itself: a colon only before a word, an underscore only at the edge of one.
_SIGNS: Final = re.compile(r"[\\$*\[\]~<#|`&]|:(?=[\w/])|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")
