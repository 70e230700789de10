"""`project`: a keypoint track with known truth, in milliseconds and without images."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from formcheck.skeleton import K
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.errors import NO_HABIT, REALISTIC, Habit, Noise, seen_with
from formcheck.synthetic.params import MOTIONS, Gait
from formcheck.synthetic.runner import Mover, Pose
from formcheck.synthetic.timing import Timing, sampled_steps
from formcheck.types import Clip, PoseTrack, Side, Step, Surroundings, Warn


@dataclass(frozen=True, eq=False)
class Truth:
    """The true motion and contacts. Times in s of real time since the first frame."""

    gait: Gait
    camera: Camera
    duration: float
    timing: Timing
    mover: Mover

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every contact that begins within the clip; toe-off is NaN if the clip ends before it."""
        found = [
            Step(side, float(on), float(off) if off < self.duration else np.nan, 0.0, 0.0, side == self.camera.near_side)
            for side in get_args(Side)
            for on, off in zip(*self.timing.of(side))
            if self._begins <= on < self.duration and self.gait.motion != "standing"
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda step: step.contact))

    @property
    def _begins(self) -> float:
        """When the runner begins to run, s."""
        return max(0.0, -self.gait.since) if self.gait.tau else 0.0

    def ahead(self, time: np.ndarray) -> np.ndarray:
        """Return the way over ground at (N,) s, m; 0 halfway through the way of the clip."""
        first, last = self.gait.way(np.array([0.0, self.duration]))
        return np.asarray(self.gait.way(time) - 0.5 * (first + last))

    def pose(self, time: np.ndarray) -> Pose:
        """Return the runner at (N,) s, in metres; overground the runner moves forward.

        Before a start from standing the runner waits in the pose of the start.
        """
        start = -self.gait.since if self.gait.tau else -np.inf
        pose = self.mover.pose(np.maximum(time, start))
        if not self.gait.overground:
            return pose
        ahead = self.ahead(time)
        return replace(pose, points=pose.points + ahead[:, None, None] * np.array([1.0, 0, 0]))


@dataclass(frozen=True, eq=False)
class SyntheticClip:
    """A clip as the rest of FormCheck sees it, with its truth."""

    track: PoseTrack
    clip: Clip
    truth: Truth


def make_truth(gait: Gait, camera: Camera, seed: int, duration: float) -> Truth:
    """Sample the steps of a runner; the same seed gives the same runner."""
    rng = np.random.default_rng([seed, 1])
    timing = sampled_steps(gait, duration, rng)
    return Truth(gait, camera, duration, timing, Mover.of(gait, timing))


def project(
    params: Gait | None = None,
    camera: Camera | None = None,
    noise: Noise | None = None,
    seed: int = 0,
    duration_s: float = 8.0,
    *,
    motion: str = "running",
    take: int = 0,
    habit: Habit = NO_HABIT,
) -> SyntheticClip:
    """Simulate a clip of a synthetic runner without rendering images.

    Parameters
    ----------
    params : Gait, optional
        How the runner moves; default: a typical gait of `motion`.
    camera : Camera, optional
    noise : Noise, optional
        Keypoint errors; default `REALISTIC`, or `CLEAN` for none.
    seed : int
        The same seed gives the same clip, bit for bit.
    duration_s : float
        Real time covered by the clip.
    motion : one of `MOTIONS`
        Used if `params` is not given.
    take : int
        Another take has the same steps, and other errors but for the runner's `habit`.
    habit : Habit
        Which keypoint errors repeat in every clip of the runner.

    Returns
    -------
    SyntheticClip
        Track in clip time, clip, truth.
    """
    gait, camera, noise = params or MOTIONS[motion], camera or Camera(), noise or REALISTIC
    truth = make_truth(gait, camera, seed, duration_s)
    rng = np.random.default_rng([seed, 2, take] if take else [seed, 2])
    time = camera.times(duration_s, rng)
    xy, shift = _filmed(truth, time)
    stride_s = 120 / gait.cadence
    seen = seen_with(noise, xy, time, _stature_px(xy), camera.near_side, rng, stride_s, habit)
    visible = _in_picture(seen.xy, camera)
    track = PoseTrack(
        time=time * camera.slow_motion,
        xy=np.where(visible[..., None], seen.xy, np.nan),
        confidence=np.where(visible, seen.confidence, 0.0),
        size=(camera.width, camera.height_px),
        source="synthetic",
        surroundings=Surroundings(np.ones(len(time)), shift, camera.roll),
    )
    return SyntheticClip(track, describe(truth, time, seed), truth)


