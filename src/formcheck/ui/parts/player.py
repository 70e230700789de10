"""The player: annotated video, ground contacts and curves on one time axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.metrics.joint_curves import Curve, curves
from formcheck.types import Analysis, Step
from formcheck.ui.parts.look import component
from formcheck.ui.parts.playbar import play_bar
from formcheck.ui.server import link
from formcheck.ui.session import Entry

SHARES = (1, 99)  # percentiles of the values that a plot's scale must include
ROOM = 0.08  # of the scale, above and below

_LOOP = (
    '<button type="button" class="loop" aria-pressed="false" aria-label="Loop a stride">'
    'Loop<span class="more"> a stride</span></button>'
)
_HTML = f"""
<div class="player" tabindex="0" role="group" aria-label="Video with curves. Arrow keys step one frame, space plays, L loops a stride.">
  <div class="stage">
    <video muted playsinline preload="auto"></video>
    <input class="slider" type="range" min="0" step="1" value="0" aria-label="Frame">
    {play_bar("1", "0.5", "0.25", "0.1", more=_LOOP)}
  </div>
  <div class="plots"></div>
  <p class="help">Click a curve and the video goes there. <span class="hint">Keys: ← → one frame, Shift ten, space plays, L loops a stride.</span></p>
</div>
"""
_player = component("player", _HTML)


def player(entry: Entry, analysis: Analysis) -> None:
    """Show the annotated video of a measured clip with its curves."""
    _player(
        data=player_data(link(entry.token, "annotated.mp4"), entry.label, analysis),
        key=f"player-{entry.token}",
    )


def player_data(src: str, label: str, analysis: Analysis) -> dict[str, Any]:
    """Return the data for the player's script; times are in the clip's own timebase, in s."""
    shown = [_step(step, analysis) for step in analysis.steps]
    return {
        "src": src,
        "label": f"Annotated video of {label}",
        "times": [round(float(time), 4) for time in analysis.track.time],
        "steps": shown,
        "contactsLabel": f"Ground contacts over time: {len(shown)} steps, listed in the table below.",
        "strides": strides(analysis),
        "curves": [_plot(curve) for curve in curves(analysis)],
    }


def _step(step: Step, analysis: Analysis) -> dict[str, Any]:
    start, end = analysis.on_clip_clock(step.contact), analysis.on_clip_clock(step.toe_off)
    known = np.isfinite(end)
    words = f"{step.side} foot, contact at {start:.3f} s"
    return {
        "side": step.side,
        "near": step.near,
        "start": round(start, 4),
        "end": round(end if known else start, 4),
        "title": f"{words}, {step.duration * 1000:.0f} ms" if known else words,
    }


def strides(analysis: Analysis) -> list[list[float]]:
    """Return start and end of each whole stride of one foot, in the clip's timebase."""
    for near in (True, False):
        starts = [analysis.on_clip_clock(step.contact) for step in analysis.steps if step.near is near]
        if len(starts) > 1:
            return [[round(a, 4), round(b, 4)] for a, b in zip(starts, starts[1:])]
    return []


def _plot(curve: Curve) -> dict[str, Any]:
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
        "values": [round(float(value), 2) if np.isfinite(value) else None for value in curve.values],
        "label": f"{curve.name} over time, mostly between {low:.0f} and {high:.0f} {curve.unit}. "
        "Click to move the video.",
    }
