"""What the app keeps: a frozen engine for everyone, and one profile per browser session.

Only frozen data stands in a shared cache; a client profile lives in `st.session_state` alone and never
in a URL. Profile keys start with `p_`, view keys (which may stand in the URL) with `v_`, the rest with `s_`.
"""

from __future__ import annotations

import gc
from typing import Any, Final

import streamlit as st

from otrec.engine import Engine
from otrec.explain import lit_map
from otrec.features import FEATURES
from otrec.graph import SkillMap
from otrec.library import check_client, example
from otrec.library.search import Catalogue
from otrec.models import Client
from otrec.models.terms import SEVERITY_WORDS
from otrec.study import Study

EXAMPLES: Final = {
    "pencil_grip": "Age 6: struggles to hold a pencil",
    "stroke_neglect": "Age 61: after stroke, neglect",
    "fall_at_home": "Age 82: at home after a fall",
}
SEVERITIES: Final = tuple(SEVERITY_WORDS)
#: Fields of a profile that stand in the form under `p_` and their own name.
PLAIN: Final = (
    "id", "age_years", "setting", "delivery", "minutes", "group_size", "dominant_hand", "affected_side",
    "conditions", "strengths", "interests", "environment", "clearances", "competencies", "not_again",
)  # fmt: skip
LISTS: Final = ("conditions", "strengths", "interests", "environment", "clearances", "competencies", "not_again")
#: What an undo brings back besides the profile, with the value it starts from.
SETTINGS: Final[dict[str, Any]] = {
    "v_k": 8, "v_diversity": 0.15, "v_phases": [], "v_arousal": [], "v_no_purchase": False, "v_red": False,
    "v_bag_only": True, **{f"v_w_{feature.name}": feature.prior for feature in FEATURES},
}  # fmt: skip
MOST_UNDO: Final = 50
#: The id of the client in the form, if it is one of the caseload.
KEPT: Final = "s_kept_id"


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The engine over the bundled library; frozen, so that sharing it shares no client data.

    The page's server collects garbage after every run, and would walk the whole library each time: two thirds of the
    work of a rerun. What is there now stays until the end, and is set aside.
    """
    found = Engine()
    gc.collect()
    gc.freeze()
    return found


@st.cache_resource(show_spinner=False)
def catalogue() -> Catalogue:
    """The bundled library, ready to be searched."""
    return Catalogue(engine().library)


@st.cache_resource(show_spinner=False)
def skills() -> SkillMap:
    """The skill graph with its evidence lights, ready to be walked."""
    return lit_map(engine().library)


@st.cache_resource(show_spinner=False)
def study() -> Study:
    """Every question of the bundled library; it holds nothing about any student."""
    found = Study(engine())
    len(found.known)  # compiled here, so that nobody's first round waits for it
    return found


def bundled(name: str) -> Client:
    return Client.load(example(name))


def put(client: Client) -> None:
    """Write a client into the form; who stood there before from the caseload does so no longer."""
    st.session_state.pop(KEPT, None)
    fields = client.model_dump(by_alias=True)
    fill({name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()})


def fill(fields: dict[str, Any]) -> None:
    """Write the fields of a client file into the form, in place of what stood there."""
    for key in [key for key in st.session_state if str(key).startswith("p_")]:
        del st.session_state[key]
    simple = {f"p_{name}": fields[name] for name in PLAIN}
    simple |= {f"p_{name}": list(fields[name]) for name in LISTS}
    simple["p_age_years"] = float(fields["age_years"])
    for name, asked in (("tools", "p_tools_limited"), ("precautions", "p_precautions_asked")):
        simple[asked] = fields.get(name) is not None
        simple[f"p_{name}"] = list(fields.get(name) or ())
    simple["p_barriers"] = list(fields["barriers"])
    simple |= {f"p_severity_{name}": degree for name, degree in fields["barriers"].items()}
    simple["p_goals"] = [goal["occupation"] for goal in fields["goals"]]
    simple |= {f"p_importance_{goal['occupation']}": goal["importance"] for goal in fields["goals"]}
    simple["p_assessments"] = [done["name"] for done in fields["assessments"]]
    simple["p_assessment_dates"] = {done["name"]: done["date"] for done in fields["assessments"]}
    simple["p_routines"], simple["p_history"] = list(fields["routines"]), list(fields["history"])
    st.session_state.update(simple)
    st.session_state["s_revision"] = st.session_state.get("s_revision", 0) + 1


def profile() -> dict[str, Any]:
    """The form as the fields of a client file."""
    state = st.session_state
    fields: dict[str, Any] = {name: state[f"p_{name}"] for name in PLAIN}
    fields["barriers"] = {name: state.get(f"p_severity_{name}", 2) for name in state["p_barriers"]}
    fields["goals"] = [
        {"occupation": name, "importance": state.get(f"p_importance_{name}", 5)} for name in state["p_goals"]
    ]
    dates = state["p_assessment_dates"]
    fields["assessments"] = [{"name": name, "date": dates.get(name)} for name in state["p_assessments"]]
    fields["routines"], fields["history"] = state["p_routines"], state["p_history"]
    if state["p_tools_limited"]:
        fields["tools"] = state["p_tools"]
    if state["p_precautions_asked"]:
        fields["precautions"] = state["p_precautions"]
    return fields


def weights() -> dict[str, float] | None:
    """The weights of the sliders, or None while they are the prior's."""
    given = {feature.name: st.session_state.get(f"v_w_{feature.name}", feature.prior) for feature in FEATURES}
    return None if all(abs(given[feature.name] - feature.prior) < 1e-9 for feature in FEATURES) else given


def remember() -> None:
    """Note what the form and the settings say now, so that the next change can be undone."""
    now = {"profile": profile(), "settings": {name: _setting(name) for name in SETTINGS}}
    last = st.session_state.get("s_last")
    if last is not None and any(last[part] != now[part] for part in now):
        st.session_state["s_undo"] = [*st.session_state.get("s_undo", []), last][-MOST_UNDO:]
    st.session_state["s_last"] = {**now, "kept": st.session_state.get(KEPT)}


def undo() -> None:
    """Go back to how form and settings stood before the last change."""
    *rest, last = st.session_state["s_undo"]
    st.session_state.pop("s_taken", None)
    fill(last["profile"])
    st.session_state[KEPT] = last["kept"]
    for name, value in last["settings"].items():
        if _setting(name) != value:
            st.session_state[name] = value
    st.session_state["s_undo"], st.session_state["s_last"] = rest, last


def _setting(name: str) -> Any:
    given = st.session_state.get(name)
    return SETTINGS[name] if given is None else given


def not_again(activity_id: str) -> None:
    """Never suggest this activity to this client again; undone in the form."""
    st.session_state["p_not_again"] = [*st.session_state["p_not_again"], activity_id]
    st.session_state["s_taken"] = activity_id


def check(client: Client, source: str) -> None:
    """Refuse a profile that names ids which the library of this session does not know."""
    from otrec.app.keeping import ranking

    check_client(ranking.library(), client, source)
