"""What the low-pass filter and the way from pixels to leg lengths do to a known signal."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.preprocess import low_pass, pictures_per_s, resample, smooth, to_motion, without_spikes
from formcheck.skeleton import KEYPOINTS, N_KEYPOINTS, K
from formcheck.types import PoseTrack, Scene, Surroundings

RATE = 240.0
TIME = np.arange(0, 8, 1 / RATE)
MIDDLE = slice(480, 1440)  # of the signal, far from what its ends do


def response(filtered, hz, time=TIME, middle=MIDDLE):
    """Return amplitude and delay (deg) of what is left of a sine of amplitude one."""
    turn = 2 * np.pi * hz * time[middle]
    sine, cosine = (2 * np.mean(filtered[middle] * f(turn)) for f in (np.sin, np.cos))
    return np.hypot(sine, cosine), np.degrees(np.arctan2(-cosine, sine))


@pytest.mark.parametrize("hz, left", [(5.0, 16 / 17), (10.0, 1 / 2), (20.0, 1 / 17)])
def test_two_passes_of_a_second_order_butterworth_halve_the_cut_off_frequency(hz, left):
    """1 / (1 + (f/fc)^4), twice the usual fall; at 240 a second the warping of the axis is below 1 %."""
    amplitude, delay = response(smooth(np.sin(2 * np.pi * hz * TIME), RATE, 10.0), hz)
    assert amplitude == pytest.approx(left, rel=0.12 if hz == 20 else 0.02)
    assert delay == pytest.approx(0.0, abs=0.5)


CUT_OFFS = {
    "nose": 7, "eye": 7, "ear": 7, "shoulder": 8, "elbow": 8, "wrist": 8, "hip": 7, "knee": 10, "ankle": 10,
    "heel": 14, "toe": 14,
}  # fmt: skip


@pytest.mark.parametrize("name", KEYPOINTS)
def test_a_body_part_keeps_half_its_power_at_its_own_cut_off(name):
    """Winter's correction: the cut-off of each of two passes is raised so that both together give -3 dB there."""
    hz = CUT_OFFS[name.split("_")[-1]]
    xy = np.zeros((len(TIME), N_KEYPOINTS, 2))
    xy[:, K[name], 1] = np.sin(2 * np.pi * hz * TIME)
    filtered = low_pass(xy, RATE)
    amplitude, delay = response(filtered[:, K[name], 1], hz)
    assert amplitude == pytest.approx(np.sqrt(0.5), abs=0.006)
    assert delay == pytest.approx(0.0, abs=0.5)
    assert not filtered[:, [k for k in range(N_KEYPOINTS) if k != K[name]]].any()


