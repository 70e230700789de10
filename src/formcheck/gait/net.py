"""A small temporal neural net that detects ground contact, trained on force-plate data.

The input is the unsmoothed motion of one leg relative to the hips, at 120 Hz. For every sample,
the output is the probability that this foot is on the ground, the times to its initial contact and
toe-off, and the net's uncertainty of each. Trained by scripts/train_contact; docs/contact.md has the
figures. Runs on ONNX Runtime with one thread; the model is opened at first use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from formcheck import weights
from formcheck.gait.occlusion import filled
from formcheck.skeleton import LEG, SIDES, K
from formcheck.types import Motion

NET_HZ = 120.0  # Hz, sample rate of the net
STEADY_S = 0.75  # s, window of the moving mean that is subtracted from the hip height
CHANNELS = 20
HIP_GAIN = 8.0  # scales the hip's vertical motion to the size of the other inputs
OFFSET_UNIT_S = 0.05  # unit of the net's times to an event
LONGEST_BRIDGE_S = 0.12  # longer gaps count as not seen
STEP_LAGS_S = (0.185, 0.60)  # s, step times of runners, including sprinters
TRUNK_SEEN = 0.5  # share of frames with shoulders; below it, the hip height is used unchanged
HIP_REPEATS = 0.3  # autocorrelation of hip height at the step time; below it, the camera moves


@dataclass(frozen=True, eq=False)
class ContactSignals:
    """Output of the net for both feet, left first, on an even grid of M samples."""

    time: np.ndarray  # (M,) s
    stance_prob: np.ndarray  # (M, 2) probability that the foot is on the ground
    to_contact: np.ndarray  # (M, 2) s from this sample to the nearest initial contact
    to_toe_off: np.ndarray  # (M, 2) s from this sample to the nearest toe-off
    contact_sd: np.ndarray  # (M, 2) s, the net's own standard error
    toe_off_sd: np.ndarray  # (M, 2) s
    seen: np.ndarray  # (M, 2) bool, the leg's keypoints were seen


def leg_points(motion: Motion) -> np.ndarray:
    """Return (N, 2 sides, 5, 2) unsmoothed leg points, left first."""
    return np.stack([motion.raw[:, [K[f"{side}_{part}"] for part in LEG]] for side in SIDES], axis=1)


def leg_scale(legs: np.ndarray) -> float:
    """Return the median of thigh plus shank length over frames and both legs."""
    segments = np.linalg.norm(np.diff(legs[:, :, :3], axis=2), axis=-1).sum(axis=-1)
    return float(np.nanmedian(segments))


def with_trunk(legs: np.ndarray, motion: Motion) -> np.ndarray:
    """Return leg points whose hips move vertically as the middle of the trunk does.

    Pose models damp or exaggerate the vertical motion of the hips under plain clothes, and this
    shifts the events the net detects. The trunk moves vertically as one body, so the shoulders carry
    the same information: the mean of both is used, as in `vertical_oscillation`. On rendered
    runners this halves the error of the vertical motion.
    """
    shoulders = motion.raw[:, [K[f"{side}_shoulder"] for side in SIDES], 1].mean(axis=1)
    longer = shoulders - legs[:, :, 0, 1].mean(axis=1)
    there = np.isfinite(longer)
    if there.mean() < TRUNK_SEEN:
        return legs
    longer = np.interp(motion.time, motion.time[there], longer[there])
    out = legs.copy()
    out[:, :, 0, 1] += 0.5 * (longer - moving_mean(longer, round(STEADY_S * motion.rate)))[:, None]
    return out


def bridge(values: np.ndarray, time: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interpolate (N, ...) linearly onto the grid, also across gaps.

    Returns
    -------
    filled : (M, ...)
    seen : (M, ...) bool, False in gaps longer than `LONGEST_BRIDGE_S` and beyond the ends
    """
    flat = values.reshape(len(values), -1)
    filled, seen = np.zeros((len(grid), flat.shape[1])), np.zeros((len(grid), flat.shape[1]), bool)
    allowed = max(LONGEST_BRIDGE_S, 1.5 * float(np.median(np.diff(time))))
    for column in range(flat.shape[1]):
        there = np.flatnonzero(np.isfinite(flat[:, column]))
        if len(there) < 2:
            continue
        at = time[there]
        filled[:, column] = np.interp(grid, at, flat[there, column])
        after = np.searchsorted(at, grid).clip(1, len(at) - 1)
        inside = (grid >= at[0] - 1e-9) & (grid <= at[-1] + 1e-9)
        seen[:, column] = inside & (at[after] - at[after - 1] <= allowed)
    shape = (len(grid), *values.shape[1:])
    return filled.reshape(shape), seen.reshape(shape)


