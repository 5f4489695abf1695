"""From a goal to data to a report in a real browser; every view read by all, and walked by keyboard alone."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from otrec.progress import ProgressFile

from .auditing import faults
from .browsing import WAYS, Scheme, Visit, picture, press, rerun, settle, sideways
from .keyboard import Keyboard
from .test_browser_screens import Tour, at, button, fold, looks, pick, quiet, radio, then

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


def named(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def write(page: Page, label: str, text: str, role: str = "textbox") -> None:
    """Fill a field and leave it."""
    box = page.get_by_role(role, name=label).first  # type: ignore[arg-type]
    with rerun(page):
        box.fill(text)
        box.press("Tab")


def parts(page: Page, state: str) -> list[str]:
    """The parts of the goal that stand in a state, by its word."""
    rows = page.locator(".ot-parts li").filter(has=page.locator(".ot-state", has_text=re.compile(f"^{state}$")))
    return [row.locator("strong").inner_text() for row in rows.all()]


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_goal_data_report(visit: Visit, tmp_path: Path, scheme: Scheme, width: int) -> None:
    page = visit("/goals", scheme=scheme, width=width)
    press(page, named(page, "Fill in an example"))  # goal
    write(page, "Baseline", "", "spinbutton")
    expect(page.get_by_text("the baseline is missing. It is where the person stands today")).to_be_visible()
    expect(named(page, "Add to my goals")).to_have_count(0)
    write(page, "Baseline", "30", "spinbutton")
    goal = page.locator(".st-key-card_goal_smart code").inner_text()
    assert "from a baseline of 30% of letters correct" in goal
    expect(page.get_by_role("textbox", name="A goal:")).to_have_value(goal)
    assert len(parts(page, "found")) == 8
    press(page, named(page, "Add to my goals"))
    write(page, "A goal:", "The student will improve handwriting.")
    assert "Who does it" in parts(page, "found")
    assert {"By when", "Under what condition"} <= set(parts(page, "missing"))
    press(page, named(page, "Follow it with data"))

    expect(page.get_by_text("There is no point up to this day.")).to_be_visible()  # data
    for value in ("35", "50"):
        day = page.get_by_role("textbox", name="Day, YYYY-MM-DD").first
        if value == "50":
            write(page, "Day, YYYY-MM-DD", "2099-01-05")
        assert day.input_value()
        write(page, "Value", value, "spinbutton")
        press(page, named(page, "Add the point"))
    report = page.locator(".ot-report")  # report
    expect(report.get_by_text("Latest on 5 January 2099: 50 of 100 letters (50 %).")).to_contain_text("[g1.p02, g1]")
    assert all("[g1" in line for line in report.get_by_role("listitem").all_inner_texts())
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    press(page, page.get_by_role("radio", name="Family", exact=True))
    expect(report.get_by_role("heading", name="Then and now")).to_be_visible()
    assert faults(page) == []
    assert not sideways(page)
    assert set(re.findall(r"[?&](\w+)=", page.url)) == {"v_goals", "v_report"}
    for name in ("PDF", "Word", "Save the record"):
        with page.expect_download() as got:
            named(page, name).click()
        got.value.save_as(tmp_path / got.value.suggested_filename)
    kept = {path.suffix: path for path in tmp_path.iterdir()}
    assert kept[".pdf"].read_bytes()[:4] == b"%PDF"
    assert kept[".docx"].read_bytes()[:2] == b"PK"
    assert [point.value for point in ProgressFile.load(kept[".yaml"]).goals[0].points] == [35, 50]
    picture(page, f"goals_path_{scheme}_{width}")


def test_a_file_is_refused_with_its_problems_and_another_is_opened(visit: Visit, tmp_path: Path) -> None:
    page = visit("/goals?v_goals=progress")
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("client: c5\ngoals: [{id: g1, text: Ties a bow, measure: trials, direction: up}]\n")
    with page.expect_download() as got:
        named(page, "Save the record").click()
    got.value.save_as(good)
    good.write_text(good.read_text(encoding="utf-8").replace("client: c001", "client: c555"), encoding="utf-8")
    page.get_by_role("button", name="Open a file").click()
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]")
    with rerun(page):
        chooser.set_input_files(bad)
    expect(page.get_by_test_id("stAlert")).to_contain_text("goal 1, baseline: missing; give its date and value")
    expect(page.get_by_text("An invented record, to look around.")).to_be_visible()
    with rerun(page):
        chooser.set_input_files(good)
    expect(page.get_by_text("Record of c555,")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_the_table_is_edited_by_keyboard(visit: Visit, tmp_path: Path) -> None:
    page = visit("/goals?v_goals=progress", height=3600)
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert table
    page.mouse.click(table["x"] + 90, table["y"] + 52)  # the day of the first point
    with rerun(page):
        for key in ("ArrowRight", "1", "Enter"):  # the table opens its editor in a frame of its own
            page.wait_for_timeout(200)
            page.keyboard.press(key)
    expect(page.get_by_text("Record of c001,")).to_be_visible()  # no longer the example as it came
    with page.expect_download() as got:
        named(page, "Save the record").click()
    got.value.save_as(tmp_path / "saved.yaml")
    saved = ProgressFile.load(tmp_path / "saved.yaml").goals[0].points
    assert (saved[0].value, saved[1].value) == (1, 3)


def test_a_goal_is_worded_and_kept_by_keyboard_alone(visit: Visit) -> None:
    page = visit("/goals")
    keyboard = Keyboard(page)
    keyboard.skip()
    keyboard.to("Fill in an example")
    keyboard.press("Enter")
    keyboard.to("Add to my goals")
    keyboard.press("Enter")
    keyboard.to("Follow it with data")
    keyboard.press("Enter")
    expect(page.get_by_text("There is no point up to this day.")).to_be_visible()
    assert keyboard.unseen == []


GOAL: Final[Tour] = [
    ("open", at("/goals")),
    ("example", button("Fill in an example")),
    ("kept", button("Add to my goals")),
    ("bad", lambda page: write(page, "A goal:", "Anna will improve attention with 80% accuracy.")),
    ("medical", radio("Medical")),
]
GAS: Final[Tour] = [
    ("open", at("/goals?v_goals=gas")),
    ("example", then(button("Fill in an example"), quiet("How T is worked out"))),
    ("unscored", button("Add a goal")),
]
PROGRESS: Final[Tour] = [
    ("example", at("/goals?v_goals=progress")),
    ("table", fold("The chart as a table")),
    ("sources", quiet("Sources")),
    ("family", then(quiet(), radio("Family"))),
    ("goal", fold("The goal, its baseline")),
    ("session", fold("Record a session")),
    ("prompts", pick("Goal", "g2")),
    ("preview", fold("Preview")),
    ("new", then(at("/goals?v_goals=progress"), button("New record"))),
    ("spanish", at("/goals?v_goals=progress&v_lang=es")),
    ("spanish_goal", at("/goals?v_lang=es")),
    ("spanish_gas", at("/goals?v_goals=gas&v_lang=es")),
]


@pytest.mark.parametrize(("name", "tour"), [("goal", GOAL), ("gas", GAS), ("progress", PROGRESS)])
def test_every_view_can_be_read_by_all(visit: Visit, name: str, tour: Tour) -> None:
    page = visit("/goals", height=1500)
    found = []
    for state, act in tour:
        act(page)
        settle(page)
        levels = [int(head.evaluate("head => head.tagName[1]")) for head in page.locator("h1, h2, h3, h4").all()]
        found += [f"{name}_{state}: h{two} after h{one}" for one, two in pairwise(levels) if two > one + 1]
        found += looks(page, f"goals_{name}_{state}")
    assert found == []
