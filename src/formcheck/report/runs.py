"""A run past the camera as tables of text: summary, splits, steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95, Amount, RunThrough, WorldStep

DASH = "–"


@dataclass(frozen=True)
class Sheet:
    """One table of text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def run_sheets(run: RunThrough) -> tuple[Sheet, ...]:
    """Return the tables of a run: in short, split times where there are marks, and every step."""
    sheets = [Sheet("The run", ("", "measured, 95 %"), _in_short(run))]
    if run.splits:
        rows = tuple(
            (
                f"{each.start:g} to {each.stop:g} m".replace("-", "−"),
                amount(each.seconds, 2),
                amount(each.speed, 2),
            )
            for each in run.splits
        )
        sheets.append(Sheet("Splits", ("between marks", "time (s)", "speed (m/s)"), rows))
    sheets.append(Sheet("Steps over the ground", STEP_HEAD, tuple(_step(each) for each in run.steps)))
    return tuple(sheets)


def amount(value: Amount, digits: int, scale: float = 1.0) -> str:
    """Return a value with half its 95 % interval, as "8.31 ± 0.12"; a dash where there is none."""
    if not np.isfinite(value.value):
        return DASH
    half = Z95 * scale * value.sd
    told = f"{scale * value.value:.{digits}f}".replace("-", "−")
    return f"{told} ± {half:.{digits}f}" if np.isfinite(half) else told


def _in_short(run: RunThrough) -> tuple[tuple[str, ...], ...]:
    rows = (
        ("Speed", amount(run.speed, 2), "m/s"),
        ("Fastest stride", amount(run.top_speed, 2), "m/s"),
        ("Gain of speed", amount(run.gain, 1), "m/s²"),
        ("Step length", amount(run.step_length, 2), "m"),
        ("Time on the ground", amount(run.contact, 0, 1000), "ms"),
    )
    return tuple((name, f"{told} {unit}" if told != DASH else told) for name, told, unit in rows)


STEP_HEAD = (
    "Foot", "Place (m)", "Length (m)", "Speed (m/s)", "Rate (1/s)", "Ground (ms)", "Air (ms)",
    "Foot ahead (cm)", "Knee landing (°)", "Thigh leaving (°)",
)  # fmt: skip


def _step(step: WorldStep) -> tuple[str, ...]:
    return (
        step.side, amount(step.place, 2), amount(step.length, 2), amount(step.speed, 2), amount(step.rate, 2),
        amount(step.contact, 0, 1000), amount(step.flight, 0, 1000), amount(step.ahead, 0, 100),
        amount(step.knee_landing, 0), amount(step.thigh_leaving, 0),
    )  # fmt: skip
