"""All of one's data: where it is, a file of all of it, and its end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from otrec.app import layout, signin
from otrec.app.caseload.files import SHEET
from otrec.app.keeping import kept, people, stripped
from otrec.app.language import say

if TYPE_CHECKING:
    from otrec.store import Desk

MADE: Final = "s_export"
#: Five is what `research_export` asks for by itself.
LEAST_ALIKE: Final = 5


def draw(found: Desk) -> None:
    """Where the database is, files to take along, how long records are kept, and the way to delete everything."""
    kept.told()
    _place(found)
    _files(found)
    alone = signin.person() is None
    people.retention(may_set=found.who.role == "administrator" or alone)
    _delete(found)


def _place(found: Desk) -> None:
    layout.section(say("Where it is kept"))
    size = kept.ask(lambda there: there.whole.size(), 0)
    told = say("{size} MB", size=f"{size / 1e6:.1f}")
    if signin.person() is None or found.who.role == "administrator":
        st.markdown(say("The database stands here, and is this large: {size}.", size=told))
        st.code(found.own.database.place, language=None, wrap_lines=True)
    else:
        st.markdown(say("On the server of your organisation. The whole database is this large: {size}.", size=told))


def _files(found: Desk) -> None:
    layout.section(say("Take it along"))
    st.markdown(say("Files are put together when you ask for them, and hold pseudonyms, never names."))
    _offered(
        "everything", say("Everything that is yours"), say("Clients with every version, records, plans; and the rest."),
        everything, f"otrec-{dt.date.today()}.json", "application/json",
    )  # fmt: skip
    if found.who.keeps_clients:
        _offered(
            "caseload", say("Your caseload as a workbook"), say("Clients, goals, points and sessions, for Excel."),
            caseload, f"otrec-caseload-{dt.date.today()}.xlsx", SHEET,
        )  # fmt: skip
        _offered(
            "stripped", say("Your records without identifiers"),
            say("No pseudonym, no free text, no date but its year: the 18 identifiers of Safe Harbor are taken out."),
            stripped.own, f"otrec-deidentified-{dt.date.today()}.json", "application/json",
        )  # fmt: skip
    if found.who.role == "researcher":
        k = int(
            st.number_input(
                say("At least so many clients who look alike"), 2, 50, LEAST_ALIKE, key="s_research_k", width=300,
                help=say("By age band, setting and conditions. Who stands alone is left out."),
            )
        )  # fmt: skip
        _offered(
            "research", say("Rows for research"),
            say("One a client and one a measurement, of the whole organisation; dates are shifted, codes random."),
            lambda there: stripped.research(there, k), f"otrec-research-{dt.date.today()}.xlsx", SHEET,
        )  # fmt: skip


def _offered(name: str, title: str, told: str, made: Callable[[Desk], bytes], file: str, kind: str) -> None:
    """A file that is put together on demand, and then offered; it is forgotten when another is asked for."""
    with st.container(border=True, key=f"row_export_{name}"):
        st.markdown(f"**{title}**  \n:small[{told}]")
        ready: tuple[str, bytes] | None = st.session_state.get(MADE)
        if ready and ready[0] == name:
            st.download_button(
                say("Save the file"), ready[1], file, kind, icon=":material/download:", key=f"s_export_{name}",
                on_click="ignore", type="primary",
            )  # fmt: skip
        else:
            st.button(say("Put the file together"), icon=":material/inventory_2:", key=f"s_make_{name}",
                      on_click=_make, args=(name, made))  # fmt: skip


def _make(name: str, made: Callable[[Desk], bytes]) -> None:
    st.session_state.pop(MADE, None)
    content = kept.ask(made, b"")
    if content:
        st.session_state[MADE] = (name, content)


def everything(found: Desk) -> bytes:
    """All that belongs to this person, as JSON."""
    from otrec import __version__

    whole = {"release": __version__, "made_at": dt.datetime.now(dt.UTC), **found.whole.content()}
    return json.dumps(whole, indent=1, ensure_ascii=False, default=str).encode()


def caseload(found: Desk) -> bytes:
    """One's own clients, and what is recorded of them, as a workbook."""
    from otrec.exchange import write_caseload

    mine = [one for archived in (False, True) for one in found.clients.every(archived=archived) if one.mine]
    files = [file for one in mine if (file := found.records.progress(one.id).file) is not None]
    return write_caseload([one.client for one in mine], "xlsx", files)


def _delete(found: Desk) -> None:
    layout.section(say("Delete everything that is yours"))
    count = kept.ask(lambda there: there.clients.count() + there.clients.count(archived=True), 0)
    with st.container(border=True, key="card_delete"):
        st.markdown(
            say(
                "Your clients ({count}) with all their records, your bags, favourites, activities, feedback, study "
                "progress and what the ranking learned. It cannot be undone. Copies made for back-up, and the audit, "
                "which holds ids alone, stay.",
                count=count,
            )
        )
        word = say("delete everything")
        given = st.text_input(say("To go on, write: {word}", word=word), key="s_delete_word", max_chars=40)
        st.button(say("Delete everything"), icon=":material/delete_forever:", key="s_delete",
                  disabled=(given or "").strip().casefold() != word, on_click=_erase, args=(word,))  # fmt: skip


def _erase(word: str) -> None:
    """Delete all of it, if the words stand there, and forget it in this session."""
    if (st.session_state.get("s_delete_word") or "").strip().casefold() != word:
        return
    if kept.change(lambda found: found.whole.erase()):
        view = {name: st.session_state[name] for name in ("v_lang", "v_settings") if name in st.session_state}
        stays = {name: st.session_state[name] for name in SIGNED_IN if name in st.session_state}
        signin.forget()
        st.session_state.update({**view, **stays, "s_erased": True, "s_kept_asked": True})


#: What says who is here; everything else of the session goes with the data.
SIGNED_IN: Final = ("s_desk", "s_who", "s_identity", "s_read")
