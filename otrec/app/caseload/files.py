"""A caseload from a sheet and into one: looked at first, row by row, and kept only when that is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from otrec.app import desk, feedback
from otrec.app.caseload import words
from otrec.app.language import say
from otrec.models import Client, OtrecError

if TYPE_CHECKING:
    from otrec.exchange import Preview
    from otrec.store import Desk

SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final = {"xlsx": ("Excel", SHEET), "csv": ("CSV", "text/csv")}
#: A file that was made, waiting to be fetched: its format and its bytes.
MADE: Final = "s_caseload_file"
#: So many rows with a problem are shown at once.
MOST_FAULTY: Final = 50


def draw(there: Desk) -> None:
    """Import and export; drawn only while it is open."""
    part = st.expander(
        say("Excel and CSV"), icon=":material/table_view:", key="s_caseload_files_open", on_change="rerun"
    )
    if not part.open:
        st.session_state.pop(MADE, None)
        return
    with part:
        _import(there)
        st.divider()
        _export()


def _import(there: Desk) -> None:
    from otrec.exchange import read_caseload, template

    library = feedback.engine().library
    st.markdown(f"**{say('Bring in a sheet')}**")
    st.caption(say("One row a client. You see every row first; nothing is kept before you say so."))
    st.download_button(
        say("An empty sheet to fill"), lambda: template("xlsx", library), "otrec_caseload.xlsx", SHEET,
        on_click="ignore", icon=":material/download:", key="s_sheet_template",
    )  # fmt: skip
    revision = st.session_state.get("s_sheet_revision", 0)
    given = st.file_uploader(say("A sheet (CSV or Excel)"), type=["csv", "xlsx"], key=f"s_sheet_{revision}")
    done = st.session_state.get("s_sheet_done")
    if given is None:
        if done:
            st.success(done, icon=":material/check_circle:")
        return
    st.session_state.pop("s_sheet_done", None)
    try:
        preview = _read(given.file_id, lambda: read_caseload(given.getvalue(), given.name, library))
    except OtrecError as error:
        st.error(str(error))
        return
    _preview(there, preview)


def _read(name: str, read: Any) -> Preview:
    """A sheet, read once."""
    held = st.session_state.get("s_sheet_read")
    if held is None or held[0] != name:
        held = (name, read())
        st.session_state["s_sheet_read"] = held
    found: Preview = held[1]
    return found


def _preview(there: Desk, preview: Preview) -> None:
    codes = {one.code for away in (False, True) for one in there.clients.every(archived=away) if one.mine}
    new = [client for client in preview.clients if client.id not in codes]
    st.markdown(
        say(
            "New: {new}. On your caseload already: {changed}. Left out for a problem: {faulty}.",
            new=len(new),
            changed=len(preview.clients) - len(new),
            faulty=len(preview.faulty),
        )
    )
    for line in (*preview.problems, *preview.notes, *preview.refused_columns, *preview.unknown_columns):
        st.text(line)
    _faulty(preview)
    _rows(preview, codes)
    if preview.clients:
        st.button(
            say("Keep these clients ({count})", count=len(preview.clients)), type="primary", icon=":material/save:",
            key="s_sheet_keep", on_click=_keep, args=(preview.clients,),
        )  # fmt: skip
        st.caption(say("For those whom you have already this becomes the next version; the versions before stay."))
    words.warned("sheet", _keep, preview.clients)
    desk.told("sheet")


def _faulty(preview: Preview) -> None:
    """What is wrong, row by row, in full."""
    if not preview.faulty:
        return
    with st.container(border=True, key="sheet_problems"):
        for row in preview.faulty[:MOST_FAULTY]:
            st.text("\n".join([say("Row {number}", number=row.number), *(f"– {line}" for line in row.problems)]))
        if len(preview.faulty) > MOST_FAULTY:
            st.markdown(say("{count} more", count=len(preview.faulty) - MOST_FAULTY))


def _rows(preview: Preview, codes: set[str]) -> None:
    rows = [
        {
            say("row"): row.number,
            say("pseudonym"): row.client.id if row.client else "",
            say("what happens"): _fate(row.client, codes),
        }
        for row in preview.rows
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Every row of the sheet and what happens to it"))


def _fate(client: Client | None, codes: set[str]) -> str:
    if client is None:
        return say("left out")
    return say("next version") if client.id in codes else say("new")


def _keep(clients: tuple[Client, ...]) -> None:
    """Keep all of them, or none."""
    texts = {text for client in clients for text in (client.id, *words.of_profile(client))}
    if not words.may_be_kept("sheet", texts):
        return
    if desk.attempt("sheet", lambda there: there.clients.save_all([(client, None, None) for client in clients])):
        st.session_state["s_sheet_done"] = say("Kept: {count}.", count=len(clients))
        st.session_state["s_sheet_revision"] = st.session_state.get("s_sheet_revision", 0) + 1
        st.session_state.pop("s_sheet_read", None)


def _export() -> None:
    st.markdown(f"**{say('Take a sheet along')}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="look_export"):
        kind = st.selectbox(
            say("Format"), list(TYPES), format_func=lambda name: TYPES[name][0], key="s_export_kind", width=140
        )
        st.button(say("Make the file"), icon=":material/table:", key="s_export_make", on_click=_make, args=(kind,))
        made = st.session_state.get(MADE)
        if made is not None:
            st.download_button(
                say("Fetch the file"), made[1], f"otrec_caseload.{made[0]}", TYPES[made[0]][1], on_click="ignore",
                icon=":material/download:", key="s_export_fetch",
            )  # fmt: skip
    st.caption(say("It holds the profiles of your clients, by pseudonym, without those whom you put away."))
    desk.told("export")


def _make(kind: str) -> None:
    from otrec.exchange import write_caseload

    def act(there: Desk) -> None:
        st.session_state[MADE] = (kind, write_caseload([one.client for one in there.clients.every() if one.mine], kind))

    desk.attempt("export", act)
