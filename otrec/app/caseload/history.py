"""Every version of a profile: when it was kept, what changed, and the way back to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from otrec.app import desk, feedback, signin
from otrec.app.caseload import kept
from otrec.app.language import say
from otrec.models import Client
from otrec.models.terms import SETTING_NAMES

if TYPE_CHECKING:
    from otrec.store import Desk, KeptClient, Version

#: Fields of a profile as they are called in the form.
FIELDS: Final = {
    "id": "Pseudonym", "age_years": "Age", "setting": "Setting", "conditions": "Conditions", "barriers": "Barriers",
    "goals": "Goals", "strengths": "Strengths", "interests": "Interests and roles", "routines": "Routines",
    "environment": "About the place", "dominant_hand": "Dominant hand", "affected_side": "Affected side",
    "tools": "In the bag", "precautions": "Precautions", "clearances": "Documented clearances",
    "assessments": "Assessments", "competencies": "The therapist is trained in", "delivery": "Delivery",
    "group_size": "Group", "minutes": "Minutes", "history": "Done before", "not_again": "Not again",
}  # fmt: skip
#: Which terms of the library the entries of a field are.
TERMS: Final = {
    "conditions": "conditions", "barriers": "barriers", "strengths": "barriers", "environment": "environments",
    "tools": "tools", "precautions": "precautions", "clearances": "clearances", "competencies": "competencies",
    "not_again": "activities", "interests": "interests",
}  # fmt: skip

#: The version that was looked at is no longer the newest one.
BEHIND: Final = "s_seen_behind"


def draw(there: Desk, client: KeptClient) -> None:
    """The versions, newest first; that they were looked at is an entry of the audit, so they are read once."""
    key = f"s_seen_history_{client.id}_{client.version}"
    if key not in st.session_state:
        st.session_state[key] = there.clients.versions(client.id)
    found: tuple[Version, ...] = st.session_state[key]
    people = logins(there)
    desk.told("history")
    if told := st.session_state.get(BEHIND):
        st.error(told, icon=":material/sync_problem:")
        st.button(
            say("Open what is kept"), icon=":material/refresh:", key="s_history_again", on_click=_again, args=(client,)
        )
    for place, version in enumerate(found):
        _version(client, version, found[place + 1] if place + 1 < len(found) else None, people)


def _version(client: KeptClient, version: Version, before: Version | None, people: Mapping[Any, str]) -> None:
    with st.container(border=True, key=f"row_version_{version.number}"):
        who = people.get(version.saved_by, "")
        day = f"{version.saved_at:%Y-%m-%d %H:%M}"
        head = say("Version {number}", number=version.number)
        st.markdown(f"**{head}** · {day} UTC" + (f" · `{who}`" if who else ""))
        lines = [say("The first one.")] if before is None else list(changes(before.client, version.client))
        st.text("\n".join(lines) or say("Nothing changed."))
        if client.may_write and version.number != client.version:
            st.button(
                say("Restore version {number}", number=version.number), icon=":material/history:",
                key=f"s_restore_{version.number}", on_click=_restore, args=(client, version.number), type="tertiary",
            )  # fmt: skip


def _restore(client: KeptClient, number: int) -> None:
    def act(there: Desk) -> None:
        from otrec.store import ConflictError

        try:
            kept.learn(there.clients.restore(client.id, number, version=client.version))
        except ConflictError as error:
            st.session_state[BEHIND] = str(error)

    before = kept.current()
    same = before is not None and before.id == client.id and not kept.changed()
    if desk.attempt("history", act) and same:
        now = kept.known(client.id)
        if now is not None and now.version != client.version:
            kept.into_form(now)


def _again(client: KeptClient) -> None:
    st.session_state.pop(BEHIND, None)
    kept.look(client.id)


def logins(there: Desk) -> dict[Any, str]:
    """Who is who, where more than one person is; empty on a machine of one."""
    if signin.person() is None:
        return {}
    return {person.id: person.login for person in there.office.colleagues()}


def changes(before: Client, after: Client) -> Iterator[str]:
    """What differs between two profiles, a line for each field."""
    old, new = (one.model_dump(mode="json", by_alias=True) for one in (before, after))
    for name, label in FIELDS.items():
        if old[name] != new[name]:
            yield f"{say(label)}: {_change(name, old[name], new[name])}"


def _change(name: str, old: Any, new: Any) -> str:
    if isinstance(old, list | dict | None) and isinstance(new, list | dict | None):
        gone, come = _entries(name, old), _entries(name, new)
        marks = [f"− {one}" for one in gone if one not in come] + [f"+ {one}" for one in come if one not in gone]
        return ", ".join(marks) or say("another order")
    return f"{_plain(old)} → {_plain(new)}"


def _entries(name: str, value: Any) -> list[str]:
    if value is None:
        return [say("not said")]
    terms = getattr(feedback.engine().library, TERMS.get(name, ""), {})
    if isinstance(value, dict):
        return [f"{_name(terms, one)} ({degree})" for one, degree in value.items()]
    return [_name(terms, one) if isinstance(one, str) else _row(one) for one in value]


def _name(terms: Mapping[str, Any], one: str) -> str:
    return terms[one].name if one in terms else one


def _row(row: Mapping[str, Any]) -> str:
    return " ".join(_told(row.values()))


def _told(values: Iterable[Any]) -> Iterator[str]:
    library = feedback.engine().library
    for value in values:
        if value not in (None, ""):
            yield _name({**library.activities, **library.occupations}, str(value))


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return say(SETTING_NAMES[value]) if value in SETTING_NAMES else str(value)
