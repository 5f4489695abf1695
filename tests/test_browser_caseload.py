"""Caseload in a real browser: kept, opened and taken up again, read by all; two people at once never see each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from otrec import Client, Engine, Library, example
from otrec.exchange import read_caseload
from otrec.planning import plan_session
from otrec.progress import ProgressFile
from otrec.store import KeptClient, Store

from .auditing import faults
from .browsing import WAYS, Scheme, Visit, go, open_form, picture, press, rerun, running_over, settle, sideways
from .signing import SignInApp, arriving, put_cookie, signed, signing_in
from .test_caseload_page import FULL, HOSTILE, hostile_record

#: A browser on a busy machine is now and then late; what fails three times in a row has a fault.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

PARTS: Final = ("Goals", "Sessions", "Plans", "History of the profile", "Who looked", "Put away or erase")
TODAY = dt.date.today()
SHEET: Final = b"id,age,setting,barriers\nx1,7,school,Pencil grip: 3\n=cmd|x,abc,moon,nothing: 9\nx3,900,school,\n"


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


def named(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def write(page: Page, label: str, text: str) -> None:
    """Fill a field and leave it."""
    box = page.get_by_role("textbox", name=label).last
    with rerun(page):
        box.fill(text)
        box.press("Tab")


def part(page: Page, name: str) -> None:
    """Turn to a part of the record."""
    chosen = page.get_by_role("radio", name=name, exact=True)
    if chosen.get_attribute("aria-checked") != "true":
        press(page, chosen)


def new(code: str) -> str:
    """A pseudonym that nobody has yet."""
    return f"{code}-{uuid4().hex[:6]}"


def kept(store: Store, engine: Engine, code: str) -> KeptClient:
    """A client with something of everything, once."""
    desk = store.desk()
    found = next((one for one in desk.clients.page(code)), None)
    if found is not None:
        return desk.clients.open(found.id)
    made = desk.clients.save(Client.load(example("pencil_grip")).model_copy(update={"id": code}))
    made = desk.clients.save(made.client.model_copy(update={"minutes": 45}), id=made.id, version=1)
    desk.records.keep(made.id, ProgressFile.load(example("progress_pencil_grip")))
    desk.records.keep_plan(made.id, "session", plan_session(engine, made.client).to_dict(brief=True), TODAY)
    desk.clients.schedule(made.id, TODAY + dt.timedelta(days=1))
    return made


def test_keep_open_and_start_from_last_time(visit: Visit, store: Store) -> None:
    page, code = visit("/"), new("walk")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("framenavigated", lambda frame: asked.append(frame.url))
    named(page, "Keep on my caseload").click()
    write(page, "Pseudonym", code)
    press(page, named(page, "Keep"))
    expect(page.get_by_text("kept as version 1")).to_be_visible()
    press(page, named(page, "Record"))
    expect(page.get_by_role("heading", level=1, name=code)).to_be_visible()
    (made,) = store.desk().clients.page(code)
    store.desk().records.keep(made.id, ProgressFile.load(example("progress_pencil_grip")))
    day = TODAY + dt.timedelta(days=3)
    write(page, "Next session", str(day))
    press(page, named(page, "Set the day"))
    press(page, named(page, "Start from last time"))
    expect(page.get_by_role("heading", level=1, name="Plan")).to_be_visible()
    settle(page)
    expect(page.get_by_text("Meet teacher and family about the next goal.")).to_be_visible()
    press(page, named(page, "Keep this plan"))
    expect(page.get_by_text(f"Kept with {code}, for {TODAY}.")).to_be_visible()
    assert [one for one in asked if code in one or str(made.id) in one or "pencil" in one] == []
    later = visit("/caseload")
    expect(later.get_by_text(f"{code} ({day})")).to_be_visible()
    press(later, later.get_by_role("button", name=code))
    part(later, "Plans")
    press(later, later.locator("summary", has_text=f"Session of {TODAY}"))
    (plan,) = store.desk().records.plans(made.id)
    for slot in plan.content["phases"]:
        expect(later.get_by_text(slot["name"]).first).to_be_visible()
    expect(later.get_by_text("Meet teacher and family about the next goal.")).to_be_visible()


def test_who_saves_second_is_told_and_loses_nothing(visit: Visit, store: Store, engine: Engine) -> None:
    there = kept(store, engine, new("both"))
    page = visit("/caseload", width=390)
    press(page, page.get_by_role("button", name=there.client.id))
    press(page, named(page, "Open in Explore"))
    open_form(page)
    store.desk().clients.save(there.client.model_copy(update={"minutes": 25}), id=there.id, version=2)
    box = page.get_by_test_id("stSidebar").get_by_role("spinbutton", name="Minutes")
    with rerun(page):
        box.fill("55")
        box.press("Tab")
    press(page, named(page, "Keep on my caseload"))
    expect(page.get_by_text("was changed since you opened it")).to_be_visible()
    picture(page, "caseload_conflict_390")
    assert faults(page) == []
    press(page, named(page, "Keep mine as the newest"))
    expect(page.get_by_text("kept as version 4")).to_be_visible()
    assert [one.client.minutes for one in store.desk().clients.versions(there.id)] == [55, 25, 45, 30]


@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_list_and_record_can_be_read_by_all(
    visit: Visit, store: Store, engine: Engine, scheme: Scheme, width: int
) -> None:
    kept(store, engine, "read-1")
    page = visit("/caseload", scheme, width)

    def look(name: str) -> None:
        picture(page, f"caseload_{name}_{scheme}_{width}")
        assert faults(page) == [], name
        assert not sideways(page), name

    look("list")
    named(page, "New client").click()
    expect(page.get_by_role("textbox", name="Pseudonym", exact=True)).to_be_visible()
    settle(page)
    look("new")
    page.keyboard.press("Escape")
    press(page, page.locator("summary", has_text="Excel and CSV"))
    with rerun(page):
        page.locator("input[type=file]").set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": SHEET})
    expect(named(page, "Keep these clients (1)")).to_be_visible()
    settle(page)
    look("import")
    press(page, page.get_by_role("button", name="read-1"))
    for name in PARTS:
        part(page, name)
        if name == "Sessions":
            press(page, page.locator("summary", has_text="Record a session"))
        if name == "Plans":
            press(page, page.locator("summary", has_text="Session of"))
        look(name.split()[0].lower())


def test_hostile_words_run_nothing(visit: Visit, store: Store, engine: Engine) -> None:
    desk = store.desk()
    texts, code = list(HOSTILE), new("c66")
    there = desk.clients.save(Client.parse({**FULL, "id": code, "barriers": {"grasp_pattern": 3}, "interests": ["x"]}))
    routines = [{"occupation": "bathing", "when": texts[2], "with": texts[1]}]
    goals = [{"occupation": "bathing", "importance": 9}]
    profile = {**FULL, "id": code, "barriers": {"grasp_pattern": 3}, "routines": routines, "goals": goals}
    desk.clients.save(Client.parse(profile), id=there.id, version=1)
    file = ProgressFile.parse(hostile_record(texts))
    desk.records.keep(there.id, file)
    content: dict[str, Any] = plan_session(engine, Client.parse(profile)).to_dict(brief=True)
    for slot, text in zip(content["phases"], texts, strict=False):
        slot["name"], slot["backup_name"] = text, texts[1]
    desk.records.keep_plan(there.id, "session", {**content, "from_last": {"next_step": texts[1]}}, TODAY)
    page = visit("/caseload")
    dialogs: list[str] = []
    page.on("dialog", lambda asked: (dialogs.append(asked.message), asked.dismiss()))

    def quiet() -> None:
        assert page.evaluate("window.ran") is None
        assert page.locator("a[href^=javascript], img[src*='127.0.0.2'], img[src=x], .katex").count() == 0
        assert dialogs == []

    press(page, page.get_by_role("button", name=code))
    for name in PARTS[:4]:
        part(page, name)
        if name == "Plans":
            press(page, page.locator("summary", has_text="Session of"))
            press(page, page.locator("summary", has_text="Preview"))
        quiet()
        wanted = {
            "Goals": file.goals[0].text,
            "Sessions": texts[5],
            "Plans": texts[0],
            "History of the profile": texts[2],
        }
        expect(page.get_by_text(wanted[name]).first).to_be_visible()
    part(page, "Goals")
    press(page, page.locator("summary", has_text="The chart as a table"))
    press(page, named(page, "Work on goals and points"))
    expect(page.get_by_role("heading", level=1, name="Goals & progress")).to_be_visible()
    settle(page)
    quiet()
    press(page, page.get_by_role("link", name="Caseload"))
    press(page, named(page, "Start from last time"))
    settle(page)
    expect(page.get_by_text(texts[6]).first).to_be_visible()
    expect(page.get_by_text(f"No activity carries the interest '{texts[0]}'")).to_be_visible()
    for opened in ("Person", "Place"):
        press(page, page.get_by_test_id("stSidebar").locator("summary", has_text=opened))
    quiet()
    press(page, page.get_by_role("radio", name="A block of weeks"))
    expect(page.get_by_text(f"{texts[2]} · {texts[1]}")).to_be_visible()
    quiet()


# Two people at once


@pytest.fixture
def app(chromium: Browser, tmp_path: Path) -> Iterator[tuple[SignInApp, Store]]:
    with signing_in(tmp_path) as started:
        store = Store.open(f"sqlite:///{tmp_path / 'otrec.db'}")
        yield started, store
        store.close()


@pytest.fixture
def arrive(chromium: Browser, app: tuple[SignInApp, Store]) -> Iterator[Callable[[], BrowserContext]]:
    with arriving(chromium, app[0]) as opened:
        yield opened


def keep_as(page: Page, code: str) -> None:
    """Keep the client in the form of Explore."""
    named(page, "Keep on my caseload").click()
    write(page, "Pseudonym", code)
    press(page, named(page, "Keep"))
    expect(page.get_by_text("kept as version 1")).to_be_visible()


def everywhere(page: Page, app: SignInApp, library: Library, folder: Path) -> str:
    """Whatever a person can see of clients: list, picker of Plan, and both exports, as one text."""
    page.bring_to_front()  # what stands behind another tab is drawn once a second
    go(page, f"{app.address}/caseload")
    told = page.locator("body").inner_text()
    press(page, page.locator("summary", has_text="Excel and CSV"))
    press(page, named(page, "Make the file"))
    with page.expect_download() as waiting:
        named(page, "Fetch the file").click()
    waiting.value.save_as(folder / "mine.xlsx")
    preview = read_caseload((folder / "mine.xlsx").read_bytes(), "mine.xlsx", library)
    told += " export:" + " ".join(one.id for one in preview.clients)
    go(page, f"{app.address}/plan?v_plan=group")
    press(page, named(page, "From my caseload"))
    page.get_by_role("combobox", name="Clients").click()
    told += " picker:" + " ".join(page.get_by_role("option").all_inner_texts())
    page.keyboard.press("Escape")
    return told + page.locator("body").inner_text()


def test_two_people_at_once_see_their_own_clients_alone(
    app: tuple[SignInApp, Store], arrive: Callable[[], BrowserContext], library: Library, tmp_path: Path
) -> None:
    started, store = app
    pages = {"ada": arrive().new_page(), "di": arrive().new_page()}
    for who, page in pages.items():
        put_cookie(page.context, started, signed(started.claims(f"sub-{who}")))
        go(page, started.address)
    for who, page in pages.items():
        keep_as(page, f"only-{who}")
    for who, page in pages.items():
        other = "di" if who == "ada" else "ada"
        told = everywhere(page, started, library, tmp_path)
        assert f"only-{other}" not in told
        assert told.count(f"only-{who}") >= 3
    with store.database.begin(write=False) as session:
        found = session.connection().exec_driver_sql("SELECT code, id FROM client").all()
    ids = {code: str(name) for code, name in found}
    assert set(ids) == {"only-ada", "only-di"}
    query = "s_client={0}&s_kept_id={0}&client={0}&id={0}&v_client={0}&p_id=only-ada&v_record=plans"
    go(pages["di"], f"{started.address}/caseload?{query.format(ids['only-ada'])}")
    body = pages["di"].locator("body").inner_text()
    assert "only-ada" not in body
    assert "only-di" in body
    tab = pages["di"].context.new_page()
    go(tab, f"{started.address}/caseload")
    assert "only-ada" not in tab.locator("body").inner_text()
    go(pages["ada"], f"{started.address}/caseload")
    press(pages["ada"], pages["ada"].get_by_role("button", name="only-ada"))
    part(pages["ada"], "Sharing")
    write(pages["ada"], "Login of a colleague", "ot-di")
    press(pages["ada"], named(pages["ada"], "Share"))
    expect(pages["ada"].get_by_role("button", name="Withdraw")).to_be_visible()
    picture(pages["ada"], "caseload_sharing")
    assert faults(pages["ada"]) == []
    go(tab, f"{started.address}/caseload")
    press(tab, tab.get_by_role("button", name="only-ada"))
    expect(tab.get_by_role("heading", level=1, name="only-ada")).to_be_visible()
    expect(named(tab, "Start from last time")).to_have_count(0)
    picture(tab, "caseload_of_a_colleague")
    assert faults(tab) == []
    press(pages["ada"], pages["ada"].get_by_role("button", name="Withdraw"))
    tab.bring_to_front()
    press(tab, tab.get_by_role("radio", name="Plans", exact=True))
    expect(tab.get_by_role("heading", level=1, name="Caseload")).to_be_visible()
    expect(tab.get_by_role("button", name="only-ada")).to_have_count(0)
    assert "only-ada" not in everywhere(pages["di"], started, library, tmp_path)
