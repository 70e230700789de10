"""Contact and toe-off against what somebody read off the frames of real clips."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.pipeline import analyze
from formcheck.skeleton import SIDES
from formcheck.types import Analysis

READINGS = "contact-times.json"
MODELS = ("best", "balanced", "fast")
NEAR_FRAMES = 3  # a contact found further from the reading is another one


def print_video(folder: Path) -> None:
    """Print the errors on every clip of a folder's readings that is there, with each pose model."""
    print(
        "\n| clip, model | n | contact ms | toe-off ms | contact time, read | found | interval of a clip ± |"
    )
    print(f"|{'---|' * 7}")
    readings = json.loads((folder / READINGS).read_text(encoding="utf-8"))
    for reading in readings.values():
        if (folder / reading["clip"]).is_file():
            for line in _lines(folder, reading):
                print(line, flush=True)


def _lines(folder: Path, reading: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line of the table for each pose model."""
    for model in MODELS:
        found = analyze(folder / reading["clip"], model=model)
        off = event_errors_ms(found, reading)
        told = found.measurements["ground_contact_time"]
        read = reading["mean_ms"]
        yield (
            f"| {Path(reading['clip']).stem}, {model} | {len(off)} | {off[:, 0].mean():+.1f} ± {off[:, 0].std():.1f} |"
            f" {off[:, 1].mean():+.1f} ± {off[:, 1].std():.1f} | {read:.0f}, {reading['adjusted_mean_ms']:.0f} |"
            f" {read + np.diff(off.mean(axis=0))[0]:.0f} | {0.5 * (told.high - told.low):.0f} |"
        )


def event_errors_ms(found: Analysis, reading: Mapping[str, Any]) -> np.ndarray:
    """Return (n, 2) ms, found less read, of the contacts that were read and found.

    A reading names the first frame that shows the foot touching, and the first that shows it off the
    ground. Each happened half a frame earlier on average.
    """
    fps = reading["fps"]
    rows = []
    for step in reading["steps"]:
        read = (np.array([step["contact"], step["toe_off"]]) - 0.5) / fps
        near = _nearest(found, step["side"], read[0])
        if np.abs(near[0] - read[0]) <= NEAR_FRAMES / fps:
            rows.append(1000 * (near - read))
    return np.array(rows).reshape(-1, 2)


def _nearest(found: Analysis, letter: str, at: float) -> np.ndarray:
    """Return contact and toe-off (s) of a leg's step nearest to a time, infinitely late where there is none."""
    side = next(side for side in SIDES if side[0].upper() == letter)
    steps: Sequence = [step for step in found.steps if step.side == side and np.isfinite(step.toe_off)]
    if not steps:
        return np.full(2, np.inf)
    best = min(steps, key=lambda step: abs(step.contact - at))
    return np.array([best.contact, best.toe_off])
