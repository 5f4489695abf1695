"""What the browser tests share: one server, one browser, visitors who never leave this machine, and a few gestures."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from otrec import Engine
from otrec.study import Option, Question, Study

from .effort import tries

Scheme = Literal["light", "dark"]
Visit = Callable[..., Page]

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS: Final[dict[int, int]] = {1280: 900, 390: 844}
#: The ways in which each main path is walked: both widths and both themes, or each width in each theme.
WAYS: Final = tries(
    [("light", 1280), ("dark", 390)], [(scheme, width) for width in WIDTHS for scheme in ("light", "dark")]
)
#: Notes what the page asks of the server, when it last heard from it, and when it was last redrawn. The state that the
#: page itself shows is not enough: a quick run starts and ends between two frames.
WATCH: Final = """
(() => {
  window.ot = { asked: 0, sent: 0, heard: 0, drawn: 0 };
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", () => { window.ot.heard = performance.now(); });
    }
    send(data) {
      window.ot.asked += 1;
      window.ot.sent = performance.now();
      super.send(data);
    }
  };
  new MutationObserver(() => { window.ot.drawn = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
"""
#: Nothing runs, nothing waits to be loaded, and nothing has been heard or redrawn for a moment.
QUIET: Final = """
([asked, still, since]) => window.ot.asked > asked && window.ot.heard > window.ot.sent
  && document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton], [data-stale=true]")
  && performance.now() - Math.max(window.ot.heard, window.ot.drawn, since) > still
"""
STILL: Final = 120
TO_THE_TOP: Final = """
document.querySelectorAll("[data-testid=stMain], [data-testid=stSidebarContent]")
  .forEach((part) => part.scrollTo({ top: 0, behavior: "instant" }))
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(**environment: str) -> Iterator[str]:
    """The address of an app that was started as a user starts it, and is ended again."""
    port = _free_port()
    command = [sys.executable, "-m", "otrec.cli", "app", "--port", str(port), "--no-browser"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=os.environ | environment)
    try:
        for _ in range(600):
            assert server.poll() is None, "the app ended at once"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def running_over(folder: Path) -> Iterator[tuple[str, str]]:
    """An app over a database of its own: its address, and that of the database."""
    url = f"sqlite:///{folder / 'otrec.db'}"
    with running(OTREC_DATABASE_URL=url) as found:
        yield found, url


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the app of this test run is."""
    _need_chromium()
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each visitor gets a context of their own."""
    _need_chromium()
    with sync_playwright() as playwright:
        opened = _launched(playwright)
        yield opened
        opened.close()


def _launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def _need_chromium() -> None:
    if CHROMIUM is None:
        told = "no Chromium on this machine; `apt-get install chromium` brings one"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)


@pytest.fixture(scope="session")
def study(engine: Engine) -> Study:
    """The questions that the app asks, to know which answer is right."""
    return Study(engine)


class Wardrobe:
    """Pages that were used and hold nothing more: a browser reads the app's code once, not anew for each visitor."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.free: dict[str, list[Page]] = {}
        #: What the pages that are lent out asked of other machines.
        self.outside: list[str] = []

    def lend(self, address: str, scheme: Scheme, size: ViewportSize) -> Page:
        """A page that nobody can tell from a new one."""
        free = self.free.setdefault(address, [])
        page = free.pop() if free else self._made(address)
        page.set_viewport_size(size)
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion="null", forced_colors="null")
        return page

    def _made(self, address: str) -> Page:
        context = self.chromium.new_context()
        watch(context, address, self.outside)
        return context.new_page()

    def take_back(self, address: str, page: Page) -> None:
        """Empty a page of all that its visitor left; one that does not let itself be emptied is thrown away."""
        context = page.context
        try:
            page.evaluate("sessionStorage.clear()")
            page.goto("about:blank")
            for other in context.pages:
                if other != page:
                    other.close()
            context.clear_cookies()
            session = context.new_cdp_session(page)
            session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
            session.detach()
        except Error:
            context.close()
        else:
            self.free[address].append(page)


@pytest.fixture(scope="session")
def wardrobe(chromium: Browser) -> Wardrobe:
    return Wardrobe(chromium)


@pytest.fixture
def outside(wardrobe: Wardrobe) -> Iterator[list[str]]:
    """What the visitors of a test asked of other machines: nothing. `visit`, the only door, always brings it along."""
    wardrobe.outside.clear()
    yield wardrobe.outside
    assert wardrobe.outside == []


@pytest.fixture
def visit(chromium: Browser, wardrobe: Wardrobe, address: str, outside: list[str]) -> Iterator[Visit]:
    """A new visitor with a browser of their own: `visit("/graph", scheme="dark", width=390)`."""
    contexts: list[BrowserContext] = []
    lent: list[Page] = []

    def opened(path: str = "/", scheme: Scheme = "light", width: int = 1280, height: int = 0, **more: Any) -> Page:
        size = ViewportSize(width=width, height=height or WIDTHS.get(width, 900))
        if more:
            contexts.append(chromium.new_context(viewport=size, color_scheme=scheme, **more))
            watch(contexts[-1], address, outside)
            page = contexts[-1].new_page()
        else:
            page = wardrobe.lend(address, scheme, size)
            lent.append(page)
        go(page, f"{address}{path}")
        return page

    yield opened
    for page in lent:
        wardrobe.take_back(address, page)
    for context in contexts:
        context.close()


def watch(context: BrowserContext, address: str, outside: list[str]) -> None:
    """Note what leaves this machine, and keep an eye on when the page is at rest."""
    ours = (address, address.replace("http", "ws", 1), "data:", "blob:")

    def note(url: str) -> None:
        if not url.startswith(ours):
            outside.append(url)

    context.set_default_timeout(15_000)
    context.add_init_script(WATCH)
    context.on("request", lambda sent: note(sent.url))
    context.on("page", lambda page: page.on("websocket", lambda line: note(line.url)))


def go(page: Page, address: str) -> None:
    """Open an address and wait until all of it is there."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    settle(page, still=4 * STILL if "/study" in address else STILL)  # the browser's own progress comes in a second run


