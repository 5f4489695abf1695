"""Whether a resource is valid R4.

The classes are those of R4B (4.3.0). For the resources that are read and written here the two editions agree;
`tests/test_fhir_schema.py` holds what is written against the R4 schema, and what is read against the examples of R4.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

if TYPE_CHECKING:
    from fhir_core.fhirabstractmodel import FHIRAbstractModel

#: Types of R4 that R4B has no longer.
_ONLY_R4: Final = frozenset({
    "EffectEvidenceSynthesis", "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
    "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction",
    "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect", "RiskEvidenceSynthesis", "SubstanceNucleicAcid", "SubstancePolymer",
    "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
})  # fmt: skip
_NAME: Final = re.compile(r"[A-Z][A-Za-z]{1,50}")
#: How often a place in a resource is told before the rest is counted.
MOST_TOLD: Final = 3


@cache
def model_of(kind: str) -> type[FHIRAbstractModel]:
    """The class of one type of resource."""
    from fhir.resources.R4B import get_fhir_model_class

    return get_fhir_model_class(kind)


def is_type(kind: str) -> bool:
    """Whether a word is a type of resource in R4; only then may it be repeated to anybody."""
    if kind in _ONLY_R4:
        return True
    if not _NAME.fullmatch(kind):
        return False
    from fhir.resources.R4B import fhirtypes

    if not hasattr(fhirtypes, f"{kind}Type"):
        return False
    from fhir.resources.R4B.resource import Resource

    return issubclass(model_of(kind), Resource)


def invalid(resource: dict[str, Any]) -> str:
    """Why a resource is not valid, without anything of its content; empty if it is.

    >>> invalid({"resourceType": "Goal", "lifecycleStatus": "active", "subject": {}, "colour": "red"})
    'not valid R4: description has to be given; it has an element that R4 does not know'
    """
    if _has_null(resource):  # the classes take it for an element that is not there
        return "not valid R4: an element has null in place of a value"
    try:
        model_of(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return "not valid R4: " + "; ".join(told(error, MOST_TOLD))
    except Exception:  # the classes fail on some strange content with errors of their own; it is not valid either
        return "not valid R4"
    return ""


def _has_null(resource: dict[str, Any]) -> bool:
    """Whether an element is null; in lists null may hold the place of a value that is only extended."""
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict) and any(one is None for one in inner):
            return True
        waiting += [one for one in inner if isinstance(one, dict | list)]
    return False


def told(error: ValidationError, most: int) -> list[str]:
    """The places that are wrong, by the names of R4 alone: what was given is never repeated."""
    found = list(dict.fromkeys(_told(item["loc"], item["type"]) for item in error.errors(include_input=False)))
    more = len(found) - most
    return found[:most] + ([f"{more} more"] if more > 0 else [])


def _told(loc: tuple[int | str, ...], kind: str) -> str:
    extra = kind.endswith("extra_forbidden")
    # The last word of the place of a strange element is that element's own name, which may be anything.
    where = ".".join(str(part) for part in (loc[:-1] if extra else loc))
    if extra:
        return f"{where or 'it'} has an element that R4 does not know"
    return f"{where or 'it'} has to be given" if kind.endswith("missing") else f"{where or 'it'} has a wrong value"
