"""What makes a PDF readable for everyone, checked from its own structure: a small part of PDF/UA-1."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def resolved(thing: Any) -> Any:
    return thing.get_object() if hasattr(thing, "get_object") else thing


def elements(reader: PdfReader) -> Iterator[Any]:
    """Every structure element, in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        node = resolved(node)
        if isinstance(node, list):
            for part in node:
                yield from walk(part)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node["/K"])

    root = reader.trailer["/Root"]
    if "/StructTreeRoot" in root:
        yield from walk(resolved(root["/StructTreeRoot"]).get("/K", []))


def tags(pdf: bytes) -> list[str]:
    """The tags of a PDF, in reading order."""
    return [str(element["/S"]) for element in elements(PdfReader(io.BytesIO(pdf)))]


def alts(pdf: bytes) -> list[str]:
    """The alt texts of its figures."""
    found = elements(PdfReader(io.BytesIO(pdf)))
    return [str(element.get("/Alt", "")) for element in found if element["/S"] == "/Figure"]


def languages(pdf: bytes) -> list[str]:
    """The languages given to parts of it."""
    return [str(element["/Lang"]) for element in elements(PdfReader(io.BytesIO(pdf))) if "/Lang" in element]


def words(pdf: bytes) -> str:
    """Its text, white space drawn together."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def problems(pdf: bytes, language: str, title: str) -> list[str]:
    """Everything that is wrong; an empty list is what a test wants."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    found = []
    if not resolved(root.get("/MarkInfo", {})).get("/Marked"):
        found.append("is not tagged")
    xmp = resolved(root["/Metadata"]).get_data().decode() if "/Metadata" in root else ""
    if not ("pdfuaid:part>1<" in xmp or 'pdfuaid:part="1"' in xmp):
        found.append("has no PDF/UA identifier")
    if not str(root.get("/Lang", "")).startswith(language):
        found.append(f"has the language {root.get('/Lang')}")
    if not resolved(root.get("/ViewerPreferences", {})).get("/DisplayDocTitle"):
        found.append("does not show its title")
    if not reader.metadata or reader.metadata.title != title:
        found.append("has another title")
    return found + structure(reader) + fonts(reader)


def structure(reader: PdfReader) -> list[str]:
    found, level, tops = [], 0, 0
    for element in elements(reader):
        tag = str(element["/S"])
        if tag == "/Figure" and not str(element.get("/Alt", "")).strip():
            found.append("a figure has no alt text")
        if tag[:2] == "/H" and tag[2:].isdigit():
            now = int(tag[2:])
            tops += now == 1
            if now > level + 1:
                found.append(f"a heading jumps from {level} to {now}")
            level = now
        if tag == "/Table" and not any(str(part["/S"]) == "/TH" for part in inside(element)):
            found.append("a table has no heading cells")
    return found + ([] if tops == 1 else [f"has {tops} titles of level 1"])


def inside(element: Any) -> Iterator[Any]:
    node = resolved(element.get("/K", []))
    for part in node if isinstance(node, list) else [node]:
        part = resolved(part)
        if isinstance(part, dict) and "/S" in part:
            yield part
            yield from inside(part)


def fonts(reader: PdfReader) -> list[str]:
    found = set()
    for page in reader.pages:
        for font in resolved(resolved(page["/Resources"]).get("/Font", {})).values():
            font = resolved(font)
            for part in resolved(font.get("/DescendantFonts", [font])):
                described = resolved(resolved(part).get("/FontDescriptor", {}))
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
                    found.add(f"the font {font.get('/BaseFont')} is not embedded")
    return sorted(found)
