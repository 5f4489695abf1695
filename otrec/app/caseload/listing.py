"""The list of clients: found by pseudonym, a page at a time, with what is needed to recognise each."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import desk, feedback, layout
from otrec.app.caseload import bar, files, kept, words
from otrec.app.language import say
from otrec.models.terms import SETTING_NAMES
from otrec.models.wording import in_words

if TYPE_CHECKING:
    from otrec.store import Desk, Listed

SIZE: Final = 25
MOST_BARRIERS: Final = 3
#: How far ahead a next session is told of above the list, in days.
AHEAD: Final = 7
#: So many of those are named, and so many are looked through: days that have gone by come first.
SHOWN, MOST_COMING = 6, 200
#: Pseudonym and id of the last client of each page before this one.
AFTER: Final = "s_caseload_after"


def draw(there: Desk) -> None:
    """The list with its tools."""
    layout.head(say("Caseload"), say("Whom you see, what was planned and done, and how it went; by pseudonym."))
    desk.told("caseload")
    if there.who.keeps_clients:
        _add()
    search, whose, archived = _asked(there)
    found = _page(there, search, whose, archived)
    if not found:
        return _nobody(there, search, archived)
    if not archived and whose == "mine" and not search:
        _coming(there)
    layout.announce(_told(found[:SIZE]), shown=False)
    for one in found[:SIZE]:
        _row(one)
    _turn(found)
    if there.who.keeps_clients and whose == "mine":
        files.draw(there)
    return None


def _add() -> None:
    with st.container(horizontal=True, gap="small", key="look_add"):
        with st.popover(say("New client"), icon=":material/person_add:", key="s_offer_blank"):
            _blank()
        if "p_id" in st.session_state and kept.current() is None:
            bar.offer("form", say("Add the client in the form"))


def _blank() -> None:
    bar.pseudonym("s_blank_code")
    age = st.number_input(
        say("Age"), 0.0, 120.0, value=None, step=0.5, format="%g", key="s_blank_age",
        help=say("In years; corrected age for a baby born early."),
    )  # fmt: skip
    place = st.selectbox(
        say("Setting"), list(SETTING_NAMES), format_func=lambda name: say(SETTING_NAMES[name]), key="s_blank_place"
    )
    st.button(say("Keep"), icon=":material/save:", key="s_keep_blank", on_click=_made, args=(age, place))
    words.warned("blank", _made, age, place)
    desk.told("blank")


def _made(age: float | None, place: str) -> None:
    if age is None:
        return desk.refuse("blank", say("How old is the client? Give the age in years."))
    code = (st.session_state.get("s_blank_code") or "").strip()
    made = kept.add_client("blank", {"id": code, "age_years": age, "setting": place})
    if made is not None:
        kept.look(made.id)
    return None


def _asked(there: Desk) -> tuple[str, str, bool]:
    """What is looked for: the beginning of a pseudonym, whose clients, and whether those who were put away."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="options"):
        search = st.text_input(
            say("Pseudonym begins with"), key="s_caseload_search", persist_state="session", on_change=_first, width=260
        )
        archived = st.toggle(
            say("Show who is put away"), key="s_caseload_archived", persist_state="session", on_change=_first
        )
        whole = there.who.role == "supervisor" and st.toggle(
            say("The whole organisation"), key="s_caseload_whole", persist_state="session", on_change=_first,
            help=say("Clients of all colleagues, to read. The audit notes that you looked."),
        )  # fmt: skip
    return (search or "").strip(), "organisation" if whole else "mine", archived


def _first() -> None:
    st.session_state[AFTER] = []


def _page(there: Desk, search: str, whose: str, archived: bool) -> tuple[Listed, ...]:
    """One client more than a page holds, so that it is known whether there is a next one."""
    before: list[tuple[str, uuid.UUID]] = st.session_state.setdefault(AFTER, [])
    asked: dict[str, Any] = {"after": before[-1] if before else None, "limit": SIZE + 1, "archived": archived}
    if whose == "mine":
        return there.clients.page(search, **asked)
    seen = st.session_state.get("s_seen_whole")  # each look at the organisation is an entry of the audit
    if seen is None or seen[0] != (search, asked):
        seen = ((search, asked), there.clients.page(search, whose="organisation", **asked))
        st.session_state["s_seen_whole"] = seen
    found: tuple[Listed, ...] = seen[1]
    return found


