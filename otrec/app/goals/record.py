"""The progress record of this session: an example, a file, or a new one; kept as the fields of a progress file."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import streamlit as st
import yaml
from streamlit.delta_generator import DeltaGenerator

from otrec.app import desk
from otrec.app.keeping import ranking
from otrec.app.language import say
from otrec.library import example
from otrec.models import OtrecError
from otrec.models.client import parse_mapping
from otrec.progress import PROMPTS, ProgressError, ProgressFile

RECORD: Final = "s_record"
#: Set while the record is one of a client on the caseload.
STORED: Final = "s_record_stored"
EXAMPLE: Final = "progress_pencil_grip"


def fields() -> dict[str, Any]:
    """The record as the fields of a progress file, complete or not; the example where there is none yet."""
    if RECORD not in st.session_state:
        _example()
    found: dict[str, Any] = st.session_state[RECORD]
    return found


def revision() -> int:
    """Counts the records of this session, so that the editors start anew with each."""
    found: int = st.session_state.get("s_record_revision", 0)
    return found


def put(record: dict[str, Any], source: str = "") -> None:
    """Take over another record; `source` is "example" while it is the bundled one."""
    st.session_state[RECORD] = record
    st.session_state["s_record_source"] = source
    st.session_state["s_record_revision"] = revision() + 1


def goals() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fields()["goals"]
    return found


def is_example() -> bool:
    return st.session_state.get("s_record_source") == "example"


def change(place: int, goal: dict[str, Any]) -> None:
    """Put what the editors say in place of one goal."""
    record = fields()
    if record["goals"][place] != goal:
        changed = [goal if number == place else one for number, one in enumerate(record["goals"])]
        st.session_state[RECORD] = {**record, "goals": changed}
        st.session_state["s_record_source"] = ""


def change_sessions(sessions: list[dict[str, Any]]) -> None:
    st.session_state[RECORD] = {**fields(), "sessions": sessions}
    st.session_state["s_record_source"] = ""


def add(goal: dict[str, Any]) -> None:
    """Add a goal; the example makes room for a record of one's own."""
    own = not is_example() and RECORD in st.session_state
    record = fields() if own else {"client": st.session_state.get("p_id", "client"), "goals": [], "sessions": []}
    record = {**record, "goals": [one for one in record["goals"] if not _unwritten(one)]}
    taken = {one.get("id") for one in record["goals"]}
    name = next(f"g{number}" for number in range(1, len(taken) + 2) if f"g{number}" not in taken)
    put({**record, "goals": [*record["goals"], {"id": name, **goal}]})
    st.session_state["s_record_goal"] = len(record["goals"])


def _unwritten(goal: dict[str, Any]) -> bool:
    """Whether a goal is still as blank as it began."""
    return not (goal.get("text") or goal.get("points") or "value" in goal.get("target", {}))


def as_fields(file: ProgressFile) -> dict[str, Any]:
    """A checked file as plain fields: levels of help as words, without the ids that follow from the places."""
    told: dict[str, Any] = _neat(
        file.model_dump(mode="json", exclude_none=True, exclude={"goals": {"__all__": {"points": {"__all__": {"id"}}}}})
    )
    for goal in told["goals"]:
        if goal["measure"] == "prompt_level":
            for mark in (goal["baseline"], goal["target"], *goal["points"]):
                mark["value"] = PROMPTS[mark["value"]]
    helped = [row for goal in told["goals"] for row in goal["points"]]
    helped += [row for session in told["sessions"] for row in session["activities"]]
    for row in helped:
        if "prompt" in row:
            row["prompt"] = PROMPTS[row["prompt"]]
    return told


