"""A run past the camera as tables of text: summary, splits, steps, sprint profile, sprinters, what to practise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95, Amount, RunThrough, SprintProfile, WorldStep
from formcheck.overground import advice_of, beside_sprinters, sprint_phase
from formcheck.overground.compare import Gap, speed_gaps, time_gaps

DASH = "–"


@dataclass(frozen=True)
class Sheet:
    """One table of text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def run_sheets(run: RunThrough) -> tuple[Sheet, ...]:
    """Return the tables of a run: in short, split times where there are marks, every step, and what a sprint adds."""
    sheets = [Sheet("The run", ("", "measured, 95 %"), _in_short(run))]
    if run.splits:
        rows = tuple(
            (
                f"{_metres(each.start)} to {_metres(each.stop)} m",
                amount(each.seconds, 2),
                amount(each.speed, 2),
            )
            for each in run.splits
        )
        sheets.append(Sheet("Splits", ("between marks", "time (s)", "speed (m/s)"), rows))
    sheets.append(Sheet("Steps over the ground", STEP_HEAD, tuple(_step(each) for each in run.steps)))
    return (*sheets, *_sprint_sheets(run))


def _sprint_sheets(run: RunThrough) -> list[Sheet]:
    """Return profile, published sprinters and what to practise; none where the run is no sprint."""
    phase, sheets = sprint_phase(run), []
    if run.profile is not None:
        sheets.append(Sheet("Sprint profile", ("from standing", "measured, 95 %"), _profile(run.profile)))
    if phase is None:
        return sheets
    beside = tuple(
        (f"{each.who} ({each.source}, doi:{each.doi})", f"{each.mean:g} ± {each.sd:g} {each.unit}",
         each.place(value), each.evidence)
        for each, value in beside_sprinters(run)
    )  # fmt: skip
    if beside:
        sheets.append(Sheet(f"Beside sprinters: {phase}", ("who", "mean ± sd", "you", "evidence"), beside))
    practise = tuple((each.say, each.drill, "D") for each in advice_of(phase))
    sheets.append(Sheet("To practise", ("what", "drill", "evidence"), practise))
    return sheets


def _profile(profile: SprintProfile) -> tuple[tuple[str, ...], ...]:
    rows = (
        ("Force at the start (F0)", profile.force, 1, "N/kg"),
        ("Speed without force (V0)", profile.velocity, 2, "m/s"),
        ("Greatest power", profile.power, 1, "W/kg"),
        ("Top speed ahead", profile.top_speed, 2, "m/s"),
    )
    return tuple((name, f"{amount(value, digits)} {unit}") for name, value, digits, unit in rows)


def compared_sheets(before: RunThrough | None, after: RunThrough | None) -> tuple[Sheet, ...]:
    """Return two runs place for place: times between the same marks, and speed at every metre both show."""
    if before is None or after is None:
        return ()
    head = ("before", "after", "change", "")
    times = tuple(
        (f"{_metres(each.start)} to {_metres(each.stop)} m", *_gap(each, 2))
        for each in time_gaps(before, after)
    )
    speeds = tuple((f"{_metres(each.start)} m", *_gap(each, 2)) for each in speed_gaps(before, after))
    found = (
        Sheet("Times between cones (s)", ("between", *head), times),
        Sheet("Speed over the distance (m/s)", ("at", *head), speeds),
    )
    return tuple(each for each in found if each.rows)


def _gap(gap: Gap, digits: int) -> tuple[str, ...]:
    told = (amount(each, digits) for each in (gap.before, gap.after, gap.change))
    return (*told, "real" if gap.real else "within the noise")


def _metres(value: float) -> str:
    return f"{value:g}".replace("-", "−")


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
