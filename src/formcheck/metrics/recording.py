"""One clip as input to the metrics: motion, steps, scene and runner, with common queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formcheck import biomechanics
from formcheck.gait.accuracy import accuracy_of
from formcheck.gait.steps import contact_time_clip_sd
from formcheck.metrics.clock import Clock, clock_of
from formcheck.metrics.uncertainty import roll_sd_of
from formcheck.motion.interpolation import spline
from formcheck.motion.standing import Standing
from formcheck.skeleton import SIDES, K, other
from formcheck.types import Motion, Runner, Scene, Side, Step

CONTACT_S = (0.06, 0.60)  # a shorter or longer ground contact is a detection error
STRIDE_S = (0.36, 1.25)
STRIDE_POINTS = 64  # sampling points per stride, at any frame rate
SEEN_SHARE = 0.8  # share of a stride that must be visible
# Percentile of a segment's projected lengths used as its true length. From the side, a segment is nearly
# always in the image plane, and maxima are inflated by noise (with 75, speeds were 3 % too low); from the
# front, it is rarely in the image plane.
FULL_LENGTH, FORESHORTENED = 50.0, 95.0
SPLINE_REACH = 3  # samples on each side that an interpolated value depends on


@dataclass(frozen=True, eq=False)
class Recording:
    """A clip with all data that a metric may use."""

    motion: Motion
    steps: tuple[Step, ...]
    scene: Scene
    runner: Runner
    standing: Standing | None = None  # what a quiet stand shows

    @property
    def frontal(self) -> bool:
        """Whether the clip was filmed from the front or the rear."""
        return self.scene.view in ("front", "rear")

    @cached_property
    def clock(self) -> Clock:
        """The rhythm of the whole body, independent of contacts."""
        return clock_of(self.motion, self.frontal)

    @cached_property
    def step_s(self) -> float:
        """Step time in s, from the rhythm or else from contacts; NaN = neither is available."""
        if self.clock.found:
            return self.clock.step_s
        apart = np.diff([step.contact for step in self.steps])
        return float(np.median(apart)) if len(apart) else np.nan

    @cached_property
    def steps_seen(self) -> int:
        """Number of steps in the clip."""
        return max(len(self.steps), self.clock.steps)

    @cached_property
    def near(self) -> Side:
        """The leg nearer to the camera, or the left leg if neither is nearer."""
        return self.motion.near_side or self.scene.near_side or "left"

    @property
    def far(self) -> Side:
        """The leg further from the camera."""
        return "right" if self.near == "left" else "left"

    def of(self, side: Side) -> tuple[Step, ...]:
        """Return the steps of one foot."""
        return tuple(step for step in self.steps if step.side == side)

    def whole(self, side: Side) -> tuple[Step, ...]:
        """Return the steps of one foot that have a plausible toe-off."""
        return tuple(step for step in self.of(side) if CONTACT_S[0] < step.duration < CONTACT_S[1])

    def strides(self, side: Side) -> list[tuple[Step, float]]:
        """Return each step of a foot with the time of the next contact of that foot."""
        mine = self.of(side)
        return [
            (step, after.contact)
            for step, after in zip(mine, mine[1:])
            if STRIDE_S[0] < after.contact - step.contact < STRIDE_S[1]
        ]

    @cached_property
    def _ends(self) -> dict[tuple[str, float], float]:
        # matched by toe-off, which does not move when contacts are shifted
        return {(step.side, step.toe_off): stop for side in SIDES for step, stop in self.strides(side)}

    def next_contact(self, step: Step) -> float:
        """Return the time (s) of the next contact of the same foot, NaN where it is not detected."""
        return self._ends.get((step.side, step.toe_off), np.nan)

    def raw_point(self, side: str, part: str) -> np.ndarray:
        """Return an unfiltered keypoint, (N, 2) leg lengths, for events that a filter would smear."""
        return self.motion.raw[:, K[f"{side}_{part}"]]

    def point(self, side: str, part: str) -> np.ndarray:
        """Return a cleaned keypoint of one side, (N, 2) leg lengths."""
        return self.motion.point(f"{side}_{part}")

    @cached_property
    def hip(self) -> np.ndarray:
        """Mid-hip, (N, 2) leg lengths."""
        return self.motion.middle("hip")

    @cached_property
    def shoulder(self) -> np.ndarray:
        """Mid-shoulder, (N, 2) leg lengths."""
        return self.motion.middle("shoulder")

    @cached_property
    def trunk_length(self) -> float:
        """Mid-hip to mid-shoulder, leg lengths."""
        return percentile(biomechanics.distance(self.hip, self.shoulder), self._full)

    @cached_property
    def metres(self) -> float:
        """Metres per leg length from the runner's height; NaN = height not stated."""
        if self.runner.height_m is None:
            return np.nan
        sides = ("left", "right") if self.frontal else (self.near,)
        shank = np.mean([self._length(side, "knee", "ankle") for side in sides])
        thigh = np.mean([self._length(side, "hip", "knee") for side in sides])
        return biomechanics.metres_per_unit(
            self.runner.height_m, float(shank), float(thigh), self.trunk_length
        )

    @property
    def _full(self) -> float:
        # from the front, a swinging leg is foreshortened most of the time
        return FORESHORTENED if self.frontal else FULL_LENGTH

    def _length(self, side: str, a: str, b: str) -> float:
        return percentile(biomechanics.distance(self.point(side, a), self.point(side, b)), self._full)

    @property
    def roll_sd_deg(self) -> float:
        """Standard error of the camera roll, which enters every segment angle 1:1."""
        return roll_sd_of(self.scene)

    @cached_property
    def contact_time_sd(self) -> float:
        """Systematic standard error (s) of the contact times of this clip."""
        return contact_time_clip_sd(self.motion)

    @property
    def event_sds(self) -> tuple[float, float]:
        """Systematic standard errors (s) of the initial contacts and of the toe-offs of this clip.

        The error of the contact time, divided between its two ends as measured for this source.
        """
        contact, toe_off = accuracy_of(self.motion.origin).runner_sd_s
        share = self.contact_time_sd / float(np.hypot(contact, toe_off))
        return share * contact, share * toe_off

    @property
    def event_sd(self) -> float:
        """Systematic standard error (s) of the initial contacts of this clip."""
        return self.event_sds[0]

    def per_stride(self, signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (W,) start times and (W, 64) values of consecutive whole strides.

        Strides are divided by the rhythm, not by contacts, because the mean over a whole stride
        does not depend on where it starts. Moments without a value nearby are NaN; strides
        visible for less than 80 % are left out.
        """
        stride = 2 * self.step_s
        finite = np.flatnonzero(np.isfinite(signal))
        if not np.isfinite(stride) or len(finite) == 0:
            return np.empty(0), np.empty((0, STRIDE_POINTS))
        first, last = finite[0] / self.motion.rate, finite[-1] / self.motion.rate
        count = int((last - first + 0.5 / self.motion.rate) / stride)
        starts = first + stride * np.arange(count)
        moments = starts[:, None] + stride * np.arange(STRIDE_POINTS) / STRIDE_POINTS
        values = np.interp(moments, self.motion.time, signal)  # NaN next to NaN stays NaN
        seen = np.isfinite(values).mean(axis=1) >= SEEN_SHARE if count else np.empty(0, bool)
        return starts[seen], values[seen]

    def at(self, signal: np.ndarray, time: float) -> float:
        """Return the value of a (N,) signal at a time (s) between its samples."""
        return float(self.when(signal, np.array([time]))[0])

    def during(self, signal: np.ndarray, start: float, stop: float, moments: int = 25) -> np.ndarray:
        """Return a signal at evenly spaced moments of a period, NaN where it has no values."""
        return self.when(signal, np.linspace(start, stop, moments))

    def when(self, signal: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return a (N,) signal at any times (s), by cubic interpolation.

        Next to a gap the interpolation is linear; in a gap the value is NaN.
        """
        place = times * self.motion.rate
        start = max(0, int(np.floor(place.min())) - SPLINE_REACH)
        stop = int(np.clip(np.ceil(place.max()) + SPLINE_REACH + 1, 0, len(signal)))
        index, here = np.arange(start, stop), signal[start:stop]
        if len(here) < 4:
            return np.full(len(times), np.nan)
        if np.isfinite(here).all():
            return spline(index, here[:, None], place)[:, 0]
        return np.asarray(np.interp(place, index, here, left=np.nan, right=np.nan))


def percentile(values: np.ndarray, share: float) -> float:
    """Return a percentile of the finite values, NaN if there are none."""
    found = values[np.isfinite(values)]
    return float(np.percentile(found, share)) if len(found) else np.nan


def opposite(side: Side) -> Side:
    """Return the other leg."""
    return "right" if other(side) == "right" else "left"
