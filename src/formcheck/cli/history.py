"""`formcheck history`: the numbers stored under a name, and the changes that exceed noise."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.errors import UnreadableInput, UsageError
from formcheck.files.ownership import check_file

if TYPE_CHECKING:
    from rich.table import Table

    from formcheck.history.progress import Beside, Worked
    from formcheck.history.records import DrillDone, Session, WatchRun
    from formcheck.history.store import History


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("history")(history_command)


def history_command(
    name: Annotated[
        str | None, typer.Argument(help="Whose history; without it the names are listed.")
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option(help="Keep an analysis: its folder, or its analysis.json.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Day of the run that is added, as 2026-11-30; else the file's.")
    ] = None,
    watch: Annotated[
        list[Path] | None, typer.Option(help="Keep a watch's record: a FIT or CSV file.")
    ] = None,
    worked: Annotated[
        str | None, typer.Option(help="Note that a cue was worked on, by its metric: cadence.")
    ] = None,
    take_in: Annotated[
        Path | None, typer.Option("--import", help="Keep what an exported file holds.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write everything kept to a JSON file; - is stdout.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete everything kept under the name.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> int:
    """Show a runner's numbers over time, keep new ones, export or delete them."""
    from formcheck.history.store import History

    inputs = _inputs(add, watch, take_in)
    _check_export(export, inputs)
    with History() as history:
        if name is None:
            if add or watch or worked or take_in or export or delete:
                raise UsageError("Name the runner: formcheck history NAME ...")
            return print_names(history.names())
        for path in add or ():
            print(f"Kept {_add(history, name, path, date)}.")
        for path in watch or ():
            _add_watch(history, name, path)
        if worked:
            _note_worked(history, name, worked, date)
        if take_in:
            print(f"Kept {history.take_in(_text(take_in), name)} records of {take_in.name}.")
        if export:
            return _export(history, name, export, inputs)
        if delete:
            return _delete(history, name, yes)
        return print_history(history, name)


def _add(history: History, name: str, path: Path, date: str | None) -> str:
    """Store one analysis, dated as stated or by its file; return the clip's name."""
    from formcheck.export import load

    analysis = load(path)
    file = path / "analysis.json" if path.is_dir() else path
    when = _day(date) if date else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return history.add(analysis, name, when).clip


def _add_watch(history: History, name: str, path: Path) -> None:
    from formcheck.history.watch import read_activities_file

    found = read_activities_file(path)
    runs = found.runs
    history.put_all(runs, name)
    print(f"Kept {len(runs)} run{'' if len(runs) == 1 else 's'} of {path.name}.")
    for sentence in found.left_out:
        print(sentence)
    for note in dict.fromkeys(note for run in runs for note in run.notes):
        print(f"Note: {note}")


def _note_worked(history: History, name: str, metric: str, date: str | None) -> None:
    from formcheck.history.records import Practice
    from formcheck.metrics import METRICS

    if metric not in METRICS:
        raise UsageError(f"There is no metric {metric!r}. Choose one of: {', '.join(METRICS)}.")
    history.put(Practice(_day(date) if date else datetime.now(UTC), metric), name)
    print(f"Noted: worked on {METRICS[metric].name.lower()}.")


def _day(date: str) -> datetime:
    try:
        return datetime.fromisoformat(date).astimezone()
    except ValueError as error:
        raise UsageError(f"{date!r} is not a day; write it as 2026-11-30.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read as a history that FormCheck exported.") from error


def _inputs(add: list[Path] | None, watch: list[Path] | None, take_in: Path | None) -> tuple[Path, ...]:
    """Return the files that a command reads."""
    from formcheck.history.store import history_file

    return (history_file(), *(add or ()), *(watch or ()), *((take_in,) if take_in else ()))


def _check_export(path: Path | None, inputs: tuple[Path, ...]) -> None:
    """Check, before anything is stored, that the export file may be written."""
    if path and str(path) != "-":
        check_file(path, inputs=inputs)


def _export(history: History, name: str, path: Path, inputs: tuple[Path, ...]) -> int:
    from formcheck.files.atomic import write_own_file

    text = history.export(name)
    if str(path) == "-":
        sys.stdout.write(text)
        return 0
    with write_own_file(path, inputs=inputs) as file:
        file.write(text.encode())
    print(f"Everything kept under {name} is in {path}.")
    return 0


def _delete(history: History, name: str, yes: bool) -> int:
    if not yes and not typer.confirm(f"Delete everything kept under {name}? This cannot be undone."):
        print("Nothing was deleted.")
        return 0
    gone = history.delete(name)
    print(f"Everything kept under {name} is deleted." if gone else f"Nothing was kept under {name}.")
    return 0


def print_names(names: Sequence[str]) -> int:
    """Print the names under which numbers are stored."""
    print("\n".join(names) if names else "Nothing is kept yet. formcheck history NAME --add results/CLIP")
    return 0


