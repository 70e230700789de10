"""Every metric of the side view has an answer worked out by hand, for either side and camera.

The stick runner's left and right differ in everything, so each number here belongs to one
side, one point and one sign. Its motion repeats exactly and every event falls on a frame:
what is left is the reading of curves at 64 or 41 moments, a tenth of a degree at most.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from formcheck.metrics import CATEGORIES, METRICS, classify, measure
from formcheck.metrics.categories import category_of
from formcheck.metrics.clock import Clock
from formcheck.metrics.feet import probabilities
from formcheck.metrics.recording import Recording
from formcheck.types import Runner
from stick_runner import (
    LEFT_ARM,
    RATE,
    RIGHT_ARM,
    STRIDE,
    Stick,
    far_of,
    motion_of,
    scene_of,
    standing_on,
    steps_of,
    with_points,
)

TOLD = Runner(height_m=1.75, mass_kg=70.0, speed_mps=3.0)
SIDES = ("left", "right")


@cache
def answers_of_stick(near):
    stick = Stick(near=near)
    return measure(motion_of(stick), steps_of(stick), scene_of(stick), TOLD)


def answers(stick, motion=None, **scene):
    return measure(
        motion_of(stick) if motion is None else motion, steps_of(stick), scene_of(stick, **scene), TOLD
    )


ONE_SIDED = {
    # metric: (left, right, within)
    "foot_strike_angle": (14.0, -6.0, 0.01),
    # hip to ankle at landing: left 0.52 sin 30 + 0.48 sin 18, right 0.49 sin 26 + 0.51 sin 6
    "overstride": (40.833, 26.811, 0.01),
    # thigh less knee: 30 - 12, 26 - 20
    "shank_angle": (18.0, 6.0, 0.01),
    "knee_flexion_contact": (12.0, 20.0, 0.01),
    "knee_flexion_stance": (40.0, 48.0, 0.05),
    "knee_flexion_swing": (92.0, 104.0, 0.1),
    "thigh_extension": (24.0, 18.0, 0.05),
    "elbow_angle": (80.0, 105.0, 0.35),  # strides of 84 frames counted from the first frame: one more or less
    "arm_swing": (50.0, 36.0, 0.15),  # a sine read along straight lines between frames
}


@pytest.mark.parametrize("near", SIDES)
@pytest.mark.parametrize("id", ONE_SIDED)
def test_a_metric_of_one_side_is_the_near_sides_with_both_beside_it(id, near):
    left, right, within = ONE_SIDED[id]
    found = answers_of_stick(near)[id]
    assert found.value == pytest.approx({"left": left, "right": right}[near], abs=within)
    assert found.side == near
    assert [each.side for each in found.by_side] == list(SIDES)
    told = [{"left": left, "right": right}[side] for side in SIDES]
    assert [each.value for each in found.by_side] == pytest.approx(told, abs=within)


NEAR_ONLY = {
    # metric: (left, right, within)
    # A level head's line rises by 10 degrees; the near ear of a real picture looks 3.7 degrees too high.
    "head_pitch": (LEFT_ARM.head - 10 + 3.7, RIGHT_ARM.head - 10 + 3.7, 0.001),
    "shoulder_shrug": (0.45, 0.35, 0.001),  # trunk lengths, ear above shoulder
}


@pytest.mark.parametrize("near", SIDES)
@pytest.mark.parametrize("id", NEAR_ONLY)
def test_a_metric_of_the_near_side_alone_is_read_from_it(id, near):
    left, right, within = NEAR_ONLY[id]
    told = {"left": left, "right": right}[near]
    assert answers_of_stick(near)[id].value == pytest.approx(told, abs=within)


OF_BOTH = {
    "cadence": (120 / 0.7, 0.02),  # crossings of the filtered ankles, to a tenth of a millisecond
    "ground_contact_time": (237.5, 0.01),  # 30 and 27 frames of 120 a second
    "flight_time": (350 - 237.5, 0.05),
    "duty_factor": (100 * 237.5 / 700, 0.01),
    "trunk_lean": (7.0, 0.001),
    "contact_time_asymmetry": (100 * (250 - 225) / 237.5, 0.01),
    "step_time_asymmetry": (100 * (43 - 41) / 42, 0.01),
    "stride_variability": (0.0, 0.001),
    "speed": (3.0, 0.0),
    "step_length": (3.0 * 0.35, 0.001),
    # Morin's formulas by hand: 237.5 ms on the ground, 112.5 in the air, 3 m/s, 70 kg, 1.75 m.
    # Force 686.7 pi/2 (112.5/237.5 + 1) = 1589.6 N; sink 1589.6 x 0.05641/(70 pi^2) - 9.81 x 0.05641/8 = 0.06062 m;
    # leg 0.9275 - sqrt(0.9275^2 - 0.35625^2) = 0.07114 m more; 1.5896 / 0.13176.
    "leg_stiffness": (12.065, 0.01),
}


@pytest.mark.parametrize("near", SIDES)
@pytest.mark.parametrize("id", OF_BOTH)
def test_a_metric_of_the_whole_runner_is_the_same_from_either_side(id, near):
    value, within = OF_BOTH[id]
    assert answers_of_stick(near)[id].value == pytest.approx(value, abs=within)


@pytest.mark.parametrize("near", SIDES)
def test_the_bounce_is_in_centimetres_of_the_near_leg(near):
    """Both legs are one unit long here: 0.779 x 1.75 m over 1 + 0.58 units is the scale."""
    metres = 0.779 * 1.75 / 1.58
    found = answers_of_stick(near)
    assert set(np.round(found["vertical_oscillation"].samples, 1)) == {round(9 * metres, 1)}
    assert found["vertical_oscillation"].unit == "cm"
    # 237.5 ms of contact in steps of 350 ms: 9.81 x 0.35 (0.35/8 - 0.09085 x 0.2375) = 7.61 cm of the centre of mass,
    # -2.18 + 1.0387 x 7.61 + 12.91 x 0.2375 = 8.79 cm of the hips; a tenth of the weight, as 0.9 cm against 0.33.
    assert found["vertical_oscillation"].value == pytest.approx(0.89 * 9 * metres + 0.11 * 8.79, abs=0.03)
    assert found["vertical_ratio"].value == pytest.approx(9 * metres / 1.05, abs=0.01)


@pytest.mark.parametrize("near", SIDES)
def test_each_foots_contact_time_stands_beside_the_mean(near):
    left, right = answers_of_stick(near)["ground_contact_time"].by_side
    assert (left.side, right.side) == ("left", "right")
    assert (left.value, right.value) == pytest.approx((250.0, 225.0), abs=0.01)


@pytest.mark.parametrize("near", SIDES)
@pytest.mark.parametrize("lean, waist", [(7.0, 0.0), (12.0, 5.0), (2.0, -5.0)])
def test_a_lean_from_the_ankles_is_told_from_a_bend_at_the_waist(near, lean, waist):
    """Feet under lines of 5 and 9 degrees from foot to hip, 7 in the mean; the trunk leans on its own."""
    stick = Stick(near=near, lean=lean)
    found = answers(stick, standing_on(motion_of(stick), {"left": 5.0, "right": 9.0}))
    assert found["trunk_lean"].value == pytest.approx(lean, abs=0.001)
    assert found["waist_bend"].value == pytest.approx(waist, abs=0.001)
    whole = [from_foot(line, lean) for line in (5.0, 9.0)]
    assert found["body_lean"].value == pytest.approx(np.mean(whole), abs=0.001)


def from_foot(line, lean):
    """Return the lean from foot to shoulder: 0.9 units along the legs' line, then 0.58 of trunk."""
    line, lean = np.radians([line, lean])
    ahead = 0.9 * np.sin(line) + 0.58 * np.sin(lean)
    above = 0.9 * np.cos(line) + 0.58 * np.cos(lean)
    return np.degrees(np.arctan2(ahead, above))


