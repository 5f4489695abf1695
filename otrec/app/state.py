"""What the app keeps: a frozen engine for everyone, and one profile per browser session.

Only frozen data stands in a shared cache; a client profile lives in `st.session_state` alone and never
in a URL. Profile keys start with `p_`, view keys (which may stand in the URL) with `v_`.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from otrec.engine import Engine
from otrec.library import check_client, example
from otrec.models import Client
from otrec.models.terms import SEVERITY_WORDS

EXAMPLES = {
    "pencil_grip": "Age 6: struggles to hold a pencil",
    "stroke_neglect": "Age 61: after stroke, neglect",
    "fall_at_home": "Age 82: at home after a fall",
}
SEVERITIES = tuple(SEVERITY_WORDS)


@st.cache_resource(show_spinner="Reading the library …")
def engine() -> Engine:
    """The engine over the bundled library; frozen, so that sharing it shares no client data."""
    return Engine()


def bundled(name: str) -> Client:
    return Client.load(example(name))


def put(client: Client) -> None:
    """Write a profile into the form."""
    for key in [key for key in st.session_state if str(key).startswith("p_")]:
        del st.session_state[key]
    simple: dict[str, Any] = {
        "p_id": client.id,
        "p_age_years": float(client.age_years),
        "p_setting": client.setting,
        "p_delivery": client.delivery,
        "p_minutes": client.minutes,
        "p_group_size": client.group_size,
        "p_dominant_hand": client.dominant_hand,
        "p_affected_side": client.affected_side,
        "p_tools_limited": client.tools is not None,
        "p_precautions_asked": client.precautions is not None,
        "p_barriers": list(client.barriers),
        "p_goals": [goal.occupation for goal in client.goals],
    }
    for name in (
        "conditions",
        "strengths",
        "interests",
        "environment",
        "tools",
        "precautions",
        "clearances",
        "competencies",
        "not_again",
    ):
        simple[f"p_{name}"] = list(getattr(client, name) or ())
    simple["p_assessments"] = [done.name for done in client.assessments]
    simple["p_assessment_dates"] = {done.name: done.date for done in client.assessments}
    st.session_state.update(simple)
    for name, degree in client.barriers.items():
        st.session_state[f"p_severity_{name}"] = degree
    for goal in client.goals:
        st.session_state[f"p_importance_{goal.occupation}"] = goal.importance
    st.session_state["p_routines"] = [routine.model_dump(by_alias=True) for routine in client.routines]
    st.session_state["p_history"] = [past.model_dump() for past in client.history]
    st.session_state["p_revision"] = st.session_state.get("revision", 0) + 1
    st.session_state["revision"] = st.session_state["p_revision"]


def profile() -> dict[str, Any]:
    """The form as the fields of a client file."""
    state = st.session_state
    fields: dict[str, Any] = {
        name: state[f"p_{name}"]
        for name in (
            "id",
            "age_years",
            "setting",
            "delivery",
            "minutes",
            "group_size",
            "dominant_hand",
            "affected_side",
            "conditions",
            "strengths",
            "interests",
            "environment",
            "clearances",
            "competencies",
            "not_again",
        )
    }
    fields["barriers"] = {name: state.get(f"p_severity_{name}", 2) for name in state["p_barriers"]}
    fields["goals"] = [
        {"occupation": name, "importance": state.get(f"p_importance_{name}", 5)} for name in state["p_goals"]
    ]
    dates = state["p_assessment_dates"]
    fields["assessments"] = [{"name": name, "date": dates.get(name)} for name in state["p_assessments"]]
    fields["routines"] = state.get("p_routines_now", state["p_routines"])
    fields["history"] = state.get("p_history_now", state["p_history"])
    if state["p_tools_limited"]:
        fields["tools"] = state["p_tools"]
    if state["p_precautions_asked"]:
        fields["precautions"] = state["p_precautions"]
    return fields


def not_again(activity_id: str) -> None:
    """Never suggest this activity to this client again; undone in the form."""
    st.session_state["p_not_again"] = [*st.session_state["p_not_again"], activity_id]


def check(client: Client, source: str) -> None:
    """Refuse a profile that names ids which the library does not know."""
    check_client(engine().library, client, source)
