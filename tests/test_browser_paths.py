"""The main path of each person, wide and narrow, light and dark; and a first visitor's five tasks, counted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from otrec.study import Study

from .browsing import WAYS, Visit, asked, choose, clear, fold_form, go, open_form, option, press, referral, rerun

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

LIMIT = 6


def radio(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name, exact=True)


def names(page: Page) -> list[str]:
    """The activities of the list, in order, without their numbers."""
    heads = page.get_by_role("heading", level=2).all_inner_texts()
    return [head.split(". ", 1)[1] for head in heads if re.match(r"\d+\. ", head)]


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_a_therapist_describes_chooses_asks_and_takes_it_along(
    visit: Visit, scheme: str, width: int, tmp_path: Path
) -> None:
    page = visit("/", scheme=scheme, width=width)
    before = names(page)
    open_form(page)
    age = page.get_by_role("spinbutton", name="Age")
    age.fill("8")
    with rerun(page):
        age.press("Enter")
    choose(page, "Barriers", "meltdown")
    fold_form(page)
    expect(page.get_by_text(re.compile(r"^Age 8, .*Barriers: .* and \w"))).to_be_visible()
    listed = names(page)
    assert len(listed) == 8
    assert listed != before

    press(page, page.locator("summary", has_text="Run it").first)
    expect(page.get_by_text("Easier", exact=True).first).to_be_visible()
    for _ in range(2):
        press(page, page.get_by_role("button", name="Compare", exact=True).first)
    expect(page.get_by_role("heading", name=listed[0], exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=listed[1], exact=True)).to_be_visible()

    press(page, radio(page, "Why or why not"))
    choose(page, "Any activity of the library", "weighted vest")
    expect(page.get_by_text("record a sensory assessment first")).to_be_visible()

    page.get_by_role("button", name="Download").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="JSON").click()
    caught.value.save_as(tmp_path / "list.json")
    told = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in told["recommendations"]] == listed
    assert "weighted_vest_trial" in {row["activity_id"] for row in told["excluded"]}


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_a_student_walks_practises_and_looks_back(visit: Visit, study: Study, scheme: str, width: int) -> None:
    page = visit("/graph", scheme=scheme, width=width)
    press(page, page.get_by_role("button", name="Barrier: Weak grip or pinch"))
    expect(page.get_by_role("heading", name="Weak grip or pinch", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Barrier: Weak grip or pinch")).to_have_attribute("aria-current", "true")

    go(page, re.sub(r"/graph.*", "/study", page.url))
    for number in range(5):
        expect(page.get_by_text(f"Question {number + 1} of 5 · Cards")).to_be_visible()
        question = asked(page, study)
        chosen = next(one for one in question.options if one.right == (number != 2))
        press(page, option(page, question, chosen))
        expect(page.get_by_text("Right" if chosen.right else "Not yet", exact=True)).to_be_visible()
        expect(page.get_by_text(re.sub(r"\s+", " ", chosen.feedback)).first).to_be_visible()
    expect(page.get_by_role("heading", name="4 of 5 right")).to_be_visible()

    press(page, radio(page, "Progress"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Answers")).to_contain_text("5")
    expect(page.get_by_test_id("stMetric").filter(has_text="Right")).to_contain_text("80%")


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_a_therapist_starts_from_a_referral(visit: Visit, scheme: str, width: int) -> None:
    page = visit("/", scheme=scheme, width=width)
    asked_for: list[str] = []
    page.on("request", lambda sent: asked_for.append(sent.url))
    press(page, page.locator("summary", has_text="Start from a referral"))
    referral(page, "13;6, melts down in the cafeteria. Latex allergy. No seizures. His brother collects unicorns.")
    expect(page.get_by_text("Emotional regulation · “melts down”")).to_be_visible()
    press(page, page.get_by_role("button", name="Use this profile"))
    expect(page.get_by_text(re.compile(r"^Age 13\.5, .*Precautions: latex allergy\."))).to_be_visible()
    assert len(names(page)) == 8
    assert "unicorns" not in page.content()
    assert [url for url in [*asked_for, page.url] if "unicorn" in url or "latex" in url.lower()] == []


class Counted:
    """Counts what a visitor does: each click, each answer and each entry found by typing is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []

    def click(self, target: Locator, told: str) -> None:
        self.done.append(told)
        press(self.page, target)

    def choose(self, label: str, word: str) -> None:
        self.done.append(f"{label}: {word}")
        choose(self.page, label, word)

    def clear(self, label: str) -> None:
        self.done.append(f"clear {label}")
        clear(self.page, label)

    def page_of(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first, f"page {name}")

    def view(self, name: str) -> None:
        self.click(radio(self.page, name), f"view {name}")

    def within(self, limit: int = LIMIT) -> None:
        print(f"{len(self.done)} of {limit}: {'; '.join(self.done)}")
        assert 0 < len(self.done) <= limit


def test_task_1_an_activity_for_a_pencil_grip(visit: Visit) -> None:
    page = visit("/")
    person = Counted(page)
    person.clear("Barriers")
    person.clear("Goals")
    expect(page.get_by_text("Nothing to rank yet")).to_be_visible()
    person.choose("Barriers", "pencil grip")
    assert len(names(page)) == 8
    person.click(page.locator("summary", has_text="Why: score").first, "why the first")
    expect(
        page.locator("[class*=st-key-card_]").first.get_by_text("Immature or inefficient grasp").first
    ).to_be_visible()
    person.within()


def test_task_2_why_a_weighted_vest_is_not_offered(visit: Visit) -> None:
    page = visit("/")
    person = Counted(page)
    person.view("Why or why not")
    person.choose("Any activity of the library", "weighted vest")
    expect(page.get_by_text("A weight that the person cannot lift off alone is a restraint")).to_be_visible()
    person.within()


def test_task_3_what_only_three_tools_allow(visit: Visit) -> None:
    page = visit("/")
    person = Counted(page)
    before = page.get_by_role("status").first.inner_text()
    person.click(page.get_by_text("Only what is in my bag"), "only my bag")
    for word in ("putty", "tweezers", "clothes pegs"):
        person.choose("In the bag", word)
    status = page.get_by_role("status").first.inner_text()
    pool = [int(re.search(r"of (\d+) that fit", told)[1]) for told in (before, status)]  # type: ignore[index]
    assert 0 < pool[1] < pool[0]
    assert names(page)
    person.within()


def test_task_4_how_putty_links_to_buttoning(visit: Visit) -> None:
    page = visit("/")
    person = Counted(page)
    person.page_of("Skill graph")
    person.view("Find a path")
    person.choose("From", "putty")
    person.choose("To", "buttoning")
    expect(page.get_by_text("1. Therapy putty is used in hand strengthening")).to_be_visible()
    expect(page.get_by_role("button", name="Barrier: Fastenings and shoe tying").first).to_be_visible()
    person.within()


def test_task_5_five_cards_with_feedback(visit: Visit, study: Study) -> None:
    page = visit("/")
    person = Counted(page)
    person.page_of("Study")
    for number in range(5):
        question = asked(page, study)
        right = [one for one in question.options if one.right]
        assert question.choose == 1, "a case takes four clicks, so that five questions take more than six"
        person.click(option(page, question, right[0]), f"answer {number + 1}")
        expect(page.get_by_text("Right", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="5 of 5 right")).to_be_visible()
    person.within()