def settle(page: Page, asked_before: int = 0, still: int = STILL) -> None:
    """Wait until the page is at rest from now on, after it has asked the server more than that many times."""
    page.wait_for_function(QUIET, arg=[asked_before, still, page.evaluate("performance.now()")], timeout=30_000)


@contextmanager
def rerun(page: Page) -> Iterator[None]:
    """What happens inside makes the script run again; afterwards the page is at rest."""
    before = page.evaluate("window.ot.asked")
    yield
    settle(page, before)


def press(page: Page, target: Locator) -> None:
    """Click something that makes the script run again."""
    with rerun(page):
        target.click()


def choose(page: Page, label: str, word: str) -> None:
    """Type a word into a list and take the first entry that it offers."""
    box = page.get_by_role("combobox", name=label).first
    box.click()
    before, asked_before = box.input_value(), page.evaluate("window.ot.asked")
    box.press_sequentially(word)
    page.get_by_role("option").first.click()
    again = before and box.input_value() == before
    settle(page, 0 if again else asked_before)
    if page.get_by_role("listbox").count():  # a list of several stays open, over the page
        page.keyboard.press("Escape")
        settle(page)


def referral(page: Page, words: str) -> None:
    """Paste words into the box at the top of Explore, which is open, and have them read."""
    with rerun(page):
        page.get_by_role("textbox", name="Paste a referral").fill(words)
        page.keyboard.press("Control+Enter")
    press(page, page.get_by_role("button", name="Read it", exact=True))


def open_form(page: Page) -> None:
    """Open the form where a narrow page folds it away."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
        expect(page.get_by_role("combobox", name="Start from")).to_be_in_viewport()


def fold_form(page: Page) -> None:
    """Fold the form away again where it covers the page."""
    if (page.viewport_size or {"width": 0})["width"] < 768:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        expect(page.get_by_role("combobox", name="Start from")).not_to_be_in_viewport()


def sideways(page: Page) -> bool:
    """Whether the page as a whole has to be scrolled sideways to be read."""
    return bool(
        page.evaluate("""() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
            .some((part) => part && part.scrollWidth > part.clientWidth + 1)""")
    )


def picture(page: Page, name: str, *, top: bool = True) -> None:
    """A screenshot for people, of the top of the page or as it stands, where `OTREC_SCREENS` names a folder."""
    folder = os.environ.get("OTREC_SCREENS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    if top:
        page.evaluate(TO_THE_TOP)
    page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def clear(page: Page, label: str) -> None:
    """Take every entry out of a list of the form."""
    box = page.get_by_test_id("stMultiSelect").filter(has_text=label).first
    press(page, box.get_by_role("button", name="Clear all"))


def _css(key: str) -> str:
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key)


def asked(page: Page, study: Study) -> Question:
    """The question on the page, known by the key of its first answer."""
    names = (page.locator("[class*=st-key-s_opt_]").first.get_attribute("class") or "").split()
    shown = next(name for name in names if name.startswith("st-key-s_opt_"))
    found = [name for name in study.known if shown.startswith(_css(f"s_opt_{name}_"))]
    return study.question(max(found, key=len))


def option(page: Page, question: Question, chosen: Option) -> Locator:
    """The button or box of one answer."""
    place = page.locator(f".{_css(f's_opt_{question.id}_{chosen.id}')}")
    return place.get_by_role("button") if question.choose == 1 else place.locator("label")
