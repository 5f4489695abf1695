"""Screen the library by named safety rules, before anything is scored.

No weight, filter or setting reaches these rules: the ranking only ever sees what `screen` allows.
"""

from otrec.safety.rules import AssessmentDomains, applies, is_open, matches
from otrec.safety.screen import Exclusion, Screen, Screening, probe_rules, screen

__all__ = [
    "AssessmentDomains",
    "Exclusion",
    "Screen",
    "Screening",
    "applies",
    "is_open",
    "matches",
    "probe_rules",
    "screen",
]
