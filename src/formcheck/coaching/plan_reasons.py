"""Notes on a week: its limits with their evidence, and differences from the request."""

from __future__ import annotations

from math import ceil, log

from formcheck.coaching.library import drills
from formcheck.coaching.plan_rules import LEVELS, plan_rules
from formcheck.coaching.plan_types import Trainee, Week


def focus_notes(week: Week) -> tuple[str, ...]:
    """Return notes on the drills that come from the runner's clip, with their cues."""
    planned = " ".join(part.text for day in week.days for part in day.parts).lower()
    names = [
        (drills()[focus.drill].name, focus.say) for focus in week.trainee.focus if focus.drill in drills()
    ]
    word = plan_rules().notes["focus"]
    return tuple(word.format(drill=name, say=say) for name, say in names if name.lower() in planned)


def cap_notes(week: Week) -> tuple[str, ...]:
    """Return notes on the two limits with the evidence for them."""
    trainee, words, of = week.trainee, plan_rules().notes, week.trainee.distance
    notes = []
    if trainee.weekly_km:
        growth = plan_rules().caps.week_growth[LEVELS.index(trainee.level)]
        told = {
            "km": of(week.km), "growth": 100 * growth, "usual": of(trainee.weekly_km), "cap": of(week.week_cap_km),
        }  # fmt: skip
        notes.append(words["week_cap"].format(**told))
    if trainee.longest_km:
        cap = trainee.longest_km * (1 + plan_rules().caps.run_growth)
        notes.append(words["run_cap"].format(cap=of(cap), longest=of(trainee.longest_km)))
    return tuple(notes)


def other_notes(week: Week) -> tuple[str, ...]:
    """Return notes on differences from the request or from the article."""
    trainee, rules, words, of = week.trainee, plan_rules(), plan_rules().notes, week.trainee.distance
    used = sum(not day.rests for day in week.days)
    strength = sum(day.counts.count("strength") for day in week.days)
    notes = []
    if trainee.race and week.phase == "race":
        return (words["race_week"].format(day=f"{trainee.race:%A}"),)
    if week.phase == "taper" and trainee.weekly_km:
        notes.append(words["taper"].format(km=of(week.km), usual=of(trainee.weekly_km)))
    if used < len(set(trainee.days)):
        notes.append(words["fewer_days"].format(given=len(set(trainee.days)), used=used))
    if strength < rules.fewest["strength"]:
        notes.append(words["strength"].format(count={0: "not at all", 1: "once"}[strength]))
    if any(day.kind == "agility" for day in week.days):
        notes.append(words["agility"])
    usual = trainee.weekly_km or 0.0
    if week.phase != "taper" and week.km < rules.caps.least_share * usual:
        told = {"usual": of(usual), "cap": of(week.run_cap_km), "km": of(week.km)}
        notes.append(words["under"].format(**told))
    return (*notes, *_way_to_goal(trainee))


def _way_to_goal(trainee: Trainee) -> tuple[str, ...]:
    """Return a note on how long the longest run needs to grow to the race distance within the limit."""
    if not (trainee.goal_km and trainee.longest_km) or trainee.goal_km <= trainee.longest_km:
        return ()
    ratio = trainee.goal_km / trainee.longest_km
    weeks = ceil(log(ratio) / log(1 + plan_rules().caps.run_growth))
    told = {
        "goal": trainee.distance(trainee.goal_km),
        "ratio": ratio,
        "weeks": f"{weeks} week{'' if weeks == 1 else 's'}",
    }
    return (plan_rules().notes["race_far"].format(**told),)
