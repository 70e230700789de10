"""From measurements to training: praise, cues, drills and a weekly plan."""

from formcheck.coaching.advice import coach, to_try
from formcheck.coaching.drillcheck import DrillCheck, check_drill, checkable
from formcheck.coaching.library import Drill, drills, find_drill

DRILLS: dict[str, Drill] = drills()

__all__ = [
    "DRILLS",
    "Drill",
    "DrillCheck",
    "check_drill",
    "checkable",
    "coach",
    "find_drill",
    "to_try",
]
