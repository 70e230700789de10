"""A side view and a front view of one runner are one analysis, without inventing anything."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.errors import UsageError
from formcheck.merge import merge, surer
from formcheck.metrics import METRICS
from formcheck.pipeline import analyze_track
from formcheck.scene.segment import select_segment
from formcheck.synthetic import CLEAN, Camera, Gait, gait_of, project
from formcheck.types import Measurement, Runner, Surroundings

TOLD = Runner(height_m=1.75)


def filmed(view, cadence=170.0, seed=0):
    clip = project(Gait(cadence=cadence), Camera(view=view), seed=seed)
    return analyze_track(clip.track, clip.clip, TOLD)


@pytest.fixture(scope="module")
def side():
    return filmed("side")


@pytest.fixture(scope="module")
def front():
    return filmed("front", seed=1)


def test_both_sets_of_metrics_are_there(side, front):
    merged = merge(side, front)
    assert merged.measurements["trunk_lean"] == side.measurements["trunk_lean"]
    assert merged.measurements["arm_crossover"].value == front.measurements["arm_crossover"].value
    for id in METRICS:
        either = side.measurements[id].measured or front.measurements[id].measured
        assert merged.measurements[id].measured == either, id


def test_the_order_of_the_two_does_not_matter(side, front):
    assert merge(side, front).measurements == merge(front, side).measurements


def test_what_both_show_is_taken_from_the_surer(side, front):
    found = merge(side, front).measurements["cadence"]
    assert found.se == min(each.measurements["cadence"].se for each in (side, front))


def test_it_says_which_clips_it_is_made_of(side, front):
    merged = merge(side, front)
    assert [each["view"] for each in merged.made_with["merged"]] == ["side", "front"]
    assert merged.measurements["arm_swing_symmetry"].extra.clip == front.clip.name


@pytest.fixture(scope="module")
def both_sides():
    """A runner whose left knee bends 16 degrees more in swing than the right one, filmed from both sides."""
    clips = [
        project(Gait(knee_swing=bend), Camera(facing=facing), seed=2)
        for bend, facing in ((106.0, "left"), (90.0, "right"))
    ]
    return [analyze_track(clip.track, clip.clip, TOLD) for clip in clips]


def test_from_both_sides_each_leg_is_measured_as_the_nearer_one(both_sides):
    from_left, from_right = both_sides
    assert (from_left.scene.near_side, from_right.scene.near_side) == ("left", "right")
    found = merge(*both_sides).measurements["knee_flexion_swing"]
    legs = {each.side: each for each in found.by_side}
    assert legs["left"].value == from_left.measurements["knee_flexion_swing"].value
    assert legs["right"].value == from_right.measurements["knee_flexion_swing"].value
    assert legs["left"].value - legs["right"].value == pytest.approx(16.0, abs=6.0)
    far = {each.side: each for each in from_left.measurements["knee_flexion_swing"].by_side}["right"]
    assert legs["right"].se < 0.8 * far.se


def test_the_order_of_two_sides_does_not_matter(both_sides):
    assert merge(*both_sides).measurements == merge(*reversed(both_sides)).measurements


def test_the_same_side_twice_is_refused(side):
    with pytest.raises(UsageError, match="one from the front or rear"):
        merge(side, side)


def test_a_clip_that_was_refused_cannot_be_merged(side, front):
    refused = replace(front, scene=filmed_walking().scene)
    with pytest.raises(UsageError, match="was not measured"):
        merge(side, refused)


def filmed_walking():
    clip = project(motion="standing")
    return analyze_track(clip.track, clip.clip)


def test_another_pace_is_said(side):
    merged = merge(side, filmed("front", cadence=188.0))
    assert "other_pace" in {each.code for each in merged.warnings}


def test_a_reason_is_kept_from_the_view_that_could_have_shown_it():
    asks = Measurement("trunk_lean", "deg", why_missing="Too little is seen.")
    cannot = Measurement("trunk_lean", "deg", why_missing="not visible from the front: film from the side")
    assert surer(asks, cannot, "front.mp4").why_missing == "Too little is seen."
    assert np.isnan(surer(asks, cannot, "front.mp4").value)


def passing(facing, roll, *, knee=96.0, seed=4):
    """Return a pass over the ground in front of a still camera, the whole runner in view."""
    gait = Gait(overground=True, speed=3.0, cadence=170.0, lean=6.0, knee_swing=knee)
    camera = Camera(facing=facing, distance=15.0, roll=roll, fov=26.0, width=1920, height_px=1080)
    return project(gait, camera, CLEAN, seed=seed, duration_s=4.0)


def one_after_the_other(first, second, pause_s=3.0):
    """Return one track of two passes, nobody in view between them; nothing upright tells the camera's tilt."""
    there, back = first.track, second.track
    gap = np.arange(there.time[-1] + 1 / 60, there.time[-1] + pause_s, 1 / 60)
    time = np.concatenate([there.time, gap, gap[-1] + 1 / 60 + back.time])
    nobody = np.full((len(gap), *there.xy.shape[1:]), np.nan)
    still = Surroundings(np.ones(len(time)), np.zeros((len(time), 2)), np.nan)
    xy = np.concatenate([there.xy, nobody, back.xy])
    confidence = np.concatenate([there.confidence, np.zeros(nobody.shape[:2]), back.confidence])
    return replace(there, time=time, xy=xy, confidence=confidence, surroundings=still)


