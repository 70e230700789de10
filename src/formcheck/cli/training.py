"""`formcheck drills` and `formcheck drill`: what to practise, and how it went."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli.options import (
    Backend,
    CaptureFps,
    Model,
    ModelChoice,
    PrecisionChoice,
    PrecisionName,
    Video,
    ViewChoice,
    ViewName,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from formcheck.coaching import Drill, DrillCheck
    from formcheck.coaching.drillcheck import ReadingRow

REFUSED = 3
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("drills")(drills_command)
    app.command("drill")(drill_command)


def drills_command(
    name: Annotated[str | None, typer.Argument(help="One drill, for example high-knees.")] = None,
    as_json: Json = False,
) -> int:
    """List the drills, or explain one."""
    from formcheck.coaching import DRILLS, find_drill

    found = [find_drill(name)] if name else list(DRILLS.values())
    if as_json:
        json.dump([vars(drill) for drill in found], sys.stdout, indent=1, ensure_ascii=False)
        print()
    elif name:
        print_drill(found[0])
    else:
        print_drills(found)
    return 0


def drill_command(
    name: Annotated[
        str, typer.Argument(help="The drill, for example high-knees, or auto to have it recognised.")
    ],
    video: Video,
    view: ViewChoice = ViewName.auto,
    capture_fps: CaptureFps = None,
    model: ModelChoice = Model.best,
    backend: Backend = "blazepose",
    precision: PrecisionChoice = PrecisionName.fp32,
    keep: Annotated[str | None, typer.Option(help="Keep the count under this name.")] = None,
    as_json: Json = False,
) -> int:
    """Count the repetitions of a drill in a video, and say what stands out."""
    from formcheck.cli import printing
    from formcheck.coaching.drillcheck import to_text
    from formcheck.pipeline import analyze_drill

    with printing.progress_bar() as show:
        check = analyze_drill(
            video,
            name,
            view=view.value,
            capture_fps=capture_fps,
            model=model.value,
            backend=backend,
            precision=precision.value,
            progress=show,
        )
    if keep and not check.refusal:
        from formcheck.history.store import History

        with History() as history:
            history.add_drill(check, keep)
    if as_json:
        sys.stdout.write(to_text(check))
    else:
        print_check(check)
    return REFUSED if check.refusal else 0


def print_check(check: DrillCheck) -> None:
    """Print what a drill check found: the count, what stands out, the readings."""
    from rich.console import Console

    from formcheck.cli.printing import marked
    from formcheck.coaching.drillcheck import count_line

    console = Console(highlight=False, markup=False)  # a clip's name may hold brackets
    console.print(check.clip.name, style="bold")
    if check.refusal:
        console.print(f"Not counted: {check.refusal.reason}\nHow to film it: {check.refusal.how_to_film}")
    else:
        console.print(count_line(check))
        for sentence in check.good:
            console.print(marked("●", sentence))
        for cue in check.cues:
            console.print(marked("▶", f"{cue.say}  (at {cue.show_at:.1f} s)"))
        _print_readings(console, check)
    for warning in check.warnings:
        console.print(f"Note: {warning.message}")


def _readings_table(rows: Sequence[ReadingRow]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", min_width=18)
    table.add_column("measured, 95 %", justify="right", no_wrap=True)
    table.add_column("range")
    table.add_column("n", justify="right", no_wrap=True)
    for row in rows:
        interval = f" ({row.interval})" if row.interval else ""
        table.add_row(row.name, f"{row.value}{interval}", f"{row.sign} {row.range}".strip(), row.n)
    return table


def _print_readings(console: Console, check: DrillCheck) -> None:
    """Print the readings of the set, the meaning of the signs, and what could not be read."""
    from formcheck.cli.printing import marked
    from formcheck.coaching.drillcheck import reading_rows

    rows = reading_rows(check)
    console.print()
    console.print(_readings_table([row for row in rows if not row.reason]))
    told = dict.fromkeys(f"{row.sign} {row.state}" for row in rows if row.sign)
    if told:
        console.print(" · ".join(told), style="dim")
    missing = [row for row in rows if row.reason]
    if missing:
        console.print("\nNot measured in this clip", style="bold")
    for row in missing:
        console.print(marked("–", f"{row.name}: {row.reason}"))


def print_drill(drill: Drill) -> None:
    """Print all details of one drill."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"[bold]{drill.name}[/bold]  {drill.kind.lower()}\n{drill.what_for}\n")
    for number, sentence in enumerate(drill.how, 1):
        console.print(f"{number}. {sentence}")
    console.print(f"\nHow much: {drill.dose}\nWatch for: {' '.join(drill.mistakes)}")
    console.print(f"Not when: {drill.avoid}\n[dim]{drill.source}[/dim]")


def print_drills(found: list[Drill]) -> None:
    """Print the library as a list, grouped by kind."""
    from rich.console import Console
    from rich.table import Table

    from formcheck.coaching.library import typed

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("drill", "kind", "how much"):
        table.add_column(title, no_wrap=title != "how much")
    for drill in found:
        table.add_row(typed(drill.id), drill.kind.lower(), drill.dose)
    Console(highlight=False).print(table)
    print("formcheck drills NAME explains one.")
