"""What holds on every page in a real browser: nothing leaves, nobody is seen by another, and all can read along."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from otrec.study import Study

from .browsing import Visit, asked, choose, go, option, press, rerun, settle, sideways

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

PAGES: Final = ("/", "/graph", "/graph?v_mode=path", "/study", "/library", "/library?item=tool:therapy_putty", "/about")
#: Every part that moves longer than 10 ms, now or after a change; looks through shadow roots.
MOVES: Final = """
() => {
  const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
  const parts = (root) => [...root.querySelectorAll("*")].flatMap((part) =>
    [part, ...(part.shadowRoot ? parts(part.shadowRoot) : [])]);
  const slow = parts(document.querySelector(".stApp")).filter((part) => {
    const style = getComputedStyle(part);
    const animated = style.animationName !== "none" && seconds(style.animationDuration) > 0.01;
    return animated || (style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.01);
  });
  const running = document.getAnimations().filter((one) => one.playState === "running"
    && one.effect.getComputedTiming().activeDuration > 10);
  return [...slow, ...running.map((one) => one.effect.target)].map((part) => part.outerHTML.slice(0, 100));
}
"""


def status(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def fill(page: Page, age: str, barrier: str) -> None:
    """Tell the form about a client."""
    box = page.get_by_role("spinbutton", name="Age")
    box.fill(age)
    with rerun(page):
        box.press("Enter")
    choose(page, "Barriers", barrier)


def test_a_request_to_another_machine_is_noticed(visit: Visit, outside: list[str]) -> None:
    page = visit("/about")
    page.evaluate("fetch('http://127.0.0.2:9/').catch(() => 0)")
    page.evaluate("new WebSocket('ws://127.0.0.3:9/') && 0")
    settle(page)
    assert outside == ["http://127.0.0.2:9/", "ws://127.0.0.3:9/"]
    outside.clear()


def test_a_link_restores_the_view_without_client_data(visit: Visit) -> None:
    page = visit("/?v_k=3&v_w_interest=0.4")
    assert page.get_by_role("heading", level=2).filter(has_text=re.compile(r"^\d+\. ")).count() == 3
    press(page, page.get_by_role("radio", name="Held back", exact=True))
    expect(page.get_by_text("Safety rules come first")).to_be_visible()
    assert {"v_k", "v_w_interest", "v_view"} == {key for key, _ in parse_qsl(urlsplit(page.url).query)}
    other = visit(page.url.removeprefix(_origin(page)))
    expect(other.get_by_text("Safety rules come first")).to_be_visible()


def _origin(page: Page) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(page.url))


def test_no_client_fact_ever_stands_in_an_address(visit: Visit) -> None:
    page = visit("/")
    asked_for: list[str] = []
    page.on("request", lambda sent: asked_for.append(sent.url))
    page.on("framenavigated", lambda frame: asked_for.append(frame.url))
    fill(page, "13.5", "meltdown")
    choose(page, "Goals", "shoe")
    press(page, page.get_by_text("Only what is in my bag"))
    choose(page, "In the bag", "putty")
    for part in ("Safety", "Person", "Place", "History"):
        press(page, page.locator("summary", has_text=part).first)
    choose(page, "Conditions", "autism")
    choose(page, "Precautions", "latex")
    press(page, page.get_by_role("button", name="Not again", exact=True).first)
    press(page, page.get_by_role("radio", name="Glance", exact=True))
    asked_for.append(page.url)
    assert "v_read=glance" in page.url
    facts = (
        "p_",
        "13.5",
        "emotional",
        "meltdown",
        "putty",
        "autism",
        "latex",
        "grasp",
        "pencil",
        "handwriting",
        "c001",
    )
    assert [url for url in asked_for if any(fact in url for fact in facts)] == []


def test_two_people_never_see_each_other(visit: Visit) -> None:
    one, two = visit("/"), visit("/")
    mine = two.locator(".stApp").inner_text()
    press(one, one.get_by_role("button", name="Not again", exact=True).first)
    fill(one, "9", "meltdown")
    told = re.compile(r"^Age 9, .* emotional regulation")
    expect(one.get_by_text(told)).to_be_visible()
    with rerun(two):
        two.get_by_role("radio", name="Glance", exact=True).click()
    press(two, two.get_by_role("radio", name="Cards", exact=True))
    assert two.locator(".stApp").inner_text() == mine
    go(two, _origin(two))
    assert two.locator(".stApp").inner_text() == mine
    expect(one.get_by_text(told)).to_be_visible()


def test_answers_outlive_a_reload_and_stay_with_their_student(visit: Visit, study: Study) -> None:
    one, two = visit("/study?v_quiz=card"), visit("/study?v_quiz=card")
    question = asked(one, study)
    press(one, option(one, question, question.options[0]))
    for page in (one, two):
        go(page, f"{_origin(page)}/study?v_study=progress")
    expect(one.get_by_test_id("stMetric").filter(has_text="Answers")).to_contain_text("1")
    expect(two.get_by_text("No answer yet")).to_be_visible()
    assert two.evaluate("localStorage.getItem('otrec-study-progress')") is None


def test_a_screen_reader_hears_what_changed(visit: Visit, study: Study) -> None:
    page = visit("/")
    place = page.get_by_role("status").first
    assert place.get_attribute("aria-live") == "polite"
    before = status(page)
    press(page, page.get_by_role("button", name="Not again", exact=True).first)
    assert status(page) != before

    go(page, f"{_origin(page)}/library")
    before = status(page)
    page.get_by_role("textbox", name="Search").fill("putty")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).not_to_have_text(before)
    assert re.fullmatch(r"\d+ of \d+ found\.", status(page))
    assert status(page) != before

    go(page, f"{_origin(page)}/graph")
    assert status(page) == ""
    press(page, page.get_by_role("button", name="Barrier: Weak grip or pinch"))
    assert status(page).startswith("Now at Weak grip or pinch")

    go(page, f"{_origin(page)}/study?v_quiz=card")
    question = asked(page, study)
    press(page, option(page, question, next(one for one in question.options if one.right)))
    assert status(page).startswith("Right. ")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_asked_for_rest(visit: Visit, motion: str) -> None:
    page = visit("/", reduced_motion=motion)
    found: list[Any] = []
    for path in PAGES:
        go(page, _origin(page) + path)
        found += [path, *page.evaluate(MOVES)]
    moving = [part for part in found if part not in PAGES]
    assert bool(moving) == (motion == "no-preference"), moving


def test_four_times_as_large_everything_is_reached_without_scrolling_sideways(visit: Visit) -> None:
    page = visit("/", width=320, height=256, device_scale_factor=4)
    for path in PAGES:
        go(page, _origin(page) + path)
        assert not sideways(page), path
        last = page.get_by_text("Decision support for a qualified person").last
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport()
        assert _over(page, last), f"{path}: the foot is covered"
    go(page, _origin(page))
    summary = page.locator("summary", has_text="Why: score").first
    press(page, summary)
    expect(page.get_by_text("when the weights vary by about a third").first).to_be_visible()
    assert not sideways(page)


def _over(page: Page, target: Any) -> bool:
    """Whether nothing lies over the middle of an element."""
    return bool(
        target.evaluate("""(part) => {
            const box = part.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return part.contains(top) || top?.contains(part);
        }""")
    )


def test_undo_takes_back_the_last_change_at_once(visit: Visit) -> None:
    page = visit("/")
    before = page.locator(".stMain").inner_text()
    box = page.get_by_role("spinbutton", name="Age")
    box.fill("9")
    with rerun(page):
        box.press("Enter")
    expect(page.get_by_text(re.compile("^Age 9, "))).to_be_visible()
    press(page, page.locator(".st-key-s_undo_button").get_by_role("button"))
    assert page.locator(".stMain").inner_text() == before
    expect(box).to_have_value("6.5")
