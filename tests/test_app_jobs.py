"""Work in processes: looking, failing in words, being cancelled, telling how far it is."""

from __future__ import annotations

import errno
import signal
import time
from dataclasses import replace

import numpy as np
import pytest
from pebble import ProcessExpired

import builders
from formcheck.errors import UnreadableInput
from formcheck.types import Warn
from formcheck.ui.clips import ClipStore
from formcheck.ui.jobs import JobBoard
from formcheck.ui.leftovers import PROGRESS_FILE
from formcheck.ui.work import Ask, as_filmed, latest_note, named, teller, words_of
from formcheck.video import VideoWriter


@pytest.fixture(scope="module")
def board():
    made = JobBoard(workers=1)
    yield made
    made.close()


@pytest.fixture
def held(tmp_path):
    return ClipStore(tmp_path).new()


def finished(job, seconds=60.0):
    """Wait for a job, and return it."""
    end = time.monotonic() + seconds
    while job.running:
        assert time.monotonic() < end, "the job does not end"
        time.sleep(0.02)
    return job


def empty_room(path, seconds=2.0, fps=30):
    """Write a clip of a room without anybody."""
    with VideoWriter(path, (320, 240)) as writer:
        for k in range(int(seconds * fps)):
            writer.write(np.full((240, 320, 3), 120, np.uint8), k / fps)


def test_a_look_describes_the_clip_and_says_that_nobody_is_there(board, held):
    empty_room(held.video.with_suffix(".mp4"))
    held.video.with_suffix(".mp4").rename(held.video)
    look = finished(board.look(held, Ask("room.mp4"))).result
    assert look.clip.name == "room.mp4"
    assert (look.clip.width, look.clip.height, look.clip.frames) == (320, 240, 60)
    assert look.scene.refusal.code == "no_person"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just some words\n" * 100,
        b"ffconcat version 1.0\nfile other.mp4\n",
        b"#EXTM3U\n#EXTINF:1,\nother.ts\n",
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence_with_the_visitors_name(board, held, content):
    held.video.write_bytes(content)
    words = finished(board.look(held, Ask("holiday.mp4"))).failure
    assert words is not None and "holiday.mp4" in words
    assert held.token not in words and "Traceback" not in words


def test_one_clip_has_one_look_at_a_time(board, held):
    held.video.write_bytes(b"x")
    assert board.look(held, Ask("a")) is board.look(held, Ask("a"))


def test_a_forgotten_job_is_gone(board, held):
    held.video.write_bytes(b"x")
    board.look(held, Ask("a"))
    board.forget(held.token)
    assert board.find(held.token, "look") is None


def test_progress_is_told_across_processes(tmp_path):
    assert latest_note(tmp_path / PROGRESS_FILE) is None
    tell = teller(tmp_path / PROGRESS_FILE)
    tell("Following the runner", 0.25)
    note = latest_note(tmp_path / PROGRESS_FILE)
    assert (note.stage, note.share) == ("Following the runner", 0.25)


def test_our_own_refusals_are_told_as_they_are_and_surprises_without_inner_details():
    assert words_of(UnreadableInput("It is empty.")) == "It is empty."
    assert "division" not in words_of(ZeroDivisionError("division by zero"))
    assert "longer than is allowed" in words_of(TimeoutError())
    assert "disk" in words_of(OSError(errno.ENOSPC, "No space left on device"))


def test_a_worker_that_the_system_ended_is_not_called_our_fault():
    ended = ProcessExpired("killed")
    ended.exitcode = -signal.SIGKILL
    assert "memory" in words_of(ended) and "our fault" not in words_of(ended)


def test_a_full_disk_does_not_stop_a_job_for_want_of_a_progress_bar(tmp_path):
    teller(tmp_path / "gone" / PROGRESS_FILE)("Following the runner", 0.5)
    assert latest_note(tmp_path / "gone" / PROGRESS_FILE) is None


def test_a_sentence_names_the_clip_as_the_visitor_does():
    assert named("clip is empty.", "/tmp/secret/clip", "run.mp4") == "run.mp4 is empty."


@pytest.mark.parametrize(
    ("fps", "kept"), [(30.0, ["low_frame_rate", "small_runner"]), (60.0, ["small_runner"])]
)
def test_a_look_at_some_of_the_frames_blames_only_a_slow_camera(fps, kept):
    made = builders.analysis()
    scene = replace(made.scene, warnings=(Warn("low_frame_rate", "Few."), Warn("small_runner", "Small.")))
    told = as_filmed(scene, replace(made.clip, fps=fps, capture_fps=fps))
    assert [each.code for each in told.warnings] == kept
