"""Pictures come as a player shows them: the right track, square pixels, upright, in order, of one size."""

from fractions import Fraction

import av
import numpy as np
import pytest

from clips import side_runner
from formcheck.errors import UnreadableInput
from formcheck.pose.shots import Shots
from formcheck.video import FrameReader, describe
from movies import CLOCK, SIZE, even, movie, picture, recoded, shown_by

WHOLE = Fraction(1, 30)
# the corner in which the red patch of `movies.picture` (top left as stored) is shown: (right, bottom)
MATRICES = {
    "as it is": ((1, 0, 0, 1), (False, False)),
    "mirrored": ((-1, 0, 0, 1), (True, False)),
    "upside down and mirrored": ((1, 0, 0, -1), (False, True)),
    "half a turn": ((-1, 0, 0, -1), (True, True)),
    "a quarter turn": ((0, 1, -1, 0), (True, False)),
    "three quarter turns": ((0, -1, 1, 0), (False, True)),
    "about the diagonal": ((0, 1, 1, 0), (False, False)),
    "about the other diagonal": ((0, -1, -1, 0), (True, True)),
}


def read(path, **options):
    """Return (frames, clip as known at the end)."""
    reader = FrameReader(path, **options)
    return list(reader), reader.clip


def red_corner(image):
    """Return which corner is red: (right, bottom)."""
    row, column = np.argwhere(image[..., 0].astype(int) - image[..., 1] > 80).mean(axis=0)
    return column > image.shape[1] / 2, row > image.shape[0] / 2


@pytest.mark.parametrize("case", MATRICES)
def test_every_turn_and_mirror_of_the_display_matrix_is_followed(tmp_path, case):
    matrix, corner = MATRICES[case]
    frames, clip = read(shown_by(movie(tmp_path / "run.mp4", even(3)), *matrix))
    size = SIZE if matrix[0] else SIZE[::-1]
    assert (clip.width, clip.height) == size and frames[0].image.shape == (*size[::-1], 3)
    assert red_corner(frames[0].image) == corner


def test_a_mirror_mirrors_every_pixel_and_nothing_else(tmp_path):
    plain = movie(tmp_path / "run.mp4", even(2))
    straight, _ = read(plain)
    mirrored, _ = read(shown_by(plain, -1, 0, 0, 1))
    np.testing.assert_array_equal(mirrored[0].image, straight[0].image[:, ::-1])


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_the_scale_of_a_display_matrix_is_no_turn(tmp_path, scale):
    frames, _ = read(shown_by(movie(tmp_path / "run.mp4", even(2)), 0, scale, -scale, 0))
    assert red_corner(frames[0].image) == (True, False)


def test_a_display_matrix_of_zeros_is_not_followed(tmp_path):
    frames, clip = read(shown_by(movie(tmp_path / "run.mp4", even(2)), 0, 0, 0, 0))
    assert (clip.width, clip.height) == SIZE and red_corner(frames[0].image) == (False, False)


