"""Video in and out: file → `Clip` and `Frame`s with their real times → H.264 file.

The only module that counts frames. Only video containers on whitelisted protocols are
opened, by path: a playlist or a picture that calls itself .mp4 is refused and reads no
other file (measured attacks: ffconcat, HLS, SDP, image bombs).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formcheck.errors import CannotWrite, MissingLibrary, UnreadableInput
from formcheck.files import beside, printable
from formcheck.types import Clip, Frame, Warn

try:
    import av
    import av.error
    import av.logging
except ImportError as error:  # a system library below the wheel
    raise MissingLibrary.because("The video library", error) from error

# None is silence in C. Any level calls back into Python from FFmpeg's decoding threads, which
# hangs for good when a codec is closed (and waits for those threads) with the interpreter held.
av.logging.set_level(None)

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,h264,hevc"
LARGEST_PIXELS = 4096 * 2304
SMALL_PIXELS = (
    1_000_000  # decoded on one thread: several make it dearer by a fifth, and the nets want the cores
)
LONGEST_S = 3600.0
OPEN_TIMEOUT_S = 10
NOMINAL_FPS = 30.0
JITTER = 0.10  # of a frame interval: more is called variable
CLOCK = Fraction(1, 90_000)
SEEK_S = 1.0  # between pictures a player can jump to at once: stepping back stays quick
SAME_S = 1e-6  # times closer than this are one
BT601, LIMITED = 6, 1  # FFmpeg's numbers for the colours OpenCV makes
QUICK = {"preset": "superfast", "qp": "25", "x264-params": "subme=0:weightp=0:scenecut=0:8x8dct=0"}
"""How the encoder saves work: one quantizer throughout, so no picture is looked at before it is coded.

Two thirds of the work of `superfast` at crf 23; annotated clips are as large and as near to what was drawn."""
CAPTURE_TAGS = ("com.android.capture.fps", "com.apple.quicktime.capture-fps")
MISSING_SHARE = 0.02  # of the frames: fewer missing ones need no word
NOT_A_VIDEO = "Choose a video file such as .mp4, .mov, .mkv, .webm or .avi."

_CUT_SHORT = Warn("truncated", "The file is cut short: what was there could be read, the rest is missing.")


def describe(path: str | Path, *, capture_fps: float | None = None) -> Clip:
    """Describe a video file from its container, without decoding more than one frame.

    Raises
    ------
    UnreadableInput
        If it is not a video, is damaged beyond its first frame, too large or too long.
    """
    path = _existing(path)
    with _opened(path) as (container, stream):
        times, cut_short = _packet_times(container, stream)
    with _opened(path) as (container, stream):
        first = _first_frame(container, stream)
    clip = _clip(path, stream_facts(container, stream, first, times), capture_fps)
    return replace(clip, warnings=(_CUT_SHORT,)) if cut_short else clip


@dataclass(frozen=True, eq=False)
class StreamFacts:
    """What container and first frame say."""

    times: np.ndarray  # (T,) s, sorted presentation times, first = 0
    width: int
    height: int
    rotation: int
    capture_fps: float  # NaN = no tag


def stream_facts(container: Any, stream: Any, first: Any, times: np.ndarray) -> StreamFacts:
    """Gather a stream's facts, upright."""
    rotation = int(first.rotation) % 360
    width, height = first.width, first.height
    if rotation % 180:
        width, height = height, width
    return StreamFacts(
        times,
        width,
        height,
        rotation,
        _capture_tag(container, stream),
    )


def _capture_tag(container: Any, stream: Any) -> float:
    for tags in (container.metadata, stream.metadata):
        for key in CAPTURE_TAGS:
            try:
                rate = float(tags.get(key, "nan"))
            except ValueError:
                continue
            if 5 <= rate <= 2000:
                return rate
    return np.nan


