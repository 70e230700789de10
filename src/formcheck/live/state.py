"""What the screen shows besides the image: one immutable snapshot, twice a second."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, Literal

from formcheck.frame_rate import reaches
from formcheck.live.cues import NOTHING, Line
from formcheck.metrics import METRICS
from formcheck.metrics.judgement import judge
from formcheck.scene.refusals import GOOD_CAMERA_HZ
from formcheck.types import Analysis, Measurement, Refusal
from formcheck.wording import SIGNS, STATES, decimals, number, range_text, state, unit_text

Stage = Literal["connecting", "framing", "starting", "running", "resting", "lost", "over"]

NUMBERS = 3  # shown at a time
WHOLE_FROM = 100.0  # numbers this large are shown without decimals, to be read at a glance
PLAIN_REASONS = {
    "no_person": "Nobody is in the picture",
    "several_people": "Several people are in view: only the runner, please",
    "camera_moves": "The camera moves: put it on something steady",
    "too_small": "You are small in the picture: come closer",
    "feet_hidden": "Your legs are not visible: move the camera back",
    "frame_rate": "Too few frames a second come in to measure",
    "not_running": "This is not steady running yet",
    "too_short": "A few more steps, please",
    "slow_motion_unknown": "The pictures do not come in real time",
    "view": "The camera does not stand where --view says",
}
"""Why nothing is measured, phrased for somebody who is running."""


BUSY = (
    "Close other programs on this machine, or use a quicker model (formcheck live --model lite), "
    "and a camera with 30 frames a second or more."
)
UNSURE = "Not sure enough yet: a few more steps"  # the interval is wider than twice the range
TOO_SLOW = "More frames a second are needed than come in just now"


@dataclass(frozen=True)
class ShownNumber:
    """One large number."""

    metric: str
    name: str
    value: str  # "168", or a dash
    unit: str
    plus_minus: str  # "± 1"
    state: str  # below, within, above, edge, cant_tell, unknown
    sign: str  # symbol of the state
    state_words: str
    range: str  # "170 to 180 steps/min"; empty without a range
    why: str  # why there is no value
    bar: tuple[float, float, float, float, float] | None  # 0..1: range low, high; value; its interval


@dataclass(frozen=True)
class State:
    """Everything except the image."""

    stage: Stage = "connecting"
    headline: str = "Connecting to the camera"
    fine: bool = False  # the runner is positioned well in the image
    line: Line = NOTHING
    numbers: tuple[ShownNumber, ...] = ()
    note: str = ""  # what cannot be seen from this view
    run: int = 0
    running_s: float = 0.0
    measured_at: float = 0.0  # s, time of the newest frame included
    trace: dict[str, Any] | None = None  # single steps against their zone: `Trace.drawn`
    analysis: Analysis | None = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the fields that a page shows."""
        return {
            "stage": self.stage,
            "headline": self.headline,
            "fine": self.fine,
            "kind": self.line.kind,
            "note": self.note,
            "run": self.run,
            "running_s": round(self.running_s, 1),
            "numbers": [vars(each) for each in self.numbers],
            "trace": self.trace,
        }


def plain_reason(refusal: Refusal, fps: float, runs: bool) -> str:
    """Return why nothing is measured, phrased for somebody who is running.

    Low frame rates can miss contacts: missing contacts are then no evidence against running
    when the legs show a running rhythm.

    Parameters
    ----------
    fps : frames per second that were processed
    runs : whether the last steps look like running
    """
    few = refusal.code == "not_running" and runs and not reaches(fps, GOOD_CAMERA_HZ)
    return PLAIN_REASONS.get("frame_rate" if few else refusal.code, refusal.reason)


def as_live(analysis: Analysis) -> Analysis:
    """Return a whole run's analysis with advice suited to a live run.

    Low frame rates are caused by a busy machine more often than by the camera.
    """
    refusal = analysis.refusal
    if refusal is None or refusal.code != "frame_rate":
        return analysis
    reason = f"Only {analysis.clip.fps:.0f} frames a second could be worked on."
    told = Refusal(refusal.code, reason, BUSY)
    return replace(analysis, scene=replace(analysis.scene, refusal=told))


def screen_view(view: str) -> str:
    """Return the view whose numbers the screen shows: a view without numbers of its own has those of the side."""
    return view if any(view in row.live for row in METRICS.values()) else "side"


def choose_numbers(asked: tuple[str, ...], view: str, fps: float) -> tuple[str, ...]:
    """Return the ids of the three numbers to show: those requested, or those this view measures best."""
    if asked:
        return asked
    seen = screen_view(view)
    rows = [row for row in METRICS.values() if seen in row.live and reaches(fps, row.live_fps)]
    return tuple(row.id for row in sorted(rows, key=lambda row: row.live[seen])[:NUMBERS])


def shown(measurement: Measurement, fps: float) -> ShownNumber:
    """Return a measurement as a large number with its range bar.

    Parameters
    ----------
    fps : frames per second that were processed
    """
    metric = measurement.metric
    name = METRICS[metric].name
    norm = judge(measurement).norm
    band = range_text(norm) if norm else ""
    if not measurement.measured:
        slow = fps < METRICS[metric].min_fps
        why = TOO_SLOW if slow else measurement.why_missing or ""
        return ShownNumber(metric, name, "–", "", "", "unknown", "–", "not measured", band, why, None)
    half = 0.5 * (measurement.high - measurement.low)
    if norm is not None and half > min(METRICS[metric].live_widest, norm.high - norm.low):
        return ShownNumber(metric, name, "–", "", "", "unknown", "–", "not measured", band, UNSURE, None)
    digits = 0 if abs(measurement.value) >= WHOLE_FROM else min(decimals(half), 1)
    return ShownNumber(
        metric,
        name,
        number(measurement.value, digits),
        unit_text(measurement.unit).strip(),
        f"± {number(max(half, 10.0**-digits), digits)}",
        state(measurement),
        SIGNS[state(measurement)],
        STATES[state(measurement)],
        band,
        "",
        bar_of(measurement),
    )


def bar_of(measurement: Measurement) -> tuple[float, float, float, float, float] | None:
    """Return range and value on a scale from 0 to 1, None without a range."""
    norm = judge(measurement).norm
    if norm is None or not measurement.measured:
        return None
    ends = [end for end in (norm.low, norm.high) if isfinite(end)]
    width = (norm.high - norm.low) if len(ends) == 2 else max(abs(ends[0]), 1.0)
    low = min(min(ends) - 0.75 * width, measurement.value - 0.1 * width)
    high = max(max(ends) + 0.75 * width, measurement.value + 0.1 * width)

    def share(value: float) -> float:
        return min(max((value - low) / (high - low), 0.0), 1.0)

    return (
        share(norm.low), share(norm.high), share(measurement.value), share(measurement.low), share(measurement.high)
    )  # fmt: skip
