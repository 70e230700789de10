"""Every step of the last half minute against a target zone, for the strip below the live picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from formcheck.metrics import METRICS
from formcheck.metrics.judgement import judge
from formcheck.types import Measurement
from formcheck.wording import unit_text

TRACED = "cadence"  # what is traced unless something else is practised
LENGTH_S = 30.0
LATEST = 8  # steps whose median is compared with the zone: as many of one foot as of the other
BEAT_ZONE = 0.03  # share of the beat on either side; a steady runner's single steps vary by 1 to 3 %
WORDS = {
    "below": "▼ below the zone",
    "within": "● in the zone",
    "above": "▲ above the zone",
    "unknown": "",
}
TO_THE_BEAT = {"below": "▼ a little quicker", "above": "▲ a little slower"}

ZonePlace = Literal["below", "within", "above", "unknown"]


def place_of(value: float, zone: Sequence[float] | None) -> ZonePlace:
    """Return where a value lies against (low, high); "unknown" for NaN or without a zone."""
    if zone is None or not isfinite(value):
        return "unknown"
    return "below" if value < zone[0] else "above" if value > zone[1] else "within"


@dataclass(frozen=True)
class Zone:
    """Where the steps should lie; open at an infinite end."""

    low: float
    high: float

    @classmethod
    def around_beat(cls, steps_per_min: float) -> Zone:
        """Return the zone around a chosen beat."""
        return cls((1 - BEAT_ZONE) * steps_per_min, (1 + BEAT_ZONE) * steps_per_min)


@dataclass(frozen=True)
class Trace:
    """The values of single steps of one metric, oldest first."""

    metric: str
    times: tuple[float, ...] = ()  # s, monotonic clock
    values: tuple[float, ...] = ()  # in the metric's unit
    zone: Zone | None = None  # None = no range is known
    beat: float | None = None  # steps/min: the zone lies around it

    def after(self, measurement: Measurement | None, start: float, now: float) -> Trace:
        """Return the trace with the steps of the newest window in place of its older estimate of them.

        Parameters
        ----------
        measurement : of the last seconds; None = nothing was measured, and the trace only moves on
        start : s, time zero of the measurement on the monotonic clock
        now : s
        """
        fresh = () if measurement is None else tuple(zip(measurement.times, measurement.samples))
        since = start + fresh[0][0] if fresh else np.inf
        kept = [(time, value) for time, value in zip(self.times, self.values) if time < since]
        steps = [*kept, *((start + time, value) for time, value in fresh)]
        steps = [(time, value) for time, value in steps if time >= now - LENGTH_S and isfinite(value)]
        zone = Zone.around_beat(self.beat) if self.beat else self.zone
        if measurement is not None and not self.beat:
            norm = judge(measurement).norm
            zone = None if norm is None else Zone(norm.low, norm.high)
        times, values = tuple(time for time, _ in steps), tuple(value for _, value in steps)
        return Trace(self.metric, times, values, zone, self.beat)

    @property
    def place(self) -> ZonePlace:
        """Where the latest steps lie."""
        if self.zone is None or not self.values:
            return "unknown"
        return place_of(float(np.median(self.values[-LATEST:])), (self.zone.low, self.zone.high))

    @property
    def words(self) -> str:
        """Where the latest steps lie, in words; with a beat, what to do."""
        return (TO_THE_BEAT if self.beat else {}).get(self.place, WORDS[self.place])

    @property
    def scale(self) -> tuple[float, float]:
        """The values at the strip's lower and upper edge: all steps, and the finite ends of the zone."""
        ends = [end for end in (self.zone.low, self.zone.high) if isfinite(end)] if self.zone else []
        if (
            self.beat is None and self.values
        ):  # a wide range would flatten the steps: its nearer end is enough
            middle = float(np.median(self.values))
            ends = sorted(ends, key=lambda end: abs(end - middle))[:1]
        shown = [*self.values, *ends]
        low, high = min(shown), max(shown)
        margin = 0.15 * (high - low) or 1.0
        return low - margin, high + margin

    def drawn(self, now: float) -> dict[str, Any] | None:
        """Return what a page or a window draws, None without a step; positions from 0 to 1, up and to the right."""
        if not self.values:
            return None
        low, high = self.scale

        def share(value: float) -> float:
            return round(min(max((value - low) / (high - low), 0.0), 1.0), 4)

        return {
            "name": METRICS[self.metric].name,
            "unit": unit_text(METRICS[self.metric].unit).strip(),
            "place": self.place,
            "words": self.words,
            "zone": None if self.zone is None else [share(self.zone.low), share(self.zone.high)],
            "ends": [f"{low:.0f}", f"{high:.0f}"],
            "steps": [
                [round(1 - (now - time) / LENGTH_S, 4), share(value)]
                for time, value in zip(self.times, self.values)
            ],
        }
