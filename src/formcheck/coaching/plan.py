"""`plan_week`: one week of training from past training, current ability and measured needs.

The structure of the week follows the article. Two limits bound its size (plan.toml, caps): the
increase over a usual week, and the increase over the longest run of the last 30 days
(plan_limits.py). Within them it holds at least the usual week's share that plan.toml names.
The function is pure and deterministic: the same runner and day give the same week.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from math import inf

from formcheck.coaching.plan_days import rest_week, week_days
from formcheck.coaching.plan_limits import WeekLimits, limits, used_to
from formcheck.coaching.plan_reasons import cap_notes, focus_notes, other_notes
from formcheck.coaching.plan_rules import plan_rules
from formcheck.coaching.plan_share import shared
from formcheck.coaching.plan_types import (
    MOST_KM,
    WEEK,
    Day,
    Focus,
    Part,
    Phase,
    Plan,
    Trainee,
    Week,
    days_apart,
    fixed_km,
    for_distance,
    race_this_week,
)
from formcheck.errors import UsageError

__all__ = [
    "MOST_KM",
    "Day",
    "Focus",
    "Part",
    "Plan",
    "Trainee",
    "Week",
    "next_monday",
    "plan_week",
    "spread",
]


def plan_week(trainee: Trainee, start: date, phase: Phase | None = None) -> Week:
    """Return the week that starts on `start`.

    Parameters
    ----------
    phase : what the week is for; None = a week of building, or what a race near it asks for

    Raises
    ------
    UsageError
        If the race is before the start of the week.
    """
    if trainee.race is not None and trainee.race < start:
        raise UsageError(f"The race on {trainee.race:%d %B %Y} is before the week of {start:%d %B %Y}.")
    phase = near_race(trainee, start) or phase or "build"
    may = limits(trainee, phase)
    if trainee.hurts:
        see_somebody = (plan_rules().notes["hurts"],)
        return Week(trainee, rest_week(start), may.week, may.run, see_somebody, "rest")
    free = _free_days(trainee, start)
    kinds, left_out = _affordable(trainee, _kinds(trainee, start), may)
    kinds, dropped = _fitting(kinds, free)
    given = shared(trainee, kinds, len(free), may)
    days = week_days(trainee, start, given.kinds, spread(given.kinds, free), given.km)
    week = Week(trainee, days, may.week, may.run, phase=phase)
    notes = (*focus_notes(week), *cap_notes(week), *used_to(trainee).notes, *left_out, *dropped)
    return replace(week, notes=(*notes, *other_notes(week)))


def near_race(trainee: Trainee, start: date) -> Phase | None:
    """Return what the race asks of a week: "race" in its own, "taper" in the week before, else None."""
    if trainee.race is None:
        return None
    if race_this_week(trainee, start):
        return "race"
    long_enough = (trainee.goal_km or 0.0) >= plan_rules().phases.taper_from_km
    return "taper" if long_enough and race_this_week(trainee, start + timedelta(WEEK)) else None


def next_monday(today: date) -> date:
    """Return the next Monday, or today if it is a Monday."""
    return today + timedelta(-today.weekday() % WEEK)


def _free_days(trainee: Trainee, start: date) -> tuple[int, ...]:
    """Return the days of the week (0 = `start`'s own) that may hold a session."""
    last = (trainee.race - start).days - 1 if trainee.race and race_this_week(trainee, start) else WEEK
    return tuple(k for k in range(WEEK) if (start.weekday() + k) % WEEK in trainee.days and k < last)


def _kinds(trainee: Trainee, start: date) -> list[str]:
    """Return the wanted sessions, most important first, with a rest day and a limit on hard ones."""
    level = plan_rules().levels[trainee.level]
    count = min(len(_free_days(trainee, start)), level.most_days, WEEK - 1)
    if race_this_week(trainee, start):
        return ["easy"] * min(count, 2)
    wanted = list(level.distance if for_distance(trainee) else level.speed)[:count]
    hard = [k for k, kind in enumerate(wanted) if plan_rules().sessions[kind].hard][level.most_hard :]
    return ["easy" if k in hard else kind for k, kind in enumerate(wanted)]


def _affordable(trainee: Trainee, kinds: list[str], may: WeekLimits) -> tuple[list[str], tuple[str, ...]]:
    """Replace hard sessions with easy runs if the weekly distance is too small for them."""
    rules, notes = plan_rules(), []
    left = rules.caps.hard_share * min(may.week, may.wanted)
    kept = list(kinds)
    for k, kind in enumerate(kinds):
        rule = rules.sessions[kind]
        if not rule.hard:
            continue
        km = fixed_km(rule, trainee)
        if km <= min(may.run, left):
            left -= km
        else:
            kept[k] = "easy"
            notes.append(rules.notes["replaced"].format(title=rule.title.lower()))
    return kept, tuple(notes)


def _fitting(kinds: list[str], free: tuple[int, ...]) -> tuple[list[str], tuple[str, ...]]:
    """Drop hard sessions, least important first, until none must be on adjacent days."""
    notes = []
    kept = list(kinds)
    while kept and not spread(tuple(kept), free):
        last = max(k for k, kind in enumerate(kept) if plan_rules().sessions[kind].hard)
        title = plan_rules().sessions[kept[last]].title
        kept[last] = "easy"
        notes.append(plan_rules().notes["apart"].format(title=title))
    return kept, tuple(dict.fromkeys(notes))


@cache
def spread(kinds: tuple[str, ...], free: tuple[int, ...]) -> tuple[int, ...]:
    """Return a day for each session, closest to the article's week; () if hard days are adjacent.

    The last day of the week is adjacent to the first, because the next week follows.
    """
    rules = [plan_rules().sessions[kind] for kind in kinds]
    best, found = inf, ()  # type: float, tuple[int, ...]
    for days in permutations(free, len(kinds)):
        hard = {day for day, rule in zip(days, rules) if rule.hard}
        if any((day + 1) % WEEK in hard for day in hard):
            continue
        cost = sum(days_apart(day, rule.weekday) for day, rule in zip(days, rules))
        if cost < best:
            best, found = cost, days
    return found
