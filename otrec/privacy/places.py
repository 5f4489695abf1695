"""Addresses, postcodes, towns, and names of schools, clinics and other places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otrec.privacy.kinds import Span
from otrec.privacy.word_lists import fold, words_of

_CAP: Final = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]{0,30}"
_ROAD: Final = (
    r"Street|Road|Avenue|Lane|Drive|Court|Close|Crescent|Boulevard|Terrace|Square|Gardens|Grove|Parkway|Circle|"
    r"Highway|Place|Way|Row|Mews|Hill|Trail|Loop|Walk|Park"
)
_SHORT_ROAD: Final = r"St|Rd|Ave|Ln|Dr|Ct|Cres|Blvd|Pl|Sq|Pkwy|Hwy|Ter"
_STATES: Final = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_ADDRESS: Final = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?,?\s(?:[NSEW]\.?\s)?(?:{_CAP}\s){{1,4}}(?:{_ROAD}|{_SHORT_ROAD})\b\.?"
    rf"|\b\d{{1,5}}[a-z]?\s(?:[a-z]{{2,20}}\s){{1,2}}(?:street|road|avenue|lane|boulevard|crescent)\b"
    rf"|\b(?!Sesame\s){_CAP}\s(?:Street|Road|Avenue|Boulevard|Crescent)\b"
    rf"|\b\d{{1,5}}\s(?:{_CAP})\s(?:{_CAP}\s)?(?:Apt|Unit|Suite|Flat)\b"
    r"|\b(?:P\.?\s?O\.?\s?Box|Apartado)\s\d{1,6}\b"
    r"|\b(?:Apt|Apartment|Flat|Unit|Suite|Piso)\.?\s#?\d{1,4}[A-Za-z]?\b"
    rf"|\b(?:[Cc]alle|C/|[Aa]venida|Avda\.?|[Pp]laza|[Pp]aseo|Camino)\s?(?:de\s|del\s|la\s|los\s|las\s){{0,2}}{_CAP}"
    rf"(?:\s{_CAP}){{0,2}}(?:,?\s?(?:n\.?º\s?)?\d{{1,4}})?"
)
_POSTCODE: Final = re.compile(
    rf"(?<![\d-])\d{{5}}-\d{{4}}(?![\d-])|\b(?:{_STATES}),?\s\d{{5}}\b"
    r"|(?i:\b(?:zip|zip code|postcode|postal code|c\.?p\.?|código postal)\s?(?:is\s|es\s)?:?\s?"
    r"[A-Z]{0,2}\d[\dA-Z]{1,4}(?:\s\d[A-Z]{2})?\b)"
    r"|\b[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
    r"|\b[ABCEGHJ-NPRSTVXY]\d[A-Z]\s\d[A-Z]\d\b|\b(?:0[1-9]|[1-4]\d|5[0-2])\d{3}\s(?=[A-ZÁÉÍÓÚ][a-zñáéíóú]{3})"
)  # fmt: skip
_HEAD: Final = (
    r"(?:Elementary|Primary|Infants?|Junior|Middle|High|Grammar|Nursery|Special|Pre-?school|Charter|Montessori|"
    r"Community|Catholic)\s(?:School|Academy)|Elementary|School|Academy|Hospital|Clinic|Nursery|Kindergarten|"
    r"Preschool|College|University|Care Home|Nursing Home|Rehab(?:ilitation)?(?:\sCent(?:er|re))?|"
    r"(?:Medical|Health|Therapy|Day|Child Development|Community|Learning)\s(?:Cent(?:er|re))|Infirmary|Hospice|Church|"
    r"Mosque|Synagogue|Daycare|Surgery|Center|Centre|Manor|Pediatrics|Paediatrics|ISD|Unified|School District|"
    r"NHS Trust|Trust"
)
_ORGANISATION: Final = re.compile(
    rf"\b(?P<name>{_CAP}(?:\s(?:of\s(?:the\s)?|and\s|&\s)?{_CAP}){{0,4}}?)\s(?P<head>{_HEAD})\b"
    rf"|\b(?:Hospital|Colegio|Escuela|Instituto|Clínica|CEIP|IES|Residencia|Guardería|University)\s"
    rf"(?:of\s(?:the\s)?|de\s|del\s|la\s|los\s|San\s|Santa\s){{0,3}}(?P<after>{_CAP}(?:\s(?:de\s|del\s|la\s)?{_CAP}){{0,3}})"
    r"|\bP\.?S\.?\s\d{1,3}\b"
)
_LIVES: Final = re.compile(
    r"\b(?:[Ll]ives? (?:near|in|at)|[Ll]iving in|[Mm]oved (?:here |back |away )?(?:from|to)|[Rr]esid(?:es|ing) in|"
    r"[Cc]omes? from|[Bb]ased in|[Tt]ravels? from|[Bb]orn in|[Gg]rew up in|[Hh]ome in|[Vv]ive en|[Vv]iene de|"
    rf"[Nn]ació en|[Tt]own of|[Cc]ity of|[Vv]illage of|[Ff]lew to|[Dd]rove to)\s(?P<town>{_CAP}(?:\s{_CAP}){{0,2}})"
    rf"|\b(?P<county>{_CAP}(?:\s{_CAP})?)\s(?:County|Township|Borough|Parish)\b"
)


def places(text: str) -> Iterator[Span]:
    """Addresses, postcodes, towns and counties, and names of schools, clinics, homes and places of worship."""
    yield from ((found.start(), found.end(), "address") for found in _ADDRESS.finditer(text))
    for found in _POSTCODE.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip()), "postcode"
    for found in _ORGANISATION.finditer(text):
        if found["after"]:
            if _named(found["after"]):
                yield found.start(), found.end(), "organisation"
        elif not found["name"]:
            yield found.start(), found.end(), "organisation"
        elif (skipped := _unnamed(found["name"])) < len(found["name"]):
            yield found.start() + skipped, found.end(), "organisation"
    for found in _LIVES.finditer(text):
        group = "town" if found["town"] else "county"
        if _named(found[group]) and not words_of("large_places") >= {fold(found[group].rstrip("."))}:
            yield found.start(group), found.end(group) - found[group].endswith("."), "place"


def _plain(word: str) -> bool:
    """Whether a word with a capital is no name: an article, a kind of place, an abbreviation."""
    short = fold(word.strip(".,")).removesuffix("'s")
    return short in words_of("capitals") or short in words_of("kinds_of_place")


def _named(name: str) -> bool:
    return any(not _plain(word) for word in name.split())


def _unnamed(name: str) -> int:
    """How many letters of plain words stand before the name begins; all of them if there is none."""
    at = 0
    for word in name.split(" "):
        if not _plain(word):
            return at
        at += len(word) + 1
    return len(name)