@pytest.mark.parametrize("degrees", [10, 45, 100, -170])
def test_a_picture_shown_at_an_angle_is_refused_with_the_angle(tmp_path, degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    with pytest.raises(UnreadableInput, match=f"turned by {degrees}°"):
        describe(shown_by(movie(tmp_path / "run.mp4", even(2)), cos, sin, -sin, cos))


@pytest.mark.parametrize("degrees", [0.3, 90.4])
def test_a_quarter_turn_that_is_rounded_is_followed(tmp_path, degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    frames, _ = read(shown_by(movie(tmp_path / "run.mp4", even(2)), cos, sin, -sin, cos))
    assert red_corner(frames[0].image) == (degrees > 45, False)


def squeezed(path, aspect, *, pasp=None):
    """Write a clip with pixels of this aspect, and another one in the container where `pasp` says so."""
    recoded(path, movie(path.with_name("plain.mp4"), even(5)), aspect=aspect)
    if pasp:
        data = bytearray(path.read_bytes())
        place = data.index(b"pasp") + 4
        data[place : place + 8] = b"".join(value.to_bytes(4, "big") for value in pasp)
        path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("name", ["run.mp4", "run.mov", "run.mkv", "run.ts", "run.avi"])
@pytest.mark.parametrize("aspect", [Fraction(4, 3), Fraction(8, 9), Fraction(64, 45), Fraction(2)])
def test_pixels_come_square_whatever_shape_they_are_stored_in(tmp_path, name, aspect):
    clock = WHOLE if name.endswith(".avi") else CLOCK
    plain = movie(tmp_path / "plain.mp4", even(5))
    frames, clip = read(recoded(tmp_path / name, plain, aspect=aspect, clock=clock))
    width = round(SIZE[0] * aspect)
    assert (clip.width, clip.height) == (width, SIZE[1]) and frames[0].image.shape == (SIZE[1], width, 3)
    assert red_corner(frames[0].image) == (False, False)


def test_the_shape_of_pixels_turns_with_the_picture(tmp_path):
    path = shown_by(squeezed(tmp_path / "run.mp4", Fraction(3, 2)), 0, 1, -1, 0)
    frames, clip = read(path)
    assert (clip.width, clip.height) == (96, 240) and frames[0].image.shape == (240, 96, 3)
    assert red_corner(frames[0].image) == (True, False)


def test_the_container_knows_the_shape_of_pixels_better_than_the_codec(tmp_path):
    assert describe(squeezed(tmp_path / "run.mp4", Fraction(3, 2), pasp=(2, 1))).width == 320


def test_a_shape_of_pixels_that_cannot_be_is_not_followed(tmp_path):
    assert describe(squeezed(tmp_path / "run.mp4", Fraction(3, 2), pasp=(100, 1))).width == SIZE[0]


def test_a_squeezed_picture_is_scaled_to_the_height_asked_for(tmp_path):
    frames, clip = read(squeezed(tmp_path / "run.mp4", Fraction(3, 2)), max_height=48)
    assert (clip.width, clip.height) == (240, 96) and frames[0].image.shape == (48, 120, 3)


def with_tracks(path, *tracks):
    """Write several picture tracks, one second long: (frames/s, size, disposition) each."""
    with av.open(str(path), "w") as container:
        streams = []
        for rate, size, disposition in tracks:
            codec, pixels = ("mjpeg", "yuvj420p") if disposition == COVER else ("libx264", "yuv420p")
            stream = container.add_stream(codec, rate=rate)
            stream.width, stream.height, stream.pix_fmt = *size, pixels
            stream.codec_context.time_base = CLOCK
            stream.disposition = disposition
            streams.append(stream)
        for stream, (rate, size, _) in zip(streams, tracks):
            for index in range(rate):
                frame = av.VideoFrame.from_ndarray(picture(index, size), format="rgb24")
                frame.pts, frame.time_base = round(index / rate / CLOCK), CLOCK
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


NONE, DEFAULT, COVER = 0, 1, 0x400


@pytest.mark.parametrize("name", ["run.mp4", "run.mkv", "run.ts"])
@pytest.mark.parametrize("first", [True, False], ids=["preview first", "preview last"])
def test_the_film_is_read_and_not_its_preview(tmp_path, name, first):
    tracks = [(1, (160, 90), DEFAULT), (30, (320, 180), NONE)]
    frames, clip = read(with_tracks(tmp_path / name, *(tracks if first else tracks[::-1])))
    assert (clip.width, clip.height, len(frames)) == (320, 180, 30)


def test_a_preview_as_large_as_the_film_is_not_read(tmp_path):
    frames, _ = read(with_tracks(tmp_path / "run.mp4", (2, (320, 180), DEFAULT), (30, (320, 180), DEFAULT)))
    assert len(frames) == 30


def test_a_cover_picture_is_not_read_however_large(tmp_path):
    frames, clip = read(with_tracks(tmp_path / "run.mp4", (1, (640, 480), COVER), (30, (320, 180), NONE)))
    assert clip.width == 320 and len(frames) == 30


def undecodable(path, number):
    """Make the codec of one of a file's tracks, counted from 0, one that nobody knows."""
    parts = path.read_bytes().split(b"avc1")
    names = [b"avc1"] * (len(parts) - 1)
    names[number + len(names) - 2] = b"zzzz"  # the header's own list of brands comes before the tracks
    path.write_bytes(parts[0] + b"".join(name + part for name, part in zip(names, parts[1:])))
    return path


def test_a_preview_does_not_replace_a_film_that_cannot_be_decoded(tmp_path):
    path = with_tracks(tmp_path / "run.mp4", (2, (160, 90), DEFAULT), (30, (320, 180), NONE))
    with pytest.raises(UnreadableInput, match="cannot be decoded here"):
        describe(undecodable(path, 1))


def test_another_track_that_cannot_be_decoded_is_no_reason_to_refuse(tmp_path):
    path = with_tracks(tmp_path / "run.mp4", (30, (320, 180), DEFAULT), (30, (288, 180), DEFAULT))
    assert describe(undecodable(path, 1)).width == 320


def test_among_like_tracks_the_default_one_is_read(tmp_path):
    path = with_tracks(tmp_path / "run.mkv", (30, (320, 180), NONE), (30, (288, 180), DEFAULT))
    assert describe(path).width == 288


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
@pytest.mark.parametrize("name", ["run.avi", "run.mpg", "run.ts", "run.mp4", "run.mkv"])
def test_pictures_stored_out_of_order_come_in_order_and_whole(tmp_path, name, codec):
    clock = WHOLE if name.endswith(".avi") or codec == "mpeg4" else CLOCK
    path = movie(tmp_path / name, even(40), codec=codec, options={"bf": "3"}, clock=clock)
    frames, clip = read(path)
    assert len(frames) == clip.frames == 40 and not clip.warnings
    np.testing.assert_allclose([frame.time for frame in frames], even(40), atol=0.0011)
    grey = [frame.image[60:, 80:].mean() for frame in frames]
    np.testing.assert_allclose(grey, [picture(index)[60:, 80:].mean() for index in range(40)], atol=6)


def test_a_file_with_b_frames_keeps_its_uneven_times(tmp_path):
    times = np.cumsum([0.0, *np.tile([0.033, 0.034, 0.050, 0.021], 8)])
    frames, _ = read(movie(tmp_path / "run.mkv", times, options={"bf": "3"}, clock=Fraction(1, 1000)))
    np.testing.assert_allclose([frame.time for frame in frames], times, atol=0.001)


def joined(path, *parts):
    """Write one transport stream after the other, as a camera or `cat` does: ((width, height), index, start) each."""
    data = b""
    for size, count, start in parts:
        data += movie(path.with_name("part.ts"), start + even(count), size=size).read_bytes()
    path.write_bytes(data)
    return path


def test_pictures_that_change_their_size_midway_come_in_the_first_size(tmp_path):
    path = joined(tmp_path / "run.ts", ((320, 180), 20, 0.0), ((160, 90), 20, 20 / 30))
    frames, clip = read(path)
    assert {frame.image.shape for frame in frames} == {(180, 320, 3)} and len(frames) >= 38
    assert red_corner(frames[-1].image) == (False, False)
    assert "size_changes" in [warning.code for warning in clip.warnings]


def test_a_picture_of_another_shape_is_fitted_in_and_not_stretched(tmp_path):
    path = joined(tmp_path / "run.ts", ((320, 180), 20, 0.0), ((90, 160), 20, 20 / 30))
    frames, _ = read(path)
    last = frames[-1].image
    assert last.shape == (180, 320, 3) and last[:, :100].max() < 30 and last[:, -100:].max() < 30
    red = np.argwhere(last[..., 0].astype(int) - last[..., 1] > 80)
    height, width = np.ptp(red, axis=0) + 1
    assert height / width == pytest.approx(40 / 22, rel=0.15)


def test_a_picture_of_another_shape_begins_another_shot(tmp_path):
    in_order = {"bf": "0"}
    parts = [
        recoded(tmp_path / "a.ts", side_runner(), size=(640, 360), until_s=0.7, options=in_order),
        recoded(
            tmp_path / "b.ts", side_runner(), size=(360, 640), start_s=0.7, until_s=1.4, options=in_order
        ),
    ]
    (tmp_path / "run.ts").write_bytes(b"".join(part.read_bytes() for part in parts))
    shots = Shots()
    for frame in FrameReader(tmp_path / "run.ts"):
        shots.look(frame.image, frame.time)
    assert shots.cuts() == pytest.approx([0.7], abs=0.04)


def test_a_bad_packet_costs_its_pictures_and_no_more(tmp_path):
    path = movie(tmp_path / "run.mp4", even(60), codec="mjpeg", pixels="yuvj420p", clock=Fraction(1, 15360))
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        bad = [packet for packet in container.demux(video=0) if packet.size][20:23]
    for packet in bad:
        data[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    path.write_bytes(bytes(data))
    frames, clip = read(path)
    assert len(frames) == 57 and frames[-1].time == pytest.approx(59 / 30, abs=0.001)
    assert [warning.message for warning in clip.warnings] == [
        "The file is damaged: 57 of 60 frames could be read."
    ]


@pytest.mark.parametrize("title", [b"caf\xe9", b"\xff\xfe\xfa"])
def test_a_title_in_a_foreign_alphabet_is_no_reason_to_refuse(tmp_path, title):
    path = movie(tmp_path / "run.mp4", even(5), tags={"title": "x" * len(title)})
    path.write_bytes(path.read_bytes().replace(b"x" * len(title), title))
    assert describe(path).frames == 5


def test_a_real_clip_is_the_same_whatever_container_it_is_in(tmp_path):
    source = side_runner()
    plain, _ = read(recoded(tmp_path / "run.mp4", source, until_s=0.5))
    for name, clock in (("run.mkv", CLOCK), ("run.ts", CLOCK), ("run.avi", Fraction(1, 60))):
        frames, _ = read(recoded(tmp_path / name, source, until_s=0.5, clock=clock, options={"bf": "3"}))
        assert len(frames) == len(plain)
        np.testing.assert_allclose(
            [frame.time for frame in frames], [frame.time for frame in plain], atol=0.001
        )
        assert max(np.abs(a.image.astype(int) - b.image).mean() for a, b in zip(frames, plain)) < 3
