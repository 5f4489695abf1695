"""What a code or its words mean in the library: sure, doubtful, or open between several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import Hit, codings_of, texts_of
from otrec.exchange.fhir.systems import ICD10_SYSTEMS, ICF_SYSTEMS, KINDS, SNOMED_SYSTEMS, own

_ICF: Final = re.compile(r"([bdse]\d{1,5})(?:(\.?\+)?\.?(\d{0,5}))?", re.ASCII)
#: Severity of a finding in SNOMED CT as a qualifier of ICF.
SEVERITIES: Final = {"255604002": 1, "6736007": 2, "24484000": 3}
#: Words of severity; the first that is met counts, the more severe ones first.
SEVERITY_WORDS: Final = (
    (4, ("complete", "completely", "total", "totally")), (3, ("severe", "severely", "high", "extreme", "serious")),
    (2, ("moderate", "moderately", "medium")), (1, ("mild", "mildly", "slight", "slightly", "low")),
    (0, ("none", "no")),
)  # fmt: skip


@dataclass(frozen=True)
class Meant:
    """One id that a code or text stands for; `note` tells by what, `band` a severity that the code itself says."""

    kind: str
    id: str
    words: str
    note: str = ""
    band: int | None = None


@dataclass
class Meaning:
    """What a concept says: ids that are sure, hits in doubt, and barriers of which a code names several."""

    sure: list[Meant] = field(default_factory=list)
    doubtful: list[Hit] = field(default_factory=list)
    several: list[tuple[str, int | None, tuple[str, ...]]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sure or self.doubtful or self.several)


def meaning(draft: Draft, concept: Any, kinds: tuple[str, ...]) -> Meaning:
    """What a CodeableConcept means: by otrec's own codes, else by other codes, else by its words."""
    found, texts = Meaning(), texts_of(concept)
    words = texts[0] if texts else ""
    codings = codings_of(concept)
    for system, code, _ in codings:
        for kind in kinds:
            if system == own(kind):
                known = code in getattr(draft.library, KINDS[kind])
                if known:
                    found.sure.append(Meant(kind, code, words, "by its code"))
                else:
                    found.unknown.append(kind)
    if not found.sure:
        _by_other_codes(draft, codings, kinds, words, found)
    if not found:
        text, hits = draft.hits_in(texts, kinds)
        found.doubtful = [hit for hit in hits if hit.doubt]
        found.sure = [Meant(hit.kind, hit.id, text, _by_words(hit)) for hit in hits if not hit.doubt]
    found.sure = list({(one.kind, one.id): one for one in reversed(found.sure)}.values())[::-1]
    return found


def _by_words(hit: Hit) -> str:
    return "by its words" if hit.whole else f"by the words '{hit.words}' in a longer text; check it"


def _by_other_codes(
    draft: Draft, codings: list[tuple[str, str, str]], kinds: tuple[str, ...], words: str, found: Meaning
) -> None:
    for system, code, _ in codings:
        if "condition" in kinds and system in ICD10_SYSTEMS | SNOMED_SYSTEMS:
            name = draft.lexicon.icd10(code) if system in ICD10_SYSTEMS else draft.lexicon.snomed(code)
            if name is not None:
                note = "by its ICD-10 code" if system in ICD10_SYSTEMS else "by its SNOMED CT code"
                found.sure.append(Meant("condition", name, words, note))
        if "barrier" in kinds and system in ICF_SYSTEMS:
            category, band, helps = icf_of(code)
            names = () if helps else draft.lexicon.icf(category)
            band = band if band in range(5) else None
            if len(names) == 1:
                found.sure.append(Meant("barrier", names[0], words or category, "by its ICF code", band))
            elif names:
                found.several.append((category, band, names))


def icf_of(code: str) -> tuple[str, int | None, bool]:
    """Category, first qualifier and whether it is a facilitator, of a code of ICF.

    >>> icf_of("d440.3"), icf_of("e310+2"), icf_of("b2801"), icf_of("Peter")
    (('d440', 3, False), ('e310', 2, True), ('b2801', None, False), ('', None, False))
    """
    hit = _ICF.fullmatch(code.strip().lower()[:20])
    if not hit:
        return "", None, False
    category, plus, qualifiers = hit.groups()
    return category, int(qualifiers[0]) if qualifiers else None, bool(plus)


def severity_of(concept: Any) -> int | None:
    """A severity in words or codes as a qualifier, 0-4 (8 and 9 as they are); None if none is said.

    >>> severity_of({"text": "Moderate difficulty"}), severity_of({"coding": [{"code": "3"}]}), severity_of({})
    (2, 3, None)
    """
    for system, code, _ in codings_of(concept):
        if system in SNOMED_SYSTEMS and code in SEVERITIES:
            return SEVERITIES[code]
        hit = re.fullmatch(r"(?:[bdse]\d{1,5}|x{1,5})?\.?(\d)", code.strip().lower()[:20], re.ASCII)
        if hit and int(hit[1]) in (0, 1, 2, 3, 4, 8, 9):
            return int(hit[1])
    return severity_in(texts_of(concept))


def severity_in(texts: Iterable[str]) -> int | None:
    """The severity that some words say."""
    words = {word for text in texts for word in re.findall(r"[a-z]+", text[:500].lower())}
    return next((band for band, names in SEVERITY_WORDS if words & set(names)), None)
