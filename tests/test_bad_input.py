"""Files and moments that go wrong: one sentence, the right exit code, nothing half-written."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from formcheck.cli.main import run
from formcheck.errors import MissingLibrary
from formcheck.files.atomic import folder_atomically
from movies import even, index_first, movie, sound
from terminals import Said, ended, formcheck, has_open, once, started

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


def text(path):
    path.write_text("These are my best times.\n" * 50)


def picture(path):
    import cv2

    path.write_bytes(cv2.imencode(".png", np.full((64, 64, 3), 90, np.uint8))[1].tobytes())


def noise(path):
    path.write_bytes(np.random.default_rng(1).bytes(300_000))


def playlist(path):
    movie(path.with_name("victim.mp4"), even(30))
    path.write_text("ffconcat version 1.0\nfile victim.mp4\n")


def huge(path):
    made = path.with_suffix(".avi")
    movie(made, even(1), codec="mjpeg", pixels="yuvj420p", size=(8192, 4320), clock=Fraction(1, 30))
    made.rename(path)


def header_alone(path):
    whole = movie(path.with_name("whole.mkv"), even(30))
    path.write_bytes(whole.read_bytes()[:300])


@pytest.mark.parametrize("as_json", [False, True], ids=["table", "json"])
@pytest.mark.parametrize(
    "make, word",
    [
        (lambda path: path.touch(), "is empty"),
        (text, "cannot be read as a video"),
        (picture, "cannot be read as a video"),
        (sound, "sound but no picture"),
        (playlist, "cannot be read as a video"),
        (noise, "cannot be read as a video"),
        (header_alone, "cannot be read as a video"),
        (huge, "8192x4320"),
        (lambda path: path.mkdir(), "formcheck batch"),
        (lambda path: None, "no file"),
    ],
    ids=["empty", "text", "picture", "sound", "playlist", "noise", "header", "huge", "folder", "missing"],
)  # fmt: skip
def test_what_cannot_be_read_is_four_and_one_sentence(capfd, tmp_path, make, word, as_json):
    path = tmp_path / "run.mp4"
    make(path)
    said = formcheck(capfd, "analyze", path, "-o", tmp_path / "out", *(["--json"] if as_json else []))
    assert said.code == 4 and not said.out
    assert len(said.sentences) == 1 and word in said.err and "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_a_single_picture_of_video_is_refused_with_a_reason(capfd, tmp_path):
    said = formcheck(capfd, "analyze", movie(tmp_path / "run.mp4", even(1)), "-o", tmp_path / "out")
    assert said.code == 3 and "Not measured" in said.out and not said.sentences


def test_a_clip_cut_short_is_taken_as_far_as_it_goes(capfd, tmp_path):
    whole = index_first(tmp_path / "whole.mp4", movie(tmp_path / "made.mp4", even(120)))
    (tmp_path / "run.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    said = formcheck(capfd, "analyze", tmp_path / "run.mp4", "-o", tmp_path / "out")
    assert said.code == 3 and "cut short" in " ".join(said.out.split())


def without_roots_eye() -> list[str]:
    """Return what to put before a command so that permissions hold even for root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("permissions do not bind root here, and setpriv is not on this machine")
    less = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={less}", f"--inh-caps={less}"]


@posix
def test_a_file_that_may_not_be_read_is_four(tmp_path):
    before = without_roots_eye()
    path = movie(tmp_path / "run.mp4", even(5))
    path.chmod(0)
    said = ended(started("analyze", path, "-o", tmp_path / "out", before=before))
    assert said.code == 4 and len(said.sentences) == 1 and "permissions" in said.err


@posix
def test_a_folder_that_may_not_be_written_to_is_four(tmp_path):
    before = without_roots_eye()
    path = movie(tmp_path / "run.mp4", even(5))
    (tmp_path / "out").mkdir(mode=0o555)
    said = ended(started("analyze", path, "-o", tmp_path / "out", before=before))
    assert said.code == 4 and len(said.sentences) == 1 and "another folder" in said.err


