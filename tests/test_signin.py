"""Sign-in without a browser: how it is set up, where the app may listen, whom a token lets in, and who sees what."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from otrec.app import access, launch, signin, state
from otrec.models import OptionError
from otrec.store import Desk, Store, Who
from otrec.store.database import Database
from otrec.store.people import People

from .signing import INVITED, SignInApp, invite, secrets_toml

MAIN = Path(state.__file__).with_name("main.py")
NOW = 1_800_000_000.0
APP = SignInApp("https://otrec.example", "https://login.example")
SECRETS = tomllib.loads(secrets_toml(APP))
SETTING = access.understood(SECRETS)
OPEN = ["0.0.0.0", "::", "192.168.1.4", "fe80::1", "clinic.local", "localhost.clinic.local", "127.1", "", None,
        "::ffff:10.0.0.1", "unix:///run/otrec.sock", "128.0.0.1"]  # fmt: skip
CLOSED = ["127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"]


def auth(**changed: Any) -> dict[str, Any]:
    return {name: value for name, value in (SECRETS["auth"] | changed).items() if value is not None}


# How sign-in is set up


def test_a_whole_section_has_no_problem() -> None:
    assert access.auth_problems(auth()) == []
    assert access.auth_problems(auth(redirect_uri="http://localhost:{port}/oauth2callback")) == []
    assert access.auth_problems(auth(redirect_uri="http://[::1]:8501/oauth2callback")) == []
    assert access.auth_problems(auth(client_kwargs={"scope": "openid email", "prompt": "login"})) == []
    assert signin.auth_problems is access.auth_problems
    assert (SETTING.issuer, SETTING.client_id, SETTING.host) == (APP.issuer, APP.client_id, "otrec.example")
    assert (SETTING.session, SETTING.idle) == (36_000, 3_600)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"redirect_uri": None}, "redirect_uri is missing"),
        ({"redirect_uri": "otrec.example/oauth2callback"}, "redirect_uri must be an address"),
        ({"redirect_uri": "https://otrec.example:port/oauth2callback"}, "redirect_uri must be an address"),
        ({"redirect_uri": "https://a:b@otrec.example/oauth2callback"}, "redirect_uri must be an address"),
        ({"redirect_uri": 5}, "redirect_uri must be an address"),
        ({"redirect_uri": "http://otrec.example/oauth2callback"}, "redirect_uri must begin with https://"),
        ({"redirect_uri": "https://otrec.example/"}, "redirect_uri must end with /oauth2callback"),
        ({"redirect_uri": "https://otrec.example/oauth2callback?a=1"}, "redirect_uri must end with /oauth2callback"),
        ({"cookie_secret": None}, "cookie_secret is missing"),
        ({"cookie_secret": APP.secret[:31]}, "cookie_secret must have at least 32"),
        ({"cookie_secret": "x" * 40}, "cookie_secret can be guessed"),
        ({"client_id": None}, "client_id is missing"),
        ({"client_id": " "}, "client_id is missing"),
        ({"client_secret": ""}, "client_secret is missing"),
        ({"server_metadata_url": None}, "server_metadata_url is missing"),
        ({"server_metadata_url": "https://login.example"}, "server_metadata_url must be an address that ends with"),
        (
            {"server_metadata_url": "http://login.example/.well-known/openid-configuration"},
            "server_metadata_url must begin with https://",
        ),
        ({"google": {"client_id": "a"}}, "[auth.google] is not used"),
        ({"expose_tokens": ["id"]}, "expose_tokens hands tokens to the page"),
        ({"client_kwargs": {"scope": "email profile"}}, 'client_kwargs must leave "openid" in its scope'),
        ({"client_kwargs": "openid"}, 'client_kwargs must leave "openid" in its scope'),
    ],
)
def test_each_problem_of_the_section_is_one_sentence(changed: dict[str, Any], told: str) -> None:
    (found,) = access.auth_problems(auth(**changed))
    assert found.startswith(told)
    assert not any(str(value) in found for name, value in changed.items() if value and name.endswith("secret"))


def test_every_problem_is_told_at_once() -> None:
    assert len(access.auth_problems({})) == 5
    setting = access.understood({"auth": {}, "otrec": {"session_hours": 25, "minutes": 1}})
    assert len(setting.problems) == 7
    assert setting.wanted


@pytest.mark.parametrize(
    "own",
    [
        {"session_hours": 0}, {"session_hours": 24.5}, {"session_hours": True}, {"session_hours": "10"},
        {"session_hours": float("nan")}, {"idle_minutes": float("inf")}, {"idle_minutes": -1}, {"idle_minute": 5},
        {"issuer": "login.example"}, {"issuer": 3},
    ],
)  # fmt: skip
def test_settings_of_our_own_are_checked(own: dict[str, Any]) -> None:
    (found,) = access.session_problems(own)
    assert next(iter(own)) in found


def test_settings_of_our_own_count() -> None:
    own = {"session_hours": 8, "idle_minutes": 15.5, "issuer": "https://sts.example/tenant/"}
    found = access.understood(SECRETS | {"otrec": own})
    assert (found.session, found.idle, found.issuer) == (28_800, 930, "https://sts.example/tenant")


@pytest.mark.parametrize("secrets", [{"auth": "yes"}, {"auth": [], "otrec": {}}, {"auth": auth(), "otrec": 1}])
def test_a_section_that_is_none_keeps_the_door_shut(secrets: dict[str, Any]) -> None:
    found = access.understood(secrets)
    assert found.wanted
    assert found.problems


def test_a_broken_file_keeps_the_door_shut(tmp_path: Path) -> None:
    for text, wanted in (("[auth", True), (None, False), ('[database]\nurl = "x"', False)):
        (tmp_path / ".streamlit").mkdir(exist_ok=True)
        place = tmp_path / ".streamlit" / "secrets.toml"
        place.unlink(missing_ok=True)
        if text:
            place.write_text(text)
        code = "from otrec.app import access; found = access.read(); print(found.wanted, len(found.problems))"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [str(wanted), str(int(wanted))], text


# Where it may listen


@pytest.mark.parametrize("address", CLOSED)
def test_this_machine_alone_needs_no_sign_in(address: str) -> None:
    def asked() -> bool:
        raise AssertionError("the database is opened only where others could come in")

    assert access.refusals(address, access.Setting(wanted=False), ["127.0.0.1"], asked) == []
    assert access.refusals(address, SETTING, ["otrec.example"], asked) == []


@pytest.mark.parametrize("address", OPEN)
def test_any_other_address_needs_sign_in_and_people(address: str | None) -> None:
    nothing = access.refusals(address, access.Setting(wanted=False), [], lambda: False)
    assert [told.split(",")[0] for told in nothing] == ["there is no sign-in", "nobody has been invited"]
    assert len(access.refusals(address, access.Setting(wanted=False), [], lambda: True)) == 1
    assert len(access.refusals(address, SETTING, ["otrec.example"], lambda: False)) == 1
    assert access.refusals(address, SETTING, ["otrec.example"], lambda: True) == []


@pytest.mark.parametrize("hosts", [[], ["*"], ["otrec.example", "*"], ["127.0.0.1"], ["*.clinic.example"], ["example"]])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_with_sign_in_the_public_host_must_be_named(address: str, hosts: list[str]) -> None:
    (told,) = access.refusals(address, SETTING, hosts, lambda: True)
    assert "server.allowedHosts" in told


@pytest.mark.parametrize("hosts", [["OTREC.example "], ["*.example"], ["127.0.0.1", "otrec.example"]])
def test_the_public_host_is_known_in_any_spelling(hosts: list[str]) -> None:
    assert access.refusals("0.0.0.0", SETTING, hosts, lambda: True) == []


def test_options_that_undo_the_sign_in_are_named() -> None:
    safe = {"server.enableCORS": True, "server.enableXsrfProtection": True, "server.trustedUserHeaders": {},
            "server.enableAgentApi": False}  # fmt: skip
    loose = {"server.enableCORS": False, "server.enableXsrfProtection": False,
             "server.trustedUserHeaders": {"X-User": "sub"}, "server.enableAgentApi": True}  # fmt: skip
    assert access.loosened(safe.__getitem__, SETTING) == []
    for name, value in loose.items():
        (told,) = access.loosened((safe | {name: value}).__getitem__, SETTING)
        assert told.startswith(name)
    assert access.loosened(loose.__getitem__, access.Setting(wanted=False)) == []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What streamlit was asked to run, instead of running it."""
    from streamlit.web import cli

    asked: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda given, standalone_mode: asked.append(given))
    monkeypatch.setattr(launch, "_taken", lambda address, port: False)
    monkeypatch.setattr(access, "read", lambda: access.Setting(wanted=False))
    return asked


