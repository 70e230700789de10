"""A camera that pans after the runner: its turn from drawn backgrounds, and the run in metres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.course import CourseMark, Marks
from formcheck.errors import UsageError
from formcheck.marks import inside_picture, marks_from_text, marks_text
from formcheck.overground.panned import marks_on_one_picture, on_one_picture
from formcheck.pipeline import Tracked, analyze, analyze_track, camera_path
from formcheck.pose.panning import follow_camera
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, cones, cones_in_pan, project, sprint_camera, sprint_gait
from formcheck.synthetic.backdrop import panned_frames
from formcheck.synthetic.clip import aimed
from formcheck.types import CameraPath, Warn
from formcheck.video import VideoWriter

WHOLE = (0.0, 99.0)
GATES = (-5.0, 0.0, 5.0)


@pytest.fixture(scope="module")
def clip():
    return project(sprint_gait(7.0, 230.0, 0.13), sprint_camera(60, pan=2), seed=4, duration_s=2.4)


@pytest.fixture(scope="module")
def path(clip):
    found = follow_camera(panned_frames(clip, width=480), clip.track, WHOLE)
    assert isinstance(found, CameraPath)
    return found


def turns_between(axes):
    """Return (T, 3, 3) from the axes of each frame to those of the first."""
    return np.einsum("ij,tkj->tik", axes[0], axes)


def test_the_turn_of_a_pan_is_found_to_a_few_pixels(clip, path):
    true = turns_between(aimed(clip.truth, clip.track.time))
    found = path.turns[0].T @ path.turns
    off = np.einsum("tji,tjk->tik", found, true)
    angle = np.arccos(np.clip(0.5 * (np.trace(off, axis1=1, axis2=2) - 1), -1, 1))
    assert path.span_deg > 60
    assert angle.max() * path.focal_px < 5


def test_the_focal_length_follows_from_the_turns(clip, path):
    assert path.focal_px == pytest.approx(clip.truth.camera.focal_px, rel=0.01)
    assert path.focal_sd < 0.03


def test_a_still_point_keeps_its_place_on_the_one_picture(clip, path):
    place = np.array([[[1.0, 0.0, 0.0]]])
    pixels = clip.truth.camera.project(place, aimed(clip.truth, clip.track.time))[:, 0]
    near = np.abs(pixels[:, 0] - 960) < 900
    there = path.onto_reference(pixels[near], clip.track.time[near])
    assert near.sum() > 20
    assert np.abs(there - np.median(there, axis=0)).max() < 4


def test_the_whole_runner_is_seen_on_the_one_picture_as_by_a_still_camera(clip, path):
    hips = on_one_picture(clip.track, path).xy[:, K["left_hip"]]
    assert np.ptp(hips[:, 0]) == pytest.approx(7.0 * 2.4 * 1600 / 10, rel=0.05)


def test_a_still_camera_is_found_still():
    clip = project(sprint_gait(7.0, 230.0, 0.13), sprint_camera(60), seed=4, duration_s=1.0)
    path = follow_camera(panned_frames(clip, width=480), clip.track, WHOLE)
    assert path.span_deg < 0.05
    assert path.focal_sd > 0.2  # nothing turned, so nothing told the focal length


@pytest.mark.parametrize(
    ("camera", "texture", "code"),
    [
        (sprint_camera(60, pan=2), 0.0, "camera_path_lost"),
        (replace(sprint_camera(60), follow=True), 1.0, "camera_carried"),
    ],
    ids=["plain background", "carried along"],
)
def test_a_path_that_cannot_be_told_has_a_reason_and_a_way_out(camera, texture, code):
    clip = project(sprint_gait(7.0, 230.0, 0.13), camera, seed=1, duration_s=1.5)
    why = follow_camera(panned_frames(clip, width=480, texture=texture), clip.track, WHOLE)
    assert isinstance(why, Warn)
    assert why.code == code
    assert "keep the camera still" in why.message


def test_a_panned_run_is_measured_in_metres(clip, path):
    marks = cones_in_pan(clip, GATES, errors=(0.01, 1.0))
    run = analyze_track(clip.track, clip.clip, marks=marks, path=path).run
    whole = run.splits[-1]
    assert (whole.start, whole.stop) == (-5.0, 5.0)
    assert whole.speed.value == pytest.approx(7.0, abs=0.2)
    assert run.step_length.value == pytest.approx(7.0 * 60 / 230, abs=0.04)
    assert run.speed.low <= 7.0 <= run.speed.high
    assert len(run.steps) >= 7


def test_a_pan_and_a_still_camera_tell_the_same_run():
    gait = sprint_gait(7.0, 230.0, 0.13)
    still, panned = (
        project(gait, sprint_camera(60, pan=pan), CLEAN, seed=4, duration_s=1.6) for pan in (0, 2)
    )
    path = follow_camera(panned_frames(panned, width=480), panned.track, WHOLE)
    runs = (
        analyze_track(still.track, still.clip, marks=cones(still.truth.camera, GATES)).run,
        analyze_track(panned.track, panned.clip, marks=cones_in_pan(panned, GATES), path=path).run,
    )
    assert runs[1].speed.value == pytest.approx(runs[0].speed.value, abs=0.1)
    assert runs[1].step_length.value == pytest.approx(runs[0].step_length.value, abs=0.03)


def test_why_the_turn_is_unknown_is_what_the_runner_reads(clip):
    why = Warn("camera_path_lost", "The background shows too little.")
    analysis = analyze_track(clip.track, clip.clip, marks=cones_in_pan(clip, GATES), path=why)
    assert analysis.run is None
    assert ("no_distance", why.message) in [(each.code, each.message) for each in analysis.warnings]


def test_marks_without_their_moment_are_not_used_with_a_pan(clip):
    marks = Marks(tuple(replace(mark, at=None) for mark in cones_in_pan(clip, GATES).marks))
    analysis = analyze_track(clip.track, clip.clip, marks=marks)
    assert analysis.run is None
    assert any("at which second" in each.message for each in analysis.warnings)


def test_without_marks_a_pan_says_what_it_cannot_tell(clip):
    analysis = analyze_track(clip.track, clip.clip)
    assert analysis.run is None
    assert any("split times" in each.message and "cones" in each.message for each in analysis.warnings)


def test_marks_far_aside_of_the_pan_are_refused(clip, path):
    marks = Marks((CourseMark(960.0, 800.0, 0.0, at=1.2), CourseMark(1e6, 800.0, 10.0, at=2.3)))
    with pytest.raises(ValueError):
        marks_on_one_picture(marks, path)
    analysis = analyze_track(clip.track, clip.clip, marks=marks, path=path)
    assert any("too wide" in each.message for each in analysis.warnings)


def test_a_path_checks_itself():
    with pytest.raises(ValueError, match="focal"):
        CameraPath(np.array([0.0]), np.eye(3)[None], np.zeros(1), 0.0, 0.01, (1920, 1080))
    with pytest.raises(ValueError, match="a turn and an error"):
        CameraPath(np.array([0.0, 0.1]), np.eye(3)[None], np.zeros(2), 1500.0, 0.01, (1920, 1080))
    with pytest.raises(ValueError, match="increase"):
        CameraPath(np.zeros(2), np.tile(np.eye(3), (2, 1, 1)), np.zeros(2), 1500.0, 0.01, (1920, 1080))


def test_marks_may_lie_one_above_the_other_in_pictures_of_their_own(tmp_path):
    marks = Marks((CourseMark(960.0, 800.0, 0.0, at=0.5), CourseMark(960.0, 800.0, 10.0, at=1.5)))
    inside_picture(marks, (1920, 1080))
    file = tmp_path / "marks.json"
    file.write_text(marks_text(marks), encoding="utf-8")
    assert marks_from_text(str(file)) == marks


def test_moments_belong_to_every_mark_or_none():
    with pytest.raises(ValueError, match="either every mark or none"):
        Marks((CourseMark(100.0, 800.0, 0.0, at=0.5), CourseMark(960.0, 800.0, 10.0)))


@pytest.fixture(scope="module")
def file(clip, tmp_path_factory):
    """Return a video file of the drawn pictures."""
    file = tmp_path_factory.mktemp("pan") / "pan.mp4"
    with VideoWriter(file, (480, 270), fps=60) as writer:
        for frame in panned_frames(clip, width=480):
            writer.write(frame.image, frame.time)
    return file


def test_a_file_is_read_again_only_for_marks_with_moments(clip, file, tmp_path):
    tracked = Tracked(clip.track, clip.clip)
    marks = cones_in_pan(clip, GATES)
    untimed = Marks(tuple(replace(mark, at=None, x=100.0 * k) for k, mark in enumerate(marks.marks)))
    assert camera_path(tmp_path / "no file.mp4", tracked, untimed) is None
    assert camera_path(tmp_path / "no file.mp4", tracked, None) is None
    told = []
    path = camera_path(file, tracked, marks, progress=lambda stage, share: told.append(stage))
    assert path.span_deg > 60
    assert set(told) == {"Following the camera"}


def test_a_mark_outside_the_clip_is_refused(file):
    marks = Marks((CourseMark(100.0, 200.0, 0.0, at=0.5), CourseMark(400.0, 200.0, 10.0, at=60.0)))
    with pytest.raises(UsageError, match=r"at 60 s .* 2\.4 s"):
        analyze(file, marks=marks)
