"""How a page is checked for all who read it: axe-core's rules for WCAG 2.2, levels A and AA.

There is no list of exceptions. What Streamlit itself breaks (sections in the sidebar, captions, chips, small inputs)
is mended by the theme and by style.css, and its date field (streamlit/streamlit, `target-size`) is not used. Its table
breaks two rules of best practice (`empty-table-header`, `presentation-role-conflict`), which are no rules of WCAG.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from playwright.sync_api import Page

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN: Final = """
async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) => nodes
    .map(({ html, any, all, none }) => `${id}: ${html.slice(0, 200)} | ${[...any, ...all, ...none][0]?.message}`));
}
"""


@cache
def _axe() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    return AXE_SCRIPT


def faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA on a page as it stands, one line each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_axe())
    found: list[str] = page.evaluate(RUN, list(RULES))
    return sorted(set(found))
