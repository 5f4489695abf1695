"""Single facts of a profile: side, hand, size of the group, minutes, delivery, setting."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from otrec.intake.ages import number
from otrec.intake.draft import Found
from otrec.models.terms import SETTING_NAMES

#: So many mentions of a fact are read; a text with more is no referral.
MOST: Final = 50
_PART: Final = (
    r"(?:arms?|hands?|wrists?|shoulders?|elbows?|thumbs?|fingers?|legs?|hips?|knees?|ankles?|foot|feet|ue|ul|le|ll|rue|lue|"
    r"upper\s{1,3}(?:limb|extremity)|lower\s{1,3}(?:limb|extremity)|index|side|breast|forearm|face|nof|tib\w*|fib\w*|clav\w*)"
)
_ILL: Final = (
    r"(?:hemi\w*|weak\w*|paresis|paralys\w*|neglect\w*|inattention|fractur\w*|broke\w*|#s?|injur\w*|amput\w*|repair\w*|"
    r"replace\w*|surgery|numb\w*|pain\w*|hurt\w*|swollen|swell\w*|stiff\w*|burn\w*|sublux\w*|frozen|contracture\w*|tight\w*|"
    r"cast|sling|release|palsy|spastic\w*|ataxia|thr|tha|tkr|tka|dhs|bka|aka|mastectomy|cts|carpal\w*|erb\w*|affected|orif|nwb|"
    r"weaker|shak\w*|tremor|drop\w*|clubhand\w*|arthrogryposis|scald|graft\w*|ends\s{1,3}below|missing|lost|heavy|aches?|clench\w*|"
    r"paperweight|ignores?|forgets|drags?|fdp|tendon\w*|metacarpal\w*|distal\s{1,3}radius|scaphoid|colles\w*|radial|ulnar|rotator|flaccid)"
)
_SAID: Final = re.compile(
    rf"\b(?P<side>left|right|l|r|lt|rt|both|bilat\w*|b/l)\b[\s'-]*(?:(?:sided?|side)\b)?(?P<part>[\s-]+{_PART}\b)?|"
    rf"\b(?P<joined>[lr])(?:ue|ul|le)\b",
    re.IGNORECASE,
)
_ILLNESS: Final = re.compile(rf"\b{_ILL}|#", re.IGNORECASE)
_PLACE_ONLY: Final = re.compile(
    r"(?:on\s{1,3}the|to\s{1,3}the|turns?(?:\s{1,3}to)?(?:\s{1,3}the)?|from\s{1,3}the|of\s{1,3}the|cars\s{1,3}on\s{1,3}the|splint|half|stroke|cva|bed|chest)\s{0,3}$",
    re.IGNORECASE,
)
_BRAIN: Final = re.compile(
    r"\b(?P<side>left|right|l|r|lt|rt)[\s-]+(?:sided?\s{1,3})?(?:mca\w*|cva|stroke|infarct\w*|ich|hemisphere|parietal|frontal|basal|aca|pca|lacunar|thalamic)",
    re.IGNORECASE,
)
_HAND: Final = re.compile(
    r"\b(?:(?P<a>left|right|l|r)[\s-]+hand(?:ed|er)\b|(?P<b>left|right|l|r)[\s-]+(?:hand[\s-]+)?(?:is\s{1,3})?dominant|"
    r"(?:dominant\s{1,3}(?:hand|side)\s{0,3}(?:is|:)?\s{0,3}(?:the\s{1,3})?|hand\s{1,3}dominance\s{0,3}:?\s{0,3})(?P<c>left|right|l|r)\b|\b(?P<d>[lr])hd\b|"
    r"writes\s{1,3}with\s{1,3}(?:his|her|their|my|the)\s{1,3}(?P<e>left|right))",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"\b(?:group|groups|class group|small group)\s{1,3}of\s{1,3}(?:about\s{1,3})?(\d{1,2}|two|three|four|five|six|seven|eight)\b|\b(\d{1,2}|two|three|four|five|six|seven|eight)\s{1,3}(?:others|children|kids|students|pupils|residents|clients|people|teens|boys|girls|adults)\s{1,3}in\s{1,3}(?:the|his|her|a|our)\s{1,3}(?:\w+\s{1,3})?group\b|\bin\s{1,3}(pairs)\b",
    re.IGNORECASE,
)
_MINUTES: Final = re.compile(
    r"\b(\d{2,3})\s{0,3}[-–]?\s{0,3}(?:min(?:ute)?s?)\b|\b(?P<hour>half\s{1,3}an?\s{1,3}hour|an\s{1,3}hour|one\s{1,3}hour|1\s{0,3}h(?:ou)?r|three\s{1,3}quarters\s{1,3}of\s{1,3}an\s{1,3}hour|thirty\s{1,3}minutes?|ten\s{1,3}minutes?|twenty\s{1,3}minutes?|fifteen\s{1,3}minutes?|forty[\s-]five\s{1,3}minutes?)\b",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(
    r"session|slot|visit|weekly|/\s{0,3}wk|group|appointment|pull[\s-]?out|per week|a week|treatment|therapy|consult|block|twice|once|ot\b|x\s{0,3}/?\s{0,3}week|daily",
    re.IGNORECASE,
)
_HOURS: Final = {
    "half": 30,
    "an": 60,
    "one": 60,
    "1": 60,
    "three": 45,
    "thirty": 30,
    "forty": 45,
    "ten": 10,
    "twenty": 20,
    "fifteen": 15,
}
_DELIVERY: Final = (
    ("telehealth", re.compile(r"\b(?:telehealth|teletherapy|tele-?therapy|zoom|video\s{1,3}(?:call|session|visit|appointment)s?|(?:by|over|via)\s{1,3}video|online\s{1,3}session|remote\s{1,3}session|virtual\s{1,3}(?:session|visit)s?)\b", re.IGNORECASE)),
    ("consult", re.compile(r"\b(?:consult(?:ation|ative)?\s{1,3}(?:only|model|basis|service|to\s{1,3}(?:class|teacher|staff))|consultative|consult-only)\b", re.IGNORECASE)),
    ("home", re.compile(r"\bhome\s{1,3}(?:programme?|exercise\s{1,3}program(?:me)?)\b|\bhep\b", re.IGNORECASE)),
)  # fmt: skip


def _side(word: str) -> str:
    letter = word.lower()[0]
    return "both" if letter == "b" else "left" if letter == "l" else "right"


def _form(kind: str, value: Any, name: str, found: re.Match[str], **more: Any) -> Found:
    words = found.group().strip()
    return Found(kind, value, name, words, found.start(), found.start() + len(words), how="form", **more)


def sides(text: str, has_stroke: bool) -> Iterator[Found]:
    """The weak or hurt side, and the dominant hand."""
    hand = _HAND.search(text)
    if hand:
        dominant = _side(next(part for part in hand.groups() if part))
        yield _form("dominant_hand", dominant, f"{dominant} hand dominant", hand)
    brain = _BRAIN.search(text)
    hurt = list(islice(_hurt(text, [found.span() for found in (hand, brain) if found]), MOST))
    if hurt:
        said = {_side(found["side"] or found["joined"]) for found in hurt}
        value = said.pop() if len(said) == 1 else "both"
        yield _form(
            "affected_side", value, f"{value} side affected" if value != "both" else "both sides affected", hurt[0]
        )
    elif brain and has_stroke:
        value = "left" if _side(brain["side"]) == "right" else "right"
        note = f"A stroke on one side of the brain usually shows on the other: is the {value} side weak?"
        yield _form("affected_side", value, f"{value} side affected", brain, status="unsure", drafted=False, note=note)


def _hurt(text: str, taken: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Words of a side near words of weakness or injury."""
    for found in _SAID.finditer(text):
        if any(start <= found.start() < end for start, end in taken) or _PLACE_ONLY.search(
            text[max(0, found.start() - 24) : found.start()]
        ):
            continue
        if len(found["side"] or "") == 1 and not found["side"].isupper():
            continue
        before = re.split(r"[.;\n]", text[max(0, found.start() - 32) : found.start()])[-1]
        after = re.split(r"[.;\n]", text[found.end() : found.end() + (36 if found["part"] else 22)])[0]
        if _ILLNESS.search(before) or _ILLNESS.search(after):
            yield found


