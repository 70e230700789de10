"""steps.csv and keypoints.csv: tables for spreadsheets; keypoints.csv can also be read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.export.course import STEP_COLUMNS as RUN_COLUMNS
from formcheck.export.course import step_cells
from formcheck.skeleton import KEYPOINTS
from formcheck.types import Analysis, PoseTrack, Step, Surroundings

STEP_COLUMNS = (
    "step", "side", "near", "contact_s", "toe_off_s", "ground_contact_ms", "ground_contact_sd_ms", "confidence",
    *RUN_COLUMNS,
)  # fmt: skip
KEYPOINT_COLUMNS = tuple(f"{name}_{part}" for name in KEYPOINTS for part in ("x", "y", "confidence"))
GROUND_COLUMNS = ("background_x", "background_y")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def table_text(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """Return CSV; missing values are empty, text that a spreadsheet would execute is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in line] for line in lines)
    return text.getvalue()


def _cell(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return f"'{cell}"
    return "" if isinstance(cell, float) and not isfinite(cell) else cell


def steps_text(analysis: Analysis) -> str:
    """Return one line per ground contact; `_s` is on the timebase of the clip, `_ms` in real time."""
    lines = (_step_line(count, step, analysis) for count, step in enumerate(analysis.steps, 1))
    return table_text(STEP_COLUMNS, lines)


def _step_line(count: int, step: Step, analysis: Analysis) -> tuple[Any, ...]:
    return (
        count,
        step.side,
        "yes" if step.near else "no",
        round(analysis.on_clip_clock(step.contact), 4),
        round(analysis.on_clip_clock(step.toe_off), 4),
        round(1000 * step.duration, 1),
        round(1000 * float(np.hypot(step.contact_sd, step.toe_off_sd)), 1),
        round(step.confidence, 3),
        *step_cells(analysis.run, count - 1),
    )


def keypoints_text(track: PoseTrack) -> str:
    """Return one line per frame: time (s, clip timebase), keypoints in px (y down), background drift."""
    moved = track.surroundings.background if track.surroundings else np.full((len(track.time), 2), np.nan)
    points = np.concatenate([np.round(track.xy, 2), np.round(track.confidence, 3)[..., None]], axis=2)
    values = np.column_stack(
        [np.round(track.time, 6), points.reshape(len(track.time), -1), np.round(moved, 2)]
    )
    rows = (row.tolist() for row in values)  # row by row: a million Python numbers at once would take 40 MB
    return table_text(("time_s", *KEYPOINT_COLUMNS, *GROUND_COLUMNS), rows)


def read_keypoints(path: Path, size: tuple[int, int], source: str) -> PoseTrack:
    """Read keypoints.csv.

    Raises
    ------
    UnreadableInput
        If the file is not a keypoint table written by FormCheck.
    """
    expected = ["time_s", *KEYPOINT_COLUMNS, *GROUND_COLUMNS]
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        if not rows or rows[0] != expected:
            raise ValueError("columns")
        values = np.array([[float(cell or "nan") for cell in row] for row in rows[1:]], float)
        values = values.reshape(-1, len(expected))
        points = values[:, 1:-2].reshape(len(values), len(KEYPOINTS), 3)
        around = Surroundings(np.full(len(values), np.nan), values[:, -2:], np.nan)
        return PoseTrack(values[:, 0], points[..., :2], points[..., 2], size, source, around)
    except (OSError, ValueError, csv.Error) as error:
        raise UnreadableInput(
            f"{path} is not a keypoint table that FormCheck wrote. Analyse the clip again."
        ) from error