def test_each_foot_counts_the_same_however_many_contacts_it_has():
    stick = Stick()
    steps = steps_of(stick)
    few = tuple(step for step in steps if step.side == "left" or step.contact < 5.0)
    motion = standing_on(motion_of(stick), {"left": 4.0, "right": 10.0})
    found = measure(motion, few, scene_of(stick), TOLD)
    assert found["waist_bend"].value == pytest.approx(0.0, abs=0.001)
    assert found["ground_contact_time"].value == pytest.approx(237.5, abs=0.01)


@pytest.mark.parametrize("near", SIDES)
@pytest.mark.parametrize("ahead", [-50.0, -15.0, 0.0, 25.0])
def test_an_arm_that_is_ahead_of_the_opposite_leg_has_a_positive_phase(near, ahead):
    """Near elbow against the far ankle; the far elbow keeps another phase, the trunk swings along."""
    stick = Stick(near=near)
    motion = motion_of(stick)
    turn = 2 * np.pi * np.arange(len(motion.xy)) / STRIDE
    sway = 0.05 * np.stack([np.sin(turn), 0 * turn], axis=1)
    far = far_of(stick)
    moved = with_points(
        motion,
        **{f"{side}_shoulder": motion.point(f"{side}_shoulder") + sway for side in SIDES},
        **{
            f"{near}_elbow": motion.middle("shoulder") + sway + wave(0.2, turn + np.radians(ahead)),
            f"{far}_elbow": motion.middle("shoulder") + sway + wave(0.2, turn + 2.0),
            f"{far}_ankle": motion.middle("hip") + wave(0.4, turn) - [0, 0.9],
            f"{near}_ankle": motion.middle("hip") - wave(0.4, turn) - [0, 0.9],
        },
    )
    found = answers(stick, moved)["arm_leg_phase"]
    assert found.value == pytest.approx(ahead, abs=0.05)
    assert found.extra.coherence == pytest.approx(1.0, abs=0.001)


