"""Runs past a still camera with cones: speed, step length and contact against the runner's own truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.course import CourseMark, Marks
from formcheck.errors import UsageError
from formcheck.marks import inside_picture, marks_from_text, marks_text
from formcheck.metrics.judgement import judge
from formcheck.overground.camera import GroundCamera
from formcheck.overground.scale import Seen, fit_scale, prior_of_still_camera
from formcheck.pipeline import analyze_track
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, Camera, Gait, cones, project, sprint_camera, sprint_gait
from formcheck.types import Runner

GATES = (-5.0, 0.0, 5.0)


def hips(truth, moments):
    """Return the true way of the hips, m."""
    points = truth.pose(np.atleast_1d(moments)).points
    return points[:, [K["left_hip"], K["right_hip"]], 0].mean(axis=1)


def true_seconds(truth, start, stop):
    """Return the true time between two places."""
    moments = np.linspace(0, truth.duration, 4001)
    return float(np.diff(np.interp([start, stop], hips(truth, moments), moments))[0])


def filmed(gait, camera, marks, *, noise=None, seed=3):
    clip = project(gait, camera, noise, seed=seed, duration_s=14 / gait.speed)
    return clip.truth, analyze_track(clip.track, clip.clip, Runner(), marks=marks)


@pytest.fixture(scope="module", params=[(6.0, 210.0, 0.150), (9.0, 265.0, 0.102)], ids=["6 m/s", "9 m/s"])
def sprint(request):
    camera = sprint_camera(120)
    return filmed(sprint_gait(*request.param), camera, cones(camera, GATES))


def test_speed_between_cones_is_right(sprint):
    truth, analysis = sprint
    whole = analysis.run.splits[-1]
    assert (whole.start, whole.stop) == (-5.0, 5.0)
    assert whole.seconds.value == pytest.approx(true_seconds(truth, -5, 5), rel=0.015)
    assert abs(whole.speed.value - 10 / true_seconds(truth, -5, 5)) < 1.96 * whole.speed.sd + 0.02


def test_no_range_of_distance_runners_is_applied_to_a_sprint():
    camera = sprint_camera(120)
    _, analysis = filmed(sprint_gait(8.0, 250.0, 0.115), camera, cones(camera, GATES))
    assert {judge(each).status for each in analysis.measurements.values()} == {"unknown"}
    assert analysis.cues == ()


def test_every_split_lies_between_neighbouring_cones(sprint):
    _, analysis = sprint
    assert [(each.start, each.stop) for each in analysis.run.splits] == [(-5, 0), (0, 5), (-5, 5)]
    parts = [each.seconds.value for each in analysis.run.splits]
    assert parts[0] + parts[1] == pytest.approx(parts[2], abs=1e-6)


def test_contacts_of_a_sprinter_are_as_short_as_they_are(sprint):
    truth, analysis = sprint
    true = np.mean([step.duration for step in truth.steps if np.isfinite(step.duration)])
    assert analysis.run.contact.value == pytest.approx(true, abs=0.012)
    assert analysis.run.contact.low <= true <= analysis.run.contact.high


def test_step_length_is_the_way_from_foot_to_foot(sprint):
    truth, analysis = sprint
    mean = truth.gait.speed * truth.gait.step_time
    assert analysis.run.step_length.value == pytest.approx(mean, abs=0.04)
    lengths = np.array([step.length.value for step in analysis.run.steps])
    assert np.isfinite(lengths).sum() >= 4
    assert np.nanmax(np.abs(lengths - mean)) < 0.12


def test_the_table_shows_the_speed_of_the_marks(sprint):
    truth, analysis = sprint
    speed = analysis.measurements["speed"]
    assert speed.low <= truth.gait.speed <= speed.high
    assert speed.extra.by_marks
    assert {each.extra.speed_mps for each in analysis.measurements.values()} == {
        round(analysis.run.speed.value, 2)
    }


def test_a_camera_turned_aside_is_noticed():
    camera = sprint_camera(120, yaw=8.0)
    truth, analysis = filmed(sprint_gait(8.0, 250.0, 0.115), camera, cones(camera, (-5, 5)), noise=CLEAN)
    lengths = np.array([step.length.value for step in analysis.run.steps[:-1]])
    assert np.ptp(lengths) < 0.2  # 8° of yaw would spread them by 0.5 m
    assert lengths.mean() == pytest.approx(truth.gait.speed * truth.gait.step_time, abs=0.03)


def test_cones_beside_the_runners_line_are_noticed():
    """Marks 0.6 m behind the runner's line, in two rows around it as a lane has them."""
    camera = sprint_camera(120)
    marks = cones(camera, (-5, 5), (0.0, 1.2), aside=-0.6)
    truth, analysis = filmed(sprint_gait(8.0, 250.0, 0.115), camera, marks, noise=CLEAN)
    assert analysis.run.speed.value == pytest.approx(truth.gait.speed, abs=0.1)


