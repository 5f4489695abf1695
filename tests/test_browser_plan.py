"""From a client to a printed session in a real browser; and the session put in order by mouse and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .auditing import faults
from .browsing import WAYS, Scheme, Visit, choose, fold_form, open_form, picture, press, rerun, sideways

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


def items(page: Page) -> Locator:
    return page.get_by_role("list", name="The session").get_by_role("listitem")


def names(page: Page) -> list[str]:
    return [item.locator(".what b").inner_text() for item in items(page).all()]


def to_page(page: Page, name: str) -> None:
    """Follow the link in the head of the page, which a narrow page folds into its sidebar."""
    links = page.get_by_role("link", name=name, exact=True).filter(visible=True)
    if not links.count() or (page.viewport_size or {"width": 0})["width"] < 768:
        open_form(page)
    with rerun(page):
        links.first.click()
    fold_form(page)


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_describe_choose_plan_print(visit: Visit, tmp_path: Path, scheme: Scheme, width: int) -> None:
    page = visit("/", scheme=scheme, width=width)
    open_form(page)  # describe
    choose(page, "Start from", "61")
    fold_form(page)
    chosen = page.get_by_role("heading", level=2, name=re.compile(r"^1\. ")).inner_text().removeprefix("1. ")  # choose
    press(page, page.get_by_role("button", name="Plan it").first)
    expect(page.get_by_role("button", name="In the plan")).to_have_count(1)
    to_page(page, "Plan")
    expect(items(page).first).to_be_visible()  # plan
    assert len(items(page).all()) >= 4
    assert chosen in names(page)
    expect(page.get_by_text(re.compile(r"of 45 minutes planned")).first).to_be_attached()
    assert faults(page) == []
    assert not sideways(page)
    for name in ("PDF", "Word"):  # print
        with page.expect_download() as got:
            page.get_by_role("button", name=name, exact=True).click()
        kept = tmp_path / got.value.suggested_filename
        got.value.save_as(kept)
        assert kept.read_bytes()[:4] in (b"%PDF", b"PK\x03\x04")
    press(page, page.locator("summary", has_text="Preview"))
    expect(
        page.get_by_role("img", name=re.compile("Page 1 of")).or_(page.get_by_text("Page 1 of")).first
    ).to_be_visible()
    picture(page, f"plan_path_{scheme}_{width}")


def test_the_session_is_put_in_order_by_keyboard(visit: Visit) -> None:
    page = visit("/plan")
    before = names(page)
    later = items(page).nth(0).get_by_role("button", name=re.compile("^Later"))
    later.focus()
    with rerun(page):
        page.keyboard.press("Enter")
    assert names(page) == [before[1], before[0], *before[2:]]
    expect(items(page).nth(1).locator("button:focus")).to_have_count(1)  # focus goes along
    with rerun(page):
        page.keyboard.press("Alt+ArrowUp")
    assert names(page) == before
    expect(page.locator("[role=status]", has_text="is now number 1").first).to_be_attached()
    swap = items(page).nth(1).get_by_role("button", name=re.compile("^Take the back-up"))
    backup = (swap.get_attribute("aria-label") or "").removeprefix("Take the back-up: ")
    with rerun(page):
        swap.press("Enter")
    assert names(page)[1] == backup


def test_the_session_is_put_in_order_by_dragging(visit: Visit) -> None:
    page = visit("/plan")
    before = names(page)
    with rerun(page):
        items(page).nth(2).drag_to(items(page).nth(1))
    assert names(page) == [before[0], before[2], before[1], *before[3:]]


def test_two_visitors_do_not_see_each_others_caseload(visit: Visit) -> None:
    one, two = visit("/plan?v_plan=day"), visit("/plan?v_plan=day")
    press(one, one.get_by_role("button", name="Add the client in the form"))
    expect(one.get_by_text("c001").first).to_be_visible()
    two.reload()
    expect(two.get_by_text("Nobody to see yet")).to_be_visible()
    assert "c001" not in one.url
