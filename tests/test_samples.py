"""The sample videos: small, truthful about themselves, and measured end to end against their truth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from formcheck.metrics import classify
from formcheck.pipeline import analyze
from formcheck.skeleton import KEYPOINTS
from formcheck.synthetic import Camera, gait_of
from formcheck.synthetic.figure import Appearance
from formcheck.synthetic.landmarks import marked_points
from formcheck.synthetic.render import Film
from formcheck.synthetic.sample import render_clip
from formcheck.synthetic.scenery import Room
from formcheck.synthetic.truth_file import read_truth
from formcheck.types import Analysis, Runner
from formcheck.validation.truth import FORMULAS, RATE, Course
from formcheck.video import FrameReader, VideoWriter, describe

FOLDER = Path(__file__).parents[1] / "sample_videos"
NAMES = sorted(path.stem for path in FOLDER.glob("[!.]*.mp4"))
RUNNING = [name for name in NAMES if name not in ("walking", "high_knees")]
SIDE = [name for name in RUNNING if name not in ("front", "rear", "faults_front")]
LEAN_DEG, ELBOW_DEG, CADENCE, CONTACT_MS = 2.5, 8.0, 0.5, 15.0  # issue on the synthetic runner
TOLD_TOO_LONG = ("side_120fps",)  # time on the ground, by more than the bar allows
STRIKE_CLASS = {"treadmill_left": "rearfoot", "side_120fps": "rearfoot", "faults_side": "rearfoot"}


def truth_of(name: str) -> dict:
    return read_truth(FOLDER / f"{name}.truth.json.gz")


@cache
def measured(name: str) -> Analysis:
    return analyze(FOLDER / f"{name}.mp4")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_small_and_its_truth_fits_it(name):
    path, said = FOLDER / f"{name}.mp4", truth_of(name)
    clip = describe(path)
    assert path.stat().st_size < 1_000_000
    assert 6 <= clip.duration_s <= 10
    assert min(clip.width, clip.height) == 720
    assert clip.frames == len(said["time_s"]) == len(said["marked_px"]) == len(said["visible"])
    assert tuple(said["keypoints"]) == KEYPOINTS
    assert f"`{name}.mp4`" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("name", RUNNING)
def test_the_truth_holds_every_metric_and_step(name):
    said = truth_of(name)
    assert set(said["answers"]["marked"]) == set(FORMULAS)
    contacts = np.array([step["contact_s"] for step in said["steps"]])
    answer = said["answers"]["marked"]["cadence"]
    assert 60 / np.diff(contacts).mean() == pytest.approx(answer, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNNING)
def test_a_sample_is_read_as_what_it_is(name):
    found, camera = measured(name), truth_of(name)["camera"]
    assert found.refusal is None
    assert (found.scene.view, found.scene.setting) == (camera["view"], "treadmill")
    assert found.scene.facing == (camera["facing"] if camera["view"] == "side" else None)
    assert found.measurements["cadence"].value == pytest.approx(
        truth_of(name)["answers"]["marked"]["cadence"], abs=CADENCE
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", SIDE)
def test_angles_and_contacts_of_a_sample_are_near_its_truth(name):
    found, said = measured(name).measurements, truth_of(name)
    true = said["answers"]["marked"]
    assert found["trunk_lean"].value == pytest.approx(true["trunk_lean"], abs=LEAN_DEG)
    assert found["elbow_angle"].value == pytest.approx(true["elbow_angle"], abs=ELBOW_DEG)
    kind = measured(name).categories["foot_strike"].value
    assert kind == STRIKE_CLASS.get(name, kind)  # the others land near a limit between two types


@pytest.mark.slow
@pytest.mark.parametrize("name", SIDE)
def test_time_on_the_ground_of_a_sample_is_near_its_truth(name):
    told, true = measured(name).measurements["ground_contact_time"], truth_of(name)["answers"]["marked"]
    off = abs(told.value - true["ground_contact_time"])
    assert told.low <= true["ground_contact_time"] <= told.high
    if off > CONTACT_MS and name in TOLD_TOO_LONG:
        pytest.xfail(f"A bar missed: {off:.0f} ms too long, {CONTACT_MS:.0f} allowed (docs/rendered.md)")
    assert off < CONTACT_MS or truth_of(name)["camera"]["fps"] < 60


@pytest.mark.slow
@pytest.mark.parametrize("name, crossing", [("front", False), ("faults_front", True)])
def test_arms_that_cross_are_found_and_not_invented(name, crossing):
    hands = measured(name).measurements["arm_crossover"]
    assert hands.measured
    assert (hands.value < 0) is crossing


@pytest.mark.slow
@pytest.mark.parametrize("name", ["walking", "high_knees"])
def test_what_is_not_running_is_refused(name):
    found = measured(name)
    assert found.refusal is not None and found.refusal.code == "not_running"
    assert not found.measurements["cadence"].measured


BODY = Film(Appearance("man"), Room(), noise=2.0, moments=1)
SHORT = {
    "60 frames": (gait_of("running", cadence=176, contact_time=0.23), Camera(distance=3.5, facing="left", fps=60)),
    "120 frames": (gait_of("running", strike=-9, lean=9), Camera(distance=3.5, fps=120)),
    "front": (
        gait_of("running", arms_inward=70, arm_out=4, elbow=80, elbow_range=16, arm_mean=14, arm_swing=28),
        Camera(view="front", distance=3.5, height=1.1, fps=60),
    ),
}  # fmt: skip


def drawn_now(kind, path):
    """Draw, encode, decode and measure a clip; return the measurements, the clip and its truth."""
    gait, camera = SHORT[kind]
    film = replace(BODY, room=Room(rails="none" if camera.view == "front" else "short"))
    clip = render_clip(gait, camera, film, path, seed=31, duration_s=6.0, jobs=2)
    time = np.arange(0, clip.truth.duration, 1 / RATE)
    body = clip.truth.gait.body
    points = marked_points(clip.figure, clip.truth.mover.pose(time))
    course = Course(time, points, clip.truth.steps, camera.near_side, body, clip.truth.gait.speed)
    true = {id: FORMULAS[id](course, Runner(body.height)) for id in ("cadence", "trunk_lean", "elbow_angle")}
    return analyze(path).measurements, clip, true


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind, types", [("60 frames", None), ("120 frames", {"forefoot"})])
def test_a_fresh_clip_is_measured_end_to_end(kind, types, tmp_path):
    """Nothing of it was seen before."""
    found, clip, true = drawn_now(kind, tmp_path / "clip.mp4")
    assert found["cadence"].value == pytest.approx(true["cadence"], abs=CADENCE)
    assert found["trunk_lean"].value == pytest.approx(true["trunk_lean"], abs=LEAN_DEG)
    assert found["elbow_angle"].value == pytest.approx(true["elbow_angle"], abs=ELBOW_DEG)
    kind_found = classify(found)["foot_strike"].value
    assert kind_found in (types or {kind_found})  # at 60 frames a second a midfoot landing may be unclear
    contact = 1000 * np.nanmean([step.duration for step in clip.truth.steps])
    assert found["ground_contact_time"].value == pytest.approx(contact, abs=CONTACT_MS)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_hands_that_cross_are_found_in_a_fresh_clip_from_the_front(tmp_path):
    found, _, true = drawn_now("front", tmp_path / "clip.mp4")
    assert found["cadence"].value == pytest.approx(true["cadence"], abs=CADENCE)
    assert found["arm_crossover"].value < 0


def test_a_clip_whose_pictures_were_dropped_shows_what_fifteen_a_second_show(tmp_path):
    """Seventeen a second, unevenly, as messengers and dark rooms leave them: the file still says 30."""
    frames = list(FrameReader(FOLDER / "treadmill_right.mp4", max_height=540))[::2]
    count = round(17 * (frames[-1].time - frames[0].time))
    left = np.sort(np.random.default_rng(0).choice(len(frames), count, replace=False))
    height, width = frames[0].image.shape[:2]
    with VideoWriter(tmp_path / "dropped.mp4", (width, height), fps=30) as writer:
        for frame in (frames[k] for k in left):
            writer.write(frame.image, frame.time - frames[left[0]].time)
    analysis = analyze(tmp_path / "dropped.mp4", model="fast")
    assert analysis.clip.fps == pytest.approx(30, abs=0.1)
    shown = [id for id, each in analysis.measurements.items() if each.measured]
    assert shown == ["trunk_lean", "elbow_angle", "cadence"]
    assert analysis.measurements["cadence"].value == pytest.approx(178, abs=1.5)
    assert "very_low_frame_rate" in {warning.code for warning in analysis.warnings}