def test_running_to_the_left_and_metres_counted_backwards():
    camera = sprint_camera(120, facing="left")
    marks = cones(camera, GATES)
    turned = Marks(tuple(replace(mark, along=10 - mark.along) for mark in marks.marks))
    gait = sprint_gait(8.0, 250.0, 0.115)
    forward, backward = (filmed(gait, camera, each, noise=CLEAN)[1].run for each in (marks, turned))
    assert forward.speed.value == pytest.approx(gait.speed, abs=0.1)
    assert backward.speed.value == pytest.approx(forward.speed.value, abs=0.02)
    assert [(each.start, each.stop) for each in backward.splits] == [(15, 10), (10, 5), (15, 5)]


def test_without_marks_and_height_no_distance_is_told():
    _, analysis = filmed(sprint_gait(8.0, 250.0, 0.115), sprint_camera(120), None)
    assert analysis.refusal is None
    assert analysis.run is None


def test_height_gives_distances_that_are_about_right():
    camera = sprint_camera(120)
    clip = project(sprint_gait(7.0, 230.0, 0.13), camera, seed=5, duration_s=2.0)
    run = analyze_track(clip.track, clip.clip, Runner(height_m=1.75)).run
    assert run.scale == "height"
    assert run.splits == ()
    assert run.speed.low <= 7.0 <= run.speed.high
    assert run.speed.sd > 0.15  # body proportions differ by 4 %
    assert "about" in run.note


def test_on_a_treadmill_marks_tell_no_speed():
    camera = Camera(fps=60)
    clip = project(Gait(), camera, seed=1, duration_s=6.0)
    analysis = analyze_track(clip.track, clip.clip, marks=cones(camera, (-1, 1)))
    assert analysis.run is None
    assert "no_distance" in [each.code for each in analysis.warnings]


def test_a_following_camera_says_what_it_cannot_tell():
    camera = replace(sprint_camera(60), follow=True)
    clip = project(sprint_gait(6.0, 210.0, 0.15), camera, CLEAN, seed=1, duration_s=3.0)
    analysis = analyze_track(clip.track, clip.clip, marks=cones(sprint_camera(60), (-5, 5)))
    assert analysis.run is None
    assert any("The camera moves" in each.message and "cone" in each.message for each in analysis.warnings)


def test_impossible_metres_between_marks_are_noticed():
    camera = sprint_camera(120)
    wrong = Marks(tuple(replace(mark, along=3 * mark.along) for mark in cones(camera, GATES).marks))
    _, analysis = filmed(sprint_gait(8.0, 250.0, 0.115), camera, wrong, noise=CLEAN)
    assert analysis.run is None
    assert any("check the metres" in each.message for each in analysis.warnings)


def test_a_camera_puts_pixels_back_where_they_came_from():
    camera = GroundCamera(7.3, 0.1, -0.05, 0.02, 0.2, 1.0, 2.3, 0.1, 0.03, 0.3)
    points = np.array([[0.5, 0.4, 0.0], [-3.0, 0.4, 1.0], [4.0, 0.4, 0.2]])
    assert camera.at_depth(camera.project(points), 0.4) == pytest.approx(points[:, [0, 2]])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("100,900,1800,900,0", "0 m between the marks is not possible"),
        ("100,900,1800,900,1000", "1000 m between the marks is not possible"),
        ("100,900,1800,900,ten", "not five numbers"),
        ("100,900,1800,900,nan", "not possible"),
        ("100,900,100,900,10", "two marks are at one place"),
        ("100,900,1800,900", "no marks file"),
        ("", "no marks file"),
    ],
)
def test_wrong_scales_are_refused_in_a_sentence(text, says):
    with pytest.raises(UsageError, match=says):
        marks_from_text(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("100,900,2800,900,10", "outside the picture"),
        ("100,1900,1800,900,10", "outside the picture"),
        ("900,100,950,900,10", "do not lie along the run"),
    ],
)
def test_marks_that_cannot_measure_this_picture_are_refused(text, says):
    with pytest.raises(UsageError, match=says):
        inside_picture(marks_from_text(text), (1920, 1080))


