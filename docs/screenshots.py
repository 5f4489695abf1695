"""Screenshots of the app for README and documentation, by one command: `python docs/screenshots.py`.

The app is started as a user starts it, on a free port of this machine, and ended again. Needs the extra `test` and a
Chromium on the machine.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

FOLDER: Final = Path(__file__).with_name("images")
#: Name -> (address, width, height, colour scheme).
SHOTS: Final = {
    "explore": ("/", 1280, 860, "light"),
    "explore_dark": ("/", 1280, 860, "dark"),
    "explore_phone": ("/", 390, 844, "light"),
    "plan": ("/plan", 1280, 860, "light"),
    "goals": ("/goals?v_goals=progress", 1280, 860, "light"),
    "graph": ("/graph?v_mode=path", 1280, 860, "light"),
    "study": ("/study?v_quiz=card", 1280, 860, "light"),
    "library": ("/library?v_find=putty", 1280, 860, "light"),
    "about": ("/about", 1280, 860, "light"),
}


@contextmanager
def app() -> Iterator[str]:
    """The address of a running app."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "otrec.cli", "app", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
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


STEPS: Final[dict[str, Any]] = {"study": study_answered}


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine; `apt-get install chromium` brings one")
    FOLDER.mkdir(exist_ok=True)
    with app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
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
