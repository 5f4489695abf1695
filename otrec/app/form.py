"""The client form in the sidebar: every field of a client file, in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from otrec.app import state, tables, weights
from otrec.app.caseload import bar
from otrec.app.keeping import bags
from otrec.app.language import say
from otrec.app.names import VALUES
from otrec.features import FEATURES
from otrec.library import Library
from otrec.models import Client, ClientError, Term
from otrec.models.client import parse_mapping
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS, Hand, Side

SIDE_NAMES: Final = {
    "left": "Left", "right": "Right", "either": "Either", "undecided": "Undecided", "none": "None", "both": "Both",
}  # fmt: skip
MOST_ALIASES: Final = 3
KEEP: Final = "session"


def sidebar(library: Library) -> None:
    """Draw the whole form; the values land in the session under `p_` keys."""
    told = any(name.startswith("v_w_") for name in st.query_params)
    st.session_state.setdefault("v_open_weights", told)
    with st.sidebar:
        place = _source()
        kept = st.container()
        _basics()
        _barriers(library)
        _goals(library)
        _bag(library)
        _part("safety", say("Safety"), ":material/health_and_safety:", lambda: _safety(library), _count(*SAFETY))
        _part("person", say("Person"), ":material/person:", lambda: _person(library), _count(*PERSON))
        _part("place", say("Place and routines"), ":material/home:", lambda: _place(library), _count(*PLACE))
        _part("history", say("History"), ":material/history:", lambda: _history(library), _count(*HISTORY))
        _part("weights", say("Tune the ranking"), ":material/tune:", _weights)
    state.remember()
    with place:
        _undo()
    with kept:
        bar.draw()


SAFETY: Final = ("precautions", "clearances", "competencies", "assessments")
PERSON: Final = ("interests", "strengths", "conditions")
PLACE: Final = ("environment", "routines")
HISTORY: Final = ("history", "not_again")


def _count(*fields: str) -> int:
    return sum(len(st.session_state[f"p_{name}"]) for name in fields)


def _part(name: str, label: str, icon: str, draw: Callable[[], None], given: int = 0) -> None:
    """A part of the form that is drawn only while it is open, so that a rerun stays quick."""
    told = f"{label} · {given}" if given else label
    part = st.expander(told, icon=icon, key=f"v_open_{name}", on_change="rerun")
    if part.open:
        with part:
            draw()


def labels(terms: Mapping[str, Term]) -> Callable[[str], str]:
    """Names with their plain-language aliases, so that typing either finds them.

    A label never changes while the page is open: the browser knows what was chosen by its label.
    """

    def label(name: str) -> str:
        term = terms.get(name)
        if term is None:
            return name
        aliases = ", ".join(term.aliases[:MOST_ALIASES])
        return f"{term.name} ({aliases})" if aliases else str(term.name)

    return label


def _source() -> DeltaGenerator:
    """Where the profile comes from and goes to; returns the place for the undo, which is drawn last."""

    def choose() -> None:
        if st.session_state["s_example"]:
            state.put(state.bundled(st.session_state["s_example"]))

    st.selectbox(
        say("Start from"),
        list(state.EXAMPLES),
        format_func=lambda name: say(state.EXAMPLES[name]),
        key="s_example",
        on_change=choose,
        persist_state=KEEP,
        help=say("Three bundled examples. Change anything below."),
    )
    with st.container(horizontal=True, gap="small"):
        place = st.container(width="content")
        with st.popover(say("File"), icon=":material/folder_open:"):
            _file()
    return place


def _undo() -> None:
    st.button(
        say("Undo"),
        icon=":material/undo:",
        on_click=state.undo,
        disabled=not st.session_state.get("s_undo"),
        key="s_undo_button",
        help=say("Takes back the last change of the form, the filters or the weights."),
    )


def _file() -> None:
    given = st.file_uploader(say("Open a client file (YAML or JSON)"), type=["yaml", "yml", "json"], max_upload_size=1)
    if given is not None and st.session_state.get("s_upload") != given.file_id:
        st.session_state["s_upload"] = given.file_id
        _open(given.name, given.getvalue())
    st.download_button(
        say("Save this profile"),
        json.dumps(state.profile(), indent=2, default=str),
        "client.json",
        "application/json",
        icon=":material/save:",
        on_click="ignore",
    )
    st.caption(say("The file stays in this session. It holds a pseudonym, never a name."))


def _open(name: str, raw: bytes) -> None:
    try:
        client = Client.parse(parse_mapping(raw, name), name)
        state.check(client, name)
    except ClientError as error:
        st.error(str(error))
    else:
        state.put(client)
        st.rerun()


def _basics() -> None:
    age, minutes, people = st.columns(3)
    age.number_input(
        say("Age"),
        0.0,
        120.0,
        step=0.5,
        format="%g",
        key="p_age_years",
        persist_state=KEEP,
        help=say("In years; corrected age for a baby born early."),
    )
    minutes.number_input(say("Minutes"), 5, 120, step=5, key="p_minutes", persist_state=KEEP)
    people.number_input(
        say("Group"), 1, 30, key="p_group_size", persist_state=KEEP, help=say("How many people take part.")
    )
    _one(say("Setting"), SETTING_NAMES, "p_setting")
    _one(say("Delivery"), VALUES["delivery"], "p_delivery")


def _one(label: str, names: Mapping[str, str], key: str) -> None:
    st.selectbox(label, list(names), format_func=lambda name: say(names[name]), key=key, persist_state=KEEP)


def _barriers(library: Library) -> None:
    _choose(
        say("Barriers: what gets in the way"),
        library.barriers,
        "p_barriers",
        help=say("Type a plain word such as pencil grip or meltdowns."),
    )
    for name in st.session_state["p_barriers"]:
        key = f"p_severity_{name}"
        st.session_state.setdefault(key, 2)
        st.select_slider(
            library.barriers[name].name,
            state.SEVERITIES,
            format_func=lambda degree: say(SEVERITY_WORDS[degree]),
            key=key,
            persist_state=KEEP,
            help=library.barriers[name].definition,
        )


def _goals(library: Library) -> None:
    _choose(
        say("Goals: occupations that matter"),
        library.occupations,
        "p_goals",
        help=say("Occupations in OTPF-4 terms; importance 1-10 as in a COPM interview."),
    )
    for name in st.session_state["p_goals"]:
        key = f"p_importance_{name}"
        st.session_state.setdefault(key, 5)
        told = say("Importance: {name}", name=library.occupations[name].name)
        st.slider(told, 1, 10, key=key, persist_state=KEEP)


def _bag(library: Library) -> None:
    st.toggle(
        say("Only what is in my bag"),
        key="p_tools_limited",
        persist_state=KEEP,
        help=say("Off means that any tool can be had. Household things and close substitutes always count."),
    )
    bags.choose(library)
    if st.session_state["p_tools_limited"]:
        _choose(say("In the bag"), library.tools, "p_tools")
        st.toggle(
            say("Hide what needs other tools"), value=True, key="v_bag_only", bind="query-params", persist_state=KEEP
        )


def _choose(
    label: str,
    terms: Mapping[str, Any],
    key: str,
    help: str | None = None,
    extra: Iterable[str] = (),
    own_words: bool = False,
) -> None:
    options = [*terms, *(name for name in extra if name not in terms)]
    st.multiselect(
        label,
        options,
        format_func=labels(terms) if key != "p_not_again" else lambda name: terms[name].name if name in terms else name,
        key=key,
        help=help,
        persist_state=KEEP,
        placeholder=say("Type to search"),
        accept_new_options=own_words,
    )


def _safety(library: Library) -> None:
    st.toggle(
        say("Precautions were asked about"),
        key="p_precautions_asked",
        persist_state=KEEP,
        help=say("Off means not asked yet: every activity that needs an answer says so."),
    )
    if st.session_state["p_precautions_asked"]:
        _choose(say("Precautions"), library.precautions, "p_precautions")
    _choose(say("Documented clearances"), library.clearances, "p_clearances")
    _choose(say("The therapist is trained in"), library.competencies, "p_competencies")
    names = {assessment.name: assessment for assessment in library.assessments.values()}
    _choose(say("Assessments done (name only)"), names, "p_assessments", extra=st.session_state["p_assessments"])


def _person(library: Library) -> None:
    interests = {name: term for name, term in library.interests.items() if name != "any_theme"}
    given = st.session_state["p_interests"]
    _choose(say("Interests and roles"), interests, "p_interests", say("Any other word works too."), given, True)
    _choose(say("Strengths: what goes well"), library.barriers, "p_strengths")
    _choose(
        say("Conditions (may stay empty)"),
        library.conditions,
        "p_conditions",
        help=say("A diagnosis adds precautions and evidence; results do not need one."),
    )
    left, right = st.columns(2)
    with left:
        _one(say("Dominant hand"), {name: SIDE_NAMES[name] for name in get_args(Hand)}, "p_dominant_hand")
    with right:
        _one(say("Affected side"), {name: SIDE_NAMES[name] for name in get_args(Side)}, "p_affected_side")


def _place(library: Library) -> None:
    _choose(say("About the place"), library.environments, "p_environment")
    tables.routines(library)


def _history(library: Library) -> None:
    _choose(
        say("Not again"),
        library.activities,
        "p_not_again",
        say("Take one out to undo."),
        st.session_state["p_not_again"],
    )
    tables.history(library)


def _weights() -> None:
    st.caption(say("Safety rules are not touched by weights. The numbers are shares; they are scaled to 1."))
    for feature in FEATURES:
        weights.slider(feature.name, key=f"v_w_{feature.name}", bind="query-params")
    weights.back("v_w_")
