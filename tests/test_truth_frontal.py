"""Every metric of the front and rear view has an answer worked out by hand, for each side.

The stick runner's sides differ in everything. Hips are lowest on a frame, so that what is
read at mid-stance is read where it was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure
from formcheck.skeleton import K
from formcheck.types import Motion, Runner, Scene

RATE, STRIDE = 120.0, 84  # frames a second; frames in a stride
HIPS, SHOULDERS, TRUNK = 0.20, 0.40, 0.58  # leg lengths
TOLD = Runner(height_m=1.75)
OUT = {"left": 1, "right": -1}


@dataclass(frozen=True)
class Ahead:
    """A runner who comes towards the camera; lengths in leg lengths, per side (left, right)."""

    ankle_out: tuple[float, float] = (0.03, 0.05)  # at mid-stance, from the pelvis' middle
    knees_apart: tuple[float, float] = (0.5, 0.7)  # hip widths, while the left or right foot stands
    wrist_in: tuple[float, float] = (-0.10, 0.20)  # shoulder widths: innermost, on its own side
    wrist_range: tuple[float, float] = (0.30, 0.20)  # of its height
    drop: tuple[float, float] = (3.0, 5.0)  # deg, to the swing side while left or right stands
    crooked: float = 2.0  # deg, the left hip is always so much higher
    shift: float = 0.04  # the pelvis is as far to the runner's left


def motion_of(p: Ahead, strides: int = 14) -> Motion:
    """Return the motion without error: x to the runner's left, y up; the left foot stands at turn 0."""
    turn = 2 * np.pi * np.arange(strides * STRIDE) / STRIDE
    standing = np.cos(turn)  # +1 the left foot's mid-stance, -1 the right foot's
    xy = np.zeros((len(turn), len(K), 2))
    hip = np.stack([np.full(len(turn), p.shift), 1.0 - 0.045 * np.cos(2 * turn)], axis=1)
    knees = np.where(standing > 0, *p.knees_apart) * HIPS
    evenly, apart = 0.5 * (p.drop[0] + p.drop[1]), 0.5 * (p.drop[0] - p.drop[1])
    tilt = np.radians(p.crooked + evenly * standing + apart * np.cos(2 * turn))
    for side in ("left", "right"):
        index, sign = ("left", "right").index(side), OUT[side]
        phase = sign * standing  # +1 while this foot stands
        lifted = 0.15 * (1 - phase)
        ankle = p.ankle_out[index] + 0.02 * (1 - phase)
        wrist = (p.wrist_in[index] + 0.15 * (1 - phase)) * SHOULDERS
        places = {
            "hip": (0.5 * HIPS, 0.5 * HIPS * sign * np.tan(tilt)),
            "shoulder": (0.5 * SHOULDERS, TRUNK),
            "knee": (0.5 * knees, -0.5),
            "ankle": (ankle, -0.98 + lifted),
            "heel": (ankle, -1.04 + lifted),
            "toe": (ankle, -1.04 + lifted),
            "elbow": (0.30, 0.25),
            "wrist": (wrist, 0.2 + 0.5 * p.wrist_range[index] * phase),
            "ear": (0.07, TRUNK + {"left": 0.20, "right": 0.26}[side]),
            "eye": (0.03, TRUNK + 0.27),
        }
        for part, (out, above) in places.items():
            xy[:, K[f"{side}_{part}"]] = hip + np.stack(
                np.broadcast_arrays(sign * out, above + 0 * turn), axis=-1
            )
    observed = np.ones(xy.shape[:2], bool)
    return Motion(RATE, xy, xy.copy(), observed, 300.0, RATE, origin="unknown")


@cache
def answers(p: Ahead = Ahead(), view: str = "front"):
    scene = Scene("running", view, None, "treadmill", 1, None, roll_deg=0.0, yaw_deg=0.0, detected_share=1.0)
    return measure(motion_of(p), (), scene, TOLD)


