"""Video in with its real times, whatever made it; video out that plays in a browser."""

import gc
from fractions import Fraction
from itertools import islice

import av
import numpy as np
import pytest

from formcheck.errors import CannotWrite
from formcheck.video import FrameReader, VideoWriter, describe
from movies import SIZE, even, index_first, movie, picture, turned

UNEVEN = np.cumsum([0.0, *np.tile([0.033, 0.034, 0.050, 0.021], 8)])


def read(path, **options):
    """Return (frames, clip as known at the end)."""
    reader = FrameReader(path, **options)
    return list(reader), reader.clip


def red_corner(image):
    """Return which corner is red: (right, bottom)."""
    red = image[..., 0].astype(int) - image[..., 1] > 80
    row, column = np.argwhere(red).mean(axis=0)
    return column > image.shape[1] / 2, row > image.shape[0] / 2


@pytest.mark.parametrize(
    "name, codec, pixels",
    [
        ("phone.mp4", "libx264", "yuv420p"),
        ("hdr.mov", "libx265", "yuv420p10le"),
        ("web.webm", "libvpx-vp9", "yuv420p"),
        ("new.mkv", "libsvtav1", "yuv420p"),
        ("camera.avi", "mjpeg", "yuvj420p"),
        ("old.mp4", "mpeg4", "yuv420p"),
    ],
)
def test_what_phones_cameras_and_programs_write_is_read(tmp_path, name, codec, pixels):
    clock = Fraction(1, 30) if codec in ("mjpeg", "mpeg4") else Fraction(1, 90_000)
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = movie(tmp_path / name, even(20), codec=codec, pixels=pixels, clock=clock, options=options)
    frames, clip = read(path)
    assert len(frames) == clip.frames == 20 and not clip.warnings
    np.testing.assert_allclose([frame.time for frame in frames], even(20), atol=0.0011)
    assert clip.fps == pytest.approx(30, rel=0.04) and not clip.variable_frame_rate
    assert np.abs(frames[10].image[60:, 80:].mean() - picture(10)[60:, 80:].mean()) < 6
    assert red_corner(frames[10].image) == (False, False)


def test_uneven_times_are_kept_to_the_millisecond(tmp_path):
    frames, clip = read(movie(tmp_path / "uneven.mp4", UNEVEN))
    np.testing.assert_allclose([frame.time for frame in frames], UNEVEN, atol=0.001)
    assert clip.variable_frame_rate


def test_a_gap_stays_a_gap(tmp_path):
    times = np.concatenate([even(15), 0.6 + 14 / 30 + even(15)])
    frames, clip = read(movie(tmp_path / "gap.mp4", times))
    assert np.diff([frame.time for frame in frames]).max() == pytest.approx(0.6, abs=0.002)
    assert clip.fps == pytest.approx(30, rel=0.01)


def test_the_first_picture_is_time_zero(tmp_path):
    frames, clip = read(movie(tmp_path / "late.mkv", 10 + even(20)))
    assert frames[0].time == 0 and clip.duration_s == pytest.approx(20 / 30, abs=0.01)


@pytest.mark.parametrize("degrees, corner", [(90, (True, False)), (180, (True, True)), (270, (False, True))])
def test_pictures_come_upright(tmp_path, degrees, corner):
    frames, clip = read(turned(movie(tmp_path / "phone.mp4", even(5)), degrees))
    wanted = SIZE if degrees == 180 else SIZE[::-1]
    assert (clip.width, clip.height) == wanted and frames[0].image.shape == (*wanted[::-1], 3)
    assert red_corner(frames[0].image) == corner
    assert clip.rotation % 180 == degrees % 180 and clip.rotation


def test_the_phones_own_word_on_slow_motion_counts_unless_the_runner_says_otherwise(tmp_path):
    path = movie(tmp_path / "slow.mp4", even(20), tags={"com.android.capture.fps": "240.0"})
    assert describe(path).slow_motion_factor == pytest.approx(8, rel=0.01)
    assert describe(path, capture_fps=120).slow_motion_factor == pytest.approx(4, rel=0.01)
    assert describe(path).capture_source == "tag" and describe(path, capture_fps=120).capture_source == "user"
    plain = movie(tmp_path / "plain.mp4", even(20), tags={"com.android.capture.fps": "fast"})
    assert describe(plain).slow_motion_factor == 1 and describe(plain).capture_source == "file"


