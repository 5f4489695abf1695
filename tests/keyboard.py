"""A visitor with nothing but a keyboard: Tab, arrows, Enter and Space; every place they reach has to show its focus."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

from .browsing import rerun, settle

#: Where the keyboard is: through shadow roots, with the name a screen reader gives and whether the focus shows.
HERE: Final = """
() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return null;
  const text = (part) => {
    const copy = part.cloneNode(true);
    for (const icon of copy.querySelectorAll("[aria-hidden=true], [data-testid=stIconMaterial]")) icon.remove();
    return copy.textContent;
  };
  const byId = (id) => at.getRootNode().getElementById?.(id)?.textContent ?? "";
  const name = at.getAttribute("aria-label")
    || (at.getAttribute("aria-labelledby") ?? "").split(" ").map(byId).join(" ").trim()
    || [...(at.labels ?? [])].map(text).join(" ") || text(at);
  const parts = [];
  for (let part = at; part?.nodeType === 1 && parts.length < 4; part = part.parentElement) parts.push(part);
  const twins = at.matches("input") ? [...(at.closest("label, [role=group]")?.querySelectorAll("*") ?? [])] : [];
  const shows = (part) => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
      || part.matches("[data-focus-visible=true], [data-focused=true]");
  };
  const thick = at.matches(".node") && parseFloat(getComputedStyle(at.querySelector(".shape")).strokeWidth) > 4;
  const box = at.getBoundingClientRect();
  return {
    name: name.replace(/\\s+/g, " ").trim(),
    shows: thick || [...parts, ...twins].some(shows),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}
"""


class Keyboard:
    """Walks a page by keys alone; remembers each place at which the focus could not be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    @property
    def here(self) -> dict[str, Any] | None:
        """The place that has the focus, or None at the end of the page."""
        found: dict[str, Any] | None = self.page.evaluate(HERE)
        return found

    def tab(self, back: bool = False) -> dict[str, Any] | None:
        """One step on, or back."""
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        here = self.here
        if here and not (here["shows"] and here["seen"]):
            self.unseen.append(here["name"][:80])
        return here

    def to(self, name: str, back: bool = False, most: int = 120) -> None:
        """Step on until the place of that name is reached."""
        passed = []
        for _ in range(most):
            here = self.tab(back)
            if here and here["name"].startswith(name):
                return
            passed.append(here["name"][:40] if here else "(end of the page)")
        raise AssertionError(f"{name!r} was not reached in {most} steps; passed {passed}")

    def press(self, *keys: str) -> None:
        """Press keys that make the script run again."""
        with rerun(self.page):
            for key in keys:
                self.page.keyboard.press(key)

    def skip(self) -> None:
        """From the top of the page over the navigation and the form to the content."""
        self.to("Skip to main content", most=3)
        self.page.keyboard.press("Enter")
        settle(self.page)
