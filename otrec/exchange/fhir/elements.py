"""The small parts that resources are made of, and the check that each resource passes before it is handed out."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any, Final

from pydantic import ValidationError

from otrec.exchange.fhir.errors import FhirError
from otrec.exchange.fhir.systems import KINDS, UCUM, canonical, own
from otrec.exchange.fhir.validity import model_of, told
from otrec.library import Library
from otrec.models import Client

Json = dict[str, Any]
#: Text that a FHIR string can hold: other white space than these four, and text of white space alone, it cannot.
_STRING: Final = re.compile(r"(?=[\s\S]*\S)[ \r\n\t\S]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXACT: Final = "text/plain;charset=utf-8"


def said(text: str) -> str:
    """A text with plain blanks in place of what a FHIR string cannot hold; for texts that are only shown.

    >>> said("no-break\xa0space")
    'no-break space'
    """
    return _CONTROL.sub(" ", re.sub(r"[^\S \r\n\t]", " ", text))


def coding(system: str, code: str, display: str = "") -> Json:
    """One code of one system."""
    return {"system": system, "code": code, **({"display": said(display)} if display else {})}


def own_coding(kind: str, code: str, library: Library | None = None) -> Json:
    """A code of otrec's own, with its name where the library knows it."""
    terms = getattr(library, KINDS[kind]) if library is not None and kind in KINDS else {}
    return coding(own(kind), code, getattr(terms.get(code), "name", ""))


def concept(*codings: Json, text: str = "") -> Json:
    return {**({"coding": list(codings)} if codings else {}), **({"text": said(text)} if text else {})}


def extension(name: str, **value: Any) -> Json:
    """An extension of otrec's own: one value, or further extensions under `extension`."""
    return {"url": own(f"extension:{name}"), **value}


def quantity(value: float, unit: str, code: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def text_value(text: str) -> Json:
    """A text as the value of an extension or answer, exactly: as an attachment where a FHIR string cannot hold it.

    >>> text_value("with a friend")
    {'valueString': 'with a friend'}
    >>> exact_text(text_value("no-break\\xa0space")) == "no-break\\xa0space"
    True
    """
    if _STRING.fullmatch(text) and not _CONTROL.search(text):
        return {"valueString": text}
    data = base64.b64encode(text.encode()).decode()
    return {"valueAttachment": {"contentType": _EXACT, **({"data": data} if data else {})}}


def exact_text(value: Json) -> str | None:
    """The text of `text_value`; None if there is none."""
    if "valueString" in value:
        return str(value["valueString"])
    attachment = value.get("valueAttachment")
    if not attachment or attachment.get("contentType") != _EXACT:
        return None
    try:
        return base64.b64decode(attachment.get("data", ""), validate=True).decode()
    except ValueError:
        return None


def subject_of(client: Client) -> Json:
    """The patient by pseudonym, for resources that stand alone."""
    return pseudonym(client.id)


def pseudonym(client_id: str) -> Json:
    return {"identifier": {"system": own("client"), "value": client_id}}


def goal_identifier(client_id: str, goal: str) -> Json:
    """A goal by the pseudonym of the client and its occupation, or its id in a progress file."""
    return {"system": own("goal"), "value": f"{client_id}:{goal}"}


def address(kind: str, name: str) -> str:
    """Where a record stands in a bundle: a UUID made from its name, the same each time.

    >>> address("client", "c001")
    'urn:uuid:0d6a0a69-55f0-54be-8931-93498d09806b'
    """
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, canonical(kind, name))}"


def checked(resource: Json) -> Json:
    """The resource, once its class has accepted it.

    Raises
    ------
    FhirError
        If it is not valid, which only unusual text in a data folder of one's own can bring about.
    """
    try:
        model_of(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        raise FhirError(*told(error, most=10), source=f"this {resource['resourceType']}") from None
    return resource