@pytest.mark.parametrize(
    "rate, part, hz", [(24.0, "hip", 7), (30.0, "ankle", 10), (36.0, "toe", 14), (60.0, "toe", 14)]
)
def test_near_half_the_frame_rate_the_axis_is_warped(rate, part, hz):
    """A digital filter halves at tan(pi fc / fs): with 0.802 inside it, a slow camera's points are filtered less."""
    time = np.arange(0, 40, 1 / rate)
    xy = np.zeros((len(time), N_KEYPOINTS, 2))
    xy[:, K[f"left_{part}"], 0] = np.sin(2 * np.pi * hz * time)
    middle = slice(len(time) // 4, 3 * len(time) // 4)
    left, _ = response(low_pass(xy, rate)[:, K[f"left_{part}"], 0], hz, time, middle)
    ratio = np.tan(np.pi * hz / rate) / np.tan(np.pi * hz / 0.802 / rate)
    assert left == pytest.approx(1 / (1 + ratio**4), abs=2e-3)


@pytest.mark.parametrize("rate", [24.0, 30.0])
def test_feet_of_a_slow_camera_are_left_as_they_are(rate):
    noise = np.random.default_rng(0).normal(size=(200, N_KEYPOINTS, 2))
    filtered = low_pass(noise, rate)
    feet = [K[f"{side}_{part}"] for side in ("left", "right") for part in ("heel", "toe")]
    assert np.array_equal(filtered[:, feet], noise[:, feet])
    assert not np.allclose(filtered[:, K["left_hip"]], noise[:, K["left_hip"]])


def test_gaps_stay_and_what_lies_between_them_is_filtered_alone():
    signal = np.ones(120)
    signal[50:60] = np.nan
    signal[60:] = 5.0
    found = smooth(signal, 60.0, 5.0)
    assert np.isnan(found[50:60]).all()
    assert np.allclose(found[:50], 1.0) and np.allclose(found[60:], 5.0)


# --- from pixels -----------------------------------------------------------------------------------------------------

PARTS = {
    "nose": (8, -170), "eye": (6, -172), "ear": (0, -170), "shoulder": (2, -145), "elbow": (-5, -118),
    "wrist": (15, -100), "hip": (0, -90), "knee": (0, -50), "ankle": (0, -10), "heel": (-6, -3), "toe": (14, 0),
}  # fmt: skip


def standing(frames=120, fps=60.0):
    """Return a still figure, its left leg 80 px long and its right one 60."""
    xy = np.zeros((frames, N_KEYPOINTS, 2))
    for name, k in K.items():
        xy[:, k] = PARTS[name.split("_")[-1]]
    xy[:, K["right_knee"], 1], xy[:, K["right_ankle"], 1] = -60, -30
    return np.arange(frames) / fps, xy + [320, 300]


def motion(xy, time, confidence=None, **scene):
    facts = dict(
        activity="running", view="side", facing="right", setting="treadmill", people=1, near_side="left"
    )
    sure = np.ones(xy.shape[:2]) if confidence is None else confidence
    return to_motion(PoseTrack(time, xy, sure, (640, 360), "test"), Scene(**{**facts, **scene}))


@pytest.mark.parametrize("near, pixels", [("left", 80), ("right", 60), (None, 70)])
def test_a_leg_length_is_the_near_legs_or_the_mean_of_both(near, pixels):
    time, xy = standing()
    made = motion(xy, time, near_side=near)
    assert made.leg_px == pytest.approx(pixels)
    trunk = made.middle("shoulder") - made.middle("hip")
    assert trunk[5] == pytest.approx([2 / pixels, 55 / pixels])


@pytest.mark.parametrize(
    "view, facing, ahead",
    [("side", "right", 1), ("side", "left", -1), ("front", None, 1), ("rear", None, -1)],
)
def test_the_first_axis_points_forward_or_to_the_runners_left(view, facing, ahead):
    """From the front the runner's left is at the picture's right; a toe lies 14 px to the right of the ankle."""
    time, xy = standing()
    made = motion(xy, time, view=view, facing=facing)
    assert (made.point("left_toe") - made.point("left_ankle"))[9] == pytest.approx(
        [ahead * 14 / 80, -10 / 80]
    )


def test_a_segment_is_as_long_as_it_looks_in_three_of_four_frames():
    time, xy = standing()
    xy[:24, K["left_ankle"], 1] += 40  # a fifth looks longer
    assert motion(xy, time).leg_px == pytest.approx(80)
    xy[:36, K["left_ankle"], 1] = xy[40, K["left_ankle"], 1] + 40
    assert motion(xy, time).leg_px == pytest.approx(120)  # three tenths


@pytest.mark.parametrize("sure, seen", [(0.5, True), (0.49, False)])
def test_a_point_counts_from_half_confidence_on(sure, seen):
    time, xy = standing()
    confidence = np.ones(xy.shape[:2])
    confidence[40:60, K["left_toe"]] = sure
    made = motion(xy, time, confidence)
    assert np.isfinite(made.point("left_toe")[50]).all() == seen
    assert bool(made.observed[50, K["left_toe"]]) == seen


@pytest.mark.parametrize("missing, bridged", [(5, True), (6, False)])
def test_a_gap_of_a_tenth_of_a_second_is_bridged(missing, bridged):
    """At 60 frames a second five lost frames lie 0.100 s apart, six 0.117 s."""
    time, xy = standing()
    confidence = np.ones(xy.shape[:2])
    confidence[40 : 40 + missing, K["left_toe"]] = 0.0
    made = motion(xy, time, confidence)
    assert np.isfinite(made.raw[42, K["left_toe"]]).all() == bridged
    assert not made.observed[42, K["left_toe"]]


@pytest.mark.parametrize("off, kept", [(0.14, True), (0.155, False)])
def test_a_point_may_leave_its_neighbours_by_noise_and_what_a_foot_accelerates(off, kept):
    """0.12 leg lengths and 200 leg lengths/s² for a sixtieth of a second: 0.148."""
    legs = np.zeros((20, N_KEYPOINTS, 2))
    legs[10, K["left_toe"], 1] = off
    assert np.isfinite(without_spikes(legs, np.arange(20) / 60)[10, K["left_toe"]]).all() == kept


def test_the_backgrounds_drift_and_the_cameras_roll_are_taken_out():
    time, xy = standing()
    moved = np.stack([30 * time, -12 * time], axis=1)
    around = Surroundings(np.ones(len(time)), moved, 10.0)
    turn = np.radians(10.0)
    seen = xy @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) + moved[:, None]
    track = PoseTrack(time, seen, np.ones(xy.shape[:2]), (640, 360), "test", around)
    made = to_motion(track, Scene("running", "side", "right", "treadmill", 1, "left", roll_deg=10.0))
    still = motion(xy, time)
    assert np.ptp(made.point("left_toe"), axis=0) == pytest.approx(0.0, abs=1e-9)
    for part in ("shoulder", "ankle"):
        turned, level = (each.middle(part) - each.middle("hip") for each in (made, still))
        assert turned[5] == pytest.approx(level[5], abs=1e-9)


