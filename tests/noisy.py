"""Keypoint errors as pose models make them: constant, slow and white, and late or early contacts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.gait.accuracy import accuracy_of
from formcheck.gait.steps import contact_time_clip_sd
from formcheck.motion.preprocess import low_pass
from formcheck.skeleton import FACE, K
from formcheck.types import Motion, Step

CONSTANT, SLOW, WHITE = 0.016, 0.012, 0.007  # leg lengths: 14, 10 and 6 mm
MEMORY_S = 0.07
FACE_SHARE = 0.5  # face points are small and err less


def with_noise(motion: Motion, rng: np.random.Generator) -> Motion:
    """Return the motion with errors on every keypoint."""
    shape = motion.raw.shape
    memory = np.exp(-1 / (MEMORY_S * motion.rate))
    slow = rng.normal(size=shape)
    for k in range(1, shape[0]):
        slow[k] = memory * slow[k - 1] + np.sqrt(1 - memory**2) * slow[k]
    errors = CONSTANT * rng.normal(size=(1, *shape[1:])) + SLOW * slow + WHITE * rng.normal(size=shape)
    errors[:, [K[name] for name in FACE]] *= FACE_SHARE
    raw = motion.raw + errors
    return replace(motion, raw=raw, xy=low_pass(raw, motion.rate))


def with_late_contacts(steps: tuple[Step, ...], motion: Motion, rng: np.random.Generator) -> tuple[Step, ...]:
    """Return steps whose events are off together and one by one."""
    ends = np.array(
        accuracy_of(motion.origin).runner_sd_s
    )  # how the error divides between contact and toe-off
    shared = contact_time_clip_sd(motion) * ends / np.linalg.norm(ends) * rng.normal(size=2)
    single = 0.006 * rng.normal(size=(len(steps), 2))
    return tuple(
        replace(step, contact=step.contact + shared[0] + mine[0], toe_off=step.toe_off + shared[1] + mine[1])
        for step, mine in zip(steps, single)
    )
