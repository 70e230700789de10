"""The contact rules part by part, on feet whose every number can be written down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait import rules as r
from formcheck.skeleton import K
from test_gait import STEP_S, runner

STRIDE_S = 2 * STEP_S


def feet(apart, foot=None, heights=None, has_feet=True):
    """Return both feet whose ankles are `apart` (left minus right) on the fine grid; nothing else moves."""
    time = np.arange(len(apart)) / r.FINE_HZ
    ankle = np.zeros((len(time), 2, 2))
    ankle[:, 0, 0], ankle[:, 1, 0] = 0.5 * apart, -0.5 * apart
    if heights is not None:
        ankle[:, 0, 1], ankle[:, 1, 1] = 0.5 * heights, -0.5 * heights
    path = ankle.copy()
    if foot is not None:
        path[:, 0, 0] = foot
    return r.Feet(time, ankle, path, np.ones((len(time), 2), bool), has_feet)


def seconds(length=3.0):
    return np.arange(0, length, 1 / r.FINE_HZ)


# --- the window of one leg ---------------------------------------------------------------------------------------


def test_a_window_lasts_from_furthest_ahead_to_furthest_behind():
    """Left leads as cos: ahead at 0, 0.7, 1.4 ... s, behind half a stride later; a clip's start is no extremum."""
    both = feet(np.cos(2 * np.pi * seconds() / STRIDE_S))
    left, right = r.stance_windows(both, 0), r.stance_windows(both, 1)
    assert [start / 240 for start, _ in left] == pytest.approx([0.7, 1.4, 2.1], abs=0.01)
    assert [stop / 240 for _, stop in left] == pytest.approx([1.05, 1.75, 2.45], abs=0.01)
    assert [start / 240 for start, _ in right] == pytest.approx([0.35, 1.05, 1.75, 2.45], abs=0.01)
    assert [stop / 240 for _, stop in right] == pytest.approx([0.7, 1.4, 2.1, 2.8], abs=0.01)


@pytest.mark.parametrize(("swing", "count"), [(0.20, 0), (0.30, 3)])
def test_ankles_that_hardly_separate_are_no_run(swing, count):
    """The threshold is a quarter of a leg between the 5th and 95th percentile, 0.988 of the whole swing."""
    assert len(r.stance_windows(feet(0.5 * swing * np.cos(2 * np.pi * seconds() / STRIDE_S)), 0)) == count


def test_a_small_wiggle_is_not_a_step_and_a_large_one_is():
    """A third harmonic of equal size turns back by 0.28 of the swing, one three times as large by 0.67."""
    time = seconds()
    whole = np.cos(2 * np.pi * time / 1.4)
    for size, count in ((1.0, 1), (3.0, 4)):
        windows = r.stance_windows(feet(whole + size * np.cos(2 * np.pi * time / 0.4667)), 0)
        assert len([w for w in windows if w[0] / 240 > 0.5]) == count, size


def test_a_window_of_a_second_is_a_pause():
    for stride, count in ((1.9, 2), (2.1, 0)):
        found = r.stance_windows(feet(np.cos(2 * np.pi * (seconds(4.2) - 0.5) / stride)), 0)
        assert len(found) == count, stride


# --- contact and toe-off by speed --------------------------------------------------------------------------------


def belt_foot(lands=0.10, leaves=0.30):
    """Return a foot that rides back at -3/s between two times in the stride and else comes forward."""
    time = seconds()
    phase = time % STRIDE_S
    speed = np.where((phase >= lands) & (phase < leaves), -3.0, 0.6 / (STRIDE_S - 0.2))
    return np.cumsum(speed) / r.FINE_HZ


def steps_of(found, near="left"):
    motion = replace(runner(120.0), near_side=near)
    return r._by_speed(found, 0, motion)


