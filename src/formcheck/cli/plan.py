"""`formcheck plan`: a week of training on the terminal, as a calendar file and for printing."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from formcheck.coaching.plan import Focus, Plan, Week
    from formcheck.history.progress import Recent

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPREAD = {
    1: "sun", 2: "wed,sun", 3: "tue,fri,sun", 4: "mon,wed,fri,sun", 5: "mon,tue,wed,fri,sun",
    6: "mon,tue,wed,fri,sat,sun", 7: "mon,tue,wed,thu,fri,sat,sun",
}  # fmt: skip
INDENT = (0, 0, 0, 2)
GOALS = {"half": 21.0975, "half-marathon": 21.0975, "marathon": 42.195}


class LevelName(StrEnum):
    """The runner's training level."""

    new = "new"
    regular = "regular"
    trained = "trained"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan_command)


def plan_command(
    level: Annotated[LevelName, typer.Option(help="new, regular or trained.")] = LevelName.regular,
    days: Annotated[str, typer.Option(help="Days to train on: mon,wed,fri,sun, or how many.")] = "4",
    weekly_km: Annotated[
        float | None, typer.Option(help="Kilometres of a usual week of the last four.", min=0)
    ] = None,
    longest_km: Annotated[
        float | None, typer.Option(help="Longest run of the last 30 days, in km.", min=0)
    ] = None,
    goal: Annotated[str | None, typer.Option(help="Distance of the race in km, or half or marathon.")] = None,
    race: Annotated[str | None, typer.Option(help="Day of the race, as 2027-04-25.")] = None,
    pace: Annotated[str | None, typer.Option(help="Pace of easy running in minutes per km, as 6:15.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Take cues and the watch's runs from the history of this name.")
    ] = None,
    start: Annotated[str | None, typer.Option(help="First day, as 2026-11-30; else next Monday.")] = None,
    weeks: Annotated[int, typer.Option(help="How many weeks; the plan ends with the race.")] = 4,
    hurts: Annotated[bool, typer.Option("--hurts", help="Something hurts.")] = False,
    ics: Annotated[Path | None, typer.Option(help="Write the plan for a calendar (.ics).")] = None,
    at: Annotated[str | None, typer.Option(help="When sessions begin in the calendar, as 18:30.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the plan as a page to print.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")] = False,
) -> int:
    """Plan weeks of training: sessions, distances and rest, within what is sensible to add."""
    from formcheck.coaching.plan import Trainee, next_monday
    from formcheck.coaching.plan_text import to_json_text
    from formcheck.coaching.plan_weeks import plan_weeks

    check_outputs(ics, html)
    begin = day_of(start) if start else next_monday(date.today())
    recent, focus = from_history(name, begin)
    trainee = Trainee(
        level.value, weekdays_of(days), _told(weekly_km, recent.weekly_km), _told(longest_km, recent.longest_km),
        goal_of(goal), day_of(race) if race else None, pace_of(pace), focus, hurts,
    )  # fmt: skip
    plan = plan_weeks(trainee, begin, weeks)
    _write(plan, name or "", ics, hour_of(at) if at else None, html, quiet=as_json)
    if as_json:
        sys.stdout.write(to_json_text(plan))
    else:
        print_plan(plan)
    return 0


def check_outputs(ics: Path | None, html: Path | None) -> None:
    """Make sure that both files may be written, each under a name of its own."""
    from formcheck.files.ownership import check_file, place_of

    paths = [path for path in (ics, html) if path]
    places = [place_of(path) for path in paths]
    if any(one in (other, *other.parents) for one, other in permutations(places, 2)):
        raise UsageError("--ics and --html name the same file, or one lies in the other. Give each its own.")
    for path in paths:
        check_file(path)


def from_history(name: str | None, begin: date) -> tuple[Recent, tuple[Focus, ...]]:
    """Return what the watch recorded recently and what the last cues ask for."""
    from formcheck.history.progress import Recent, focus_of, recent
    from formcheck.history.store import History

    if name is None:
        return Recent(None, None), ()
    now = datetime.combine(begin, time(), UTC)
    with History() as history:
        return recent(history.watch_runs(name), now), focus_of(history.sessions(name))


