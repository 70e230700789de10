"""What is no video, or too much of one: a true sentence, no hang, and no other file is read."""

import os
import socket
import struct
import zlib
from fractions import Fraction

import av
import numpy as np
import pytest

from formcheck.errors import UnreadableInput
from formcheck.video import FrameReader, describe
from movies import even, index_first, movie, sound

posix = pytest.mark.skipif(os.name != "posix", reason="special files of POSIX")


# What a path is, before it is opened.


def pipe(path):
    os.mkfifo(path)


def local_socket(path):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.close()


def endless(path):
    path.symlink_to("/dev/zero")


def silent(path):
    path.symlink_to("/dev/null")


def nowhere(path):
    path.symlink_to("gone.mp4")


def itself(path):
    path.symlink_to(path)


@posix
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "make, word",
    [
        (pipe, "is a pipe, not a file"),
        (local_socket, "is a socket, not a file"),
        (endless, "is a device, not a file"),
        (silent, "is a device, not a file"),
        (nowhere, "There is no file"),
        (itself, "may not be read"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: None, "There is no file"),
    ],
    ids=[
        "pipe",
        "socket",
        "/dev/zero",
        "/dev/null",
        "link to nothing",
        "link to itself",
        "folder",
        "empty",
        "missing",
    ],
)
def test_what_a_path_is_gets_said_before_anything_opens_it(tmp_path, monkeypatch, make, word):
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    path = tmp_path.__class__("run.mp4")
    make(path)
    with pytest.raises(UnreadableInput, match=word):
        describe(path)


@pytest.mark.parametrize("name", ["run\0.mp4", "x" * 300 + ".mp4"], ids=["zero byte", "too long"])
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path, name):
    with pytest.raises(UnreadableInput, match="may not be read"):
        describe(tmp_path / name)


def test_a_link_to_a_video_is_read(tmp_path):
    movie(tmp_path / "whole.mp4", even(5))
    (tmp_path / "run.mp4").symlink_to("whole.mp4")
    assert describe(tmp_path / "run.mp4").frames == 5


# Video files with nothing to show.


def test_an_index_that_was_cut_off_is_told_as_that(tmp_path):
    data = movie(tmp_path / "whole.mp4", even(30)).read_bytes()
    (tmp_path / "run.mp4").write_bytes(data[: data.index(b"moov") - 20])
    with pytest.raises(UnreadableInput, match="not complete: its index is missing"):
        describe(tmp_path / "run.mp4")


@pytest.mark.parametrize("name, known, unknown", [
    ("run.mp4", b"avc1", b"zzzz"), ("run.mov", b"avc1", b"zzzz"), ("run.mkv", b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/XYZ"),
    ("run.avi", b"H264", b"ZZZZ"),
])  # fmt: skip
def test_a_codec_that_nobody_knows_is_told_as_that(tmp_path, name, known, unknown):
    clock = Fraction(1, 30) if name.endswith(".avi") else Fraction(1, 90_000)
    path = movie(tmp_path / name, even(30), clock=clock)
    path.write_bytes(path.read_bytes().replace(known, unknown))
    with pytest.raises(UnreadableInput, match="use a coding that cannot be decoded here"):
        describe(path)


def test_a_file_with_neither_picture_nor_sound_is_not_said_to_have_sound(tmp_path):
    path = movie(tmp_path / "run.mp4", even(5))
    path.write_bytes(
        path.read_bytes().replace(b"vide", b"meta").replace(b"avc1", b"mebx")
    )  # measurements of a phone
    with pytest.raises(UnreadableInput, match="neither picture nor sound"):
        describe(path)


def test_sound_with_a_cover_picture_is_no_film(tmp_path):
    path = tmp_path / "song.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream, cover = container.add_stream("aac", rate=44_100), container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 320, 320, "yuvj420p", 0x400
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 44_100, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
        image = av.VideoFrame.from_ndarray(np.zeros((320, 320, 3), np.uint8), format="rgb24")
        image.pts = 0
        container.mux([*cover.encode(image), *cover.encode(None)])
    with pytest.raises(UnreadableInput, match="cover picture or thumbnails but no film"):
        describe(path)


def test_a_film_that_begins_after_much_sound_is_read(tmp_path):
    """FFmpeg looks at the first 5 MB of a transport stream; a track that appears later is new to the reader."""
    talk = sound(tmp_path / "talk.ts").read_bytes()
    film = movie(tmp_path / "film.ts", 5 + even(20)).read_bytes()
    padding = (b"\x47\x1f\xff\x10" + bytes(184)) * 30_000  # packets that mean nothing
    (tmp_path / "run.ts").write_bytes(talk + padding + film)
    try:
        assert len(list(FrameReader(tmp_path / "run.ts"))) == 20
    except UnreadableInput as error:
        assert "sound but no picture" in str(error)


# Shapes and amounts.


@pytest.mark.parametrize("size", [(16, 16), (16, 720), (2, 4000), (640, 30), (64, 1000)], ids=str)
def test_a_shape_that_can_show_no_runner_is_refused_with_its_size(tmp_path, size):
    path = movie(tmp_path / "run.mkv", even(3), codec="ffv1", pixels="yuv444p", size=size)
    with pytest.raises(UnreadableInput, match=f"{size[0]}x{size[1]} pixels, too small or too narrow"):
        describe(path)


@pytest.mark.parametrize("size", [(32, 32), (32, 256), (256, 32), (101, 333)], ids=str)
def test_odd_shapes_that_may_show_a_runner_are_read(tmp_path, size):
    path = movie(tmp_path / "run.mkv", even(3), codec="ffv1", pixels="yuv444p", size=size)
    assert [frame.image.shape for frame in FrameReader(path)] == [(size[1], size[0], 3)] * 3


def claiming(path, box, place, count):
    """Write a short MP4 whose table `box` claims to hold `count` entries."""
    data = bytearray(movie(path, even(10)).read_bytes())
    start = data.index(box) + 4 + place
    data[start : start + 4] = struct.pack(">I", count)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.timeout(20)
def test_an_index_that_claims_a_billion_pictures_is_refused_before_memory_is_taken_for_it(tmp_path):
    path = claiming(tmp_path / "run.mp4", b"stsz", 8, 1_000_000_000)
    data = bytearray(path.read_bytes())
    place = data.index(b"stsz") + 8
    data[place : place + 4] = struct.pack(">I", 1)  # all pictures of one size: the claim needs no table
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableInput, match="more than 864000 frames"):
        describe(path)


