"""From a track to an answer: what holds however a runner is filmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.gait import LEAST_FLIGHT, detect_steps, judge_contacts
from formcheck.metrics import METRICS
from formcheck.pipeline import analyze_track, confirmed
from formcheck.scene import look_at
from formcheck.signals import to_motion
from formcheck.synthetic import REALISTIC, Camera, Gait, project


def test_every_metric_is_answered_with_a_number_or_a_reason():
    clip = project(Gait(), Camera(fps=120), REALISTIC, 0, 8.0)
    answers = analyze_track(clip.track, clip.clip).measurements
    assert list(answers) == list(METRICS)
    assert all(each.measured or len(each.why_missing) > 10 for each in answers.values())


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_walker_is_told_by_the_feet_alone(fps):
    """Even if the scene took a walker for a runner: walkers have next to no moment with both feet up."""
    clip = project(motion="walking", camera=Camera(fps=fps), duration_s=8.0)
    scene = replace(look_at(clip.track, clip.clip), activity="running", refusal=None)
    motion = to_motion(clip.track, scene)
    steps = detect_steps(motion)
    assert steps == () and judge_contacts(motion, steps).flight_share < LEAST_FLIGHT
    assert confirmed(scene, motion, steps).refusal.code == "not_running"


def test_a_refused_clip_says_why_for_every_metric():
    clip = project(motion="walking")
    analysis = analyze_track(clip.track, clip.clip)
    assert {each.why_missing for each in analysis.measurements.values()} == {analysis.refusal.reason}
    assert analysis.cues == () and analysis.steps == ()


@pytest.mark.parametrize("start", [0.4, 1.7])
def test_a_track_that_begins_later_gives_the_same_numbers(start):
    clip = project(Gait(), Camera(fps=60), REALISTIC, 4, 8.0)
    whole = analyze_track(clip.track, clip.clip).measurements["cadence"]
    later = clip.track.time >= start
    part = replace(
        clip.track,
        time=clip.track.time[later],
        xy=clip.track.xy[later],
        confidence=clip.track.confidence[later],
        surroundings=replace(
            clip.track.surroundings,
            people=clip.track.surroundings.people[later],
            background=clip.track.surroundings.background[later],
        ),
    )
    cut = analyze_track(part, clip.clip).measurements["cadence"]
    assert cut.low < whole.value < cut.high
