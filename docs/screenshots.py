"""Screenshots of the app for README and documentation, by one command: `python docs/screenshots.py`.

The app is started as a user starts it, on a free port of this machine, with a caseload of its own that holds the
examples, and ended again. Needs the extra `test` and a Chromium on the machine.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserType, Page, sync_playwright

from otrec import Client, example
from otrec.progress import ProgressFile
from otrec.store import Store

FOLDER: Final = Path(__file__).with_name("images")
#: Name -> (address, width, height, colour scheme).
SHOTS: Final = {
    "explore": ("/", 1280, 860, "light"),
    "explore_dark": ("/", 1280, 860, "dark"),
    "explore_phone": ("/", 390, 844, "light"),
    "caseload": ("/caseload", 1280, 860, "light"),
    "record": ("/caseload", 1280, 860, "light"),
    "plan": ("/plan", 1280, 860, "light"),
    "goals": ("/goals?v_goals=progress", 1280, 860, "light"),
    "graph": ("/graph?v_mode=path", 1280, 860, "light"),
    "study": ("/study?v_quiz=card", 1280, 860, "light"),
    "library": ("/library?v_find=putty", 1280, 860, "light"),
    "about": ("/about", 1280, 860, "light"),
}


def keep_examples(url: str) -> None:
    """A caseload of the bundled examples."""
    store = Store.open(url)
    desk = store.desk()
    for number, name in enumerate(("pencil_grip", "stroke_neglect", "fall_at_home")):
        client = desk.clients.save(Client.load(example(name)))
        desk.clients.schedule(client.id, dt.date.today() + dt.timedelta(days=1 + number))
        if name == "pencil_grip":
            desk.records.keep(client.id, ProgressFile.load(example("progress_pencil_grip")))
    store.close()


@contextmanager
def app(url: str) -> Iterator[str]:
    """The address of a running app on a database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "otrec.cli", "app", "--port", str(port), "--no-browser"]
    quiet, environment = subprocess.DEVNULL, os.environ | {"OTREC_DATABASE_URL": url}
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def settled(page: Page) -> None:
    """Wait until nothing is being computed or drawn any more."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    page.get_by_text("Decision support for a qualified person").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)


def study_answered(page: Page) -> None:
    """One card answered, so that the reasoning shows."""
    page.locator("[class*=st-key-s_opt_] button").first.click()
    page.wait_for_timeout(500)
    settled(page)


def record_opened(page: Page) -> None:
    """The record of the first client."""
    page.locator("[class*=st-key-s_open_] button").first.click()
    page.wait_for_timeout(500)
    settled(page)


STEPS: Final[dict[str, Any]] = {"study": study_answered, "record": record_opened}


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine; `apt-get install chromium` brings one")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/otrec.db"
        keep_examples(url)
        shoot(playwright.chromium, chromium, url)


def shoot(browsers: BrowserType, chromium: str, url: str) -> None:
    """Take every picture."""
    with app(url) as address:
        browser = browsers.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (path, width, height, scheme) in SHOTS.items():
            size: Any = {"width": width, "height": height}
            context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(address + path)
            settled(page)
            STEPS.get(name, lambda page: None)(page)
            page.screenshot(path=FOLDER / f"{name}.png")
            context.close()
            print(f"docs/images/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
