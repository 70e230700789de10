"""A picture that is shown again is not a new one: rates count distinct pictures, and their times stay right."""

from fractions import Fraction

import numpy as np
import pytest

from clips import SAMPLES
from formcheck.frame_rate import reaches
from formcheck.metrics import METRICS
from formcheck.video import FrameReader, describe
from formcheck.video.distinct import evened, repeats
from movies import recoded

SECONDS = 2.0
SMALL = (320, 180)


@pytest.fixture(scope="module", autouse=True)
def source(tmp_path_factory):
    """The runner at 60 frames a second, small and nearly lossless, so that the tests are quick."""
    global SOURCE
    path = tmp_path_factory.mktemp("source") / "runner.mkv"
    SOURCE = recoded(
        path, SAMPLES / "treadmill_right.mp4", size=SMALL, until_s=SECONDS + 0.1, options={"crf": "8"}
    )


def filled(path, fps, shown_fps, **options):
    """Write the runner at `fps`, as programs show it at a higher rate: each picture from the slot nearest to it on."""
    begins = np.round(np.arange(SECONDS * fps) * shown_fps / fps)
    due = np.searchsorted(begins, np.arange(round(SECONDS * shown_fps)), side="right") - 1
    return recoded(path, SOURCE, keep=due / fps, fps=shown_fps, **options)


def read(path):
    """Return (times, clip as known at the end)."""
    reader = FrameReader(path)
    return np.array([frame.time for frame in reader]), reader.clip


@pytest.mark.parametrize(
    "fps, shown_fps",
    [(30, 60), (25, 50), (24, 60), (25, 30), (24, 30), (15, 60), (30, 120), (20, 30), (50, 60)],
)
def test_the_rate_is_that_of_distinct_pictures(tmp_path, fps, shown_fps):
    path = filled(tmp_path / "run.mp4", fps, shown_fps)
    times, clip = read(path)
    assert clip.fps == clip.capture_fps == pytest.approx(fps, rel=0.02)
    assert len(times) == clip.frames == pytest.approx(fps * SECONDS, abs=2)
    assert clip.duration_s == pytest.approx(SECONDS, abs=2.5 / fps)
    assert [warning.code for warning in clip.warnings] == ["repeated_frames"]
    assert f"Of {shown_fps} frames a second only" in clip.warnings[0].message
    assert describe(path).fps == clip.fps


@pytest.mark.parametrize("fps, shown_fps", [(30, 60), (24, 60), (25, 30)])
def test_each_picture_has_its_own_time_to_within_half_a_slot(tmp_path, fps, shown_fps):
    times, _ = read(filled(tmp_path / "run.mp4", fps, shown_fps))
    due = np.arange(len(times)) / fps
    assert np.abs(times - due).max() <= 0.51 / shown_fps
    assert np.abs(times - due)[5:-5].max() < 0.15 / shown_fps + 0.001


@pytest.mark.parametrize(
    "codec, options, clock",
    [
        ("libx264", {"crf": "34"}, Fraction(1, 90_000)),
        ("libx264", {"crf": "38", "preset": "ultrafast"}, Fraction(1, 90_000)),
        ("libx264", {"bf": "3", "crf": "30"}, Fraction(1, 90_000)),
        ("mpeg4", {"b": "800k"}, Fraction(1, 60)),
        ("mjpeg", {}, Fraction(1, 60)),
        ("libvpx-vp9", {"cpu-used": "8", "deadline": "realtime", "crf": "40"}, Fraction(1, 1000)),
    ],
)
def test_repeats_are_found_however_they_are_coded(tmp_path, codec, options, clock):
    path = filled(tmp_path / "run.mkv", 30, 60, codec=codec, options=options, clock=clock)
    assert read(path)[1].fps == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize("options", [{}, {"crf": "42"}, {"crf": "45", "preset": "ultrafast"}], ids=str)
def test_no_picture_of_a_running_person_is_taken_for_a_repeat(tmp_path, options):
    path = recoded(tmp_path / "run.mp4", SOURCE, until_s=SECONDS, options=options)
    plain, clip = read(path)
    wanted = np.array([frame.time for frame in FrameReader(SOURCE) if frame.time < SECONDS])
    np.testing.assert_allclose(plain, wanted, atol=0.001)
    assert not clip.warnings


