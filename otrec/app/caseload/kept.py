"""Which client of the caseload stands in the form, whether the form has changed since, and how it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import desk, state
from otrec.app.caseload import words
from otrec.app.goals import record
from otrec.app.language import say
from otrec.models import Client, OtrecError

if TYPE_CHECKING:
    import uuid

    from otrec.store import Desk, KeptClient

#: The id of the client in the form, if it is one of the caseload.
KEPT: Final = state.KEPT
#: The clients that were opened in this session, by id, each as it was opened or saved last.
KNOWN: Final = "s_known"
#: The id of the client whose record is open on the Caseload page.
OPEN: Final = "s_client"
#: The version that the form was opened with is no longer the newest one.
BEHIND: Final = "s_behind"
#: What was carried over from last time, with the id of the client it belongs to.
LAST: Final = "s_from_last"
#: The page on which the form stood at the last run, where that page notes it.
FORM_ON: Final = "s_form_on"
#: Whether the words that wait to be confirmed are to be kept also where somebody else saved meanwhile.
NEWEST: Final = "s_keep_newest"


def current() -> KeptClient | None:
    """The client in the form as kept, or None where the form holds nobody of the caseload."""
    return known(st.session_state.get(KEPT))


def known(client_id: uuid.UUID | None) -> KeptClient | None:
    found: KeptClient | None = st.session_state.get(KNOWN, {}).get(client_id)
    return found


def learn(client: KeptClient) -> None:
    """Note how a client is kept now."""
    st.session_state[KNOWN] = {**st.session_state.get(KNOWN, {}), client.id: client}


def forget(client_id: uuid.UUID) -> None:
    """A client that is no longer there: the form stays as it is and belongs to nobody."""
    st.session_state[KNOWN] = {name: one for name, one in st.session_state.get(KNOWN, {}).items() if name != client_id}
    for key in (KEPT, OPEN):
        if st.session_state.get(key) == client_id:
            st.session_state.pop(key)


def gone(client: KeptClient) -> bool:
    """Whether a client is no longer this person's to see; then nothing that a colleague had shown stays here."""
    from otrec.store import MissingError

    there = desk.desk()
    if there is None:
        return False
    try:
        there.sharing.of(client.id)
    except MissingError:
        forget(client.id)
        if not client.mine:
            _wipe(client)
        return True
    except OtrecError:
        return False
    return False


def _wipe(client: KeptClient) -> None:
    """Take a client out of form, record and undo."""
    held = st.session_state
    starts = ["s_seen_"]
    if held.get("p_id") == client.client.id:
        starts += ["p_", "s_undo", "s_last", "s_plan", LAST]
    if (held.get(record.STORED) or {}).get("id") == client.id:
        starts += ["s_record", "s_rec_"]
    for key in [str(key) for key in held if str(key).startswith(tuple(starts))]:
        del held[key]


def look(client_id: uuid.UUID) -> bool:
    """Open a client's record on the Caseload page, as it is kept now."""

    def act(there: Desk) -> None:
        learn(there.clients.open(client_id))
        for key in [key for key in st.session_state if str(key).startswith("s_seen_")]:
            del st.session_state[key]
        st.session_state[OPEN] = client_id

    return desk.attempt("caseload", act)


def into_form(client: KeptClient, profile: Client | None = None) -> None:
    """Put a client into the form of Explore; `profile` is a profile of theirs that is not kept yet."""
    state.put(profile or client.client)
    learn(client)
    st.session_state[KEPT] = client.id
    st.session_state.pop(BEHIND, None)
    st.session_state["s_example"] = None
    if st.session_state.get(LAST, {}).get("client", client.id) != client.id:  # wishes that came from somebody else
        st.session_state.pop(LAST)
        st.session_state.update({"s_include": [], "s_plan_repeat": False, "s_plan_minutes": None})


def carry(page: str) -> None:
    """Take the form over from another page: fields of the same name there are other fields to Streamlit, and empty."""
    if st.session_state.get(FORM_ON) != page:
        for key in [str(key) for key in st.session_state if str(key).startswith("p_")]:
            st.session_state[key] = st.session_state[key]


def profile() -> Client | OtrecError:
    """The client in the form, or what is wrong with the form."""
    try:
        return Client.parse(state.profile(), say("This profile"))
    except OtrecError as error:
        return error


def changed() -> bool:
    """Whether the form says something else than what is kept of its client."""
    there = current()
    return there is not None and profile() != there.client


def save(*, newest: bool = False) -> None:
    """Keep the form as the next version of its client; `newest` also where somebody else saved meanwhile."""
    there, client = current(), profile()
    if there is None:
        return
    if isinstance(client, OtrecError):
        return desk.refuse("kept", str(client))
    if not words.may_be_kept("kept", words.of_profile(client) - words.of_profile(there.client)):
        st.session_state[NEWEST] = newest
        return None

    def act(found: Desk) -> None:
        learn(found.clients.save(client, id=there.id, version=None if newest else there.version))

    _tried(act)
    return None


def save_all_the_same() -> None:
    """Keep the form although its words may identify somebody, in the way that was chosen before that was asked."""
    save(newest=bool(st.session_state.pop(NEWEST, False)))


def add(place: str, key: str) -> None:
    """Keep the client in the form as a new one, under the pseudonym that was typed."""
    made = add_client(place, {**state.profile(), "id": (st.session_state.get(key) or "").strip()})
    if made is not None:
        st.session_state["p_id"], st.session_state[KEPT] = made.client.id, made.id
        st.session_state.pop(BEHIND, None)


def add_client(place: str, fields: dict[str, Any]) -> KeptClient | None:
    """Keep a new client; a pseudonym that is taken is refused, so that nobody is overwritten."""
    try:
        client = Client.parse(fields, say("This profile"))
    except OtrecError as error:
        desk.refuse(place, str(error))
        return None
    if not words.may_be_kept(place, {client.id, *words.of_profile(client)}):
        return None
    made: list[KeptClient] = []

    def act(there: Desk) -> None:
        if not taken(there, client.id):
            made.append(there.clients.save(client, version=0))  # where somebody is after all, version 0 is refused

    if desk.attempt(place, act) and not made:
        desk.refuse(place, say("A client with this pseudonym is on your caseload already. Choose another one."))
    for one in made:
        learn(one)
    return made[0] if made else None


def taken(there: Desk, code: str) -> bool:
    """Whether one of this person's own clients has a pseudonym, also one that was put away."""
    return any(
        one.mine and one.code == code
        for archived in (False, True)
        for one in there.clients.page(code, archived=archived)
    )


def _tried(act: Any) -> None:
    """Save, and note it when the form is behind what is kept."""

    def acted(there: Desk) -> None:
        from otrec.store import ConflictError

        try:
            act(there)
        except ConflictError as error:
            st.session_state[BEHIND] = str(error)
        else:
            st.session_state.pop(BEHIND, None)

    desk.attempt("kept", acted)


def reopen() -> None:
    """Put what is kept now into the form, in place of what was typed; an undo brings that back."""
    there = current()
    if there is not None and look_again(there.id):
        into_form(st.session_state[KNOWN][there.id])


def look_again(client_id: uuid.UUID) -> bool:
    """Read a client anew."""
    return desk.attempt("kept", lambda there: learn(there.clients.open(client_id)))
