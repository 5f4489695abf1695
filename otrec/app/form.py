"""The client form in the sidebar: every field of a client file, in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

import pandas as pd
import streamlit as st

from otrec.app import state
from otrec.features import FEATURES
from otrec.library import Library
from otrec.models import Client, ClientError
from otrec.models.terms import SETTING_NAMES, SEVERITY_WORDS, Delivery, Hand, Response, Side
from otrec.models.yaml_text import YamlProblem, parse_yaml

DELIVERY_NAMES = {
    "direct": "Direct session",
    "consult": "Consultation",
    "home": "Home programme",
    "telehealth": "By video",
}
MOST_ALIASES = 3
KEEP: Final = "session"


def sidebar(library: Library) -> None:
    """Draw the whole form; the values land in the session under `p_` keys."""
    with st.sidebar:
        _source()
        st.subheader("Client", anchor=False)
        _basics()
        _barriers(library)
        _goals(library)
        with st.expander("Safety: precautions and clearances", icon=":material/health_and_safety:"):
            _safety(library)
        with st.expander("Person: interests, strengths, diagnosis", icon=":material/person:"):
            _person(library)
        with st.expander("Place: tools, surroundings, routines", icon=":material/home:"):
            _place(library)
        with st.expander("History and not again", icon=":material/history:"):
            _history(library)
        with st.expander("Tune the ranking", icon=":material/tune:"):
            _weights()


def labels(terms: dict[str, Any]) -> Callable[[str], str]:
    """Names with their plain-language aliases, so that typing either finds them."""

    def label(name: str) -> str:
        term = terms.get(name)
        if term is None:
            return name
        aliases = ", ".join(getattr(term, "aliases", ())[:MOST_ALIASES])
        return f"{term.name} ({aliases})" if aliases else str(term.name)

    return label


def _source() -> None:
    def choose() -> None:
        if st.session_state["s_example"]:
            state.put(state.bundled(st.session_state["s_example"]))

    st.selectbox(
        "Start from",
        list(state.EXAMPLES),
        format_func=lambda name: state.EXAMPLES[name],
        key="s_example",
        on_change=choose,
        persist_state=KEEP,
        help="Three bundled examples. Change anything below.",
    )
    with st.popover("Open or save a client file", icon=":material/folder_open:", width="stretch"):
        given = st.file_uploader("Client file (YAML or JSON)", type=["yaml", "yml", "json"], max_upload_size=1)
        if given is not None and st.session_state.get("s_upload") != given.file_id:
            st.session_state["s_upload"] = given.file_id
            _open(given.name, given.getvalue())
        st.download_button(
            "Save this profile",
            json.dumps(state.profile(), indent=2, default=str),
            "client.json",
            "application/json",
            icon=":material/save:",
            on_click="ignore",
        )
        st.caption("The file stays in this session. It holds a pseudonym, never a name.")


def _open(name: str, raw: bytes) -> None:
    try:
        client = Client.parse(parse_yaml(raw.decode("utf-8-sig")), name)
        state.check(client, name)
    except UnicodeDecodeError:
        st.error(f"{name} is not UTF-8 text; save it as UTF-8.")
    except (YamlProblem, ClientError) as error:
        st.error(str(error))
    else:
        state.put(client)
        st.rerun()


def _basics() -> None:
    age, minutes, people = st.columns(3)
    age.number_input(
        "Age",
        0.0,
        120.0,
        step=0.5,
        format="%g",
        key="p_age_years",
        persist_state=KEEP,
        help="In years; corrected age for a baby born early.",
    )
    minutes.number_input("Minutes", 5, 120, step=5, key="p_minutes", persist_state=KEEP)
    people.number_input("Group", 1, 30, key="p_group_size", persist_state=KEEP, help="How many people take part.")
    st.selectbox(
        "Setting",
        list(SETTING_NAMES),
        format_func=lambda name: SETTING_NAMES[name],
        key="p_setting",
        persist_state=KEEP,
    )
    st.selectbox(
        "Delivery",
        get_args(Delivery),
        format_func=lambda name: DELIVERY_NAMES[name],
        key="p_delivery",
        persist_state=KEEP,
    )


def _barriers(library: Library) -> None:
    _choose(
        "Barriers: what gets in the way",
        library.barriers,
        "p_barriers",
        help="Type a plain word such as pencil grip or meltdowns.",
    )
    for name in st.session_state["p_barriers"]:
        key = f"p_severity_{name}"
        st.session_state.setdefault(key, 2)
        st.select_slider(
            library.barriers[name].name,
            state.SEVERITIES,
            format_func=lambda degree: SEVERITY_WORDS[degree],
            key=key,
            persist_state=KEEP,
            help=library.barriers[name].definition,
        )


def _goals(library: Library) -> None:
    _choose(
        "Goals: occupations that matter",
        library.occupations,
        "p_goals",
        help="Occupations in OTPF-4 terms; importance 1-10 as in a COPM interview.",
    )
    for name in st.session_state["p_goals"]:
        key = f"p_importance_{name}"
        st.session_state.setdefault(key, 5)
        st.slider(f"Importance: {library.occupations[name].name}", 1, 10, key=key, persist_state=KEEP)


def _choose(
    label: str,
    terms: dict[str, Any],
    key: str,
    help: str | None = None,
    extra: Iterable[str] = (),
    own_words: bool = False,
) -> None:
    options = [*terms, *(name for name in extra if name not in terms)]
    st.multiselect(
        label,
        options,
        format_func=labels(terms),
        key=key,
        help=help,
        persist_state=KEEP,
        placeholder="Type to search",
        accept_new_options=own_words,
    )


def _safety(library: Library) -> None:
    st.toggle(
        "Precautions were asked about",
        key="p_precautions_asked",
        persist_state=KEEP,
        help="Off means not asked yet: every activity that needs an answer says so.",
    )
    if st.session_state["p_precautions_asked"]:
        _choose("Precautions", library.precautions, "p_precautions")
    _choose("Documented clearances", library.clearances, "p_clearances")
    _choose("The therapist is trained in", library.competencies, "p_competencies")
    names = {assessment.name: assessment for assessment in library.assessments.values()}
    _choose("Assessments done (name only)", names, "p_assessments", extra=st.session_state["p_assessments"])


def _person(library: Library) -> None:
    interests = {name: term for name, term in library.interests.items() if name != "any_theme"}
    given = st.session_state["p_interests"]
    _choose("Interests and roles", interests, "p_interests", "Any other word works too.", given, own_words=True)
    _choose("Strengths: what goes well", library.barriers, "p_strengths")
    _choose(
        "Conditions (may stay empty)",
        library.conditions,
        "p_conditions",
        help="A diagnosis adds precautions and evidence; results do not need one.",
    )
    left, right = st.columns(2)
    left.selectbox("Dominant hand", get_args(Hand), key="p_dominant_hand", persist_state=KEEP)
    right.selectbox("Affected side", get_args(Side), key="p_affected_side", persist_state=KEEP)


def _place(library: Library) -> None:
    st.toggle("Only some tools are at hand", key="p_tools_limited", persist_state=KEEP)
    if st.session_state["p_tools_limited"]:
        _choose("Tools at hand", library.tools, "p_tools")
        st.toggle("Hide what needs other tools", key="v_bag_only", persist_state=KEEP)
    _choose("About the place", library.environments, "p_environment")
    st.markdown("Routines")
    frame = pd.DataFrame(st.session_state["p_routines"], columns=["occupation", "when", "with"])
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"routines_{st.session_state['revision']}",
        alt="Routines: occupation, time of day, with whom",
        column_config={"occupation": st.column_config.SelectboxColumn("occupation", options=list(library.occupations))},
    )
    st.session_state["p_routines_now"] = _records(edited, "occupation")


def _history(library: Library) -> None:
    names = library.activities
    _choose("Not again", names, "p_not_again", help="Take one out to undo.")
    st.markdown("Done before")
    frame = pd.DataFrame(st.session_state["p_history"], columns=["activity", "date", "response"])
    frame["date"] = pd.to_datetime(frame["date"])
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"history_{st.session_state['revision']}",
        alt="Activities done before: activity, date, response",
        column_config={
            "activity": st.column_config.SelectboxColumn("activity", options=list(names)),
            "date": st.column_config.DateColumn("date"),
            "response": st.column_config.SelectboxColumn(
                "response", options=list(get_args(Response)), default="neutral"
            ),
        },
    )
    rows = _records(edited, "activity")
    st.session_state["p_history_now"] = [{**row, "date": row["date"].date()} for row in rows if row.get("date")]


def _records(frame: pd.DataFrame, needed: str) -> list[dict[str, Any]]:
    rows = frame.dropna(subset=[needed]).to_dict("records")
    return [{str(name): value for name, value in row.items() if pd.notna(value)} for row in rows]


def _weights() -> None:
    st.caption("Safety rules are not touched by weights. The numbers are shares; they are scaled to 1.")

    def reset() -> None:
        for feature in FEATURES:
            st.session_state[f"v_w_{feature.name}"] = feature.prior

    for feature in FEATURES:
        key = f"v_w_{feature.name}"
        st.slider(
            feature.label,
            0.0,
            0.5,
            feature.prior,
            step=0.01,
            key=key,
            help=f"{feature.meaning}. {feature.why}.",
            bind="query-params",
            persist_state=KEEP,
        )
    st.button("Back to the expert prior", on_click=reset, icon=":material/restart_alt:")


def weights() -> dict[str, float] | None:
    """The weights of the sliders, or None while they are the prior's."""
    given = {feature.name: st.session_state.get(f"v_w_{feature.name}", feature.prior) for feature in FEATURES}
    return None if all(abs(given[feature.name] - feature.prior) < 1e-9 for feature in FEATURES) else given
