"""What the sign-in tests share: a provider of identities, an app that asks it, and people who sign in."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text

from otrec.app import access
from otrec.store import Desk, Store, Who

from .browsing import WIDTHS, Scheme, go, settle, watch

SECRET: Final = "9f3c1be27a64d0588e1c73fa20b6d94e"
COOKIE: Final = "_streamlit_user"
HOME: Final = "Activities for one client"
#: Subject -> what the provider says about them. The last one is nobody's colleague.
CAST: Final[dict[str, dict[str, Any]]] = {
    "sub-ada": {"preferred_username": "ot-ada"},
    "sub-bo": {"preferred_username": "somebody", "email": "bo@clinic.example", "email_verified": True},
    "sub-di": {"preferred_username": "ot-di"},
    "sub-cy": {"preferred_username": "ot-cy", "email": "bo@clinic.example", "email_verified": False},
}
#: Login -> role of those who were invited.
INVITED: Final = {"ot-ada": "therapist", "bo@clinic.example": "supervisor", "ot-di": "therapist"}
LOGINS: Final = {"sub-ada": "ot-ada", "sub-bo": "bo@clinic.example"}


#: The provider's own page is dressed from elsewhere; here it stays plain.
DRESS: Final = re.compile(r"https://cdn\.jsdelivr\.net/.*\.css")


def invite(store: Store) -> None:
    """Add those who were invited to a database."""
    for login, role in INVITED.items():
        store.people.add(login, role, "Clinic")


@dataclass(frozen=True)
class SignInApp:
    """An app with sign-in that runs: where it is, where its provider is, and the names it was registered under."""

    address: str
    issuer: str
    client_id: str = "otrec-test"
    secret: str = SECRET

    def claims(self, subject: str, **changed: Any) -> dict[str, Any]:
        """An identity as Streamlit keeps it after a sign-in an instant ago."""
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": subject,
            "iat": now,
            "exp": now + 600,
            "nonce": str(now),
        }
        kept = {"origin": self.address, "is_logged_in": True, "provider": "default"}
        return said | CAST[subject] | kept | changed


@contextmanager
def signing_in(folder: Path, *, own: str = "") -> Iterator[SignInApp]:
    """An app and the provider that it asks, both on this machine; `own` are lines of its [otrec] section."""
    from oidc_provider_mock import run_server_in_thread
    from oidc_provider_mock._storage import User

    people = [User(sub=subject, claims=claims) for subject, claims in CAST.items()]
    with run_server_in_thread(user_claims=people) as provider:
        app = SignInApp(f"http://localhost:{free_port()}", f"http://localhost:{provider.server_port}")
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(secrets_toml(app, own), encoding="utf-8")
        with _serving(folder, app.address):
            yield app


def secrets_toml(app: SignInApp, own: str = "") -> str:
    return f"""
[auth]
redirect_uri = "{app.address}/oauth2callback"
cookie_secret = "{app.secret}"
client_id = "{app.client_id}"
client_secret = "from-the-provider"
server_metadata_url = "{app.issuer}/.well-known/openid-configuration"

[otrec]
{own}
"""


@contextmanager
def _serving(folder: Path, address: str) -> Iterator[None]:
    """The app in a folder of its own, with those in its database who were invited."""
    url = f"sqlite:///{folder / 'otrec.db'}"
    store = Store.open(url)
    invite(store)
    store.close()
    command = [sys.executable, "-m", "otrec.cli", "app", "--port", address.rsplit(":", 1)[1], "--no-browser"]
    with served(command, folder, f"{address}/_stcore/health", OTREC_DATABASE_URL=url):
        yield


@contextmanager
def served(command: list[str], folder: Path, health: str, **environment: str) -> Iterator[None]:
    """A server that runs in a folder until the block ends."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(health, server, log)
            yield
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(health: str, server: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            log.seek(0)
            raise AssertionError(f"the app ended at once: {log.read().decode()}")
        try:
            urllib.request.urlopen(health, timeout=1)
            return
        except OSError:
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


#: An app in the world, and how it is set up.
PUBLIC: Final = SignInApp("https://otrec.example", "https://login.example")
SECRETS: Final = tomllib.loads(secrets_toml(PUBLIC))
SETTING: Final = access.understood(SECRETS)


def auth(**changed: Any) -> dict[str, Any]:
    return {name: value for name, value in (SECRETS["auth"] | changed).items() if value is not None}


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


def sign_in(page: Page, app: SignInApp, subject: str) -> None:
    """Go the whole way: the button, the provider's page, and back."""
    go(page, app.address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=subject, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    settle(page)


def open_account(page: Page) -> None:
    """Open the menu of the person who is signed in."""
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def sign_out(page: Page, app: SignInApp) -> None:
    """Leave through the menu and the provider's own page, back to the sign-in page."""
    open_account(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{app.issuer}/**")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{app.address}/**")
    at_the_door(page)


def at_the_door(page: Page, told: str = "") -> None:
    """The sign-in page, and nothing else of the app."""
    expect(page.get_by_role("heading", level=1, name="Sign in to otrec")).to_be_visible(timeout=60_000)
    settle(page)
    if told:
        expect(page.get_by_text(told)).to_be_visible()
    for shown in (page.get_by_role("heading", name=HOME), page.get_by_role("button", name="Account")):
        expect(shown).to_have_count(0)
    assert "".join(page.get_by_test_id("stSidebar").all_inner_texts()) == ""
    expect(page.get_by_test_id("stTopNavLinkContainer")).to_have_count(0)


def cookie(context: BrowserContext) -> str:
    """The identity cookie that a browser keeps."""
    return next(str(one.get("value")) for one in context.cookies() if one.get("name") == COOKIE)


def put_cookie(context: BrowserContext, app: SignInApp, value: str) -> None:
    """Give a browser an identity cookie."""
    context.add_cookies([{"name": COOKIE, "value": value, "url": app.address, "httpOnly": True, "sameSite": "Lax"}])


def signed(claims: Mapping[str, Any], secret: str = SECRET) -> str:
    """An identity cookie as Streamlit signs it."""
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    return create_signed_value(secret, COOKIE, json.dumps(dict(claims))).decode()


@contextmanager
def arriving(chromium: Browser, app: SignInApp) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers of their own, one for each person, which ask nobody but the app and its provider."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def opened(scheme: Scheme = "light", width: int = 1280) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
        watch(context, app.address, outside)
        context.route(DRESS, lambda route: route.abort())
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in outside if not url.startswith(app.issuer) and not DRESS.fullmatch(url)] == []
