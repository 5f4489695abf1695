"""A goal built from its parts, in two wordings at once; what is still open is said in the package's own words."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, get_args

import streamlit as st

from otrec.app import form, layout, state
from otrec.app.goals import kept, reading
from otrec.app.language import say
from otrec.goals import MEASURES, GoalDraft, build_goal, help_levels, wordings_of
from otrec.goals.draft import Subject
from otrec.library import Library
from otrec.models import OtrecError

KEEP: Final = "session"
WORDINGS: Final = {"school": "School", "medical": "Medical"}
WHEN: Final = {"weeks": "In weeks", "day": "On a day"}
#: An invented goal, to see how the parts come together.
EXAMPLE: Final[dict[str, Any]] = {
    "wording": "school", "subject": "the student", "occupation": "handwriting", "barrier": "grasp_pattern",
    "action": "write the date on the worksheet", "condition": "a slant board and a near model", "assist": "verbal",
    "measure": "percent", "counted": "letters", "baseline": 20.0, "target": 80.0, "consistency": "in 4 of 5 samples",
    "measured_by": "weekly work samples kept by the teacher", "when": "weeks", "weeks": 14,
}  # fmt: skip


def draw() -> str:
    """The view Goal; returns what a screen reader is told."""
    library = state.engine().library
    _from_client(library)
    parts, words = st.columns([6, 5], gap="large")
    with parts:
        asked = _parts(library)
    with words:
        layout.section(say("The goal in words"))
        draft = _draft(asked)
        told = _words(draft) if isinstance(draft, GoalDraft) else _open(draft)
    st.divider()
    told = reading.draw(draft if isinstance(draft, GoalDraft) else None) or told
    kept.draw()
    return told


def _from_client(library: Library) -> None:
    """Start from the client in the form of Explore: the first goal, the first barrier, the kind of place."""
    given = st.session_state
    if "p_id" not in given:
        given.setdefault("s_goal_occupation", "handwriting")
        return
    client = (given["p_id"], tuple(given["p_goals"]), tuple(given["p_barriers"]), given["p_setting"])
    if given.get("s_goal_client") != client:
        given["s_goal_client"] = client
        given["s_goal_occupation"] = next(iter(given["p_goals"]), "handwriting")
        given["s_goal_barrier"] = next(iter(given["p_barriers"]), None)
        given["s_goal_wording"] = "school" if given["p_setting"] == "school" else "medical"


def _example() -> None:
    st.session_state.update({f"s_goal_{name}": value for name, value in EXAMPLE.items()})


def _empty() -> None:
    """Take out what was written; wording, subject, occupation and measure stay."""
    blank: dict[str, Any] = {"barrier": None, "assist": None, "baseline": None, "target": None, "weeks": None}
    blank |= {"total": None, **dict.fromkeys(("action", "condition", "counted", "consistency", "measured_by"), "")}
    st.session_state.update({f"s_goal_{name}": value for name, value in blank.items()})


def _parts(library: Library) -> dict[str, Any]:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(width="content"):
            layout.section(say("The parts of the goal"))
        with st.container(horizontal=True, width="content", gap="small"):
            st.button(
                say("Fill in an example"), icon=":material/lightbulb:", on_click=_example, key="s_goal_example",
                type="tertiary",
            )  # fmt: skip
            st.button(say("Empty"), icon=":material/backspace:", on_click=_empty, key="s_goal_empty", type="tertiary")
    asked = {**_who(), **_what(library)}
    asked |= {"condition": _text("condition", say("Under what condition"), say("such as: seated at the sink"))}
    asked |= _amounts(asked)
    asked |= {"measured_by": _text("measured_by", say("Who measures, and how"), say("such as: a weekly data sheet"))}
    return {**asked, **_when()}


def _who() -> dict[str, Any]:
    names = get_args(Subject)
    left, right = st.columns(2)
    with left:
        wording = _choice("wording", say("Wording"), WORDINGS)
    with right:
        first = st.selectbox(
            say("Who does it"),
            [*names, "I"],
            index=list(names).index("the student") if wording == "school" else 0,
            key="s_goal_subject",
            persist_state=KEEP,
        )
    own = first == "I"
    return {"wording": wording, "first_person": own, "subject": None if own else first}


def _choice(name: str, label: str, options: dict[str, str]) -> str:
    chosen: str = st.segmented_control(  # type: ignore[assignment]  # one is required, so it is never None
        label,
        list(options),
        format_func=lambda one: say(options[one]),
        default=None if f"s_goal_{name}" in st.session_state else next(iter(options)),
        required=True,
        key=f"s_goal_{name}",
        persist_state=KEEP,
    )
    return chosen


def _text(name: str, label: str, example: str, help: str | None = None) -> str:
    found = st.text_input(
        label, key=f"s_goal_{name}", placeholder=example, max_chars=200, persist_state=KEEP, help=help
    )
    return found or ""


def _what(library: Library) -> dict[str, Any]:
    occupation = _term(
        "occupation",
        say("Occupation"),
        library.occupations,
        "p_goals",
        own_words=True,
        help=say("The client's own goals come first. Any other words work too, together with an action."),
    )
    barrier = _term("barrier", say("What gets in the way (may stay empty)"), library.barriers, "p_barriers")
    known = wordings_of(occupation or "")
    usual = known[1].action.format(own="their") if known else say("such as: saddle a horse")
    action = _text("action", say("What is seen"), usual, say("Begins with a verb. Empty: what stands there in grey."))
    return {
        "occupation": occupation or "",
        "barrier": library.barriers[barrier].name if barrier in library.barriers else barrier,
        "action": action or None,
    }


def _term(name: str, label: str, terms: Any, first: str, *, own_words: bool = False, help: str | None = None) -> Any:
    ahead = [one for one in st.session_state.get(first, ()) if one in terms]
    given = st.session_state.get(f"s_goal_{name}")
    own = [given] if given and given not in terms else []
    return st.selectbox(
        label,
        [*ahead, *(one for one in terms if one not in ahead), *own],
        index=None,
        format_func=form.labels(terms),
        key=f"s_goal_{name}",
        persist_state=KEEP,
        placeholder=say("Type to search"),
        accept_new_options=own_words,
        help=help,
    )


def _amounts(asked: dict[str, Any]) -> dict[str, Any]:
    """How it is measured, from where to where, how often, with how much help."""
    known = wordings_of(asked["occupation"])
    usual = list(known[1].measures) if known else []
    names = [*usual, *(name for name in MEASURES if name not in usual)]
    left, right = st.columns(2)
    with left:
        measure = st.selectbox(
            say("Measured as"),
            names,
            format_func=lambda name: say(MEASURES[name].name),
            key="s_goal_measure",
            persist_state=KEEP,
            help=say("What is usual for the occupation comes first."),
        )
    with right:
        extra = _of_what(measure)
    unit = say(MEASURES[measure].unit)
    left, right = st.columns(2)
    found: dict[str, Any] = {
        "measure": measure,
        "baseline": _number("baseline", left, say("Baseline: {unit} now", unit=unit)),
        "target": _number("target", right, say("Target: {unit}", unit=unit)),
    }
    left, right = st.columns(2)
    with left:
        found["consistency"] = _text("consistency", say("How often"), say("such as: in 4 of 5 sessions"))
    with right:
        found["assist"] = _help(asked["wording"])
    return {**found, **extra}


def _of_what(measure: str) -> dict[str, Any]:
    kind = MEASURES[measure]
    if kind.needs_counted:
        return {"counted": _text("counted", say("Of what"), say("such as: letters")) or None}
    if kind.needs_total:
        total = st.number_input(
            say("Out of how many"), 1, 1000, value=None, step=1, key="s_goal_total", persist_state=KEEP
        )
        return {"total": total}
    return {}


def _number(name: str, place: Any, label: str) -> float | None:
    found: float | None = place.number_input(
        label, 0.0, value=None, step=1.0, format="%g", key=f"s_goal_{name}", persist_state=KEEP
    )
    return found


def _help(wording: str) -> str | None:
    levels = {level.id: level for level in help_levels("school" if wording == "school" else "medical")}
    if st.session_state.get("s_goal_assist") not in levels:
        st.session_state["s_goal_assist"] = None
    return st.selectbox(
        say("With how much help"),
        list(levels),
        index=None,
        format_func=lambda name: f"{say(levels[name].name).capitalize()} ({levels[name].short})",
        key="s_goal_assist",
        placeholder=say("not said"),
    )


def _when() -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        kind = _choice("when", say("By when"), WHEN)
    with right:
        if kind == "weeks":
            weeks = st.number_input(
                say("Weeks"), 1, 104, value=None, step=1, key="s_goal_weeks", persist_state=KEEP
            )  # fmt: skip
            return {"by": weeks}
        return {"by": _text("day", say("Day, YYYY-MM-DD"), "2027-06-18") or None}


def _draft(asked: dict[str, Any]) -> GoalDraft | OtrecError:
    from otrec.planning import day_of

    try:
        by: dt.date | int | None = day_of(asked["by"]) if isinstance(asked["by"], str) else asked["by"]
        return build_goal(**{**asked, "by": by})
    except OtrecError as error:
        return error


def _open(error: OtrecError) -> str:
    """What is still missing or does not fit, in the words of the package."""
    lines = str(error).splitlines()
    problems = [line.removeprefix("  - ") for line in lines if line.startswith("  - ")] or lines
    with st.container(border=True, key="goal_open"):
        st.markdown(f":material/edit_note: **{say('Still open ({count})', count=len(problems))}**")
        st.markdown("\n".join(f"- {line}" for line in problems))
    return say("Still open ({count})", count=len(problems))


def _words(draft: GoalDraft) -> str:
    school = draft.wording == "school"
    names = {
        "smart": say("SMART, for a school plan (IEP)"),
        "coast": say("COAST, for a medical record"),
    }
    for name in ("smart", "coast") if school else ("coast", "smart"):
        text = draft.text(name)
        with st.container(border=True, key=f"card_goal_{name}"):
            st.markdown(f"**{names[name]}**")
            st.code(text, language=None, wrap_lines=True)
            st.button(
                say("Read this one"), icon=":material/rate_review:", key=f"s_read_{name}", on_click=reading.take,
                args=(text,), type="tertiary",
            )  # fmt: skip
    if draft.reason():
        st.markdown(f":material/link: {draft.reason()}")
    st.button(
        say("Add to my goals"),
        icon=":material/add_task:",
        type="primary",
        key="s_goal_keep",
        on_click=kept.keep,
        args=(draft,),
    )
    return say("The goal in words")
