"""How sign-in is set up and where the app may listen: every problem told at once, and the door shut in doubt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from otrec.app import access, launch, signin
from otrec.models import OptionError
from otrec.store import Store

from .signing import PUBLIC as APP
from .signing import SECRETS, SETTING, auth, use

OPEN = ["0.0.0.0", "::", "192.168.1.4", "fe80::1", "clinic.local", "localhost.clinic.local", "127.1", "", None,
        "::ffff:10.0.0.1", "unix:///run/otrec.sock", "128.0.0.1"]  # fmt: skip
CLOSED = ["127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"]


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
    for lines, wanted in (("[auth", True), (None, False), ('[database]\nurl = "x"', False)):
        (tmp_path / ".streamlit").mkdir(exist_ok=True)
        place = tmp_path / ".streamlit" / "secrets.toml"
        place.unlink(missing_ok=True)
        if lines:
            place.write_text(lines)
        code = "from otrec.app import access; found = access.read(); print(found.wanted, len(found.problems))"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [str(wanted), str(int(wanted))], lines


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
    every = not hosts or "*" in hosts
    assert told.startswith(
        "server.allowedHosts admits every name" if every else "server.allowedHosts lacks otrec.example"
    )


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
    with pytest.raises(OptionError, match=r"127\.0\.0\.1: 5 reasons"):
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
