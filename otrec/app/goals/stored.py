"""The record of a client on the caseload, on the page Goals & progress: read from the database, and kept there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import desk
from otrec.app.caseload import kept, words
from otrec.app.goals import record
from otrec.app.language import say
from otrec.models import OtrecError
from otrec.progress import ProgressFile

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from otrec.store import Desk, KeptClient

#: The client whose record is open here, the version it was read with, and what it said then.
FROM: Final = record.STORED
PLACE: Final = "record"


def open_record(there: Desk, client: KeptClient) -> None:
    """Read a client's record and put it onto the page; a first goal to fill in where there is none."""
    found = there.records.progress(client.id)
    fields = record.as_fields(found.file) if found.file else record.blank(client.client.id)
    record.put({**fields, "client": client.client.id})
    st.session_state[FROM] = {"id": client.id, "version": found.version, "file": found.file}
    st.session_state["s_record_goal"] = 0
    for key in ("s_record_behind", f"s_told_{PLACE}", f"s_warned_{PLACE}"):
        st.session_state.pop(key, None)
    if found.file is None:
        st.session_state["s_open_goal"] = True


def follow() -> None:
    """Begin with the record of the client in the form, where nothing else was begun here."""
    there = kept.current()
    there = None if there is not None and kept.gone(there) else there
    untouched = record.RECORD not in st.session_state or record.is_example()
    if there is None or st.session_state.get("s_record_followed") == there.id:
        return
    if untouched or not unkept():
        st.session_state["s_record_followed"] = there.id
        if (st.session_state.get(FROM) or {}).get("id") != there.id and (untouched or FROM in st.session_state):
            desk.attempt(PLACE, lambda found: open_record(found, there))


def unkept() -> bool:
    """Whether the record says something else than what was read; also while it cannot be read."""
    held: dict[str, Any] | None = st.session_state.get(FROM)
    if held is None:
        return True
    file = record.checked()
    if held["file"] is None:
        return isinstance(file, ProgressFile)
    return isinstance(file, OtrecError) or _without_client(file) != _without_client(held["file"])


def _without_client(file: ProgressFile) -> tuple[Any, Any]:
    return file.goals, file.sessions


def owner() -> KeptClient | None:
    """The client of the caseload whose record is open here."""
    held: dict[str, Any] = st.session_state.get(FROM) or {}
    return kept.known(held.get("id"))


def draw(place: DeltaGenerator) -> None:
    """The button that keeps the record, and what stands against it."""
    there = owner()
    if there is None:
        return
    changed = unkept()
    with place:
        if there.may_write:
            st.button(
                say("Keep on my caseload"), icon=":material/save:", key="s_record_keep", on_click=_keep,
                disabled=not changed or isinstance(record.checked(), OtrecError),
            )  # fmt: skip


def told(place: DeltaGenerator) -> str:
    """In one sentence, where the record of a kept client stands; empty for any other record."""
    there = owner()
    with place:
        if sentence := st.session_state.get("s_record_behind"):
            st.error(sentence, icon=":material/sync_problem:")
            st.caption(
                say("What you typed still stands below. Save it as a file before you open the other, to compare.")
            )
            st.button(say("Open what is kept"), icon=":material/refresh:", key="s_record_theirs", on_click=_reopen)
        words.warned(PLACE, _keep)
        desk.told(PLACE)
    if there is None:
        return ""
    if not there.may_write:
        return say("Record of {client}, shown to you to read.", client=there.client.id)
    if unkept():
        return say("Record of {client}, from your caseload. Changes are not kept yet.", client=there.client.id)
    return say("Record of {client}, kept on your caseload.", client=there.client.id)


def _keep() -> None:
    held, file = st.session_state.get(FROM), record.checked()
    if held is None or isinstance(file, OtrecError):
        return
    if not words.may_be_kept(PLACE, words.of_record(file) - words.of_record(held["file"])):
        return

    def act(there: Desk) -> None:
        from otrec.store import ConflictError

        try:
            version = there.records.keep(held["id"], file, version=held["version"])
        except ConflictError as error:
            st.session_state["s_record_behind"] = str(error)
            return
        st.session_state.pop("s_record_behind", None)
        st.session_state[FROM] = {**held, "version": version, "file": file}

    desk.attempt(PLACE, act)


def _reopen() -> None:
    there = owner()
    if there is not None:
        desk.attempt(PLACE, lambda found: open_record(found, there))