@pytest.fixture(scope="module")
def there_and_back_again():
    """Right, then left, filmed by a camera that leans by 3°; the right leg bends more in the air than the left."""
    first, second = passing("right", 3.0, knee=106.0), passing("left", 3.0, knee=90.0)
    track = select_segment(one_after_the_other(first, second))
    clip = replace(first.clip, frames=len(track.time), duration_s=float(track.time[-1]))
    alone = analyze_track(replace(track, way_back=None), clip, TOLD)
    return alone, analyze_track(track, clip, TOLD)


def test_who_comes_back_is_measured_in_both_directions(there_and_back_again):
    alone, both = there_and_back_again
    assert {"part_of_clip"} <= {each.code for each in alone.warnings}
    assert "there_and_back" in {each.code for each in both.warnings}
    assert both.scene.near_side == alone.scene.near_side


def test_there_and_back_each_leg_is_measured_as_the_nearer_one(there_and_back_again):
    alone, both = there_and_back_again
    legs = {each.side: each for each in both.measurements["knee_flexion_swing"].by_side}
    assert legs["right"].value - legs["left"].value == pytest.approx(16.0, abs=6.0)
    far = {each.side: each for each in alone.measurements["knee_flexion_swing"].by_side}
    assert legs["left"].se < 0.8 * far["left"].se or legs["right"].se < 0.8 * far["right"].se


def test_there_and_back_the_cameras_tilt_cancels_in_the_lean(there_and_back_again):
    """The camera leans by 3°: the lean is read as 9 or 3 in one direction, and as 6 from both."""
    alone, both = there_and_back_again
    one, mean = (each.measurements["trunk_lean"] for each in (alone, both))
    assert abs(one.value - 6.0) > 2.0
    assert mean.value == pytest.approx(6.0, abs=1.5)
    assert mean.se < 0.8 * one.se


def test_who_turns_round_and_walks_back_is_measured_once():
    first = passing("right", 0.0)
    second = project(
        replace(gait_of("walking"), overground=True),
        Camera(facing="left", distance=15.0, fov=26.0, width=1920, height_px=1080), seed=1, duration_s=4.0,
    )  # fmt: skip
    track = select_segment(one_after_the_other(first, second))
    made = analyze_track(track, replace(first.clip, frames=len(track.time)), TOLD)
    assert "there_and_back" not in {each.code for each in made.warnings}
