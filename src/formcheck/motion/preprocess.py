"""Convert image coordinates to the motion of the runner: `PoseTrack` + `Scene` → `Motion`.

This stage flips the y axis of the image, normalises the running direction, corrects camera
roll, and converts pixels to leg lengths and the timebase of the clip to real time. Later
stages do not depend on the direction the runner faces.
"""

from __future__ import annotations

import numpy as np

from formcheck.motion.interpolation import low_pass_zero_lag, monotone
from formcheck.skeleton import KEYPOINTS, K
from formcheck.types import Motion, PoseTrack, Scene

MIN_CONFIDENCE = 0.5  # points below this are treated as not visible
LONGEST_GAP_S = 0.10  # longer gaps are not bridged
LARGEST_ACCELERATION = 200.0  # leg lengths/s²: above the acceleration of a running foot outside impact
PAUSE_S = 0.5  # a longer time between frames is a pause of the camera, not a low frame rate
HARDLY_S = 1e-4  # less than any frame interval, more than the rounding of numbers in a file
SPIKE_MARGIN = 0.12  # leg lengths: keypoint noise below this is not a spike

CUT_OFF_HZ = {
    "nose": 7.0, "eye": 7.0, "ear": 7.0, "shoulder": 8.0, "elbow": 8.0, "wrist": 8.0,
    "hip": 7.0, "knee": 10.0, "ankle": 10.0, "heel": 14.0, "toe": 14.0,
}  # fmt: skip
HIGHEST_CUT_OFF = 0.4  # share of the frame rate: there is no useful signal above


def to_motion(track: PoseTrack, scene: Scene) -> Motion:
    """Convert a track to the motion of the runner in real time and leg lengths.

    Parameters
    ----------
    track : PoseTrack
        In pixels and on the timebase of the clip, with swapped sides corrected.
    scene : Scene
        Its view, facing, roll and slow-motion factor define the axes and the timebase; frames
        outside the measured segment are ignored.

    Returns
    -------
    Motion
        Evenly sampled at the rate of the median frame interval; gaps over 0.1 s remain NaN.

    Raises
    ------
    ValueError
        If no leg is ever visible (in a scene that was not refused, one always is).
    """
    time = (track.time - track.time[0]) / scene.slow_motion_factor
    sure = (track.confidence >= MIN_CONFIDENCE) & _measured(track, scene)[:, None]
    seen = np.where(sure[..., None], track.xy, np.nan)
    axes = to_runner_axes(seen, track, scene)
    leg_px = leg_length(axes, scene)
    legs = without_spikes(axes / leg_px, time)
    rate = 1 / float(np.median(np.diff(time)))
    grid = np.arange(0, time[-1] + 0.5 / rate, 1 / rate)
    raw = resample(legs, time, grid)
    return Motion(
        rate=rate,
        xy=low_pass(raw, rate),
        raw=raw,
        observed=observed_on(grid, time, legs),
        leg_px=leg_px,
        frame_rate=pictures_per_s(time),
        near_side=scene.near_side,
        origin=track.source,
    )


def _measured(track: PoseTrack, scene: Scene) -> np.ndarray:
    """Return (T,) bool: which frames lie in the measured segment."""
    if scene.measured_s is None:
        return np.ones(len(track.time), bool)
    start, stop = scene.measured_s
    return np.asarray((track.time >= start - HARDLY_S) & (track.time <= stop + HARDLY_S))


def pictures_per_s(time: np.ndarray) -> float:
    """Return the average frame rate from frame times (T,) s, without pauses.

    The typical frame interval is not used: in low light a phone drops frames, and most
    remaining intervals are unchanged, but events fall into long gaps in proportion to their
    length.
    """
    gaps = np.diff(time)
    close = gaps[gaps < PAUSE_S]
    if len(close) == 0:
        return 1 / float(np.median(gaps)) if len(gaps) else 0.0
    return len(close) / float(close.sum())


def to_runner_axes(xy: np.ndarray, track: PoseTrack, scene: Scene) -> np.ndarray:
    """Return (T, 21, 2) px with x forward (side views) or to the runner's left, y up.

    Background drift is subtracted, so the axes are fixed to the ground; camera roll is
    corrected where it is known.
    """
    ground = xy - background_shift(track)[:, None, :]
    right_up = ground * np.array([1.0, -1.0])
    roll = np.radians(scene.roll_deg) if np.isfinite(scene.roll_deg) else 0.0
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    level = right_up @ turn.T
    return np.asarray(level * np.array([forward_sign(scene), 1.0]))


def background_shift(track: PoseTrack) -> np.ndarray:
    """Return the displacement of the background, (T, 2) px; 0 where it is unknown."""
    if track.surroundings is None:
        return np.zeros((len(track.time), 2))
    return np.asarray(np.nan_to_num(track.surroundings.background))


def forward_sign(scene: Scene) -> float:
    """Return +1 if the axis points to the right of the image, -1 if to the left."""
    if scene.view in ("front", "rear"):
        return 1.0 if scene.view == "front" else -1.0
    return -1.0 if scene.facing == "left" else 1.0