def test_contact_is_between_furthest_ahead_and_the_speed_of_the_ground():
    """The leg is ahead at 0.7 s, the foot has the ground's speed from 0.8 to 1.0 s: 0.75 s and 4 ms; 1 s and 24 ms, less half a sample of the gradient."""
    found = steps_of(feet(np.cos(2 * np.pi * seconds() / STRIDE_S), belt_foot()))
    assert [step.contact for step in found] == pytest.approx([0.754, 1.454, 2.154], abs=0.004)
    assert [step.toe_off for step in found] == pytest.approx([1.022, 1.722, 2.422], abs=0.003)
    assert {step.side for step in found} == {"left"} and all(step.near for step in found)
    assert {step.confidence for step in found} == {0.5}


def test_the_far_foot_is_not_near():
    found = steps_of(feet(np.cos(2 * np.pi * seconds() / STRIDE_S), belt_foot()), near="right")
    assert found and not any(step.near for step in found)


def test_a_foot_slower_than_a_quarter_leg_a_second_stands_on_no_belt():
    slow = belt_foot() * 0.08
    assert steps_of(feet(np.cos(2 * np.pi * seconds() / STRIDE_S), slow)) == []
    quick = belt_foot() * 0.09
    assert len(steps_of(feet(np.cos(2 * np.pi * seconds() / STRIDE_S), quick))) == 3


def test_a_foot_that_only_slows_down_to_four_fifths_still_stands():
    """Within 80 % of the ground's speed a foot counts as standing, below it has left."""
    time = seconds()
    phase = time % STRIDE_S
    for late_speed, leaves in ((-2.5, 1.024), (-2.3, 0.974)):
        speed = np.where((phase >= 0.10) & (phase < 0.25), -3.0, 0.9)
        speed = np.where((phase >= 0.25) & (phase < 0.30), late_speed, speed)
        found = steps_of(feet(np.cos(2 * np.pi * time / STRIDE_S), np.cumsum(speed) / r.FINE_HZ))
        assert found[0].toe_off == pytest.approx(leaves, abs=0.005), late_speed


# --- the standard errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "near", "has_feet", "extra"),
    [
        (120.0, "left", True, 0.0),
        (30.0, "left", True, 0.0),
        (30.0, "left", False, 0.030),
        (30.0, None, True, 0.040),
    ],
)
def test_a_steps_errors_join_the_rule_the_frame_and_the_missing_foot(rate, near, has_feet, extra):
    motion = replace(runner(rate), near_side=near)
    step = r._step(feet(np.zeros(480), has_feet=has_feet), motion, 1, 0.5, 0.7)
    frame = 1 / (rate * np.sqrt(12))
    assert step.contact_sd == pytest.approx(np.sqrt(0.010**2 + frame**2 + extra**2))
    assert step.toe_off_sd == pytest.approx(np.sqrt(0.022**2 + frame**2 + extra**2))
    assert step.side == "right" and (step.contact, step.toe_off) == (0.5, 0.7)
    assert step.near is (near is None)


def test_no_toe_off_has_no_error_and_a_hidden_foot_no_step():
    motion = runner(120.0)
    both = feet(np.zeros(480))
    assert np.isnan(r._step(both, motion, 0, 0.5, np.nan).toe_off_sd)
    assert r._step(both, motion, 0, -0.001, 0.2) is None
    both.seen[120, 0] = False  # 0.5 s
    assert r._step(both, motion, 0, 0.5, 0.7) is None
    assert r._step(both, motion, 0, 0.5 + 1 / 240, 0.7) is not None
    assert r._step(both, motion, 1, 0.5, 0.7) is not None
    assert r._step(both, motion, 0, 99.0, 99.2) is not None  # past the grid its last sample decides


def test_the_first_true_flag_of_a_range():
    flags = np.array([True, False, False, True, True])
    assert (r._first(flags, 0, 5), r._first(flags, 1, 5), r._first(flags, 1, 3), r._first(flags, 4, 5)) == (
        0,
        3,
        None,
        4,
    )


# --- by height, from the front -----------------------------------------------------------------------------------


