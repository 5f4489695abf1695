"""Which side of the body is affected, where a record says so of arms, legs or the whole side."""

from __future__ import annotations

import re
from typing import Any, Final

from otrec.exchange.fhir.draft import Draft
from otrec.exchange.fhir.lexicon import codings_of, texts_of
from otrec.exchange.fhir.parsing import Part
from otrec.exchange.fhir.systems import SNOMED_SYSTEMS, own

#: Lateralities of SNOMED CT.
SIDES: Final = {"7771000": "left", "24028007": "right", "51440002": "both"}
_BRAIN: Final = re.compile(
    r"\b(brain|cereb\w*|hemispher\w*|arter\w*|mca|aca|pca|lobe|infarct\w*|stroke|cva|thalam\w*|cortex|cortical|"
    r"haemorrhag\w*|hemorrhag\w*)\b",
    re.IGNORECASE,
)
_BODY: Final = re.compile(
    r"\b(arm|hand|wrist|finger|thumb|shoulder|elbow|forearm|leg|knee|hip|ankle|foot|limb|extremity|side|sided|body|"
    r"hemi\w*|palm|toe|clavicle|humer\w*|radi\w*|uln\w*|femor\w*|femur|tibia\w*|upper|lower)s?\b",
    re.IGNORECASE,
)
#: Words that tell of the body even where the brain is named as well.
_LIMB: Final = re.compile(r"\b(?:hemi(?!sph)\w*|sided|weakness|arm|hand|leg)\b", re.IGNORECASE)
_SAID: Final = re.compile(r"\b(left|right|both|bilateral)\b", re.IGNORECASE)


def read_side(draft: Draft, part: Part, *concepts: Any, words: str = "") -> None:
    """Note a side; what is said of the brain is asked about, since a lesion on the left shows on the right."""
    codes = {SIDES[code] for one in concepts for system, code, _ in codings_of(one) if _is_side(system, code)}
    own_codes = {code for one in concepts for system, code, _ in codings_of(one) if system == own("side")}
    texts = [text for one in concepts for text in texts_of(one)]
    said = " ".join([*texts, words])[:2000]
    sides = codes | (own_codes & {"left", "right", "both"}) or _sides_in(said, bare=bool(texts))
    if _BRAIN.search(said) and not _LIMB.search(said) and (sides or _SAID.search(said)):
        draft.question(part, "a side of the brain is named; which side of the body is affected?", ("left", "right"))
        return
    if not sides:
        return
    draft.sides |= sides
    draft.take("affected_side", " and ".join(sorted(sides)), part, said)


def _is_side(system: str, code: str) -> bool:
    return system in SNOMED_SYSTEMS and code in SIDES


def _sides_in(said: str, *, bare: bool) -> set[str]:
    """Sides in words; a bare 'left' counts where a body site is told, and elsewhere only beside a limb."""
    found = {"both" if word.lower() == "bilateral" else word.lower() for word in _SAID.findall(said)}
    alone = bare and len(said.split()) <= 2 and not re.search(r"\b(eye|ear|breast|lung|kidney)\b", said, re.I)
    return found if found and (_BODY.search(said) or alone) else set()


def side_of(sides: set[str]) -> str:
    """One side of several that were said."""
    return "both" if "both" in sides or sides >= {"left", "right"} else next(iter(sides), "none")
