"""Every main path with the keyboard alone: no mouse, no touch, and a focus that is seen at each step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .browsing import Visit, settle
from .keyboard import Keyboard

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


def first_card(page: Page) -> str:
    return page.get_by_role("heading", level=2).first.inner_text()


def test_a_card_is_opened_and_its_reasons_read(visit: Visit) -> None:
    page = visit("/", reduced_motion="reduce")
    keys = Keyboard(page)
    keys.skip()
    keys.to("Why: score, path and evidence")
    keys.press("Enter")
    expect(page.get_by_text("when the weights vary by about a third").first).to_be_visible()
    keys.to("doi")
    assert keys.unseen == []


def test_not_again_and_its_undo(visit: Visit) -> None:
    page = visit("/", reduced_motion="reduce")
    keys = Keyboard(page)
    before = first_card(page)
    keys.skip()
    keys.to("Not again")
    keys.press("Enter")
    expect(page.get_by_text("will not be suggested again")).to_be_visible()
    assert first_card(page) != before
    keys.to("Undo", back=True)
    keys.press("Enter")
    expect(page.get_by_text("will not be suggested again")).to_have_count(0)
    assert first_card(page) == before
    assert keys.unseen == []


def test_the_form_is_filled(visit: Visit) -> None:
    page = visit("/", reduced_motion="reduce")
    keys = Keyboard(page)
    keys.to("Age")
    page.keyboard.press("Control+a")
    page.keyboard.type("9")
    keys.press("Enter")
    expect(page.get_by_text("Age 9, school or preschool")).to_be_visible()
    keys.to("Barriers: what gets in the way")
    page.keyboard.type("meltdown")
    expect(page.get_by_role("option").first).to_be_visible()
    keys.press("ArrowDown", "Enter")
    expect(page.get_by_text("Barriers: immature or inefficient grasp (severe)").first).to_contain_text("and ")
    assert keys.unseen == []


def test_the_graph_is_walked(visit: Visit) -> None:
    page = visit("/graph", reduced_motion="reduce")
    keys = Keyboard(page)
    keys.skip()
    keys.to("Technique: Hand strengthening")
    page.keyboard.press("ArrowRight")
    name = (keys.here or {})["name"]
    assert name.startswith("Barrier: ")
    keys.press("Enter")
    reached = name.removeprefix("Barrier: ").split(",")[0]
    expect(page.get_by_role("heading", name=reached, exact=True)).to_be_visible()
    assert (keys.here or {})["name"].startswith(f"Barrier: {reached}"), "the focus was lost on the way"
    keys.to("Back", back=True)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Hand strengthening", exact=True)).to_be_visible()
    assert keys.unseen == []


def test_a_question_is_answered_and_talked_over(visit: Visit) -> None:
    page = visit("/study?v_quiz=card")
    keys = Keyboard(page)
    keys.skip()
    first = page.locator("[class*=st-key-s_opt_] button").first.inner_text().split("\n")[0]
    keys.to(first)
    keys.press("Space")
    expect(page.get_by_text("Question 2 of 5")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text(re.compile("^(Right|Not yet)"))
    assert keys.unseen == []


def test_the_library_is_searched_and_a_record_opened(visit: Visit) -> None:
    page = visit("/library")
    keys = Keyboard(page)
    keys.skip()
    keys.to("Search")
    page.keyboard.type("toothbrush")
    keys.press("Enter")
    expect(page.get_by_role("status").first).not_to_contain_text("1101 of 1101")
    name = page.locator("[class*=st-key-row_] a").first.get_by_role("paragraph").inner_text()
    keys.to(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    settle(page)
    assert keys.unseen == []


@pytest.mark.parametrize("path", ["/", "/graph", "/study", "/library", "/about", "/library?item=tool:therapy_putty"])
def test_no_page_traps_the_keyboard_or_hides_its_focus(visit: Visit, path: str) -> None:
    keys = Keyboard(visit(path, reduced_motion="reduce"))
    passed = 0
    while keys.tab() and passed < 400:
        passed += 1
    assert 8 <= passed < 400, "the keyboard never came out of the page again"
    assert keys.unseen == []
