"""The documentation site: pages are in the navigation, what they run runs, what they say of the code is true."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from typer.main import get_command

from otrec import Client, Library, features
from otrec.cli import app
from otrec.engine.result import Options
from otrec.engine.weighing import REASONABLE_TOP10, STRONG_TOP5, TIE_BAND
from otrec.library import check_client, strengths
from otrec.models import errors
from otrec.models.yaml_text import parse_yaml
from otrec.ranking.weights import N_DRAWS
from otrec.store import errors as store_errors

from .conftest import IN_CI

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
#: What the screenshot command makes.
PICTURES = {"explore", "graph", "study", "library", "about", "explore_dark", "explore_phone"}
LABEL = re.compile(r"\*\*([^*]+)\*\*\{ \.ui \}")
LOADED = re.compile(
    r"<(?:script|img|source|iframe)\b[^>]*?\bsrc=\"?(?P<src>[^\"\s>]+)|<link\b(?P<link>[^>]+)>", flags=re.S
)
KINDS = "stylesheet|icon|preload|preconnect|dns-prefetch|modulepreload"


def _hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_hooks", DOCS / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hooks = _hooks()


@cache
def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def fences(name: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", text(name), flags=re.S | re.M)
    return [block for block in found if "--8<--" not in block]


def named(entries: list[Any]) -> Iterator[str]:
    """Every page of a navigation, whatever its depth."""
    for entry in entries:
        given = entry if isinstance(entry, str) else next(iter(entry.values()))
        yield from named(given) if isinstance(given, list) else [given]


def settings() -> dict[str, Any]:
    class Loader(yaml.SafeLoader):
        """Names of Python objects in mkdocs.yml stay words."""

    Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda loader, suffix, node: suffix)  # type: ignore[no-untyped-call]
    found: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    return found


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page() -> None:
    listed = list(named(settings()["nav"]))
    borrowed = {name for name in hooks.BORROWED if name.endswith(".md")}
    assert set(listed) == {*PAGES, *borrowed}
    assert len(listed) == len(set(listed))


def test_what_is_borrowed_from_the_repository_is_there() -> None:
    for path in hooks.BORROWED.values():
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_runs_runs_and_every_mark_is_filled(name: str) -> None:
    filled = hooks.filled(text(name), name.count("/"))
    assert not re.search(r"<!-- (fill|run|output)", filled), "a mark is left"
    assert filled.startswith(("# ", "---\n"))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<!-- fill: nonsense -->", "no filler 'nonsense'"),
        ("<!-- fill: chain play_dough hand_strengthening grip_pinch_strength dressing_up -->", "dressing_up|no path"),
        ("<!-- run: otrec why pencil_grip no_such_activity -->", "is not in the library"),
        ("```python\nassert 1 > 2, 'false'\n```\n", "false"),
        ("```python\nx = 1\n```\n\n<!-- output -->\n", "prints nothing"),
    ],
)
def test_a_page_that_is_wrong_stops_the_build(page: str, message: str) -> None:
    with pytest.raises((ValueError, AssertionError, KeyError), match=message):
        hooks.filled(page)


def test_output_is_what_the_block_printed_and_names_live_on() -> None:
    shown = hooks.filled("```python\nx = 6 * 7\n```\n\nThen\n\n```python\nprint(x, '<b>')\n```\n\n<!-- output -->\n")
    assert "<code>42 &lt;b&gt;\n</code>" in shown
    assert "print(x, '<b>')" in shown


def test_every_field_of_a_client_is_described() -> None:
    assert set(hooks.CLIENT_FIELDS) == set(Client.model_fields)
    page = hooks.filled(text("reference/client.md"), 1)
    for name in Client.model_fields:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(cell.strip() for cell in row.strip("|").split(" | ")), f"{name}: a cell is empty"


def test_client_files_on_the_pages_can_be_used(library: Library) -> None:
    blocks = [block for block in fences("how-to/client-file.md", "yaml") if "age_years" in block]
    assert blocks
    for block in blocks:
        check_client(library, Client.parse(parse_yaml(block)), "the page")
    (bag,) = fences("how-to/bag.md", "yaml")
    assert set(parse_yaml(bag)["tools"]) <= set(library.tools)


@pytest.mark.parametrize("name", PAGES)
def test_commands_on_a_page_exist_with_their_options(name: str) -> None:
    known = hooks.flat(get_command(app).commands)  # type: ignore[attr-defined]
    lines = [line for block in fences(name, "sh") for line in block.splitlines()]
    for part in (part.strip() for line in lines for part in line.split("&&")):
        if part.startswith("otrec "):
            words = shlex.split(part, comments=True)[1:]
            command = known.get(words[0]) or known.get(" ".join(words[:2]))
            assert command is not None, part
            options = {option for item in command.params for option in (*item.opts, *item.secondary_opts)}
            assert {word for word in words if re.match("-+[a-z]", word)} <= options, part


def test_the_labels_that_a_page_names_stand_in_the_app() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "otrec" / "app").rglob("*.py"))
    used = {(name, label) for name in PAGES for label in LABEL.findall(text(name))}
    assert len(used) >= 5
    missing = sorted(f"{name}: {label}" for name, label in used if f'"{label}"' not in source)
    assert not missing, "the app does not say this; see otrec/app for what it says now"


def test_pictures_are_those_that_the_screenshot_command_makes() -> None:
    used = {found for name in PAGES for found in re.findall(r"<!-- fill: picture (\w+) ", text(name))}
    assert used <= PICTURES
    if (DOCS / "images").is_dir():
        assert all((DOCS / "images" / f"{name}.png").is_file() for name in used)


def test_a_picture_stands_in_both_themes_and_none_stands_in_for_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "DOCS", tmp_path)
    mark = "<!-- fill: picture explore A list -->"
    assert hooks.filled(mark, 1) == ""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "explore.png").touch()
    assert hooks.filled(mark, 1) == "![A list](../images/explore.png){ .shot }"
    (tmp_path / "images" / "explore_dark.png").touch()
    light, dark = hooks.filled(mark).splitlines()
    assert light == "![A list](images/explore.png#only-light){ .shot }"
    assert dark == "![A list](images/explore_dark.png#only-dark){ .shot }"


def test_exit_codes_are_those_of_the_errors() -> None:
    rows = dict(re.findall(r"^\| (\d) \| (.*) \|$", text("reference/cli.md"), flags=re.M))
    kinds = (*vars(errors).values(), *vars(store_errors).values())
    codes = {kind.exit_code for kind in kinds if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert {int(code) for code in rows} == {0, *codes}
    assert "client file" in rows[str(errors.ClientError.exit_code)]
    assert "data folder" in rows[str(errors.LibraryError.exit_code)]


def test_figures_in_the_explanations_are_those_of_the_code() -> None:
    days = features.HALF_LIFE_DAYS
    said = {
        "explanation/score.md": [
            f"({Options().diversity} unless you say otherwise)",
            f"half after {days['liked']:g} days when it was liked, {days['neutral']:g} when\nneutral,"
            f" {days['disliked']:g} when disliked",
        ],
        "explanation/uncertainty.md": [f"the weights {N_DRAWS} times", "in 40 to 60 of 100 draws"],
        "explanation/strength.md": [
            f"between {strengths.LEAST} and {strengths.MOST}",
            f"acts directly on the barrier | {strengths.START} |",
            f"| + {strengths.GRADED_SUPPORT} |",
            f"| + {strengths.OTHER_SUPPORT} |",
            f"| − {-strengths.DOUBT} |",
        ],
        "how-to/bag.md": [f"at most {features.SUBSTITUTE_SHARE}, and", f"the household {features.HOUSEHOLD_SHARE}."],
    }
    for name, phrases in said.items():
        for phrase in phrases:
            assert phrase in text(name), (name, phrase)
    assert (STRONG_TOP5, REASONABLE_TOP10, TIE_BAND) == (0.5, 0.5, (0.4, 0.6))
    assert len(features.FEATURES) == 13


def test_the_start_page_says_what_otrec_is_not() -> None:
    page = text("index.md")
    for phrase in ("No clinician has reviewed the library yet", "**not** a medical device", "a qualified person"):
        assert phrase in page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not all(importlib.util.find_spec(name) for name in ("mkdocs", "material", "mkdocstrings")):
        (pytest.fail if IN_CI else pytest.skip)("the site is not built here: python -m pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder


def test_the_site_builds_strictly_and_holds_every_page(site: Path) -> None:
    built = {path.relative_to(site).with_suffix(".md").as_posix() for path in site.rglob("*.html")}
    assert set(named(settings()["nav"])) <= built


def outside(page: str) -> list[str]:
    """What a page would load from another machine; links that a reader may follow are no loads."""
    found = []
    for tag in LOADED.finditer(page):
        link = tag["link"] or ""
        loads = re.search(rf"rel=\"?({KINDS})", link) or tag["src"]
        address = tag["src"] or next(iter(re.findall(r"href=\"?([^\"\s>]+)", link)), "")
        if loads and re.match(r"(https?:)?//", address):
            found.append(address)
    return found


def test_outside_loads_are_seen() -> None:
    assert outside('<script src="https://x.org/a.js"></script><a href="https://y.org">y</a>') == ["https://x.org/a.js"]
    assert outside('<link rel=stylesheet href=//z.org/a.css><img alt="" src=a.png>') == ["//z.org/a.css"]


def test_the_site_loads_nothing_from_outside(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert not outside(path.read_text(encoding="utf-8")), path.name
    for path in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8")), path.name


def test_the_site_shows_no_path_of_this_machine(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert str(ROOT) not in path.read_text(encoding="utf-8"), path.name