def features(legs: np.ndarray, seen: np.ndarray, scale: float, hip_steady: bool) -> np.ndarray:
    """Return the net's input for both legs.

    Parameters
    ----------
    legs : (M, 2, 5, 2) at `NET_HZ`, any unit
    seen : (M, 2) bool, this leg's keypoints were seen
    scale : leg length in the same unit
    hip_steady : whether the hip height can be trusted (static camera)

    Returns
    -------
    (2, CHANNELS, M) float32
        For each leg: its knee, ankle, heel and toe, then the other leg's, relative to mid-hip;
        hip height minus its moving mean, whether that is valid, and `seen` of both legs.
    """
    middle = legs[:, :, 0].mean(axis=1)
    parts = ((legs[:, :, 1:] - middle[:, None, None]) / scale).reshape(len(legs), 2, 8)
    parts = np.where(seen[..., None], parts, 0.0)
    height = HIP_GAIN * (middle[:, 1] - moving_mean(middle[:, 1], round(STEADY_S * NET_HZ))) / scale
    valid = np.full(len(legs), float(hip_steady))
    sides = [
        np.concatenate(
            [
                parts[:, side].T, parts[:, 1 - side].T, (height * valid)[None], valid[None],
                seen[:, [side, 1 - side]].T,
            ]
        )
        for side in range(2)
    ]  # fmt: skip
    return np.stack(sides).astype(np.float32)


def moving_mean(signal: np.ndarray, window: int) -> np.ndarray:
    """Return the centred moving mean, with reflected ends."""
    window = min(window, len(signal))
    padded = np.pad(signal, (window // 2, window - 1 - window // 2), mode="reflect")
    total = np.cumsum(np.concatenate([[0.0], padded]))
    return np.asarray((total[window:] - total[:-window]) / window)


Net = Callable[[np.ndarray], np.ndarray]
"""Maps `features` (2, CHANNELS, M) to (members, 2, 5, M)."""


def contact_signals(motion: Motion, net: Net | None = None) -> ContactSignals | None:
    """Run the net on a side view.

    Parameters
    ----------
    motion : Motion
        Its `raw` points are used: smoothing before the net would shift every event.
    net : Net, optional
        Replaces the shipped net, for training and tests.

    Returns
    -------
    ContactSignals or None
        None where the pose model has no feet or the view is not from the side: the
        training data have no such runner.
    """
    if not net_can_see(motion):
        return None
    legs = with_trunk(filled(leg_points(motion)), motion)
    grid = np.arange(0, motion.time[-1], 1 / NET_HZ)
    even, seen = bridge(legs, motion.time, grid)
    there = np.all(seen[..., 0], axis=2)
    x = features(even, there, leg_scale(legs), hip_is_steady(even[:, :, 0].mean(axis=1)[:, 1]))
    members = (net or open_net())(x)
    return _signals(grid, members, there)


def net_can_see(motion: Motion) -> bool:
    """Return whether this is a side view in which whole legs, feet included, are seen often enough."""
    whole = np.isfinite(leg_points(motion)).all(axis=(1, 2, 3))
    return motion.near_side is not None and bool(whole.sum() >= max(8, 0.2 * len(whole)))


def _signals(grid: np.ndarray, members: np.ndarray, seen: np.ndarray) -> ContactSignals:
    """Combine the ensemble: the mean of the members, with their spread added to their own uncertainty."""
    stance_prob = (1 / (1 + np.exp(-members[:, :, 0]))).mean(axis=0)
    away = members[:, :, 1:3].mean(axis=0) * OFFSET_UNIT_S
    predicted_sd = np.exp(2 * np.clip(members[:, :, 3:5], -4, 2)).mean(axis=0) + members[:, :, 1:3].var(
        axis=0
    )
    predicted_sd = np.sqrt(predicted_sd) * OFFSET_UNIT_S
    return ContactSignals(
        time=grid,
        stance_prob=stance_prob.T,
        to_contact=away[:, 0].T,
        to_toe_off=away[:, 1].T,
        contact_sd=predicted_sd[:, 0].T,
        toe_off_sd=predicted_sd[:, 1].T,
        seen=seen,
    )


def hip_is_steady(height: np.ndarray) -> bool:
    """Return whether the hip height (M,) at `NET_HZ` repeats with the steps.

    A moving camera adds motion that does not repeat. The hip height is then marked as
    invalid, as in training for a share `hide_hip` of the windows.
    """
    bounce = height - moving_mean(height, round(STEADY_S * NET_HZ))
    power = float(np.mean(bounce**2))
    lags = np.arange(int(STEP_LAGS_S[0] * NET_HZ), min(int(STEP_LAGS_S[1] * NET_HZ), len(height) // 2))
    if len(lags) == 0 or power == 0:
        return False
    repeats = [float(np.mean(bounce[lag:] * bounce[:-lag])) / power for lag in lags]
    return max(repeats) >= HIP_REPEATS


@lru_cache(maxsize=1)
def open_net() -> Net:
    """Open the shipped net.

    Raises
    ------
    BrokenModel
        If the file is missing or damaged.
    """
    session = weights.session("contact.onnx")
    return lambda x: session.run(None, {"motion": x})[0]