def test_a_marks_file_comes_back_as_it_was(tmp_path):
    marks = Marks(
        (
            CourseMark(100.5, 900.0, 0.0, 0.0),
            CourseMark(1800.0, 905.0, 10.0, 0.0),
            CourseMark(950.0, 880.0, 5.0, 1.22),
        )
    )
    file = tmp_path / "marks.json"
    file.write_text(marks_text(marks), encoding="utf-8")
    assert marks_from_text(str(file)) == marks


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "must say"),
        ("[1", "not a marks file"),
        ('{"format": "formcheck-marks", "version": 2, "marks": []}', "must say"),
        ('{"format": "formcheck-marks", "version": 1, "marks": []}', "2 to 40 marks"),
        ('{"format": "formcheck-marks", "version": 1, "marks": [{"x": "1"}]}', "not a whole marks file"),
    ],
)
def test_damaged_marks_files_are_refused_in_a_sentence(content, says, tmp_path):
    file = tmp_path / "marks.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        marks_from_text(str(file))


def accelerating(camera, since, metres, marks_at, runner=None, noise=None):
    """Film a runner who speeds up towards 8.5 m/s."""
    gait = sprint_gait(8.5, 250.0, 0.125, tau=1.1, since=since)
    time = np.linspace(0, 8, 4001)
    lasts = float(np.interp(gait.way(time[:1])[0] + metres, gait.way(time), time))
    clip = project(gait, camera, noise, seed=2, duration_s=lasts)
    return clip.truth, analyze_track(clip.track, clip.clip, runner, marks=cones(camera, marks_at))


def test_a_runner_who_speeds_up_is_followed_over_the_picture():
    truth, analysis = accelerating(sprint_camera(60), 0.9, 14.0, GATES)
    curve = analysis.run.curve
    true = truth.gait.speed_at(curve.time)
    assert true[-1] - true[0] > 1.2
    assert np.abs(curve.speed - true).max() < 0.3
    assert np.mean(np.abs(curve.speed - true) < 1.96 * curve.sd) > 0.8
    assert analysis.run.gain.low > 1.0


def test_steps_that_grow_have_the_mean_of_their_lengths():
    truth, analysis = accelerating(sprint_camera(60), 0.9, 14.0, GATES, noise=CLEAN)
    starts = [step.start for step in analysis.run.steps if np.isfinite(step.place.value)]
    ends = [min(truth.steps, key=lambda each: abs(each.contact - at)) for at in (starts[0], starts[-1])]
    places = [
        truth.pose(np.array([each.contact + 0.05])).points[0, K[f"{each.side}_toe"], 0] for each in ends
    ]
    mean = (places[1] - places[0]) / (truth.steps.index(ends[1]) - truth.steps.index(ends[0]))
    assert analysis.run.step_length.value == pytest.approx(mean, abs=0.003)  # a straight line is 0.005 off


def test_a_start_from_standing_gives_the_profile_of_its_runner():
    camera = sprint_camera(60, distance=20.0)
    truth, analysis = accelerating(camera, -0.4, 20.0, (-9.0, 0.0, 9.0), Runner(height_m=1.75, mass_kg=75.0))
    profile = analysis.run.profile
    assert truth.gait.speed_at(np.array([0.2])) == 0.0
    assert profile.top_speed.value == pytest.approx(8.5, abs=0.4)
    assert profile.tau.value == pytest.approx(1.1, abs=0.15)


def hip_scale_off(height):
    """Return by which share a step at hip height is measured wrong, past three exact cones on the runner's line."""
    values = np.array(
        [np.log(1600.0), 0.0, -0.02, 0.0, np.log(height), 0.0, np.log(10.0), 0.0, 0.03, np.log(1.35)]
    )
    camera = GroundCamera.of(values, (1920, 1080))
    along, aside = np.arange(-5.25, 6.0, 1.5), 0.035 * (-1.0) ** np.arange(8)
    hips = camera.project(np.stack([along, np.zeros(8), np.full(8, 0.95)], axis=1))
    feet = camera.project(np.stack([along, aside, np.full(8, 0.03)], axis=1))
    seen = Seen(hips, feet, np.full(8, 1.35 * 160), aside, gain=0.0)
    pixels = camera.project(np.array([[x, 0.0, 0.0] for x in GATES]))
    marks = Marks(tuple(CourseMark(float(x), float(y), at) for (x, y), at in zip(pixels, GATES)))
    scale = fit_scale(marks, seen, prior_of_still_camera(marks, camera.size), camera.size, None, 0.0)
    return float(np.ptp(scale.along(hips)) / np.ptp(along) - 1)


def test_feet_tell_the_scale_at_hip_height_where_a_camera_stands_unusually_high():
    assert abs(hip_scale_off(2.8)) < 0.008  # without them the usual height of a tripod makes it 0.0126
