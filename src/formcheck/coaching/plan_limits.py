"""What a runner is used to, told or assumed, and how much a week and a run may hold.

A blank field is never read as nothing: what is missing follows from what is given, and what
nothing is known of from the level. Every assumption is a sentence of the week's notes.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.coaching.plan_rules import LEVELS, plan_rules
from formcheck.coaching.plan_types import Phase, Trainee


@dataclass(frozen=True)
class Used:
    """What the runner is used to, in km."""

    week: float
    longest: float
    grows: bool = True  # False = assumed from the level alone: nothing may be added to it
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeekLimits:
    """What a week may hold, and what it is meant to hold, in km."""

    week: float  # at most
    run: float  # at most, in one run
    wanted: float  # as much as the sessions hold comfortably, up to here
    filled: float  # and at least this, with longer or more easy runs where the days allow
    least: float  # below this, hard sessions make way for easy runs


def used_to(trainee: Trainee) -> Used:
    """Return what the runner is used to; what is not given is assumed, and said."""
    caps, words, of = plan_rules().caps, plan_rules().notes, trainee.distance
    usual = _as_told(trainee.weekly_km, caps.least_week_km)
    longest = _as_told(trainee.longest_km, caps.least_run_km)
    if usual is None and longest:
        usual = _as_told(longest * min(caps.longest_a_week, len(set(trainee.days))), caps.least_week_km)
    if not usual:
        told_nothing = usual is None and longest is None
        level = LEVELS.index(trainee.level) if told_nothing else 0
        week, run = caps.start_week_km[level], caps.start_run_km[level]
        word = words["start" if told_nothing else "nothing_run"]
        return Used(week, run, False, (word.format(week=of(week), run=of(run)),))
    if trainee.weekly_km is None and longest:
        return Used(usual, longest, notes=(words["usual_unknown"].format(week=of(usual)),))
    if not longest:
        run = max(usual / max(caps.fewest_runs, len(set(trainee.days))), min(caps.start_run_km[0], usual))
        return Used(usual, run, notes=(words["longest_unknown"].format(run=of(run)),))
    return Used(usual, longest)


def _as_told(km: float | None, least: float) -> float | None:
    """Return a distance; one that is hardly any counts as none."""
    return 0.0 if km is not None and km < least else km


def limits(trainee: Trainee, phase: Phase = "build") -> WeekLimits:
    """Return what a week of this phase may hold."""
    caps, phases, used = plan_rules().caps, plan_rules().phases, used_to(trainee)
    growth = 1 + caps.week_growth[LEVELS.index(trainee.level)] if used.grows else 1.0
    week = used.week * growth
    run = min(used.longest * (1 + caps.run_growth) if used.grows else used.longest, week)
    share = {
        "lighter": phases.lighter_share,
        "taper": phases.taper_share,
        "race": phases.race_week_share,
        "steady": 1.0,
    }
    wanted = used.week * share[phase] if phase in share else week
    filled = 0.0 if phase == "race" else min(wanted, used.week)
    return WeekLimits(week, run, wanted, filled, min(filled, used.week * caps.least_share))
