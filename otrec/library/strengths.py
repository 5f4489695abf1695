"""How strong a barrier-technique link is: a written rule over what the technique does and what findings say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from otrec.library.problems import Problem
from otrec.models import AddressedBy, Finding
from otrec.models.terms import Basis

if TYPE_CHECKING:
    from otrec.library import Library

#: Where every link starts: clinically usual, acts directly on the barrier.
START: Final = 0.5
#: What the part that a technique plays adds. Authors' judgment, as are the sizes below.
BASIS: Final[dict[Basis, float]] = {"main": 0.2, "usual": 0.0, "supporting": -0.2}
GRADED_SUPPORT: Final = 0.2
OTHER_SUPPORT: Final = 0.1
DOUBT: Final = -0.2
LEAST, MOST = 0.1, 0.95
GRADED: Final = ("strong", "moderate")


def rule_strength(basis: Basis, findings: Iterable[Finding]) -> float:
    """Strength in [0.1, 0.95] of a link, from its basis and the findings attached to it.

    0.5, +0.2 for the main approach and -0.2 for a supporting one; +0.2 with a supporting finding graded strong or
    moderate, else +0.1 with any supporting one; -0.2 when findings that are mixed, show no effect or advise against
    are as many as the supporting ones.

    >>> rule_strength("main", []), rule_strength("supporting", [])
    (0.7, 0.3)
    """
    found = list(findings)
    support = [finding for finding in found if finding.direction == "supports"]
    graded = any(finding.strength in GRADED for finding in support)
    strength = START + BASIS[basis] + (GRADED_SUPPORT if graded else OTHER_SUPPORT if support else 0.0)
    if found and 2 * len(support) <= len(found):
        strength += DOUBT
    return round(min(max(strength, LEAST), MOST), 2)


def wrong_strengths(library: Library) -> list[Problem]:
    """Links whose strength is not what the rule gives."""
    found = []
    for number, edge in enumerate(library.addressed_by, start=1):
        findings = [library.evidence[name] for name in edge.evidence if name in library.evidence]
        rule = rule_strength(edge.basis, findings)
        if edge.strength != rule:
            message = f"{edge.strength:g} is given; basis {edge.basis!r} and its findings make it {rule:g}"
            found.append(Problem("skill_graph.yaml", f"addressed_by {number} ({_pair(edge)})", "strength", message))
    return found


def _pair(edge: AddressedBy) -> str:
    return f"{edge.barrier}, {edge.technique}"
