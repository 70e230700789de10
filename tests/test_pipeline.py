"""From a track to an answer: what holds however a runner is filmed."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version

import cv2
import numpy as np
import pytest

from formcheck.errors import UsageError
from formcheck.gait.steps import LEAST_FLIGHT, detect_steps, judge_contacts
from formcheck.metrics import METRICS
from formcheck.motion.preprocess import to_motion
from formcheck.pipeline import Tracked, analyze, analyze_track, analyze_tracked
from formcheck.pose import describe_backend
from formcheck.scene.classify import look_at
from formcheck.synthetic import REALISTIC, Camera, Gait, project
from formcheck.timebase import confirmed


def test_every_metric_is_answered_with_a_number_or_a_reason():
    clip = project(Gait(), Camera(fps=120), REALISTIC, 0, 8.0)
    answers = analyze_track(clip.track, clip.clip).measurements
    assert list(answers) == list(METRICS)
    assert all(each.measured or len(each.why_missing) > 10 for each in answers.values())


def test_an_analysis_names_the_libraries_that_can_change_its_numbers():
    clip = project(Gait(), Camera(fps=60), duration_s=4.0)
    made_with = analyze_track(clip.track, clip.clip).made_with
    assert made_with["libraries"] == {
        "av": version("av"), "numpy": version("numpy"), "onnxruntime": version("onnxruntime"),
        "opencv": cv2.__version__, "scipy": version("scipy"),
    }  # fmt: skip
    assert describe_backend(model="fast", precision="fp32")["precision"] == "float32"


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_walker_is_told_by_the_feet_alone(fps):
    """Even if the scene took a walker for a runner: walkers have next to no moment with both feet up."""
    clip = project(motion="walking", camera=Camera(fps=fps), duration_s=8.0)
    scene = replace(look_at(clip.track, clip.clip), activity="running", refusal=None)
    motion = to_motion(clip.track, scene)
    steps = detect_steps(motion)
    assert steps == () and judge_contacts(motion, steps).flight_share < LEAST_FLIGHT
    assert confirmed(scene, clip.track, motion, steps).refusal.code == "not_running"


def thinned(clip, per_s, seed):
    """Return a clip's track and description with only so many frames a second left, at random."""
    track, count = clip.track, int(per_s * clip.clip.duration_s)
    left = np.sort(np.random.default_rng(seed).choice(len(track.time), count, replace=False))
    around = track.surroundings
    around = replace(around, people=around.people[left], background=around.background[left])
    time = track.time[left] - track.time[left[0]]
    fps = 1 / float(np.median(np.diff(time)))
    described = replace(clip.clip, frames=count, fps=fps, capture_fps=fps, variable_frame_rate=True)
    kept = replace(
        track, time=time, xy=track.xy[left], confidence=track.confidence[left], surroundings=around
    )
    return kept, described


@pytest.mark.parametrize("per_s", [15, 17, 20, 23])
def test_a_runner_between_too_few_pictures_is_not_called_something_else(per_s):
    """Most are 1/30 s apart, so the file says 30 a second; a phone short of light drops the rest."""
    refused = 0
    for seed in range(3):
        analysis = analyze_track(
            *thinned(project(camera=Camera(fps=30), duration_s=8.0, seed=seed), per_s, seed)
        )
        refused += analysis.refusal is not None
        assert analysis.refusal is None or analysis.refusal.code == "frame_rate"
        assert analysis.refusal or "very_low_frame_rate" in {warning.code for warning in analysis.warnings}
        walker = project(motion="walking", camera=Camera(fps=30), duration_s=8.0, seed=seed)
        assert analyze_track(*thinned(walker, per_s, seed)).refusal.code == "not_running"
    assert refused or per_s > 15


def whole(clip):
    return analyze_track(clip.track, clip.clip)


def answered(analysis):
    return {name for name, found in analysis.measurements.items() if np.isfinite(found.value)}


@pytest.mark.parametrize(("fps", "left", "told"), [(30, 20, {15}), (60, 20, {15}), (60, 40, {15, 24, 28})])
def test_a_metric_that_needs_more_pictures_is_not_told_from_an_uneven_clip_that_lacks_them(fps, left, told):
    """Most pictures left are 1/fps s apart; on average there are fewer than the metric needs."""
    for seed in range(3):
        clip = project(camera=Camera(fps=fps), duration_s=8.0, seed=seed)
        analysis = analyze_track(*thinned(clip, left, seed))
        assert {METRICS[name].min_fps for name in answered(analysis)} <= told


@pytest.mark.parametrize("fps", [30, 60])
def test_times_that_jitter_as_a_phones_do_cost_no_metric(fps):
    for seed in range(3):
        even, uneven = (
            whole(project(camera=camera, duration_s=8.0, seed=seed))
            for camera in (Camera(fps=fps), Camera(fps=fps, jitter=0.15))
        )
        assert answered(even) == answered(uneven)
        assert uneven.motion.frame_rate == pytest.approx(fps, rel=0.005)


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


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"view": "sdie"}, "Did you mean 'side'?"),
        ({"model": "huge"}, "Choose one of: best, balanced, fast."),
        ({"backend": "mediapip"}, "Did you mean 'mediapipe'?"),
    ],
)
def test_an_unknown_option_is_refused_before_the_video_is_opened(options, hint):
    with pytest.raises(UsageError, match=re.escape(hint)):
        analyze("no_such_file.mp4", **options)


def test_a_capture_rate_may_be_given_after_the_long_part():
    clip = project(Gait(), Camera(fps=60), duration_s=6.0)
    as_played = analyze_track(clip.track, clip.clip).measurements["cadence"]
    declared = replace(clip.clip, capture_fps=90.0, capture_source="user")
    known_before = analyze_track(clip.track, declared).measurements["cadence"]
    known_after = analyze_tracked(Tracked(clip.track, clip.clip), capture_fps=90.0).measurements["cadence"]
    assert known_after.value == known_before.value == pytest.approx(1.5 * as_played.value, rel=0.02)