def test_samples_are_even_in_real_time():
    time, xy = standing(frames=121)
    made = motion(xy, 4 * time, slow_motion_factor=4.0)
    assert (made.rate, len(made.xy)) == (pytest.approx(60.0), 121)
    assert made.time[[0, -1]] == pytest.approx([0.0, 2.0])


def test_only_the_seconds_that_are_measured_are_seen():
    """Of two seconds at 60 frames, those from 0.5 to 1.0 s: frames 30 to 60, ends included."""
    time, xy = standing()
    made = motion(xy, time, measured_s=(0.5, 1.0))
    assert np.flatnonzero(np.isfinite(made.raw[:, K["left_toe"], 0])).tolist() == list(range(30, 61))


@pytest.mark.parametrize("samples, filtered", [(6, False), (7, True)])
def test_a_run_of_six_samples_or_fewer_is_left_as_it_is(samples, filtered):
    signal = np.random.default_rng(0).normal(size=samples)
    assert np.array_equal(smooth(signal, 60.0, 5.0), signal) != filtered


def test_a_point_that_moves_evenly_is_where_it_should_be_between_the_frames_and_stays_at_the_last():
    """Frames every tenth of a second, a point at 2 legs/s: on the grid of 20 ms it is at twice the time."""
    time = np.arange(0, 1.01, 0.1)
    legs = np.zeros((len(time), 21, 2))
    legs[..., 0], legs[..., 1] = 2 * time[:, None], 1 - time[:, None]
    grid = np.arange(0, 1.021, 0.02)
    found = resample(legs, time, grid)
    there = np.minimum(grid, 1.0)
    assert found[:, 7, 0] == pytest.approx(2 * there)
    assert found[:, 7, 1] == pytest.approx(1 - there)


def test_a_frame_that_is_seen_stays_in_the_middle_of_a_long_gap():
    """Ten frames a second, of which all but 1.0 s are lost between 0.5 and 1.5 s."""
    time = np.array([*np.arange(6), 10, *np.arange(15, 21)]) / 10
    legs = np.ones((len(time), 21, 2)) * time[:, None, None]
    grid = np.arange(21) / 10
    found = resample(legs, time, grid)[:, 0, 0]
    assert np.flatnonzero(np.isnan(found)).tolist() == [6, 7, 8, 9, 11, 12, 13, 14]
    assert found[10] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "times, rate",
    [
        ([0.0, 0.1, 0.2, 5.2, 5.3], 10.0),  # a pause does not count
        ([0.0, 0.1, 0.3, 0.4], 7.5),  # a lost frame does: four pictures in 0.4 s, three intervals
        ([0.0, 2.0, 4.0, 7.0], 0.5),  # nothing but pauses: the typical one
        ([0.0], 0.0),
    ],
)
def test_frames_lost_in_low_light_count_and_pauses_do_not(times, rate):
    assert pictures_per_s(np.array(times)) == pytest.approx(rate)
