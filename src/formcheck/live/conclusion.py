"""Results of a run: the same files as for a video, and the metrics by the minute."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

import numpy as np

from formcheck.draw import Album
from formcheck.export import write_results
from formcheck.live.engine import Finished
from formcheck.live.recording import Recorder, frames_at
from formcheck.metrics import METRICS
from formcheck.metrics.trends import Trend, by_minute, fatigue_signs, trends
from formcheck.types import Analysis, Frame


@dataclass(frozen=True, eq=False)
class Concluded:
    """One run of a session, measured as a whole."""

    number: int
    length_s: float
    analysis: Analysis
    trends: tuple[Trend, ...]
    folder: Path

    @property
    def tiring(self) -> tuple[Trend, ...]:
        """Signs of fatigue, where at least two agree."""
        return fatigue_signs(self.trends)


def session_name(out: Path, began: datetime) -> str:
    """Return a name for a session that is not yet the prefix of an entry in the results folder."""
    plain = f"live-{began:%Y%m%d-%H%M%S}"
    taken = {path.name for path in out.glob("live-*")}
    names = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(name for name in names if not any(_begins_with(each, name) for each in taken))


def _begins_with(entry: str, name: str) -> bool:
    """Return whether an entry is a recording or a run of the session with this name."""
    return entry.removeprefix(name).startswith((".", "-run-")) if entry.startswith(name) else False


class Conclusions:
    """Measures each finished run and writes its results at once, so that a later crash cannot lose them.

    Parameters
    ----------
    out : folder below which each run gets a folder of its own
    name : of the session, the prefix of the folders of its runs (see `session_name`)
    told : called with each result
    recorder : keeps the camera's frames, from which the report takes its key frames; None = no recording
    """

    def __init__(
        self,
        out: Path,
        name: str,
        told: Callable[[Concluded], None] | None = None,
        recorder: Recorder | None = None,
    ):
        self.out, self.name, self.recorder = out, name, recorder
        self.results: list[Concluded] = []
        self._told = told
        self._session = uuid4().hex  # another session's results are never replaced
        self._one_at_a_time = threading.Lock()

    def __call__(self, finished: Finished) -> None:
        """Measure one run and write its results."""
        with self._one_at_a_time:
            run = finished.run
            name = f"{self.name}-run-{run.number}"
            analysis = finished.analysis()
            analysis = replace(analysis, clip=replace(analysis.clip, name=name))
            album = album_of(analysis, finished.began, self.recorder)
            folder = write_results(
                analysis, None, self.out / name, album=album,
                extra={"minutes.csv": minutes_text(analysis).encode()}, made_of=(f"live:{self._session}",),
            )  # fmt: skip
            length = run.lasts(run.end if run.end is not None else run.start)
            result = Concluded(run.number, length, analysis, trends(analysis.measurements), folder)
            self.results.append(result)
            if self._told is not None:
                self._told(result)


def album_of(analysis: Analysis, began: float, recorder: Recorder | None) -> Album:
    """Return a run's key frames from the recording; none where there is no recording.

    Parameters
    ----------
    began : s, monotonic clock, the run's first frame
    """
    album = Album(analysis)
    if recorder is None or recorder.failure:
        return album
    ahead = began - recorder.began  # s of recording before the run
    pictures = frames_at(recorder.path, [time + ahead for time in album.times])
    for _ in album.watch(Frame(each.image, each.time - ahead) for each in pictures):
        pass
    return album


def minutes_text(analysis: Analysis) -> str:
    """Return a table of every metric by the minute, with its change per minute where known."""
    slopes = {each.metric: each for each in trends(analysis.measurements)}
    rows = {
        metric: by_minute(np.array(each.times), np.array(each.samples))
        for metric, each in analysis.measurements.items()
        if each.samples
    }
    most = max((len(row) for row in rows.values()), default=0)
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    head = ["metric", "unit", *(f"minute_{k + 1}" for k in range(most))]
    table.writerow([*head, "change_per_minute", "low", "high"])
    for metric, row in rows.items():
        cells = [_cell(value) for value in row] + [""] * (most - len(row))
        slope = slopes.get(metric)
        change = [_cell(slope.slope), _cell(slope.low), _cell(slope.high)] if slope else ["", "", ""]
        table.writerow([metric, METRICS[metric].unit, *cells, *change])
    return file.getvalue()


def _cell(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else ""
