"""Sign-in without a browser: whom a token lets in, and who sees what."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from otrec.app import signin, state
from otrec.models import OptionError
from otrec.store import Who

from .signing import PUBLIC as APP
from .signing import SETTING, Clinic, auth, use

MAIN = Path(state.__file__).with_name("main.py")
NOW = 1_800_000_000.0


def token(**changed: Any) -> dict[str, Any]:
    said = {
        "iss": APP.issuer, "aud": APP.client_id, "sub": "7", "iat": int(NOW) - 60, "exp": int(NOW) + 3540,
        "nonce": "n1", "preferred_username": "ot-ada", "is_logged_in": True,
    }  # fmt: skip
    return {name: value for name, value in (said | changed).items() if value is not None}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"exp": NOW + 1}, ""),
        ({"exp": NOW}, "expired"),
        ({"exp": NOW - 1}, "expired"),
        ({"exp": None}, "incomplete"),
        ({"exp": str(int(NOW) + 60)}, "incomplete"),
        ({"exp": True}, "incomplete"),
        ({"exp": float("inf")}, "incomplete"),
        ({"exp": float("nan")}, "incomplete"),
        ({"exp": 10**400}, "incomplete"),
        ({"exp": -1}, "incomplete"),
        ({"exp": (NOW + 60) * 1000}, "incomplete"),
        ({"iat": None}, "incomplete"),
        ({"iat": NOW + 120}, ""),
        ({"iat": NOW + 121}, "early"),
        ({"nbf": NOW + 120}, ""),
        ({"nbf": NOW + 121}, "early"),
        ({"iat": NOW - 36_000}, ""),
        ({"iat": NOW - 36_001}, "long"),
        ({"sub": None}, "incomplete"),
        ({"sub": ""}, "incomplete"),
        ({"sub": 7}, "incomplete"),
        ({"preferred_username": None}, "incomplete"),
        ({"preferred_username": "  "}, "incomplete"),
        ({"preferred_username": "x" * 255}, "incomplete"),
        ({"preferred_username": None, "email": "a@b.example"}, "incomplete"),
        ({"preferred_username": None, "email": "a@b.example", "email_verified": True}, ""),
        ({"iss": None}, "issuer"),
        ({"iss": APP.issuer + "/"}, ""),
        ({"iss": "https://login.example.evil"}, "issuer"),
        ({"aud": None}, "issuer"),
        ({"aud": "payroll"}, "issuer"),
        ({"aud": [APP.client_id]}, ""),
        ({"aud": ["payroll", APP.client_id]}, "issuer"),
        ({"aud": ["payroll", APP.client_id], "azp": "payroll"}, "issuer"),
        ({"aud": ["payroll", APP.client_id], "azp": APP.client_id}, ""),
    ],
)
def test_a_token_is_judged_by_its_claims(changed: dict[str, Any], why: str) -> None:
    assert signin.fault(token(**changed), SETTING, NOW) == why


@pytest.mark.parametrize("verified", ["true", 1, None, False])
def test_an_address_that_nobody_verified_is_no_login(verified: object) -> None:
    said = {"email": "bo@clinic.example", "email_verified": verified, "preferred_username": " ot-cy "}
    assert signin.login(said) == "ot-cy"
    assert signin.login(said | {"email_verified": True}) == "bo@clinic.example"


def test_a_sign_in_that_is_over_stays_over_until_the_next() -> None:
    seen = signin.SignIns()
    assert [seen.use("a", at, 60) for at in (0, 60, 120, 180.1, 181)] == ["", "", "", "idle", "idle"]
    assert seen.use("b", 181, 60) == ""
    seen.end("b", 182)
    assert seen.use("b", 183, 60) == "left"
    assert seen.use("c", 183, 60) == ""
    assert seen.use("a", 183, 60) == "idle"


def test_what_is_remembered_of_sign_ins_is_forgotten_after_a_day() -> None:
    seen = signin.SignIns()
    for key in map(str, range(100)):
        seen.use(key, 0, 60)
        seen.end(key, 0)
    seen.use("late", 25 * 3600, 60)
    assert (len(seen._used), len(seen._over)) == (1, 0)


# Who sees what


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(signin, "_now", found)
    return found


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A store with two people, and a process that has seen no sign-in yet."""
    clinic = use(monkeypatch)
    monkeypatch.setattr(signin, "_SIGN_INS", signin.SignIns())
    for cached in (signin.setting, signin.store):
        cached.clear()
    yield clinic
    for cached in (signin.setting, signin.store):
        cached.clear()


Visitor = Callable[..., AppTest]


