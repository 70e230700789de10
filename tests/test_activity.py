"""Who runs, in clips that look like it and are not, or the other way about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.pipeline import analyze_track
from formcheck.pose.roi import Roi
from formcheck.pose.tracking import Lookout
from formcheck.scene.classify import look_at
from formcheck.scene.feet import foot_up_picture
from formcheck.synthetic import CLEAN, Camera, Gait, gait_of, project
from formcheck.types import Frame, Surroundings

ON_THE_SPOT = dict(
    speed=0.0, roll_over=0.0, give=0.0, overstride=-0.02, strike=-6.0, step_width=0.12, lean=2.0, pelvis_turn=2.0,
    bounce=0.06, contact_time=0.25,
)  # fmt: skip
JOGS = [
    dict(ON_THE_SPOT, cadence=160.0, thigh_forward=35.0, knee_swing=85.0),
    dict(ON_THE_SPOT, cadence=170.0, thigh_forward=20.0, knee_swing=95.0),
    dict(ON_THE_SPOT, cadence=165.0, thigh_forward=50.0, knee_swing=90.0),
]
SHUFFLE = dict(speed=2.0, cadence=166.0, overstride=0.15, strike=5.0, thigh_forward=22.0)


@pytest.mark.parametrize("jog", JOGS)
def test_jogging_on_the_spot_is_not_running_seen_from_the_front_at_hip_height(jog):
    """In nine of ten clips; where keypoints hide that the camera looks down on the foot, it cannot tell."""
    camera = Camera(view="front", distance=3.5, height=1.2, fps=30)
    seen = [project(Gait(**jog), camera, None, seed, 8.0) for seed in range(10)]
    refused = [look_at(clip.track, clip.clip).refusal for clip in seen]
    told = [refusal is not None and "on the spot" in refusal.reason for refusal in refused]
    assert np.mean(told) >= 0.7


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize("jog", JOGS)
def test_jogging_on_the_spot_without_keypoint_noise_is_never_running(view, jog):
    clip = project(Gait(**jog), Camera(view=view, distance=4.0, height=1.0, fps=30), CLEAN, 0, 8.0)
    scene = look_at(clip.track, clip.clip)
    assert (scene.activity, scene.refusal.code) == ("other", "not_running")
    assert "on the spot" in scene.refusal.reason


@pytest.mark.parametrize("view", ["front", "rear"])
@pytest.mark.parametrize("height", [0.15, 0.5, 1.1, 1.6])
def test_a_runner_is_never_taken_for_somebody_on_the_spot(view, height):
    camera = Camera(view=view, distance=4.0, height=height, fps=30)
    for gait in (
        dict(speed=2.0, cadence=155.0, contact_time=0.33),
        dict(),
        dict(speed=4.2, contact_time=0.2),
    ):
        for seed in range(3):
            clip = project(gait_of("running", **gait), camera, None, seed, 8.0)
            assert look_at(clip.track, clip.clip).activity == "running"


def test_who_is_said_to_be_on_a_treadmill_is_not_on_the_spot():
    clip = project(Gait(**JOGS[1]), Camera(view="front", distance=4.0, height=1.0), CLEAN, 0, 8.0)
    assert look_at(clip.track, clip.clip, setting="treadmill").activity == "running"


@pytest.mark.parametrize("distance", [3.0, 5.0])
@pytest.mark.parametrize("height", [0.5, 1.0, 1.5])
def test_a_foot_is_as_long_up_the_picture_as_the_camera_looks_down_on_it(height, distance):
    """0.275 m from heel to toe, 0.86 m of leg, seen from `height` over `distance`."""
    seen = {}
    for view in ("front", "rear"):
        clip = project(Gait(toe_out=0.0), Camera(view=view, distance=distance, height=height), CLEAN, 0, 6.0)
        leg = Camera(distance=distance).focal_px / distance * 0.86
        seen[view] = foot_up_picture(clip.track.xy * np.array([1.0, -1.0]), clip.track.time, 60 / 170, leg)
    assert 0.5 * (seen["front"] - seen["rear"]) == pytest.approx(0.275 * height / distance / 0.86, rel=0.35)


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize(
    "body",
    [
        dict(contact_time=0.34, bounce=0.03),
        dict(contact_time=0.40, bounce=0.015),
        dict(contact_time=0.30, bounce=0.02),
    ],
)
def test_a_shuffle_at_a_runners_cadence_is_not_walking(view, body):
    clip = project(
        gait_of("running", **SHUFFLE, **body, knee_swing=62.0), Camera(view=view, distance=5.0), None, 0, 8.0
    )
    assert look_at(clip.track, clip.clip).activity == "running"


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize(("speed", "cadence"), [(1.4, 112.0), (1.8, 130.0), (2.1, 142.0)])
def test_brisk_walking_stays_walking(view, speed, cadence):
    clip = project(
        gait_of("walking", speed=speed, cadence=cadence), Camera(view=view, distance=5.0), None, 0, 8.0
    )
    found = analyze_track(clip.track, clip.clip)
    assert found.scene.activity == "walking" and found.refusal.code == "not_running"


def test_walking_played_too_fast_is_walking_still():
    """At 1.4 times life it has a runner's cadence; the hip is highest over the standing leg all the same."""
    clip = project(gait_of("walking"), Camera(fps=30), None, 0, 8.0)
    fast = replace(clip.track, time=clip.track.time / 1.4)
    assert look_at(fast, clip.clip).activity == "walking"


