"""Intervals hold the truth 19 times in 20: noisy keypoints, late contacts, any runner.

The most important test of the numbers: whatever the pose model's quality, FormCheck
must not claim to know more than it does.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure
from noisy import with_late_contacts, with_noise
from runner_in_numbers import ANYBODY, Sines, motion, scene, steps

TRUTH_RATE = 240.0
NO_PERSON = ("elbow_angle",)  # these arms never leave the picture plane; test_validation.py has arms that do


def somebody(rng: np.random.Generator, rate: float) -> dict:
    """Draw a runner at random."""
    return dict(
        cadence=rng.uniform(155, 190), lean=rng.uniform(0, 12), elbow=rng.uniform(70, 115),
        bounce=rng.uniform(0.06, 0.12), contact_share=rng.uniform(0.28, 0.42), strike=rng.uniform(-10, 25),
        near=rng.choice(["left", "right"]), rate=rate, seconds=8.0,
    )  # fmt: skip


def coverage(clips: int, rate: float) -> dict[str, float]:
    """Return the share of clips whose interval holds the truth, by metric."""
    inside = defaultdict(list)
    for seed in range(clips):
        rng = np.random.default_rng(1000 * seed + int(rate))
        p = Sines(**somebody(rng, rate))
        fine = Sines(**{**vars(p), "rate": TRUTH_RATE})
        truth = measure(motion(fine), steps(fine), scene(fine), ANYBODY)
        seen = with_noise(motion(p), rng)
        found = measure(seen, with_late_contacts(steps(p), seen, rng), scene(p), ANYBODY)
        for id in METRICS:
            if found[id].measured and id not in NO_PERSON:
                inside[id].append(found[id].low <= truth[id].value <= found[id].high)
    return {id: float(np.mean(held)) for id, held in inside.items() if len(held) >= clips // 2}


def check(found: dict[str, float], least: float) -> None:
    assert len(found) >= 15
    assert {id: share for id, share in found.items() if share < least} == {}
    assert np.mean(list(found.values())) >= 0.94


@pytest.mark.parametrize("rate", [30.0, 60.0])
def test_intervals_hold(rate):
    check(coverage(20, rate), least=0.85)  # 20 clips: three misses have a chance of 1.6 % at 95 %


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("rate", [24.0, 30.0, 60.0, 120.0, 240.0])
def test_intervals_hold_in_200_clips(rate):
    check(coverage(200, rate), least=0.91)
