"""Pictures with their own times become an H.264 file that plays in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np

from formcheck.errors import CannotWrite
from formcheck.files.atomic import beside

CLOCK = Fraction(1, 90_000)
SEEK_S = 1.0  # between pictures a player can jump to at once: stepping back stays quick
BT601, LIMITED = 6, 1  # FFmpeg's numbers for the colours OpenCV makes
QUICK = {"preset": "superfast", "qp": "25", "x264-params": "subme=0:weightp=0:scenecut=0:8x8dct=0"}
"""How the encoder saves work: one quantizer throughout, so no picture is looked at before it is coded.

Two thirds of the work of `superfast` at crf 23; annotated clips are as large and as near to what was drawn."""


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
        # A copy: from_numpy_buffer, which makes none, displaces the colours where half the height is odd.
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
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