def test_a_raw_stream_without_times_is_read_with_a_word_about_it(tmp_path):
    frames, clip = read(movie(tmp_path / "raw.h264", even(20)))
    assert (
        len(frames) >= 19 and "no_times" in [warning.code for warning in clip.warnings] or not clip.warnings
    )
    assert np.all(np.diff([frame.time for frame in frames]) > 0)


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_a_file_cut_short_is_read_as_far_as_it_goes_and_says_so(tmp_path, keep):
    whole = index_first(tmp_path / "whole.mp4", movie(tmp_path / "made.mp4", even(120), options={"bf": "0"}))
    data = whole.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: int(keep * len(data))])
    frames, clip = read(tmp_path / "cut.mp4")
    assert 5 < len(frames) < 120 and clip.frames == len(frames)
    assert [warning.code for warning in clip.warnings] == ["truncated"]


def test_what_a_phones_trim_hides_is_not_called_damaged(tmp_path):
    made = movie(tmp_path / "made.mp4", even(90), options={"g": "90", "bf": "0"})
    frames, clip = read(index_first(tmp_path / "trimmed.mp4", made, from_s=1.0))
    assert not clip.warnings and 58 <= len(frames) <= 62


def test_flipped_bytes_never_turn_time_back(tmp_path):
    path = movie(tmp_path / "whole.mp4", even(120))
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 600
    for place in np.random.default_rng(0).integers(start, len(data) - 4000, 30):
        data[place] ^= 0xFF
    (tmp_path / "hurt.mp4").write_bytes(bytes(data))
    frames, clip = read(tmp_path / "hurt.mp4")
    assert len(frames) > 0 and np.all(np.diff([frame.time for frame in frames]) > 0)


def test_a_clip_can_be_gone_through_twice(tmp_path):
    reader = FrameReader(movie(tmp_path / "run.mp4", even(10)))
    assert len(list(islice(reader, 3))) == 3
    assert len(list(reader)) == len(list(reader)) == 10


def test_tall_pictures_are_scaled_while_decoding(tmp_path):
    frames, clip = read(movie(tmp_path / "run.mp4", even(5)), max_height=48)
    assert frames[0].image.shape == (48, 80, 3) and (clip.width, clip.height) == SIZE


# Video out.


def written(path, times, size=SIZE):
    """Write a clip with our own writer."""
    with VideoWriter(path, size) as writer:
        for index, time in enumerate(times):
            writer.write(picture(index, size), float(time))
    return path


def test_what_is_written_plays_in_a_browser(tmp_path):
    path = written(tmp_path / "out.mp4", even(20))
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.format.name) == ("h264", "yuv420p")
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    frames, _ = read(path)
    assert np.abs(frames[5].image.astype(int) - picture(5)).mean() < 4


def test_what_is_written_keeps_its_times(tmp_path):
    frames, _ = read(written(tmp_path / "out.mp4", UNEVEN))
    np.testing.assert_allclose([frame.time for frame in frames], UNEVEN, atol=2e-5)


def test_odd_sizes_can_be_written(tmp_path):
    frames, _ = read(written(tmp_path / "out.mp4", even(3), size=(161, 97)))
    assert frames[0].image.shape == (98, 162, 3)


def test_a_video_that_fails_half_way_is_not_there(tmp_path):
    with pytest.raises(RuntimeError), VideoWriter(tmp_path / "out.mp4", SIZE) as writer:
        writer.write(picture(0), 0.0)
        raise RuntimeError("stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotWrite, match="Choose another folder"):
        written(tmp_path / "taken" / "out.mp4", even(2))


def test_decoded_frames_are_freed_without_the_garbage_collector(tmp_path):
    reader = FrameReader(movie(tmp_path / "run.mp4", even(60)))
    gc.collect()
    gc.disable()
    try:
        shown = sum(1 for _ in reader)
        kept = sum(isinstance(each, av.VideoFrame) for each in gc.get_objects())
    finally:
        gc.enable()
    assert shown == 60 and kept < 5