def _filmed(truth: Truth, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (T, 21, 2) px and (T, 2) px of background motion; each image row at its own moment."""
    camera = truth.camera
    points = truth.pose(time).points
    ahead = np.zeros((len(time), 1, 3))
    if camera.follow and truth.gait.overground:
        ahead[:, 0, 0] = truth.ahead(time)
    axes = aimed(truth, time)
    xy = camera.project(points - ahead, axes)
    if camera.rolling_shutter:
        late = camera.rolling_shutter * (xy[..., 1] / camera.height_px - 0.5)
        velocity = np.gradient(xy, time, axis=0)
        xy = xy + velocity * late[..., None]
    middle = np.array([0.0, 0.0, camera.target])
    carried = camera.project(middle - ahead[:, 0]) - camera.project(middle)
    return xy, carried + _turned_px(camera, axes)


def aimed(truth: Truth, time: np.ndarray) -> np.ndarray:
    """Return the camera's axes at (N,) s, (N, 3, 3): a camera that pans keeps the runner about in the middle."""
    camera = truth.camera
    if not camera.pan:
        return np.broadcast_to(camera.axes(), (len(time), 3, 3))
    rng = np.random.default_rng([camera.pan, 5])
    away, across, tilt, roll = (
        size * np.sin(2 * np.pi * (hz * time + rng.uniform()))
        for size, hz in ((0.5, 0.4), (0.05, 1.1), (0.004, 1.7), (0.004, 1.3))
    )
    return camera.turned_to(truth.ahead(time) + away + across, tilt, roll)


def _turned_px(camera: Camera, axes: np.ndarray) -> np.ndarray:
    """Return (N, 2) px by which a turn moves the background in the middle of the picture, summed up over time."""
    between = np.einsum("nij,nkj->nik", axes[1:], axes[:-1])  # from the axes of one frame to the next
    steps = camera.focal_px * between[:, :2, 2] / between[:, 2:, 2]
    return np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])


def _stature_px(xy: np.ndarray) -> float:
    """Return the runner's height in the image, px."""
    return 1.1 * float(np.median(np.max(xy[..., 1], axis=1) - xy[:, K["nose"], 1]))


def _in_picture(xy: np.ndarray, camera: Camera) -> np.ndarray:
    return np.asarray(np.all((xy >= 0) & (xy < [camera.width, camera.height_px]), axis=-1))


def describe(truth: Truth, time: np.ndarray, seed: int) -> Clip:
    """Return the description of the video file that this clip represents."""
    camera = truth.camera
    identity = hashlib.sha256(repr((truth.gait, camera, seed, truth.duration)).encode()).hexdigest()
    warnings = (Warn("variable_frame_rate", "The frame rate varies."),) if camera.jitter > 0.02 else ()
    return Clip(
        name=f"synthetic-{truth.gait.motion}-{seed}",
        sha256=identity,
        frames=len(time),
        duration_s=float(time[-1] * camera.slow_motion),
        fps=camera.fps / camera.slow_motion,
        variable_frame_rate=camera.jitter > 0.02,
        width=camera.width,
        height=camera.height_px,
        rotation=0,
        capture_fps=camera.fps,
        warnings=warnings,
    )
