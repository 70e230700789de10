"""`plan_week`: one week of training from past training, current ability and measured needs.

The structure of the week follows the article. Two limits bound its size (plan.toml, caps):
the increase over a usual week, and the increase over the longest run of the last 30 days.
The function is pure and deterministic: the same runner and day give the same week.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from math import floor, inf

from formcheck.coaching.plan_days import fixed_km, rest_week, week_days
from formcheck.coaching.plan_nouns import (
    MOST_KM,
    WEEK,
    Day,
    Focus,
    Part,
    Trainee,
    Week,
    days_apart,
    easy_pace,
    for_distance,
    race_this_week,
)
from formcheck.coaching.plan_reasons import cap_notes, focus_notes, other_notes
from formcheck.coaching.plan_rules import LEVELS, plan_rules
from formcheck.errors import UsageError

__all__ = [
    "MOST_KM",
    "Day",
    "Focus",
    "Part",
    "Trainee",
    "Week",
    "limits",
    "next_monday",
    "plan_week",
    "spread",
]


def plan_week(trainee: Trainee, start: date) -> Week:
    """Return the week that starts on `start`.

    Raises
    ------
    UsageError
        If the race is before the start of the week.
    """
    if trainee.race is not None and trainee.race < start:
        raise UsageError(f"The race on {trainee.race:%d %B %Y} is before the week of {start:%d %B %Y}.")
    week_cap, run_cap, notes = limits(trainee)
    if trainee.hurts:
        return Week(trainee, rest_week(start), week_cap, run_cap, (plan_rules().notes["hurts"],))
    kinds, left_out = _affordable(trainee, _kinds(trainee, start), week_cap, run_cap)
    kinds, dropped = _fitting(kinds, _free_days(trainee, start), trainee)
    placed = spread(tuple(kinds), _free_days(trainee, start))
    flexible = _distances(trainee, kinds, week_cap, run_cap)
    days = week_days(trainee, start, kinds, placed, flexible)
    week = Week(trainee, days, week_cap, run_cap)
    return replace(
        week, notes=(*focus_notes(week), *cap_notes(week), *notes, *left_out, *dropped, *other_notes(week))
    )


def next_monday(today: date) -> date:
    """Return the next Monday, or today if it is a Monday."""
    return today + timedelta(-today.weekday() % WEEK)


def limits(trainee: Trainee) -> tuple[float, float, tuple[str, ...]]:
    """Return the largest km of the week and of one run, with notes on values that are assumed."""
    caps, words = plan_rules().caps, plan_rules().notes
    usual, longest = trainee.weekly_km or 0.0, trainee.longest_km or 0.0
    growth = 1 + caps.week_growth[LEVELS.index(trainee.level)]
    start = {"run": caps.start_run_km, "week": caps.start_week_km}
    if not usual and not longest:
        return caps.start_week_km, caps.start_run_km, (words["start"].format(**start),)
    if not longest:
        return (
            usual * growth,
            min(caps.start_run_km, usual * growth),
            (words["longest_unknown"].format(**start),),
        )
    run = longest * (1 + caps.run_growth)
    if not usual:
        return longest * growth, run, (words["usual_unknown"],)
    return usual * growth, min(run, usual * growth), ()


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


def _affordable(
    trainee: Trainee, kinds: list[str], week_cap: float, run_cap: float
) -> tuple[list[str], tuple[str, ...]]:
    """Replace hard sessions with easy runs if the weekly distance is too small for them."""
    rules, left, notes = plan_rules(), plan_rules().caps.hard_share * week_cap, []
    kept = list(kinds)
    for k, kind in enumerate(kinds):
        rule = rules.sessions[kind]
        if not rule.hard:
            continue
        km = fixed_km(rule, trainee)
        if km <= min(run_cap, left):
            left -= km
        else:
            kept[k] = "easy"
            notes.append(rules.notes["replaced"].format(title=rule.title.lower()))
    return kept, tuple(notes)


def _fitting(kinds: list[str], free: tuple[int, ...], trainee: Trainee) -> tuple[list[str], tuple[str, ...]]:
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


def _distances(trainee: Trainee, kinds: list[str], week_cap: float, run_cap: float) -> list[float]:
    """Return the km of each session: fixed ones unchanged, the rest shared and rounded down to 0.1 km."""
    rules, pace = plan_rules(), easy_pace(trainee)
    fixed = [
        0.0 if rules.sessions[kind].flexible else fixed_km(rules.sessions[kind], trainee) for kind in kinds
    ]
    weight = {"long": 2.0, "easy": 1.0, "agility": 0.5}
    total = sum(weight.get(kind, 0.0) for kind in kinds)
    left = week_cap - sum(fixed)
    found = []
    for kind, km in zip(kinds, fixed):
        if kind in weight:
            share = left * weight[kind] / total
            km = floor(10 * min(share, run_cap, _longest_min(trainee, kind) / pace) + 1e-9) / 10
            km = km if km >= rules.caps.least_run_km else 0.0
        found.append(km)
    return found


def _longest_min(trainee: Trainee, kind: str) -> float:
    goals = plan_rules().goals
    if kind == "long":
        return goals.distance_long_min if for_distance(trainee) else goals.article_long_min
    return goals.agility_jog_min if kind == "agility" else goals.easy_min
