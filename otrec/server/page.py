"""The page at `/docs`: the OpenAPI document as plain HTML, without scripts and without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #f2f4f6; --line: #c5ccd3; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebee; --paper: #14171a; --soft: #20252a; --line: #4a525a; --link: #8cc4ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h2 { margin-top: 2.5rem; }
h3 { overflow-wrap: anywhere; margin: 0 0 .25rem; font-size: 1.05rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
code, pre { font: .9rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; border-radius: .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
.method { border: 1px solid var(--line); border-radius: .25rem; padding: .05rem .4rem; font-size: .85rem; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
"""


def page(document: Mapping[str, Any]) -> str:
    """The OpenAPI document as one page of HTML."""
    info, parts = document["info"], _by_tag(document)
    nav = "".join(
        f'<li><a href="#{_anchor(path, method)}">{escape(method.upper())} {escape(path)}</a></li>'
        for operations in parts.values()
        for path, method, _ in operations
    )
    body = "".join(
        f'<section aria-labelledby="{_id(tag)}"><h2 id="{_id(tag)}">{escape(tag)}</h2>'
        + "".join(_operation(document, *operation) for operation in operations)
        + "</section>"
        for tag, operations in parts.items()
    )
    schemas = document["components"]["schemas"]
    forms = "".join(_form(document, name) for name in sorted(schemas))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} {escape(info['version'])}: addresses</title>"
        '<link rel="stylesheet" href="docs/style.css"></head><body>'
        f"<header><h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_words(info['description'])}</p>"
        '<p>For programs: <a href="openapi.json">openapi.json</a></p></header>'
        f'<nav aria-label="Addresses"><ul>{nav}</ul></nav><main>{body}'
        f'<section aria-labelledby="forms"><h2 id="forms">Forms</h2>{forms}</section></main></body></html>'
    )


def _by_tag(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Any]]]:
    found: dict[str, list[tuple[str, str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(next(iter(operation.get("tags", ["Other"]))), []).append((path, method, operation))
    return found


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> str:
    """One address: what it does, what it takes, what it answers."""
    text = operation.get("description") or operation.get("summary", "")
    parts = [
        f'<h3 id="{_anchor(path, method)}"><span class="method">{escape(method.upper())}</span> '
        f"<code>{escape(path)}</code></h3><p>{_words(text)}</p>",
        _parameters(operation),
        _body(document, operation),
        _answers(operation),
    ]
    return f"<article>{''.join(parts)}</article>"


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = [
        (item["name"], item["in"], _kind(item["schema"]), item.get("description", ""))
        for item in operation.get("parameters", [])
    ]
    return _table(("Name", "In", "Kind", "What"), rows) if rows else ""


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, given in content.items():
        schema = given["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        whole = document["components"]["schemas"][name] if name else schema
        example = next(iter(whole.get("examples", [])), None)
        shown = f"<pre><code>{escape(json.dumps(example, indent=1))}</code></pre>" if example else ""
        form = f", form {_link(name)}" if name else ""
        return f"<h4>Body</h4><p><code>{escape(media_type)}</code>{form}</p>{shown}"
    return ""


def _answers(operation: Mapping[str, Any]) -> str:
    rows = []
    for status, answer in operation["responses"].items():
        names = [
            given["schema"].get("$ref", given["schema"].get("items", {}).get("$ref", "")).rpartition("/")[2]
            for given in answer.get("content", {}).values()
        ]
        rows.append((status, answer["description"], *(names[:1] or [""])))
    head = "<h4>Answers</h4>"
    cells = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td>{_link(c) if c else ''}</td></tr>"
                    for a, b, c in rows)  # fmt: skip
    return f"{head}{_wrapped(('Status', 'Meaning', 'Form'), cells)}"


def _form(document: Mapping[str, Any], name: str) -> str:
    """The fields of one form."""
    schema = document["components"]["schemas"][name]
    needed = schema.get("required", [])
    rows = [
        (field, "yes" if field in needed else "", _kind(given), given.get("description", ""))
        for field, given in schema.get("properties", {}).items()
    ]
    table = _table(("Field", "Needed", "Kind", "What"), rows) if rows else f"<p>{escape(_kind(schema))}</p>"
    return f'<article><h3 id="form-{_id(name)}">{escape(name)}</h3><p>{_words(_first(schema))}</p>{table}</article>'


def _first(schema: Mapping[str, Any]) -> str:
    """The first paragraph of a description."""
    return str(schema.get("description", "")).split("\n\n")[0]


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "anyOf" in schema:
        return " or ".join(_kind(item) for item in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return " ".join([str(schema.get("format") or schema.get("type") or "any"), *_bounds(schema)])


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    for key, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "of at most")):
        if key in schema:
            yield f"{word} {schema[key]:g}{' characters' if key == 'maxLength' else ''}"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return _wrapped(heads, cells)


def _wrapped(heads: tuple[str, ...], cells: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        '<div class="table" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table></div>"
    )


def _link(name: str) -> str:
    return f'<a href="#form-{_id(name)}">{escape(name)}</a>'


def _words(text: str) -> str:
    """Text with `code` in it."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _anchor(path: str, method: str) -> str:
    return _id(f"{method}-{path}")


def _id(text: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in text.lower()).strip("-")
