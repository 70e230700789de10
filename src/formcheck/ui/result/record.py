"""What the script of the result page needs: keypoints, steps, curves and the mean stride of a clip.

The page loads it from a file beside the video, because it is too long to be sent at every redraw.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from formcheck.draw import style
from formcheck.draw.figure import person_px, smoothed
from formcheck.draw.follow import Follow
from formcheck.draw.stride_moments import StrideMoment
from formcheck.metrics import METRICS
from formcheck.metrics.joint_curves import Curve, curves
from formcheck.metrics.judgement import judge
from formcheck.report.mean_figure import MeanFigure, mean_figure
from formcheck.report.plots import StrideLine, StridePlot, stride_plots
from formcheck.skeleton import KEYPOINTS
from formcheck.types import Analysis, Measurement, Step
from formcheck.wording import unit_text

FORMAT, VERSION = "formcheck-page", 1
SHARES = (1, 99)  # percentiles of the values that a plot's scale must include
ROOM = 0.08  # of the scale, above and below
UNSEEN, UNSURE, SURE = "0", "1", "2"
ANGLES = {"trunk_lean": ("Forward lean", "lean"), "elbow_angle": ("Elbow", "elbow")}
"""The angles drawn on the video: the metric, the beginning of its curve's name, and the drawing."""
HEADLINE = ("trunk_lean", "foot_strike_angle", "elbow_angle", "arm_crossover", "cadence")
CURVES = {"trunk_lean": "lean", "elbow_angle": "Elbow", "arm_crossover": "hand"}
"""Part of the names of the curves that show a metric."""
FEWEST_DOTS = 3


def page_record(
    analysis: Analysis, crop: Follow | None, moments: Iterable[StrideMoment] = ()
) -> dict[str, Any]:
    """Return everything the page's script draws; times in the clip's timebase, in s."""
    shown = curves(analysis)
    return {
        "format": FORMAT,
        "version": VERSION,
        "times": [round(float(time), 4) for time in analysis.track.time],
        "near": analysis.scene.near_side,
        "forward": -1 if analysis.scene.facing == "left" else 1,
        "up": _up(analysis),
        "picture": None if crop is None else _picture(analysis, crop),
        "steps": [_step(step, analysis) for step in analysis.steps],
        "landings": _landings(analysis),
        "angles": _angles(analysis, shown),
        "curves": [_curve(curve) for curve in shown],
        "series": _series(analysis, shown),
        "mean": [_plot(plot) for plot in stride_plots(analysis)],
        "figures": [_figure(each) for each in _figures(analysis)],
        "moments": [{"words": each.words, "time": round(each.time, 4)} for each in moments],
    }


def _up(analysis: Analysis) -> list[float]:
    """Return the true vertical in the picture, corrected for a known tilt of the camera."""
    roll = np.radians(np.nan_to_num(analysis.scene.roll_deg))
    return [round(-float(np.sin(roll)), 4), round(-float(np.cos(roll)), 4)]


def _picture(analysis: Analysis, crop: Follow) -> dict[str, Any]:
    """Return the keypoints in px of the cropped video, smoothed for display only."""
    track = analysis.track
    xy = smoothed(track)
    known = np.isfinite(xy).all(axis=2) & (track.confidence >= style.SEEN)
    sure = np.where(track.confidence >= style.SURE, SURE, UNSURE)
    points = np.where(known[..., None], crop.points(xy), 0.0)
    motion = analysis.motion
    return {
        "size": list(crop.size),
        "names": list(KEYPOINTS),
        "seen": ["".join(row) for row in np.where(known, sure, UNSEEN)],
        "xy": np.rint(points).astype(int).reshape(len(xy), -1).tolist(),
        "person": round(person_px(analysis.scene, xy[known]) * crop.scale, 1),
        "leg": None if motion is None else round(motion.leg_px * crop.scale, 1),
    }


def _step(step: Step, analysis: Analysis) -> dict[str, Any]:
    start, end = analysis.on_clip_clock(step.contact), analysis.on_clip_clock(step.toe_off)
    known = bool(np.isfinite(end))
    words = f"{step.side} foot lands at {start:.2f} s"
    return {
        "side": step.side,
        "near": step.near,
        "start": round(start, 4),
        "end": round(end, 4) if known else None,
        "title": f"{words}, {step.duration * 1000:.0f} ms on the ground" if known else words,
    }


