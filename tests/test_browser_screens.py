"""Every page in every state: a picture for people to look at, axe-core, and no scrolling sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zlib import crc32

import pytest
from playwright.sync_api import Page, expect

from otrec import Engine
from otrec.study import KIND_NAMES, Study

from .auditing import faults
from .browsing import Visit, asked, choose, clear, go, option, picture, press, referral, rerun, settle, sideways
from .effort import tries

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

Step = Callable[[Page], None]
Tour = list[tuple[str, Step]]
VIEWS: Final = (
    ("light", "light", 1280, 1500), ("night", "dark", 390, 1700),
    ("dark", "dark", 1280, 1500), ("phone", "light", 390, 1700),
)  # fmt: skip


def views_of(name: str) -> tuple[tuple[str, str, int, int], ...]:
    """How a state is looked at: wide and light, or narrow and dark, always the same of the two; or in all ways."""
    return tries((VIEWS[crc32(name.encode()) % 2],), VIEWS)


def at(path: str) -> Step:
    def act(page: Page) -> None:
        go(page, "/".join(page.url.split("/", 3)[:3]) + path)

    return act


def button(name: str) -> Step:
    return lambda page: press(page, page.get_by_role("button", name=name, exact=True).first)


def radio(name: str) -> Step:
    return lambda page: press(page, page.get_by_role("radio", name=name, exact=True).first)


def fold(name: str) -> Step:
    return lambda page: press(page, page.locator("summary", has_text=name).first)


def pick(label: str, word: str) -> Step:
    return lambda page: choose(page, label, word)


def quiet(*path: str) -> Step:
    """Open a popover, or a part that was drawn all the time: the script does not run."""

    def act(page: Page) -> None:
        page.keyboard.press("Escape")
        for name in path:
            page.locator("summary, [data-testid=stPopover] button").filter(has_text=name).first.click()
        settle(page)

    return act


def then(*steps: Step) -> Step:
    def act(page: Page) -> None:
        for step in steps:
            step(page)

    return act


def older(page: Page) -> None:
    """An age for which the library has nothing at all."""
    age = page.get_by_role("spinbutton", name="Age")
    age.fill("120")
    with rerun(page):
        age.press("Enter")


def invented(place: str) -> Step:
    """Add the invented clients of a place to the caseload."""

    def act(page: Page) -> None:
        page.get_by_role("button", name="Invented clients").click()
        choose(page, "Place", place)
        press(page, page.get_by_role("button", name="Add them"))
        page.keyboard.press("Escape")
        settle(page)

    return act


def members(page: Page) -> None:
    """Two pupils who can be seen together."""
    for name in ("sch_01", "sch_03"):
        choose(page, "Members", name)


EXPLORE: Final[Tour] = [
    ("cards", at("/")),
    ("steps", fold("Run it")),
    ("why_open", fold("Why: score")),
    ("more", quiet("More")),
    ("download", quiet("Download")),
    ("file", quiet("File")),
    ("full", then(quiet(), radio("In full"))),
    ("glance", radio("Glance")),
    ("glance_open", lambda page: press(page, page.locator("[class*=st-key-s_glance_] summary").first)),
    ("not_again", then(radio("Cards"), button("Not again"))),
    ("held_back", radio("Held back")),
    ("held_open", then(fold("Which activities"), fold("All of it as a table"))),
    ("why_empty", radio("Why or why not")),
    ("why_not", pick("Any activity of the library", "weighted vest")),
    ("why_listed", pick("Any activity of the library", "museum")),
    ("compare_empty", radio("Compare")),
    ("compare", then(pick("First activity", "museum"), pick("Second activity", "photo captions"))),
    ("changes", radio("What would change it")),
]
FORM: Final[Tour] = [
    ("parts", then(*(fold(part) for part in ("Safety", "Person", "Place", "History")))),
    ("weights", fold("Tune the ranking")),
    ("bag", lambda page: press(page, page.get_by_text("Only what is in my bag"))),
    ("stroke", then(at("/"), pick("Start from", "61"))),
    ("all_held_back", then(at("/"), older)),
    ("nothing_to_rank", then(at("/"), lambda page: clear(page, "Barriers"), lambda page: clear(page, "Goals"))),
    ("pages", at("/?v_k=60")),
]
INTAKE: Final[Tour] = [
    ("empty", then(at("/"), fold("Start from a referral"), button("Read it"))),
    ("draft", lambda page: referral(page, "8;2, second grade. Can't do up his buttons. ?latex allergy. Loves trains.")),
    ("unanswered", button("Use this profile")),
    ("used", then(radio("No"), button("Use this profile"))),
]
GRAPH: Final[Tour] = [
    ("walk", at("/graph")),
    ("two_links", radio("2 links")),
    ("tool", at("/graph?v_node=tool:therapy_putty")),
    ("barrier", at("/graph?v_node=barrier:fastenings")),
    ("occupation", at("/graph?v_node=occupation:dressing")),
    ("activity", at("/graph?v_node=activity:weighted_vest_trial")),
    ("trail", lambda page: press(page, page.locator(".node").nth(2))),
    ("path", at("/graph?v_mode=path")),
    ("path_same", at("/graph?v_mode=path&v_start=tool:therapy_putty&v_goal=tool:therapy_putty")),
    ("before", at("/graph?v_mode=before")),
    ("table", quiet("The same as a table")),
]
LISTS: Final[Tour] = [
    ("activities", at("/library")),
    *(
        (name.lower().replace(" ", "_"), radio(name))
        for name in ("Barriers", "Techniques", "Tools", "Occupations", "Evidence", "Safety rules", "Data card")
    ),
    ("filters", then(radio("Activities"), fold("Filters"))),
    ("search", at("/library?v_find=putty")),
    ("no_hits", at("/library?v_find=unicycle+sonnet")),
]
#: Pages of records; the finding and the rule are the first of their kind.
RECORDS: Final = (
    "activity:weighted_vest_trial", "barrier:fastenings", "technique:hand_strengthening", "tool:therapy_putty",
    "occupation:dressing", "tool:nothing",
)  # fmt: skip
PLAN: Final[Tour] = [
    ("session", at("/plan")),
    ("table", fold("The curve as a table")),
    ("activity", fold("1. ")),
    ("held_back", fold("What holds it back")),
    ("preview", fold("Preview")),
    ("group_empty", at("/plan?v_plan=group")),
    ("group", then(button("Add the client in the form"), invented("School or preschool"), members)),
    ("suggested", fold("Whom to see together")),
    ("day", then(radio("A day"), fold("08:30"))),
    ("weeks", then(radio("A block of weeks"), fold("Session 1"))),
    ("sheets", then(radio("Handouts"), pick("Activities", "museum"), fold("Preview"))),
    ("board", then(radio("First–then board"), radio("My own lines"))),
]
SPANISH: Final[Tour] = [
    (name or "explore", at(f"/{name}?v_lang=es")) for name in ("", "plan", "graph", "study", "library", "about")
]
TOURS: Final[dict[str, Tour]] = {
    "explore": EXPLORE,
    "form": FORM,
    "intake": INTAKE,
    "graph": GRAPH,
    "library": LISTS,
    "record": [(item.replace(":", "_"), at(f"/library?item={item}")) for item in RECORDS],
    "plan": PLAN,
    "research": [("page", at("/research"))],
    "about": [("page", at("/about")), ("no_such_page", at("/nowhere"))],
    "spanish": SPANISH,
}


def looks(page: Page, name: str) -> list[str]:
    """Take the picture in each view; says what is wrong in any of them."""
    found = []
    for way, scheme, width, height in views_of(name):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        picture(page, f"{name}_{way}")
        found += [f"{name} {way}: {fault}" for fault in faults(page)]
        if sideways(page):
            found.append(f"{name} {way}: scrolls sideways")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 1500})
    return found


@pytest.mark.parametrize("tour", TOURS)
def test_every_state_can_be_read_by_all(visit: Visit, tour: str) -> None:
    page = visit("/", height=1500)
    found = []
    for name, act in TOURS[tour]:
        act(page)
        found += looks(page, f"{tour}_{name}")
    assert found == []


def test_findings_and_rules_can_be_read_by_all(visit: Visit, engine: Engine) -> None:
    page = visit(f"/library?item=findings:{next(iter(engine.library.evidence))}", height=1500)
    found = looks(page, "record_finding")
    at(f"/library?item=rules:{engine.library.rules[0].id}")(page)
    assert found + looks(page, "record_rule") == []


def test_every_kind_of_question_can_be_read_by_all(visit: Visit, study: Study) -> None:
    page = visit("/study?v_study=progress", height=1500)
    expect(page.get_by_text("No answer yet")).to_be_visible()
    found = looks(page, "study_progress_empty")
    for kind, name in KIND_NAMES.items():
        radio("Practise" if kind == "card" else name)(page)  # cards are what a first visitor gets
        expect(page.get_by_text(f"Question 1 of 5 · {name}")).to_be_visible()
        question = asked(page, study)
        assert question.kind == kind
        found += looks(page, f"study_{kind}")
        answer(page, study, right=kind != "path")
        found += looks(page, f"study_{kind}_answered")
    for _ in range(4):
        answer(page, study, right=True)
    found += looks(page, "study_round_done")
    radio("Progress")(page)
    assert found + looks(page, "study_progress") == []


def answer(page: Page, study: Study, right: bool) -> None:
    """Answer the question on the page, rightly or wrongly."""
    question = asked(page, study)
    chosen = [one for one in question.options if one.right == right][: question.choose]
    for one in chosen:
        press(page, option(page, question, one))
    if question.choose > 1:
        press(page, page.get_by_role("button", name="Check:"))
    expect(page.get_by_text("Right" if right else "Not yet", exact=True).first).to_be_visible()