def test_a_file_in_the_place_of_the_results_folder_is_four(capfd, tmp_path):
    path = movie(tmp_path / "run.mp4", even(5))
    (tmp_path / "out").write_text("mine")
    said = formcheck(capfd, "analyze", path, "-o", tmp_path / "out")
    assert said.code == 4 and len(said.sentences) == 1 and (tmp_path / "out").read_text() == "mine"


@posix
def test_no_room_for_the_results_is_four_and_leaves_nothing(tmp_path):
    path = movie(tmp_path / "run.mp4", even(5))

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))  # less than any analysis.json

    said = ended(started("analyze", path, "-o", tmp_path / "out", preexec_fn=little_room))
    assert said.code == 4 and len(said.sentences) == 1 and "disk is full" in said.err
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 KB, where this machine lets tests have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def older_result(folder):
    """Write a small result as FormCheck does."""
    with folder_atomically(folder) as new:
        new.add("analysis.json").write_text("older")
    return folder


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs")
def test_a_full_disk_is_four_and_keeps_what_was_there(capfd, tmp_path, small_disk):
    older_result(small_disk / "run")
    (small_disk / "ballast").write_bytes(bytes(50_000))
    path = movie(tmp_path / "run.mp4", even(5))
    said = formcheck(capfd, "analyze", path, "-o", small_disk)
    assert said.code == 4 and len(said.sentences) == 1 and "disk is full" in said.err
    assert (small_disk / "run" / "analysis.json").read_text() == "older"
    assert sorted(each.name for each in small_disk.iterdir()) == ["ballast", "run"]


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    """Two minutes that nobody runs in."""
    return movie(tmp_path_factory.mktemp("long") / "run.mp4", even(3600), options={"preset": "ultrafast"})


@posix
@pytest.mark.parametrize(
    "sign, code, told", [(signal.SIGINT, 130, [True]), (signal.SIGKILL, -9, [])], ids=["Ctrl-C", "kill -9"]
)
def test_stopped_half_way_keeps_the_older_result_and_leaves_none_that_looks_whole(
    tmp_path, long_clip, sign, code, told
):
    older = older_result(tmp_path / "run")
    process = started("analyze", long_clip, "-o", tmp_path)
    once(lambda: has_open(process, long_clip), process)
    process.send_signal(sign)
    said = ended(process)
    assert said.code == code and not said.out and "Traceback" not in said.err
    assert ["stopped" in sentence for sentence in said.sentences] == told
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith(".")] == ["run"]
    assert (older / "analysis.json").read_text() == "older"


@posix
def test_a_closed_pipe_is_no_drama(tmp_path):
    path = movie(tmp_path / "run.mp4", even(5))
    process = started("analyze", path, "-o", tmp_path / "out", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.wait()
    assert "Traceback" not in err and (tmp_path / "out" / "run" / "analysis.json").exists()


def test_ctrl_c_while_a_library_loads_is_still_ctrl_c(capfd, monkeypatch, tmp_path):
    """ONNX Runtime turns it into "initialization failed", which sounds as if it were not installed."""

    def stopped(*_, **__):
        try:
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as pressed:
                raise ImportError("initialization failed") from pressed
        except ImportError as error:
            raise MissingLibrary.because("ONNX Runtime", error) from error

    monkeypatch.setattr("formcheck.pipeline.analyze", stopped)
    code = run(["analyze", str(tmp_path / "run.mp4")])
    said = Said(code, *capfd.readouterr())
    assert said.code == 130 and len(said.sentences) == 1 and "stopped" in said.err


def test_too_little_memory_is_a_sentence(capfd, monkeypatch, tmp_path):
    def greedy(*_, **__):
        raise MemoryError

    monkeypatch.setattr("formcheck.pipeline.analyze", greedy)
    code = run(["analyze", str(tmp_path / "run.mp4")])
    said = Said(code, *capfd.readouterr())
    assert said.code == 4 and len(said.sentences) == 1 and "memory" in said.err