def _landings(analysis: Analysis) -> list[dict[str, float]]:
    """Return each landing's own foot angle; empty if the clip's is not measured."""
    found = analysis.measurements.get("foot_strike_angle")
    if found is None or not found.measured:
        return []
    return [
        {"time": round(analysis.on_clip_clock(time), 4), "deg": round(value)}
        for time, value in zip(found.times, found.samples)
        if np.isfinite(value)
    ]


def _angles(analysis: Analysis, shown: tuple[Curve, ...]) -> list[dict[str, Any]]:
    """Return the angles to draw on the video: only those whose metric this clip measures."""
    found = []
    for metric, (name, shape) in ANGLES.items():
        measurement = analysis.measurements.get(metric)
        curve = next((each for each in shown if each.name.startswith(name)), None)
        if measurement is not None and measurement.measured and curve is not None:
            found.append({"metric": metric, "shape": shape, "values": _rounded(curve.values, 1)})
    return found


def _series(analysis: Analysis, shown: tuple[Curve, ...]) -> dict[str, Any]:
    """Return what the five tiles draw when opened: a curve where there is one, else a dot for each step."""
    found: dict[str, Any] = {}
    for id in HEADLINE:
        measurement = analysis.measurements.get(id)
        if measurement is None or not measurement.measured:
            continue
        name = CURVES.get(id)
        places = [place for place, curve in enumerate(shown) if name and name in curve.name]
        if places:
            found[id] = {"curves": places}
        elif len(measurement.samples) >= FEWEST_DOTS:
            found[id] = _dots(measurement, analysis)
    return found


def _dots(measurement: Measurement, analysis: Analysis) -> dict[str, Any]:
    norm = judge(measurement).norm
    known = [
        (round(analysis.on_clip_clock(time), 4), round(value, 2))
        for time, value in zip(measurement.times, measurement.samples)
        if np.isfinite(value)
    ]
    values = [value for _, value in known]
    low, high = min(*values, measurement.low), max(*values, measurement.high)
    room = ROOM * (high - low) + 0.5
    return {
        "dots": known,
        "middle": round(measurement.value, 2),
        "low": low - room,
        "high": high + room,
        "band": norm.band if norm else None,
        "unit": unit_text(measurement.unit),
        "label": f"{METRICS[measurement.metric].name}, step by step, {len(known)} values",
    }


def _curve(curve: Curve) -> dict[str, Any]:
    seen = curve.values[np.isfinite(curve.values)]
    low, high = np.percentile(seen, SHARES)
    room = ROOM * (high - low) + 0.5
    return {
        "name": curve.name,
        "unit": curve.unit,
        "near": curve.near,
        "digits": curve.digits,
        "band": curve.band,
        "low": float(low - room),
        "high": float(high + room),
        "values": _rounded(curve.values, 2),
        "label": f"{curve.name} over time, mostly between {low:.0f} and {high:.0f} {curve.unit}",
    }


def _plot(plot: StridePlot) -> dict[str, Any]:
    return {
        "title": plot.title,
        "unit": plot.unit,
        "low": plot.low,
        "high": plot.high,
        "lines": [_line(line) for line in plot.lines],
    }


def _line(line: StrideLine) -> dict[str, Any]:
    return {
        "side": line.side,
        "near": line.near,
        "mean": _rounded(line.mean, 2),
        "spread": _rounded(line.spread, 2),
        "strides": line.strides,
        "toeOff": _known(line.toe_off),
    }


def _figures(analysis: Analysis) -> list[MeanFigure]:
    """Return the mean stride of the near leg, then of the far leg."""
    near = mean_figure(analysis)
    if near is None:
        return []
    far = mean_figure(analysis, "right" if near.side == "left" else "left")
    return [near] if far is None else [near, far]


def _figure(figure: MeanFigure) -> dict[str, Any]:
    return {
        "side": figure.side,
        "strides": figure.strides,
        "toeOff": _known(figure.toe_off),
        "otherLands": _known(figure.other_lands),
        "xy": [_rounded(row, 3) for row in figure.xy.reshape(len(figure.xy), -1)],
    }


def _known(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def _rounded(values: np.ndarray, digits: int) -> list[float | None]:
    return [round(float(value), digits) if np.isfinite(value) else None for value in values]
