"""A run past the camera in analysis.json, and the columns of steps.csv that need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from formcheck.course import UNKNOWN, Z95, Amount, RunThrough, SpeedCurve, Split, SprintProfile, WorldStep
from formcheck.files.typed import WrongContent, read_as

AMOUNTS = ("speed", "top_speed", "gain", "step_length", "contact")
PROFILE = tuple(each.name for each in fields(SprintProfile))
OF_A_STEP = tuple(each.name for each in fields(WorldStep) if each.name not in ("side", "start"))
UNITS = {
    "speed": "mps", "top_speed": "mps", "gain": "mps2", "step_length": "m", "contact": "s", "place": "m",
    "flight": "s", "length": "m", "rate": "hz", "ahead": "m", "thigh_landing": "deg", "knee_landing": "deg",
    "thigh_leaving": "deg", "knee_leaving": "deg", "seconds": "s",
    "force": "n_per_kg", "velocity": "mps", "power": "w_per_kg", "tau": "s",
}  # fmt: skip
COLUMNS = ("place", "flight", "length", "rate", "speed", "ahead")
CURVE = ("time_s", "distance_m", "speed_mps", "speed_sd_mps")


def run_to_json(run: RunThrough | None, factor: float) -> dict[str, Any] | None:
    """Return a run as plain values; `time_s` and `start_s` are on the timebase of the clip."""
    if run is None:
        return None
    curve = run.curve
    return {
        "scale": run.scale,
        "note": run.note,
        **_amounts(run, AMOUNTS),
        "splits": [
            {"start_m": each.start, "stop_m": each.stop, **_amounts(each, ("seconds", "speed"))}
            for each in run.splits
        ],
        "steps": [
            {"side": each.side, "start_s": each.start * factor, **_amounts(each, OF_A_STEP)}
            for each in run.steps
        ],
        "profile": None if run.profile is None else _amounts(run.profile, PROFILE),
        "curve": dict(zip(CURVE, (curve.time * factor, curve.distance, curve.speed, curve.sd))),
    }


def _amounts(of: object, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(of, name) for name in names}
    return {
        f"{name}_{UNITS[name]}": {"value": amount.value, "low": amount.low, "high": amount.high}
        for name, amount in found.items()
    }


def run_from_json(told: Mapping[str, Any] | None, factor: float) -> RunThrough | None:
    """Return the run of an analysis.json; None where it has none.

    Raises
    ------
    WrongContent
    """
    if told is None:
        return None
    part = _part(told, "the run")
    steps = tuple(
        WorldStep(
            side=_side(each.get("side")),
            start=read_as(float, each.get("start_s"), "the start of a step") / factor,
            **_read_amounts(each, OF_A_STEP),
        )
        for each in _parts(part, "steps")
    )
    splits = tuple(
        Split(
            read_as(float, each.get("start_m"), "a split"),
            read_as(float, each.get("stop_m"), "a split"),
            **_read_amounts(each, ("seconds", "speed")),
        )
        for each in _parts(part, "splits")
    )
    return RunThrough(
        scale="height" if part.get("scale") == "height" else "marks",
        steps=steps,
        curve=_curve(_part(part.get("curve"), "the curve"), factor),
        splits=splits,
        note=read_as(str, part.get("note", ""), "the note of the run"),
        profile=_profile(part.get("profile")),
        **_read_amounts(part, AMOUNTS),
    )


def _profile(told: Any) -> SprintProfile | None:
    return None if told is None else SprintProfile(**_read_amounts(_part(told, "the profile"), PROFILE))


def _side(value: Any) -> Any:
    if value not in ("left", "right"):
        raise WrongContent(f"the side of a step is {str(value)[:20]}")
    return value


def _part(value: Any, where: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_as(Mapping[str, Any], value, where)
    return found


def _parts(told: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    found: tuple[Mapping[str, Any], ...] = read_as(
        tuple[Mapping[str, Any], ...], told.get(name, ()), f"the {name} of the run"
    )
    return found


def _read_amounts(told: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Amount]:
    return {name: _amount(told.get(f"{name}_{UNITS[name]}"), name) for name in names}


def _amount(value: Any, name: str) -> Amount:
    if value is None:
        return UNKNOWN
    part = _part(value, name)
    low, middle, high = (read_as(float, part.get(each), name) for each in ("low", "value", "high"))
    return Amount(middle, (high - low) / (2 * Z95))


def _curve(told: Mapping[str, Any], factor: float) -> SpeedCurve:
    time, distance, speed, sd = (
        np.array(read_as(tuple[float, ...], told.get(name, ()), "the curve")) for name in CURVE
    )
    if len({len(time), len(distance), len(speed), len(sd)}) > 1:
        raise WrongContent("the curve's parts have different lengths")
    return SpeedCurve(time / factor, distance, speed, sd)


def step_cells(run: RunThrough | None, index: int) -> tuple[float, ...]:
    """Return the cells of one step for `step_columns`; NaN without a run."""
    if run is None or index >= len(run.steps):
        return (np.nan,) * len(COLUMNS)
    return tuple(round(getattr(run.steps[index], name).value, 4) for name in COLUMNS)


STEP_COLUMNS = tuple(f"{name}_{UNITS[name]}" for name in COLUMNS)