def wave(size, phase):
    return np.stack([size * np.cos(phase), 0 * phase], axis=1)


def test_the_elbows_range_in_the_stride_is_told():
    near, far = (answers_of_stick("left")["elbow_angle"].by_side[k].extra for k in (0, 1))
    assert (near.smallest, near.largest) == pytest.approx((70.0, 90.0), abs=0.2)
    assert (far.smallest, far.largest) == pytest.approx((85.0, 125.0), abs=0.3)


def test_the_type_of_landing_is_the_near_foots():
    left, right = (classify(answers_of_stick(near))["foot_strike"] for near in SIDES)
    assert (left.value, right.value) == ("rearfoot", "forefoot")
    assert [(each.side, each.value) for each in left.by_side] == [("left", "rearfoot"), ("right", "forefoot")]


@pytest.mark.parametrize(
    "angle, sd, chances",
    [
        (8.0, 1.0, (0.5, 0.5, 0.0)),
        (-1.6, 1.0, (0.0, 0.5, 0.5)),
        (10.0, 2.0, (0.8413, 0.1587, 0.0)),  # one standard error above the limit of a rearfoot landing
        (-3.6, 2.0, (0.0, 0.1587, 0.8413)),
    ],
)
def test_the_chances_of_each_landing_are_the_normal_curves(angle, sd, chances):
    found = probabilities(angle, sd)
    assert list(found) == ["rearfoot", "midfoot", "forefoot"]
    assert list(found.values()) == pytest.approx(chances, abs=1e-4)


@pytest.mark.parametrize("chance, told", [(0.69, "unclear"), (0.71, "rearfoot")])
def test_a_landing_is_named_from_seventy_per_cent_on(chance, told):
    row = replace(
        CATEGORIES["foot_strike"], probabilities=lambda _: {"rearfoot": chance, "midfoot": 1 - chance}
    )
    assert category_of(row, answers_of_stick("left")["foot_strike_angle"]).value == told


@pytest.mark.parametrize("near", SIDES)
def test_speed_is_the_belts_against_the_standing_foot(near):
    """The standing foot goes back at 3.2 leg lengths/s while the hips drift forward at 0.1."""
    stick = Stick(near=near)
    motion = motion_of(stick)
    drift = np.stack([0.1 * motion.time, 0 * motion.time], axis=1)
    moved = {
        f"{side}_{part}": motion.point(f"{side}_{part}") + drift
        for side in SIDES
        for part in ("hip", "knee", "ankle", "shoulder")
    }
    for side in SIDES:
        back = np.zeros((len(motion.xy), 2))
        for step in steps_of(stick):
            here = (motion.time >= step.contact - 0.05) & (motion.time <= step.toe_off + 0.05)
            back[here & (step.side == side), 0] = -3.2 * (
                motion.time[here & (step.side == side)] - step.contact
            )
        moved[f"{side}_heel"], moved[f"{side}_toe"] = back - [0.1, 0], back + [0.1, 0]
    found = measure(with_points(motion, **moved), steps_of(stick), scene_of(stick), Runner(height_m=1.75))
    metres = 0.779 * 1.75 / 1.58
    assert found["speed"].value == pytest.approx(3.3 * metres, abs=0.01)
    assert found["speed"].extra.known == {"stated": False}
    assert found["step_length"].value == pytest.approx(3.3 * metres * 0.35, abs=0.01)
    assert found["vertical_ratio"].value == pytest.approx(100 * 0.09 / (3.3 * 0.35), abs=0.05)
    assert found["overstride"].extra.speed_mps == round(3.3 * metres, 2)


