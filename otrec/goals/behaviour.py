"""Who does what in a goal sentence: the subject, the verb after it, and whether that verb can be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from otrec.goals import words
from otrec.goals.patterns import alternatives, blanked, compiled, whole_words

Span = tuple[int, int]
Kind = Literal["client", "caregiver", "pronoun", "code", "name", "staff"]

_SUBJECT: Final[tuple[tuple[Kind, str], ...]] = (
    (
        "staff",
        r"(?<!['’]s\s)\b(?:the\s+|an?\s+|her\s+|his\s+|their\s+)?"
        r"<staff>(?:\s+(?:staff|team|and\s+\w+))?\s+(?:also\s+)?<modal>\b",
    ),
    ("client", r"\b(?:the\s+|this\s+|our\s+|my\s+|each\s+|an?\s+)?<client>\b(?=[^.;!?]{0,160}?\b<modal>\b)"),
    ("client", r"(?:^|(?<=[.:;,\d])\s*)(?:the\s+|this\s+)?<client>\s+(?=(?:\w+ly\s+)?<deed>e?s\b)"),
    ("client", r"(?:^|(?<=[.:;,\d])\s*)(?:the\s+)?<client>\s+to\s+(?=[a-z])"),
    ("caregiver", r"\b(?:the\s+|his\s+|her\s+|their\s+)?<caregiver>\b(?=[^.;!?,]{0,60}?\b<modal>\b)"),
    ("pronoun", r"\b(?:he|she|they|i|s/he|he/she|she/he)\s+(?=<modal>\b)|\bi['’]ll\b"),
    (
        "code",
        r"\b[a-z]{0,3}-?\d{2,5}\s+(?=<modal>\b)|\[[^\]]{1,20}\]\s*(?=<modal>\b)|"
        r"_{2,}\s*(?=<modal>\b)|\b(?:[a-z]\.){1,3}\s*(?=<modal>\b)",
    ),
)  # fmt: skip
_NAME = re.compile(
    r"\b([A-Z][a-zà-ÿ'’-]+(?:\s+[A-Z][a-zà-ÿ'’-]*\.?)?|[A-Z]{1,3})\s+(?=(?:will|shall|can|is able to)\b)"
)
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+[A-Z][\w'’-]+")
_MODAL_VERB = (
    r"\b(?:<modal>|<client>\s+to|i['’]ll)\s+(?P<fill>(?:(?:(?:be|become)\s+able\s+to|be\s+expected\s+to|have\s+the\s+ability\s+to|"
    r"(?:demonstrate|show|exhibit|display)\s+(?:the\s+|an?\s+|increased\s+|improved\s+)?(?:ability|capacity)\s+to|consistently|also|then|always|"
    r"(?!apply\b|supply\b|reply\b|rely\b|comply\b|fly\b)\w+ly|continue\s+to|safely\s+and|verbally|self[\s-]|mod\.?\s+i|be\s+able\s+to\s+\w+ly|"
    r"(?:with|using)\s+[^,]{1,60},)\s*,?\s*(?:and\s+)?)*)"
    r"(?P<verb>(?:not\s+)?[a-z][a-z/'’-]*)(?P<rest>[^.;!?]{0,200})"
)
_UNSEEN_GERUNDS: Final = frozenset(
    {"improving", "increasing", "understanding", "learning", "using", "receiving", "being", "attending", "enhancing"}
)
_DOT = re.compile(
    r"(?<=\d)\.(?=\d)|(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)|(?<=\bw)\.|(?<=\bmin)\.|(?<=\bapprox)\.|(?<=\bpt)\.|(?<=\bPt)\.|(?<=\bwks)\.|(?<=\bmins)\."
)


@dataclass(frozen=True)
class Behaviour:
    """The verb of a goal and what comes after it; `start` and `end` mark both in the text."""

    verb: str
    rest: str
    start: int
    end: int

    @property
    def phrase(self) -> str:
        return f"{self.verb}{self.rest}"


def subject(text: str) -> tuple[Kind, Span] | None:
    """Who acts in a goal: the client if one is named before a verb, or else whoever stands there.

    >>> subject("The student will write.")
    ('client', (0, 11))
    >>> subject("The OT will provide a visual schedule.")[0]
    'staff'
    """
    text = _DOT.sub(" ", text)
    found: dict[Kind, Span] = {}
    for kind, pattern in _SUBJECT:
        hit = compiled(pattern).search(text)
        if hit and kind not in found:
            found[kind] = _trimmed(text, hit.span())
    named = _name_before_verb(text)
    if named:
        found["name"] = named
    staff = found.get("staff")
    if staff and _same_start(staff, found.get("client")):
        found.pop("client")
    for kind in ("client", "code", "name", "caregiver", "pronoun", "staff"):
        if kind in found and not (kind != "staff" and staff and found[kind][0] > staff[1] and kind != "client"):
            return kind, found[kind]
    return None


def _same_start(staff: Span, client: Span | None) -> bool:
    return client is not None and staff[0] <= client[0] < staff[1]


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    modal = compiled(r"\s+(?:also\s+)?<modal>$|\s+to\s*$").search(text[start:end])
    end = start + modal.start() if modal else end
    return start, start + len(text[start:end].rstrip())


def _name_before_verb(text: str) -> Span | None:
    known = whole_words((*words.CLIENT, *words.CAREGIVER, *words.STAFF, *words.PRONOUN, *words.OCCUPATION, *words.BODY))
    for hit in _NAME.finditer(text):
        said = hit.group(1)
        is_other = said.split()[0].lower().endswith("ing") or len(said) == 1
        if (
            not known.search(said)
            and not is_other
            and said.lower() not in {"this", "that", "it", "there", "goal", "all", "these", "who"}
        ):
            return hit.start(1), hit.end(1)
    return None


def names(text: str) -> list[Span]:
    """What looks like a person's name: before "will", or after a title.

    >>> names("Jordan will tie shoes with Mrs. Lee.")
    [(0, 6), (27, 35)]
    """
    before = _name_before_verb(text)
    return [*([before] if before else []), *(hit.span() for hit in _TITLE.finditer(text))]


def behaviour(text: str) -> Behaviour | None:
    """The verb that the goal is about: after "will", or else at its start.

    >>> behaviour("The student will independently write five words.").verb
    'write'
    >>> behaviour("Don socks with min A").verb
    'don'
    """
    flat = _DOT.sub(" ", text)
    hits = list(compiled(_MODAL_VERB).finditer(flat))
    if hits:
        hit = next((item for item in hits if compiled(r"<client>").search(flat[: item.start("verb")])), hits[0])
        return Behaviour(hit["verb"].lower(), hit["rest"], hit.start("verb"), hit.end())
    told = compiled(r"<client>\s+(?:\w+ly\s+)?(?P<verb><deed>)e?s\b(?P<rest>[^.;!?]{0,200})").search(flat)
    if told:
        return Behaviour(told["verb"].lower(), told["rest"], told.start("verb"), told.end())
    first = re.search(
        rf"(?:^|[:,]\s*|\bto\s+)(?:\w+ly\s+)?\b(?P<verb>{alternatives(words.ACTION)})\b(?P<rest>[^.;!?]{{0,200}})",
        flat,
        re.IGNORECASE,
    )
    return Behaviour(first["verb"].lower(), first["rest"], first.start("verb"), first.end()) if first else None


def begins(act: Behaviour, items: tuple[str, ...]) -> bool:
    """Whether the verb phrase begins with one of some words or phrases."""
    return bool(re.match(rf"(?:{alternatives(items)})(?![\w])", act.phrase.strip(), re.IGNORECASE))


def is_vague(act: Behaviour) -> bool:
    """Whether nobody could see the verb done ("improve", "demonstrate understanding").

    >>> is_vague(behaviour("The client will demonstrate improved coordination."))
    True
    """
    if begins(act, words.SHOW):
        return bool(
            re.match(
                rf"\s*(?:an?\s+|the\s+|overall\s+)?(?:{alternatives(words.VAGUE_OBJECT)})(?![\w])",
                act.rest,
                re.IGNORECASE,
            )
        )
    return begins(act, words.VAGUE)


def seen_all_the_same(act: Behaviour) -> bool:
    """Whether a vague verb is followed by what is seen: "learn to tie", "improve writing by copying five words"."""
    action = rf"(?:{alternatives(words.ACTION)})"
    if begins(act, words.STRIKE_OUT) and re.search(
        rf"\b(?:to|able\s+to)\s+(?:\w+ly\s+)?{action}\b", act.phrase, re.IGNORECASE
    ):
        return True
    gerund = re.search(
        r"\b(?:by|through|as\s+(?:evidenced|demonstrated|shown|seen|measured)\s+by)\s+(?:\w+ly\s+)?(?P<verb>\w+ing)\b",
        act.rest,
        re.IGNORECASE,
    )
    return gerund is not None and gerund["verb"].lower() not in _UNSEEN_GERUNDS


def ties_to_day(text: str, cut: list[Span]) -> bool:
    """Whether a goal names something that people do in their day; `cut` are places that do not count."""
    return bool(whole_words(words.OCCUPATION).search(blanked(text, cut)))
