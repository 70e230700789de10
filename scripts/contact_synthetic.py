"""Synthetic runners as recordings: gaits that none of the runners on the force plate had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from formcheck.mocap.recordings import TOE_BEYOND_METATARSALS, LabRecording
from formcheck.skeleton import LEG, SIDES, K
from formcheck.synthetic import Gait, Truth, make_truth
from formcheck.validation.population import LONGEST_CONTACT, sampled_case

TRAINING = range(110)  # numbers of the draw; clips are judged from 1000 on
RATE = 240.0  # Hz
SECONDS = 12.0
FPS = 120.0  # chooses the draw, films nothing
# Of what is usual at a runner's speed: the net shall look, not guess from the speed.
CONTACT_TIMES, REACHES = (0.85, 1.12), (0.85, 1.10)


@cache
def training_runners() -> tuple[LabRecording, ...]:
    """Return the synthetic runners a net may learn from."""
    return tuple(synthetic_recordings(TRAINING))


def synthetic_recordings(numbers: Iterable[int]) -> list[LabRecording]:
    """Return drawn runners, each seen by its own camera from the side, without keypoint errors."""
    return [_recording(number) for number in numbers]


def _recording(number: int) -> LabRecording:
    case = sampled_case(number, FPS, view="side")
    gait = _unusual(case.gait, np.random.default_rng(number))
    truth = make_truth(gait, replace(case.camera, roll=0.0), number, SECONDS)
    left, right = (np.stack(truth.timing.of(side), axis=1) for side in SIDES)
    name = f"synthetic-{number}"
    return LabRecording(name, name, gait.speed, RATE, _legs(truth), left, right)


def _unusual(gait: Gait, rng: np.random.Generator) -> Gait:
    """Return the gait with contact time and reach that need not go with its speed."""
    longest = LONGEST_CONTACT * gait.step_time
    return replace(
        gait,
        contact_time=min(gait.contact_time * float(rng.uniform(*CONTACT_TIMES)), longest),
        overstride=gait.overstride * float(rng.uniform(*REACHES)),
    )


def _legs(truth: Truth) -> np.ndarray:
    """Return (N, 2, 5, 2) m as the camera sees them: x forward, y up, the toe where the metatarsals would be."""
    camera = truth.camera
    points = truth.pose(np.arange(0, SECONDS, 1 / RATE)).points
    seen = camera.project(points[:, [[K[f"{side}_{part}"] for part in LEG] for side in SIDES]])
    ahead = 1 if camera.facing == "right" else -1
    legs = (seen - [camera.width / 2, camera.height_px]) * [ahead, -1] * camera.distance / camera.focal_px
    legs[:, :, 4] = legs[:, :, 3] + (legs[:, :, 4] - legs[:, :, 3]) / TOE_BEYOND_METATARSALS
    return np.asarray(legs)
