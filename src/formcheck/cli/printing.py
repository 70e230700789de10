"""What the command line prints: tables a runner can read, progress on stderr."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from formcheck.coaching import DRILLS
from formcheck.coaching.summary import without_cue
from formcheck.files.atomic import printable
from formcheck.metrics import METRICS
from formcheck.metrics.compare import cancelling, untilted
from formcheck.metrics.judgement import judge
from formcheck.metrics.table import group_of
from formcheck.report.rows import GROUPS, NumberOrClass, by_reason
from formcheck.report.runs import Sheet, compared_sheets, run_sheets
from formcheck.types import Category
from formcheck.wording import (
    clip_line,
    closed,
    likelihood_text,
    name_of,
    plus_minus_text,
    practice_lines,
    scene_line,
    state,
    unit_text,
    value_text,
)

if TYPE_CHECKING:
    from formcheck.cli.doctor import Check
    from formcheck.course import RunThrough
    from formcheck.metrics.compare import Difference
    from formcheck.types import Analysis, Cue
    from formcheck.weights import InstalledModel

STATE = {
    "below": "▼ below",
    "within": "● inside",
    "above": "▲ above",
    "edge": "◆ edge of",
    "cant_tell": "? can't tell:",
    "unknown": "",
}


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Show stage, share and remaining time on stderr while the block runs."""
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, TaskID] = {}

    def show(stage: str, share: float) -> None:
        stop_if_asked()
        bar.start()
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0)
        bar.update(tasks[stage], completed=share)

    try:
        with remembered_ctrl_c() as stop_if_asked:
            yield show
    finally:
        if tasks:
            bar.stop()


@contextmanager
def remembered_ctrl_c() -> Iterator[Callable[[], None]]:
    """Remember Ctrl-C while the block runs; the yielded function raises it again.

    A library that is interrupted while it loads may swallow it, and minutes of unwanted work
    would follow.
    """
    pressed = threading.Event()

    def remember(number: int, frame: FrameType | None) -> None:
        pressed.set()
        signal.default_int_handler(number, frame)

    def stop_if_asked() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_asked
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


def print_analysis(analysis: Analysis, folder: Path, console: Console | None = None) -> None:
    """Print what was seen, what stands out, every measurement, and where the other results are."""
    console = console or Console()
    console.print(Text(analysis.clip.name, "bold"), overflow="fold")
    console.print(Text(f"{scene_line(analysis.scene)} · {clip_line(analysis.clip)}"))
    console.print()
    if analysis.refusal:
        console.print(Text(f"Not measured: {analysis.refusal.reason}"))
        console.print(Text(f"How to film it: {analysis.refusal.how_to_film}"))
    else:
        _print_cues(console, analysis)
    measured = any(each.measured for each in analysis.measurements.values())
    if measured:
        console.print()
        console.print(_table(analysis))
    if analysis.run is not None:
        _print_run(console, analysis.run)
    if not analysis.refusal:
        _print_missing(console, analysis)
    console.print()
    for warning in analysis.warnings:
        console.print(Text(f"Note: {warning.message}"))
    console.print(Text(f"Results: {printable(str(folder))}"), soft_wrap=True)


def _print_cues(console: Console, analysis: Analysis) -> None:
    for sentence in analysis.praise:
        console.print(marked("●", sentence))
    for cue in analysis.cues:
        _print_cue(console, cue)
    if not analysis.cues:
        calm = without_cue(analysis)
        console.print(f"{calm.headline} {calm.why}")
        if analysis.to_try:
            _print_cue(console, analysis.to_try)


def _print_cue(console: Console, cue: Cue) -> None:
    drill = DRILLS.get(cue.drill)
    told = f"{drill.name}: {drill.dose}" if drill else cue.drill.replace("_", " ")
    console.print(marked("▶", Text(f"{cue.say}{_when(cue)}", "bold")))
    console.print(marked("", cue.why))
    for line in practice_lines(cue):
        console.print(marked("", line))
    console.print(marked("", f"Drill: {told}"))
    console.print(marked("", Text(f"{closed(cue.caveat)} Evidence {cue.evidence}.", "dim")))


