"""The hook `patient-view`: what fits the client whose record is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from otrec.engine import Recommendation
from otrec.server.cards import MOST_CARDS, NOT_REVIEWED, Maker, bullets, paragraphs, summary
from otrec.server.hook_forms import HookRequest
from otrec.server.prefetch import bundle, missing, told
from otrec.server.served import Served

if TYPE_CHECKING:
    from otrec.exchange.fhir import Imported

#: How many activities are suggested; one card more may say what to look at first.
ACTIVITIES: Final = MOST_CARDS - 1
#: How many lines of one kind a card holds.
MOST_LINES: Final = 6


def viewed(here: Served, given: HookRequest) -> dict[str, Any]:
    """The cards for an open record."""
    read = known(here, given)
    maker = Maker(here.engine, here.tags)
    if read.client is None or not read.client.has_barrier_or_goal:
        return {"cards": [asking(maker, given, read)]}
    result = here.engine.recommend(read.client, k=ACTIVITIES)
    cards = [maker.activity(item, given.context.patientId) for item in result.items]
    note = noted(maker, given, read, result)
    if note is not None:
        cards.insert(0 if note["indicator"] == "warning" else len(cards), note)
    return {"cards": cards}


def known(here: Served, given: HookRequest) -> Imported:
    """What the resources that were sent say of the client."""
    from otrec.exchange.fhir import read_bundle

    return read_bundle(bundle(given.prefetch, given.context.patientId), here.engine.library)


def asking(maker: Maker, given: HookRequest, read: Imported) -> dict[str, Any]:
    """The one card where nothing can be suggested yet."""
    if read.client is not None:
        words = "otrec needs a barrier or a goal of this client before it can suggest activities"
        lines = ["Record what gets in the way (ICF, with its qualifier) or what the client wants to do (Goal)."]
    else:
        words = summary("otrec cannot suggest activities", *read.problems[:1])
        if any(problem.startswith("the age is not known") for problem in read.problems):
            words = "How old is this client? With a date of birth in the record otrec suggests activities"
        lines = list(read.problems)
    return maker.card(words, _open(lines, given, read))


def noted(maker: Maker, given: HookRequest, read: Imported, result: Recommendation) -> dict[str, Any] | None:
    """The card on what is held back, what to ask and what was not sent; None if there is nothing to say.

    Rules that hold for everybody of an age are left out: a warning on every child's record is soon read by nobody.
    """
    rules = [rule for rule in result.screening.strict_rules if rule.when.precautions or rule.when.conditions]
    held = [f"{maker.engine.screen.reason(rule)} (rule {rule.id})" for rule in rules]
    lines = [] if result.items else [result.shortfall]
    if result.client.precautions is None:
        lines.append("Precautions and allergies are not recorded: each card says what to ask first.")
    detail = paragraphs(bullets("**Held back for this client:**", _few(held)), _open(lines, given, read))
    if not held and not lines and not read.ask and not missing(given.prefetch):
        return None
    words = "Look at this before choosing an activity"
    if held:
        count = "1 safety rule holds" if len(held) == 1 else f"{len(held)} safety rules hold"
        words = f"{count} activities back for this client"
    return maker.card(words, detail, warning=bool(held))


def _open(lines: list[str], given: HookRequest, read: Imported) -> str:
    """What is not known, as a list."""
    questions = [f"{item.question} ({item.source})" if item.source else item.question for item in read.ask]
    return paragraphs(
        bullets("**Not known:**", [*lines, *filter(None, [told(missing(given.prefetch))])]),
        bullets("**Please check:**", _few(questions)),
        f"*{NOT_REVIEWED}*",
    )


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"and {more} more"] if more > 0 else [])]
