"""Keypoint errors like those of pose models: constant, repeated in every stride, slow, white, swapped and lost.

Magnitudes are fractions of stature, measured on people or published for pose models; the
far side has twice the error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.skeleton import FACE, KEYPOINTS, LEG, MIRRORED, SIDES, K, other

MEMORY_S = 0.07  # correlation time of the slow error
BURST_S = 0.08  # duration of a swap or a loss
FACE_SHARE = 0.5  # face points are small and have smaller errors
HARMONICS = 3  # of the stride: how quickly the error changes that repeats in every stride
LOCKED = {
    "hip": (0.009, 0.007), "knee": (0.008, 0.0085), "ankle": (0.010, 0.007), "heel": (0.008, 0.017),
    "toe": (0.024, 0.013), "shoulder": (0.013, 0.008),
}  # fmt: skip
"""Error (x, y) that repeats in every stride, standard deviation as a fraction of stature.

Of the heavy net, on 62 frames of seven clips of people labelled by eye. Averaging over
strides does not reduce it.
"""
FOOT_TOGETHER = 0.8  # correlation of heel and toe: with it the foot's angle errs by 5.5 deg, as on people
LOCKED_ELSEWHERE = (0.010, 0.008)  # arms and face were not labelled often enough
LEGS = tuple(K[f"{side}_{part}"] for side in SIDES for part in LEG)


@dataclass(frozen=True)
class Noise:
    """Magnitudes of a pose model's errors; standard deviations as fractions of stature."""

    constant: float = 0.008  # bias of each point, the same for the whole clip
    slow: float = 0.006  # correlated over 0.07 s
    white: float = 0.004  # independent in each frame
    with_speed: float = 0.5  # relative increase of slow and white errors at 5 m/s
    far: float = 2.0  # factor for the far side
    swapped: float = 0.0  # share of frames with the legs swapped, near where they cross
    locked: float = 0.0  # multiple of `LOCKED`
    lost: float = 0.02  # share of points not detected, in bursts; twice that on the far side


@dataclass(frozen=True)
class Habit:
    """What a pose model gets wrong in every clip of one runner filmed alike."""

    number: int  # of the runner
    varies: float  # share of the constant and the repeated errors that differs between clips; the rest is the runner's

    def draw(self, size: tuple[int, ...], rng: np.random.Generator, own: np.random.Generator) -> np.ndarray:
        """Return unit normal values, in part those of this clip (`rng`), in part the runner's (`own`)."""
        shared = np.sqrt(1 - self.varies**2)
        return np.asarray(self.varies * rng.normal(size=size) + shared * own.normal(size=size))


NO_HABIT = Habit(0, 1.0)

CLEAN = Noise(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, lost=0.0)
REALISTIC = Noise()
PEOPLE = Noise(constant=0.006, locked=1.0)
"""Errors of the heavy net on people, as measured; the constant part is the mean over the joints."""
RAW = Noise(swapped=0.02, lost=0.05)
"""Before the repair of sides: with swapped legs."""


@dataclass(frozen=True, eq=False)
class SimulatedPose:
    """The output of the simulated pose model."""

    xy: np.ndarray  # (T, 21, 2) px
    confidence: np.ndarray  # (T, 21)
    swapped: np.ndarray  # (T,) bool, legs swapped


