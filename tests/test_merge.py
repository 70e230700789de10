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


def test_two_views_from_the_side_are_refused(side):
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
