"""The Library page: search, facets, pages of 25, and one page a record."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from otrec import Library
from otrec.library.search import KINDS, Catalogue

PAGE = "from otrec.app.views import library\nlibrary.page()"


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def record(item: str) -> AppTest:
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.query_params["item"] = item
    page.run()
    assert not page.exception
    return page


def links(app: AppTest) -> list[str]:
    """Labels of the links on the page."""
    return [node.proto.label for node in app.get("page_link")]  # type: ignore[attr-defined]


def told(app: AppTest) -> str:
    return " ".join(text.value for text in (*app.header, *app.markdown))


def test_it_shows_25_at_a_time(app: AppTest, library: Library) -> None:
    first = [item.name for item in library.activities.values()][:25]
    assert links(app) == first
    app.session_state["s_page_activities"] = 2
    app.run()
    assert links(app) == [item.name for item in library.activities.values()][25:50]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_searched(app: AppTest, library: Library, kind: str) -> None:
    app.button_group(key="v_kind").set_value(kind).run()
    entry = Catalogue(library).entries[kind][-1]
    app.text_input(key="v_find").set_value(entry.name).run()
    assert not app.exception
    assert entry.name in links(app)


def test_facets_narrow_and_stay_while_they_are_closed(app: AppTest, library: Library) -> None:
    app.session_state["v_open_activities"] = True
    app.run()
    app.multiselect(key="v_f_activities_setting").set_value(["nicu"]).run()
    expected = [item.name for item in library.activities.values() if "nicu" in item.settings][:25]
    assert links(app) == expected
    app.session_state["v_open_activities"] = False
    app.run()
    assert links(app) == expected


def test_a_link_with_a_filter_opens_filtered(library: Library) -> None:
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.query_params["v_f_activities_setting"] = "nicu"
    page.run()
    assert links(page) == [item.name for item in library.activities.values() if "nicu" in item.settings][:25]


def test_nothing_found_says_what_to_do(app: AppTest) -> None:
    app.text_input(key="v_find").set_value("puttyy xyzzy").run()
    assert "Nothing found" in told(app)
    assert "Did you mean" in told(app)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page(library: Library, kind: str) -> None:
    for entry in (Catalogue(library).entries[kind][0], Catalogue(library).entries[kind][-1]):
        page = record(f"{kind}:{entry.id}")
        assert page.title[0].value == entry.name
        assert links(page)
        assert any(f"{kind}:{entry.id}" in caption.value for caption in page.caption)


def test_a_page_says_what_the_graph_says(library: Library) -> None:
    page = record("technique:hand_strengthening")
    for edge in library.addressed_by:
        if edge.technique == "hand_strengthening":
            assert edge.rationale.rstrip(".") in told(page)
            assert f"strength {edge.strength:g}" in told(page)


def test_an_activity_says_how_it_is_run_and_which_rules_look_at_it(library: Library) -> None:
    activity = library.activities["weighted_vest_trial"]
    page = record("activity:weighted_vest_trial")
    assert all(step in told(page) for step in activity.steps)
    names = [name.replace("_", " ") for name in ("weighted removal first",)]
    assert set(names) & set(links(page))


def test_a_finding_names_its_source_and_the_links_that_cite_it(library: Library) -> None:
    edge = next(edge for edge in library.addressed_by if edge.evidence)
    finding = library.evidence[edge.evidence[0]]
    page = record(f"findings:{finding.finding_id}")
    assert finding.finding in told(page)
    assert library.barriers[edge.barrier].name in links(page)


def test_a_wrong_address_says_so() -> None:
    page = record("technique:no_such_thing")
    assert "No such page" in told(page)
    assert "To the library" in links(page)


def test_the_data_card_shows_pictures_and_blind_spots(app: AppTest) -> None:
    app.button_group(key="v_kind").set_value("card").run()
    assert not app.exception
    assert len(app.get("image")) == 4
    assert any(head.value == "Blind spots" for head in app.header)
    assert "all texts are in English" in told(app)
