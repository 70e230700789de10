"""`plan_weeks`: several weeks, each built on the ones before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from formcheck.coaching.plan import plan_week
from formcheck.coaching.plan_limits import used_to
from formcheck.coaching.plan_rules import plan_rules
from formcheck.coaching.plan_types import WEEK, Phase, Plan, Trainee, Week
from formcheck.errors import UsageError

RECENT_WEEKS = 4  # they hold the longest run of the last 30 days


def plan_weeks(trainee: Trainee, start: date, weeks: int = 4) -> Plan:
    """Return a plan of some weeks; it ends with the week of the race.

    Each week may grow beyond the fullest so far, told or planned. Every fourth is lighter, and
    the week after it does not grow.

    Raises
    ------
    UsageError
        If the number of weeks makes no sense, or the race is before the start.
    """
    most = plan_rules().phases.most_weeks
    if not 1 <= weeks <= most:
        raise UsageError(f"A plan has 1 to {most} weeks; {weeks} is not possible.")
    made: list[Week] = []
    for k in range(weeks):
        begin = start + timedelta(WEEK * k)
        made.append(plan_week(_so_far(trainee, made), begin, phase_of(k)))
        if trainee.hurts or (trainee.race and trainee.race < begin + timedelta(WEEK)):
            break
    return Plan(tuple(made))


def phase_of(week: int) -> Phase:
    """Return what a week is for, counted from 0, where no race is near."""
    every = plan_rules().phases.lighter_every
    if week % every == every - 1:
        return "lighter"
    return "steady" if week and week % every == 0 else "build"


def _so_far(trainee: Trainee, made: Sequence[Week]) -> Trainee:
    """Return the trainee as if the planned weeks had been run.

    The fullest week so far stays the usual one; the longest run is that of the last four weeks.
    """
    if not made:
        return trainee
    told, recent = used_to(trainee), made[-RECENT_WEEKS:]
    runs = [day.km for week in recent for day in week.days]
    longest = max(*runs, told.longest if len(made) < RECENT_WEEKS else 0.0)
    return replace(trainee, weekly_km=max(told.week, *(week.km for week in made)), longest_km=longest)
