"""Which seconds of a clip are one steady run, and which a quiet stand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import av
import numpy as np
import pytest

from clips import LABELLED, SAMPLES, needs_recordings
from formcheck.export.record import to_json
from formcheck.pipeline import analyze, analyze_track
from formcheck.scene.pace import quiet_stand, steady_spans
from formcheck.synthetic import Camera, SyntheticClip, gait_of, project
from formcheck.types import Analysis

STEP_S = 60 / 170


def filmed(motion="running", seconds=8.0, view="side", seed=0, **gait) -> SyntheticClip:
    return project(gait_of(motion, **gait), Camera(view=view, distance=5.0, fps=30), None, seed, seconds)


def joined(*parts: SyntheticClip) -> SyntheticClip:
    """Return one recording in which one thing is done after another."""
    tracks = [part.track for part in parts]
    frame = float(np.median(np.diff(tracks[0].time)))
    starts = np.cumsum([0.0, *(track.time[-1] + frame for track in tracks[:-1])])
    around = [track.surroundings for track in tracks]
    track = replace(
        tracks[0],
        time=np.concatenate([start + each.time for start, each in zip(starts, tracks)]),
        xy=np.concatenate([each.xy for each in tracks]),
        confidence=np.concatenate([each.confidence for each in tracks]),
        surroundings=replace(
            around[0],
            people=np.concatenate([each.people for each in around]),
            background=np.concatenate([each.background for each in around]),
        ),
    )
    clip = replace(parts[0].clip, frames=len(track.time), duration_s=float(track.time[-1] + frame))
    return replace(parts[0], track=track, clip=clip)


def analysed(*parts: SyntheticClip) -> Analysis:
    clip = joined(*parts)
    return analyze_track(clip.track, clip.clip)


@cache
def analysed_alone(view: str) -> Analysis:
    return analysed(filmed(view=view))


STAND = dict(motion="standing", seconds=3.0)
WALK = dict(motion="walking", seconds=4.0)
JOG = dict(seconds=1.0, speed=1.8, cadence=140.0, contact_time=0.35, thigh_forward=22.0, knee_swing=70.0)


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([STAND], []),
        ([], [STAND]),
        ([STAND], [STAND]),
        ([WALK], []),
        ([STAND, WALK], [WALK]),
        ([dict(WALK, seconds=12.0)], []),  # longer than the run
        ([dict(motion="marching", seconds=4.0)], []),
    ],
)
def test_only_the_run_is_measured_whatever_is_done_before_and_after(view, before, after):
    run = filmed(view=view)
    alone = analysed(run)
    found = analysed(
        *(filmed(view=view, **each) for each in before), run, *(filmed(view=view, **each) for each in after)
    )
    start = sum(each["seconds"] for each in before)
    assert found.refusal is None
    assert found.scene.measured_s == pytest.approx((start, start + 8.0), abs=2.9 * STEP_S)
    assert found.measurements["cadence"].value == pytest.approx(alone.measurements["cadence"].value, abs=1.0)
    assert abs(len(found.steps) - len(alone.steps)) <= 3
    assert "steady_part" in {warning.code for warning in found.warnings}


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize("speed", [2.2, 3.0, 4.5])
def test_a_clip_of_nothing_but_a_run_is_measured_whole(view, speed):
    found = analysed(filmed(view=view, speed=speed))
    assert found.scene.measured_s == pytest.approx((0.0, 8.0), abs=0.05)
    assert found.scene.standing_s is None
    assert "steady_part" not in {warning.code for warning in found.warnings}


def test_speeding_up_and_slowing_down_are_left_out():
    walk, jog = filmed("walking", 2.0, speed=1.0, cadence=95.0), filmed(**JOG)
    found = analysed(walk, filmed("walking", 2.0), jog, filmed(), jog, filmed("walking", 2.0))
    assert found.scene.measured_s == pytest.approx((5.0, 13.0), abs=2 * STEP_S)
    assert found.measurements["cadence"].value == pytest.approx(170, abs=2)


def test_the_drive_out_of_the_blocks_is_not_averaged_into_the_sprint():
    drive = [filmed(seconds=0.5, lean=lean, speed=speed) for lean, speed in ((45, 2.0), (35, 3.0), (25, 4.0))]
    sprint = filmed(seconds=5.0, speed=6.0, cadence=200.0, contact_time=0.15, lean=8.0)
    found, alone = analysed(*drive, sprint), analysed(sprint)
    assert found.scene.measured_s[0] > 0.9
    assert found.measurements["trunk_lean"].value == pytest.approx(
        alone.measurements["trunk_lean"].value, abs=3
    )


def test_of_two_runs_with_a_rest_between_the_longer_is_measured():
    found = analysed(filmed(seconds=4.0), filmed("standing", 2.0), filmed())
    assert found.scene.measured_s == pytest.approx((6.0, 14.0), abs=STEP_S)
    assert found.scene.standing_s == pytest.approx((4.0, 6.0), abs=0.1)


@pytest.mark.parametrize("view", ["side", "front", "rear"])
@pytest.mark.parametrize(
    "parts",
    [
        [dict(WALK, seconds=12.0)],
        [WALK, STAND, WALK],
        [dict(WALK, speed=1.2, cadence=103.0), dict(WALK, speed=1.6, cadence=121.0)],
        [STAND],
        [dict(motion="high_knees", seconds=5.0), STAND],
    ],
)
def test_no_part_of_a_clip_without_a_run_is_taken_for_one(view, parts):
    found = analysed(*(filmed(view=view, **part) for part in parts))
    assert found.refusal.code == "not_running"
    assert found.scene.measured_s is None


def test_feet_that_are_hidden_only_while_nobody_runs_do_not_refuse_the_run():
    """Somebody steps off the belt towards the camera, feet below the picture's edge."""
    clip = joined(filmed(), filmed("standing", 24.0))
    xy = clip.track.xy.copy()
    xy[clip.track.time > 8.0, -6:] = np.nan
    found = analyze_track(replace(clip.track, xy=xy), clip.clip)
    assert found.refusal is None
    assert found.scene.measured_s == pytest.approx((0.0, 8.0), abs=STEP_S)


