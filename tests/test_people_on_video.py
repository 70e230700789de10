"""Joints labelled by eye judge the errors stated for pose models: made-up labels whose errors are known."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.errors import UnreadableInput
from formcheck.metrics import METRICS, not_measured
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, PEOPLE, Camera, Gait, Noise, project
from formcheck.synthetic.errors import Habit
from formcheck.types import PoseTrack
from formcheck.validation.fitting import fitted_error
from formcheck.validation.people import EyeClip, LabelledFrame, compared, read_eye_labels, rms_z
from formcheck.validation.trials import Answer

CLIP = EyeClip("runner.mp4", "right", "right", 300.0)
STRAIGHT = {"hip": (100.0, 100.0, 3.0), "knee": (100.0, 250.0, 3.0), "ankle": (100.0, 400.0, 3.0)}


def track_of(knee_x: float, source: str = "blazepose-heavy-two-looks") -> PoseTrack:
    """Return two frames of a leg whose knee is drawn at this place."""
    xy = np.full((2, 21, 2), np.nan)
    for part, (x, y, _) in STRAIGHT.items():
        xy[:, K[f"right_{part}"]] = x, y
    xy[:, K["right_knee"], 0] = knee_x
    return PoseTrack(np.array([0.0, 0.1]), xy, np.ones((2, 21)), (400, 500), source)


def rows_of(knee_x: float, source: str = "blazepose-heavy-two-looks"):
    nothing = not_measured("made up", "made_up")
    told = replace(nothing["knee_flexion_stance"], value=9.0, low=8.0, high=10.0, why_missing=None)
    analysis = SimpleNamespace(
        track=track_of(knee_x, source), measurements={**nothing, "knee_flexion_stance": told}
    )
    frames = [LabelledFrame("a", 0, "midstance", STRAIGHT), LabelledFrame("b", 1, "midstance", STRAIGHT)]
    return {row.metric: row for row in compared(analysis, "a", CLIP, frames)}


def test_a_knee_drawn_too_far_forward_is_bent_too_much_by_the_angle_of_its_segments():
    row = rows_of(110.0)["knee_flexion_stance"]
    assert row.error == pytest.approx(2 * np.degrees(np.arctan(10 / 150)), abs=0.01)
    assert row.frames == 1  # the frame of the other clip does not count


def test_the_error_is_judged_by_stated_and_label_error_together():
    row = rows_of(110.0)["knee_flexion_stance"]
    by_hand = np.degrees(3 / 150 * np.sqrt(1 + 4 + 1))  # hip, knee on both segments, ankle
    assert row.label_sd == pytest.approx(by_hand, rel=0.01)
    assert row.stated == METRICS["knee_flexion_stance"].on_people.best
    assert row.z == pytest.approx(row.error / np.hypot(row.stated, by_hand), rel=0.01)
    assert rms_z([row]) == pytest.approx(abs(row.z))


def test_the_error_is_gone_with_the_labellers_own_knee_and_not_with_any_other_point():
    row = rows_of(110.0)["knee_flexion_stance"]
    assert row.left == pytest.approx({"hip": row.error, "knee": 0.0, "ankle": row.error})
    assert row.told == pytest.approx(9.0)  # the labelled knee is straight


def test_an_error_of_the_flat_foot_is_gone_with_the_labellers_flat_foot():
    """The model's heel is 10 px too high, 100 px behind the toe, in mid-stance only."""
    foot = {"heel": (100.0, 400.0, 3.0), "toe": (200.0, 400.0, 3.0)}
    xy = np.full((2, 21, 2), np.nan)
    for part, (x, y, _) in foot.items():
        xy[:, K[f"right_{part}"]] = x, y
    xy[1, K["right_heel"], 1] -= 10.0
    track = PoseTrack(np.array([0.0, 0.1]), xy, np.ones((2, 21)), (400, 500), "blazepose-heavy-two-looks")
    frames = [LabelledFrame("a", k, event, foot) for k, event in enumerate(("contact", "midstance"))]
    analysis = SimpleNamespace(track=track, measurements=not_measured("made up", "made_up"))
    (row,) = compared(analysis, "a", CLIP, frames)
    assert row.error == pytest.approx(np.degrees(np.arctan(0.1)))
    assert row.left == pytest.approx({"heel": 0.0, "toe": row.error, "midstance": 0.0})


@pytest.mark.parametrize("knee_x, held", [(110.0, True), (160.0, False)])
def test_an_error_within_the_interval_is_held(knee_x, held):
    assert rows_of(knee_x)["knee_flexion_stance"].held is held


def test_a_weaker_model_is_judged_by_its_own_errors():
    row = rows_of(110.0, "blazepose-full")["knee_flexion_stance"]
    assert row.stated == METRICS["knee_flexion_stance"].on_people.fast


def test_a_metric_without_labelled_points_is_left_out():
    assert set(rows_of(110.0)) == {"knee_flexion_stance"}


def test_labels_of_another_format_are_refused(tmp_path):
    assert read_eye_labels(tmp_path) is None
    (tmp_path / "keypoints.json").write_text(json.dumps({"format": "other", "version": 1}))
    with pytest.raises(UnreadableInput, match="not a list of labelled keypoints"):
        read_eye_labels(tmp_path)


def test_validation_needs_no_library_for_rendering():
    code = "import sys; sys.modules['numba'] = None; import formcheck.validation"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_own_error_is_what_the_stated_parts_leave_unexplained():
    """Errors of 5 with intervals of 3 from scatter and 1 stated: 5 squared less 3 squared is 4 squared."""
    half = 1.96 * np.hypot(3, 1)
    found = [Answer("x", 30, 0.0, sign * 5.0, sign * 5.0 - half, sign * 5.0 + half) for sign in (-1, 1)]
    assert fitted_error(found, stated=1.0) == pytest.approx(4.0)


def test_an_error_locked_to_the_stride_repeats_in_every_stride():
    gait, camera = Gait(cadence=180.0, variation=0.0), Camera(fps=60.0)
    locked = Noise(0.0, 0.0, 0.0, 0.0, 1.0, locked=1.0, lost=0.0)
    off = project(gait, camera, locked, 3, 4.0).track.xy - project(gait, camera, CLEAN, 3, 4.0).track.xy
    stride = 40  # frames: two steps of a third of a second
    assert np.nanmax(np.abs(off[stride:] - off[:-stride])) < 0.01
    assert np.nanstd(off) > 2.0  # px
    assert PEOPLE.locked == 1.0


@pytest.mark.parametrize("varies, alike", [(0.0, 1.0), (0.6, 0.64), (1.0, 0.0)])
def test_a_habit_of_the_pose_model_is_in_every_clip_of_a_runner(varies, alike):
    """The constant errors of two takes correlate by what is the runner's of their variance: 1 - 0.6² = 0.64."""
    camera, constant = Camera(), replace(CLEAN, constant=0.01)
    errors = []
    for number in range(12):
        bare = project(Gait(), camera, CLEAN, number, 0.3).track.xy
        for take in (1, 2):
            seen = project(
                Gait(), camera, constant, number, 0.3, take=take, habit=Habit(number, varies)
            ).track.xy
            errors.append((seen - bare)[0].ravel())
    first, second = np.array(errors)[::2].ravel(), np.array(errors)[1::2].ravel()
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(alike, abs=0.1)
