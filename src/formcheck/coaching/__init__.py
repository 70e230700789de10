"""From measurements to training: praise, cues, drills and a weekly plan."""

from formcheck.coaching.advice import coach
from formcheck.coaching.drillcheck import DrillCheck, check_drill, checkable
from formcheck.coaching.library import Drill, drills, find_drill
from formcheck.coaching.plan import Focus, Trainee, Week, plan_week

DRILLS: dict[str, Drill] = drills()

__all__ = [
    "DRILLS",
    "Drill",
    "DrillCheck",
    "Focus",
    "Trainee",
    "Week",
    "check_drill",
    "checkable",
    "coach",
    "find_drill",
    "plan_week",
]