def counted(track, people):
    around = track.surroundings
    return replace(track, surroundings=Surroundings(np.full(len(track.time), people), around.background, 0.0))


def unseen(track):
    return replace(track, xy=np.full_like(track.xy, np.nan), confidence=np.zeros_like(track.confidence))


@pytest.mark.parametrize(
    ("people", "code"), [(0.0, "no_person"), (1.0, "no_person"), (2.0, "several_people")]
)
def test_people_who_are_counted_and_cannot_be_followed_are_not_nobody(people, code):
    clip = project(duration_s=4.0)
    found = look_at(counted(unseen(clip.track), people), clip.clip)
    assert (found.activity, found.refusal.code) == ("none", code)
    assert found.people == (2 if people == 2 else 0)


def test_keypoints_that_the_detector_sees_nobody_behind_are_nobody():
    """A tracker may find a body in trees and shadows; the detector, asked about the whole picture, does not."""
    clip = project(motion="standing", duration_s=6.0)
    moving = replace(clip.track, breaks=5)
    assert look_at(counted(moving, 1.0), clip.clip).refusal.code == "camera_moves"
    assert look_at(counted(moving, 0.0), clip.clip).refusal.code == "no_person"


class Sees:
    """A detector that always finds the same people."""

    def __init__(self, *found: Roi):
        self.found = list(found)

    def find(self, image):
        return list(self.found)

    def looks_apart(self, image, roi):
        return None


@pytest.mark.parametrize(
    ("found", "people"), [([], 0), ([(200, 150)], 1), ([(200, 150), (60, 150)], 2), ([(60, 150)], 2)]
)
def test_people_are_counted_with_the_runner_unless_the_detector_sees_nobody(found, people):
    runner = Roi(200.0, 150.0, 120.0, 0.0)
    sees = Sees(*(Roi(float(x), float(y), 120.0, 0.0) for x, y in found))
    lookout = Lookout(sees, sees)
    lookout.look(Frame(np.zeros((300, 300, 3), np.uint8), 0.0), runner)
    assert lookout.people_at(np.array([0.0])) == [people]


def test_many_people_count_also_while_the_runner_is_not_followed():
    """A pack goes by for most of the clip, one of them is followed for two seconds."""
    clip = project(Gait(overground=True, speed=3.0), Camera(distance=7.0, fov=60), None, 0, 2.5)
    frames = len(clip.track.time)
    people = np.full(frames, 4.0)
    people[: frames // 3] = 1.0
    xy = clip.track.xy.copy()
    xy[frames // 3 :] = np.nan
    track = replace(
        clip.track, xy=xy, surroundings=Surroundings(people, clip.track.surroundings.background, 0.0)
    )
    assert look_at(track, clip.clip).refusal.code == "several_people"


@pytest.mark.parametrize(("shown", "refused"), [(1.0, False), (0.7, False), (0.4, True)])
def test_a_camera_that_follows_somebody_else_most_of_the_time_measures_nobody(shown, refused):
    clip = project(Gait(overground=True, speed=3.0), Camera(distance=7.0, follow=True), None, 0, 10.0)
    away = clip.track.time > 10.0 * shown
    xy, confidence = clip.track.xy.copy(), clip.track.confidence.copy()
    xy[away], confidence[away] = np.nan, 0.0
    found = analyze_track(replace(clip.track, xy=xy, confidence=confidence), clip.clip)
    assert found.scene.camera_moves
    assert (found.refusal is not None and found.refusal.code == "camera_moves") == refused
