"""Signing in, end to end in a real browser: two people, their own accounts, and cookies that do not count."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .auditing import faults
from .browsing import WAYS, Scheme, go, picture, press, settle, sideways, watch
from .signing import (
    CAST,
    HOME,
    LOGINS,
    SignInApp,
    arriving,
    at_the_door,
    cookie,
    free_port,
    open_account,
    put_cookie,
    served,
    sign_in,
    sign_out,
    signed,
    signing_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]
ROOT = Path(__file__).parents[1]
Arrive = Callable[..., BrowserContext]
RUN_OUT = "Your sign-in has run out. Sign in again to go on."
ELSEWHERE = "This sign-in was made elsewhere and does not count here. Sign in again."


@pytest.fixture(scope="module")
def app(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInApp]:
    with signing_in(tmp_path_factory.mktemp("signin")) as started:
        yield started


@pytest.fixture
def arrive(chromium: Browser, app: SignInApp) -> Iterator[Arrive]:
    """A browser of one's own, which asks nobody but the app and its provider."""
    with arriving(chromium, app) as opened:
        yield opened


def account(page: Page) -> str:
    """What the account menu says, opened and closed again."""
    open_account(page)
    told = page.get_by_test_id("stPopoverBody").inner_text()
    page.keyboard.press("Escape")
    return told


def test_two_people_at_once_each_see_their_own_account(app: SignInApp, arrive: Arrive) -> None:
    pages = {subject: arrive().new_page() for subject in LOGINS}
    for subject, page in pages.items():
        sign_in(page, app, subject)
    for _ in range(2):
        for subject, page in pages.items():
            told, others = account(page), [name for one, name in LOGINS.items() if one != subject]
            assert LOGINS[subject] in told
            assert not [name for name in others if name in page.locator("body").inner_text() or name in told]
            go(page, f"{app.address}/about")
    assert "Supervisor" in account(pages["sub-bo"])
    sign_out(pages["sub-ada"], app)
    go(pages["sub-bo"], app.address)
    assert LOGINS["sub-bo"] in account(pages["sub-bo"])


def test_signing_out_counts_in_every_tab_and_for_the_old_cookie(app: SignInApp, arrive: Arrive) -> None:
    context = arrive()
    page, tab = context.new_page(), context.new_page()
    sign_in(page, app, "sub-ada")
    go(tab, app.address)
    expect(tab.get_by_role("heading", level=1, name=HOME)).to_be_visible()
    old = cookie(context)
    sign_out(page, app)
    press(tab, tab.get_by_role("radio", name="Glance", exact=True))
    at_the_door(tab)
    put_cookie(context, app, old)
    go(page, app.address)
    at_the_door(page)
    sign_in(page, app, "sub-ada")
    expect(page.get_by_role("heading", level=1, name=HOME)).to_be_visible()


def test_the_next_person_in_the_same_browser_finds_nothing_of_the_one_before(app: SignInApp, arrive: Arrive) -> None:
    page = arrive().new_page()
    sign_in(page, app, "sub-ada")
    fresh = page.get_by_role("spinbutton", name="Age").input_value()
    box = page.get_by_role("spinbutton", name="Age")
    box.fill("9")
    box.press("Enter")
    settle(page)
    sign_out(page, app)
    sign_in(page, app, "sub-bo")
    assert page.get_by_role("spinbutton", name="Age").input_value() == fresh
    assert "ot-ada" not in page.locator("body").inner_text()


