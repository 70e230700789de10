"""Running legs take turns: exchanged names are put right, right ones are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.sides import LEG_COLUMNS, repair_sides
from formcheck.pose.stride_phase import stride_phase
from formcheck.skeleton import MIRRORED, K
from formcheck.synthetic import RAW, REALISTIC, Camera, Gait, Noise, gait_of, project


def exchange(xy, frames):
    """Return the track with the legs' names exchanged in some frames."""
    mirrored = np.arange(xy.shape[1])
    mirrored[list(LEG_COLUMNS)] = np.array(MIRRORED)[list(LEG_COLUMNS)]
    out = xy.copy()
    out[frames] = out[frames][:, mirrored]
    return out


def wrong_share(found, truth, away_px=12.0):
    """Return the share of frames in which the legs are exchanged, where they can be told apart."""
    ankles = [K["left_ankle"], K["right_ankle"]]
    apart = np.linalg.norm(truth[:, ankles[0]] - truth[:, ankles[1]], axis=-1)
    off = np.linalg.norm(found[:, ankles] - truth[:, ankles], axis=-1).min(axis=1)
    other = np.linalg.norm(found[:, ankles[::-1]] - truth[:, ankles], axis=-1).min(axis=1)
    told = apart > away_px
    return float(np.mean((other < off)[told]))


@pytest.mark.parametrize("fps", [25, 30, 60, 120])
@pytest.mark.parametrize("camera", [{}, {"yaw": -20.0}, {"facing": "left"}])
def test_a_net_that_always_calls_the_leg_ahead_left_is_put_right(fps, camera):
    """Seen on a real clip from the side and somewhat behind: the names follow the leg ahead."""
    track = project(Gait(), Camera(fps=fps, **camera), REALISTIC, 3, 8.0).track
    rng = np.random.default_rng(1)
    sign = 1 if camera.get("facing") != "left" else -1
    ahead = sign * (track.xy[:, K["right_ankle"], 0] - track.xy[:, K["left_ankle"], 0]) > 0
    step = np.cumsum(np.diff(ahead, prepend=ahead[0]) != 0)
    confused = rng.random(step[-1] + 1)[step] < 0.7  # seven of ten steps
    found, _ = repair_sides(exchange(track.xy, ahead & confused), track.time)
    assert wrong_share(found, track.xy) < 0.01


def test_exchanges_where_the_legs_cross_are_undone():
    """Three in a hundred frames exchanged: fewer than 0.3 in a hundred are left."""
    wrong = []
    for seed in range(12):
        fps = (30, 60, 120)[seed % 3]
        noise = Noise(swapped=0.03)
        seen = project(Gait(speed=2.5 + 0.2 * seed), Camera(fps=fps), noise, seed, 6.0).track
        truth = project(Gait(speed=2.5 + 0.2 * seed), Camera(fps=fps), Noise(), seed, 6.0).track
        found, _ = repair_sides(seen.xy, seen.time)
        wrong.append(wrong_share(found, truth.xy, away_px=40.0))
    assert np.mean(wrong) < 0.003


@pytest.mark.parametrize("motion", ["running", "walking", "high_knees", "butt_kicks", "bounding"])
@pytest.mark.parametrize("view", ["side", "front", "rear"])
def test_names_that_are_right_stay(motion, view):
    track = project(gait_of(motion), Camera(view=view, distance=5.0), REALISTIC, 2, 6.0).track
    found, _ = repair_sides(track.xy, track.time)
    assert wrong_share(found, track.xy, away_px=40.0) < 0.01


def test_the_rhythm_is_the_steps_whatever_the_names():
    clip = project(Gait(cadence=172.0), Camera(fps=30), RAW, 5, 10.0)
    rng = np.random.default_rng(0)
    named_at_random = exchange(clip.track.xy, rng.random(len(clip.track.time)) < 0.5)
    turns = stride_phase(named_at_random, clip.track.time, 300.0)
    crossings = np.sum(np.diff(np.sign(turns.ahead)) != 0)
    assert turns.axis == 0 and crossings == pytest.approx(172 * 10 / 60, abs=1.5)


def test_nobody_who_stands_has_a_rhythm_to_be_sure_of():
    track = project(motion="standing", duration_s=6.0).track
    turns = stride_phase(track.xy, track.time, 300.0)
    assert turns is None or np.median(turns.trust) < 0.7


def test_a_pass_of_three_steps_keeps_its_names_though_the_clip_goes_on():
    """One frame with both legs in one place must not turn the names round for good."""
    clip = project(Gait(overground=True, speed=4.0), Camera(fps=30, distance=7, fov=50), REALISTIC, 3, 1.1)
    after = np.full((15, *clip.track.xy.shape[1:]), np.nan)
    xy = np.concatenate([clip.track.xy, after])
    xy[20, K["left_ankle"]] = xy[20, K["right_ankle"]]
    time = np.arange(len(xy)) / 30
    found, _ = repair_sides(xy, time)
    assert wrong_share(found[: len(clip.track.xy)], clip.track.xy, away_px=40.0) == 0
