"""Dates more exact than a year, and ages over 89, in English and Spanish text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from otrec.privacy.kinds import Span

#: Ages above this one count as identifiers (45 CFR 164.514(b)(2)(i)(C)).
OLDEST: Final = 89

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_SURE: Final = (  # these are no other words, so that small letters do
    "january|february|april|june|july|august|september|october|november|december|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
)
_YEAR: Final = r"(?:19|20)\d{2}"
#: After a day these words show that "May" or "March" is a verb.
_VERB: Final = r"(?!\s(?:need|require|benefit|be|use|have|want|try|help|with|in place|on the spot)\b)"
_COUNTED: Final = r"(?!\s?(?:times|steps|minutes|min\b|reps|seconds|sec\b|sets|trials|letters|words|%|/|of\b))"
_DOT: Final = r"(?:\.(?=,?\s?['\d]))?"  # of an abbreviated month, not of the sentence
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"

_FULL: Final = re.compile(rf"(?<![\d.])({_YEAR})\s?([-/.])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)")
_SHORT: Final = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:\s?/\s?(\d{1,2})\s?/\s?|([-.])(\d{1,2})\3|\s(\d\d)\s(?=\d{4}))(\d{4}|\d{2})"
    rf"(?![\d/]|[.-]\d){_COUNTED}"
)
_WRITTEN: Final = (
    rf"(?<!\d){_DAY}(?:st|nd|rd|th)?[\s-](?:of\s)?(?:{_MONTHS})\b{_DOT}{_VERB}(?:,?[\s-]?{_YEAR}|[\s-]'?\d\d(?!\d))?",
    rf"\b(?:{_MONTHS})\b{_DOT}\s(?:the\s)?{_DAY}(?:st|nd|rd|th)?(?![\d:]){_COUNTED}(?:,?\s{_YEAR})?",
    rf"\b(?:{_MONTHS})\b{_DOT},?\s{_YEAR}\b",
    rf"(?<!\d){_DAY}(?:st|nd|rd|th|º)?[\s-](?:of\s|de\s)?(?:{_SURE})\b(?:(?:\sde|\sdel|,)?\s{_YEAR})?",
    rf"(?<!\d){_DAY}(?:st|nd|rd|th)[\s-](?:of\s)?(?:march|may)\b",
    rf"\b(?:{_SURE})\s(?:the\s)?{_DAY}(?:st|nd|rd|th)?(?!\d){_COUNTED}(?:,?\s{_YEAR})?",
    rf"\b(?:{_SURE})\s(?:de\s|del\s)?{_YEAR}\b",
    rf"(?<![\d/])(?:0?[1-9]|1[0-2])/{_YEAR}(?![\d/])",
    rf"(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    r"\b(?:on|since|until|dated|by|from|due)\s(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])(?=\s?[.,;)]|\s?$|\s(?:at|for|with)\b)",
    r"\b(?:on|born|since|until)\sthe\s(?:[12]?\d|3[01])(?:st|nd|rd|th)(?=\s?[.,;)]|\s?$)",
    r"\bD\.?O\.?B\b\.?(?:\s?(?:is|was|:|-|=))?(?:\s?[\d][\d/. -]{2,12}\d)?",
    r"(?i:\b(?:dob|birth ?date|date of birth|fecha de nacimiento|birthday)\b(?:\s?(?:is|was|on|:|-|=|es)){0,3}"
    r"\s?\d[\d/. -]{1,12}\d)",
)  # fmt: skip
_DATES: Final = re.compile("|".join(_WRITTEN))

_OLD: Final = r"(?:9\d|1[01]\d|120)"
_AGES: Final = re.compile(
    rf"(?i:\b(?:aged?|age is|edad|turned|turning|turns)\s?:?\s?(?:of\s|de\s)?{_OLD}\b"
    rf"(?!\.\d|\s?(?:%|percent|seconds?|sec\b|minutes?|min\b|months?|days|degrees|deg\b|cm\b))"
    rf"|(?<![\d.]){_OLD}[\s-]?(?:years?|yrs?|y)\.?[\s/-]?(?:olds?\b|of age\b|o\b)"
    rf"|(?<![\d.]){_OLD}\saños(?!\sde\sexperiencia)\b"
    r"|\bninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?[\s-]years?[\s-]olds?\b"
    r"|\b(?:a|one)[\s-]hundred(?:\sand\s\w{3,8})?[\s-]years?[\s-]olds?\b"
    r"|\b(?:nonagenarian|centenarian)\b)"
)
_BORN: Final = re.compile(
    r"(?i:\b(?:born|nacid[oa]|birth year|year of birth)\b\s?(?:in|en|:)?\s?)((?:18|19|20)\d{2})\b"
)


def dates(text: str, today: dt.date | None = None) -> Iterator[Span]:
    """Dates more exact than a year, ages over 89 and years of birth that tell such an age."""
    for found in _FULL.finditer(text):
        if int(found[3]) <= 12 and int(found[4]) <= 31:
            yield found.start(), found.end(), "date"
    for found in _SHORT.finditer(text):
        first, second = int(found[1]), int(found[2] or found[4] or found[5])
        if 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31:
            yield found.start(), found.end(), "date"
    yield from ((found.start(), found.end(), "date") for found in _DATES.finditer(text))
    yield from ((found.start(), found.end(), "age") for found in _AGES.finditer(text))
    year = (today or dt.date.today()).year
    for found in _BORN.finditer(text):
        if year - int(found[1]) > OLDEST:
            yield found.start(1), found.end(1), "age"
