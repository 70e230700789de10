"""`formcheck practise`: one thing, eight sessions with feedback that fades, and whether it stayed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli.plan import day_of, hour_of
from formcheck.errors import UsageError

if TYPE_CHECKING:
    from formcheck.coaching.practise import CourseRun, PracticeCourse
    from formcheck.history.store import History

Name = Annotated[str, typer.Argument(help="Whose practice, as in the history.", show_default=False)]
On = Annotated[str | None, typer.Option("--date", help="Day, as 2026-11-30; else today.")]
commands = typer.Typer(
    no_args_is_help=True,
    help="Practise one thing: a first clip, eight sessions with less and less feedback, and what stayed.",
)


class FocusChoice(StrEnum):
    """What can be practised."""

    cadence = "cadence"
    lean = "lean"
    landing = "landing"


def register(app: typer.Typer) -> None:
    """Add the command with its parts."""
    app.add_typer(commands, name="practise")


@commands.command("start")
def start_command(
    name: Name,
    baseline: Annotated[Path, typer.Option(help="The first clip: a folder that formcheck analyze wrote.")],
    focus: Annotated[FocusChoice, typer.Option(help="What to practise.")] = FocusChoice.cadence,
    weeks: Annotated[int, typer.Option(help="Over how many weeks: 2 to 4.")] = 3,
    on: On = None,
) -> int:
    """Begin a course from a measured clip."""
    from formcheck.coaching.practise import begin, focuses
    from formcheck.export import load
    from formcheck.history.store import History

    analysis = load(baseline)
    found = analysis.measurements[focuses()[focus.value].metric]
    course = begin(focus.value, found, analysis.clip.name, _day(on), weeks, datetime.now(UTC))
    with History() as history:
        history.add(analysis, name)
        history.put(course, name)
        return _show(history, name)


@commands.command("status")
def status_command(name: Name) -> int:
    """Show how far the course is, and whether anything changed."""
    from formcheck.history.store import History

    with History() as history:
        return _show(history, name)


@commands.command("next")
def next_command(name: Name) -> int:
    """Tell what the next session holds."""
    from formcheck.history.practise import next_words
    from formcheck.history.store import History

    with History() as history:
        print(next_words(*latest_course(history, name)))
    return 0


@commands.command("record")
def record_command(
    name: Name,
    add: Annotated[
        Path | None, typer.Option(help="A clip of it: a folder that formcheck analyze wrote.")
    ] = None,
    on: On = None,
) -> int:
    """Note that the next session was run, with a clip of it where there is one."""
    from formcheck.export import load
    from formcheck.history.practise import next_run
    from formcheck.history.store import History

    with History() as history:
        course, runs = latest_course(history, name)
        analysis = load(add) if add else None
        when = datetime.combine(_day(on), datetime.now().time()).astimezone()
        run = next_run(course, runs, when, analysis)
        if analysis:
            history.add(analysis, name, when)
        history.put(run, name)
        return _show(history, name)


@commands.command("calendar")
def calendar_command(
    name: Name,
    out: Annotated[Path, typer.Option("-o", "--out", help="The calendar file.")] = Path("practise.ics"),
    at: Annotated[str | None, typer.Option(help="When sessions begin, as 18:30.")] = None,
) -> int:
    """Write the sessions for a calendar (.ics)."""
    from formcheck.files.atomic import write_own_file
    from formcheck.history.practise import course_calendar
    from formcheck.history.store import History

    hour = hour_of(at) if at else None
    with History() as history:
        course, _ = latest_course(history, name)
    with write_own_file(out) as file:
        file.write(course_calendar(course, name, datetime.now(UTC), hour).encode())
    print(f"Written: {out}")
    return 0


def latest_course(history: History, name: str) -> tuple[PracticeCourse, list[CourseRun]]:
    """Return a runner's latest course and the sessions that were run.

    Raises
    ------
    UsageError
        If there is none.
    """
    courses = history.courses(name)
    if not courses:
        raise UsageError(
            f"Nothing is practised under {name} yet. formcheck practise start NAME --baseline results/CLIP"
        )
    return courses[-1], history.course_runs(name)


def _show(history: History, name: str) -> int:
    from rich.console import Console

    from formcheck.coaching.practise import words
    from formcheck.history.practise import next_words, overview, verdict_words

    course, runs = latest_course(history, name)
    console = Console(highlight=False, markup=False)
    for line in overview(course, runs):
        console.print(line)
    console.print(f"\n{verdict_words(course, runs)}")
    console.print(next_words(course, runs))
    console.print(words()["source"], style="dim")
    return 0


def _day(text: str | None) -> date:
    return day_of(text) if text else date.today()
