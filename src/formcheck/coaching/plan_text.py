"""A plan in words and as JSON."""

from __future__ import annotations

import json
from typing import Any

from formcheck.coaching.plan import Day, Plan, Week
from formcheck.coaching.plan_rules import plan_rules

FORMAT, VERSION = "formcheck-plan", 2
NOT_MEDICAL = "Information for healthy runners, not medical advice."


def as_plan(made: Plan | Week) -> Plan:
    """Return a week as a plan of one week, and a plan as it is."""
    return made if isinstance(made, Plan) else Plan((made,))


def plan_notes(plan: Plan) -> tuple[str, ...]:
    """Return the notes of the first week, and those of later weeks that only they have."""
    first, *later = plan.weeks
    own = (note for week in later for note in week.notes if week.phase in ("taper", "race"))
    return tuple(dict.fromkeys((*first.notes, *own)))


def week_words(week: Week) -> str:
    """Return the name of a week: "Week of 30 November"."""
    return f"Week of {week.start.day} {week.start:%B}"


def phase_words(week: Week) -> str:
    """Return what a week is for, in a sentence."""
    return plan_rules().words[f"phase_{week.phase}"]


def day_words(day: Day) -> str:
    """Return the name and date of a day: "Monday 30 November"."""
    return f"{day.date:%A} {day.date.day} {day.date:%B}"


def total_words(week: Week) -> str:
    """Return a summary of the week in one line."""
    training = sum(not day.rests for day in week.days)
    hard = sum(day.hard for day in week.days)
    return (
        f"{week.trainee.distance(week.km):.1f} of running · {_days(training, 'training')} · {_days(hard, 'hard')} · "
        f"{_days(7 - training, 'rest')}"
    )


def _days(count: int, kind: str) -> str:
    return f"{count} {kind} day{'' if count == 1 else 's'}"


def to_json(made: Plan | Week) -> dict[str, Any]:
    """Return a plan as JSON types: all days in order, and the notes of each week."""
    plan = as_plan(made)
    trainee = plan.trainee
    return {
        "format": FORMAT,
        "version": VERSION,
        "start": plan.start.isoformat(),
        "for": {
            "level": trainee.level,
            "days": list(trainee.days),
            "weekly_km": trainee.weekly_km,
            "longest_km": trainee.longest_km,
            "goal_km": trainee.goal_km,
            "race": trainee.race.isoformat() if trainee.race else None,
            "focus": [vars(focus) for focus in trainee.focus],
        },
        "weeks": [_week(week) for week in plan.weeks],
        "days": [_day(day) for day in plan.days],
        "notes": list(plan_notes(plan)),
        "advice": [vars(each) for each in plan_rules().advice],
    }


def _week(week: Week) -> dict[str, Any]:
    return {
        "start": week.start.isoformat(),
        "phase": week.phase,
        "km": round(week.km, 3),
        "limits": {"week_km": round(week.week_cap_km, 3), "run_km": round(week.run_cap_km, 3)},
    }


def _day(day: Day) -> dict[str, Any]:
    parts = [
        {
            "text": part.text,
            "km": round(part.km, 3),
            "minutes": round(part.minutes, 1),
            "drill": part.drill or None,
        }
        for part in day.parts
    ]
    return {
        "date": day.date.isoformat(),
        "kind": day.kind,
        "title": day.title,
        "hard": day.hard,
        "why": day.why,
        "parts": parts,
    }


def to_json_text(made: Plan | Week) -> str:
    """Return a plan as JSON text, ending in a line break."""
    return json.dumps(to_json(made), indent=1, ensure_ascii=False) + "\n"