def test_strides_that_differ_spread_by_their_median_deviation():
    """Crossings 0.70 and 0.72 s apart in turn: the median deviation from 0.71 s is 0.01 s."""
    stick = Stick()
    rec = Recording(motion_of(stick), steps_of(stick), scene_of(stick), TOLD)
    strides = tuple((0.7 * k, (0.70, 0.72)[k % 2]) for k in range(24))
    rec.__dict__["clock"] = Clock(0.355, 0.001, 48, 1.0, strides)
    found = METRICS["stride_variability"].formula(rec, METRICS["stride_variability"])
    assert found.value == pytest.approx(100 * 1.4826 * 0.01 / 0.71, abs=1e-6)
    assert found.n == 24


HALF_WIDTHS = {
    # metric: what besides its own sigma (deg or its unit) all steps share, when nothing scatters
    "trunk_lean": (0.7,),  # a tilt of the camera that was read from the picture
    "head_pitch": (0.7,),
    "shoulder_shrug": (),
    "body_lean": (0.7,),
    "waist_bend": (0.7,),
    "contact_time_asymmetry": (),
    "step_time_asymmetry": (),
}


@pytest.mark.parametrize("id", HALF_WIDTHS)
def test_an_interval_without_scatter_is_the_shared_error_alone(id):
    stick = Stick()
    found = answers(stick, standing_on(motion_of(stick), {"left": 7.0, "right": 7.0}))[id]
    view = {"trunk_lean": 7.0 - np.degrees(np.arctan(np.tan(np.radians(7.0)) * np.cos(np.radians(5.0))))}
    parts = (METRICS[id].sigma, *HALF_WIDTHS[id], view.get(id, 0.0))
    assert found.high - found.value == pytest.approx(1.96 * np.sqrt(np.sum(np.square(parts))), rel=1e-3)
    assert found.value - found.low == pytest.approx(found.high - found.value)


@pytest.mark.parametrize(
    "id", ["elbow_angle", "arm_swing", "foot_strike_angle", "thigh_extension", "knee_flexion_stance"]
)
def test_the_far_side_has_half_as_much_keypoint_error_again(id):
    """The far side's squared error less the near side's is 1.25 squared sigmas, from cameras at either side."""
    seen = {near: {each.side: each for each in answers_of_stick(near)[id].by_side} for near in SIDES}
    for side in SIDES:
        near, far = (seen[view][side].se for view in (side, "left" if side == "right" else "right"))
        assert far**2 - near**2 == pytest.approx(1.25 * METRICS[id].sigma ** 2, rel=0.02)


def test_an_unknown_tilt_of_the_camera_costs_2_8_degrees():
    stick = Stick()
    known, unknown = (answers(stick, roll_deg=roll)["head_pitch"].se for roll in (0.0, np.nan))
    assert unknown**2 - known**2 == pytest.approx(2.8**2 - 0.7**2, rel=1e-3)


@pytest.mark.parametrize("near", SIDES)
def test_a_rise_of_the_shoulders_over_the_clip_is_negative(near):
    """The ears sink towards the shoulders from 0.4 to 0.3 trunk lengths."""
    stick = Stick(near=near)
    motion = motion_of(stick)
    rise = np.stack([0 * motion.time, np.linspace(0.4, 0.3, len(motion.time)) * 0.58], axis=1)
    found = answers(stick, with_points(motion, **{f"{near}_ear": motion.middle("shoulder") + rise}))
    change = found["shoulder_shrug"].extra.change_over_clip
    assert change == pytest.approx((0.4 - 5 / 60) / (0.4 - 1 / 60) - 1, abs=0.002)


def test_how_much_the_head_hangs_is_told():
    stick = replace(Stick(), arms={"left": replace(LEFT_ARM, head=-15.0), "right": RIGHT_ARM})
    assert answers(stick)["head_pitch"].extra.share_head_down == 1.0
    assert answers_of_stick("left")["head_pitch"].extra.share_head_down == 0.0


def test_the_camera_of_the_stick_runner_takes_120_frames_a_second():
    assert RATE == 120.0
    assert answers_of_stick("left")["ground_contact_time"].extra.known == {
        "speed_mps": 3.0,
        "speed_sd_mps": 0.06,  # 2 % of the speed that was stated
    }