def seen_with(
    noise: Noise,
    xy: np.ndarray,
    time: np.ndarray,
    stature_px: float,
    near: str | None,
    rng: np.random.Generator,
    stride_s: float = np.nan,
    habit: Habit = NO_HABIT,
) -> SimulatedPose:
    """Return the simulated pose model's output for (T, 21, 2) px.

    `stature_px` is the runner's height in the image; `near` is the side with the smaller errors;
    `stride_s` is the period of the errors that repeat in every stride; `habit` says which part of them
    other clips of this runner have too.
    """
    own = np.random.default_rng([habit.number, 4])
    share = _share_of(near, noise.far)[None, :, None]
    wandering = noise.slow * _slow(xy.shape, time, rng) + noise.white * rng.normal(size=xy.shape)
    errors = noise.constant * habit.draw((1, *xy.shape[1:]), rng, own) + wandering * _faster(
        noise, xy, time, stature_px
    )
    if noise.locked:
        errors = errors + noise.locked * _locked(time, stride_s, habit, rng, own)
    out = xy + stature_px * share * errors
    swapped = _exchanged(noise, xy, time, stature_px, rng)
    mirrored = np.arange(len(KEYPOINTS))
    mirrored[list(LEGS)] = np.array(MIRRORED)[list(LEGS)]
    out[swapped] = out[swapped][:, mirrored]
    lost = _bursts(noise.lost * share[0, :, 0], time, xy.shape[:2], rng)
    confidence = np.where(share[..., 0] > 1, 0.85, 0.95) * np.ones(xy.shape[:2])
    return SimulatedPose(out, np.where(lost, 0.2, confidence), swapped)


def _share_of(near: str | None, far: float) -> np.ndarray:
    """Return (21,) relative magnitude of each point's error."""
    share = np.ones(len(KEYPOINTS))
    if near is not None:
        share[[i for i, name in enumerate(KEYPOINTS) if name.startswith(other(near))]] = far
    share[[K[name] for name in FACE]] *= FACE_SHARE
    return share


def _locked(
    time: np.ndarray, stride_s: float, habit: Habit, rng: np.random.Generator, own: np.random.Generator
) -> np.ndarray:
    """Return (T, 21, 2) errors that depend on the phase of the stride alone, fractions of stature."""
    sizes = np.array([LOCKED.get(name.split("_")[-1], LOCKED_ELSEWHERE) for name in KEYPOINTS])
    phase = 2 * np.pi * time[:, None] * np.arange(1, HARMONICS + 1) / stride_s
    waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) / np.sqrt(HARMONICS)
    weights = habit.draw((2 * HARMONICS, *sizes.shape), rng, own)
    for side in SIDES:
        heel, toe = K[f"{side}_heel"], K[f"{side}_toe"]
        weights[:, toe] = FOOT_TOGETHER * weights[:, heel] + np.sqrt(1 - FOOT_TOGETHER**2) * weights[:, toe]
    return np.asarray(sizes * np.einsum("th,hkc->tkc", waves, weights))


def _slow(shape: tuple[int, ...], time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return unit noise with correlation time `MEMORY_S` at any frame rate."""
    out = rng.normal(size=shape)
    memory = np.exp(-np.diff(time) / MEMORY_S)
    for k, kept in enumerate(memory, start=1):
        out[k] = kept * out[k - 1] + np.sqrt(1 - kept**2) * out[k]
    return out


def _faster(noise: Noise, xy: np.ndarray, time: np.ndarray, stature_px: float) -> np.ndarray:
    """Return (T, 21, 1) error factors: fast points are blurred and have larger errors."""
    speed = np.linalg.norm(np.gradient(xy, time, axis=0), axis=-1) / stature_px * 1.75
    return np.asarray(1 + noise.with_speed * np.clip(speed / 5.0, 0, 2)[..., None])


def _bursts(
    share: np.ndarray, time: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """Return (T, 21) bool: bursts of about `BURST_S` that cover `share` of the frames."""
    long = max(1, round(BURST_S / float(np.median(np.diff(time)))))
    starts = rng.random(shape) < share / long
    out = starts.copy()
    for k in range(1, long):
        out[k:] |= starts[:-k]
    return out


def _exchanged(
    noise: Noise, xy: np.ndarray, time: np.ndarray, stature_px: float, rng: np.random.Generator
) -> np.ndarray:
    """Return (T,) bool: frames near a crossing of the ankles in which left and right are swapped."""
    apart = np.linalg.norm(xy[:, K["left_ankle"]] - xy[:, K["right_ankle"]], axis=-1) / stature_px
    close = apart < np.quantile(apart, 0.25)
    return np.asarray(close & _bursts(np.array([4 * noise.swapped]), time, (len(time), 1), rng)[:, 0])
