"""What all tests share: one library and one engine, read once."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # so that scikit-learn skips none of its estimator checks
#: No test ever reaches the folder of the person who runs it: without a database of its own it has none.
os.environ["OTREC_DATABASE_URL"] = "sqlite:////dev/null/otrec.db"

from otrec import Client, Engine, Library, example, load_library
from otrec.intake import Intake

pytest_plugins = ["tests.browsing"]
#: Where the gate runs, the same examples every time; elsewhere new ones, so that weak spots keep being looked for.
settings.register_profile("gate", derandomize=True, deadline=None)
#: No test asserts a wall-clock time.
settings.register_profile("here", deadline=None)
IN_CI = os.environ.get("CI") == "true"


settings.load_profile("gate" if IN_CI else "here")


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The texts that pages ask for in Spanish and do not find, while a test runs."""
    from otrec.app import language

    found: set[str] = set()
    spanish = language.catalogue("es")

    class Strict(dict[str, str]):
        def get(self, text: str, default: str = "") -> str:  # type: ignore[override]
            if text not in self:
                found.add(text)
            return super().get(text, default)

    monkeypatch.setattr(language, "catalogue", lambda name: Strict(spanish) if name == "es" else {})
    return found


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def engine(library: Library) -> Engine:
    return Engine(library=library)


@pytest.fixture(scope="session")
def intake(library: Library) -> Intake:
    """A reader of plain words; it takes seconds to train."""
    return Intake(library)


@pytest.fixture(scope="session")
def child() -> Client:
    return Client.load(example("pencil_grip"))


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace: dict[str, object]) -> None:
    import numpy as np

    doctest_namespace["np"] = np
    doctest_namespace["example"] = example
