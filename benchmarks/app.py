"""How fast the app feels, measured in one run: `python benchmarks/app.py` on a machine that does nothing else.

In the browser (Chromium, 1280 x 900) a change counts from the browser's own time stamp of the press or key until the
first frame in which the script has ended, nothing is stale and the text of the results is another; "at rest" counts on
to the last redraw. Beside it the same on a bare page of one slider and one text. First results: from asking for the
address until the first card is visible, in turn with a bare page of one title. Without a browser, through the page's
own protocol: the memory of further users who stay connected, and how long they wait when all of them work. Everything
stays on 127.0.0.1, is bounded and ends by itself. Nothing here is a test; figures depend on the machine, ratios
less so.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from crowd import SPREAD_SECONDS, USERS, crowd

TURNS: Final = 9
COLD_TURNS: Final = 3
READY: Final = "[data-testid=stApp][data-test-script-state=notRunning]"
RESULTS, TEXT, CARD = "[data-testid=stMain]", "[data-testid=stMarkdown]", "[class*=st-key-card_] h2"
TITLE: Final = "import streamlit as st\nst.title('Bare')\n"
SLIDER: Final = 'import streamlit as st\nst.write(f\'Chosen: {st.slider("Number", 1, 100, 8, key="v_n")}\')\n'
#: A clock in the page. `arm` notes the results as they are; the next event of a kind starts it; it stops in the first
#: frame in which the server has said that the script is done, the page too, nothing is stale and the text is another.
#: A script can be so short that no frame sees it run, so the line to the server is read: the message that it has ended
#: is short and closes with field 6 (tag 48) and its outcome, 0. Texts behind shadow roots count as well.
CLOCK: Final = """
(() => {
  const app = () => document.querySelector("[data-testid=stApp]");
  const state = () => app()?.getAttribute("data-test-script-state");
  const deep = (root) => root.textContent + [...root.querySelectorAll("*")]
    .map((part) => part.shadowRoot ? deep(part.shadowRoot) : "").join("");
  const read = (place) => [...document.querySelectorAll(place)].map(deep).join("\\n");
  const clock = window.ot = { drawn: 0 };
  clock.arm = ([place, kind]) => {
    const before = read(place);
    Object.assign(clock, { start: 0, heard: false });
    addEventListener(kind, (event) => { clock.start = event.timeStamp; }, { capture: true, once: true });
    clock.answer = new Promise((done) => {
      const look = () => {
        const there = clock.heard && state() === "notRunning"
          && !document.querySelector("[data-stale=true], [data-testid=stMain] [data-testid=stSkeleton]");
        if (there && read(place) !== before) done(performance.now() - clock.start);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  };
  new MutationObserver(() => {
    clock.drawn = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const [field, outcome] = data.byteLength < 200 ? new Uint8Array(data.slice(-2)) : [];
        if (clock.start && field === 48 && outcome === 0) clock.heard = true;
      });
    }
  };
})();
"""
ANSWER: Final = """
(name) => Promise.race([ot.answer, new Promise((_, no) => setTimeout(() => no(`${name}: nothing new in 20 s`), 20000))])
"""
REST: Final = f"since => document.querySelector('{READY}') && performance.now() - Math.max(since, ot.drawn) > 250"


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def told(name: str, values: list[float], after: str = "") -> str:
    return (
        f"  {name:38} median {statistics.median(values):6.0f} ms   p95 {p95(values):6.0f} ms   n {len(values)}{after}"
    )


@contextmanager
def served(*command: str) -> Iterator[tuple[str, int]]:
    """The address and process id of a server that is ready; it is ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = [part.replace("PORT", str(port)) for part in command]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    folder = tempfile.TemporaryDirectory()
    environment["OTREC_DATABASE_URL"] = f"sqlite:///{folder.name}/otrec.db"  # nobody's caseload is opened here
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([sys.executable, "-m", *given], stdout=quiet, stderr=quiet, env=environment)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        _await(f"{address}/_stcore/health", server)
        yield address, server.pid
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        folder.cleanup()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            sys.exit(f"the server ended before it was ready, with code {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server was not ready after 60 seconds")


@contextmanager
def ours() -> Iterator[tuple[str, int]]:
    with served("otrec.cli", "app", "--port", "PORT", "--no-browser") as found:
        yield found


@contextmanager
def bare(script: str) -> Iterator[tuple[str, int]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bare_page.py"
        path.write_text(script, encoding="utf-8")
        options = ("--server.port=PORT", "--server.address=127.0.0.1", "--server.headless=true",
                   "--browser.gatherUsageStats=false", "--server.fileWatcherType=none")  # fmt: skip
        with served("streamlit", "run", str(path), *options) as found:
            yield found


def first(browser: Any, address: str, selector: str) -> float:
    """Milliseconds from asking for an address, as somebody new, until something is visible."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address)
    page.locator(selector).first.wait_for(timeout=60_000)
    spent = 1000 * (time.perf_counter() - start)
    context.close()
    return spent


def firsts(browser: Any, app: str, plain: str) -> None:
    pairs: list[tuple[float, float]] = []
    for _ in range(TURNS):
        pairs.append((first(browser, app, CARD), first(browser, plain, "h1")))
    _ratio("new session, warm server", pairs[1:], " (aim: <= 2)")
    pairs = []
    for _ in range(COLD_TURNS):
        pairs.append((_cold(browser, ours, CARD), _cold(browser, lambda: bare(TITLE), "h1")))
    _ratio("from the start of the server", pairs)


def _cold(browser: Any, opening: Callable[[], Any], selector: str) -> float:
    start = time.perf_counter()
    with opening() as (address, _):
        first(browser, address, selector)
        return 1000 * (time.perf_counter() - start)


def _ratio(name: str, pairs: list[tuple[float, float]], after: str = "") -> None:
    app, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
    sides = f"otrec {app:6.0f} ms   bare page {plain:6.0f} ms"
    print(f"  {name:38} {sides}   ratio {app / plain:5.2f}{after}")


class Visitor:
    """One page in a browser, with a clock in it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.address = address
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.add_init_script(CLOCK)
        self.results: list[float] = []
        self.rested: list[float] = []

    def go(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        self.page.locator(READY).wait_for(timeout=60_000)
        self.rest()

    def rest(self) -> None:
        self.page.wait_for_function(REST, arg=self.page.evaluate("performance.now()"), timeout=30_000)

    def change(self, name: str, times: int, act: Callable[[int], Any], *, key: bool = False, place: str = RESULTS,
               ready: Callable[[int], Any] = lambda turn: None) -> None:  # fmt: skip
        """Do it so many times, note how long each took, and print that; `ready` is not timed."""
        results, rested = [], []
        for turn in range(times):
            ready(turn)
            self.page.evaluate("asked => ot.arm(asked)", [place, "keydown" if key else "pointerdown"])
            act(turn)
            results.append(float(self.page.evaluate(ANSWER, name)))
            if self.page.get_by_test_id("stException").count():
                sys.exit(f"{name}, change {turn + 1}: the page shows an error instead of results")
            self.rest()
            rested.append(float(self.page.evaluate("ot.drawn - ot.start")))
        self.results += results
        self.rested += rested
        print(told(name, results, f"   at rest {statistics.median(rested):5.0f} ms"))

    def press(self, selector: str, place: int = 0) -> None:
        self.page.locator(selector).nth(place).click()

    def slide(self, selector: str, turn: int) -> None:
        """One step up or down with the keyboard."""
        self.page.locator(selector).get_by_role("slider").first.press("ArrowLeft" if turn % 2 else "ArrowRight")

    def offer(self, label: str, word: str = "") -> None:
        """Open a list and type into it; its entries wait for a press."""
        self.close()
        self.page.get_by_role("combobox", name=label).first.click()
        self.page.keyboard.type(word)
        self.page.get_by_role("option").first.wait_for()

    def close(self) -> None:
        """Close a list that lies over the page."""
        if self.page.get_by_role("listbox").count():
            self.page.keyboard.press("Escape")
            self.rest()


def explore(one: Visitor) -> None:
    """The form, the filters and the list: 58 changes."""
    page, option = one.page, one.page.get_by_role("option")
    one.go()
    one.change("session phase", 8, lambda turn: one.press("[class*=st-key-v_phases] button", turn // 2))
    one.change("severity, by keyboard", 6, lambda turn: one.slide("[class*=st-key-p_severity_]", turn), key=True)
    age = page.get_by_role("spinbutton", name="Age")
    one.change("age", 4, lambda turn: age.press("Enter"), key=True, ready=lambda turn: age.fill(str(8 + turn)))
    words, real = ("meltdown", "shoe", "balance", "memory"), option.filter(has_not_text="matches")
    one.change(
        "barrier added", 4, lambda turn: real.first.click(), ready=lambda turn: one.offer("Barriers", words[turn])
    )
    tags = page.get_by_test_id("stMultiSelect").filter(has_text="Barriers").get_by_role("button", name="Remove")
    one.change("barrier removed", 4, lambda turn: tags.last.click(), ready=lambda turn: one.close())
    one.change(
        "another example",
        6,
        lambda turn: option.nth((turn + 1) % 3).click(),
        ready=lambda turn: one.offer("Start from"),
    )
    one.change("depth of reading", 4, lambda turn: one.press("[class*=st-key-v_read] button", turn % 2))
    one.change("reasons of a card", 4, lambda turn: one.press("[class*=st-key-s_why_] summary", turn))
    one.go()
    one.press("[data-testid=stMain] [data-testid=stPopover] button")
    one.change("length of the list, by keyboard", 6, lambda turn: one.slide(".st-key-v_k", turn), key=True)
    page.keyboard.press("Escape")
    one.change("view", 8, lambda turn: one.press("[class*=st-key-v_view] button", (1, 2, 4, 0)[turn % 4]))


def others(one: Visitor) -> None:
    one.go("/library")
    words, box = ("putty", "pencil", "toothbrush", "fall", "dinosaur", "shoes"), one.page.get_by_label("Search")
    one.change("library, search word", 6, lambda turn: box.press("Enter"), key=True,
               ready=lambda turn: box.fill(words[turn]))  # fmt: skip
    one.go("/graph")
    one.change("graph, to the next node", 6, lambda turn: one.press("g.node:not(.chosen)", turn))
    one.go("/graph")
    one.change("graph, one link or two", 4, lambda turn: one.press("[class*=st-key-v_hops] button", 1 - turn % 2))
    one.go("/study?v_quiz=card")
    one.change("study, answer", 5, lambda turn: one.press("[class*=st-key-s_opt_] button"))


def changes(browser: Any, app: str, plain: str) -> None:
    one = Visitor(browser, app)
    explore(one)
    others(one)
    bottom = Visitor(browser, plain)
    bottom.go()
    bottom.change(
        "bare page, slider by keyboard", 20, lambda turn: bottom.slide(".st-key-v_n", turn), key=True, place=TEXT
    )
    print(told("all changes (aim: p95 <= 400 ms)", one.results, f"   at rest p95 {p95(one.rested):.0f} ms"))
    ratio = statistics.median(one.results) / statistics.median(bottom.results)
    print(f"  {ratio:.2f} x the bare page at the median, {p95(one.results) / p95(bottom.results):.2f} x at p95")


def users() -> None:
    with ours() as (address, process):
        found = asyncio.run(crowd(address, process))
    each, after = (found.joined - found.alone) / USERS, (found.worked - found.alone) / USERS
    print(told("one user, script alone", found.single, f"   processor {found.processor:.0f} ms"))
    for pace, spent in found.spread.items():
        name = f"{USERS} users, a change every {SPREAD_SECONDS / pace:.0f} s each"
        print(told(name, spent, "   (aim: p95 <= 2,000 ms)"))
    print(told(f"{USERS} users in the same moment", found.together))
    print(f"  memory of the server with one user     {found.alone:6.0f} MB")
    print(
        f"  memory of each of {USERS} further users    {each:6.1f} MB (aim: <= 10), after their changes {after:.1f} MB"
    )


def processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    from importlib.metadata import version

    from playwright.sync_api import sync_playwright

    from otrec import load_library

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine; `apt-get install chromium` brings one")
    library = load_library()
    with ExitStack() as stack:
        app, plain, titled = (stack.enter_context(one)[0] for one in (ours(), bare(SLIDER), bare(TITLE)))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        names = ", ".join(f"{name} {version(name)}" for name in ("otrec", "streamlit", "playwright"))
        print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {names}, Chromium "
              f"{browser.version}; {len(library.activities)} activities, library {library.version}")  # fmt: skip
        print("\nfirst results")
        firsts(browser, app, titled)
        print("\nchange of one control -> new results, in the browser")
        changes(browser, app, plain)
        browser.close()
    print("\nmany users, without browsers")
    users()


if __name__ == "__main__":
    main()
