"""Live: where pictures come from, only the newest counts, and cameras that go and come back."""

from __future__ import annotations

import time

import numpy as np
import pytest

from formcheck.errors import UnreadableInput, UsageError
from formcheck.live.push import Pushed, decoded
from formcheck.live.reader import SourceReader
from formcheck.live.sources import File, LocalCamera, open_source
from formcheck.live.sources import NetworkCamera as Source
from formcheck.types import Frame
from live_sources import Broken, NetworkCamera, clip, free_port, pictures, until

QUICK = (0.02,)  # back-off


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return clip(tmp_path_factory.mktemp("live") / "grey.mp4", pictures(45))


def test_a_source_is_what_its_text_says(file):
    assert isinstance(open_source("0"), LocalCamera)
    assert isinstance(open_source("rtsp://10.0.0.5:8554/cam"), Source)
    assert isinstance(open_source(str(file)), File)


@pytest.mark.parametrize("text", ["ftp://example.org/x", "file:///etc/passwd", "", "concat:a|b://c"])
def test_what_is_no_source_is_refused_with_a_way_out(text):
    with pytest.raises(UsageError, match="camera's number"):
        open_source(text)


def test_a_page_may_not_name_files(file):
    with pytest.raises(UsageError):
        open_source(str(file), files=False)


def test_a_missing_file_is_said_to_be_missing():
    with pytest.raises(UnreadableInput, match="There is no file"):
        open_source("nowhere.mp4")


def test_a_password_is_not_repeated():
    assert "secret" not in open_source("rtsp://anna:secret@10.0.0.5/cam").name


def test_a_network_camera_is_named_with_its_port():
    assert open_source("rtsp://anna:secret@10.0.0.5:8554/cam?key=1").name == "rtsp://10.0.0.5:8554/cam"


def test_a_file_is_played_by_its_own_clock(file):
    times = np.array([frame.time for frame in File(file).frames(lambda: False)])
    assert np.diff(times) == pytest.approx(np.full(44, 1 / 30), abs=1e-3)
    assert time.monotonic() >= times[-1]  # no picture came before its time


def test_a_file_goes_round_without_time_standing_still(file):
    source = File(file, speed=np.inf, times=3)
    times = np.array([frame.time for frame in source.frames(lambda: False)])
    assert len(times) == 135
    assert np.diff(times) == pytest.approx(np.full(134, 1 / 30), abs=2e-3)


def test_a_slow_viewer_gets_the_newest_picture_and_the_rest_is_counted(file):
    reader = SourceReader(File(file))
    reader.start()
    taken = []
    while not reader.over:
        frame = reader.newest.take(0.5)
        if frame is not None:
            taken.append(frame.time)
            time.sleep(0.15)
    last = reader.newest.take(0.0)
    assert reader.frames == 45
    assert len(taken) + (last is not None) + reader.dropped == 45
    assert reader.dropped > 20
    assert reader.rate.hz == pytest.approx(30, rel=0.02)  # of the camera, whatever the viewer manages


def test_a_patient_reader_leaves_nothing_out(file):
    reader = SourceReader(File(file, speed=np.inf), patient=True)
    reader.start()
    taken = 0
    while not (reader.over and reader.newest._frame is None):
        taken += reader.newest.take(0.2) is not None
    assert (taken, reader.dropped) == (45, 0)


def test_a_camera_that_goes_and_comes_back():
    away = UnreadableInput("There is no camera 0.")
    source = Broken(pictures(20), away, away, pictures(200))
    states = []
    reader = SourceReader(source, back_off=QUICK, taps=[lambda _: states.append(reader.connection.state)])
    reader.start()
    until(lambda: reader.connection.state == "lost")
    assert "trying again" in reader.connection.words
    until(lambda: reader.frames > 60)
    assert reader.connection.state == "connected"
    assert source.opened >= 4 and reader.error is None
    reader.stop()


def test_a_camera_that_was_never_there_is_said_at_once():
    reader = SourceReader(Broken(UnreadableInput("There is no camera 0.")), back_off=QUICK)
    reader.start()
    until(lambda: reader.over)
    assert reader.connection.state == "failed"
    assert isinstance(reader.error, UnreadableInput)


def test_a_camera_without_a_picture_is_said_to_have_none():
    reader = SourceReader(Broken([]), back_off=QUICK)
    reader.start()
    until(lambda: reader.over)
    assert "no picture" in str(reader.error)


def test_a_driver_that_crashes_does_not_end_the_session():
    reader = SourceReader(Broken(pictures(5), RuntimeError("driver"), pictures(500)), back_off=QUICK)
    reader.start()
    until(lambda: reader.frames > 20)
    reader.stop()


# --- a network camera, for real ----------------------------------------------------------


def test_a_network_camera_unplugged_and_back():
    camera = NetworkCamera(pictures(30, (320, 240)))
    camera.plug_in()
    reader = SourceReader(open_source(camera.url), back_off=(0.1,))
    reader.start()
    until(lambda: reader.frames > 15)
    assert reader.newest.take(1.0).image.shape == (240, 320, 3)
    camera.unplug()
    until(lambda: reader.connection.state == "lost")
    before = reader.frames
    camera.plug_in()
    until(lambda: reader.frames > before + 15)
    assert reader.connection.state == "connected"
    reader.stop()
    camera.unplug()


def test_its_pictures_are_stamped_when_they_come():
    with NetworkCamera(pictures(30, (320, 240)), fps=8) as camera:
        seen = []
        for frame in open_source(camera.url).frames(lambda: len(seen) >= 12):
            seen.append((frame.time, time.monotonic()))
        stamps, now = np.array(seen).T
    assert np.all(stamps <= now)
    assert np.median(np.diff(stamps)) == pytest.approx(1 / 8, rel=0.4)


def test_wrong_addresses_are_told_apart():
    with NetworkCamera(pictures(3)) as camera, pytest.raises(UnreadableInput, match="not found there"):
        next(open_source(camera.url + "/wrong").frames(lambda: False))
    with pytest.raises(UnreadableInput, match="does not answer"):
        next(open_source(f"http://127.0.0.1:{free_port()}/video").frames(lambda: False))
    with pytest.raises(UnreadableInput, match="does not answer"):
        next(open_source(f"rtsp://127.0.0.1:{free_port()}/cam").frames(lambda: False))


def test_a_camera_number_that_does_not_exist():
    with pytest.raises(UnreadableInput, match="no camera 97"):
        next(open_source("97").frames(lambda: False))


# --- what browsers send ------------------------------------------------------------------


def test_only_pictures_are_taken_from_a_browser():
    good = NetworkCamera(pictures(1)).jpegs[0]
    assert decoded(good).shape == (120, 160, 3)
    bomb = bytearray(good)
    at = bomb.index(b"\xff\xc0") + 5  # height and width in the frame header
    bomb[at : at + 4] = b"\xff\xff\xff\xff"
    for wrong in (b"", b"GIF89a", good[:40], bytes(bomb), b"\x89PNG\r\n\x1a\n" + b"0" * 100):
        with pytest.raises(UnreadableInput):
            decoded(wrong)


def test_the_newest_pushed_picture_wins():
    source = Pushed()
    jpegs = NetworkCamera(pictures(5)).jpegs
    for index, jpeg in enumerate(jpegs):
        source.push(jpeg, index / 30)
    frame = next(source.frames(lambda: False))
    assert isinstance(frame, Frame)
    assert frame.image.mean() == pytest.approx(48, abs=1)
    source.close()
    assert list(source.frames(lambda: False)) == []
