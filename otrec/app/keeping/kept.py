"""What this person's desk keeps: read once a session, changed through one door, and without a desk simply not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from otrec.app import desk
from otrec.models import OtrecError

if TYPE_CHECKING:
    from otrec.store import Bag, Desk, OwnActivity

T = TypeVar("T")
PROBLEM: Final = "s_keep_problem"
#: Names of what is read once: a change forgets it, so that the next look reads it anew.
FAVOURITES, BAGS, ACTIVITIES = "s_own_favourites", "s_own_bags", "s_own_activities"


def ask(act: Callable[[Desk], T], otherwise: T) -> T:
    """What the desk answers; `otherwise` without a desk, or when it cannot, which the page tells."""
    found = desk.desk()
    if found is None:
        return otherwise
    try:
        return act(found)
    except OtrecError as error:
        st.session_state[PROBLEM] = str(error)
        return otherwise


def change(act: Callable[[Desk], Any], *forget: str) -> bool:
    """Change something through the desk; says whether it was done. What was read of it is forgotten."""
    for name in forget:
        st.session_state.pop(name, None)

    def acted(found: Desk) -> bool:
        act(found)
        return True

    return ask(acted, otherwise=False)


def told() -> None:
    """What could not be kept or read, once."""
    problem = st.session_state.pop(PROBLEM, "")
    if problem:
        st.warning(problem, icon=":material/warning:")


def once(name: str, act: Callable[[Desk], T], otherwise: T) -> T:
    """What the desk answers, remembered in this session until it is changed here."""
    if name in st.session_state:
        found: T = st.session_state[name]
        return found
    answer = ask(lambda there: (act(there),), otherwise=None)
    if answer is None:
        return otherwise
    st.session_state[name] = answer[0]
    return answer[0]


def favourites() -> frozenset[str]:
    return once(FAVOURITES, lambda found: found.own.favourites(), frozenset())


def bags() -> tuple[Bag, ...]:
    return once(BAGS, lambda found: found.own.bags(), ())


def activities() -> tuple[OwnActivity, ...]:
    """One's own activities and those that colleagues share."""
    return once(ACTIVITIES, lambda found: found.own.activities(), ())