def _when(cue: Cue) -> str:
    return f"  (at {cue.show_at:.1f} s)" if cue.has_moment else ""


def marked(mark: str, words: str | Text) -> Table:
    """Return words with a mark before them; wrapped lines stay aligned."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(mark, words if isinstance(words, Text) else Text(words))
    return grid


def _table(analysis: Analysis) -> Table:
    """Return the measurements, in groups."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", min_width=18)
    table.add_column("measured, 95 %", justify="right", no_wrap=True)
    table.add_column("range")
    table.add_column("n", justify="right", no_wrap=True)
    for group, title in GROUPS.items():
        rows = [each for id, each in analysis.answers.items() if group_of(id) == group]
        measured = [each for each in rows if each.measured]
        if measured:
            table.add_row(Text(title, "bold"))
        for each in measured:
            name, *cells = _row(each)
            table.add_row(Padding(Text(name), (0, 0, 0, 2)), *(Text(cell) for cell in cells))
    return table


def _row(answer: NumberOrClass) -> tuple[str, str, str, str]:
    name, n = name_of(answer.metric), str(answer.n)
    if isinstance(answer, Category):
        return name, value_text(answer), likelihood_text(answer), n
    norm = judge(answer).norm
    place = f"{STATE[state(answer)]} {norm.text.replace('-', '−')}" if norm else ""
    return name, plus_minus_text(answer), place, n


def _print_run(console: Console, run: RunThrough) -> None:
    """Print the run in metres: in short, splits, every step."""
    print_sheets(console, run_sheets(run))
    console.print(Text(run.note))


def print_sheets(console: Console, sheets: Sequence[Sheet]) -> None:
    """Print tables of text, each under its title."""
    for sheet in sheets:
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for place, name in enumerate(sheet.head):
            table.add_column(name, justify="right" if place else "left")
        for row in sheet.rows:
            table.add_row(*row)
        console.print()
        console.print(Text(sheet.title, "bold"))
        console.print(table)


def _print_missing(console: Console, analysis: Analysis) -> None:
    """Print the metrics without a value, grouped by reason."""
    found = by_reason(each for each in analysis.answers.values() if not each.measured)
    if found:
        console.print()
        console.print(Text("Not measured in this clip", "bold"))
    for names, reason in found:
        console.print(marked("–", Text.assemble(reason, " ", (closed(names), "dim"))))


def print_differences(differences: Sequence[Difference]) -> None:
    """Print which changes are real."""
    from formcheck.history.progress import difference_text  # the only command that needs the history

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", min_width=18)
    for title in ("before", "after", "change"):
        table.add_column(title, no_wrap=True, justify="right")
    table.add_column("", no_wrap=True)
    for each in differences:
        numbers, verdict = difference_text(each), "real" if each.real else "within the noise"
        change = numbers.change + unit_text(each.unit)
        table.add_row(METRICS[each.metric].name, numbers.before, numbers.after, change, verdict)
    console = Console(highlight=False)
    console.print(table)
    for note in filter(None, (cancelling(differences), untilted(differences))):
        console.print(f"\n{note}")


def print_runs_compared(before: RunThrough | None, after: RunThrough | None) -> None:
    """Print two runs past cones place for place; nothing where one of them is none."""
    print_sheets(Console(highlight=False), compared_sheets(before, after))


def print_models(models: Sequence[InstalledModel]) -> None:
    """Print the installed model files."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("model", "size", "licence", "sha256"):
        table.add_column(title, overflow="fold", no_wrap=title == "size")
    for model in models:
        table.add_row(model.name, f"{model.size_bytes / 1e6:.1f} MB", model.licence, model.sha256[:8])
    Console().print(table)


def print_checks(checks: Sequence[Check]) -> None:
    """Print what works here and how to fix the rest."""
    console = Console()
    for check in checks:
        mark = "●" if check.fine else ("▲" if check.needed else "–")
        console.print(f"{mark} {check.name}: {check.message}", highlight=False, markup=False)
