"""Record the camera's frames, if asked: a crash loses at most the last two seconds."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from formcheck.errors import CannotWrite
from formcheck.types import Frame
from formcheck.video import CLOCK

ROUNDED_S = 1e-3  # largest rounding of a stamp in the file
FRAGMENT_S = 1.0  # the file on disk is complete up to the last fragment of this length
WAITING = 12  # frames; further ones are dropped instead of queued


class Recorder:
    """Writes frames as H.264 in fragments of a second, each complete as soon as it is written.

    An ordinary MP4 writes its index at the end, so a crash leaves nothing to play. In a
    fragmented MP4 every fragment has its own index, and players read the file as far as it
    goes. Encoding has its own thread; frames it cannot encode in time are dropped
    and counted.

    Parameters
    ----------
    path : of the .mp4; the file exists from the first second. An existing file is kept, and
        nothing is recorded.
    """

    def __init__(self, path: Path):
        self.path = path
        self.left_out = 0
        self.began = np.nan  # s, monotonic clock, its first frame: time zero of the recording
        self.failure: CannotWrite | None = None
        self._waiting: queue.Queue[Frame | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="formcheck-recorder", daemon=True)
        self._thread.start()

    def __call__(self, frame: Frame) -> None:
        """Accept one frame; never waits."""
        try:
            self._waiting.put_nowait(frame)
        except queue.Full:
            self.left_out += 1

    def close(self) -> None:
        """Write the queued frames and close the file."""
        self._waiting.put(None)
        self._thread.join(20.0)

    def _run(self) -> None:
        """Encode until told to stop; a failure is reported at the end, and further frames are dropped."""
        try:
            self._record()
        except (av.error.FFmpegError, OSError) as error:
            self.failure = CannotWrite(
                f"The recording {self.path} could not be written ({error.strerror or 'the encoder failed'}). "
                "Free some space, or choose another folder with -o."
            )
            while self._waiting.get() is not None:
                self.left_out += 1

    def _record(self) -> None:
        first = self._waiting.get()
        if first is None:
            return
        self.began = first.time
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(exist_ok=False)
        with self._opened() as container:
            stream = _stream(container, first.image)
            last, frame = -1, first
            while True:
                last = max(last + 1, round((frame.time - first.time) / CLOCK))
                container.mux(stream.encode(_picture(frame.image, stream, last)))
                following = self._waiting.get()
                if following is None:
                    break
                frame = following
            container.mux(stream.encode(None))

    def _opened(self) -> Any:
        options = {
            "movflags": "frag_keyframe+empty_moov+default_base_moof",
            "frag_duration": str(round(FRAGMENT_S * 1e6)),
            "flush_packets": "1",
        }
        return av.open(str(self.path), "w", format="mp4", options=options)


def frames_at(path: Path, times: Sequence[float]) -> Iterator[Frame]:
    """Yield the first frame at or after each of these times, s of the recording, increasing.

    Of a long recording, only the fragments that hold them are decoded, one at a time. A recording
    that is still being written is read as far as it goes.
    """
    wanted = list(times)
    with suppress(av.error.FFmpegError), av.open(str(path)) as container:
        stream = container.streams.video[0]
        for piece in _pieces(container.demux(stream)):
            if not wanted or wanted[0] - ROUNDED_S > float(piece[-1].pts * piece[-1].time_base):
                continue
            for raw in (raw for packet in [*piece, None] for raw in stream.codec_context.decode(packet)):
                if wanted and raw.time >= wanted[0] - ROUNDED_S:
                    yield Frame(raw.to_ndarray(format="rgb24"), raw.time)
                    wanted = [each for each in wanted if each > raw.time + ROUNDED_S]
            stream.codec_context.flush_buffers()


def _pieces(packets: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the packets from one key frame to the next."""
    piece: list[Any] = []
    for packet in packets:
        if packet.pts is None:  # end of the stream
            break
        if packet.is_keyframe and piece:
            yield piece
            piece = []
        piece.append(packet)
    if piece:
        yield piece


def _stream(container: Any, image: np.ndarray) -> Any:
    stream = container.add_stream("libx264", rate=30)
    stream.width, stream.height = (length - length % 2 for length in (image.shape[1], image.shape[0]))
    stream.pix_fmt = "yuv420p"
    stream.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "21", "threads": "1"}
    stream.codec_context.time_base = CLOCK
    stream.codec_context.gop_size = 30
    stream.codec_context.framerate = Fraction(30)
    return stream


def _picture(image: np.ndarray, stream: Any, stamp: int) -> Any:
    """Return an encoder's frame; if the camera changes its frame size, it is cropped or padded."""
    height, width = stream.height, stream.width
    if image.shape[0] < height or image.shape[1] < width:
        fitted = np.zeros((height, width, 3), np.uint8)
        part = image[:height, :width]
        fitted[: part.shape[0], : part.shape[1]] = part
        image = fitted
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
    frame.pts, frame.time_base = stamp, CLOCK
    return frame
