"""Goals: wording them (COAST, SMART), reading them as a reviewer would, and scoring them (GAS, COPM)."""

from otrec.goals.build import build_goal
from otrec.goals.copm import THRESHOLDS, CopmChange, CopmScores, copm_change
from otrec.goals.draft import GoalDraft
from otrec.goals.gas import GasChange, gas_change, gas_t, gas_table
from otrec.goals.gas_scale import GasScale
from otrec.goals.levels import ASSIST_LEVELS, PROMPT_LEVELS, HelpLevel, help_level, help_levels
from otrec.goals.lint import lint
from otrec.goals.measures import MEASURES, Measure
from otrec.goals.phrases import OCCUPATION_WORDINGS, wordings_of
from otrec.goals.review import Finding, GoalReview

__all__ = [
    "ASSIST_LEVELS",
    "CopmChange",
    "CopmScores",
    "Finding",
    "GasChange",
    "GasScale",
    "GoalDraft",
    "GoalReview",
    "HelpLevel",
    "MEASURES",
    "Measure",
    "OCCUPATION_WORDINGS",
    "PROMPT_LEVELS",
    "THRESHOLDS",
    "build_goal",
    "copm_change",
    "gas_change",
    "gas_t",
    "gas_table",
    "help_level",
    "help_levels",
    "lint",
    "wordings_of",
]
