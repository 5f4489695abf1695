"""What the tests of kept things share: a database of their own, pages over it, and an activity to write down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from otrec.app import signin
from otrec.library import Library
from otrec.library.rows import activity_row
from otrec.store import Desk, Store

VARIABLE = "OTREC_DATABASE_URL"


@contextmanager
def database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A SQLite file that the app uses, and the desk over it as another program sees it."""
    url = f"sqlite:///{folder / 'otrec.db'}"
    monkeypatch.setenv(VARIABLE, url)
    signin.store.clear()
    store = Store.open(url)
    try:
        yield store.desk()
    finally:
        store.close()
        signin.store().close()
        signin.store.clear()


def opened(name: str, **given: Any) -> AppTest:
    """A page of the app in a new session, with some of its state given."""
    page = AppTest.from_string(f"from otrec.app.views import {name}\n{name}.page()", default_timeout=60)
    for key, value in given.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    """All that a page says in words."""
    parts = (page.title, page.header, page.subheader, page.markdown, page.caption, page.text, page.warning, page.code)
    return "\n".join(found.value for part in parts for found in part)


def own_row(library: Library, like: str, code: str, **changed: str) -> dict[str, str]:
    """A row of an activity of one's own, like one of the library."""
    return {**activity_row(library.activities[like]), "id": code, "name": f"Mine: {code}", **changed}
