"""Numbers, codes and addresses that stand for one person, account, thing or computer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from otrec.privacy.kinds import Span

_MARK: Final = r"(?P<mark>\s{0,2}(?:(?:number|no|num|nr|n\.º|número|id|code|ref)\b\.?|#))?"
_JOIN: Final = r"\s{0,2}(?:is\s|was\s|es\s|ending(?:\sin)?\s)?\s?[:#=]?\s{0,2}"
_CODE: Final = r"(?P<code>(?=[A-Za-z-]{0,8}\d)[A-Za-z0-9][A-Za-z0-9./-]{1,29}[A-Za-z0-9](?:\s\d{2,6}\b){0,5})"

#: Kind -> the words that announce a number of that kind.
_ANNOUNCED: Final = {
    "ssn": r"ssn|social security|national insurance|ni number|dni|nie|nif|tax id|taxpayer id|curp|rfc",
    "record_number": (
        r"mrn|medical record|health record|hospital|patient|chart|nhs|case|client|student id|pupil id|"
        r"historia clínica|expediente|medical rec|upn"
    ),
    "plan_number": (
        r"insurance|policy|member|subscriber|medicaid|medicare|beneficiary|health plan|plan id|group id|payer id|"
        r"póliza|seguro|tarjeta sanitaria|authori[sz]ation"
    ),
    "account_number": r"account|acct|a/c|invoice|bank|iban|sort code|credit card|debit card|card|cuenta|factura",
    "licence_number": (
        r"licen[cs]e|certificate|certification|npi|hcpc|registration|permit|passport|pasaporte|licencia|colegiad[oa]|"
        r"aota|nbcot|dea"
    ),
    "vehicle_number": r"licen[cs]e plate|number plate|plate|vin|vehicle|car reg|tag|matrícula",
    "device_number": r"serial|s/n|sn|device|imei|udi|model and serial|asset|equipment id|número de serie|implant",
    "other_number": r"reference|ref|file|employee|staff id|badge|locker|pin|password|id|user ?name|login",
}
#: Words that announce a number only with "number", "no.", "id" or # after them: alone they are ordinary words.
_WEAK: Final = frozenset({
    "hospital", "patient", "case", "client", "policy", "member", "card", "bank", "plate", "tag", "vehicle", "device",
    "implant", "certificate", "certification", "registration", "permit", "file", "employee", "badge", "locker",
    "seguro", "chart", "authorization", "authorisation", "asset", "insurance", "vin", "sn", "pin", "id", "ref",
    "reference",
})  # fmt: skip
_CUES: Final = re.compile(
    r"(?i:(?<![\w-])(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _ANNOUNCED.items()) + r")(?!\w))"
    f"(?i:{_MARK}{_JOIN}){_CODE}"
)

#: Numbers known by their form alone.
_FORMS: Final = (
    ("email", re.compile(r"[\w.+%-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")),
    ("url", re.compile(r"(?i:\b(?:https?|ftp)://[^\s<>\"]+|\bwww\.[^\s<>\"]+)")),
    (
        "url",
        re.compile(
            r"(?i:(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,4}"
            r"(?:com|org|net|edu|gov|info|io|uk|us|ca|au|ie|nz|es|mx|de|fr|health|me)\b(?:/[^\s<>\"]*)?)(?![\w@])"
        ),
    ),
    ("ssn", re.compile(r"(?<![\d-])\d{3}([- ])\d{2}\1\d{4}(?![\d-])")),
    ("ssn", re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")),
    ("ssn", re.compile(r"\b(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]\b")),
    ("record_number", re.compile(r"(?<![\d-])[4-7]\d{2}[ -]\d{3}[ -]\d{4}(?![\d-])(?=.{0,12}\bNHS\b)")),
    ("account_number", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    ("account_number", re.compile(r"(?<![\d-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\d-])")),
    ("vehicle_number", re.compile(r"\b(?=[A-Z]{0,12}\d)(?=\d{0,12}[A-Z])[A-HJ-NPR-Z0-9]{17}\b")),
    ("vehicle_number", re.compile(r"\b[A-Z]{2}\d{2} [A-Z]{3}\b|\b\d{4} [BCDFGHJ-NPRSTV-Z]{3}\b")),
    ("device_number", re.compile(r"\b[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}\b")),
    ("address", re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,12}°?\s?[NS]?,\s?-?\d{1,3}\.\d{4,12}")),
    ("other_number", re.compile(r"(?<![\w@.])@[A-Za-z_]\w{2,29}\b")),
    ("other_number", re.compile(r"\b(?=[A-Z-]{1,6}\d)[A-Z]{1,4}-?\d{5,14}[A-Z]{0,2}\b")),
    ("other_number", re.compile(r"(?<![\d.,/-])\d{8,40}(?![\d.,/-]\d|\d)")),
)
_IP4: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IP6: Final = re.compile(r"(?<![\w:])[0-9A-Fa-f:]{3,45}(?![\w:])")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}(?:[-/](?:19|20)?\d{2})?")


def numbers(text: str) -> Iterator[Span]:
    """Identifying numbers, codes, e-mail, web and computer addresses; phone numbers are looked for elsewhere."""
    yield from _announced(text)
    for kind, form in _FORMS:
        yield from ((found.start(), found.end(), kind) for found in form.finditer(text))
    for form in (_IP4, _IP6):
        yield from ((found.start(), found.end(), "ip") for found in form.finditer(text) if _computer(found[0]))


def _announced(text: str) -> Iterator[Span]:
    for found in _CUES.finditer(text):
        kind = next(name for name in _ANNOUNCED if found[name])
        code, word = found["code"], found[kind].lower()
        marked = bool(found["mark"]) or "number" in found[0] or ":" in found[0] or "#" in found[0]
        digits = sum(letter.isdigit() for letter in code)
        signs = sum(letter.isalnum() for letter in code)
        if word in _WEAK and not marked and (signs < 6 or digits < 3):
            continue
        if signs < (3 if marked else 4) or digits < 2 or (_YEAR.fullmatch(code) and not found["mark"]):
            continue
        yield found.start("code"), found.end("code"), kind


def _computer(text: str) -> bool:
    if "." not in text and text.count(":") < 2:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return len(text) > 3
