"""Broken videos: each is read as far as it goes or refused with a sentence; no crash, no hang, no other file opened."""

from __future__ import annotations

import traceback
from concurrent.futures import TimeoutError
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from pebble import ProcessExpired, ProcessPool

from clips import side_runner
from formcheck.errors import UnreadableInput
from formcheck.pipeline import analyze
from formcheck.video import FrameReader
from fuzzing import BINARY, broken_files
from movies import CLOCK, even, index_first, movie, recoded
from opened_files import available, opened_in

SEED = 20_260_101
PATIENCE_S = 20  # of one file
MEMORY = 4 << 30  # bytes of address space: an index that lies must not take more
PER_FORMAT = 60
WHOLE, FILM = Fraction(1, 30), 16

linux = pytest.mark.skipif(not available, reason="asks the Linux kernel which files are opened")


def fragmented(path: Path, source: Path) -> Path:
    """Copy a clip as a fragmented MP4, as browsers and this program's live recordings write it."""
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(source)) as given, av.open(str(path), "w", options=options) as container:
        copy = container.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                container.mux(packet)
    return path


def whole_files(folder: Path) -> list[Path]:
    """Write one small video of each kind."""
    kinds = (
        ("h264.mp4", "libx264", "yuv420p", CLOCK), ("mjpeg.mov", "mjpeg", "yuvj420p", WHOLE),
        ("h264.mkv", "libx264", "yuv420p", CLOCK), ("vp9.webm", "libvpx-vp9", "yuv420p", CLOCK),
        ("h264.avi", "libx264", "yuv420p", WHOLE), ("mpeg4.avi", "mpeg4", "yuv420p", WHOLE),
        ("h264.ts", "libx264", "yuv420p", CLOCK), ("hevc.mov", "libx265", "yuv420p", CLOCK),
    )  # fmt: skip
    quiet = {"libx265": {"x265-params": "log-level=none"}, "libx264": {"bf": "3", "g": "8"}}
    made = [
        movie(folder / name, even(FILM), codec=codec, pixels=pixels, clock=clock, options=quiet.get(codec))
        for name, codec, pixels, clock in kinds
    ]
    return [
        *made,
        index_first(folder / "front.mp4", made[0]),
        fragmented(folder / "pieces.mp4", made[0]),
    ]


def read_through(path: Path) -> str:
    """Return what becomes of a file: "read", "refused", or what is wrong with that."""
    reader = FrameReader(path)
    last, count = -1.0, 0
    for frame in reader:
        if not frame.time > last:
            return f"time went from {last} to {frame.time}"
        if frame.image.shape != (reader.clip.height, reader.clip.width, 3):
            return f"a picture of {frame.image.shape} in a clip of {reader.clip}"
        last, count = frame.time, count + 1
    clip = reader.clip
    good = np.isfinite([clip.fps, clip.duration_s, clip.capture_fps]).all() and clip.fps > 0
    return "read" if good and clip.frames == count > 0 else f"{count} pictures of {clip}"


def outcome(path: Path) -> str:
    """Do the same, with every failure in words."""
    try:
        return read_through(path)
    except UnreadableInput as error:
        return "refused" if str(error).endswith(".") else f"no sentence: {error}"
    except Exception:  # noqa: BLE001  whatever it is, it is what this looks for
        return traceback.format_exc()


def outcome_and_opened(path: Path) -> tuple[str, list[str]]:
    """Return what becomes of a file, and which other files were opened on the way."""
    if not available:
        return outcome(path), []
    with opened_in(path.parent) as found:
        said = outcome(path)
    return said, sorted(each.name for each in found if each != path)