class Clinic:
    """A database in memory with those who were invited, which counts what is asked of it."""

    def __init__(self, invited: bool = True) -> None:
        self.store = Store.open("sqlite://")
        self.people, self.desk_of = self.store.people, self.store.desk
        self.calls: list[tuple[str, str, str]] = []
        self.desks = 0
        if invited:
            invite(self.store)

    def sign_in(self, issuer: str, subject: str, login: str) -> Who:
        self.calls.append((issuer, subject, login))
        return type(self.people).sign_in(self.people, issuer, subject, login)

    def desk(self, who: Who | None = None) -> Desk:
        self.desks += 1
        return self.desk_of(who)

    def change(self, statement: str) -> None:
        with self.store.database.begin() as session:
            session.execute(text(statement))


def use(monkeypatch: pytest.MonkeyPatch, invited: bool = True) -> Clinic:
    """Let the app open a database in memory."""
    clinic = Clinic(invited)
    monkeypatch.setattr(clinic.store.people, "sign_in", clinic.sign_in)
    monkeypatch.setattr(clinic.store, "desk", clinic.desk)
    monkeypatch.setattr(Store, "open", lambda url=None: clinic.store)
    return clinic


def test_launch_refuses_with_every_reason(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, invited=False)
    with pytest.raises(OptionError) as refused:
        launch.launch(8501, False, "0.0.0.0", ["otrec.example"])
    told = str(refused.value)
    assert "not opened at 0.0.0.0: 3 reasons" in told
    assert "[auth]" in told
    assert "nobody has been invited" in told
    assert "--host names a way in" in told
    assert told.endswith("docs/how-to/clinic.md")
    assert started == []
    with pytest.raises(OptionError, match="1 reason\n"):
        launch.launch(8501, False, "127.0.0.1", ["otrec.example"])
    monkeypatch.setattr(access, "read", lambda: access.understood({"auth": {}}))
    with pytest.raises(OptionError, match="127.0.0.1: 5 reasons"):
        launch.launch(8501, False)
    assert started == []


