"""Handouts on the page: how they look, a preview, and the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from otrec.app import feedback, language, layout
from otrec.app.language import say
from otrec.handout import Handout, board, day_sheet, handout, plan_sheet, routines
from otrec.models import OtrecError

AUDIENCES: Final = {"therapist": "Therapist", "family": "Family", "client": "Client", "teacher": "Teacher"}
PAPERS: Final = {"a4": "A4", "letter": "Letter"}
WHAT: Final = {
    "handout": "Handout", "schedule": "Picture schedule", "first_then": "First–then board", "checklist": "Checklist",
    "narrative": "Social narrative", "step_cards": "Step cards",
}  # fmt: skip
SOURCES: Final = {"activities": "Activities", "routine": "A routine", "lines": "My own lines"}
Look = dict[str, Any]
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def session_sheet(plan: dict[str, Any], audience: str, look: Look) -> Handout:
    return plan_sheet(feedback.engine().library, plan, audience, **look)


def round_sheet(day: dict[str, Any], look: Look) -> Handout:
    return day_sheet(feedback.engine().library, day, **look)


def offered(
    key: str,
    made: Callable[[str, Look], Handout],
    as_json: Callable[[], str] | None = None,
    *,
    audiences: bool = False,
) -> None:
    """Choices of look, a preview on demand, and downloads that are made when somebody asks for one."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"look_{key}"):
        audience = "therapist"
        if audiences:
            audience = st.selectbox(
                say("For whom"),
                list(AUDIENCES),
                format_func=lambda name: say(AUDIENCES[name]),
                key=f"s_for_{key}",
                width=160,
            )
        look = _look(key)
    try:
        sheet = made(audience, look)
    except OtrecError as error:
        return layout.refused(say("Not ready yet"), error, ":material/edit_note:")
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PDF",
            sheet.pdf,
            f"otrec_{key}.pdf",
            "application/pdf",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
            key=f"s_pdf_{key}",
        )
        st.download_button(
            "Word",
            sheet.docx,
            f"otrec_{key}.docx",
            WORD,
            on_click="ignore",
            icon=":material/description:",
            key=f"s_docx_{key}",
        )
        if as_json is not None:
            st.download_button(
                "JSON",
                as_json,
                f"otrec_{key}.json",
                "application/json",
                on_click="ignore",
                icon=":material/data_object:",
                key=f"s_json_{key}",
            )
    shown = st.expander(say("Preview"), icon=":material/preview:", key=f"s_preview_{key}", on_change="rerun")
    if shown.open:
        with shown:
            _preview(sheet)


def _look(key: str) -> Look:
    tongue = st.selectbox(
        say("Language of the sheet"),
        list(language.LANGUAGES),
        index=list(language.LANGUAGES).index(language.chosen()),
        format_func=lambda name: language.LANGUAGES[name],
        key=f"s_tongue_{key}",
        width=170,
    )
    paper = st.selectbox(
        say("Paper"), list(PAPERS), format_func=lambda name: PAPERS[name], key=f"s_paper_{key}", width=110
    )
    large = st.toggle(say("Large print"), key=f"s_large_{key}")
    return {"language": tongue, "paper": paper, "large": large}


def _preview(sheet: Handout) -> None:
    try:
        pages = sheet.pages_png()
    except OtrecError as error:
        return layout.refused(say("Not ready yet"), error, ":material/edit_note:")
    for number, page in enumerate(pages, 1):
        told = say("Page {number} of {all}: {title}", number=number, all=len(pages), title=sheet.title)
        st.image(page, caption=told, alt=f"{told}. {say('Its words stand below, as text.')}", width="stretch")
    with st.popover(say("The sheet as text"), icon=":material/notes:"):
        st.text(sheet.text())


def draw() -> None:
    """Any handout or board: from activities, a routine, or lines of one's own."""
    library = feedback.engine().library
    kind = layout.switch(say("What"), WHAT, "v_sheet", shown=True)
    chosen = _content(kind)

    if not any(chosen.values()):
        return layout.empty(
            say("Nothing chosen yet"), say("Choose an activity, a routine, or write lines."), ":material/edit_note:"
        )

    def made(audience: str, look: Look) -> Handout:
        look = {**look, "qr": st.session_state.get("s_qr") or ""}
        if kind == "handout":
            return handout(library, chosen.get("activities", ()), audience, **look)
        return board(kind, library, **chosen, **look)

    st.text_input(
        say("QR code: a link or a few words"),
        key="s_qr",
        max_chars=300,
        help=say("It is printed for everyone to scan; never write anything about a client."),
    )
    offered("sheet", made, audiences=kind == "handout")


def _content(kind: str) -> dict[str, Any]:
    library = feedback.engine().library
    source = "activities" if kind == "handout" else layout.switch(say("Made from"), SOURCES, "v_sheet_from", shown=True)
    if source == "routine":
        names = {routine.id: routine.name[language.chosen()] for routine in routines().values()}
        name = st.selectbox(say("Routine"), list(names), format_func=lambda one: names[one], key="s_sheet_routine")
        return {"routine": name}
    if source == "lines":
        text = st.text_area(
            say("One line for each step"), key="s_sheet_lines", placeholder=say("Wash hands\nSit down\nEat")
        )
        return {"lines": [line for line in (text or "").splitlines() if line.strip()]}
    picked = st.multiselect(
        say("Activities"),
        list(library.activities),
        default=_from_plan() if "s_sheet_activities" not in st.session_state else None,
        format_func=lambda name: library.activities[name].name,
        key="s_sheet_activities",
        persist_state="session",
        placeholder=say("Type a word of its name"),
    )
    return {"activities": picked}


def _from_plan() -> list[str]:
    """The first activity of the session that was planned last, to start from."""
    plan = st.session_state.get("s_plan")
    return [] if plan is None else [slot.activity.id for slot in plan.slots if slot.phase == "practice"][:1]
