"""How closely a frame is looked at, and how what it was spared is filled in."""

import numpy as np
import pytest

from formcheck.pose.blazepose import BlazePose
from formcheck.pose.effort import LOOKED_HZ, Schedule, worth_looking
from formcheck.pose.filling import confidence_between, corrections_between, points_between
from formcheck.pose.landmark_net import LandmarkNet
from formcheck.pose.roi import NARROW, SIZE, Roi
from formcheck.skeleton import K
from formcheck.types import Frame

BLACK = np.zeros((2, 2, 3), np.uint8)


def looked_at(times):
    """Return the times of the frames worth looking at, of frames at these times."""
    return [frame.time for frame, worth in worth_looking(Frame(BLACK, time) for time in times) if worth]


@pytest.mark.parametrize("fps", [24.0, 30.0, 59.94, 60.0])
def test_up_to_sixty_a_second_every_frame_is_looked_at(fps):
    times = np.arange(60) / fps
    assert looked_at(times) == times.tolist()


@pytest.mark.parametrize("fps", [100.0, 119.88, 120.0, 240.0, 960.0])
def test_above_sixty_a_second_no_gap_is_longer_than_a_sixtieth(fps):
    times = np.arange(round(fps)) / fps
    found = np.array(looked_at(times))
    assert np.diff(found).max() <= 1 / LOOKED_HZ + 0.002
    assert len(found) <= max(2 * LOOKED_HZ, len(times) / 2)
    assert found[[0, -1]].tolist() == times[[0, -1]].tolist()


def test_a_single_frame_and_none_are_no_trouble():
    assert looked_at([]) == []
    assert looked_at([0.0]) == [0.0]


def test_a_frame_after_a_pause_and_the_one_before_it_are_both_looked_at():
    times = [*np.arange(24) / 240, *(3 + np.arange(24) / 240)]
    found = looked_at(times)
    assert 23 / 240 in found and 3.0 in found


@pytest.mark.parametrize(("fps", "twice"), [(30, 15), (60, 20), (120, 20)])
def test_of_a_second_at_most_twenty_frames_are_looked_at_twice_and_five_are_scored(fps, twice):
    schedule, side = Schedule(), Roi(0.0, 0.0, 200.0, 0.0, shoulders=0.03)
    efforts = [schedule.effort(k / fps, side) for k in range(10 * fps)]
    assert sum(each.twice for each in efforts) == pytest.approx(10 * twice, abs=1)
    assert sum(each.scored for each in efforts) == pytest.approx(50, abs=2)
    assert efforts[0].scored and efforts[0].twice


def test_from_the_front_every_frame_is_scored():
    schedule, front = Schedule(), Roi(0.0, 0.0, 200.0, 0.0, shoulders=0.15)
    assert all(schedule.effort(k / 60, front).scored for k in range(120))


def test_confidence_is_a_straight_line_between_scored_frames_and_zero_where_nobody_was():
    time = np.arange(5) / 10
    confidence = np.full((5, 21), np.nan)
    confidence[0], confidence[4] = 1.0, 0.6
    found = np.ones(5, bool)
    assert confidence_between(time, confidence, found)[:, 0] == pytest.approx([1, 0.9, 0.8, 0.7, 0.6])
    found[2] = False
    assert confidence_between(time, confidence, found)[2].tolist() == [0.0] * 21


def figure(frames):
    """Return a figure 100 px tall that stands still, (T, 21, 2)."""
    return np.tile(np.stack([np.linspace(0, 30, 21), np.linspace(0, 100, 21)], axis=-1), (frames, 1, 1))


def test_a_small_correction_is_passed_on_to_the_frame_between_and_a_large_one_is_not():
    correction = np.full((3, 21, 2), np.nan)
    correction[[0, 2]] = 0.0
    correction[0, 3], correction[2, 3] = (0.4, 0.0), (0.8, 0.2)
    correction[0, 5], correction[2, 5] = (30.0, 0.0), (0.2, 0.0)  # a foot on the other leg, once
    added = corrections_between(np.array([0.0, 0.1, 0.2]), correction, figure(3))
    assert added[1, 3] == pytest.approx((0.6, 0.1))
    assert added[1, 5] == pytest.approx((0.2, 0.0))
    assert (added[[0, 2]] == 0).all()


def test_without_a_second_look_nothing_is_added():
    assert (corrections_between(np.arange(4.0), np.full((4, 21, 2), np.nan), figure(4)) == 0).all()


def swinging(time):
    """Return a point that moves as a foot does, 1.4 times a second with two harmonics, (T, 21, 2)."""
    turn = 2 * np.pi * 1.4 * time
    x = 100 * np.sin(turn) + 30 * np.sin(2 * turn + 1) + 10 * np.sin(3 * turn)
    return np.tile(np.stack([x, 20 * np.cos(2 * turn)], axis=-1)[:, None], (1, 21, 1))


def test_frames_between_those_looked_at_follow_a_foot_to_a_thousandth_of_its_path():
    time = np.arange(240) / 240
    looked = np.arange(240) % 4 == 0
    looked[-1] = True
    truth = swinging(time)
    xy, confidence = points_between(time, looked, truth[looked], np.full((looked.sum(), 21), 0.9))
    assert np.abs(xy - truth).max() < 0.2
    assert (confidence == 0.9).all()


def test_a_point_in_between_is_no_surer_than_its_neighbours_and_missing_beside_a_missing_one():
    time = np.arange(13) / 240
    looked = np.arange(13) % 4 == 0
    xy, confidence = swinging(time[looked]), np.array([[0.9], [0.4], [0.8], [0.7]]) * np.ones(21)
    xy[2, 7] = np.nan
    filled, sure = points_between(time, looked, xy, confidence)
    assert sure[1:4, 0].tolist() == [0.4] * 3 and sure[9, 0] == 0.7
    assert np.isnan(filled[5:12, 7]).all() and np.isfinite(filled[5:12, 6]).all()


def reaching(left, right):
    """Return 21 keypoints that lie between two columns, px."""
    return np.stack([np.linspace(left, right, 21), np.linspace(20, 180, 21)], axis=-1)


def test_a_runner_fits_the_narrow_crop_and_outstretched_arms_do_not():
    roi = Roi(100.0, 100.0, 200.0, 0.0)
    assert roi.fitted_to(reaching(40, 160)).width == NARROW
    assert roi.fitted_to(reaching(30, 160)).width == SIZE


def test_the_square_knows_how_far_the_shoulders_are_apart():
    xy = reaching(90, 110)
    xy[[K["left_shoulder"], K["right_shoulder"]], 0] = 85, 115
    assert Roi(100.0, 100.0, 200.0, 0.0).fitted_to(xy).shoulders == pytest.approx(0.15)


def test_the_narrow_crop_is_the_middle_of_the_whole_one():
    image = np.random.default_rng(3).integers(0, 255, (300, 300, 3)).astype(np.uint8)
    roi = Roi(150.0, 140.0, 256.0, 0.2)
    side = (SIZE - NARROW) // 2
    assert np.abs(roi.crop(image, width=NARROW).astype(int) - roi.crop(image)[:, side:-side]).max() <= 1


def test_the_halves_of_a_net_give_one_heat_map_whether_scored_or_not():
    net, crop = LandmarkNet("lite"), np.full((SIZE, SIZE, 3), 90, np.uint8)
    assert net.maps_only(crop) is None and net.whole(crop) is None  # nobody on a grey wall


def test_the_net_of_each_setting_is_named_with_its_file():
    assert BlazePose("lite").file == "blazepose_lite_maps.onnx"
