"""Settings in a real browser: what is kept is there in the next visit, readable by all, and one keyboard is enough."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from otrec import Client, Library, example
from otrec.models import Feedback
from otrec.store import Store

from .auditing import faults
from .browsing import WAYS, WIDTHS, Scheme, Visit, choose, go, picture, press, rerun, running_over, settle, sideways
from .keeping import own_row
from .keyboard import Keyboard

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

VIEWS: Final = ("bags", "favourites", "activities", "curation", "data")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with running_over(tmp_path_factory.mktemp("kept")) as found:
        yield found


@pytest.fixture(scope="module")
def address(place: tuple[str, str]) -> str:
    return place[0]


@pytest.fixture
def store(place: tuple[str, str]) -> Iterator[Store]:
    found = Store.open(place[1])
    yield found
    found.close()


def fill(store: Store, library: Library) -> None:
    """Something of everything, to be looked at."""
    desk, first = store.desk(), list(library.activities)[:4]
    desk.clients.save(Client.load(example("pencil_grip")))
    desk.own.keep_bag("School visits", list(library.tools)[:5])
    desk.own.keep_bag("Home, first *visit*", list(library.tools)[5:7])
    for name in first[:3]:
        desk.own.favour(name)
    desk.own.keep_activity(own_row(library, first[3], "my_own_one", name="Tea for two at the window"))
    if not desk.said.curation():
        desk.said.say(Feedback(activity=first[0], verdict="wrong_data"), library.version)


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_every_view_can_be_read_by_all(
    visit: Visit, store: Store, library: Library, scheme: Scheme, width: int
) -> None:
    fill(store, library)
    page = visit("/settings", scheme, width)
    for view in VIEWS:
        go(page, f"{page.url.split('/settings')[0]}/settings?v_settings={view}")
        if view == "bags":
            press(page, page.locator("summary", has_text="School visits"))
        if view == "data":
            press(page, page.get_by_role("button", name="Put the file together").first)
        picture(page, f"settings_{view}_{scheme}_{width}")
        assert faults(page) == [], view
        assert not sideways(page), view
        if view == "activities":
            press(page, page.get_by_role("button", name="New activity"))
            press(page, page.get_by_role("button", name="Check and keep"))
            expect(page.get_by_text("Nothing that you typed is lost.")).to_be_visible()
            picture(page, f"settings_form_{scheme}_{width}")
            page.get_by_text("Nothing that you typed is lost.").scroll_into_view_if_needed()
            picture(page, f"settings_problems_{scheme}_{width}", top=False)
            assert faults(page) == [], "form"
            assert not sideways(page), "form"


def test_a_bag_is_made_and_fills_the_form_of_another_visit(visit: Visit, store: Store) -> None:
    page = visit("/settings")
    name = page.get_by_role("textbox", name="Name of a new bag")
    with rerun(page):
        name.fill("Ward round")
        name.press("Tab")
    choose(page, "What is in it", "therapy putty")
    press(page, page.get_by_role("button", name="Keep the bag"))
    (bag,) = [one for one in store.desk().own.bags() if one.name == "Ward round"]
    later = visit("/")
    press(later, later.get_by_role("button", name="Use a bag"))
    assert bag.tools == ("therapy_putty",)
    used = later.get_by_role("button", name="Ward round · 1")
    expect(used).to_be_visible()
    picture(later, "explore_use_a_bag", top=False)
    press(later, used)
    expect(later.get_by_test_id("stMultiSelect").filter(has_text="In the bag")).to_contain_text("utty")
    assert faults(later) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_star_and_a_verdict_are_there_in_the_next_visit(visit: Visit, store: Store, width: int) -> None:
    page = visit("/", width=width)
    card = page.locator("[class*=st-key-card_]").filter(has=page.get_by_role("heading", level=2)).first
    name = card.get_by_role("heading", level=2).inner_text().split(". ", 1)[1]
    press(page, card.get_by_role("button", name="Favourite", exact=True))
    expect(card.get_by_role("button", name="A favourite", exact=True)).to_be_visible()
    picture(page, f"explore_star_{width}")
    assert faults(page) == []
    later = visit("/settings?v_settings=favourites", width=width)
    expect(later.get_by_role("link", name=name)).to_be_visible()
    press(later, later.get_by_role("button", name="Take out").last)
    before = store.desk().own.engines()
    press(page, card.get_by_role("button", name="Feedback"))
    press(page, page.get_by_role("button", name="Not helpful"))
    assert store.desk().own.engines() == before + 1
    third = visit("/", width=width)
    expect(third.get_by_text("This list is ranked by what you said about lists so far.")).to_be_visible()
    picture(third, f"explore_learned_{width}")
    press(third, third.get_by_role("button", name="Undo the last feedback"))
    assert store.desk().own.engines() == before


def test_all_of_it_is_taken_along_and_deleted_by_keyboard(
    visit: Visit, store: Store, library: Library, tmp_path: Path
) -> None:
    fill(store, library)
    page = visit("/settings?v_settings=data")
    press(page, page.get_by_role("button", name="Put the file together").first)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the file").click()
    waiting.value.save_as(tmp_path / "all.json")
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["clients"][0]["profile"]["id"]
    page = visit("/settings?v_settings=data")
    walk = Keyboard(page)
    walk.skip()
    walk.to("To go on, write")
    page.keyboard.type("delete everything")
    walk.press("Enter")
    walk.to("Delete everything", most=2)
    walk.press("Enter")
    expect(page.get_by_text("All of it was deleted.")).to_be_visible()
    assert walk.unseen == []
    desk = store.desk()
    assert (desk.clients.count(), desk.own.bags(), desk.own.favourites(), desk.own.activities()) == (
        0, (), frozenset(), (),
    )  # fmt: skip


def test_study_progress_of_the_browser_moves_to_the_database(visit: Visit, store: Store) -> None:
    page = visit("/study")
    press(page, page.locator("[class*=st-key-s_opt_] button").first)
    settle(page)
    kept, _ = store.desk().own.kept("study")
    assert len(kept["records"]) == 1
    assert page.evaluate("localStorage.getItem('otrec-study-progress')") is None
    text = json.dumps(kept)
    store.desk().own.keep("study", {**kept, "records": {}})
    other = visit("/about")
    other.evaluate("text => localStorage.setItem('otrec-study-progress', text)", text)
    go(other, f"{other.url.split('/about')[0]}/study?v_study=progress")
    expect(other.get_by_text("Progress is kept with your data.")).to_be_visible()
    with rerun(other):
        other.get_by_role("radio", name="Practise").click()
    assert set(store.desk().own.kept("study")[0]["records"]) == set(kept["records"])
    assert other.evaluate("localStorage.getItem('otrec-study-progress')") is None
