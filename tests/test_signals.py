"""What the camera saw becomes the runner's own motion, whatever the camera did."""

import numpy as np
import pytest

from formcheck.motion.preprocess import pictures_per_s, stretches, to_motion, without_spikes
from formcheck.skeleton import MIRRORED, N_KEYPOINTS, K
from formcheck.types import PoseTrack, Scene

STANDING = {
    "nose": (8, -170), "eye": (6, -172), "ear": (0, -170), "shoulder": (2, -145), "elbow": (-5, -118),
    "wrist": (15, -100), "hip": (0, -92), "knee": (4, -48), "ankle": (0, -8), "heel": (-6, -3), "toe": (14, 0),
}  # fmt: skip


def runner(fps=60.0, seconds=4.0, facing="right"):
    """A figure 180 px tall whose feet swing fore and aft in turn at 2.8 steps/s."""
    time = np.arange(0, seconds, 1 / fps)
    xy = np.zeros((len(time), N_KEYPOINTS, 2))
    for name, k in K.items():
        xy[:, k] = STANDING[name.split("_")[-1]]
        if name.split("_")[-1] in ("ankle", "heel", "toe"):
            sign = 1 if name.startswith("left") else -1
            xy[:, k, 0] += sign * 35 * np.sin(2 * np.pi * 1.4 * time)
    xy = xy * (1 if facing == "right" else np.array([-1, 1])) + np.array([320, 300])
    return PoseTrack(time, xy, np.ones(xy.shape[:2]), (640, 360), "test")


def scene(**changes):
    settled = dict(
        activity="running", view="side", facing="right", setting="treadmill", people=1, near_side="right"
    )
    return Scene(**{**settled, **changes})


def test_a_mirrored_clip_exchanges_left_and_right_and_nothing_else():
    right = to_motion(runner(), scene())
    seen_in_mirror = runner(facing="left")
    track = PoseTrack(
        seen_in_mirror.time, seen_in_mirror.xy[:, MIRRORED], seen_in_mirror.confidence, (640, 360), "test"
    )
    left = to_motion(track, scene(facing="left", near_side="left"))
    offset = left.xy[0, K["nose"]] - right.xy[0, K["nose"]]
    np.testing.assert_allclose(left.xy[:, MIRRORED] - offset, right.xy, atol=1e-9)


def test_a_larger_picture_gives_the_same_motion():
    track = runner()
    larger = PoseTrack(track.time, 3 * track.xy, track.confidence, (1920, 1080), "test")
    np.testing.assert_allclose(to_motion(larger, scene()).xy, to_motion(track, scene()).xy, rtol=1e-9)


def test_slow_motion_is_played_back_at_real_speed():
    track = runner(fps=240.0)
    slowed = PoseTrack(8 * track.time, track.xy, track.confidence, track.size, "test")
    motion = to_motion(slowed, scene(slow_motion_factor=8.0))
    assert motion.rate == pytest.approx(240.0)
    assert motion.time[-1] == pytest.approx(track.time[-1], abs=0.01)


def test_a_rolled_camera_is_levelled():
    track = runner()
    roll = np.radians(5.0)  # the horizon appears turned anticlockwise
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    rolled = PoseTrack(track.time, (track.xy - 300) @ turn.T + 300, track.confidence, track.size, "test")
    level = to_motion(rolled, scene(roll_deg=5.0))
    trunk = level.middle("shoulder") - level.middle("hip")
    true = to_motion(track, scene())
    np.testing.assert_allclose(trunk, true.middle("shoulder") - true.middle("hip"), atol=1e-9)


def test_uneven_times_do_not_bend_the_motion():
    track = runner(fps=60.0)
    keep = np.ones(len(track.time), bool)
    keep[5::17] = False
    uneven = PoseTrack(track.time[keep], track.xy[keep], track.confidence[keep], track.size, "test")
    motion = to_motion(uneven, scene())
    true = to_motion(track, scene())
    size = min(len(motion.xy), len(true.xy))
    assert np.nanmax(np.abs(motion.xy[:size] - true.xy[:size])) < 0.02


def test_pictures_are_counted_over_time_and_a_pause_is_no_slow_camera():
    even = np.arange(90) / 30
    bursts = np.cumsum(np.tile([1 / 30, 1 / 30, 1 / 12], 30))  # three in 0.15 s
    paused = np.concatenate([even, even + even[-1] + 4.0])
    assert pictures_per_s(even) == pytest.approx(30)
    assert pictures_per_s(bursts) == pytest.approx(20, rel=0.01)
    assert pictures_per_s(paused) == pytest.approx(30)


def test_a_short_gap_is_bridged_and_a_long_one_stays_missing():
    track = runner(fps=60.0)
    confidence = track.confidence.copy()
    confidence[60:63, K["left_heel"]] = 0.1  # 50 ms
    confidence[120:135, K["left_heel"]] = 0.1  # 250 ms
    motion = to_motion(PoseTrack(track.time, track.xy, confidence, track.size, "test"), scene())
    heel = motion.point("left_heel")[:, 0]
    assert np.isfinite(heel[55:70]).all()
    assert np.isnan(heel[121:134]).all()
    assert not motion.observed[61, K["left_heel"]]


def test_one_wild_point_is_dropped_and_the_turning_points_of_a_foot_are_kept():
    track = runner(fps=30.0)
    legs = track.xy / 84.0
    clean = without_spikes(legs, track.time)
    assert np.isfinite(clean).all()
    legs[50, K["right_knee"]] += 1.5
    cleaned = without_spikes(legs, track.time)
    assert np.isnan(cleaned[50, K["right_knee"]]).all()
    assert np.isnan(cleaned[..., 0]).sum() == 1


def test_segmentes_find_every_run():
    flags = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    assert stretches(flags) == [(0, 2), (4, 5), (6, 7)]