def test_a_still_clip_is_not_one_of_repeats(tmp_path):
    """Where nothing moves no picture can be told from a repeat."""
    path = recoded(tmp_path / "still.mp4", SOURCE, keep=np.full(90, 0.5) + np.arange(90) * 1e-9, fps=30)
    times, clip = read(path)
    assert len(times) == 90 and clip.fps == pytest.approx(30, rel=0.001) and not clip.warnings


def test_a_runner_who_waits_before_running_is_not_one_of_repeats(tmp_path):
    keep = np.concatenate([np.zeros(60), np.arange(0, SECONDS, 1 / 60)])
    times, clip = read(recoded(tmp_path / "wait.mp4", SOURCE, keep=keep, fps=60))
    assert len(times) == len(keep) and not clip.warnings


def test_waiting_does_not_hide_that_the_run_is_one_of_repeats(tmp_path):
    run = np.repeat(np.arange(0, SECONDS, 1 / 30), 2)
    times, clip = read(
        recoded(tmp_path / "wait.mp4", SOURCE, keep=np.concatenate([np.zeros(300), run]), fps=60)
    )
    assert clip.fps == pytest.approx(30, rel=0.02) and np.median(np.diff(times)) == pytest.approx(
        1 / 30, rel=0.02
    )


def test_a_hiccup_is_left_as_it_is(tmp_path):
    keep = np.arange(0, SECONDS, 1 / 60)
    keep[40] = keep[39]
    times, clip = read(recoded(tmp_path / "run.mp4", SOURCE, keep=keep, fps=60))
    assert len(times) == pytest.approx(len(keep), abs=1) and not clip.warnings


def test_repeats_do_not_unlock_what_needs_more_frames(tmp_path):
    clip = describe(filled(tmp_path / "run.mp4", 30, 60))
    locked = [metric.id for metric in METRICS.values() if not reaches(clip.capture_fps, metric.min_fps)]
    assert locked == ["stride_variability", "leg_stiffness"]


def test_pictures_are_found_again_by_their_times(tmp_path):
    reader = FrameReader(filled(tmp_path / "run.mp4", 24, 60))
    frames = list(reader)
    again = list(reader.at([frames[7].time, frames[20].time]))
    assert [frame.time for frame in again] == [frames[7].time, frames[20].time]
    np.testing.assert_array_equal(again[1].image, frames[20].image)


@pytest.mark.parametrize(("fps", "shown_fps"), [(30, 60), (60, 60)])
def test_a_clip_described_before_is_read_alike(tmp_path, fps, shown_fps):
    path = filled(tmp_path / "clip.mkv", fps, shown_fps)
    times, clip = read(path)
    again = FrameReader(path, known=clip)
    assert np.array([frame.time for frame in again]) == pytest.approx(times)
    assert again.clip == clip


def test_a_change_counts_against_both_sides():
    moving, still = np.full(40, 50.0), np.full(40, 0.5)
    assert not repeats(np.concatenate([still, moving, still])).any()
    assert not repeats(np.concatenate([still, [200.0], still])).any(), "one cut between two still scenes"
    assert repeats(np.tile([50.0, 1.0], 40))[1:-10:2].all()
    assert not repeats(np.tile([50.0, 1.0], 40))[::2].any()


def test_even_times_stay_and_rounded_ones_are_evened():
    even = np.arange(50) / 30
    np.testing.assert_array_equal(evened(even, 1 / 60), even)
    rounded = np.round(np.arange(100) / 24 * 60) / 60
    assert np.abs(evened(rounded, 1 / 60) - np.arange(100) / 24).max() <= 0.51 / 60
    assert np.abs(np.diff(evened(rounded, 1 / 60))[10:-10] - 1 / 24).max() < 0.002
    paused = np.concatenate([even, 5 + even])
    assert np.abs(evened(paused, 1 / 60) - paused).max() <= 1e-9