def weekdays_of(text: str) -> tuple[int, ...]:
    """Return weekdays, 0 = Monday, from names or a number of days."""
    if text.strip().isdigit():
        count = int(text)
        if count not in SPREAD:
            raise UsageError("A week has 1 to 7 days to train on.")
        text = SPREAD[count]
    return tuple(sorted({_weekday(word) for word in text.replace(",", " ").split()}))


def _weekday(word: str) -> int:
    found = [k for k, name in enumerate(WEEKDAYS) if len(word) >= 2 and name.startswith(word.lower())]
    if len(found) != 1:
        raise UsageError(f"{word!r} is not a day of the week. Write mon, tue, wed, thu, fri, sat, sun.")
    return found[0]


def goal_of(text: str | None) -> float | None:
    """Return the race's distance in km."""
    if text is None:
        return None
    try:
        return GOALS.get(text.strip().lower()) or float(text.lower().removesuffix("km").replace(",", "."))
    except ValueError as error:
        raise UsageError(f"{text!r} is no distance. Write kilometres, or half or marathon.") from error


def pace_of(text: str | None) -> float | None:
    """Return minutes per km from "6:15" or "6.25"."""
    if text is None:
        return None
    minutes, _, rest = text.partition(":")
    try:
        return float(minutes) + (float(rest) / 60 if rest else 0.0)
    except ValueError as error:
        raise UsageError(f"{text!r} is no pace. Write minutes and seconds per km, as 6:15.") from error


def day_of(text: str) -> date:
    """Return a day written as 2026-11-30."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day; write it as 2026-11-30.") from error


def hour_of(text: str) -> time:
    """Return a time of day written as 18:30."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no hour; write it as 18:30.") from error


def _told(told: float | None, known: float | None) -> float | None:
    return known if told is None else told


def _write(
    plan: Plan, name: str, ics: Path | None, at: time | None, html: Path | None, *, quiet: bool
) -> None:
    from formcheck.coaching.calendar import calendar_text
    from formcheck.files.atomic import write_own_file
    from formcheck.report.plan_page import page_text

    texts = {
        ics: calendar_text(plan, datetime.now(UTC), at, name) if ics else "",
        html: page_text(plan, name) if html else "",
    }
    for path, text in texts.items():
        if path is not None:
            with write_own_file(path) as file:
                file.write(text.encode())
            if not quiet:
                print(f"Written: {path}")


def print_plan(plan: Plan) -> None:
    """Print the first week with all it holds, the others in short, the reasons, and what accompanies training."""
    from rich.console import Console
    from rich.padding import Padding

    from formcheck.coaching.plan_rules import plan_rules
    from formcheck.coaching.plan_text import NOT_MEDICAL, plan_notes

    console = Console(highlight=False, markup=False)
    _print_week(console, plan.weeks[0])
    for week in plan.weeks[1:]:
        _print_briefly(console, week)
    console.print("\nWhy it is like this", style="bold")
    for note in plan_notes(plan):
        console.print(Padding(note, INDENT))
    console.print(f"\nBesides training. {NOT_MEDICAL}", style="bold")
    for each in plan_rules().advice:
        console.print(Padding(f"{each.title}: {each.say} ({each.source})", INDENT))


def _print_week(console: Console, week: Week) -> None:
    from rich.padding import Padding

    from formcheck.coaching.calendar import summary
    from formcheck.coaching.plan_text import day_words, total_words

    console.print(total_words(week))
    for day in week.days:
        mark = "  ▲ hard" if day.hard else ""
        console.print(f"\n{day_words(day)}: {summary(day)}{mark}", style="bold")
        for part in day.parts:
            console.print(Padding(part.text, INDENT))
        console.print(Padding(day.why, INDENT), style="dim")


def _print_briefly(console: Console, week: Week) -> None:
    """Print one line for the week and one for each day of training."""
    from rich.padding import Padding

    from formcheck.coaching.calendar import summary
    from formcheck.coaching.plan_text import phase_words, total_words, week_words

    console.print(f"\n{week_words(week)}: {total_words(week)}", style="bold")
    console.print(Padding(phase_words(week), INDENT))
    for day in week.days:
        if not day.rests:
            mark = "  ▲ hard" if day.hard else ""
            console.print(Padding(f"{day.date:%a} {summary(day)}{mark}", INDENT))
