"""The ground flows past a camera that is carried along with a runner, and stays around a treadmill."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.pose.ground import Ground
from formcheck.pose.roi import Roi
from formcheck.scene.classify import look_at
from formcheck.scene.features import GROUND_COMES, GROUND_SHARE
from formcheck.synthetic import Camera, Gait, project

WIDTH, HEIGHT, FOCAL = 480, 270, 400.0  # px
LEG_M, AWAY_M = 0.85, 5.0
GRASS = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 255, (512, 512)).astype(np.float32), (0, 0), 2)
M_A_CELL = 0.08


def landscape(across, ahead, height, belt=None):
    """A level camera `height` m over grass at a place (m to its right, m ahead); `belt`: how far one ran, m."""
    column, row = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    below = np.maximum(row - HEIGHT / 2, 0.5)
    deep = height * FOCAL / below
    right = (column - WIDTH / 2) / FOCAL * deep
    on_belt = (abs(deep - AWAY_M) < 0.25) & (abs(right) < 0.7)
    place = right + across - (0.0 if belt is None else np.where(on_belt, belt, 0.0))
    cells = [((value / M_A_CELL) % 512).astype(np.float32) for value in (place, deep + ahead)]
    grey = 120 + 3 * cv2.remap(GRASS, *cells, cv2.INTER_LINEAR) * np.exp(-deep / 12)
    sky = 180 + 20 * np.sin(column / 9) * np.sin(row / 7)  # far things stand still
    picture = np.where(row > HEIGHT / 2, grey, sky).clip(0, 255).astype(np.uint8)
    return np.repeat(picture[..., None], 3, axis=2)


def flow(pictures, height, fps):
    """The ground's flow in leg lengths/s: right, down."""
    leg = LEG_M / AWAY_M * FOCAL
    hips = HEIGHT / 2 + (height - LEG_M - 0.08) / AWAY_M * FOCAL
    ground = Ground()
    for k, picture in enumerate(pictures):
        ground.look(picture, k / fps, Roi(WIDTH / 2, hips, leg / 0.37, 0.0))
    found = ground.flow_at(np.arange(len(pictures)) / fps)
    return np.nanmedian(found, axis=0) / leg


@pytest.mark.parametrize("height", [0.4, 1.0, 1.6])
@pytest.mark.parametrize(("speed", "fps"), [(2.0, 25), (3.0, 60), (4.5, 30)])
def test_beside_a_runner_the_ground_flows_as_the_standing_foot_does(speed, fps, height):
    pictures = [landscape(speed * k / fps, 0.0, height) for k in range(int(0.8 * fps))]
    right, down = flow(pictures, height, fps)
    foot = -speed / LEG_M
    assert GROUND_SHARE < right / foot < 3 and abs(down) < 0.1


@pytest.mark.parametrize("way", [-1, 1])
@pytest.mark.parametrize("height", [0.5, 1.0, 1.6])
def test_before_or_behind_a_runner_the_ground_comes_or_goes(way, height):
    pictures = [landscape(0.0, 3.0 * way * k / 30, height) for k in range(30)]
    right, down = flow(pictures, height, 30)
    assert way * down > GROUND_COMES


@pytest.mark.parametrize("height", [0.4, 1.0, 1.6, 2.0])
def test_around_a_belt_that_runs_the_ground_stays(height):
    pictures = [landscape(0.0, 0.0, height, belt=3.0 * k / 30) for k in range(30)]
    assert np.abs(flow(pictures, height, 30)).max() < 0.05


def scene(flow_mps, view="side", noise=0.0):
    """A runner at 3 m/s who stays in the middle of the picture while the ground does this, (2,) m/s."""
    clip = project(Gait(speed=3.0), Camera(view=view, facing="right"), seed=1)
    frames = len(clip.track.time)
    px = Camera().focal_px / Camera().distance
    ground = np.full((frames, 2), np.nan)
    ground[::15] = px * np.array(flow_mps)
    return look_at(
        replace(clip.track, surroundings=replace(clip.track.surroundings, ground=ground)), clip.clip
    )


@pytest.mark.parametrize("flows", [-1.5, -3.0, -6.0])
def test_a_runner_filmed_by_somebody_who_runs_along_is_over_ground(flows):
    found = scene((flows, 0.0))
    assert (found.setting, found.camera_moves, found.refusal) == ("overground", True, None)


@pytest.mark.parametrize("flows", [(0.0, 0.0), (-0.2, 0.0), (3.0, 0.0)])
def test_ground_that_stays_or_goes_the_runners_own_way_is_no_sign_of_it(flows):
    """A passer-by or another runner's shadow may be all that moves."""
    found = scene(flows)
    assert (found.setting, found.camera_moves) == ("treadmill", False)


@pytest.mark.parametrize("view", ["front", "rear"])
def test_a_runner_filmed_from_a_bicycle_before_or_behind_is_over_ground(view):
    assert scene((0.0, 0.5), view).setting == "overground"
    assert scene((0.0, 0.01), view).setting == "treadmill"


def test_where_no_ground_can_be_followed_nobody_says_treadmill():
    assert scene((np.nan, np.nan)).setting == "unknown"


def seaside(across, height, seed=3):
    """The same camera over sand without a mark, far off a shore that stands still for it."""
    picture = landscape(across, 0.0, height)
    feet = HEIGHT / 2 + height / AWAY_M * FOCAL
    shins = int(feet - 0.2 * (LEG_M + 0.08) / AWAY_M * FOCAL)
    hips = int(HEIGHT / 2 + (height - LEG_M - 0.08) / AWAY_M * FOCAL)
    shore = np.random.default_rng(seed).integers(0, 255, (shins - hips - 14, WIDTH, 3), np.uint8)
    picture[hips + 4 : shins - 10] = shore
    picture[shins - 10 :] = 150
    return picture


@pytest.mark.parametrize("height", [0.8, 1.2])
def test_what_stands_still_far_away_does_not_tell_of_a_treadmill(height):
    pictures = [seaside(3.0 * k / 30, height) for k in range(30)]
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        assert np.isnan(flow(pictures, height, 30)).all()


@pytest.mark.parametrize("view", ["front", "rear"])
def test_from_the_front_or_rear_too_unseen_ground_leaves_the_setting_open(view):
    assert scene((np.nan, np.nan), view).setting == "unknown"
