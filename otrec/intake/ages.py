"""Ages in the forms in which people write them, as years."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any, Final, NamedTuple

_NUMBERS: Final = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ORDINALS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_WORD_NUMBER: Final = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_NUMBERS[:9])}))?|{'|'.join(reversed(_NUMBERS))}|a hundred|hundred)"
)
_YEARS: Final = r"(?:years?|yrs?|ys?|yo)"
_MONTHS: Final = r"(?:months?|mths?|mos?|mons?|m)"
_WEEKS: Final = r"(?:weeks?|wks?|wk)"
_DAYS: Final = r"days?"
_PEOPLE: Final = (
    r"(?:brother|sister|sibling|twin|son|daughter|wife|husband|mother|mum|mom|father|dad|partner|spouse|cousin|friend|"
    r"grandson|granddaughter|grandchild|grandchildren|grandkids|nephew|niece|boys?\s{1,3}at\s{1,3}home|children|kids|carer|"
    r"half[\s-]brother|half[\s-]sister)"
)


#: So many numbers of one form are looked at.
MOST: Final = 50


class Age(NamedTuple):
    """An age in years, from 0 to 120, with the characters that say it; None where they say it only vaguely."""

    years: float | None
    start: int
    end: int


def number(text: str) -> float:
    """A number in figures or words, up to a hundred.

    >>> number("eighty-two"), number("7.5")
    (82, 7.5)
    """
    plain = text.lower().strip()
    if plain.replace(".", "", 1).isdigit():
        return float(plain)
    if "hundred" in plain:
        return 100
    if plain in _NUMBERS:
        return _NUMBERS.index(plain) + 1
    tens, _, ones = plain.replace("-", " ").partition(" ")
    return _TENS[tens] + (_NUMBERS.index(ones) + 1 if ones else 0)


_ANY: Final = rf"(\d{{1,3}}(?:\.\d{{1,2}})?|{_WORD_NUMBER})"
Reader = Callable[["re.Match[str]"], float | None]

#: Forms in the order in which they are trusted; a form that stands higher wins.
_FORMS: Final[tuple[tuple[int, str, Reader], ...]] = (
    (0, rf"{_ANY}\s{{0,3}}{_MONTHS}\s{{0,3}}(?:old\s{{0,3}})?(?:\(?corrected|corr\b|c\.?a\.?\b)", lambda m: number(m[1]) / 12),
    (0, rf"(?:corrected(?:\s{{1,3}}age)?(?:\s{{1,3}}(?:of|is|now|to))?|adjusted(?:\s{{1,3}}age)?)[\s:]*{_ANY}\s{{0,3}}{_MONTHS}\b", lambda m: number(m[1]) / 12),
    (0, rf"\b(?:2[2-9]|3\d|40|41)(?:\s{{0,3}}(?:\+|and|\s)\s{{0,3}}\d(?:/7)?)?\s{{0,3}}(?:{_WEEKS})\s{{0,3}}(?:pma|cga|corrected|gestation(?:al age)?\s{{1,3}}now|post[\s-]?menstrual)", lambda m: 0.0),
    (0, rf"\b(?:pma|cga|pca|corrected(?:\s{{1,3}}(?:age|gestation))?|post[\s-]?menstrual(?:\s{{1,3}}age)?|now)\s{{0,3}}(?:of|is|now|:)?\s{{0,3}}(?:2[2-9]|3\d|40)(?:\s{{0,3}}(?:\+|/)\s{{0,3}}\d(?:/7)?)?\s{{0,3}}(?:{_WEEKS}|weeker)?\b(?!\s{{0,3}}(?:{_YEARS}|{_MONTHS}|[-–]))", lambda m: 0.0),
    (0, rf"\b(?:2[2-9]|3[0-6])(?:\s{{0,3}}\+\s{{0,3}}\d)?[\s-]*weeker\b[^.\n]{{0,40}}?\b{_ANY}[\s-]*(?:{_DAYS}|{_WEEKS})\b", lambda m: _before_term(m)),
    (1, r"(?<![\d:;])(\d{1,2})\s?;\s?(\d{1,2})(?![\d;])", lambda m: int(m[1]) + int(m[2]) / 12 if int(m[2]) < 12 else None),
    (1, rf"{_ANY}\s{{0,3}}{_YEARS}\.?[\s,]*(?:and\s{{1,3}}|&\s{{0,3}})?{_ANY}\s{{0,3}}{_MONTHS}\b", lambda m: number(m[1]) + number(m[2]) / 12),
    (1, rf"{_ANY}\s{{1,3}}and\s{{1,3}}a\s{{1,3}}half[\s-]*{_YEARS}\b", lambda m: number(m[1]) + 0.5),
    (1, rf"(\d{{1,2}})\s{{0,3}}(?:½|\s1/2)[\s-]*(?:{_YEARS})?\b", lambda m: number(m[1]) + 0.5),
    (1, rf"{_ANY}[\s-]*(?:{_YEARS})[\s-]*(?:and\s{{1,3}}a\s{{1,3}}half[\s-]*)old\b", lambda m: number(m[1]) + 0.5),
    (1, rf"{_ANY}[\s-]*(?:{_YEARS})[\s-]*(?:old|olds)\b", lambda m: number(m[1])),
    (1, rf"{_ANY}\s{{0,3}}(?:y\s?[/.]?\s?o\.?|yo|y\.o)\b", lambda m: number(m[1])),
    (1, rf"{_ANY}[\s-]*{_MONTHS}[\s-]*(?:old|of age|\bo\b)", lambda m: number(m[1]) / 12),
    (1, rf"{_ANY}\s{{0,3}}m/o\b", lambda m: number(m[1]) / 12),
    (1, rf"{_ANY}[\s-]*{_WEEKS}[\s-]*(?:old|of age)\b", lambda m: number(m[1]) / 52.18),
    (1, rf"{_ANY}[\s-]*{_DAYS}[\s-]*(?:old|of age|of life)\b", lambda m: number(m[1]) / 365.25),
    (1, rf"\b(?:aged?|age\s{{1,3}}is|age:|age of)[\s:]*{_ANY}\s{{0,3}}{_MONTHS}\b", lambda m: number(m[1]) / 12),
    (1, rf"\b(?:aged?|age\s{{1,3}}is|age:|age of)[\s:]*{_ANY}\b(?!\s{{0,3}}(?:{_MONTHS}|{_WEEKS})\b)(?!-?\s?(?:equivalent|level))", lambda m: number(m[1])),
    (2, rf"\b(?:turns?|turning|will\s{{1,3}}be|be)\s{{1,3}}{_ANY}\s{{1,3}}(?:next|this|in\s{{1,3}}(?:a|one|two|three|\d)|soon|on)\b", lambda m: round(number(m[1]) - 0.1, 2)),
    (2, rf"\b(?:just\s{{1,3}}turned|turned|has\s{{1,3}}turned|newly|just)\s{{1,3}}{_ANY}\b(?!\s{{0,3}}(?:{_WEEKS}|{_MONTHS}|{_DAYS}|%|times|hours|minutes|mins|of))", lambda m: number(m[1])),
    (2, r"(?<![\w/.-])(\d{1,3})(?:\s?[-/]?\s?(?-i:F|M)|(?:f|m))\b(?![\w/-])(?!\s{0,3}(?:tall|away|walk))", lambda m: _adult(m[1])),
    (2, r"\b(?:male|female|man|woman|lady|gentleman|boy|girl|gent|student|pupil|pt|patient|client|resident|he|she|i|im|i'm|he's|she's)\s{0,3},?\s{0,3}(?:is|am|now|of|=|:)?\s{0,3}(\d{1,3})\b(?!\s{0,3}(?:/|%|:|x|times|min|hours|weeks?|wks?|days?|months?|mths?|mg|mls?|m\b|cm|kg|lbs?|years?\s{1,3}(?:ago|post|since|later)|steps|stairs|st\b|nd\b|rd\b|th\b|\.\d))", lambda m: float(m[1])),
    (2, rf"\b{_ANY}\s{{0,3}}(?:{_YEARS})\b(?=\s{{0,3}}[,.;)\n]|\s{{1,3}}(?:male|female|boy|girl|man|woman|lady|with|who|in\s{{1,3}}(?:year|grade|reception)))", lambda m: number(m[1])),
    (2, rf"(?:^|[\n(]|dob\s|ca\s{{0,3}}:?\s{{0,3}})\s{{0,3}}{_ANY}\s{{0,3}}(?:{_MONTHS})\b(?!\s{{0,3}}(?:ago|post|since|later|now|of|into|wait))", lambda m: number(m[1]) / 12),
    (2, rf"\b{_ANY}\s{{0,3}}(?:mo|mos|mths?)\b(?!\s{{0,3}}(?:ago|post|since|later|now|of|into|wait|s\b))", lambda m: number(m[1]) / 12),
    (2, r"\b(?:eighteen|twelve|fifteen|ten|twenty)[\s-]months?\b(?!\s{0,3}(?:ago|post|since|later))", lambda m: number(m[0].split("-")[0].split()[0]) / 12),
    (3, rf"\b({'|'.join(_ORDINALS)})[\s-]*grade", lambda m: _ORDINALS.index(m[1].lower()) + 6.0),
    (3, r"\b(\d{1,2})(?:st|nd|rd|th)[\s-]*grade", lambda m: _grade(int(m[1]))),
    (3, r"\bgrade\s{0,3}(\d{1,2})\b(?!\s{0,3}(?:/|of\s|level|reading))", lambda m: _grade(int(m[1]))),
    (3, r"\b(?:gr)\.?\s?(\d{1,2})\b", lambda m: _grade(int(m[1]))),
    (3, r"\b(?:year|yr|y)\s?(\d{1,2})\b(?!\s{0,3}(?:old|post|ago|mth|mo|m\b|history|hx))", lambda m: _year(int(m[1]))),
    (3, rf"\b(?:year)\s({'|'.join(_NUMBERS[:13])})\b(?!\s{{1,3}}(?:old|post))", lambda m: _year(_NUMBERS.index(m[1].lower()) + 1)),
    (3, r"\b(?:pre[\s-]?k|pre[\s-]?kindergarten\w*)\b", lambda m: 4.0),
    (3, r"(?<!pre)(?<!pre-)\bkinder(?:garten\w*|gartner|s?)\b", lambda m: 5.0),
    (3, r"\bin\s{1,3}k\b", lambda m: 5.0),
    (3, r"\breception\s{1,3}(?:class|child|pupil|year|boy|girl|age)|\bin\s{1,3}reception\b", lambda m: 4.0),
    (3, r"\b(?:freshman\s{1,3}(?:in|at)\s{1,3}high|high\s{1,3}school\s{1,3}freshman)", lambda m: 14.0),
    (3, r"\b(?:high\s{1,3}school\s{1,3})sophomore", lambda m: 15.0),
    (3, r"\b(?:high\s{1,3}school\s{1,3})junior", lambda m: 16.0),
    (3, r"\b(?:high\s{1,3}school\s{1,3})senior", lambda m: 17.0),
    (2, r"\b(?:son|daughter|baby|mum|mom|dad|mother|father|wife|husband|gran|nan|grandma|grandad|child|toddler|res|lady|twin|gentleman|it's|hes|shes)(?:'s|’s)?,?\s{0,3}(?:is|are|\(|,)?\s{0,3}(?:only\s{1,3}|now\s{1,3}|just\s{1,3})?(\d{1,3})\b(?!\s{0,3}(?:/|%|:|x\b|times|min|hours|weeks?|wks?|days?|months?|mths?|mo\b|mg|ml|cm|kg|lb|years?\s{1,3}(?:ago|post)|steps|stairs|st\b|nd\b|rd\b|th\b|\.\d|l\b))", lambda m: float(m[1])),
    (2, r"\((\d{1,3})\)", lambda m: float(m[1]) if int(m[1]) <= 105 else None),
    (1, r"\b(?:2[2-9]|3\d|4[0-2])\s{0,3}[+/]\s{0,3}[0-6](?:/7)?\s{0,3}(?:weeks?\s{0,3}|wks?\s{0,3})?(?:now|pma|cga)\b|\b(?:pma|cga)\s{0,3}(?:2[2-9]|3\d|40)", lambda m: 0.0),
    (1, rf"\bcorrected\s{{0,3}}(?:age)?\s{{0,3}}(?:to|is|of|:)?\s{{0,3}}{_ANY}(?:\s{{0,3}}{_MONTHS})?\b(?!\s{{0,3}}(?:{_WEEKS}|\+))", lambda m: number(m[1]) / 12 if number(m[1]) <= 24 else None),
    (2, r"\b(?:baby|infant|nnu|nicu|neonat\w*)\b[^.\n]{0,40}?\bday\s{0,3}(\d{1,2})\b|\bday\s{0,3}(\d{1,2})\s{0,3}(?:of life|old)", lambda m: int(m[1] or m[2]) / 365.25),
    (4, rf"\b{_ANY}\s{{0,3}}(?:months?|mths?)\b(?!\s{{0,3}}(?:ago|post|since|later|of|into|wait|after|out|clean|sober|off|on|in\b|free))", lambda m: number(m[1]) / 12),
    (4, rf"(?:^|[,;(\n])\s{{0,3}}{_ANY}\s{{0,3}}{_YEARS}\b(?!\s{{0,3}}(?:ago|post|since|later|of|in\b|after|history))", lambda m: number(m[1])),
    (4, r"(?:^|[.,;\n]\s{0,3})\s{0,3}(\d{1,3})\s{0,3}(?=[,.;\n]|$|\s{1,3}and\s|\s{0,3}[-–]\s)", lambda m: float(m[1])),
    (4, r"^\s{0,3}(\d{1,3})\b(?=\s{1,3}(?:m|f|male|female|with|who|retired)\b)", lambda m: float(m[1])),
    (4, r"\b(?:found|diagnosed|dx|diagnosis)\s{1,3}(?:at|aged)\s{1,3}(\d{1,3})\b", lambda m: float(m[1])),
    (4, r"\b(?:newborn|neonate|day\s{1,3}old\s{1,3}baby)\b", lambda m: 0.0),
    (5, r"\bin\s{1,3}(?:his|her|their|my)\s{1,3}(?:(?:early|mid|late)[\s-]*)?(?:\d0'?s|[a-z]+ties|teens)\b", lambda m: None),
    (5, r"\b(?:teenager|teenage|adolescent|toddler|preschooler|elderly|older\s{1,3}(?:man|woman|lady|gentleman)|infant|middle[\s-]aged)\b", lambda m: None),
)  # fmt: skip
_COMPILED: Final = tuple((rank, re.compile(form, re.IGNORECASE), read) for rank, form, read in _FORMS)
_AFTER: Final = re.compile(rf"[\s,-]*(?:old\s{{1,3}})?(?:\w+\s{{1,3}})?{_PEOPLE}\b", re.IGNORECASE)
_BEFORE: Final = re.compile(
    rf"(?:his|her|their|a|an|older|younger|little|big|baby|twin|cares\s{{1,3}}for|look\s{{1,3}}after|looks\s{{1,3}}after|after\s{{1,3}}my)\s{{1,3}}(?:\w+\s{{1,3}})?{_PEOPLE}s?,?\s{{0,3}}(?:is|are|who\s{{1,3}}is|aged|age|\(|was)?\s{{0,3}}$",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    r"^\s{0,3}(?:of\s{1,3}age\s{1,3}equivalent|ago|post|since|later|prior|before|history|hx|of\s{1,3}(?:age\s{1,3})?equivalent|level|behind|wait|in\s{1,3}a\s{1,3}row|now\s{1,3}(?:of|with)|apart|together|duration)",
    re.IGNORECASE,
)
_LEVEL: Final = re.compile(r"\b(?:reading|spelling|mental|developmental|language|maths?)\s{1,3}$", re.IGNORECASE)
_SINCE: Final = re.compile(
    r"(?:for|over|past|last|x|since|every|about|after|within|until|level\s{1,3}of|like\s{1,3}an?|when\s{1,3}\w+\s{1,3}was|at)\s{0,3}(?:the\s{1,3})?(?:past\s{1,3}|last\s{1,3})?$",
    re.IGNORECASE,
)


def _grade(number: int) -> float | None:
    return number + 5.0 if 1 <= number <= 12 else None


def _year(number: int) -> float | None:
    return number + 4.0 if 1 <= number <= 13 else None


def _adult(text: str) -> float | None:
    """The age before M or F; small numbers may be metres or months."""
    return float(text) if 13 <= int(text) <= 110 else None


def _before_term(found: re.Match[str]) -> float | None:
    """A preterm baby of some days or weeks: nothing before term, then the age less the weeks that were missing."""
    born = int(re.match(r"\d+", found[0])[0])  # type: ignore[index]
    weeks = number(found[1]) / (7 if "day" in found[0].lower() else 1)
    return max(0.0, round((born + weeks - 40) / 52.18, 2))


def ages(text: str) -> list[Age]:
    """The client's possible ages, the most trusted first; ages of other people and spans of time are left out.

    >>> [age.years for age in ages("7;3, loves trains. His 4-year-old brother too.")]
    [7.25]
    >>> [age.years for age in ages("Second grader, diagnosed 3 years ago")]
    [7.0]
    """
    found: list[tuple[int, int, Age]] = []
    for rank, form, read in _COMPILED:
        for match in islice(form.finditer(text), MOST):
            if _someone_else(text, match) or _a_span(text, match, rank):
                continue
            years = read(match)
            if years is not None and not 0 <= years <= 120:
                continue
            if years is None and rank < 5:
                continue
            found.append(
                (rank, match.start(), Age(None if years is None else round(years, 2), match.start(), match.end()))
            )
    found.sort(key=lambda item: item[:2])
    kept: list[Age] = []
    for _, _, age in found:
        if not any(age.start < other.end and other.start < age.end for other in kept):
            kept.append(age)
    return kept


def _someone_else(text: str, match: re.Match[str]) -> bool:
    return bool(_AFTER.match(text, match.end()) or _BEFORE.search(text[max(0, match.start() - 40) : match.start()]))


def _a_span(text: str, match: re.Match[str], rank: int) -> bool:
    if _LEVEL.search(text[max(0, match.start() - 14) : match.start()]):
        return True
    if _SPAN.match(text[match.end() : match.end() + 24]):
        return True
    old: Any = re.search(r"old|y/?o|;|corrected|grade|aged", match[0], re.IGNORECASE)
    return rank in (1, 2) and not old and bool(_SINCE.search(text[max(0, match.start() - 24) : match.start()]))
