"""From measurements to training: praise, cues, drills and a weekly plan."""

from formcheck.coaching.advice import coach, to_try
from formcheck.coaching.drillcheck import DrillCheck, check_drill, checkable
from formcheck.coaching.library import Drill, drills, find_drill
from formcheck.coaching.plan import Focus, Plan, Trainee, Week, plan_week
from formcheck.coaching.plan_weeks import plan_weeks

DRILLS: dict[str, Drill] = drills()

__all__ = [
    "DRILLS",
    "Drill",
    "DrillCheck",
    "Focus",
    "Plan",
    "Trainee",
    "Week",
    "check_drill",
    "checkable",
    "coach",
    "find_drill",
    "plan_week",
    "plan_weeks",
    "to_try",
]
