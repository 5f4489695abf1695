"""Free words before they are kept: likely identifiers are pointed out, and the person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import streamlit as st

from otrec.app.language import say
from otrec.models import Client
from otrec.progress import ProgressFile

#: Fields of a record that hold words of somebody's own, at whatever depth.
FREE: Final = frozenset(("text", "unit", "label", "setting", "note", "grade", "words", "observations", "next_step"))


def of_profile(client: Client) -> set[str]:
    """What was typed into a profile in free words, besides the pseudonym."""
    typed = {*client.interests, *(done.name for done in client.assessments)}
    typed |= {part for routine in client.routines for part in (routine.when, routine.with_whom)}
    return {text for text in typed if text}


def of_record(file: ProgressFile | None) -> set[str]:
    """What was typed into a progress record in free words."""
    return set() if file is None else set(_free(file.model_dump(mode="json"), ""))


def _free(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for inner, part in value.items():
            yield from _free(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from _free(part, name)
    elif isinstance(value, str) and value and name in FREE:
        yield value


def may_be_kept(place: str, texts: Iterable[str]) -> bool:
    """Whether texts may be kept: nothing was found in them, or these very words were confirmed.

    Otherwise the warning waits for `warned`, drawn at the same place.
    """
    from otrec.privacy import warning_for

    asked = "\n".join(sorted(texts))
    waiting = st.session_state.pop(f"s_warned_{place}", None)
    told = warning_for(asked) if asked else None
    confirmed = f"s_confirmed_{place}"
    if told is None or asked == st.session_state.get(confirmed):
        return True
    if waiting is not None and waiting[0] == asked:
        st.session_state[confirmed] = asked  # what fails afterwards is tried again without asking again
        return True
    st.session_state[f"s_warned_{place}"] = (asked, told)
    return False


def warned(place: str, on_click: Callable[..., None], *given: Any) -> None:
    """The warning, if one waits, with the button that keeps the words all the same."""
    waiting = st.session_state.get(f"s_warned_{place}")
    if waiting is None:
        return
    with st.container(border=True, key=f"warned_{place}"):
        st.warning(waiting[1], icon=":material/privacy_tip:")
        st.button(
            say("Keep it all the same"), key=f"s_all_the_same_{place}", on_click=on_click, args=given,
            icon=":material/check:",
        )  # fmt: skip
