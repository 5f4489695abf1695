"""Cards as CDS Hooks 2.0 has them: one for each activity, so that its evidence, its cautions and a verdict on it belong
together; and at most one that says what is held back or not known."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

from otrec.engine import Engine, Item, Why
from otrec.models.feedback import Verdict
from otrec.models.wording import in_sentence
from otrec.server.tags import CARD, SUGGESTION, Tags

#: A summary has fewer than 140 characters (CDS Hooks 2.0).
MOST_SUMMARY: Final = 139
MOST_CARDS: Final = 5
NOT_REVIEWED: Final = "No clinician has reviewed this library yet; the decision is yours."
VERDICTS: Final = "urn:x-otrec:verdict"
TOPICS: Final = "urn:x-otrec:library"
#: Why a card may be set aside -> words. All but the first go to the people who look after the library.
REASONS: Final[dict[Verdict, str]] = {
    "not_helpful": "Not helpful for this client",
    "unsafe": "Unsafe for this client",
    "wrong_age": "Wrong age",
    "wrong_data": "Something in it is wrong",
}
assert set(REASONS) <= set(get_args(Verdict))
_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~!&])")


def escaped(text: str) -> str:
    """Text that stays text in Markdown: no link, no picture, no HTML, whatever a record said.

    >>> escaped("a*b ![x](http://y)")
    'a\\\\*b \\\\!\\\\[x\\\\](http\\\\://y)'
    """
    safe = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return re.sub(r"(?i)(https?|ftp|mailto)(:)|(www)(\.)", r"\1\3\\\2\4", safe).replace("@", "\\@")


def summary(*parts: str) -> str:
    """Parts of a sentence as far as they fit; the first is cut if it has to be.

    >>> summary("Bake bread", "for sequencing", "x" * 200)
    'Bake bread: for sequencing'
    """
    told = " ".join(parts[0].split())
    if len(told) > MOST_SUMMARY:
        return told[: MOST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"
    for place, part in enumerate(parts[1:]):
        longer = f"{told}{': ' if place == 0 else '; '}{' '.join(part.split())}"
        if len(longer) <= MOST_SUMMARY:
            told = longer
    return told


@dataclass(frozen=True)
class Maker:
    """Makes the cards of one service."""

    engine: Engine
    tags: Tags

    def card(self, words: str, detail: str, *, warning: bool = False, about: str = "", **more: Any) -> dict[str, Any]:
        """A card; `about` is the activity that a verdict on it would be about."""
        version = self.engine.library.version
        found = {
            "uuid": self.tags.make(about, CARD) if about else str(uuid.uuid4()),
            "summary": words,
            "detail": detail,
            "indicator": "warning" if warning else "info",
            "source": {
                "label": "otrec, occupational-therapy activities",
                "topic": {"system": TOPICS, "code": version, "display": f"Library {version}"},
            },
            **{name: value for name, value in more.items() if value},
        }
        if about:
            found["overrideReasons"] = [
                {"system": VERDICTS, "code": code, "display": words} for code, words in REASONS.items()
            ]
        return found

    def activity(self, item: Item, patient_id: str) -> dict[str, Any]:
        """The card of an activity of a list, with the suggestion to put it into the care plan."""
        aims = [self.engine.library.barriers[path.barrier].name for path in item.paths if path.aimed]
        return self.card(
            summary(item.activity.name, f"evidence {item.light}", *(f"for {in_sentence(name)}" for name in aims[:1])),
            detail(item),
            about=item.activity.id,
            suggestions=[self.suggestion(item, patient_id)],
            selectionBehavior="at-most-one",
        )

    def suggestion(self, item: Item, patient_id: str) -> dict[str, Any]:
        """The suggestion that makes a draft of a care plan with this activity."""
        from otrec.exchange.fhir import care_plan_activity

        made = care_plan_activity(item.activity, item.why, item.light)
        plan = {
            "resourceType": "CarePlan",
            "status": "draft",
            "intent": "proposal",
            "title": item.activity.name,
            "subject": {"reference": f"Patient/{patient_id}"},
            "activity": [made],
            "note": [{"text": NOT_REVIEWED}],
        }
        return {
            "label": f"Add to the care plan: {item.activity.name}",
            "uuid": self.tags.make(item.activity.id, SUGGESTION),
            "actions": [
                {"type": "create", "description": f"Draft of a care plan with {item.activity.name}", "resource": plan}
            ],
        }


def detail(item: Item) -> str:
    """What stands behind an activity of a list, in Markdown."""
    activity = item.activity
    cited = list(dict.fromkeys(citation.finding.citation for citation in item.citations[:2]))
    rests = "; ".join(map(escaped, cited)) or "no finding for these links"
    tools = f" Not at hand: {escaped(', '.join(item.missing_tools))}." if item.missing_tools else ""
    return paragraphs(
        escaped(activity.purpose),
        f"**Why:** {escaped(item.why)}",
        f"**Evidence {item.light}:** {rests}",
        bullets("**Take care:**", item.cautions),
        f"**How:** {activity.minutes} minutes; supervision: {activity.supervision.replace('_', ' ')}.{tools}",
        f"**Fit:** {item.score:.0f} of 100 ({item.tier}).",
        f"*{NOT_REVIEWED}*",
    )


def standing(why: Why) -> str:
    """Where an ordered activity stands for this client, in Markdown."""
    if why.exclusions:
        told = [f"{item.reason} (rule {item.rule}; source: {item.source})" for item in why.exclusions]
        return bullets("**Held back:**", told)
    return paragraphs(bullets("**Why:**", why.sentences[:4]), bullets("**Take care:**", why.cautions))


def paragraphs(*parts: str) -> str:
    """Parts that say something, each a paragraph."""
    return "\n\n".join(part for part in parts if part)


def bullets(head: str, lines: Iterable[str]) -> str:
    """A heading with a list; nothing if there is no line."""
    told = "\n".join(f"- {escaped(line)}" for line in lines)
    return f"{head}\n\n{told}" if told else ""
