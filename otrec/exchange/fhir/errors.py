"""What can go wrong with FHIR content as a whole."""

from __future__ import annotations

from otrec.models import ClientError


class FhirError(ClientError):
    """FHIR content that cannot be read or written at all. It repeats nothing of the content.

    >>> print(FhirError("it is empty; choose a file with a FHIR bundle"))
    this bundle: 1 problem
      - it is empty; choose a file with a FHIR bundle
    """

    def __init__(self, *problems: str, source: str = "this bundle") -> None:
        super().__init__(source, list(problems))