def metres(motion: Motion) -> float:
    """Return the metres in a leg length: segments where they look longest, 95 of 100 looks."""

    def length(a, b):
        each = [np.hypot(*(motion.point(f"{s}_{a}") - motion.point(f"{s}_{b}")).T) for s in OUT]
        return np.mean([np.percentile(one, 95) for one in each])

    return 0.779 * 1.75 / (length("hip", "knee") + length("knee", "ankle") + TRUNK)


VIEWS = ("front", "rear")
SIDED = {
    # metric: (left, right, within)
    "knee_window": (0.5, 0.7, 0.001),
    "arm_crossover": (-0.10, 0.20, 0.001),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("id", SIDED)
def test_both_sides_count_the_same_and_stand_beside_the_mean(id, view):
    left, right, within = SIDED[id]
    found = answers(view=view)[id]
    assert found.value == pytest.approx(0.5 * (left + right), abs=within)
    assert [(each.side, each.value) for each in found.by_side] == [
        ("left", pytest.approx(left, abs=within)),
        ("right", pytest.approx(right, abs=within)),
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("left, right", [(0.03, 0.05), (0.06, -0.02), (-0.03, -0.01)])
def test_step_width_adds_both_feets_distances_from_the_pelvis(left, right, view):
    """In cm; a foot across the middle counts negative. Each side's number is twice its own distance."""
    p = Ahead(ankle_out=(left, right))
    centimetres = 100 * metres(motion_of(p))
    found = answers(p, view)["step_width"]
    assert found.value == pytest.approx(centimetres * (left + right), abs=0.01)
    assert [each.value for each in found.by_side] == pytest.approx(
        [2 * centimetres * left, 2 * centimetres * right], abs=0.01
    )


def test_the_error_of_step_width_grows_by_four_per_cent_of_it():
    near, wide = (answers(Ahead(ankle_out=(out, out)))["step_width"] for out in (0.0, 0.2))
    assert near.se == pytest.approx(METRICS["step_width"].sigma, rel=1e-3)
    assert wide.se**2 - near.se**2 == pytest.approx((0.04 * wide.value) ** 2, rel=1e-2)


def test_a_hand_across_the_middle_is_across_in_half_of_the_strides():
    assert answers()["arm_crossover"].extra.known == {"share_of_strides_crossing": 0.5}


@pytest.mark.parametrize("left, right, told", [(0.30, 0.20, 40.0), (0.20, 0.30, -40.0), (0.25, 0.25, 0.0)])
def test_a_left_arm_that_swings_further_is_positive(left, right, told):
    assert answers(Ahead(wrist_range=(left, right)))["arm_swing_symmetry"].value == pytest.approx(
        told, abs=0.01
    )


@pytest.mark.parametrize("view", VIEWS)
def test_what_both_sides_share(view):
    found, p = answers(view=view), Ahead()
    assert found["cadence"].value == pytest.approx(120 / 0.7, abs=0.02)
    assert found["shoulder_shrug"].value == pytest.approx(0.23 / TRUNK, abs=0.001)
    assert found["vertical_oscillation"].value == pytest.approx(9 * metres(motion_of(p)), abs=0.01)


def test_a_turned_camera_widens_nothing_but_the_limit_of_thirty_degrees_holds():
    motion, seen = motion_of(Ahead()), {}
    for yaw in (29.0, -29.0, 31.0, -31.0):
        scene = Scene("running", "front", None, "treadmill", 1, None, roll_deg=0.0, yaw_deg=yaw)
        seen[yaw] = measure(motion, (), scene, TOLD)["arm_crossover"].measured
    assert seen == {29.0: True, -29.0: True, 31.0: False, -31.0: False}


def test_one_arm_that_is_always_hidden_leaves_no_answer():
    motion = motion_of(Ahead())
    motion.xy[:, K["left_wrist"]] = np.nan
    scene = Scene("running", "front", None, "treadmill", 1, None, roll_deg=0.0, yaw_deg=0.0)
    found = measure(replace(motion), (), scene, TOLD)
    assert not found["arm_crossover"].measured and not found["arm_swing_symmetry"].measured
    assert found["step_width"].measured