def _nobody(there: Desk, search: str, archived: bool) -> None:
    if search:
        return layout.empty(say("Nobody begins like that"), say("Capital and small letters count. Look again above."))
    if archived:
        return layout.empty(say("Nobody is put away"), say("Clients whom you put away wait here."), ":material/inbox:")
    if not there.who.keeps_clients:
        return layout.empty(
            say("Nobody is shown to you yet"), say("A client stands here once a colleague shares them with you."),
            ":material/group:",
        )  # fmt: skip
    layout.empty(
        say("Welcome. Your caseload begins with one client"),
        say(
            "Add a new client above, or describe one in Explore and choose **Keep on my caseload**. From then on "
            "profile, goals, sessions and plans stay, and tomorrow starts from last time."
        ),
        ":material/folder_shared:",
    )
    return files.draw(there)


def _coming(there: Desk) -> None:
    """Whom to expect in the days ahead."""
    today = dt.date.today()
    found = there.clients.coming(today + dt.timedelta(days=AHEAD), limit=MOST_COMING)
    soon = [one for one in found if one.next_session and one.next_session >= today]
    if soon:
        names = [f"{one.code} ({_day(one.next_session, today)})" for one in soon[:SHOWN]]
        more = [say("{count} more", count=len(soon) - SHOWN)] if len(soon) > SHOWN else []
        told = in_words([*names, *more], say("and"))
        st.markdown(f":material/event: {say('Coming up: {clients}.', clients=told)}")


def _day(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return ""
    return {0: say("today"), 1: say("tomorrow")}.get((day - today).days, day.isoformat())


def _told(found: tuple[Listed, ...]) -> str:
    number = len(st.session_state[AFTER]) + 1
    return say("Page {number} of the caseload; clients on it: {count}.", number=number, count=len(found))


def _row(one: Listed) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"row_client_{one.id}", gap="small"
    ):
        with st.container(width="content"):
            st.button(
                one.code, key=f"s_open_{one.id}", on_click=_open, args=(one.id,), type="tertiary",
                icon=":material/folder_open:", help=say("Open the record of {client}", client=one.code),
            )  # fmt: skip
        with st.container(gap="xsmall"):
            st.markdown(_facts(one))
            _marks(one)


def _marks(one: Listed) -> None:
    """Whose client it is, and the next session."""
    if one.mine and not one.next_session:
        return
    with st.container(horizontal=True, gap="small"):
        if not one.mine:
            st.badge(say("of a colleague"), icon=":material/group:", color="gray")
        if one.next_session:
            today = dt.date.today()
            past = one.next_session < today
            st.badge(_day(one.next_session, today), icon=":material/event:", color="gray" if past else "green")


def _open(client_id: uuid.UUID) -> None:
    kept.look(client_id)


def _facts(one: Listed) -> str:
    client, terms = one.client, feedback.engine().library.barriers
    worst = sorted(client.barriers, key=lambda name: -client.barriers[name])[:MOST_BARRIERS]
    names = ", ".join(terms[name].name.lower() if name in terms else name for name in worst)
    facts = [say("Age {age}", age=f"{client.age_years:g}"), say(SETTING_NAMES[client.setting])]
    return " · ".join([*facts, names or say("no barrier yet")])


def _turn(found: tuple[Listed, ...]) -> None:
    before: list[tuple[str, uuid.UUID]] = st.session_state[AFTER]
    if not before and len(found) <= SIZE:
        return
    last = found[:SIZE][-1]
    with st.container(horizontal=True, gap="small", key="look_turn"):
        st.button(
            say("Back"), icon=":material/chevron_left:", disabled=not before, key="s_page_back", on_click=_to,
            args=(before[:-1],),
        )  # fmt: skip
        st.button(
            say("Next"), icon=":material/chevron_right:", disabled=len(found) <= SIZE, key="s_page_next", on_click=_to,
            args=([*before, (last.code, last.id)],),
        )  # fmt: skip


def _to(before: list[tuple[str, uuid.UUID]]) -> None:
    st.session_state[AFTER] = before
