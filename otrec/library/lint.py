"""Lints of a library: near twins, reading grades, untagged hazards, idle hazards, thin corners, link strengths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from otrec.library.coverage import thin_corners
from otrec.library.problems import Problem
from otrec.library.strengths import wrong_strengths
from otrec.models import Activity

if TYPE_CHECKING:
    from otrec.library import Library

#: Cosine of TF-IDF vectors (words and word pairs, sublinear, English stop words) above which two activities count as
#: near twins. The most alike pair that a second reader kept as different has 0.25 (two swings that share their safety
#: sentences); half a shared text gives about 0.5.
TWIN_COSINE: Final = 0.3
#: US reading grade that family wording may not pass (features: handouts at grade 9-10 are not read).
FAMILY_GRADE: Final = 6.0
#: US reading grade that teacher wording may not pass; it is read between two lessons.
TEACHER_GRADE: Final = 8.0
_SENTENCE = re.compile(r"[.!?:;]+")
_WORD = re.compile(r"[A-Za-z']+")
TEXTS: Final[dict[str, Callable[[Activity], str]]] = {
    "name, purpose and steps": lambda item: " ".join((item.name, item.purpose, *item.steps)),
    "steps": lambda item: " ".join(item.steps),
}


def near_twins(library: Library, limit: float = TWIN_COSINE) -> list[Problem]:
    """Pairs of activities whose texts are too much alike, by whole text and by steps alone."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    activities = list(library.activities.values())
    found = []
    for part, text in TEXTS.items():
        vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True, ngram_range=(1, 2))
        rows = vectors.fit_transform([text(item) for item in activities])
        likeness = (rows @ rows.T).toarray()
        for one, two in np.argwhere(np.triu(likeness, k=1) > limit):
            message = (
                f"is a near twin of {activities[two].id}: cosine {likeness[one, two]:.2f} in {part}, limit {limit:g}"
            )
            found.append(Problem("activities.csv", f"({activities[one].id})", "steps", message))
    return found


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59.

    Kincaid et al. 1975, Research Branch Report 8-75. Syllables are counted by the hyphenation patterns of pyphen, which
    find fewer than a speaker does in some words; colons and semicolons end a sentence here.

    >>> reading_grade("Peg up the towel. Let him do it.") < 2 < reading_grade("Facilitate independent participation.")
    True
    """
    import pyphen

    patterns = pyphen.Pyphen(lang="en_US")
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    syllables = sum(len(patterns.inserted(word).split("-")) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def hard_wording(library: Library) -> list[Problem]:
    """Family and teacher wordings above their reading grade, and school activities without teacher wording."""
    found = []
    for row, item in enumerate(library.activities.values(), start=2):
        place = f"row {row} ({item.id})"
        for column, text, limit in (("family", item.family, FAMILY_GRADE), ("teacher", item.teacher, TEACHER_GRADE)):
            grade = reading_grade(text)
            if grade > limit:
                message = f"reads at US grade {grade:.1f}, limit {limit:g}; use shorter words and sentences"
                found.append(Problem("activities.csv", place, column, message))
        if "school" in item.settings and not item.teacher:
            message = (
                "is empty, and the activity can be run in a school; say what the teacher sets up, says and watches"
            )
            found.append(Problem("activities.csv", place, "teacher", message))
    return found


def untagged_hazards(library: Library) -> list[Problem]:
    """Activities whose name, steps, materials or essential tools hold a word of a hazard that they do not carry."""
    found = []
    told = {name: _told(item, library) for name, item in library.activities.items()}
    for hazard in library.hazards.values():
        if not hazard.words:
            continue
        words, harmless = _pattern(hazard.words), _pattern(hazard.harmless) if hazard.harmless else None
        for row, item in enumerate(library.activities.values(), start=2):
            if hazard.id in item.hazards or item.id in hazard.cleared:
                continue
            hit = words.search(harmless.sub(" ", told[item.id]) if harmless else told[item.id])
            if hit:
                message = (
                    f"says {hit.group()!r} without the hazard {hazard.id!r}: tag it, "
                    f"or give the reason under 'cleared' of that hazard in safety.yaml"
                )
                found.append(Problem("activities.csv", f"row {row} ({item.id})", "hazards", message))
    return found


def _told(item: Activity, library: Library) -> str:
    tools = (library.tools[name].name for name in item.tools if name in library.tools)
    return " . ".join((item.name, *item.steps, *item.materials, *tools)).lower()


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words or phrases, with a plural s; `*` at the end stands for any ending."""
    parts = (re.escape(word.lower().removesuffix("*")) + (r"\w*" if word.endswith("*") else "s?") for word in words)
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")


def idle_hazards(library: Library) -> list[Problem]:
    """Hazards that no rule acts on, or that no activity carries, and clearings of what needs none."""
    ruled = {name for rule in library.rules for name in (*rule.what.hazards, *rule.what.and_hazards)}
    carried = {name for item in library.activities.values() for name in item.hazards}
    found = []
    for hazard in library.hazards.values():
        for known, what in ((ruled, "no rule acts on it"), (carried, "no activity carries it")):
            if hazard.id not in known:
                found.append(Problem("safety.yaml", f"hazard {hazard.id}", "", what))
        for name in hazard.cleared:
            if name not in library.activities:
                found.append(Problem("safety.yaml", f"hazard {hazard.id}", "cleared", f"{name!r} is no activity"))
            elif hazard.id in library.activities[name].hazards:
                message = f"{name} carries the hazard; take it off the cleared ones"
                found.append(Problem("safety.yaml", f"hazard {hazard.id}", "cleared", message))
    return found


def pathless(library: Library) -> list[Problem]:
    """Activities with a primary barrier that none of their techniques is linked to: no evidence light follows."""
    linked = {(edge.barrier, edge.technique) for edge in library.addressed_by}
    found = []
    for row, item in enumerate(library.activities.values(), start=2):
        for barrier in item.primary:
            if not any((barrier, technique) in linked for technique in item.techniques):
                message = f"{barrier!r} is reached by none of the techniques {', '.join(item.techniques)}"
                found.append(Problem("activities.csv", f"row {row} ({item.id})", "primary", message))
    return found


#: Every lint by the word for what it looks at.
LINTS: Final[dict[str, Callable[[Library], list[Problem]]]] = {
    "coverage": thin_corners,
    "duplicates": near_twins,
    "reading grade": hard_wording,
    "hazards": lambda library: [*untagged_hazards(library), *idle_hazards(library)],
    "evidence": lambda library: [*pathless(library), *wrong_strengths(library)],
}


def lint(library: Library) -> list[Problem]:
    """All lints, for `otrec validate --lint`.

    They hold a library to the standards of the bundled one; a folder of a few activities is below its coverage.
    """
    return [problem for look in LINTS.values() for problem in look(library)]
