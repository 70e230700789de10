"""Feet, edges, paces and turns in pictures drawn by hand: what a scene is told by, worked out on paper."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.scene.crosscheck import body_contradicts, feet_cut_off, inside_share
from formcheck.scene.features import Rhythm
from formcheck.scene.feet import foot_up_picture, toe_path
from formcheck.scene.look import SceneFeatures
from formcheck.scene.pace import Span
from formcheck.scene.refusals import first_refusal
from formcheck.scene.segment import _turns
from formcheck.scene.setting import _frontal_setting
from formcheck.skeleton import K
from formcheck.types import Scene

NAN = np.nan
LEG = 100.0  # px
SIZE = (1000, 500)  # px


# --- the standing foot, seen from the front ----------------------------------------------------------------------

STEP_S = 0.4


def from_the_front(seconds=4.0, *, climbs=50.0, left_long=8.0, right_long=4.0):
    """Return (T, 21, 2) px, y up, and times: left and right stand in turn, and the hip is lowest in their middle.

    The standing toe moves up the picture by `climbs` px/s; the swinging one rests.
    """
    time = np.arange(0, seconds, 1 / 60)
    xy = np.full((len(time), len(K), 2), NAN)
    step = np.floor(time / STEP_S)
    since = time - (step + 0.5) * STEP_S
    hip = 100 + 4 * np.cos(2 * np.pi * time / STEP_S)
    for k, (side, long) in enumerate((("left", left_long), ("right", right_long))):
        stands = step % 2 == k
        xy[:, K[f"{side}_hip"]] = np.column_stack([0 * time, hip])
        xy[:, K[f"{side}_ankle"]] = np.column_stack([0 * time, np.where(stands, 0.0, 25.0)])
        toe = np.where(stands, climbs * since, 20.0)
        xy[:, K[f"{side}_toe"]] = np.column_stack([0 * time, toe])
        xy[:, K[f"{side}_heel"]] = np.column_stack([0 * time, toe + long])
    return xy, time


@pytest.mark.parametrize("climbs", [50.0, -30.0])
def test_a_standing_toe_moves_its_speed_times_a_step(climbs):
    """50 px/s for 0.4 s are 20 px: a fifth of a leg."""
    xy, time = from_the_front(climbs=climbs)
    assert toe_path(xy, time, STEP_S, LEG) == pytest.approx(climbs * STEP_S / LEG, abs=0.002)


def test_a_foot_is_as_long_in_the_picture_as_the_mean_of_both():
    xy, time = from_the_front(left_long=8.0, right_long=4.0)
    assert foot_up_picture(xy, time, STEP_S, LEG) == pytest.approx(0.06, abs=0.001)
    xy, time = from_the_front(left_long=-8.0, right_long=-4.0)
    assert foot_up_picture(xy, time, STEP_S, LEG) == pytest.approx(-0.06, abs=0.001)


@pytest.mark.parametrize("seconds, path, length", [(1.4, False, False), (1.9, True, True)])
def test_three_steps_do_not_show_the_path_of_a_foot_and_four_do(seconds, path, length):
    """Within 1.4 s the left foot stands twice and the right once."""
    xy, time = from_the_front(seconds)
    assert np.isfinite(toe_path(xy, time, STEP_S, LEG)) == path
    assert np.isfinite(foot_up_picture(xy, time, STEP_S, LEG)) == length


def test_without_a_step_there_is_no_standing_foot():
    xy, time = from_the_front()
    assert np.isnan(toe_path(xy, time, NAN, LEG)) and np.isnan(foot_up_picture(xy, time, NAN, LEG))
    hidden = xy.copy()
    hidden[:, K["left_ankle"]] = NAN
    assert np.isnan(toe_path(hidden, time, STEP_S, LEG))


# --- the edges of the picture ------------------------------------------------------------------------------------


def feet_at(*places):
    """Return one frame for each place of the left foot, px as seen; the right foot is below the picture."""
    xy = np.full((len(places), len(K), 2), NAN)
    xy[:, K["nose"]] = (500, 100)
    for part in ("ankle", "toe"):
        xy[:, K[f"left_{part}"]] = places
        xy[:, K[f"right_{part}"]] = (500, 600)
    return xy


@pytest.mark.parametrize(
    "place, inside",
    [((500, 489), 1), ((500, 491), 0), ((21, 250), 1), ((19, 250), 0), ((979, 250), 1), ((981, 250), 0), ((500, 11), 1), ((500, 9), 0)],
)  # fmt: skip
def test_a_foot_within_two_per_cent_of_an_edge_may_be_cut_off(place, inside):
    assert inside_share(feet_at(place), SIZE, "ankle") == inside


def test_frames_without_the_runner_do_not_count():
    xy = feet_at((500, 250), (500, 250), (500, 600))
    assert inside_share(xy, SIZE, "toe") == pytest.approx(2 / 3)
    xy[1:] = NAN
    assert inside_share(xy, SIZE, "toe") == 1
    xy[:] = NAN
    assert inside_share(xy, SIZE, "toe") == 0


@pytest.mark.parametrize("inside, cut", [(2, True), (4, False)])
def test_feet_are_cut_off_if_fewer_than_three_of_ten_frames_show_one(inside, cut):
    xy = feet_at(*[(500, 250)] * inside, *[(500, 600)] * (10 - inside))
    assert feet_cut_off(xy, SIZE) is cut
    xy[:, [K["left_toe"], K["right_toe"]]] = NAN
    assert feet_cut_off(xy, SIZE) is False  # a pose model without toes says nothing about them


@pytest.mark.parametrize("knees_s, contradicts", [(0.35, False), (0.37, False), (0.50, True)])
def test_knees_and_arms_swing_with_the_feet_or_contradict_them(knees_s, contradicts):
    time = np.arange(0, 6, 1 / 30)
    xy = np.zeros((len(time), len(K), 2))
    for part in ("knee", "elbow", "wrist"):
        swing = 20 * np.sin(np.pi * time / knees_s)  # a period of two steps
        xy[:, K[f"right_{part}"], 0], xy[:, K[f"left_{part}"], 0] = swing, -swing
    assert body_contradicts(xy, time, LEG, Rhythm(0.35, 0.9, 0.5)) is contradicts
    assert body_contradicts(0 * xy, time, LEG, Rhythm(0.35, 0.9, 0.5)) is False


# --- where, how long, which way ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grows, setting", [(0.03, "treadmill"), (0.05, "unknown"), (0.08, "unknown"), (0.10, "overground")]
)
def test_a_runner_who_grows_by_a_tenth_a_second_comes_nearer(grows, setting):
    assert _frontal_setting(grows) == setting


def test_a_span_without_its_outer_steps_is_two_steps_shorter():
    inner = Span(1.0, 9.0, 24, 180.0).inner
    assert (inner.start, inner.stop) == pytest.approx((4 / 3, 26 / 3))
    assert inner.length == pytest.approx(22 / 3)


@pytest.mark.parametrize(
    "ways, turned",
    [
        ([1, 1, -1], [False, True]),
        ([1, 0, -1, -1], [False, True, False]),
        ([0, 1, 0, 1], [False, False, False]),
        ([-1, 1, -1], [True, True]),
        ([1], []),
    ],
)
def test_a_turn_is_the_first_frame_of_the_other_way(ways, turned):
    assert _turns(np.array(ways, float)).tolist() == turned


# --- why a clip is not measured ------------------------------------------------------------------------------------


def refusal_of(
    activity="other", *, breaks=0, moves=False, people=1.0, strength=0.2, steps=20.0, others=False
):
    """Return the code of the refusal of a clip that is fine but for what is named."""
    xy = feet_at(*[(500, 250)] * 60)
    look = SceneFeatures(
        xy, xy, np.arange(60) / 6, LEG, 0.0, 0.0, 1.0, Rhythm(10 / steps, strength, 0.5), people, people, others, breaks, 0.0,
        np.zeros(2), 10.0, SIZE,
    )  # fmt: skip
    scene = Scene(
        activity, "side", "right", "treadmill", 1, "right", person_height_px=400.0, camera_moves=moves
    )
    clip = SimpleNamespace(capture_fps=60.0)
    found = first_refusal(scene, look, clip, "auto")
    return found and found.code


@pytest.mark.parametrize(
    "kind, code",
    [
        ({}, "not_running"),
        ({"breaks": 1}, "not_running"),
        ({"breaks": 2}, "camera_moves"),
        ({"moves": True}, "camera_moves"),
        ({"people": 0.4}, "no_person"),
        ({"activity": "walking"}, "not_running"),
        ({"activity": "running", "steps": 30.0}, None),
        ({"activity": "running", "steps": 2.9}, "too_short"),
        # in ten seconds: 110 steps a minute are 18.33, 320 are 53.33
        ({"activity": "running", "steps": 18.25}, "slow_motion_unknown"),
        ({"activity": "running", "steps": 18.4}, None),
        ({"activity": "running", "steps": 53.3}, None),
        ({"activity": "running", "steps": 53.4}, "slow_motion_unknown"),
        ({"activity": "running", "steps": 30.0, "others": True}, "several_people"),
        ({"activity": "running", "steps": 30.0, "others": True, "strength": 0.8}, None),
        ({"activity": "running", "steps": 30.0, "people": 3.0, "strength": 0.8}, None),
        ({"activity": "running", "steps": 30.0, "people": 3.0}, "several_people"),
    ],
)
def test_each_reason_not_to_measure_has_its_own_code(kind, code):
    assert refusal_of(**kind) == code


@pytest.mark.parametrize(
    "strength, steps, steady", [(0.61, 4.1, True), (0.59, 4.1, False), (0.61, 3.9, False)]
)
def test_a_steady_runner_shows_four_regular_steps(strength, steps, steady):
    look = SimpleNamespace(rhythm=Rhythm(10 / steps, strength, 0.5), span_s=10.0)
    look.steps = SceneFeatures.steps.fget(look)
    assert SceneFeatures.steady.fget(look) is steady
