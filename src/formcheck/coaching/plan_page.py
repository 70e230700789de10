"""A plan as a printable page and as JSON."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from formcheck.coaching.calendar import summary
from formcheck.coaching.plan import Day, Plan, Week
from formcheck.coaching.plan_rules import plan_rules

FORMAT, VERSION = "formcheck-plan", 2
NOT_MEDICAL = "Information for healthy runners, not medical advice."
STYLE = """
:root { color-scheme: light dark; --ink: #1b1f23; --paper: #fcfcfa; --card: #f1f2ee; --line: #d5d8d2; --hard: #a24400; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceff1; --paper: #13171a; --card: #1d2327; --line: #39424a; --hard: #ffb27a; } }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 1.6rem 0 .6rem; }
.week { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); padding: 0; list-style: none; }
.day { background: var(--card); border-radius: 12px; padding: .8rem 1rem; break-inside: avoid; }
.day h3 { margin: 0; font-size: 1rem; } .day p { margin: 0 0 .4rem; } .day ul { margin: 0; padding-left: 1.1rem; }
.hard { border-left: 5px solid var(--hard); } .mark { color: var(--hard); font-weight: 600; white-space: nowrap; }
.quiet { opacity: .75; } dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
@page { margin: 12mm; }
@media print { :root { --ink: #000; --paper: #fff; --card: #fff; --line: #999; --hard: #000; }
  body { padding: 0; font-size: 9.5pt; max-width: none; } .day { border: 1px solid #999; } .hard { border-left: 5px solid #000; }
  .week { grid-template-columns: repeat(4, 1fr); gap: .4rem; } h2 { margin: .8rem 0 .3rem; } }
"""


def page_text(made: Plan | Week, name: str = "") -> str:
    """Return a plan as one self-contained HTML file for printing."""
    plan = as_plan(made)
    length = "Training week" if len(plan.weeks) == 1 else f"{len(plan.weeks)} training weeks"
    title = f"{length} from {day_words(plan.days[0])}"
    whose = f"<p>For {escape(name)}</p>" if name else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in plan_notes(plan))
    advice = "".join(
        f"<dt>{escape(each.title)}</dt><dd>{escape(each.say)} <span class='quiet'>({escape(each.source)})</span></dd>"
        for each in plan_rules().advice
    )
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{whose}{''.join(_week_markup(week) for week in plan.weeks)}"
        f"<h2>Why it is like this</h2><ul>{notes}</ul>"
        f"<h2>Besides training</h2><p class='quiet'>{NOT_MEDICAL}</p><dl>{advice}</dl></body></html>\n"
    )


def as_plan(made: Plan | Week) -> Plan:
    """Return a week as a plan of one week, and a plan as it is."""
    return made if isinstance(made, Plan) else Plan((made,))


def plan_notes(plan: Plan) -> tuple[str, ...]:
    """Return the notes of the first week, and those of later weeks that only they have."""
    first, *later = plan.weeks
    own = (note for week in later for note in week.notes if week.phase in ("taper", "race"))
    return tuple(dict.fromkeys((*first.notes, *own)))


def _week_markup(week: Week) -> str:
    days = "".join(
        f"<li class='day{' hard' if day.hard else ''}'>{day_markup(day)}</li>" for day in week.days
    )
    return (
        f"<h2>{escape(week_words(week))}</h2><p class='quiet'>{escape(total_words(week))}. "
        f"{escape(phase_words(week))}</p><ul class='week'>{days}</ul>"
    )


def day_markup(day: Day) -> str:
    """Return the heading and the parts of a day."""
    mark = " <span class='mark'>▲ hard</span>" if day.hard else ""
    lines = "".join(f"<li>{escape(part.text)}</li>" for part in day.parts)
    why = f"<p class='quiet'>{escape(day.why)}</p>" if day.why else ""
    return f"<h3>{escape(day_words(day))}</h3><p>{escape(summary(day))}{mark}</p><ul>{lines}</ul>{why}"


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
        f"{week.km:.1f} km of running · {_days(training, 'training')} · {_days(hard, 'hard')} · "
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