@pytest.mark.parametrize("box", [b"stts", b"ctts"])
def test_a_table_of_times_for_a_billion_pictures_is_refused(tmp_path, box):
    path = claiming(tmp_path / "run.mp4", box, 8, 1_000_000_000)
    with pytest.raises(UnreadableInput, match="more than 864000 frames"):
        describe(path)


def test_a_fragment_that_claims_a_billion_pictures_is_refused(tmp_path):
    whole = movie(tmp_path / "whole.mp4", even(10))
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(whole)) as given, av.open(str(tmp_path / "run.mp4"), "w", options=options) as container:
        copy = container.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                container.mux(packet)
    data = bytearray((tmp_path / "run.mp4").read_bytes())
    place = data.index(b"trun") + 8
    data[place : place + 4] = struct.pack(">I", 1_000_000_000)
    (tmp_path / "run.mp4").write_bytes(bytes(data))
    with pytest.raises(UnreadableInput, match="more than 864000 frames"):
        describe(tmp_path / "run.mp4")


def test_an_hour_of_plain_sound_beside_the_film_is_no_reason_to_refuse(tmp_path):
    """Uncompressed sound counts each of its samples: 44 100 a second."""
    whole = movie(tmp_path / "film.mp4", even(10))
    with av.open(str(whole)) as given, av.open(str(tmp_path / "run.mov"), "w") as container:
        copy = container.add_stream_from_template(given.streams.video[0])
        talk = container.add_stream("pcm_s16le", rate=44_100)
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                container.mux(packet)
        for block in range(40):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 30_000), np.int16), format="s16", layout="mono")
            frame.rate, frame.pts = 44_100, 30_000 * block
            container.mux(talk.encode(frame))
    assert describe(tmp_path / "run.mov").frames == 10


def test_an_index_at_the_front_is_no_reason_to_refuse(tmp_path):
    made = movie(tmp_path / "made.mp4", even(30))
    assert describe(index_first(tmp_path / "run.mp4", made)).frames == 30


# Files in disguise.


@pytest.fixture
def victim(tmp_path):
    """Another runner's clip in the same folder."""
    return movie(tmp_path / "victim.mp4", even(10))


@pytest.mark.parametrize("name", ["list.mp4", "list.ffconcat", "list.m3u8", "list.sdp", "list.mov"])
@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile {name}\n",
        "ffconcat version 1.0\nfile '{path}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{name}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{path}\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_a_playlist_in_disguise_reads_no_other_file(tmp_path, victim, name, text):
    (tmp_path / name).write_text(text.format(name=victim.name, path=victim))
    with pytest.raises(UnreadableInput, match="cannot be read as a video"):
        describe(tmp_path / name)


def png(width, height):
    """Return a PNG of zeros that is tiny however large it says it is."""

    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes((width + 1) * min(height, 64)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello\n" * 100,
        png(64, 64),
        png(30_000, 30_000),
        b"GIF89a" + bytes(200),
        b"\x00\x00\x00\x18ftypmp42",
    ],
    ids=["empty", "text", "picture", "huge picture", "gif", "nothing after the header"],
)
def test_what_is_no_video_is_refused_with_a_way_out(tmp_path, content):
    (tmp_path / "run.mp4").write_bytes(content)
    with pytest.raises(UnreadableInput, match="Choose a video file"):
        describe(tmp_path / "run.mp4")


def test_sound_alone_is_refused(tmp_path):
    with pytest.raises(UnreadableInput, match="sound but no picture"):
        describe(sound(tmp_path / "talk.mp4"))


def test_pictures_beyond_4k_are_refused_before_they_are_decoded(tmp_path):
    clock = Fraction(1, 30)
    path = movie(
        tmp_path / "huge.avi", even(1), codec="mjpeg", pixels="yuvj420p", size=(8192, 4320), clock=clock
    )
    with pytest.raises(UnreadableInput, match="8192x4320"):
        describe(path)


def test_more_than_an_hour_is_refused(tmp_path):
    with pytest.raises(UnreadableInput, match="longer than an hour"):
        describe(movie(tmp_path / "day.mkv", [0.0, 1.0, 3700.0], clock=Fraction(1, 1000)))