def test_launch_on_this_machine_opens_no_database(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "open", lambda url=None: pytest.fail("the database was opened"))
    launch.launch(8501, False)
    launch.launch(8501, False, "127.0.0.2")
    assert "--server.address=127.0.0.1" in started[0]
    assert "--server.allowedHosts=127.0.0.2" in started[1]


def test_launch_with_sign_in_leaves_nothing_to_chance(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch)
    monkeypatch.setattr(access, "read", lambda: SETTING)
    launch.launch(8501, False, "0.0.0.0", ["otrec.clinic.example", "otrec"])
    (asked,) = started
    for flag in (
        "address=0.0.0.0", "allowedHosts=127.0.0.1", "allowedHosts=otrec.example", "allowedHosts=otrec",
        "allowedHosts=otrec.clinic.example", "enableXsrfProtection=true", "enableCORS=true",
        "trustedUserHeaders={}", "enableAgentApi=false",
    ):  # fmt: skip
        assert f"--server.{flag}" in asked, flag
    with pytest.raises(OptionError, match=r"allowedHosts admits every name"):
        launch.launch(8501, False, "0.0.0.0", ["*"])


def test_the_command_line_hands_address_and_hosts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from otrec.cli import app

    asked: list[Any] = []
    monkeypatch.setattr(launch, "launch", lambda *given: asked.append(given))
    CliRunner().invoke(app, ["app", "--no-browser"])
    CliRunner().invoke(app, ["app", "--no-browser", "--address", "::", "--host", "a", "--host", "b", "--port", "9"])
    assert asked == [(8501, False, "127.0.0.1", ()), (9, False, "::", ["a", "b"])]


# Whom a token lets in


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


def test_same_subject_of_another_issuer_is_another_person(visitor: Visitor, people: Clinic) -> None:
    app = visitor().run()
    assert heads(app) == HOME
    app.user = token(iss="https://other.example")
    assert heads(app.run()) == DOOR
    assert not [key for key in kept(app) if key in ("s_desk", "s_who", "s_identity", "p_barriers")]


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


def test_a_database_on_a_server_hides_its_people_until_they_sign_in() -> None:
    from .stores import postgresql

    with postgresql() as (owner, member):
        People(Database(owner)).add("ot-ada", "therapist", "Clinic")
        store = Store.open(member)
        assert access.invited(store)
        store.close()
    assert not access.invited(Clinic(invited=False).store)
    assert access.invited(Clinic().store)


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
    assert heads(app) == HOME
    assert people.desks == 0
    assert not [button for button in app.button if button.label == "Sign out"]
    page = AppTest.from_string("from otrec.app import signin\nsignin.who().who, signin.who()", default_timeout=60).run()
    assert not page.exception
    assert page.session_state["s_desk"].who.login == "me"
    assert people.desks == 1


def test_the_start_for_one_person_loads_nothing_of_sign_in() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({str(MAIN)!r}, default_timeout=60).run(); "
        "print(app.title[0].value, '|', sorted({name.split('.')[0] for name in sys.modules} "
        "& {'authlib', 'httpx', 'joserfc', 'sqlalchemy', 'alembic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=MAIN.parents[2], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Activities for one client | []"
