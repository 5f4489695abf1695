"""Who saw or changed a client, when, and what was done: entries that only grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from otrec.app.caseload.history import logins
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient

#: What the audit calls an action -> how it is said here.
ACTIONS: Final = {
    "added client": "added the client", "opened client": "opened the record", "changed profile": "changed the profile",
    "opened history": "looked at the history", "set next session": "set the next session",
    "archived client": "put the client away", "took client back": "took the client back",
    "changed record": "changed goals or sessions", "added points": "added points", "added session": "added a session",
    "kept plan": "kept a plan", "dropped plan": "deleted a plan", "shared client": "shared the client",
    "withdrew client": "withdrew the client", "gave feedback": "gave feedback",
}  # fmt: skip


def draw(there: Desk, client: KeptClient) -> None:
    """The newest entries of this client; earlier ones on demand."""
    before: int | None = st.session_state.get(f"s_seen_before_{client.id}")
    found = there.office.audit(client.id, before=before)
    people = logins(there)
    rows = [
        {
            say("when"): f"{entry.at:%Y-%m-%d %H:%M} UTC",
            say("who"): say("you") if entry.person_id == there.who.person_id else people.get(entry.person_id, "–"),
            say("what"): say(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action,
        }
        for entry in found
    ]
    st.caption(say("It holds what was done and never a word of the record. Nothing in it can be changed or deleted."))
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Who saw or changed this client, when, and what"))
    with st.container(horizontal=True, gap="small"):
        if before is not None:
            st.button(say("The newest"), key="s_trail_newest", on_click=_to, args=(client, None))
        if found and found[-1].seq > 1 and found[-1].action != "added client":
            st.button(say("Earlier"), key="s_trail_earlier", on_click=_to, args=(client, found[-1].seq))


def _to(client: KeptClient, before: int | None) -> None:
    st.session_state[f"s_seen_before_{client.id}"] = before
