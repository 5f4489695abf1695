"""From a ranking to a day's work: sessions, groups, a day with one bag, a block of weeks."""

from otrec.planning.asked import Asked
from otrec.planning.caseload import Suggestion, free_times, suggest_groups
from otrec.planning.clash import PlanError, Relaxation
from otrec.planning.day import Day, Unlock, pack_day
from otrec.planning.days import day_of, time_of
from otrec.planning.group import GroupPlan, Member, plan_group
from otrec.planning.home import HomeItem, home_programme
from otrec.planning.limits import Binding
from otrec.planning.plan import Plan, Slot
from otrec.planning.programme import Block, plan_programme
from otrec.planning.session import plan_session
from otrec.planning.sheet import Material

__all__ = [
    "Asked",
    "Binding",
    "Block",
    "Day",
    "GroupPlan",
    "HomeItem",
    "Material",
    "Member",
    "Plan",
    "PlanError",
    "Relaxation",
    "Slot",
    "Suggestion",
    "Unlock",
    "day_of",
    "free_times",
    "home_programme",
    "pack_day",
    "plan_group",
    "plan_programme",
    "plan_session",
    "suggest_groups",
    "time_of",
]
