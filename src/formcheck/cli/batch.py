"""`formcheck batch`: a folder of clips from the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli.options import (
    Backend,
    CaptureFps,
    Height,
    Mass,
    Model,
    ModelChoice,
    PrecisionChoice,
    PrecisionName,
    Scale,
    SettingChoice,
    SettingName,
    Speed,
    ViewChoice,
    ViewName,
    runner_of,
)

if TYPE_CHECKING:
    from formcheck.batch.pool import ClipLimits, Outcome, Perform
    from formcheck.batch.run import Batch, Tally


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("batch")(batch_command)


def batch_command(
    folder: Annotated[
        Path, typer.Argument(help="Every video in it and below it is analysed.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the tables and results go.")] = Path(
        "results"
    ),
    jobs: Annotated[
        int | None, typer.Option(help="Clips at a time, one core each; as many as there are cores.", min=1)
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Analyse only clips that are new, changed, or failed before.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, or local to start one here.")
    ] = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Keep running and analyse new clips as they arrive; stop with Ctrl-C."),
    ] = False,
    height: Height = None,
    mass: Mass = None,
    speed: Speed = None,
    view: ViewChoice = ViewName.auto,
    setting: SettingChoice = SettingName.auto,
    capture_fps: CaptureFps = None,
    scale: Scale = None,
    model: ModelChoice = Model.best,
    backend: Backend = "blazepose",
    precision: PrecisionChoice = PrecisionName.fp32,
    no_video: Annotated[bool, typer.Option("--no-video", help="No annotated videos.")] = False,
    time_limit: Annotated[float, typer.Option(help="Seconds allowed for one clip.", min=1)] = 1800,
    memory: Annotated[float, typer.Option(help="Address space allowed for one clip, in GB.", min=1)] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per clip on stdout.")] = False,
) -> int:
    """Analyse every video below a folder into one comparable table.

    A clip's own height, mass, speed, view, setting and slow motion can be given in a clips.csv in the folder.
    """
    from formcheck.batch.jobs import Settings
    from formcheck.batch.pool import ClipLimits, sweep
    from formcheck.batch.run import Batch, alone, run_once
    from formcheck.batch.run import watch as watch_folder
    from formcheck.errors import UsageError
    from formcheck.marks import marks_from_text

    marks = None if scale is None else marks_from_text(scale)
    if marks is not None and marks.timed:
        raise UsageError(
            f"--scale {scale}: marks of a camera that pans belong to one clip; measure each clip alone (formcheck analyze)."
        )
    settings = Settings(
        view.value, capture_fps, model.value, backend, not no_video, setting.value, marks, precision.value
    )
    batch = Batch(folder, out, settings, runner_of(height, mass, speed))
    limits = ClipLimits(time_limit, int(memory * (1 << 30)))
    tell = tell_json if as_json else tell_line
    note_unknown_clips(batch)
    try:
        with alone(out), workers(batch, cluster, jobs or cores(), limits) as perform:
            if cluster is None:
                sweep(out, batch.jobs())
            if watch:
                watch_folder(batch, perform, tell)
            tally = run_once(batch, perform, tell, resume=resume)
    except KeyboardInterrupt:
        print(
            "Stopped. Finished clips are kept; run the same command with --resume to continue.",
            file=sys.stderr,
        )
        raise
    if not as_json:
        print(f"{tally.done - tally.failed} clips in {out / 'summary.csv'}, {tally.failed} failed.")
        print(f"Open {out / 'index.html'}.")
    return 1 if tally.failed else 0


def cores() -> int:
    """Return how many cores this program may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


@contextmanager
def workers(batch: Batch, cluster: str | None, jobs: int, limits: ClipLimits) -> Iterator[Perform]:
    """Provide what runs the jobs: processes here, or a cluster's workers."""
    if cluster is None:
        from formcheck.batch.pool import local_workers

        with local_workers(batch.out, jobs, limits) as perform:
            yield perform
    else:
        from formcheck.batch.cluster import cluster_workers

        with cluster_workers(cluster, batch, jobs, limits) as perform:
            yield perform


def note_unknown_clips(batch: Batch) -> None:
    """Report the clips of clips.csv that do not exist: a typing error would lose their heights."""
    from formcheck.batch.jobs import SHEET, not_found

    for name in not_found(batch.folder, batch.jobs()):
        print(f"Note: {SHEET} names {name}, which is not in the folder.", file=sys.stderr)


def tell_line(outcome: Outcome, tally: Tally) -> None:
    """Print a clip's outcome and the progress of the batch, on stderr."""
    why = f" ({outcome.reason})" if outcome.reason else ""
    print(
        f"[{tally.done}/{tally.total}] {outcome.name}: {outcome.state}{why} · {tally.failed} failed · "
        f"{tally.frames_per_s:.0f} frames/s · {duration(tally.left_s)} left",
        file=sys.stderr,
    )


def tell_json(outcome: Outcome, tally: Tally) -> None:
    """Print the same as a line of JSON, on stdout."""
    line = {
        "clip": outcome.name,
        "state": outcome.state,
        "reason": outcome.reason,
        "folder": outcome.folder,
        "frames": outcome.frames,
        "seconds": outcome.seconds,
        "done": tally.done,
        "total": tally.total,
        "failed": tally.failed,
        "left_s": round(tally.left_s, 1),
    }
    print(json.dumps(line), flush=True)


def duration(seconds: float) -> str:
    """Return a duration in words: "40 s", "3 min", "2 h 5 min"."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