def test_who_was_not_invited_is_told_so_and_can_leave(app: SignInApp, arrive: Arrive) -> None:
    page = arrive().new_page()
    sign_in(page, app, "sub-cy")
    at_the_door(page, "You have not been invited yet.")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{app.issuer}/**")


def test_every_address_leads_to_the_door(app: SignInApp, arrive: Arrive) -> None:
    page = arrive().new_page()
    for path in ("/", "/graph?v_mode=path", "/study", "/library?item=tool:therapy_putty", "/nothing"):
        go(page, app.address + path)
        at_the_door(page)
        assert page.get_by_role("dialog").count() == int(path == "/nothing")


def test_a_cookie_of_ours_opens_the_app(app: SignInApp, arrive: Arrive) -> None:
    context = arrive()
    put_cookie(context, app, signed(app.claims("sub-ada")))
    page = context.new_page()
    go(page, app.address)
    assert LOGINS["sub-ada"] in account(page)


def cookies(app: SignInApp) -> dict[str, tuple[str, str]]:
    """Cookies that must not open the app, and what their bearers are told."""
    now = int(time.time())
    body, stamp, proof = signed(app.claims("sub-ada")).rsplit(".", 2)
    other = signed(app.claims("sub-bo")).rsplit(".", 1)[1]
    return {
        "another secret": (signed(app.claims("sub-ada"), secret="0123456789abcdef" * 4), ""),
        "one letter changed": (f"{body[:9]}{'A' if body[9] != 'A' else 'B'}{body[10:]}.{stamp}.{proof}", ""),
        "payload of one, signature of another": (f"{body}.{stamp}.{other}", ""),
        "no signature": (body, ""),
        "of another address": (signed(app.claims("sub-ada", origin="http://localhost:1")), ""),
        "not signed in": (signed(app.claims("sub-ada", is_logged_in=False)), ""),
        "expired": (signed(app.claims("sub-ada", iat=now - 700, exp=now - 1)), RUN_OUT),
        "too old": (signed(app.claims("sub-ada", iat=now - 11 * 3600, exp=now + 600)), RUN_OUT),
        "of tomorrow": (signed(app.claims("sub-ada", iat=now + 86400, exp=now + 90000)), "is ahead of this one"),
        "without end": (signed(app.claims("sub-ada", exp=None)), "left something out"),
        "of another provider": (signed(app.claims("sub-ada", iss="https://login.example")), ELSEWHERE),
        "for another app": (signed(app.claims("sub-ada", aud="payroll")), ELSEWHERE),
    }


KINDS = sorted(cookies(SignInApp("http://localhost:1", "http://localhost:2")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_cookie_that_does_not_count_leads_to_the_door(app: SignInApp, arrive: Arrive, kind: str) -> None:
    value, told = cookies(app)[kind]
    context = arrive()
    put_cookie(context, app, value)
    page = context.new_page()
    go(page, app.address)
    at_the_door(page, told)


def test_a_cookie_that_is_changed_after_signing_in_leads_to_the_door(app: SignInApp, arrive: Arrive) -> None:
    context = arrive()
    page = context.new_page()
    sign_in(page, app, "sub-bo")
    mine = cookie(context)
    put_cookie(context, app, mine[:-1] + ("A" if mine[-1] != "A" else "Q"))
    go(page, app.address)
    at_the_door(page)


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_the_door_is_open_to_all_readers(app: SignInApp, arrive: Arrive, scheme: Scheme, width: int) -> None:
    page = arrive(scheme, width).new_page()
    go(page, f"{app.address}/?v_lang=es")
    expect(page.get_by_role("heading", level=1, name="Iniciar sesión en otrec")).to_be_visible()
    assert faults(page) == []
    go(page, app.address)
    at_the_door(page)
    picture(page, f"signin-{scheme}-{width}")
    assert faults(page) == []
    assert not sideways(page)
    press(page, page.get_by_role("radio", name="Español"))
    expect(page.get_by_role("heading", level=1, name="Iniciar sesión en otrec")).to_be_visible()
    press(page, page.get_by_role("radio", name="English"))
    sign_in(page, app, "sub-ada")
    open_account(page)
    picture(page, f"account-{scheme}-{width}")
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert not sideways(page)
    put_cookie(page.context, app, signed(app.claims("sub-ada", exp=1)))
    go(page, app.address)
    at_the_door(page, RUN_OUT)
    picture(page, f"signin-again-{scheme}-{width}")
    assert faults(page) == []


def test_left_alone_it_closes_also_for_a_new_tab(chromium: Browser, tmp_path: Path) -> None:
    with signing_in(tmp_path, own="idle_minutes = 0.1") as app:
        context = chromium.new_context()
        watch(context, app.address, [])
        page = context.new_page()
        sign_in(page, app, next(iter(CAST)))
        expect(page.get_by_role("heading", level=1, name=HOME)).to_be_visible()
        page.wait_for_timeout(7_000)
        go(page, app.address)
        at_the_door(page, "You were signed out because nothing happened for a while.")
        sign_in(page, app, next(iter(CAST)))
        expect(page.get_by_role("heading", level=1, name=HOME)).to_be_visible()
        context.close()


def test_started_by_hand_at_an_open_address_it_shows_why_it_does_not_open(chromium: Browser, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    # 127.1 is this machine in short, and not an address that otrec knows to be this machine's.
    options = ["--server.address=127.1", f"--server.port={port}", "--server.allowedHosts=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    with served(command, ROOT, f"{address}/_stcore/health", OTREC_DATABASE_URL=f"sqlite:///{tmp_path / 'otrec.db'}"):
        page = chromium.new_page()
        watch(page.context, address, [])
        go(page, f"{address}/graph")
        expect(page.get_by_role("heading", level=1, name="otrec is not open at this address")).to_be_visible()
        expect(page.get_by_text("there is no sign-in, and other machines reach 127.1")).to_be_visible()
        expect(page.get_by_text("nobody has been invited")).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)
        picture(page, "not-open")
        assert faults(page) == []
        page.close()
