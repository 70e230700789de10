"""A side view and a front view of one runner are one analysis, without inventing anything."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.errors import UsageError
from formcheck.merge import merge, surer
from formcheck.metrics import METRICS
from formcheck.pipeline import analyze_track
from formcheck.synthetic import Camera, Gait, project
from formcheck.types import Measurement, Runner

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
