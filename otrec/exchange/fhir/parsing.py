"""Bytes to resources: limits first, then each resource by itself, so that a bad one does not cost the others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.exchange.fhir.errors import FhirError
from otrec.exchange.fhir.validity import is_type

#: Limits of what is read; all are told to the user.
MAX_BYTES: Final = 20_000_000
MAX_DEPTH: Final = 100
MAX_ENTRIES: Final = 20_000
#: Parts of any kind: twenty million bytes of brackets alone are not a record of one person.
MAX_NODES: Final = 2_000_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One resource of a bundle; `label` is its type and its number among those of that type."""

    label: str
    kind: str
    full_url: str
    resource: Json = field(repr=False)


@dataclass
class Parts:
    """The resources of a bundle, and what else stood in it."""

    parts: list[Part] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    is_page: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def label(self, kind: str) -> str:
        self.counts[kind] += 1
        return f"{kind} {self.counts[kind]}"


def read_parts(data: bytes | str | Json) -> Parts:
    """The resources of a bundle, or the one resource that is given in place of a bundle.

    Raises
    ------
    FhirError
        If it is too large, too deep, no JSON, or no FHIR at all.
    """
    content = data if isinstance(data, dict) else _json(data)
    _within_limits(content)
    if not isinstance(content, dict) or not isinstance(content.get("resourceType"), str):
        raise FhirError('it is no FHIR resource: a bundle is a JSON object that says "resourceType": "Bundle"')
    parts = Parts()
    if content["resourceType"] == "Bundle":
        _unpack(content, parts)
    else:
        _add(content, "", parts)
    return parts


def _json(data: bytes | str) -> Any:
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise FhirError(f"it has {size:,} bytes; at most {MAX_BYTES:,} are read. Ask for the record in parts")
    if not data.strip():
        raise FhirError("it is empty; choose a file with a FHIR bundle")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise FhirError("it is not UTF-8 text; FHIR is sent as UTF-8") from None
    except json.JSONDecodeError as error:
        hint = "; FHIR in XML is not read: ask for JSON" if text.lstrip().startswith("<") else ""
        raise FhirError(f"line {error.lineno}: not valid JSON{hint}") from None
    except RecursionError:
        raise FhirError(f"it is nested too deeply; at most {MAX_DEPTH} levels are read") from None
    except ValueError as error:
        own = isinstance(error, FhirError)
        raise (error if own else FhirError("it holds a number that is too long to be read")) from None


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise FhirError("the same element is given twice in one object, so that it is not clear which one counts")
    return found


def _no_number(_: str) -> Any:
    raise FhirError("it holds NaN or Infinity, which JSON does not have")


def _within_limits(content: Any) -> None:
    """Depth, number of parts and kinds of values, walked without recursion."""
    level, nodes = [content], 0
    for _ in range(MAX_DEPTH + 1):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise FhirError(f"it has more than {MAX_NODES:,} parts; ask for the record in smaller bundles")
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise FhirError(f"it is nested too deeply; at most {MAX_DEPTH} levels are read")


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            _checked(key if isinstance(key, str) else object())
            yield inner
    elif isinstance(value, list):
        yield from value
    else:
        _checked(value)


def _checked(value: Any) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise FhirError("it holds half a character (a lone surrogate); ask for the record again")
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            _no_number("")
    elif not isinstance(value, bool | int | None):
        raise FhirError("it holds something that JSON does not have; give text, numbers, lists and objects")


def _unpack(bundle: Json, parts: Parts) -> None:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise FhirError("its entries are no list")
    links = bundle.get("link")
    parts.is_page |= any(isinstance(one, dict) and one.get("relation") == "next" for one in _list(links))
    history = bundle.get("type") == "history"
    for entry in entries:
        parts.entries += 1
        if parts.entries > MAX_ENTRIES:
            raise FhirError(f"it has more than {MAX_ENTRIES:,} entries; ask for the record in smaller bundles")
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            parts.left.append((parts.label("Entry"), "has no resource in it"))
        elif resource["resourceType"] == "Bundle":
            _unpack(resource, parts)
        else:
            full_url = entry.get("fullUrl")
            _add(resource, full_url if isinstance(full_url, str) else "", parts, history=history)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _add(resource: Json, full_url: str, parts: Parts, *, history: bool = False) -> None:
    kind = resource["resourceType"]
    if not is_type(kind):
        parts.left.append((parts.label("Entry"), "is of a type that FHIR R4 does not have"))
        return
    part = Part(parts.label(kind), kind, full_url, resource)
    name = (kind, str(resource.get("id", "")))
    if history and name[1] and name in parts.seen:
        parts.left.append((part.label, "an older version of a resource that stands before it"))
        return
    parts.seen.add(name)
    parts.parts.append(part)
