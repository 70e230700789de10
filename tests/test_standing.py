"""A quiet stand before the run gives the runner's own zero for the foot: drawn runners with known angles."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from formcheck import pipeline
from formcheck.errors import UsageError
from formcheck.motion.standing import standing_of
from formcheck.pipeline import analyze_track
from formcheck.skeleton import SIDES, K
from formcheck.synthetic import CLEAN, Camera, SyntheticClip, gait_of, project
from formcheck.types import PoseTrack, Scene
from test_pace import joined

SCENE = Scene("running", "side", "right", "treadmill", 1, "right", standing_s=(0.0, 2.0))
CALIBRATED = {"foot_strike_angle", "knee_flexion_contact", "knee_flexion_stance", "trunk_lean", "head_pitch"}


def standing_track(toe_up_px: float, facing: float = 1.0) -> PoseTrack:
    """Return three seconds at 30 frames a second of two feet, 100 px long."""
    xy = np.full((90, 21, 2), np.nan)
    for side in SIDES:
        xy[:, K[f"{side}_heel"]] = 300.0, 400.0
        xy[:, K[f"{side}_toe"]] = 300.0 + facing * 100.0, 400.0 - toe_up_px
    return PoseTrack(np.arange(90) / 30, xy, np.ones((90, 21)), (640, 480), "test")


def test_the_stand_shows_the_pitch_of_each_foot():
    found = standing_of(standing_track(10.0), SCENE)
    assert found.foot_deg == pytest.approx({side: np.degrees(np.arctan(0.1)) for side in SIDES})


def test_feet_that_point_the_other_way_show_nothing():
    assert np.isnan(standing_of(standing_track(10.0, facing=-1.0), SCENE).foot_deg["left"])


def test_a_stand_too_short_to_be_sure_shows_nothing():
    assert np.isnan(standing_of(standing_track(10.0), replace(SCENE, standing_s=(0.0, 0.3))).foot_deg["left"])
    assert standing_of(standing_track(10.0), replace(SCENE, standing_s=None)) is None


def test_a_knee_that_is_drawn_overstretched_is_negative():
    track = standing_track(10.0)
    for side in SIDES:
        for part, place in (("hip", (320, 100)), ("knee", (312, 250)), ("ankle", (320, 400))):
            track.xy[:, K[f"{side}_{part}"]] = place
    overstretched = -2 * np.degrees(np.arctan(8 / 150))
    assert standing_of(track, SCENE).knee_deg["left"] == pytest.approx(overstretched)


def test_the_trunk_and_the_head_lean_the_way_of_the_run():
    track = standing_track(10.0)
    for side in SIDES:
        for part, place in (
            ("hip", (320, 200)),
            ("shoulder", (330, 100)),
            ("ear", (330, 60)),
            ("eye", (350, 50)),
        ):
            track.xy[:, K[f"{side}_{part}"]] = place
    found = standing_of(track, SCENE)
    assert found.trunk_deg == pytest.approx(np.degrees(np.arctan(0.1)))
    assert found.head_deg["right"] == pytest.approx(np.degrees(np.arctan(0.5)))
    assert found.looks_as("right") and not found.looks_as("left")


def drawn(motion: str, seconds: float) -> SyntheticClip:
    return project(gait_of(motion), Camera(distance=5.0, fps=60), CLEAN, 0, seconds)


@cache
def both(heel_up_px: float = 0.0, toe_up_px: float = 0.0):
    """Return one clip of standing and running, measured with its stand and without."""
    clip = joined(drawn("standing", 3.0), drawn("running", 8.0))
    xy = clip.track.xy.copy()
    xy[:, [K[f"{side}_heel"] for side in SIDES], 1] -= heel_up_px
    xy[:, [K[f"{side}_toe"] for side in SIDES], 1] -= toe_up_px
    track = replace(clip.track, xy=xy)
    found = analyze_track(track, clip.clip)
    start, stop = found.scene.measured_s
    run = (track.time >= start) & (track.time <= stop)
    alone = replace(track, xy=np.where(run[:, None, None], xy, np.nan))
    return found, analyze_track(alone, clip.clip)


def test_a_stand_before_the_run_narrows_the_interval_of_the_foot():
    standing, alone = (each.measurements["foot_strike_angle"] for each in both())
    assert standing.se < alone.se
    assert standing.value == pytest.approx(alone.value, abs=2.0)


def test_a_foot_drawn_wrong_alike_in_stand_and_run_keeps_its_angle():
    shifted, right = (each[0].measurements["foot_strike_angle"] for each in (both(6.0, -4.0), both()))
    assert shifted.value == pytest.approx(right.value, abs=2.0)


def test_another_clip_of_the_runner_standing_gives_the_same_zero(monkeypatch):
    stand = drawn("standing", 3.0)
    monkeypatch.setattr(pipeline, "track_file", lambda path, **_: pipeline.Tracked(stand.track, stand.clip))
    found, zero = both()[0], pipeline.standing_in("stand.mp4")
    assert zero.foot_deg == pytest.approx(standing_of(found.track, found.scene).foot_deg, abs=0.5)


def test_a_clip_of_somebody_who_runs_is_no_stand(monkeypatch):
    run = drawn("running", 8.0)
    monkeypatch.setattr(pipeline, "track_file", lambda path, **_: pipeline.Tracked(run.track, run.clip))
    with pytest.raises(UsageError, match="nobody standing still"):
        pipeline.standing_in("run.mp4")


def test_a_stand_before_the_run_changes_nothing_else():
    standing, alone = (each.measurements for each in both())
    measured = [id for id, each in alone.items() if each.measured and id not in CALIBRATED]
    assert len(measured) > 15
    for id in measured:
        ends = (standing[id].value, standing[id].high)
        assert ends == pytest.approx((alone[id].value, alone[id].high), abs=1e-6)
