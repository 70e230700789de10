"""What each feature of a scene says of a figure drawn by hand: numbers that can be worked out on paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.motion.rhythm import correlation, first_high_peak, vertex
from formcheck.scene import features as f
from formcheck.skeleton import K
from formcheck.types import PoseTrack, Surroundings

NAN = np.nan
TIME = np.arange(0, 4, 1 / 30)
STEP_S = 0.35
LEG = 100.0  # px


def points(frames=1, **named):
    """Return (frames, 21, 2) px with only the named keypoints, each (2,) or (frames, 2)."""
    xy = np.full((frames, len(K), 2), NAN)
    for name, at in named.items():
        xy[:, K[name]] = at
    return xy


def track_of(xy, confidence=1.0, surroundings=None):
    seen = np.full(xy.shape[:2], confidence)
    return PoseTrack(np.arange(len(xy)) / 30, xy, seen, (640, 480), "drawn", surroundings)


# --- points ----------------------------------------------------------------------------------------------------------


def test_points_below_half_confidence_are_not_seen():
    xy = points(2, nose=(3.0, 4.0))
    track = track_of(xy)
    track.confidence[:, K["nose"]] = [f.MIN_CONFIDENCE, f.MIN_CONFIDENCE - 0.01]
    seen = f.seen_points(track)[:, K["nose"]]
    assert seen[0].tolist() == [3.0, 4.0]
    assert np.isnan(seen[1]).all()


def test_on_the_ground_y_points_up_and_the_background_stands_still():
    xy = points(2, nose=(30.0, 40.0))
    background = np.array([[0.0, 0.0], [10.0, -5.0]])
    moved = Surroundings(np.full(2, 1.0), background, NAN)
    assert f.on_ground(xy, track_of(xy))[:, K["nose"]].tolist() == [[30, -40], [30, -40]]
    assert f.on_ground(xy, track_of(xy, surroundings=moved))[:, K["nose"]].tolist() == [[30, -40], [20, -45]]


def test_the_middle_of_a_pair_is_the_side_that_is_seen_where_one_is_not():
    xy = points(3, left_hip=(0.0, 10.0), right_hip=(4.0, 30.0))
    xy[1, K["left_hip"]] = NAN
    xy[2, K["right_hip"]] = NAN
    assert f.middle(xy, "hip").tolist() == [[2, 20], [4, 30], [0, 10]]


def test_a_leg_is_as_long_as_its_segments_at_their_longest_and_the_longer_leg_counts():
    xy = points(11, left_hip=(0, 0), left_knee=(0, 30.0), left_ankle=(40.0, 30.0))
    assert f.leg_px(xy) == pytest.approx(70)
    xy[:, K["right_hip"]], xy[:, K["right_knee"]], xy[:, K["right_ankle"]] = (0, 0), (0, 45), (0, 90)
    assert f.leg_px(xy) == pytest.approx(90)
    xy[:, K["right_ankle"], 1] = 45 + np.arange(11)  # 0 to 10 below the knee: 90th percentile 9
    assert f.leg_px(xy) == pytest.approx(70)
    xy[:, K["right_knee"], 1] += 30
    xy[:, K["right_ankle"], 1] += 30
    assert f.leg_px(xy) == pytest.approx(84)
    assert np.isnan(f.leg_px(points()))


def test_a_person_is_8_percent_taller_than_from_the_eyes_down():
    xy = np.full((10, len(K), 2), NAN)
    xy[:, :10, 1] = np.linspace(0, 200, 10)
    assert f.person_height_px(xy) == pytest.approx(216)
    xy[:, 9] = NAN  # nine points are too few
    assert np.isnan(f.person_height_px(xy))


# --- where the camera stands -----------------------------------------------------------------------------------------


def standing(width, torso=100.0, stride=0.0):
    """Return a figure with a shoulder width and ankles that swing by `stride` each way along the picture."""
    swing = stride * np.sin(2 * np.pi * TIME / 0.7)
    named = {
        "left_hip": (0, 0), "right_hip": (0, 0), "left_knee": (0, -50), "right_knee": (0, -50),
        "left_shoulder": (0.5 * width, torso), "right_shoulder": (-0.5 * width, torso),
    }  # fmt: skip
    xy = points(len(TIME), **named)
    for side, sign in (("left", -0.5), ("right", 0.5)):
        xy[:, K[f"{side}_ankle"]] = np.stack([sign * swing, np.full(len(TIME), -100.0)], axis=1)
    return xy


@pytest.mark.parametrize(("width", "angle"), [(0.0, 0.0), (32.0, 30.0), (-32.0, 30.0), (45.255, 45.0)])
def test_shoulders_of_064_of_the_torso_are_square_to_the_camera(width, angle):
    turned, ratio = f.turned_away_deg(standing(width))
    assert turned == pytest.approx(angle, abs=0.1)
    assert ratio == pytest.approx(width / 100)


def test_near_the_front_the_feet_may_say_that_the_camera_is_further_round():
    """Ankles that pass at a quarter of 0.85 of a leg: 90 less asin(0.25), 75.5 degrees; shoulders say 53."""
    xy = standing(51.2)
    assert f.turned_away_deg(xy)[0] == pytest.approx(90, abs=0.1)
    leg = f.leg_px(xy)
    quarter = standing(51.2, stride=0.25 * 0.85 * leg / np.sin(0.45 * np.pi))
    assert f.turned_away_deg(quarter)[0] == pytest.approx(75.5, abs=1.0)
    wide = standing(51.2, stride=2 * leg)
    assert f.turned_away_deg(wide)[0] == pytest.approx(53.1, abs=0.1)


def test_face_and_feet_vote_on_the_direction():
    right = {"left_heel": (0, 0), "left_toe": (9, 0), "right_heel": (0, 0), "right_toe": (9, 0)}
    assert f.facing_sign(points(**right)) == 1
    assert f.facing_sign(points(**{name: (-x, y) for name, (x, y) in right.items()})) == -1
    face_only = {"nose": (-5, 0), "left_ear": (0, 0), "right_ear": (0, 0)}
    assert f.facing_sign(points(**face_only)) == -1
    assert f.facing_sign(points(**{**right, **face_only})) == 1  # two feet against one face
    assert f.facing_sign(points(nose=(0, 0), left_ear=(0, 0), right_ear=(0, 0))) == 0


def test_a_runner_who_comes_grows_by_speed_over_distance():
    """A torso that grows as exp(0.2 t) is 20 % larger each second."""
    xy = points(len(TIME), left_hip=(0, 0), right_hip=(0, 0))
    shoulder = np.stack([0 * TIME, 50 * np.exp(0.2 * TIME)], axis=1)
    xy[:, K["left_shoulder"]] = xy[:, K["right_shoulder"]] = shoulder
    assert f.approach(xy, TIME) == pytest.approx(0.2)
    assert np.isnan(f.approach(xy[:3], TIME[:3]))
    assert f.approach(xy[:4], TIME[:4]) == pytest.approx(0.2)


# --- rhythm ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step_s", [0.2, 0.35, 0.5, 1.1])
def test_the_step_is_half_of_the_legs_period(step_s):
    found = f.rhythm(80 * np.sin(np.pi * TIME / step_s + 0.3), TIME, LEG)
    assert found.step_s == pytest.approx(step_s, abs=0.01)
    assert found.strength > 0.8  # the grid may miss the turning point by half a sample
    assert found.swing == pytest.approx(0.8 * np.sin(0.45 * np.pi), abs=0.03)


def test_noise_has_no_strong_rhythm_and_a_still_leg_none():
    noise = np.random.default_rng(0).normal(0, 10, len(TIME))
    assert f.rhythm(noise, TIME, LEG).strength < 0.4
    still = f.rhythm(np.full(len(TIME), 20.0), TIME, LEG)
    assert np.isnan(still.step_s) and still.strength == 0 and still.swing == pytest.approx(0.2)


def test_less_than_half_a_second_has_no_rhythm_at_all():
    short = TIME[:15]
    assert np.isnan(f.rhythm(np.sin(short), short, LEG).swing)
    assert np.isfinite(f.rhythm(np.sin(TIME[:17]), TIME[:17], LEG).swing)


@pytest.mark.parametrize(("step_s", "found_s"), [(2.9, 2.9), (3.1, NAN)])
def test_in_slow_motion_too_no_step_takes_longer_than_three_seconds(step_s, found_s):
    time = np.arange(0, 8 * step_s, 1 / 30)  # four strides
    found = f.rhythm(80 * np.sin(np.pi * time / step_s + 0.3), time, LEG)
    assert found.step_s == pytest.approx(found_s, abs=0.01, nan_ok=True)


def test_a_step_that_takes_seven_tenths_of_the_clip_is_seen_too_rarely_to_be_a_rhythm():
    once = f.rhythm(80 * np.sin(np.pi * TIME / 2.8 + 1.0), TIME, LEG)
    assert np.isnan(once.step_s) and once.strength == 0


def test_correlation_needs_ten_common_samples():
    wave = np.sin(np.arange(12.0))
    assert correlation(wave, wave, 10) == pytest.approx(1)
    assert correlation(wave, -2 * wave, 10) == pytest.approx(-1)
    assert correlation(wave[:9], wave[:9], 10) == 0
    assert correlation(wave[:10], wave[:10], 10) == pytest.approx(1)
    assert correlation(np.zeros(12), wave, 10) == 0
    assert correlation(np.array([1.0, 0] * 6), np.array([1.0, 1] * 6), 10) == pytest.approx(np.sqrt(0.5))


def test_the_first_minimum_within_a_fifth_of_the_deepest_is_the_step():
    assert first_high_peak(-np.array([0, -0.79, 0, -1, 0.0])) == 3
    assert first_high_peak(-np.array([0, -0.81, 0, -1, 0.0])) == 1
    assert first_high_peak(-np.array([1, 0.5, 1, 0.2, 1.0])) is None
    assert first_high_peak(-np.array([0, -0.5, -0.5, 0.0])) == 2  # of a flat bottom, its last sample


@pytest.mark.parametrize("at", [-0.4, 0.0, 0.3])
def test_the_vertex_of_a_parabola_is_found_between_samples(at):
    assert vertex(*(np.arange(3.0) - 1 - at) ** 2) == pytest.approx(at)
    assert vertex(1.0, 1.0, 1.0) == 0


def test_an_even_grid_has_no_values_in_gaps_of_a_quarter_second_and_beyond_the_ends():
    time = np.array([0.0, 0.1, 0.2, 0.3, 0.549, 0.8, 0.9])
    signal = 10 * time
    signal[-1] = NAN
    grid = np.arange(0, 0.9, 1 / 30)
    found = f.even(signal, time)
    assert found[grid < 0.54] == pytest.approx(10 * grid[grid < 0.54])
    assert np.isnan(found[grid > 0.56]).all()
    assert np.isnan(f.even(np.array([1.0, 2, 3]), time[:3])).all()


# --- bounce ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phase", "expected"), [(0.0, 1.0), (np.pi, -1.0), (np.pi / 2, 0.0)])
def test_a_runner_is_high_with_the_legs_apart_and_a_walker_low(phase, expected):
    apart = np.cos(np.pi * TIME / STEP_S)
    hip = 3 * np.cos(2 * np.pi * TIME / STEP_S + phase)
    assert f.bounce_phase(hip, apart, TIME, STEP_S) == pytest.approx(expected, abs=0.12)


def test_without_a_step_or_with_too_few_frames_there_is_no_phase():
    apart, hip = np.cos(np.pi * TIME / STEP_S), np.cos(2 * np.pi * TIME / STEP_S)
    assert f.bounce_phase(hip, apart, TIME, NAN) == 0
    few = TIME < 0.5
    assert f.bounce_phase(hip[few], apart[few], TIME[few], STEP_S) == 0


def test_the_bounce_of_a_sine_is_its_whole_range():
    hip = 4 * np.sin(2 * np.pi * TIME / STEP_S) + 3 * TIME
    assert f.bounce_height(hip, TIME, STEP_S, LEG) == pytest.approx(0.08, abs=0.006)


# --- knees and shins -------------------------------------------------------------------------------------------------


def bent(knee, ankle):
    """Return a figure whose both legs have the knee and ankle at these places under hips at the origin."""
    named = {
        f"{side}_{part}": at
        for side in ("left", "right")
        for part, at in (("hip", (0, 0)), ("knee", knee), ("ankle", ankle))
    }
    return points(20, **named)


def test_a_thigh_thirty_degrees_above_level_is_half_a_thigh_up():
    xy = bent((np.cos(np.pi / 6) * 40, 20), (30, -20))
    high, rise = f.knees_up(xy)
    assert (high, rise) == pytest.approx((0.5, 0.0))
    xy[:10, K["left_knee"]] = xy[:10, K["right_knee"]] = (0, -40)
    high, rise = f.knees_up(xy)
    assert (high, rise) == pytest.approx((0.5, 1.5))
    assert np.isnan(f.knees_up(points())).all()


def test_a_shin_folded_level_is_at_zero_and_a_hanging_one_at_minus_one():
    assert f.shin_up(bent((0, -40), (0, -80))) == pytest.approx(-1)
    assert f.shin_up(bent((0, -40), (-40, -40))) == pytest.approx(0)
    assert np.isnan(f.shin_up(points()))


@pytest.mark.parametrize("flexed", [0.0, 40.0, 90.0, 130.0])
def test_a_knee_is_flexed_by_the_angle_between_thigh_and_shank(flexed):
    turn = np.radians(flexed)
    xy = bent((0, -40), (-40 * np.sin(turn), -40 - 40 * np.cos(turn)))
    assert f.flexion_of_knees(xy) == pytest.approx(np.full((2, 20), flexed), abs=1e-4)
    assert f.knee_lift_deg(xy) == pytest.approx(flexed, abs=1e-4)
    xy[:2, K["left_ankle"]] = (0, -80)
    assert f.knee_lift_deg(xy) == pytest.approx(flexed, abs=1e-4)  # the 95th percentile of both legs


# --- speeds ----------------------------------------------------------------------------------------------------------


def test_the_hip_and_the_standing_foot_have_speeds_of_their_own():
    """Hips at 50 px/s to the right; ankles ride back at 300 px/s while low and come forward while high."""
    low = (TIME % 0.7) < 0.35
    x = np.cumsum(np.where(low, -300.0, 200.0)) / 30
    ankle = np.stack([x, np.where(low, 0.0, 40.0)], axis=1)
    xy = points(len(TIME), left_ankle=ankle, right_ankle=ankle)
    xy[:, K["left_hip"]] = xy[:, K["right_hip"]] = np.stack([50 * TIME, 0 * TIME], axis=1)
    hip, foot = f.speeds(xy, TIME, LEG)
    assert hip == pytest.approx(0.5)
    assert foot == pytest.approx(-3.0, abs=0.01)
    assert np.isnan(f.speeds(xy[:9], TIME[:9], LEG)[1])


def test_a_line_through_four_points_has_a_slope_and_through_three_none():
    assert f.slope(np.array([1.0, 3, NAN, 7, 9]), np.arange(5.0)) == pytest.approx(2)
    assert np.isnan(f.slope(np.array([1.0, 3, NAN, 7]), np.arange(4.0)))


def test_a_track_that_leaps_changed_person():
    """A runner may move 0.35 leg lengths and 9 a second from frame to frame: 65 px in a thirtieth second."""
    hip = np.cumsum(np.array([[0.0, 0], [64, 0], [64, 0], [66, 0], [10, 0]]), axis=0)
    xy = points(5, left_hip=hip, right_hip=hip)
    assert f.jumps(xy, TIME[:5], LEG) == 1
    assert f.jumps(xy, 10 * TIME[:5], LEG) == 0


# --- the ground ------------------------------------------------------------------------------------------------------


def on_moving_ground(ground):
    xy = points(len(ground), nose=(1.0, 1.0))
    around = Surroundings(np.full(len(ground), 1.0), np.zeros((len(ground), 2)), NAN, np.array(ground, float))
    return track_of(xy, surroundings=around)


def test_the_ground_flows_at_its_median_in_leg_lengths_of_real_time():
    track = on_moving_ground([[100, 5], [300, 10], [200, 30], [NAN, NAN]])
    assert f.ground_flow(track, track.time, LEG) == pytest.approx([2.0, 0.1])
    assert f.ground_flow(track, track.time / 4, LEG) == pytest.approx(
        [8.0, 0.4]
    )  # filmed at four times the rate
    assert not f.ground_unclear(track, f.ground_flow(track, track.time, LEG))


def test_two_glances_at_the_ground_are_too_few():
    track = on_moving_ground([[100, 5], [300, 10], [NAN, NAN], [NAN, NAN]])
    flow = f.ground_flow(track, track.time, LEG)
    assert np.isnan(flow).all() and f.ground_unclear(track, flow)
    bare = replace(track, surroundings=None)
    assert np.isnan(f.ground_flow(bare, bare.time, LEG)).all() and not f.ground_unclear(bare, flow)


@pytest.mark.parametrize(
    ("flow", "foot", "frontal", "carried"),
    [
        ((-0.8, 0.0), -3.0, False, True),  # the ground goes with the standing foot
        ((-0.7, 0.0), -3.0, False, False),  # by less than a quarter of it
        ((0.8, 0.0), -3.0, False, False),  # against it
        ((0.8, 0.0), 3.0, False, True),
        ((0.0, 0.11), -3.0, True, True),
        ((0.0, -0.11), -3.0, True, True),
        ((9.0, 0.09), -3.0, True, False),
        ((NAN, NAN), -3.0, True, False),
    ],
)
def test_a_camera_is_carried_if_the_ground_flows_with_the_foot(flow, foot, frontal, carried):
    assert f.carried_along(np.array(flow), foot, frontal) is carried
