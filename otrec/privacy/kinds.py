"""The kinds of identifier that can stand in a text, and what to write in their place."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from otrec.models import Frozen


class Likely(Frozen):
    """A likely identifier in a text: its kind and its place, `text[start:end]`.

    `words` is what stands there. It is left out of the printed form, so that it does not get into a log.

    >>> Likely(kind="phone", start=5, end=17, words="212 555 0142")
    Likely(kind='phone', start=5, end=17)
    """

    kind: str
    start: int
    end: int
    words: str = Field(repr=False)


class Kind(Frozen):
    """A kind of identifier: how it is called, what to do instead, its letter in 45 CFR 164.514(b)(2)(i)."""

    called: str
    instead: str
    letter: str


_ROLE: Final = "write a role or the pseudonym"
_PLACE: Final = "write the kind of place"
_YEAR: Final = "write the year or the week of therapy"
_OUT: Final = "leave numbers and contact details out"

#: Kind -> its words. The order is the order in which a warning names them.
KINDS: Final[dict[str, Kind]] = {
    "name": Kind(called="a person's name", instead=_ROLE, letter="A"),
    "organisation": Kind(called="the name of a school, clinic or other place", instead=_PLACE, letter="B"),
    "place": Kind(called="a town or district", instead=_PLACE, letter="B"),
    "address": Kind(called="an address", instead=_PLACE, letter="B"),
    "postcode": Kind(called="a postcode", instead=_PLACE, letter="B"),
    "date": Kind(called="a date more exact than a year", instead=_YEAR, letter="C"),
    "age": Kind(called="an age over 89", instead='write "90 or older"', letter="C"),
    "phone": Kind(called="a phone number", instead=_OUT, letter="D"),
    "fax": Kind(called="a fax number", instead=_OUT, letter="E"),
    "email": Kind(called="an e-mail address", instead=_OUT, letter="F"),
    "ssn": Kind(called="a social security or national identity number", instead=_OUT, letter="G"),
    "record_number": Kind(called="a medical record number", instead=_OUT, letter="H"),
    "plan_number": Kind(called="a health insurance number", instead=_OUT, letter="I"),
    "account_number": Kind(called="an account number", instead=_OUT, letter="J"),
    "licence_number": Kind(called="a licence or certificate number", instead=_OUT, letter="K"),
    "vehicle_number": Kind(called="a vehicle number", instead=_OUT, letter="L"),
    "device_number": Kind(called="a device or serial number", instead=_OUT, letter="M"),
    "url": Kind(called="a web address", instead=_OUT, letter="N"),
    "ip": Kind(called="an internet (IP) address", instead=_OUT, letter="O"),
    "other_number": Kind(called="another identifying number or code", instead=_OUT, letter="R"),
}

#: A piece of text with its kind, before the pieces are put together.
Span = tuple[int, int, str]