def test_a_hidden_moment_or_a_bad_stride_does_not_end_a_run():
    clip = filmed(seconds=10.0)
    xy = clip.track.xy.copy()
    hidden = (clip.track.time > 4.0) & (clip.track.time < 5.5)
    swapped = (clip.track.time > 7.0) & (clip.track.time < 7.3)
    xy[hidden] = np.nan
    xy[swapped] = xy[swapped][:, [0, *(k + (1 if k % 2 else -1) for k in range(1, 21))]]
    found = analyze_track(replace(clip.track, xy=xy), clip.clip)
    assert found.scene.measured_s == pytest.approx((0.0, 10.0), abs=0.05)


def test_a_quiet_stand_is_told_from_a_frozen_stride():
    stand, run = filmed("standing", 3.0, seed=1).track, filmed(seconds=3.0).track
    frozen = np.repeat(run.xy[17:18], len(run.time), axis=0)
    up = np.array([1.0, -1.0])
    span = quiet_stand(stand.xy * up, stand.time)
    assert (span.start, span.stop) == pytest.approx((0.0, 3.0), abs=0.6)
    assert quiet_stand(frozen * up, run.time) is None
    assert quiet_stand(run.xy * up, run.time) is None


def test_nobody_and_a_single_picture_have_no_span():
    nobody = np.full((100, 21, 2), np.nan)
    assert steady_spans(nobody, np.arange(100) / 30, 0) == ()
    assert steady_spans(nobody[:1], np.zeros(1), 0) == ()
    assert quiet_stand(nobody, np.arange(100) / 30) is None
    assert quiet_stand(nobody[:1], np.zeros(1)) is None


def test_the_seconds_measured_are_in_the_file_on_the_clips_own_clock():
    slow = project(None, Camera(fps=120, slow_motion=4.0), None, 0, 5.0)
    scene = to_json(analyze_track(slow.track, slow.clip))["scene"]
    assert scene["measured_s"] == pytest.approx([0.0, 20.0], abs=0.05)
    assert scene["standing_s"] is None


def frozen_at_the_ends(source, path, before_s=0.0, after_s=0.0):
    """Copy a clip with its first and last picture held, as if the runner stood there like a statue."""
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        stream = given.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") for frame in given.decode(stream)]
        rate = stream.average_rate
        copy = container.add_stream("libx264", rate=rate, options={"crf": "16"})
        copy.height, copy.width, copy.pix_fmt = *pictures[0].shape[:2], "yuv420p"
        held = [pictures[0]] * round(before_s * rate) + pictures + [pictures[-1]] * round(after_s * rate)
        for picture in held:
            container.mux(copy.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(copy.encode(None))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("before_s", "after_s"), [(3.0, 0.0), (0.0, 3.0)])
def test_a_frozen_start_or_end_makes_no_step_in_a_real_file(tmp_path, before_s, after_s):
    source = SAMPLES / "treadmill_left.mp4"
    held = analyze(frozen_at_the_ends(source, tmp_path / "held.mp4", before_s, after_s))
    alone = analyze(source)
    assert held.scene.measured_s == pytest.approx((before_s, before_s + 6.0), abs=0.1)
    times = [step.contact - before_s for step in held.steps]
    assert times == pytest.approx([step.contact for step in alone.steps], abs=0.05)


@pytest.mark.slow
@needs_recordings
@pytest.mark.parametrize(("before_s", "after_s"), [(3.0, 0.0), (0.0, 3.0)])
def test_a_frozen_start_or_end_leaves_the_labelled_contacts(tmp_path, before_s, after_s):
    held = analyze(frozen_at_the_ends(LABELLED, tmp_path / "held.mp4", before_s, after_s))
    assert len(held.steps) == 34
    assert held.measurements["cadence"].value == pytest.approx(168.8, abs=1.0)