def leg_length(xy: np.ndarray, scene: Scene) -> float:
    """Return hip-to-ankle length in px: thigh plus shank, 75th percentile over frames.

    At this percentile each segment lies in the image plane; higher percentiles are inflated
    by noise (90th: 3 % too long at 10 mm of noise). The near leg is used where there is one,
    because the far leg looks 1-3 % smaller.
    """
    sides = [scene.near_side] if scene.near_side else ["left", "right"]
    lengths = [
        sum(
            _percentile(_length(xy, f"{side}_{a}", f"{side}_{b}"))
            for a, b in (("hip", "knee"), ("knee", "ankle"))
        )
        for side in sides
    ]
    if not np.any(np.isfinite(lengths)):
        raise ValueError("no leg is visible in this track")
    return float(np.nanmean(lengths))


def _length(xy: np.ndarray, a: str, b: str) -> np.ndarray:
    return np.asarray(np.linalg.norm(xy[:, K[a]] - xy[:, K[b]], axis=-1))


def _percentile(lengths: np.ndarray) -> float:
    found = lengths[np.isfinite(lengths)]
    return float(np.percentile(found, 75)) if len(found) else np.nan


def without_spikes(legs: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Remove single points that would need an impossible acceleration from both neighbours.

    A point may deviate from the line between its neighbours by half the largest acceleration
    times the time squared, plus the noise of the pose model. A Hampel filter is not used: at
    30 fps a median window of 0.1 s is three frames and clips the true extrema of a running
    foot.
    """
    if len(legs) < 3:
        return legs
    before, after = np.diff(time)[:-1], np.diff(time)[1:]
    share = (before / (before + after))[:, None, None]
    line = legs[:-2] * (1 - share) + legs[2:] * share
    off = np.linalg.norm(legs[1:-1] - line, axis=-1)
    allowed = SPIKE_MARGIN + 0.5 * LARGEST_ACCELERATION * before * after
    calm = np.linalg.norm(legs[2:] - legs[:-2], axis=-1) < off
    spikes = np.zeros(legs.shape[:2], bool)
    spikes[1:-1] = (off > allowed[:, None]) & calm
    return np.where(spikes[..., None], np.nan, legs)


def resample(legs: np.ndarray, time: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Resample (T, 21, 2) to an even grid by monotone cubics; long gaps remain NaN."""
    out = np.full((len(grid), *legs.shape[1:]), np.nan)
    for k in range(legs.shape[1]):
        seen = np.isfinite(legs[:, k, 0])
        if seen.sum() < 2:
            continue
        bridged = _bridged(grid, time[seen], 1.5 * float(np.median(np.diff(time))))
        moments = np.clip(grid[bridged], time[seen][0], time[seen][-1])
        out[bridged, k] = monotone(time[seen], legs[seen, k], moments)
    return out


def _bridged(grid: np.ndarray, seen: np.ndarray, frame: float) -> np.ndarray:
    """Return which grid times lie between observations that are close enough to interpolate."""
    after = np.searchsorted(seen, grid, side="left").clip(1, len(seen) - 1)
    gap = seen[after] - seen[after - 1]
    exact = np.min(np.abs(grid[:, None] - np.stack([seen[after], seen[after - 1]], 1)), axis=1) < 0.25 * frame
    inside = (grid >= seen[0] - 0.25 * frame) & (grid <= seen[-1] + 0.25 * frame)
    return np.asarray(inside & (exact | (gap <= max(LONGEST_GAP_S, frame))))


def observed_on(grid: np.ndarray, time: np.ndarray, legs: np.ndarray) -> np.ndarray:
    """Return (N, 21) bool: whether the point is visible in the frame nearest to each grid time."""
    nearest = np.searchsorted(0.5 * (time[1:] + time[:-1]), grid)
    return np.asarray(np.isfinite(legs[nearest, :, 0]))


def low_pass(xy: np.ndarray, rate: float) -> np.ndarray:
    """Return (N, 21, 2) filtered with zero lag, each body part with its own cut-off.

    Second-order Butterworth filter, forward and backward (Winter), with the cut-off
    corrected by 0.802 for the double pass. Gaps remain; each segment between them is
    filtered separately.
    """
    out = xy.copy()
    for k, name in enumerate(KEYPOINTS):
        cut_off = min(CUT_OFF_HZ[name.split("_")[-1]], HIGHEST_CUT_OFF * rate) / 0.802
        if cut_off >= 0.5 * rate * 0.98:
            continue
        out[:, k] = smooth(xy[:, k], rate, cut_off)
    return out


def smooth(signal: np.ndarray, rate: float, cut_off: float) -> np.ndarray:
    """Return (N, ...) after zero-lag low-pass filtering at `cut_off` Hz, segment by segment."""
    out = signal.copy()
    finite = np.isfinite(signal).reshape(len(signal), -1).all(axis=1)
    for start, stop in stretches(finite):
        if stop - start > 6:
            padding = min(stop - start - 1, int(0.5 * rate))
            flat = signal[start:stop].reshape(stop - start, -1)
            out[start:stop] = low_pass_zero_lag(flat, cut_off / rate, padding).reshape(
                signal[start:stop].shape
            )
    return out


def stretches(flags: np.ndarray) -> list[tuple[int, int]]:
    """Return [start, stop) of each run of consecutive True values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist()))