def _clip(path: Path, facts: StreamFacts, capture_fps: float | None) -> Clip:
    intervals = np.diff(facts.times)
    interval = float(np.median(intervals)) if len(intervals) else 1 / NOMINAL_FPS
    fps = 1 / interval
    tagged = facts.capture_fps if facts.capture_fps > 1.2 * fps else fps
    return Clip(
        name=printable(path.name),
        sha256=_sha256(path),
        frames=len(facts.times),
        duration_s=float(facts.times[-1] + interval) if len(facts.times) else 0.0,
        fps=fps,
        variable_frame_rate=bool(
            len(intervals) and np.mean(np.abs(intervals - interval) > JITTER * interval) > 0.02
        ),
        width=facts.width,
        height=facts.height,
        rotation=facts.rotation,
        capture_fps=float(capture_fps or tagged),
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _existing(path: str | Path) -> Path:
    path = Path(path)
    if path.is_dir():
        raise UnreadableInput(f"{path} is a folder. Name one video file, or use: formcheck batch {path}")
    if not path.exists():
        raise UnreadableInput(f"There is no file {path}.")
    try:
        with open(path, "rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise UnreadableInput(
            f"{path} may not be read ({error.strerror}). Check the file's permissions."
        ) from error
    if empty or not path.is_file():
        raise UnreadableInput(f"{path.name} is empty. {NOT_A_VIDEO}")
    return path


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open a container and its video stream, safely; system words become ours."""
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    try:
        with av.open(str(path.absolute()), timeout=OPEN_TIMEOUT_S, options=options) as container:
            if not container.streams.video:
                raise UnreadableInput(f"{path.name} has sound but no picture. {NOT_A_VIDEO}")
            stream = container.streams.video[0]
            _check_size(path, stream)
            stream.thread_type = "AUTO" if _pixels(stream) > SMALL_PIXELS else "NONE"
            stream.codec_context.options = {"max_pixels": str(LARGEST_PIXELS + 1)}
            yield container, stream
    except (av.error.FFmpegError, ValueError) as error:
        raise UnreadableInput(f"{path.name} cannot be read as a video. {NOT_A_VIDEO}") from error


def _check_size(path: Path, stream: Any) -> None:
    if _pixels(stream) > LARGEST_PIXELS:
        size = f"{stream.codec_context.width}x{stream.codec_context.height}"
        raise UnreadableInput(
            f"{path.name} has {size} pixels, more than the 4096x2304 allowed. Export it smaller, for example at 1080p."
        )


def _pixels(stream: Any) -> int:
    return (stream.codec_context.width or 0) * (stream.codec_context.height or 0)


def _packet_times(container: Any, stream: Any) -> tuple[np.ndarray, bool]:
    """Read presentation times without decoding.

    Returns
    -------
    times : (T,) s from the first; empty if there are none
    cut_short : whether the container promises clearly more than is there
    """
    there = [
        (each.pts, each.is_discard) for each in container.demux(stream) if each.pts is not None and each.size
    ]
    stamps = [pts for pts, discarded in there if not discarded]  # what a phone's trim has cut off stays out
    times = np.unique(np.array(stamps, float)) * float(stream.time_base)
    if len(times) and times[-1] - times[0] > LONGEST_S:
        raise UnreadableInput("The clip is longer than an hour. Cut out the part to measure.")
    times = times - times[0] if len(times) else times
    promised = float((stream.duration or 0) * stream.time_base)
    fewer = stream.frames - len(there) > max(2, MISSING_SHARE * stream.frames)
    return times, bool(fewer and len(times) and promised > (1 + MISSING_SHARE) * times[-1] + 0.1)


def _first_frame(container: Any, stream: Any) -> Any:
    for frame in container.decode(stream):
        return frame
    raise av.error.InvalidDataError(1, "no frame")


class FrameReader:
    """Frames of a video, upright RGB, each with its real time; `clip` is final at the end.

    Times are presentation stamps less the first one and increase strictly: frames that go
    back in time are dropped. Damage ends the clip where decoding ends, with a warning.

    Parameters
    ----------
    path : path of the video
    capture_fps : frames per second of real life, overriding the file's tag
    max_height : scale taller pictures down to so many px while decoding
    """

    def __init__(self, path: str | Path, *, capture_fps: float | None = None, max_height: int | None = None):
        self.path = _existing(path)
        self.max_height = max_height
        self.clip = describe(self.path, capture_fps=capture_fps)

    def __iter__(self) -> Iterator[Frame]:
        last, count = -np.inf, 0
        for frame in self._decoded():
            if frame.time > last:
                last, count = frame.time, count + 1
                yield frame
        if count == 0:
            raise UnreadableInput(f"{self.path.name} holds no picture that can be read. {NOT_A_VIDEO}")
        self._conclude(count, last)

    def at(self, times: Sequence[float]) -> Iterator[Frame]:
        """Yield only the first frame at or after each of these times, s, increasing; read no further.

        Frames in between are decoded but not turned into pictures, which is most of the work.
        """
        wanted = list(times)
        for raw, time in self._raw() if wanted else ():
            if time >= wanted[0] - SAME_S:
                yield Frame(self._upright(raw), time)
                wanted = [each for each in wanted if each > time + SAME_S]
                if not wanted:
                    return

    def _decoded(self) -> Iterator[Frame]:
        for raw, time in self._raw():
            yield Frame(self._upright(raw), time)

    def _raw(self) -> Iterator[tuple[Any, float]]:
        """Yield decoded frames as FFmpeg has them, with their times since the first."""
        first: float | None = None
        with _opened(self.path) as (container, stream):
            try:
                for count, raw in enumerate(container.decode(stream)):
                    stamp = raw.time if raw.time is not None else count / NOMINAL_FPS
                    first = stamp if first is None else first
                    yield raw, stamp - first
            except av.error.FFmpegError:
                if first is None:
                    raise

    def _upright(self, raw: Any) -> np.ndarray:
        if raw.width * raw.height > LARGEST_PIXELS:
            raise UnreadableInput(
                f"{self.path.name} changes to {raw.width}x{raw.height} pixels, more than the 4096x2304 allowed."
            )
        turned = raw.rotation % 180 != 0
        tall = raw.width if turned else raw.height
        scale = min(1.0, self.max_height / tall) if self.max_height else 1.0
        size = (
            {} if scale == 1.0 else {"width": _even(raw.width * scale), "height": _even(raw.height * scale)}
        )
        image = raw.to_ndarray(format="rgb24", threads=1, **size)  # more cost more than they save
        quarter_turns = raw.rotation // 90 % 4
        return np.ascontiguousarray(np.rot90(image, k=quarter_turns)) if quarter_turns else image

    def _conclude(self, count: int, last: float) -> None:
        """Say how much could be read, when it is less than the file promises."""
        clip = self.clip
        missing = clip.frames - count
        warnings = list(clip.warnings)
        if missing > max(2, MISSING_SHARE * clip.frames):
            words = f"The file is damaged: {count} of {clip.frames} frames could be read."
            warnings.append(Warn("truncated", words))
        if not clip.frames:
            warnings.append(
                Warn(
                    "no_times",
                    f"The file has no time stamps; {NOMINAL_FPS:.0f} frames a second were assumed.",
                )
            )
        interval = 1 / clip.fps if clip.frames else 1 / NOMINAL_FPS
        self.clip = replace(clip, frames=count, duration_s=last + interval, warnings=tuple(warnings))


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def read_frames(path: str | Path, *, max_height: int | None = None) -> Iterator[Frame]:
    """Yield a video's frames; see `FrameReader`."""
    yield from FrameReader(path, max_height=max_height)


class VideoWriter:
    """Write RGB pictures with their own times as H.264 that plays in a browser.

    A context manager: the file appears under its name only when the block ends well.
    Odd sizes are padded by one pixel, as yuv420p needs even ones. Colours are turned by
    OpenCV, three times as fast as FFmpeg's own way, and the file says by which formula.
    No picture is stored out of order (a fifth more bytes, a fifth less work).

    Parameters
    ----------
    coding : options of the encoder, x264
    threads : of the encoder; None = as many as it likes
    """

    def __init__(
        self,
        path: str | Path,
        size: tuple[int, int],
        *,
        fps: float = 30.0,
        coding: Mapping[str, str] = QUICK,
        threads: int | None = None,
    ):
        self.path, self.size = Path(path), size
        self.fps, self.coding, self.threads = fps, coding, threads
        self._beside = beside(self.path)
        self._last = -1

    def __enter__(self) -> VideoWriter:
        self._temporary = self._beside.__enter__()
        self._container = av.open(str(self._temporary), "w", format="mp4", options={"movflags": "+faststart"})
        stream = self._container.add_stream("libx264", rate=Fraction(self.fps).limit_denominator(1001))
        stream.width, stream.height = (length + length % 2 for length in self.size)
        stream.pix_fmt = "yuv420p"
        stream.options = {**self.coding, "bf": "0"}
        stream.codec_context.time_base = CLOCK
        stream.codec_context.thread_count = self.threads or 0
        stream.codec_context.gop_size = max(12, round(SEEK_S * self.fps))
        stream.codec_context.colorspace, stream.codec_context.color_range = BT601, LIMITED
        self._stream: Any = stream
        return self

    def write(self, image: np.ndarray, time_s: float) -> None:
        """Add one picture, (H, W, 3) uint8 RGB, at `time_s` seconds; times must increase."""
        height, width = image.shape[:2]
        if height % 2 or width % 2:
            image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        planes: Any = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2YUV_I420)
        frame = av.VideoFrame.from_numpy_buffer(planes, format="yuv420p")  # not a copy
        frame.pts = self._last = max(self._last + 1, round(time_s / CLOCK))
        frame.time_base = CLOCK
        with self._told():
            self._container.mux(self._stream.encode(frame))

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        try:
            if kind is None:
                with self._told():
                    self._container.mux(self._stream.encode(None))
                    self._container.close()
        except BaseException as error:
            self._beside.__exit__(type(error), error, error.__traceback__)
            raise
        self._beside.__exit__(kind, value, trace)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            words = os.strerror(error.errno) if error.errno and error.errno > 0 else "the encoder failed"
            raise CannotWrite(f"The video could not be written to {self.path.parent} ({words}).") from error
