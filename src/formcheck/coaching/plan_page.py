"""A week as a printable page and as JSON."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from formcheck.coaching.calendar import summary
from formcheck.coaching.plan import Day, Week
from formcheck.coaching.plan_rules import plan_rules

FORMAT, VERSION = "formcheck-plan", 1
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


def page_text(week: Week, name: str = "") -> str:
    """Return the week as one self-contained HTML file for printing."""
    title = f"Training week from {day_words(week.days[0])}"
    whose = f"<p>For {escape(name)}</p>" if name else ""
    days = "".join(
        f"<li class='day{' hard' if day.hard else ''}'>{day_markup(day)}</li>" for day in week.days
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in week.notes)
    advice = "".join(
        f"<dt>{escape(each.title)}</dt><dd>{escape(each.say)} <span class='quiet'>({escape(each.source)})</span></dd>"
        for each in plan_rules().advice
    )
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{whose}<p class='quiet'>{escape(total_words(week))}</p>"
        f"<ul class='week'>{days}</ul><h2>Why it is like this</h2><ul>{notes}</ul>"
        f"<h2>Besides training</h2><p class='quiet'>{NOT_MEDICAL}</p><dl>{advice}</dl></body></html>\n"
    )


def day_markup(day: Day) -> str:
    """Return the heading and the parts of a day."""
    mark = " <span class='mark'>▲ hard</span>" if day.hard else ""
    lines = "".join(f"<li>{escape(part.text)}</li>" for part in day.parts)
    return f"<h3>{escape(day_words(day))}</h3><p>{escape(summary(day))}{mark}</p><ul>{lines}</ul>"


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


def to_json(week: Week) -> dict[str, Any]:
    """Return the week as JSON types."""
    trainee = week.trainee
    return {
        "format": FORMAT,
        "version": VERSION,
        "start": week.start.isoformat(),
        "for": {
            "level": trainee.level,
            "days": list(trainee.days),
            "weekly_km": trainee.weekly_km,
            "longest_km": trainee.longest_km,
            "goal_km": trainee.goal_km,
            "race": trainee.race.isoformat() if trainee.race else None,
            "focus": [vars(focus) for focus in trainee.focus],
        },
        "limits": {"week_km": round(week.week_cap_km, 3), "run_km": round(week.run_cap_km, 3)},
        "days": [_day(day) for day in week.days],
        "notes": list(week.notes),
        "advice": [vars(each) for each in plan_rules().advice],
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
        "parts": parts,
    }


def to_json_text(week: Week) -> str:
    """Return the week as JSON text, ending in a line break."""
    return json.dumps(to_json(week), indent=1, ensure_ascii=False) + "\n"