def limited() -> None:
    """Limit what a worker may take."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def results(paths: list[Path]) -> dict[str, tuple[str, list[str]]]:
    """Return what becomes of each file, by name; each is alone in its folder but for a victim."""
    found = {}
    with ProcessPool(max_workers=2, initializer=limited if available else None) as pool:
        futures = {path: pool.schedule(outcome_and_opened, args=[path], timeout=PATIENCE_S) for path in paths}
        for path, future in futures.items():
            try:
                found[path.name] = future.result()
            except TimeoutError:
                found[path.name] = f"still not done after {PATIENCE_S} s", []
            except ProcessExpired as error:
                found[path.name] = f"the process died: {error}", []
    return found


def corpus(folder: Path, each: int) -> list[Path]:
    """Write `each` broken files of every kind, every one in a folder of its own beside a video it must not open."""
    paths = []
    for number, whole in enumerate(whole_files(folder)):
        for broken in broken_files(whole.read_bytes(), each, SEED + number):
            place = folder / f"{whole.name}-{broken.name}"
            place.mkdir()
            (place / "victim.mp4").write_bytes((folder / "h264.mp4").read_bytes())
            path = place / f"{broken.name}-{whole.name}"
            path.write_bytes(broken.data)
            paths.append(path)
    return paths


def judged(folder: Path, each: int) -> dict[str, tuple[str, list[str]]]:
    """Read a corpus and check every outcome; return them."""
    found = results(corpus(folder, each))
    wrong = {
        name: (said, others)
        for name, (said, others) in found.items()
        if said not in ("read", "refused") or others
    }
    assert not wrong
    return found


def test_whole_files_of_every_kind_are_read(tmp_path):
    assert {path.name: outcome(path) for path in whole_files(tmp_path)} == {
        path.name: "read" for path in whole_files(tmp_path)
    }


def test_a_few_broken_files_are_read_or_refused(tmp_path):
    assert len(judged(tmp_path, 5)) == 50


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_hundreds_of_broken_files_are_read_or_refused(tmp_path):
    found = judged(tmp_path, PER_FORMAT)
    read = sum(said == "read" for said, _ in found.values())
    assert len(found) >= 600
    assert 0.2 < read / len(found) < 0.95, "the corpus is neither all whole nor all lost"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name, clock", [("run.mp4", CLOCK), ("run.ts", CLOCK), ("run.avi", Fraction(1, 60))])
def test_broken_clips_of_a_runner_go_through_the_whole_measurement(tmp_path, name, clock):
    whole = recoded(tmp_path / name, side_runner(), size=(640, 360), until_s=2.0, clock=clock)
    said = []
    for broken in broken_files(whole.read_bytes(), len(BINARY), SEED):
        (tmp_path / f"broken-{name}").write_bytes(broken.data)
        with suppress(UnreadableInput):
            analysis = analyze(tmp_path / f"broken-{name}", model="fast")
            said.append(analysis.refusal is None or analysis.refusal.reason.endswith("."))
    assert said and all(said)


# Files that name other files.

NAMING = {
    "concat": "concat:{victim}|{victim}",
    "ffconcat": "ffconcat version 1.0\nfile '{victim}'\n",
    "ffconcat beside": "ffconcat version 1.0\nfile victim.mp4\n",
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{victim}\n#EXT-X-ENDLIST\n",
    "m3u8 address": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{victim}\n#EXT-X-ENDLIST\n",
    "mpd": '<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>{victim}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>",
    "reference movie": "RTSPtextRTSP://{victim}",
    "smil": '<smil><body><video src="{victim}"/></body></smil>',
    "address": "file://{victim}",
}


@linux
@pytest.mark.parametrize("name", ["run.mp4", "run.mov", "run.m3u8", "run.ffconcat", "run.mpd", "run.ts"])
@pytest.mark.parametrize("kind", NAMING)
def test_a_file_that_names_another_one_does_not_open_it(tmp_path, kind, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    movie(tmp_path / "victim.mp4", even(5))
    victim = movie(elsewhere / "victim.mp4", even(5))
    (tmp_path / name).write_text(NAMING[kind].format(victim=victim))
    with opened_in(tmp_path, elsewhere) as found:
        said = outcome(tmp_path / name)
    assert said == "refused" and found <= {tmp_path / name}


@linux
@pytest.mark.parametrize("kind", [b"alis", b"url ", b"rsrc"])
def test_a_film_whose_pictures_lie_in_another_file_does_not_open_it(tmp_path, kind):
    """MP4 and MOV may say that their data are somewhere else."""
    victim = movie(tmp_path / "victim.mp4", even(5))
    data = bytearray(movie(tmp_path / "made.mov", even(5)).read_bytes())
    place = data.index(b"dref") - 4
    size = int.from_bytes(data[place : place + 4], "big")
    entry = kind + bytes(4) + b"file://" + str(victim).encode() + b"\0"
    entry = (len(entry) + 4).to_bytes(4, "big") + entry
    table = b"dref" + bytes(4) + (1).to_bytes(4, "big") + entry
    longer = (len(table) + 4).to_bytes(4, "big") + table
    grown = len(longer) - size
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        start = data.index(box) - 4
        data[start : start + 4] = (int.from_bytes(data[start : start + 4], "big") + grown).to_bytes(4, "big")
    data[place : place + size] = longer
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "run.mov").write_bytes(bytes(data))
    with opened_in(tmp_path, folder) as found:
        outcome(folder / "run.mov")
    assert victim not in found and found <= {folder / "run.mov"}


@linux
def test_the_watch_over_opened_files_sees_what_ffmpeg_opens(tmp_path):
    movie(tmp_path / "victim.mp4", even(5))
    (tmp_path / "list.ffconcat").write_text("ffconcat version 1.0\nfile victim.mp4\n")
    with opened_in(tmp_path) as found, av.open(str(tmp_path / "list.ffconcat")) as container:
        next(container.decode(video=0))
    assert found >= {tmp_path / "victim.mp4", tmp_path / "list.ffconcat"}
