"""What must not change a number does not: mirror, frame rate, picture size, tilt, lost points, cut ends.

The whole chain from a track on, for every metric of the table.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from formcheck.metrics import METRICS
from formcheck.pipeline import analyze_track
from formcheck.skeleton import MIRRORED, K, other
from formcheck.synthetic import CLEAN, Camera, Gait, project
from formcheck.types import Runner

TOLD = Runner(height_m=1.75, mass_kg=70.0)
GAIT = Gait(variation=0.004)
RATES = (24.0, 30.0, 60.0, 120.0, 240.0)
LEANING = ("trunk_lean", "body_lean", "thigh_extension")  # + forward: a picture turned anticlockwise takes it
PITCHED = ("shank_angle", "head_pitch")
JOINTS = ("knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing", "elbow_angle", "arm_swing")
LOOSE = {"foot_strike_angle": 4.0, "arm_leg_phase": 4.0, "stride_variability": 0.8}


@cache
def clip(fps=120.0, view="side", facing="right", seed=3, seconds=10.0):
    return project(GAIT, Camera(fps=fps, view=view, facing=facing), CLEAN, seed, seconds)


@cache
def numbers(fps=120.0, view="side", facing="right"):
    made = clip(fps, view, facing)
    return analyze_track(made.track, made.clip, TOLD).measurements


def changed(track, view="side", fps=120.0):
    return analyze_track(track, clip(fps, view).clip, TOLD).measurements


def near(a, b, share=0.04):
    """Return whether two values are the same within a small part of either or of its error."""
    return abs(a.value - b.value) <= max(
        share * abs(b.value), 0.35 * METRICS[b.metric].sigma, LOOSE.get(b.metric, 0.5)
    )


def shown(view, fps):
    """Return the metrics that ten seconds from this view at this frame rate show."""
    return {id for id, metric in METRICS.items() if view in metric.views and fps >= 0.97 * metric.min_fps}


def measured(found):
    """Return the ids of what has a value."""
    return {id for id, each in found.items() if each.measured}


@pytest.mark.parametrize("view", ["side", "front", "rear"])
def test_every_metric_answers_or_says_what_to_film(view):
    found = numbers(view=view)
    assert measured(found) == shown(view, 120.0)
    for id in set(METRICS) - measured(found):
        assert "film" in found[id].why_missing.lower(), id


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("view", ["side", "front"])
def test_frame_rate_changes_no_number(fps, view):
    found = numbers(fps, view)
    assert measured(found) == shown(view, fps)
    for id in shown(view, fps) & shown(view, 120.0):
        assert near(found[id], numbers(view=view)[id], share=0.05), id
    for id in set(METRICS) - shown(view, fps):
        assert "film" in found[id].why_missing.lower(), id


@pytest.mark.parametrize("view", ["side", "front", "rear"])
def test_a_mirrored_picture_shows_the_same_form(view):
    track = clip(view=view).track
    xy = track.xy[:, MIRRORED] * [-1, 1] + [track.size[0], 0]
    mirrored = changed(replace(track, xy=xy, confidence=track.confidence[:, MIRRORED]), view)
    assert measured(mirrored) == shown(view, 120.0)
    for id in shown(view, 120.0):
        found = numbers(view=view)[id]
        signed = id.endswith(("asymmetry", "symmetry"))
        value = -mirrored[id].value if signed else mirrored[id].value
        assert value == pytest.approx(found.value, rel=1e-6, abs=1e-6), id
        sides = {each.side: each.value for each in found.by_side}
        for each in mirrored[id].by_side:
            assert each.value == pytest.approx(sides[other(each.side)], rel=1e-6, abs=1e-6), id


@pytest.mark.parametrize("times", [0.5, 3.0])
@pytest.mark.parametrize("view", ["side", "front"])
def test_a_larger_or_smaller_picture_shows_the_same_form(times, view):
    track = clip(view=view).track
    size = tuple(round(times * each) for each in track.size)
    around = replace(track.surroundings, background=times * track.surroundings.background)
    scaled = changed(replace(track, xy=times * track.xy, size=size, surroundings=around), view)
    assert measured(scaled) == shown(view, 120.0)
    for id in shown(view, 120.0):
        assert scaled[id].value == pytest.approx(numbers(view=view)[id].value, rel=1e-6, abs=1e-6), id


def turned(track, degrees, told):
    """Return the track as a camera turned by `degrees` sees it; the picture tells the tilt or not."""
    angle = np.radians(degrees)
    middle = np.array(track.size) / 2
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    around = replace(track.surroundings, roll_deg=degrees if told else np.nan)
    return replace(track, xy=(track.xy - middle) @ turn.T + middle, surroundings=around)


@pytest.mark.parametrize("roll", [-4.0, 4.0])
def test_a_tilt_nobody_knows_turns_segments_and_leaves_joints_alone(roll):
    unknown = changed(turned(clip().track, 0.0, told=False))
    tilted = changed(turned(clip().track, roll, told=False))
    for id in LEANING:
        assert tilted[id].value - unknown[id].value == pytest.approx(-roll, abs=0.6), id
    for id in PITCHED:
        assert tilted[id].value - unknown[id].value == pytest.approx(roll, abs=0.6), id
    for id in JOINTS:
        assert tilted[id].value == pytest.approx(unknown[id].value, abs=0.6), id


@pytest.mark.parametrize("roll", [-4.0, 4.0])
def test_a_tilt_the_picture_tells_changes_nothing(roll):
    found = changed(turned(clip().track, roll, told=True))
    assert measured(found) == shown("side", 120.0)
    for id in shown("side", 120.0):
        assert near(found[id], numbers()[id], share=0.01), id


EITHER_TOE = {"body_lean", "waist_bend", "step_time_asymmetry", "leg_stiffness"}
SILENCED = {  # by the loss of one point; the right side is nearer to the camera
    "left_wrist": set(),
    "right_wrist": {"elbow_angle"},
    "right_ear": {"head_pitch", "shoulder_shrug"},
    "left_toe": EITHER_TOE,
    "right_toe": EITHER_TOE | {"foot_strike_angle"},
    "right_elbow": {"elbow_angle", "arm_swing", "arm_leg_phase"},
    "nose": set(),
}
BY_CONTACTS = {  # move with the contacts, which are told less well without a toe
    "ground_contact_time", "flight_time", "duty_factor", "overstride", "shank_angle", "knee_flexion_contact",
    "thigh_extension", "leg_stiffness", "contact_time_asymmetry", "foot_strike_angle",
}  # fmt: skip


@pytest.mark.parametrize("lost", SILENCED)
def test_a_lost_point_silences_what_needs_it_and_moves_nothing_else(lost):
    track = clip().track
    xy, confidence = track.xy.copy(), track.confidence.copy()
    xy[:, K[lost]], confidence[:, K[lost]] = np.nan, 0.0
    found = changed(replace(track, xy=xy, confidence=confidence))
    assert shown("side", 120.0) - measured(found) == SILENCED[lost]
    assert all(found[id].why_missing for id in SILENCED[lost])
    free = BY_CONTACTS if "toe" in lost else set()
    for id in measured(found) - free:
        assert near(found[id], numbers()[id]), id


NEED_20_STEPS = {"contact_time_asymmetry", "step_time_asymmetry", "stride_variability"}
TOO_SHORT = {("side", (0.0, 3.0)): NEED_20_STEPS, ("side", (1.3, 1.9)): NEED_20_STEPS}


@pytest.mark.parametrize("cut", [(0.0, 3.0), (2.7, 0.0), (1.3, 1.9)])
@pytest.mark.parametrize("view", ["side", "front"])
def test_seconds_cut_off_either_end_change_little(cut, view):
    track = clip(view=view).track
    use = (track.time >= cut[0]) & (track.time <= track.time[-1] - cut[1])
    around = track.surroundings
    part = replace(
        track, time=track.time[use], xy=track.xy[use], confidence=track.confidence[use],
        surroundings=replace(around, people=around.people[use], background=around.background[use]),
    )  # fmt: skip
    found = changed(part, view)
    assert shown(view, 120.0) - measured(found) == TOO_SHORT.get((view, cut), set())
    for id in measured(found):
        assert near(found[id], numbers(view=view)[id], share=0.05), id
