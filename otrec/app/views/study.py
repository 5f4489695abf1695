"""Study: rounds of five questions with the reasoning behind them, spaced review, progress and an Anki deck."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from otrec.app import address, drill, keeper, layout, state
from otrec.app.language import say
from otrec.models.terms import AREA_NAMES
from otrec.study import AREAS, KIND_NAMES, Question, anki_deck

KEEP: Final = "session"
VIEWS: Final = {"practise": "Practise", "progress": "Progress"}
ROUND: Final = 5
MOST_NOTES: Final = 1000


def page() -> None:
    layout.head(say("Study"), say("Rounds of five, made from the skill graph and the library, with the reasons."))
    problem = keeper.sync()
    if problem:
        st.warning(problem, icon=":material/warning:")
    for note in keeper.progress().notes:
        st.info(note, icon=":material/info:")
    view = layout.switch(say("View"), VIEWS, "v_study")
    if view == "progress":
        _progress()
    else:
        _practise(*_wanted())
    layout.foot(say("Questions are made from the library and were not reviewed by a teacher."))


def _wanted() -> tuple[str | None, str | None]:
    """Which kind of question, of which area; both may stay open."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="options"):
        address.opened("v_quiz", KIND_NAMES)
        kind = st.pills(
            say("Kind"),
            list(KIND_NAMES),
            format_func=lambda name: say(KIND_NAMES[name]),
            default=None if "v_quiz" in st.session_state else "card",
            key="v_quiz",
            persist_state=KEEP,
            wrap=True,
        )
        address.write("v_quiz", "card")
        address.opened("v_area", AREA_NAMES)
        area = st.selectbox(
            say("OTPF-4 area"),
            list(AREA_NAMES),
            index=None,
            format_func=lambda name: say(AREA_NAMES[name]),
            key="v_area",
            persist_state=KEEP,
            placeholder=say("All areas"),
            width=280,
        )
        address.write("v_area")
    return kind, area


def _practise(kind: Any, area: Any) -> None:
    if st.session_state.get("s_round_of") != (kind, area):
        st.session_state["s_round_of"] = (kind, area)
        _start()
    if "s_round" not in st.session_state:
        kinds = [kind] if kind else []
        seed = st.session_state["s_seed"]
        st.session_state["s_round"] = state.study().round_of(keeper.progress(), keeper.now(), kinds, area, ROUND, seed)
    questions: tuple[Question, ...] = st.session_state["s_round"]
    if not questions:
        return layout.empty(
            say("No question here"), say("There is none of this kind in this area. Choose another kind or area.")
        )
    _round(questions)


def _round(questions: tuple[Question, ...]) -> None:
    given = drill.given()
    if given:
        drill.talk(given[-1], last=True)
    if len(given) < len(questions):
        drill.ask(questions[len(given)], len(given) + 1, len(questions))
    else:
        _done(given)
    if given[:-1]:
        with st.expander(say("Earlier in this round ({count})", count=len(given) - 1), icon=":material/history:"):
            for done in reversed(given[:-1]):
                sign = ":material/check:" if done.right else ":material/close:"
                st.markdown(f"{sign} {drill.plain(done.question.prompt)}  \n{drill.plain(done.question.lesson)}")


def _start() -> None:
    """Forget the round, so that another is drawn."""
    st.session_state["s_seed"] = st.session_state.get("s_seed", 0) + 1
    st.session_state["s_given"] = []
    st.session_state.pop("s_round", None)


def _done(given: list[drill.Answered]) -> None:
    right = sum(done.right for done in given)
    with st.container(border=True, horizontal_alignment="center", key="card_done"):
        layout.section(say("{right} of {of} right", right=right, of=len(given)))
        due = len(keeper.progress().due(keeper.now()))
        st.markdown(say("What was wrong comes back soon, what was right later. Due now: {due}.", due=due))
        st.button(say("Next five"), type="primary", icon=":material/arrow_forward:", on_click=_start, key="s_next")


def _progress() -> None:
    progress, now = keeper.progress(), keeper.now()
    areas = progress.by_area(now).values()
    answers = sum(area.answers for area in areas)
    if not answers:
        layout.empty(
            say("No answer yet"), say("Five questions take about three minutes. Choose Practise."), ":material/school:"
        )
    else:
        right = sum(record.right for record in progress.records.values())
        told, share, due = st.columns(3)
        told.metric(say("Answers"), answers, border=True)
        share.metric(say("right").capitalize(), f"{right / answers:.0%}", border=True)
        due.metric(say("Due now"), len(progress.due(now)), border=True)
        rows = [
            {
                say("area"): say(area.name),
                say("seen"): area.seen,
                say("right"): area.right_share,
                say("due"): area.due,
            }
            for area in areas
        ]
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            alt=say("Questions seen, share right and due, by OTPF-4 area"),
            column_config={say("right"): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
        )
    _files()


def _files() -> None:
    layout.section(say("Keep and take along"))
    if keeper.on_desk():
        st.markdown(say("Progress is kept with your data. Save it as a file to take it elsewhere."))
    else:
        st.markdown(say("Progress is kept in this browser alone. Save it as a file to take it to another one."))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            say("Save progress"),
            keeper.progress().to_json(),
            "otrec-study.json",
            "application/json",
            icon=":material/save:",
            on_click="ignore",
        )
        with st.popover(say("Anki deck"), icon=":material/style:"):
            _anki()
    given = st.file_uploader(say("Open progress"), type=["json"], max_upload_size=5)
    if given is not None and st.session_state.get("s_opened") != given.file_id:
        st.session_state["s_opened"] = given.file_id
        problem = keeper.load(given.getvalue())
        if problem:
            st.error(problem)
        else:
            st.rerun()


def _anki() -> None:
    kinds = st.multiselect(
        say("Kind"),
        list(KIND_NAMES),
        default=["card"],
        format_func=lambda name: say(KIND_NAMES[name]),
        key="s_anki_kinds",
    )
    area = st.selectbox(
        say("OTPF-4 area"),
        AREAS,
        format_func=lambda name: say(AREA_NAMES[name]),
        key="s_anki_area",
    )
    study = state.study()

    def deck() -> bytes:
        found = study.questions(kinds, area)
        return anki_deck([question for _, question in zip(range(MOST_NOTES), found, strict=False)])

    st.download_button(
        say("Make the deck"), deck, "otrec.apkg", "application/octet-stream", on_click="ignore", disabled=not kinds
    )
    st.caption(say("At most {most} notes a deck; sources stand on the back.", most=MOST_NOTES))
