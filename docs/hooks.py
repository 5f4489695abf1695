"""What the documentation site takes from the package, so that no figure, table or output is typed twice.

A page holds marks such as `<!-- fill: features -->`, `<!-- run 12: otrec recommend -k 3 -->` and `<!-- output -->`;
the build puts in their place what the package says at that moment. An unknown mark, a command that fails or a block
of Python that raises stops the build.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from otrec.features import FEATURES
from otrec.library import VOCABULARIES, Library, load_library, vocabulary
from otrec.models import Client

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
#: Pages and pictures that live elsewhere in the repository: address in the site -> file.
BORROWED: Final = {
    "assets/logo.svg": "otrec/app/icon.svg",
    "reference/data-card.md": "data/README.md",
    "reference/glossary.md": "GLOSSARY.md",
    "reference/model-card.md": "MODEL_CARD.md",
    "reference/changes.md": "CHANGELOG.md",
}
WIDTH: Final = 84
MARK: Final = re.compile(r"<!-- fill: (?P<name>[a-z-]+)(?: (?P<given>[^>]*?))? -->")
RUN: Final = re.compile(r"<!-- run(?: (?P<most>\d+))?: otrec (?P<words>[^>]*?) -->")
PYTHON: Final = re.compile(r"^```python\n(?P<code>.*?)^```\n(?P<shown>\n<!-- output -->)?", flags=re.S | re.M)

#: What each field of a client file is for; what it may hold is read from the model.
CLIENT_FIELDS: Final = {
    "id": "a pseudonym, never a name",
    "age_years": "age in years; corrected age for a baby born early. It has to stand, and so does the setting",
    "setting": "where the session takes place; what is written for other places is held back",
    "conditions": "diagnoses, if any; results do not need one",
    "barriers": "what gets in the way, each with its ICF severity",
    "goals": "occupations that matter, each with an importance",
    "strengths": "what the client is good at, named by the barrier id of that skill",
    "interests": "themes; any word may stand, and otrec says when no activity carries it",
    "routines": "occupations of the day with `when` and `with`",
    "environment": "facts about the place",
    "dominant_hand": "kept with the profile; does not change the ranking yet",
    "affected_side": "kept with the profile; does not change the ranking yet",
    "tools": "what is in the bag; leave out = any tool, `[]` = none",
    "precautions": "`[]` = asked, none; leave out = not asked, and otrec says what to ask",
    "clearances": "facts that you have documented and that open a gated activity",
    "assessments": "instruments that were used, with `name` and `date`; some rules ask for one",
    "competencies": "what the therapist is trained for; some rules ask for one",
    "delivery": "how the session is given",
    "group_size": "how many people take part",
    "minutes": "how long the session is",
    "history": "what was done before: `activity`, `date`, `response` (liked, neutral, disliked)",
    "not_again": "activities that are never to be suggested to this client again",
}


@cache
def library() -> Library:
    """The bundled library, read once a build."""
    return load_library()


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; pipes and line breaks inside cells are made harmless."""
    heads = list(headings)
    lines = [heads, ["---"] * len(heads), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").replace("<", "&lt;").split())


def features(_: str) -> str:
    """The twelve features with weight, meaning and reason."""
    rows = ((f"**{item.label}** `{item.name}`", f"{item.prior:.2f}", item.meaning, item.why) for item in FEATURES)
    return table(("feature", "weight", "how it is measured", "why this weight"), rows)


def count(kind: str) -> str:
    """How many records of one kind the library holds."""
    return f"{len(getattr(library(), kind)):,}"


def no_finding(_: str) -> str:
    """The share of barrier-technique links without a finding, in per cent."""
    links = library().addressed_by
    return f"{100 * sum(not link.evidence for link in links) / len(links):.0f} %"


def words(kind: str) -> str:
    """The terms of one vocabulary: id, name and the plain words that find them."""
    terms = vocabulary(library(), kind).values()
    rows = ((f"`{term.id}`", term.name, ", ".join(getattr(term, "aliases", ()))) for term in terms)
    return table(("id", "name", "also found as"), rows)


def rules(effect: str) -> str:
    """The safety rules of one effect with reason and source."""
    from otrec.safety import Screen

    screen = Screen(library())
    found = (rule for rule in library().rules if rule.effect == effect)
    rows = ((f"`{rule.id}`", screen.reason(rule), screen.source(rule)) for rule in found)
    return table(("rule", "reason", "source"), rows)


def client_fields(_: str) -> str:
    """Every field of a client file, what it is for, what it may hold and what stands there when it is left out."""
    rows = []
    for name, info in Client.model_fields.items():
        default = "has to be given" if info.is_required() else _plain(info.get_default())
        rows.append((f"`{name}`", CLIENT_FIELDS[name], _allowed(name, info), default))
    return table(("field", "what it is for", "what it may hold", "left out"), rows)


def _plain(default: object) -> str:
    if default is None:
        return "unknown"
    return "empty" if default in ((), {}) else f"`{default}`"


def _allowed(name: str, info: Any) -> str:
    if name in VOCABULARIES:
        return f"ids of [{name}](words.md#{name})"
    elsewhere = {"strengths": "barriers", "environment": "environments", "not_again": "activities"}
    if name in elsewhere:
        kind = elsewhere[name]
        return "activity ids" if kind == "activities" else f"ids of [{kind}](words.md#{kind})"
    literal = [value for value in get_args(info.annotation) if isinstance(value, str)]
    if literal and get_origin(info.annotation) is not types.UnionType:
        return ", ".join(f"`{value}`" for value in literal)
    bounds = {type(item).__name__.lower(): vars_of(item) for item in info.metadata}
    if "ge" in bounds and "le" in bounds:
        return f"{bounds['ge']} to {bounds['le']}"
    return {
        "id": "letters, digits, `_` and `-`, at most 40",
        "goals": "`occupation` ([ids](words.md#occupations)) and `importance` 1 to 10",
        "routines": "`occupation`, `when`, `with`",
        "history": "activity ids, days as `2026-09-01`",
        "interests": "[interests](words.md#interests), or your own words",
    }.get(name, "")


def vars_of(bound: Any) -> object:
    """The number of an annotated bound such as Ge(5)."""
    return getattr(bound, "ge", getattr(bound, "le", None))


def commands(_: str) -> str:
    """The command line: what each command does, its arguments and its options."""
    from typer.main import get_command

    from otrec.cli import app

    parts = []
    for name, command in sorted(flat(get_command(app).commands).items()):  # type: ignore[attr-defined]
        parts += [
            f"## otrec {name}",
            str(command.help).strip(),
            table(("", "meaning", "default"), _parameters(command)),
        ]
    return "\n\n".join(parts)


def flat(found: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Commands by all of their words, those of a group of commands too."""
    told: dict[str, Any] = {}
    for name, command in found.items():
        inner = getattr(command, "commands", None)
        told |= flat(inner, f"{before}{name} ") if inner else {f"{before}{name}": command}
    return told


def _parameters(command: Any) -> Iterator[tuple[str, str, str]]:
    for item in command.params:
        if item.name == "help":
            continue
        names = [*item.opts, *item.secondary_opts]
        written = " / ".join(names) if item.param_type_name == "option" else item.name.upper()
        given = "" if item.default in (None, False, (), []) or callable(item.default) else f"`{item.default}`"
        given = f"`{item.opts[0]}`" if item.default is True else given
        default = "has to be given" if item.required else given
        yield f"`{written}`", getattr(item, "help", None) or "", default


def picture(given: str) -> str:
    """A screenshot with its alternative text, in light and, where there is one, in dark; nothing until it is made."""
    name, _, shown = given.partition(" ")
    paths = [(f"{name}.png", "light"), (f"{name}_dark.png", "dark")]
    there = [(path, scheme) for path, scheme in paths if (DOCS / "images" / path).is_file()]
    only = len(there) == 1
    links = (f"![{shown}](ROOT/images/{path}{'' if only else f'#only-{scheme}'}){{ .shot }}" for path, scheme in there)
    return "\n".join(links)


def chain(given: str) -> str:
    """A path tool, technique, barrier, occupation as a drawing; each link has to be in the library."""
    tool, technique, barrier, occupation = given.split()
    known = library()
    links = (
        any((edge.technique, edge.tool) == (technique, tool) for edge in known.uses),
        any((edge.barrier, edge.technique) == (barrier, technique) for edge in known.addressed_by),
        any((edge.barrier, edge.occupation) == (barrier, occupation) for edge in known.limits),
    )
    if not all(links):
        raise ValueError(f"the library has no path {given}")
    nodes = (
        ("tool", known.tools[tool].name, "used in"),
        ("technique", known.techniques[technique].name, "linked to"),
        ("barrier", known.barriers[barrier].name, "limits"),
        ("occupation", known.occupations[occupation].name, ""),
    )
    items = (
        f'<li><span class="node"><small>{kind}</small>{escape(name)}</span>'
        + (f'<span class="link"><span aria-hidden="true">↓</span> {word}</span></li>' if word else "</li>")
        for kind, name, word in nodes
    )
    return f'<ol class="chain">{"".join(items)}</ol>'


FILLERS: Final[dict[str, Callable[[str], str]]] = {
    "chain": chain,
    "client-fields": client_fields,
    "commands": commands,
    "count": count,
    "features": features,
    "no-finding": no_finding,
    "picture": picture,
    "rules": rules,
    "words": words,
}


def filled(markdown: str, depth: int = 0) -> str:
    """A page with every mark replaced; `depth` is how many folders lie above it."""

    def fill(found: re.Match[str]) -> str:
        if found["name"] not in FILLERS:
            raise ValueError(f"no filler {found['name']!r}; there are {', '.join(FILLERS)}")
        return FILLERS[found["name"]](found["given"] or "")

    markdown = MARK.sub(fill, markdown).replace("(ROOT/", f"({'../' * depth}")
    return with_output(RUN.sub(printed, markdown))


def printed(found: re.Match[str]) -> str:
    """The command of a mark with what it prints, cut after so many lines."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "otrec.cli", *shlex.split(found["words"])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)  # noqa: S603
    if done.returncode:
        raise ValueError(f"otrec {found['words']}: {done.stderr}")
    lines = [line.rstrip() for line in done.stdout.strip().splitlines()]
    most = int(found["most"] or len(lines))
    shown = [*lines[:most], *(["…"] if len(lines) > most else [])]
    return f"```sh\notrec {found['words']}\n```\n\n" + _block(shown)


def _block(lines: Iterable[str]) -> str:
    body = escape("\n".join(part for line in lines for part in _wrapped(line)), quote=False)
    return (
        f'<div class="printed" tabindex="0" role="group" aria-label="Output"><pre><code>{body}\n</code></pre></div>\n'
    )


def _wrapped(line: str) -> list[str]:
    """A long line of prose in several; a row of a table, which has gaps, stays whole."""
    is_row = "  " in line.strip()
    return [line] if is_row or len(line) <= WIDTH else textwrap.wrap(line, WIDTH)


def with_output(markdown: str) -> str:
    """A page with its Python run from top to bottom in one namespace, and its output where that is asked for."""
    names: dict[str, Any] = {"__name__": "page"}

    def run(found: re.Match[str]) -> str:
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile(found["code"], "page", "exec"), names)  # noqa: S102
        if found["shown"] is None:
            return found[0]
        lines = [line.rstrip() for line in told.getvalue().strip("\n").splitlines()]
        if not lines:
            raise ValueError(f"this block prints nothing to show:\n{found['code']}")
        return f"```python\n{found['code']}```\n\n{_block(lines)}"

    return PYTHON.sub(run, markdown)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and pictures that live elsewhere in the repository."""
    from mkdocs.structure.files import File

    pictures = {f"reference/pictures/{path.name}": path for path in (ROOT / "data" / "pictures").glob("*.svg")}
    for address, path in {**{name: ROOT / given for name, given in BORROWED.items()}, **pictures}.items():
        files.append(File.generated(config, address, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill the marks of one page; what goes wrong names the page and stops the build."""
    from mkdocs.exceptions import PluginError

    if page.file.src_uri in BORROWED:
        return markdown
    try:
        return filled(markdown, page.file.src_uri.count("/"))
    except Exception as error:
        raise PluginError(f"{page.file.src_uri}: {type(error).__name__}: {error}") from error
