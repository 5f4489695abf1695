"""Identifiers in free text, records without them, and rows for research in which nobody stands alone."""

from otrec.privacy.anonymity import LADDER, Generalised, KReport, Step, generalise, k_anonymity
from otrec.privacy.fields import Codes
from otrec.privacy.identifiers import find_identifiers, kinds_in, redact, warning_for
from otrec.privacy.kinds import KINDS, Kind, Likely
from otrec.privacy.research import Export, ExportReport, date_shift, random_shift, research_export
from otrec.privacy.safe_harbor import SAFE_HARBOR, strip

__all__ = [
    "KINDS",
    "LADDER",
    "SAFE_HARBOR",
    "Codes",
    "Export",
    "ExportReport",
    "Generalised",
    "KReport",
    "Kind",
    "Likely",
    "Step",
    "date_shift",
    "find_identifiers",
    "generalise",
    "k_anonymity",
    "kinds_in",
    "random_shift",
    "redact",
    "research_export",
    "strip",
    "warning_for",
]
