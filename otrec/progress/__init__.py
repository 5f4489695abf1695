"""Goals over time: records, the aim line and the trend, reports and notes made from recorded facts only."""

from otrec.progress.file import ProgressError, ProgressFile
from otrec.progress.notes import Line, Note, daily_note, soap
from otrec.progress.records import ActivityDone, DataPoint, GoalRecord, Mark, PhaseLine, Said, SessionRecord
from otrec.progress.report import Report, Row, Sentence, progress_report
from otrec.progress.rule import Decision, decision
from otrec.progress.series import Day, GasScore, Trend, aimline, days, gas_scores, overlap, phases, trend
from otrec.progress.wording import PROMPTS

__all__ = [
    "PROMPTS",
    "ActivityDone",
    "DataPoint",
    "Day",
    "Decision",
    "GasScore",
    "GoalRecord",
    "Line",
    "Mark",
    "Note",
    "PhaseLine",
    "ProgressError",
    "ProgressFile",
    "Report",
    "Row",
    "Said",
    "Sentence",
    "SessionRecord",
    "Trend",
    "aimline",
    "daily_note",
    "days",
    "decision",
    "gas_scores",
    "overlap",
    "phases",
    "progress_report",
    "soap",
    "trend",
]
