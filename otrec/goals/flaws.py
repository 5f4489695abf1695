"""Flaws of wording that a goal can have although all its parts are there, and those that undo a part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otrec.goals import words
from otrec.goals.behaviour import Behaviour, Span, begins, is_vague, names, seen_all_the_same, ties_to_day
from otrec.goals.parts import Reading, has_unit
from otrec.goals.patterns import alternatives, compiled, spans, whole_words

#: A rule and the place in the text that it is about.
Flaw = tuple[str, Span | None]

_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?date|birthday|mrn|nhs number|ssn|medical record)\b"
    r"\W{0,3}(?:is\s+)?[\w/.-]*",
    re.IGNORECASE,
)
_ELIGIBLE = re.compile(
    r"\b(?:qualif(?:y|ies|ied)\s+for|(?:is|be|remain|become|are)\s+(?:in)?eligible|eligibility|medically necessary|"
    r"meets?\s+(?:the\s+)?(?:eligibility\s+)?criteria\s+for|"
    r"(?:no longer|not)\s+(?:need|require|qualify)\w*\s+(?:ot|occupational therapy|services|special education)|"
    r"exit(?:ed)?\s+(?:from\s+)?(?:ot|services|special education)|graduate\s+from\s+(?:ot|therapy|services))",
    re.IGNORECASE,
)
_CAUSE: Final = (
    r"\b(?:due\s+to|because\s+of|secondary\s+to|diagnos\w+(?:\s+(?:with|of))?|owing\s+to|overcome|cure|symptoms\s+of|"
    r"has|with\s+a\s+diagnosis\s+of|no\s+longer\s+have)\s+(?:his|her|their|the|an?)?\s*"
)
#: Phrases that hand the action to somebody else, whatever is given.
_GIVEN: Final = (
    "receive", "be seen by", "be seen for", "undergo", "be provided", "be given", "be offered", "be placed",
    "be referred", "be educated", "be taught", "be trained", "be instructed", "be introduced", "be exposed",
    "be evaluated", "be assessed", "be screened",
)  # fmt: skip
#: Words that may stand between two verbs of one object ("reach for and hold").
_JOINERS: Final = frozenset({"for", "on", "off", "up", "out", "in", "to", "down", "at", "over", "into", "away"})
_PERCENT = re.compile(r"\d\s*(?:%|percent\b|per\s+cent\b)", re.IGNORECASE)
_CERTAIN = re.compile(r"\b100\s*(?:%|percent|per\s+cent)", re.IGNORECASE)
_BODY_MEASURE = re.compile(r"\d\s*(?:°|degrees?|lbs?\b|pounds?|kg\b|/5\b|cm\b|seconds?)", re.IGNORECASE)
#: Verbs which, with a body function after them, say how the body is and not what is done.
_CHANGE: Final = (
    "achieve", "attain", "reach", "have", "tolerate", "maintain", "perform", "complete", "hold", "squeeze", "show",
    "demonstrate", "exhibit", "reduce", "decrease", "display", "do", "lift", "stand", "sit", "place", "pinch", "grasp",
)  # fmt: skip


def flaws_of_action(reading: Reading) -> Iterator[Flaw]:
    """What is wrong with the action of a goal; the first that undoes it ends the list."""
    act = reading.act
    if act is None:
        yield "no_what", None
        return
    span = (act.start, act.start + len(act.verb))
    undone = _undone(reading, act)
    if undone:
        yield undone, span
        return
    if is_vague(act):
        yield ("vague_start" if seen_all_the_same(act) else "body_linked"), span
    elif begins(act, words.SOFT) and not reading.counted:
        yield "soft_verb", span
    second = _second(act)
    if second:
        yield "two_behaviours", second


def _undone(reading: Reading, act: Behaviour) -> str:
    """The rule by which the action is no action, or nothing."""
    if is_service(act):
        return "service"
    is_body = bool(whole_words(words.BODY).search(_object(reading, act))) and (is_vague(act) or begins(act, _CHANGE))
    is_body = is_body or bool(whole_words(words.EXERCISE).search(act.phrase))
    has_day = ties_to_day(reading.text, [*reading.measure, *reading.time, *reading.baseline])
    if is_body and not has_day:
        return "body_only"
    if is_vague(act) and not seen_all_the_same(act):
        measured = bool(whole_words(words.BODY).search(act.phrase) and _BODY_MEASURE.search(act.phrase))
        return "" if measured and has_day else "vague_verb"
    return ""


def _object(reading: Reading, act: Behaviour) -> str:
    """What the verb acts on, with the subject where that is a thing of the person ("the client's balance will …")."""
    before = reading.text[reading.who[1][1] if reading.who else 0 : act.start] if reading.who else ""
    subject = before if before.startswith(("'s", "s'")) else ""
    return subject + re.split(r"[,(]|\b(?:using|with|while|for|to|given|within|during|when|after)\b", act.phrase)[0]


def is_service(act: Behaviour) -> bool:
    """Whether the client only gets a service ("will receive OT twice a week")."""
    verbs, services = alternatives(words.SERVICE_VERB), alternatives(words.SERVICE)
    between = r"(?:(?!to\b|by\b|using\b|after\b|when\b|during\b|with\b)[\w/'’-]+\s+){0,5}?"
    direct = rf"(?:{verbs})\s+(?:(?:with|by|in|to|for)\s+)?{between}(?:{services})(?![\w])"
    return bool(re.match(direct, act.phrase.strip(), re.IGNORECASE)) or begins(act, _GIVEN)


def _second(act: Behaviour) -> Span | None:
    """Where a second action of its own object begins, or nothing."""
    action = alternatives(words.ACTION)
    joined = re.compile(
        rf"\s(?:and|&|,\s*then|and\s+then)\s+(?:will\s+|then\s+)?(?:\w+ly\s+)?(?P<verb>{action})\s+"
        r"(?!and\b|in\b|at\b|on\s*$)(?:\w)",
        re.IGNORECASE,
    )
    for hit in joined.finditer(act.rest):
        before = act.rest[: hit.start()].split()
        clause = re.split(r"[,(]|\b(?:when|while|given|using|with|by|as measured|to)\b", act.rest[: hit.start()])
        is_pair = (act.verb, hit["verb"].lower()) in words.PAIRS
        has_object = any(word.lower() not in _JOINERS for word in before)
        if has_object and len(clause) == 1 and not is_pair:
            start = act.start + len(act.verb) + hit.start("verb")
            return start, start + len(hit["verb"])
    return None


def flaws_of_criterion(reading: Reading) -> Iterator[Flaw]:
    """Percentages of nothing, and shares where only every time will do."""
    for start, end in reading.criterion:
        said = reading.text[start:end]
        if _PERCENT.search(said) and not has_unit(said) and not reading.counted:
            yield "bare_percent", (start, end)
            break
    risky = whole_words(words.SAFETY).search(reading.act.phrase if reading.act else reading.text)
    for start, end in reading.criterion:
        said = reading.text[start:end]
        if risky and _PERCENT.search(said) and not _CERTAIN.search(said):
            yield "partly_safe", (start, end)
            break


def flaws_of_wording(reading: Reading) -> Iterator[Flaw]:
    """Names, birth dates, diagnoses, eligibility, and what is not to happen."""
    text = reading.text
    yield from (("name", span) for span in names(text))
    yield from (("birth_date", hit.span()) for hit in _BIRTH.finditer(text))
    hit = _ELIGIBLE.search(text)
    if hit:
        yield "eligibility", hit.span()
    cause = compiled(_CAUSE + rf"(?:\w+\s+){{0,2}}?(?:{alternatives(words.DIAGNOSIS)})(?!\w)").search(text)
    if cause:
        yield "diagnosis", cause.span()
    if reading.act and begins(reading.act, words.NEGATIVE):
        yield "negative", (reading.act.start, reading.act.start + len(reading.act.verb))


def is_open_time(reading: Reading) -> bool:
    """Whether the only time frame is an event without a date."""
    return bool(reading.time) and all(
        spans("weak_time", reading.said(span)) and not re.search(r"\d", reading.said(span)) for span in reading.time
    )
