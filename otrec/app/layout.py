"""The pattern that every page follows: head, body, foot, and how an empty place looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from otrec.app import address, desk, door, language, state
from otrec.app.language import say
from otrec.models import OtrecError


def head(title: str, intro: str = "") -> None:
    """Title, one sentence on what the page is for, language switch and account; both texts already said."""
    with st.container(horizontal=True, vertical_alignment="top", key="head"):
        st.title(title, anchor=False)
        with st.container(width="content"):
            language.choose()
        door.account()
    if intro:
        st.markdown(intro)


def foot(*facts: str) -> None:
    """The line that closes every page."""
    library = state.engine().library
    st.divider()
    st.caption(
        " ".join(
            [
                *facts,
                say("Library {version}.", version=library.version),
                say("Decision support for a qualified person."),
                say("No clinician has reviewed this library yet; the therapist stays responsible."),
                *([] if language.chosen() == "en" else [say("What the library says is in English.")]),
            ]
        )
    )


def section(title: str) -> None:
    """The head of a part of a page."""
    st.header(title, anchor=False)


def empty(headline: str, next_step: str, icon: str = ":material/search_off:") -> None:
    """A place with nothing in it: what that means and what to do next."""
    with st.container(border=True, gap="small", key="empty"):
        st.markdown(icon)
        section(headline)
        st.markdown(next_step)


def refused(headline: str, error: OtrecError, icon: str = ":material/event_busy:") -> None:
    """What cannot be had and why, in the library's own words."""
    lines: Sequence[str] = getattr(error, "plain", str(error).splitlines())
    empty(headline, "\n\n".join(map(desk.plain, lines)), icon)


def switch(label: str, names: Mapping[str, str], key: str, *, shown: bool = False, first: str = "") -> str:
    """One of a few choices, kept in the session and in the address; the label is hidden unless it is to be shown."""
    default = first or next(iter(names))
    address.opened(key, names)
    chosen: str = st.segmented_control(  # type: ignore[assignment]  # one is required, so it is never None
        label,
        list(names),
        format_func=lambda name: say(names[name]),
        default=None if key in st.session_state else default,
        required=True,
        key=key,
        persist_state="session",
        label_visibility="visible" if shown else "collapsed",
    )
    address.write(key, default)
    return chosen


def pills(label: str, names: Mapping[str, str], key: str) -> list[str]:
    """Any of a few choices, kept in the session and in the address."""
    address.opened(key, names, several=True)
    chosen = st.pills(
        label,
        list(names),
        selection_mode="multi",
        format_func=lambda name: say(names[name]),
        key=key,
        persist_state="session",
        wrap=True,
    )
    address.write(key)
    return chosen


def announce(text: str, *, shown: bool = True, place: str = "") -> None:
    """Say to a screen reader, politely, what has changed; the sighted read it too if `shown`.

    When `place` differs from the last one, the page goes back to its top.
    """
    data = {"text": text, "lang": language.chosen(), "shown": shown, "place": place}
    _ANNOUNCER(data=data, key="s_announcer")


_ANNOUNCER = st.components.v2.component(
    "otrec_announcer",
    html='<p role="status" aria-live="polite"></p>',
    css="""
    p { margin: 0; font-size: 0.9rem; line-height: 1.5; color: var(--st-text-color); opacity: 0.85; }
    p.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    """,
    js="""
    export default function ({ parentElement, data }) {
      document.documentElement.lang = data.lang;
      const place = parentElement.querySelector("p");
      if (place.textContent !== data.text) place.textContent = data.text;
      place.classList.toggle("quiet", !data.shown);
      if (place.dataset.place !== undefined && place.dataset.place !== data.place)
        document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
      place.dataset.place = data.place;
    }
    """,
)
