"""A referral in plain words at the top of Explore: read, confirmed line by line, then the form is filled.

The text stands in its box and nowhere else. What was read out of it stays in the session until it is used or discarded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from otrec.app import desk, state
from otrec.app.form import SIDE_NAMES
from otrec.app.language import chosen, say
from otrec.intake import Draft, Found, Intake, IntakeError, fields_of
from otrec.intake.draft import ASSUMED_SEVERITY, FACTS
from otrec.models import Client
from otrec.models.terms import ASSUMED_SETTING, SETTING_NAMES, SEVERITY_WORDS

DRAFT: Final = "s_intake_draft"
TEXT: Final = "s_intake_text"
REFUSED: Final = "s_intake_refused"
#: Longest text of the box; a referral has a page or two.
MOST_TEXT: Final = 20_000
PARTS: Final = {
    "conditions": "Conditions", "precautions": "Precautions", "barriers": "Barriers", "goals": "Goals",
    "strengths": "Strengths", "interests": "Interests", "tools": "Tools at hand", "environment": "Places",
}  # fmt: skip
STATUS: Final = {
    "denied": "denied", "past": "in the past", "unsure": "not certain", "other": "somebody else",
}  # fmt: skip
#: Facts that have a field of their own in the box; the others are taken over as they were read.
ASKED: Final = ("age_years", "setting", "affected_side")
ANSWERS: Final = {"yes": "Yes", "no": "No", "unknown": "Not known"}


@st.cache_resource(show_spinner=False)
def _intake() -> Intake:
    """Reads words; holds nothing of any text."""
    return Intake(state.engine().library)


def box() -> None:
    """The box, closed at first so that it costs nothing."""
    part = st.expander(
        say("Start from a referral in plain words"),
        icon=":material/description:",
        key="s_intake_open",
        on_change="rerun",
    )
    if part.open:
        with part:
            _ask()
            draft: Draft | None = st.session_state.get(DRAFT)
            if draft is not None:
                _confirm(draft)


def _ask() -> None:
    if chosen() != "en":
        st.caption(say("Only English words are read."))
    st.text_area(
        say("Paste a referral, an e-mail or a note, without names"),
        key=TEXT,
        max_chars=MOST_TEXT,
        height=140,
        placeholder=say(
            "7;3, second grade. Can't do up his buttons, melts down in the cafeteria. No seizures. Loves trains."
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say("Read it"), icon=":material/find_in_page:", type="primary", on_click=_read, key="s_intake_read")
        if st.session_state.get(DRAFT) is not None:
            st.button(say("Discard"), icon=":material/delete:", on_click=_discard, key="s_intake_discard")
    st.caption(say("The text stays in this box. It is not kept, and goes nowhere."))
    if st.session_state.get(DRAFT) is None:
        _tell_refused()


def _tell_refused() -> None:
    refused = st.session_state.get(REFUSED)
    if refused:
        st.error(refused)


def _read() -> None:
    _forget()
    try:
        st.session_state[DRAFT] = _intake().read(st.session_state.get(TEXT) or "")
    except IntakeError as error:
        st.session_state[REFUSED] = str(error)


def _forget() -> None:
    for key in [str(key) for key in st.session_state if str(key).startswith("s_in_")]:
        del st.session_state[key]
    st.session_state.pop(DRAFT, None)
    st.session_state.pop(REFUSED, None)


def _discard() -> None:
    _forget()
    st.session_state[TEXT] = ""


def _confirm(draft: Draft) -> None:
    st.markdown(f"**{say('Check each line, then use it')}**")
    _facts(draft)
    for kind, heading in PARTS.items():
        found = [item for item in draft.of(kind, drafted=False) if not _is_asked(draft, item)]
        if found:
            st.markdown(f"{say(heading)}")
            for item in found:
                _line(item)
    _questions(draft)
    st.button(
        say("Use this profile"),
        icon=":material/check:",
        type="primary",
        on_click=_use,
        args=(draft,),
        key="s_intake_use",
    )
    _tell_refused()


def _is_asked(draft: Draft, item: Found) -> bool:
    """Whether a question stands for a find, which then needs no line of its own."""
    return item.kind == "precautions" and item.value in draft.asked_about


def _facts(draft: Draft) -> None:
    fields = draft.fields
    age, place, side = st.columns(3)
    st.session_state.setdefault("s_in_age", fields.get("age_years"))
    age.number_input(say("Age"), 0.0, 120.0, step=0.5, format="%g", key="s_in_age", help=_words(draft, "age_years"))
    st.session_state.setdefault("s_in_setting", fields.get("setting", ASSUMED_SETTING))
    place.selectbox(
        say("Setting"), list(SETTING_NAMES), format_func=lambda name: say(SETTING_NAMES[name]), key="s_in_setting",
        help=_words(draft, "setting"),
    )  # fmt: skip
    st.session_state.setdefault("s_in_side", fields.get("affected_side", "none"))
    side.selectbox(
        say("Affected side"), ["none", "left", "right", "both"], format_func=lambda name: say(SIDE_NAMES[name]),
        key="s_in_side",
        help=_words(draft, "affected_side"),
    )  # fmt: skip


def _words(draft: Draft, kind: str) -> str:
    said = [item for item in draft.of(kind, drafted=False) if item.words]
    return say("From “{words}”.", words=said[0].words) if said else say("The words do not say it.")


def _line(item: Found) -> None:
    """One find: taken or not, and for what phrases tell, which of three."""
    key = f"s_in_{item.key}"
    st.session_state.setdefault(key, item.drafted)
    told = f"{item.name} · “{_shown(item.words)}”"
    if item.status != "present":
        told += f" · {say(STATUS[item.status])}"
    taken = st.checkbox(desk.verbatim(told), key=key, help=desk.verbatim(item.note) if item.note else None)
    if not taken:
        return
    if item.options:
        st.session_state.setdefault(f"{key}_which", item.value)
        names = {item.value: item.name, **{option.id: option.name for option in item.options}}
        st.radio(
            say("Which is meant?"),
            list(names),
            format_func=lambda name: names[name],
            key=f"{key}_which",
            horizontal=True,
        )
    if item.kind == "barriers":
        st.session_state.setdefault(f"{key}_degree", item.severity or ASSUMED_SEVERITY)
        st.select_slider(
            say("How much"),
            state.SEVERITIES[1:],
            format_func=lambda degree: say(SEVERITY_WORDS[degree]),
            key=f"{key}_degree",
        )


def _shown(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 90 else f"{flat[:89]}…"


def _questions(draft: Draft) -> None:
    st.markdown(f"**{say('Ask before you use it')}**")
    asked = _asked(draft)
    if asked:
        st.caption(say("“Not known” counts as yes until you know."))
    for question in draft.questions:
        key = asked.get(question.value)
        if key is not None:
            st.segmented_control(
                desk.verbatim(question.text), list(ANSWERS), format_func=lambda name: say(ANSWERS[name]), key=key
            )
        elif question.kind not in ("age_years", "setting"):
            st.markdown(f"- {desk.verbatim(question.text)}")


def _asked(draft: Draft) -> dict[str, str]:
    """Precautions that a question is about, each with the key of its answer."""
    return {name: f"s_in_q_{name}" for name in sorted(draft.asked_about)}


def _missing(draft: Draft) -> list[str]:
    """What has to be told before a draft is used."""
    given = st.session_state
    missing = []
    if given.get("s_in_age") is None:
        missing.append(say("Give the age first: it decides what is safe."))
    if any(given.get(key) is None for key in _asked(draft).values()):
        missing.append(say("Answer each question about a precaution."))
    return missing


def _use(draft: Draft) -> None:
    """Fill the form with what was confirmed; everything else starts empty."""
    given = st.session_state
    missing = _missing(draft)
    if missing:
        given[REFUSED] = " ".join(missing)
        return
    taken: list[Found] = []
    which: dict[str, Any] = {}
    for item in draft.found:
        key = f"s_in_{item.key}"
        if item.kind in PARTS and not _is_asked(draft, item) and given.get(key, item.drafted):
            degree = given.get(f"{key}_degree", item.severity)
            taken.append(replace(item, severity=degree))
            which[item.key] = given.get(f"{key}_which", item.value)
        elif item.kind in FACTS and item.kind not in ASKED and item.drafted:
            taken.append(item)
    fields = fields_of(taken, which)
    answered = [name for name, key in _asked(draft).items() if given[key] != "no"]
    if answered:
        fields["precautions"] = [*dict.fromkeys([*fields.get("precautions", ()), *answered])]
    fields |= {"age_years": given["s_in_age"], "setting": given["s_in_setting"], "affected_side": given["s_in_side"]}
    client = Client.parse(fields, say("This profile"))
    state.put(client)
    given["s_example"] = None
    _discard()
    given["s_intake_open"] = False