def print_history(history: History, name: str) -> int:
    """Print sessions, changes, cues, drills and the watch's values."""
    from rich.console import Console

    from formcheck.history.own_range import own_cadence
    from formcheck.history.progress import beside_watch, changes, nearest_run, worked_on
    from formcheck.metrics.compare import cancelling

    console = Console(highlight=False, markup=False)  # file names are not markup
    sessions, runs, drills = history.sessions(name), history.watch_runs(name), history.drills(name)
    if not (sessions or runs or drills):
        console.print(
            f"Nothing is kept under {name}. formcheck history NAME --add results/CLIP", markup=False
        )
        return 0
    if sessions:
        console.print(session_table(sessions))
        if note := cancelling(changes(sessions)):
            console.print(note)
        if own := own_cadence(sessions):
            console.print(own.sentence)
        for each in worked_on(sessions, history.practised(name)):
            console.print(worked_words(each), markup=False)
    if drills:
        console.print(drill_table(drills))
    if runs:
        console.print(run_table(runs))
    run = nearest_run(sessions[-1], runs) if sessions else None
    if run and (rows := beside_watch(sessions[-1], run)):
        console.print(f"{sessions[-1].clip} beside {run.source} of {run.when:%d %b %Y}", markup=False)
        console.print(beside_table(rows))
    return 0


def session_table(sessions: Sequence[Session]) -> Table:
    """Return first and last value of every metric, and whether the change is more than chance."""
    from formcheck.history.progress import change_of, change_text
    from formcheck.metrics import METRICS
    from formcheck.wording import plus_minus_text

    first, last = sessions[0], sessions[-1]
    table = _table(
        "",
        f"{first.when:%d %b %Y}",
        f"{last.when:%d %b %Y}",
        "change",
        f"{len(sessions)} session{'' if len(sessions) == 1 else 's'}",
    )
    for metric in METRICS:
        values = [each.measurements[metric] for each in sessions if metric in each.measurements]
        if not values:
            continue
        change = change_of(metric, sessions)
        verdict = "" if change is None else ("real" if change.real else "within the noise")
        told = change_text(change) if change else ""
        start = plus_minus_text(values[0]) if len(values) > 1 else ""
        table.add_row(METRICS[metric].name, start, plus_minus_text(values[-1]), told, verdict)
    return table


def worked_words(worked: Worked) -> str:
    """Return how a cue's metric changed and how often it was practised."""
    from formcheck.history.progress import change_text, times
    from formcheck.metrics import METRICS

    given = f"given {times(worked.times_given)} since {worked.first_given:%d %b %Y}"
    noted = f", noted as worked on {times(worked.practised)}" if worked.practised else ""
    said = f"▶ {worked.say} ({given}{noted})"
    name = METRICS[worked.metric].name
    if worked.change is None:
        return f"{said} {name} was not measured again yet."
    verdict = "a real change" if worked.change.real else "within the noise so far"
    return f"{said} {name} since: {change_text(worked.change)}, {verdict}."


def drill_table(drills: Sequence[DrillDone]) -> Table:
    """Return the checked drills."""
    from formcheck.coaching import DRILLS

    table = _table("drill", "day", "full", "partial", "set")
    for each in drills:
        name = DRILLS[each.drill].name if each.drill in DRILLS else each.drill
        table.add_row(
            name, f"{each.when:%d %b %Y}", str(each.full), str(each.partial), f"{each.seconds:.0f} s"
        )
    return table


def run_table(runs: Sequence[WatchRun]) -> Table:
    """Return the watch's runs."""
    from math import isfinite

    table = _table("watch", "day", "distance", "cadence", "on the ground", "bounce", "step")
    for run in runs:
        cells = [
            f"{run.values[metric].value:.{digits}f} {run.values[metric].unit}" if metric in run.values else "–"
            for metric, digits in (
                ("cadence", 0), ("ground_contact_time", 0), ("vertical_oscillation", 1), ("step_length", 2),
            )
        ]  # fmt: skip
        distance = f"{run.distance_km:.1f} km" if isfinite(run.distance_km) else "–"
        table.add_row(run.source, f"{run.when:%d %b %Y}", distance, *cells)
    return table


def beside_table(rows: Sequence[Beside]) -> Table:
    """Return the video's values next to the watch's."""
    from formcheck.metrics import METRICS
    from formcheck.wording import plus_minus_text, unit_text, with_unit

    table = _table("", "video", "watch, middle of the run", "most of the run", "")
    for each in rows:
        low = with_unit(each.video, each.watch_low).removesuffix(unit_text(each.unit))
        high = with_unit(each.video, each.watch_high)
        table.add_row(
            METRICS[each.metric].name, plus_minus_text(each.video), with_unit(each.video, each.watch),
            f"{low} to {high}", "they agree" if each.meet else "they differ",
        )  # fmt: skip
    return table


def _table(*titles: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title)
    return table