@pytest.fixture
def visitor(people: Clinic, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A session of the whole app with an identity."""
    options = {"server.allowedHosts": ["otrec.example"], "server.address": "127.0.0.1"}
    usual = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: options.get(name, usual(name)))

    def opened(**claims: Any) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.secrets = {"auth": auth(), "otrec": {}}
        app.user = token(**claims)
        return app

    return opened


def heads(app: AppTest) -> list[str]:
    assert not app.exception
    return [title.value for title in app.title]


def said(app: AppTest) -> str:
    return " ".join(str(part.value) for part in (*app.markdown, *app.info, *app.text, *app.caption))


def kept(app: AppTest) -> list[str]:
    """The names of all that the session keeps."""
    return [str(name) for name in app.session_state._state.filtered_state]


DOOR = ["Sign in to otrec"]
HOME = ["Activities for one client"]


def test_without_identity_there_is_the_door_alone(visitor: Visitor, people: Clinic) -> None:
    app = visitor()
    for user in ({"is_logged_in": False}, token(is_logged_in=False), token(is_logged_in="yes"), token(is_logged_in=1)):
        app.user = user
        assert heads(app.run()) == DOOR
        assert [button.label for button in app.button if button.label != "Sign out"] == ["Sign in"]
    assert "s_desk" not in app.session_state
    assert not app.sidebar.children
    assert people.calls == []


def test_a_person_comes_to_their_own_desk(visitor: Visitor, people: Clinic) -> None:
    app = visitor().run()
    assert heads(app) == HOME
    assert app.session_state["s_desk"].who.login == "ot-ada"
    assert "ot-ada" in said(app)
    assert "Therapist" in said(app)
    assert people.calls == [(APP.issuer, "7", "ot-ada")]
    assert heads(app.run()) == HOME
    assert (len(people.calls), people.desks) == (1, 1)


def test_a_session_that_becomes_another_persons_keeps_nothing(visitor: Visitor) -> None:
    app = visitor().run()
    app.session_state["p_age_years"] = 9.5
    app.session_state["v_left_over"] = "seen"
    app.session_state["s_undo"] = ["secret"]
    first = app.run().session_state["s_desk"]
    for other in ({"sub": "8", "email": "bo@clinic.example", "email_verified": True}, {"sub": "7"}):
        app.user = token(**other)
        assert heads(app.run()) == HOME
        desk = app.session_state["s_desk"]
        assert desk is not first
        assert desk.who.login == ("bo@clinic.example" if "email" in other else "ot-ada")
        assert app.session_state["p_age_years"] == 6.5
        assert "v_left_over" not in app.session_state
        assert "s_undo" not in app.session_state
        first = desk


@pytest.mark.parametrize("issuer", ["https://other.example", f"{APP.issuer}/"])
def test_same_subject_of_another_issuer_is_another_person(visitor: Visitor, issuer: str) -> None:
    app = visitor().run()
    assert heads(app) == HOME
    app.user = token(iss=issuer)
    assert heads(app.run()) == DOOR
    assert not {"s_desk", "s_who", "s_identity", "p_barriers"} & set(kept(app))


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"exp": NOW}, "Your sign-in has run out."),
        ({"exp": None}, "left something out"),
        ({"iat": NOW - 40_000}, "Your sign-in has run out."),
        ({"iat": NOW + 200}, "is ahead of this one"),
        ({"iss": "https://other.example"}, "made elsewhere"),
        ({"aud": "payroll"}, "made elsewhere"),
        ({"preferred_username": "ot-nobody"}, "You have not been invited yet."),
    ],
)
def test_whoever_is_turned_away_is_told_why_and_may_leave(visitor: Visitor, claims: dict[str, Any], told: str) -> None:
    app = visitor(**claims).run()
    assert heads(app) == DOOR
    assert told in said(app)
    assert {"Sign in", "Sign out"} == {button.label for button in app.button}
    assert "s_desk" not in app.session_state


def test_a_token_that_runs_out_meanwhile_ends_the_session(visitor: Visitor, clock: Clock) -> None:
    app = visitor().run()
    assert heads(app) == HOME
    clock.now = NOW + 3_539
    assert heads(app.run()) == HOME
    clock.now = NOW + 3_540
    assert heads(app.run()) == DOOR
    assert not [key for key in kept(app) if key.startswith("p_")]
    assert "s_desk" not in app.session_state
    clock.now = NOW
    assert heads(app.run()) == HOME


def test_left_alone_it_closes_in_every_tab_until_the_next_sign_in(visitor: Visitor, clock: Clock) -> None:
    app = visitor(exp=NOW + 80_000).run()
    clock.now = NOW + 3_600
    assert heads(app.run()) == HOME
    clock.now += 3_601
    new_tab = visitor(exp=NOW + 80_000).run()
    assert heads(new_tab) == DOOR
    assert "nothing happened for a while" in said(new_tab)
    assert heads(app.run()) == DOOR
    assert heads(app.run()) == DOOR
    assert heads(visitor(iat=clock.now, exp=NOW + 80_000, nonce="n2").run()) == HOME


def test_signing_out_clears_all_and_ends_the_sign_in_everywhere(visitor: Visitor) -> None:
    app, tab = visitor().run(), visitor().run()
    assert heads(app) == heads(tab) == HOME
    app.session_state["p_left_over"] = app.session_state["v_left_over"] = app.session_state["s_left_over"] = 1
    next(button for button in app.button if button.label == "Sign out").click().run()
    assert heads(app) == DOOR
    assert not [key for key in kept(app) if key.endswith("left_over")]
    assert "s_desk" not in app.session_state
    assert app.user == {"is_logged_in": False}
    assert heads(tab.run()) == DOOR
    assert heads(visitor().run()) == DOOR
    assert heads(visitor(nonce="n2").run()) == HOME


def test_leaving_clears_at_once(visitor: Visitor) -> None:
    code = (
        "from otrec.app import signin\nimport streamlit as st\nsigned_in = signin.who() is not None\n"
        "st.session_state['p_x'] = st.session_state['v_x'] = st.session_state['s_x'] = 1\nsignin.leave()\n"
        "st.text(f'{signed_in} {sorted(st.session_state)} {signin.who()}')"
    )
    page = AppTest.from_string(code, default_timeout=60)
    page.secrets, page.user = visitor().secrets, token()
    assert page.run().text[0].value == "True [] None"


def test_a_header_that_names_its_own_user_keeps_the_door_shut(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, headers = st.get_option, {"X-User": "sub"}
    monkeypatch.setattr(st, "get_option", lambda name: headers if name.endswith("UserHeaders") else usual(name))
    app = visitor()
    assert heads(app.run()) == ["otrec is not open at this address"]
    assert "server.trustedUserHeaders lets a request name its own user" in said(app)


def test_an_invitation_taken_back_counts_at_the_next_run(visitor: Visitor, people: Clinic) -> None:
    app = visitor().run()
    first = app.session_state["s_desk"]
    people.change("UPDATE person SET role = 'student' WHERE login = 'ot-ada'")
    assert "Student" in said(app.run())
    assert app.session_state["s_desk"] is not first
    people.change("UPDATE person SET active = 0 WHERE login = 'ot-ada'")
    assert heads(app.run()) == DOOR
    assert "s_desk" not in app.session_state
    assert "You have not been invited yet." in said(app)


@pytest.mark.parametrize("name", ["me", " ME "])
def test_nobody_signs_in_as_the_person_of_a_machine_of_one(visitor: Visitor, people: Clinic, name: str) -> None:
    people.people.alone()
    app = visitor(preferred_username=name).run()
    assert heads(app) == DOOR
    assert "You have not been invited yet." in said(app)
    assert people.calls == []


def test_a_database_that_does_not_answer_opens_nothing(
    visitor: Visitor, people: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> Who:
        raise OptionError("the server refused the password of bo@clinic.example")

    app = visitor().run()
    for name in ("known", "sign_in"):
        monkeypatch.setattr(people.people, name, fails, raising=False)
    assert heads(app.run()) == DOOR
    assert "The database does not answer." in said(app)
    assert "password" not in said(app)
    assert "s_desk" not in app.session_state


def test_who_is_asked_again_wherever_a_desk_is_needed(visitor: Visitor, clock: Clock) -> None:
    code = "from otrec.app import signin\nimport streamlit as st\nst.text(str(signin.who() is not None))"
    app = visitor()
    page = AppTest.from_string(code, default_timeout=60)
    page.secrets, page.user = app.secrets, app.user
    assert page.run().text[0].value == "True"
    clock.now = NOW + 3_540
    assert page.run().text[0].value == "False"


def test_a_section_with_problems_shows_them_and_nothing_else(visitor: Visitor) -> None:
    app = visitor()
    app.secrets = {"auth": auth(cookie_secret="short", redirect_uri=None)}
    assert heads(app.run()) == ["otrec is not open at this address"]
    assert "redirect_uri is missing" in said(app)
    assert "cookie_secret must have" in said(app)
    assert "docs/how-to/clinic.md" in said(app)
    assert "short" not in said(app)
    assert not app.button


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::"])
def test_started_by_hand_it_refuses_as_well(
    people: Clinic, monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    usual = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else usual(name))
    app = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert heads(app) == ["otrec is not open at this address"]
    assert "there is no sign-in" in said(app)
    people.change("DELETE FROM person")
    assert "nobody has been invited" in said(app.run())


def test_sign_in_stays_wanted_when_its_file_goes_away(visitor: Visitor) -> None:
    app = visitor().run()
    assert heads(app) == HOME
    app.secrets, app.user = {}, {}
    assert heads(app.run()) == DOOR
    assert heads(AppTest.from_file(str(MAIN), default_timeout=60).run()) == DOOR


def test_one_person_on_one_machine_needs_no_account(people: Clinic) -> None:
    app = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert heads(app.run()) == HOME
    assert not [button for button in app.button if button.label == "Sign out"]
    page = AppTest.from_string("from otrec.app import signin\nsignin.who(), signin.who()", default_timeout=60)
    before = people.desks
    assert not page.run().exception
    assert page.session_state["s_desk"].who.login == "me"
    assert people.desks == before + 1
    assert people.calls == []


def test_the_start_for_one_person_loads_nothing_of_sign_in() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({str(MAIN)!r}, default_timeout=60).run(); "
        "print(app.title[0].value, '|', sorted({name.split('.')[0] for name in sys.modules} "
        "& {'authlib', 'httpx', 'joserfc'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=MAIN.parents[2], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Activities for one client | []"
