"""Study: questions for students, generated from the skill graph and the library, with spaced review and Anki export."""

from otrec.study.anki import anki_deck
from otrec.study.questions import KIND_NAMES, KINDS, Kind, Option, Question
from otrec.study.review import AreaProgress, Progress, ProgressError, RatingWord, Record
from otrec.study.study import AREAS, Study

__all__ = [
    "AREAS",
    "AreaProgress",
    "KINDS",
    "KIND_NAMES",
    "Kind",
    "Option",
    "Progress",
    "ProgressError",
    "Question",
    "RatingWord",
    "Record",
    "Study",
    "anki_deck",
]