def numbers(text: str) -> Iterator[Found]:
    """Size of the group, and length of a session."""
    group = _GROUP.search(text)
    if group:
        said = next(part for part in group.groups() if part).lower()
        size = 2 if said == "pairs" else int(number(said))
        if 1 <= size <= 30:
            yield _form("group_size", size, f"group of {size}", group)
    for found in islice(_MINUTES.finditer(text), MOST):
        said = found[1] or found["hour"]
        minutes = int(said) if said.isdigit() else _HOURS.get(re.split(r"[\s-]", said.lower())[0], 60)
        near = text[max(0, found.start() - 30) : found.end() + 30]
        if 5 <= minutes <= 120 and _SESSION.search(near):
            yield _form("minutes", minutes, f"{minutes} minutes", found)
            return


def delivery(text: str) -> Iterator[Found]:
    """How therapy is given, where it is not in person."""
    for value, form in _DELIVERY:
        found = form.search(text)
        if found:
            yield _form(
                "delivery",
                value,
                {"telehealth": "by video", "consult": "consultation", "home": "home programme"}[value],
                found,
            )
            return


#: From this age nobody is a pupil, and before that one nobody works, in years.
GROWN, WORKING = 21, 15
#: How much a word for a place counts: where somebody is treated outweighs where somebody lives or was.
_WEIGHT: Final = {
    "nicu": 5.0,
    "teletherapy": 4.0,
    "nursing_home": 3.0,
    "rehab": 3.0,
    "hospital": 2.0,
    "workplace": 1.7,
    "school": 1.6,
    "clinic": 2.0,
    "home": 1.4,
    "community": 1.2,
}


def setting(said: Iterable[Found], age: float | None) -> Found | None:
    """The place for which most was said; adults are not seen at school, nor children at work."""
    total: defaultdict[str, float] = defaultdict(float)
    first: dict[str, Found] = {}
    for item in said:
        if age is not None and (
            (item.value == "school" and age >= GROWN) or (item.value == "workplace" and age < WORKING)
        ):
            continue
        total[item.value] += _WEIGHT[item.value]
        first.setdefault(item.value, item)
    if not total:
        return None
    best = max(total, key=lambda name: (total[name], _WEIGHT[name]))
    item = first[best]
    return Found("setting", best, SETTING_NAMES[best], item.words, item.start, item.end)