def _neat(value: Any) -> Any:
    """Whole numbers without their point."""
    if isinstance(value, dict):
        return {name: _neat(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_neat(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def checked() -> ProgressFile | OtrecError:
    """The record as a checked file, or what is wrong with it."""
    try:
        return ProgressFile.parse(fields(), say("This record"))
    except ProgressError as error:
        return error


def _example() -> None:
    st.session_state.pop(STORED, None)
    put(as_fields(ProgressFile.load(example(EXAMPLE))), "example")
    st.session_state["s_record_goal"] = 0


def blank(client: str) -> dict[str, Any]:
    """A record with one goal to fill in."""
    today = dt.date.today().isoformat()
    goal = {"id": "g1", "measure": "trials", "unit": "", "direction": "up", "points": [],
            "baseline": {"date": today}, "target": {}}  # fmt: skip
    return {"client": client, "goals": [goal], "sessions": []}


def _new() -> None:
    st.session_state.pop(STORED, None)
    put(blank(st.session_state.get("p_id", "client")))
    st.session_state["s_record_goal"] = 0
    st.session_state["s_open_goal"] = True


def bar() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the record comes from; returns the places for `save`, which is drawn when all editors have been read."""
    fields()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="options"):
        st.button(say("Example record"), icon=":material/lightbulb:", on_click=_example, key="s_record_example")
        st.button(say("New record"), icon=":material/add:", on_click=_new, key="s_record_new")
        with st.popover(say("Open a file"), icon=":material/folder_open:"):
            _upload()
        button = st.container(horizontal=True, width="content", gap="small")
    return button, st.container()


def save(places: tuple[DeltaGenerator, DeltaGenerator], told: str = "") -> None:
    """The file that the record goes to, and what kind of record this is: as told, or an own one of this session."""
    button, words = places
    kept = fields()
    button.download_button(
        say("Save the record"),
        lambda: as_yaml(kept),  # written when somebody asks for it, which is outside of this session
        "otrec_progress.yaml",
        "application/yaml",
        icon=":material/save:",
        on_click="ignore",
        key="s_record_save",
    )
    if told:
        pass
    elif is_example():
        told = say("An invented record, to look around. Change anything, open your own, or start a new one.")
    else:
        told = say(
            "Record of {client}, in this session alone: save the file before you close the page. "
            "It holds a pseudonym only.",
            client=kept["client"],
        )
    words.caption(told)


def as_yaml(record: dict[str, Any]) -> str:
    """A record as a progress file."""
    return yaml.safe_dump(record, sort_keys=False, allow_unicode=True)


def _upload() -> None:
    given = st.file_uploader(say("A progress file (YAML or JSON)"), type=["yaml", "yml", "json"], max_upload_size=1)
    st.caption(say("The file stays in this session. It holds a pseudonym, never a name."))
    if given is None:
        return
    if st.session_state.get("s_record_upload") != given.file_id:
        st.session_state["s_record_upload"] = given.file_id
        st.session_state["s_record_refused"] = _opened(given.name, given.getvalue())
        if not st.session_state["s_record_refused"]:
            st.rerun()
    if st.session_state["s_record_refused"]:
        st.error(desk.plain(st.session_state["s_record_refused"]))


def _opened(name: str, raw: bytes) -> str:
    """Take over a file, or say what is wrong with it and leave the record as it is."""
    try:
        file = ProgressFile.parse(parse_mapping(raw, name), name)
    except OtrecError as error:
        return str(error)
    st.session_state.pop(STORED, None)
    put(as_fields(file))
    st.session_state["s_record_goal"] = 0
    return ""


def choose_goal() -> int:
    """Which goal of the record is looked at, by its place."""
    there = goals()
    if st.session_state.get("s_record_goal", 0) not in range(len(there)):
        st.session_state["s_record_goal"] = 0
    if len(there) == 1:
        return 0
    chosen: int = st.selectbox(  # the list is never empty
        say("Goal"),
        range(len(there)),
        format_func=lambda place: f"{there[place]['id']}: {there[place].get('text') or say('no words yet')}",
        key="s_record_goal",
        persist_state="session",
    )
    return chosen


def names() -> dict[str, str]:
    """What activities are called, by id."""
    return {name: item.name for name, item in ranking.library().activities.items()}


def refused(error: OtrecError) -> None:
    """What is wrong with the record; nothing that was typed is lost."""
    lines = getattr(error, "problems", None) or [str(error)]
    with st.container(border=True, key="record_open"):
        st.markdown(f":material/edit_note: **{say('Still open ({count})', count=len(lines))}**")
        st.markdown("\n".join(f"- {desk.plain(line)}" for line in lines))
        st.markdown(say("Chart, report and notes come when these are filled in below; nothing that you typed is lost."))
