"""What must not be repeated: names, numbers and addresses in a bundle, kept out of every word that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from otrec.exchange.fhir.systems import own
from otrec.privacy import redact

#: Elements whose texts tell who somebody is, wherever they stand.
_WHO: Final = frozenset({"telecom", "address", "identifier", "contact", "authorString", "photo"})
_NAMED: Final = frozenset({"Organization", "Location", "Patient", "Practitioner", "RelatedPerson", "Person"})
_PEOPLE: Final = re.compile(r"(^|/)(Patient|Practitioner|PractitionerRole|RelatedPerson|Person|Organization|Location)/")
#: Elements that name a person, by a reference or by its display alone.
_PERSONS: Final = frozenset({
    "actor", "asserter", "author", "authorReference", "careManager", "collector", "contributor", "custodian",
    "expressedBy", "generalPractitioner", "individual", "informant", "managingOrganization", "participant", "patient",
    "performer", "recorder", "requester", "serviceProvider", "source", "subject",
})  # fmt: skip
#: Elements that hold words of the standard and no words of people.
_DRY: Final = frozenset({"system", "use", "type", "period", "resourceType", "status"})
_WORD: Final = re.compile(r"\w+(?:[-'’.]\w+)*")
#: Words of names that are words of everything; a name of one letter cannot be told from any other letter.
_EVERYWHERE: Final = frozenset({"of", "the", "and", "in", "at", "to", "for", "on", "an", "with", "no", "by", "or"})
#: How much of a text is shown; more is cut.
SHOWN: Final = 120


class Secrets:
    """The words by which people in a bundle could be known.

    >>> Secrets([{"resourceType": "Patient", "name": [{"family": "Okoro"}]}]).hidden("Okoro cannot button a shirt")
    '[name] cannot button a shirt'
    """

    def __init__(self, resources: Iterable[dict[str, Any]]) -> None:
        self.words = frozenset(word for one in resources for text in _who(one) for word in _words(text))

    def hidden(self, text: str) -> str:
        """A text as it may be shown: one line, cut, without names of the bundle and without likely identifiers."""
        line = " ".join(text[: 4 * SHOWN].split())
        plain = _WORD.sub(lambda hit: "[name]" if self._known(hit.group()) else hit.group(), line)
        shown = redact(plain)
        return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"

    def _known(self, word: str) -> bool:
        return any(part in self.words for part in _words(word))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        for part in {word, *re.split(r"[-'’.]", word)}:
            if len(part) > 1 and part not in _EVERYWHERE:
                yield part


def _who(resource: dict[str, Any]) -> Iterator[str]:
    """Every text below an element that tells who somebody is, and how references name people."""
    waiting: list[tuple[Any, bool, str]] = [(resource, False, "")]
    while waiting:
        value, inside, place = waiting.pop()
        if isinstance(value, dict):
            if str(value.get("system", "")).startswith(own("")):  # a pseudonym tells nobody who it is
                continue
            waiting += [
                (inner, inside or _tells_who(key, value, place), key) for key, inner in value.items() if key not in _DRY
            ]
        elif isinstance(value, list):
            waiting += [(inner, inside, place) for inner in value]
        elif inside and isinstance(value, str):
            yield value[:500]


def _tells_who(key: str, holder: dict[str, Any], place: str) -> bool:
    if key == "name":  # of definitions it is a word for programs
        return not isinstance(holder[key], str) or holder.get("resourceType") in _NAMED
    if key == "display":
        reference = str(holder.get("reference", ""))
        return bool(_PEOPLE.search(reference)) or (place in _PERSONS and "/" not in reference)
    return key in _WHO
