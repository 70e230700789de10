"""Sources of live video: a camera of this machine, a network camera, or a file.

Every call of `frames()` opens the source again. It yields `Frame`s whose time is the
monotonic clock of this machine at capture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import av
import av.error
import cv2

from formcheck.errors import UnreadableInput, UsageError
from formcheck.live.clock import CaptureClock
from formcheck.types import Frame
from formcheck.video import LARGEST_PIXELS, FrameReader, describe, plausible_aspect, upright

SCHEMES = ("rtsp", "rtsps", "http", "https")
NETWORK_FORMATS = "mpjpeg,mjpeg,rtsp,mpegts,mov,mp4,matroska,webm,flv"  # no playlists
NETWORK_PROTOCOLS = "http,https,rtsp,rtp,udp,tcp,tls,crypto"  # never file
OPEN_S, READ_S = 6.0, 4.0  # time limits for a network camera
WANTED = (1280, 720, 60.0)  # requested from a webcam; what it delivers is measured
STALLED_READS = 3  # a webcam with this many consecutive failures is gone


class Source(Protocol):
    """Something that yields frames."""

    name: str  # for display; contains no password
    ends: bool  # True: reaching its end is not a failure

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Open it and yield its frames until it is gone or `stopped()`.

        Raises
        ------
        UnreadableInput
            If it cannot be opened.
        """
        ...


def open_source(text: str, *, files: bool = True) -> Source:
    """Return the source that a text specifies; nothing is opened yet.

    Parameters
    ----------
    text : a camera's number, an address rtsp://.. or http://.., or a file
    files : whether files are allowed (not from a web page)

    Raises
    ------
    UsageError
        If it is of another kind.
    UnreadableInput
        If the file does not exist or is not a video.
    """
    text = text.strip()
    if text.isdecimal() and len(text) <= 3:
        return LocalCamera(int(text))
    scheme = urlsplit(text).scheme.lower() if "://" in text else ""
    if scheme in SCHEMES:
        return NetworkCamera(text)
    if scheme or not text or not files:
        raise UsageError(
            f"{text or 'An empty text'} is no source. Name a camera's number such as 0, an address "
            "beginning with rtsp:// or http://" + (", or a video file." if files else ".")
        )
    return File(text)


def same_camera(one: Source, other: Source) -> bool:
    """Return whether two sources read the same camera, so that reading it once serves both."""
    if isinstance(one, LocalCamera) and isinstance(other, LocalCamera):
        return one.index == other.index
    if isinstance(one, NetworkCamera) and isinstance(other, NetworkCamera):
        return one.address == other.address  # the complete address: port, channel and password too
    return False


class File:
    """A video file, played at its own speed (or faster), once or several times.

    Parameters
    ----------
    path : path of the video
    speed : multiple of its own speed; infinity = as fast as it can be processed
    times : number of times it is played in sequence
    """

    ends = True

    def __init__(self, path: str | Path, *, speed: float = 1.0, times: int = 1):
        clip = describe(path)
        self.path, self.speed, self.times = Path(path), speed, times
        self.name, self.length_s = clip.name, clip.duration_s

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield each frame at its time."""
        start = time.monotonic()
        for turn in range(self.times):
            for frame in FrameReader(self.path):
                due = frame.time + turn * self.length_s
                wait = start + due / self.speed - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                if stopped():
                    return
                yield Frame(frame.image, start + due)


class LocalCamera:
    """A camera of this machine, by its number."""

    ends = False

    def __init__(self, index: int):
        self.index = index
        self.name = f"camera {index}"

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield frames as they arrive; ends when the camera is unplugged."""
        capture = self._opened()
        clock, failed = CaptureClock(), 0
        try:
            while not stopped() and failed < STALLED_READS:
                good, image = capture.read()
                failed = 0 if good else failed + 1
                if good:
                    stamp = clock.stamp(time.monotonic(), _stamp_of(capture))
                    yield Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), stamp)
        finally:
            capture.release()

    def _opened(self) -> Any:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # its messages are not for runners
        capture = cv2.VideoCapture(self.index)
        if not capture.isOpened():
            raise UnreadableInput(
                f"There is no camera {self.index}, or another program uses it. Plug one in, or name another "
                "with --source: a number, rtsp://.., http://.., or a video file."
            )
        width, height, rate = WANTED
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))  # USB needs compression for 720p
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, rate)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture


def _stamp_of(capture: Any) -> float | None:
    """Return the driver's timestamp in s, None where it gives none."""
    stamp = capture.get(cv2.CAP_PROP_POS_MSEC)
    return stamp / 1000 if stamp > 0 else None


class NetworkCamera:
    """A camera at an address: RTSP, or images over HTTP."""

    ends = False

    def __init__(self, address: str):
        self.address = address
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]  # without name and password
        self.name = f"{parts.scheme}://{host}{parts.path}"

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield frames as they arrive; ends when the camera stops sending."""
        clock = CaptureClock()
        try:
            with self._opened() as container:
                if not container.streams.video:
                    raise UnreadableInput(
                        f"{self.name} has no picture. Check the address in the camera's app."
                    )
                stream = container.streams.video[0]
                stream.codec_context.options = {"max_pixels": str(LARGEST_PIXELS + 1)}
                aspect = plausible_aspect(stream.sample_aspect_ratio)
                timed = container.format.name not in ("mpjpeg", "mjpeg")  # these count frames, not time
                for raw in container.decode(stream):
                    if stopped():
                        return
                    stamp = clock.stamp(time.monotonic(), raw.time if timed else None)
                    yield Frame(upright(raw, self.name, aspect), stamp)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise UnreadableInput(self._why(error)) from error

    def _opened(self) -> Any:
        options = {
            "protocol_whitelist": NETWORK_PROTOCOLS,
            "format_whitelist": NETWORK_FORMATS,
            "rtsp_transport": "tcp",
            "fflags": "nobuffer",
            "flags": "low_delay",
        }
        return av.open(self.address, timeout=(OPEN_S, READ_S), options=options)

    def _why(self, error: Exception) -> str:
        if isinstance(error, av.error.HTTPUnauthorizedError):
            return f"{self.name} asks for a password: write it as rtsp://name:password@address."
        if isinstance(error, av.error.HTTPNotFoundError):
            return f"{self.name} was not found there: the machine answers, but not at this path. Check the address."
        if isinstance(error, av.error.InvalidDataError):
            return f"{self.name} answers, but not with a video stream. Check the address in the camera's app."
        return f"{self.name} does not answer. Check the address, and that both are in the same network."