def test_the_lower_foot_stands_for_seven_tenths_of_the_time_it_is_lower():
    """Left is lower from 0.35 to 0.7 s of each stride: the middle, 0.525 s, 54 ms later, and 122.5 ms each way."""
    heights = 0.4 * np.sin(2 * np.pi * seconds() / STRIDE_S)
    motion = replace(runner(120.0), near_side=None)
    left = r._by_height(feet(0 * heights, heights=heights), 0, motion)
    right = r._by_height(feet(0 * heights, heights=heights), 1, motion)
    middles = [0.5 * (step.contact + step.toe_off) for step in left]
    assert middles == pytest.approx([0.579, 1.279, 1.979, 2.679], abs=0.006)
    assert [step.duration for step in left] == pytest.approx([0.245] * 4, abs=0.006)
    assert [0.5 * (s.contact + s.toe_off) for s in right] == pytest.approx([0.929, 1.629, 2.329], abs=0.006)


@pytest.mark.parametrize(("size", "count"), [(0.10, 0), (0.20, 4)])
def test_ankles_at_one_height_are_no_run_from_the_front(size, count):
    heights = size * np.sin(2 * np.pi * seconds() / STRIDE_S)
    motion = replace(runner(120.0), near_side=None)
    assert len(r._by_height(feet(0 * heights, heights=heights), 0, motion)) == count


# --- feet from a motion ------------------------------------------------------------------------------------------


def test_feet_are_relative_to_mid_hip_and_between_heel_and_toe():
    motion = runner(60.0)
    both = r.feet_of(motion)
    hip = 0.5 * (motion.point("left_hip") + motion.point("right_hip"))
    ankle = motion.point("right_ankle") - hip
    middle = 0.5 * (motion.point("right_heel") + motion.point("right_toe")) - hip
    np.testing.assert_allclose(both.ankle[::4, 1][: len(ankle) - 2], ankle[:-2], atol=1e-6)
    np.testing.assert_allclose(both.foot[::4, 1][: len(ankle) - 2], middle[:-2], atol=1e-6)
    assert both.has_feet and both.seen.all()


def test_ankles_stand_in_for_feet_that_are_seen_in_less_than_half_of_the_frames():
    motion = runner(60.0)
    for share, feet_seen in ((0.4, False), (0.6, True)):
        xy = motion.xy.copy()
        xy[int(share * len(xy)) :, [K["left_toe"], K["right_toe"]]] = np.nan
        both = r.feet_of(replace(motion, xy=xy, raw=xy))
        assert both.has_feet is feet_seen
        same = np.allclose(both.foot[:200, 0], both.ankle[:200, 0])
        assert same is not feet_seen


def test_ankles_hardly_ever_seen_give_no_feet():
    motion = runner(60.0)
    for share, enough in ((0.25, False), (0.35, True)):
        xy = motion.xy.copy()
        xy[int(share * len(xy)) :, K["left_ankle"]] = np.nan
        assert (r.feet_of(replace(motion, xy=xy, raw=xy)) is not None) is enough


def test_a_moment_counts_as_seen_only_between_seen_frames():
    seen = r._seen_on(
        np.array([0.0, 0.25, 0.5, 0.75, 1.0]), np.array([0.0, 0.5, 1.0]), np.array([1.0, 2.0, np.nan])
    )
    assert seen.tolist() == [True, True, True, False, False]


def test_four_points_are_enough_for_a_path_and_three_are_not():
    sampled = np.arange(6) / 10
    values = np.zeros((6, 2, 2))
    values[:, :, 0] = sampled[:, None] * 2
    values[3:, 1] = np.nan
    values[4:, 0] = np.nan
    fine = r._fine(values, sampled, np.array([0.05, 0.25, 0.45]))
    assert fine[:, 0, 0] == pytest.approx([0.1, 0.5, 0.6])  # held at the last seen value, not continued
    assert np.isnan(fine[:, 1]).all()


def test_rules_find_every_contact_of_a_runner_on_both_sides():
    """The schematic foot lands at each half stride and stays for 35 % of a stride, 0.245 s."""
    found = r.steps_by_rules(runner(120.0))
    left = [step for step in found if step.side == "left"]
    truth = STRIDE_S * np.arange(1, 1 + len(left))
    assert len(left) >= 6 and len(found) >= 13
    assert np.array([s.contact for s in left]) - truth == pytest.approx(np.zeros(len(left)), abs=0.03)
    assert [step.contact for step in found] == sorted(step.contact for step in found)
